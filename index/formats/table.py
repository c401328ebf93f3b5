"""Tables of comma- or tab-separated values: a transcript with a row an utterance.

The canonical text is the cells that hold words, each as it reads with its entities resolved (``&#8212;``), joined by a
blank line. Taken apart here and not by :mod:`csv`, whose limit of a field's size is the whole process's and
which takes the rest of a file for one cell where a quote isn't closed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.errors import MalformedSource
from index.formats.clock import times_in
from index.formats.columns import Columns, columns_of, number_of
from index.formats.transcript import JOINT
from index.formats.utterances import Utterance, anchors_of_rows, is_stage_direction, label_of, turns_of
from index.labels import Line, mark_of
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Parsed, Role, Source, Span
from index.sources import decode
from index.turns import build_turns, split_lines

_MAX_COLUMNS = 1_000
_DIALECT_CHARS = 200_000
_DIALECT_ROWS = 200
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SEPARATOR_LINE = re.compile(r"sep=(?P<sign>[,;\t|])\r?\n", re.IGNORECASE)
_ADVICE = "Name its columns in the first row: speaker, text, and start where there are times."
_ROLES = {"question": Role.INTERVIEWER, "answer": Role.INTERVIEWEE}


@dataclass(frozen=True, slots=True)
class _Row:
    """A record of the file: its cells, and the line on which it begins."""

    cells: tuple[str, ...]
    line: int


class _Unbalanced(Exception):
    """A quote that isn't closed where a cell ends."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def parse_csv(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a table with commas, semicolons, tabs or bars between its cells."""
    return _parse(source, ",;\t|")


def parse_tsv(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a table with tabs between its cells; a quote that isn't closed is a character like any other there."""
    return _parse(source, "\t,;|")


def _parse(source: Source, separators: str) -> Parsed:
    text = decode(source)
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise MalformedSource(source.path, "a NUL character.", "Save the table again, as UTF-8.", line=line)
    rows = _records(source, text, separators)
    columns = columns_of([row.cells for row in rows])
    if columns is None:
        raise MalformedSource(source.path, f"which column holds the words can't be told ({_shown(rows)}).", _ADVICE)
    return _transcript(source, rows, columns)


def _shown(rows: Sequence[_Row]) -> str:
    """The columns that were found, as the first row names them."""
    cells = [cell if len(cell) <= 30 else cell[:29] + "…" for cell in (rows[0].cells if rows else ())]
    names = ", ".join(repr(" ".join(cell.split())) for cell in cells[:8])
    more = f" and {len(cells) - 8} more" if len(cells) > 8 else ""
    return f"{len(cells)} column{'s' * (len(cells) != 1)} found: {names}{more}"


def _records(source: Source, text: str, separators: str) -> list[_Row]:
    """The rows in the dialect that makes the most of them."""
    start = 0
    if match := _SEPARATOR_LINE.match(text):
        separators, start = match["sign"], match.end()
    separator = max(separators, key=lambda sign: (_score(text, start, sign), -separators.index(sign)))
    try:
        return _fitted(source, list(_rows(source, text, start, separator, quoted=True)), separator)
    except _Unbalanced as error:
        if separator == "\t":
            return _fitted(source, list(_rows(source, text, start, separator, quoted=False)), separator)
        line = text.count("\n", 0, error.offset) + 1
        column = error.offset - (text.rfind("\n", 0, error.offset) + 1) + 1
        raise MalformedSource(
            source.path,
            "a quoted cell that doesn't end before a separator or the end of its line.",
            'Close the quote; inside a quoted cell a quote is written twice ("").',
            line=line,
            column=column,
        ) from error


def _score(text: str, start: int, separator: str) -> tuple[int, float]:
    """How well a separator fits the first rows: whether columns can be told, and how many rows are as wide as most."""
    rows: list[tuple[str, ...]] = []
    try:
        for row in _rows(None, text[: start + _DIALECT_CHARS], start, separator, quoted=True):
            rows.append(row.cells)
            if len(rows) >= _DIALECT_ROWS:
                break
    except _Unbalanced:
        pass  # the sample may end in a cell; and what is before it tells enough
    widths = [len(row) for row in rows]
    common = max(set(widths), key=widths.count, default=1)
    columns = columns_of(rows)
    told = 0 if columns is None or common < 2 else 1 + (columns.speaker is not None)
    return told, widths.count(common) / max(1, len(widths)) if common > 1 else 0.0


def _rows(source: Source | None, text: str, start: int, separator: str, *, quoted: bool) -> Iterator[_Row]:
    """The records of a table, cell by cell; raises :class:`_Unbalanced`, and with a source for rows too wide."""
    sign = re.escape(separator)
    blanks = " *" if separator == "\t" else r"[ \t]*"
    in_quotes = re.compile(rf'{blanks}"(?P<words>(?:[^"]++|"")*+)"{blanks}(?P<end>{sign}|\r\n|\r|\n|\Z)')
    bare = re.compile(rf"(?P<words>[^\r\n{sign}]*+)(?P<end>{sign}|\r\n|\r|\n|\Z)")
    opening = re.compile(rf'{blanks}"')
    at, line, begun = start, 1 + text.count("\n", 0, start), 1 + text.count("\n", 0, start)
    cells: list[str] = []
    while at < len(text) or cells:
        is_quoted = quoted and opening.match(text, at) is not None
        match = (in_quotes if is_quoted else bare).match(text, at)
        if match is None:
            raise _Unbalanced(at)
        words = match["words"].replace('""', '"') if is_quoted else match["words"]
        cells.append(words)
        if len(cells) > _MAX_COLUMNS and source is not None:
            raise MalformedSource(
                source.path, f"a row of more than {_MAX_COLUMNS:,} cells.", "A transcript has a few columns.", line=begun
            )
        line += text.count("\n", at, match.end()) + (match["end"] == "\r")
        at = match.end()
        if match["end"] != separator or len(cells) > _MAX_COLUMNS:
            if any(cell.strip() for cell in cells):
                yield _Row(tuple(cells), begun)
            cells, begun = [], line
            if match["end"] == "":
                return


def _fitted(source: Source, rows: list[_Row], separator: str) -> list[_Row]:
    """The rows at the width of the table: words in the last column that hold the separator unquoted are one cell."""
    columns = columns_of([row.cells for row in rows])
    if columns is None or columns.first_row == 0:
        return rows
    width = len(rows[columns.first_row - 1].cells)
    fitted: list[_Row] = []
    for row in rows:
        cells = row.cells
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) > width and columns.words == width - 1:
            cells = (*cells[: width - 1], separator.join(cells[width - 1 :]))
        elif len(cells) > width and row.line >= rows[columns.first_row].line:
            raise MalformedSource(
                source.path,
                f"{len(cells)} cells, where the header names {width} ({', '.join(rows[columns.first_row - 1].cells)}).",
                "Quote cells that hold the separator.",
                line=row.line,
            )
        fitted.append(_Row(cells, row.line))
    return fitted


def _transcript(source: Source, rows: Sequence[_Row], columns: Columns) -> Parsed:
    pieces: list[str] = []
    spoken: list[Utterance] = []
    at = 0
    scale = _scale(rows[columns.first_row :], columns)
    for row in rows[columns.first_row :]:
        cells = [_ENTITY.sub(lambda match: html.unescape(match.group()), cell) for cell in row.cells]
        words = _cell(cells, columns.words)
        if not words.strip():
            continue
        start, end = _times(cells, columns, scale)
        role = _ROLES.get(mark_of(_cell(cells, columns.role).strip()) or "", Role.UNKNOWN)
        span = Span(at, at + len(words))
        label = label_of(_cell(cells, columns.speaker))
        if label is None and spoken and not is_stage_direction(words):  # a cell left empty: the same person goes on
            label, role = spoken[-1].label, spoken[-1].role
        spoken.append(Utterance(span, label, role, start, end))
        pieces.append(words)
        at = span.end + len(JOINT)
    if not spoken:
        raise MalformedSource(source.path, f"no words in any row ({_shown(rows)}).", "Nothing in it can be quoted.")
    text = JOINT.join(pieces)
    if any(row.label for row in spoken):
        turns = turns_of(text, spoken)
    else:
        lines: list[Line] = [line for row in spoken for line in split_lines(text, row.span.start, row.span.end)]
        turns = build_turns(text, lines)
    return Parsed(text, turns, anchors=anchors_of_rows(spoken))


def _cell(cells: Sequence[str], column: int | None) -> str:
    return cells[column] if column is not None and column < len(cells) else ""


def _times(cells: Sequence[str], columns: Columns, scale: int | None) -> tuple[int | None, int | None]:
    """When a row begins and ends; a range in one cell gives both."""
    found: list[int | None] = []
    for column in (columns.start, columns.end):
        cell = _cell(cells, column)
        number = number_of(cell)
        if number is not None and scale:
            found.append(int(number * scale) if number * scale < 2**53 else None)
        else:
            times = times_in(cell)
            found.append(times[0] if times else None)
            if column == columns.start and len(times) > 1 and columns.end is None:
                return times[0], times[1] if times[1] >= times[0] else None
    start, end = found
    return start, end if start is not None and end is not None and end >= start else None


def _scale(rows: Sequence[_Row], columns: Columns) -> int | None:
    """Milliseconds in a unit of the times that are plain numbers: by the header, else by how fast people would speak."""
    if columns.in_ms:
        return 1
    numbers = [number for row in rows if (number := number_of(_cell(row.cells, columns.start))) is not None]
    length = max(numbers, default=0) - min(numbers, default=0)
    if not length:
        return 1000 if numbers else None
    rate = sum(len(_cell(row.cells, columns.words)) for row in rows) / length
    if rate < 0.5:
        return 1
    return 1000 if rate < 200 else None
