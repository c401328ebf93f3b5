"""Plain text: the canonical text is the file's, character for character."""

from __future__ import annotations

import re

from index.formats.heads import timed_dialogue
from index.labels import Line
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Metadata, Parsed, Source
from index.sources import decode
from index.turns import split_lines, without_furniture

_BYLINE = re.compile(r"(?i)^(?:by|von|par|por)\s?[\s\u00a0]*\S.{0,60}$")
_HEADLINE = re.compile(r"""[^:：]{2,100}[:：]\s*["'“‘„‚«»].*[^.!?…]["'”’“‘»«]$""")
"""``Bo Ray: ‘I saw the sea’`` over an interview with Bo Ray: a quoted, unfinished sentence."""


def parse_plain(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a text file, by the labels at the start of its lines."""
    text = decode(source)
    lines = without_furniture(text, split_lines(text))
    title = title_of(text, lines)
    is_headline = bool(title and _HEADLINE.match(title))
    article = [line for line in lines if not (is_headline and " ".join(line.span.cut(text).split()) == title)]
    turns, anchors = timed_dialogue(text, article, title=title)
    is_turn = bool(turns and turns[0].label and turns[0].start <= lines[0].span.end)
    return Parsed(text, turns, Metadata(title=None if is_turn else title), anchors)


def title_of(text: str, lines: list[Line]) -> str | None:
    """The first line where it reads like a title: short, one paragraph of its own, without a closing full stop."""
    if not lines or (len(lines) > 1 and not lines[1].opens_paragraph and len(lines[0].span.cut(text)) > 70):
        return None
    first = " ".join(lines[0].span.cut(text).split())
    is_heading = 0 < len(first) <= 160 and first[-1] not in ".,;:" and not _BYLINE.match(first)
    return first if is_heading and len(lines) > 1 else None
