"""The words at a place that is named by its id: exact, with whose they are, and never more than can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.errors import NotInIndex
from index.reader import IndexReader
from index.records import Role, Span
from qa.errors import BadQuestion
from qa.excerpts import MAX_EXCERPT_CHARS, excerpt_at
from qa.render import excerpt_json

Transcript = Callable[..., Path]


@pytest.fixture
def reader_of(build: Callable[..., Any], tmp_path: Path) -> Callable[..., IndexReader]:
    """Indexes files, and gives a reader."""

    def run(*paths: Path) -> IndexReader:
        assert not build(*paths).failed
        return IndexReader.open(tmp_path / "index")

    return run


def test_every_passage_is_found_by_its_id(reader: IndexReader) -> None:
    """The id of a passage leads to its exact words, its speaker and the question that it answers."""
    checked = 0
    for card in reader.documents():
        for passage in reader.passages(card.id):
            span = passage.span
            excerpt = excerpt_at(reader, f"{card.id}:{span.start}-{span.end}")
            assert excerpt.text == reader.cut(card.id, span)
            assert excerpt.quote is not None
            assert (excerpt.quote.place.speaker, excerpt.quote.role) == (passage.speaker, passage.role)
            assert (excerpt.quote.asked and excerpt.quote.asked.span) == (passage.asked and passage.asked.span)
            checked += 1
    assert checked > 50


def test_any_other_stretch_says_whose_words_are_in_it(reader: IndexReader) -> None:
    """A stretch over several turns gives the words exactly, and each turn's part of them with its speaker."""
    excerpt = excerpt_at(reader, "mayor-harbour:3900-4100")
    assert excerpt.text == reader.text("mayor-harbour")[3900:4100]
    assert excerpt.quote is None
    assert [(part.speaker, part.role) for part in excerpt.parts] == [
        ("Marit Osterhaven", Role.INTERVIEWEE),
        ("The Skerry Post", Role.INTERVIEWER),
        ("Marit Osterhaven", Role.INTERVIEWEE),
    ]
    for part in excerpt.parts:
        assert 3900 <= part.span.start < part.span.end <= 4100
        assert reader.cut("mayor-harbour", part.span).startswith(part.begins)


def test_an_empty_stretch_is_empty(reader: IndexReader) -> None:
    """No words are nobody's."""
    excerpt = excerpt_at(reader, "mayor-harbour:10-10")
    assert (excerpt.text, excerpt.parts) == ("", ())


def test_a_long_document_is_read_piece_by_piece(transcript: Transcript, reader_of: Callable[..., IndexReader]) -> None:
    """Each piece has as much as one may have and says how to read on; together they are the text, to the last character."""
    turns = [("Host" if number % 2 == 0 else "Ann Doe", f"{number} 🏦 e\u0301 " + "word " * 100) for number in range(100)]
    reader = reader_of(transcript("long", *turns))
    pieces, place = [], "long"
    while place:
        found = excerpt_json(excerpt_at(reader, place))
        assert len(found["text"]) <= MAX_EXCERPT_CHARS
        assert found["metadata"]["document_characters"] == len(reader.text("long"))
        pieces.append(found["text"])
        place = found["metadata"]["next"]
    assert len(pieces) == 3
    assert "".join(pieces) == reader.text("long")


def test_a_document_may_be_called_like_a_place(transcript: Transcript, reader_of: Callable[..., IndexReader]) -> None:
    """Ids with colons, slashes and numbers are read from the right; where two readings are possible the place goes first."""
    words = [("Host", "What of the ferry?"), ("Ann Doe", "The ferry sank in May.")]
    names = ["a", "a:0-4", "talks.zip/b:c", "2024:1-2:3-4"]
    reader = reader_of(*(transcript(f"t{number}", *words, id=name) for number, name in enumerate(names)))
    assert {card.id for card in reader.documents()} == set(names)
    for name in names:
        excerpt = excerpt_at(reader, f"{name}:20-42")
        assert (excerpt.card.id, excerpt.text) == (name, "The ferry sank in May.")
    assert (excerpt_at(reader, "a:0-4").card.id, excerpt_at(reader, "a:0-4").span) == ("a", Span(0, 4))
    assert excerpt_at(reader, "2024:1-2:3-4").span == Span(0, 42)
    assert excerpt_at(reader, "talks.zip/b:c").span == Span(0, 42)


@pytest.mark.parametrize(
    "place",
    ["", ":", ":0-4", "nowhere", "nowhere:0-4", "coach-interview:", "coach-interview:4-0", "coach-interview:0-6853",
     "coach-interview:-1-4", "coach-interview:٠-٤", "coach-interview:0-4 ", "coach-interview:0-9999999999999", "../x", "\x00"],
)  # fmt: skip
def test_what_is_not_there_is_not_in_the_index(reader: IndexReader, place: str) -> None:
    """No document, no such range, no number: always the one error."""
    with pytest.raises(NotInIndex):
        excerpt_at(reader, place)


def test_half_a_character_is_refused(reader: IndexReader) -> None:
    """An id that no text can hold is told as such."""
    with pytest.raises(BadQuestion, match="half a character"):
        excerpt_at(reader, "\ud800:0-4")
