"""Laid-out blocks to turns: a table with a column of speakers is a transcript, all else goes by its labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.formats.blocks import Kind, Laid, LaidParagraph, LaidTable
from index.formats.clock import STAMP, times_in
from index.formats.columns import Columns, columns_of, is_name
from index.formats.heads import finished, timed_dialogue
from index.formats.utterances import Utterance, anchors_of_rows, label_of, turns_of
from index.labelling import accept
from index.labels import Line, candidate
from index.records import Anchor, Span, Turn
from index.turns import without_furniture

_STAMP = re.compile(rf"\s*{STAMP}\s*")
_LONG_CELL = 12
_TABBED = re.compile(r"(?P<label>[^\t\n:：]{1,60}?)(?P<colon>[:：]?)[ ]*\t\s*(?=\S)")
_TABBED_SHARE = 0.4


def dialogue(text: str, laid: Sequence[Laid], title: str | None) -> tuple[tuple[Turn, ...], tuple[Anchor, ...]]:
    """The turns of a document and the times that it states, in the order of its text."""
    is_boxed = not any(
        line for block in laid if isinstance(block, LaidParagraph) and block.kind is Kind.BODY for line in block.lines
    )
    is_boxed = is_boxed and not any(isinstance(block, LaidTable) for block in laid)
    transcripts = {
        number: rows for number, block in enumerate(laid) if isinstance(block, LaidTable) and (rows := _rows(text, block))
    }
    turns: list[Turn] = []
    anchors: list[Anchor] = []
    lines: list[Line] = []

    def settle() -> None:
        running = without_furniture(text, lines)
        if transcripts and not accept(text, running):  # beside a transcript, a lone line is a heading or a note of who and when
            running = finished(text, running)
        if rows := _tabbed(text, running):
            turns.extend(turns_of(text, rows))
        else:
            found, times = timed_dialogue(text, running, title=title)
            turns.extend(found)
            anchors.extend(times)
        lines.clear()

    for number, block in enumerate(laid):
        if number in transcripts:
            settle()
            turns += turns_of(text, transcripts[number])
            anchors += anchors_of_rows(transcripts[number])
        else:
            lines += _spoken(text, block, title, boxed=is_boxed)
    settle()
    return tuple(turns), tuple(anchors)


def _spoken(text: str, block: Laid, title: str | None, *, boxed: bool) -> list[Line]:
    """The lines of a block that may have been said, each with its look: of a table those of running text."""
    if isinstance(block, LaidTable):
        return [
            line
            for row in _laid_rows(text, block)
            for cell in row
            for part in cell
            for line in _spoken(text, part, title, boxed=boxed)
        ]
    if block.kind in (Kind.TITLE, Kind.APART) and not (boxed and block.kind is Kind.APART):
        return []
    return [line for line in block.lines if block.kind is not Kind.HEADING or line.span.cut(text) != title]


def _laid_rows(text: str, block: LaidTable) -> Sequence[Sequence[Sequence[LaidParagraph]]]:
    """The rows of a table that only sets running text, or times beside it; none of a table of facts or figures."""
    columns = columns_of(_cells(block))
    if columns is not None and columns.start is not None:
        shown = [at for at in (columns.start, columns.words) if at is not None]
        return [[row[at] for at in sorted(shown) if at < len(row)] for row in block.cells[columns.first_row :]]
    cells = [
        (cell.words, laid)
        for row, line in zip(block.table.rows, block.cells, strict=True)
        for cell, laid in zip(row, line, strict=True)
    ]
    words = sum(len(cell.split()) for cell, _ in cells)
    running = sum(
        len(cell.split())
        for cell, laid in cells
        if len(cell.split()) >= _LONG_CELL or any(candidate(text, line) for part in laid for line in part.lines)
    )
    is_narrow = max((len(row) for row in block.table.rows), default=0) <= 1
    return block.cells if is_narrow or (words and running >= 0.7 * words) else ()


def _cells(block: LaidTable) -> list[list[str]]:
    return [[_without_stamp(cell.words) for cell in row] for row in block.table.rows]


def _rows(text: str, block: LaidTable) -> list[Utterance]:
    """The rows of a table that has a column of speakers; none where it has not, or where it can't be told."""
    words = _cells(block)
    columns = columns_of(words) or _of_two(words)
    if columns is None or columns.speaker is None:
        return []
    found: list[Utterance] = []
    label: str | None = None
    for number, row in enumerate(block.cells):
        if number < columns.first_row or columns.words >= len(row):
            continue
        cells = block.table.rows[number]
        speaker = cells[columns.speaker] if columns.speaker < len(cells) else None
        if speaker is None or not speaker.continues:
            label = label_of(words[number][columns.speaker]) if speaker else None
        lines = [line for part in row[columns.words] for line in part.lines]
        if lines:
            times = [
                time
                for at in (columns.start, columns.speaker)
                if at is not None and at < len(cells)
                for time in times_in(cells[at].words)
            ]
            span = Span(lines[0].span.start, lines[-1].span.end)
            found.append(Utterance(span, label, start_ms=times[0] if times else None))
    return found


def _without_stamp(words: str) -> str:
    """A speaker's cell that holds a time too, without it; a cell of nothing but a time stays."""
    bare = _STAMP.sub(" ", words).strip()
    return bare if is_name(bare) else words


def _of_two(rows: Sequence[Sequence[str]]) -> Columns | None:
    """A short table: names in its first column, each with a colon or coming back, words in the second."""
    filled = [row for row in rows if len(row) == 2 and row[1].strip()]
    named = [row[0].strip() for row in filled if row[0].strip()]
    if len(filled) < 2 or not named or not all(is_name(name) for name in named):
        return None
    are_marked = all(name.endswith((":", "：")) for name in named)
    is_running = sum(len(row[1].split()) for row in filled) >= _LONG_CELL * len(filled) / 2
    distinct = {label_of(name) for name in named}
    returns = len(distinct) < len(named)
    return Columns(words=1, speaker=0) if (are_marked or returns) and is_running and len(distinct) > 1 else None


def _tabbed(text: str, lines: Sequence[Line]) -> list[Utterance]:
    """Lines that begin with a name and a tab but no colon, as rows; none where few do or the names don't come back."""
    heads = {
        number: match
        for number, line in enumerate(lines)
        if (match := _TABBED.match(text, line.span.start, line.span.end)) and is_name(match["label"])
    }
    names = {label_of(match["label"]) for match in heads.values()}
    without_colon = sum(not match["colon"] for match in heads.values())
    if not 2 <= len(names) <= 0.5 * len(heads) or without_colon < 0.8 * len(heads) or len(heads) < _TABBED_SHARE * len(lines):
        return []
    rows = [Utterance(line.span) for line in finished(text, lines[: min(heads)])]
    label: str | None = None
    for number in range(min(heads), len(lines)):
        start = lines[number].span.start
        if number in heads:
            label, start = label_of(heads[number]["label"]), heads[number].end()
        rows.append(Utterance(Span(start, lines[number].span.end), label))
    return rows
