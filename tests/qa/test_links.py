"""Links that scroll a browser to the very words: the grammar of text fragments, rule by rule."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.links import text_fragment_link

PAGE = "https://example.org/interview"
TEXT = (
    "Ann Bell: We will open the harbour on the first of May, and not before.\n\n"
    "Carl Dunn: Yes. I said so in 2019. We will open the harbour on the first of May, and not before.\n\n"
    "Ann Bell: A well-known rate is 3.8 %, isn't it? Größe & Maß, «voilà» 🏦.\n"
)
LONG = " ".join(f"word{n}" for n in range(100))


def directive(words: str, text: str = TEXT, *, nth: int = 0) -> str:
    """What follows ``#:~:text=`` in the link to the ``nth`` place of some words."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    link = text_fragment_link(PAGE, text, start, start + len(words))
    assert link is not None
    assert link.startswith(f"{PAGE}#:~:text=")
    return link.removeprefix(f"{PAGE}#:~:text=")


def parsed(raw: str) -> dict[str, str]:
    """A directive taken apart as a browser does: on commas, the hyphens at its ends, then percent-decoding."""
    parts = raw.split(",")
    found: dict[str, str] = {}
    if parts[0].endswith("-"):
        found["prefix"] = unquote(parts.pop(0)[:-1])
    if parts[-1].startswith("-"):
        found["suffix"] = unquote(parts.pop()[1:])
    assert 1 <= len(parts) <= 2
    found["start"] = unquote(parts[0])
    if len(parts) == 2:
        found["end"] = unquote(parts[1])
    return found


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "file:///etc/passwd", "ftp://x/y", "//example.org", "data:,x"]
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    """Whatever a source says its address is, only http and https lead anywhere."""
    assert text_fragment_link(url, TEXT, 0, 10) is None


def test_words_of_their_own_are_linked_exactly() -> None:
    """Long enough, once in the text, inside one block: the words and nothing else."""
    assert directive("I said so in 2019. We will") == "I%20said%20so%20in%202019.%20We%20will"


def test_the_signs_of_the_grammar_are_encoded() -> None:
    """Comma, hyphen and ampersand separate; inside words they are encoded, and so is all beyond ASCII."""
    raw = directive("A well-known rate is 3.8 %, isn't it? Größe & Maß, «voilà» 🏦.")
    assert raw == (
        "A%20well%2Dknown%20rate%20is%203.8%20%25%2C%20isn't%20it?%20Gr%C3%B6%C3%9Fe%20%26%20Ma%C3%9F%2C%20"
        "%C2%ABvoil%C3%A0%C2%BB%20%F0%9F%8F%A6."
    )


def test_signs_that_mean_nothing_there_stay_readable() -> None:
    """What the grammar leaves alone is not encoded."""
    signs = "!$'()*+./:;=?@_~"
    text = f"some words with {signs} in them"
    assert directive(text, text) == f"some%20words%20with%20{signs}%20in%20them"


def test_short_words_get_their_neighbours() -> None:
    """Under 20 characters the words may stand anywhere on a page: what stands before and after goes with them."""
    found = parsed(directive("Yes."))
    assert found == {"prefix": "Carl Dunn:", "start": "Yes.", "suffix": "I said so in"}


def test_words_that_stand_twice_get_their_neighbours() -> None:
    """Each place has a link of its own, though the words are the same."""
    words = "We will open the harbour on the first of May, and not before."
    first, second = parsed(directive(words)), parsed(directive(words, nth=1))
    assert first == {"prefix": "Ann Bell:", "start": words}
    assert second == {"prefix": "said so in 2019.", "start": words}


def test_neighbours_are_of_the_same_block() -> None:
    """A browser matches prefix and suffix inside a block: nothing is taken from beyond a line break."""
    assert parsed(directive("Block two.", "Block one.\nBlock two.\r\nBlock three.")) == {"start": "Block two."}


@pytest.mark.parametrize("blank", ["  ", "\t", "\u00a0", " \u2009 "])
def test_blanks_are_sent_as_they_stand(blank: str) -> None:
    """Double blanks match only double blanks: in the words and in their neighbours nothing is squeezed."""
    text = f"one{blank}two and twenty characters{blank}three four one{blank}two end"
    assert (
        parsed(directive(f"two and twenty characters{blank}three", text))["start"] == f"two and twenty characters{blank}three"
    )
    assert parsed(directive("four", text)) == {
        "prefix": prefix_before(text, "four"),
        "start": "four",
        "suffix": f"one{blank}two end",
    }


def prefix_before(text: str, words: str) -> str:
    """The last four words before some words, with their blanks."""
    before = text[: text.index(words)].rstrip()
    found = re.search(r"\S+(?:\s+\S+){3}$", before)
    assert found
    return found.group()


def test_300_characters_are_linked_exactly_and_301_as_a_range() -> None:
    """Up to 300 characters the words are sent whole; beyond that their beginning and end."""
    for length in (300, 301):
        words = ("abcd " * 100)[: length - 1] + "."
        found = parsed(directive(words, f"Before. {words}"))
        assert ("end" in found) == (length == 301)
        assert found["start"] == (words if length == 300 else "abcd abcd abcd abcd abcd abcd")


def test_a_range_is_whole_words_of_the_beginning_and_the_end() -> None:
    """The first and the last six words; a browser matches no halves of words."""
    assert parsed(directive(LONG, f"Here. {LONG} There.")) == {
        "start": "word0 word1 word2 word3 word4 word5",
        "end": "word94 word95 word96 word97 word98 word99",
    }


@pytest.mark.parametrize("break_", ["\n\n", "\n", "\r\n", " \n \n "])
def test_words_over_two_blocks_are_a_range(break_: str) -> None:
    """An exact match over two paragraphs fails, however short: beginning and end each lie inside one."""
    text = f"The first paragraph ends.{break_}The second one does too."
    assert parsed(directive(text, text)) == {"start": "The first paragraph ends.", "end": "The second one does too."}


def test_a_range_whose_beginning_is_not_unique_says_what_stands_before() -> None:
    """Else a browser would begin at the other place."""
    opening = "I think that we have to say"
    text = f"Ann: {opening} no.\nBob says: {opening} {LONG}."
    found = parsed(directive(f"{opening} {LONG}.", text))
    assert found["prefix"] == "Bob says:"
    assert found["start"] == "I think that we have to"


def test_a_range_whose_end_comes_earlier_too_says_what_stands_after() -> None:
    """Else a browser would stop at the earlier one."""
    ending = "and that is what I said"
    words = f"We began in the spring of that year, {ending}, {LONG}, {ending}"
    found = parsed(directive(words, f"{words} to them. Next."))
    assert (found["end"], found["suffix"]) == (ending, "to them. Next.")


def test_the_pages_own_fragment_gives_way() -> None:
    """An address has one fragment."""
    assert text_fragment_link(f"{PAGE}#top", LONG, 0, 29) == f"{PAGE}#:~:text=word0%20word1%20word2%20word3%20word4"


def test_the_address_holds_nothing_that_no_address_may_hold() -> None:
    """Blanks, quotation marks, letters beyond ASCII and control characters are encoded; what was encoded stays so."""
    link = text_fragment_link('https://example.org/a b/%20"<ü>\x1b[2J?q=1&r=2', LONG, 0, 29)
    assert link is not None
    page = link.split("#")[0]
    assert page == "https://example.org/a%20b/%20%22%3C%C3%BC%3E%1B[2J?q=1&r=2"


@pytest.mark.parametrize("words", ["", " ", "\n\n"])
def test_no_words_lead_to_the_page(words: str) -> None:
    """There is nothing to scroll to."""
    assert text_fragment_link(PAGE, f"a{words}b", 1, 1 + len(words)) == PAGE


PIECES = st.sampled_from(
    ["barrier", "well-known", "a,b", "&", "🏦", "e\u0301t\u00e9", "Yes.", "%25", "—", "“no”", "مرحبا", "x" * 90]
)
BLANKS = st.sampled_from([" ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0"])


@given(st.lists(st.tuples(PIECES, BLANKS), min_size=1, max_size=60), st.data())
def test_every_link_can_be_taken_apart_into_words_of_the_text(pieces: list[tuple[str, str]], data: st.DataObject) -> None:
    """Whatever the words: ASCII only, the four parts of the grammar in order, and each part stands in the text there."""
    text = "".join(word + blank for word, blank in pieces)
    first = data.draw(st.integers(0, len(pieces) - 1))
    last = data.draw(st.integers(first, len(pieces) - 1))
    start = sum(len(word + blank) for word, blank in pieces[:first])
    end = sum(len(word + blank) for word, blank in pieces[:last]) + len(pieces[last][0])
    link = text_fragment_link(PAGE, text, start, end)
    assert link is not None
    raw = link.removeprefix(f"{PAGE}#:~:text=")
    assert raw.isascii()
    assert "&" not in raw
    assert unquote_to_bytes(raw).decode("utf-8")
    found = parsed(raw)
    words = text[start:end]
    assert words.startswith(found["start"])
    assert words.endswith(found.get("end", found["start"]))
    assert text[:start].rstrip().endswith(found.get("prefix", ""))
    assert text[end:].lstrip().startswith(found.get("suffix", ""))
    for part in found.values():
        assert part.strip() == part
        assert not re.search(r"[\r\n]", part)
        assert re.search(rf"(?<!\S){re.escape(part)}(?!\S)", text)


@given(st.integers(0, 400), st.integers(0, 400))
def test_an_exact_link_is_sent_only_where_a_browser_finds_these_words_first(a: int, b: int) -> None:
    """Words without neighbours are at least 20 characters long and stand in the text once."""
    text = TEXT + LONG
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    link = text_fragment_link(PAGE, text, start, end)
    assert link is not None
    words = text[start:end]
    if link == PAGE:
        assert not words.strip()
        return
    found = parsed(link.removeprefix(f"{PAGE}#:~:text="))
    if found.keys() == {"start"} and found["start"] == words:
        has_neighbours = bool(text[:start].rpartition("\n")[2].strip() or text[end:].partition("\n")[0].strip())
        assert not has_neighbours or (len(words) >= 20 and text.count(words) == 1)
