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
        "cosine": 1.46,
        "covered": 3.84,
        "answers_echo": 0.5,
        "echoes": 1.66,
        "follows": 3.3,
        "asks": -1.59,
        "by_named": 1.53,
        "short": -2.12,
    }
)
"""The order in which passages are given to the judge."""

JUDGED = Weights(
    {
        "fused": 1.33,
        "cosine": 0.88,
        "covered": 2.07,
        "answers_echo": 1.12,
        "echoes": 1.43,
        "follows": 2.8,
        "asks": -0.49,
        "by_named": 1.48,
        "short": -1.61,
        "relevance": 0.204,
        "mass": 0.62,
    }
)
"""The order of what the judge has read."""

_SLOPE, _BIAS = 0.43, -1.0


_UNTAKEN = 0.55
"""Set by hand, on the sample interviews: where the matter stands in its question alone, more must speak for a passage."""


def chance(signals: Signals) -> float:
    """How likely it is that a passage which the judge has read answers, 0..1 (Platt's scaling of :data:`JUDGED`)."""
    return sigmoid(_SLOPE * JUDGED.of(signals) + _BIAS - _UNTAKEN * signals.untaken)
