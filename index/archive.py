"""ZIP archives as inputs: which of their members are to be indexed, and the bytes of each, held to the limits.

Nothing is unpacked to the disk, and no size that an archive states is believed: the bytes that come out are counted.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from index.discovery import COMPANIONS
from index.errors import SourceError, UnreadableSource
from index.limits import Limits
from index.records import Source
from index.sources import source_of, too_large
from index.unseen import harmless, has_unseen

SUFFIX = ".zip"
_PACKED = frozenset(".zip .tar .tgz .gz .bz2 .xz .zst .7z .rar .jar".split())
_READ_METHODS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
"""What most archives use. The others unfold without a bound on what one step may give."""
_ENCRYPTED = 0x1
_BLOCK = 64 * 2**10
_ENTRY_BYTES = 1024
"""What the table of contents may take for each member that there may be: names are short."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: ``path`` is the archive's with the name in it, ``name`` what the archive calls it."""

    path: Path
    number: int
    name: str
    stated_bytes: int


@dataclass(slots=True)
class Contents:
    """What an archive holds: members to index, others with the reason, and the paths of all, wanted or not."""

    members: list[Member] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)
    failed: list[SourceError] = field(default_factory=list)
    paths: frozenset[str] = frozenset()


class Archives:
    """Archives by their paths, of which one is open at a time; to be used with ``with``."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._last: Archive | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.turn_to(None)

    def at(self, path: Path, *, file: Path | None = None) -> Archive:
        """The archive at a path, opened when it is first needed; ``file`` is where its bytes are, if elsewhere."""
        return Archive(path, file or path, self._limits, self)

    def turn_to(self, archive: Archive | None) -> None:
        """Closes the archive that is open, unless it is the one that is needed now."""
        if self._last is not None and self._last is not archive:
            self._last.close()
        self._last = archive


class Archive:
    """An archive: its own trouble is raised as an :class:`UnreadableSource` that names it, a member's names the member."""

    def __init__(self, path: Path, file: Path, limits: Limits, among: Archives) -> None:
        self.path, self._file, self._limits, self._among = path, file, limits, among
        self._zip: zipfile.ZipFile | None = None
        self._unfolded: dict[int, int] = {}  # bytes of each member that was read
        self._total = 0

    def close(self) -> None:
        """Lets go of the file; it is opened again when something is asked of it."""
        if self._zip is not None:
            file, self._zip = self._zip.fp, None
            if file is not None:
                file.close()

    def contents(self) -> Contents:
        """Its members, each under a path that is made of harmless names; of equal names the last, as when unpacked."""
        found = Contents()
        infos = {info.filename: (number, info) for number, info in enumerate(self._opened().infolist())}
        files = [(number, info) for number, info in infos.values() if not info.is_dir()]
        if len(files) > self._limits.members:
            raise UnreadableSource(
                self.path,
                f"{len(files):,} files, more than the {self._limits.members:,} that one archive may have.",
                "Split it, or raise ONRECORD_MAX_MEMBERS.",
            )
        if not files:
            raise UnreadableSource(self.path, "the archive holds no files.", "Name one with transcripts.")
        placed = {self._place(info.filename): (number, info) for number, info in files}
        for path, (number, info) in placed.items():
            problem, passed_over = _refusal(info), _no_transcript(info)
            shown = self._place(harmless(info.filename))
            if passed_over:
                found.skipped.append((shown, passed_over))
            elif problem:
                found.failed.append(UnreadableSource(shown, *problem))
            else:
                found.members.append(Member(path, number, info.filename, info.file_size))
        found.members.sort(key=lambda member: member.path)
        found.paths = frozenset(str(path) for path in placed)
        return found

    def sha256_of(self, member: Member) -> str:
        """The digest of a member's bytes."""
        digest = hashlib.sha256()
        for block in self._blocks(member):
            digest.update(block)
        return digest.hexdigest()

    def read(self, member: Member) -> Source:
        """A member's bytes as a source."""
        return source_of(member.path, b"".join(self._blocks(member)), self._limits)

    def _blocks(self, member: Member) -> Iterator[bytes]:
        """A member's bytes as they unfold, as long as it and all that was read before stay within the limits."""
        self._total -= self._unfolded.pop(member.number, 0)  # who reads a member twice has it once
        archive = self._opened()
        try:
            infos = archive.infolist()
            if not (member.number < len(infos) and infos[member.number].filename == member.name):
                raise zipfile.BadZipFile("the archive was changed meanwhile")
            with archive.open(infos[member.number]) as file:
                while block := file.read(_BLOCK):
                    self._count(member, len(block))
                    yield block
        except _DAMAGE as error:
            problem = f"can't be unpacked ({error})."
            raise UnreadableSource(member.path, problem, "The archive is damaged: pack it again.") from error

    def _count(self, member: Member, more: int) -> None:
        self._unfolded[member.number] = self._unfolded.get(member.number, 0) + more
        self._total += more
        if self._unfolded[member.number] > self._limits.source_bytes:
            raise too_large(member.path, self._limits)
        if self._total > self._limits.expanded_bytes:
            raise UnreadableSource(
                member.path,
                f"the files of the archive up to this one are more than {self._limits.expanded_bytes:,} bytes.",
                "Split the archive, or raise ONRECORD_MAX_EXPANDED.",
            )

    def _opened(self) -> zipfile.ZipFile:
        self._among.turn_to(self)
        if self._zip is None:
            try:
                file = _Bounded(self._file, self._limits.members * _ENTRY_BYTES)
            except OSError as error:
                problem = f"can't be read ({error.strerror or error})."
                raise UnreadableSource(self.path, problem, "Check the path and its permissions.") from error
            try:
                self._zip = zipfile.ZipFile(file)
            except _DAMAGE as error:
                file.close()
                raise UnreadableSource(self.path, f"a damaged archive, or none ({error}).", "Pack it again.") from error
        return self._zip

    def _place(self, name: str) -> Path:
        """The path of a member in the index: the archive's, then the names in it, whichever way its slashes lean."""
        return self.path / _inner(name).as_posix().lstrip("/")


class _Bounded(io.FileIO):
    """A file of which no piece over a size is read at once: a table of contents is read so, and could be of any size."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__(path)
        self._most = max(most, 2**17)

    def read(self, size: int | None = -1, /) -> bytes:
        # All that is left is asked for at the end of the file, where some bytes are.
        wanted = self._most + 1 if size is None or size < 0 else size
        found = super().read(min(wanted, self._most + 1)) or b""
        if len(found) > self._most:
            raise zipfile.BadZipFile("its table of contents is larger than any such archive needs")
        return found


def _inner(name: str) -> PurePosixPath:
    return PurePosixPath(name.replace("\\", "/"))


def _no_transcript(info: zipfile.ZipInfo) -> str:
    """Why a member is passed over as it would be in a folder; empty when it is not."""
    inner = _inner(info.filename)
    if "__MACOSX" in inner.parts:
        return "what macOS notes of a file, not the file"
    if any(part.startswith(".") and part != ".." for part in inner.parts):
        return "a hidden file"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link"
    suffix = inner.suffix.lower()
    return f"{suffix} files are not transcripts" if suffix in COMPANIONS else ""


def _refusal(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    """What is wrong with a member and what to do, before anything of it is read."""
    if refused := _refused_name(info.filename):
        return refused
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted.", "Unpack it with its password first."
    if _inner(info.filename).suffix.lower() in _PACKED:
        return "an archive in an archive is not opened.", "Unpack it first."
    if info.compress_type not in _READ_METHODS:
        return "it is packed by a method that is not read.", "Pack it again in the usual way (deflate)."
    return None


def _refused_name(name: str) -> tuple[str, str] | None:
    inner = _inner(name)
    if not inner.parts:
        return "it has no name.", "Pack it again."
    if inner.is_absolute() or ".." in inner.parts or re.match("[A-Za-z]:", name):
        return "its name leads out of the archive.", "Pack it again."
    if has_unseen(name):
        return "its name holds characters that can't be seen.", "Rename it, and pack it again."
    return None
