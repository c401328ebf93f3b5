"""What was found to the list that a reader sees: near-repeats apart, the same words once, the answering sentences marked.

Also how such a list goes on, page by page. How good a passage is was decided before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.records import StoredPassage
from qa.answer import Quote
from qa.diversity import Scored, diverse
from qa.findings import Findings, Found
from qa.highlights import best_sentences
from qa.quotes import QuoteCutter, join_same_words, may_have_same_words

if TYPE_CHECKING:
    from index.reader import IndexReader

CUT_PER_SHOWN = 3
"""Quotes that are cut for each passage shown: the same words may stand in several."""

MOST_LISTED = 1000
"""Passages after which a list that is asked to go on ends: each page is found anew from its beginning."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some quotes of a longer list, and how sure the first of them is, 0..1; both empty where the list has ended."""

    quotes: tuple[Quote, ...] = ()
    confidence: float = 0.0


class Lister:
    """Lists passages of one index."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._cutter = QuoteCutter(reader)

    def quotes(
        self,
        found: Sequence[Found],
        weights: Mapping[str, float],
        limit: int,
        *,
        shown: tuple[Quote, ...] = (),
        known: Sequence[StoredPassage] = (),
    ) -> tuple[Quote, ...]:
        """The first ``limit`` quotes, the same words of the same person once, with the sentences that answer marked.

        They come behind those ``shown`` before, which may get other places of their words; ``known`` are their passages.
        """
        order = diverse([Scored(one.score, one.stored) for one in found], limit, self._cutter.text_of, after=known)
        found = [found[number] for number in order[: CUT_PER_SHOWN * limit]]
        found = found if shown else _worth_cutting(found, limit)
        quotes = [self._cutter.quote(one.stored, score=round(one.score, 4)) for one in found]
        by_id = {quote.id: one for quote, one in zip(quotes, found, strict=True)}
        joined = join_same_words((*shown, *quotes), len(shown) + limit)
        new = (self._marked(quote, by_id[quote.id], weights) for quote in joined[len(shown) :])
        return (*joined[: len(shown)], *new)

    def further(
        self,
        first: tuple[Quote, ...],
        weights: Mapping[str, float],
        *,
        limit: int,
        more: int,
        find: Callable[[int], Findings],
        is_on_the_matter: Callable[[Found], bool],
    ) -> Page:
        """The page after ``more`` times going on from the ``first``; ``find`` finds as for a list of so many.

        Page by page, as they were asked for: nothing shown comes again, nor do the same words elsewhere. What comes after the
        best has to be on the matter by itself; the list ends where none of the next passages is.
        """
        page, shown = Page(first), first
        for number in range(1, more + 1):
            if limit * number >= MOST_LISTED:
                return Page()
            places = {(place.document_id, place.span) for quote in shown for place in (quote.place, *quote.also_in)}
            found = find(limit * (number + 1)).found
            known = [one.stored for one in found if (one.stored.document_id, one.stored.passage.span) in places]
            new = [one for one in found if one.stored not in known and is_on_the_matter(one)]
            longer = self.quotes(new, weights, limit, shown=shown, known=known)
            page, shown = Page(longer[len(shown) :], new[0].score if new else 0.0), longer
            if not page.quotes:
                return Page()
        return page

    def _marked(self, quote: Quote, found: Found, weights: Mapping[str, float]) -> Quote:
        text, passage = self._reader.text(quote.place.document_id), found.stored.passage
        marks = best_sentences(text, passage.sentences, weights, start=passage.span.start, verdict=found.verdict)
        return replace(quote, highlights=marks)


def _worth_cutting(found: Sequence[Found], limit: int) -> list[Found]:
    """Those that can be among the first ``limit``, or say the same as one of them: to see that, no text need be read."""
    worth: list[Found] = []
    for one in found:
        repeats = any(may_have_same_words(one.stored.passage, other.stored.passage) for other in worth)
        if repeats or len(worth) < limit:
            worth.append(one)
    return worth
