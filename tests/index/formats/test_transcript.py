"""Transcript JSON and JSON Lines, by :mod:`index.formats.transcript`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import MalformedSource, SourceError, UnsupportedSource
from index.formats import PARSERS
from index.records import Metadata, Parsed, Role
from tests.index.transcripts import assert_read_or_refused, assert_sound, parsed, plainly

TURNS = [
    {"speaker": "Ann Lee", "text": "Why?"},
    {"speaker": "Bo Ray", "text": "  So 🏦.\r\n\nAnd  so. "},
    {"text": "(Laughter)"},
]


def transcript(data: Any) -> Parsed:
    return parsed(json.dumps(data), "interview.json")


def lines(*rows: Any, end: str = "\n") -> Parsed:
    return parsed(end.join(row if isinstance(row, str) else json.dumps(row) for row in rows), "interview.jsonl")


def malformed(content: str, name: str = "interview.json") -> MalformedSource:
    with pytest.raises(MalformedSource) as caught:
        parsed(content, name)
    return caught.value


class TestJson:
    def test_canonical_text(self) -> None:
        """The canonical text is the turns' texts as given, leading blanks and emoji included, with a blank line between."""
        document = transcript({"turns": TURNS})
        assert document.text == "Why?\n\n  So 🏦.\r\n\nAnd  so. \n\n(Laughter)"
        assert plainly(document) == [("Ann Lee", "Why?"), ("Bo Ray", "  So 🏦.\r\n\nAnd  so. "), (None, "(Laughter)")]

    def test_metadata(self) -> None:
        """The object's own fields are the metadata, blanks squeezed; a number is taken as words, an object as nothing."""
        data = {
            "id": 7,
            "title": " Boats  for all ",
            "date": "2024-05",
            "url": "https://example.org",
            "author": {"name": "x"},
            "site": "",
        }
        assert transcript(data | {"language": "en", "turns": TURNS}).metadata == Metadata(
            id="7", title="Boats for all", date="2024-05", url="https://example.org", language="en"
        )

    @pytest.mark.parametrize("date", ["2024-13-45", "2024-02-30", "0000-00-00", "2024-13", "٢٠٢٤-٠١-٠٢"])
    def test_a_date_that_there_is_not(self, date: str) -> None:
        """What the calendar doesn't have is no date, of the own shape and of what recognisers write; the rest is taken."""
        own, other = {"turns": TURNS}, {"segments": [{"speaker": "Ann", "text": "So it was.", "start": 1.5, "end": 2.5}]}
        for shape in (own, other):
            assert transcript(shape | {"date": date}).metadata.date is None

    @pytest.mark.parametrize("field", ["media", "media_url", "audio", "audio_url", "video"])
    def test_a_recording(self, field: str) -> None:
        """The address of the recording is kept, of the own shape and of what recognisers write."""
        own, other = {"turns": TURNS}, {"segments": [{"speaker": "Ann", "text": "So it was.", "start": 1.5, "end": 2.5}]}
        for data in (own, other):
            assert transcript(data | {field: "https://a.example/talk.mp3"}).metadata.media == "https://a.example/talk.mp3"
            assert transcript(data | {field: "talk.mp3"}).metadata.media is None

    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            ("interviewer", Role.INTERVIEWER),
            (" Host", Role.INTERVIEWER),
            ("moderator", Role.INTERVIEWER),
            ("GUEST", Role.INTERVIEWEE),
            ("interviewee", Role.INTERVIEWEE),
            ("bystander", Role.UNKNOWN),
            (3, Role.UNKNOWN),
            (None, Role.UNKNOWN),
        ],
    )
    def test_role(self, role: object, expected: Role) -> None:
        """A stated role is taken where it is known, and any other is unknown, not an error."""
        (turn,) = transcript({"turns": [{"speaker": "Ann Lee", "text": "So.", "role": role}]}).turns
        assert turn.role is expected

    def test_times(self) -> None:
        """Times are whole milliseconds, and missing ones are none."""
        rows = [{"text": "a", "start_ms": 0, "end_ms": 1500.9}, {"text": "b", "start_ms": None}]
        assert [(turn.start_ms, turn.end_ms) for turn in transcript({"turns": rows}).turns] == [(0, 1500), (None, None)]

    @pytest.mark.parametrize(("speaker", "label"), [(" Ann \n Lee", "Ann Lee"), ("", None), (" ", None), (None, None)])
    def test_speaker(self, speaker: str | None, label: str | None) -> None:
        """A speaker's name is its words; a blank one is none."""
        assert transcript({"turns": [{"speaker": speaker, "text": "So."}]}).turns[0].label == label

    def test_byte_order_mark(self) -> None:
        """A byte-order mark before the JSON is no error."""
        assert plainly(parsed("\ufeff" + json.dumps({"turns": TURNS}), "interview.json"))[0] == ("Ann Lee", "Why?")

    def test_empty_text(self) -> None:
        """A turn without words keeps its place."""
        document = transcript({"turns": [{"text": ""}, {"text": "b"}, {"text": ""}]})
        assert document.text == "\n\nb\n\n"
        assert plainly(document) == [(None, ""), (None, "b"), (None, "")]


class TestErrors:
    def test_syntax(self) -> None:
        """Broken JSON is refused with its line and column."""
        error = malformed('{"turns": [\n  {"text": "So."},,\n]}')
        assert (error.line, error.column) == (2, 19)
        assert "line 2, column 19" in str(error)

    @pytest.mark.parametrize("content", ["", "{", '{"turns": [NaN]}', "[" * 100_000, '"' + "a" * 10, "9" * 5000])
    def test_unusable(self, content: str) -> None:
        """What is no JSON, or too deep or too large a JSON, is refused as a source."""
        with pytest.raises(SourceError):
            parsed(content, "interview.json")

    @pytest.mark.parametrize(
        ("data", "found"),
        [
            ([], "a list"),
            ("text", "a string"),
            (3, "a number"),
            (None, "null"),
            (True, "true or false"),
            ({}, "its keys: none"),
            ({"transcript": []}, "its keys: transcript"),
            ({"turns": {}}, 'no list of "turns"'),
            ({"turns": []}, "empty"),
            ({"turns": [{"text": "a"}, "b"]}, "turn 1"),
            ({"turns": [{"speaker": "Ann Lee"}]}, 'turn 0 has no "text"'),
            ({"turns": [{"text": 3}]}, 'turn 0 has no "text"'),
            ({"turns": [{"text": None}]}, 'turn 0 has no "text"'),
            ({"turns": [{"text": ["a"]}]}, 'turn 0 has no "text"'),
            ({"turns": [{"text": "a", "speaker": 3}]}, 'turn 0: "speaker" is a number'),
            ({"turns": [{"text": "a", "speaker": ["b"]}]}, 'turn 0: "speaker" is a list'),
            ({"turns": [{"text": "a", "start_ms": -1}]}, 'turn 0: "start_ms" is -1'),
            ({"turns": [{"text": "a", "start_ms": "1"}]}, "turn 0: \"start_ms\" is '1'"),
            ({"turns": [{"text": "a", "end_ms": True}]}, 'turn 0: "end_ms" is True'),
            ({"turns": [{"text": "a", "end_ms": 2**53}]}, 'turn 0: "end_ms"'),
        ],
    )
    def test_shape(self, data: Any, found: str) -> None:
        """JSON of another shape is refused with what was found and where."""
        assert found in str(malformed(json.dumps(data)))

    @pytest.mark.parametrize(
        ("data", "place"),
        [
            ({"turns": [{"text": "a"}, {"text": "ab\ud800"}]}, "the text of turn 1, at 2"),
            ({"turns": [{"text": "a", "speaker": "\udfff"}]}, "the speaker of turn 0, at 0"),
            ({"title": "a\ud800", "turns": [{"text": "a"}]}, '"title", at 1'),
        ],
    )
    def test_lone_surrogate(self, data: Any, place: str) -> None:
        """Half a character can't be stored or shown, and is refused with its place."""
        assert place in str(malformed(json.dumps(data)))

    def test_whole_surrogate_pair(self) -> None:
        """A character written as two escapes is one character."""
        assert transcript({"turns": [{"text": "\U0001f3e6"}]}).text == "🏦"


class TestJsonLines:
    def test_a_turn_a_line(self) -> None:
        """Each line is a turn; a first line without text is the head; blank lines count for nothing."""
        document = lines({"id": "x", "title": "Boats"}, *TURNS[:1], "", *TURNS[1:], "", end="\r\n")
        assert document.metadata == Metadata(id="x", title="Boats")
        assert document == transcript({"id": "x", "title": "Boats", "turns": TURNS})

    def test_one_object(self) -> None:
        """A whole transcript in one line is one too."""
        assert lines({"title": "Boats", "turns": TURNS}) == transcript({"title": "Boats", "turns": TURNS})

    @pytest.mark.parametrize("suffix", [".jsonl", ".ndjson", ".JSONL"])
    def test_suffixes(self, suffix: str) -> None:
        """JSON Lines go by several suffixes."""
        assert plainly(parsed('{"text": "a"}\n{"text": "b"}', f"interview{suffix}")) == [(None, "a"), (None, "b")]

    @pytest.mark.parametrize(
        ("rows", "line", "found"),
        [
            (['{"text": "a"}', "", '{"text": }'], 3, "not valid JSON"),
            (['{"text": "a"}', "[1]"], 2, "a list"),
            (['{"text": "a"}', '{"speaker": "b"}'], 2, 'without "text"'),
            (['{"turns": [{"text": "a"}]}', '{"turns": [{"text": "a"}]}'], 1, "several transcripts"),
        ],
    )
    def test_errors(self, rows: list[str], line: int, found: str) -> None:
        """A broken line is refused with its number in the file."""
        error = malformed("\n".join(rows), "interview.jsonl")
        assert error.line == line
        assert found in str(error)

    @pytest.mark.parametrize("content", ["{}", '{"title": "only a head"}'])
    def test_no_turns(self, content: str) -> None:
        """A head without turns is refused."""
        assert "empty" in str(malformed(content, "interview.jsonl"))


texts = st.text(max_size=40)
speakers = st.none() | st.text(max_size=12)
turn_lists = st.lists(st.tuples(speakers, texts), min_size=1, max_size=8)


@given(turn_lists, st.booleans(), st.sampled_from([None, 2]))
@settings(deadline=None, max_examples=150)
def test_round_trip(turns: list[tuple[str | None, str]], is_ascii: bool, indent: int | None) -> None:
    """Any texts written as a transcript, escaped or not, come back exactly, with spans that are where Python cuts them."""
    data = {"turns": [{"speaker": speaker, "text": text} for speaker, text in turns]}
    document = parsed(json.dumps(data, ensure_ascii=is_ascii, indent=indent), "interview.json")
    assert [words for _, words in plainly(document)] == [text for _, text in turns]
    assert document.text == "\n\n".join(text for _, text in turns)
    assert_sound(document)


@given(turn_lists, st.booleans())
@example([("Ann Lee", "a\u2028b\x85c"), (None, "d")], False)
@settings(deadline=None, max_examples=100)
def test_lines_round_trip(turns: list[tuple[str | None, str]], is_ascii: bool) -> None:
    """The same holds for JSON Lines, whatever line separators the texts hold."""
    rows = [json.dumps({"speaker": speaker, "text": text}, ensure_ascii=is_ascii) for speaker, text in turns]
    assert [words for _, words in plainly(parsed("\n".join(rows), "interview.jsonl"))] == [text for _, text in turns]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["turns", "text", "speaker", "role", "start_ms", "title", "id"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.binary(max_size=60) | st.text(max_size=60) | json_values.map(json.dumps), st.sampled_from(["json", "jsonl"]))
@settings(deadline=None, max_examples=200)
def test_garbage(content: str | bytes, suffix: str) -> None:
    """Whatever is in the file, it is parsed with spans inside its text, or refused with an error about this source."""
    assert_read_or_refused(content, f"interview.{suffix}")


def test_unsupported() -> None:
    """A kind of file without a parser is refused with the kinds that have one."""
    with pytest.raises(UnsupportedSource, match=r"no parser for \.xyz files") as caught:
        parsed("text", "interview.xyz")
    assert all(suffix in str(caught.value) for suffix in PARSERS)


@pytest.mark.parametrize("name", ["interview", "interview.TXT", "interview.Md", "interview.HTM", "interview.JSON"])
def test_suffix_in_any_case(name: str) -> None:
    """The suffix decides the parser in any case; a file without one is plain text."""
    content = '{"turns": [{"speaker": "Q", "text": "Why?"}]}' if name.endswith("JSON") else "Q: Why?\n"
    assert plainly(parsed(content, name)) == [("Q", "Why?")]


def test_a_turn_that_ends_before_it_starts_is_refused() -> None:
    """Times that contradict each other are told with their turn."""
    content = json.dumps({"turns": [{"speaker": "Ann Lee", "text": "It was so.", "start_ms": 5, "end_ms": 4}]})
    with pytest.raises(MalformedSource, match="turn 0 ends at 4 ms, before it starts at 5"):
        parsed(content, "talk.json")
