"""What the tests share: the sample interviews, the evaluation data where it is there, a small index of each kind."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import Report, build_index
from tests.encoders import WordHashEncoder

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "data" / "interviews"
EVALUATION = Path(os.environ.get("ONRECORD_EVAL", ROOT.parent / "shared" / "eval"))


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder with the sample interviews."""
    return SAMPLES


@pytest.fixture(scope="session")
def evaluation() -> Path:
    """The folder with the evaluation data, which is never part of this project; the test skips without it."""
    if not EVALUATION.is_dir():
        pytest.skip(f"no evaluation data at {EVALUATION} (set ONRECORD_EVAL)")
    return EVALUATION


@pytest.fixture
def encoder() -> WordHashEncoder:
    return WordHashEncoder()


@pytest.fixture
def build(tmp_path: Path, encoder: WordHashEncoder) -> Callable[..., Report]:
    """Indexes files into ``tmp_path/"index"`` with the word-hash encoder: ``build(path, …, prune=…)``."""

    def run(*inputs: Path, root: Path | None = None, **options: bool) -> Report:
        return build_index(inputs, root=root or tmp_path / "index", encoder=lambda job_bytes: encoder, **options)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file under ``tmp_path`` byte for byte, and gives its path."""

    def run(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    return run
