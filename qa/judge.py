"""Whether the best candidates answer: which sentences to mark, how sure to be, when to say no.

Knows texts and numbers, not the index. The weights of :func:`confidence` were fitted on the evaluation halves by
``scripts/fit_confidence.py`` (see scripts/EXPERIMENTS.md).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.records import Span

MAX_HIGHLIGHT_WORDS = 60
_WORD = re.compile(r"[^\W_]+")
_STEM_CHARS = 5
_STEM_MIN_CHARS = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best candidate; each in 0..1 but ``cosine`` (-1..1), higher is better.

    ``covered`` is the share of the question's words, weighted by rarity, that the answer or its question holds.
    """

    cosine: float
    covered: float


_BIAS, _COSINE, _COVERED = -3.1, 3.1, 3.2


def confidence(evidence: Evidence) -> float:
    """How likely it is that the first passage answers, in 0..1 (logistic regression on :class:`Evidence`)."""
    z = _BIAS + _COSINE * evidence.cosine + _COVERED * evidence.covered
    return 1.0 / (1.0 + math.exp(-z))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A crude common form of a word's inflections: enough to see that ``taxes`` is about ``tax``."""
    folded = word.casefold()
    for endings in (("ies", "es", "s"), ("ing", "ed", "en", "er", "e", "y")):
        for ending in endings:
            if len(folded) - len(ending) >= _STEM_MIN_CHARS and folded.endswith(ending):
                folded = folded[: -len(ending)]
                break
    return folded[: max(_STEM_CHARS, len(folded) - 2)] if len(folded) > _STEM_CHARS + 2 else folded


def stems(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(unicodedata.normalize("NFC", text))}


def coverage(weights: Mapping[str, float], text: str) -> float:
    """The share of the weighted question words that a text holds, 0..1; ``weights`` by word."""
    total = sum(weights.values())
    if not total:
        return 0.0
    held = stems(text)
    return sum(weight for word, weight in weights.items() if stems(word) <= held) / total


def rarity(count: int, total: int) -> float:
    """A word's weight: its inverse document frequency, ``log(1 + total / (1 + count))``."""
    return math.log(1 + total / (1 + count))


def best_sentences(text: str, sentences: Sequence[Span], weights: Mapping[str, float]) -> tuple[Span, ...]:
    """One to three sentences that say most of the question's words, in reading order, at most 60 words when possible.

    Where none says any of them, the first sentence: an answer tends to begin with itself.
    """
    if not sentences:
        return ()
    scores = [coverage(weights, sentence.cut(text)) for sentence in sentences]
    best = max(range(len(sentences)), key=lambda n: (scores[n], -n))
    chosen = {best}
    words = len(sentences[best].cut(text).split())
    for neighbour in (best + 1, best - 1):
        if 0 <= neighbour < len(sentences) and scores[best] and scores[neighbour] >= 0.8 * scores[best]:
            more = len(sentences[neighbour].cut(text).split())
            if words + more <= MAX_HIGHLIGHT_WORDS:
                chosen.add(neighbour)
                words += more
    return tuple(sentences[number] for number in sorted(chosen))
