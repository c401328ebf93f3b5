"""An index on disk: file names, format version, manifest, checksums, and the one atomic switch.

::

    .onrecord/
        CURRENT                      the published generation and its manifest's digest, replaced atomically
        LOCK                         held by the one process that writes
        generation-000002/           complete in itself; unchanged files are links to the generation before
            manifest.json            format, model, segments, dead documents, counts, checksums
            segment-000001.sqlite    archive, people, turns, passages
            segment-000001.answer.faiss, .asked.faiss   vectors; of a large segment also exact rows (.rows)
            words/                   tantivy

A generation is written under a temporary name, synced, renamed, and only then named in ``CURRENT``: a crash at any
instant leaves the old one serving. What is in the files is told by the modules that write them.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from index.errors import IndexDamaged, IndexForeign, IndexMissing, IndexTooNew, IndexTooOld
from index.models import ModelCard
from index.vectors import EXACT, VectorFacts, rows_path

FORMAT_VERSION: Final = 4
CURRENT: Final = "CURRENT"
LOCK: Final = "LOCK"
MANIFEST: Final = "manifest.json"
WORDS: Final = "words"
VECTORS_SUFFIX: Final = ".faiss"
PREFIX = "generation-"
_POINTER = re.compile(r"(generation-\d{6,12}) ([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True)
class Segment:
    """An immutable part of an index: ``answers`` vectors with keys from ``first_key``; ``dead`` documents are no more."""

    name: str
    first_key: int
    answers: int
    documents: int
    dead: tuple[str, ...] = ()
    answer_search: VectorFacts = EXACT
    asked_search: VectorFacts = EXACT

    @property
    def store(self) -> str:
        return f"{self.name}.sqlite"

    @property
    def answer_vectors(self) -> str:
        return f"{self.name}.answer{VECTORS_SUFFIX}"

    @property
    def asked_vectors(self) -> str:
        return f"{self.name}.asked{VECTORS_SUFFIX}"

    @property
    def files(self) -> tuple[str, ...]:
        searches = ((self.answer_vectors, self.answer_search), (self.asked_vectors, self.asked_search))
        rows = [rows_path(Path(name)).name for name, facts in searches if facts.kind != "exact"]
        return self.store, self.answer_vectors, self.asked_vectors, *rows

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Segment:
        facts = {name: VectorFacts(**data[name]) for name in ("answer_search", "asked_search")}
        return cls(**data | facts | {"dead": tuple(data["dead"])})


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when it was written: bytes, SHA-256, and the clock time that shows whether it was touched since."""

    size: int
    sha256: str
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a generation says of itself. ``next_key`` and ``next_context_key`` are never used again once given.

    ``engine`` says what computed the newest vectors, and their mean cosine to the model's exact ones. ``byte_order`` is that
    of the machine that wrote the vectors. ``roster`` is the list of people by which speakers were named last, as it was given.
    """

    generation: int
    model: ModelCard
    segments: tuple[Segment, ...] = ()
    next_key: int = 0
    next_context_key: int = 0
    next_segment: int = 1
    counts: dict[str, int] = field(default_factory=dict)
    files: dict[str, Stamp] = field(default_factory=dict)
    engine: dict[str, str | float] = field(default_factory=dict)
    created: str = ""
    byte_order: str = sys.byteorder
    roster: str = ""
    format_version: int = FORMAT_VERSION

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Manifest:
        """Raises ``KeyError``, ``TypeError``, ``ValueError`` or ``AttributeError`` when ``data`` is no manifest."""
        return cls(
            **data
            | {
                "model": ModelCard.from_json(data["model"]),
                "segments": tuple(Segment.from_json(segment) for segment in data["segments"]),
                "files": {name: Stamp(**stamp) for name, stamp in data["files"].items()},
            }
        )


@dataclass(frozen=True, slots=True)
class Generation:
    """A published generation: its folder, its manifest, and ``version``, which changes with every switch."""

    root: Path
    folder: Path
    manifest: Manifest
    version: str


def pointer(root: Path) -> str | None:
    """What ``CURRENT`` says, to be compared with an earlier reading; ``None`` when there is no index."""
    try:
        return (root / CURRENT).read_text(encoding="ascii")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(root, CURRENT, f"can't be read ({error})") from error


def current(root: Path) -> Generation:
    """The published generation, its files' sizes and times compared with its manifest.

    A file that was touched since it was written is read whole and its digest compared. Raises
    :class:`IndexMissing`, :class:`IndexTooNew`, :class:`IndexTooOld`,
    :class:`IndexForeign` or :class:`IndexDamaged`.
    """
    for _ in range(5):
        said = pointer(root)
        if said is None:
            raise IndexMissing(root)
        try:
            return _open(root, said)
        except (FileNotFoundError, IndexDamaged):
            if pointer(root) == said:  # not overtaken by two switches between reading and opening
                raise
    raise IndexDamaged(root, CURRENT, "changes faster than it can be read")


def is_current(generation: Generation) -> bool:
    """Whether no later generation has been published since."""
    name, _, digest = (pointer(generation.root) or "").partition(" ")
    return f"{name}-{digest[:12]}" == generation.version


def _open(root: Path, said: str) -> Generation:
    match = _POINTER.fullmatch(said)
    if not match:
        raise IndexDamaged(root, CURRENT, f"says {said.strip()[:80]!r}, which names no generation")
    name, digest = match.groups()
    folder = root / name
    try:
        raw = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise IndexDamaged(root, f"{name}/{MANIFEST}", f"can't be read ({error.strerror})") from error
    if hashlib.sha256(raw).hexdigest() != digest:
        raise IndexDamaged(root, f"{name}/{MANIFEST}", "is not the one that was published")
    try:
        data = json.loads(raw)
        if data["format_version"] > FORMAT_VERSION:
            raise IndexTooNew(root, data["format_version"], FORMAT_VERSION)
        if data["format_version"] < FORMAT_VERSION:
            raise IndexTooOld(root, data["format_version"], FORMAT_VERSION)
        if data["byte_order"] != sys.byteorder:
            raise IndexForeign(root, data["byte_order"])
        manifest = Manifest.from_json(data)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise IndexDamaged(root, f"{name}/{MANIFEST}", f"can't be read as a manifest ({error!r})") from error
    for file, stamp in manifest.files.items():
        check_file(root, folder, file, stamp)
    return Generation(root, folder, manifest, f"{name}-{digest[:12]}")


def check_file(root: Path, folder: Path, file: str, stamp: Stamp, *, whole: bool = False) -> None:
    """Raises :class:`IndexDamaged` unless the file is what was written; reads it only if ``whole`` or touched since."""
    try:
        found = (folder / file).stat()
        if found.st_size != stamp.size:
            raise IndexDamaged(root, file, f"has {found.st_size:,} bytes where {stamp.size:,} were written")
        if (whole or found.st_mtime_ns != stamp.mtime_ns) and digest_of(folder / file) != stamp.sha256:
            raise IndexDamaged(root, file, "is not what was written (its SHA-256 differs)")
    except OSError as error:
        raise IndexDamaged(root, file, f"is missing or can't be read ({error.strerror})") from error


def digest_of(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
