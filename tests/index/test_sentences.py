"""Sentence bounds, by :mod:`index.sentences`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Span
from index.sentences import MAX_SENTENCE_WORDS, count_words, searchable, split_sentences
from tests.index.transcripts import paragraphs

speech = st.text(st.sampled_from("abZÅ 🏦👩‍🚀.?!…,;—“”’’()\n\u00a0\u2028 1"), max_size=200) | paragraphs


def sentences_of(text: str, *, language: str | None = None) -> list[str]:
    return [span.cut(text) for span in split_sentences(text, Span(0, len(text)), language=language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("I left. He stayed! Why? Nobody knows…", None, ["I left.", "He stayed!", "Why?", "Nobody knows…"]),
        (
            "Mr. Malone met Dr. Reyes at 5 p.m. sharp. They left.",
            "en",
            ["Mr. Malone met Dr. Reyes at 5 p.m. sharp.", "They left."],
        ),
        ("It read 3.42 metres. The wall had 2.90.", None, ["It read 3.42 metres.", "The wall had 2.90."]),
        ("One 🏦 here. Two 👩‍🚀 there.", None, ["One 🏦 here.", "Two 👩‍🚀 there."]),
        ("Das war z.B. gestern. Heute nicht.", "de", ["Das war z.B. gestern.", "Heute nicht."]),
        ("Das ist so. Wirklich.", "no-such-language", ["Das ist so.", "Wirklich."]),
        ("  First.\n\n  Second.  ", None, ["First.", "Second."]),
        ("no full stop at all", None, ["no full stop at all"]),
        ("", None, []),
        (" \n\u00a0", None, []),
    ],
)
def test_bounds(text: str, language: str | None, expected: list[str]) -> None:
    """Sentences end where a reader ends them, without the blanks around them."""
    assert sentences_of(text, language=language) == expected


def test_part_of_a_text() -> None:
    """Sentences of a part have offsets into the whole, and nothing outside the part is in one."""
    text = "Ann Lee: 🏦 Why? So. And more."
    start, end = text.index("🏦"), text.index(" And")
    assert [span.cut(text) for span in split_sentences(text, Span(start, end))] == ["🏦 Why?", "So."]
    assert split_sentences(text, Span(start, end))[0].start == start


@given(speech, st.sampled_from([None, "en", "de", "fr", "zh"]), st.text("ab. ", max_size=5))
@settings(deadline=None, max_examples=200)
def test_no_word_is_lost(words: str, language: str | None, before: str) -> None:
    """Sentences tile the words: in order, disjoint, trimmed, and together all that is no blank."""
    text = before + words + " After."
    found = split_sentences(text, Span(len(before), len(before) + len(words)), language=language)
    assert all(len(before) <= span.start < span.end <= len(before) + len(words) for span in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(span.cut(text) == span.cut(text).strip() for span in found)
    assert "".join("".join(span.cut(text).split()) for span in found) == "".join(words.split())


@given(st.lists(st.sampled_from(["word", "clause,", "(aside)", "end;", "word\n"]), min_size=100, max_size=400))
@settings(deadline=None, max_examples=50)
def test_endless_sentence(words: list[str]) -> None:
    """Speech without a full stop is cut between words, into pieces that can be quoted."""
    text = " ".join(words)
    found = split_sentences(text, Span(0, len(text)))
    assert all(1 <= count_words(span.cut(text)) <= MAX_SENTENCE_WORDS for span in found)
    assert " ".join(span.cut(text) for span in found).split() == text.split()


def test_endless_sentence_is_cut_at_a_clause() -> None:
    """The last clause bound within the limit is where an endless sentence is cut."""
    text = "word " * 79 + "clause, " + "word " * 39 + "word " * 60 + "end"
    first, *_ = sentences_of(text)
    assert first.endswith("clause,")
    assert count_words(first) == 80


class TestSearchable:
    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("We\nleft.  So.\u00a0", "We left. So."),
            ("the har-\nbour", "the harbour"),
            ("the har-\r\n  bour", "the harbour"),
            ("the har‐\nbour", "the harbour"),
            ("die Ver-\nsöhnung", "die Versöhnung"),
            ("die Ver-\nänderung", "die Veränderung"),
            ("the har\u00adbour", "the harbour"),
            ("the har\u00ad\nbour", "the harbour"),
            ("", ""),
            (" \n", ""),
        ],
    )
    def test_words_are_put_together(self, words: str, found: str) -> None:
        """Blanks are squeezed, and a word that the end of a line or a soft hyphen parts is whole again."""
        assert searchable(words) == found

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("a well-known boat", "a well-known boat"),
            ("Jean-\nLuc", "Jean- Luc"),
            ("in 1974-\n1976", "in 1974- 1976"),
            ("it was late -\nso we left", "it was late - so we left"),
            ("we left – so\nlate", "we left – so late"),
            ("Nord- und\nOstsee", "Nord- und Ostsee"),
        ],
    )
    def test_hyphens_that_part_nothing(self, words: str, found: str) -> None:
        """A compound, a name, a range of years and a dash keep their hyphens."""
        assert searchable(words) == found

    @given(speech)
    @settings(deadline=None, max_examples=100)
    def test_letters_stay(self, words: str) -> None:
        """What is searched has the letters of what is quoted, in order, and is as searchable as it gets."""
        found = searchable(words)
        assert [sign for sign in found if sign.isalnum()] == [sign for sign in words if sign.isalnum()]
        assert searchable(found) == found
