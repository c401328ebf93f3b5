"""How sure to be at a glance."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.glance import Evidence, confidence

SHARE = st.floats(0, 1)
COSINE = st.floats(-1, 1)


@given(COSINE, SHARE)
def test_confidence_is_a_probability(cosine: float, covered: float) -> None:
    """Whatever the evidence, it lies strictly between 0 and 1."""
    assert 0 < confidence(Evidence(cosine, covered)) < 1


@given(COSINE, COSINE, SHARE, SHARE)
def test_more_evidence_is_never_less_confidence(a: float, b: float, c: float, d: float) -> None:
    """A nearer passage that holds more of the question is at least as likely to answer it."""
    weaker, stronger = Evidence(min(a, b), min(c, d)), Evidence(max(a, b), max(c, d))
    assert confidence(weaker) <= confidence(stronger)


def test_confidence_tells_full_evidence_from_none() -> None:
    """A passage that says all of the question is rather an answer; one that says nothing of it is rather none."""
    assert confidence(Evidence(0.6, 1.0)) > 0.5 > confidence(Evidence(0.2, 0.0))
