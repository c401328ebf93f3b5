"""The glyphs of a PDF, page by page, as PDFium reads them: the only import of pypdfium2.

Knows what is refused and why. What the glyphs make is told by :mod:`index.formats.pdf_layout`.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import MalformedSource, SourceError, UnreadableSource
from index.formats.pdf_streams import refuse_unsound
from index.limits import Limits
from index.records import Source

_LIGATURES: Final = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_HYPHENS: Final = frozenset((0x02, 0xAD, 0xFFFE))
"""What PDFium gives for a hyphen at a line's end, and the soft hyphen, which on a page is either a hyphen or not there."""

_BOLD = re.compile(rb"(?i)bold|black|heavy")
_MAX_UNKNOWN: Final = 0.2
_GARBLED_CHARACTERS: Final = frozenset((0, 0xFFFD, 0xFFFF))

_ONE_AT_A_TIME = threading.Lock()
"""PDFium may be used by one thread at a time."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character where it stands, in points, x to the right and y upwards; ``y`` is its base line.

    ``after_blank``: the page has a blank before it. A ligature is one glyph of several letters.
    """

    letters: str
    left: float
    right: float
    y: float
    size: float
    is_bold: bool
    after_blank: bool


@dataclass(frozen=True, slots=True)
class PageFile:
    """What is read of a PDF: the glyphs of each page in the order in which it draws them, and the file's own information."""

    pages: tuple[tuple[Glyph, ...], ...]
    information: dict[str, str]


def read_pages(source: Source, limits: Limits) -> PageFile:
    """The glyphs of all pages; raises a :class:`~index.errors.SourceError` for what can't be read whole."""
    refuse_unsound(source, limits)
    try:
        with _ONE_AT_A_TIME, pypdfium2.PdfDocument(source.data) as document:
            return _read(source, document, limits)
    except pypdfium2.PdfiumError as error:
        raise _refusal(source, error) from error


def _read(source: Source, document: Any, limits: Limits) -> PageFile:
    count = len(document)
    if count > limits.pages:
        raise UnreadableSource(
            source.path,
            f"{count:,} pages, more than the {limits.pages:,} that one PDF may have.",
            "Split it, or raise ONRECORD_MAX_PAGES.",
        )
    if not count:
        raise MalformedSource(source.path, "a PDF without pages.", "Save it again from a PDF viewer.")
    pages: list[tuple[Glyph, ...]] = []
    seen = 0
    for number in range(count):
        glyphs = _read_page(source, document, number, limits.text_chars - seen)
        seen += len(glyphs)
        pages.append(glyphs)
    return PageFile(tuple(pages), document.get_metadata_dict())


def _read_page(source: Source, document: Any, number: int, room: int) -> tuple[Glyph, ...]:
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise MalformedSource(
            source.path,
            f"page {number + 1} of {len(document)} can't be read ({error}).",
            "The file may be cut short: get it again, or save it again from a PDF viewer that shows the page.",
        ) from error
    try:
        characters = text_page.count_chars()
        if characters > room:
            raise UnreadableSource(
                source.path,
                f"more text than one transcript may have (page {number + 1} goes beyond the limit).",
                "Split it, or raise ONRECORD_MAX_CHARS.",
            )
        glyphs, garbled = _glyphs(text_page, characters)
    finally:
        text_page.close()
        page.close()
    if garbled > _MAX_UNKNOWN * max(1, len(glyphs)):
        raise MalformedSource(
            source.path,
            f"the fonts of page {number + 1} don't say which letters their signs are.",
            "Run OCR over it (ocrmypdf --force-ocr), or get it in another format.",
        )
    return glyphs


def _glyphs(text_page: Any, count: int) -> tuple[tuple[Glyph, ...], int]:
    """The upright glyphs of a page, and how many have no known letter; stamps that run across a page are left out."""
    found: list[tuple[int, Glyph]] = []
    garbled = 0
    after_blank = False
    reader = _GlyphReader(text_page)
    for code, index in _characters(text_page, count):
        letters = _letters(code)
        if code in _GARBLED_CHARACTERS or pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1:
            garbled += 1
        if not letters or letters.isspace():
            after_blank = after_blank or bool(letters)
        elif placed := reader.read(index, letters, after_blank=after_blank):
            found.append(placed)
            after_blank = False
    main = Counter(turn for turn, _ in found).most_common(1)
    return tuple(glyph for turn, glyph in found if turn == main[0][0]), garbled


def _characters(text_page: Any, count: int) -> Iterator[tuple[int, int]]:
    """Code points and their numbers; what a narrow build of the library gives as two surrogates is one code point."""
    high = 0
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if 0xD800 <= code < 0xDC00:
            high = code
        elif 0xDC00 <= code < 0xE000:
            if high:
                yield 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00), index
            high = 0
        else:
            high = 0
            yield code, index


def _letters(code: int) -> str:
    """What a code stands for in text: empty for what nobody can see."""
    if code in _HYPHENS:
        return "-"
    if code in (0x09, 0x0A, 0x0D, 0xA0):
        return " "
    if code < 0x20 or 0x7F <= code < 0xA0 or code in _GARBLED_CHARACTERS or code > 0x10FFFF or 0x200B <= code <= 0x200F:
        return ""
    return _LIGATURES.get(code) or chr(code)


@dataclass(frozen=True, slots=True)
class _Style:
    """What the glyphs of one text object share; ``turn`` is in quarters, ``None`` where they stand askew."""

    turn: int | None
    size: float
    is_bold: bool


class _GlyphReader:
    """Asks PDFium for glyphs; keeps the memory for its answers, and the style of the text object that it is in."""

    def __init__(self, text_page: Any) -> None:
        self._page = text_page
        self._matrix, self._box = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0), pdfium.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._name = ctypes.create_string_buffer(128)
        self._object = 0
        self._style = _Style(None, 0.0, False)

    def read(self, index: int, letters: str, *, after_blank: bool) -> tuple[int, Glyph] | None:
        """A glyph as it stands on the page turned upright, and the quarter turns that took; ``None`` for one askew."""
        style = self._style_at(index)
        if style.turn is None:
            return None
        box, x, y = self._box, self._x, self._y
        pdfium.FPDFText_GetLooseCharBox(self._page, index, box)
        pdfium.FPDFText_GetCharOrigin(self._page, index, x, y)
        left, right, base = (
            (box.left, box.right, y.value),
            (box.bottom, box.top, -x.value),
            (-box.right, -box.left, -y.value),
            (-box.top, -box.bottom, x.value),
        )[style.turn]
        if not (math.isfinite(left) and math.isfinite(right) and math.isfinite(base)):
            return None
        return style.turn, Glyph(letters, left, right, base, style.size, style.is_bold, after_blank)

    def _style_at(self, index: int) -> _Style:
        holder = pdfium.FPDFText_GetTextObject(self._page, index)
        address = ctypes.addressof(holder.contents) if holder else 0
        if not address or address != self._object:
            self._object, self._style = address, self._new_style(index)
        return self._style

    def _new_style(self, index: int) -> _Style:
        matrix = self._matrix
        pdfium.FPDFText_GetMatrix(self._page, index, matrix)
        size = pdfium.FPDFText_GetFontSize(self._page, index) * math.hypot(matrix.c, matrix.d)
        quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        is_upright = abs(quarters - round(quarters)) <= 0.1 and 0.5 <= size <= 1000
        self._name.value = b""
        pdfium.FPDFText_GetFontInfo(self._page, index, self._name, len(self._name), None)
        is_bold = pdfium.FPDFText_GetFontWeight(self._page, index) >= 600 or bool(_BOLD.search(self._name.value))
        return _Style(round(quarters) % 4 if is_upright else None, size, is_bold)


def _refusal(source: Source, error: pypdfium2.PdfiumError) -> SourceError:
    if error.err_code == pdfium.FPDF_ERR_PASSWORD:
        return MalformedSource(source.path, "an encrypted PDF that opens with a password only.", "Save a copy without one.")
    if error.err_code == pdfium.FPDF_ERR_SECURITY:
        return MalformedSource(source.path, "encrypted in a way that can't be read.", "Save a copy without protection.")
    return MalformedSource(
        source.path, "a broken PDF: no pages can be found in it.", "Get it again, or save it again from a PDF viewer."
    )
