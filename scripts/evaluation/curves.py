"""How many answers are wrong at each threshold, and how often an answer is right that is so and so sure.

Arithmetic on outcomes with weights; how it is drawn is told by :mod:`evaluation.pictures`. Questions of equal confidence
pass a threshold together and are never parted, so that no figure depends on the order of the questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from evaluation.outcomes import Outcome

BINS = 10
Weighted = tuple[Outcome, float]
"""An outcome and its weight; the weights of a sample add up to 1."""


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """At one threshold: the share of all questions that are answered, the share of wrong ones among the ``given`` answers."""

    threshold: float
    coverage: float
    risk: float
    given: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: how sure they were on average, what share of them was right, both in 0..1."""

    confidence: float
    right: float
    weight: float
    questions: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """``ece``: the bins' mean distance between confidence and truth; ``brier``: the mean squared one of single questions."""

    bins: tuple[Bin, ...]
    ece: float
    brier: float


def pooled(sets: Sequence[Sequence[Outcome]]) -> list[Weighted]:
    """All outcomes of some sets; a set weighs the same whatever its size, a set without questions nothing."""
    filled = [one for one in sets if one]
    return [(outcome, 1 / len(one) / len(filled)) for one in filled for outcome in one]


def risk_coverage(sample: Sequence[Weighted]) -> list[RiskPoint]:
    """A point for each threshold at which another answer is given, from the highest to the lowest.

    Questions for which nothing was found at all are never answered: the last point may lie below a coverage of 1.
    """
    points = []
    covered = wrong = 0.0
    given = 0
    for threshold, together in _by_confidence([one for one in sample if one[0].has_passage]):
        covered += sum(weight for _, weight in together)
        wrong += sum(weight for outcome, weight in together if not outcome.right)
        given += len(together)
        points.append(RiskPoint(threshold, min(covered, 1.0), min(wrong / covered, 1.0), given))
    return points


def as_answered(sample: Sequence[Weighted], threshold: float) -> RiskPoint | None:
    """The point at which the answers were really given, whatever made ``ask`` give them; ``None`` when none was."""
    given = [(outcome, weight) for outcome, weight in sample if outcome.found]
    if not given:
        return None
    covered = sum(weight for _, weight in given)
    wrong = sum(weight for outcome, weight in given if not outcome.right)
    return RiskPoint(threshold, min(covered, 1.0), min(wrong / covered, 1.0), len(given))


def reliability(sample: Sequence[Weighted], bins: int = BINS) -> Reliability:
    """Bins of as nearly equal weight as equal confidences allow, the least sure first; empty ones are left out."""
    filled: list[list[Weighted]] = [[] for _ in range(bins)]
    before = 0.0
    for _, together in _by_confidence(sample, descending=False):
        weight = sum(weight for _, weight in together)
        filled[min(bins - 1, int(bins * (before + weight / 2)))] += together
        before += weight
    made = tuple(_bin(members) for members in filled if members)
    return Reliability(
        bins=made,
        ece=sum(one.weight * abs(one.confidence - one.right) for one in made),
        brier=sum(weight * (outcome.confidence - outcome.right) ** 2 for outcome, weight in sample),
    )


def _bin(members: Sequence[Weighted]) -> Bin:
    weight = sum(weight for _, weight in members)
    return Bin(
        confidence=sum(weight * outcome.confidence for outcome, weight in members) / weight,
        right=min(sum(weight for outcome, weight in members if outcome.right) / weight, 1.0),
        weight=weight,
        questions=len(members),
    )


def _by_confidence(sample: Sequence[Weighted], *, descending: bool = True) -> Iterator[tuple[float, list[Weighted]]]:
    def confidence(one: Weighted) -> float:
        return one[0].confidence

    for value, together in groupby(sorted(sample, key=confidence, reverse=descending), key=confidence):
        yield value, list(together)
