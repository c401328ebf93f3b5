"""Documents that come and go while the service runs: files that were sent are indexed, documents removed, one change at a time.

Every change is a run of the indexer, which publishes a generation or leaves the old one serving. Knows files and reports;
how they are sent, and who may send them, is told by :mod:`qa.api_documents`.
"""

from __future__ import annotations

import shutil
import time
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

from index.build import build_index, remove_documents
from index.engine import indexing_encoder
from index.errors import IndexBusy, SourceError, UnreadableSource
from index.generations import current
from index.inputs import Upload
from index.report import Report, Tally
from index.unseen import harmless, has_unseen
from qa.config import Settings

if TYPE_CHECKING:
    from index.models import Encoder

WAIT_S = 20.0
"""How long a change waits for another process that is writing the index."""
_LOOK_S = 0.25
_MAX_NAME_BYTES = 255


@dataclass(slots=True)
class Change:
    """A change that was asked for: its report to come, and how far it is; no tally before it began."""

    report: Future[Report] = field(default_factory=Future)
    tally: Tally | None = None


@dataclass(slots=True)
class Delivery:
    """Files that were sent, in a folder of their own until they are indexed; ``refused`` are those with impossible names."""

    folder: TemporaryDirectory[str] = field(default_factory=lambda: TemporaryDirectory(prefix="onrecord-"))
    uploads: list[Upload] = field(default_factory=list)
    refused: list[SourceError] = field(default_factory=list)

    def take(self, name: str, content: IO[bytes]) -> None:
        """Copies one file's bytes; no part of its name is part of a path on the disk."""
        try:
            plain = plain_name(name)
            if any(upload.name == plain for upload in self.uploads):
                raise UnreadableSource(Path(plain), "another file of this name came with it.", "Send one of them.")
        except SourceError as error:
            self.refused.append(error)
            return
        path = Path(self.folder.name) / str(len(self.uploads))
        with open(path, "xb") as file:
            shutil.copyfileobj(content, file)
        self.uploads.append(Upload(plain, path))


class Writer:
    """Changes an index, one change after the other.

    What is added is embedded by ``encoder``, else by the index's own model, without torch: that would take a service seconds
    and its memory.
    """

    def __init__(self, settings: Settings, encoder: Encoder | None = None) -> None:
        self._settings, self._encoder = settings, encoder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="onrecord-writer")

    def close(self) -> None:
        """Waits for the change that is being made, and makes no other."""
        self._thread.shutdown(cancel_futures=True)

    def add(self, delivery: Delivery) -> Change:
        """Indexes files that were sent; one takes the place of a document that came under its name before."""
        change = Change()

        def note(tally: Tally) -> None:
            change.tally = tally

        def run() -> Report:
            with delivery.folder:
                report = self._when_free(lambda: self._index(delivery, note))
            return replace(report, failed=(*delivery.refused, *report.failed))

        change.report = self._thread.submit(run)
        return change

    def remove(self, document_ids: Iterable[str]) -> Change:
        """Drops documents; its report raises :class:`~index.errors.NotInIndex` when one isn't there."""
        ids, settings = tuple(document_ids), self._settings
        return Change(
            self._thread.submit(
                lambda: self._when_free(lambda: remove_documents(ids, root=settings.index, memory_bytes=settings.memory))
            )
        )

    def _index(self, delivery: Delivery, note: Callable[[Tally], None]) -> Report:
        settings = self._settings
        return build_index(
            delivery.uploads,
            root=settings.index,
            encoder=lambda job_bytes: self._encoder or self._without_torch(),
            memory_bytes=settings.memory,
            limits=settings.limits,
            progress=note,
        )

    def _without_torch(self) -> Encoder:
        settings = self._settings
        name = settings.model or current(settings.index).manifest.model.name
        return indexing_encoder(name, job_bytes=0, cache=settings.cache)

    def _when_free(self, change: Callable[[], Report]) -> Report:
        """Makes a change as soon as no other process writes; raises :class:`~index.errors.IndexBusy` after a while."""
        until = time.monotonic() + WAIT_S
        while True:
            try:
                return change()
            except IndexBusy:
                if time.monotonic() >= until:
                    raise
                time.sleep(_LOOK_S)


def plain_name(given: str) -> str:
    """The file name of what was sent, without the folders before it; raises a :class:`~index.errors.SourceError` for none."""
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1].strip()
    problem = ""
    if name in ("", ".", ".."):
        problem = "the file has no name."
    elif has_unseen(name):
        problem = "its name holds characters that can't be seen."
    elif len(name.encode()) > _MAX_NAME_BYTES:
        problem = f"its name has more than {_MAX_NAME_BYTES} bytes."
    if problem:
        raise UnreadableSource(Path(harmless(name[:80]) or "(nameless)"), problem, "Rename it.")
    return name
