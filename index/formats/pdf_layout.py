"""Glyphs to lines in reading order: words by the blanks between them, columns by the gutters between them.

Knows where things stand and nothing of what they say.
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from index.formats.pdf_pages import Glyph

_SEGMENT_GAP: Final = 1.2
"""A gap of so many font sizes may part columns; words of a line stand nearer, but for tables and running heads."""

_NOTE_MARK = re.compile(r"\d{1,3}|[*†‡§¶]{1,3}")
_MIN_COLUMN_LINES = 5
_MAX_SEGMENTS = 2000
_MAX_DEPTH = 3


@dataclass(slots=True)
class Word:
    """Letters that belong together, and whether they stand at the one before without a blank.

    ``is_raised``: small figures above the base line, such as the number of a note.
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    is_bold: bool
    is_glued: bool = False
    is_raised: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Words on one base line, from left to right."""

    words: tuple[Word, ...]
    y: float
    size: float

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @property
    def is_bold(self) -> bool:
        return all(word.is_bold for word in self.words)

    @property
    def text(self) -> str:
        return "".join(self.pieces())

    def pieces(self) -> list[str]:
        """The words with the blanks between them: two where the page leaves the room of two."""
        gaps = [
            0.0 if word.is_glued else (word.left - before.right) / self.size
            for before, word in zip(self.words, self.words[1:], strict=False)
        ]
        blanks = sorted(gap for gap in gaps if gap > 0)
        usual = max(0.2, statistics.median(blanks)) if len(blanks) > 3 else 0.28
        found = [self.words[0].text]
        for gap, word in zip(gaps, self.words[1:], strict=True):
            found.append("" if word.is_glued else "  " if gap > 1.6 * usual and gap > 0.4 else " ")
            found.append(word.text)
        return found


@dataclass(frozen=True, slots=True)
class Column:
    """Rows from top to bottom that are read without leaving them; columns of one ``place`` stand alike on their pages."""

    rows: tuple[Row, ...]
    place: tuple[int, ...] = ()


def segments_of(glyphs: Sequence[Glyph]) -> list[Row]:
    """Stretches of words with no wide gap in them, in the order in which the page draws them."""
    segments: list[Row] = []
    words: list[Word] = []
    y = size = 0.0
    for glyph in glyphs:
        if words and _goes_on(words[-1], glyph, y, size):
            if glyph.size > size:
                y, size = glyph.y, glyph.size
        else:
            if words:
                segments.append(_segment(words, y, size))
            words, y, size = [], glyph.y, glyph.size
        _add(words, glyph)
    if words:
        segments.append(_segment(words, y, size))
    return segments if len(segments) > _MAX_SEGMENTS else _with_marks([_lowered(segment, segments) for segment in segments])


def _with_marks(segments: list[Row]) -> list[Row]:
    """The segments with the marks of notes, where these were drawn later, put to the words at which they stand."""
    found = list(segments)
    for mark in segments:
        if len(mark.words) != 1 or not _NOTE_MARK.fullmatch(mark.words[0].text):
            continue
        for number, row in enumerate(found):
            touches = -0.1 * row.size < mark.left - row.right < 0.2 * row.size
            if touches and mark.size < 0.85 * row.size and 0.15 * row.size < mark.y - row.y < 0.45 * row.size:
                found[number] = _segment((*row.words, replace(mark.words[0], is_glued=True)), row.y, row.size)
                found.remove(mark)
                break
    return found


def _lowered(initial: Row, segments: Sequence[Row]) -> Row:
    """A large initial set down at the line that it begins, as part of its first word; any other segment as it is."""
    if len(initial.words) != 1 or len(initial.words[0].text) != 1 or not initial.words[0].text.isalpha():
        return initial
    beside = [
        row
        for row in segments
        if row.size * 1.6 < initial.size
        and -0.1 * row.size < row.left - initial.right < 0.6 * row.size
        and initial.y - 0.3 * row.size < row.y < initial.y + initial.size
    ]
    if not beside:
        return initial
    line = max(beside, key=lambda row: row.y)
    word = replace(initial.words[0], y=line.y, size=line.size, right=max(initial.right, line.left - 0.1 * line.size))
    return Row((word,), line.y, line.size)


def _goes_on(last: Word, glyph: Glyph, y: float, size: float) -> bool:
    larger = max(size, glyph.size)
    gap = max(glyph.left - last.right, last.left - glyph.right)
    return (
        _is_on_line(abs(glyph.y - y), size, glyph.size) and gap <= _SEGMENT_GAP * larger and glyph.left > last.left - 2 * larger
    )


def _is_on_line(distance: float, size: float, other: float) -> bool:
    """Whether letters of two sizes stand on one line; those of one size on one base line, small ones raised or lowered."""
    smaller, larger = min(size, other), max(size, other)
    is_script = 1.15 * smaller < larger < 2.2 * smaller
    return distance <= (0.45 * larger if is_script else 0.3 * smaller)


def _add(words: list[Word], glyph: Glyph) -> None:
    last = words[-1] if words else None
    same = last and abs(last.size - glyph.size) < 0.15 * last.size and last.is_bold == glyph.is_bold and _is_level(last, glyph)
    if last and same and not glyph.after_blank:
        last.text += glyph.letters
        last.left, last.right = min(last.left, glyph.left), max(last.right, glyph.right)
    else:
        glued = last is not None and not glyph.after_blank
        words.append(Word(glyph.letters, glyph.left, glyph.right, glyph.y, glyph.size, glyph.is_bold, glued))


def _is_level(word: Word, glyph: Glyph) -> bool:
    return abs(word.y - glyph.y) < 0.1 * word.size


def _segment(words: Sequence[Word], y: float, size: float) -> Row:
    return Row(tuple(replace(word, is_raised=_is_raised(word, y, size)) for word in words), y, size)


def _is_raised(word: Word, y: float, size: float) -> bool:
    return word.size < 0.85 * size and word.y > y + 0.15 * size and bool(_NOTE_MARK.fullmatch(word.text))


def rows_of(segments: Iterable[Row]) -> list[Row]:
    """Rows from top to bottom: segments on one base line, joined from left to right."""
    rows: list[list[Row]] = []
    for segment in sorted(segments, key=lambda segment: -segment.y):
        main = max(rows[-1], key=lambda other: other.size) if rows else None
        if main and _is_on_line(main.y - segment.y, main.size, segment.size):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [_joined(row) for row in rows]


def _joined(segments: list[Row]) -> Row:
    if len(segments) == 1:
        return segments[0]
    segments.sort(key=lambda segment: segment.left)
    main = max(segments, key=lambda segment: (segment.size, segment.right - segment.left))
    words: list[Word] = []
    for segment in segments:
        first = segment.words[0]
        touches = bool(words) and -0.3 * segment.size < first.left - words[-1].right < 0.12 * segment.size
        words.extend((replace(first, is_glued=first.is_glued or touches), *segment.words[1:]))
    return _segment(words, main.y, main.size)


def columns_of(segments: Sequence[Row], place: tuple[int, ...] = ()) -> list[Column]:
    """The page's columns in reading order; what runs over a gutter, such as a heading, is read where it stands."""
    gutter = _gutter(segments) if len(place) < _MAX_DEPTH and len(segments) <= _MAX_SEGMENTS else None
    if gutter is None:
        rows = rows_of(segments)
        return [Column(tuple(rows), place)] if rows else []
    columns: list[Column] = []
    across: list[Row] = []
    sides: tuple[list[Row], list[Row]] = ([], [])

    def settle() -> None:
        for side, number in zip(sides, (1, 2), strict=True):
            columns.extend(columns_of(tuple(side), (*place, number)))
            side.clear()

    for segment in sorted(segments, key=lambda segment: -segment.y):
        if segment.left < gutter < segment.right:
            settle()
            across.append(segment)
            continue
        if across:
            columns.append(Column(tuple(rows_of(across)), (*place, 0)))
            across = []
        sides[segment.left >= gutter].append(segment)
    if across:
        columns.append(Column(tuple(rows_of(across)), (*place, 0)))
    settle()
    return columns


def _gutter(segments: Sequence[Row]) -> float | None:
    """Where two columns of running text part, if the page has such; labels beside speech and tables are no columns."""
    if len(segments) < 2 * _MIN_COLUMN_LINES:
        return None
    left, right = min(segment.left for segment in segments), max(segment.right for segment in segments)
    best: tuple[int, float] | None = None
    ends = sorted(segment.right for segment in segments)
    starts = sorted(segment.left for segment in segments)
    side = 0.2 * (right - left)
    for at in sorted({round(start) - 1.0 for start in starts if left + side < start < right - side}):
        crossing = len(segments) - bisect_right(ends, at) - (len(starts) - bisect_left(starts, at))
        if crossing <= 0.25 * len(segments) and (best is None or crossing < best[0]) and _parts_columns(segments, at):
            best = crossing, at
    return best[1] if best else None


def _parts_columns(segments: Sequence[Row], at: float) -> bool:
    sides = [segment for segment in segments if segment.right <= at], [segment for segment in segments if segment.left >= at]
    if min(map(len, sides)) < _MIN_COLUMN_LINES:
        return False
    gutter = min(row.left for row in sides[1]) - max(row.right for row in sides[0])
    tops, bottoms = [max(row.y for row in side) for side in sides], [min(row.y for row in side) for side in sides]
    shared = min(tops) - max(bottoms)
    return (
        gutter >= 0.6 * statistics.median(row.size for row in segments)
        and shared >= 0.5 * min(top - bottom for top, bottom in zip(tops, bottoms, strict=True))
        and all(map(_is_running_text, sides))
    )


def _is_running_text(side: Sequence[Row]) -> bool:
    """Whether most lines of a column fill it, and with words."""
    width = max(row.right for row in side) - min(row.left for row in side)
    return (
        statistics.median(row.right - row.left for row in side) >= 0.6 * width
        and statistics.median(len(row.words) for row in side) >= 3
    )
