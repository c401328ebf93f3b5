"""Words set into lines: nothing altered, nothing too wide."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.painting import Style
from qa.terminal import MARK_MARGIN, quote_lines
from qa.typesetting import MARGIN, NARROWEST, Stretch, cells, set_lines, set_stretches, stretches_of, visible

BLANKS = " \t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
BETWEEN = re.compile(rf"[{BLANKS}\n\r\u2028\u2029]*")
ALPHABET = st.sampled_from(
    [*"abc .,’“”\n\t—-éß日本語「」。אב", "\r\n", "e\u0301", "🏃‍♀️", "👍🏽", "\u200d", "\x1b", "\u202e", "\u00a0", "\u3000"]
)
WORDS = st.lists(ALPHABET | st.text(max_size=12), max_size=80).map("".join)
WIDTHS = st.integers(NARROWEST, 100)


def texts(words: str, width: int) -> list[str]:
    return [words[start:end] for start, end in set_lines(words, width)]


@given(WORDS, WIDTHS)
@settings(max_examples=300)
def test_only_blanks_and_line_ends_lie_between_lines(words: str, width: int) -> None:
    """Lines are slices in order, which with what lies between them are the words; and between them nothing is said."""
    at = 0
    for start, end in set_lines(words, width):
        assert at <= start <= end
        assert BETWEEN.fullmatch(words[at:start])
        at = end
    assert BETWEEN.fullmatch(words[at:])


@given(WORDS, WIDTHS)
@settings(max_examples=300)
def test_a_line_is_at_most_as_wide_as_asked(words: str, width: int) -> None:
    """Counted in cells, with control characters as they are shown."""
    assert all(cells(line) <= width for line in texts(words, width))


@given(WORDS, WIDTHS, st.data())
@settings(max_examples=300)
def test_a_quote_with_its_breaks_and_margins_taken_out_is_the_quote(words: str, width: int, data: st.DataObject) -> None:
    """As it goes out without color, marks on lines of their own: the same characters, but for blanks and line ends."""
    places = [at for at in range(len(words) + 1) if words[at - 1 : at + 1] != "\r\n"]  # no sentence ends inside a line's end
    ends = sorted((data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))))
    mark = {"start_char_index": ends[0] + 7, "end_char_index": ends[1] + 7}
    quote = {"cited_text": words, "start_char_index": 7, "highlights": [mark] if ends[0] < ends[1] else []}
    lines = quote_lines(quote, Style(raw=False, width=width)).split("\n")
    assert all(line[: len(MARGIN)] in (MARGIN, MARK_MARGIN, MARK_MARGIN.rstrip(), "") for line in lines)

    def said(text: str) -> str:
        return BETWEEN.sub("", visible(text))

    assert said("".join(line[len(MARGIN) :] for line in lines)) == said(words)
    marked = "".join(line[len(MARGIN) :] for line in lines if line.startswith(MARK_MARGIN))
    if quote["highlights"]:
        assert said(marked) == said(words[ends[0] : ends[1]])


@given(WORDS, st.data())
def test_stretches_join_to_the_words(words: str, data: st.DataObject) -> None:
    """Parts with marks cover all of the words, once and in order."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(words)), max_size=6, unique=True)))
    marks = [(start, end, "> ") for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    stretches = stretches_of(len(words), marks)
    assert "".join(words[one.start : one.end] for one in stretches) == words
    assert [(one.start, one.end) for one in stretches if one.margin == "> "] == [(start, end) for start, end, _ in marks]


def test_lines_break_at_blanks() -> None:
    """As late as the width allows; several blanks between words of one line stay."""
    assert texts("We had a phone  call in March, the second week.", 16) == [
        "We had a phone",
        "call in March,",
        "the second week.",
    ]
    assert texts("a  b", 10) == ["a  b"]


def test_lines_of_the_words_stay_lines() -> None:
    """Empty ones too, and blanks at the beginning of one of them; no other line begins with a blank."""
    assert texts("One.\n\n  Two, indented.\r\nThree.", 12) == ["One.", "", "  Two,", "indented.", "Three."]
    assert texts("", 12) == [""]


def test_a_no_break_space_is_not_broken() -> None:
    """It parts words and joins them."""
    assert texts("about it 20\u00a0000 crowns", 12) == ["about it", "20\u00a0000", "crowns"]


def test_wide_characters_take_two_cells() -> None:
    """A line may end between them, but not before what closes and not after what opens."""
    assert texts("日本語の文章です", 12) == ["日本語の文章", "です"]
    assert texts("あいうえお「か」", 12) == ["あいうえお", "「か」"]
    assert texts("あいうえおか。き", 12) == ["あいうえお", "か。き"]


def test_what_a_reader_sees_as_one_character_is_not_parted() -> None:
    """Neither an accent from its letter nor a figure from its parts."""
    assert texts("e\u0301" * 14, 12) == ["e\u0301" * 12, "e\u0301" * 2]
    assert texts("🏃‍♀️" * 7, 12) == ["🏃‍♀️" * 6, "🏃‍♀️"]


def test_control_characters_have_the_width_of_what_is_shown() -> None:
    """Four cells for ``\\x1b``; it is not parted either."""
    assert texts("ab\x1b[2Jcdefghi", 12) == ["ab\x1b[2Jcde", "fghi"]


def test_a_word_without_room_is_cut_where_the_line_ends() -> None:
    """Also one of a megabyte, in a time that is not felt."""
    assert texts("so donaudampfschifffahrt it", 12) == ["so donaudamp", "fschifffahrt", "it"]
    started = time.perf_counter()
    lines = texts("x" * 1_000_000, 100)
    assert [len(line) for line in lines] == [100] * 10_000
    assert time.perf_counter() - started < 20


def test_marked_parts_stand_on_lines_of_their_own() -> None:
    """Blanks beside a part are not part of its lines, and a paragraph that ends with it makes no further empty line."""
    words = "One. Two is marked.\n\nThree."
    stretches = [Stretch(0, 4), Stretch(4, 19, "| "), Stretch(19, len(words))]
    lines = [stretch.margin + words[start:end] for stretch, (start, end) in set_stretches(words, stretches, 40)]
    assert lines == ["    One.", "| Two is marked.", "    ", "    Three."]


@pytest.mark.parametrize("width", [NARROWEST, 20, 40])
def test_a_long_word_before_a_mark_stays_in_its_part(width: int) -> None:
    """Each part is set to the width that its margin leaves."""
    words = "x" * 50 + " marked"
    stretches = stretches_of(len(words), [(51, 57, MARK_MARGIN)])
    for stretch, (start, end) in set_stretches(words, stretches, width):
        assert cells(stretch.margin) + cells(words[start:end]) <= width
