"""Who replies, where a question was asked on record."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.echo import askings_of
from qa.replies import FOLLOWERS, Line, is_hum, runs, shares, talked_on

QUESTION = "Who is going to paint the boat sheds before the winter?"
ASKINGS = askings_of(QUESTION)
ASKED = Line("Ada", QUESTION, asks_it=True)
LINES = st.builds(Line, st.sampled_from(["Ada", "Bo", None]), st.text(max_size=60), st.booleans(), st.integers(0, 60))


def likeliest(*lines: Line) -> int:
    """The place of the likeliest reply; 0 is the asking itself."""
    found = shares(lines)
    return found.index(max(found))


def test_the_next_to_speak_replies() -> None:
    """An interview in the main."""
    assert likeliest(ASKED, Line("Bo", "My cousins will, as they did last year."), Line("Cy", "And they will do it well.")) == 1


@pytest.mark.parametrize("first", ["Mm-hmm.", "The boat sheds?", "Which ones do you mean?"])
def test_a_hum_and_a_question_back_are_no_reply(first: str) -> None:
    """Who speaks after them answers."""
    assert likeliest(ASKED, Line("Bo", first), Line("Cy", "My cousins will, as they did last year.")) == 2


def test_who_goes_on_after_asking_answers_himself() -> None:
    """A question for effect, in the middle of a speech."""
    text = f"{QUESTION} Nobody is. We have been saying for ten years that somebody must, and nobody ever came to do it."
    assert likeliest(Line("Ada", text, asks_it=True, talked_on=talked_on(ASKINGS, text)), Line("Bo", "That is a shame.")) == 0


def test_the_last_part_of_a_question_is_the_one_replied_to() -> None:
    """Asked in two turns, with something said between."""
    parts = (Line("Ada", "Did anybody ask the painters?", True), Line("Bo", "Well."), Line("Ada", QUESTION, True))
    assert likeliest(*parts, Line("Bo", "My cousins will, as they did last year.")) == 3


@given(st.lists(LINES, max_size=8))
def test_shares_are_shares(lines: list[Line]) -> None:
    """Whatever is said, by whomever: one for each line, none below 0, together at most 1."""
    found = shares([ASKED, *lines])
    assert len(found) == 1 + len(lines)
    assert min(found) > 0
    assert sum(found) < 1


def test_an_asking_that_nobody_replies_to_has_no_reply() -> None:
    """It doesn't answer itself because nothing else is there."""
    assert shares([ASKED])[0] < 0.5
    assert sum(shares([ASKED, Line("Bo", "My cousins will, as they did last year.")])) > 0.9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (QUESTION, 0),
        (f"Now then. {QUESTION}", 0),
        (f"{QUESTION} Not me. I am too old.", 6),
        (f"{QUESTION} Not me. Or is it me?", 0),
        ("My cousins will.", 0),
        ("", 0),
    ],
)
def test_how_long_an_asker_goes_on_is_counted_from_the_question(text: str, words: int) -> None:
    """What ends in another question is no reply, and what doesn't ask doesn't go on."""
    assert talked_on(ASKINGS, text) == words


@given(st.lists(st.integers(0, 300), unique=True))
def test_askings_in_reach_of_each_other_are_one_run(places: list[int]) -> None:
    """Each place is in one run; inside it none is out of reach, and between two runs there is more."""
    found = runs(places)
    assert [place for run in found for place in run] == sorted(places)
    assert all(later - earlier <= FOLLOWERS for run in found for earlier, later in pairwise(run))
    assert all(after[0] - before[-1] > FOLLOWERS for before, after in pairwise(found))


@pytest.mark.parametrize(("text", "hum"), [("Mm-hmm.", True), ("Okay. Right.", True), ("Yeah.", False), ("Okay, ten.", False)])
def test_a_hum_says_nothing(text: str, hum: bool) -> None:
    """ "Yeah" may be an answer; "mm-hmm" is none."""
    assert is_hum(text) == hum
