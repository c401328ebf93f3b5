"""What speaks for a passage, in numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Passage, Role, Span, StoredPassage
from qa.judge_model import Verdict
from qa.retrieve import Candidate
from qa.signals import FIELDS, Signals, Sought, log_mass, signals
from qa.weights import JUDGED, UNREAD, chance

QUESTION = "What did Marit Osterhaven say about the storm barrier?"
WEIGHTS = {"storm": 1.0, "barrier": 3.0}
TEXT = st.text(st.characters(codec="utf-8"), max_size=80)


def gathered(
    said: str, *, asked: str = "", before: str = "", speaker: str | None = "Marit Osterhaven", replies: float | None = None
) -> Signals:
    stored = StoredPassage(7, "d", Passage(0, Span(0, len(said)), speaker, Role.INTERVIEWEE, None, ()))
    return signals(
        Sought.of(QUESTION, WEIGHTS),
        Candidate(7, 0.5, 0.3, 6.0),
        stored,
        said=said,
        asked=asked,
        before=before or asked,
        most_bm25=12.0,
        replies=replies,
    )


def test_what_is_said_and_what_is_asked_are_told_apart() -> None:
    """A word of the question counts as said only where the passage says it."""
    found = gathered("The storm came.", asked="And the barrier?")
    assert found.said == pytest.approx(0.25)
    assert found.covered == pytest.approx(1.0)


def test_the_question_asked_again_is_an_echo_and_no_answer_to_one() -> None:
    """Who repeats the question echoes it; who speaks after it answers the echo."""
    assert gathered(QUESTION).echoes == 1
    assert gathered("Too late.", before=QUESTION).answers_echo == 1
    assert gathered("Too late.").answers_echo == 0


@pytest.mark.parametrize(
    ("speaker", "named"), [("Marit Osterhaven", 1.0), ("Osterhaven", 1.0), ("Jonas Brekk", 0.0), (None, 0.0)]
)
def test_a_speaker_whom_the_question_names_is_seen(speaker: str | None, named: float) -> None:
    """By any part of the name."""
    assert gathered("Too late.", speaker=speaker).by_named == named


def test_a_possessive_is_the_name() -> None:
    """In "Osterhaven's barrier" Osterhaven is named."""
    stored = StoredPassage(7, "d", Passage(0, Span(0, 3), "Osterhaven", Role.INTERVIEWEE, None, ()))
    found = signals(
        Sought.of("Who paid for Osterhaven’s barrier?", WEIGHTS),
        Candidate(7, 0.5, 0.3, 6.0),
        stored,
        said="Us.",
        asked="",
        before="",
        most_bm25=0.0,
        replies=None,
    )
    assert (found.by_named, found.lexical) == (1.0, 0.0)


@given(TEXT, TEXT)
def test_shares_are_shares(said: str, asked: str) -> None:
    """Whatever is said and asked, each share lies in 0..1, and what is said alone is never more than what is said or asked."""
    found = gathered(said, asked=asked)
    shares = (found.fused, found.lexical, found.covered, found.said, found.answers_echo, found.echoes, found.asks)
    assert all(0 <= share <= 1 + 1e-9 for share in shares)
    assert found.said <= found.covered + 1e-9


def test_what_is_weighed_is_what_is_gathered() -> None:
    """Weights are of fields that there are, and a verdict raises the score of what it finds relevant."""
    for weights in (UNREAD, JUDGED):
        assert {*weights.elsewhere, *weights.near} <= set(FIELDS)
    assert not {"relevance", "mass"} & {*UNREAD.elsewhere, *UNREAD.near}
    assert min(JUDGED.elsewhere["relevance"], JUDGED.elsewhere["mass"], JUDGED.near["relevance"], JUDGED.near["follows"]) > 0


def test_where_the_question_was_asked_the_likelier_reply_is_the_better_passage() -> None:
    """Its likeness to the question counts no more: the asking itself is likest."""
    asking = gathered(QUESTION, replies=0.1)
    reply = gathered("Too late, and too dear.", before=QUESTION, replies=0.8)
    for weights in (UNREAD, JUDGED):
        assert weights.of(asking) < weights.of(reply)
        assert weights.of(gathered("Too late, and too dear.")) < weights.of(reply)


@given(st.floats(-20, 20), st.floats(0, 20), st.floats(-4.6, 0))
def test_the_more_relevant_is_the_likelier_answer(relevance: float, more: float, mass: float) -> None:
    """Calibration keeps the judge's order."""
    less = replace(gathered("It was late.", asked="And the storm barrier?"), relevance=relevance, mass=mass)
    assert 0 <= chance(less) <= chance(replace(less, relevance=relevance + more)) <= 1


def test_more_must_speak_for_what_was_only_asked_about() -> None:
    """ "And the storm barrier?" — "I have nothing for you": the same verdict on words that name it is less of a no."""
    asked = replace(gathered("I have nothing for you.", asked="And the storm barrier?"), relevance=-1.5, mass=-3.5)
    said = replace(gathered("The storm barrier? I have nothing for you.", asked="And that?"), relevance=-1.5, mass=-3.5)
    assert chance(asked) < chance(said)


def test_a_verdict_without_marks_is_no_evidence_against() -> None:
    """What only ranks says nothing of where the words stand; what marks nothing says that they are not there."""
    assert log_mass(Verdict(1.0)) == 0
    nowhere, everywhere = (
        Verdict(1.0, (Span(0, 1),), np.array([share], np.float32), np.array([share], np.float32)) for share in (0.0, 1.0)
    )
    assert log_mass(nowhere) < -4.5 < log_mass(everywhere)
