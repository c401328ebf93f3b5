"""SRT, WebVTT and SBV, by :mod:`index.formats.subtitles`."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.anchors import Anchors
from index.errors import MalformedSource
from index.records import Metadata, Parsed
from tests.index.transcripts import all_words, assert_read_or_refused, assert_sound, interviews, parsed, plainly, said


def clock(ms: int, mark: str = ",") -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


def srt(*cues: str, step: int = 2000) -> str:
    """A file of these cues, two seconds each."""
    return "\n".join(f"{n}\n{clock((n - 1) * step)} --> {clock(n * step)}\n{words}\n" for n, words in enumerate(cues, 1))


def vtt(*cues: str, head: str = "WEBVTT\n") -> str:
    return (
        head
        + "\n"
        + "\n".join(f"{clock(n * 2000, '.')} --> {clock(n * 2000 + 2000, '.')}\n{words}\n" for n, words in enumerate(cues))
    )


def of_srt(*cues: str) -> list[tuple[str | None, str]]:
    return plainly(parsed(srt(*cues), "talk.srt"))


def of_vtt(*cues: str) -> list[tuple[str | None, str]]:
    return plainly(parsed(vtt(*cues), "talk.vtt"))


NAMED = (
    "Ann Lee: Why did\nyou leave the harbour?",
    "Bo Ray: Because the boats",
    "were sold. All\nof them.",
    "Ann Lee: And then?",
    "Bo Ray: I slept.",
)
NAMED_TURNS = [
    ("Ann Lee", "Why did you leave the harbour?"),
    ("Bo Ray", "Because the boats were sold. All of them."),
    ("Ann Lee", "And then?"),
    ("Bo Ray", "I slept."),
]


class TestText:
    def test_canonical_text(self) -> None:
        """The text is the cues' words in order: blanks for line ends, a blank line between turns, labels as written."""
        text = parsed(srt(*NAMED), "talk.srt").text
        assert text == "\n\n".join(f"{name}: {words}" for name, words in NAMED_TURNS)

    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            ("<i>So</i> <b>it</b> <u>was</u>.", "So it was."),
            ('<font color="#fff">So it was.</font>', "So it was."),
            ("{\\an8}So it was.", "So it was."),
            ("<c.colorE5E5E5>So</c><00:00:00.320><c> it</c><00:00:00.500><c> was.</c>", "So it was."),
            ("<lang de>So</lang> it<br>was.", "So it was."),
            ("So\\Nit was.", "So it was."),
            ("Fish &amp; chips &lt;3 &#233;t&eacute;.", "Fish & chips <3 été."),
            ("Rock &roll; AT&T.", "Rock &roll; AT&T."),
            ("Twice &amp;lt; is once.", "Twice &lt; is once."),
            ("Where a < b and c > d.", "Where a < b and c > d."),
        ],
    )
    def test_markup(self, raw: str, words: str) -> None:
        """Tags and overrides are no words, entities are decoded once, and what only looks like either stays."""
        assert of_vtt(raw) == [(None, words)]
        assert of_srt(raw) == [(None, words)]

    def test_language(self) -> None:
        """The header's language is metadata, and nothing of the header is said."""
        document = parsed(vtt("So.", head="WEBVTT - Boats\nKind: captions\nLanguage: de-CH\n"), "talk.vtt")
        assert (document.text, document.metadata) == ("So.", Metadata(language="de"))

    def test_not_cues(self) -> None:
        """Comments, styles, regions and identifiers are no words; NOTE inside a cue is one."""
        content = (
            "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\nintro\n00:01.000 --> 00:02.000\nNOTE that\n\n"
            "NOTE\nnobody said\nthis\n\nNOTE nor this\n\n2 - second\n00:02.000 --> 00:03.000 align:start\nit rained."
        )
        assert plainly(parsed(content, "talk.vtt")) == [(None, "NOTE that it rained.")]


class TestTolerance:
    GOOD = "1\n00:00:01,000 --> 00:00:02,000\nOne day\n\n2\n00:00:02,000 --> 00:00:03,000\nit rained.\n"

    @pytest.mark.parametrize(
        "content",
        [
            GOOD.replace("\n", "\r\n"),
            GOOD.replace("\n", "\r"),
            "\ufeff" + GOOD,
            GOOD.rstrip(),
            GOOD.replace(",", "."),
            GOOD.replace("00:00:", "00:"),
            GOOD.replace("00:00:0", "0:00:0"),
            GOOD.replace("1\n00", "\n00").replace("2\n00", "\n00"),
            GOOD.replace("2\n00", "1\n00"),
            GOOD.replace("2\n00", "17\n00"),
            GOOD.replace("One day\n\n", "One day\n"),
            GOOD.replace("One day\n", "One day\n\n\n"),
            GOOD.replace("One day\n", "One\n\nday\n"),
            GOOD.replace(",000\n", ",000 X1:40 X2:600 Y1:20 Y2:50\n"),
            GOOD.replace(" --> ", "-->"),
            GOOD.replace(" --> ", " -> "),
            GOOD.replace("00:00:02,000 --> 00:00:03,000", "00:00:xx,000 --> 00:00:03,000"),
            GOOD.replace("00:00:02,000 --> 00:00:03,000", "-00:00:02,000 --> 99999:00:03,000"),
            GOOD.replace("00:00:02,000 --> 00:00:03,000", "00:00:00,500 --> 00:00:00,200"),
            GOOD + "\n3\n",
            "WEBVTT\n\n" + GOOD,
            GOOD.replace("1\n00:00:01,000 --> 00:00:02,000", "0:00:01.000,0:00:02.000").replace(
                "2\n00:00:02,000 --> 00:00:03,000", "0:00:02.000,0:00:03.000"
            ),
        ],
    )
    @pytest.mark.parametrize("suffix", ["srt", "vtt", "sbv", "SRT"])
    def test_slightly_broken(self, content: str, suffix: str) -> None:
        """What people's files look like is read all the same, under any of the suffixes, without losing a word."""
        document = parsed(content, f"talk.{suffix}")
        assert document.text == "One day it rained."
        assert_sound(document)

    def test_number_that_is_said(self) -> None:
        """A number is an identifier only directly above a time."""
        content = "1\n00:00:01,000 --> 00:00:02,000\n1984\n\n2\n00:00:02,000 --> 00:00:03,000\nwas cold.\n"
        assert plainly(parsed(content, "talk.srt")) == [(None, "1984 was cold.")]

    @pytest.mark.parametrize(
        ("content", "line"), [("\n\nAnn Lee: Why?\nBo Ray: So.\n", 3), ("WEBVTT\n\nNothing here\n", 3), ("WEBVTT\n", 2)]
    )
    def test_no_cue(self, content: str, line: int) -> None:
        """A file without any time is refused with the line at which a cue was looked for."""
        with pytest.raises(MalformedSource, match="00:00:01,000 -->") as caught:
            parsed(content, "talk.srt")
        assert caught.value.line == line

    def test_empty_cues(self) -> None:
        """Cues without words are no error."""
        assert parsed(srt("", " "), "talk.srt") == Parsed("", ())


class TestSpeakers:
    def test_names(self) -> None:
        """Names at the start of lines are labels, and cues cut in the middle of a sentence are one turn."""
        assert of_srt(*NAMED) == NAMED_TURNS

    def test_name_in_second_line(self) -> None:
        """Somebody else may begin in the second line of a cue, or inside a line after the end of a sentence."""
        cues = ("Ann Lee: Why?", "Bo Ray: Because.\nAnn Lee: And", "then? Bo Ray: I slept.", "Ann Lee: Where?")
        assert of_srt(*cues) == [
            ("Ann Lee", "Why?"),
            ("Bo Ray", "Because."),
            ("Ann Lee", "And then?"),
            ("Bo Ray", "I slept."),
            ("Ann Lee", "Where?"),
        ]

    def test_name_over_two_lines(self) -> None:
        """A name that the end of a line cuts in two is the same name."""
        cues = ("Ann Lee: Why?", "Dr. Ottoline\nVandersteen: Because.", "Ann Lee: And?", "Dr. Ottoline Vandersteen: So.")
        assert [label for label, _ in of_srt(*cues)] == ["Ann Lee", "Dr. Ottoline Vandersteen"] * 2

    def test_name_in_every_cue(self) -> None:
        """A name that every cue repeats doesn't part a sentence, and stands in the text once a turn."""
        document = parsed(srt("Ann Lee: Why did", "Ann Lee: you leave?", "Bo Ray: I", "Bo Ray: slept."), "talk.srt")
        assert document.text == "Ann Lee: Why did you leave?\n\nBo Ray: I slept."
        assert plainly(document) == [("Ann Lee", "Why did you leave?"), ("Bo Ray", "I slept.")]

    @pytest.mark.parametrize("form", ["[{}]: ", "({}): ", "{}: ", ">> {}: ", ">>{}: ", "- {}: ", "<b>{}:</b> "])
    @pytest.mark.parametrize(
        "names", [("SPEAKER_00", "SPEAKER_01"), ("ANN LEE", "BO RAY"), ("Speaker 1", "Speaker 2"), ("Ann Lee", "Bo Ray")]
    )
    def test_forms(self, form: str, names: tuple[str, str]) -> None:
        """Labels come in brackets, after arrows and dashes, in capitals, and as recognisers write them."""
        ask, tell = (form.format(name) for name in names)
        assert of_srt(f"{ask}Why?", f"{tell}Because the", "boats were sold.", f"{ask}And then?", f"{tell}I slept.") == [
            (names[0], "Why?"),
            (names[1], "Because the boats were sold."),
            (names[0], "And then?"),
            (names[1], "I slept."),
        ]

    @pytest.mark.parametrize("mark", [">> ", ">>", "&gt;&gt; ", "- ", "-", "– "])
    def test_change_without_name(self, mark: str) -> None:
        """A dash or arrows begin a turn of nobody known, in the next cue and in the next line."""
        assert of_vtt(f"{mark}Why did", "you leave?", f"{mark}Because.\n{mark}And then?", f"{mark}I slept.") == [
            (None, "Why did you leave?"),
            (None, "Because."),
            (None, "And then?"),
            (None, "I slept."),
        ]

    def test_change_inside_line(self) -> None:
        """Arrows inside a line are a change in a file that uses them."""
        assert of_srt(">> Why? >> Because.", ">> And then?") == [(None, "Why?"), (None, "Because."), (None, "And then?")]
        assert of_srt("- Why? - Because.") == [(None, "Why?"), (None, "Because.")]
        assert of_srt("- Why?", "- Because. - And?", "- So it-- - Yes. Well - so it was.")[2:] == [
            (None, "And?"),
            (None, "So it--"),
            (None, "Yes. Well - so it was."),
        ]
        assert of_srt("It shifts a >> b by", "one place.") == [(None, "It shifts a >> b by one place.")]

    @pytest.mark.parametrize(
        "cues", [("I was there", "- or so I thought -", "and -5 degrees it was"), ("We saw it", "-- and then", "it fell.")]
    )
    def test_dash_in_a_sentence(self, cues: tuple[str, ...]) -> None:
        """A dash in the middle of a sentence is no change of speaker."""
        assert of_srt(*cues) == [(None, " ".join(cues))]

    def test_dash_among_names(self) -> None:
        """In a file that names its speakers a lone dash is punctuation; two in a cue are two people, of no name."""
        assert of_srt(*NAMED, "- And that was all.") == [*NAMED_TURNS[:-1], ("Bo Ray", "I slept. - And that was all.")]
        assert of_srt(*NAMED, "- Really?\n- Really.") == [*NAMED_TURNS, (None, "Really?"), (None, "Really.")]

    def test_voices(self) -> None:
        """A voice span's name is the label of its words, closed or not, two in a cue or one over several cues."""
        cues = (
            "<v Ann Lee>Why did</v>",
            "<v Ann Lee>you leave?</v>",
            "<v.loud Bo Ray>Because &amp; so.\n<v Ann Lee>And\nthen?",
            "<v Bo Ray>I slept</v>",
            "and slept.",
            "Nobody says who this is.",
        )
        assert of_vtt(*cues) == [
            ("Ann Lee", "Why did you leave?"),
            ("Bo Ray", "Because & so."),
            ("Ann Lee", "And then?"),
            ("Bo Ray", "I slept and slept."),
            (None, "Nobody says who this is."),
        ]

    @pytest.mark.parametrize(
        "cues",
        [
            ("We went to the north.", "I tell you one", "thing: never again.", "And so it was."),
            ("He wrote a book,", "Learning Boats: A sailor's", "guide to the sea.", "It sold well."),
            ("I'd start with one", "question: what do", "you do? And a second", "question: why?"),
            ("We have two rules.",) * 20 + ("Remember the first.", "Boats: they float.", "We know that.", "Boats: they sink."),
            ("It is a quiet town.",) * 20 + (">> It rained.", ">>Luisa: Yes, it did.", ">> So it did.", ">>Luisa: Lovely."),
            ("At 10:", "30 we left.", "A:", "that is all"),
        ],
    )
    def test_nobody_is_named(self, cues: tuple[str, ...]) -> None:
        """A colon in the middle of a talk, or a name or two late in a file that names nobody, is no speaker."""
        assert {label for label, _ in said(parsed(srt(*cues), "talk.srt"))} == {None}

    def test_late_name_is_nobodys_words(self) -> None:
        """What stands after arrows with a colon is not said, be it believed or not."""
        turns = of_srt(*("It is a quiet town.",) * 20, ">> It rained.", ">>Luisa: Yes, it did.")
        assert turns[-1] == (None, "Yes, it did.")


class TestSilence:
    @pytest.mark.parametrize(
        "sound",
        [
            "[MUSIC]",
            "(applause)",
            "♪",
            "♪ la la ♪",
            "♪ la la\nla ♪",
            "[BLANK_AUDIO]",
            "(speaking\nGerman)",
            "- [laughs]",
            "Captioned by Skerry Captions",
        ],
    )
    def test_sounds(self, sound: str) -> None:
        """A cue that is all sound, song or credit is in the text on a line of its own, and in no turn."""
        document = parsed(
            srt("Ann Lee: Why did you", sound, "leave? Bo?", "Bo Ray: I slept.", "Ann Lee: So.", "Bo Ray: Yes."), "talk.srt"
        )
        assert said(document)[0] == ("Ann Lee", ("Why did you", "leave? Bo?"))
        assert sound.split("\n", maxsplit=1)[0] in document.text
        assert re.sub(r"\W", "", sound) not in re.sub(r"\W", "", all_words(document)) or sound == "♪"

    def test_bracket_in_a_sentence(self) -> None:
        """Brackets inside speech stay in it."""
        assert of_srt("So he came (or so", "they say) [laughs] at noon.") == [
            (None, "So he came (or so they say) [laughs] at noon.")
        ]


ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
\x20
so<00:00:00.320><c> we</c><00:00:00.500><c> went</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
so we went
\x20

00:00:02.010 --> 00:00:04.000 align:start position:0%
so we went
yeah<00:00:03.000><c> yeah</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
yeah yeah
\x20

00:00:04.010 --> 00:00:06.000 align:start position:0%
yeah yeah
yeah<00:00:05.000><c> yeah</c>

00:00:06.000 --> 00:00:06.010 align:start position:0%
yeah yeah

00:00:06.010 --> 00:00:08.000 align:start position:0%
yeah yeah
to the harbour
"""


class TestRolling:
    def test_every_word_once(self) -> None:
        """Captions that roll give every word once, also one that was said twice."""
        document = parsed(ROLLING, "talk.vtt")
        assert document.text == "so we went yeah yeah yeah yeah to the harbour"
        assert [anchor.start_ms for anchor in document.anchors] == [0, 2010, 4010, 6010]

    def test_growing(self) -> None:
        """So do captions whose line grows word by word."""
        assert of_srt("So", "So we", "So we went", "So we went\nto the", "to the harbour") == [
            (None, "So we went to the harbour")
        ]

    def test_said_twice(self) -> None:
        """In captions that don't roll, what is said twice stays twice; a cue written twice at one time is one."""
        assert of_srt("Yes.", "Yes.", "Yes.", "No.") == [(None, "Yes. Yes. Yes. No.")]
        assert plainly(parsed(srt("Yes.") + "\n" + srt("Yes."), "talk.srt")) == [(None, "Yes.")]


class TestTimes:
    def test_anchors(self) -> None:
        """Each cue is an anchor for its words, and turns begin and end with theirs."""
        document = parsed(srt(*NAMED), "talk.srt")
        assert [(a.span.cut(document.text), a.start_ms, a.end_ms) for a in document.anchors][:2] == [
            ("Why did you leave the harbour?", 0, 2000),
            ("Because the boats", 2000, 4000),
        ]
        assert [(turn.start_ms, turn.end_ms) for turn in document.turns] == [
            (0, 2000),
            (2000, 6000),
            (6000, 8000),
            (8000, 10000),
        ]

    @pytest.mark.parametrize(
        "wrong",
        [
            "00:00:00,100 --> 00:00:00,200",
            "99:00:00,000 --> 99:00:01,000",
            "x:00 --> y:00",
            "5000:00:00,000 --> 5000:00:01,000",
        ],
    )
    def test_contradiction(self, wrong: str) -> None:
        """A time against the order of the others is dropped alone, and its words are kept."""
        content = srt("One", "two", "three", "four", "five").replace("00:00:06,000 --> 00:00:08,000", wrong)
        document = parsed(content, "talk.srt")
        assert document.text == "One two three four five"
        assert [anchor.start_ms for anchor in document.anchors] == [0, 2000, 4000, 8000]

    def test_overlap(self) -> None:
        """Cues that overlap in time keep their times and the order of the file."""
        content = srt("One", "two").replace("00:00:00,000 --> 00:00:02,000", "00:00:00,000 --> 00:00:03,000")
        assert [(a.start_ms, a.end_ms) for a in parsed(content, "talk.srt").anchors] == [(0, 3000), (2000, 4000)]


def _cut(words: str, sizes: list[int]) -> list[str]:
    """The words in lines of some words each."""
    rest, lines = words.split(), []
    while rest:
        size = sizes[len(lines) % len(sizes)]
        lines.append(" ".join(rest[:size]))
        rest = rest[size:]
    return lines


@given(
    interviews(),
    st.lists(st.integers(2, 7), min_size=1, max_size=5),
    st.integers(1, 2),
    st.sampled_from(["srt", "vtt", "voice", "rolling"]),
)
@settings(deadline=None, max_examples=150)
def test_round_trip(turns: list[tuple[str, list[str]]], sizes: list[int], rows: int, kind: str) -> None:
    """Any interview cut into cues, in the middle of its sentences, gives its turns back, word for word."""
    cues: list[str] = []
    expected: list[tuple[str | None, str]] = []
    count = itertools.count()
    for name, paragraphs in turns:
        plain = " ".join(paragraphs).replace(" –", "")  # a dash that opens a line is another voice
        words = re.sub(r"\b[a-z]+", lambda word: f"{word[0]}{next(count)}", plain)  # no line like another
        lines = _cut(
            words if kind == "voice" else f"{name}: {words}", sizes if kind == "voice" else [len(name.split()) + 2, *sizes]
        )
        pairs = ["\n".join(lines[n : n + rows]) for n in range(0, len(lines), rows)]
        cues += [f"<v {name}>{pair}" for pair in pairs] if kind == "voice" else pairs
        if expected and expected[-1][0] == name:
            expected[-1] = (name, f"{expected[-1][1]} {words}")
        else:
            expected.append((name, words))
    if kind == "rolling":
        lines = [line for cue in cues for line in cue.split("\n")]
        cues = [lines[0], *(f"{one}\n{two}" for one, two in itertools.pairwise(lines))]
    document = parsed(srt(*cues) if kind == "srt" else vtt(*cues), "talk.srt" if kind == "srt" else "talk.vtt")
    assert plainly(document) == expected
    assert_sound(document)
    times = Anchors(document.anchors)
    starts = [times.locate(turn.spans[0]).start_ms for turn in document.turns]
    assert starts == sorted(start for start in starts if start is not None)


PARTS = (
    "WEBVTT|\n|\n\n|\r\n|1\n|2\n|00:00:01,000 --> 00:00:02,000\n|00:01.000 --> 00:02.000 align:start\n|"
    "0:00:01.000,0:00:02.000\n|99999999:99:99,999 --> 1\n|-->|--> \n|NOTE\n|STYLE\n|<v Ann Lee>|<v |</v>|<i>|"
    "<00:00:01.000>|{\\an8}|&amp;|&#xD800;|&#0;|>> |- |-|Ann Lee: |Bo Ray: |[Ann Lee]: |Q: |A |[MUSIC]|♪|"
    "words and words. |so |Language: x\n|\ufeff|\u2028|🏦"
).split("|")


@given(
    st.binary(max_size=80) | st.text(max_size=80) | st.lists(st.sampled_from(PARTS), max_size=50).map("".join),
    st.sampled_from(["srt", "vtt"]),
)
@settings(deadline=None, max_examples=400)
def test_garbage(content: str | bytes, suffix: str) -> None:
    """Whatever is in the file, it is parsed with spans inside its text, or refused with an error about this source."""
    assert_read_or_refused(content, f"talk.{suffix}")


@given(st.lists(st.sampled_from(PARTS), max_size=60))
@settings(deadline=None, max_examples=200)
def test_anchors_lie_in_order(parts: list[str]) -> None:
    """Anchors lie in the text, after one another, and their times never run backwards."""
    try:
        document = parsed("00:00:01,000 --> 00:00:02,000\nSo.\n\n" + "".join(parts), "talk.srt")
    except MalformedSource:
        return
    at = time = 0
    for anchor in document.anchors:
        assert at <= anchor.span.start <= anchor.span.end <= len(document.text)
        assert anchor.start_ms is not None
        assert time <= anchor.start_ms <= (anchor.end_ms if anchor.end_ms is not None else anchor.start_ms)
        at, time = anchor.span.end, anchor.start_ms
