"""The pictures are drawn from whatever the outcomes are, at a README's size."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from evaluation.outcomes import Outcome
from evaluation.pictures import reliability_picture, risk_coverage_picture
from PIL import Image

from tests.scripts.evaluation.samples import made


def some(count: int, seed: int = 0) -> list[Outcome]:
    rng = random.Random(seed)
    return made(*[(round(rng.random(), 3), rng.random() < 0.6) for _ in range(count)])


def colours(path: Path) -> set[tuple[int, ...]]:
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.width >= 1400
        return {colour for _, colour in picture.convert("RGB").getcolors(1 << 24)}


@pytest.mark.parametrize(
    "sets",
    [
        {f"set-{n}": some(200, n) for n in range(8)},
        {"alone": some(40)},
        {"tiny": some(3), "all right": made(*[(0.9, True)] * 12)},
        {"refused": made(*[(0.1, False)] * 20)},
    ],
    ids=["many", "one", "few questions", "none given"],
)
def test_both_pictures_are_drawn(sets: dict[str, list[Outcome]], tmp_path: Path) -> None:
    """On white, in colour, also where sets are few, tiny, all right or all refused."""
    risk_coverage_picture(sets, tmp_path / "risk.png", threshold=0.4)
    reliability_picture(list(sets.values()), tmp_path / "reliability.png")
    for name in ("risk.png", "reliability.png"):
        assert (255, 255, 255) in colours(tmp_path / name)
        assert 20_000 < (tmp_path / name).stat().st_size < 250_000


def test_the_same_outcomes_give_the_same_bytes(tmp_path: Path) -> None:
    """A picture in a repository changes only when its figures do."""
    for name in ("a.png", "b.png"):
        reliability_picture([some(100)], tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
