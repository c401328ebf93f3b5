"""The library: a few public names, three lines to an answer, nothing heavy before it is needed."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import qa
from index.build import build_index
from index.reader import IndexReader
from tests.conftest import SAMPLES
from tests.encoders import WordHashEncoder

HEAVY = {"torch", "faiss", "sentence_transformers", "transformers", "tantivy", "onnxruntime", "numpy", "fastapi", "uvicorn"}


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after running some code."""
    told = f"{code}\nimport sys\nprint(' '.join(name for name in sys.modules if '.' not in name), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stderr.split())


def test_the_public_names_are_these() -> None:
    """What others may build on; a change here is a change of the interface."""
    assert sorted(qa.__all__) == [
        "Answer", "Asked", "Filters", "Place", "Quote", "Reason", "Service", "Timeline", "Voice", "Wants", "__version__",
        "open_service",
    ]  # fmt: skip
    assert all(getattr(qa, name) is not None for name in qa.__all__)


@pytest.mark.parametrize(
    "name",
    ["Answer", "Asked", "Filters", "Place", "Quote", "Reason", "Service", "Timeline", "Voice", "Wants", "open_service"],
)
def test_a_public_name_is_the_one_of_its_module(name: str) -> None:
    """``from qa import X`` gives the same object as its home does."""
    found = getattr(qa, name)
    assert found is getattr(importlib.import_module(found.__module__), name)
    assert found.__module__.startswith("qa.")
    assert found.__doc__


def test_other_names_are_not_there() -> None:
    """A misspelt name is an AttributeError, as anywhere."""
    with pytest.raises(AttributeError, match="no attribute 'open_servise'"):
        _ = qa.open_servise


def test_three_lines_bring_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Import, open, ask: the README's promise, over an index in the working folder."""
    build_index([SAMPLES], root=tmp_path / ".onrecord", encoder=lambda *_: WordHashEncoder())
    monkeypatch.setattr(IndexReader, "encoder", lambda self, *_, **__: WordHashEncoder())
    monkeypatch.chdir(tmp_path)

    from qa import open_service

    answer = open_service(".onrecord").ask("What is left of the station?", limit=3)

    assert answer.found
    assert answer.passages[0].cited_text.startswith("The roof of the kitchen, I’m told.")


def test_importing_costs_nothing() -> None:
    """``import qa`` brings neither a model library nor a search engine nor a web framework."""
    assert not modules_after("import qa; qa.__version__") & HEAVY
    assert not modules_after("from qa import Answer, Quote, Reason") & HEAVY


@pytest.mark.parametrize("name", ["ask", "onrecord"])
def test_help_loads_nothing_heavy(name: str) -> None:
    """``--help`` answers at once: no model, no engine, no server."""
    code = f"import sys; sys.argv = ['{name}', '--help']\nfrom qa.cli import {name}\ntry: {name}()\nexcept SystemExit: pass"
    assert not modules_after(code) & HEAVY


def test_asking_far_away_loads_no_engine_here() -> None:
    """``ask --url`` needs neither model nor index on this machine."""
    code = (
        "import sys; sys.argv = ['ask', 'x', '--url', 'http://127.0.0.1:9']\n"
        "from qa.cli import ask\ntry: ask()\nexcept SystemExit: pass"
    )
    assert not modules_after(code) & HEAVY


def test_the_packages_are_typed() -> None:
    """Both packages say that their types can be relied on."""
    assert all((Path(qa.__file__).parents[1] / name / "py.typed").is_file() for name in ("qa", "index"))
