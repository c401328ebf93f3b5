"""When a question repeats one that was asked on record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.echo import ECHOES, FOLLOWERS, askings_of, echo, followers, is_hum, nearness, repeated

QUESTION = "Do you think people really want a remote control with a screen?"
ASKINGS = askings_of(QUESTION)


def test_the_question_itself_is_a_full_echo() -> None:
    """Also with other words around it, in other capitals."""
    assert echo(ASKINGS, QUESTION) == 1
    assert echo(ASKINGS, f"Right, so, {QUESTION.upper()} I wonder.") == 1


def test_a_word_more_or_less_still_echoes() -> None:
    """Who writes a question down leaves out what was stammered."""
    assert echo(ASKINGS, "do you do you think people uh really want a remote control with a screen") >= ECHOES


def test_an_answer_is_no_echo() -> None:
    """Words in common are not the question asked again."""
    assert echo(ASKINGS, "People want a screen, I think, on a remote control that is small.") < ECHOES


def test_a_question_of_several_sentences_may_be_asked_in_several_turns() -> None:
    """Each of them, where it is long enough, echoes by itself."""
    askings = askings_of("Did you order the new seats already? And who is going to pay for them? Who?")
    assert echo(askings, "And who is going to pay for them?") == 1
    assert echo(askings, "Did you order the new seats already?") == 1
    assert echo(askings, "Who?") == 0


def test_what_only_asks_again_is_told_from_what_goes_on() -> None:
    """Of the question itself all is a repetition, of a long turn with it little, of an answer hardly anything."""
    assert repeated(ASKINGS, QUESTION) == 1
    assert (
        repeated(ASKINGS, f"{QUESTION} Because I asked forty people at the market on Sunday, and hardly one of them does.")
        < 0.5
    )
    assert repeated(ASKINGS, "Hardly anybody does.") == 0
    assert repeated(ASKINGS, "") == 0


def test_a_question_of_few_words_is_not_recognised() -> None:
    """ "Why not?" is asked everywhere."""
    assert echo(askings_of("Why not?"), "Why not? Because.") == 0


@given(st.lists(st.integers(0, 200), unique=True, max_size=5), st.frozensets(st.integers(0, 220), max_size=20))
def test_followers_come_soon_after_and_are_new(keys: list[int], known: frozenset[int]) -> None:
    """Each is one to four places after an asking, is there once, and wasn't known."""
    found = followers(keys, known)
    assert len(found) == len(set(found))
    assert not set(found) & known
    assert all(any(0 < key - asking <= FOLLOWERS for asking in keys) for key in found)


@pytest.mark.parametrize(
    ("after", "near"),
    [
        ([("B", "Yes.")], 1.0),
        ([("B", "Yes."), ("C", "No.")], 0.5),
        ([("A", "I mean, really?")], 0.0),
        ([("A", "I mean, really?"), ("B", "Yes.")], 1.0),
        ([("B", "Mm-hmm."), ("C", "Nobody.")], 1.0),
        ([("B", "Mm-hmm.")], 0.0),
        ([("B", "Yes."), ("A", "Sure?"), ("C", "No.")], 0.5),
        ([(None, "Yes."), (None, "No.")], 0.5),
        ([], 0.0),
    ],
)
def test_the_first_to_speak_after_an_asking_is_nearest(after: list[tuple[str | None, str]], near: float) -> None:
    """Others count in their order; the asker's own words and a hum are no answer and don't count."""
    assert nearness("A", after) == near


def test_where_the_asker_is_not_known_everybody_counts() -> None:
    """A source without names."""
    assert nearness(None, [(None, "It stood."), (None, "It fell.")]) == 0.5


@pytest.mark.parametrize(("text", "hum"), [("Mm-hmm.", True), ("Okay. Right.", True), ("Yeah.", False), ("Okay, ten.", False)])
def test_a_hum_says_nothing(text: str, hum: bool) -> None:
    """ "Yeah" may be an answer; "mm-hmm" is none."""
    assert is_hum(text) == hum
