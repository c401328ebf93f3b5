"""What each signal weighs. Fitted by ``scripts/fit-ranking`` on the evaluation halves; few, so that they hold elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.signals import Signals
from qa.words import sigmoid


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear score over some of the fields of :class:`~qa.signals.Signals`."""

    by_field: Mapping[str, float]
    bias: float = 0.0

    def of(self, signals: Signals) -> float:
        """The score, a logit: higher is better."""
        return self.bias + sum(weight * float(getattr(signals, name)) for name, weight in self.by_field.items())


UNREAD = Weights(
    {
        "fused": 2.86,
        "cosine": 1.9,
        "covered": 3.82,
        "echoes": 2.75,
        "follows": 2.95,
        "asks": -1.09,
        "by_named": 1.5,
        "short": -2.15,
        "repeats": -4.18,
    }
)
"""The order in which passages are given to the judge."""

JUDGED = Weights(
    {
        "fused": 1.58,
        "cosine": 0.76,
        "covered": 2.08,
        "answers_echo": 0.9,
        "echoes": 1.81,
        "follows": 2.31,
        "asks": -0.49,
        "by_named": 1.47,
        "short": -1.59,
        "repeats": -1.83,
        "relevance": 0.17,
        "mass": 0.57,
    }
)
"""The order of what the judge has read."""

_SLOPE, _BIAS = 0.43, -1.17


_UNTAKEN = 0.8
"""Set by hand, on the sample interviews: where the matter stands in its question alone, more must speak for a passage."""


def chance(signals: Signals) -> float:
    """How likely it is that a passage which the judge has read answers, 0..1 (Platt's scaling of :data:`JUDGED`)."""
    return sigmoid(_SLOPE * JUDGED.of(signals) + _BIAS - _UNTAKEN * signals.untaken)
