"""Words as Markdown that renders as exactly these words, whatever they look like.

What could be taken for markup has a backslash before it. Character references would be safe too, but Open WebUI shows them as
they are. It takes ``\\[ … \\]`` and ``\\( … \\)`` for mathematics, wherever they stand: so no bracket that opens is escaped,
only those that close, and a backslash of the words' own before one that opens is the only reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import quote as percent

from qa.typesetting import visible

_MARKUP = re.compile(
    r"[\\`*_{}\]<>&#$~|^=+@]"  # emphasis, code, links, HTML, headings, tables, mathematics, mentions
    r"|^(?:[-:]|\d+[.)])"  # lists, rules, definitions
    r"|--+"  # dashes that a typographer joins, rules under a heading
    r"|[:;](?! |$)|-(?=[()])"  # addresses, names of emoji, directives, faces
    r"|(?<=www)\.",
    re.IGNORECASE,
)
_LIKE_MATHEMATICS = re.compile(r"\\(?=[\[(])")
_LINE = re.compile(r"\r\n|\r|\n")
_BLANKS = ("", " ", "\t")
_BREAK = "  \n"
_URL_SAFE = "%!$&'*+,/:;=?@[]~-._#"
_REFERENCE = re.compile(r"&(?=#?\w+;)")


def blockquote(words: str, marks: Sequence[tuple[int, int]] = ()) -> str:
    """Words as a blockquote: line breaks stay, blank lines part paragraphs, and the ``marks`` are bold if they can be.

    Rendered, the text is ``words`` up to how HTML collapses white space, and up to what would steer a page: control characters
    and direction overrides are shown by their numbers.
    """
    lines: list[str] = []
    for start, end in _lines(words):
        inside = [(max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and start < b]
        line = _line(words[start:end], inside)
        if lines and line and lines[-1] != ">":
            lines[-1] += "  "
        lines.append(f"> {line}" if line else ">")
    return "\n".join(lines)


def run_on(words: str) -> str:
    """Words inside a paragraph: line breaks stay, blank lines are dropped."""
    return _BREAK.join(filter(None, (_line(words[start:end]) for start, end in _lines(words))))


def in_line(words: str) -> str:
    """A name or a title on one line."""
    return _line(" ".join(words.split()))


def strong(words: str) -> str:
    """A name or a title in bold; blanks must stand around it."""
    return f"**{in_line(words)}**" if words.strip() else ""


def link(name: str, url: str) -> str:
    """A link to a web address, none of whose characters can end it; ``name`` is a word of ours."""
    target = percent(url, safe=_URL_SAFE)
    return f"[{name}]({_REFERENCE.sub('&amp;', target)})"


def _lines(words: str) -> list[tuple[int, int]]:
    """Where each line stands, without the blanks at its ends: there they would be markup, and HTML shows none of them."""
    breaks = [(0, 0), *(found.span() for found in _LINE.finditer(words)), (len(words), len(words))]
    return [_stripped(words, before[1], after[0]) for before, after in pairwise(breaks)]


def _stripped(words: str, start: int, end: int, blanks: str | None = " \t") -> tuple[int, int]:
    line = words[start:end]
    return end - len(line.lstrip(blanks)), start + len(line.rstrip(blanks))


def _line(words: str, marks: Sequence[tuple[int, int]] = ()) -> str:
    """One line, which has no blanks at its ends."""
    escaped = {at for found in _MARKUP.finditer(words) for at in range(*found.span()) if not words[at].isalnum()}
    cells = [f"\\{word}" if at in escaped else word for at, word in enumerate(words)]
    if visible(words) != words:
        cells = [cell if (shown := visible(cell)) == cell else f"\\{shown}" for cell in cells]
    for found in _LIKE_MATHEMATICS.finditer(words):
        cells[found.start()] = "&#92;"
    for start, end in marks:
        _embolden(words, cells, *_stripped(words, start, end, None))
    return "".join(cells)


def _embolden(words: str, cells: list[str], start: int, end: int) -> None:
    """Bold where it is sure to be read as bold: between blanks or a line's edges, by no means inside a word."""
    if start < end and words[:start][-1:] in _BLANKS and words[end : end + 1] in _BLANKS:
        cells[start] = f"**{cells[start]}"
        cells[end - 1] = f"{cells[end - 1]}**"
