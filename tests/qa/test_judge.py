"""How sure to be, and which sentences to mark."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Span
from qa.judge import MAX_HIGHLIGHT_WORDS, Evidence, best_sentences, confidence, coverage, rarity, stem, stems

SHARE = st.floats(0, 1)
COSINE = st.floats(-1, 1)
WORDS = st.sampled_from(["barrier", "storm", "gate", "budget", "eels", "roof", "prize", "toast"])


@given(COSINE, SHARE)
def test_confidence_is_a_probability(cosine: float, covered: float) -> None:
    """Whatever the evidence, it lies strictly between 0 and 1."""
    assert 0 < confidence(Evidence(cosine, covered)) < 1


@given(COSINE, COSINE, SHARE, SHARE)
def test_more_evidence_is_never_less_confidence(a: float, b: float, c: float, d: float) -> None:
    """A nearer passage that holds more of the question is at least as likely to answer it."""
    weaker, stronger = Evidence(min(a, b), min(c, d)), Evidence(max(a, b), max(c, d))
    assert confidence(weaker) <= confidence(stronger)


def test_confidence_tells_full_evidence_from_none() -> None:
    """A passage that says all of the question is rather an answer; one that says nothing of it is rather none."""
    assert confidence(Evidence(0.6, 1.0)) > 0.5 > confidence(Evidence(0.2, 0.0))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("banks", "bank"),
        ("prices", "price"),
        ("houses", "house"),
        ("Needed", "needing"),
        ("STORM", "storm"),
        ("Größe", "größe"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    """An inflection and a capital don't make another word."""
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("storm", "storage"), ("bank", "bench"), ("gate", "goat"), ("Putin", "Dutch")])
def test_different_words_have_different_stems(one: str, other: str) -> None:
    """A stem is crude, but not so crude."""
    assert stem(one) != stem(other)


@given(st.text(min_size=1, max_size=30))
def test_a_stem_is_the_beginning_of_its_word(word: str) -> None:
    """Stemming only cuts off; it never empties a word."""
    assert stem(word)
    assert word.casefold().startswith(stem(word))


@given(st.dictionaries(WORDS, st.floats(0.1, 5)), st.lists(WORDS))
def test_coverage_is_a_share(weights: dict[str, float], said: list[str]) -> None:
    """0 when nothing is said of it, 1 when everything is, between them otherwise; nothing asked is nothing covered."""
    share = coverage(weights, " ".join(said))
    assert 0 <= share <= 1 + 1e-9
    if weights:
        assert (share == 0) == (not set(weights) & set(said))
        assert math.isclose(share, 1) == (set(weights) <= set(said))
    else:
        assert share == 0


def test_coverage_goes_by_weight() -> None:
    """A rare word counts for more than a common one."""
    assert coverage({"Kronvik": 3.0, "money": 1.0}, "I left Kronvik.") == pytest.approx(0.75)


def test_a_hyphenated_word_is_covered_by_its_parts_only_together() -> None:
    """All parts of a compound must be said."""
    assert coverage({"deep-drilling": 1.0}, "the deep drilling programme") == 1
    assert coverage({"deep-drilling": 1.0}, "the deep sea") == 0


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 1000))
def test_rare_words_weigh_more(count: int, more: int, total: int) -> None:
    """A word that more passages say never weighs more, and every word weighs something."""
    assert rarity(count, total) >= rarity(count + more, total) > 0


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
    numbers = [spans.index(span) for span in marked]
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


def test_stems_are_of_words_and_digits() -> None:
    """Signs are no words; numbers are."""
    assert stems("22 million — of 1.18!") == {"22", stem("million"), "of", "1", "18"}
