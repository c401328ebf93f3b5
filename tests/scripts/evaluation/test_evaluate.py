"""A tiny evaluation set from its files to table, JSON and curves, through the real commands with the word-hash encoder."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from evaluation.evaluate import main

from qa.ranking import JUDGED_THRESHOLD
from tests.conftest import ROOT

TALKS = {
    "harbour": [
        ("Vera Lund", "Why did you close the harbour?"),
        ("Odd Berg", "We closed the harbour because the crane had rusted through."),
        ("Vera Lund", "Who paid for the new crane?"),
        ("Odd Berg", "The fishermen paid for the new crane out of their own pockets."),
    ],
    "orchard": [
        ("Vera Lund", "How many trees did the frost kill?"),
        ("Ines Falk", "The frost killed forty pear trees in one night."),
        ("Vera Lund", "What will you plant?"),
        ("Ines Falk", "We will plant quinces, which flower after the frost."),
    ],
}
QUESTIONS = [
    ("harbour", "Why was the harbour closed, had the crane rusted?", 1),
    ("harbour", "Who paid for the new crane out of their own pockets?", 3),
    ("orchard", "Did the frost kill forty pear trees?", 1),
    ("orchard", "Will quinces flower after the frost?", 3),
    ("harbour", "What did the minister say about whaling quotas?", None),
    ("orchard", "Who won the chess tournament?", None),
]
STAND_IN = """#!{python}
import sys
sys.path.insert(0, {root!r})
import index.engine
from index.reader import IndexReader
from tests.encoders import WordHashEncoder
IndexReader.encoder = lambda self, name=None, **_: WordHashEncoder(name or self.model.name)
index.engine.indexing_encoder = lambda name=None, **_: WordHashEncoder(name or "word-hash")
from qa.cli import {name}
sys.exit({name}())
"""
ALTERING = """#!/bin/sh
"{ask}" "$@" | sed 's/"cited_text": "/"cited_text": "not /'
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def tiny(evaluation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``data``: the evaluation data's own programs beside one set of invented talks; ``bin``: the commands."""
    root = tmp_path_factory.mktemp("tiny")
    (root / "data" / "talks").mkdir(parents=True)
    for name in ("prepare.py", "score.py"):
        shutil.copy(evaluation / name, root / "data" / name)
    turns = {name: [{"speaker": speaker, "text": text} for speaker, text in talk] for name, talk in TALKS.items()}
    write_lines(
        root / "data" / "talks" / "corpus.jsonl",
        [{"doc_id": n, "title": n.title(), "turns": rows} for n, rows in turns.items()],
    )
    asked: list[dict[str, object]] = []
    for number, (document, question, turn) in enumerate(QUESTIONS):
        gold = [] if turn is None else [{"turn": turn, "start": 0, "end": len(TALKS[document][turn][1])}]
        asked.append(
            {"qid": f"q{number}", "doc_id": document, "question": question, "gold": gold, "answerable": turn is not None}
        )
    write_lines(root / "data" / "talks" / "queries.jsonl", asked)
    for name in ("ask", "onrecord"):
        program(root / "bin" / name, STAND_IN.format(python=sys.executable, root=str(ROOT), name=name))
    return root


def evaluate(tiny: Path, *words: str | Path, commands: str = "bin") -> Result:
    path = os.pathsep.join((str(tiny / commands), os.environ["PATH"]))
    return CliRunner().invoke(main, [str(tiny / "data"), *map(str, words)], env={"PATH": path}, prog_name="scripts/evaluate")


@pytest.fixture(scope="module")
def first(tiny: Path) -> Result:
    """All sets, compared, with everything written; what it indexed stays in ``work``."""
    done = evaluate(
        tiny,
        "--work",
        tiny / "work",
        "--compare-with",
        "--threshold 1",
        "--json",
        tiny / "all.json",
        "--curves",
        tiny / "curves",
    )
    assert done.exit_code == 0, done.output
    return done


def test_both_scopes_are_scored_by_both_options(first: Result) -> None:
    """A row for each scope and each run; at the threshold 1 nothing is given."""
    rows = [line.split() for line in first.stdout.split("\n") if line]
    assert [row[0] for row in rows] == ["set", "talks", "--threshold", "talks:in", "--threshold"]
    head = rows[0]
    for whole in (rows[1], rows[3]):
        figures = dict(zip(head, whole, strict=True))
        assert figures["questions"] == "6"
        assert figures["hit@5"] == "1.000"
    assert rows[2][-4:] == ["0.000", "1.000", "–", "0.000"]  # answered, refused, right, long


def test_both_scopes_share_one_index(first: Result, tiny: Path) -> None:
    """The set is indexed once for both scopes and both runs, and every run's quotes were checked."""
    assert first.stderr.count("indexing") == 1
    assert first.stderr.count("are their slices") == 4
    assert {path.name for path in (tiny / "work" / "talks").iterdir()} == {
        "sources",
        "index",
        "questions.jsonl",
        "questions_in.jsonl",
        "answers.jsonl",
        "answers_in.jsonl",
        "answers-threshold-1.jsonl",
        "answers_in-threshold-1.jsonl",
    }


def test_the_json_has_every_run(first: Result, tiny: Path) -> None:
    """Version, time, and each run's options and sets; no path of the machine."""
    text = (tiny / "all.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert [run["ask"] for run in found["runs"]] == [[], ["--threshold", "1"]]
    assert [run["threshold"] for run in found["runs"]] == [JUDGED_THRESHOLD, 1.0]
    assert [one["set"] for one in found["runs"][0]["sets"]] == ["talks", "talks:in"]
    assert {one["index_version"] for run in found["runs"] for one in run["sets"]} == {
        found["runs"][0]["sets"][0]["index_version"]
    }
    assert found["seconds"] > 0
    assert found["version"]
    assert str(tiny) not in text


def test_each_run_has_its_curves(first: Result, tiny: Path) -> None:
    """A run's options are in the names of its pictures."""
    names = {"risk-coverage.png", "reliability.png", "risk-coverage-threshold-1.png", "reliability-threshold-1.png"}
    assert {path.name for path in (tiny / "curves").iterdir()} == names


def test_an_index_that_is_there_is_used(first: Result, tiny: Path) -> None:
    """A second run costs only the questions."""
    again = evaluate(tiny, "talks", "--work", tiny / "work")
    assert again.exit_code == 0
    assert "indexing" not in again.stderr
    assert again.stdout.split("\n")[1].split()[2:] == first.stdout.split("\n")[1].split()[3:]


def test_a_quote_that_is_not_its_slice_ends_the_run(first: Result, tiny: Path) -> None:
    """Loudly, with the quote and without a figure."""
    program(tiny / "altering" / "ask", ALTERING.format(ask=tiny / "bin" / "ask"))
    done = evaluate(tiny, "talks", "--work", tiny / "work", commands="altering")
    assert done.exit_code == 1
    assert "is not its slice" in done.stderr
    assert done.stdout == ""


def test_what_cannot_be_run_is_told_before_anything_is_indexed(tiny: Path) -> None:
    """An option that ``ask`` doesn't have, and a set that isn't there."""
    option = evaluate(tiny, "--ask", "--no-such-option", "--work", tiny / "none")
    assert option.exit_code == 2
    assert "--no-such-option" in option.stderr
    missing = evaluate(tiny, "walks", "--work", tiny / "none")
    assert missing.exit_code == 1
    assert "There: talks." in missing.stderr
    assert not list((tiny / "none").iterdir())
