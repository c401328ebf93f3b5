"""When a question repeats one that was asked on record: the asking is no answer, and what was said next may be one.

Pure. Knows words and their order; who asked what is told by the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.words import word_pairs

FOLLOWERS = 5
"""Passages after an asking that may answer it, where the index doesn't pair questions with answers."""

ECHOES = 0.75
"""The share of a question's word pairs from which on a text repeats it: reporters' questions lose a word or two."""

_MIN_PAIRS = 3

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


def nearness(place: int, speakers: Sequence[str | None]) -> float:
    """How soon after an asking something is said, 0..1: 1 for the first words of somebody else, 1/2 for the second ones.

    ``speakers`` are those of the asking and of what follows it, in order; ``place`` counts from the asking, 0. Who goes on
    asking answers nothing: 0. Where nobody is named, everybody counts as somebody else.
    """
    asker = speakers[0]
    others = [asker is None or speaker != asker for speaker in speakers[1 : place + 1]]
    return 1 / sum(others) if others and others[-1] else 0.0
