"""Scores the completion of follow-ups: scripts/evaluate_followups.py REWRITES [--half A|B] [--whole QUESTIONS …].

REWRITES is a file of JSON lines (.gz) with ``history``, ``question`` and ``rewrite``; it is not a part of the project. Where a
history begins with an article and a section and has answers between its questions (``source`` begins with "canard"), the
questions alone are taken: a conversation is what its user asked. Rules are tuned on half A and reported on half B. QUESTIONS
are files of JSON lines with a whole ``question`` each: none should change, asked after the one on the line before.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from qa.followup import Completed, complete
from qa.interpret import meaningful
from qa.slots import WORD


@dataclass(frozen=True, slots=True)
class Row:
    """One follow-up: the questions before it, as it was asked, and as a person wrote it out."""

    source: str
    history: tuple[str, ...]
    question: str
    rewrite: str


@dataclass(frozen=True, slots=True)
class Score:
    """Means over the rows: ``recall`` of the words that the rewrite adds, ``precision`` of those that were added."""

    recall: float
    precision: float
    f1: float
    changed: int
    left: float


def rows(path: Path, half: str) -> Iterator[Row]:
    """The rows of one half, parted by conversation."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            canard = raw["source"].startswith("canard")
            history = tuple(raw["history"][2::2] if canard else raw["history"])
            talk = raw["history"][0] if canard else history[0]
            if history and "AB"[hashlib.sha256(talk.encode()).digest()[0] % 2] == half:
                yield Row(raw["source"], history, raw["question"], raw["rewrite"])


def words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def content(text: str) -> set[str]:
    return {word.casefold() for word in meaningful(WORD.findall(text))}


def score(found: Sequence[Row], ask: Callable[[Row], str]) -> Score:
    """How near the completions come to the rewrites."""
    recalls, precisions, f1s, kept = [], [], [], []
    changed = 0
    for row in found:
        text = ask(row)
        own, told, wanted = content(row.question), content(text), content(row.rewrite)
        missing, added = wanted - own, told - own
        changed += text != row.question
        if missing:
            recalls.append(len(missing & told) / len(missing))
        if added:
            precisions.append(len(added & wanted) / len(added))
        shared = sum((Counter(words(text)) & Counter(words(row.rewrite))).values())
        f1s.append(2 * shared / (len(words(text)) + len(words(row.rewrite)) or 1))
        if words(row.rewrite) == words(row.question):
            kept.append(text == row.question)
    return Score(mean(recalls), mean(precisions), mean(f1s), changed, mean(kept))


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def raw_question(row: Row) -> str:
    return row.question


def concatenated(row: Row) -> str:
    return f"{row.history[-1]} {row.question}"


def completed(row: Row) -> str:
    return complete(row.question, row.history).text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rewrites", type=Path)
    parser.add_argument("--half", choices=["A", "B"], default="B")
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--whole", type=Path, nargs="*", default=[])
    parser.add_argument("--show", type=int, default=0, help="print so many completions")
    options = parser.parse_args()
    everything = list(rows(options.rewrites, options.half))
    random.Random(7).shuffle(everything)
    sample = everything[: options.rows]
    print(f"{len(sample)} follow-ups, half {options.half}")
    for name, part in (("all", sample), ("changed by onrecord", [row for row in sample if completed(row) != row.question])):
        for ask in (raw_question, concatenated, completed):
            got = score(part, ask)
            print(
                f"{name:20} {ask.__name__:14} recall {got.recall:.3f} precision {got.precision:.3f} F1 {got.f1:.3f} "
                f"changed {got.changed} whole ones left {got.left:.3f}"
            )
    for path in options.whole:
        asked = [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").splitlines()]
        changed = sum(complete(question, [before]) != Completed(question) for before, question in pairwise(asked))
        print(f"{path}: {changed} of {len(asked) - 1} whole questions changed")
    for row in [row for row in sample if completed(row) != row.question][: options.show]:
        print(f"\n{list(row.history[-3:])}\n  {row.question}\n  = {completed(row)}\n  ~ {row.rewrite}")


if __name__ == "__main__":
    main()
