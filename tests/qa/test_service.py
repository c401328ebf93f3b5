"""A question to an answer: quotes that are slices of their speakers' own words, or the reason why there are none."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import remove_documents
from index.errors import NotInIndex
from index.reader import IndexReader
from index.records import Role, Span
from qa.answer import Answer, Quote, Reason
from qa.errors import AlteredQuote, BadQuestion
from qa.service import DEFAULT_LIMIT, Service
from tests.encoders import WordHashEncoder
from tests.qa.conftest import HOSTILE_QUESTIONS

TELLING = [
    ("What did she say about the storm barrier?", "mayor-harbour", "Marit Osterhaven", "borrowing until 2051"),
    ("What is left of the station?", "oral-history-reyes", "Ysolde Reyes", "The roof of the kitchen"),
    ("When did your supervisors first notice the withdrawals at Kronvik?", "press-conference-miller", "Robert Miller", "12.40"),
    ("Did your sister Agathe recognise herself in Berthe?", "novelist-qa", "Odile Farrant", "green coat"),
    (
        "You had eleven points at Christmas and you finished ninth. What changed?",
        "coach-interview",
        "Idris Calloway",
        "Breakfast.",
    ),
]


def quotes_of(answer: Answer) -> tuple[Quote, ...]:
    return (*answer.passages, *answer.nearest)


def assert_slices(answer: Answer, canonical: dict[str, str]) -> None:
    """Every quote, question and mark of an answer is cut from its document."""
    for quote in quotes_of(answer):
        text, span = canonical[quote.place.document_id], quote.place.span
        assert 0 <= span.start < span.end <= len(text)
        assert quote.cited_text == text[span.start : span.end]
        if quote.asked:
            assert quote.asked.cited_text == text[quote.asked.span.start : quote.asked.span.end]
            assert quote.asked.turn < quote.place.turn
        assert quote.highlights
        assert all(span.start <= mark.start < mark.end <= span.end for mark in quote.highlights)
        assert text[: span.start].endswith(quote.prefix)
        assert text[span.end :].startswith(quote.suffix)


@pytest.fixture(scope="module")
def interviewers(canonical: dict[str, str], reader: IndexReader) -> dict[str, list[tuple[int, int]]]:
    """Where the interviewers of the samples speak, found in the texts without the indexer where labels allow it."""
    patterns = {
        "coach-interview": r"(?s)(?<=\*\*Nadia Brandt:\*\*)(.*?)(?=\*\*Idris Calloway:\*\*)",
        "novelist-qa": r"(?m)^Q: (.*)$",
        "oral-history-reyes": r"(?m)^(?:Martin Quayle, Cold Places Archive|Quayle): (.*)$",
    }
    found = {name: [match.span(1) for match in re.finditer(raw, canonical[name])] for name, raw in patterns.items()}
    for name in ("mayor-harbour", "press-conference-miller"):
        turns = [
            turn for turn in reader.turns(name) if turn.speaker not in ("Marit Osterhaven", "Helen Miller", "Robert Miller")
        ]
        found[name] = [(span.start, span.end) for turn in turns for span in turn.spans]
    assert {name: len(spans) for name, spans in found.items()} == {
        "coach-interview": 10,
        "novelist-qa": 10,
        "oral-history-reyes": 10,
        "mayor-harbour": 11,  # ten questions, and the words above the interview
        "press-conference-miller": 12,
    }
    return found


def assert_nobody_asks(answer: Answer, interviewers: dict[str, list[tuple[int, int]]]) -> None:
    """No word of an interviewer's stands in any quote of an answer."""
    for quote in quotes_of(answer):
        span = quote.place.span
        assert quote.role is not Role.INTERVIEWER
        assert not any(start < span.end and span.start < end for start, end in interviewers[quote.place.document_id])


@pytest.mark.parametrize(("question", "document", "speaker", "words"), TELLING)
def test_the_passage_that_answers_comes_first(service: Service, question: str, document: str, speaker: str, words: str) -> None:
    """A question that shares its words with one exchange is answered from it, in its speaker's name."""
    answer = service.ask(question)
    assert answer.found
    first = answer.passages[0]
    assert (first.place.document_id, first.place.speaker, first.role) == (document, speaker, Role.INTERVIEWEE)
    assert words in first.cited_text


@pytest.mark.parametrize("question", [question for question, *_ in TELLING] + HOSTILE_QUESTIONS)
def test_every_quote_is_a_slice(service: Service, canonical: dict[str, str], question: str) -> None:
    """Quotes, questions, marks and surroundings are cut from the files as they are, for plain and for hostile questions."""
    assert_slices(service.ask(question), canonical)


@settings(max_examples=150, deadline=None)
@given(question=st.text(max_size=80))
def test_garbage_never_yields_anything_but_slices(service: Service, canonical: dict[str, str], question: str) -> None:
    """Any string is refused as a question or answered with slices; nothing else is raised."""
    try:
        answer = service.ask(question)
    except BadQuestion:
        return
    assert answer.found == bool(answer.passages)
    assert_slices(answer, canonical)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_words_of_the_sources_yield_slices_within_the_limit(
    service: Service, canonical: dict[str, str], interviewers: dict[str, list[tuple[int, int]]], data: st.DataObject
) -> None:
    """Questions torn from the texts themselves bring at most ``limit`` quotes, all slices, none of an interviewer."""
    text = canonical[data.draw(st.sampled_from(sorted(canonical)))]
    start = data.draw(st.integers(0, len(text) - 1))
    question = text[start : start + data.draw(st.integers(1, 120))]
    limit = data.draw(st.integers(1, 100))
    try:
        answer = service.ask(question, limit=limit)
    except BadQuestion:
        assert not re.search(r"[^\W_]", question)
        return
    assert len(answer.passages) <= limit
    assert len(answer.nearest) <= limit
    assert_slices(answer, canonical)
    assert_nobody_asks(answer, interviewers)


def test_an_interviewers_words_are_never_the_answer(
    service: Service, canonical: dict[str, str], interviewers: dict[str, list[tuple[int, int]]]
) -> None:
    """Asked each interviewer's question word for word, the index answers with somebody else's words."""
    for name, spans in interviewers.items():
        for start, end in spans:
            answer = service.ask(canonical[name][start:end], limit=20)
            assert quotes_of(answer)
            assert_nobody_asks(answer, interviewers)


def test_the_question_travels_with_its_answer(service: Service) -> None:
    """What an answer was asked stands beside it, with who asked."""
    quote = service.ask("Did you mislead parliament?").passages[0]
    assert quote.place.speaker == "Helen Miller"
    assert quote.asked
    assert quote.asked.speaker == "Ida Brenning"
    assert quote.asked.cited_text.endswith("Did you mislead parliament?")


def test_the_words_of_the_question_are_marked(service: Service) -> None:
    """The marked sentences are the ones that say what was asked for."""
    quote = Service(service.reader, service.encoder, threshold=0.0).ask("Who threw wet bibs?").passages[0]
    marked = " ".join(mark.cut(service.reader.text(quote.place.document_id)) for mark in quote.highlights)
    assert "wet bibs" in marked
    assert len(marked) < len(quote.cited_text)


def test_an_answer_says_what_was_searched_and_where(service: Service) -> None:
    """Question as given, what was looked for, which generation, how sure, how long."""
    question = "  What is left\nof the station? "
    answer = service.ask(question)
    assert answer.question == question
    assert answer.searched_for == "What is left of the station?"
    assert answer.index_version == service.reader.version
    assert service.threshold <= answer.confidence <= 1
    assert answer.took_ms > 0
    scores = [quote.score for quote in answer.passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(answer.passages) == DEFAULT_LIMIT


def test_the_same_question_gives_the_same_answer(service: Service) -> None:
    """Asking twice changes nothing but the time it took; the id is the same."""
    one, two = (service.ask("What is left of the station?") for _ in range(2))
    assert (one.id, one.passages, one.confidence) == (two.id, two.passages, two.confidence)


def test_the_id_tells_questions_filters_limits_and_thresholds_apart(service: Service) -> None:
    """Two answers that may differ have different ids."""
    other = Service(service.reader, service.encoder, threshold=0.3)
    ids = {
        service.ask("storm barrier").id,
        service.ask("storm barriers").id,
        service.ask("storm barrier", limit=2).id,
        service.ask("storm barrier", speaker="Miller").id,
        service.ask("storm barrier", speaker="Helen Miller").id,
        service.ask("storm barrier", document="mayor-harbour").id,
        service.ask("storm barrier", since="2024").id,
        service.ask("storm barrier", until="2024").id,
        other.ask("storm barrier").id,
    }
    assert len(ids) == 9
    assert all(re.fullmatch(r"ans_[0-9a-f]{16}", one) for one in ids)


# Filters


@pytest.mark.parametrize(
    ("speaker", "names"),
    [
        ("Miller", {"Helen Miller", "Robert Miller"}),
        ("helen", {"Helen Miller"}),
        ("Robert Miller", {"Robert Miller"}),
        ("Dr. Reyes", {"Ysolde Reyes"}),
        ("Reyes Miller", set()),
    ],
)
def test_only_the_wanted_speakers_words_are_quoted(service: Service, speaker: str, names: set[str]) -> None:
    """A part of a name means everybody who has it, and nobody else is quoted, not even as nearest."""
    answer = service.ask("What about the money and the bank and the ice?", speaker=speaker, limit=20)
    assert {quote.place.speaker for quote in quotes_of(answer)} <= names
    assert bool(quotes_of(answer)) == bool(names)


def test_only_the_wanted_document_is_quoted(service: Service) -> None:
    """With a document, every quote is of it, however well another fits."""
    answer = service.ask("storm barrier", document="press-conference-miller")
    assert {quote.place.document_id for quote in quotes_of(answer)} == {"press-conference-miller"}


@pytest.mark.parametrize(
    ("since", "until", "documents"),
    [
        ("2024", None, {"mayor-harbour", "press-conference-miller"}),
        ("2024-05-12", None, {"press-conference-miller"}),
        ("2024-05-11", "2024-05-11", {"mayor-harbour"}),
        (None, "2023", {"coach-interview"}),
        (None, "2024-05", {"coach-interview", "mayor-harbour"}),
        ("2023-06", "2024", {"coach-interview", "mayor-harbour", "press-conference-miller"}),
        ("2025", None, set()),
    ],
)
def test_only_documents_of_these_dates_are_quoted(
    service: Service, since: str | None, until: str | None, documents: set[str]
) -> None:
    """Both ends are included, a month or a year means all its days, and undated documents never pass."""
    answer = service.ask("the", since=since, until=until, limit=100)
    assert {quote.place.document_id for quote in quotes_of(answer)} <= documents
    wide = Service(service.reader, service.encoder, threshold=0.0).ask("the", since=since, until=until, limit=100)
    assert {quote.place.document_id for quote in wide.passages} == documents


def test_a_document_that_is_not_there_is_an_error(service: Service) -> None:
    """A wrong id is no refusal: it raises, and names the id."""
    with pytest.raises(NotInIndex, match="nowhere"):
        service.ask("storm barrier", document="nowhere")


@pytest.mark.parametrize("limit", [0, -1])
def test_an_impossible_limit_is_refused(service: Service, limit: int) -> None:
    """An answer can't be found and hold nothing."""
    with pytest.raises(BadQuestion, match="The limit is"):
        service.ask("storm barrier", limit=limit)


@pytest.mark.parametrize("filters", [{"since": "2024-5"}, {"until": "May"}, {"speaker": "\udcff"}, {"document": "\ud800"}])
def test_an_impossible_filter_is_refused(service: Service, filters: dict[str, str]) -> None:
    """A filter that would silently filter wrongly is refused by name."""
    with pytest.raises(BadQuestion, match="|".join(filters)):
        service.ask("storm barrier", **filters)  # type: ignore[arg-type]


def test_a_range_that_ends_before_it_begins_is_refused(service: Service) -> None:
    """Nothing could ever be found in it: it is a slip, not nothing on record."""
    with pytest.raises(BadQuestion, match="ends before it begins"):
        service.ask("storm barrier", since="2024-06", until="2023-06")


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_an_answer_has_at_most_so_many_passages(service: Service, limit: int) -> None:
    """The limit is a limit, and as long as there are passages it is reached."""
    answer = service.ask("storm barrier", limit=limit)
    assert len(answer.passages) == min(limit, service.reader.counts["answers"])


# Reasons


def test_nothing_on_record(service: Service) -> None:
    """What nobody speaks of is refused, with what came closest set apart."""
    answer = service.ask("What do you think of quantum chromodynamics?")
    assert (answer.found, answer.reason, answer.passages) == (False, Reason.NOTHING_ON_RECORD, ())
    assert 1 <= len(answer.nearest) <= DEFAULT_LIMIT
    assert answer.confidence < service.threshold


def test_unknown_speaker(service: Service) -> None:
    """Nobody of that name is another reason than nothing said, and nothing is nearest to it."""
    answer = service.ask("storm barrier", speaker="Winston Churchill")
    assert (answer.reason, answer.passages, answer.nearest) == (Reason.UNKNOWN_SPEAKER, (), ())


def test_other_speaker(service: Service) -> None:
    """Somebody else spoke on it: said so, and not quoted in the wrong name."""
    answer = service.ask("What is left of the station?", speaker="Calloway")
    assert (answer.reason, answer.passages) == (Reason.OTHER_SPEAKER, ())
    assert {quote.place.speaker for quote in answer.nearest} == {"Idris Calloway"}


def test_a_speaker_who_said_nothing_on_what_nobody_did(service: Service) -> None:
    """With a speaker too, a topic of nobody's is nothing on record."""
    assert service.ask("quantum chromodynamics", speaker="Calloway").reason is Reason.NOTHING_ON_RECORD


def test_only_in_question(ask_over: Callable[..., Service], write: Callable[[str, str], Path]) -> None:
    """What only the narrator says is on no speaker's record, and the reason says that it did come up."""
    service = ask_over(
        write(
            "portrait.txt",
            "Ann Bell, once a chess champion, protested outside the embassy in Oslo against the Vietnam war.\n\n"
            "Host: What will you do in your first year, and with whom, now that the harbour is yours to run?\n\n"
            "Ann Bell: We will dredge the harbour, mend the crane, and pay the pilots what we owe them.\n",
        )
    )
    answer = service.ask("What did she say about Vietnam?")
    assert (answer.reason, answer.passages) == (Reason.ONLY_IN_QUESTION, ())
    assert service.ask("What did she say about Cambodia?").reason is Reason.NOTHING_ON_RECORD


def test_only_in_question_heeds_the_document(ask_over: Callable[..., Service], write: Callable[[str, str], Path]) -> None:
    """Asked of one document, another one's narrator doesn't count."""
    body = "Host: What will you do in your first year?\n\nAnn Bell: We will dredge the harbour and mend the old crane.\n"
    service = ask_over(
        write("one.txt", f"Ann Bell, a former minister, once protested against the Vietnam war in Oslo.\n\n{body}"),
        write("two.txt", f"Ann Bell, a former minister, has run the harbour for about a year now.\n\n{body}"),
    )
    assert service.ask("Vietnam", document="one").reason is Reason.ONLY_IN_QUESTION
    assert service.ask("Vietnam", document="two").reason is Reason.NOTHING_ON_RECORD


def test_empty_index(ask_over: Callable[..., Service], transcript: Callable[..., Path], tmp_path: Path) -> None:
    """An index from which everything was removed answers with that as its reason, whatever else is asked of it."""
    ask_over(transcript("only", ("Host", "Why?"), ("Ann Bell", "We will open the harbour in May.")))
    remove_documents(["only"], root=tmp_path / "index")
    service = Service(IndexReader.open(tmp_path / "index"), WordHashEncoder())
    assert service.ask("harbour").reason is Reason.EMPTY_INDEX
    assert service.ask("harbour", speaker="Bell").reason is Reason.EMPTY_INDEX
    assert service.ask("harbour", since="2024").found is False


@pytest.mark.parametrize("question", ["quantum chromodynamics", "storm barrier"])
def test_the_threshold_decides(service: Service, question: str) -> None:
    """At 0 whatever comes closest is found; at 1 nothing ever is; the same passages come first in both."""
    found = Service(service.reader, service.encoder, threshold=0.0).ask(question)
    refused = Service(service.reader, service.encoder, threshold=1.0).ask(question)
    assert found.found
    assert not refused.found
    assert found.confidence == refused.confidence
    assert refused.nearest
    assert refused.nearest == found.passages[: len(refused.nearest)]


def test_at_threshold_0_nothing_at_all_is_still_not_found(service: Service) -> None:
    """Where no passage passes the filters there is nothing to be sure of."""
    anything = Service(service.reader, service.encoder, threshold=0.0)
    answer = anything.ask("storm barrier", since="2025")
    assert (answer.found, answer.reason, answer.passages) == (False, Reason.NOTHING_ON_RECORD, ())
    asker = anything.ask("storm barrier", speaker="Quayle", since="2025")
    assert asker.reason is Reason.NOTHING_ON_RECORD


def test_a_passage_that_only_asks_stands_behind_what_was_said(
    ask_over: Callable[..., Service], write: Callable[[str, str], Path]
) -> None:
    """Where roles are unknown, who asks about a thing comes after who tells of it."""
    service = ask_over(
        write(
            "panel.json",
            '{"turns": [{"speaker": "Ann", "text": "Shall we dredge the harbour this spring?"},'
            ' {"speaker": "Bob", "text": "Shall we dredge the harbour this spring, as the council wants it, at last."}]}',
        )
    )
    assert service.ask("dredge the harbour this spring").passages[0].place.speaker == "Bob"


def test_many_threads_get_the_answers_of_one(service: Service) -> None:
    """One service serves several threads, each with its own answer."""
    questions = [question for question, *_ in TELLING] * 8
    alone = [service.ask(question).passages for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: service.ask(question).passages, questions))
    assert together == alone


def test_a_source_altered_under_the_index_is_never_quoted(service: Service, canonical: dict[str, str]) -> None:
    """The last step compares with the source: a service whose texts were exchanged raises instead of answering."""

    class Altered(IndexReader):
        def cut(self, document_id: str, span: Span) -> str:
            return super().cut(document_id, span).replace("e", "е")

    altered = Service(Altered.open(service.reader.root), service.encoder)
    with pytest.raises(AlteredQuote):
        altered.ask("What is left of the station?")


@pytest.mark.parametrize("limit", [1001, 10**9, 10**19])
def test_a_limit_that_no_search_can_hold_is_refused(service: Service, limit: int) -> None:
    """At the door: a word index that is asked for so many ends the process."""
    with pytest.raises(BadQuestion, match="at most 1000"):
        service.ask("storm barrier", limit=limit)
