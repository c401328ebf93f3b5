"""When a question repeats one that was asked on record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.echo import ECHOES, FOLLOWERS, echo, followers, nearness
from qa.words import word_pairs

QUESTION = "Do you think people really want a remote control with a screen?"
PAIRS = word_pairs(QUESTION)


def test_the_question_itself_is_a_full_echo() -> None:
    """Also with other words around it, in other capitals."""
    assert echo(PAIRS, QUESTION) == 1
    assert echo(PAIRS, f"Right, so, {QUESTION.upper()} I wonder.") == 1


def test_a_word_more_or_less_still_echoes() -> None:
    """Who writes a question down leaves out what was stammered."""
    assert echo(PAIRS, "do you do you think people uh really want a remote control with a screen") >= ECHOES


def test_an_answer_is_no_echo() -> None:
    """Words in common are not the question asked again."""
    assert echo(PAIRS, "People want a screen, I think, on a remote control that is small.") < ECHOES


def test_a_question_of_few_words_is_not_recognised() -> None:
    """ "Why not?" is asked everywhere."""
    assert echo(word_pairs("Why not?"), "Why not? Because.") == 0


@given(st.lists(st.integers(0, 200), unique=True, max_size=5), st.frozensets(st.integers(0, 220), max_size=20))
def test_followers_come_soon_after_and_are_new(keys: list[int], known: frozenset[int]) -> None:
    """Each is one to four places after an asking, is there once, and wasn't known."""
    found = followers(keys, known)
    assert len(found) == len(set(found))
    assert not set(found) & known
    assert all(any(0 < key - asking <= FOLLOWERS for asking in keys) for key in found)


@pytest.mark.parametrize(
    ("speakers", "place", "near"),
    [
        (["A", "B"], 1, 1.0),
        (["A", "B", "C"], 2, 0.5),
        (["A", "A", "B"], 1, 0.0),
        (["A", "A", "B"], 2, 1.0),
        (["A", "B", "A", "C"], 3, 0.5),
        ([None, None, None], 2, 0.5),
        (["A", None], 1, 1.0),
    ],
)
def test_the_first_to_speak_after_an_asking_is_nearest(speakers: list[str | None], place: int, near: float) -> None:
    """Others count in their order, and the asker's own words not at all."""
    assert nearness(place, speakers) == near
