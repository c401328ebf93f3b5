"""Turns under heads of a name and a time, as programs that transcribe write them: ``Speaker 1  00:59``, then the words.

Such a head needs no colon, so that the labels' own forms don't find it; the time beside the name makes it one. And the times
that stand before or after labels with a colon: they are nobody's words, but say when the words were said.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.formats.clock import STAMP, Moment, anchors_of, in_order, times_in
from index.formats.columns import is_name
from index.labelling import accept
from index.labels import Label, Line
from index.records import Anchor, Span, Turn
from index.turns import build_turns, trim

_GAP = r"[ \t\u00a0]*[-–—|·,]?[ \t\u00a0]*"
_NAME = r"(?P<name>[^\W_][^\n:：\t]{0,79}?)"
_ALONE = (
    re.compile(rf"{STAMP}{_GAP}{_NAME}[ \t\u00a0]*[:：]?"),
    re.compile(rf"{_NAME}{_GAP}(?:[:：][ \t\u00a0]*)?{STAMP}[ \t\u00a0]*[:：]?"),
)
_RUN_IN = (
    re.compile(rf"{_NAME}[ \t\u00a0]*(?=[\[(]){STAMP}[ \t\u00a0]+(?=[^\s:：])"),
    re.compile(rf"{_NAME}[:：]?\t\s*{STAMP}\s+(?=\S)"),
    re.compile(rf"(?=[\[(]){STAMP}[ \t\u00a0]*{_NAME}\t\s*(?=\S)"),
)
_STAMP_ALONE = re.compile(rf"{STAMP}\s*[-–—:]?")
_STAMP_FIRST = re.compile(rf"(?:(?=[\[(<{{]){STAMP}|{STAMP}(?=\s+[^\W\d_]))[ \t\u00a0]*[-–—|]?\s*")
_STAMP_INSIDE = re.compile(rf"(?=\[){STAMP}")
_STAMP_AFTER = re.compile(rf"(?=[\[(]){STAMP}\s*")
_STAMP_BEFORE = re.compile(rf"(?=[\[(]){STAMP}\s*[:：]?\s*\Z")
_EXPORTERS = re.compile(
    r"(?i).{2,80} (?:started|stopped) (?:the )?transcription\.?"
    r"|(?:this )?transcri(?:bed|pt|ption) (?:by|was|exported|provided)\b.{0,120}"
    r"|https?://\S+|page \d+ of \d+|(?:audio|video) file|transcript|.{1,80}\.(?:mp3|mp4|m4a|wav|webm|ogg|mov)"
)
_MAX_HEAD = 120
_LONG_ENOUGH = 5
_SENTENCE_END = re.compile(r"[.!?…。！？]['\"”’»)\]*_]*$")


Timed = tuple[tuple[Turn, ...], tuple[Anchor, ...]]


@dataclass(frozen=True, slots=True)
class _Head:
    """Where a turn begins: who, from which offset on (on this line or a later one), and when."""

    name: str
    content: int
    moment: Moment
    lines: int = 1


def timed_dialogue(
    text: str, lines: Sequence[Line], *, title: str | None = None
) -> tuple[tuple[Turn, ...], tuple[Anchor, ...]]:
    """The turns that some lines hold, and the times that they state: under heads of name and time, else by labels."""
    kept = [line for line in lines if not is_program_note(line.span.cut(text))]
    heads = _heads(text, kept)
    if heads and _are_heads(text, kept, heads):
        return _under_heads(text, kept, heads, title)
    return _under_labels(text, kept, title)


def is_program_note(line: str) -> bool:
    """Whether a whole line is what a transcribing program says of itself, of the recording or of the document's parts."""
    return len(line) <= 2 * _MAX_HEAD and bool(_EXPORTERS.fullmatch(line))


def finished(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines of running text among some: no title, no byline, no list of names."""
    return [
        line for line in lines if len((words := line.span.cut(text)).split()) >= _LONG_ENOUGH and _SENTENCE_END.search(words)
    ]


def _heads(text: str, lines: Sequence[Line]) -> dict[int, _Head]:
    found: dict[int, _Head] = {}
    for number, line in enumerate(lines):
        if (head := _head(text, line)) is not None:
            found[number] = head
        elif number + 1 < len(lines) and _STAMP_ALONE.fullmatch(line.span.cut(text)):
            following = lines[number + 1].span.cut(text)
            if len(following) <= _MAX_HEAD and is_name(following) and _head(text, lines[number + 1]) is None:
                name = following.rstrip(":： ")
                found[number] = _Head(name, lines[number + 1].span.end, _moment(line.span.cut(text), line.span.start), lines=2)
    return found


def _head(text: str, line: Line) -> _Head | None:
    words = line.span.cut(text)[: 2 * _MAX_HEAD]
    if not any(character.isdigit() for character in words[:_MAX_HEAD]):
        return None
    if len(words) <= _MAX_HEAD:
        for pattern in _ALONE:
            if (match := pattern.fullmatch(words)) and is_name(match["name"]):
                return _Head(_squeezed(match["name"]), line.span.end, _moment(words, line.span.start))
    for pattern in _RUN_IN:
        if (match := pattern.match(words)) and is_name(match["name"]):
            return _Head(_squeezed(match["name"]), line.span.start + match.end(), _moment(match.group(), line.span.start))
    return None


def _squeezed(name: str) -> str:
    return " ".join(name.split()).rstrip(":： ")


def _moment(words: str, offset: int) -> Moment:
    times = times_in(words)
    return Moment(offset, times[0] if times else 0, times[1] if len(times) > 1 else None)


def _are_heads(text: str, lines: Sequence[Line], heads: dict[int, _Head]) -> bool:
    """Whether they head words, come back, and go on in time: a list of chapters or a timetable does none of that."""
    names = Counter(head.name.casefold() for head in heads.values())
    followed = sum(
        head.content < lines[number].span.end or (number + head.lines < len(lines) and number + head.lines not in heads)
        for number, head in heads.items()
    )
    ordered = len(in_order([head.moment for head in heads.values()]))
    return (
        len(heads) > 1
        and max(names.values()) > 1
        and len(names) <= 0.7 * len(heads)
        and followed >= 0.8 * len(heads)
        and ordered >= 0.8 * len(heads)
    )


def _under_heads(text: str, lines: Sequence[Line], heads: dict[int, _Head], title: str | None) -> Timed:
    first = min(heads)
    turns = list(build_turns(text, finished(text, lines[:first]), title=title))
    moments: list[Moment] = []
    others = _other_labels(text, lines, heads)
    label: str | None = None
    spans: list[Span] = []

    def close() -> None:
        if spans:
            turns.append(Turn(tuple(spans), label))

    passed = 0
    for number in range(first, len(lines)):
        start, end = lines[number].span.start, lines[number].span.end
        head, other = heads.get(number), others.get(number)
        if passed:
            passed -= 1
            continue
        if head is not None:
            close()
            label, spans, passed, start = head.name, [], head.lines - 1, head.content
            moments.append(replace(head.moment, offset=start))
        elif other is not None:
            close()
            label, spans, start = other.text, [], other.content
        else:
            start = _stamped(text, lines[number], moments)
        if start < end:
            _add(text, spans, trim(text, Span(start, end)))
    close()
    return tuple(turns), _anchors(moments, turns)


def _other_labels(text: str, lines: Sequence[Line], heads: dict[int, _Head]) -> dict[int, Label]:
    """The labels with a colon between the heads, where a document has both; a few of them are words that look like one."""
    numbers = [number for number in range(min(heads), len(lines)) if number not in heads]
    names = {head.name.casefold() for head in heads.values()}
    found = accept(text, [lines[number] for number in numbers])
    if len(found) <= 0.3 * len(heads):
        found = {number: label for number, label in found.items() if label.text.casefold() in names}
    return {numbers[number]: label for number, label in found.items()}


def _add(text: str, spans: list[Span], span: Span) -> None:
    """Adds words to a turn, joined to those before where nothing but blanks lies between."""
    if spans and not text[spans[-1].end : span.start].strip():
        spans[-1] = Span(spans[-1].start, span.end)
    elif span.start < span.end:
        spans.append(span)


def _under_labels(text: str, lines: Sequence[Line], title: str | None) -> Timed:
    moments: list[Moment] = []
    starts = [_stamped(text, line, moments) for line in lines]
    bare = [
        replace(line, span=Span(start, line.span.end))
        for line, start in zip(lines, starts, strict=True)
        if start < line.span.end
    ]
    turns = [_without_stamp(text, turn, moments) for turn in build_turns(text, bare, title=title)]
    return tuple(turns), _anchors(moments, turns)


def _stamped(text: str, line: Line, moments: list[Moment]) -> int:
    """Where a line's words begin, after the time that it may begin with; notes that time, and those in square brackets."""
    words = line.span.cut(text)
    if _STAMP_ALONE.fullmatch(words):
        moments.append(_moment(words, line.span.end))
        return line.span.end
    match = _STAMP_FIRST.match(words)
    start = match.end() if match and match.end() < len(words) else 0
    if match and start:
        moments.append(_moment(match.group(), line.span.start + start))
    inside = _STAMP_INSIDE.finditer(words, start)
    moments += [_moment(found.group(), line.span.start + found.start()) for found in inside]
    return line.span.start + start


def _without_stamp(text: str, turn: Turn, moments: list[Moment]) -> Turn:
    """``Ann Lee: [00:01:15] Why?`` and ``Ann Lee (00:01:15): Why?``: the time beside a label is noted and none of her words."""
    first = turn.spans[0]
    before = _STAMP_BEFORE.search(text[max(0, first.start - _MAX_HEAD) : first.start]) if turn.label else None
    after = _STAMP_AFTER.match(text, first.start, first.end)
    if before:
        moments.append(_moment(before.group(), first.start))
    if after is None or after.end() >= first.end:
        return turn
    moments.append(_moment(after.group(), after.end()))
    return replace(turn, spans=(Span(after.end(), first.end), *turn.spans[1:]))


def _anchors(moments: Sequence[Moment], turns: Sequence[Turn]) -> tuple[Anchor, ...]:
    """The times as anchors of what was said: from the words after a moment to those before the next."""
    spans = [span for turn in turns for span in turn.spans]
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    placed: dict[int, Moment] = {}
    for moment in moments:
        number = bisect_right(ends, moment.offset)
        if number < len(spans):
            offset = max(moment.offset, starts[number])
            placed[offset] = replace(moment, offset=offset)
    anchors = anchors_of(placed.values(), ends[-1] if ends else 0)
    return tuple(
        replace(anchor, span=Span(anchor.span.start, min(anchor.span.end, ends[bisect_left(starts, anchor.span.end) - 1])))
        for anchor in anchors
    )
