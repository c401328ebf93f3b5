"""Measurements as a table and as JSON: medians with their spread, and the ratio of the nearest other contestant to ours."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from contestant import CONTESTANTS, OURS


@dataclass(frozen=True, slots=True)
class Figure:
    """A median, with the lowest and the highest of the rounds that it was taken of."""

    median: float
    low: float
    high: float
    rounds: int


def figure(values: Sequence[float]) -> Figure:
    return Figure(statistics.median(values), min(values), max(values), len(values))


@dataclass(slots=True)
class Row:
    """One thing measured: ``figures`` by contestant."""

    what: str
    unit: str
    higher_is_better: bool = False
    figures: dict[str, Figure] = field(default_factory=dict)

    def ratio(self, other: str) -> float | None:
        """How many times better ours is than another's."""
        if other not in self.figures or OURS not in self.figures:
            return None
        ours, theirs = self.figures[OURS].median, self.figures[other].median
        return ours / theirs if self.higher_is_better else theirs / ours

    def cells(self) -> list[str]:
        shown = [_shown(self.figures.get(name)) for name in CONTESTANTS]
        ratios = [self.ratio(name) for name in CONTESTANTS[1:]]
        return [self.what, self.unit, *shown, *("" if ratio is None else _times(ratio) for ratio in ratios)]


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio >= 0.95 else f"{ratio:.2g}"


def _shown(found: Figure | None) -> str:
    if found is None:
        return ""
    digits = 0 if found.median >= 100 else 1 if found.median >= 10 else 2 if found.median >= 1 else 3
    spread = f" ({found.low:.{digits}f}–{found.high:.{digits}f})" if found.rounds > 1 and found.low != found.high else ""
    return f"{found.median:.{digits}f}{spread}"


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to be reached."""

    what: str
    found: float
    wanted: float
    at_most: bool

    @property
    def is_reached(self) -> bool:
        return self.found <= self.wanted if self.at_most else self.found >= self.wanted

    def line(self) -> str:
        sign = "≤" if self.at_most else "≥"
        return f"{'reached' if self.is_reached else 'MISSED '}  {self.what}: {self.found:.3g} (wanted {sign} {self.wanted:g})"


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown: median (lowest–highest round)."""
    head = ["", "unit", *CONTESTANTS, "× thirty lines", "× txtai"]
    lines = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    shown = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([shown[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *shown[1:]])


LEGEND = """\
Medians, with the lowest and the highest round in brackets. "× thirty lines": how many times better onrecord is, below 1 worse.
An empty cell: the contestant has no such thing, or was not measured at this size. "thirty lines" is sentence-transformers with
a flat FAISS index: it keeps no words, speakers or sources and never refuses; txtai searches words and vectors and keeps the
texts. The interviews are made up; the vectors are real ones with noise, given to all alike ("build, vectors given"). Over HTTP
each service has one process or two, whichever answers more. The rounds of warm and cold questions and of embedding take turns;
all else runs one after the other: on a busy machine its ratios say little."""


def as_json(rows: Sequence[Row], goals: Sequence[Goal], facts: dict[str, object]) -> str:
    return json.dumps(
        {"facts": facts, "rows": [asdict(row) for row in rows], "goals": [asdict(goal) for goal in goals]}, indent=1
    )
