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

from index.records import Filter, Role
from qa.answer import Answer, Quote, Reason
from qa.diversity import Scored, diverse
from qa.errors import BadQuestion
from qa.findings import Finder, Findings, Found
from qa.glance import Glance
from qa.highlights import best_sentences
from qa.interpret import Query, check_date, check_range, check_text, interpret, match_speakers, name_parts, without_names
from qa.quotes import QuoteCutter, join_same_words, may_have_same_words
from qa.ranking import Ranker, Weighed
from qa.retrieve import DEPTH, Candidate, candidates
from qa.signals import Sought
from qa.timeline import DEFAULT_TIMELINE, Timeline, timeline
from qa.words import coverage, rarity

if TYPE_CHECKING:
    from index.models import Encoder
    from index.reader import IndexReader
    from qa.judge_model import Judge

DEFAULT_LIMIT = 5
_CONSIDERED_PER_SHOWN, _CUT_PER_SHOWN = 4, 3
"""Candidates that are put in order, and quotes that are cut, for each passage shown: the same words may stand in several."""

_ALL_OF_IT = 0.99

DEFAULT_THRESHOLD = 0.4
"""Measured on the evaluation halves (scripts/EXPERIMENTS.md): below it, more is answered and less of it is right."""


class Service:
    """Answers questions over one generation of an index; safe to use from several threads."""

    def __init__(
        self, reader: IndexReader, encoder: Encoder, *, judge: Judge | None = None, threshold: float = DEFAULT_THRESHOLD
    ) -> None:
        self.reader, self.encoder, self.judge, self.threshold = reader, encoder, judge, threshold
        self._cutter = QuoteCutter(reader)
        self._finder: Finder = Ranker(reader, judge) if judge else Glance(reader)

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
        findings = Findings()
        weights: dict[str, float] = {}
        reason: Reason | None = None
        if not self.reader.counts.get("answers"):
            reason = Reason.EMPTY_INDEX
        elif named is not None and not named:
            reason = Reason.UNKNOWN_SPEAKER
        else:
            weights = self.weights(query)
            findings = self.find(query, weights, where, limit)
            reason = self._reason(query, weights, where, findings)
        quotes = self._quotes(findings.found, weights, limit)
        return self._cutter.checked(
            Answer(
                id=self._answer_id(query, where, limit, completed.more),
                question=question,
                searched_for=query.text,
                confidence=round(findings.confidence, 3),
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

    def _speakers(self, wanted: str) -> frozenset[str]:
        """The names of the index that ``wanted`` can mean."""
        having = [self.reader.names_with(part) for part in name_parts(wanted)]
        return match_speakers(wanted, frozenset.intersection(*having)) if having else frozenset()

    def candidates(self, query: Query, where: Filter, limit: int) -> list[Candidate]:
        """The passages that either search finds, fused, best first."""
        vector = self.encoder.encode_query(query.text)
        return candidates(self.reader, vector, query.words, where, depth=max(DEPTH, 2 * limit))

    def find(self, query: Query, weights: dict[str, float], where: Filter, limit: int) -> Findings:
        """The passages that may answer, best first, and how sure to be of the first."""
        found = self.candidates(query, where, limit)
        return self._finder.find(query.text, weights, found, where, considered=_CONSIDERED_PER_SHOWN * limit)

    def weights(self, query: Query) -> dict[str, float]:
        """The question's words that say what it is about, by rarity: not the names of those who are asked about it."""
        total = self.reader.counts.get("answers", 0)
        words = without_names(query.words, lambda word: self.reader.names_with(word, but=Role.INTERVIEWER))
        return {word: rarity(self.reader.answers_with(word), total) for word in words}

    def _reason(self, query: Query, weights: dict[str, float], where: Filter, findings: Findings) -> Reason | None:
        """Why the findings are no answer; ``None`` when they are one."""
        if findings.found and findings.confidence >= self.threshold:
            return None
        if where.speakers is not None:
            anyone = Filter(None, where.documents, where.since, where.until)
            if self.find(query, weights, anyone, limit=1).confidence >= self.threshold:
                return Reason.OTHER_SPEAKER
        return Reason.ONLY_IN_QUESTION if self._only_asked(weights, where, findings) else Reason.NOTHING_ON_RECORD

    def _only_asked(self, weights: dict[str, float], where: Filter, findings: Findings) -> bool:
        """Whether a question or a narration holds all that is asked for, and no passage that was found the rarest of it."""
        if not weights:
            return False
        rarest = max(weights, key=lambda word: weights[word])
        if any(coverage({rarest: 1.0}, self._cutter.text_of(one.stored)) for one in findings.found):
            return False
        hits = self.reader.context_with_words(tuple(weights), 3, where)
        contexts = (self._cutter.text_of(self.reader.passage(hit.key)) for hit in hits)
        return any(coverage(weights, text) > _ALL_OF_IT for text in contexts)

    def _quotes(self, found: Sequence[Found], weights: dict[str, float], limit: int) -> tuple[Quote, ...]:
        """The first ``limit`` quotes, the same words of the same person once, with the sentences that answer marked."""
        order = diverse([Scored(one.score, one.stored) for one in found], limit, self._cutter.text_of)
        found = _worth_cutting([found[number] for number in order[: _CUT_PER_SHOWN * limit]], limit)
        quotes = [self._cutter.quote(one.stored, score=round(one.score, 4)) for one in found]
        by_id = {quote.id: one for quote, one in zip(quotes, found, strict=True)}
        return tuple(self._marked(quote, by_id[quote.id], weights) for quote in join_same_words(quotes, limit))

    def _marked(self, quote: Quote, found: Found, weights: dict[str, float]) -> Quote:
        text, passage = self.reader.text(quote.place.document_id), found.stored.passage
        marks = best_sentences(text, passage.sentences, weights, start=passage.span.start, verdict=found.verdict)
        return replace(quote, highlights=marks)

    def weighed(self, question: str, where: Filter) -> list[Weighed]:
        """What the judge and all else say of a question's candidates, best first: for fitting what each weighs."""
        assert isinstance(self._finder, Ranker)
        query = interpret(question)
        found = self.candidates(query, where, DEFAULT_LIMIT)
        return self._finder.weighed(query.text, Sought.of(query.text, self.weights(query)), found, where)

    def _answer_id(self, query: Query, where: Filter, limit: int) -> str:
        """The same for the same question, filters and index."""
        asked = repr((self.reader.version, query.text, where, limit, self.threshold, self._finder.name))
        return f"ans_{hashlib.sha256(asked.encode()).hexdigest()[:16]}"


def _worth_cutting(found: Sequence[Found], limit: int) -> list[Found]:
    """Those that can be among the first ``limit``, or say the same as one of them: to see that, no text need be read."""
    worth: list[Found] = []
    for one in found:
        repeats = any(may_have_same_words(one.stored.passage, other.stored.passage) for other in worth)
        if repeats or len(worth) < limit:
            worth.append(one)
    return worth


def open_service(
    path: str | Path = ".onrecord",
    *,
    model: str | None = None,
    reranker: str | None = None,
    fast: bool = False,
    threshold: float = DEFAULT_THRESHOLD,
    cache: Path | None = None,
    memory_bytes: int | None = None,
) -> Service:
    """A service over the index at ``path``, with the model that the index was built with.

    ``reranker`` is a sentence-transformers CrossEncoder by name or path in the place of the bundled judge; ``fast`` does
    without a judge.
    ``cache`` is where exported models are kept, the user's cache by default; ``memory_bytes`` what the index's vectors may
    take of memory. Raises an
    :class:`~index.errors.IndexError_` when there is no usable index and :class:`~index.errors.ModelError`
    when ``model`` is not the one that it was built with.
    """
    from index.reader import IndexReader
    from qa.judge_model import open_judge

    reader = IndexReader.open(Path(path), memory_bytes=memory_bytes)
    judge = None if fast else open_judge(reranker)
    return Service(reader, reader.encoder(model, cache=cache), judge=judge, threshold=threshold)
