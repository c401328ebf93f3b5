"""The kinds of transcript that are met with, rebuilt small: each marks its speakers in its own way, among a page's furniture.

The people, places and sentences are made up. What a reader finds in each file stands in ``expected.toml``, in the words that
the expectations about real files use (:mod:`tests.raw`); it was written with the files and not by running the parsers.
"""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from index.language import language_of
from index.records import Turn
from index.turns import spoken_text
from tests.raw.reading import Read, folded, marked, read_transcript
from tests.raw.words import bare

HERE = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((HERE / "expected.toml").read_text("utf-8"))
FIELDS = frozenset(
    "kind language title date speakers headline first_words last_words questions said said_at asked absent narrated "
    "misses".split()
)


@cache
def read_kind(name: str) -> Read:
    return read_transcript(HERE / name)


def _with(*fields: str) -> list[ParameterSet]:
    """The files of which one of some things is expected; ``misses`` says which of them is known not to be given, and why."""
    return [
        marked(name, next((why for field in fields if (why := expected.get("misses", {}).get(field))), None))
        for name, expected in EXPECTED.items()
        if any(field in expected for field in fields)
    ]


def _holding(one: Read, words: str) -> list[Turn]:
    """The turns in which some words are said, however they are set and spelled out."""
    return [turn for turn in one.turns if f" {bare(words)} " in f" {bare(one.words(turn))} "]


def test_every_file_is_expected_and_every_expectation_has_its_file() -> None:
    files = {f"{path.parent.name}/{path.name}" for path in HERE.glob("*/*") if path.parent.name != "__pycache__"}

    assert files == set(EXPECTED)
    assert all(expected.keys() <= FIELDS for expected in EXPECTED.values())


@pytest.mark.parametrize("name", EXPECTED)
def test_its_turns_are_stretches_of_its_text_in_order(name: str) -> None:
    one = read_kind(name)
    spans = [span for turn in one.turns for span in turn.spans]

    assert all(span.cut(one.parsed.text) == span.cut(one.parsed.text).strip() != "" for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))


@pytest.mark.parametrize("name", _with("kind"))
def test_it_is_what_it_is(name: str) -> None:
    assert read_kind(name).kind == EXPECTED[name]["kind"]


@pytest.mark.parametrize("name", _with("language"))
def test_its_language_is_told(name: str) -> None:
    one = read_kind(name)

    assert language_of(spoken_text(one.parsed.text, one.turns)) == EXPECTED[name]["language"]


@pytest.mark.parametrize("name", _with("title"))
def test_its_title_is_its_own(name: str) -> None:
    assert read_kind(name).parsed.metadata.title == EXPECTED[name]["title"]


@pytest.mark.parametrize("name", _with("date"))
def test_its_date_is_its_own(name: str) -> None:
    assert read_kind(name).parsed.metadata.date == EXPECTED[name]["date"]


@pytest.mark.parametrize("name", _with("speakers"))
def test_those_who_speak_are_named_and_nobody_else(name: str) -> None:
    assert read_kind(name).labelled == {folded(person): role for person, role in EXPECTED[name]["speakers"].items()}


@pytest.mark.parametrize("name", _with("headline", "kind"))
def test_whoever_is_named_without_a_label_is_the_one_who_answers(name: str) -> None:
    named = EXPECTED[name].get("headline")

    assert read_kind(name).unlabelled == ([named] if named else [])


@pytest.mark.parametrize("name", _with("first_words"))
def test_it_begins_with_its_first_words(name: str) -> None:
    one = read_kind(name)

    assert bare(one.words(one.interview[0])).startswith(bare(EXPECTED[name]["first_words"]))


@pytest.mark.parametrize("name", _with("last_words"))
def test_it_ends_with_its_last_words(name: str) -> None:
    one = read_kind(name)

    assert bare(one.words(one.interview[-1])).endswith(bare(EXPECTED[name]["last_words"]))


@pytest.mark.parametrize("name", _with("questions"))
def test_the_interviewers_ask_as_often_as_they_do(name: str) -> None:
    assert read_kind(name).times_asked == EXPECTED[name]["questions"]


@pytest.mark.parametrize("name", _with("questions"))
def test_every_answer_after_a_question_says_what_was_asked(name: str) -> None:
    answers = read_kind(name).answers

    assert answers
    assert all(passage.asked for passage in answers)


@pytest.mark.parametrize("name", _with("said"))
def test_what_was_said_is_said_once_and_by_who_said_it(name: str) -> None:
    one = read_kind(name)
    expected = [(words, [(role, folded(speaker))]) for words, role, speaker in EXPECTED[name]["said"]]

    assert [
        (words, [(turn.role.value, one.by_label(turn)) for turn in _holding(one, words)]) for words, _ in expected
    ] == expected


@pytest.mark.parametrize("name", _with("said_at"))
def test_what_was_said_was_said_when_it_was(name: str) -> None:
    one = read_kind(name)
    expected = [(words, [start]) for words, start in EXPECTED[name]["said_at"]]

    assert [(words, [turn.start_ms for turn in _holding(one, words)]) for words, _ in expected] == expected


@pytest.mark.parametrize("name", _with("asked"))
def test_an_answer_goes_with_the_question_that_it_answers(name: str) -> None:
    one = read_kind(name)
    asked = {passage.turn: bare(passage.asked.span.cut(one.parsed.text)) for passage in reversed(one.passages) if passage.asked}
    found = [
        (answer, question, [bare(question) in asked.get(one.turns.index(turn), "") for turn in _holding(one, answer)])
        for answer, question in EXPECTED[name]["asked"]
    ]

    assert found == [(answer, question, [True]) for answer, question in EXPECTED[name]["asked"]]


@pytest.mark.parametrize("name", _with("absent"))
def test_what_nobody_said_is_in_no_turn(name: str) -> None:
    one = read_kind(name)

    assert [words for words in EXPECTED[name]["absent"] if _holding(one, words)] == []


@pytest.mark.parametrize("name", _with("narrated"))
def test_what_is_narrated_is_nobodys_answer(name: str) -> None:
    one = read_kind(name)
    spoken = [turn for words in EXPECTED[name]["narrated"] for turn in _holding(one, words)]

    assert [one.words(turn) for turn in spoken if turn.speaker or turn.role.value != "unknown"] == []
