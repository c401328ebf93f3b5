"""Everything that one speaker said on a matter, by date.

Knows when a passage is on the matter and whose it is; the questions themselves are :mod:`qa.service`'s. Each passage has to
stand on its own: that its neighbour answers is no reason to list it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from index.records import Filter, StoredPassage
from qa.answer import Answer, Quote, Reason, Timeline, Wants
from qa.errors import BadQuestion
from qa.followup import Completed
from qa.glance import Evidence, confidence
from qa.highlights import best_sentences
from qa.interpret import MAX_QUESTION_CHARS, Query, interpret
from qa.persons import name_parts
from qa.quotes import QuoteCutter, join_same_words
from qa.retrieve import Candidate, candidates
from qa.scope import scope_of
from qa.voices import named_speaker, voices
from qa.words import coverage

if TYPE_CHECKING:
    from index.models import Encoder
    from index.reader import IndexReader

DEFAULT_TIMELINE, MAX_TIMELINE = 50, 1000
"""Passages that a timeline lists, and those that it can list: so many are considered from each search."""

_NEAREST = 5
_AT_ONCE_CHARS = 120
_LATER = 0.5
"""What a word of the question counts that a passage only answers to: all where it answers at once (so many code points after
it, to leave room for a label), half where its turn may have gone on to other things."""


@dataclass(frozen=True, slots=True)
class Said:
    """A passage on the matter, and how surely it is: in 0..1, higher is surer."""

    stored: StoredPassage
    relevance: float


class Asking(Protocol):
    """What a timeline is made with: the service, as far as it matters here."""

    reader: IndexReader
    encoder: Encoder
    glance_threshold: float

    def ask(
        self,
        question: str,
        *,
        limit: int,
        speaker: str | None,
        document: str | None,
        since: str | None,
        until: str | None,
        history: Sequence[str],
    ) -> Answer: ...

    def completed(self, question: str, history: Sequence[str]) -> Completed: ...

    def weights(self, query: Query) -> dict[str, float]: ...


def timeline(
    service: Asking,
    question: str,
    *,
    limit: int,
    speaker: str | None,
    document: str | None,
    since: str | None,
    until: str | None,
    history: Sequence[str] = (),
) -> Timeline:
    """The timeline of a question; what can't be asked and what isn't there is told as ``Service.ask`` tells it."""
    started = time.perf_counter()
    if isinstance(limit, int) and limit > MAX_TIMELINE:
        raise BadQuestion(f"The limit is {limit}. Expected at most {MAX_TIMELINE} passages of a timeline.")
    ask = partial(
        service.ask, question, limit=min(limit, _NEAREST), document=document, since=since, until=until, history=history
    )
    answer = ask(speaker=speaker)
    if speaker is None and (speaker := named_speaker(answer.searched_for, service.reader.names_with)):
        answer = ask(speaker=speaker)
    names = namesakes(service.reader, speaker) | set(answer.filters.speakers) if speaker is not None else None
    dates = answer.filters.since, answer.filters.until
    where = Filter(names, None if document is None else frozenset((document,)), *dates)
    listed = limit * service.completed(question, history).more
    told = _told(service, answer, where, limit, listed)
    key = hashlib.sha256(repr(("timeline", answer.id, limit)).encode()).hexdigest()[:16]
    took_ms = round((time.perf_counter() - started) * 1000, 1)
    return replace(told, answer=replace(told.answer, id=f"ans_{key}", took_ms=took_ms))


def _told(service: Asking, answer: Answer, where: Filter, limit: int, listed: int) -> Timeline:
    """The timeline, begun from the first answer to its question, without the likeliest that were ``listed`` before."""
    if answer.reason in (Reason.EMPTY_INDEX, Reason.UNKNOWN_SPEAKER):
        return Timeline(answer)
    query = interpret(answer.searched_for[:MAX_QUESTION_CHARS])
    if answer.wants is Wants.QUESTIONS:
        query = scope_of(service.reader, answer.searched_for[:MAX_QUESTION_CHARS], document=answer.filters.document).query
    weights = service.weights(query)
    said = on_the_matter(service, query, weights, where)
    if not said:
        nothing = answer.reason or Reason.NOTHING_ON_RECORD
        nearest = () if listed else answer.nearest or answer.passages
        return Timeline(replace(answer, reason=nothing, passages=(), nearest=nearest))
    people = voices((one.stored for one in said), lambda name: namesakes(service.reader, name))
    if len(people) > 1:
        refused = replace(answer, reason=Reason.AMBIGUOUS_SPEAKER, passages=(), nearest=())
        return Timeline(refused, candidates=people)
    quotes = quoted(service.reader, said, weights)
    kept = most_relevant(quotes, limit, after=listed)
    reason = None if kept else Reason.NOTHING_ON_RECORD
    confidence = max((quote.score for quote in kept), default=0.0)
    found = replace(answer, reason=reason, passages=kept, nearest=(), confidence=confidence)
    return Timeline(QuoteCutter(service.reader).checked(found), people[0].name, max(0, len(quotes) - listed - len(kept)))


def namesakes(reader: IndexReader, name: str) -> frozenset[str]:
    """The names of an index that have every word of ``name``."""
    having = [reader.names_with(part) for part in name_parts(name)]
    return frozenset.intersection(*having) if having else frozenset()


def on_the_matter(service: Asking, query: Query, weights: Mapping[str, float], where: Filter) -> list[Said]:
    """The passages that are on the matter by themselves, in the order of documents and of what is said in them."""
    vector = service.encoder.encode_query(query.text)
    found = candidates(service.reader, vector, query.words, where, depth=MAX_TIMELINE)
    cutter = QuoteCutter(service.reader)
    stored = service.reader.passages_at([candidate.key for candidate in found])
    both = sorted(zip(found, stored, strict=True), key=lambda pair: (pair[1].document_id, pair[1].passage.span))
    said = [Said(one, relevance(cutter, weights, candidate, one, query.wants)) for candidate, one in both]
    return [one for one in said if one.relevance >= service.glance_threshold]


def relevance(
    cutter: QuoteCutter, weights: Mapping[str, float], candidate: Candidate, stored: StoredPassage, wants: Wants
) -> float:
    """How likely it is that a passage is on the matter by itself, or by the question that it answers at once, in 0..1."""
    words, asked = cutter.text_of(stored), stored.passage.asked
    if wants is Wants.QUESTIONS:
        if not asked or stored.passage.span.start - asked.span.end > _AT_ONCE_CHARS:
            return 0.0
        return confidence(Evidence(candidate.cosine, coverage(weights, cutter.asked_text_of(stored))))
    covered = coverage(weights, words)
    if asked and covered < 1:
        share = 1.0 if stored.passage.span.start - asked.span.end <= _AT_ONCE_CHARS else _LATER
        covered = max(covered, share * coverage(weights, f"{cutter.asked_text_of(stored)} {words}"))
    return confidence(Evidence(cosine=candidate.cosine, covered=covered))


def quoted(reader: IndexReader, said: Sequence[Said], weights: Mapping[str, float]) -> tuple[Quote, ...]:
    """The passages as quotes, oldest first; the same words in several sources are one quote, at its oldest place."""
    cutter = QuoteCutter(reader)
    quotes = [
        cutter.quote(
            one.stored,
            score=round(one.relevance, 4),
            highlights=best_sentences(reader.text(one.stored.document_id), one.stored.passage.sentences, weights),
        )
        for one in said
    ]
    return join_same_words(sorted(quotes, key=_when))


def most_relevant(quotes: Sequence[Quote], limit: int, *, after: int = 0) -> tuple[Quote, ...]:
    """Those ``limit`` that are most surely on the matter, but for the first ``after``, in the order in which they came."""
    best = sorted(range(len(quotes)), key=lambda number: (-quotes[number].score, number))[after : after + limit]
    return tuple(quotes[number] for number in sorted(best))


def _when(quote: Quote) -> tuple[bool, str, str, int]:
    """Dates of ISO 8601 compare as strings; a year alone comes before its days, no date after all."""
    place = quote.place
    return place.published is None, place.published or "", place.document_id, place.span.start
