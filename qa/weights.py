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
        "fused": 1.37,
        "cosine": 0.75,
        "covered": 2.02,
        "answers_echo": 1.06,
        "echoes": 1.71,
        "follows": 2.98,
        "asks": -0.45,
        "by_named": 1.39,
        "short": -1.36,
        "relevance": 0.189,
        "mass": 0.645,
    }
)
"""The order of what the judge has read."""

_SLOPE, _BIAS = 0.42, -1.0

_ASIDE = 1.5
"""Set by hand: what only the asker mentions, and in passing, is rather not what the answer is about."""


def chance(signals: Signals) -> float:
    """How likely it is that a passage which the judge has read answers, 0..1 (Platt's scaling of :data:`JUDGED`)."""
    return sigmoid(_SLOPE * (JUDGED.of(signals) - _ASIDE * signals.aside) + _BIAS)
