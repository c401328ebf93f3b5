"""Plain text, by :mod:`index.formats.plain`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.formats.plain import title_of
from index.records import Parsed, Role
from index.speakers import identify
from index.turns import split_lines
from tests.index.transcripts import all_words, assert_read_or_refused, interviews, parsed, plainly, said

INTERVIEW = """Boats for all

By Cy Dow
3 May 2024

Bo Ray has a boat, and he lives in it.

Ann Lee, The Post: Why did you go?

Bo Ray, sailor: So.\tAnd   “so” 🏦.

And so on.

The Post: When?

Ray: Then.

Share this article

You might also like

'Running out': NATO head urges allies to step up

Bo Ray: a life in boats
"""


def test_canonical_text_is_the_file() -> None:
    """The canonical text is the file's, character for character, without its byte-order mark."""
    content = "\ufeff Ann Lee: Why?\r\n\r\nBo Ray:\u00a0 So. \r\r"
    assert parsed(content).text == content[1:]


def test_turns_are_slices_of_the_file() -> None:
    """Each turn is what a reader finds in the file after its label; title, byline and the page's own lines are in none."""
    assert plainly(parsed(INTERVIEW)) == [
        (None, "Bo Ray has a boat, and he lives in it."),
        ("Ann Lee, The Post", "Why did you go?"),
        ("Bo Ray, sailor", "So.\tAnd   “so” 🏦.\n\nAnd so on."),
        ("The Post", "When?"),
        ("Ray", "Then."),
    ]


def test_offsets_count_code_points() -> None:
    """A span is where Python finds the words, past characters of several bytes and UTF-16 units."""
    content = "🏦 “Åsa” 👩‍🚀 is a boat.\n\nAnn Lee: Why?\n\nBo Ray: So 🏦 it is."
    document = parsed(content)
    assert document.turns[2].start == content.index("So 🏦")
    assert document.turns[2].end == len(content)


def test_interruption() -> None:
    """An advert in the middle of an answer splits its spans, not the turn."""
    document = parsed("Ann Lee: Why?\n\nBo Ray: So.\n\nAdvertisement\n\nAnd so on.\n\nAnn Lee: I see.")
    assert said(document) == [("Ann Lee", ("Why?",)), ("Bo Ray", ("So.", "And so on.")), ("Ann Lee", ("I see.",))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_line_ends(end: str) -> None:
    """A file with any line ends gives the same turns, its own line ends within them."""
    document = parsed(INTERVIEW.replace("\n", end))
    assert plainly(document)[2] == ("Bo Ray, sailor", f"So.\tAnd   “so” 🏦.{end}{end}And so on.")
    assert len(document.turns) == 5


def test_encodings() -> None:
    """A file in an old charset gives the same words as one in UTF-8."""
    content = "Åsa Öberg: Vad är det för något?\n\nBo Ray: Jag vet inte, sade hon och gick över gatan.\n"
    assert plainly(parsed(content.encode("cp1252"))) == plainly(parsed(content))


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (INTERVIEW, "Boats for all"),
        (
            "Oral history: Dr. Reyes, from the kitchen\nRecorded in 2019\n\nText follows here.",
            "Oral history: Dr. Reyes, from the kitchen",
        ),
        ("Who  was\tthere?\n\nText follows here.", "Who was there?"),
        ("He left.\n\nText follows here.", None),
        ("By Ann Lee\n\nText follows here.", None),
        ("Ann Lee: Why?\n\nBo Ray: So.", None),
        ("Boats for all", None),
        ("", None),
    ],
)
def test_title(content: str, title: str | None) -> None:
    """The title is the first line where it reads like one: no sentence, no byline, no turn, and not all there is."""
    if content:
        assert parsed(content).metadata.title == title
    else:
        assert title_of("", split_lines("")) == title


@pytest.mark.parametrize("headline", ["Bo Ray: ‘I saw the sea’", "Bo Ray, sailor: “The sea” and “the boats”"])
def test_headline_is_no_turn(headline: str) -> None:
    """A headline that quotes the guest after their name is the title and not their answer, though the page repeats it."""
    document = parsed(f"{headline}\n\n{headline}\n\nAnn Lee: Why?\n\nBo Ray: So.\n\nAnn Lee: When?\n\nBo Ray: “Then.”")
    assert document.metadata.title == headline
    assert plainly(document) == [("Ann Lee", "Why?"), ("Bo Ray", "So."), ("Ann Lee", "When?"), ("Bo Ray", "“Then.”")]


def test_first_turn_that_is_a_quotation() -> None:
    """A finished quotation is what somebody said, on the first line too."""
    document = parsed("Bo Ray: “I saw the sea.”\n\nAnn Lee: Why?\n\nBo Ray: So.")
    assert plainly(document) == [("Bo Ray", "“I saw the sea.”"), ("Ann Lee", "Why?"), ("Bo Ray", "So.")]


def test_nothing_but_furniture() -> None:
    """A file in which nobody says anything has no turns, and is no error."""
    assert parsed("Share this article\n\nAdvertisement\n").turns == ()


@given(
    interviews(),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n", " \n\n"]),
    st.sampled_from([": ", ":\t", ":  "]),
)
@settings(deadline=None, max_examples=100)
def test_round_trip(turns: list[tuple[str, list[str]]], end: str, lead: str, colon: str) -> None:
    """Any transcript composed as ``Name: text`` gives its turns back, word for word, with the right labels."""
    content = lead.replace("\n", end) + (end + end).join(f"{name}{colon}{(end + end).join(words)}" for name, words in turns)
    assert plainly(parsed(content)) == [(name, (end + end).join(words)) for name, words in turns]


@given(interviews())
@settings(deadline=None, max_examples=50)
def test_round_trip_with_a_turn_a_line(turns: list[tuple[str, list[str]]]) -> None:
    """The same holds where turns are lines without blank lines between them."""
    content = "\n".join(f"{name}: {' '.join(words)}" for name, words in turns)
    assert plainly(parsed(content)) == [(name, " ".join(words)) for name, words in turns]


PIECES = "Ann Lee:|**Bo Ray:**|Q|A.|:|：|\n|\n\n|\r| |You might also like|Share|>|(|#|word|?|\x00|🏦|\u200b".split("|")


@given(st.binary(max_size=120) | st.text(max_size=120) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(deadline=None, max_examples=200)
def test_garbage(content: str | bytes) -> None:
    """Whatever is in the file, it is parsed with spans inside its text, or refused with an error about this source."""
    assert_read_or_refused(content, "interview.txt")


def seed(evaluation: Path) -> Parsed:
    return parsed((evaluation / "raw_interviews" / "seed" / "seed" / "seed_euronews_stoltenberg.txt").read_bytes())


class TestSeed:
    def test_turns(self, evaluation: Path) -> None:
        """The interview that this project began with: nine questions by euronews, nine answers by Jens Stoltenberg."""
        document = seed(evaluation)
        turns, people = identify(document.text, document.turns, document.metadata)
        assert Counter((turn.speaker, turn.role) for turn in turns if turn.label) == {
            ("euronews", Role.INTERVIEWER): 9,
            ("Jens Stoltenberg", Role.INTERVIEWEE): 9,
        }
        assert [person.name for person in people] == ["euronews", "Jens Stoltenberg"]
        assert [turn.speaker for turn in turns if turn.label] == ["euronews", "Jens Stoltenberg"] * 9

    def test_boilerplate(self, evaluation: Path) -> None:
        """No turn of it has the share bars, the headlines, the title or the byline."""
        document = seed(evaluation)
        words = all_words(document)
        for line in (
            "Share this article",
            "Close Button",
            "You might also like",
            "Running out",
            "urges allies",
            "NATO-Ukraine Council",
            "replacing Jens Stoltenberg",
            "Exclusive to NATO",
            "By\u00a0Euronews",
        ):
            assert line in document.text
            assert line not in words

    def test_label_without_colon(self, evaluation: Path) -> None:
        """The answer whose label lacks its colon begins after the label."""
        label, words = plainly(seed(evaluation))[2]
        assert label == "Jens Stoltenberg, NATO Secretary General"
        assert words.startswith("It’s to keep NATO strong and at the same time")
        assert words.endswith("to increase our military capabilities.")
