"""A run of the indexer as the command does it: which model, how far it has come, and what it did, on stderr."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.build import build_index
from index.inputs import Input
from index.report import Report
from index.roster import read_roster
from index.visiting import FetchRules
from qa.config import Settings
from qa.progress import ProgressLine
from qa.style import tell
from qa.terminal import shorten

if TYPE_CHECKING:
    from index.models import Encoder


class Indexing:
    """What is to be indexed, and how; :meth:`run` does it, as often as is needed."""

    def __init__(
        self, inputs: Sequence[Input], settings: Settings, *, allow_private: bool = False, quiet: bool = False
    ) -> None:
        self.settings, self.quiet = settings, quiet
        self._inputs, self._rules = inputs, FetchRules(allow_private=allow_private)
        self._encoder: Encoder | None = None

    def run(self, *, prune: bool, rebuild: bool = False, without: Collection[str] = ()) -> Report:
        """Brings the index up to date, and shows how far that has come."""
        with ProgressLine(quiet=self.quiet) as progress:
            return build_index(
                self._inputs,
                root=self.settings.index,
                encoder=lambda job_bytes: self._loaded(job_bytes, rebuild=rebuild),
                prune=prune,
                rebuild=rebuild,
                memory_bytes=self.settings.memory,
                roster=read_roster(self.settings.speakers) if self.settings.speakers else None,
                limits=self.settings.limits,
                fetching=self._rules,
                without=without,
                progress=progress.show,
            )

    def _loaded(self, job_bytes: int, *, rebuild: bool) -> Encoder:
        """The model that was asked for, else the one that the index remembers, else the bundled one; loaded once."""
        from index.engine import indexing_encoder
        from index.errors import IndexError_
        from index.reader import IndexReader

        if self._encoder is None:
            name = self.settings.model
            if name is None and not rebuild:
                try:
                    name = IndexReader.open(self.settings.index).model.name
                except IndexError_:
                    name = None
            self._encoder = indexing_encoder(name, job_bytes=job_bytes, cache=self.settings.cache)
        return self._encoder


def tell_report(report: Report, index: Path, *, quiet: bool) -> None:
    """The summary of a run, on stderr: answers go to stdout, and there are none here."""
    for error in report.failed:
        tell(f"failed: {error}")
    if quiet:
        return
    for path, reason in report.skipped:
        tell(f"skipped: {shorten(str(path))}: {reason}")
    for one in report.indexed:
        people = "; ".join(f"{person.name} ({_role(person.role.value)})" for person in one.people) or "no speakers named"
        tell(f"{one.id}: {one.turns} turns, {one.passages} passages: {people}")
        if not one.passages:
            tell(f"warning: {one.id} holds nothing to quote, only what was asked. See: onrecord show {one.id}")
    for document_id in report.removed:
        tell(f"removed: {document_id}")
    done = f"{len(report.indexed)} indexed, {report.unchanged} unchanged, {len(report.removed)} removed"
    rest = f"{len(report.skipped)} skipped, {len(report.failed)} failed"
    tell(f"{done}, {rest} in {report.took_ms / 1000:.1f} s")
    if report.version is None:
        tell("No index was written: nothing could be indexed.")
    elif report.indexed:
        option = "" if index == Settings().index else f" --index {index}"
        tell(f'Now ask: ask "…"{option}')


def _role(role: str) -> str:
    return "role unknown" if role == "unknown" else role
