"""The frame of a question: whether it asks for words, whose, and on what; in four languages."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.frames import Kind, frames

SAID, ASKED, WHO = Kind.SAID, Kind.ASKED, Kind.WHO

FORMS = [
    ("What did Miller say about gas?", SAID, "Miller"),
    ("And what did Helen Miller say then?", SAID, "Helen Miller"),
    ("What has Miller said on the matter?", SAID, "Miller"),
    ("What did Miller have to say about gas?", SAID, "Miller"),
    ("What does the mayor think about gas?", SAID, "the mayor"),
    ("How did Helen Miller respond?", SAID, "Helen Miller"),
    ("How would he describe a more constructive relationship?", SAID, "he"),
    ("When did Miller first mention the bank?", SAID, "Miller"),
    ("Which bank did Miller mention?", SAID, "Miller"),
    ("How many eggs did Calloway mention?", SAID, "Calloway"),
    ("Did Miller ever promise the money?", SAID, "Miller"),
    ("Didn't she deny it?", SAID, "she"),
    ("Does he think Putin wants a new war?", SAID, "he"),
    ("Has Osterhaven talked about the barrier?", SAID, "Osterhaven"),
    ("Tell me what Robert Miller said about the queue", SAID, "Robert Miller"),
    ("Everything that Miller has said about gas", SAID, "Miller"),
    ("When it rained, what did Reyes say to Quayle?", SAID, "Reyes"),
    ("What was said by Miller about gas?", SAID, "Miller"),
    ("According to Reyes, what is left?", SAID, "Reyes"),
    ("What is left, according to him?", SAID, "him"),
    ("What is Osterhaven's view on the gas ship?", SAID, "Osterhaven"),
    ("What are her views on gas?", SAID, "her"),
    ("What is the position of Helen Miller on gas?", SAID, "Helen Miller"),
    ("Miller on the budget", SAID, "Miller"),
    ("What was said about prices?", SAID, ""),
    ("What was he asked about Putin?", ASKED, "he"),
    ("Was Miller ever asked about the bank?", ASKED, "Miller"),
    ("Which questions did she get about the bank?", ASKED, "she"),
    ("What questions were put to Helen Miller about gas?", ASKED, "Helen Miller"),
    ("Did anyone ask her about China?", ASKED, "her"),
    ("What did reporters ask the governor about the rate?", ASKED, "the governor"),
    ("What was asked about the bank?", ASKED, ""),
    ("Who said the ice was patient?", WHO, ""),
    ("Who else mentioned Miller?", WHO, ""),
    ("Was sagte er über die Steuern?", SAID, "er"),
    ("Was hat Miller über die Bank gesagt?", SAID, "Miller"),
    ("Was denkt Frau Miller von der Bank?", SAID, "Frau Miller"),
    ("Was bleibt laut Reyes?", SAID, "Reyes"),
    ("Was wurde er über Putin gefragt?", ASKED, "er"),
    ("Wozu wurde Miller befragt?", ASKED, "Miller"),
    ("Wer sagte das?", WHO, ""),
    ("Qu'a dit Miller sur la banque ?", SAID, "Miller"),
    ("Qu'est-ce que Miller a dit de la banque ?", SAID, "Miller"),
    ("Qu’a-t-elle dit sur la banque ?", SAID, "elle"),
    ("Selon Reyes, que reste-t-il ?", SAID, "Reyes"),
    ("Que pense Miller de la banque ?", SAID, "Miller"),
    ("Qui a dit cela ?", WHO, ""),
    ("¿Qué dijo Miller sobre el banco?", SAID, "Miller"),
    ("¿Qué dijo sobre el banco?", SAID, ""),
    ("Según Reyes, ¿qué queda?", SAID, "Reyes"),
    ("¿Qué le preguntaron a Miller sobre el banco?", ASKED, "Miller"),
    ("¿Quién dijo eso?", WHO, ""),
]
NONE = [
    "How does Chandler congratulate Joey?",
    "Who is Ross Geller's doctor?",
    "Did Miller recuse herself?",
    "When did the mayor last speak with President Dorn?",
    "Is he in touch with other banks?",
    "Was she asked to resign?",
    "What does Joey want for Christmas?",
    "Why did she resign?",
    "Wie steht er zu den Aussagen?",
    "storm barrier",
    "",
]


@pytest.mark.parametrize(("question", "kind", "who"), FORMS)
def test_the_likeliest_reading_has_its_kind_and_its_place(question: str, kind: Kind, who: str) -> None:
    """What is wanted of whom, as it stands in the question."""
    first = next(frames(question))
    assert (first.kind, first.who(question)) == (kind, who)


@pytest.mark.parametrize("question", NONE)
def test_a_question_for_no_words_in_particular_has_no_frame(question: str) -> None:
    """Who does something there is not whose words are wanted."""
    assert list(frames(question)) == []


def test_what_somebody_was_asked_about_is_the_matter() -> None:
    """From where it begins."""
    question = "What was Miller asked about the bank?"
    frame = next(frames(question))
    assert question[frame.matter :] == "the bank?"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_every_reading_lies_in_its_question(question: str) -> None:
    """Whatever is typed."""
    for frame in frames(question):
        assert 0 <= frame.start <= frame.end <= len(question)
        assert 0 <= frame.matter < max(1, len(question))


@pytest.mark.parametrize("part", ["what did ", "said ", "and ", "a ", "who's views on ", "did not ever ", "hat er ", "x’s "])
def test_a_long_question_is_read_at_once(part: str) -> None:
    """No form takes its time over two thousand characters."""
    started = time.perf_counter()
    list(frames((part * 2000)[:2000]))
    assert time.perf_counter() - started < 2
