"""The readable page of one source: its whole canonical text by turns, a quote and other passages marked.

Escaping is the template's (Jinja with autoescape on); the words are never changed, but for U+0000, which HTML can't hold. The
page is whole without its script, which only adds ways to move about in it. Nothing of a source can run or load, but its
recording when the reader plays it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import jinja2

from index.records import Role, Span, Turn
from qa.render import clock
from qa.web_files import WEB

if TYPE_CHECKING:
    from index.reader import IndexReader

QUOTE: Final = "quote"
_ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?")
"""What may stand in a policy as the place that the recording is loaded from: nothing in it could begin another rule."""
_MOVING = frozenset(".mp4 .m4v .mov .webm .ogv .mkv".split())
_MAX_LABEL = 100
_DOES = {Role.INTERVIEWER: "asks", Role.INTERVIEWEE: "answers", Role.UNKNOWN: ""}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are in no mark (``mark`` is ``None``), or in the one with that id; ``opens`` is true for its first words."""

    words: str
    mark: str | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the source: a turn's (with its speaker), or what stands between turns (``turn`` is ``None``).

    ``label`` are the words before a turn that only say whose it is. ``is_more`` is true where a turn goes on after something
    that stands between; ``ms`` is where it begins in the recording.
    """

    pieces: tuple[Piece, ...]
    turn: int | None = None
    speaker: str | None = None
    role: Role = Role.UNKNOWN
    ms: int | None = None
    is_more: bool = False
    label: tuple[Piece, ...] = ()

    @property
    def does(self) -> str:
        return _DOES[self.role]

    @property
    def time(self) -> str | None:
        return None if self.ms is None else clock(self.ms)


@dataclass(frozen=True, slots=True)
class Media:
    """The recording of a source, at an address of the web; ``origin`` is the one place that it is loaded from."""

    url: str
    origin: str
    moves: bool

    def at(self, ms: int) -> str:
        """The address of a moment, as a media fragment."""
        return f"{self.url}#t={ms / 1000:g}" if ms % 1000 else f"{self.url}#t={ms // 1000}"


@dataclass(frozen=True, slots=True)
class _Mark:
    span: Span
    id: str


def render_source(reader: IndexReader, document_id: str, quote: Span | None, *, hits: Sequence[Span] = ()) -> str:
    """The page as HTML, ``quote`` marked, and other passages (``hits``) where they are not the quote's words.

    Raises :class:`~index.errors.NotInIndex` for a document or a range that isn't there.
    """
    for span in (*hits, *((quote,) if quote else ())):
        reader.cut(document_id, span)
    card = reader.document(document_id)
    marks = _apart(([_Mark(quote, QUOTE)] if quote else []) + [_Mark(hit, f"hit-{n}") for n, hit in enumerate(hits, 1)])
    meta = card.metadata
    return _template().render(
        card=card,
        facts=[words for words in (card.id, meta.date, card.kind.value, meta.site, meta.author) if words],
        people=[(person, _DOES[person.role]) for person in reader.people(document_id)],
        blocks=list(_blocks(reader, document_id, marks)),
        web_url=meta.url if (meta.url or "").startswith(("http://", "https://")) else None,
        media=recording(meta.media),
        has_quote=any(mark.id == QUOTE for mark in marks),
    )


def page_policy(media: str | None) -> str:
    """What the page may do: show itself in our style, run our script, and play what the source's recording is."""
    found = recording(media)
    plays = f"media-src {found.origin}; " if found else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; {plays}"
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def recording(address: str | None) -> Media | None:
    """The recording at an address; ``None`` where it is none on the web, or none that a policy could name."""
    parts = urlsplit(address or "")
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if not address or not _ORIGIN.fullmatch(origin):
        return None
    return Media(address, origin, PurePosixPath(parts.path).suffix.lower() in _MOVING)


def _apart(marks: Sequence[_Mark]) -> list[_Mark]:
    """The marks in the order of the text, cut so that none overlaps: of those over the same words the first given has them."""
    edges = sorted({edge for mark in marks for edge in (mark.span.start, mark.span.end)})
    found: list[_Mark] = []
    for start, end in pairwise(edges):
        over = next((mark.id for mark in marks if mark.span.start <= start and end <= mark.span.end), None)
        if over and found and (found[-1].id, found[-1].span.end) == (over, start):
            found[-1] = _Mark(Span(found[-1].span.start, end), over)
        elif over:
            found.append(_Mark(Span(start, end), over))
    return found


def _blocks(reader: IndexReader, document_id: str, marks: Sequence[_Mark]) -> Iterator[Block]:
    text = reader.text(document_id)
    opened: set[str] = set()
    at = 0
    for number, turn in enumerate(reader.turns(document_id)):
        for place, span in enumerate(turn.spans):
            between = _trimmed(text, Span(at, span.start))
            before = _pieces(text, between, marks, opened)
            is_label = place == 0 and _is_label(between.cut(text), turn)
            if before and not is_label:
                yield Block(before)
            label = before if is_label else ()
            pieces = _pieces(text, span, marks, opened)
            yield Block(pieces, number, turn.speaker, turn.role, turn.start_ms, is_more=place > 0, label=label)
            at = span.end
    if after := _pieces(text, _trimmed(text, Span(at, len(text))), marks, opened):
        yield Block(after)


def _trimmed(text: str, span: Span) -> Span:
    """What stands between turns, without the blanks around it."""
    words = span.cut(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def _is_label(words: str, turn: Turn) -> bool:
    return bool(turn.label) and len(words) <= _MAX_LABEL and "\n" not in words and str(turn.label) in words


def _pieces(text: str, span: Span, marks: Sequence[_Mark], opened: set[str]) -> tuple[Piece, ...]:
    """The span cut at the marks' ends: together, its words exactly. ``opened`` are the marks that began before it."""
    pieces: list[Piece] = []
    at = span.start
    for mark in marks[bisect_right(marks, span.start, key=lambda mark: mark.span.end) :]:
        if mark.span.start >= span.end:
            break
        start, end = max(mark.span.start, span.start), min(mark.span.end, span.end)
        pieces += [Piece(text[at:start]), Piece(text[start:end], mark.id, mark.id not in opened)]
        opened.add(mark.id)
        at = end
    pieces.append(Piece(text[at : span.end]))
    return tuple(piece for piece in pieces if piece.words)


def _shown(value: object) -> object:
    """What a browser shows of a value: it drops U+0000, of which the symbol is shown, one character as well."""
    return value.replace("\0", "\u2400") if isinstance(value, str) else value


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown
    )
    return environment.from_string((WEB / "source.html").read_text(encoding="utf-8"))
