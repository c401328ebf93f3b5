"""A list of answers that doesn't say one thing five times: near-repeats stand back for others that are nearly as good.

Pure. Knows places and words, not the question: how good each candidate is was decided before, and stays as decided. What is the
very same is joined afterwards, by :func:`~qa.quotes.join_same_words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from index.records import StoredPassage

STANDING_BACK = 0.2
"""The share of its score that a full repeat of what is listed loses; measured in scripts/EXPERIMENTS.md."""

_NEAR_CHARS = 2000
"""Code points between two passages of one turn from which on they count as two places."""

_ALIKE = 0.5
"""The share of common words (of all words of both) from which on two passages begin to be the same."""

_MIN_WORDS = 8
_MOST_LONGER = 2.0
_REACH = 15
"""How many candidates beyond the list may come into it."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage and how good it is: a score of 0 or more, higher is better."""

    score: float
    stored: StoredPassage


def diverse(
    found: Sequence[Scored],
    count: int,
    text_of: Callable[[StoredPassage], str],
    *,
    after: Sequence[StoredPassage] = (),
) -> list[int]:
    """The numbers of the candidates (best first) in new order: the ``count`` to be listed, then the others.

    Both parts keep the order in which they came, so the first stays the first and what is listed stays sorted. A candidate's
    score falls with each listed one that it repeats; it is left out for one that then scores more (maximal marginal relevance,
    Carbonell & Goldstein 1998). ``text_of`` gives a passage's words and is asked only where they can matter. The list goes on
    ``after`` passages that were listed before: what repeats them stands back too, also the first.
    """
    if count >= len(found):
        return list(range(len(found)))

    @cache
    def words(stored: StoredPassage) -> frozenset[str]:
        return frozenset(_WORD.findall(text_of(stored).casefold()))

    worth = _falling([one.score for one in found[: count + _REACH]])
    waiting = list(range(len(worth)))
    for number in waiting:
        for listed_before in after:
            worth[number] *= 1 - STANDING_BACK * _repeats(found[number].stored, listed_before, words)
    listed: list[int] = []
    while len(listed) < count:
        best = max(waiting, key=lambda number: (worth[number], -number))
        waiting.remove(best)
        listed.append(best)
        for number in waiting:
            worth[number] *= 1 - STANDING_BACK * _repeats(found[number].stored, found[best].stored, words)
    chosen = set(listed)
    return sorted(listed) + [number for number in range(len(found)) if number not in chosen]


def _falling(scores: Sequence[float]) -> list[float]:
    """The scores such that none is above an earlier one: the order was decided with more than them."""
    lowest = float("inf")
    return [lowest := min(lowest, score) for score in scores]


def _repeats(one: StoredPassage, two: StoredPassage, words: Callable[[StoredPassage], frozenset[str]]) -> float:
    """How far one candidate repeats another, in 0..1: by standing beside it in one turn, or by one person's like words."""
    beside = _nearness(one, two)
    return max(beside, _likeness(words(one), words(two))) if beside < 1 and _may_be_alike(one, two) else beside


def _nearness(one: StoredPassage, two: StoredPassage) -> float:
    """1 for neighbours in one turn, less with what stands between them, 0 in two turns."""
    if (one.document_id, one.passage.turn) != (two.document_id, two.passage.turn):
        return 0.0
    first, second = sorted((one.passage.span, two.passage.span))
    return max(0.0, 1 - max(0, second.start - first.end) / _NEAR_CHARS)


def _may_be_alike(one: StoredPassage, two: StoredPassage) -> bool:
    """What two people say alike is two answers, and a much longer passage says more."""
    shorter, longer = sorted(stored.passage.span.end - stored.passage.span.start for stored in (one, two))
    return one.passage.speaker == two.passage.speaker and longer <= _MOST_LONGER * shorter


def _likeness(one: frozenset[str], two: frozenset[str]) -> float:
    """1 for the same words, 0 up to the share that any two passages on one matter may have in common, and for short ones."""
    if min(len(one), len(two)) < _MIN_WORDS:
        return 0.0
    shared = len(one & two)
    return max(0.0, (shared / (len(one) + len(two) - shared) - _ALIKE) / (1 - _ALIKE))
