"""Which sentences of a passage are marked, by words and by the judge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Span
from qa.highlights import MAX_HIGHLIGHT_WORDS, MAX_SENTENCES, best_sentences
from qa.judge_model import Verdict
from qa.words import coverage

WORDS = st.sampled_from(["barrier", "storm", "gate", "budget", "eels", "roof", "prize", "toast"])


def sentences_of(words: list[list[str]]) -> tuple[str, list[Span]]:
    """A text of one sentence for each list of words, with their spans."""
    text, spans = "", []
    for sentence in words:
        piece = " ".join(sentence).capitalize() + "."
        spans.append(Span(len(text), len(text) + len(piece)))
        text += piece + " "
    return text, spans


@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=50), min_size=1, max_size=8),
    st.dictionaries(WORDS, st.floats(0.1, 5), max_size=3),
)
def test_the_marked_sentences_are_neighbours_and_say_most(words: list[list[str]], weights: dict[str, float]) -> None:
    """One to three sentences of those given, side by side in order, the best among them, few words if there is a choice."""
    text, spans = sentences_of(words)
    marked = best_sentences(text, spans, weights)
    numbers = [next(n for n, span in enumerate(spans) if span.start <= mark.start < span.end) for mark in marked]
    assert 1 <= len(marked) <= 3
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    shares = [coverage(weights, span.cut(text)) for span in spans]
    assert max(shares[number] for number in numbers) == max(shares)
    assert len(marked) == 1 or sum(len(span.cut(text).split()) for span in marked) <= MAX_HIGHLIGHT_WORDS


def test_the_first_sentence_is_marked_where_none_says_a_word_of_the_question() -> None:
    """An answer tends to begin with itself."""
    text, spans = sentences_of([["eels"], ["roof"], ["prize"]])
    assert best_sentences(text, spans, {"Putin": 1.0}) == (spans[0],)


def test_the_earlier_of_two_equal_sentences_is_marked() -> None:
    """Of two that say as much, and don't stand side by side, the first is marked."""
    text, spans = sentences_of([["gate"], ["roof"], ["gate"]])
    assert best_sentences(text, spans, {"gate": 1.0}) == (spans[0],)


@pytest.mark.parametrize(("words", "marked"), [(30, 2), (31, 1)])
def test_neighbours_are_marked_as_long_as_the_mark_stays_short(words: int, marked: int) -> None:
    """Two sentences that say as much are both marked, up to 60 words together."""
    text, spans = sentences_of([["gate"] * words, ["gate"] * words])
    assert best_sentences(text, spans, {"gate": 1.0}) == tuple(spans[:marked])


def test_no_sentences_no_marks() -> None:
    """A passage without sentence bounds is quoted without a mark."""
    assert best_sentences("Yes.", (), {"yes": 1.0}) == ()


def verdict_on(text: str, answer: Span) -> Verdict:
    """A verdict that finds the answer's words at one place: each word is a token."""
    tokens, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        tokens.append(Span(at, at + len(word)))
        at += len(word)
    starts, ends = np.zeros(len(tokens), np.float32), np.zeros(len(tokens), np.float32)
    inside = [number for number, token in enumerate(tokens) if token.start < answer.end and answer.start < token.end]
    starts[inside[0]], ends[inside[-1]] = 0.9, 0.9
    return Verdict(3.0, tuple(tokens), starts, ends)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_sentence_in_which_the_judge_finds_the_answer_is_marked(number: int) -> None:
    """Also where another sentence says the question's words."""
    text, spans = sentences_of([["storm", "roof"], ["eels"], ["prize", "toast"]])
    marked = best_sentences(text, spans, {"storm": 0.2}, verdict=verdict_on(text, spans[number]))
    assert spans[number] in marked


def test_an_answer_over_two_sentences_is_marked_whole() -> None:
    """Where it begins in one and ends in the next, both are marked."""
    text, spans = sentences_of([["eels"], ["storm", "roof"], ["prize", "toast"]])
    assert best_sentences(text, spans, {}, verdict=verdict_on(text, Span(spans[1].start, spans[2].end))) == tuple(spans[1:])


@given(st.lists(st.lists(WORDS, min_size=1, max_size=150), min_size=1, max_size=6), st.data())
def test_no_mark_is_longer_than_sixty_words(words: list[list[str]], data: st.DataObject) -> None:
    """However long the sentences: a stretch of one is marked where the whole is too long, and it holds the answer."""
    text, spans = sentences_of(words)
    chosen = data.draw(st.sampled_from(spans))
    word = data.draw(st.integers(0, len(chosen.cut(text).split()) - 1))
    start = chosen.start + sum(len(piece) + 1 for piece in chosen.cut(text).split()[:word])
    marked = best_sentences(text, spans, {}, verdict=verdict_on(text, Span(start, start + 1)))
    assert 1 <= len(marked) <= MAX_SENTENCES
    assert sum(len(span.cut(text).split()) for span in marked) <= MAX_HIGHLIGHT_WORDS
    assert any(span.start <= start < span.end for span in marked)
    assert all(span.cut(text) == span.cut(text).strip() for span in marked)


def test_a_passage_that_begins_later_in_its_text_is_marked_there() -> None:
    """The judge counts from the passage's beginning, marks count in the whole text."""
    before = "Nobody asked. "
    text, spans = sentences_of([["storm"], ["eels"]])
    moved = [Span(span.start + len(before), span.end + len(before)) for span in spans]
    marked = best_sentences(before + text, moved, {}, start=len(before), verdict=verdict_on(text, spans[1]))
    assert marked == (moved[1],)
