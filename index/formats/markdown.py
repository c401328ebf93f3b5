"""Markdown: the canonical text is the file's, markup included, so that every offset is one into the file.

Headings, rules, images, comments, front matter and pull quotes are in no turn.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import pairwise

import yaml

from index.labels import Line, candidate
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Metadata, Parsed, Source, Span
from index.sources import decode
from index.turns import build_turns, split_lines, without_furniture

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"#{1,6}\s+(?P<words>.*?)\s*#*$")
_NOT_SAID = re.compile(r"(?:[-*_=]\s*){3,}$|!\[[^\]]*\]\([^)]*\)$|<!--.*-->$|\[[^\]]+\]:\s|\|.*\|$|<[^>]+>$|\[\^[^\]]+\]:")
_ITALIC = re.compile(r"([*_])(?![*_\s])[^*_]+\1(?:[^*_]{1,60}\1[^*_]+\1)*\Z")
_MARKUP = re.compile(r"[*_`>#\\]+")
_MAX_FRONT_MATTER_CHARS = 20_000


def parse_markdown(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a Markdown file, by the labels at the start of its lines (``**Name:**`` among them)."""
    text = decode(source)
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    lines = split_lines(text, start)
    metadata = _metadata(front.group(1) if front else "", _first_heading(text, lines))
    notes = _italic_paragraphs(text, lines)
    article = without_furniture(text, (line for number, line in enumerate(lines) if number not in notes))
    spoken = [said for line in article if (said := _spoken(text, line, metadata.title))]
    turns = build_turns(text, _without_pull_quotes(text, spoken), title=metadata.title)
    return Parsed(text, turns, metadata)


def _spoken(text: str, line: Line, title: str | None) -> Line | None:
    """The part of a line that may have been said: all of it, or of a lower heading what a speaker's label begins."""
    words = line.span.cut(text)
    if _NOT_SAID.match(words):
        return None
    if not (heading := _HEADING.match(words)):
        return line
    inner = Line(Span(line.span.start + heading.start("words"), line.span.start + heading.end("words")), opens_paragraph=True)
    is_title = words.startswith("# ") or heading["words"] == title
    return inner if not is_title and candidate(text, inner) else None


def _italic_paragraphs(text: str, lines: list[Line]) -> set[int]:
    """The lines of paragraphs set wholly in italics that ask nothing: an editor's note, a byline, a standfirst."""
    starts = [number for number, line in enumerate(lines) if line.opens_paragraph] + [len(lines)]
    found: set[int] = set()
    for first, after in pairwise(starts):
        words = text[lines[first].span.start : lines[after - 1].span.end]
        if "?" not in words and _ITALIC.match(words):
            found.update(range(first, after))
    return found


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
        found = yaml.safe_load(front[:_MAX_FRONT_MATTER_CHARS]) if front else None
    except (yaml.YAMLError, ValueError, RecursionError):
        found = None
    fields = {str(key).casefold(): value for key, value in found.items()} if isinstance(found, dict) else {}

    def first(*names: str) -> str | None:
        return next((words for name in names if (words := _plain(fields.get(name)))), None)

    day = first("date", "published", "published_time", "publishdate", "created")
    return Metadata(
        title=first("title", "headline") or heading,
        date=day[:10] if day and re.match(r"\d{4}(-\d\d){0,2}", day) else None,
        url=first("url", "source_url", "canonical_url", "canonical", "link", "source"),
        author=first("author", "by", "byline"),
        site=first("site", "site_name", "publisher", "outlet"),
        language=first("lang", "language"),
    )


def _plain(value: object) -> str | None:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (str, int)):
        return " ".join(str(value).encode("utf-8", "replace").decode("utf-8").split()) or None
    return None
