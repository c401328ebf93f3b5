"""What a run of the indexer tells: how far it has come, and in the end what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceError
from index.records import Person


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a run has come: of ``files_total``, ``files`` are done; ``turns`` and ``passages`` were found in them.

    While pages are fetched they are the files, and ``is_fetching`` is true; the count then begins anew.
    """

    files: int
    files_total: int
    turns: int
    passages: int
    now: str = ""
    is_fetching: bool = False


Progress = Callable[[Tally], None]


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document that went in: its people and their roles, its turns, its answer passages."""

    id: str
    path: Path
    people: tuple[Person, ...]
    turns: int
    passages: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did; a ``failed`` file kept its earlier version in the index, if it had one."""

    indexed: tuple[Indexed, ...] = ()
    unchanged: int = 0
    removed: tuple[str, ...] = ()
    skipped: tuple[tuple[Path, str], ...] = ()
    failed: tuple[SourceError, ...] = ()
    version: str | None = None
    took_ms: float = 0.0
