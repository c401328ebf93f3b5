"""Tables of comma- or tab-separated values, by :mod:`index.formats.table`."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import MalformedSource
from index.formats.clock import Moment, in_order, times_in
from index.records import Parsed, Role
from tests.index.transcripts import NAMES, all_words, assert_read_or_refused, assert_sound, parsed, plainly, said, sentences

QUESTION = "Why did you leave the harbour that night, of all nights?"
ANSWER = "We had no boat left, and the sea was rising by the hour."
SECOND = "And what did the others say about it?"
THIRD = "They said nothing. They waited, as one does."
DIALOGUE = [("Ann Lee", QUESTION), ("Bo Ray", ANSWER), ("Ann Lee", SECOND), ("Bo Ray", THIRD)]


def table(*rows: tuple[str, ...], separator: str = ",", name: str = "interview.csv", encoding: str = "utf-8") -> Parsed:
    file = io.StringIO()
    csv.writer(file, delimiter=separator).writerows(rows)
    return parsed(file.getvalue().encode(encoding), name)


def malformed(content: str | bytes, name: str = "interview.csv") -> MalformedSource:
    with pytest.raises(MalformedSource) as caught:
        parsed(content, name)
    return caught.value


class TestDialect:
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("name", ["interview.csv", "interview.tsv"])
    def test_separators(self, separator: str, name: str) -> None:
        """The separator is told from the rows, whatever the file is called."""
        assert plainly(table(("speaker", "text"), *DIALOGUE, separator=separator, name=name)) == DIALOGUE

    def test_separator_line(self) -> None:
        """A first line that names the separator for a spreadsheet is no row."""
        assert plainly(parsed(f"sep=;\nspeaker;text\nAnn Lee;{QUESTION}\nBo Ray;So; they said\n", "a.csv"))[0] == DIALOGUE[0]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
    def test_encodings(self, encoding: str) -> None:
        """A table in another encoding gives the same words, and its mark isn't part of the first header."""
        rows = [("speaker", "text"), ("Åsa Öberg", "Vad är det för något, frågade hon och gick."), ("Bo Ray", "Inget alls.")]
        assert plainly(table(*rows, encoding=encoding)) == rows[1:]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_quoted_cells(self, end: str) -> None:
        """A quoted cell keeps its separators, its quotes and its own line ends."""
        content = end.join(["speaker,text", 'Ann Lee,"Why, ""now""?', "", 'Why?"', "Bo Ray,So.", ""])
        assert plainly(parsed(content, "a.csv")) == [("Ann Lee", f'Why, "now"?{end}{end}Why?'), ("Bo Ray", "So.")]

    def test_separator_in_last_cell(self) -> None:
        """Words in the last column that hold the separator without quotes are one cell, as written."""
        document = parsed("speaker,text\nAnn Lee,Why, when, and how?\nBo Ray,So.\n", "a.csv")
        assert plainly(document) == [("Ann Lee", "Why, when, and how?"), ("Bo Ray", "So.")]

    def test_quotes_in_tabbed_values(self) -> None:
        """In a table with tabs a quote that isn't closed is a character like any other."""
        document = parsed('speaker\ttext\nAnn Lee\t"Why\nBo Ray\tSo "so".\n', "a.tsv")
        assert plainly(document) == [("Ann Lee", '"Why'), ("Bo Ray", 'So "so".')]


class TestColumns:
    @pytest.mark.parametrize(
        "header",
        [
            ("Speaker", "Text"),
            ("SPEAKER NAME", "Transcript"),
            ("who", "utterance"),
            ("Sprecher", "Wortlaut"),
            ("locuteur", "paroles"),
            ("Hablante", "Texto"),
            ("speakerName", "spoken_text"),
            ("発言者", "発言"),
        ],
    )
    def test_header(self, header: tuple[str, str]) -> None:
        """Columns are known by their names in several languages, in any case and order."""
        assert plainly(table(header, *DIALOGUE)) == DIALOGUE
        assert plainly(table(header[::-1], *(row[::-1] for row in DIALOGUE))) == DIALOGUE

    def test_header_below_a_preamble(self) -> None:
        """Rows above the header are in no turn and not in the text."""
        document = table(("Interview with Bo Ray", ""), ("speaker", "text"), *DIALOGUE)
        assert plainly(document) == DIALOGUE
        assert document.text.startswith(QUESTION)

    def test_other_columns_are_passed_over(self) -> None:
        """Columns that are neither, short and recurring as they may be, make no speakers."""
        rows = [(str(n), words, "boats", name) for n, (name, words) in enumerate(DIALOGUE)]
        assert plainly(table(("line", "text", "tags", "speaker"), *rows)) == DIALOGUE

    def test_without_header(self) -> None:
        """Without a header the column of names that come back is the speakers', the long one the words'."""
        assert plainly(table(*DIALOGUE)) == DIALOGUE
        assert plainly(table(*((f"0:0{n}", name, words) for n, (name, words) in enumerate(DIALOGUE)))) == DIALOGUE

    def test_role(self) -> None:
        """A column of roles gives the role that it states, and none where it says something else."""
        document = table(
            ("role", "name", "text"),
            ("interviewer", "Ann Lee", QUESTION),
            ("Guest", "Bo Ray", ANSWER),
            ("cook", "Ida Krog", THIRD),
        )
        assert [turn.role for turn in document.turns] == [Role.INTERVIEWER, Role.INTERVIEWEE, Role.UNKNOWN]

    def test_labels_in_the_words(self) -> None:
        """A table without speakers goes by the labels in its words."""
        document = table(("time", "text"), *((f"0:0{n}", f"{name}: {words}") for n, (name, words) in enumerate(DIALOGUE)))
        assert plainly(document) == DIALOGUE

    @pytest.mark.parametrize(
        ("content", "names"),
        [
            ("a,b,c\n1,2,3\n4,5,6\n", ("'a'", "'b'", "'c'")),
            ("name,price\nBoat,12\nOar,3\n", ("'name'", "'price'")),
            ("name,notes\nBoat,A long one with two masts and a cook\nOar,Another one of wood and of iron\n", ("'notes'",)),
        ],
    )
    def test_refused(self, content: str, names: tuple[str, ...]) -> None:
        """A table in which the words can't be told is refused, and the refusal names its columns."""
        assert all(name in malformed(content).problem for name in names)


class TestTurns:
    def test_canonical_text(self) -> None:
        """The canonical text is the cells of words with a blank line between, each as decoded; entities are resolved."""
        document = parsed("speaker,text\nAnn Lee,  Why&#8212;now? \nBo Ray,AT&T &amp; so &copy\n", "a.csv")
        assert document.text == "  Why—now? \n\nAT&T & so &copy"
        assert [turn.start for turn in document.turns] == [0, document.text.index("AT&T")]

    def test_rows_of_one_speaker(self) -> None:
        """Consecutive rows of one speaker are one turn of one span, with or without a colon after the name."""
        document = table(("speaker", "text"), ("AL", "So."), ("AL:", "And so."), ("BR", "No."), ("AL", "Yes."))
        assert plainly(document) == [("AL", "So.\n\nAnd so."), ("BR", "No."), ("AL", "Yes.")]

    def test_rows_without_speaker(self) -> None:
        """A stage direction under no name is in no turn and ends none; where a name's cell is empty the same person goes on."""
        document = table(
            ("speaker", "text"),
            ("", "(Talk of boats, and a dog)"),
            ("", "Are we recording?"),
            ("AL", "So."),
            ("", "[pause]"),
            ("AL", "Now."),
            ("", "Then what?"),
        )
        assert said(document) == [(None, ("Are we recording?",)), ("AL", ("So.", "Now.\n\nThen what?"))]
        assert "(Talk of boats, and a dog)" in document.text

    def test_blank_words(self) -> None:
        """A row without words is not in the text; a table of such rows is refused."""
        assert plainly(table(("speaker", "text"), ("AL", "So."), ("BR", " "), ("AL", "Now."))) == [("AL", "So.\n\nNow.")]
        assert "no words" in malformed("speaker,text\nAL,\nBR,\n").problem


class TestTimes:
    @pytest.mark.parametrize(
        ("words", "times"),
        [
            ("00:03:43", [223000]),
            ("3:43", [223000]),
            ("[00:03:43] beginning of it", [223000]),
            ("(1:02:03.5)", [3723500]),
            ("00:00:01,250 --> 00:00:02,000", [1250, 2000]),
            ("00:03:43:12", [223000]),
            ("1h 2m 3s", [3723000]),
            ("10:23 AM", []),
            ("2024-05-03 10:00:00", []),
            ("3:4", []),
            ("", []),
        ],
    )
    def test_notations(self, words: str, times: list[int]) -> None:
        """A time of a recording is read in its many notations, a time of day or a date is none."""
        assert times_in(words) == times

    @pytest.mark.parametrize(
        ("header", "cells"),
        [
            (("start", "end"), [("1", "4"), ("4", "9"), ("9", "11"), ("11", "14")]),
            (("start_ms", "end_ms"), [("1000", "4000"), ("4000", "9000"), ("9000", "11000"), ("11000", "14000")]),
            (("start", "end"), [("1000", "4000"), ("4000", "9000"), ("9000", "11000"), ("11000", "14000")]),
            (("Start time", "End time"), [("0:01", "0:04"), ("0:04", "0:09"), ("0:09", "0:11"), ("0:11", "0:14")]),
            (("Beginn", "Ende"), [("1.0", "4.0"), ("4.0", "9.0"), ("9.0", "11.0"), ("11.0", "14.0")]),
        ],
    )
    def test_columns_of_times(self, header: tuple[str, str], cells: list[tuple[str, str]]) -> None:
        """Clock times, seconds and milliseconds give the turns their times; bare numbers by how fast people speak."""
        rows = [(*times, *row) for times, row in zip(cells, DIALOGUE, strict=True)]
        document = table((*header, "speaker", "text"), *rows)
        assert [(turn.start_ms, turn.end_ms) for turn in document.turns] == [
            (1000, 4000),
            (4000, 9000),
            (9000, 11000),
            (11000, 14000),
        ]

    def test_stated_milliseconds(self) -> None:
        """A header that says milliseconds is believed, however fast the people would have to speak."""
        document = table(("start_ms", "speaker", "text"), ("10", "AL", "So."), ("20", "BR", "No."), ("30", "AL", "Yes."))
        assert [turn.start_ms for turn in document.turns] == [10, 20, 30]

    def test_times_of_some_rows(self) -> None:
        """A row without a time lies between those of its neighbours, and nothing is said of what is before the first."""
        document = table(
            ("time", "speaker", "text"), ("", "AL", "So."), ("[0:10]", "BR", "No."), ("", "AL", "Yes."), ("0:20", "BR", "I")
        )
        before, first, between, last = document.turns
        assert (before.start_ms, first.start_ms, last.start_ms) == (None, 10000, 20000)
        assert between.start_ms is not None
        assert 10000 < between.start_ms < 20000

    @given(st.lists(st.integers(0, 50), max_size=30))
    def test_one_wrong_time(self, times: list[int]) -> None:
        """What is kept of times never goes back, and is all of them where they never do."""
        kept = in_order([Moment(offset, ms) for offset, ms in enumerate(times)])
        assert [moment.ms for moment in kept] == sorted(moment.ms for moment in kept)
        assert len(kept) == len(times) or times != sorted(times)
        assert not times or kept


class TestHostile:
    def test_unclosed_quote(self) -> None:
        """A quote that isn't closed is refused with the line and column at which it opens."""
        error = malformed('speaker,text\nAnn Lee,Why?\nBo Ray,"So.\nAnn Lee,I see.\n')
        assert (error.line, error.column) == (3, 8)

    def test_nul(self) -> None:
        """A NUL character is refused, wherever it stands."""
        assert malformed("speaker,text\n" + "Ann Lee,Why?\n" * 1000 + "Bo Ray,S\x00o\n").line == 1002

    def test_too_many_columns(self) -> None:
        """A row of a million cells is refused with its line."""
        assert malformed("speaker,text\n" + "a," * 1_000_000 + "\n").line == 2

    def test_rows_wider_than_the_header(self) -> None:
        """A row with more cells than columns, where the words aren't the last of them, is refused with its line."""
        assert malformed("text,speaker\nWhy?,Ann Lee\nSo, so,Bo Ray\n").line == 3

    def test_long_cell(self) -> None:
        """A cell of a million characters is read, and the process's own limit of a field is what it was."""
        before = csv.field_size_limit()
        words = "We saw the sea. " * 70_000
        assert table(("speaker", "text"), ("AL", words), ("BR", "So.")).turns[0].end == len(words)
        assert csv.field_size_limit() == before

    @given(st.lists(st.tuples(st.sampled_from(NAMES), sentences()), min_size=1, max_size=8))
    def test_round_trip(self, rows: list[tuple[str, str]]) -> None:
        """What a table is written from is what was said, in its order."""
        document = table(("speaker", "text"), *rows)
        assert_sound(document)
        assert document.text == "\n\n".join(words for _, words in rows)
        assert all_words(document).replace("\n\n", "\n").split("\n") == [words for _, words in rows]

    @given(st.text(alphabet='ab,;\t"\n\r |é(0:1)', max_size=200), st.sampled_from(["a.csv", "a.tsv"]))
    def test_anything(self, content: str, name: str) -> None:
        """Any content is read or refused by name."""
        assert_read_or_refused("speaker,text\n" + content, name)
        if content.strip():
            assert_read_or_refused(content, name)

    @given(st.binary(min_size=1, max_size=300))
    def test_any_bytes(self, content: bytes) -> None:
        """Bytes that are no table are refused with an error of the source."""
        assert_read_or_refused(content, "a.csv")
