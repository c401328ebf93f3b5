"""What a question is searched for: its words, whose words are wanted, which dates make sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import name_words
from qa.errors import BadQuestion
from qa.interpret import (
    MAX_QUESTION_CHARS,
    check_date,
    check_range,
    check_text,
    interpret,
    match_speakers,
    meaningful,
    without_names,
)

NAMES = {"Helen Miller", "Robert Miller", "Jens Stoltenberg", "Dr. Ysolde Reyes", "Q", "Benno Zäunigk"}


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


@given(st.lists(st.sampled_from(["the", "about", "barrier", "Kronvik", "6", "a", "x"]), min_size=1))
def test_the_meaningful_words_are_a_choice_in_order(words: list[str]) -> None:
    """Choosing neither invents words nor reorders them."""
    chosen = meaningful(words)
    assert chosen
    positions = [words.index(word) for word in chosen]
    assert positions == sorted(positions)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Miller", {"Helen Miller", "Robert Miller"}),
        ("helen", {"Helen Miller"}),
        ("Miller Helen", {"Helen Miller"}),
        ("reyes", {"Dr. Ysolde Reyes"}),
        ("Dr Reyes", {"Dr. Ysolde Reyes"}),
        ("zäunigk", {"Benno Zäunigk"}),
        ("Q", {"Q"}),
        ("Helen Reyes", set()),
        ("Mill", set()),
        ("", set()),
        ("…", set()),
        ("\udcff", set()),
    ],
)
def test_a_speaker_is_meant_by_whole_parts_of_the_name(wanted: str, found: set[str]) -> None:
    """Any parts of a name mean all who have every one of them; part of a part means nobody."""
    assert match_speakers(wanted, NAMES) == found


@pytest.mark.parametrize("wanted", ["Mr Stoltenberg", "Dr. Stoltenberg", "Herr Jens Stoltenberg", "MRS. stoltenberg"])
def test_a_form_of_address_is_no_part_of_a_name(wanted: str) -> None:
    """Politeness finds whom plain names find; alone it is looked for as it is."""
    assert match_speakers(wanted, NAMES) == {"Jens Stoltenberg"}
    assert match_speakers("Dr.", NAMES) == {"Dr. Ysolde Reyes"}
    assert match_speakers("Mr", NAMES) == set()


def test_a_full_name_means_only_its_bearer() -> None:
    """Who has exactly the name is meant, not also those whose longer name holds it."""
    assert match_speakers("miller", {"Miller", "Helen Miller"}) == {"Miller"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_part_of_a_name_finds_its_bearer(name: str) -> None:
    """A name as the index shows it always finds whoever has it, and so does each of its words."""
    assert name in match_speakers(name, NAMES)
    assert all(name in match_speakers(part.upper(), NAMES) for part in name.split())


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


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("Miller", "budget"), ("budget",)),
        (("Helen", "MILLER", "budget", "Putin"), ("budget", "Putin")),
        (("Miller",), ("Miller",)),
        (("budget",), ("budget",)),
        ((), ()),
    ],
)
def test_who_is_asked_about_is_no_matter(words: tuple[str, ...], left: tuple[str, ...]) -> None:
    """Names of speakers say whose words are wanted, not on what; where there is nothing else, they stay."""
    parts = {part for name in NAMES for part in name_words(name)}
    assert without_names(words, parts.__contains__) == left


def test_bytes_that_were_no_text_are_refused_by_name() -> None:
    """An argument that a terminal passed on undecoded is named, not searched."""
    with pytest.raises(BadQuestion, match="The speaker holds half a character"):
        check_text("The speaker", "Mill\udcff")
