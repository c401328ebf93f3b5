"""What each signal weighs. Fitted by ``scripts/fit-ranking`` on the evaluation halves; few, so that they hold elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.signals import Signals


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
        "fused": 2.8,
        "cosine": 1.3,
        "covered": 3.6,
        "answers_echo": 0.9,
        "echoes": 1.3,
        "follows": 2.0,
        "asks": -1.4,
        "by_named": 1.3,
        "short": -1.5,
    }
)
"""The order in which passages are given to the judge."""

JUDGED = Weights({"fused": 4.0, "relevance": 0.5, "mass": 1.0, "follows": 2.0, "answers_echo": 2.0, "echoes": -2.0})
"""The order of what the judge has read."""

SURE = Weights({"cosine": 1.0, "covered": 3.0, "relevance": 0.4, "mass": 1.0}, bias=-3.0)
MARGIN = 0.3
"""How likely it is that a passage answers, as a logit: by its signals, and by its lead over the next in :data:`JUDGED`."""

MOST_MARGIN = 6.0
