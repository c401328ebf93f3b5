"""JSON of speech recognisers and of other programs, by :mod:`index.formats.media`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import MalformedSource
from index.formats.media import recording_of
from index.records import Metadata, Parsed, Role
from tests.index.transcripts import assert_read_or_refused, assert_sound, interviews, parsed, plainly

ASK, TELL = "Why did you leave?", "The boats were sold. All of them."
HEARD = [(0.0, 1.5, 0, ASK), (2.0, 3.25, 1, "The boats were sold."), (3.5, 4.75, 1, "All of them.")]
"""Seconds, speaker and words, as a recogniser hears them: one turn in two pieces."""


def read(data: Any) -> Parsed:
    return parsed(json.dumps(data), "talk.json")


def times(document: Parsed) -> list[tuple[str, int | None, int | None]]:
    return [(anchor.span.cut(document.text), anchor.start_ms, anchor.end_ms) for anchor in document.anchors]


def turns_of(first: str, second: str) -> list[tuple[str | None, str]]:
    return [(first, ASK), (second, TELL)]


def words(text: str, start: float, end: float, *, key: str = "word", unit: float = 1, **more: Any) -> list[dict[str, Any]]:
    """Each word of a text with its share of a time."""
    parts = text.split()
    step = (end - start) / len(parts)
    times = [(round((start + n * step) * unit, 3), round((start + (n + 1) * step) * unit, 3)) for n in range(len(parts))]
    if unit == 1000:
        times = [(int(one), int(two)) for one, two in times]
    return [{key: word, "start": one, "end": two, **more} for word, (one, two) in zip(parts, times, strict=True)]


def whisper(**more: Any) -> dict[str, Any]:
    return {
        "text": f" {ASK} {TELL}",
        "segments": [
            {"id": n, "seek": 0, "start": start, "end": end, "text": f" {text}", "tokens": [1], "avg_logprob": -0.2}
            for n, (start, end, _, text) in enumerate(HEARD)
        ],
        "language": "en",
    } | more


def whisperx() -> dict[str, Any]:
    segments = [
        {"start": start, "end": end, "text": text, "speaker": f"SPEAKER_0{who}", "words": words(text, start, end, score=0.9)}
        for start, end, who, text in HEARD
    ]
    return {"segments": segments, "word_segments": [word for segment in segments for word in segment["words"]]}


def deepgram(kind: str) -> dict[str, Any]:
    spoken = [
        dict(word, punctuated_word=word["word"], word=word["word"].lower().strip(".?"), speaker=who, confidence=0.9)
        for start, end, who, text in HEARD
        for word in words(text, start, end)
    ]
    best: dict[str, Any] = {"transcript": f"{ASK} {TELL}", "confidence": 0.9, "words": spoken}
    if kind == "paragraphs":
        best["paragraphs"] = {
            "transcript": "\nSpeaker 0: …",
            "paragraphs": [
                {
                    "sentences": [{"text": text, "start": start, "end": end}],
                    "speaker": who,
                    "num_words": 4,
                    "start": start,
                    "end": end,
                }
                for start, end, who, text in HEARD
            ],
        }
    results: dict[str, Any] = {"channels": [{"alternatives": [best], "detected_language": "en-GB"}]}
    if kind == "utterances":
        results["utterances"] = [
            {"start": start, "end": end, "channel": 0, "transcript": text, "speaker": who, "id": "x", "words": []}
            for start, end, who, text in HEARD
        ]
    return {"metadata": {"request_id": "x", "channels": 1}, "results": results}


def assembly() -> dict[str, Any]:
    return {
        "id": "9ea68fd3",
        "status": "completed",
        "language_code": "en_us",
        "text": f"{ASK} {TELL}",
        "words": [],
        "utterances": [
            {
                "speaker": "AB"[who],
                "text": text,
                "start": int(start * 1000),
                "end": int(end * 1000),
                "words": words(text, start, end, key="text", unit=1000, speaker="AB"[who]),
            }
            for start, end, who, text in HEARD
        ],
    }


def aws(*, in_items: bool) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    segments = []
    for start, end, who, text in HEARD:
        spoken = []
        for word in words(text, start, end):
            bare = word["word"].rstrip(".?")
            item = {"start_time": str(word["start"]), "end_time": str(word["end"]), "type": "pronunciation"}
            spoken.append({**item, "speaker_label": f"spk_{who}"})
            items.append(
                item
                | {"alternatives": [{"confidence": "0.9", "content": bare}]}
                | ({"speaker_label": f"spk_{who}"} if in_items else {})
            )
            if bare != word["word"]:
                items.append({"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": word["word"][-1]}]})
        segments.append({"start_time": str(start), "end_time": str(end), "speaker_label": f"spk_{who}", "items": spoken})
    results: dict[str, Any] = {"transcripts": [{"transcript": f"{ASK} {TELL}"}], "items": items, "language_code": "en-US"}
    if not in_items:
        results["speaker_labels"] = {"speakers": 2, "segments": segments}
    return {"jobName": "x", "accountId": "1", "status": "COMPLETED", "results": results}


def google() -> dict[str, Any]:
    spoken = [
        {"startTime": f"{word['start']}s", "endTime": f"{word['end']}s", "word": word["word"], "speakerTag": who + 1}
        for start, end, who, text in HEARD
        for word in words(text, start, end)
    ]
    plain = [{"alternatives": [{"transcript": text, "confidence": 0.9}], "languageCode": "en-us"} for *_, text in HEARD]
    return {"results": [*plain, {"alternatives": [{"words": spoken}]}]}


def azure() -> dict[str, Any]:
    return {
        "source": "x",
        "recognizedPhrases": [
            {
                "speaker": who + 1,
                "offsetInTicks": start * 10_000_000,
                "durationInTicks": (end - start) * 10_000_000,
                "nBest": [{"display": text, "lexical": text.lower()}],
            }
            for start, end, who, text in HEARD
        ],
    }


def azure_fast() -> dict[str, Any]:
    return {
        "durationMilliseconds": 4750,
        "combinedPhrases": [{"text": f"{ASK} {TELL}"}],
        "phrases": [
            {
                "speaker": who,
                "offsetMilliseconds": int(start * 1000),
                "durationMilliseconds": int((end - start) * 1000),
                "text": text,
                "locale": "en-US",
            }
            for start, end, who, text in HEARD
        ],
    }


def rev() -> dict[str, Any]:
    def elements(text: str, start: float, end: float) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for word in words(text, start, end):
            bare = word["word"].rstrip(".?")
            found.append({"type": "text", "value": bare, "ts": word["start"], "end_ts": word["end"], "confidence": 0.9})
            if bare != word["word"]:
                found.append({"type": "punct", "value": word["word"][-1]})
            found.append({"type": "punct", "value": " "})
        return found

    return {"monologues": [{"speaker": who, "elements": elements(text, start, end)} for start, end, who, text in HEARD]}


def whisper_cpp() -> dict[str, Any]:
    return {
        "systeminfo": "x",
        "result": {"language": "en"},
        "transcription": [
            {"timestamps": {"from": "x"}, "offsets": {"from": int(start * 1000), "to": int(end * 1000)}, "text": f" {text}"}
            for start, end, _, text in HEARD
        ],
    }


class TestRecognisers:
    @pytest.mark.parametrize(
        ("data", "labels"),
        [
            (whisperx(), ("SPEAKER_00", "SPEAKER_01")),
            (deepgram("utterances"), ("Speaker 0", "Speaker 1")),
            (deepgram("paragraphs"), ("Speaker 0", "Speaker 1")),
            (deepgram("words"), ("Speaker 0", "Speaker 1")),
            (assembly(), ("Speaker A", "Speaker B")),
            (aws(in_items=True), ("spk_0", "spk_1")),
            (aws(in_items=False), ("spk_0", "spk_1")),
            (google(), ("Speaker 1", "Speaker 2")),
            (azure(), ("Speaker 1", "Speaker 2")),
            (azure_fast(), ("Speaker 0", "Speaker 1")),
            (rev(), ("Speaker 0", "Speaker 1")),
        ],
    )
    def test_speakers(self, data: dict[str, Any], labels: tuple[str, str]) -> None:
        """Every recogniser's speakers are labels, pieces of one speaker one turn, with the times of its first and last word."""
        document = read(data)
        assert plainly(document) == turns_of(*labels)
        assert document.text == f"{ASK}\n\n{TELL}"
        assert [(turn.start_ms, turn.end_ms) for turn in document.turns] == [(0, 1500), (2000, 4750)]

    @pytest.mark.parametrize("data", [whisperx(), deepgram("words"), assembly(), aws(in_items=True), google(), rev()])
    def test_words_are_anchors(self, data: dict[str, Any]) -> None:
        """Where words have times, each word is an anchor."""
        assert times(read(data))[1] == ("did", 375, 750)

    @pytest.mark.parametrize(
        "data",
        [
            whisper(),
            whisper_cpp(),
            whisper(segments=[dict(row, words=words(row["text"], row["start"], row["end"])) for row in whisper()["segments"]]),
        ],
    )
    def test_no_speakers(self, data: dict[str, Any]) -> None:
        """What names nobody is one unlabelled turn, each segment an anchor."""
        document = read(data)
        assert plainly(document) == [(None, f"{ASK} {TELL}")]
        assert times(document) == [(text, int(start * 1000), int(end * 1000)) for start, end, _, text in HEARD]
        assert document.metadata == Metadata(language="en")

    def test_only_text(self) -> None:
        """A recogniser's bare text is an unlabelled turn."""
        assert plainly(read({"text": ASK})) == [(None, ASK)]

    def test_only_text_and_words(self) -> None:
        """Its words give the times of its sentences."""
        data = {"task": "transcribe", "language": "english", "text": f"{ASK} {TELL}", "words": words(f"{ASK} {TELL}", 0, 10)}
        document = read(data)
        assert (
            times(document) == [(ASK, 0, 3636), ("The boats were sold.", 3636, 7272), ("All of them.", 7273, 10000)]
            or len(document.anchors) == 3
        )
        assert document.metadata.language is None

    def test_dashes_without_names(self) -> None:
        """Unlabelled segments are read as subtitles are."""
        rows = [
            {"start": 0, "end": 1, "text": f" - {ASK}"},
            {"start": 1, "end": 2, "text": " [MUSIC]"},
            {"start": 2, "end": 3, "text": " - So."},
        ]
        assert plainly(read(whisper(segments=rows))) == [(None, ASK), (None, "So.")]

    def test_speaker_of_words(self) -> None:
        """A segment without a speaker has its words' speaker, most of them."""
        data = whisperx()
        for segment in data["segments"]:
            for word in segment["words"]:
                word["speaker"] = segment["speaker"]
            del segment["speaker"], segment["words"][0]["speaker"]
        assert plainly(read(data)) == turns_of("SPEAKER_00", "SPEAKER_01")

    def test_words_that_are_not_the_text(self) -> None:
        """Where the list of words leaves one out, the text is kept whole and its segment is the anchor."""
        data = whisperx()
        del data["segments"][0]["words"][1]
        document = read(data)
        assert plainly(document)[0] == ("SPEAKER_00", ASK)
        assert times(document)[0] == (ASK, 0, 1500)

    def test_channels(self) -> None:
        """Two recorded channels are two speakers, in the order in which they speak."""
        data = {
            "results": {
                "channels": [
                    {"alternatives": [{"transcript": "", "words": words(ASK, 5, 6)}]},
                    {"alternatives": [{"transcript": "", "words": words("So. So", 0, 1) + words("it was.", 8, 9)}]},
                ]
            }
        }
        assert plainly(read(data)) == [("Channel 1", "So. So"), ("Channel 0", ASK), ("Channel 1", "it was.")]


JSON3 = {
    "wireMagic": "pb3",
    "events": [
        {"tStartMs": 0, "dDurationMs": 9000, "id": 1, "wpWinPosId": 1},
        {
            "tStartMs": 160,
            "dDurationMs": 4000,
            "wWinId": 1,
            "segs": [{"utf8": "so"}, {"utf8": " we", "tOffsetMs": 200}, {"utf8": " went"}],
        },
        {"tStartMs": 2000, "dDurationMs": 2160, "wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        {"tStartMs": 2010, "dDurationMs": 3000, "segs": [{"utf8": "[Music]"}]},
        {"tStartMs": 5010, "dDurationMs": 3000, "segs": [{"utf8": "to the\nharbour"}]},
    ],
}


class TestYouTube:
    def test_events(self) -> None:
        """Each event with words is an anchor; line breaks and windows are no words."""
        document = read(JSON3)
        assert document.text == "so we went\n[Music]\nto the harbour"
        assert times(document) == [("so we went", 160, 4160), ("[Music]", 2010, 5010), ("to the harbour", 5010, 8010)]
        assert [len(turn.spans) for turn in document.turns] == [2]


class TestPeople:
    def test_court(self) -> None:
        """A court's turns have their speakers' names, or none, and their blocks' times."""
        turns = [
            {
                "start": 0,
                "stop": 2,
                "speaker": {"name": "Ann  Lee", "ID": 3},
                "text_blocks": [{"start": 0, "stop": 1, "text": "Why?"}, {"start": 1, "stop": 2, "text": "When?"}],
            },
            {"start": 2, "stop": 3, "speaker": None, "text_blocks": [{"start": 2, "stop": 3, "text": "So."}]},
        ]
        document = read(
            {
                "id": 7,
                "title": "Oral Argument",
                "transcript": {"title": "Lee v. Ray", "sections": [{"turns": turns[:1]}, {"turns": turns[1:]}]},
            }
        )
        assert plainly(document) == [("Ann Lee", "Why? When?"), (None, "So.")]
        assert times(document) == [("Why?", 0, 1000), ("When?", 1000, 2000), ("So.", 2000, 3000)]
        assert document.metadata == Metadata(title="Lee v. Ray")

    def test_meeting(self) -> None:
        """A meeting's list is found among other lists; each row is a turn, as its words stand."""
        data = {
            "topic_list": [{"topic": "Boats", "relevant_text_span": [["0", "1"]]}],
            "specific_query_list": [{"query": "Why?", "answer": "So."}],
            "meeting_transcripts": [
                {"speaker": "The Chair", "content": "Order.  Order."},
                {"speaker": "The Chair", "content": "Go on."},
            ],
        }
        assert plainly(read(data)) == [("The Chair", "Order.  Order."), ("The Chair", "Go on.")]

    @pytest.mark.parametrize("speaker", ["speaker", "name", "speaker_name", "speakerLabel"])
    @pytest.mark.parametrize("text", ["text", "content", "words", "utterance"])
    @pytest.mark.parametrize(
        "wrap", [lambda these: these, lambda these: {"dialogue": these}, lambda these: {"data": {"transcript": these}}]
    )
    def test_lists(self, speaker: str, text: str, wrap: Any) -> None:
        """Any list of who said what is read, wherever it stands."""
        rows = [{speaker: "Ann Lee", text: ASK}, {speaker: "Bo Ray:", text: TELL}, {speaker: None, text: "(Laughter)"}]
        assert plainly(read(wrap(rows))) == [("Ann Lee", ASK), ("Bo Ray", TELL), (None, "(Laughter)")]

    @pytest.mark.parametrize(
        ("speaker", "label"),
        [
            (0, "Speaker 0"),
            ("1", "Speaker 1"),
            ("A", "Speaker A"),
            ("spk_0", "spk_0"),
            ({"name": "Ann Lee"}, "Ann Lee"),
            (2.0, "Speaker 2"),
            (True, None),
            ([], None),
            (" ", None),
            (-1, None),
        ],
    )
    def test_labels(self, speaker: object, label: str | None) -> None:
        """A bare number or letter is no name; what names nobody is no label."""
        assert read([{"speaker": speaker, "text": ASK}, {"speaker": "Bo Ray", "text": TELL}]).turns[0].label == label

    def test_roles(self) -> None:
        """A stated role is taken where it is known."""
        rows = [{"name": "Ann Lee", "role": "Host", "text": ASK}, {"name": "Bo Ray", "role": "bystander", "text": TELL}]
        assert [turn.role for turn in read(rows).turns] == [Role.INTERVIEWER, Role.UNKNOWN]

    def test_head(self) -> None:
        """The head's own fields are metadata."""
        data = {
            "id": "x",
            "title": "Boats",
            "date": "2024-05-01",
            "language": "de-CH",
            "talk": [{"speaker": "Ann Lee", "text": ASK}],
        }
        assert read(data).metadata == Metadata(id="x", title="Boats", date="2024-05-01", language="de")

    @pytest.mark.parametrize(
        "row",
        [
            {"start": 1.5, "end": 2.5},
            {"start": "1.5", "end": "2.5s"},
            {"start_ms": 1500, "end_ms": 2500},
            {"startTime": "0:00:01.500", "endTime": "00:02,5"},
            {"start": 1.5, "duration": 1.0},
        ],
    )
    def test_times(self, row: dict[str, Any]) -> None:
        """Times are seconds, or milliseconds where their name says so."""
        assert times(read([{"speaker": "Ann Lee", "text": ASK, **row}])) == [(ASK, 1500, 2500)]

    def test_milliseconds(self) -> None:
        """Whole numbers too large for seconds of speech are milliseconds."""
        rows = [
            {"speaker": "Ann Lee", "text": ASK, "start": 0, "end": 1500},
            {"speaker": "Bo Ray", "text": TELL, "start": 2000, "end": 4000},
        ]
        assert times(read(rows)) == [(ASK, 0, 1500), (TELL, 2000, 4000)]

    def test_captions(self) -> None:
        """Rows with times and without speakers are captions."""
        rows = [
            {"text": "so we", "start": 0.5, "duration": 1.5},
            {"text": "[Music]", "start": 2, "duration": 1},
            {"text": "went", "start": 3, "duration": 1},
        ]
        document = read(rows)
        assert document.text == "so we\n[Music]\nwent"
        assert [turn.label for turn in document.turns] == [None]


class TestErrors:
    @pytest.mark.parametrize("time", ["NaN", "Infinity", "-Infinity", "-1", "1e999", "1e12", "true", '"soon"', "[]", "9" * 400])
    def test_bad_times(self, time: str) -> None:
        """A time that is none is dropped, and its words are kept."""
        row = f'{{"start": {time}, "end": {time}, "text": "two"}}'
        content = f'{{"segments": [{{"start": 0, "end": 1, "text": "One"}}, {row}]}}'
        document = parsed(content, "talk.json")
        assert document.text == "One two"
        assert times(document) == [("One", 0, 1000)]

    def test_backward(self) -> None:
        """A time against the order of the others is dropped, and an end before its start."""
        rows = [
            {"speaker": "Ann Lee", "text": word, "start": start, "end": end}
            for word, start, end in (("a", 1.5, 2), ("b", 3, 2), ("c", 0.5, 1), ("d", 4, 5))
        ]
        assert times(read(rows)) == [("a", 1500, 2000), ("b", 3000, None), ("d", 4000, 5000)]

    @pytest.mark.parametrize(
        ("data", "found"),
        [
            ({"segments": []}, "its keys: segments"),
            ({"events": [{"segs": 3}], "x": 1}, "its keys: events, x"),
            ({"results": {"channels": [{"alternatives": []}]}}, "its keys: results"),
            ({"items": [{"title": "Boats", "text": "So."}]}, "its keys: items"),
            ({"text": "So.", "author_id": 3}, "its keys: text, author_id"),
            ([{"text": "So."}], "a list"),
            ([["So."]], "a list"),
            ({"score": float("nan")}, "NaN"),
        ],
    )
    def test_unknown(self, data: Any, found: str) -> None:
        """JSON of no known kind is refused with its keys."""
        with pytest.raises(MalformedSource, match=found):
            read(data)

    def test_own_shape(self) -> None:
        """The project's own shape is never taken for another."""
        assert recording_of({"turns": [{"speaker": "Ann Lee", "text": ASK}]}) is None
        with pytest.raises(MalformedSource, match="NaN"):
            parsed('{"turns": [{"text": "a", "start_ms": NaN}]}', "talk.json")

    @pytest.mark.parametrize("row", [{"speaker": "Ann", "text": "a\ud800"}, {"speaker": "\udfff", "text": "a"}])
    def test_lone_surrogate(self, row: dict[str, str]) -> None:
        """Half a character can't be stored."""
        with pytest.raises(MalformedSource, match="lone surrogate"):
            read([row])


@given(interviews(), st.sampled_from(["rows", "whisperx", "deepgram", "assembly"]))
@settings(deadline=None, max_examples=100)
def test_round_trip(turns: list[tuple[str, list[str]]], kind: str) -> None:
    """Any interview written as a recogniser does gives its turns back, word for word, and its words' times in order."""
    pieces = [(name, " ".join(paragraph.split())) for name, paragraphs in turns for paragraph in paragraphs]
    expected: list[tuple[str | None, str]] = []
    for name, text in pieces:
        if expected and expected[-1][0] == name:
            expected[-1] = (name, f"{expected[-1][1]} {text}")
        else:
            expected.append((name, text))
    unit = 1000 if kind == "assembly" else 1
    rows = [
        {
            "speaker": name,
            "text": text,
            "transcript": text,
            "start": n * 9 * unit,
            "end": (n * 9 + 8) * unit,
            "words": words(text, n * 9, n * 9 + 8, unit=unit),
        }
        for n, (name, text) in enumerate(pieces)
    ]
    data: Any = {
        "rows": [{key: value for key, value in row.items() if key not in ("words", "transcript")} for row in rows],
        "whisperx": {"segments": rows},
        "deepgram": {"results": {"channels": [{"alternatives": []}], "utterances": rows}},
        "assembly": {"text": "", "utterances": rows},
    }[kind]
    document = read(data)
    assert plainly(document) == expected
    assert_sound(document)
    starts = [anchor.start_ms for anchor in document.anchors if anchor.start_ms is not None]
    assert starts == sorted(starts)
    assert len(starts) == (len(pieces) if kind == "rows" else sum(len(text.split()) for _, text in pieces))


KEYS = (
    "segments text speaker words word start end results channels alternatives transcript utterances paragraphs sentences "
    "items content type start_time speaker_labels events segs utf8 tStartMs dDurationMs sections turns text_blocks name "
    "monologues elements value recognizedPhrases nBest display phrases transcription offsets language"
).split()
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(["1.5s", "A", "So. ", "\n"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=25,
)
SOUND = [
    whisper(),
    whisperx(),
    deepgram("utterances"),
    deepgram("paragraphs"),
    assembly(),
    aws(in_items=False),
    google(),
    azure(),
    azure_fast(),
    rev(),
    whisper_cpp(),
    JSON3,
]


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A recogniser's JSON in which anything may stand in the place of a value."""

    def harm(value: Any) -> Any:
        if draw(st.integers(0, 30)) == 0:
            return draw(values)
        if isinstance(value, dict):
            return {key: harm(one) for key, one in value.items()}
        return [harm(one) for one in value] if isinstance(value, list) else value

    return harm(draw(st.sampled_from(SOUND)))


@given(values | damaged())
@settings(deadline=None, max_examples=300)
def test_garbage(data: Any) -> None:
    """Whatever is in the file, it is parsed with spans inside its text, or refused with an error about this source."""
    assert_read_or_refused(json.dumps(data), "talk.json")


def test_a_segment_in_which_two_speak_is_parted_by_its_words() -> None:
    """WhisperX cuts segments by pauses: whose words they are, is said word by word."""
    words = [("Who", 0), ("signed?", 0), ("I", 1), ("did.", 1)]
    segment = {
        "start": 0,
        "end": 4,
        "text": " Who signed? I did.",
        "speaker": "SPEAKER_01",
        "words": [
            {"word": word, "start": number, "end": number + 0.5, "speaker": f"SPEAKER_0{who}"}
            for number, (word, who) in enumerate(words)
        ],
    }
    assert plainly(parsed(json.dumps({"segments": [segment]}), "talk.json")) == [
        ("SPEAKER_00", "Who signed?"),
        ("SPEAKER_01", "I did."),
    ]
