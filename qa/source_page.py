"""The readable page of one source: its whole canonical text by turns, with one span marked.

Escaping is the template's (Jinja with autoescape on); the words are never changed. Nothing on the page can run: the
policy allows one style sheet, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from index.records import Span
from qa.render import clock

if TYPE_CHECKING:
    from index.reader import IndexReader

_WEB = Path(__file__).parent / "web"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are marked or not."""

    words: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the source: a turn's (with its speaker), or what stands between turns (``turn`` is ``None``)."""

    pieces: tuple[Piece, ...]
    turn: int | None = None
    speaker: str | None = None
    role: str | None = None
    time: str | None = None


def render_source(reader: IndexReader, document_id: str, mark: Span | None) -> str:
    """The page as HTML; raises :class:`~index.errors.NotInIndex` for a document or a range that isn't there."""
    if mark is not None:
        reader.cut(document_id, mark)
    card = reader.document(document_id)
    return _template().render(
        card=card,
        style=_style(),
        blocks=list(_blocks(reader, document_id, mark)),
        web_url=card.metadata.url if (card.metadata.url or "").startswith(("http://", "https://")) else None,
        mark=mark,
    )


def content_security_policy() -> str:
    """What the page may do: show itself in its own style."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def _blocks(reader: IndexReader, document_id: str, mark: Span | None) -> Iterator[Block]:
    text = reader.text(document_id)
    at = 0
    for number, turn in enumerate(reader.turns(document_id)):
        for span in turn.spans:
            if text[at : span.start].strip():
                yield Block(_pieces(text, Span(at, span.start), mark))
            time = clock(turn.start_ms) if turn.start_ms is not None else None
            yield Block(_pieces(text, span, mark), number, turn.speaker, turn.role.value, time)
            at = span.end
    if text[at:].strip():
        yield Block(_pieces(text, Span(at, len(text)), mark))


def _pieces(text: str, span: Span, mark: Span | None) -> tuple[Piece, ...]:
    """The span cut at the mark's ends: together, its words exactly."""
    if mark is None or mark.end <= span.start or span.end <= mark.start:
        return (Piece(span.cut(text), is_marked=False),)
    start, end = max(mark.start, span.start), min(mark.end, span.end)
    parts = ((span.start, start, False), (start, end, True), (end, span.end, False))
    return tuple(Piece(text[left:right], marked) for left, right, marked in parts if left < right)


@cache
def _style() -> str:
    return (_WEB / "source.css").read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((_WEB / "source.html").read_text(encoding="utf-8"))
