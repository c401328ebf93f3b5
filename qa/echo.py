"""When a text repeats a question: where that was asked on record in the same words.

Pure. Knows words and their order; who asked what is told by the index, who replied by :mod:`qa.replies`.
"""

from __future__ import annotations

from index.records import Span
from index.sentences import split_sentences
from qa.words import word_pairs

ECHOES = 0.75
"""The share of a question's word pairs from which on a text repeats it: reporters' questions lose a word or two."""

_MIN_PAIRS = 3
_MIN_SENTENCE_PAIRS = 4

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
