"""Hostile words as Markdown: rendered, they are exactly these words, and nothing in them has become markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.escaping import blockquote, in_line, link, run_on, strong
from qa.typesetting import visible
from tests.rendering import collapsed, rendered

HOSTILE = [
    "*promise*", "**bold**", "_it_", "__it__", "a*b*c", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<!-- x -->", "<b", "</p>", "[x](javascript:alert(1))", "![x](http://x.example/y.png)", "[x]: http://x.example",
    "[x][y]", "[^1]", "[1]", "1. one", "1) one", "- item", "+ item", "* item", "# head", "### Task:", "> quote",
    "---", "===", "***", "| a | b |", "|---|---|", "~~gone~~", "~sub~", "^sup^", "==mark==", "$math$", "$$m$$",
    "\\(a\\)", "\\[a\\]", "\\*", "\\", "`code`", "```", "~~~", "&amp;", "&#42;", "&copy",
    "http://x.example/a_b_c?d=e&f", "www.x.example", "mail@x.example", "mailto:a@x.example", ":smile:", ":::note",
    ":a[b]", ";)", "8-)", "10:30", "{{USER}}", "{.class}", "<think>", "    code", "\tcode", "  \n", "\\\n", "🏦",
    "👩‍👩‍👧", "e\u0301", "שלום", "\u202ereversed", "\u2067isolated", "\x1b[2J", "\x00", "\x85", "\u2028", "\u00a0",
    "\u3000", "漢字。", "“quoted”", "'", '"', "…", "--", "word", "It hurt.", " ", "\n", "\n\n", "\r\n", "\r", "\n\n\n",
]  # fmt: skip
WORDS = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), max_size=12).map("".join)
ENDS = st.lists(st.integers(0, 60), max_size=6).map(sorted)


def shown(words: str) -> str:
    """What a page is to show for some words: steering characters by their numbers, any line break as white space."""
    return collapsed(visible(re.sub(r"\r\n?", "\n", words)))


@given(WORDS, ENDS)
@example("\n".join(HOSTILE), [])
@example(" ".join(HOSTILE), [0, 60])
@example("A. B", [0, 2, 3, 4])
def test_a_quote_renders_as_its_words(words: str, ends: list[int]) -> None:
    """Whatever a transcript holds, whichever stretches are marked: the blockquote's text is the slice, and all there is."""
    marks = [(start, min(end, len(words))) for start, end in zip(ends[::2], ends[1::2], strict=False) if start < len(words)]
    page = rendered(blockquote(words, marks))
    assert collapsed(page.text) == shown(words)
    assert [collapsed(quote) for quote in page.quotes] == [shown(words)]
    assert page.elements <= {"blockquote", "p", "br", "strong"}


@given(WORDS)
def test_words_in_a_line_render_as_they_are(words: str) -> None:
    """Names, titles and questions are safe between other words, in bold and before a link."""
    name = collapsed(words)
    for written, plain in ((run_on(words), words), (in_line(words), name)):
        page = rendered(f"x {written} · {link('source', 'http://x.example')} y")
        assert collapsed(page.text) == shown(f"x {plain} · source y")
        assert page.elements <= {"p", "br", "a"}
        assert page.links == [("source", "http://x.example")]
    assert collapsed(rendered(f"x {strong(words)} y").text) == shown(f"x {name} y")


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("one\ntwo", "> one  \n> two"),
        ("one\r\ntwo", "> one  \n> two"),
        ("one\n\n \n\ntwo", "> one\n>\n>\n>\n> two"),
        ("  one  two  ", "> one  two"),
        ("It’s 3.8 per cent, isn't it? (Yes.)", "> It’s 3.8 per cent, isn't it? (Yes.)"),
    ],
)
def test_lines_and_runs_of_blanks_stay(words: str, written: str) -> None:
    """Line breaks are hard, blank lines part paragraphs, blanks inside a line stay, and ordinary prose is left as it is."""
    assert blockquote(words) == written


@pytest.mark.parametrize(
    ("mark", "written"),
    [
        ((0, 6), "> **Never.** Ask *her*.".replace("*her*", "\\*her\\*")),
        ((0, 7), "> **Never.** Ask \\*her\\*."),
        ((7, 17), "> Never. **Ask \\*her\\*.**"),
        ((0, 17), "> **Never. Ask \\*her\\*.**"),
        ((2, 6), "> Never. Ask \\*her\\*."),
        ((0, 3), "> Never. Ask \\*her\\*."),
        ((6, 7), "> Never. Ask \\*her\\*."),
    ],
)
def test_a_mark_is_bold_between_blanks_only(mark: tuple[int, int], written: str) -> None:
    """Inside a word, where renderers differ about asterisks, a mark is left out."""
    assert blockquote("Never. Ask *her*.", [mark]) == written


def test_a_mark_over_lines_is_bold_in_each() -> None:
    """A sentence that a source breaks is bold on both lines."""
    assert blockquote("Not me.\nNot\nher.", [(8, 16)]) == "> Not me.  \n> **Not**  \n> **her.**"


@pytest.mark.parametrize("words", ["\\[a\\]", "\\(a\\)", "[a]", "(a)", "\\\\[a\\\\]", "\x1b[2J\x1b]"])
def test_nothing_opens_mathematics(words: str) -> None:
    """No backslash stands before an opening bracket: front ends look for that wherever it stands."""
    assert not re.search(r"\\[\[(]", blockquote(words))


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example/a_(b)?c=1&copy;=2#:~:text=A%20b,%22c%22",
        "http://[::1]:8000/sources/a?start=1&end=2#quote",
        'http://x.example/"><script>',
        "http://x.example/a)b [c](d) <e>\\",
    ],
)
def test_a_link_leads_where_it_should(url: str) -> None:
    """No character of an address ends it or becomes another one; those that no address has are percent-encoded."""
    (name, target), *more = rendered(link("source", url)).links
    assert (name, more) == ("source", [])
    unencoded = re.sub("%(20|22|28|29|3C|3E|5C)", lambda found: chr(int(found[1], 16)), target)
    assert unencoded.replace("%5B", "[").replace("%5D", "]") == url.replace("%20", " ").replace("%22", '"')
