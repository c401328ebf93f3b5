"""Markdown as a reader sees it: rendered by a CommonMark renderer with HTML, tables and strikethrough switched on."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib.util import find_spec

from markdown_it import MarkdownIt

LINKIFIES = find_spec("linkify_it") is not None
_RENDERER = MarkdownIt("commonmark", {"html": True, "linkify": LINKIFIES}).enable(["table", "strikethrough"])
if LINKIFIES:
    _RENDERER.enable("linkify")


@dataclass
class Page:
    """What a page shows: its blockquotes' text, all its text, its links by name, and the elements that it is made of."""

    quotes: list[str] = field(default_factory=list)
    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    elements: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.add(tag)
        self._open.append(tag)
        if tag == "blockquote":
            self.page.quotes.append("")
        if tag == "a":
            self.page.links.append(("", dict(attrs).get("href") or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.add(tag)
        self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.page.text += data
        if "blockquote" in self._open:
            self.page.quotes[-1] += data
        if "a" in self._open:
            name, url = self.page.links[-1]
            self.page.links[-1] = (name + data, url)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def rendered(markdown: str) -> Page:
    """The page that some Markdown makes."""
    reader = _Reader()
    reader.feed(_RENDERER.render(markdown))
    reader.close()
    return reader.page


def collapsed(words: str) -> str:
    """Words as a page shows them, every run of white space one blank."""
    return " ".join(words.split())
