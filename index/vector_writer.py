"""A segment's vectors written: which index fits their number and the memory that there is, trained, measured, on disk.

Takes vectors block by block and never holds them all. How the files are searched is told by :mod:`index.vectors`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.errors import MemoryShort
from index.models import Vectors
from index.vectors import BLOCK, EXACT, EXACT_UP_TO, VectorFacts, VectorFile, is_memory_short, rows_path

RECALL_WANTED = 0.985
"""recall@10 against exact search that a large segment is tuned to, on questions sampled from its own vectors."""

_LISTS_PER_ROOT = 4
_TRAINING_ROWS_PER_LIST = 48
_SAMPLED_QUESTIONS, _MIXED_PASSAGES = 200, 8
_PROBES = (8, 16, 32, 64, 128, 256, 512)
_REFINED = (100, 200, 400, 800)
_GAIN_WORTH_WORK = 0.002
_SAME_SCORE = 2e-4
"""What float16 rows may differ from the vectors themselves in a score."""

_BITS = 2
"""Bits of a code for each dimension. One takes half the memory, and eight times as many rows to refine; four are slower."""

_EXACT_HEAD_BYTES, _HEAD_BYTES, _LIST_HEAD_BYTES = 64, 512, 8
_LARGE_FROM = 1_000
"""Fewer vectors than this give no sound inverted lists."""


def resident_bytes(count: int, dimension: int, *, exact: bool) -> int:
    """The memory that an index of ``count`` vectors takes while it is searched, in bytes: its file has no more."""
    if exact:
        return count * dimension * 4 + _EXACT_HEAD_BYTES
    code = 2 * -(-dimension // 8) + 20 + 8  # two bits for each dimension, five factors, an id
    return count * code + _lists(count) * (dimension * 4 + _LIST_HEAD_BYTES) + _HEAD_BYTES


def _lists(count: int) -> int:
    return int(_LISTS_PER_ROOT * count**0.5)


class VectorWriter:
    """Takes one segment's vectors block by block, keeping them on disk, and writes the index that fits their number."""

    def __init__(self, path: Path, dimension: int, *, root: Path, exact_up_to: int = EXACT_UP_TO) -> None:
        self._path, self._dimension, self._root, self._exact_up_to = path, dimension, root, exact_up_to
        self._raw = path.with_suffix(".raw")
        self._raw.write_bytes(b"")
        self._count = 0

    def add(self, vectors: Vectors) -> None:
        """``vectors``: ``(n, dimension) float32``, L2-normalised."""
        with open(self._raw, "ab") as file:
            file.write(np.ascontiguousarray(vectors, np.float32).tobytes())
        self._count += len(vectors)

    def write(self, *, memory_bytes: int | None = None) -> VectorFacts:
        """Writes the index, and for a large one its rows beside it.

        ``memory_bytes`` is what the index may take of a reader's memory, as much as it likes when ``None``. Raises
        :class:`~index.errors.MemoryShort` when nothing fits into that, or into the memory of this machine.
        """
        exact = self._is_exact(memory_bytes)
        shape = (self._count, self._dimension)
        try:
            rows = np.memmap(self._raw, np.float32, "r", shape=shape) if self._count else np.zeros(shape, np.float32)
            facts = self._write_exact(rows) if exact else self._write_large(rows)
        except (MemoryError, RuntimeError, OSError) as error:
            if not is_memory_short(error):
                raise
            raise MemoryShort(self._root, self._raw.stat().st_size, None) from error
        del rows
        self._raw.unlink()
        return facts

    def _is_exact(self, memory_bytes: int | None) -> bool:
        """Whether the exact index is the one to write: where it is as fast, it fits, or there is too little for another."""
        sizes = {exact: resident_bytes(self._count, self._dimension, exact=exact) for exact in (True, False)}
        fits = {exact: memory_bytes is None or size <= memory_bytes for exact, size in sizes.items()}
        can_be_large = self._count >= _LARGE_FROM
        if fits[True] and (self._count <= self._exact_up_to or not can_be_large):
            return True
        if can_be_large and fits[False]:
            return False
        raise MemoryShort(self._root, sizes[not can_be_large], memory_bytes)

    def _write_exact(self, rows: Vectors) -> VectorFacts:
        index = faiss.IndexFlatIP(self._dimension)
        index.add(np.ascontiguousarray(rows))
        faiss.write_index(index, str(self._path))
        return EXACT

    def _write_large(self, rows: Vectors) -> VectorFacts:
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        lists = _lists(self._count)
        kind = f"IVF{lists},RaBitQ{_BITS}"
        index = faiss.index_factory(self._dimension, kind, faiss.METRIC_INNER_PRODUCT)
        faiss.extract_index_ivf(index).cp.niter = 8
        faiss.extract_index_ivf(index).cp.min_points_per_centroid = 1  # of few vectors it would warn
        chosen = np.random.default_rng(self._count).choice(
            self._count, min(self._count, _TRAINING_ROWS_PER_LIST * lists), replace=False
        )
        index.train(np.ascontiguousarray(rows[np.sort(chosen)]))
        with open(rows_path(self._path), "wb") as out:
            for start in range(0, self._count, BLOCK):
                block = np.ascontiguousarray(rows[start : start + BLOCK])
                index.add(block)
                out.write(block.astype(np.float16).tobytes())
        faiss.write_index(index, str(self._path))
        return self._tuned(rows, kind)

    def _tuned(self, rows: Vectors, kind: str) -> VectorFacts:
        """The least work that gives the recall that is wanted, and the recall that it gives; else the most that helps."""
        questions = _sample_questions(rows)
        scores = _exact_scores(rows, questions, 10)
        file = VectorFile(self._path, first_key=0, count=self._count, root=self._root)
        best = VectorFacts(kind, _PROBES[-1], _REFINED[-1], recall_at_10=0.0)
        for refined in _REFINED:
            before = 0.0
            for probes in _PROBES:
                file.facts = VectorFacts(kind, probes, refined)
                recall = _recall([file.search(question, 10).scores for question in questions], scores)
                if recall > best.recall_at_10:
                    best = VectorFacts(kind, probes, refined, round(recall, 4))
                if recall >= RECALL_WANTED:
                    return best
                if recall - before < _GAIN_WORTH_WORK:  # more lists hold no more of what the codes put first
                    break
                before = recall
        return best


def _recall(found: Sequence[NDArray[np.float32]], right: NDArray[np.float32]) -> float:
    """The mean share of the ``right`` scores, ``(n_questions, k)``, best first, that the ``found`` ones reach.

    By scores, and not by rows: of equal passages it is no matter which is found.
    """
    k = right.shape[1]
    return float(np.mean([np.sum(mine[:k] >= best[-1] - _SAME_SCORE) / k for mine, best in zip(found, right, strict=True)]))


def _sample_questions(rows: Vectors) -> Vectors:
    """``(n, dimension) float32``: as far from every passage as a question is.

    Eight passages mixed, with as much noise (cosine to the nearest about 0.5): measured, this gives the recall that real
    questions have; something between two passages is found too easily.
    """
    random = np.random.default_rng(len(rows) + 1)
    mixed = np.zeros((_SAMPLED_QUESTIONS, rows.shape[1]), np.float32)
    for _ in range(_MIXED_PASSAGES):
        mixed += rows[random.integers(0, len(rows), _SAMPLED_QUESTIONS)]
    noise = random.standard_normal(mixed.shape)
    both = mixed / np.linalg.norm(mixed, axis=1, keepdims=True) + noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return np.asarray(both / np.linalg.norm(both, axis=1, keepdims=True), np.float32)


def _exact_scores(rows: Vectors, questions: Vectors, k: int) -> NDArray[np.float32]:
    """``(n_questions, k) float32``: the greatest inner products, best first, by brute force, block by block."""
    best = np.full((len(questions), k), -np.inf, np.float32)
    for start in range(0, len(rows), BLOCK):
        both = np.concatenate([best, questions @ np.asarray(rows[start : start + BLOCK]).T], axis=1)
        best = -np.partition(-both, k - 1, axis=1)[:, :k]
    return -np.sort(-best, axis=1)
