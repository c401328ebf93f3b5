"""Sentence bounds with exact offsets.

The splitting itself is sentencex's; blanks at the ends are left outside, and over-long sentences are cut at
clause bounds, so that speech without full stops still gives something to quote.
"""

from __future__ import annotations

import re

from sentencex import get_sentence_boundaries

from index.records import Span
from index.turns import trim

MAX_SENTENCE_WORDS = 120
_WORD = re.compile(r"\S+")
_PARTED = re.compile(r"\u00ad\s*|(?<=[^\W\d_])[-‐]\r?\n\s*(?=[a-zß-öø-ÿ])")
_CLAUSE_END = re.compile(r"[;:,—–…)]['\"”’]*$")


def split_sentences(text: str, span: Span, *, language: str | None = None) -> tuple[Span, ...]:
    """The sentences of ``text[span]`` in order, without the blanks between them; none is over 120 words."""
    words = span.cut(text)
    found: list[Span] = []
    for sentence in get_sentence_boundaries(language or "en", words):
        inner = trim(text, Span(span.start + sentence["start_index"], span.start + sentence["end_index"]))
        if inner.start < inner.end:
            found.extend(_cut_long(text, inner))
    return tuple(found)


def searchable(words: str) -> str:
    """Words as they are searched, never as they are quoted: blanks squeezed, words put together that a line's end parts."""
    return " ".join(_PARTED.sub("", words).split())


def count_words(words: str) -> int:
    """Words as a reader counts them: what stands between blanks."""
    return len(words.split())


def _cut_long(text: str, sentence: Span) -> list[Span]:
    words = [Span(sentence.start + m.start(), sentence.start + m.end()) for m in _WORD.finditer(sentence.cut(text))]
    pieces: list[Span] = []
    first = 0
    while len(words) - first > MAX_SENTENCE_WORDS:
        stop = next(
            (
                n
                for n in range(first + MAX_SENTENCE_WORDS, first + MAX_SENTENCE_WORDS // 2, -1)
                if _CLAUSE_END.search(words[n - 1].cut(text))
            ),
            first + MAX_SENTENCE_WORDS,
        )
        pieces.append(Span(words[first].start, words[stop - 1].end))
        first = stop
    pieces.append(Span(words[first].start, sentence.end))
    return pieces
