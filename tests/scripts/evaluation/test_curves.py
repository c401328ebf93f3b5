"""The arithmetic of the curves: what is answered and wrong at each threshold, how often right what is so and so sure."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from evaluation.curves import Bin, RiskPoint, as_answered, pooled, reliability, risk_coverage
from evaluation.outcomes import Outcome
from hypothesis import given
from hypothesis import strategies as st

from tests.scripts.evaluation.samples import OUTCOMES, made


def close(points: list[RiskPoint]) -> list[tuple[float, float, float]]:
    return [(point.threshold, round(point.coverage, 6), round(point.risk, 6)) for point in points]


def test_a_point_for_each_threshold_that_lets_more_through() -> None:
    """From the surest down: the share answered so far, and the share of those that is wrong."""
    sample = pooled([made((0.9, True), (0.2, False), (0.7, False), (0.5, True))])
    assert close(risk_coverage(sample)) == [(0.9, 0.25, 0.0), (0.7, 0.5, 0.5), (0.5, 0.75, 0.333333), (0.2, 1.0, 0.5)]


def test_equal_confidence_passes_together() -> None:
    """Of tied questions none is answered without the others."""
    sample = pooled([made((0.5, True), (0.5, False), (0.5, False), (0.1, True))])
    assert close(risk_coverage(sample)) == [(0.5, 0.75, 0.666667), (0.1, 1.0, 0.5)]


def test_all_right_is_no_risk() -> None:
    """Where every first passage is right, no threshold has a risk."""
    points = risk_coverage(pooled([made((0.9, True), (0.6, True), (0.3, True))]))
    assert {point.risk for point in points} == {0.0}
    assert points[-1].coverage == pytest.approx(1.0)


def test_what_has_no_passage_is_never_answered() -> None:
    """It counts among the questions, and at no threshold among the answers."""
    nothing = Outcome(0.0, right=False, found=False, has_passage=False)
    points = risk_coverage(pooled([[*made((0.8, True)), nothing]]))
    assert close(points) == [(0.8, 0.5, 0.0)]


def test_nothing_to_answer_is_no_curve() -> None:
    """Neither a curve without questions nor a point without answers divides by nothing."""
    assert risk_coverage([]) == []
    assert as_answered([], 0.4) is None
    assert as_answered(pooled([made((0.1, False))]), 0.4) is None
    assert reliability([]).bins == ()


def test_the_marked_point_is_what_was_really_given() -> None:
    """It lies on the curve where the threshold alone decided, and beside it where something else refused."""
    outcomes = made((0.9, True), (0.6, False), (0.4, True), (0.3, False))
    point = as_answered(pooled([outcomes]), 0.4)
    assert point == RiskPoint(0.4, 0.75, pytest.approx(1 / 3), 3)
    withheld = [replace(outcomes[0], found=False), *outcomes[1:]]
    assert as_answered(pooled([withheld]), 0.4) == RiskPoint(0.4, 0.5, 0.5, 2)


def test_sets_weigh_the_same() -> None:
    """A hundred questions of one set count as much as one of another; an empty set doesn't count."""
    sample = pooled([made(*[(0.8, True)] * 100), made((0.8, False)), []])
    assert sum(weight for _, weight in sample) == pytest.approx(1.0)
    assert risk_coverage(sample)[-1].risk == pytest.approx(0.5)


def test_bins_hold_equal_weight() -> None:
    """Ten questions in five bins are two each, with what they were sure of and how many of them were right."""
    sample = pooled([made(*[(n / 10, n >= 5) for n in range(10)])])
    bins = reliability(sample, bins=5).bins
    assert [one.questions for one in bins] == [2] * 5
    assert [round(one.confidence, 6) for one in bins] == [0.05, 0.25, 0.45, 0.65, 0.85]
    assert [round(one.right, 6) for one in bins] == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_ece_and_brier_of_a_case_by_hand() -> None:
    """Two bins: sure by 0.8 and half right, sure by 0.2 and never right."""
    found = reliability(pooled([made((0.8, True), (0.8, False), (0.2, False), (0.2, False))]), bins=2)
    assert found.bins == (
        Bin(pytest.approx(0.2), 0.0, pytest.approx(0.5), 2),
        Bin(pytest.approx(0.8), pytest.approx(0.5), pytest.approx(0.5), 2),
    )
    assert found.ece == pytest.approx(0.5 * 0.2 + 0.5 * 0.3)
    assert found.brier == pytest.approx((0.04 + 0.64 + 0.04 + 0.04) / 4)


def test_equal_confidence_shares_a_bin() -> None:
    """Ties are in one bin in whatever order they come, and bins that are left empty are not told."""
    sample = pooled([made(*[(0.5, n % 2 == 0) for n in range(40)])])
    assert reliability(sample).bins == (Bin(pytest.approx(0.5), pytest.approx(0.5), pytest.approx(1.0), 40),)
    assert reliability(sample).ece == pytest.approx(0.0)


def test_sure_and_right_costs_nothing() -> None:
    """Confidence 1 where right and 0 where wrong: no error by either measure."""
    found = reliability(pooled([made((1.0, True), (1.0, True), (0.0, False))]))
    assert (found.ece, found.brier) == (0.0, 0.0)


@given(st.lists(OUTCOMES, min_size=1, max_size=4))
def test_the_curve_goes_on_and_ends_with_all(sets: list[list[Outcome]]) -> None:
    """Thresholds fall, coverage grows, and at the end all that has a passage is answered, with its share of wrong ones."""
    sample = pooled(sets)
    points = risk_coverage(sample)
    assert all(later.threshold < point.threshold for point, later in pairwise(points))
    assert all(later.coverage > point.coverage for point, later in pairwise(points))
    assert all(0 <= point.risk <= 1 and 0 <= point.coverage <= 1 for point in points)
    listed = sum(weight for outcome, weight in sample if outcome.has_passage)
    wrong = sum(weight for outcome, weight in sample if outcome.has_passage and not outcome.right)
    assert (points[-1].coverage if points else 0.0) == pytest.approx(listed)
    if points:
        assert points[-1].risk == pytest.approx(wrong / listed)


@given(OUTCOMES, st.integers(0, 20))
def test_a_threshold_gives_its_point(outcomes: list[Outcome], step: int) -> None:
    """What a threshold alone would give is the curve's last point at or over it."""
    threshold = step / 20
    asked = [replace(one, found=one.has_passage and one.confidence >= threshold) for one in outcomes]
    over = [point for point in risk_coverage(pooled([asked])) if point.threshold >= threshold]
    point = as_answered(pooled([asked]), threshold)
    assert (point is None) == (not over)
    if point:
        assert (point.coverage, point.risk) == (pytest.approx(over[-1].coverage), pytest.approx(over[-1].risk))
        assert point.given == over[-1].given


@given(st.lists(OUTCOMES, min_size=1, max_size=4), st.integers(1, 12), st.randoms(use_true_random=False))
def test_bins_part_the_questions_in_any_order(sets: list[list[Outcome]], bins: int, rng: object) -> None:
    """Every question is in one bin, bins rise in confidence, and the order of the questions changes nothing."""
    sample = pooled(sets)
    found = reliability(sample, bins)
    assert len(found.bins) <= bins
    assert sum(one.questions for one in found.bins) == len(sample)
    assert sum(one.weight for one in found.bins) == pytest.approx(1.0)
    assert all(later.confidence > one.confidence for one, later in pairwise(found.bins))
    assert 0 <= found.ece <= 1
    assert 0 <= found.brier <= 1
    mean_confidence = sum(weight * outcome.confidence for outcome, weight in sample)
    mean_right = sum(weight for outcome, weight in sample if outcome.right)
    assert found.ece >= abs(mean_confidence - mean_right) - 1e-9
    shuffled = list(sample)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    again = reliability(shuffled, bins)
    assert [one.questions for one in again.bins] == [one.questions for one in found.bins]
    assert again.ece == pytest.approx(found.ece)
