"""What each signal weighs. Fitted by ``scripts/fit_ranking.py`` on the evaluation halves; few, so that they hold elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.signals import LEAST_MASS, Signals
from qa.words import sigmoid


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear score over some of the fields of :class:`~qa.signals.Signals`.

    Where the question itself was asked on record, ``near`` weighs instead of ``elsewhere``: there everything is like the
    question, and what is likest is the question.
    """

    elsewhere: Mapping[str, float]
    near: Mapping[str, float]

    def of(self, signals: Signals) -> float:
        """The score, a logit: higher is better."""
        weights = self.near if signals.near else self.elsewhere
        return sum(weight * float(getattr(signals, name)) for name, weight in weights.items())


UNREAD = Weights(
    elsewhere={
        "fused": 2.28,
        "cosine": 2.42,
        "covered": 3.98,
        "answers_echo": 2.67,
        "echoes": 4.07,
        "by_named": 1.64,
        "asks": -0.51,
        "short": -1.89,
    },
    near={"near": 9.64, "follows": 1.04},
)
"""The order in which passages are given to the judge."""

JUDGED = Weights(
    elsewhere={
        "fused": 1.07,
        "cosine": 1.05,
        "covered": 2.19,
        "answers_echo": 3.19,
        "echoes": 2.01,
        "by_named": 1.58,
        "relevance": 0.15,
        "mass": 0.83,
    },
    near={"near": 4.75, "follows": 0.79, "relevance": 0.17},
)
"""The order of what the judge has read."""

_SLOPE, _BIAS = 0.41, -0.83

_UNTAKEN = 1.23
"""Set by hand, on the sample interviews: where the matter stands in its question alone, the judge must find the words."""


def chance(signals: Signals) -> float:
    """How likely it is that a passage which the judge has read answers, 0..1 (Platt's scaling of :data:`JUDGED`).

    A model that marks no words isn't held to finding them.
    """
    missing = signals.mass / LEAST_MASS
    return sigmoid(_SLOPE * JUDGED.of(signals) + _BIAS - _UNTAKEN * signals.untaken * missing)
