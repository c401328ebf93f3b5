"""Vectors on disk and the search for the nearest of them; with :mod:`index.vector_writer` the only import of faiss.

Knows arrays and keys; what a vector stands for is told by :mod:`index.store`. One segment's vectors stand in the order of
its keys: row ``r`` belongs to key ``first_key + r``. A small segment is one exact index in memory. A large one is
an inverted file of RaBitQ codes of two bits (Gao & Long 2024), some 130 bytes a vector, that proposes rows; their exact
vectors are then read from a file of float16 rows beside it, which takes disk and no memory.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged, MemoryShort
from index.models import Vectors

Keys = NDArray[np.int64]

EXACT_UP_TO = 20_000
"""Vectors that are searched exactly: below, that is as fast (measured: 1 ms at 10,000), and it is always right."""

_ROWS_SUFFIX = ".rows"
_REFINED_PER_WANTED = 2
"""Rows whose exact vectors are compared at least for each one wanted: what the codes propose is only nearly in order."""

BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Scored:
    """Keys with their scores, best first; a higher score is nearer. Shapes ``(n,)`` int64 and ``(n,)`` float32."""

    keys: Keys
    scores: NDArray[np.float32]


_NONE = np.zeros(0, np.int64)
NOTHING = Scored(_NONE, np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True)
class VectorFacts:
    """How a segment's vectors are searched: ``exact``, or by which index, and with what recall@10.

    ``probes`` lists are looked through, and at least ``refined`` of the rows found in them are compared by exact vectors.
    """

    kind: str = "exact"
    probes: int = 0
    refined: int = 0
    recall_at_10: float = 1.0


EXACT = VectorFacts()


def is_memory_short(error: Exception) -> bool:
    """Whether what failed for want of memory is no fault of a file; faiss tells both by the same exception."""
    said = str(error)
    return isinstance(error, MemoryError) or "bad_alloc" in said or "Cannot allocate memory" in said


def rows_path(path: Path) -> Path:
    """Where the exact rows of a large index are, beside it."""
    return path.with_suffix(_ROWS_SUFFIX)


class VectorFile:
    """One segment's vectors, opened for search as its ``facts`` say.

    ``dead`` gives the keys that are never found; it is asked at the first search, and not again.
    """

    def __init__(
        self,
        path: Path,
        *,
        first_key: int,
        count: int,
        root: Path,
        facts: VectorFacts = EXACT,
        dead: Callable[[], Keys] = lambda: _NONE,
    ) -> None:
        self.facts = facts
        self._first_key, self._root, self._dead = first_key, root, dead
        faiss.omp_set_num_threads(1)  # one search is small; what runs beside it is other questions
        try:
            self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            if is_memory_short(error):
                raise MemoryShort(root, path.stat().st_size, None) from error
            raise IndexDamaged(root, path.name, "can't be read as vectors") from error
        if self._index.ntotal != count:
            raise IndexDamaged(root, path.name, f"holds {self._index.ntotal} vectors where {count} were written")
        self._rows: int | None = None
        if not isinstance(self._index, faiss.IndexFlat):
            self._open_rows(rows_path(path), count)

    def _open_rows(self, path: Path, count: int) -> None:
        expected = count * self._row_bytes
        try:
            # Read, and not mapped: the system maps what lies around a row too, up to the whole file.
            self._rows = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise IndexDamaged(self._root, path.name, f"can't be read ({error})") from error
        weakref.finalize(self, os.close, self._rows)
        if (size := os.fstat(self._rows).st_size) != expected:
            raise IndexDamaged(self._root, path.name, f"has {size:,} bytes where {expected:,} were written")

    @property
    def _row_bytes(self) -> int:
        return int(self._index.d) * np.dtype(np.float16).itemsize

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int, allowed: Keys | None = None) -> Scored:
        """The ``k`` nearest of the ``allowed`` keys (of all that live when ``None``) to ``query``, ``(dimension,) float32``.

        Exact for a small segment, and for any when few are allowed, so that a narrow filter still gives ``k``.
        """
        rows = None
        if allowed is not None:
            rows = allowed[(allowed >= self._first_key) & (allowed < self._first_key + self.count)] - self._first_key
            if not rows.size:
                return NOTHING
        if not self.count:
            return NOTHING
        if self._rows is None:
            return self._search_index(query, k, rows)
        if rows is not None and rows.size <= EXACT_UP_TO:
            return self._ranked(query, rows, k)
        proposed = self._search_index(query, max(self.facts.refined, _REFINED_PER_WANTED * k), rows).keys - self._first_key
        return self._ranked(query, np.sort(proposed), k)

    @cached_property
    def _living(self) -> tuple[faiss.IDSelector | None, int]:
        """What lets all rows pass that live, and how many they are."""
        dead = self._dead() - self._first_key
        if not dead.size:
            return None, self.count
        alive = np.ones(self.count, bool)
        alive[dead] = False
        return _selector(alive), int(alive.sum())

    def _search_index(self, query: Vectors, k: int, rows: Keys | None) -> Scored:
        if rows is None:
            selector, passing = self._living
        else:
            mask = np.zeros(self.count, bool)
            mask[rows] = True
            selector, passing = _selector(mask), rows.size
        if not passing:
            return NOTHING
        if self._rows is None:
            parameters = faiss.SearchParameters(sel=selector) if selector else None  # type: ignore[call-arg]
        else:
            # A filter leaves fewer rows in each list: more lists are looked at, all of them at most.
            probes = min(faiss.extract_index_ivf(self._index).nlist, self.facts.probes * self.count // passing)
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=max(1, probes))  # type: ignore[call-arg]
        k = min(k, passing)
        scores, found = self._index.search(query.reshape(1, -1), k, params=parameters)
        real = found[0] >= 0
        return Scored(found[0][real].astype(np.int64) + self._first_key, scores[0][real])

    def _ranked(self, query: Vectors, rows: Keys, k: int) -> Scored:
        """The best ``k`` of ``rows`` by their exact vectors."""
        if not rows.size:
            return NOTHING
        scores = np.concatenate([self._read(rows[at : at + BLOCK]) @ query for at in range(0, len(rows), BLOCK)])
        top = np.argsort(-scores, kind="stable")[:k]
        return Scored(rows[top] + self._first_key, scores[top])

    def _read(self, rows: Keys) -> Vectors:
        """The exact vectors of some rows, ``(n, dimension) float32``."""
        size = self._row_bytes
        return self._vectors([(row * size, size) for row in rows.tolist()])

    def _vectors(self, stretches: Sequence[tuple[int, int]]) -> Vectors:
        """The exact vectors in some stretches of the rows' file, each ``(first byte, bytes)``."""
        assert self._rows is not None
        raw = b"".join([os.pread(self._rows, size, at) for at, size in stretches])
        if len(raw) != sum(size for _, size in stretches):
            raise IndexDamaged(self._root, f"a file {_ROWS_SUFFIX}", "ends before its last row")
        return np.frombuffer(raw, np.float16).reshape(-1, self._index.d).astype(np.float32)

    def rows(self, start: int, stop: int) -> Vectors:
        """The vectors of rows ``start`` to ``stop``, ``(stop - start, dimension) float32``: copied, to be written again."""
        if start == stop:
            return np.zeros((0, self._index.d), np.float32)
        if self._rows is None:
            return np.asarray(self._index.reconstruct_n(start, stop - start), np.float32)
        return self._vectors([(start * self._row_bytes, (stop - start) * self._row_bytes)])


def _selector(passing: NDArray[np.bool_]) -> faiss.IDSelector:
    """A bitmap of the rows that pass, ``(count,) bool``: asking it costs the same however many they are."""
    return faiss.IDSelectorBitmap(np.packbits(passing, bitorder="little"))  # type: ignore[call-arg,arg-type]


def merge(parts: Sequence[Scored], k: int) -> Scored:
    """The best ``k`` of several results whose scores can be compared."""
    if not parts:
        return NOTHING
    keys = np.concatenate([part.keys for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    order = np.argsort(-scores, kind="stable")[:k]
    return Scored(keys[order], scores[order])
