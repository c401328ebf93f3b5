"""The main part of a Word document as blocks, element by element.

What Word shows in the running text is taken: inserted words and fields' results, links, content controls. What it doesn't is
left out: deleted words, fields' instructions, hidden text, placeholders, comments, notes, headers and footers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from index.formats.blocks import Block, Cell, Kind, Paragraph, Run, Table, flattened
from index.formats.package import Handler
from index.formats.wordstyles import Styles, is_on, local_name, outline_level, plain_names

_SKIPPED = frozenset(
    "del moveFrom delText instrText delInstrText rt sectPr pPrChange rPrChange sectPrChange tblPrChange tblPrExChange "
    "trPrChange tcPrChange tblGridChange numberingChange".split()
)
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "br": "\n", "noBreakHyphen": "\u2011"}
"""Elements that stand for a character. A soft hyphen is none: it says where a word may be parted, and isn't shown."""

_SYMBOLS = {
    "wingdings": {
        0x4A: "☺",
        0x4B: "😐",
        0x4C: "☹",
        0x6C: "●",
        0x6E: "■",
        0xA7: "▪",
        0xD8: "➢",
        0xDF: "←",
        0xE0: "→",
        0xFC: "✓",
    },
    "symbol": {
        0x2D: "−",
        0xA3: "≤",
        0xAB: "↔",
        0xAC: "←",
        0xAE: "→",
        0xB0: "°",
        0xB1: "±",
        0xB3: "≥",
        0xB4: "×",
        0xB7: "•",
        0xBC: "…",
    },
}
_MAX_RUN = 4096
_MAX_FIELDS = 20
_BLANKS = str.maketrans("\n\r\t", "   ")


@dataclass(slots=True)
class _Open:
    """A paragraph while it is read; ``after`` are the text boxes in it, which follow it."""

    runs: list[Run]
    style: str | None = None
    outline: int | None = None
    is_joined: bool = False
    after: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _OpenRun:
    bold: bool | None = None
    italic: bool | None = None
    style: str | None = None
    is_hidden: bool = False


@dataclass(slots=True)
class _OpenTable:
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    is_deleted: bool = False
    continues: bool = False


@dataclass(slots=True)
class _Control:
    is_placeholder: bool = False
    is_contents: bool = False


class Body(Handler):
    """Reads the main part; ``blocks`` is what it holds. ``count`` is told of all words, and may refuse more."""

    def __init__(self, styles: Styles, count: Callable[[str], None]) -> None:
        self.blocks: list[Block] = []
        self._styles = styles
        self._count = count
        self._sinks: list[list[Block]] = [self.blocks]
        self._open: list[str] = []
        self._skipping = 0
        self._paragraphs: list[_Open] = []
        self._runs: list[_OpenRun] = []
        self._tables: list[_OpenTable] = []
        self._controls: list[_Control] = []
        self._choices: list[bool] = []
        self._instructions: list[bool] = []
        self._carried: list[Run] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name, is_word = local_name(tag)
        above = self._open[-1] if self._open else ""
        self._open.append(name)
        if self._skipping:
            self._skipping += 1
        elif is_word:
            if name in _SKIPPED:
                self._skipping = 1
            self._begin(name, above, plain_names(attributes))
        elif name == "AlternateContent":
            self._choices.append(False)
        elif name in ("Choice", "Fallback") and self._choices:
            self._skipping = int(self._choices[-1])
            self._choices[-1] = True

    def _begin(self, name: str, above: str, attributes: Mapping[str, str]) -> None:
        if name in _SIGNS and above == "r":
            self._write(_SIGNS[name])
        elif name == "sym":
            self._write(_symbol(attributes))
        elif name == "p":
            self._paragraphs.append(_Open(self._carried))
            self._carried = []
        elif name == "r":
            self._runs.append(_OpenRun())
        elif name == "fldChar":
            self._field(attributes.get("fldCharType"))
        elif name == "txbxContent" or (name == "tc" and self._tables):
            self._sinks.append([])
        elif name == "tbl":
            self._tables.append(_OpenTable())
        elif name == "sdt":
            self._controls.append(_Control())
        elif name == "sdtContent" and self._controls and self._controls[-1].is_placeholder:
            self._skipping = 1
        else:
            self._property(name, above, attributes)

    def _property(self, name: str, above: str, attributes: Mapping[str, str]) -> None:
        beyond = self._open[-3] if len(self._open) > 2 else ""
        if above == "rPr" and beyond == "r" and self._runs:
            self._run_property(self._runs[-1], name, attributes)
        elif self._paragraphs and (above == "pPr" or (above == "rPr" and beyond == "pPr")):
            self._paragraph_property(self._paragraphs[-1], name, attributes, of_mark=above == "rPr")
        elif self._tables and above == "trPr" and name == "del":
            self._tables[-1].is_deleted = True
        elif self._tables and above == "tcPr" and name == "vMerge":
            self._tables[-1].continues = attributes.get("val", "continue") == "continue"
        elif self._controls and name == "showingPlcHdr":
            self._controls[-1].is_placeholder = is_on(attributes)
        elif self._controls and name == "docPartGallery":
            self._controls[-1].is_contents = "contents" in attributes.get("val", "").casefold()

    @staticmethod
    def _run_property(run: _OpenRun, name: str, attributes: Mapping[str, str]) -> None:
        if name == "b":
            run.bold = is_on(attributes)
        elif name == "i":
            run.italic = is_on(attributes)
        elif name == "rStyle":
            run.style = attributes.get("val")
        elif name == "vanish":
            run.is_hidden = is_on(attributes)

    @staticmethod
    def _paragraph_property(paragraph: _Open, name: str, attributes: Mapping[str, str], *, of_mark: bool) -> None:
        if of_mark:
            paragraph.is_joined = paragraph.is_joined or name in ("del", "moveFrom")
        elif name == "pStyle":
            paragraph.style = attributes.get("val")
        elif name == "outlineLvl":
            paragraph.outline = outline_level(attributes.get("val"))

    def _field(self, step: str | None) -> None:
        """A field's instruction lies between its beginning and its separator, its result from there to its end."""
        if step == "begin":
            self._instructions = [*self._instructions[-_MAX_FIELDS:], True]
        elif self._instructions and step == "separate":
            self._instructions[-1] = False
        elif self._instructions and step == "end":
            self._instructions.pop()

    def data(self, words: str) -> None:
        if not self._skipping and self._open and self._open[-1] == "t":
            self._write(words.translate(_BLANKS))

    def _write(self, words: str) -> None:
        run = self._runs[-1] if self._runs else _OpenRun()
        if not self._paragraphs or run.is_hidden or any(self._instructions) or not words:
            return
        self._count(words)
        paragraph = self._paragraphs[-1]
        bold, italic = run.bold, run.italic
        for style in (run.style, paragraph.style):
            bold = self._styles.bold(style) if bold is None else bold
            italic = self._styles.italic(style) if italic is None else italic
        last = paragraph.runs[-1] if paragraph.runs else None
        if last and (last.bold, last.italic) == (bool(bold), bool(italic)) and len(last.words) < _MAX_RUN:
            words = paragraph.runs.pop().words + words
        paragraph.runs.append(Run(words, bool(bold), bool(italic)))

    def end(self, tag: str) -> None:
        self._open.pop()
        if self._skipping:
            self._skipping -= 1
            return
        name, is_word = local_name(tag)
        if not is_word:
            if name == "AlternateContent" and self._choices:
                self._choices.pop()
        elif name == "p":
            self._end_paragraph(self._paragraphs.pop())
        elif name == "r":
            self._runs.pop()
        elif name == "txbxContent":
            self._end_box(self._end_sink())
        elif name in ("tc", "tr", "tbl") and self._tables:
            self._end_table_part(name)
        elif name == "sdt":
            self._controls.pop()
        elif name == "body":
            self._flush_carried()

    def _end_paragraph(self, paragraph: _Open) -> None:
        if not self._paragraphs:
            self._instructions = [step for step in self._instructions if not step]  # one that never ends hides no more
        if paragraph.is_joined:
            self._carried = paragraph.runs
        elif paragraph.runs:
            kind, level = self._kind(paragraph)
            self._sinks[-1].append(Paragraph(tuple(paragraph.runs), kind, level))
        self._sinks[-1] += paragraph.after

    def _kind(self, paragraph: _Open) -> tuple[Kind, int]:
        if any(control.is_contents for control in self._controls):
            return Kind.APART, 1
        kind, level = self._styles.kind(paragraph.style)
        if paragraph.outline is not None and kind in (Kind.BODY, Kind.HEADING):
            return (Kind.HEADING, paragraph.outline) if paragraph.outline else (Kind.BODY, 1)
        return kind, level

    def _flush_carried(self) -> None:
        if self._carried:
            self._sinks[-1].append(Paragraph(tuple(self._carried)))
            self._carried = []

    def _end_sink(self) -> list[Paragraph]:
        self._flush_carried()
        return flattened(self._sinks.pop())

    def _end_box(self, paragraphs: list[Paragraph]) -> None:
        boxed = [Paragraph(paragraph.runs, Kind.APART) for paragraph in paragraphs]
        (self._paragraphs[-1].after if self._paragraphs else self._sinks[-1]).extend(boxed)

    def _end_table_part(self, name: str) -> None:
        table = self._tables[-1]
        if name == "tc":
            table.cells.append(Cell(tuple(self._end_sink()), table.continues))
            table.continues = False
        elif name == "tr":
            table.rows += [] if table.is_deleted else [tuple(table.cells)]
            table.cells, table.is_deleted = [], False
        else:
            self._tables.pop()
            self._sinks[-1].append(Table(tuple(table.rows)))


def _symbol(attributes: Mapping[str, str]) -> str:
    """A character of a symbol font, by what it looks like where that is known."""
    try:
        code = int(attributes.get("char", ""), 16)
    except ValueError:
        return ""
    if 0xF000 <= code <= 0xF0FF:
        shapes = _SYMBOLS.get(attributes.get("font", "").casefold(), {})
        return shapes.get(code - 0xF000, chr(code))
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else ""
