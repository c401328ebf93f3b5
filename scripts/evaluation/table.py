"""Results as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from evaluation.curves import RiskPoint, as_answered, pooled, reliability
from evaluation.run import Result

COLUMNS = ("hit@1", "hit@5", "mrr@10", "spot@1", "speaker", "auroc", "answered", "refused", "right", "long")
_NONE = "–"


def table(runs: Sequence[tuple[Sequence[str], Sequence[Result]]]) -> str:
    """A row a set; of several runs (each with its options of ``ask``) a set's rows stand one under the other."""
    compared = len(runs) > 1
    rows = [["set", "questions", *(["ask"] if compared else []), *COLUMNS]]
    for same_set in zip(*(results for _, results in runs), strict=True):
        for number, (result, (options, _)) in enumerate(zip(same_set, runs, strict=True)):
            which = [str(result.wanted), f"{result.figures['questions']:,}"] if number == 0 else ["", ""]
            with_options = [" ".join(options) or _NONE] if compared else []
            rows.append([*which, *with_options, *(_shown(result.figures[name]) for name in COLUMNS)])
    left = {0, 2} if compared else {0}
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if n in left else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def as_json(options: Sequence[str], threshold: float, results: Sequence[Result]) -> dict[str, Any]:
    """One run: its options, each set's figures, and what its curves show, all sets with equal weight."""
    refusing = [one for one in results if can_be_refused(one)]
    everything = reliability(pooled([one.outcomes for one in results]))
    return {
        "ask": list(options),
        "threshold": threshold,
        "sets": [
            one.as_json() | {"as_answered": _point(as_answered(pooled([one.outcomes]), threshold)) if one in refusing else None}
            for one in results
        ],
        "pooled_as_answered": _point(as_answered(pooled([one.outcomes for one in refusing]), threshold)),
        "reliability": asdict(everything),
    }


def can_be_refused(result: Result) -> bool:
    """Whether a set has questions that have no answer: without them a refusal is only ever a loss."""
    return any(not outcome.answerable for outcome in result.outcomes)


def _point(point: RiskPoint | None) -> dict[str, float] | None:
    return None if point is None else {"coverage": round(point.coverage, 4), "risk": round(point.risk, 4), "given": point.given}


def _shown(figure: float | None) -> str:
    return _NONE if figure is None else f"{figure:.3f}"
