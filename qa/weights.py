"""What each signal weighs. Fitted by ``scripts/fit-ranking`` on the evaluation halves; few, so that they hold elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.signals import Signals
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
        "fused": 2.86,
        "cosine": 1.9,
        "covered": 3.82,
        "echoes": 2.75,
        "asks": -1.09,
        "by_named": 1.5,
        "short": -2.15,
    },
    near={"near": 7.0, "follows": 1.0},
)
"""The order in which passages are given to the judge."""

JUDGED = Weights(
    elsewhere={
        "fused": 1.58,
        "cosine": 0.76,
        "covered": 2.08,
        "answers_echo": 0.9,
        "echoes": 1.81,
        "asks": -0.49,
        "by_named": 1.47,
        "short": -1.59,
        "relevance": 0.17,
        "mass": 0.57,
    },
    near={"near": 7.0, "follows": 1.0, "relevance": 0.06},
)
"""The order of what the judge has read."""

_SLOPE, _BIAS = 0.43, -1.17


_UNTAKEN = 0.8
"""Set by hand, on the sample interviews: where the matter stands in its question alone, more must speak for a passage."""


def chance(signals: Signals) -> float:
    """How likely it is that a passage which the judge has read answers, 0..1 (Platt's scaling of :data:`JUDGED`)."""
    return sigmoid(_SLOPE * JUDGED.of(signals) + _BIAS - _UNTAKEN * signals.untaken)
