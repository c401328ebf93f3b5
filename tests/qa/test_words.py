"""Words as they are compared: stems, coverage, rarity, neighbours, and a logit as a probability."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.words import coverage, rarity, sigmoid, stem, stems, word_pairs

WORDS = st.sampled_from(["barrier", "storm", "gate", "budget", "eels", "roof", "prize", "toast"])


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


def test_stems_are_of_words_and_digits() -> None:
    """Signs are no words; numbers are."""
    assert stems("22 million — of 1.18!") == {"22", stem("million"), "of", "1", "18"}


def test_word_pairs_are_neighbours_in_small_letters() -> None:
    """Signs and capitals don't part words."""
    assert word_pairs("Who paid — for it?") == {("who", "paid"), ("paid", "for"), ("for", "it")}


@given(st.lists(WORDS, max_size=6))
def test_a_text_has_one_pair_less_than_words(words: list[str]) -> None:
    """At most: a pair that comes twice counts once."""
    assert len(word_pairs(" ".join(words))) <= max(0, len(words) - 1)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e3))
def test_a_logit_as_a_probability_rises_and_stays_in_0_to_1(logit: float, more: float) -> None:
    """However large, it neither overflows nor leaves 0..1; 0 is one half."""
    assert 0 <= sigmoid(logit) <= sigmoid(logit + more) <= 1
    assert sigmoid(0.0) == 0.5
