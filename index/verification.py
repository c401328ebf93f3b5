"""Whether a generation is whole: checksums, texts, slices, the counts of its stores, and its vectors made again.

Knows what the files must hold; opening them is for :mod:`index.reader`. What is wrong is said in words, nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.errors import IndexDamaged
from index.generations import Generation, Segment, check_file
from index.models import Encoder
from index.passages import embedded_texts
from index.records import DocumentCard
from index.store import StoreFile
from index.vectors import VectorFile

_VECTORS_COMPARED = 16
_MIN_COSINE = 0.99
"""Between a vector and the same made again: bf16 arithmetic and float16 rows cost less than 0.001."""


@dataclass(frozen=True, slots=True)
class OpenSegment:
    """A segment with its open files; ``vectors`` of the answers alone and of the answers with their questions."""

    segment: Segment
    store: StoreFile
    vectors: tuple[VectorFile, VectorFile]

    def living(self, cards: Iterable[DocumentCard]) -> list[DocumentCard]:
        """Those of its documents that were not removed."""
        dead = set(self.segment.dead)
        return [card for card in cards if card.id not in dead]


def problems(generation: Generation, parts: Sequence[OpenSegment], words: int, encoder: Encoder | None) -> Iterable[str]:
    """Reads everything and yields what is wrong. ``words`` is how many passages the word index holds.

    With an ``encoder`` some passages of every segment are embedded again, and compared with the vectors that it has.
    """
    for name, stamp in generation.manifest.files.items():
        try:
            check_file(generation.root, generation.folder, name, stamp, whole=True)
        except IndexDamaged as error:
            yield f"{error.file}: {error.problem}"
    try:
        for part in parts:
            yield from _of_segment(part)
        if encoder:
            for part in parts:
                yield from _of_vectors(part, encoder)
        yield from _of_counts(generation, [card for part in parts for card in part.living(part.store.cards())], words)
    except IndexDamaged as error:
        yield f"{error.file}: {error.problem}"


def _of_segment(part: OpenSegment) -> Iterable[str]:
    segment, store = part.segment, part.store
    yield from (f"{segment.store}: {problem}" for problem in store.check())
    cards = list(store.cards())
    for card in part.living(cards):
        yield from _of_document(store, card)
    if (answers := sum(card.answers for card in cards)) != segment.answers:
        yield f"{segment.store}: holds {answers} answers, and there are {segment.answers} vectors"


def _of_document(store: StoreFile, card: DocumentCard) -> Iterable[str]:
    try:
        text = store.text(card.id)
        store.original(card.id)
    except IndexDamaged as error:
        yield f"{error.file}: {error.problem}"
        return
    turns, passages = store.turns(card.id), store.passages(card.id)
    if len(passages) != card.answers + card.contexts:
        yield f"{card.id}: has {len(passages)} passages where {card.answers + card.contexts} were written"
    for stored in passages:
        passage = stored.passage
        spans = turns[passage.turn].spans if passage.turn < len(turns) else ()
        inside = any(span.start <= passage.span.start <= passage.span.end <= span.end for span in spans)
        if not inside or passage.span.end > len(text) or not passage.span.cut(text).strip():
            yield f"{card.id}: passage {passage.span.start}-{passage.span.end} is not inside its turn"


def _of_vectors(part: OpenSegment, encoder: Encoder) -> Iterable[str]:
    """What is wrong with some vectors of a segment, spread over all of it: whether they are what the model gives here."""
    segment, store = part.segment, part.store
    rows = sorted({segment.answers * n // _VECTORS_COMPARED for n in range(_VECTORS_COMPARED)}) if segment.answers else []
    dead = frozenset(segment.dead)
    stored = [one for one in store.passages_at([segment.first_key + row for row in rows]) if one.document_id not in dead]
    texts = [embedded_texts(store.text(one.document_id), one.passage) for one in stored]
    sides = (
        (segment.answer_vectors, part.vectors[0], [pair.answer for pair in texts]),
        (segment.asked_vectors, part.vectors[1], [pair.with_question for pair in texts]),
    )
    for name, file, words in sides if stored else ():
        found = np.concatenate([file.rows(one.key - segment.first_key, one.key - segment.first_key + 1) for one in stored])
        cosines = np.sum(found * encoder.encode_passages(words), axis=1)
        worst = float(cosines[np.argmax(np.abs(1 - cosines))])  # whatever is no number counts as the worst
        if not _MIN_COSINE <= worst <= 2 - _MIN_COSINE:
            yield f"{name}: holds other vectors than {encoder.card.name} gives on this machine (cosine {worst:.3f})"
            continue
        again = [file.search(vector, 1).scores for vector in found]
        if not all(scores.size and scores[0] >= _MIN_COSINE for scores in again):
            yield f"{name}: a search for its own vectors doesn't find them"


def _of_counts(generation: Generation, cards: Sequence[DocumentCard], words: int) -> Iterable[str]:
    counts = dict(generation.manifest.counts)
    answers, contexts = sum(card.answers for card in cards), sum(card.contexts for card in cards)
    turns = sum(card.turns for card in cards)
    if counts != {"documents": len(cards), "turns": turns, "answers": answers, "contexts": contexts}:
        held = f"{len(cards)} documents, {turns} turns, {answers} answers and {contexts} contexts"
        yield f"the stores hold {held}; the manifest says {counts}"
    if words != answers + contexts:
        yield f"the word index holds {words} passages, the stores {answers + contexts}"
