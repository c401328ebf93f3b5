"""What somebody was asked about a matter: answers found by their questions, and never an interviewer's words as the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.records import Role
from qa.answer import Reason, Wants
from qa.service import Service


@pytest.mark.parametrize(
    ("question", "speaker", "asked"),
    [
        ("What was Calloway asked about Luckfall?", "Idris Calloway", "shirt sponsor"),
        ("What was Osterhaven asked about President Dorn?", "Marit Osterhaven", "When did you last speak with"),
        ("Which questions did the governor get about withdrawals?", "Robert Miller", "when did your supervisors"),
        ("Was Reyes asked about the open letter?", "Ysolde Reyes", "open letter on warming"),
        ("What was he asked about his contract?", "Idris Calloway", "Corrigan’s contract"),
    ],
)
def test_the_question_that_is_on_it_comes_first(service: Service, question: str, speaker: str, asked: str) -> None:
    """With the answer that was given to it."""
    answer = service.ask(question)
    assert (answer.found, answer.wants) == (True, Wants.QUESTIONS)
    first = answer.passages[0]
    assert first.place.speaker == speaker
    assert first.role is not Role.INTERVIEWER
    assert first.asked
    assert asked.replace("’", "'") in first.asked.cited_text.replace("’", "'").replace("\n", " ")


def test_what_only_the_answers_say_was_not_asked(service: Service) -> None:
    """She speaks of biscuits, and nobody asked her about them."""
    assert service.ask("What did Reyes say about biscuits?").found
    answer = service.ask("What was Reyes asked about biscuits?")
    assert (answer.found, answer.reason, answer.passages) == (False, Reason.NOTHING_ON_RECORD, ())
    assert service.ask("Was Reyes asked about chromodynamics?").reason is Reason.NOTHING_ON_RECORD


def test_of_a_long_answer_the_beginning_stands_for_its_question(
    ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """Each question once, with what was answered first; all that are on it, none that are not."""
    later = "They came from the south with tents and a brass band and stayed until the first frost drove them out again. " * 12
    service = ask_over(
        transcript(
            "one",
            ("Host", "What of the dredger?"), ("Ann Bell", f"It sank, and that was that, one morning. {later}"),
            ("Host", "And your garden?"), ("Ann Bell", "The dredger took my garden with it, if you want to know."),
            ("Host", "Who owns the dredger?"), ("Ann Bell", "A man in Lisbon whom nobody has ever seen here."),
        )
    )  # fmt: skip
    answer = service.ask("What was Bell asked about the dredger?", limit=10)
    assert {quote.asked.cited_text for quote in answer.passages if quote.asked} == {
        "What of the dredger?", "Who owns the dredger?"
    }  # fmt: skip
    assert len(answer.passages) == 2
    assert any(quote.cited_text.startswith("It sank") for quote in answer.passages)
    scores = [quote.score for quote in answer.passages]
    assert scores == sorted(scores, reverse=True)
    assert answer.confidence == pytest.approx(scores[0], abs=1e-3)
