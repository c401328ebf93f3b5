"""Questions that come together are embedded together, and a question that comes again not at all.

Stands between a service and its encoder, and is itself an encoder. Knows threads and time; what an embedding is it
doesn't.
"""

from __future__ import annotations

import queue
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.models import Encoder, Engine, ModelCard, Vectors

MAX_BATCH = 32
KEPT_QUESTIONS = 4096


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    vector: Future[Vectors]


class BatchingEncoder:
    """An encoder for many threads: one thread embeds, and takes all that has come while it was busy.

    Nothing waits for company: a question that comes alone is embedded at once.
    """

    def __init__(self, encoder: Encoder, *, kept: int = KEPT_QUESTIONS) -> None:
        self._encoder, self._kept = encoder, kept
        self._waiting: queue.SimpleQueue[_Asked] = queue.SimpleQueue()
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()
        threading.Thread(target=self._work, name="onrecord-encoder", daemon=True).start()

    @property
    def card(self) -> ModelCard:
        return self._encoder.card

    @property
    def engine(self) -> Engine:
        return self._encoder.engine

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_queries(texts)

    def encode_query(self, text: str) -> Vectors:
        """``(dimension,) float32``, L2-normalised; raises what the encoder raised."""
        with self._lock:
            if (vector := self._known.get(text)) is not None:
                self._known.move_to_end(text)
                return vector
        asked = _Asked(text, Future())
        self._waiting.put(asked)
        found = asked.vector.result()
        with self._lock:
            self._known[text] = found
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return found

    def _work(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < MAX_BATCH:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            try:
                vectors = self._encoder.encode_queries([asked.text for asked in batch])
            except Exception as error:
                for asked in batch:
                    asked.vector.set_exception(error)
                continue
            for asked, vector in zip(batch, vectors, strict=True):
                asked.vector.set_result(vector)
