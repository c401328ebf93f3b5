"""When a question repeats one that was asked on record."""

from __future__ import annotations

from qa.echo import ECHOES, askings_of, echo

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


def test_a_question_of_few_words_is_not_recognised() -> None:
    """ "Why not?" is asked everywhere."""
    assert echo(askings_of("Why not?"), "Why not? Because.") == 0
