"""Real transcripts, read by people first: what they found in each file is what the parsers must give.

The files are not part of the project; where they are not there, these tests are skipped.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from index.language import language_of
from index.records import Role, name_words
from index.turns import spoken_text
from tests.raw.reading import Read, folded, marked, read_transcript
from tests.raw.words import run_digests

HERE = Path(__file__).parent
SOURCES = Path(os.environ.get("ONRECORD_RAW_SOURCES", HERE.parents[2] / "shared" / "eval" / "raw_sources"))
EXPECTED: dict[str, dict[str, Any]] = {
    name: found for file in sorted(HERE.glob("*.toml")) for name, found in tomllib.loads(file.read_text("utf-8")).items()
}
RUN_WORDS = 8

pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason=f"no real transcripts at {SOURCES}")


@cache
def read_file(name: str) -> Read:
    return read_transcript(SOURCES / name)


def _files(field: str) -> list[ParameterSet]:
    """The files of which something is expected; what is known to be missed must be missed, so that a mend is noticed."""
    return [marked(name, expected.get("misses", {}).get(field)) for name, expected in EXPECTED.items() if field in expected]


def _runs(words: str) -> set[str]:
    return set(run_digests(words, RUN_WORDS))


@pytest.mark.parametrize("name", _files("kind"))
def test_it_is_what_it_is(name: str) -> None:
    assert read_file(name).kind == EXPECTED[name]["kind"]


@pytest.mark.parametrize("name", _files("language"))
def test_its_language_is_told(name: str) -> None:
    one = read_file(name)

    assert language_of(spoken_text(one.parsed.text, one.turns)) == EXPECTED[name]["language"]


@pytest.mark.parametrize("name", _files("speakers"))
def test_those_who_speak_are_named_and_nobody_else(name: str) -> None:
    assert read_file(name).labelled == {folded(person): role for person, role in EXPECTED[name]["speakers"].items()}


@pytest.mark.parametrize("name", EXPECTED)
def test_whoever_is_named_without_a_label_is_who_the_page_says_it_is(name: str) -> None:
    names = {word for person in read_file(name).unlabelled for word in name_words(person)}

    assert names <= set(name_words(EXPECTED[name].get("headline", "")))


@pytest.mark.parametrize("name", _files("first_role"))
def test_the_first_turn_is_that_of_the_one_who_begins(name: str) -> None:
    one, expected = read_file(name), EXPECTED[name]
    turn = one.interview[0]

    assert (one.by_label(turn), turn.role.value) == (folded(expected["first_speaker"]), expected["first_role"])


@pytest.mark.parametrize("name", _files("last_role"))
def test_the_last_turn_is_that_of_the_one_who_ends(name: str) -> None:
    one, expected = read_file(name), EXPECTED[name]
    turn = one.interview[-1]

    assert (one.by_label(turn), turn.role.value) == (folded(expected["last_speaker"]), expected["last_role"])


@pytest.mark.parametrize("name", _files("first_words"))
def test_the_interview_begins_with_its_first_words(name: str) -> None:
    one = read_file(name)

    assert _starts(one.words(one.interview[0]), EXPECTED[name]["first_words"])


@pytest.mark.parametrize("name", _files("last_words"))
def test_the_interview_ends_with_its_last_words(name: str) -> None:
    one = read_file(name)

    assert _ends(one.words(one.interview[-1]), EXPECTED[name]["last_words"])


def _starts(words: str, expected: str) -> bool:
    return any(next(run_digests(words, length), None) == expected for length in range(1, 7))


def _ends(words: str, expected: str) -> bool:
    return any(list(run_digests(words, length))[-1:] == [expected] for length in range(1, 7))


@pytest.mark.parametrize("name", _files("questions"))
def test_the_interviewers_ask_as_often_as_they_do(name: str) -> None:
    expected = EXPECTED[name]

    assert abs(read_file(name).times_asked - expected["questions"]) <= expected.get("questions_tolerance", 0)


@pytest.mark.parametrize("name", [name for name, expected in EXPECTED.items() if "questions" in expected])
def test_every_answer_after_a_question_says_what_was_asked(name: str) -> None:
    answers = read_file(name).answers
    unpaired = [passage for passage in answers if not passage.asked]

    assert len(unpaired) <= 0.05 * len(answers)  # a nod at the beginning asks nothing


@pytest.mark.parametrize("name", _files("absent"))
def test_what_nobody_said_is_in_no_turn(name: str) -> None:
    one = read_file(name)
    in_turns = {run for turn in one.turns for run in _runs(one.words(turn))}

    assert not in_turns & set(EXPECTED[name]["absent"])


@pytest.mark.parametrize("name", _files("narrated"))
def test_what_is_narrated_is_nobodys_answer(name: str) -> None:
    one = read_file(name)
    spoken = {run for turn in one.turns if turn.speaker or turn.role is not Role.UNKNOWN for run in _runs(one.words(turn))}

    assert not spoken & set(EXPECTED[name]["narrated"])


@pytest.mark.parametrize("name", _files("said"))
def test_what_was_said_is_said_by_who_said_it(name: str) -> None:
    one = read_file(name)
    found: dict[str, set[tuple[str, str]]] = {}
    for turn in one.turns:
        for run in _runs(one.words(turn)):
            found.setdefault(run, set()).add((turn.role.value, one.by_label(turn)))

    missing = [
        (run, role, speaker, found.get(run))
        for run, role, speaker in EXPECTED[name]["said"]
        if (role, folded(speaker)) not in found.get(run, set())
    ]
    assert missing == []
