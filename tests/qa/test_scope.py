"""What a question is asked of: whose words, said when, on what; over the sample interviews."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reader import IndexReader
from index.records import Role
from qa.answer import Reason, Voice, Wants
from qa.errors import BadQuestion
from qa.scope import Scope, scope_of
from qa.service import Service

TODAY = date(2025, 3, 1)
HELEN, ROBERT, MARIT, IDRIS, ODILE, YSOLDE = (
    "Helen Miller", "Robert Miller", "Marit Osterhaven", "Idris Calloway", "Odile Farrant", "Ysolde Reyes"
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What a question must resolve to: a filter (``speakers``, ``since``, ``until``), a choice, words that are looked up."""

    question: str
    speakers: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    wants: Wants = Wants.ANSWERS
    choice: tuple[str, ...] = ()
    words: tuple[str, ...] | None = None
    shown: str | None = None


BOTH = (HELEN, ROBERT)
QUESTIONS = [
    # A name in the speaker's place filters
    Told("What did Osterhaven say about the barrier?", (MARIT,), words=("barrier",)),
    Told("What did Marit say about the barrier?", (MARIT,)),
    Told("What did Mayor Osterhaven say about the barrier?", (MARIT,)),
    Told("What did Osterhaven, the mayor of Varnholm, say about gas?", (MARIT,), words=("gas",)),
    Told("what did osterhaven say about gas", (MARIT,)),
    Told("What did Helen Miller promise?", (HELEN,)),
    Told("What did the Minister of Finance Helen Miller say about heating?", (HELEN,)),
    Told("What did H. Miller say about heating?", (HELEN,), shown="What did Helen Miller say about heating?"),
    Told("What did Rob Miller say about the rate?", (ROBERT,), shown="What did Robert Miller say about the rate?"),
    Told("How did Calloway describe the car park?", (IDRIS,), words=("car", "park")),
    Told("What does Idris Calloway think about spreadsheets?", (IDRIS,)),
    Told("Did Calloway ever mention Lisbon?", (IDRIS,), words=("Lisbon",)),
    Told("What is Farrant's view on critics?", (ODILE,), words=("critics",)),
    Told("According to Dr Reyes, what is left of the station?", (YSOLDE,)),
    Told("Tell me what Reyes said about the tent", (YSOLDE,), words=("tent",)),
    Told("Reyes on the ice", (YSOLDE,), words=("ice",)),
    Told("What did Osterhaven say about Miller?", (MARIT,), words=("Miller",)),
    Told("What did Reyes and Calloway say about the cold?", (IDRIS, YSOLDE)),
    Told("What did Helen and Robert Miller say about the bank?", BOTH),
    Told("Was hat Osterhaven über den Hafen gesagt?", (MARIT,), words=("Hafen",)),
    Told("Qu'a dit Reyes sur la glace ?", (YSOLDE,)),
    Told("¿Qué dijo Calloway sobre el desayuno?", (IDRIS,), words=("desayuno",)),
    # A slip is forgiven, and shown
    Told("What did Osterhafen say about gas?", (MARIT,), shown="What did Marit Osterhaven say about gas?", words=("gas",)),
    Told("What did Caloway say about eggs?", (IDRIS,), shown="What did Idris Calloway say about eggs?"),
    Told("What did Robret Miller say about the rate?", (ROBERT,), shown="What did Robert Miller say about the rate?"),
    # Nobody of that name answers: a topic
    Told("What did Ahrensby say about the bank?", words=("Ahrensby", "bank")),
    Told("What did Quayle say about the ice?", words=("Quayle", "ice")),
    Told("What did Bill Miller say about the bank?", words=("Bill", "Miller", "bank")),
    Told("What did critics of Osterhaven say?", words=("critics", "Osterhaven")),
    Told("What did Miller's aunt say?", words=("Miller", "aunt")),
    # A name elsewhere is a topic
    Told("Who is Marit Osterhaven's deputy?", words=("Marit", "Osterhaven", "deputy")),
    Told("Did Miller recuse herself?", words=("Miller", "recuse", "herself")),
    Told("When did the mayor last speak with President Dorn?", words=("mayor", "last", "President", "Dorn")),
    Told("Who said that a closed door is an answer?", words=("closed", "door", "answer")),
    Told("Who mentioned Osterhaven?", words=("mentioned", "Osterhaven")[1:]),
    Told("What was said about Miller?", words=("Miller",)),
    Told("Did she ever meet Dorn?", words=("meet", "Dorn")),
    # Offices, by labels or by how they are called
    Told("What did the mayor say about the barrier?", (MARIT,), shown="What did Marit Osterhaven say about the barrier?"),
    Told("What did the mayor of Varnholm say about gas?", (MARIT,)),
    Told("What does the governor think of the deficit?", (ROBERT,)),
    Told("What did the minister say about heating?", (HELEN,), shown="What did Helen Miller say about heating?"),
    Told("What did the glaciologist say about warming?", (YSOLDE,)),
    Told("What did the bishop say about warming?"),
    # Namesakes are a choice, unless something tells
    Told("What did Miller say about the bank?", choice=BOTH),
    Told("What did Mr Miller say about the bank?", choice=BOTH),
    Told("What did Miler say about the bank?", choice=BOTH),
    Told("Was sagte Miller über die Bank?", choice=BOTH),
    Told("What did Governor Miller say about the bank?", (ROBERT,), words=("bank",)),
    Told("What did Minister Miller say about the bank?", (HELEN,), words=("bank",)),
    # Pronouns over many people are everybody
    Told("What did she say about the barrier?", words=("barrier",)),
    Told("What did they say about the bank?"),
    # Dates
    Told("What did Osterhaven say about the barrier in 2024?", (MARIT,), "2024", "2024", words=("barrier",)),
    Told("What did she say last year about the barrier?", (), "2024", "2024", words=("barrier",)),
    Told("In 2023, what did Calloway say about the final?", (IDRIS,), "2023", "2023",
         shown="What did Calloway say about the final?"),
    Told("What was said about the deficit since June 2024?", (), "2024-06", None, words=("deficit",)),
    Told("What did Osterhaven say about the flood in 2008?", (MARIT,), words=("flood", "2008")),
    Told("What did Calloway say about the 2023 final?", (IDRIS,), words=("2023", "final")),
    Told("Who won the final in 2023?", words=("won", "final", "2023")),
    # What somebody was asked
    Told("What was Calloway asked about Luckfall?", (IDRIS,), wants=Wants.QUESTIONS, words=("Luckfall",)),
    Told("Which questions did the mayor get about the barrier?", (MARIT,), wants=Wants.QUESTIONS, words=("barrier",)),
    Told("Was Reyes asked about the open letter?", (YSOLDE,), wants=Wants.QUESTIONS),
    Told("What was he asked about Luckfall?", wants=Wants.QUESTIONS, words=("Luckfall",)),
    Told("What was Miller asked about the bank?", choice=BOTH, wants=Wants.QUESTIONS),
]  # fmt: skip


@pytest.mark.parametrize("told", QUESTIONS, ids=lambda told: told.question)
def test_a_question_says_whose_words_it_wants_and_when(reader: IndexReader, told: Told) -> None:
    """Filters where it says so and the index has such a speaker and such dates; else its words are searched as they are."""
    scope = scope_of(reader, told.question, today=TODAY)
    filters = scope.filters
    assert (filters.speakers, filters.since, filters.until) == (tuple(sorted(told.speakers)), told.since, told.until)
    assert filters.inferred == tuple(name for name in ("speakers", "since", "until") if getattr(told, name))
    assert scope.query.wants is told.wants
    assert {voice.name for voice in scope.candidates} == set(told.choice)
    assert scope.reason is (Reason.AMBIGUOUS_SPEAKER if told.choice else None)
    assert told.words is None or scope.query.words == told.words
    assert told.shown is None or scope.query.searched_for == told.shown
    assert scope.query.text == told.question


def test_the_choice_says_who_they_are(reader: IndexReader) -> None:
    """With role and documents, as a timeline's does."""
    documents = ("press-conference-miller",)
    assert scope_of(reader, "What did Miller say?").candidates == (
        Voice(HELEN, Role.INTERVIEWEE, documents),
        Voice(ROBERT, Role.INTERVIEWEE, documents),
    )


@pytest.mark.parametrize(
    ("question", "filters", "history", "speakers", "shown"),
    [
        ("What did she say about gas?", {"document": "mayor-harbour"}, [], {MARIT}, f"What did {MARIT} say about gas?"),
        ("What are her views on gas?", {"document": "mayor-harbour"}, [], {MARIT}, f"What are {MARIT}’s views on gas?"),
        ("What was she asked about gas?", {"document": "mayor-harbour"}, [], {MARIT}, f"What was {MARIT} asked about gas?"),
        ("What did the author say?", {"document": "novelist-qa"}, [], {ODILE}, f"What did {ODILE} say?"),
        ("What did she say?", {"document": "press-conference-miller"}, [], None, "What did she say?"),
        ("What did she say?", {}, ["What did Osterhaven say about gas?"], {MARIT}, f"What did {MARIT} say?"),
        ("What did she say?", {}, ["What did Reyes say?", "What did Farrant say?"], {ODILE}, f"What did {ODILE} say?"),
        ("What did she say?", {}, ["What did Reyes say?", "What did she mean?"], {YSOLDE}, f"What did {YSOLDE} say?"),
        ("What did she say?", {}, ["Who is Ysolde Reyes?"], {YSOLDE}, f"What did {YSOLDE} say?"),
        ("What did she say?", {}, ["What did Miller say?"], None, "What did she say?"),
        ("What did she say?", {}, ["What did she say about Robert Miller?"], None, "What did she say?"),
        ("What did Miller say?", {}, ["What did Helen Miller say about gas?"], {HELEN}, f"What did {HELEN} say?"),
        ("What did the chef say?", {}, ["What did Helen Miller say about gas?"], {HELEN}, f"What did {HELEN} say?"),
        ("When Reyes stood there, what did she say?", {}, [], {YSOLDE}, f"When Reyes stood there, what did {YSOLDE} say?"),
        ("What did he say?", {"speaker": "Calloway"}, ["What did Reyes say?"], {IDRIS}, f"What did {IDRIS} say?"),
        ("What did Reyes say?", {"speaker": "Calloway"}, [], {IDRIS}, "What did Reyes say?"),
        ("What did Miller say?", {"speaker": "Helen"}, [], {HELEN}, "What did Miller say?"),
        ("What did Miller say?", {"document": "mayor-harbour"}, [], None, "What did Miller say?"),
        ("What did Quayle say?", {"document": "oral-history-reyes"}, [], None, "What did Quayle say?"),
        ("Why did she burn it?", {"document": "novelist-qa"}, [], None, f"Why did {ODILE} burn it?"),
        ("Why did she resign?", {}, ["What did Reyes say?"], None, f"Why did {YSOLDE} resign?"),
        ("Why did she resign?", {}, [], None, "Why did she resign?"),
    ],
)  # fmt: skip
def test_who_is_meant_is_told_by_question_filter_conversation_and_document(
    reader: IndexReader,
    question: str,
    filters: dict[str, str],
    history: Sequence[str],
    speakers: set[str] | None,
    shown: str,
) -> None:
    """In this order; whoever is meant stands in what is shown, and never in what is embedded."""
    scope = scope_of(reader, question, history=history, **filters)
    assert (scope.where.speakers, scope.query.searched_for) == (speakers, shown)
    assert scope.query.text == question
    assert ("speakers" in scope.filters.inferred) == (speakers is not None and "speaker" not in filters)


def test_all_speakers_that_a_question_speaks_of_are_told(reader: IndexReader) -> None:
    """Filter or not: who comes up, and who was understood."""
    assert scope_of(reader, "Did Miller recuse herself?").query.about_speakers == set(BOTH)
    assert scope_of(reader, "Did Reyes meet Osterhaven?").query.about_speakers == {YSOLDE, MARIT}
    assert scope_of(reader, "Why did she burn it?", document="novelist-qa").query.about_speakers == {ODILE}
    assert scope_of(reader, "What of the ice?").query.about_speakers == set()


@pytest.mark.parametrize(
    ("speaker", "names"),
    [("Osterhafen", {MARIT}), ("reyes", {YSOLDE}), ("H. Miller", {HELEN}), ("Miller", set(BOTH)), ("Churchill", set())],
)
def test_a_given_speaker_is_forgiven_a_slip(reader: IndexReader, speaker: str, names: set[str]) -> None:
    """A part of a name still means all who have it; who is nobody's slip is unknown."""
    scope = scope_of(reader, "ice", speaker=speaker)
    assert scope.where.speakers == names
    assert scope.reason is (None if names else Reason.UNKNOWN_SPEAKER)


def test_given_dates_win_over_the_questions(reader: IndexReader) -> None:
    """Also where only one side is given; the words stay."""
    scope = scope_of(reader, "What did Calloway say in 2023?", until="2024")
    assert (scope.where.since, scope.where.until, scope.filters.inferred) == (None, "2024", ("speakers",))
    assert scope.query.searched_for == "What did Calloway say in 2023?"


def test_dates_of_another_document_are_no_filter(reader: IndexReader) -> None:
    """Asked of one document, only its own date counts."""
    assert scope_of(reader, "What did he say in 2024?", document="coach-interview").where.since is None
    assert scope_of(reader, "What did he say in 2023?", document="coach-interview").where.since == "2023"


@pytest.fixture
def papers(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> Service:
    """Two Bells, told apart by forms of address and dates, and one man under two names."""

    def paper(name: str, who: str, day: str | None) -> Path:
        words = "The harbour will open on the first of May, and not a day before that."
        return transcript(name, ("Host", "When?"), (who, words), **({"date": day} if day else {}))

    return ask_over(
        paper("one", "Ms Ann Bell", "2020"),
        paper("two", "Mr Carl Bell", "2021"),
        paper("three", "Robert Pike", "2021"),
        paper("four", "Pike", None),
    )


@pytest.mark.parametrize(
    ("question", "filters", "documents"),
    [
        ("What did Ms Bell say about the harbour?", {}, {"one"}),
        ("What did Mr Bell say about the harbour?", {}, {"two"}),
        ("What did Bell say about the harbour?", {"since": "2021"}, {"two"}),
        ("What did Bell say about the harbour in 2020?", {}, {"one"}),
        ("What did Bell say about the harbour?", {"document": "one"}, {"one"}),
        ("What did Pike say about the harbour?", {}, {"three", "four"}),
        ("What did Robert Pike say about the harbour?", {}, {"three", "four"}),
    ],
)
def test_what_tells_namesakes_apart_leaves_no_choice(
    papers: Service, question: str, filters: dict[str, str], documents: set[str]
) -> None:
    """A form of address, a date, a document; and names that are one person's are no choice."""
    answer = papers.ask(question, limit=10, **filters)  # type: ignore[arg-type]
    assert answer.reason is None
    places = [place for quote in answer.passages for place in (quote.place, *quote.also_in)]
    assert {place.document_id for place in places} == documents


def test_without_a_hint_they_are_a_choice(papers: Service) -> None:
    """And nothing is quoted."""
    answer = papers.ask("What did Bell say about the harbour?")
    assert (answer.reason, answer.passages, answer.nearest) == (Reason.AMBIGUOUS_SPEAKER, (), ())
    assert {(voice.name, voice.documents) for voice in answer.candidates} == {
        ("Ann Bell", ("one",)), ("Carl Bell", ("two",))
    }  # fmt: skip


def test_who_alone_answers_is_meant_by_every_pronoun(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> None:
    """Unless a form of address says otherwise."""
    service = ask_over(transcript("one", ("Host", "When?"), ("Ms Ann Bell", "We open in May, I hope, if the crane is mended.")))
    assert service.ask("What did she say about May?").filters.speakers == ("Ann Bell",)
    assert service.ask("What did the mayor say about May?").filters.speakers == ("Ann Bell",)
    assert service.ask("What did he say about May?").filters.speakers == ()


@settings(max_examples=150, deadline=None)
@given(
    question=st.text(max_size=60)
    | st.lists(st.sampled_from("what did was Miller she asked the mayor say about in 2024 , and".split())).map(" ".join),
    history=st.lists(st.text(max_size=30), max_size=2),
)
def test_any_text_is_understood_or_refused(reader: IndexReader, question: str, history: list[str]) -> None:
    """Never raises anything else; what is shown asks for no fewer words than before, and names only who is there."""
    try:
        scope: Scope = scope_of(reader, question, history=history, today=TODAY)
    except BadQuestion:
        return
    assert scope.query.text == " ".join(question.split())
    assert scope.query.words
    assert scope.query.searched_for
    assert bool(scope.candidates) == (scope.reason is Reason.AMBIGUOUS_SPEAKER)
    assert set(scope.where.speakers or ()) <= set(reader.speakers())


@pytest.mark.parametrize(
    "told", [told for told in QUESTIONS if not told.choice and not told.since], ids=lambda told: told.question
)
def test_what_is_shown_is_understood_the_same(reader: IndexReader, told: Told) -> None:
    """Asked again as it was understood, a question is asked of the same speakers."""
    first = scope_of(reader, told.question, today=TODAY)
    again = scope_of(reader, first.query.searched_for, today=TODAY)
    assert (again.where, again.query.searched_for) == (first.where, first.query.searched_for)
