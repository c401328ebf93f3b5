"""OpenDocument text (``.odt``), by the same steps as Word's: blocks, canonical text, turns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from index.errors import MalformedSource, UnsupportedSource
from index.formats.blocks import Block, Cell, Kind, Paragraph, Run, Table, flattened
from index.formats.docx import Allowance, core_properties, parsed_blocks
from index.formats.package import Handler, Package
from index.formats.wordstyles import kind_named, plain_names
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Parsed, Source

_SKIPPED = frozenset(
    "tracked-changes note annotation ruby-text forms variable-decls sequence-decls user-field-decls hidden-text "
    "hidden-paragraph covered-table-cell script desc title alphabetical-index-mark".split()
)
_CONTENTS = frozenset("table-of-content illustration-index table-index bibliography alphabetical-index".split())
_BLANKS = re.compile(r"[ \t\r\n]+")
_MAX_BLANKS = 1000
_MAX_DEPTH = 20


@dataclass(slots=True)
class _Style:
    name: str
    parent: str | None
    bold: bool | None = None
    italic: bool | None = None
    is_hidden: bool | None = None


class _Styles(Handler):
    """The styles of a document, by their names: the automatic ones stand in the content, the others in a part of their own."""

    def __init__(self) -> None:
        self.found: dict[str, _Style] = {}
        self._style: _Style | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name, plain = tag.rpartition("}")[2], plain_names(attributes)
        if name == "style" and "name" in plain:
            shown = plain.get("display-name") or plain["name"].replace("_20_", " ")
            self._style = self.found[plain["name"]] = _Style(shown, plain.get("parent-style-name"))
        elif name == "text-properties" and self._style:
            if weight := plain.get("font-weight"):
                self._style.bold = weight in ("bold", "600", "700", "800", "900")
            if slant := plain.get("font-style"):
                self._style.italic = slant in ("italic", "oblique")
            if plain.get("display") == "none":
                self._style.is_hidden = True

    def end(self, tag: str) -> None:
        if tag.endswith("}style"):
            self._style = None

    def chain(self, name: str | None) -> list[_Style]:
        """A style and its parents."""
        chain: list[_Style] = []
        while name is not None and name in self.found and len(chain) < _MAX_DEPTH:
            chain.append(self.found[name])
            name = chain[-1].parent
        return chain


@dataclass(slots=True)
class _Open:
    style: str | None
    level: int
    runs: list[Run] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)


class _Body(_Styles):
    """Reads the content; the blocks that it holds."""

    def __init__(self, styles: _Styles, count: Callable[[str], None]) -> None:
        super().__init__()
        self.found = styles.found
        self.blocks: list[Block] = []
        self._count = count
        self._sinks: list[list[Block]] = [self.blocks]
        self._skipping = 0
        self._contents = 0
        self._paragraphs: list[_Open] = []
        self._spans: list[str | None] = []
        self._tables: list[tuple[list[tuple[Cell, ...]], list[Cell]]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name, plain = tag.rpartition("}")[2], plain_names(attributes)
        if self._skipping or name in _SKIPPED:
            self._skipping += 1
        elif name in ("p", "h"):
            level = int(plain["outline-level"]) if plain.get("outline-level") in tuple("123456789") else 1
            self._paragraphs.append(_Open(plain.get("style-name"), level if name == "h" else 0))
        elif name == "span":
            self._spans.append(plain.get("style-name"))
        elif name == "tab":
            self._write("\t")
        elif name == "line-break":
            self._write("\n")
        elif name == "s":
            count = plain.get("c", "1")
            self._write(" " * min(_MAX_BLANKS, int(count) if re.fullmatch(r"\d{1,6}", count, re.ASCII) else 1))
        elif name == "text-box" or (name == "table-cell" and self._tables):
            self._sinks.append([])
        elif name == "table":
            self._tables.append(([], []))
        elif name in _CONTENTS:
            self._contents += 1
        else:
            super().start(tag, attributes)

    def data(self, words: str) -> None:
        if self._skipping or not self._paragraphs:
            return
        words = _BLANKS.sub(" ", words)
        runs = self._paragraphs[-1].runs
        if not runs or runs[-1].words[-1] in " \n":
            words = words.removeprefix(" ")
        self._write(words)

    def _write(self, words: str) -> None:
        if not self._paragraphs or not words:
            return
        self._count(words)
        paragraph = self._paragraphs[-1]
        chain = [style for name in (*reversed(self._spans), paragraph.style) for style in self.chain(name)]
        if not any(style.is_hidden for style in chain):
            bold = next((style.bold for style in chain if style.bold is not None), False)
            italic = next((style.italic for style in chain if style.italic is not None), False)
            paragraph.runs.append(Run(words, bool(bold), bool(italic)))

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if self._skipping:
            self._skipping -= 1
        elif name in ("p", "h"):
            paragraph = self._paragraphs.pop()
            if paragraph.runs:
                self._sinks[-1].append(Paragraph(tuple(paragraph.runs), *self._kind(paragraph)))
            self._sinks[-1] += paragraph.after
        elif name == "span":
            self._spans.pop()
        elif name == "text-box":
            boxed = [Paragraph(paragraph.runs, Kind.APART) for paragraph in flattened(self._sinks.pop())]
            (self._paragraphs[-1].after if self._paragraphs else self._sinks[-1]).extend(boxed)
        elif name == "table-cell" and self._tables:
            self._tables[-1][1].append(Cell(tuple(flattened(self._sinks.pop()))))
        elif name == "table-row" and self._tables:
            rows, cells = self._tables[-1]
            rows.append(tuple(cells))
            cells.clear()
        elif name == "table":
            self._sinks[-1].append(Table(tuple(self._tables.pop()[0])))
        elif name in _CONTENTS:
            self._contents -= 1
        else:
            super().end(tag)

    def _kind(self, paragraph: _Open) -> tuple[Kind, int]:
        if self._contents:
            return Kind.APART, 1
        chain = self.chain(paragraph.style)
        beyond = chain[-1].parent if chain else paragraph.style  # a program's own style, which it need not write out
        for name in (*(style.name for style in chain), (beyond or "").replace("_20_", " ")):
            if (found := kind_named(name)) is not None:
                return found
        return (Kind.HEADING, paragraph.level) if paragraph.level else (Kind.BODY, 1)


def parse_odt(source: Source, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of an OpenDocument text: of its tables with a column of speakers, else by labels at the start of its paragraphs."""
    package = Package(source, limits, ".odt")
    if not package.has("content.xml"):
        raise MalformedSource(source.path, "no text document in it (content.xml is missing).", "Save it as .odt again.")
    if b"encryption-data" in package.first_bytes("META-INF/manifest.xml", 2**20):
        raise UnsupportedSource(source.path, "it has a password.", "Save it as .odt without one.")
    styles = _Styles()
    if package.has("styles.xml"):
        package.read("styles.xml", styles)
    body = _Body(styles, Allowance(source, limits.text_chars))
    package.read("content.xml", body)
    return parsed_blocks(body.blocks, core_properties(package, "meta.xml"))
