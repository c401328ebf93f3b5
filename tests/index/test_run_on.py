"""Lines that hold two voices, by :mod:`index.run_on`."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.labels import Line
from index.records import Role, Span
from index.run_on import split_bold, split_labels
from index.turns import build_turns, split_lines
from tests.index.transcripts import parsed

ASKS, ANSWERS = Role.INTERVIEWER, Role.INTERVIEWEE
TALK = (
    ("Why did you leave?", "I had to go, and there was no time."),
    ("What did you see?", "Nothing but boats."),
    ("Where do you live?", "We have a house on the hill."),
)


def in_bold(bold: str, rest: str) -> tuple[str, Line]:
    """A line that begins with words in bold."""
    text = f"{bold}{rest}"
    return text, Line(Span(0, len(text)), opens_paragraph=True, emphasis_end=len(bold))


class TestBold:
    @pytest.mark.parametrize(
        ("bold", "rest"),
        [
            ("Why did you leave?", " I had to go."),
            ("You left.", " I had to go."),
            ("“Why?”", " I had to go."),
            ("Why did you leave? ", "I had to go."),
            ("Warum gingen Sie?", "\nIch musste."),
        ],
    )
    def test_finished_sentence_in_bold(self, bold: str, rest: str) -> None:
        """A finished sentence in bold is a line of its own, and what runs on is another without a look."""
        text, line = in_bold(bold, rest)
        asked, answered = split_bold(text, [line])
        assert (asked.span.cut(text), asked.look, asked.opens_paragraph) == (bold.strip(), "run-in", True)
        assert (answered.span.cut(text), answered.look, answered.emphasis_end) == (rest.strip(), "", None)

    @pytest.mark.parametrize(
        ("bold", "rest"),
        [
            ("I never", " said that."),
            ("Why did you leave?", ""),
            ("Ann Lee:", " Why did you leave?"),
            ("", "Why? I had to go."),
        ],
    )
    def test_other_lines_stay(self, bold: str, rest: str) -> None:
        """Bold inside a sentence, a line all in bold, a label in bold, and a line without bold stay as they are."""
        text, line = in_bold(bold, rest)
        assert split_bold(text, [line]) == [line]

    def test_page(self) -> None:
        """A page that sets its questions in bold with the answer run on has its turns."""
        blocks = "".join(f"<p><b>{question}</b> {answer}</p>" for question, answer in TALK)
        document = parsed(f"<html><body><article>{blocks}</article></body></html>", "talk.html")
        assert [(turn.role, turn.spans[0].cut(document.text)) for turn in document.turns] == [
            pair for question, answer in TALK for pair in ((ASKS, question), (ANSWERS, answer))
        ]

    def test_line_break_after_the_question(self) -> None:
        """So has one that breaks the line after its question."""
        blocks = "".join(f"<p><b>{question}</b><br>{answer}</p>" for question, answer in TALK)
        document = parsed(f"<html><body><article>{blocks}</article></body></html>", "talk.html")
        assert [turn.role for turn in document.turns] == [ASKS, ANSWERS] * 3


def split(text: str) -> list[str]:
    return [line.span.cut(text) for line in split_labels(text, split_lines(text))]


class TestLabels:
    @pytest.mark.parametrize(
        ("asker", "answerer"),
        [
            ("Ann Lee", "Bo Ray"),
            ("Q", "A"),
            ("Frage", "Antwort"),
            ("Lee", "Ray"),
            ("Ann Lee", "Mr. Ray"),
            ("Ann", "Åsa O'Hara"),
        ],
    )
    def test_answer_on_the_line_of_its_question(self, asker: str, answerer: str) -> None:
        """Where question and answer share their lines, each voice gets its own."""
        text = "\n\n".join(f"{asker}: {question} {answerer}: {answer}" for question, answer in TALK)
        assert split(text) == [line for q, a in TALK for line in (f"{asker}: {q}", f"{answerer}: {a}")]

    def test_turns(self) -> None:
        """The turns of such a transcript are one a voice."""
        text = "\n\n".join(f"Ann Lee: {question} Bo Ray: {answer}" for question, answer in TALK)
        turns = build_turns(text, split_lines(text))
        assert [(turn.label, turn.spans[0].cut(text)) for turn in turns] == [
            pair for question, answer in TALK for pair in (("Ann Lee", question), ("Bo Ray", answer))
        ]

    def test_several_voices_on_a_line(self) -> None:
        """A line is cut before each of its labels."""
        row = "Ann Lee: Why? Bo Ray: I had to. Ann Lee: When? Bo Ray: In May."
        assert split("\n\n".join([row] * 3)) == ["Ann Lee: Why?", "Bo Ray: I had to.", "Ann Lee: When?", "Bo Ray: In May."] * 3

    @pytest.mark.parametrize(
        "inner",
        [
            "One thing: never again.",
            "I told Bo Ray: never.",
            "We said so. Note: the tape stops here.",
            "We said so. Remember: never again.",
            "We said so. bo ray: never.",
            "We said so at 12:30. Then we left.",
        ],
    )
    def test_colons_inside_speech(self, inner: str) -> None:
        """A sentence with a colon, a name inside one, and a word that is no name cut nothing."""
        text = "\n\n".join(f"Ann Lee: {question}\n\nCy Dow: {inner}" for question, _ in TALK)
        assert split(text) == [line.span.cut(text) for line in split_lines(text)]

    def test_one_look_alike(self) -> None:
        """One line with a name and a colon in it is somebody who is quoted."""
        rows = [f"Ann Lee: {question}\n\nBo Ray: {answer}" for question, answer in TALK]
        text = "\n\n".join([*rows, "Ann Lee: He wrote it down. Bo Ray: a life. That was the title."])
        assert split(text) == [line.span.cut(text) for line in split_lines(text)]

    @given(
        st.lists(
            st.sampled_from(["Ann Lee: Why?", "Bo Ray: So.", "Q: Why?", "A: So", "it was.", "\n", "\n\n", "  ", "🏦"]),
            max_size=30,
        )
    )
    @settings(deadline=None, max_examples=200)
    def test_no_word_is_lost(self, pieces: list[str]) -> None:
        """Lines are cut between words: in order, disjoint, and all that is no blank is still there."""
        text = " ".join(pieces)
        found = split_labels(text, split_lines(text))
        assert "".join("".join(line.span.cut(text).split()) for line in found) == "".join(text.split())
        assert all(one.span.end <= other.span.start for one, other in pairwise(found))


@given(st.text(st.sampled_from("ab?. :\n“”A"), min_size=1, max_size=40), st.integers(0, 40))
@settings(deadline=None, max_examples=200)
def test_bold_of_any_length(words: str, bold: int) -> None:
    """However far the bold reaches, no word is lost and none is doubled."""
    line = Line(Span(0, len(words)), opens_paragraph=True, emphasis_end=min(bold, len(words)))
    found = split_bold(words, [line])
    assert "".join("".join(part.span.cut(words).split()) for part in found) == "".join(words.split())
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
