"""Which sentences of a passage to mark: one to three that answer, sixty words at most where the answer is shorter.

Pure. By the judge's verdict where there is one, else by the question's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.records import Span
from qa.judge_model import Verdict
from qa.words import coverage

MAX_HIGHLIGHT_WORDS = 60
MAX_SENTENCES = 3

_WORDS_COUNT, _FIRST_COUNTS = 0.3, 0.1
"""What a sentence's share of the question's words, and being the first, count beside its share of the answer by the judge."""

_UNSURE = 0.05
"""Added to what the judge finds in all sentences before it is shared out: where it finds next to nothing, words decide."""

_JOINS_FROM, _JOINS_BY_WORDS_FROM = 0.3, 0.8
"""The share of the best sentence's score from which on a neighbour is marked with it: with the judge, and by words alone.
Measured by spot@1 on the evaluation halves, as the others are."""

_WORD = re.compile(r"\S+")


def best_sentences(
    text: str, sentences: Sequence[Span], weights: Mapping[str, float], *, start: int = 0, verdict: Verdict | None = None
) -> tuple[Span, ...]:
    """The spans to mark in a passage that begins at ``start``, in reading order: sentences, or a stretch of a long one.

    Where nothing tells, the first sentence: an answer tends to begin with itself.
    """
    if not sentences:
        return ()
    scores = [coverage(weights, sentence.cut(text)) for sentence in sentences]
    joins = _JOINS_BY_WORDS_FROM
    if verdict is not None and verdict.starts is not None:
        parts = [verdict.mass(Span(sentence.start - start, sentence.end - start)) for sentence in sentences]
        total = sum(parts) + _UNSURE
        scores = [part / total + _WORDS_COUNT * score for part, score in zip(parts, scores, strict=True)]
        scores[0] += _FIRST_COUNTS
        joins = _JOINS_FROM
    best = max(range(len(sentences)), key=lambda number: (scores[number], -number))
    if _words(text, sentences[best]) > MAX_HIGHLIGHT_WORDS:
        return (_stretch(text, sentences[best], start, verdict),)
    return tuple(sentences[number] for number in _with_neighbours(text, sentences, scores, best, joins))


def _with_neighbours(text: str, sentences: Sequence[Span], scores: Sequence[float], best: int, joins: float) -> list[int]:
    chosen = {best}
    words = _words(text, sentences[best])
    for neighbour in (best + 1, best - 1):
        if 0 <= neighbour < len(sentences) and scores[best] and scores[neighbour] >= joins * scores[best]:
            more = _words(text, sentences[neighbour])
            if words + more <= MAX_HIGHLIGHT_WORDS and len(chosen) < MAX_SENTENCES:
                chosen.add(neighbour)
                words += more
    return sorted(chosen)


def _stretch(text: str, sentence: Span, start: int, verdict: Verdict | None) -> Span:
    """The sixty words of a long sentence that hold most of the answer; its first sixty where nothing tells."""
    words = [Span(sentence.start + match.start(), sentence.start + match.end()) for match in _WORD.finditer(sentence.cut(text))]
    last = len(words) - MAX_HIGHLIGHT_WORDS
    middle = MAX_HIGHLIGHT_WORDS // 2
    first = 0
    if verdict is not None and verdict.starts is not None:
        mass = [verdict.mass(Span(word.start - start, word.end - start)) for word in words]
        peak = max(range(len(words)), key=lambda number: (mass[number], -number))
        first = min(max(0, peak - middle), last)
    return Span(words[first].start, words[first + MAX_HIGHLIGHT_WORDS - 1].end)


def _words(text: str, span: Span) -> int:
    return len(span.cut(text).split())
