"""The styles of a Word document: which are bold or italic, which are headings; and how its elements are named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from index.formats.blocks import Kind
from index.formats.package import Handler

_W: Final = frozenset(
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
)
_KINDS = (
    (Kind.APART, re.compile(r"(?i)toc\b.*|toc ?\d|table of .*|contents(?: \d+| heading)?|caption|(?:foot|end)note text")),
    (Kind.TITLE, re.compile(r"(?i)title|subtitle")),
    (Kind.HEADING, re.compile(r"(?i)heading ?(?P<level>\d)")),
    (Kind.QUOTE, re.compile(r"(?i)(?:intense ?)?quote|block ?(?:quote|text)")),
)
_MAX_STYLE_DEPTH = 20


def is_on(attributes: Mapping[str, str]) -> bool:
    """Whether a property is on: it is where it stands, unless its value says otherwise."""
    return attributes.get("val", "true") not in ("0", "false", "off", "none")


def local_name(tag: str) -> tuple[str, bool]:
    """An element's local name, and whether it is one of Word's own."""
    namespace, _, name = tag.rpartition("}")
    return name, namespace[1:] in _W


def plain_names(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes by their local names."""
    return {name.rpartition("}")[2]: value for name, value in attributes.items()}


@dataclass(slots=True)
class _Style:
    name: str = ""
    based_on: str | None = None
    bold: bool | None = None
    italic: bool | None = None
    outline: int | None = None


class Styles(Handler):
    """The styles part: what a paragraph or run is by its style's name and setting, its parents' too."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._open: list[str] = []
        self._style = _Style()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name, is_word = local_name(tag)
        plain = plain_names(attributes)
        value = plain.get("val", "")
        within = self._open[1:2] == ["style"]
        if is_word and name == "style":
            self._style = self._styles[plain.get("styleId", "")] = _Style()
        elif is_word and within and name == "name":
            self._style.name = value
        elif is_word and within and name == "basedOn":
            self._style.based_on = value
        elif is_word and within and name in ("b", "i") and self._open[2:] == ["rPr"]:
            setattr(self._style, "bold" if name == "b" else "italic", is_on(plain))
        elif is_word and within and name == "outlineLvl":
            self._style.outline = outline_level(value)
        self._open.append(name)

    def end(self, tag: str) -> None:
        self._open.pop()

    def _chain(self, style: str | None) -> list[_Style]:
        chain: list[_Style] = []
        while style is not None and style in self._styles and len(chain) < _MAX_STYLE_DEPTH:
            chain.append(self._styles[style])
            style = chain[-1].based_on
        return chain

    def bold(self, style: str | None) -> bool | None:
        return next((found.bold for found in self._chain(style) if found.bold is not None), None)

    def italic(self, style: str | None) -> bool | None:
        return next((found.italic for found in self._chain(style) if found.italic is not None), None)

    def kind(self, style: str | None) -> tuple[Kind, int]:
        """A paragraph's kind and its level, by its style; Word names its own styles in English in every language."""
        chain = self._chain(style)
        for name in [found.name for found in chain] or [style or ""]:
            if (known := kind_named(name)) is not None:
                return known
        level = next((found.outline for found in chain if found.outline is not None), 0)
        return (Kind.HEADING, level) if level else (Kind.BODY, 1)


def kind_named(style: str) -> tuple[Kind, int] | None:
    """What a style's name says of its paragraphs' kind and level, ``None`` where it says nothing."""
    for kind, pattern in _KINDS:
        if match := pattern.fullmatch(style.strip()):
            return kind, int(match.groupdict().get("level") or 1)
    return None


def outline_level(value: str | None) -> int:
    """An outline level from 1, where a paragraph is in the outline; else 0."""
    return int(value) + 1 if value in tuple("012345678") else 0
