"""Markdown: the canonical text is the file's, markup included, so that every offset is one into the file.

Headings, rules, images, comments, front matter and pull quotes are in no turn.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

import yaml

from index.addresses import recording_address
from index.dates import iso_date
from index.formats.heads import timed_dialogue
from index.labels import Line
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Metadata, Parsed, Source, Span
from index.sources import decode
from index.turns import split_lines, without_furniture

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"#{1,6}\s+(?P<words>.*?)\s*#*$")
_NOT_SAID = re.compile(r"(?:[-*_=]\s*){3,}$|!\[[^\]]*\]\([^)]*\)$|<!--.*-->$|\[[^\]]+\]:\s|\|.*\|$|<[^>]+>$|\[\^[^\]]+\]:")
_ITALIC = re.compile(r"([*_])(?![*_\s])[^*_]+\1(?:[^*_]{1,60}\1[^*_]+\1)*\Z")
_BOLD = re.compile(r"(\*\*|__)(?![\s*_])(?:(?!\1).)+(?<!\s)\1\Z", re.DOTALL)
_MARKUP = re.compile(r"[*_`>#\\]+")
_MAX_FRONT_MATTER_CHARS = 20_000


class _Loader(yaml.SafeLoader):
    """YAML in which a date that the calendar doesn't have is words: it is no reason to lose what stands beside it."""


def _timestamp(loader: _Loader, node: yaml.ScalarNode) -> object:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _timestamp)


def parse_markdown(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a Markdown file, by the labels at the start of its lines (``**Name:**`` among them)."""
    text = decode(source)
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    lines = split_lines(text, start)
    metadata = _metadata(front.group(1) if front else "", _first_heading(text, lines))
    article = without_furniture(text, _with_looks(text, lines))
    spoken = [said for line in article if (said := _spoken(text, line, metadata.title))]
    turns, anchors = timed_dialogue(text, _without_pull_quotes(text, spoken), title=metadata.title)
    return Parsed(text, turns, metadata, anchors)


def _spoken(text: str, line: Line, title: str | None) -> Line | None:
    """The part of a line that may have been said: all of it, or of a lower heading its words."""
    words = line.span.cut(text)
    if _NOT_SAID.match(words):
        return None
    if not (heading := _HEADING.match(words)):
        return replace(line, look="quote") if _is_quoted(text, line.span) and not line.look else line
    level = len(words) - len(words.lstrip("#"))
    if level == 1 or heading["words"] == title:
        return None
    start, end = heading.span("words")
    bold = _BOLD.match(heading["words"])
    if bold:
        start, end = start + 2, end - 2
    span = Span(line.span.start + start, line.span.start + end)
    return Line(span, opens_paragraph=True, emphasis_end=span.end if bold else None, look=f"h{level}")


def _with_looks(text: str, lines: list[Line]) -> list[Line]:
    """The lines with how they are set; a paragraph in bold or italics is one line, a bold one without its marks."""
    starts = [number for number, line in enumerate(lines) if line.opens_paragraph] + [len(lines)]
    found: list[Line] = []
    for first, after in pairwise(starts):
        paragraph = lines[first:after]
        words = text[paragraph[0].span.start : paragraph[-1].span.end]
        whole = replace(paragraph[0], span=Span(paragraph[0].span.start, paragraph[-1].span.end))
        if _ITALIC.match(words):
            found.append(replace(whole, look="italic"))
        elif _BOLD.match(words):
            found.append(_between_marks(whole))
        else:  # a question may be set in bold on its line, with its answer on the lines after it
            found += [_between_marks(line) if _BOLD.match(line.span.cut(text)) else line for line in paragraph]
    return found


def _between_marks(line: Line) -> Line:
    span = Span(line.span.start + 2, line.span.end - 2)
    return replace(line, span=span, emphasis_end=span.end, look="bold")


def _first_heading(text: str, lines: list[Line]) -> str | None:
    for line in lines:
        if match := _HEADING.match(line.span.cut(text)):
            return " ".join(match["words"].split()) or None
    return None


def _without_pull_quotes(text: str, lines: list[Line]) -> list[Line]:
    """Drops block quotes that repeat words of the running text: an editor set them, nobody said them twice."""
    running = _bare(" ".join(line.span.cut(text) for line in lines if not _is_quoted(text, line.span)))
    kept: list[Line] = []
    block: list[Line] = []

    def settle() -> None:
        if block and _bare(" ".join(line.span.cut(text) for line in block)) not in running:
            kept.extend(block)
        block.clear()

    for line in lines:
        if _is_quoted(text, line.span):
            block.append(line)
        else:
            settle()
            kept.append(line)
    settle()
    return kept


def _is_quoted(text: str, span: Span) -> bool:
    return text[span.start] == ">"


def _bare(words: str) -> str:
    return " ".join(_MARKUP.sub(" ", words).casefold().strip(" \"'“”").split())


def _metadata(front: str, heading: str | None) -> Metadata:
    """What the front matter says; a broken one is the author's business and says nothing."""
    try:
        found = yaml.load(front[:_MAX_FRONT_MATTER_CHARS], _Loader)  # noqa: S506, which doesn't see that it is a safe one
    except (yaml.YAMLError, ValueError, RecursionError):
        found = None
    fields = {str(key).casefold(): value for key, value in found.items()} if isinstance(found, dict) else {}

    def first(*names: str) -> str | None:
        return next((words for name in names if (words := _plain(fields.get(name)))), None)

    return Metadata(
        title=first("title", "headline") or heading,
        date=iso_date(first("date", "published", "published_time", "publishdate", "created")),
        url=first("url", "source_url", "canonical_url", "canonical", "link", "source"),
        author=first("author", "by", "byline"),
        site=first("site", "site_name", "publisher", "outlet"),
        language=first("lang", "language"),
        media=recording_address(fields),
    )


def _plain(value: object) -> str | None:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (str, int)):
        return " ".join(str(value).encode("utf-8", "replace").decode("utf-8").split()) or None
    return None
