"""Evaluation sets: which there are, in which scope each is asked, and the rules by which they are scored.

Knows the folder with the evaluation data, and that it brings ``prepare.py`` and ``score.py``; of indexes and answers it
knows nothing.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Self

_IN_DOCUMENT = ":in"


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A set, and whether each of its questions names its document or is asked of all of them."""

    name: str
    in_document: bool = False

    @classmethod
    def parse(cls, wanted: str) -> Self:
        """``friendsqa`` is asked of the whole index, ``friendsqa:in`` in the document."""
        return cls(wanted.removesuffix(_IN_DOCUMENT), wanted.endswith(_IN_DOCUMENT))

    def __str__(self) -> str:
        return self.name + (_IN_DOCUMENT if self.in_document else "")

    @property
    def folder_name(self) -> str:
        """Where its sources and its index are kept, which both scopes share."""
        return self.name.replace("/", "_")

    @property
    def suffix(self) -> str:
        """What tells the files of one scope from the other's."""
        return "_in" if self.in_document else ""


STANDARD = tuple(
    map(
        EvaluationSet.parse,
        (
            "raw_interviews/seed",
            "raw_interviews/dev",
            "friendsqa",
            "friendsqa:in",
            "squad2",
            "meetingqa:in",
            "qaconv_court:in",
            "qmsum:in",
        ),
    )
)
"""The known sets in the scopes that their questions make sense in: what is asked inside a meeting names no meeting."""


class NoSuchSet(Exception):
    """A set that was asked for isn't in the folder."""


def present(evaluation: Path) -> list[EvaluationSet]:
    """Every set of a folder: the known ones in their scopes, then others, those of turns in both scopes."""
    names = [path.relative_to(evaluation).as_posix() for path in _folders(evaluation)]
    known = {one.name for one in STANDARD}
    others = [
        EvaluationSet(name, in_document)
        for name in names
        if name not in known
        for in_document in ((False, True) if _has_turns(evaluation / name) else (False,))
    ]
    return [one for one in STANDARD if one.name in names] + others


def chosen(evaluation: Path, wanted: Sequence[str]) -> list[EvaluationSet]:
    """The sets that were asked for, all that are present when none was; raises :class:`NoSuchSet`."""
    there = present(evaluation)
    names = sorted({one.name for one in there})
    found = list(dict.fromkeys(map(EvaluationSet.parse, wanted))) or there
    for one in found:
        if one.name not in names:
            raise NoSuchSet(f"There is no set {one.name} in {evaluation}. There: {', '.join(names) or 'none'}.")
    if not found:
        raise NoSuchSet(f"There are no evaluation sets in {evaluation}.")
    return found


def load_score(evaluation: Path) -> ModuleType:
    """The evaluation data's own ``score.py``: what is a hit is decided there and nowhere here."""
    spec = importlib.util.spec_from_file_location("score", evaluation / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _folders(folder: Path) -> list[Path]:
    """The sets under a folder, at any depth but not inside each other."""
    found = []
    for path in sorted(path for path in folder.iterdir() if path.is_dir()):
        found += [path] if _has_turns(path) or _is_raw(path) else _folders(path)
    return found


def _has_turns(folder: Path) -> bool:
    return not _is_raw(folder) and (folder / "corpus.jsonl").exists() and (folder / "queries.jsonl").exists()


def _is_raw(folder: Path) -> bool:
    return (folder / "questions.json").exists() or any(folder.glob("*/questions.json"))
