"""Which pieces of subtitles begin with a speaker's label, and what of them the label is.

A label is a claim about who spoke, and lines of subtitles begin anywhere: ``the book,`` ⏎ ``Learning: The …``. So beyond what
:mod:`index.labels` asks, a name must begin a sentence or come back often, and the first one must stand near the start of
the file. What stands after ``>>`` with a colon and can't be believed is nobody's words either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.formats.captions import Change, Fragment
from index.labelling import accept
from index.labels import Label, Line, Strength, candidate, name_of
from index.records import Span

_BRACKETED = re.compile(r"[\[(]([^\[\]()\n]{1,60})[\])](?=\s?[:：]\s)")
_SINGLE_LETTER = re.compile(r"(?i)[qa]\.?$")
_LEAD = 0.1
_LEAD_LINES = 12
_OFTEN = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A label in a fragment: ``content`` is where in it the words begin. ``name`` is ``None`` where it isn't believed."""

    name: str | None
    content: int
    strength: Strength | None = None


def find_labels(pieces: Sequence[Fragment]) -> tuple[list[Fragment], dict[int, Found]]:
    """The fragments, joined and parted where a label asks for it, and their labels by number."""
    return _parted_inside(*_joined_labels(pieces, _at_line_starts(pieces)))


def _view(piece: Fragment) -> str:
    """The fragment as labels are looked for in it, character for character: its mark and a label's brackets blanked."""
    words = " " * piece.mark + piece.words[piece.mark :]
    match = _BRACKETED.match(words.lstrip())
    if not match:
        return words
    at = len(words) - len(words.lstrip())
    return f"{words[:at]} {match[1]} {words[at + match.end() :]}"


def _lay_out(pieces: Sequence[Fragment]) -> tuple[str, list[Line]]:
    """The fragments as lines of a text, for :mod:`index.labels`; a paragraph opens where a cue and a sentence begin."""
    views = [_view(piece) for piece in pieces]
    lines: list[Line] = []
    at = 0
    for piece, view in zip(pieces, views, strict=True):
        lines.append(Line(Span(at, at + len(view)), piece.change is not Change.NONE or _opens(piece)))
        at += len(view) + 1
    return "\n".join(views), lines


def _opens(piece: Fragment) -> bool:
    return piece.opens_sentence and piece.opens_cue


def _at_line_starts(pieces: Sequence[Fragment]) -> dict[int, Found]:
    """The labels by the number of their fragment."""
    text, lines = _lay_out(pieces)
    candidates = {
        number: label
        for number, line in enumerate(lines)
        if not pieces[number].silent and (label := candidate(text, line)) and _is_mark_or_has_colon(label)
    }
    counts = Counter(name_of(label.text).casefold() for label in candidates.values())
    offered = [
        number
        for number, piece in enumerate(pieces)
        if not piece.silent and (number not in candidates or _may_be(piece, candidates[number], counts))
    ]
    accepted = accept(text, [lines[number] for number in offered])
    sure = {offered[place]: label for place, label in accepted.items() if offered[place] in candidates}
    believed = _believed(pieces, sure, counts)
    found = {
        number: Found(label.text, label.content - lines[number].span.start, label.strength)
        for number, label in believed.items()
    }
    for number, label in candidates.items():
        if number not in found and pieces[number].words.startswith((">>", "≫")):
            found[number] = Found(None, label.content - lines[number].span.start)
    return found


def _is_mark_or_has_colon(label: Label) -> bool:
    """A bare ``Q`` or ``A`` begins too many lines of subtitles (``A`` ⏎ ``house``) to be one here."""
    return label.has_colon


def _may_be(piece: Fragment, label: Label, counts: Counter[str]) -> bool:
    """Whether a candidate stands where a label can, at the start of a sentence or after a mark; else it comes back often.

    ``At 10:`` and a lone ``A:`` are none.
    """
    count = counts[name_of(label.text).casefold()]
    has_number = any(sign.isdecimal() for sign in label.text)
    if label.strength is Strength.MARK:
        stands = piece.change is not Change.NONE or _opens(piece) or (piece.opens_cue and has_number)
        return count >= _OFTEN or (stands and (count > 1 or not _SINGLE_LETTER.match(label.text)))
    stands = (
        piece.change is not Change.NONE or _opens(piece) or (piece.opens_cue and label.strength is Strength.NAME and count > 1)
    )
    return count >= _OFTEN or (stands and not has_number)


def _believed(pieces: Sequence[Fragment], sure: dict[int, Label], counts: Counter[str]) -> dict[int, Label]:
    """Without names that begin too late: a file that names its speakers does so from its start.

    Marks (``Speaker 2``), names in capitals, and two full names of which each comes back stay wherever they begin.
    """
    if not sure:
        return sure
    spoken = [number for number, piece in enumerate(pieces) if not piece.silent]
    lead = spoken[: max(_LEAD_LINES, int(_LEAD * len(spoken)))][-1]
    full = {
        name
        for label in sure.values()
        if label.strength is Strength.NAME and counts[name := name_of(label.text).casefold()] > 1
    }
    if min(sure) <= lead or len(full) > 1:
        return sure
    return {
        number: label
        for number, label in sure.items()
        if label.strength is Strength.MARK
        or (label.text.isupper() and len(label.text) > 2 and counts[name_of(label.text).casefold()] > 1)
    }


def _joined_labels(pieces: Sequence[Fragment], labels: dict[int, Found]) -> tuple[list[Fragment], dict[int, Found]]:
    """The fragments joined where the end of a line cuts a label in two (``Dr. Christopher`` ⏎ ``Montgomery: I …``).

    The whole must be a label elsewhere too, or stand so as often as its second half stands as a label.
    """
    cut: dict[int, Found] = {}
    for number in range(len(pieces) - 1):
        first, second = pieces[number : number + 2]
        if number not in labels and first.opens_cue and second.cue == first.cue and second.change is Change.NONE:
            whole = f"{_view(first)} {second.words}"
            label = candidate(whole, Line(Span(0, len(whole)), True)) if ":" not in first.words else None
            if label and label.strength is Strength.NAME and label.content > len(first.words):
                cut[number] = Found(label.text, label.content, label.strength)
    known = {label.name for label in labels.values()}
    halves = Counter(label.name for label in labels.values())
    wholes = Counter((label.name, labels[n + 1].name if n + 1 in labels else None) for n, label in cut.items())
    sure = {
        number
        for number, label in cut.items()
        if label.name in known
        or (number + 1 in labels and 1 < 2 * wholes[label.name, half := labels[number + 1].name] - 1 >= halves[half])
    }
    joined: list[Fragment] = []
    found: dict[int, Found] = {}
    for number, piece in enumerate(pieces):
        if number - 1 in sure:
            joined[-1] = replace(joined[-1], words=f"{joined[-1].words} {piece.words}")
            continue
        if begun := cut[number] if number in sure else labels.get(number):
            found[len(joined)] = begun
        joined.append(piece)
    return joined, found


def _parted_inside(pieces: Sequence[Fragment], labels: dict[int, Found]) -> tuple[list[Fragment], dict[int, Found]]:
    """The fragments parted where a known label stands inside a line, after the end of a sentence (``… do. Ann Lee: I …``)."""
    counts = Counter((label.name, label.strength) for label in labels.values() if label.name)
    names = sorted(
        {
            name
            for (name, strength), count in counts.items()
            if name and (strength is Strength.NAME or (count > 1 and len(name) > 1))
        },
        key=len,
        reverse=True,
    )
    if not names:
        return list(pieces), labels
    inner = re.compile(rf"(?<=[.?!…])\s*(?P<name>{'|'.join(map(re.escape, names))})[:：](?=\s)\s*")
    parted: list[Fragment] = []
    found: dict[int, Found] = {}
    for number, piece in enumerate(pieces):
        if number in labels:
            found[len(parted)] = labels[number]
        at = 0
        for match in inner.finditer(piece.words, labels[number].content if number in labels else 0):
            parted.append(replace(piece, words=piece.words[at : match.start()]) if not at else _rest(piece, at, match.start()))
            at = match.start("name")
            found[len(parted)] = Found(match["name"], match.end() - at, Strength.NAME)
        parted.append(_rest(piece, at, len(piece.words)) if at else piece)
    return parted, found


def _rest(piece: Fragment, start: int, end: int) -> Fragment:
    words = piece.words[start:end]
    return replace(piece, words=words, change=Change.NONE, mark=0, opens_cue=False, opens_sentence=True)
