"""What office documents are made of (paragraphs and tables), laid out as canonical text.

Words stand as they are written, without a blank squeezed; a blank line is put between paragraphs, and between cells.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import accumulate

from index.labels import Line
from index.records import Span
from index.turns import trim


class Kind(Enum):
    """What a paragraph is by its style or place."""

    BODY = auto()
    QUOTE = auto()
    HEADING = auto()
    TITLE = auto()
    APART = auto()
    """A text box, a table of contents: shown beside the running text and not in it."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one setting; ``\\n`` is a line break in the paragraph."""

    words: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's runs, in order; ``level`` is that of a heading, from 1."""

    runs: tuple[Run, ...]
    kind: Kind = Kind.BODY
    level: int = 1

    @property
    def words(self) -> str:
        return "".join(run.words for run in self.runs)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell; ``continues``: it is one with the cell above it."""

    paragraphs: tuple[Paragraph, ...]
    continues: bool = False

    @property
    def words(self) -> str:
        return "\n".join(paragraph.words for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table's rows of cells."""

    rows: tuple[tuple[Cell, ...], ...]


Block = Paragraph | Table


def flattened(blocks: Iterable[Block]) -> list[Paragraph]:
    """The paragraphs of some blocks, those in tables too, row by row."""
    found: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(block)
        else:
            found += [paragraph for row in block.rows for cell in row for paragraph in cell.paragraphs]
    return found


@dataclass(frozen=True, slots=True)
class LaidParagraph:
    """A paragraph's lines in the canonical text."""

    lines: tuple[Line, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class LaidTable:
    """A table's cells in the canonical text: the paragraphs of each, and the table itself."""

    table: Table
    cells: tuple[tuple[tuple[LaidParagraph, ...], ...], ...]


Laid = LaidParagraph | LaidTable


@dataclass(slots=True)
class _Writer:
    pieces: list[str] = field(default_factory=list)
    length: int = 0

    def push(self, words: str) -> None:
        self.pieces.append(words)
        self.length += len(words)

    def paragraph(self, paragraph: Paragraph) -> LaidParagraph:
        words = paragraph.words
        if not words.strip():
            return LaidParagraph((), paragraph.kind)
        if self.pieces:
            self.push("\n\n")
        lines: list[Line] = []
        starts = list(accumulate((len(run.words) for run in paragraph.runs), initial=0))
        at = 0
        for row in words.split("\n"):
            inner = trim(words, Span(at, at + len(row)))
            if inner.start < inner.end:
                lines.append(self._line(paragraph, words, inner, starts))
            at += len(row) + 1
        self.push(words)
        return LaidParagraph(tuple(lines), paragraph.kind)

    def _line(self, paragraph: Paragraph, words: str, inner: Span, starts: Sequence[int]) -> Line:
        bold_to, is_italic = _emphasis(paragraph.runs, words, inner, starts)
        if paragraph.kind is Kind.HEADING:
            look = f"h{min(6, max(2, paragraph.level))}"
        elif paragraph.kind is Kind.QUOTE:
            look = "quote"
        else:
            look = "bold" if bold_to >= inner.end else "italic" if is_italic else ""
        span = Span(self.length + inner.start, self.length + inner.end)
        return Line(span, opens_paragraph=True, emphasis_end=self.length + bold_to, look=look)


def _emphasis(runs: Sequence[Run], words: str, line: Span, starts: Sequence[int]) -> tuple[int, bool]:
    """Where the bold ends with which a line begins, and whether it is all italic; blanks are of the setting around them."""
    bold_to, is_italic = line.start, True
    for number in range(bisect_right(starts, line.start) - 1, bisect_left(starts, line.end)):
        start = max(starts[number], line.start)
        piece = words[start : min(starts[number + 1], line.end)]
        if piece.strip():
            is_italic = is_italic and runs[number].italic
            if runs[number].bold and not words[bold_to:start].strip():
                bold_to = start + len(piece.rstrip())
    return bold_to, is_italic


def lay_out(blocks: Iterable[Block]) -> tuple[str, list[Laid]]:
    """The canonical text of a document, and where its paragraphs and tables stand in it."""
    writer = _Writer()
    laid: list[Laid] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            laid.append(writer.paragraph(block))
        else:
            cells = tuple(tuple(tuple(map(writer.paragraph, cell.paragraphs)) for cell in row) for row in block.rows)
            laid.append(LaidTable(block, cells))
    return "".join(writer.pieces), laid
