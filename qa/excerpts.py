"""The words at a place that somebody names by its id: a passage of an answer, any other stretch of a source, or all of it.

Cuts and tells whose words they are; what answers a question is told by :mod:`qa.service`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import NotInIndex
from index.records import DocumentCard, Role, Span
from qa.answer import Quote
from qa.interpret import check_text
from qa.quotes import QuoteCutter

if TYPE_CHECKING:
    from index.reader import IndexReader

MAX_EXCERPT_CHARS = 20_000
"""Characters of one stretch that is no passage: some pages, as much as a language model reads with care."""

_BEGINNING_CHARS = 32
_PLACE = re.compile(r"(?P<document>.+):(?P<start>[0-9]{1,12})-(?P<end>[0-9]{1,12})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """What one turn has of an excerpt; by ``begins``, its first characters, who reads finds it there."""

    turn: int
    speaker: str | None
    role: Role
    span: Span
    begins: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Exact words of a source: ``text`` is the slice at ``span``, ``characters`` is how long the whole is.

    Of a passage ``quote`` has all that an answer says of it (its score is 0: nothing was asked) and ``parts`` is empty. Of
    another stretch ``parts`` are its turns, and ``rest`` is what was asked for beyond what it may have.
    """

    id: str
    card: DocumentCard
    span: Span
    text: str
    characters: int
    quote: Quote | None = None
    parts: tuple[Part, ...] = ()
    rest: Span | None = None


def excerpt_at(reader: IndexReader, place_id: str) -> Excerpt:
    """The words at ``DOCUMENT:START-END``, else those of the document of that id.

    A document's id may look like a place: the document before the last colon goes first. A stretch that is no passage has at
    most ``MAX_EXCERPT_CHARS`` characters. Raises :class:`~index.errors.NotInIndex` for what isn't there.
    """
    check_text("The id", place_id)
    document_id, span = _place(reader, place_id)
    card, text = reader.document(document_id), reader.text(document_id)
    wanted = span or Span(0, len(text))
    reader.cut(document_id, wanted)
    if span and (stored := reader.passage_at(document_id, span)):
        quote = QuoteCutter(reader).quote(stored, score=0.0)
        return Excerpt(quote.id, card, span, quote.cited_text, len(text), quote=quote)
    cut = Span(wanted.start, min(wanted.end, wanted.start + MAX_EXCERPT_CHARS))
    rest = Span(cut.end, wanted.end) if cut.end < wanted.end else None
    return Excerpt(place_id, card, cut, cut.cut(text), len(text), parts=_parts(reader, document_id, cut), rest=rest)


def _place(reader: IndexReader, place_id: str) -> tuple[str, Span | None]:
    match = _PLACE.fullmatch(place_id)
    if match and (_is_document(reader, match["document"]) or not _is_document(reader, place_id)):
        return match["document"], Span(int(match["start"]), int(match["end"]))
    return place_id, None


def _is_document(reader: IndexReader, document_id: str) -> bool:
    try:
        reader.document(document_id)
    except NotInIndex:
        return False
    return True


def _parts(reader: IndexReader, document_id: str, within: Span) -> tuple[Part, ...]:
    text = reader.text(document_id)
    return tuple(
        Part(number, turn.speaker, turn.role, common, common.cut(text)[:_BEGINNING_CHARS])
        for number, turn in enumerate(reader.turns(document_id))
        for span in turn.spans
        if (common := Span(max(span.start, within.start), min(span.end, within.end))).start < common.end
    )
