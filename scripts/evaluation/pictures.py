"""The curves of :mod:`evaluation.curves` drawn for a README: light, quiet, in colours that the colour-blind tell apart."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.curves import RiskPoint, as_answered, pooled, reliability, risk_coverage
from evaluation.outcomes import Outcome
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from PIL import Image

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # Okabe and Ito
DASHES = ("-", (0, (6, 2)), (0, (2, 1.4)))
"""Colours come again, with other dashes, where there are more sets than colours."""

INK, QUIET, FAINT, GAP = "#1a1a1a", "#666666", "#e6e6e6", "#f0b78a"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "text.color": INK,
}
DPI = 220
COLOURS = 255
MIN_GIVEN = 10
"""A share of fewer answers than these says little: curves begin there, or where fewer were given by the threshold in use."""

POOLED = "all, equal weight"
_LABEL_GAP = 0.049


def risk_coverage_picture(sets: Mapping[str, Sequence[Outcome]], path: Path, *, threshold: float) -> None:
    """For each set, and for all of them: what share is answered against what share of that is wrong."""
    with rc_context(STYLE):
        figure = Figure(figsize=(8.4, 5.0))
        axes = figure.add_axes((0.085, 0.12, 0.665, 0.685))
        ends = []
        for number, (name, found) in enumerate(sets.items()):
            colour, dashes = PALETTE[number % len(PALETTE)], DASHES[number // len(PALETTE) % len(DASHES)]
            end = _curve(axes, [found], threshold, color=colour, linestyle=dashes, linewidth=1.6)
            ends.append((end, f"{name} ({len(found):,})", colour))
        if len(sets) > 1:
            end = _curve(axes, list(sets.values()), threshold, color=INK, linewidth=2.8)
            ends.append((end, POOLED, INK))
        _percent(axes, "questions answered", "wrong among the answers given")
        axes.set_xlim(0, 1.005)
        axes.set_ylim(0, min(1.0, math.ceil(axes.dataLim.y1 * 5 + 0.1) / 5))
        _labels(axes, ends)
        _titles(
            figure,
            "How much is answered, and how much of that is wrong",
            f"The threshold on confidence falls from 1 (left) to 0 (right); the dots mark the one in use, {threshold:g}.",
            f"Curves begin at {MIN_GIVEN} answers, or at the dot; in brackets: how many questions a set has.",
        )
        _save(figure, path)


def reliability_picture(sets: Sequence[Sequence[Outcome]], path: Path) -> None:
    """How often the first passage is right among questions of like confidence, with the number of questions."""
    sample = pooled(sets)
    found = reliability(sample)
    with rc_context(STYLE):
        figure = Figure(figsize=(8.4, 5.6))
        axes = figure.add_axes((0.085, 0.11, 0.885, 0.715))
        axes.plot((0, 1), (0, 1), color=QUIET, linewidth=1, linestyle=(0, (4, 3)), label="right as often as it is sure")
        for number, one in enumerate(found.bins):
            distance = f"distance, on average (ECE) {found.ece:.1%}" if number == 0 else None
            axes.plot((one.confidence,) * 2, (one.confidence, one.right), color=GAP, linewidth=2.4, label=distance)
        axes.plot(
            [one.confidence for one in found.bins],
            [one.right for one in found.bins],
            color=PALETTE[0],
            linewidth=1.8,
            marker="o",
            markersize=7,
            clip_on=False,
            zorder=4,
            label=f"measured, Brier score {found.brier:.3f}",
        )
        for one in found.bins:
            above = one.right >= one.confidence or one.right < 0.06
            axes.annotate(
                f"{one.questions:,}",
                (one.confidence, one.right),
                xytext=(0, 9 if above else -9),
                textcoords="offset points",
                ha="center",
                va="bottom" if above else "top",
                fontsize=9,
                color=QUIET,
            )
        _percent(axes, "confidence", "first passage is right")
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.legend(loc="upper left", frameon=False, fontsize=10)
        questions = f"{len(sample):,} questions of {sum(map(bool, sets))} set{'s' * (len(sets) != 1)}"
        _titles(
            figure,
            "Is it right as often as it is sure?",
            f"{questions}, each set of equal weight, in {len(found.bins)} bins of equal weight by confidence.",
            "The number beside a point counts its questions.",
        )
        _save(figure, path)


def _curve(axes: Axes, sets: Sequence[Sequence[Outcome]], threshold: float, **look: Any) -> RiskPoint | None:
    """Draws a curve and the point at which answers were given; gives where the curve ends."""
    sample = pooled(sets)
    given = as_answered(sample, threshold)
    least = min(MIN_GIVEN, given.given) if given else MIN_GIVEN
    points = [point for point in risk_coverage(sample) if point.given >= least]
    axes.plot([point.coverage for point in points], [point.risk for point in points], solid_joinstyle="round", **look)
    if given:
        axes.plot(given.coverage, given.risk, "o", markersize=8, color=look["color"], markeredgecolor="white", zorder=5)
    return points[-1] if points else given


def _labels(axes: Axes, ends: Sequence[tuple[RiskPoint | None, str, str]]) -> None:
    """Names beside the ends of their curves, moved apart where they would cover each other."""
    placed = sorted(((end.risk, name, colour) for end, name, colour in ends if end), key=lambda one: one[0])
    top = axes.get_ylim()[1]
    heights: list[float] = []
    for risk, _, _ in placed:
        heights.append(max(risk, heights[-1] + _LABEL_GAP * top) if heights else risk)
    over = max(0.0, heights[-1] - top) if heights else 0.0
    for (_, name, colour), height in zip(placed, heights, strict=True):
        weight = "bold" if name == POOLED else "normal"
        axes.text(1.025, height - over, name, color=colour, va="center", fontsize=9.5, fontweight=weight)


def _percent(axes: Axes, x: str, y: str) -> None:
    for axis, what in ((axes.xaxis, x), (axes.yaxis, y)):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=None))
        axis.set_label_text(f"{what} (%)", fontsize=10.5)
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)


def _titles(figure: Figure, title: str, *explained: str) -> None:
    figure.text(0.02, 0.955, title, fontsize=14, fontweight="bold", va="center")
    figure.text(0.02, 0.925, "\n".join(explained), fontsize=9.5, color=QUIET, va="top", linespacing=1.35)


def _save(figure: Figure, path: Path) -> None:
    """As a PNG with a palette, which takes a third of the bytes and looks the same."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=DPI, facecolor="white")
    with Image.open(drawn) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, "PNG", optimize=True)
