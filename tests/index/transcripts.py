"""What the tests of the indexer share: text to a parse, a parse to what was said, and transcripts that Hypothesis makes up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from index.errors import SourceError
from index.formats import parse
from index.records import Parsed, Source, Span, Turn

Write = Callable[[str, str | bytes], Path]
"""The ``write`` fixture: file name and content to the file's path."""

NAMES = ("Ann Lee", "Bo Ray", "Ursula von Tarn", "Jean-Luc O'Hara", "Åsa Öberg", "Dr. Ida Krog")
"""Full names, so that each is a label wherever it opens a paragraph among others."""

_WORDS = (
    "harbour boats were counted twice before anybody 1974 slept; we “never” saw the café’s owner – naïve, perhaps 🏦 €5"
).split()


def parsed(content: str | bytes, name: str = "interview.txt") -> Parsed:
    """The parse of a file with this name and content."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    return parse(Source(Path(name), data, sha256=""))


def said(document: Parsed) -> list[tuple[str | None, tuple[str, ...]]]:
    """Each turn's label and the words of its spans."""
    return [(turn.label, tuple(span.cut(document.text) for span in turn.spans)) for turn in document.turns]


def plainly(document: Parsed) -> list[tuple[str | None, str]]:
    """Each turn's label and words, for documents in which no turn is interrupted."""
    assert all(len(turn.spans) == 1 for turn in document.turns)
    return [(label, words) for label, (words,) in said(document)]


def all_words(document: Parsed) -> str:
    """Everything that somebody said or narrated."""
    return "\n".join(span.cut(document.text) for turn in document.turns for span in turn.spans)


def compose(*turns: tuple[str | None, str]) -> tuple[str, tuple[Turn, ...]]:
    """A text and its turns, made from labels and words without any parser."""
    text, made = "", []
    for label, words in turns:
        text += f"{label}: " if label else ""
        made.append(Turn(spans=(Span(len(text), len(text) + len(words)),), label=label))
        text += words + "\n\n"
    return text, tuple(made)


def assert_read_or_refused(content: str | bytes, name: str) -> None:
    """The file is parsed with sound turns and a text that can be stored, or refused with an error that names it."""
    outcome: Parsed | SourceError
    try:
        outcome = parsed(content, name)
    except SourceError as error:
        outcome = error
    if isinstance(outcome, SourceError):
        assert outcome.path == Path(name)
    else:
        assert_sound(outcome)
        assert outcome.text.encode("utf-8").decode("utf-8") == outcome.text


def assert_sound(document: Parsed) -> None:
    """Every span lies in the text, after the one before it."""
    at = 0
    for turn in document.turns:
        assert turn.spans
        for span in turn.spans:
            assert at <= span.start <= span.end <= len(document.text)
            at = span.end


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """A finished sentence of words that no label and no page furniture is made of."""
    words = draw(st.lists(st.sampled_from(_WORDS), min_size=4, max_size=14))
    return "We " + " ".join(words) + draw(st.sampled_from(".?!…"))


paragraphs = st.lists(sentences(), min_size=1, max_size=4).map(" ".join)


@st.composite
def interviews(draw: st.DrawFn) -> list[tuple[str, list[str]]]:
    """Who says which paragraphs: two to four people, of whom the first speaks at least twice."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    others = draw(st.lists(st.sampled_from(names), max_size=5))
    order = [names[0], *names[1:], names[0], *others]
    return [(name, draw(st.lists(paragraphs, min_size=1, max_size=3))) for name in order]
