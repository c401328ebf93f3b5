"""The pipeline on one screen: a question to an answer, over one published index.

Every surface (terminal, HTTP, library) asks here and nowhere else. The last step compares each quote with its slice of the
source; nothing touches a quote after that.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.records import Filter, Role, Span
from qa import judge
from qa.answer import Answer, Quote, Reason
from qa.errors import BadQuestion
from qa.interpret import Query, check_date, check_range, check_text, interpret, match_speakers, without_names
from qa.quotes import QuoteCutter, join_same_words
from qa.retrieve import Candidate, candidates

if TYPE_CHECKING:
    from index.models import Encoder
    from index.reader import IndexReader

DEFAULT_LIMIT = 5
DEFAULT_THRESHOLD = 0.4
"""Measured on the evaluation halves (scripts/EXPERIMENTS.md): below it, more is answered and less of it is right."""

_ASKS_ONLY_PENALTY = 0.7
"""A passage that only asks, in a document where nobody's role is known, is less likely to be what was said in answer."""


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
    ) -> Answer:
        """The passages that answer ``question``, or the reason why there are none.

        ``speaker`` may be any part of a name; ``document`` is an id; ``since`` and ``until`` are ISO dates, both included.
        Raises :class:`~qa.errors.BadQuestion` for a question, a filter or a limit that can't be asked for, and
        :class:`~index.errors.NotInIndex` for a document that isn't there.
        """
        started = time.perf_counter()
        query = interpret(question)
        check_text("The speaker", speaker)
        check_text("The document", document)
        check_date("since", since)
        check_date("until", until)
        check_range(since, until)
        if limit < 1:
            raise BadQuestion(f"The limit is {limit}. Expected a whole number from 1.")
        if document is not None:
            self.reader.document(document)
        named = match_speakers(speaker, self.reader.speaker_names()) if speaker is not None else None
        where = Filter(named, None if document is None else frozenset((document,)), since, until)
        found: list[Candidate] = []
        weights: dict[str, float] = {}
        confidence = 0.0
        reason: Reason | None = None
        if not self.reader.counts.get("answers"):
            reason = Reason.EMPTY_INDEX
        elif named is not None and not named:
            reason = Reason.UNKNOWN_SPEAKER
        else:
            weights = self.weights(query)
            found, confidence, reason = self._judged(query, weights, where, limit)
        quotes = self._quotes(found, weights, limit)
        return self._cutter.checked(
            Answer(
                id=self._answer_id(query, where, limit),
                question=question,
                searched_for=query.text,
                confidence=round(confidence, 3),
                index_version=self.reader.version,
                took_ms=round((time.perf_counter() - started) * 1000, 1),
                passages=quotes if reason is None else (),
                nearest=() if reason is None else quotes,
                reason=reason,
            )
        )

    def _judged(
        self, query: Query, weights: dict[str, float], where: Filter, limit: int
    ) -> tuple[list[Candidate], float, Reason | None]:
        """The candidates in order, how sure the first is, and the reason when that is not enough."""
        found = self.candidates(query, where, limit)
        confidence = self._confidence(weights, found)
        if found and confidence >= self.threshold:
            return found, confidence, None
        return found, confidence, self._reason(query, weights, where)

    def candidates(self, query: Query, where: Filter, limit: int) -> list[Candidate]:
        """The passages that may answer, best first."""
        found = candidates(self.reader, self.encoder.encode_query(query.text), query.words, where)
        return self._without_mere_questions(found, 4 * limit)

    def _without_mere_questions(self, found: list[Candidate], depth: int) -> list[Candidate]:
        """The first candidates in new order: those that only ask stand further down."""

        def worth(candidate: Candidate) -> float:
            asks = self.reader.passage(candidate.key).passage.asks
            return candidate.fused * (_ASKS_ONLY_PENALTY if asks else 1.0)

        return sorted(found[:depth], key=lambda candidate: -worth(candidate)) + found[depth:]

    def _confidence(self, weights: dict[str, float], found: Sequence[Candidate]) -> float:
        evidence = self.evidence(weights, found)
        return judge.confidence(evidence) if evidence else 0.0

    def evidence(self, weights: dict[str, float], found: Sequence[Candidate]) -> judge.Evidence | None:
        """What speaks for the first candidate, or ``None`` when there is no candidate."""
        if not found:
            return None
        passage = self.reader.passage(found[0].key)
        said = self._cutter.text_of(passage)
        asked = self._cutter.asked_text_of(passage)
        return judge.Evidence(
            cosine=max(candidate.cosine for candidate in found[:3]),
            covered=judge.coverage(weights, f"{asked} {said}"),
        )

    def weights(self, query: Query) -> dict[str, float]:
        """The question's words that say what it is about, by rarity: not the names of those who are asked about it."""
        total = self.reader.counts.get("answers", 0)
        words = without_names(query.words, self.reader.speaker_names(but=Role.INTERVIEWER))
        return {word: judge.rarity(self.reader.answers_with(word), total) for word in words}

    def _reason(self, query: Query, weights: dict[str, float], where: Filter) -> Reason:
        if where.speakers is not None:
            anyone = Filter(None, where.documents, where.since, where.until)
            others = candidates(self.reader, self.encoder.encode_query(query.text), query.words, anyone)
            if others and self._confidence(weights, others) >= self.threshold:
                return Reason.OTHER_SPEAKER
        unsaid = {word: weight for word, weight in weights.items() if not self.reader.answers_with(word)}
        if unsaid:
            for hit in self.reader.context_with_words(tuple(unsaid), 3, where):
                if judge.coverage(unsaid, self._cutter.text_of(self.reader.passage(hit.key))) > 0.99:
                    return Reason.ONLY_IN_QUESTION
        return Reason.NOTHING_ON_RECORD

    def _quotes(self, found: Sequence[Candidate], weights: dict[str, float], limit: int) -> tuple[Quote, ...]:
        """The first ``limit`` quotes, the same words of the same person once, with the sentences that answer marked."""
        stored = [self.reader.passage(one.key) for one in found[: 3 * limit]]
        quotes = [self._cutter.quote(one, score=round(found[n].fused, 4)) for n, one in enumerate(stored)]
        sentences = {quote.id: one.passage.sentences for quote, one in zip(quotes, stored, strict=True)}
        return tuple(self._marked(quote, sentences[quote.id], weights) for quote in join_same_words(quotes, limit))

    def _marked(self, quote: Quote, sentences: Sequence[Span], weights: dict[str, float]) -> Quote:
        text = self.reader.text(quote.place.document_id)
        return replace(quote, highlights=judge.best_sentences(text, sentences, weights))

    def _answer_id(self, query: Query, where: Filter, limit: int) -> str:
        """The same for the same question, filters and index."""
        asked = repr((self.reader.version, query.text, where, limit, self.threshold))
        return f"ans_{hashlib.sha256(asked.encode()).hexdigest()[:16]}"


def open_service(
    path: str | Path = ".onrecord",
    *,
    model: str | None = None,
    threshold: float = DEFAULT_THRESHOLD,
    cache: Path | None = None,
) -> Service:
    """A service over the index at ``path``, with the model that the index was built with.

    ``cache`` is where exported models are kept, the user's cache by default. Raises an
    :class:`~index.errors.IndexError_` when there is no usable index and :class:`~index.errors.ModelError`
    when ``model`` is not the one that it was built with.
    """
    from index.reader import IndexReader

    reader = IndexReader.open(Path(path))
    return Service(reader, reader.encoder(model, cache=cache), threshold=threshold)
