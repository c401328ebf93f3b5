"""Candidates put in order by all that speaks for them: both searches, plain evidence, and the judge's reading.

Reads texts through the index; how much each kind of evidence weighs is told by :mod:`qa.weights`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.records import Filter, StoredPassage
from qa.findings import Findings, Found
from qa.judge_input import Reading
from qa.judge_model import Judge, Verdict
from qa.on_record import OnRecord, on_record
from qa.quotes import QuoteCutter
from qa.retrieve import Candidate
from qa.signals import Signals, Sought, log_mass, signals
from qa.weights import JUDGED, UNREAD, chance

if TYPE_CHECKING:
    from index.reader import IndexReader

POOL = 40
"""Candidates of both searches whose texts are looked at."""

READ_CHARS, READ_MOST = 8_500, 40
"""What the judge reads of them: so many code points and so many passages, the likeliest first."""

_SAID_CHARS, _BEFORE_CHARS = 1_200, 240
"""About what :data:`~qa.judge_input.PASSAGE_TOKENS` and ``BEFORE_TOKENS`` hold: of longer words the judge reads no more."""

_EARLIER_CHARS = 400

JUDGED_THRESHOLD = 0.31
"""Measured on the evaluation halves (scripts/EXPERIMENTS.md)."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A passage with what speaks for it. ``score`` is a logit, higher is better; ``verdict`` is ``None`` where not read."""

    stored: StoredPassage
    signals: Signals
    score: float
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class _Text:
    """What stands in and before a passage."""

    said: str
    asked: str
    before: str
    replies: float | None


class Ranker:
    """Finds with a judge."""

    def __init__(self, reader: IndexReader, judge: Judge) -> None:
        self._reader, self._judge = reader, judge
        self.threshold = JUDGED_THRESHOLD
        self._cutter = QuoteCutter(reader)
        self.name = judge.name

    def find(
        self, question: str, weights: Mapping[str, float], found: list[Candidate], where: Filter, *, considered: int
    ) -> Findings:
        """The candidates (fused, best first) in order; ``considered`` of them at least are looked at."""
        order = self.weighed(question, Sought.of(question, weights), found, where, count=max(POOL, considered))
        chances = _chances(order)
        listed = tuple(Found(one.stored, chance, one.verdict) for one, chance in zip(order, chances, strict=True))
        return Findings(listed, chances[0] if chances else 0.0)

    def chance(self, weights: Mapping[str, float], one: Found) -> float:
        """Its score: each was judged by itself."""
        return one.score

    def weighed(
        self, question: str, sought: Sought, found: Sequence[Candidate], where: Filter, *, count: int = POOL
    ) -> list[Weighed]:
        """The first ``count`` candidates and what answers an asking among them, best first: those read, then the others."""
        pool = self._pool(sought, found, where, count)
        most = max((candidate.bm25 for candidate, _, _ in pool), default=0.0)
        weighed = [_unread(sought, *one, most) for one in pool]
        order = sorted(range(len(pool)), key=lambda number: -weighed[number].score)
        read = _worth_reading(order, [text for _, _, text in pool])
        verdicts = self._judge.read([_reading(question, pool[number][1], pool[number][2]) for number in read])
        judged = [_judged(weighed[number], verdict) for number, verdict in zip(read, verdicts, strict=True)]
        others = [weighed[number] for number in order[len(read) :]]
        return [*sorted(judged, key=lambda one: -one.score), *others]

    def _pool(
        self, sought: Sought, found: Sequence[Candidate], where: Filter, count: int
    ) -> list[tuple[Candidate, StoredPassage, _Text]]:
        """The candidates with their texts, and what may be the reply where the question itself was asked."""
        scores = {candidate.key: candidate for candidate in found}
        found = found[:count]
        stored = self._reader.passages_at([candidate.key for candidate in found])
        pairs = list(zip(found, stored, strict=True))
        near = on_record(self._reader, self._cutter, sought.askings, stored)
        for key in sorted(near.shares.keys() - {one.key for one in stored}):
            one = near.beside[key]
            if _passes(one, where):
                pairs.append((scores.get(key, Candidate(key, 0.0, 0.0, 0.0)), one))
        return [(candidate, one, self._text(one, near)) for candidate, one in pairs]

    def _text(self, stored: StoredPassage, near: OnRecord) -> _Text:
        asked = self._cutter.asked_text_of(stored)
        earlier = near.beside.get(stored.key - 1)
        before = asked
        if not asked and earlier and earlier.document_id == stored.document_id:
            before = self._cutter.text_of(earlier)[-_EARLIER_CHARS:]
        return _Text(self._cutter.text_of(stored), asked, before, near.shares.get(stored.key))


def _chances(order: Sequence[Weighed]) -> list[float]:
    """How likely each answers, 0..1, never more than one before it; what wasn't read is taken for none."""
    chances: list[float] = []
    for one in order:
        own = chance(one.signals) if one.verdict is not None else 0.0
        chances.append(min(own, chances[-1] if chances else 1.0))
    return chances


def _unread(sought: Sought, candidate: Candidate, stored: StoredPassage, text: _Text, most: float) -> Weighed:
    found = signals(
        sought,
        candidate,
        stored,
        said=text.said,
        asked=text.asked,
        before=text.before,
        most_bm25=most,
        replies=text.replies,
    )
    return Weighed(stored, found, UNREAD.of(found))


def _worth_reading(order: Sequence[int], texts: Sequence[_Text]) -> list[int]:
    """The first of an order, as many as may be read; at least one."""
    read: list[int] = []
    left = READ_CHARS
    for number in order[:READ_MOST]:
        left -= min(len(texts[number].said), _SAID_CHARS) + min(len(texts[number].before), _BEFORE_CHARS)
        if read and left < 0:
            break
        read.append(number)
    return read


def _reading(question: str, stored: StoredPassage, text: _Text) -> Reading:
    return Reading(question, text.said, stored.passage.speaker, text.before or None)


def _judged(weighed: Weighed, verdict: Verdict) -> Weighed:
    found = replace(weighed.signals, relevance=verdict.relevance, mass=log_mass(verdict))
    return replace(weighed, signals=found, verdict=verdict, score=JUDGED.of(found))


def _passes(stored: StoredPassage, where: Filter) -> bool:
    """Whether a passage beside one that passes does so too: dates are of the document, which is the same."""
    return where.speakers is None or stored.passage.speaker in where.speakers
