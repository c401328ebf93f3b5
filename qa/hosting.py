"""Keeps a service over the newest generation of an index: it switches between two requests, never within one."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import OnrecordError
from index.models import require_same_model
from index.reader import IndexReader
from qa.batching import BatchingEncoder
from qa.config import Settings
from qa.judges import open_judge
from qa.service import Service

if TYPE_CHECKING:
    from index.models import Encoder
    from qa.judge_model import Judge

_log = logging.getLogger("onrecord")


class Host:
    """The current :class:`~qa.service.Service`, replaced when a new generation has been published.

    A request that has taken a service keeps it to its end; the old generation's files stay readable for it. When the
    new generation can't be opened, the old one goes on serving and the reason is logged. An ``encoder`` that is given is
    used as it is, if its model is the index's.
    """

    def __init__(
        self,
        root: Path,
        *,
        model: str | None = None,
        judge: Judge | None = None,
        threshold: float | None = None,
        cache: Path | None = None,
        memory_bytes: int | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self._judge = judge
        self._root, self._threshold, self._cache, self._memory_bytes = root, threshold, cache, memory_bytes
        self._lock = threading.Lock()
        self._refused: str | None = None
        reader = IndexReader.open(root, memory_bytes=memory_bytes)
        if encoder is None:
            encoder = reader.encoder(model, cache=cache)
        require_same_model(reader.model, encoder.card, root)
        self._service = Service(reader, BatchingEncoder(encoder), judge=judge, threshold=threshold)

    def service(self) -> Service:
        """The service for one request."""
        if self._is_overtaken() and self._lock.acquire(blocking=False):
            try:
                self._switch()
            finally:
                self._lock.release()
        return self._service

    def close(self) -> None:
        """Closes the index; nothing can be asked any more."""
        self._service.reader.close()

    def _is_overtaken(self) -> bool:
        try:
            return not self._service.reader.is_current()
        except OnrecordError:  # what is wrong is said by the attempt to switch
            return True

    def _switch(self) -> None:
        old = self._service
        try:
            reader = IndexReader.open(self._root, memory_bytes=self._memory_bytes)
            encoder = old.encoder if reader.model == old.reader.model else BatchingEncoder(reader.encoder(cache=self._cache))
            self._service = Service(reader, encoder, judge=self._judge, threshold=self._threshold)
            self._refused = None
            _log.info("now serving %s, before it %s", reader.version, old.reader.version)
        except OnrecordError as error:
            if self._refused != str(error):
                _log.error("still serving %s: %s", old.reader.version, error)
                self._refused = str(error)


def open_host(settings: Settings, *, encoder: Encoder | None = None) -> Host:
    """The host that some settings ask for; raises what opening the index, the model or the judge raises."""
    return Host(
        settings.index,
        model=settings.model,
        judge=None if settings.fast else open_judge(settings.reranker),
        threshold=settings.threshold,
        cache=settings.cache,
        memory_bytes=settings.memory,
        encoder=encoder,
    )
