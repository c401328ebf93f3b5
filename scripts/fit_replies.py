"""Fits the weights of ``qa.replies`` on a set whose questions were asked on record, and prints them with what they give.

    fit_replies.py EVAL_DIR/SET      (corpus.jsonl and queries.jsonl, as of meetings)

Half the questions, by document, are held out in turn to report on.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from fitting import fit_first

from qa.echo import ECHOES, askings_of, echo
from qa.replies import FOLLOWERS, Reply, line_of, replies, runs

NAMES = tuple(field.name for field in fields(Reply))


@dataclass(frozen=True)
class Asked:
    """A question's lines near where it was asked: ``values`` (n, fields), and which of them answer."""

    document: str
    values: np.ndarray[Any, Any]
    right: np.ndarray[Any, Any]


def collect(folder: Path) -> list[Asked]:
    """One for each question that was asked on record once, in one turn or in several."""
    turns = {row["doc_id"]: row["turns"] for row in read_lines(folder / "corpus.jsonl")}
    found = []
    for row in read_lines(folder / "queries.jsonl"):
        said = turns[row["doc_id"]]
        asked = askings_of(row["question"])
        places = [number for number, turn in enumerate(said) if echo(asked, turn["text"]) >= ECHOES]
        for run in runs(places)[:1] if row["answerable"] else ():
            span = range(run[0], min(run[-1] + FOLLOWERS + 1, len(said)))
            lines = [line_of(asked, said[n]["speaker"], said[n]["text"]) for n in span]
            gold = {one["turn"] for one in row["gold"]}
            values = np.array([astuple(one) for one in replies(lines)])
            found.append(Asked(row["doc_id"], values, np.array([n in gold for n in span])))
    return found


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def fit(asked: list[Asked], penalty: float) -> np.ndarray[Any, Any]:
    return fit_first([[(one.values, one.right) for one in asked]], penalty=penalty)


def first(asked: list[Asked], w: np.ndarray[Any, Any]) -> list[bool]:
    return [bool(one.right[np.argmax(one.values @ w)]) for one in asked]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--penalty", type=float, default=0.002)
    options = parser.parse_args()
    asked = collect(options.folder)
    documents = sorted({one.document for one in asked})
    halves = [[one for one in asked if documents.index(one.document) % 2 == part] for part in (0, 1)]
    held_out = [hit for part in (0, 1) for hit in first(halves[1 - part], fit(halves[part], options.penalty))]
    weights = fit(asked, options.penalty)
    print(
        f"{len(asked)} questions; first is right: fitted {np.mean(first(asked, weights)):.3f}, held out {np.mean(held_out):.3f}"
    )
    print({name: round(float(weight), 2) for name, weight in zip(NAMES, weights, strict=True)})


if __name__ == "__main__":
    main()
