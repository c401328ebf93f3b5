"""Keeps a service over the newest generation of an index: it switches between two requests, never within one."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from index.errors import OnrecordError
from index.reader import IndexReader
from qa.service import Service

_log = logging.getLogger("onrecord")


class Host:
    """The current :class:`~qa.service.Service`, replaced when a new generation has been published.

    A request that has taken a service keeps it to its end; the old generation's files stay readable for it. When the
    new generation can't be opened, the old one goes on serving and the reason is logged.
    """

    def __init__(self, root: Path, *, model: str | None = None, threshold: float = 0.4) -> None:
        self._root, self._threshold = root, threshold
        self._lock = threading.Lock()
        self._refused: str | None = None
        reader = IndexReader.open(root)
        self._service = Service(reader, reader.encoder(model), threshold=threshold)

    def service(self) -> Service:
        """The service for one request."""
        if not self._service.reader.is_current() and self._lock.acquire(blocking=False):
            try:
                self._switch()
            finally:
                self._lock.release()
        return self._service

    def _switch(self) -> None:
        old = self._service
        try:
            reader = IndexReader.open(self._root)
            encoder = old.encoder if reader.model == old.reader.model else reader.encoder()
            self._service = Service(reader, encoder, threshold=self._threshold)
            self._refused = None
            _log.info("now serving %s, before it %s", reader.version, old.reader.version)
        except OnrecordError as error:
            if self._refused != str(error):
                _log.error("still serving %s: %s", old.reader.version, error)
                self._refused = str(error)
