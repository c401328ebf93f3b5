"""PDF: the words of its pages in reading order, without what each page adds to them, to text and turns.

The canonical text has a line for each line of print, so that a word parted at a line's end stays parted; a blank line
stands where the layout begins a paragraph. Running heads, page numbers and notes at a page's foot are not in it, so that a
sentence goes on over the end of its page.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.boilerplate import is_furniture
from index.errors import MalformedSource
from index.formats.pdf_heading import Heading, metadata_of
from index.formats.pdf_layout import Column, Row, columns_of, segments_of
from index.formats.pdf_margins import without_notes, without_running_heads
from index.formats.pdf_pages import read_pages
from index.labelling import accept
from index.labels import Line, candidate
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Anchor, Parsed, Source, Span, Turn
from index.turns import build_turns

_ENDS = '.?!…"”’»)]:'


@dataclass(frozen=True, slots=True)
class _Printed:
    """A line of print: its words, its page, and the margins of its column; ``opens`` where a paragraph begins."""

    row: Row
    page: int
    column: int
    margin: float
    edge: float
    opens: bool = True

    @property
    def indent(self) -> float:
        return self.row.left - self.margin


def parse_pdf(source: Source, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a PDF's text layer, by the labels at the start of its paragraphs; an anchor for each page that has text."""
    file = read_pages(source, limits)
    pages, margins = without_running_heads([segments_of(page) for page in file.pages])
    printed = _printed([columns_of(page) for page in without_notes(pages)])
    if not printed:
        raise MalformedSource(
            source.path,
            f"a PDF without text: its {len(file.pages):,} page{'s are' if len(file.pages) > 1 else ' is'} pictures or empty.",
            "Run OCR over it first (ocrmypdf IN.pdf OUT.pdf).",
        )
    printed = _paragraphs(printed)
    text, lines = _write(printed)
    labels = accept(text, lines)
    printed = [replace(line, opens=line.opens or number in labels) for number, line in enumerate(printed)]
    text, lines = _write(printed)
    turns = build_turns(text, _spoken(text, lines))
    metadata = metadata_of(
        _headings(text, lines, printed, turns),
        [row.text for row in margins],
        _body_size(printed),
        file.information,
    )
    return Parsed(text, turns, metadata, _anchors(lines, printed))


def _printed(pages: Sequence[Sequence[Column]]) -> list[_Printed]:
    """The lines of all pages in reading order, each with its column's margins.

    Where lines begin is counted over all pages of a hand (left, right) with such a column, since on a page of short answers
    most lines may be indented.
    """
    starts: dict[tuple[object, ...], Counter[int]] = {}
    ends: dict[tuple[object, ...], list[float]] = {}
    for number, page in enumerate(pages):
        for column in page:
            key = (number % 2, *column.place)
            starts.setdefault(key, Counter()).update(round(row.left) for row in column.rows)
            ends.setdefault(key, []).extend(row.right for row in column.rows)
    margins = {key: _leftmost(counter) for key, counter in starts.items()}
    edges = {key: statistics.quantiles(found, n=20)[-1] if len(found) > 1 else found[0] for key, found in ends.items()}
    return [
        _Printed(row, number, order, margins[number % 2, *column.place], edges[number % 2, *column.place])
        for number, page in enumerate(pages)
        for order, column in enumerate(page)
        for row in column.rows
    ]


def _leftmost(starts: Counter[int]) -> float:
    """Where lines begin furthest to the left, apart from strays."""
    often = 0.05 * starts.total()
    return float(min(left for left in starts if sum(starts[left + step] for step in (-1, 0, 1)) >= often))


def _paragraphs(lines: Sequence[_Printed]) -> list[_Printed]:
    """The lines with the starts of paragraphs marked, by gaps, indents and lines that end early."""
    leading = _leadings(lines)
    hangs = _hangs(lines)
    return [
        replace(line, opens=number == 0 or _opens(lines[number - 1], line, leading, hangs=hangs))
        for number, line in enumerate(lines)
    ]


def _hangs(lines: Sequence[_Printed]) -> bool:
    """Whether paragraphs begin to the left of their other lines: then the line before an indent is mostly a full one."""
    before = [
        _room(above, below) < 0 for above, below in pairwise(lines) if _steps_in(above, below) and _is_below(above, below)
    ]
    return sum(before) > 0.5 * len(before)


def _steps_in(above: _Printed, below: _Printed) -> bool:
    return below.indent - above.indent > 0.7 * below.row.size


def _room(above: _Printed, below: _Printed) -> float:
    """How much room a line has left if it took the first word of the next one; below 0 where it couldn't."""
    first = below.row.words[0]
    return above.edge - above.row.right - 0.25 * above.row.size - (first.right - first.left)


def _leadings(lines: Iterable[_Printed]) -> dict[int, float]:
    """The usual distance of base lines for each size of letters."""
    steps: dict[int, list[float]] = {}
    for above, below in pairwise(lines):
        if _is_below(above, below):
            steps.setdefault(round(below.row.size), []).append(above.row.y - below.row.y)
    return {size: statistics.median(found) for size, found in steps.items()}


def _is_below(above: _Printed, below: _Printed) -> bool:
    return (above.page, above.column) == (below.page, below.column) and above.row.y > below.row.y


def _opens(before: _Printed, line: _Printed, leading: dict[int, float], *, hangs: bool) -> bool:
    """Whether a paragraph begins at ``line``."""
    size = line.row.size
    if abs(before.row.size - size) > 0.1 * size:
        return True
    if _is_below(before, line) and before.row.y - line.row.y > 1.25 * leading[round(size)] + 0.1 * size:
        return True
    words, has_ended = line.row.text, before.row.text.rstrip()[-1] in _ENDS
    is_first = hangs != (line.indent > 0.7 * size)
    if is_first and abs(line.indent - before.indent) > 0.7 * size and (has_ended or not words[0].islower()):
        return True
    if not has_ended or words[0].islower():
        return False
    room = _room(before, line)
    return room > 3 * size or (is_first and (room > 0 or candidate(words, Line(Span(0, len(words)), True)) is not None))


def _write(printed: Sequence[_Printed]) -> tuple[str, list[Line]]:
    """The canonical text and its lines."""
    pieces: list[str] = []
    lines: list[Line] = []
    at = 0
    for line in printed:
        parts = line.row.pieces()
        before = "" if not pieces else "\n\n" if line.opens else "\n"
        words = "".join(parts)
        start = at + len(before)
        at = start + len(words)
        pieces += (before, words)
        lines.append(Line(Span(start, at), line.opens, start + _bold_chars(line.row, parts)))
    return "".join(pieces), lines


def _bold_chars(row: Row, parts: Sequence[str]) -> int:
    """How many characters at the start of a row are bold."""
    bold = next((number for number, word in enumerate(row.words) if not word.is_bold), len(row.words))
    return len("".join(parts[: max(0, 2 * bold - 1)]))


def _spoken(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines without paragraphs of one line that no one says, such as a notice of rights."""
    return [
        line
        for number, line in enumerate(lines)
        if not (
            line.opens_paragraph
            and (number + 1 == len(lines) or lines[number + 1].opens_paragraph)
            and is_furniture(line.span.cut(text))
        )
    ]


def _body_size(printed: Sequence[_Printed]) -> float:
    return statistics.median(line.row.size for line in printed for _ in line.row.words)


def _headings(text: str, lines: Sequence[Line], printed: Sequence[_Printed], turns: Sequence[Turn]) -> list[Heading]:
    """The lines of the first page that has any, up to where somebody begins to speak."""
    spoken = turns[0].start if turns else len(text)
    found: list[Heading] = []
    above: _Printed | None = None
    for line, place in zip(lines, printed, strict=True):
        if place.page != printed[0].page or line.span.end > spoken:
            break
        row = place.row
        gap = above.row.y - row.y if above and _is_below(above, place) else 0.0
        inset = row.left - place.margin
        is_centred = inset > 2 * row.size and abs(inset - (place.edge - row.right)) < 2 * row.size
        found.append(Heading(" ".join(row.text.split()), row.size, row.is_bold, gap, is_centred))
        above = place
    return found


def _anchors(lines: Sequence[Line], printed: Sequence[_Printed]) -> tuple[Anchor, ...]:
    """For each page with text, the stretch from its first to its last word."""
    spans: dict[int, Span] = {}
    for line, place in zip(lines, printed, strict=True):
        first = spans.get(place.page)
        spans[place.page] = Span(first.start if first else line.span.start, line.span.end)
    return tuple(Anchor(span, page=page + 1) for page, span in spans.items())
