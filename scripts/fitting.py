"""Weights that put first what is right: the softmax that ranking and replies are fitted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

Array = np.ndarray[Any, Any]
Asked = tuple[Array, Array]
"""What is ordered for one question: ``(n, fields)`` values, and ``(n,) bool``: which of them are right."""


def fit_first(sets: Sequence[Sequence[Asked]], *, penalty: float) -> Array:
    """``(fields,)``: the least mean over sets of the mean negative log of the share of what is right, and ``penalty`` times
    the squares. Sets weigh the same, whatever their size; questions of which all or nothing is right don't count."""
    useful = [[(x, right) for x, right in asked if right.any() and not right.all()] for asked in sets]
    fields = next(x.shape[1] for asked in sets for x, _ in asked)

    def loss(w: Array) -> tuple[float, Array]:
        total, slope = penalty * float(w @ w), 2 * penalty * w
        for asked in useful:
            for x, right in asked:
                z = x @ w
                p = np.exp(z - z.max())
                p /= p.sum()
                share = p[right].sum()
                total -= np.log(share) / len(asked) / len(useful)
                slope = slope - (((p * right / share) - p) @ x) / len(asked) / len(useful)
        return total, slope

    return minimize(loss, np.zeros(fields), jac=True, method="L-BFGS-B").x
