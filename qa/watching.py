"""Keeps an index current while files in watched folders come, change and go, until it is interrupted.

The index is held only while it is being written. What changed is taken when it has stood still for a moment.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from watchfiles import Change, watch

from index.errors import IndexBusy, OnrecordError
from index.report import Report
from qa.indexing import Indexing, tell_report
from qa.style import tell

QUIET_S = 1.0
"""How long a file must not change before it is taken: whoever writes one pauses for less."""
_LOOK_MS = 200

_Stamp = tuple[int, int] | None


class Unsettled:
    """Paths that changed a moment ago, until their size and time have stayed the same for ``quiet_s``."""

    def __init__(self, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._paths: dict[Path, tuple[_Stamp, float]] = {}

    @property
    def paths(self) -> frozenset[Path]:
        """Those that may still be being written."""
        return frozenset(self._paths)

    def note(self, paths: Iterable[Path], now: float) -> None:
        """Takes paths that changed."""
        self._paths.update((path, (_stamp(path), now)) for path in paths)

    def settled(self, now: float) -> frozenset[Path]:
        """The paths that have become quiet, each once."""
        quiet = set()
        for path, (before, since) in list(self._paths.items()):
            if (stamp := _stamp(path)) != before:
                self._paths[path] = stamp, now
            elif now - since >= self._quiet_s:
                quiet.add(path)
                del self._paths[path]
        return frozenset(quiet)


class Failures:
    """The files that failed, which are left alone until they change, and what was said of them, which is not repeated."""

    def __init__(self) -> None:
        self._said: dict[Path, str] = {}

    @property
    def paths(self) -> frozenset[Path]:
        return frozenset(self._said)

    def forget(self, changed: Collection[Path]) -> None:
        """Gives another chance to what changed, and to what lies in an archive or a folder that did."""
        self._said = {path: said for path, said in self._said.items() if not any(path.is_relative_to(one) for one in changed)}

    def fresh(self, report: Report, left: Collection[Path]) -> list[str]:
        """What a run over all but ``left`` has to say that was not said before."""
        found = {error.path.resolve(): str(error) for error in report.failed}
        news = [said for path, said in found.items() if self._said.get(path) != said]
        self._said = {path: said for path, said in self._said.items() if path in left} | found
        return news


class _Wanted:
    """Which changes concern the index: none in itself, none in what is hidden."""

    def __init__(self, folders: Sequence[Path], index: Path) -> None:
        self._folders, self._index = folders, index

    def __call__(self, change: Change, path: str) -> bool:
        changed = Path(path)
        if changed.is_relative_to(self._index):
            return False
        inner = (changed.relative_to(folder) for folder in self._folders if changed.is_relative_to(folder))
        return any(not any(part.startswith(".") for part in path.parts) for path in inner)


def watch_folders(folders: Sequence[Path], indexing: Indexing, *, rebuild: bool = False) -> NoReturn:
    """Indexes the folders, then follows what changes in them; ends with ``KeyboardInterrupt``, or when a folder is gone."""
    keeper = _Keeper([folder.resolve() for folder in folders], indexing, rebuild=rebuild)
    wanted = _Wanted(keeper.folders, indexing.settings.index.resolve())
    # The first round comes when the watch stands, so that no change between the first run and it is missed.
    for changes in watch(
        *keeper.folders, watch_filter=wanted, rust_timeout=_LOOK_MS, yield_on_timeout=True, ignore_permission_denied=True
    ):
        keeper.look([Path(path) for _, path in changes], time.monotonic())
    raise KeyboardInterrupt


class _Keeper:
    """What is known between two rounds of a watch."""

    def __init__(self, folders: Sequence[Path], indexing: Indexing, *, rebuild: bool) -> None:
        self.folders = folders
        self._indexing, self._rebuild = indexing, rebuild
        self._unsettled, self._failures = Unsettled(), Failures()
        self._is_first = self._is_due = True
        self._is_waiting = False

    def look(self, changed: Sequence[Path], now: float) -> None:
        """One round: what changed is noted, and the index updated when something has become quiet."""
        self._unsettled.note(changed, now)
        quiet = self._unsettled.settled(now)
        self._failures.forget(quiet)
        self._is_due = self._is_due or bool(quiet)
        if self._is_due:
            self._update()

    def _update(self) -> None:
        for folder in self.folders:
            if not folder.is_dir():
                raise OnrecordError(f"{folder} is gone and is no longer watched. What is indexed of it stays in the index.")
        left = self._unsettled.paths | self._failures.paths
        try:
            report = self._indexing.run(prune=True, rebuild=self._rebuild, without={str(path) for path in left})
        except IndexBusy as error:
            if not self._is_waiting:
                tell(f"{error} (It is tried again.)")
            self._is_waiting = True
            return
        self._rebuild = self._is_due = self._is_waiting = False
        news = self._failures.fresh(report, left)
        if self._is_first:
            tell_report(report, self._indexing.settings.index, quiet=self._indexing.quiet)
            self._told("Watching for changes. Interrupt to end.")
        else:
            self._tell_update(report, news)
        self._is_first = False

    def _tell_update(self, report: Report, news: Sequence[str]) -> None:
        for said in news:
            tell(f"failed: {said}")
        if report.indexed or report.removed or news:
            ids = ", ".join([*(one.id for one in report.indexed), *(f"{one} (removed)" for one in report.removed)])
            counts = f"{len(report.indexed)} indexed, {len(report.removed)} removed, {len(news)} failed"
            self._told(f"{time.strftime('%H:%M:%S')} {counts} in {report.took_ms / 1000:.1f} s" + (f": {ids}" if ids else ""))

    def _told(self, words: str) -> None:
        if not self._indexing.quiet:
            tell(words)


def _stamp(path: Path) -> _Stamp:
    """What changes with a file; ``None`` when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
