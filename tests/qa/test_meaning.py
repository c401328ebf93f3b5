"""The words of a question that say what it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.meaning import is_meaningful, meaningful


@pytest.mark.parametrize(
    ("word", "means"), [("barrier", True), ("6", True), ("a", False), ("B", False), ("The", False), ("sagte", False)]
)
def test_a_function_word_or_a_letter_means_nothing(word: str, means: bool) -> None:
    """In capitals or not, in several languages; a digit is a number."""
    assert is_meaningful(word) is means


@given(st.lists(st.sampled_from(["the", "about", "barrier", "Kronvik", "6", "a", "x"]), min_size=1))
def test_the_meaningful_words_are_a_choice_in_order(words: list[str]) -> None:
    """Choosing neither invents words nor reorders them."""
    chosen = meaningful(words)
    assert chosen
    positions = [words.index(word) for word in chosen]
    assert positions == sorted(positions)
