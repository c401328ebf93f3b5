"""Vectors on disk and the search for the nearest of them: the only module that imports faiss.

Knows arrays and keys; what a vector stands for is told by :mod:`index.store`. One file holds one segment's vectors in the
order of its keys: row ``r`` belongs to key ``first_key + r``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.errors import IndexDamaged

Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """Keys with their scores, best first; a higher score is nearer. Shapes ``(n,)`` int64 and ``(n,)`` float32."""

    keys: Keys
    scores: NDArray[np.float32]


class VectorWriter:
    """Collects one segment's vectors, block by block, and writes them as one exact inner-product index."""

    def __init__(self, dimension: int) -> None:
        self._index = faiss.IndexFlatIP(dimension)

    def add(self, vectors: Vectors) -> None:
        """``vectors``: ``(n, dimension) float32``, L2-normalised."""
        self._index.add(np.ascontiguousarray(vectors, np.float32))

    def write(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))


class VectorFile:
    """One segment's vectors, memory-mapped."""

    def __init__(self, path: Path, *, first_key: int, count: int, root: Path) -> None:
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamaged(root, path.name, "can't be read as vectors") from error
        if self._index.ntotal != count:
            raise IndexDamaged(root, path.name, f"holds {self._index.ntotal} vectors where {count} were written")
        self._first_key = first_key

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, allowed: Keys | None = None) -> Scored:
        """The ``k`` nearest of the ``allowed`` keys (of all when ``None``) to ``query``, ``(dimension,) float32``."""
        parameters = None
        if allowed is not None:
            rows = allowed[(allowed >= self._first_key) & (allowed < self._first_key + self.count)] - self._first_key
            if not rows.size:
                return Scored(np.zeros(0, np.int64), np.zeros(0, np.float32))
            k = min(k, rows.size)
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))
        scores, rows = self._index.search(query.reshape(1, -1), min(k, max(1, self.count)), params=parameters)
        found = rows[0] >= 0
        return Scored(rows[0][found].astype(np.int64) + self._first_key, scores[0][found])

    def rows(self, start: int, stop: int) -> Vectors:
        """The vectors of rows ``start`` to ``stop``, ``(stop - start, dimension) float32``: copied, to be written again."""
        return np.asarray(self._index.reconstruct_n(start, stop - start), np.float32)


def merge(parts: Sequence[Scored], k: int) -> Scored:
    """The best ``k`` of several results whose scores can be compared."""
    if not parts:
        return Scored(np.zeros(0, np.int64), np.zeros(0, np.float32))
    keys = np.concatenate([part.keys for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    order = np.argsort(-scores, kind="stable")[:k]
    return Scored(keys[order], scores[order])
