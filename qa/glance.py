"""A question answered at a glance: both searches fused, and how sure to be by likeness and rare words, without the judge.

Reads the first passage's text and no other. The weights of :func:`confidence` were fitted on the evaluation halves (see
scripts/EXPERIMENTS.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.records import Filter
from qa.findings import Findings, Found
from qa.quotes import QuoteCutter
from qa.retrieve import Candidate, ranked
from qa.words import coverage, sigmoid

if TYPE_CHECKING:
    from index.reader import IndexReader

GLANCE_THRESHOLD = 0.4
"""Measured on the evaluation halves (scripts/EXPERIMENTS.md): below it, more is answered and less of it is right."""

_BIAS, _COSINE, _COVERED = -3.1, 3.1, 3.2


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best candidate; each in 0..1 but ``cosine`` (-1..1), higher is better.

    ``covered`` is the share of the question's words, weighted by rarity, that the answer or its question holds.
    """

    cosine: float
    covered: float


def confidence(evidence: Evidence) -> float:
    """How likely it is that a passage answers, in 0..1 (logistic regression on :class:`Evidence`)."""
    return sigmoid(_BIAS + _COSINE * evidence.cosine + _COVERED * evidence.covered)


class Glance:
    """Finds by rank alone."""

    name = "glance"
    threshold = GLANCE_THRESHOLD

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._cutter = QuoteCutter(reader)

    def find(
        self, question: str, weights: Mapping[str, float], found: list[Candidate], where: Filter, *, considered: int
    ) -> Findings:
        """The first ``considered`` of the candidates, best first, those that only ask further down."""
        order = [
            Found(one.stored, one.candidate.fused, cosine=one.candidate.cosine)
            for one in ranked(self._reader, found, considered)
        ]
        near = max((one.cosine for one in order[:3]), default=0.0)
        return Findings(tuple(order), self.chance(weights, replace(order[0], cosine=near)) if order else 0.0)

    def chance(self, weights: Mapping[str, float], one: Found) -> float:
        """By how near it is, and how much of the question it or its own question holds."""
        text = f"{self._cutter.asked_text_of(one.stored)} {self._cutter.text_of(one.stored)}"
        return confidence(Evidence(one.cosine, coverage(weights, text)))
