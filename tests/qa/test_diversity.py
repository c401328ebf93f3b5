"""A list of answers: the first stays first, near-repeats stand back for what is nearly as good and for nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Filter, Passage, Role, Span, StoredPassage
from qa.diversity import Scored, diverse
from qa.interpret import interpret
from qa.service import Service

OTHER_WORDS = (
    "harbour crane pilots ferry storm barrier money council",
    "eggs flour butter sugar oven tray kitchen table cook",
    "penalty keeper bench goal pitch captain whistle crowd",
    "novel chapter editor letter green coat sister prize",
)


def piece(
    score: float, turn: int, start: int = 0, *, length: int = 600, document: str = "d", speaker: str | None = "Ann"
) -> Scored:
    """A passage of so many code points at a place."""
    span = Span(start, start + length)
    return Scored(score, StoredPassage(start, document, Passage(turn, span, speaker, Role.INTERVIEWEE, None, (span,))))


def order(found: Sequence[Scored], count: int, words: Sequence[str] | None = None) -> list[int]:
    texts = {id(one.stored): text for one, text in zip(found, words or [""] * len(found), strict=True)}
    return diverse(found, count, lambda stored: texts[id(stored)])


def test_what_is_nearly_as_good_comes_before_a_fifth_passage_of_one_turn() -> None:
    """Five neighbours of one turn, then others hardly worse: the list has both."""
    turn = [piece(0.9 - n / 100, 1, 600 * n) for n in range(5)]
    others = [piece(0.84 - n / 100, 5 + n, 9000 + 600 * n) for n in range(5)]
    listed = order([*turn, *others], 5)[:5]
    assert listed[0] == 0
    assert sum(number < 5 for number in listed) < 4
    assert listed == sorted(listed)


def test_a_long_answer_keeps_its_passages_where_the_others_are_far_worse() -> None:
    """Three good passages of one answer are the answer."""
    turn = [piece(0.9, 1, 0), piece(0.88, 1, 600), piece(0.86, 1, 1200)]
    others = [piece(0.4, 5 + n, 9000 + 600 * n) for n in range(5)]
    assert order([*turn, *others], 3)[:3] == [0, 1, 2]


def test_a_list_that_goes_on_keeps_what_was_listed_in_mind() -> None:
    """A neighbour of what was shown stands back on the next page too."""
    shown = piece(0.95, 1, 0).stored
    found = [piece(0.9, 1, 600), piece(0.89, 2, 9000), piece(0.88, 3, 18_000)]
    assert diverse(found, 2, lambda stored: "")[:2] == [0, 1]
    assert diverse(found, 2, lambda stored: "", after=[shown])[:2] == [1, 2]


def test_far_places_of_one_turn_are_two_places() -> None:
    """A monologue is one turn, and is not one paragraph."""
    found = [piece(0.9, 0, 0), piece(0.88, 0, 20_000), piece(0.87, 1, 40_000)]
    assert order(found, 2)[:2] == [0, 1]


def test_like_words_of_one_person_stand_back() -> None:
    """The same thing told twice, in two documents, with a word or two changed."""
    told = OTHER_WORDS[0]
    found = [piece(0.9, 1, document="a"), piece(0.88, 1, document="b"), piece(0.86, 1, document="c")]
    assert order(found, 2, [told, f"{told} indeed", OTHER_WORDS[1]])[:2] == [0, 2]


@pytest.mark.parametrize("speakers", [("Ann", "Bob"), (None, "Ann")])
def test_like_words_of_two_people_are_two_answers(speakers: tuple[str | None, str | None]) -> None:
    """Who says it is a part of the answer."""
    found = [piece(0.9, 1, document=name, speaker=who) for name, who in zip("ab", speakers, strict=True)]
    found.append(piece(0.86, 1, document="c"))
    assert order(found, 2, [OTHER_WORDS[0], OTHER_WORDS[0], OTHER_WORDS[1]])[:2] == [0, 1]


def test_short_words_are_never_alike() -> None:
    """ "Yes." twice is two answers."""
    found = [piece(0.9, 1, length=4, document="a"), piece(0.9, 1, length=4, document="b"), piece(0.9, 1, document="c")]
    assert order(found, 2, ["Yes.", "Yes.", OTHER_WORDS[0]])[:2] == [0, 1]


def test_an_order_against_the_scores_is_kept() -> None:
    """What was put further down for another reason isn't lifted by its score."""
    assert order([piece(0.5, 1), piece(0.4, 2, 9000), piece(0.99, 3, 18_000)], 2)[:2] == [0, 1]


@given(data=st.data())
def test_nothing_is_lost_and_the_first_stays_first(data: st.DataObject) -> None:
    """Every candidate is there once; the listed and the others are each in their old order."""
    rows = data.draw(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=40))
    scores = sorted((row[0] for row in rows), reverse=True)
    found = [piece(score, turn, 600 * at) for score, (_, turn, at) in zip(scores, rows, strict=True)]
    count = data.draw(st.integers(1, 45))
    words = data.draw(st.lists(st.sampled_from(OTHER_WORDS), min_size=len(found), max_size=len(found)))
    got = order(found, count, words)
    assert got[0] == 0
    assert sorted(got) == list(range(len(found)))
    assert got[:count] == sorted(got[:count])
    assert got[count:] == sorted(got[count:])


def test_a_long_turn_leaves_room_in_a_real_answer(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> None:
    """Over a real index: one man goes on about the harbour for five passages, another has a word on it, and is heard."""
    long = " ".join(f"The harbour crane, the harbour wall and the harbour light of year {1900 + n} stood." for n in range(36))
    others = "The wind was in the east, the church was full, the bread was cheap and the doctor was young in those days"
    turns = [("Host", "What about the harbour?"), ("Carl Dunn", long), ("Host", "Really?")]
    turns += [("Ann Bell", f"{others}; the harbour was silted up, {others.lower()}, and nobody would say so aloud. {others}.")]
    service = ask_over(transcript("panel", *turns))
    query = interpret("the harbour")
    found = service.find(query, service.weights(query), Filter(), 4).found
    assert [one.stored.passage.speaker for one in found[:4]] == ["Carl Dunn"] * 4
    listed = service.ask("the harbour", limit=4).passages
    assert [quote.place.speaker for quote in listed] == ["Carl Dunn"] * 3 + ["Ann Bell"]
