"""Which files the user means: those that are named, and those in folders that can be transcripts; nothing is opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.errors import SourceError, UnreadableSource
from index.sources import unreadable

COMPANIONS = frozenset(
    ".css .js .mjs .map .json5 .png .jpg .jpeg .gif .webp .svg .ico .avif .bmp .tif .tiff .woff .woff2 .ttf .otf .eot "
    ".mp3 .mp4 .m4a .wav .ogg .oga .opus .flac .mov .avi .mkv .webm .toml .yaml .yml .ini .lock .log .py .sh .bak".split()
)
"""What lies beside transcripts (a saved page's pictures, the recording itself) and can't be one."""


@dataclass(frozen=True, slots=True)
class Found:
    """One file to index; ``named`` is true when the user named it, false when a folder held it."""

    path: Path
    named: bool


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a list of inputs comes to: files, files passed over with the reason, and what could not be followed."""

    files: tuple[Found, ...]
    skipped: tuple[tuple[Path, str], ...]
    failed: tuple[SourceError, ...]


def discover(inputs: Iterable[Path], *, excluded: Path | None = None) -> Discovery:
    """All files under ``inputs``, each once, in a stable order; nothing is opened.

    Hidden files are passed over silently, ``excluded`` (the index itself) too. Links are followed once; a folder that
    links back into itself is a failure that names it, not a hang.
    """
    walk = _Walk(excluded.resolve() if excluded else None)
    for path in inputs:
        walk.add(path)
    return Discovery(tuple(walk.files), tuple(walk.skipped), tuple(walk.failed))


class _Walk:
    def __init__(self, excluded: Path | None) -> None:
        self.files: list[Found] = []
        self.skipped: list[tuple[Path, str]] = []
        self.failed: list[SourceError] = []
        self._seen: set[Path] = set()
        self._excluded = excluded

    def add(self, path: Path) -> None:
        try:
            if path.is_dir():
                if not self._folder(path, ()):
                    self.failed.append(
                        UnreadableSource(path, "the folder holds no files.", "Name a folder with transcripts, or files.")
                    )
            elif path.exists():
                self._file(path, named=True)
            elif path.is_symlink():
                self.failed.append(UnreadableSource(path, "the link leads nowhere or back to itself.", "Remove the link."))
            else:
                self.failed.append(UnreadableSource(path, "no such file or folder.", "Check the path."))
        except OSError as error:
            self.failed.append(unreadable(path, error))

    def _folder(self, folder: Path, ancestors: tuple[Path, ...]) -> bool:
        """Walks a folder; whether there was anything in it, be it known already or of no use."""
        real = folder.resolve()
        if real == self._excluded:
            return False
        if real in ancestors:
            self.failed.append(UnreadableSource(folder, f"the folder links back to {real}.", "Remove the link."))
            return True
        if real in self._seen:
            return True
        self._seen.add(real)
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            self.failed.append(unreadable(folder, error))
            return True
        return sum(self._entry(entry, (*ancestors, real)) for entry in entries if not entry.name.startswith(".")) > 0

    def _entry(self, entry: Path, ancestors: tuple[Path, ...]) -> bool:
        try:
            if entry.is_dir():
                return self._folder(entry, ancestors)
            if entry.is_file():
                self._file(entry, named=False)
            elif entry.is_symlink():
                self.failed.append(UnreadableSource(entry, "the link leads nowhere or back to itself.", "Remove the link."))
            else:
                self.skipped.append((entry, "not a regular file"))
        except OSError as error:
            self.failed.append(unreadable(entry, error))
        return True

    def _file(self, path: Path, *, named: bool) -> None:
        if not path.is_file():
            self.failed.append(UnreadableSource(path, "not a regular file.", "Copy its content into a file first."))
            return
        if not named and path.suffix.lower() in COMPANIONS:
            self.skipped.append((path, f"{path.suffix.lower()} files are not transcripts"))
            return
        real = path.resolve()
        if real in self._seen:
            return
        self._seen.add(real)
        self.files.append(Found(path, named))
