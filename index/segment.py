"""One segment of an index being written: a document goes into its store, its vectors and the word index at once.

Gives out keys, so that row, passage and word entry stay together. Reads a live segment back in the same
shape, so that small segments can be merged without embedding anything again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import MemoryShort
from index.generations import Generation, Segment
from index.lexical import Entry, WordWriter
from index.models import Vectors
from index.records import Document, Filter, Passage, StoredPassage
from index.sentences import searchable
from index.store import StoreFile, StoreWriter
from index.tables import CONTEXT_KEYS_FROM
from index.vector_writer import VectorWriter
from index.vectors import VectorFile


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document with its passages and their vectors.

    ``answer_vectors`` and ``asked_vectors`` are ``(n_answers, dimension) float32``, L2-normalised, in the order of
    ``answers``: of the answer alone, and of the answer after its question.
    """

    document: Document
    answers: tuple[Passage, ...]
    contexts: tuple[Passage, ...]
    answer_vectors: Vectors
    asked_vectors: Vectors


class SegmentWriter:
    """Writes the files of one new segment into a draft's folder."""

    def __init__(
        self, folder: Path, name: str, dimension: int, words: WordWriter, *, root: Path, first_key: int, first_context: int
    ) -> None:
        self._words = words
        self._segment = Segment(name, first_key, 0, 0)
        self._store = StoreWriter(folder / self._segment.store)
        self._answers = VectorWriter(folder / self._segment.answer_vectors, dimension, root=root)
        self._asked = VectorWriter(folder / self._segment.asked_vectors, dimension, root=root)
        self._documents = 0
        self.next_key, self.next_context = first_key, first_context

    def add(self, embedded: EmbeddedDocument) -> None:
        document = embedded.document
        stored = self._number(document.id, embedded.answers, embedded.contexts)
        self._store.add(document, stored)
        self._answers.add(embedded.answer_vectors)
        self._asked.add(embedded.asked_vectors)
        for one in stored:
            self._words.add(word_entry(document.text, one, document.metadata.date))
        self._documents += 1

    def _number(self, document_id: str, answers: Sequence[Passage], contexts: Sequence[Passage]) -> list[StoredPassage]:
        stored = [StoredPassage(self.next_key + n, document_id, passage) for n, passage in enumerate(answers)]
        base = CONTEXT_KEYS_FROM + self.next_context
        stored += [StoredPassage(base + n, document_id, passage) for n, passage in enumerate(contexts)]
        self.next_key += len(answers)
        self.next_context += len(contexts)
        return stored

    def close(self, *, memory_bytes: int | None = None) -> Segment:
        """Writes everything out and says what the segment holds; its vectors take at most ``memory_bytes`` to search."""
        allowed = None if memory_bytes is None else max(0, memory_bytes)
        half = None if allowed is None else allowed // 2
        self._store.close()
        try:
            searches = [vectors.write(memory_bytes=half) for vectors in (self._answers, self._asked)]
        except MemoryShort as error:  # what both need, since both are of one size
            raise MemoryShort(error.path, 2 * error.needed, allowed) from error
        return replace(
            self._segment,
            answers=self.next_key - self._segment.first_key,
            documents=self._documents,
            answer_search=searches[0],
            asked_search=searches[1],
        )


def word_entry(text: str, stored: StoredPassage, date: str | None) -> Entry:
    """What the word index gets of a passage."""
    passage = stored.passage
    return Entry(
        key=stored.key,
        document_id=stored.document_id,
        answer=searchable(passage.span.cut(text)),
        asked=searchable(passage.asked.span.cut(text)) if passage.asked else "",
        speaker=passage.speaker or "",
        is_answer=passage.is_answer,
        date=date,
    )


def open_vectors(generation: Generation, segment: Segment, store: StoreFile) -> tuple[VectorFile, VectorFile]:
    """A segment's vectors of the answers alone, and after their questions."""
    dead = Filter(documents=frozenset(segment.dead))
    searches = ((segment.answer_vectors, segment.answer_search), (segment.asked_vectors, segment.asked_search))
    alone, after = (
        VectorFile(
            generation.folder / name,
            first_key=segment.first_key,
            count=segment.answers,
            root=generation.root,
            facts=facts,
            dead=lambda: store.keys(dead),
        )
        for name, facts in searches
    )
    return alone, after


def read_segment(generation: Generation, segment: Segment) -> Iterator[EmbeddedDocument]:
    """The live documents of a segment, one at a time, with their vectors."""
    folder, root = generation.folder, generation.root
    store = StoreFile(folder / segment.store, root=root)
    vectors = open_vectors(generation, segment, store)
    try:
        for card in list(store.cards()):
            if card.id in segment.dead:
                continue
            stored = store.passages(card.id)
            start = stored[0].key - segment.first_key if card.answers else 0
            yield EmbeddedDocument(
                store.document(card.id),
                tuple(one.passage for one in stored if one.passage.is_answer),
                tuple(one.passage for one in stored if not one.passage.is_answer),
                vectors[0].rows(start, start + card.answers),
                vectors[1].rows(start, start + card.answers),
            )
    finally:
        store.close()


MERGE_RATIO = 2
"""A new segment takes in the last ones while they are less than this many times its size: their number stays logarithmic."""

DEAD_SHARE = 0.3
"""A segment with more dead documents than this share is written again."""


def to_absorb(segments: Sequence[Segment], new_answers: int) -> list[Segment]:
    """The segments that are to be merged into the one being written."""
    absorbed = [s for s in segments if s.dead and len(s.dead) >= DEAD_SHARE * s.documents]
    size = new_answers + sum(segment.answers for segment in absorbed)
    for segment in reversed(segments):
        if segment in absorbed:
            continue
        if segment.answers > MERGE_RATIO * max(size, 1):
            break
        absorbed.append(segment)
        size += segment.answers
    return [segment for segment in segments if segment in absorbed]
