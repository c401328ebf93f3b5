"""Documents to documents with vectors, some hundred passages at a time, so that memory stays bounded.

What is embedded of a passage is decided by :mod:`index.passages`, how by :mod:`index.encoder`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.models import Encoder, Vectors
from index.passages import EmbeddedTexts, embedded_texts
from index.records import Document, Passage
from index.segment import EmbeddedDocument

BATCH_TEXTS = 512
"""Texts that are embedded together: sorted by length inside, so that a batch pads little."""

Cut = tuple[Document, tuple[Passage, ...]]


def embed_documents(documents: Iterable[Cut], model: Encoder) -> Iterator[EmbeddedDocument]:
    """Documents and their passages with the vectors of the answers, in the order in which they came."""
    waiting: list[Cut] = []
    size = 0
    for document, passages in documents:
        waiting.append((document, passages))
        size += len(passages)
        if size >= BATCH_TEXTS // 2:
            yield from _embed(waiting, model)
            waiting, size = [], 0
    yield from _embed(waiting, model)


def _embed(waiting: Sequence[Cut], model: Encoder) -> Iterator[EmbeddedDocument]:
    answers = [tuple(passage for passage in passages if passage.is_answer) for _, passages in waiting]
    texts = [embedded_texts(doc.text, passage) for (doc, _), mine in zip(waiting, answers, strict=True) for passage in mine]
    answer_vectors, asked_vectors = _vectors(texts, model)
    at = 0
    for (document, passages), mine in zip(waiting, answers, strict=True):
        stop = at + len(mine)
        contexts = tuple(passage for passage in passages if not passage.is_answer)
        yield EmbeddedDocument(document, mine, contexts, answer_vectors[at:stop], asked_vectors[at:stop])
        at = stop


def _vectors(texts: Sequence[EmbeddedTexts], model: Encoder) -> tuple[Vectors, Vectors]:
    """Both vectors of every passage; equal texts are embedded once."""
    unique = sorted({words for pair in texts for words in (pair.answer, pair.with_question)}, key=len)
    blocks = [model.encode_passages(unique[start : start + BATCH_TEXTS]) for start in range(0, len(unique), BATCH_TEXTS)]
    matrix = np.concatenate(blocks) if blocks else np.zeros((0, model.card.dimension), np.float32)
    row = {words: number for number, words in enumerate(unique)}
    return matrix[[row[pair.answer] for pair in texts]], matrix[[row[pair.with_question] for pair in texts]]
