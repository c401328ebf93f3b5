"""When a question repeats one that was asked on record: the asking is no answer, and what was said next may be one.

Pure. Knows words and their order; who asked what is told by the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.records import Span
from index.sentences import split_sentences
from qa.words import word_pairs

FOLLOWERS = 5
"""Passages after an asking that may answer it, where the index doesn't pair questions with answers."""

ECHOES = 0.75
"""The share of a question's word pairs from which on a text repeats it: reporters' questions lose a word or two."""

_MIN_PAIRS = 3
_MIN_SENTENCE_PAIRS = 4
_HUMS = frozenset("ah aha eh er hm hmm huh m mhm mm mmm oh okay ok right uh um uhm".split())
_WORD = re.compile(r"[^\W\d_]+")

Askings = tuple[frozenset[tuple[str, str]], ...]
"""The word pairs of a whole question, then of its sentences."""


def askings_of(question: str) -> Askings:
    """The word pairs of a question, and of each of its sentences where it has several: these may be asked in several turns."""
    sentences = [word_pairs(span.cut(question)) for span in split_sentences(question, Span(0, len(question)))]
    long = [pairs for pairs in sentences if len(pairs) >= _MIN_SENTENCE_PAIRS]
    return (word_pairs(question), *(long if len(sentences) > 1 else ()))


def echo(askings: Askings, text: str) -> float:
    """The share of a question's word pairs, or of one of its sentences', that a text holds, 0..1; 0 for questions too short to
    be recognised."""
    held = word_pairs(text)
    return max((len(pairs & held) / len(pairs) for pairs in askings if len(pairs) >= _MIN_PAIRS), default=0.0)


def repeated(askings: Askings, text: str) -> float:
    """The share of a text's word pairs that a question holds, 0..1: 1 for a text that only asks it again."""
    held, whole = word_pairs(text), askings[0]
    return len(whole & held) / len(held) if len(whole) >= _MIN_PAIRS and held else 0.0


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
