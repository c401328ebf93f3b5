"""Stored passages to quotes: the one place where a quote's words are cut, and where they are checked last.

Knows the index's texts; what is worth quoting is decided by :mod:`qa.service`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import NotInIndex
from index.records import Passage, Role, Span, StoredPassage
from qa.answer import Answer, Asked, Place, Quote
from qa.errors import AlteredQuote
from qa.links import text_fragment_link

if TYPE_CHECKING:
    from index.reader import IndexReader

CONTEXT_CHARS = 32
"""Characters of ``prefix`` and ``suffix``, as the W3C annotation model recommends."""

_MIN_JOINED_WORDS = 8
_MOST_WHITE_SPACE = 1.5
"""How many times longer the same words can be in a source that indents every line."""

_QUOTATION_MARKS = str.maketrans(dict.fromkeys('"‘’‚‛“”„‟«»‹›`´', "'"))
"""Every house style's marks, and the apostrophe, as one."""


class QuoteCutter:
    """Cuts quotes from the texts of one index."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader

    def text_of(self, stored: StoredPassage) -> str:
        """The passage's words."""
        return stored.passage.span.cut(self._reader.text(stored.document_id))

    def asked_text_of(self, stored: StoredPassage) -> str:
        """The words of the question that it answers; empty when there is none."""
        asked = stored.passage.asked
        return asked.span.cut(self._reader.text(stored.document_id)) if asked else ""

    def quote(self, stored: StoredPassage, *, score: float, highlights: tuple[Span, ...] = ()) -> Quote:
        passage, span = stored.passage, stored.passage.span
        text = self._reader.text(stored.document_id)
        card = self._reader.document(stored.document_id)
        place = Place(
            document_id=card.id,
            document_title=card.metadata.title,
            published=card.metadata.date,
            span=span,
            turn=passage.turn,
            speaker=passage.speaker,
            url=text_fragment_link(card.metadata.url, text, span.start, span.end),
        )
        asked = passage.asked
        return Quote(
            cited_text=span.cut(text),
            place=place,
            highlights=highlights,
            role=passage.role,
            asked=Asked(asked.span.cut(text), asked.span, asked.turn, asked.speaker) if asked else None,
            score=score,
            prefix=text[max(0, span.start - CONTEXT_CHARS) : span.start],
            suffix=text[span.end : span.end + CONTEXT_CHARS],
            source_sha256=card.sha256,
            start_ms=passage.start_ms,
            end_ms=passage.end_ms,
            page=passage.page,
            quotations=passage.quoted,
        )

    def checked(self, answer: Answer) -> Answer:
        """The answer, after every quote, question and place in it was compared with the source.

        Raises :class:`~qa.errors.AlteredQuote`: an interviewer's words as an answer, or anything that is not its slice.
        """
        for quote in (*answer.passages, *answer.nearest):
            document, span = quote.place.document_id, quote.place.span
            if quote.cited_text != self._words_at(document, span):
                raise AlteredQuote(quote.id, "its words differ")
            if quote.asked and quote.asked.cited_text != self._words_at(document, quote.asked.span):
                raise AlteredQuote(quote.id, "the words of its question differ")
            if quote.role is Role.INTERVIEWER:
                raise AlteredQuote(quote.id, "an interviewer asks it")
            if not all(span.start <= mark.start <= mark.end <= span.end for mark in (*quote.highlights, *quote.quotations)):
                raise AlteredQuote(quote.id, "a highlight lies outside")
            for other in quote.also_in:
                if _plain(self._words_at(other.document_id, other.span) or "") != _plain(quote.cited_text):
                    raise AlteredQuote(quote.id, f"{other.document_id} has other words")
        return answer

    def _words_at(self, document_id: str, span: Span) -> str | None:
        """What stands there; ``None`` when there is no such place."""
        try:
            return self._reader.cut(document_id, span)
        except NotInIndex:
            return None


def may_have_same_words(one: Passage, other: Passage) -> bool:
    """Whether two passages can hold the same words, as far as their sentences tell: white space may differ between sources."""
    lengths = [passage.span.end - passage.span.start for passage in (one, other)]
    return len(one.sentences) == len(other.sentences) and max(lengths) <= _MOST_WHITE_SPACE * min(lengths)


def join_same_words(quotes: Iterable[Quote], limit: int | None = None) -> tuple[Quote, ...]:
    """The first ``limit`` quotes (``None``: all); one person's same words in several places are one quote that names them all.

    Words that differ only in blanks, in their quotation marks or in capitals are the same: each paper prints them by its own
    rules, and the first place's stand. Short words are never joined: "Yes." said twice is two answers.
    """
    kept: list[Quote] = []
    by_words: dict[str, list[int]] = {}
    for quote in quotes:
        plain = _plain(quote.cited_text)
        alike = by_words.setdefault(plain, []) if len(plain.split()) >= _MIN_JOINED_WORDS else []
        same = next((number for number in alike if _same_person(quote, kept[number])), None)
        if same is not None:
            kept[same] = replace(kept[same], also_in=(*kept[same].also_in, quote.place))
        elif limit is None or len(kept) < limit:
            alike.append(len(kept))
            kept.append(quote)
    return tuple(kept)


def _same_person(one: Quote, other: Quote) -> bool:
    """Whether two names can be one person's: equal, or one a part of the other, or none given."""
    names = [set((quote.place.speaker or "").casefold().split()) for quote in (one, other)]
    return names[0] <= names[1] or names[1] <= names[0]


def _plain(words: str) -> str:
    """Words without what a printer decides: blanks, marks of quotation, capitals, how accents are composed."""
    return " ".join(unicodedata.normalize("NFC", words).translate(_QUOTATION_MARKS).casefold().split())
