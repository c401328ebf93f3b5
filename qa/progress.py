"""How far indexing has come, on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index.report import Tally
from qa.typesetting import visible

PLAIN_EVERY_S = 5.0


class ProgressLine:
    """Shows tallies while it is open; says nothing when ``quiet``."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._started = self._last = time.monotonic()
        console = Console(stderr=True)
        self._bar = (
            Progress(
                TextColumn("{task.fields[name]}", markup=False), BarColumn(), MofNCompleteColumn(), TextColumn("files"),
                TextColumn("{task.fields[detail]}"), TimeRemainingColumn(), console=console, transient=True,
            )
            if console.is_terminal and not quiet
            else None
        )  # fmt: skip
        self._task = self._bar.add_task("index", total=None, name="", detail="") if self._bar else None

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, tally: Tally) -> None:
        if self._quiet:
            return
        now = time.monotonic()
        rate = tally.passages / max(now - self._started, 1e-3)
        detail = "fetched" if tally.is_fetching else f"{tally.turns} turns, {tally.passages} passages, {rate:.0f}/s"
        if self._bar and self._task is not None:
            self._bar.update(
                self._task, total=tally.files_total, completed=tally.files, name=visible(tally.now[:40]), detail=detail
            )
        elif now - self._last >= PLAIN_EVERY_S:
            self._last = now
            left = (now - self._started) / max(tally.files, 1) * (tally.files_total - tally.files)
            print(  # noqa: T201 - this is where plain progress is written
                f"{tally.files}/{tally.files_total} files, {detail}, about {left:.0f} s left", file=sys.stderr, flush=True
            )
