"""The pipeline on one screen: a question to an answer, over one published index.

Every surface (terminal, HTTP, library) asks here and nowhere else. The last step compares each quote with its slice of the
source; nothing touches a quote after that.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from index.records import Filter, Role, Span
from qa import judge
from qa.answer import Answer, Quote, Reason, Wants
from qa.asked import asked_about
from qa.diversity import Scored, diverse
from qa.errors import BadQuestion
from qa.interpret import Query
from qa.persons import without_names
from qa.quotes import QuoteCutter, join_same_words, may_have_same_words
from qa.retrieve import DEPTH, Ranked, candidates, ranked
from qa.scope import scope_of
from qa.timeline import DEFAULT_TIMELINE, Timeline, timeline

if TYPE_CHECKING:
    from index.models import Encoder
    from index.reader import IndexReader

DEFAULT_LIMIT = 5
_CONSIDERED_PER_SHOWN, _CUT_PER_SHOWN = 4, 3
"""Candidates that are put in order, and quotes that are cut, for each passage shown: the same words may stand in several."""

DEFAULT_THRESHOLD = 0.4
"""Measured on the evaluation halves (scripts/EXPERIMENTS.md): below it, more is answered and less of it is right."""


class Service:
    """Answers questions over one generation of an index; safe to use from several threads."""

    def __init__(self, reader: IndexReader, encoder: Encoder, *, threshold: float = DEFAULT_THRESHOLD) -> None:
        self.reader, self.encoder, self.threshold = reader, encoder, threshold
        self._cutter = QuoteCutter(reader)

    def ask(
        self,
        question: str,
        *,
        limit: int = DEFAULT_LIMIT,
        speaker: str | None = None,
        document: str | None = None,
        since: str | None = None,
        until: str | None = None,
        today: date | None = None,
    ) -> Answer:
        """The passages that answer ``question``, or the reason why there are none.

        ``speaker`` may be any part of a name; ``document`` is an id; ``since`` and ``until`` are ISO dates, both included. What
        they leave open, the question may set: whose words it wants, and when they were said, seen from ``today``.
        Raises :class:`~qa.errors.BadQuestion` for a question, a filter or a limit that can't be asked for, and
        :class:`~index.errors.NotInIndex` for a document that isn't there.
        """
        started = time.perf_counter()
        scope = scope_of(self.reader, question, speaker=speaker, document=document, since=since, until=until, today=today)
        if not isinstance(limit, int) or limit < 1:
            raise BadQuestion(f"The limit is {limit}. Expected a whole number from 1.")
        query, where, reason = scope.query, scope.where, scope.reason
        found: list[Ranked] = []
        weights: dict[str, float] = {}
        confidence = 0.0
        if reason is None:
            weights = self.weights(query)
            judged = self._judged if query.wants is Wants.ANSWERS else self._judged_by_questions
            found, confidence, reason = judged(query, weights, where, limit)
        quotes = self._quotes(found, weights, limit)
        return self._cutter.checked(
            Answer(
                id=self._answer_id(query, where, limit),
                question=question,
                searched_for=query.searched_for,
                confidence=round(confidence, 3),
                index_version=self.reader.version,
                took_ms=round((time.perf_counter() - started) * 1000, 1),
                passages=quotes if reason is None else (),
                nearest=() if reason is None else quotes,
                reason=reason,
                wants=query.wants,
                filters=scope.filters,
                candidates=scope.candidates,
            )
        )

    def timeline(
        self,
        question: str,
        *,
        limit: int = DEFAULT_TIMELINE,
        speaker: str | None = None,
        document: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> Timeline:
        """All that one speaker said on the matter of ``question``, oldest first, or the reason why there is nothing to list.

        The speaker is the one who is given or named in the question, else the only one who speaks on it; several are a choice.
        Raises what :meth:`ask` raises.
        """
        return timeline(self, question, limit=limit, speaker=speaker, document=document, since=since, until=until)

    def _judged(
        self, query: Query, weights: dict[str, float], where: Filter, limit: int
    ) -> tuple[list[Ranked], float, Reason | None]:
        """The candidates in order, how sure the first is, and the reason when that is not enough."""
        found = self.candidates(query, where, limit)
        confidence = self._confidence(weights, found)
        if found and confidence >= self.threshold:
            return found, confidence, None
        return found, confidence, self._reason(query, weights, where)

    def _judged_by_questions(
        self, query: Query, weights: dict[str, float], where: Filter, limit: int
    ) -> tuple[list[Ranked], float, Reason | None]:
        """The answers to the questions that are on the matter, the likeliest question first, or the nearest of them."""
        vector = self.encoder.encode_query(query.text)
        found = asked_about(self.reader, self._cutter, vector, words=query.words, weights=weights, where=where)
        sure = [one for one in found if one.candidate.fused >= self.threshold]
        kept = (sure or found)[: _CONSIDERED_PER_SHOWN * limit]
        return kept, kept[0].candidate.fused if kept else 0.0, None if sure else Reason.NOTHING_ON_RECORD

    def candidates(self, query: Query, where: Filter, limit: int) -> list[Ranked]:
        """The passages that may answer, best first."""
        depth = max(DEPTH, 2 * limit)
        found = candidates(self.reader, self.encoder.encode_query(query.text), query.words, where, depth=depth)
        return ranked(self.reader, found, _CONSIDERED_PER_SHOWN * limit)

    def _confidence(self, weights: dict[str, float], found: Sequence[Ranked]) -> float:
        evidence = self.evidence(weights, found)
        return judge.confidence(evidence) if evidence else 0.0

    def evidence(self, weights: dict[str, float], found: Sequence[Ranked]) -> judge.Evidence | None:
        """What speaks for the first candidate, or ``None`` when there is no candidate."""
        if not found:
            return None
        passage = found[0].stored
        said = self._cutter.text_of(passage)
        asked = self._cutter.asked_text_of(passage)
        return judge.Evidence(
            cosine=max(one.candidate.cosine for one in found[:3]),
            covered=judge.coverage(weights, f"{asked} {said}"),
        )

    def weights(self, query: Query) -> dict[str, float]:
        """The question's words that say what it is about, by rarity: not the names of those who are asked about it."""
        total = self.reader.counts.get("answers", 0)
        words = without_names(query.words, lambda word: self.reader.names_with(word, but=Role.INTERVIEWER))
        return {word: judge.rarity(self.reader.answers_with(word), total) for word in words}

    def _reason(self, query: Query, weights: dict[str, float], where: Filter) -> Reason:
        if where.speakers is not None:
            anyone = Filter(None, where.documents, where.since, where.until)
            others = self.candidates(query, anyone, limit=1)
            if others and self._confidence(weights, others) >= self.threshold:
                return Reason.OTHER_SPEAKER
        unsaid = {word: weight for word, weight in weights.items() if not self.reader.answers_with(word)}
        if unsaid:
            for hit in self.reader.context_with_words(tuple(unsaid), 3, where):
                if judge.coverage(unsaid, self._cutter.text_of(self.reader.passage(hit.key))) > 0.99:
                    return Reason.ONLY_IN_QUESTION
        return Reason.NOTHING_ON_RECORD

    def _quotes(self, found: Sequence[Ranked], weights: dict[str, float], limit: int) -> tuple[Quote, ...]:
        """The first ``limit`` quotes, the same words of the same person once, with the sentences that answer marked."""
        order = diverse([Scored(one.candidate.fused, one.stored) for one in found], limit, self._cutter.text_of)
        found = _worth_cutting([found[number] for number in order[: _CUT_PER_SHOWN * limit]], limit)
        quotes = [self._cutter.quote(one.stored, score=round(one.candidate.fused, 4)) for one in found]
        sentences = {quote.id: one.stored.passage.sentences for quote, one in zip(quotes, found, strict=True)}
        return tuple(self._marked(quote, sentences[quote.id], weights) for quote in join_same_words(quotes, limit))

    def _marked(self, quote: Quote, sentences: Sequence[Span], weights: dict[str, float]) -> Quote:
        text = self.reader.text(quote.place.document_id)
        return replace(quote, highlights=judge.best_sentences(text, sentences, weights))

    def _answer_id(self, query: Query, where: Filter, limit: int) -> str:
        """The same for the same question, filters and index."""
        asked = repr((self.reader.version, query.text, where, limit, self.threshold))
        return f"ans_{hashlib.sha256(asked.encode()).hexdigest()[:16]}"


def _worth_cutting(found: Sequence[Ranked], limit: int) -> list[Ranked]:
    """Those that can be among the first ``limit``, or say the same as one of them: to see that, no text need be read."""
    worth: list[Ranked] = []
    for one in found:
        repeats = any(may_have_same_words(one.stored.passage, other.stored.passage) for other in worth)
        if repeats or len(worth) < limit:
            worth.append(one)
    return worth


def open_service(
    path: str | Path = ".onrecord",
    *,
    model: str | None = None,
    threshold: float = DEFAULT_THRESHOLD,
    cache: Path | None = None,
    memory_bytes: int | None = None,
) -> Service:
    """A service over the index at ``path``, with the model that the index was built with.

    ``cache`` is where exported models are kept, the user's cache by default; ``memory_bytes`` what the index's vectors may
    take of memory. Raises an
    :class:`~index.errors.IndexError_` when there is no usable index and :class:`~index.errors.ModelError`
    when ``model`` is not the one that it was built with.
    """
    from index.reader import IndexReader

    reader = IndexReader.open(Path(path), memory_bytes=memory_bytes)
    return Service(reader, reader.encoder(model, cache=cache), threshold=threshold)
