"""The live documents of a generation, looked up one at a time, so that adding one costs what it costs and not what all do.

For those who write the next generation; readers have :mod:`index.reader`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from index.generations import Generation, Segment
from index.records import DocumentCard
from index.store import StoreFile


class LiveDocuments:
    """The documents of ``generation`` that are not dead; none when it is ``None``. To be used with ``with``."""

    def __init__(self, generation: Generation | None) -> None:
        self._parts: list[tuple[Segment, StoreFile]] = []
        if generation:
            self._parts = [
                (segment, StoreFile(generation.folder / segment.store, root=generation.root))
                for segment in generation.manifest.segments
            ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for _segment, store in self._parts:
            store.close()

    def all(self) -> Iterator[DocumentCard]:
        """Every one of them: this alone costs what all do."""
        for segment, store in self._parts:
            dead = frozenset(segment.dead)
            yield from (card for card in store.cards() if card.id not in dead)

    def at(self, path: str) -> DocumentCard | None:
        """The document whose source is at a path."""
        for segment, store in self._parts:
            for card in store.cards_from(path):
                if card.id not in segment.dead:
                    return card
        return None

    def card(self, document_id: str) -> DocumentCard | None:
        """The document with an id."""
        found = self.find(document_id)
        return found[1] if found else None

    def find(self, document_id: str) -> tuple[str, DocumentCard] | None:
        """The document with an id, and the name of the segment that holds it."""
        for segment, store in self._parts:
            if (card := store.card(document_id)) and document_id not in segment.dead:
                return segment.name, card
        return None
