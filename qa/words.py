"""The words of questions and texts as they are compared: crude stems, and how much of a question a text holds.

Pure. Knows words and not the index: how rare a word is there is handed in.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from itertools import pairwise

from index.records import plain_letters

_WORD = re.compile(r"[^\W_]+")
_STEM_CHARS = 5
_STEM_MIN_CHARS = 3


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


def folded(words: str) -> str:
    """Words as a list is looked through for them: without case and accents."""
    return plain_letters(unicodedata.normalize("NFC", words).casefold())


def stems(text: str) -> frozenset[str]:
    """The stems of a text's words."""
    return frozenset(stem(word) for word in _WORD.findall(unicodedata.normalize("NFC", text)))


def coverage(weights: Mapping[str, float], text: str) -> float:
    """The share of the weighted question words that a text holds, 0..1; ``weights`` by word."""
    return covered(weights, stems(text))


def covered(weights: Mapping[str, float], held: Collection[str]) -> float:
    """As :func:`coverage`, of a text's stems."""
    total = sum(weights.values())
    if not total:
        return 0.0
    return sum(weight for word, weight in weights.items() if stems(word).issubset(held)) / total


def rarity(count: int, total: int) -> float:
    """A word's weight: its inverse document frequency, ``log(1 + total / (1 + count))``."""
    return math.log(1 + total / (1 + count))


def word_pairs(text: str) -> frozenset[tuple[str, str]]:
    """The pairs of neighbouring words, folded."""
    words = [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", text))]
    return frozenset(pairwise(words))


def sigmoid(logit: float) -> float:
    """A logit as a probability."""
    return 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, logit))))
