"""The read side: one published generation, opened once, searched and cut from by any number of threads.

All that the package ``qa`` may use of an index, with :mod:`index.records` and :mod:`index.errors`. Knows nothing of
questions: it is given a vector, words and a filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Self, TypeVar

import numpy as np

from index.engine import query_encoder
from index.errors import IndexDamaged, MemoryShort, NotInIndex
from index.generations import VECTORS_SUFFIX, WORDS, Generation, current, is_current
from index.lexical import WordFile, WordHit
from index.models import Encoder, ModelCard, Vectors, require_same_model
from index.records import DocumentCard, Filter, Passage, Person, Role, Span, StoredPassage, Turn, plain_letters
from index.segment import open_vectors
from index.store import StoreFile
from index.tables import CONTEXT_KEYS_FROM
from index.vectors import Keys, Scored, merge
from index.verification import OpenSegment, problems

T = TypeVar("T")
_TEXTS_KEPT = 64


class IndexReader:
    """A published generation; later ones don't change it. ``version`` differs between any two generations."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self.root, self.version = generation.root, generation.version
        folder, root = generation.folder, generation.root
        self._segments = generation.manifest.segments
        self._stores = [StoreFile(folder / segment.store, root=root) for segment in self._segments]
        self._vectors = [open_vectors(generation, *both) for both in zip(self._segments, self._stores, strict=True)]
        self._words = WordFile(folder / WORDS, root=root)
        self._dead = [frozenset(segment.dead) for segment in self._segments]
        self.text = lru_cache(maxsize=_TEXTS_KEPT)(self._read_text)
        self._card = lru_cache(maxsize=4096)(self._read_card)
        self._names = lru_cache(maxsize=4096)(self._read_names)
        self._names_in = lru_cache(maxsize=256)(self._read_names_in)
        self._labelled = lru_cache(maxsize=256)(self._read_labelled)
        self._spellings = lru_cache(maxsize=1)(self._read_spellings)
        self._dates = lru_cache(maxsize=1)(self._read_dates)

    @classmethod
    def open(cls, root: Path, *, memory_bytes: int | None = None) -> Self:
        """The generation that is published at ``root`` now; raises an :class:`~index.errors.IndexError_`.

        ``memory_bytes`` is what its vectors may take of memory, as much as they need when ``None``.
        """
        while True:
            generation = current(root)
            needed = sum(stamp.size for name, stamp in generation.manifest.files.items() if name.endswith(VECTORS_SUFFIX))
            if memory_bytes is not None and needed > memory_bytes:
                raise MemoryShort(root, needed, memory_bytes)
            try:
                return cls(generation)
            except IndexDamaged:
                if is_current(generation):  # else it was deleted while it was being opened, and there is a later one
                    raise

    def close(self) -> None:
        for store in self._stores:
            store.close()

    @property
    def model(self) -> ModelCard:
        return self._generation.manifest.model

    @property
    def counts(self) -> dict[str, int]:
        """``documents``, ``turns``, ``answers`` and ``contexts`` (passages that are none)."""
        return dict(self._generation.manifest.counts)

    @property
    def created(self) -> str:
        """When this generation was written, ISO 8601 in UTC."""
        return self._generation.manifest.created

    def is_current(self) -> bool:
        """Whether no later generation has been published since."""
        return is_current(self._generation)

    def encoder(self, name: str | None = None, *, cache: Path | None = None) -> Encoder:
        """The encoder for questions to this index; raises :class:`~index.errors.ModelError` for any other model's."""
        encoder = query_encoder(name or self.model.name, None if name else self.model, cache=cache)
        require_same_model(self.model, encoder.card, self.root)
        return encoder

    # Documents

    def documents(self) -> list[DocumentCard]:
        """Every live document, in the order of their ids."""
        cards = [
            card for store, dead in zip(self._stores, self._dead, strict=True) for card in store.cards() if card.id not in dead
        ]
        return sorted(cards, key=lambda card: card.id)

    def document(self, document_id: str) -> DocumentCard:
        """Raises :class:`~index.errors.NotInIndex` when there is none."""
        return self._card(document_id)[0]

    def _read_card(self, document_id: str) -> tuple[DocumentCard, StoreFile]:
        for store, dead in zip(reversed(self._stores), reversed(self._dead), strict=True):
            if document_id not in dead and (card := store.card(document_id)):
                return card, store
        raise NotInIndex.document(self.root, document_id)

    def _read_text(self, document_id: str) -> str:
        """The canonical text, its digest checked; raises :class:`~index.errors.IndexDamaged` or ``NotInIndex``."""
        return self._card(document_id)[1].text(document_id)

    def cut(self, document_id: str, span: Span) -> str:
        """The exact words of a span; raises :class:`~index.errors.NotInIndex` when the text is not that long."""
        text = self.text(document_id)
        if not 0 <= span.start <= span.end <= len(text):
            raise NotInIndex(
                self.root,
                f"{document_id} has {len(text)} characters (code points); there is no range {span.start} to {span.end} in it.",
            )
        return span.cut(text)

    def turns(self, document_id: str) -> tuple[Turn, ...]:
        return self._card(document_id)[1].turns(document_id)

    def people(self, document_id: str) -> tuple[Person, ...]:
        return self._card(document_id)[1].people(document_id)

    def original(self, document_id: str) -> bytes:
        """The source's bytes as they were found."""
        return self._card(document_id)[1].original(document_id)

    def passages(self, document_id: str) -> list[Passage]:
        """All passages of a document, answers first, each kind in reading order."""
        return [stored.passage for stored in self._card(document_id)[1].passages(document_id)]

    def passage_at(self, document_id: str, span: Span) -> StoredPassage | None:
        """The passage that begins and ends exactly there, ``None`` when there is none."""
        stored = self._card(document_id)[1].passages(document_id)
        return next((one for one in stored if one.passage.span == span), None)

    def speakers(self) -> dict[str, set[str]]:
        """Every name that speaks, with the ids of the documents in which it does."""
        found: dict[str, set[str]] = {}
        for store, dead in zip(self._stores, self._dead, strict=True):
            for name, document_id in store.names():
                if document_id not in dead:
                    found.setdefault(name, set()).add(document_id)
        return found

    def names_with(self, word: str, *, but: Role | None = None) -> frozenset[str]:
        """Every name that speaks and has a word (see :func:`~index.records.name_words`), without those of one role."""
        return self._names(word, but)

    def _read_names(self, word: str, but: Role | None) -> frozenset[str]:
        both = zip(self._stores, self._dead, strict=True)
        return frozenset().union(*(store.names_with(word, but=but, without=dead) for store, dead in both))

    def spellings(self) -> dict[str, tuple[str, ...]]:
        """Every word of a name of somebody who doesn't only ask, by its plain letters; some may be of documents now gone."""
        return self._spellings()

    def speaking(self, where: Filter, limit: int) -> list[tuple[str, Person]]:
        """At most ``limit`` of those who don't ask in documents that pass a filter, each with the document."""
        return self._of_all(lambda store, dead: store.speaking(where, limit, but=Role.INTERVIEWER, without=dead))[:limit]

    def names_in(self, where: Filter, limit: int) -> frozenset[str]:
        """At most ``limit`` names of those who don't ask in documents that pass a filter."""
        return frozenset(self._names_in(where, limit))

    def labelled(self, word: str, limit: int) -> list[tuple[str, Person]]:
        """At most ``limit`` people who don't ask and whose labels hold some letters (small ones), each with the document."""
        return self._labelled(word, limit)

    def dates(self) -> frozenset[str]:
        """Every date that a document has."""
        return self._dates()

    def answering(self) -> list[tuple[str, Role, str, int]]:
        """Who answers in which document: the name, the role there, the document's id, the number of passages."""
        return self._of_all(lambda store, dead: store.answering(without=dead))

    def _read_spellings(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for word in sorted(set(self._of_all(lambda store, dead: store.name_words(but=Role.INTERVIEWER)))):
            plain = plain_letters(word)
            found[plain] = (*found.get(plain, ()), word)
        return found

    def _read_names_in(self, where: Filter, limit: int) -> tuple[str, ...]:
        names = self._of_all(lambda store, dead: store.names_in(where, limit, but=Role.INTERVIEWER, without=dead))
        return tuple(dict.fromkeys(names))[:limit]

    def _read_labelled(self, word: str, limit: int) -> list[tuple[str, Person]]:
        return self._of_all(lambda store, dead: store.labelled(word, limit, but=Role.INTERVIEWER, without=dead))[:limit]

    def _read_dates(self) -> frozenset[str]:
        return frozenset(self._of_all(lambda store, dead: store.dates(without=dead)))

    def _of_all(self, part: Callable[[StoreFile, frozenset[str]], list[T]]) -> list[T]:
        return [one for store, dead in zip(self._stores, self._dead, strict=True) for one in part(store, dead)]

    # Search

    def passage(self, key: int) -> StoredPassage:
        """The passage of a key that a search gave."""
        return self.passages_at((key,))[0]

    def passages_at(self, keys: Sequence[int]) -> list[StoredPassage]:
        """The passages of keys that a search gave, in their order."""
        found: dict[int, StoredPassage] = {}
        for store, dead in zip(self._stores, self._dead, strict=True):
            if wanted := [key for key in keys if key not in found]:
                found |= {one.key: one for one in store.passages_at(wanted) if one.document_id not in dead}
        for key in keys:
            if key not in found:
                raise IndexDamaged(self.root, "the store", f"has no passage {key}, which was found by a search")
        return [found[key] for key in keys]

    def passages_there(self, keys: Iterable[int]) -> list[StoredPassage]:
        """The answers that live among some keys, each once, in any order: neighbours of what a search gave may not be there."""
        wanted = sorted({key for key in keys if 0 <= key < CONTEXT_KEYS_FROM})
        return [
            one
            for store, dead in zip(self._stores, self._dead, strict=True)
            for one in store.passages_at(wanted)
            if one.document_id not in dead
        ]

    def allowed_keys(self, where: Filter) -> Keys | None:
        """The keys that pass a filter and live, ``(n,) int64`` ascending; ``None`` when nothing is filtered."""
        if where.is_open:
            return None
        parts = [store.keys(where, without=dead) for store, dead in zip(self._stores, self._dead, strict=True)]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def nearest(self, query: Vectors, k: int, allowed: Keys | None) -> tuple[Scored, Scored]:
        """The ``k`` nearest answers to ``query`` by cosine: by the answer alone, and by the answer after its question.

        ``allowed`` is what :meth:`allowed_keys` gave; ``None`` lets all pass that live.
        """
        return (
            merge([alone.search(query, k, allowed) for alone, _ in self._vectors], k),
            merge([after.search(query, k, allowed) for _, after in self._vectors], k),
        )

    def with_words(self, words: Sequence[str], k: int, where: Filter) -> list[WordHit]:
        """The best ``k`` answers by their words, their question's and their speaker's name."""
        return self._words.search(words, k, where)

    def asked_with_words(self, words: Sequence[str], k: int, where: Filter) -> list[WordHit]:
        """The best ``k`` answers by the words of the question that they answer."""
        return self._words.search(words, k, where, fields=("asked",))

    def context_with_words(self, words: Sequence[str], k: int, where: Filter) -> list[WordHit]:
        """The best ``k`` passages of context (questions, narration) by their words, whoever says them."""
        return self._words.search(words, k, replace(where, speakers=None), fields=("context",))

    def answers_with(self, word: str) -> int:
        """How many answers say a word, or another form of it."""
        return self._words.count_with(word)

    # Care

    def verify(self, encoder: Encoder | None = None) -> Iterable[str]:
        """Reads everything and yields what is wrong, in words; see :func:`index.verification.problems`."""
        parts = [OpenSegment(*part) for part in zip(self._segments, self._stores, self._vectors, strict=True)]
        return problems(self._generation, parts, self._words.count, encoder)
