"""What a question is searched for: its words, whose words are wanted, which dates make sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import BadQuestion
from qa.interpret import MAX_QUESTION_CHARS, check_date, check_range, check_text, interpret


@pytest.mark.parametrize("question", ["", " \t\r\n", "?!… — “”", "🏦🏃‍♀️", "\u202e\u200b", "___"])
def test_a_question_without_words_is_refused(question: str) -> None:
    """There is nothing to look for, and the message says how to ask."""
    with pytest.raises(BadQuestion, match="holds no words"):
        interpret(question)


def test_the_longest_question_is_read_and_one_character_more_is_not() -> None:
    """The limit is a limit: at it a question is read, over it it is refused with both numbers."""
    assert interpret("a" * MAX_QUESTION_CHARS).words == ("a" * MAX_QUESTION_CHARS,)
    with pytest.raises(BadQuestion, match=r"2,001 characters; at most 2,000"):
        interpret("a" * (MAX_QUESTION_CHARS + 1))


def test_half_a_character_is_refused() -> None:
    """A lone surrogate is no text; it is refused before a search engine meets it."""
    with pytest.raises(BadQuestion, match="lone surrogate"):
        interpret("What of \ud83c it?")


def test_blanks_are_squeezed_in_what_is_searched() -> None:
    """Line ends and double blanks of a pasted question mean nothing."""
    assert interpret("  What of\r\n the\tbarrier ? ").text == "What of the barrier ?"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did he say about Putin?", ("Putin",)),
        ("Was hat er über die Steuern gesagt?", ("Steuern",)),
        ("Qu'est-ce que dit le maire sur les impôts ?", ("Qu'est-ce", "maire", "impôts")),
        ("How much of the mayor's 3.8 per cent?", ("much", "mayor", "3.8", "per", "cent")),
        ("Why?", ("Why",)),
        ("What did you do then?", ("What", "did", "you", "do", "then")),
        ("Table 6 or B?", ("Table", "6")),
        ("barrier, the barrier and the BARRIER", ("barrier", "BARRIER")),
    ],
)
def test_the_words_that_carry_meaning_are_kept(question: str, words: tuple[str, ...]) -> None:
    """Function words go, in several languages; where nothing else is left, they stay."""
    assert interpret(question).words == words


@given(st.text(max_size=200))
def test_a_question_gives_words_of_its_own_or_is_refused(question: str) -> None:
    """Whatever is typed: a query with at least one word, each standing in it and named once, or a refusal."""
    try:
        query = interpret(question)
    except BadQuestion:
        return
    assert query.text == " ".join(question.split())
    assert query.words
    assert len(set(query.words)) == len(query.words)
    assert all(word and word in query.text for word in query.words)


@pytest.mark.parametrize("day", [None, "2024", "2024-05", "2024-05-31", "2024-02-29", "0001-01-01"])
def test_iso_dates_are_taken(day: str | None) -> None:
    """A day, a month or a year of ISO 8601, or none, is a date."""
    assert check_date("since", day) is None


@pytest.mark.parametrize(
    "day",
    ["", "2024-5", "2024-13", "2023-02-29", "24", "2024-05-31T10:00", "31.05.2024", "yesterday", "２０２４", "2024-05-31\n"],
)
def test_other_dates_are_refused_by_name(day: str) -> None:
    """Dates are compared as strings, so anything but padded ISO would filter wrongly and is refused."""
    with pytest.raises(BadQuestion, match=r"since is .*Expected a day, a month or a year"):
        check_date("since", day)


@pytest.mark.parametrize(
    ("since", "until"),
    [(None, None), ("2024", None), (None, "2024"), ("2024", "2024"), ("2024-05", "2024"), ("2024", "2024-05"),
     ("2024-05-31", "2024-05"), ("2023-12-31", "2024"), ("2024-05-30", "2024-05-31")],
)  # fmt: skip
def test_a_range_of_dates_may_be_open_or_coarse(since: str | None, until: str | None) -> None:
    """A month ends with its last day, a year with its last month."""
    assert check_range(since, until) is None


@pytest.mark.parametrize(
    ("since", "until"), [("2024", "2023"), ("2024-05", "2024-04-30"), ("2024-05-31", "2024-05-30"), ("2025-01", "2024")]
)
def test_a_range_that_ends_before_it_begins_is_refused(since: str, until: str) -> None:
    """No document could ever pass it."""
    with pytest.raises(BadQuestion, match=f"from {since} to {until} ends before it begins"):
        check_range(since, until)


def test_bytes_that_were_no_text_are_refused_by_name() -> None:
    """An argument that a terminal passed on undecoded is named, not searched."""
    with pytest.raises(BadQuestion, match="The speaker holds half a character"):
        check_text("The speaker", "Mill\udcff")
