"""What a run is to index, file by file: those of folders, those in archives, those sent, and pages that are fetched for it.

Each is an :class:`Item`, of which a run needs to know where it is from, whether it changed, and its bytes.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from index.addresses import is_address
from index.archive import SUFFIX, Archive, Archives, Member
from index.discovery import discover
from index.errors import SourceError, UnreadableSource
from index.fetch import Fetcher, Page
from index.limits import Limits
from index.records import Source
from index.sources import read, sha256_of, source_of, too_large
from index.visiting import FetchRules

SENT = Path("uploads")
"""What was sent is known by its name under this path. It is a relative one, so that no file on the disk has the same."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent: ``name`` is what they call it, a plain file name; its bytes lie in ``file`` for the run."""

    name: str
    file: Path

    @property
    def path(self) -> Path:
        """What an index knows it by: a later one of the same name takes its place."""
        return SENT / self.name


Input = Path | str | Upload
"""A file, a folder or an archive by its path, a page by its address, or what was sent."""

Fetching = Callable[[int, int, str], None]
"""Is told how many pages were fetched, of how many, and which is next."""


class Item(Protocol):
    """One source to be: ``place`` is what an index notes of where it is from, ``name`` what a user calls it."""

    @property
    def place(self) -> str: ...

    @property
    def name(self) -> str: ...

    def size(self) -> int:
        """Its bytes, as far as is known without reading them."""
        ...

    def digest(self) -> str:
        """The SHA-256 of its bytes; raises a :class:`~index.errors.SourceError`."""
        ...

    def read(self) -> Source:
        """Its bytes, with ``place`` as the source's; raises a :class:`~index.errors.SourceError`."""
        ...


@dataclass(frozen=True, slots=True)
class FileItem:
    """A file on the disk."""

    path: Path
    limits: Limits

    @property
    def place(self) -> str:
        return str(self.path.resolve())

    @property
    def name(self) -> str:
        return self.path.name

    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def digest(self) -> str:
        if self.size() > self.limits.source_bytes:
            raise too_large(self.path, self.limits)
        return sha256_of(self.path)

    def read(self) -> Source:
        return replace(read(self.path, self.limits), path=self.path.resolve())


@dataclass(frozen=True, slots=True)
class MemberItem:
    """A file in an archive."""

    archive: Archive
    member: Member

    @property
    def place(self) -> str:
        return str(self.member.path)

    @property
    def name(self) -> str:
        return f"{self.archive.path.name}/{self.member.name}"

    def size(self) -> int:
        return self.member.stated_bytes

    def digest(self) -> str:
        return self.archive.sha256_of(self.member)

    def read(self) -> Source:
        return self.archive.read(self.member)


@dataclass(frozen=True, slots=True)
class PageItem:
    """A page that was fetched."""

    page: Page
    limits: Limits

    @property
    def place(self) -> str:
        return self.page.url

    @property
    def name(self) -> str:
        return self.page.name

    def size(self) -> int:
        return self.page.size

    def digest(self) -> str:
        return self.page.sha256

    def read(self) -> Source:
        return self.page.source(self.limits)


@dataclass(frozen=True, slots=True)
class UploadItem:
    """A file that was sent, and is no archive."""

    upload: Upload
    limits: Limits

    @property
    def place(self) -> str:
        return str(self.upload.path)

    @property
    def name(self) -> str:
        return self.upload.name

    def size(self) -> int:
        return self.upload.file.stat().st_size

    def digest(self) -> str:
        return self.read().sha256

    def read(self) -> Source:
        if self.size() > self.limits.source_bytes:
            raise too_large(self.upload.path, self.limits)
        return source_of(self.upload.path, self.upload.file.read_bytes(), self.limits)


@dataclass(slots=True)
class Gathered:
    """What inputs come to: items in a stable order, what was passed over with the reason, what failed.

    ``held`` has, by the path of every archive that could be read, the paths of all its members.
    """

    items: list[Item] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)
    failed: list[SourceError] = field(default_factory=list)
    held: dict[Path, frozenset[str]] = field(default_factory=dict)

    def is_gone(self, place: str, inputs: Sequence[Input]) -> bool:
        """Whether the source at a place was under one of the inputs, and is no more: pages and what was sent never are."""
        path = Path(place)
        if is_address(place) or not any(path.is_relative_to(one.resolve()) for one in paths_among(inputs)):
            return False
        for parent in path.parents:
            if parent in self.held:
                return place not in self.held[parent]
        # A member of an archive that is there and can't be read may still be in it.
        return not _exists(path) and not any(_exists(parent) and not parent.is_dir() for parent in path.parents)


def paths_among(inputs: Iterable[Input]) -> list[Path]:
    """The inputs that are files, folders or archives on the disk."""
    return [Path(one) for one in inputs if not isinstance(one, Upload) and not is_address(one)]


def _exists(path: Path) -> bool:
    """Whether a path is there, or could be where that can't be told; one that no disk can hold is not."""
    try:
        return path.exists()
    except OSError as error:
        return error.errno != errno.ENAMETOOLONG


@contextmanager
def gathered(
    inputs: Sequence[Input],
    *,
    excluded: Path,
    limits: Limits,
    rules: FetchRules,
    without: Collection[str] = (),
    fetching: Fetching = lambda done, total, now: None,
) -> Iterator[Gathered]:
    """All that is to be indexed of ``inputs``, to be read while the block runs; pages are fetched before it begins.

    Archives are opened for their tables of contents, files not at all. ``excluded`` is the index itself, ``without`` has
    the places of files, archives and their members that are to be left alone.
    """
    addresses = list(dict.fromkeys(str(one) for one in inputs if not isinstance(one, Upload) and is_address(one)))
    found = discover(paths_among(inputs), excluded=excluded)
    gathering = Gathered(skipped=list(found.skipped), failed=list(found.failed))
    with TemporaryDirectory(prefix="onrecord-") as folder, Archives(limits) as archives:
        for one in found.files:
            if str(one.path.resolve()) in without:
                continue
            if not _is_text(one.path.resolve()):
                gathering.failed.append(UnreadableSource(one.path, "its name is not valid UTF-8.", "Rename it."))
            elif one.path.suffix.lower() == SUFFIX:
                _unpack(archives.at(one.path.resolve()), gathering)
            else:
                gathering.items.append(FileItem(one.path, limits))
        for upload in (one for one in inputs if isinstance(one, Upload)):
            if upload.path.suffix.lower() == SUFFIX:
                _unpack(archives.at(upload.path, file=upload.file), gathering)
            else:
                gathering.items.append(UploadItem(upload, limits))
        _fetch(addresses, Fetcher(Path(folder), limits, rules), limits, fetching, gathering)
        gathering.items = [item for item in gathering.items if item.place not in without]
        yield gathering


def _unpack(archive: Archive, into: Gathered) -> None:
    try:
        contents = archive.contents()
    except SourceError as error:
        into.failed.append(error)
        return
    into.items += [MemberItem(archive, member) for member in contents.members]
    into.skipped += contents.skipped
    into.failed += contents.failed
    into.held[archive.path] = contents.paths


def _fetch(addresses: Sequence[str], fetcher: Fetcher, limits: Limits, fetching: Fetching, into: Gathered) -> None:
    pages: dict[str, Page] = {}
    for number, address in enumerate(addresses):
        fetching(number, len(addresses), address)
        try:
            page = fetcher.fetch(address)
            pages[page.url] = page
        except SourceError as error:
            into.failed.append(error)
    if addresses:
        fetching(len(addresses), len(addresses), "")
    into.items += [PageItem(page, limits) for page in pages.values()]


def _is_text(path: Path) -> bool:
    """Whether an index can hold a path: a name on a disk is bytes, and those need not be text."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
