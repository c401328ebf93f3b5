"""The pipeline on one screen: a question to an answer, over one published index.

Every surface (terminal, HTTP, library) asks here and nowhere else. The last step compares each quote with its slice of the
source; nothing touches a quote after that.
"""

from __future__ import annotations

import hashlib
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.records import Filter, Role, Span, StoredPassage
from qa import judge
from qa.answer import Answer, Quote, Reason
from qa.diversity import Scored, diverse
from qa.errors import BadQuestion
from qa.followup import Completed, check_history, complete
from qa.interpret import Query, check_date, check_range, check_text, interpret, match_speakers, name_parts, without_names
from qa.quotes import QuoteCutter, join_same_words, may_have_same_words
from qa.retrieve import DEPTH, Ranked, candidates, ranked
from qa.timeline import DEFAULT_TIMELINE, Timeline, timeline

if TYPE_CHECKING:
    from index.models import Encoder
    from index.reader import IndexReader

DEFAULT_LIMIT = 5
_CONSIDERED_PER_SHOWN, _CUT_PER_SHOWN = 4, 3
"""Candidates that are put in order, and quotes that are cut, for each passage shown: the same words may stand in several."""

_MOST_LISTED = 1000
"""Passages after which a list that is asked to go on ends: each page is found anew from its beginning."""

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
        history: Sequence[str] = (),
    ) -> Answer:
        """The passages that answer ``question``, or the reason why there are none.

        ``speaker`` may be any part of a name; ``document`` is an id; ``since`` and ``until`` are ISO dates, both included.
        ``history`` holds the caller's earlier questions, oldest first: "Why?" is completed from them, and "What else?" is
        answered with the next ``limit`` passages, each on the matter by itself and none of them shown before.
        Raises :class:`~qa.errors.BadQuestion` for a question, a filter or a limit that can't be asked for, and
        :class:`~index.errors.NotInIndex` for a document that isn't there.
        """
        started = time.perf_counter()
        completed = self.completed(question, history)
        query = interpret(completed.text)
        check_text("The speaker", speaker)
        check_text("The document", document)
        check_date("since", since)
        check_date("until", until)
        check_range(since, until)
        if not isinstance(limit, int) or limit < 1:
            raise BadQuestion(f"The limit is {limit}. Expected a whole number from 1.")
        if document is not None:
            self.reader.document(document)
        named = self._speakers(speaker) if speaker is not None else None
        where = Filter(named, None if document is None else frozenset((document,)), since, until)
        found: list[Ranked] = []
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
        if completed.more and reason is None:
            quotes, confidence = self._further(query, weights, where, limit=limit, shown=quotes, more=completed.more)
            reason = None if quotes else Reason.NOTHING_ON_RECORD
        elif completed.more:
            quotes = ()  # what came closest was shown with the first answer
        return self._cutter.checked(
            Answer(
                id=self._answer_id(query, where, limit, completed.more),
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

    def timeline(
        self,
        question: str,
        *,
        limit: int = DEFAULT_TIMELINE,
        speaker: str | None = None,
        document: str | None = None,
        since: str | None = None,
        until: str | None = None,
        history: Sequence[str] = (),
    ) -> Timeline:
        """All that one speaker said on the matter of ``question``, oldest first, or the reason why there is nothing to list.

        The speaker is the one who is given or named in the question, else the only one who speaks on it; several are a choice.
        ``history`` is as for :meth:`ask`. Raises what :meth:`ask` raises.
        """
        filters = {"speaker": speaker, "document": document, "since": since, "until": until}
        return timeline(self, question, limit=limit, history=history, **filters)

    def completed(self, question: str, history: Sequence[str]) -> Completed:
        """The whole question that is meant after earlier ones; raises :class:`~qa.errors.BadQuestion`."""
        check_history(history)
        interpret(question)
        return complete(
            question, history, is_speaker=lambda word: bool(self.reader.names_with(_folded(word), but=Role.INTERVIEWER))
        )

    def _judged(
        self, query: Query, weights: dict[str, float], where: Filter, limit: int
    ) -> tuple[list[Ranked], float, Reason | None]:
        """The candidates in order, how sure the first is, and the reason when that is not enough."""
        found = self.candidates(query, where, limit)
        confidence = self._confidence(weights, found)
        if found and confidence >= self.threshold:
            return found, confidence, None
        return found, confidence, self._reason(query, weights, where)

    def _speakers(self, wanted: str) -> frozenset[str]:
        """The names of the index that ``wanted`` can mean."""
        having = [self.reader.names_with(part) for part in name_parts(wanted)]
        return match_speakers(wanted, frozenset.intersection(*having)) if having else frozenset()

    def _further(
        self, query: Query, weights: dict[str, float], where: Filter, *, limit: int, shown: tuple[Quote, ...], more: int
    ) -> tuple[tuple[Quote, ...], float]:
        """The list that begins with ``shown``, ``more`` times gone on, and how sure its first passage is.

        Page by page, as they were asked for: nothing shown comes again, nor do the same words elsewhere. What comes after the
        best has to be on the matter by itself; the list ends where none of the next candidates is.
        """
        page, confidence = shown, 0.0
        on_the_matter: dict[int, bool] = {}
        for number in range(1, more + 1):
            if limit * number >= _MOST_LISTED:
                return (), 0.0
            places = {(place.document_id, place.span) for quote in shown for place in (quote.place, *quote.also_in)}
            known: list[StoredPassage] = []
            found: list[Ranked] = []
            for one in self.candidates(query, where, limit * (number + 1)):
                if (one.stored.document_id, one.stored.passage.span) in places:
                    known.append(one.stored)
                    continue
                key = one.candidate.key
                if key not in on_the_matter:
                    on_the_matter[key] = self._confidence(weights, [one]) >= self.threshold
                if on_the_matter[key]:
                    found.append(one)
            longer = self._quotes(found, weights, limit, shown=shown, known=known)
            page, shown, confidence = longer[len(shown) :], longer, self._confidence(weights, found)
            if not page:
                return (), 0.0
        return page, confidence

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

    def _quotes(
        self,
        found: Sequence[Ranked],
        weights: dict[str, float],
        limit: int,
        *,
        shown: tuple[Quote, ...] = (),
        known: Sequence[StoredPassage] = (),
    ) -> tuple[Quote, ...]:
        """The first ``limit`` quotes, the same words of the same person once, with the sentences that answer marked.

        They come behind those ``shown`` before, which may get other places of their words; ``known`` are their passages.
        """
        scored = [Scored(one.candidate.fused, one.stored) for one in found]
        order = diverse(scored, limit, self._cutter.text_of, after=known)
        found = [found[number] for number in order[: _CUT_PER_SHOWN * limit]]
        found = found if shown else _worth_cutting(found, limit)
        quotes = [self._cutter.quote(one.stored, score=round(one.candidate.fused, 4)) for one in found]
        sentences = {quote.id: one.stored.passage.sentences for quote, one in zip(quotes, found, strict=True)}
        joined = join_same_words((*shown, *quotes), len(shown) + limit)
        new = (self._marked(quote, sentences[quote.id], weights) for quote in joined[len(shown) :])
        return (*joined[: len(shown)], *new)

    def _marked(self, quote: Quote, sentences: Sequence[Span], weights: dict[str, float]) -> Quote:
        text = self.reader.text(quote.place.document_id)
        return replace(quote, highlights=judge.best_sentences(text, sentences, weights))

    def _answer_id(self, query: Query, where: Filter, limit: int, more: int) -> str:
        """The same for the same question, filters, part of the list and index."""
        asked = repr((self.reader.version, query.text, where, limit, self.threshold, *([more] if more else ())))
        return f"ans_{hashlib.sha256(asked.encode()).hexdigest()[:16]}"


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


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
