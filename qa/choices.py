"""What a question can be narrowed to: who answers, in what, of when, each with its counts; and questions to begin with.

Counts are of the whole index, whatever else is chosen. What a filter does is told by :mod:`qa.scope`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from index.records import DocumentCard, Role
from qa.words import folded

if TYPE_CHECKING:
    from index.reader import IndexReader

Json = dict[str, Any]
T = TypeVar("T")

SHOWN = 200
"""Speakers and documents that are listed at a time; the others are found by letters of their names."""

EXAMPLES, _EXAMPLES_OF_ONE = 6, 2
_DOCUMENTS_READ = 12
"""For examples: the first documents in which somebody asks."""
_EXAMPLE_CHARS = range(20, 91)


@dataclass(frozen=True, slots=True)
class Speaking:
    """One name that answers: in how many documents and passages."""

    name: str
    role: Role
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Choices:
    """All that can be chosen from, the most frequent first; ``months`` counts documents by ``YYYY`` and ``YYYY-MM``."""

    index_version: str
    speakers: tuple[Speaking, ...]
    documents: tuple[DocumentCard, ...]
    months: dict[str, int]
    undated: int
    examples: tuple[str, ...]


def choices_of(reader: IndexReader) -> Choices:
    """Counted anew, which takes as long as the index is large: keep them as long as the reader's version."""
    cards = reader.documents()
    dated = Counter(date[:length] for card in cards if (date := card.metadata.date) for length in (4, 7) if len(date) >= length)
    return Choices(
        index_version=reader.version,
        speakers=tuple(_speaking(reader)),
        documents=tuple(sorted(cards, key=lambda card: (-card.answers, card.id))),
        months=dict(sorted(dated.items())),
        undated=sum(not card.metadata.date for card in cards),
        examples=tuple(_examples(reader, cards)),
    )


def choices_json(choices: Choices, letters: str = "") -> Json:
    """The choices whose name, title or id has some letters, the most frequent of them, and how many there are."""
    speakers = _with(letters, choices.speakers, lambda one: (one.name,))
    documents = _with(letters, choices.documents, lambda card: (card.metadata.title or "", card.id))
    return {
        "index_version": choices.index_version,
        "speakers": [_speaking_json(one) for one in speakers[:SHOWN]],
        "speakers_found": len(speakers),
        "documents": [_document_json(card) for card in documents[:SHOWN]],
        "documents_found": len(documents),
        "dates": [
            {"year": year, "documents": choices.months[year], "months": _months_json(choices, year)}
            for year in choices.months
            if len(year) == 4
        ],
        "undated": choices.undated,
        "examples": list(choices.examples),
    }


def _months_json(choices: Choices, year: str) -> list[Json]:
    return [{"month": month, "documents": n} for month, n in choices.months.items() if month.startswith(f"{year}-")]


def _speaking_json(one: Speaking) -> Json:
    return {"name": one.name, "role": one.role.value, "documents": one.documents, "passages": one.passages}


def _document_json(card: DocumentCard) -> Json:
    return {"id": card.id, "title": card.metadata.title, "date": card.metadata.date, "passages": card.answers}


def _with(letters: str, all_of: Iterable[T], words: Callable[[T], tuple[str, ...]]) -> list[T]:
    sought = folded(letters.strip())
    return [one for one in all_of if any(sought in folded(word) for word in words(one))]


def _speaking(reader: IndexReader) -> list[Speaking]:
    roles: dict[str, Role] = {}
    documents: dict[str, set[str]] = {}
    passages: Counter[str] = Counter()
    for name, role, document_id, count in reader.answering():
        roles.setdefault(name, role)
        documents.setdefault(name, set()).add(document_id)
        passages[name] += count
    ordered = sorted(passages, key=lambda name: (-passages[name], name))
    return [Speaking(name, roles[name], len(documents[name]), passages[name]) for name in ordered]


def _examples(reader: IndexReader, cards: Iterable[DocumentCard]) -> list[str]:
    """Short questions that were asked on record and answered, a few of each document, those that name somebody first."""
    found: dict[str, None] = {}
    for card in list(cards)[:_DOCUMENTS_READ]:
        text = reader.text(card.id)
        spans = dict.fromkeys(passage.asked.span for passage in reader.passages(card.id) if passage.asked)
        asked = [" ".join(span.cut(text).split()) for span in spans]
        short = sorted(filter(_is_example, asked), key=_names_nobody)
        found |= dict.fromkeys(short[:_EXAMPLES_OF_ONE])
    return list(found)[:EXAMPLES]


def _is_example(words: str) -> bool:
    """Whether it is one short question and nothing else."""
    is_one_sentence = words.endswith("?") and re.search(r"[.?!:]\s", words) is None
    return is_one_sentence and len(words) in _EXAMPLE_CHARS and words.isprintable()


def _names_nobody(words: str) -> bool:
    return not any(word[0].isupper() for word in words.split()[1:])
