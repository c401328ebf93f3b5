"""The next generation while it is being written: the one writer's lock, a folder that no reader looks at, the switch.

What an index looks like on disk and how it is opened is told by :mod:`index.generations`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import filelock

from index.errors import IndexBusy, IndexError_
from index.generations import CURRENT, LOCK, MANIFEST, PREFIX, Generation, Manifest, Stamp, digest_of

_UNFINISHED = "unfinished-"


@contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Holds the index for writing; raises :class:`IndexBusy` when another process does, or ``IndexError_`` when none can."""
    lock = filelock.FileLock(root / LOCK, timeout=0)
    try:
        root.mkdir(parents=True, exist_ok=True)
        if any(root.iterdir()) and not any((root / name).exists() for name in (LOCK, CURRENT)):
            raise IndexError_(root, f"{root} holds other files and is no index. Choose a new or empty folder with --index DIR.")
        lock.acquire()
    except filelock.Timeout as error:
        raise IndexBusy(root) from error
    except OSError as error:
        raise IndexError_(
            root, f"The index at {root} can't be written ({error.strerror or error}). Choose another folder with --index DIR."
        ) from error
    try:
        yield
    finally:
        lock.release()


class Draft:
    """A generation being written, in a folder that no reader looks at."""

    def __init__(self, root: Path, number: int) -> None:
        self.root, self._number = root, number
        self._taken: dict[str, tuple[Stamp, os.stat_result]] = {}
        for leftover in _folders(root, _UNFINISHED).values():
            shutil.rmtree(leftover)
        self.folder = root / f"{_UNFINISHED}{number:06d}"
        self.folder.mkdir()

    def link(self, generation: Generation, names: Iterable[str]) -> None:
        """Takes unchanged files over from a generation: linked where the disk can, else copied."""
        for name in names:
            target = self.folder / name
            target.parent.mkdir(exist_ok=True)
            try:
                os.link(generation.folder / name, target)
            except OSError:
                shutil.copy2(generation.folder / name, target)
            self._taken[name] = generation.manifest.files[name], target.stat()

    def stamps(self) -> dict[str, Stamp]:
        """Every file's stamp; a file that was taken over, and not replaced since, keeps the one that it had."""
        found: dict[str, Stamp] = {}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if not path.is_file() or path.name == MANIFEST or path.suffix == ".lock" or path.name.endswith(".lock"):
                continue
            stat = path.stat()
            stamp, taken = self._taken.get(name, (None, stat))
            # A clock may be so coarse that a file and its replacement have one time; they never have one number.
            same = (taken.st_ino, taken.st_size, taken.st_mtime_ns) == (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            if stamp and same:
                found[name] = replace(stamp, mtime_ns=stat.st_mtime_ns)
            else:
                found[name] = Stamp(stat.st_size, digest_of(path), stat.st_mtime_ns)
        return found

    def publish(self, manifest: Manifest) -> None:
        """Syncs every file, gives the folder its name, and switches ``CURRENT`` to it; then clears what is older."""
        raw = manifest.to_json().encode("utf-8")
        (self.folder / MANIFEST).write_bytes(raw)
        for path in self.folder.rglob("*"):
            sync(path)
        sync(self.folder)
        name = f"{PREFIX}{self._number:06d}"
        if (self.root / name).exists():  # left by a crash between the rename and the switch
            shutil.rmtree(self.root / name)
        self.folder.rename(self.root / name)
        sync(self.root)
        switch(self.root, f"{name} {hashlib.sha256(raw).hexdigest()}\n")
        clear_old(self.root, keep=(self._number, self._number - 1))

    def drop(self, names: Iterable[str]) -> None:
        """Takes files out of the draft again."""
        for name in names:
            (self.folder / name).unlink()

    def discard(self) -> None:
        """Gives the whole draft up."""
        shutil.rmtree(self.folder, ignore_errors=True)


def last_number(root: Path) -> int:
    """The highest number that a generation in this folder has, 0 when there is none."""
    return max(_folders(root, PREFIX), default=0)


def switch(root: Path, said: str) -> None:
    """Replaces ``CURRENT`` in one step that survives a crash."""
    fresh = root / f"{CURRENT}.new"
    with open(fresh, "w", encoding="ascii") as file:
        file.write(said)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(root / CURRENT)
    sync(root)


def sync(path: Path) -> None:
    """Forces a file's or a folder's state to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_old(root: Path, *, keep: tuple[int, ...]) -> None:
    """Removes other generations; the one before stays, for readers that are just opening it."""
    for number, folder in _folders(root, PREFIX).items():
        if number not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def recover(root: Path) -> None:
    """Names the last generation in ``CURRENT`` again where that file is gone.

    A generation gets its name when it is complete, so whichever has one may be published. The index must be held.
    """
    folders = _folders(root, PREFIX)
    if os.path.lexists(root / CURRENT) or not folders:  # one that is there and says nonsense is damage, and is left to be told
        return
    folder = folders[max(folders)]
    with suppress(OSError):
        switch(root, f"{folder.name} {hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()}\n")


def _folders(root: Path, prefix: str) -> dict[int, Path]:
    """The folders of ours under ``root`` by their numbers: nothing that only begins like one."""
    numbered = re.compile(re.escape(prefix) + r"(\d{6,12})")
    found = ((numbered.fullmatch(path.name), path) for path in root.glob(f"{prefix}*"))
    return {int(match.group(1)): path for match, path in found if match and path.is_dir() and not path.is_symlink()}
