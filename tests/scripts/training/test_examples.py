"""What the judge is trained on: windows, questions changed a little, groups whose first reading answers."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.altered import Altering
from training.examples import questions_of, windows_of
from training.groups import qa_groups

PASSAGE = (
    "The North Pier was built by Alma Reyes in 1931. Two boats were lost in the first winter. "
    "Jonas Quist repaired the South Pier later, and sold both to the town."
)
BESIDE = "The harbour office kept its lanterns in a wooden cellar."


def row(question: str, answer: str, *, source: str = "xquad-en", answerable: bool = True) -> dict[str, Any]:
    answers = [{"text": answer, "start": PASSAGE.index(answer)}] if answerable else []
    return {
        "source": source,
        "title": "Piers",
        "context": PASSAGE,
        "question": question,
        "answerable": answerable,
        "answers": answers,
    }


ROWS = [
    row("Who built the North Pier?", "Alma Reyes"),
    row("How many boats were lost?", "Two"),
    row("Who sold the piers?", "Jonas Quist"),
]


@given(st.text(st.sampled_from("ab .?!\nÄ😀"), max_size=300), st.integers(0, 9))
def test_windows_are_the_context_cut_in_order(context: str, seed: int) -> None:
    """Each stands where it says, none overlaps the next, and what stands before it is what stands before it."""
    end = 0
    for window in windows_of(context, 0, random.Random(seed)):
        assert context[window.start : window.start + len(window.text)] == window.text
        assert window.start >= end
        assert context[: window.start].rstrip().endswith(window.before)
        end = window.start + len(window.text)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("question", ["Who built the North Pier in 1931?", "How many boats, two or more, were lost first?"])
def test_a_question_changed_is_another_and_almost_the_same(question: str, seed: int) -> None:
    """One thing in it is different: what it asks isn't answered any more by what answered it."""
    changed = Altering(["Emil Voss", "Castle Hill"], random.Random(seed)).altered(question, PASSAGE, BESIDE)
    assert changed is not None
    assert changed != question
    kept = set(question.split()) & set(changed.split())
    assert len(kept) >= len(question.split()) - 3


def test_the_first_reading_of_a_group_answers_and_no_other_does() -> None:
    """In what answers, the span is the answer's own words; no other reading holds them after the same question."""
    questions, windows = questions_of(ROWS, random.Random(3))
    mined = np.tile(np.arange(len(windows)), (len(questions), 1))
    groups = qa_groups(questions, windows, mined, random.Random(3))
    assert len(groups) == len(ROWS)
    for group, question in zip(groups, questions, strict=True):
        first, *others = group.examples
        assert first.answers
        assert first.span is not None
        assert first.span.cut(first.reading.passage) == question.avoid[0]
        for other in others:
            assert not other.answers
            assert question.avoid[0] not in other.reading.passage or other.reading.question != first.reading.question
