"""Subtitle files to cues: which words are on screen when, and whose voice the file says it is.

SubRip, WebVTT and YouTube's SBV are told apart by their lines and not by their suffix, since files are renamed. The
libraries ``srt`` and ``webvtt-py`` are not used: of a file with one broken time, a blank line inside a cue or no header
they drop words or swallow the next cue, and of two voices in one cue they name one.

Words are never lost: a time that can't be read, or that contradicts those around it, is dropped and its words are kept.
What is in no cue (identifiers, ``NOTE``, ``STYLE`` and ``REGION`` blocks, whatever stands before the first time) is no
word. Only a file without a single line of times is refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from index.errors import MalformedSource
from index.formats.clock import Moment, in_order
from index.records import Anchor, Source
from index.sources import decode

MAX_MS: Final = 1000 * 3600 * 1000
"""A time beyond a thousand hours is a slip and no time."""

_CLOCK = r"(?:\d{1,4}:)?\d{1,3}:\d{1,2}(?:[.,:;]\d{1,9})?"
_TIMES = re.compile(rf"\s*(?P<start>{_CLOCK})\s*(?:-{{1,2}}>|,)\s*(?P<end>{_CLOCK})(?=\s|$)")
_LONE_CLOCK = re.compile(rf"(?<![\w:.,\-+]){_CLOCK}(?![\w:])")
_CLOCK_PARTS = re.compile(r"(?:(?P<h>\d+):)?(?P<m>\d+):(?P<s>\d+)(?:[.,:;](?P<fraction>\d+))?$")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")
_BLOCK = re.compile(r"(?:NOTE(?:\s.*)?|STYLE|REGION|WEBVTT(?:\s.*)?)$")
_LANGUAGE = re.compile(r"(?i)\s*Language\s*:\s*([a-z]{2,3})\b")
_MARKUP = re.compile(
    r"(?i)(?P<voice><v(?:\.[^\s<>]*)?(?:\s+(?P<name>[^<>]*))?>)|(?P<end></v>)|(?P<line><br\s*/?>|\\N)"
    r"|</?(?:c|i|b|u|s|lang|ruby|rt|font|span|em|strong)(?:[.\s][^<>]*)?/?>|<\d[\d:.]*>|\{\\[^{}]*\}"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_BLANKS = re.compile(r"[ \t]{2,}")


@dataclass(frozen=True, slots=True)
class CueLine:
    """One line on the screen without markup, never blank; ``voice`` is the name that the file's voice span gives."""

    words: str
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown at a time; ``start_ms`` and ``end_ms`` are ``None`` where the file's can't be believed."""

    lines: tuple[CueLine, ...]
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Subtitles:
    """The cues of a file in its order, and the language that its header states."""

    cues: tuple[Cue, ...]
    language: str | None = None


def read_cues(source: Source) -> Subtitles:
    """The cues of a subtitle file; raises :class:`MalformedSource` when it has no line of times at all."""
    rows = _LINE_BREAK.split(decode(source))
    timed = [number for number, row in enumerate(rows) if _is_timing(row)]
    if not timed:
        first = next((number for number, row in enumerate(rows, 1) if row.strip() and not row.startswith("WEBVTT")), len(rows))
        raise MalformedSource(
            source.path,
            f"no cue begins here or further down; found {rows[first - 1].strip()[:40]!r}.",
            'Expected lines like "00:00:01,000 --> 00:00:04,000"; a transcript without times goes into a .txt file.',
            line=first,
        )
    is_vtt = any(row.startswith("WEBVTT") for row in rows[: timed[0]])
    cues: list[Cue] = []
    for number, stop in zip(timed, [*timed[1:], len(rows)], strict=True):
        payload = _payload(rows[number + 1 : stop], is_last=stop == len(rows), index=_index_of(rows, number), is_vtt=is_vtt)
        start, end = _times(rows[number])
        cues.append(Cue(tuple(_shown(payload)), start, end))
    return Subtitles(tuple(cues), _language(rows[: timed[0]]))


def clock_ms(words: str) -> int | None:
    """``1:02:03.5``, ``02:03,500`` as milliseconds; ``None`` for what is no time, or one that no recording has."""
    match = _CLOCK_PARTS.match(words.strip())
    if not match or len(words) > 40:
        return None
    seconds = int(match["h"] or 0) * 3600 + int(match["m"]) * 60 + int(match["s"])
    time = seconds * 1000 + int(((match["fraction"] or "") + "000")[:3])
    return time if time <= MAX_MS else None


def without_contradictions(anchors: Sequence[Anchor]) -> tuple[Anchor, ...]:
    """The anchors whose times never run backwards, as many as can be kept; an end before its start is dropped alone."""
    moments = [Moment(anchor.span.start, anchor.start_ms) for anchor in anchors if anchor.start_ms is not None]
    kept = {moment.offset for moment in in_order(moments)}
    return tuple(
        replace(anchor, end_ms=None) if (anchor.end_ms or 0) < (anchor.start_ms or 0) else anchor
        for anchor in anchors
        if anchor.span.start in kept and anchor.start_ms is not None
    )


def _is_timing(row: str) -> bool:
    """Whether a line is one of times, be they readable or not."""
    if _TIMES.match(row):
        return True
    left, arrow, _ = row.partition("-->")
    left = left.strip()
    return bool(arrow) and len(left) <= 20 and not re.search(r"\s", left) and any(sign.isdecimal() for sign in row)


def _times(row: str) -> tuple[int | None, int | None]:
    if match := _TIMES.match(row):
        return clock_ms(match["start"]), clock_ms(match["end"])
    left, _, right = row.partition("-->")
    found = (_LONE_CLOCK.search(left), _LONE_CLOCK.search(right))
    start, end = (clock_ms(match.group()) if match else None for match in found)
    return start, end


def _index_of(rows: Sequence[str], timing: int) -> int | None:
    """The number above a line of times."""
    above = rows[timing - 1].strip() if timing else ""
    return int(above) if above.isascii() and above.isdigit() and len(above) < 10 else None


def _payload(rows: Sequence[str], *, is_last: bool, index: int | None, is_vtt: bool) -> list[str]:
    """The lines of a cue's text: without the next cue's identifier and without comment blocks."""
    rows = list(rows)
    if is_last:
        while rows and not rows[-1].strip():
            rows.pop()
        is_cut_off = index is not None and len(rows) > 1 and rows[-1].strip() == str(index + 1) and not rows[-2].strip()
        rows = rows[:-1] if is_cut_off else rows
    elif rows and (rows[-1].strip().isdigit() or (is_vtt and rows[-1].strip() and len(rows) > 1 and not rows[-2].strip())):
        rows.pop()
    kept: list[str] = []
    after_blank = skipping = False
    for row in rows:
        is_blank = not row.strip()
        skipping = not is_blank and (skipping or (is_vtt and after_blank and bool(_BLOCK.match(row))))
        if not is_blank and not skipping:
            kept.append(row)
        after_blank = is_blank
    return kept


def _shown(rows: Iterable[str]) -> Iterator[CueLine]:
    """The lines without their markup; a voice span that the file doesn't close lasts to the end of the cue."""
    raw = "\n".join(rows)
    voice: str | None = None
    words = ""

    def lines(until: str) -> Iterator[CueLine]:
        for line in until.split("\n"):
            if plain := _BLANKS.sub(" ", line).strip():
                yield CueLine(plain, voice)

    at = 0
    for match in _MARKUP.finditer(raw):
        words += unescape(raw[at : match.start()])
        at = match.end()
        if match["line"]:
            words += "\n"
        elif match["voice"] or match["end"]:
            yield from lines(words)
            words = ""
            voice = " ".join(unescape(match["name"] or "").split()) or None
    yield from lines(words + unescape(raw[at:]))


def unescape(words: str) -> str:
    """Entities that are closed by their semicolon, decoded once; a line break or a NUL written as one is a blank."""
    return _ENTITY.sub(lambda match: re.sub(r"[\n\r\x00]", " ", html.unescape(match.group())), words)


def _language(header: Iterable[str]) -> str | None:
    found = (match for row in header if (match := _LANGUAGE.match(row)))
    return next((match[1].lower() for match in found), None)
