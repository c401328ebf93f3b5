"""When a question repeats one that was asked on record: the asking is no answer, and what was said next may be one.

Pure. Knows words and their order; who asked what is told by the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa.words import word_pairs

FOLLOWERS = 5
"""Passages after an asking that may answer it, where the index doesn't pair questions with answers."""

ECHOES = 0.75
"""The share of a question's word pairs from which on a text repeats it: reporters' questions lose a word or two."""

_MIN_PAIRS = 3
_HUMS = frozenset("ah aha eh er hm hmm huh m mhm mm mmm oh okay ok right uh um uhm".split())
_WORD = re.compile(r"[^\W\d_]+")

Pairs = frozenset[tuple[str, str]]


def echo(pairs: Pairs, text: str) -> float:
    """The share of a question's word pairs that a text holds, 0..1; 0 for questions too short to be recognised."""
    if len(pairs) < _MIN_PAIRS:
        return 0.0
    return len(pairs & word_pairs(text)) / len(pairs)


def followers(keys: Sequence[int], known: Iterable[int]) -> list[int]:
    """The keys of the passages after some, nearest first, that aren't known yet: in a document, keys count up as it is read."""
    there = set(known)
    found = dict.fromkeys(key + step for step in range(1, FOLLOWERS + 1) for key in keys)
    return [key for key in found if key not in there]


def nearness(asker: str | None, after: Sequence[tuple[str | None, str]]) -> float:
    """How soon after an asking the last of some texts is said, 0..1: 1 for somebody else's first words, 1/2 for the second.

    ``after`` are the speakers and texts from the asking on, in order. Who goes on asking answers nothing, nor does a hum: 0.
    Where nobody is named, everybody counts as somebody else.
    """
    answers = [(asker is None or speaker != asker) and not is_hum(text) for speaker, text in after]
    return 1 / sum(answers) if answers and answers[-1] else 0.0


def is_hum(text: str) -> bool:
    """Whether a text only says that somebody listens."""
    return all(word.casefold() in _HUMS for word in _WORD.findall(text))
