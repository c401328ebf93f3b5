"""Follow-ups: what is half said is completed from the questions before it, and a whole question is never touched."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import name_words
from qa.errors import BadQuestion
from qa.followup import MAX_HISTORY, Completed, check_history, complete
from qa.interpret import MAX_QUESTION_CHARS

SPEAKERS = frozenset(
    word
    for name in ("Marit Osterhaven", "Idris Calloway", "Odile Farrant", "Ysolde Reyes", "Helen Miller", "Robert Miller")
    for word in name_words(name)
)

BARRIER = "What did she say about the barrier?"
OSTERHAVEN = "What did Osterhaven say about the barrier in 2023?"
BURN = "Why did she burn the manuscript?"
DORN = "When did the mayor last speak with President Dorn?"
PAID = "Who paid for the barrier?"
RESIGN = "Did the mayor resign?"
STATION = "What is left of the station?"
FINAL = "What did Calloway think about the captain?"

CONVERSATIONS = [
    # a new matter in the old frame
    ((BARRIER,), "And about Ukraine?", "What did she say about Ukraine?"),
    ((BARRIER,), "And the gas ship?", "What did she say about the gas ship?"),
    ((BARRIER,), "What about taxes?", "What did she say about taxes?"),
    ((BARRIER,), "How about the gas ship", "What did she say about the gas ship?"),
    ((BARRIER,), "So what about the eels?", "What did she say about the eels?"),
    ((BARRIER,), "Interesting. And the ship?", "What did she say about the ship?"),
    ((BARRIER,), "Ukraine?", "What did she say about Ukraine?"),
    ((BARRIER,), "And her husband?", "What did she say about her husband?"),
    ((BARRIER,), "About gate seven?", "What did she say about gate seven?"),
    ((BURN,), "And the letters?", "Why did she burn the letters?"),
    ((STATION,), "And the kitchen?", "What is left of the kitchen?"),
    ((DORN,), "And with Miller?", "When did the mayor last speak with Miller?"),
    ((RESIGN,), "And the deputy?", "Did the deputy resign?"),
    (("What is the salt meadow?",), "And the Aurora Strand?", "What is the Aurora Strand?"),
    # another time
    ((BARRIER,), "How about in 2023?", "What did she say about the barrier in 2023?"),
    ((BARRIER,), "And in March 2024?", "What did she say about the barrier in March 2024?"),
    ((BARRIER,), "And last year?", "What did she say about the barrier last year?"),
    ((OSTERHAVEN,), "And in 2024?", "What did Osterhaven say about the barrier in 2024?"),
    ((OSTERHAVEN,), "2024?", "What did Osterhaven say about the barrier in 2024?"),
    # another speaker
    ((BARRIER,), "And Miller?", "What did Miller say about the barrier?"),
    ((BARRIER,), "What about Robert Miller?", "What did Robert Miller say about the barrier?"),
    ((BARRIER,), "And he?", "What did he say about the barrier?"),
    ((OSTERHAVEN,), "And Reyes?", "What did Reyes say about the barrier in 2023?"),
    ((BARRIER,), "And about Miller?", "What did she say about Miller?"),
    (("What did she say about Calloway?",), "And Miller?", "What did she say about Miller?"),
    (("Was there a copy of the manuscript?",), "And Miller?", "What does Miller say: was there a copy of the manuscript?"),
    # a word that asks, alone or pointing
    ((BARRIER,), "Why?", "Why did she say that about the barrier?"),
    ((BURN,), "When?", "When did she burn the manuscript?"),
    ((BURN,), "But when was that?", "When did she burn the manuscript?"),
    ((RESIGN,), "Why?", "Why did the mayor resign?"),
    ((RESIGN,), "Why not?", "Why not? Did the mayor resign?"),
    ((DORN,), "Where was it?", "Where did the mayor last speak with President Dorn?"),
    ((PAID,), "How much?", "How much? Who paid for the barrier?"),
    ((PAID,), "With whom?", "With whom? Who paid for the barrier?"),
    ((BURN,), "Really?", "Really? Why did she burn the manuscript?"),
    ((BARRIER,), "How so?", "How so? What did she say about the barrier?"),
    # words that point to the matter
    ((PAID,), "How much will it cost?", "How much will the barrier cost?"),
    ((BARRIER,), "Did it work?", "Did the barrier work?"),
    ((BURN,), "Was there a copy of it?", "Was there a copy of the manuscript?"),
    ((STATION,), "Who built it?", "Who built the station?"),
    ((BARRIER,), "What are its costs?", "What are the barrier’s costs?"),
    ((BARRIER,), "What happened then?", "What happened then about the barrier?"),
    ((BURN,), "Who told her that?", "Who told her that about the manuscript?"),
    ((BARRIER,), "What does that mean?", "What does that mean about the barrier?"),
    (("When did she resign?",), "Who told her that?", "Who told her that? When did she resign?"),
    # chains
    ((BARRIER, "And the gas ship?"), "Why?", "Why did she say that about the gas ship?"),
    ((BARRIER, "And the gas ship?", "Why?", "What else?"), "And Dorn?", "What did she say about Dorn?"),
    ((BARRIER, "And Miller?"), "And the bank?", "What did Miller say about the bank?"),
    ((BARRIER, "And Miller?", "Why?"), "And Reyes?", "What did Reyes say about the barrier?"),
    ((BURN, "When?"), "Where?", "Where did she burn the manuscript?"),
    ((BURN, "Was there a copy of it?"), "Who has it?", "Who has the manuscript?"),
    ((BARRIER, FINAL), "And the goalkeeper?", "What did Calloway think about the goalkeeper?"),
    # other languages
    (("Was sagte sie zu Putin?",), "Und zur Ukraine?", "Was sagte sie zur Ukraine?"),
    (("Was hat sie über den Hafen gesagt?",), "Und über die Flut?", "Was hat sie über die Flut gesagt?"),
    (("Was hat sie über den Hafen gesagt?",), "Warum?", "Warum? Was hat sie über den Hafen gesagt?"),
    (("Was sagt Osterhaven zu Steuern?",), "Und Miller?", "Was sagt Miller zu Steuern?"),
    (("Qu'a-t-elle dit sur la barrière ?",), "Et sur l'Ukraine ?", "Qu'a-t-elle dit sur l'Ukraine ?"),
    (("Que dit-elle de Poutine ?",), "Et de l'Ukraine ?", "Que dit-elle de l'Ukraine ?"),
    (("¿Qué dijo sobre los impuestos?",), "¿Y sobre Ucrania?", "¿Qué dijo sobre Ucrania?"),
    (("¿Qué dijo sobre los impuestos?",), "¿Y Miller?", "¿Qué dijo Miller sobre los impuestos?"),
]

CONTINUING = [
    "What else?", "what else", "And what else?", "Anything else?", "More", "More, please.", "Go on", "Continue", "And?", "Next",
    "Tell me more", "Tell me more.", "What else did she say?", "What else did she say about it?",
    "What else did she say about the barrier?", "Tell me more about the barrier", "Was noch?", "Und weiter?", "Noch etwas?",
    "Quoi d'autre ?", "¿Qué más?",
]  # fmt: skip

WHOLE = [
    BARRIER,
    BURN,
    DORN,
    PAID,
    RESIGN,
    STATION,
    "What did he say about Putin?",
    "And why did she resign?",
    "harbour crane pilots",
    "gas ship",
    "Was it hard to leave out your captain?",
    "Is it true that the mayor resigned?",
    "When the ship came, was it loud?",
    "How long did it take to close the gate?",
    "What did the city lose with its harbour?",
    "Did the club sign a goalkeeper in its first week?",
    "What did she say that night about the gate?",
    "Was there a copy?",
    "What changed?",
    "Who was asleep when the water came?",
    "What else did she say about President Dorn?",
    "What did she mean when she said that the gate was open?",
    "Will Corrigan be here in August?",
    "You want to move to Lisbon?",
    "Your brother Rhodri died in October. You took one match off.",
    "Two people died that night, Emil Ravn and his sister Oda. Have you met their family?",
    "What do you say to a seventeen-year-old before his first penalty shoot-out?",
    "Is that what planners call managed retreat?",
    "Who else paid for the barrier?",
    "Wer hat den Damm bezahlt?",
    "Pourquoi a-t-elle brûlé le manuscrit ?",
    "¿Por qué quemó el manuscrito?",
]

NOT_UNDERSTOOD = ["And the other one?", "What about the others?", "And you?", "The latter?", "Hm", "Thanks!", "No", "?!", ""]


def is_speaker(word: str) -> bool:
    return word.casefold() in SPEAKERS


def asked(question: str, history: Sequence[str]) -> Completed:
    return complete(question, history, is_speaker=is_speaker)


@pytest.mark.parametrize(("history", "question", "whole"), CONVERSATIONS)
def test_a_follow_up_is_completed(history: tuple[str, ...], question: str, whole: str) -> None:
    """The earlier questions, the question, and what is searched for."""
    assert asked(question, history) == Completed(whole)


@pytest.mark.parametrize("question", CONTINUING)
def test_a_list_goes_on(question: str) -> None:
    """The same question, its list once more; and once more after that."""
    assert asked(question, (BARRIER,)) == Completed(BARRIER, 1)
    assert asked(question, (BARRIER, "What else?")) == Completed(BARRIER, 2)


def test_another_question_begins_another_list() -> None:
    """What goes on is the last list."""
    history = (BARRIER, "What else?", "And Miller?")
    assert asked("Go on", history) == Completed("What did Miller say about the barrier?", 1)
    assert asked("Why?", (BARRIER, "What else?")).more == 0


@pytest.mark.parametrize("question", WHOLE)
@pytest.mark.parametrize("before", [BARRIER, BURN, "Why?", "Wow."])
def test_a_whole_question_is_left_as_it_is(question: str, before: str) -> None:
    """To the letter, whatever was asked before."""
    if question != before:
        assert asked(question, (before,)) == Completed(question)


@pytest.mark.parametrize("question", NOT_UNDERSTOOD)
def test_what_is_not_understood_is_left_as_it_is(question: str) -> None:
    """A guess would look for something that nobody asked."""
    assert asked(question, (BARRIER,)) == Completed(question)


def test_a_bare_name_of_a_thing_needs_a_place_in_the_question_before() -> None:
    """ "Ukraine?" goes where a matter stood, and nowhere else."""
    assert asked("Ukraine?", (RESIGN,)) == Completed("Ukraine?")


def test_nobody_speaks_unless_it_is_told() -> None:
    """Without a word on who speaks, a name is a matter."""
    assert complete("And Miller?", (BARRIER,)) == Completed("What did she say about Miller?")


@pytest.mark.parametrize("question", [question for _, question, _ in CONVERSATIONS] + CONTINUING + WHOLE + NOT_UNDERSTOOD)
def test_a_first_question_is_left_as_it_is(question: str) -> None:
    """There is nothing to complete it from; blank questions before it are none."""
    assert asked(question, ()) == Completed(question)
    assert asked(question, ("", " ?")) == Completed(question)


@settings(deadline=None)
@given(question=st.text(max_size=60))
def test_any_first_question_is_left_as_it_is(question: str) -> None:
    """Whatever it is."""
    assert asked(question, ()) == Completed(question)


PIECES = st.sampled_from(
    [question for _, question, _ in CONVERSATIONS] + CONTINUING + NOT_UNDERSTOOD + ["What is it about?", "it", "that", "And in"]
)


@settings(deadline=None)
@given(
    history=st.lists(PIECES | st.sampled_from(WHOLE) | st.text(max_size=40), max_size=8), question=PIECES | st.text(max_size=40)
)
def test_any_conversation_has_a_question_to_search_for(history: list[str], question: str) -> None:
    """Nothing is raised, nothing grows without bound, and the same conversation gives the same question."""
    found = asked(question, history)
    assert found == asked(question, history)
    assert len(found.text) <= max(len(question), MAX_QUESTION_CHARS)
    assert 0 <= found.more <= len(history)


@settings(deadline=None)
@given(
    history=st.lists(PIECES | st.sampled_from(WHOLE), min_size=1, max_size=6),
    question=st.sampled_from(WHOLE).filter(lambda one: "else" not in one),
)
def test_a_whole_question_is_left_as_it_is_in_any_conversation(history: list[str], question: str) -> None:
    """However the conversation went ("What else did she say about Dorn?" twice goes on)."""
    assert asked(question, history) == Completed(question)


@pytest.mark.parametrize(
    "piece", ["when it that its ", "and ", "about ", "the a an ", "in 2023 ", "what about ", "A ", "did she say ", "x", "¿ "]
)
def test_the_longest_conversation_takes_no_time(piece: str) -> None:
    """Patterns don't run away, whoever writes the questions."""
    long = (piece * MAX_QUESTION_CHARS)[:MAX_QUESTION_CHARS]
    short = (piece * 300)[:300]
    started = time.process_time()
    for question in (long, short):
        asked(question, [long, short] * (MAX_HISTORY // 2))
    assert time.process_time() - started < 5


def test_a_history_is_checked() -> None:
    """Too many, too long, no text, no list: told with which of them."""
    check_history([BARRIER] * MAX_HISTORY)
    for history, words in (
        ([BARRIER] * (MAX_HISTORY + 1), "51 questions"),
        ([BARRIER, "x" * (MAX_QUESTION_CHARS + 1)], "Question 2 of the history"),
        (["storm \ud800"], "Question 1 of the history"),
        (BARRIER, "not a list"),
        ([BARRIER, 7], "not a list"),
        (7, "not a list"),
    ):
        with pytest.raises(BadQuestion, match=words):
            check_history(history)  # type: ignore[arg-type]
