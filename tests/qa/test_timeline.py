"""Everything that one speaker said on a matter: each passage on its own, by date, in one person's name, or honestly refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import NotInIndex
from index.reader import IndexReader
from index.records import Role, Span
from qa.answer import Reason, Timeline, Wants
from qa.errors import AlteredQuote, BadQuestion
from qa.service import Service
from qa.timeline import DEFAULT_TIMELINE, MAX_TIMELINE
from tests.qa.conftest import HOSTILE_QUESTIONS

QUESTION = "What has Miller said about the dredger?"
SAID = {
    "winter": ("2019-12-03", "The dredger comes in spring, the yard has written to us, and then we shall see what it finds."),
    "year": ("2020", "A dredger is a promise like another one, and the yard has gone bankrupt in the meantime."),
    "spring": ("2021-04-02", "I have sent the dredger away. It was the wrong one, and everybody on the quay could see it."),
    "letters": (None, "You ask me for the dredger again. It lies where it lay, and my hat with it."),
}


@pytest.fixture
def papers(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> Service:
    """Four interviews with one man, one of them undated, and one with a woman who says nothing of the dredger."""
    paths = [
        transcript(
            name,
            ("Host", "Good morning to you. What is new?"),
            ("Robert Miller", words),
            ("Host", "And how is your family?"),
            ("Robert Miller", "My family is in good health, thank you, and the dog too; we were at the lake on Sunday."),
            **({"date": day} if day else {}),
        )
        for name, (day, words) in SAID.items()
    ]
    paths.append(
        transcript(
            "other", ("Host", "How was the fair?"), ("Eve Ford", "The fair was a great success, as every year, and dry.")
        )
    )
    return ask_over(*paths)


def dates(timeline: Timeline) -> list[str | None]:
    return [quote.place.published for quote in timeline.answer.passages]


# What is listed


def test_all_that_he_said_on_it_comes_by_date(papers: Service) -> None:
    """Oldest first, a year before its days, what has no date last; nothing else that he said."""
    timeline = papers.timeline(QUESTION)
    assert timeline.speaker == "Robert Miller"
    assert dates(timeline) == ["2019-12-03", "2020", "2021-04-02", None]
    assert [quote.cited_text for quote in timeline.answer.passages] == [words for _, words in SAID.values()]
    assert (timeline.more, timeline.candidates, timeline.answer.reason, timeline.answer.nearest) == (0, (), None, ())


def test_passages_of_one_document_come_as_they_were_said(
    ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """Within a day the source's order holds, however well each fits."""
    words = ["We talked of it: the dredger, I mean, and of the price of oil, of men, of ice and of much else.", "The dredger."]
    turns = [turn for said in words for turn in (("Host", "And then?"), ("Ann Bell", said))]
    timeline = ask_over(transcript("day", *turns, date="2020-01-01")).timeline("the dredger")
    assert [quote.cited_text for quote in timeline.answer.passages] == words


def test_each_passage_is_marked_scored_and_asked(papers: Service) -> None:
    """The schema is the answer's: marks inside the words, a score over the threshold, the question beside it."""
    timeline = papers.timeline(QUESTION)
    for quote in timeline.answer.passages:
        marked = " ".join(mark.cut(papers.reader.text(quote.place.document_id)) for mark in quote.highlights)
        assert "dredger" in marked
        assert papers.threshold <= quote.score <= 1
        assert quote.asked
        assert quote.asked.cited_text == "Good morning to you. What is new?"
    assert timeline.answer.confidence == max(quote.score for quote in timeline.answer.passages)


def test_what_is_answered_at_once_is_on_the_matter_and_what_comes_later_is_not(
    ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """An answer need not repeat the question's word; the end of a long one has to say it."""
    later = "They came from the south with tents and a brass band and stayed until the first frost drove them out again. " * 12
    service = ask_over(
        transcript("one", ("Host", "What of the dredger?"), ("Ann Bell", f"It sank, and that was that, one morning. {later}"))
    )
    assert service.reader.counts["answers"] > 1
    (quote,) = service.timeline("What did Bell say about the dredger?").answer.passages
    assert quote.cited_text.startswith("It sank")


def test_the_limit_keeps_the_likeliest_and_says_how_many_more(papers: Service) -> None:
    """What is left out is counted; what is kept stays in the order of time."""
    whole = papers.timeline(QUESTION)
    best = sorted(quote.score for quote in whole.answer.passages)[-2:]
    timeline = papers.timeline(QUESTION, limit=2)
    assert timeline.more == 2
    assert sorted(quote.score for quote in timeline.answer.passages) == best
    assert dates(timeline) == [day for day in dates(whole) if day in dates(timeline)]


def test_a_timeline_is_longer_than_an_answer(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> None:
    """Sixty passages on it: fifty by default, all when asked for."""
    turns = [
        turn
        for number in range(60)
        for turn in (("Host", "And then?"), ("Ann Bell", f"The dredger was at pier {number} that day, and nobody cared."))
    ]
    service = ask_over(transcript("log", *turns, date="2020-01-01"))
    assert len(service.timeline("the dredger").answer.passages) == DEFAULT_TIMELINE
    assert service.timeline("the dredger").more == 60 - DEFAULT_TIMELINE
    everything = service.timeline("the dredger", limit=MAX_TIMELINE)
    assert (len(everything.answer.passages), everything.more) == (60, 0)
    assert [quote.place.turn for quote in everything.answer.passages] == list(range(1, 120, 2))


def test_the_same_words_in_two_papers_stand_once_at_the_older_one(
    ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """A reprint is no second statement: it is named as another place, with its own date."""
    turns = [("Host", "What is new?"), ("Ann Bell", "The dredger has come at last, and we have all been down to see it.")]
    paths = [transcript("reprint", *turns, date="2022"), transcript("first", *turns, date="2020"), transcript("cut", *turns)]
    (quote,) = ask_over(*paths).timeline("What did Bell say about the dredger?").answer.passages
    assert quote.place.document_id == "first"
    assert [(place.document_id, place.published) for place in quote.also_in] == [("reprint", "2022"), ("cut", None)]


def test_filters_hold(papers: Service) -> None:
    """Dates and a document narrow a timeline as they narrow an answer."""
    assert dates(papers.timeline(QUESTION, since="2020")) == ["2020", "2021-04-02"]
    assert dates(papers.timeline(QUESTION, until="2020")) == ["2019-12-03", "2020"]
    assert dates(papers.timeline(QUESTION, document="letters")) == [None]


def test_the_threshold_holds_for_each_passage(papers: Service) -> None:
    """Stricter, it lists less, down to nothing."""
    scores = [quote.score for quote in papers.timeline(QUESTION).answer.passages]
    strict = Service(papers.reader, papers.encoder, threshold=max(scores) - 1e-3)
    assert 1 <= len(strict.timeline(QUESTION).answer.passages) < len(scores)
    nothing = Service(papers.reader, papers.encoder, threshold=1.0).timeline(QUESTION).answer
    assert (nothing.reason, nothing.passages) == (Reason.NOTHING_ON_RECORD, ())
    assert nothing.nearest


# Whose it is


@pytest.fixture
def millers(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> Service:
    """Two Millers who both speak on the dredger, one alone on the ferry; and somebody whom nobody names."""

    def interview(name: str, who: str | None, words: str) -> Path:
        return transcript(name, ("Host", "What is new?"), (who, words))  # type: ignore[arg-type]

    return ask_over(
        interview("one", "Robert Miller", "The dredger comes in spring, and I have it from the yard itself."),
        interview("two", "Helen Miller", "The dredger is not coming, whatever they tell you at the yard."),
        interview("three", "Helen Miller", "The ferry sails at nine as it did in my father's time."),
        interview("four", None, "A periscope was seen off the pier, and I for one believe it was there."),
        interview("five", None, "No periscope was seen at all, and I stood there the whole day."),
    )


@pytest.mark.parametrize("question", ["What did Miller say about the dredger?", "What was said of the dredger?"])
def test_several_speakers_are_a_choice(millers: Service, question: str) -> None:
    """A timeline is of one person: two are named with their documents, and none of their words is listed."""
    timeline = millers.timeline(question)
    assert (timeline.answer.reason, timeline.speaker) == (Reason.AMBIGUOUS_SPEAKER, None)
    assert (timeline.answer.passages, timeline.answer.nearest) == ((), ())
    assert {(one.name, one.role, one.documents) for one in timeline.candidates} == {
        ("Robert Miller", Role.INTERVIEWEE, ("one",)),
        ("Helen Miller", Role.INTERVIEWEE, ("two",)),
    }


@pytest.mark.parametrize(
    ("question", "speaker", "documents"),
    [
        ("What was said of the dredger?", "Helen", ["two"]),
        ("What was said of the dredger?", "Robert Miller", ["one"]),
        ("What did Robert Miller say about the dredger?", None, ["one"]),
        ("What did Robert Miller say about the dredger?", "Helen", ["two"]),
        ("What did Miller say about the ferry?", None, ["three"]),
        ("What was said of the ferry?", None, ["three"]),
    ],
)
def test_one_speaker_is_told_by_filter_name_or_matter(
    millers: Service, question: str, speaker: str | None, documents: list[str]
) -> None:
    """The filter wins, then the name in the question, then whoever alone speaks on it."""
    timeline = millers.timeline(question, speaker=speaker)
    assert [quote.place.document_id for quote in timeline.answer.passages] == documents


def test_unnamed_speakers_of_two_documents_are_two(millers: Service) -> None:
    """Nobody says that they are one person; asked of one document there is no doubt."""
    timeline = millers.timeline("What about the periscope?")
    assert timeline.answer.reason is Reason.AMBIGUOUS_SPEAKER
    assert {(one.name, one.documents) for one in timeline.candidates} == {(None, ("four",)), (None, ("five",))}
    alone = millers.timeline("What about the periscope?", document="four")
    assert (alone.speaker, [quote.place.document_id for quote in alone.answer.passages]) == (None, ["four"])


def test_a_surname_alone_is_joined_where_it_can_be_nobody_else(
    ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """One paper labels him Robert Miller, the other Miller."""
    paths = [
        transcript(name, ("Host", "What is new?"), (who, f"The dredger {what}, and there it is."), date=day)
        for name, who, what, day in [("a", "Robert Miller", "is here", "2020"), ("b", "Miller", "is gone again", "2021")]
    ]
    timeline = ask_over(*paths).timeline(QUESTION)
    assert (timeline.speaker, dates(timeline)) == ("Robert Miller", ["2020", "2021"])


def test_what_she_was_asked_is_told_by_the_questions(service: Service) -> None:
    """The answers to those that are on it, each once, and no answer to anything else."""
    timeline = service.timeline("Which questions did Osterhaven get about President Dorn?")
    assert timeline.speaker == "Marit Osterhaven"
    assert timeline.answer.wants is Wants.QUESTIONS
    asked = [quote.asked.cited_text for quote in timeline.answer.passages if quote.asked]
    assert len(asked) == len(set(asked)) == len(timeline.answer.passages)
    assert any("President Aleksander Dorn" in words for words in asked)


def test_a_time_in_the_question_limits_a_timeline(papers: Service) -> None:
    """As it limits an answer."""
    assert dates(papers.timeline("What has Miller said since 2020 about the dredger?")) == ["2020", "2021-04-02"]


def test_a_pronoun_is_the_one_who_was_meant(papers: Service) -> None:
    """In one document he who alone answers."""
    timeline = papers.timeline("What has he said about the dredger?", document="letters")
    assert (timeline.speaker, dates(timeline)) == ("Robert Miller", [None])


# Refusals and mistakes


def test_refusals_are_those_of_an_answer(papers: Service, ask_over: Callable[..., Service]) -> None:
    """Nothing said, somebody else, nobody of that name: reasons, not errors, and nothing is listed."""
    for question, speaker, reason in [
        ("What has Miller said about quantum chromodynamics?", None, Reason.NOTHING_ON_RECORD),
        ("What was said about the dredger?", "Ford", Reason.OTHER_SPEAKER),
        ("What was said about the dredger?", "Churchill", Reason.UNKNOWN_SPEAKER),
    ]:
        timeline = papers.timeline(question, speaker=speaker)
        assert (timeline.answer.reason, timeline.answer.passages) == (reason, ())
        assert (timeline.speaker, timeline.more, timeline.candidates) == (None, 0, ())


def test_an_empty_index_says_so(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> None:
    """An index without answers is another reason than nothing said."""
    assert ask_over(transcript("only", ("Host", "Is anybody there?"))).timeline(QUESTION).answer.reason is Reason.EMPTY_INDEX


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"limit": 0}, "The limit is 0"),
        ({"limit": MAX_TIMELINE + 1}, "at most 1000"),
        ({"since": "May"}, "since"),
        ({"since": "2024", "until": "2020"}, "ends before it begins"),
    ],
)
def test_what_can_not_be_asked_is_an_error(papers: Service, options: dict[str, object], words: str) -> None:
    """As it is for an answer."""
    with pytest.raises(BadQuestion, match=words):
        papers.timeline(QUESTION, **options)  # type: ignore[arg-type]
    with pytest.raises(BadQuestion, match="holds no words"):
        papers.timeline("?!")
    with pytest.raises(NotInIndex, match="nowhere"):
        papers.timeline(QUESTION, document="nowhere")


def test_the_id_tells_timelines_and_answers_apart(papers: Service) -> None:
    """The same for the same, another for any other question, filter, limit or kind."""
    ids = [
        papers.ask(QUESTION).id,
        papers.timeline(QUESTION).answer.id,
        papers.timeline(QUESTION, limit=7).answer.id,
        papers.timeline(QUESTION, speaker="Ford").answer.id,
        papers.timeline(QUESTION, since="2020").answer.id,
    ]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"ans_[0-9a-f]{16}", one) for one in ids)
    assert papers.timeline(QUESTION).answer.id == ids[1]


# The promise


@pytest.mark.parametrize("question", HOSTILE_QUESTIONS)
def test_hostile_questions_give_slices_or_a_reason(service: Service, canonical: dict[str, str], question: str) -> None:
    """Whatever is asked, what is listed stands in its source, in one person's mouth and not an interviewer's."""
    assert_sound(service.timeline(question), canonical)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_words_of_the_sources_give_slices_of_one_speaker(
    service: Service, canonical: dict[str, str], data: st.DataObject
) -> None:
    """Questions torn from the texts, with any limit."""
    text = canonical[data.draw(st.sampled_from(sorted(canonical)))]
    start = data.draw(st.integers(0, len(text) - 1))
    question = text[start : start + data.draw(st.integers(1, 80))]
    limit = data.draw(st.integers(1, 60))
    try:
        timeline = service.timeline(question, limit=limit)
    except BadQuestion:
        assert not re.search(r"[^\W_]", question)
        return
    assert len(timeline.answer.passages) <= limit
    assert_sound(timeline, canonical)


def assert_sound(timeline: Timeline, canonical: dict[str, str]) -> None:
    answer = timeline.answer
    assert answer.found == bool(answer.passages)
    assert bool(timeline.candidates) == (answer.reason is Reason.AMBIGUOUS_SPEAKER)
    assert {quote.place.speaker for quote in answer.passages} <= {timeline.speaker}
    for quote in answer.passages:
        assert quote.role is not Role.INTERVIEWER
        assert quote.cited_text == canonical[quote.place.document_id][quote.place.span.start : quote.place.span.end]
    when = [(quote.place.published is None, quote.place.published or "") for quote in answer.passages]
    assert when == sorted(when)


def test_a_source_altered_under_the_index_is_never_listed(service: Service) -> None:
    """The last step compares with the source here too."""

    class Altered(IndexReader):
        def cut(self, document_id: str, span: Span) -> str:
            return super().cut(document_id, span).replace("e", "е")

    with pytest.raises(AlteredQuote):
        Service(Altered.open(service.reader.root), service.encoder).timeline("What is left of the station?", speaker="Reyes")
