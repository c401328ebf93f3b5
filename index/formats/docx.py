"""Word documents (``.docx``).

Read from the XML of the package and not through python-docx, which passes over inserted words, content controls, smart tags
and text boxes, and unpacks every part whatever its size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.errors import MalformedSource, UnreadableSource
from index.formats.blocks import Block, Kind, Laid, LaidParagraph, lay_out
from index.formats.clock import times_in
from index.formats.dialogue import dialogue
from index.formats.heads import is_program_note
from index.formats.package import Fields, Package
from index.formats.plain import title_of
from index.formats.wordml import Body
from index.formats.wordstyles import Styles
from index.labels import candidate
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Metadata, Parsed, Source

_MAIN = "word/document.xml"
_TITLE_WITHIN = 20
_MAX_TITLE = 300


class Allowance:
    """Refuses a text that grows longer than one transcript may be."""

    def __init__(self, source: Source, most: int) -> None:
        self._source = source
        self._most = most
        self._count = 0

    def __call__(self, words: str) -> None:
        self._count += len(words)
        if self._count > self._most:
            raise UnreadableSource(
                self._source.path, f"more than the {self._most:,} characters that one transcript may have.", "Split it."
            )


def parse_docx(source: Source, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a Word document: of its tables with a column of speakers, else by labels at the start of its paragraphs."""
    package = Package(source, limits, ".docx")
    main = package.main_part("officeDocument", _MAIN)
    if not package.has(main):
        raise MalformedSource(source.path, f"no Word document in it ({_MAIN} is missing).", "Save it as .docx with Word.")
    styles = Styles()
    part = f"{main.rpartition('/')[0]}/styles.xml"
    if package.has(part):
        package.read(part, styles)
    body = Body(styles, Allowance(source, limits.text_chars))
    package.read(main, body)
    return parsed_blocks(body.blocks, core_properties(package, "docProps/core.xml"))


def parsed_blocks(blocks: list[Block], metadata: Metadata) -> Parsed:
    """Blocks as a document with its turns; its title is what it states, else a paragraph set as one or that reads like one."""
    text, laid = lay_out(blocks)
    title = metadata.title or _title(text, laid)
    turns, anchors = dialogue(text, laid, title)
    return Parsed(text, turns, replace(metadata, title=title), anchors)


def core_properties(package: Package, part: str) -> Metadata:
    """Title, author and language as a package's properties state them; no date, since theirs is not the interview's."""
    fields = Fields()
    if package.has(part):
        package.read(part, fields)
    language = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", fields.found.get("language", ""))
    return Metadata(
        title=fields.found.get("title"),
        author=fields.found.get("creator") or fields.found.get("initial-creator"),
        language=language.group().lower() if language else None,
    )


def _title(text: str, laid: Sequence[Laid]) -> str | None:
    paragraphs = [block for block in laid if isinstance(block, LaidParagraph) and block.lines]
    for kind in (Kind.TITLE, Kind.HEADING):
        for paragraph in paragraphs[:_TITLE_WITHIN]:
            if paragraph.kind is kind and not (
                candidate(text, paragraph.lines[0]) or is_program_note(paragraph.lines[0].span.cut(text))
            ):
                return " ".join(text[paragraph.lines[0].span.start : paragraph.lines[-1].span.end].split())[:_MAX_TITLE]
    lines = [line for paragraph in paragraphs if paragraph.kind is Kind.BODY for line in paragraph.lines]
    first = lines[0].span.cut(text) if lines else ""
    if not first or candidate(text, lines[0]) or times_in(first) or "\t" in first or is_program_note(first):
        return None
    return title_of(text, lines)
