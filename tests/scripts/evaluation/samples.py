"""What the tests of the evaluation share: outcomes written down in short, and outcomes that Hypothesis makes up."""

from __future__ import annotations

from evaluation.outcomes import Outcome
from hypothesis import strategies as st


def made(*rows: tuple[float, bool], threshold: float = 0.4) -> list[Outcome]:
    """Outcomes of ``(confidence, right)``; those at or over the threshold were given."""
    return [Outcome(confidence, right, found=confidence >= threshold) for confidence, right in rows]


OUTCOMES = st.lists(
    st.builds(
        Outcome,
        confidence=st.integers(0, 20).map(lambda n: n / 20),
        right=st.booleans(),
        found=st.booleans(),
        answerable=st.booleans(),
        has_passage=st.booleans(),
    ),
    min_size=1,
    max_size=60,
)
