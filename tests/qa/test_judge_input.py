"""What the judge reads: one layout of question, speaker, passage and what was said before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qa.judge_input import BEFORE_TOKENS, CLS, PASSAGE_TOKENS, QUESTION_TOKENS, SEP, SPEAKER_TOKENS, Reading, padded, tokenize
from qa.judge_model import TOKENIZER, bundled_judge_folder

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


def load_tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(bundled_judge_folder() / TOKENIZER))
    found.no_truncation()
    found.no_padding()
    return found


_TOKENIZER = load_tokenizer()


def words(*readings: Reading) -> list[list[str]]:
    return [[_TOKENIZER.id_to_token(number) for number in row.ids] for row in tokenize(_TOKENIZER, readings)]


def test_the_parts_stand_in_their_order() -> None:
    """Question, then speaker and passage, then what was said before, each closed."""
    (row,) = words(Reading("Who paid?", "I paid.", "Ann Lee", "Did you?"))
    assert row == [CLS, "who", "paid", "?", SEP, "ann", "lee", ":", "i", "paid", ".", SEP, "did", "you", "?", SEP]


def test_what_is_not_known_is_left_out() -> None:
    """Without a speaker and a question the passage stands alone."""
    (row,) = words(Reading("Who paid?", "I paid."))
    assert row == [CLS, "who", "paid", "?", SEP, "i", "paid", ".", SEP]


@given(TEXT, TEXT, st.none() | TEXT, st.none() | TEXT)
def test_each_span_is_a_token_of_the_passage(question: str, passage: str, speaker: str | None, before: str | None) -> None:
    """Spans are in the passage's own offsets, in order, and belong to the tokens that begin at ``passage_at``."""
    (row,) = tokenize(_TOKENIZER, [Reading(question, passage, speaker, before)])
    assert len(row.ids) == len(row.types)
    assert row.passage_at + len(row.spans) < len(row.ids)
    assert all(0 <= one.start <= one.end <= len(passage) for one in row.spans)
    assert list(row.spans) == sorted(row.spans)
    assert row.ids[row.passage_at + len(row.spans)] == _TOKENIZER.token_to_id(SEP)


def test_what_is_too_long_is_cut_where_it_matters_least() -> None:
    """Question and passage keep their beginning; speaker and what was said before keep their end."""
    many = " ".join(f"word{number}" for number in range(400))
    (row,) = tokenize(_TOKENIZER, [Reading(f"first {many}", f"first {many}", f"{many} last", f"{many} last")])
    tokens = [_TOKENIZER.id_to_token(number) for number in row.ids]
    assert len(row.ids) <= QUESTION_TOKENS + PASSAGE_TOKENS + BEFORE_TOKENS + SPEAKER_TOKENS + 4
    assert tokens[1] == tokens[row.passage_at] == "first"
    assert tokens[-2] == "last"
    assert tokens[row.passage_at - 2] == "last"


@pytest.mark.parametrize("readings", [1, 3])
def test_padding_fills_up_to_the_longest(readings: int) -> None:
    """Zeros, without attention, at the end of shorter rows."""
    rows = tokenize(_TOKENIZER, [Reading("Who?", "paid " * (number + 1)) for number in range(readings)])
    arrays = padded(rows)
    longest = max(len(row.ids) for row in rows)
    assert {array.shape for array in arrays.values()} == {(readings, longest)}
    for number, row in enumerate(rows):
        assert arrays["input_ids"][number].tolist() == [*row.ids, *[0] * (longest - len(row.ids))]
        assert arrays["attention_mask"][number].sum() == len(row.ids)
