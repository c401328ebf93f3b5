"""One evaluation set through the commands as a user runs them: prepared, indexed once, asked in one process, checked, scored.

Knows processes and files. What is kept in the work folder, for each set::

    SET/sources, SET/index                  shared by both scopes; an index that is there is used as it is
    SET/questions.jsonl, questions_in.jsonl all questions, and the same with their documents
    SET/answers….jsonl                      of the last run, by scope and by the options of ``ask``
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from evaluation.outcomes import Outcome, outcomes
from evaluation.sets import EvaluationSet, load_score

from index.errors import IndexMissing
from index.generations import current

ROOT = Path(__file__).resolve().parents[2]
_RANKED = "10"
_PARTLY = 2


class EvaluationFailed(Exception):
    """A step ended otherwise than it should: nothing that follows would mean anything."""


@dataclass(frozen=True, slots=True)
class Result:
    """A set's figures as ``score.py`` gives them, its outcomes, and how long it took."""

    wanted: EvaluationSet
    figures: dict[str, float | None]
    outcomes: tuple[Outcome, ...]
    index_version: str
    indexing_s: float | None
    asking_s: float
    median_ms: float

    def as_json(self) -> dict[str, Any]:
        return {
            "set": str(self.wanted),
            "figures": self.figures,
            "index_version": self.index_version,
            "indexing_s": self.indexing_s,
            "asking_s": self.asking_s,
            "median_ms": self.median_ms,
        }


class Runner:
    """Runs sets of one evaluation folder in one work folder; ``say`` is told what is going on."""

    def __init__(self, evaluation: Path, work: Path, say: Callable[[str], None]) -> None:
        self.evaluation, self.work, self.say = evaluation, work, say
        self.score = load_score(evaluation)
        self._indexing_s: dict[str, float] = {}

    def run(self, wanted: EvaluationSet, options: Sequence[str] = ()) -> Result:
        """Raises :class:`EvaluationFailed` when a step fails, and when a quote is not its slice of the source."""
        folder = self.work / wanted.folder_name
        questions = self._prepare(wanted, folder)
        self._index(wanted, folder)
        self.say(f"{wanted}: asking{''.join(f' {option}' for option in options)}")
        answers = folder / f"answers{wanted.suffix}{slug(options)}.jsonl"
        started = time.perf_counter()
        with answers.open("wb") as out:
            ask = _command("ask", "--index", folder / "index", "--questions", questions, "--jsonl", "-n", _RANKED, "--quiet")
            self._process(f"{wanted}: ask", [*ask, *options], out=out, passing=(0, 1))
        asking_s = time.perf_counter() - started
        self._process(f"{wanted}: quotes", _python(ROOT / "scripts" / "check_slices.py", folder / "index", answers))
        set_folder = self.evaluation / wanted.name
        figures = self._process(f"{wanted}: score.py", _python(self.evaluation / "score.py", set_folder, answers, "--json"))
        said = [json.loads(line) for line in answers.read_text(encoding="utf-8").split("\n") if line]
        return Result(
            wanted=wanted,
            figures=json.loads(figures),
            outcomes=tuple(outcomes(self.score, set_folder, answers)),
            index_version=said[0]["index_version"],
            indexing_s=self._indexing_s.get(wanted.name),
            asking_s=round(asking_s, 1),
            median_ms=statistics.median(answer["took_ms"] for answer in said),
        )

    def _prepare(self, wanted: EvaluationSet, folder: Path) -> Path:
        """Writes the questions anew, the sources only where there are none; gives the file of questions."""
        fresh, questions = folder / "fresh", folder / f"questions{wanted.suffix}.jsonl"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        scope = ["--in-document"] if wanted.in_document else []
        prepare = self.evaluation / "prepare.py"
        self._process(f"{wanted}: prepare.py", _python(prepare, self.evaluation / wanted.name, fresh, *scope))
        (fresh / "questions.jsonl").replace(questions)
        if not (folder / "sources").exists():
            (fresh / "sources").replace(folder / "sources")
        shutil.rmtree(fresh)
        return questions

    def _index(self, wanted: EvaluationSet, folder: Path) -> None:
        try:
            current(folder / "index")
        except IndexMissing:
            self.say(f"{wanted}: indexing")
            started = time.perf_counter()
            index = _command("onrecord", "index", folder / "sources", "--index", folder / "index", "--quiet")
            self._process(f"{wanted}: onrecord index", index, passing=(0, _PARTLY))
            self._indexing_s[wanted.name] = round(time.perf_counter() - started, 1)

    def _process(
        self, what: str, words: Sequence[str], *, out: IO[bytes] | None = None, passing: tuple[int, ...] = (0,)
    ) -> str:
        """Runs a program with this tree's modules, and gives what it wrote to stdout unless that goes to ``out``.

        Where it says something on stderr though it passes (a file that can't be indexed), that is handed on.
        """
        settings = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "scripts")))}
        done = subprocess.run(
            words, stdout=out or subprocess.PIPE, stderr=subprocess.PIPE, check=False, cwd=self.work, env=settings
        )
        said = done.stderr.decode("utf-8", "replace").strip()
        if done.returncode not in passing:
            raise EvaluationFailed(f"{what} ended with {done.returncode}: {said or 'it says nothing'}")
        if said:
            self.say(f"{what}: {said}")
        return (done.stdout or b"").decode("utf-8")


def slug(options: Sequence[str]) -> str:
    """What tells the files of a run with options of ``ask`` from those of a run without: ``-fast``, or nothing."""
    return "".join(f"-{word}" for word in re.findall(r"[\w.]+", " ".join(options)))


def _command(name: str, *words: str | Path) -> list[str]:
    return [name, *map(str, words)]


def _python(*words: str | Path) -> list[str]:
    return [sys.executable, *map(str, words)]
