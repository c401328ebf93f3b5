"""The documents of an index as a list to look through: those that match some words, sorted, page by page.

What of a document is shown is told by :mod:`qa.render`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from index.records import DocumentCard
from qa.words import folded

if TYPE_CHECKING:
    from index.reader import IndexReader

SORTS: Final[dict[str, Callable[[DocumentCard], str | int | None]]] = {
    "id": lambda card: card.id,
    "title": lambda card: folded(card.metadata.title or card.id),
    "date": lambda card: card.metadata.date,
    "turns": lambda card: card.turns,
    "passages": lambda card: card.answers,
}
"""By what a list can be sorted; after a minus, backwards. What has no such value comes last either way."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Some documents of a list, and how many it has in all."""

    cards: tuple[DocumentCard, ...]
    total: int


class Catalogue:
    """The documents of one generation with the words by which each is found."""

    def __init__(self, reader: IndexReader) -> None:
        names: dict[str, list[str]] = {}
        for name, documents in reader.speakers().items():
            for document_id in documents:
                names.setdefault(document_id, []).append(name)
        self._entries = [(card, _words(card, names.get(card.id, []))) for card in reader.documents()]

    def listed(self, query: str = "", *, sort: str = "id", offset: int = 0, limit: int | None = None) -> Listed:
        """Those in whose title, names, date and the like every word of ``query`` stands, with ``limit`` from ``offset`` on."""
        wanted = folded(query).split()
        found = [card for card, words in self._entries if all(word in words for word in wanted)]
        value = SORTS[sort.removeprefix("-")]
        known = [card for card in found if value(card) is not None]
        known.sort(key=lambda card: value(card) or 0, reverse=sort.startswith("-"))
        ordered = known + [card for card in found if value(card) is None]
        return Listed(tuple(ordered[offset : None if limit is None else offset + limit]), len(found))


@lru_cache(maxsize=1)
def catalogue_of(reader: IndexReader) -> Catalogue:
    """The catalogue of a generation, made once while it is the newest."""
    return Catalogue(reader)


def _words(card: DocumentCard, names: list[str]) -> str:
    meta = card.metadata
    said = (meta.title, card.id, meta.date, card.kind.value, meta.language, meta.site, meta.author, *names)
    return folded("\n".join(words for words in said if words))
