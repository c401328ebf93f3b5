"""When a question repeats one that was asked on record: the asking is no answer, and what was said next may be one.

Pure. Knows words and their order; who asked what is told by the index.
"""

from __future__ import annotations

import re

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


def is_hum(text: str) -> bool:
    """Whether a text only says that somebody listens."""
    return all(word.casefold() in _HUMS for word in _WORD.findall(text))
