"""The pipeline on one screen: a question to an answer, over one published index.

Every surface (terminal, HTTP, library) asks here and nowhere else. The last step compares each quote with its slice of the
source; nothing touches a quote after that.
"""

from __future__ import annotations

import hashlib
import time
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.records import Filter, Role
from qa.answer import Answer, Reason, Timeline, Wants
from qa.asked import asked_about
from qa.errors import BadQuestion
from qa.findings import Finder, Findings, Found
from qa.followup import Completed, check_history, complete
from qa.glance import GLANCE_THRESHOLD, Glance
from qa.interpret import Query, interpret
from qa.listing import Lister, Page
from qa.persons import without_names
from qa.quotes import QuoteCutter
from qa.ranking import Ranker, Weighed
from qa.refusal import refusal
from qa.retrieve import DEPTH, Candidate, candidates
from qa.scope import scope_of
from qa.signals import Sought
from qa.timeline import DEFAULT_TIMELINE, timeline
from qa.words import rarity

if TYPE_CHECKING:
    from index.models import Encoder
    from index.reader import IndexReader
    from qa.judge_model import Judge

DEFAULT_LIMIT, MAX_LIMIT = 5, 1000
_CONSIDERED_PER_SHOWN = 4
"""Candidates that are put in order for each passage shown: the same words may stand in several."""


class Service:
    """Answers questions over one generation of an index; safe to use from several threads.

    With a ``judge`` the candidates are read before they are put in order; without one they are taken by rank. ``threshold`` is
    the confidence, 0..1, under which nothing counts as found, by default as measured for either way.
    """

    def __init__(
        self, reader: IndexReader, encoder: Encoder, *, judge: Judge | None = None, threshold: float | None = None
    ) -> None:
        self.reader, self.encoder, self.judge = reader, encoder, judge
        self._finder: Finder = Ranker(reader, judge) if judge else Glance(reader)
        self.threshold = self._finder.threshold if threshold is None else threshold
        self.glance_threshold = GLANCE_THRESHOLD if threshold is None else threshold
        self._lister = Lister(reader)
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
        today: date | None = None,
    ) -> Answer:
        """The passages that answer ``question``, or the reason why there are none.

        ``speaker`` may be any part of a name; ``document`` is an id; ``since`` and ``until`` are ISO dates, both included. What
        they leave open, the question may set: whose words it wants, and when they were said, seen from ``today``.
        ``history`` holds the caller's earlier questions, oldest first: "Why?" is completed from them, and "What else?" is
        answered with the next ``limit`` passages, each on the matter by itself and none of them shown before.
        Raises :class:`~qa.errors.BadQuestion` for a question, a filter or a limit that can't be asked for, and
        :class:`~index.errors.NotInIndex` for a document that isn't there.
        """
        started = time.perf_counter()
        completed = self.completed(question, history)
        filters = {"speaker": speaker, "document": document, "since": since, "until": until}
        scope = scope_of(self.reader, completed.text, **filters, history=history, today=today)
        if not isinstance(limit, int) or limit < 1:
            raise BadQuestion(f"The limit is {limit}. Expected a whole number from 1.")
        if limit > MAX_LIMIT:
            raise BadQuestion(f"The limit is {limit}. Expected at most {MAX_LIMIT} passages.")
        query, where, reason = scope.query, scope.where, scope.reason
        weights: dict[str, float] = {}
        page = Page()
        if reason is None:
            weights = self.weights(query)
            findings = self.find(query, weights, where, limit)
            reason = self._reason(query, weights, where, findings)
            page = Page(self._lister.quotes(findings.found, weights, limit), findings.confidence)
            if completed.more:
                page = self._further(page, query, weights, where, limit=limit, more=completed.more) if not reason else Page()
                reason = reason or (None if page.quotes else Reason.NOTHING_ON_RECORD)
        return self._cutter.checked(
            Answer(
                id=self._answer_id(query, where, limit, completed.more),
                question=question,
                searched_for=query.searched_for,
                confidence=round(page.confidence, 3),
                index_version=self.reader.version,
                took_ms=round((time.perf_counter() - started) * 1000, 1),
                passages=page.quotes if reason is None else (),
                nearest=() if reason is None else page.quotes,
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
        history: Sequence[str] = (),
    ) -> Timeline:
        """All that one speaker said on the matter of ``question``, oldest first, or the reason why there is nothing to list.

        The speaker is the one who is given or named in the question, else the only one who speaks on it; several are a choice.
        ``history`` is as for :meth:`ask`. Raises what :meth:`ask` raises.
        """
        filters = {"speaker": speaker, "document": document, "since": since, "until": until}
        return timeline(self, question, limit=limit, history=history, **filters)

    @property
    def way(self) -> str:
        """Which judge reads, or that none does: part of what an answer depends on."""
        return self._finder.name

    def completed(self, question: str, history: Sequence[str]) -> Completed:
        """The whole question that is meant after earlier ones; raises :class:`~qa.errors.BadQuestion`."""
        check_history(history)
        interpret(question)
        return complete(
            question, history, is_speaker=lambda word: bool(self.reader.names_with(_folded(word), but=Role.INTERVIEWER))
        )

    def candidates(self, query: Query, where: Filter, limit: int) -> list[Candidate]:
        """The passages that either search finds, fused, best first."""
        vector = self.encoder.encode_query(query.text)
        return candidates(self.reader, vector, query.words, where, depth=max(DEPTH, 2 * limit))

    def find(self, query: Query, weights: dict[str, float], where: Filter, limit: int) -> Findings:
        """The passages that may answer, best first, and how sure to be of the first."""
        considered = _CONSIDERED_PER_SHOWN * limit
        if query.wants is Wants.QUESTIONS:
            vector = self.encoder.encode_query(query.text)
            found = asked_about(self.reader, vector, words=query.words, weights=weights, where=where)
            sure = tuple(one for one in found if one.score >= self.glance_threshold)
            return Findings((sure or found)[:considered], found[0].score if found else 0.0)
        return self._finder.find(query.text, weights, self.candidates(query, where, limit), where, considered=considered)

    def weights(self, query: Query) -> dict[str, float]:
        """The question's words that say what it is about, by rarity: not the names of those who are asked about it."""
        total = self.reader.counts.get("answers", 0)
        words = without_names(query.words, lambda word: self.reader.names_with(word, but=Role.INTERVIEWER))
        return {word: rarity(self.reader.answers_with(word), total) for word in words}

    def weighed(self, question: str, *, document: str | None = None) -> list[Weighed]:
        """What the judge and all else say of a question's candidates, best first: for fitting what each weighs."""
        assert isinstance(self._finder, Ranker)
        scope = scope_of(self.reader, question, document=document)
        found = self.candidates(scope.query, scope.where, DEFAULT_LIMIT)
        sought = Sought.of(scope.query.text, self.weights(scope.query))
        return self._finder.weighed(scope.query.text, sought, found, scope.where)

    def _reason(self, query: Query, weights: dict[str, float], where: Filter, findings: Findings) -> Reason | None:
        if query.wants is Wants.QUESTIONS:
            return None if findings.confidence >= self.glance_threshold else Reason.NOTHING_ON_RECORD
        find = partial(self.find, query, weights, limit=1)
        return refusal(self.reader, weights, where, findings, threshold=self.threshold, find=lambda other: find(where=other))

    def _further(self, first: Page, query: Query, weights: dict[str, float], where: Filter, *, limit: int, more: int) -> Page:
        """The list that begins with the first page, ``more`` times gone on."""

        def is_on_the_matter(one: Found) -> bool:
            if query.wants is Wants.QUESTIONS:
                return one.score >= self.glance_threshold
            return self._finder.chance(weights, one) >= self.threshold

        find = partial(self.find, query, weights, where)
        return self._lister.further(first.quotes, weights, limit=limit, more=more, find=find, is_on_the_matter=is_on_the_matter)

    def _answer_id(self, query: Query, where: Filter, limit: int, more: int) -> str:
        """The same for the same question, filters, part of the list and index."""
        asked = (self.reader.version, query.text, query.wants, where, limit, self.threshold, self._finder.name, more)
        return f"ans_{hashlib.sha256(repr(asked).encode()).hexdigest()[:16]}"


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def open_service(
    path: str | Path = ".onrecord",
    *,
    model: str | None = None,
    reranker: str | None = None,
    fast: bool = False,
    threshold: float | None = None,
    cache: Path | None = None,
    memory_bytes: int | None = None,
) -> Service:
    """A service over the index at ``path``, with the model that the index was built with.

    ``reranker`` is a sentence-transformers CrossEncoder by name or path in the place of the bundled judge; ``fast`` does
    without a judge. ``cache`` is where exported models are kept, the user's cache by default; ``memory_bytes`` what the
    index's vectors may take of memory. Raises an :class:`~index.errors.IndexError_` when there is no usable index and
    :class:`~index.errors.ModelError` when ``model`` is not the one that it was built with.
    """
    from index.reader import IndexReader
    from qa.judges import open_judge

    reader = IndexReader.open(Path(path), memory_bytes=memory_bytes)
    judge = None if fast else open_judge(reranker)
    return Service(reader, reader.encoder(model, cache=cache), judge=judge, threshold=threshold)
