"""Words set into lines for a terminal: where they may be broken, and how wide they are there.

Lines are slices of the words, and between two of them lie only blanks or a line's end: nothing is altered. Knows characters
and their cells; not what the words are, nor how they are painted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NARROWEST, WIDEST = 12, 100
"""The measure, in cells: longer lines are hard to read, and in shorter ones no control character would have room."""

MARGIN = "    "
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|\r(?!\n)")
_LINE_END = re.compile(r"\r\n|[\n\u2028\u2029]")
_BLANKS = frozenset(" \t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000")
_TAB_CELLS = 8
_OPENING, _CLOSING = frozenset({"Ps", "Pi"}), frozenset({"Pe", "Pf", "Po"})

Slice = tuple[int, int]


def visible(words: str) -> str:
    """Words that can't steer a terminal or a page: control characters and direction overrides are shown by their numbers."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", words)


def cells(words: str) -> int:
    """How many cells of a terminal the words take, control characters shown; a tab counts as the most that it can take."""
    if words.isascii() and words.isprintable():
        return len(words)
    from wcwidth import wcswidth

    return max(0, wcswidth(visible(words).replace("\t", " " * _TAB_CELLS)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of some words, ``words[start:end]``, that stands on lines of its own behind a ``margin``."""

    start: int
    end: int
    margin: str = MARGIN


def set_lines(words: str, width: int, *, start: int = 0, end: int | None = None) -> Iterator[Slice]:
    """The lines of ``words[start:end]``, each at most ``width`` cells wide where one character isn't wider than that.

    They are broken at blanks, beside wide characters, and inside a word only where it has no room on a line of its own. A
    line's end in the words ends a line. Blanks at the beginning of the words' own lines stay.
    """
    end = len(words) if end is None else end
    at = start
    while True:
        found = _LINE_END.search(words, at, end)
        to = found.start() if found else end
        begins_line = at == 0 or bool(_LINE_END.fullmatch(words, at - 1, at))
        is_rest = not words[at:to].strip("".join(_BLANKS)) and (not begins_line or (found is None and end < len(words)))
        if not is_rest:  # of a line whose other part is another stretch
            yield from _set_line(words, at if begins_line else _after_blanks(words, at, to), to, width)
        if found is None:
            return
        at = found.end()


def set_stretches(words: str, stretches: Sequence[Stretch], width: int) -> Iterator[tuple[Stretch, Slice]]:
    """The lines of adjoining parts of the words, each with its part; margins count to the width."""
    for stretch in stretches:
        room = max(width - cells(stretch.margin), 1)
        for line in set_lines(words, room, start=stretch.start, end=stretch.end):
            yield stretch, line


def stretches_of(length: int, marks: Sequence[tuple[int, int, str]]) -> list[Stretch]:
    """Words of a ``length`` as adjoining stretches, by ``(start, end, margin)`` marks in order that don't overlap."""
    found: list[Stretch] = []
    at = 0
    for start, end, margin in marks:
        found += [Stretch(at, start), Stretch(start, end, margin)]
        at = end
    return [stretch for stretch in [*found, Stretch(at, length)] if stretch.start < stretch.end]


def _after_blanks(words: str, start: int, end: int) -> int:
    while start < end and words[start] in _BLANKS:
        start += 1
    return start


def _set_line(words: str, start: int, end: int, width: int) -> Iterator[Slice]:
    """One line of the words as lines of the screen; without words, an empty one."""
    line_start = line_end = start
    used = 0
    for piece in _pieces(words, start, end):
        whole = (piece[0][0], piece[-1][1], sum(size for *_, size in piece))
        for part_start, part_end, size in piece if whole[2] > width else [whole]:
            gap = cells(words[line_end:part_start])
            if used + gap + size > width:
                if used:
                    yield line_start, line_end
                line_start, used, gap = part_start, 0, 0
            line_end = part_end
            used += gap + size
    yield line_start, line_end


def _pieces(words: str, start: int, end: int) -> Iterator[list[tuple[int, int, int]]]:
    """What is not parted without need: lists of ``(start, end, cells)``, one a character as readers see them; no blanks."""
    from wcwidth import iter_graphemes

    piece: list[tuple[int, int, int]] = []
    at = start
    for character in iter_graphemes(words[start:end]):
        size = cells(character)
        if character in _BLANKS:
            if piece:
                yield piece
            piece = []
        else:
            if piece and _may_part(words[piece[-1][0] : at], piece[-1][2], character, size):
                yield piece
                piece = []
            piece.append((at, at + len(character), size))
        at += len(character)
    if piece:
        yield piece


def _may_part(before: str, before_cells: int, after: str, after_cells: int) -> bool:
    """Whether a line may end between two characters that no blank parts: beside a wide one, but for what clings to words."""
    if before_cells < 2 and after_cells < 2:
        return False
    if len(visible(before)) > len(before) or len(visible(after)) > len(after):
        return False
    return unicodedata.category(before[0]) not in _OPENING and unicodedata.category(after[0]) not in _CLOSING
