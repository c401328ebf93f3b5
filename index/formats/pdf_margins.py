"""What a printed page adds around what was said: running heads, page numbers, notes at its foot.

A running head is told by its place and by coming back there, figures and dates apart; a line that also stands in the
middle of pages is none. In doubt a line stays: a head in a turn is a blemish, a lost answer is not.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from index.formats.pdf_layout import Row, rows_of
from index.labels import Line, candidate
from index.records import Span

_DEPTH: Final = 4
"""So many rows at the top and at the foot of a page may be the page's own."""

_SAME_PLACE: Final = 6.0
_MONTHS = re.compile(
    r"(?i)\b(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|mar(?:ch|s)?|märz|apr(?:il)?|avril|ma[iy]|jun[ei]?|juin|jul[iy]?|"
    r"juillet|aug(?:ust)?|août|sep(?:t(?:ember)?)?|septembre|o[ck]t(?:ober)?|octobre|nov(?:ember|embre)?|de[cz](?:ember)?|décembre|"
    r"mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b"
)
_FIGURES = re.compile(r"\d+")
_NUMBER = re.compile(r"(?<!\d)\d{1,5}(?!\d)")
_ROMAN = re.compile(r"(?i)[\W_]*[ivxlc]{1,7}[\W_]*")
_PAGE_NUMBER = re.compile(
    r"""(?xi) [\s\W_]* (?: (?:page|pg\.?|p\.|seite|s\.|página|pagina|sida|side|strona) \s* )?
    \d{1,4} (?: \s*(?:of|von|de|di|sur|av|z|/)\s* \d{1,4} )? [\s\W_]* """
)
_SAYS_PAGE = re.compile(r"(?i)page|seite|página|pagina|\d\s*(?:of|von|/)\s*\d|^[-–—]\s*\d+\s*[-–—]$")
_SENTENCE_END = re.compile(r"[.?!…]['\"”’»)]*$")
_NOTE_START = re.compile(r"(\d{1,3}|[*†‡§¶]{1,3})(?=\D|$)")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A row near the top or the foot of its page; ``depth`` counts from the edge of the page, from 0."""

    page: int
    row: Row
    depth: int
    gap: float


def without_running_heads(pages: Sequence[Sequence[Row]]) -> tuple[list[list[Row]], list[Row]]:
    """The segments of each page that are not the page's own, and the rows left out of the first page."""
    rows = [rows_of(page) for page in pages]
    leading = _leading(rows)
    stands = Counter(_key(row) for page in rows for row in page)
    dropped: list[set[float]] = [set() for _ in rows]
    for top in (True, False):
        edges = [edge for number, page in enumerate(rows) for edge in _edges(number, page, top=top)]
        elsewhere = stands - Counter(_key(page[-1 if top else 0]) for page in rows if page)
        for edge in _own(edges, elsewhere, leading, len(rows)):
            dropped[edge.page].add(edge.row.y)
    kept = [
        [segment for segment in page if not any(abs(segment.y - y) <= 0.4 * segment.size for y in ys)]
        for page, ys in zip(pages, dropped, strict=True)
    ]
    return kept, [row for row in rows[0] if row.y in dropped[0]] if rows else []


def _leading(pages: Sequence[Sequence[Row]]) -> float:
    """The usual distance from one base line to the next."""
    steps = [round(above.y - below.y, 1) for page in pages for above, below in pairwise(page)]
    return statistics.median(steps) if steps else 0.0


def _edges(number: int, rows: Sequence[Row], *, top: bool) -> Iterable[_Edge]:
    ordered = rows if top else rows[::-1]
    for depth, row in enumerate(ordered[: min(_DEPTH, len(rows))]):
        inward = ordered[depth + 1].y if depth + 1 < len(ordered) else None
        yield _Edge(number, row, depth, abs(row.y - inward) if inward is not None else 0.0)


def _key(row: Row) -> str:
    """A row's words without what varies in a running head: figures, dates, blanks."""
    words = " ".join(row.text.split())
    return "#" if _ROMAN.fullmatch(words) else _MONTHS.sub("@", _FIGURES.sub("#", words)).casefold()


def _own(edges: Sequence[_Edge], stands: Counter[str], leading: float, pages: int) -> list[_Edge]:
    """The rows that belong to their page: those that come back in one place; ``stands``: how often each stands anywhere."""
    groups: dict[str, list[_Edge]] = defaultdict(list)
    for edge in edges:
        groups[_key(edge.row)].append(edge)
    own: set[tuple[int, int]] = set()
    near: list[_Edge] = []
    waiting: list[list[_Edge]] = []
    for key, found in groups.items():
        group = _in_one_place(found)
        inner = max(0, stands[key] - len(group))
        if _is_page_number(group, leading, pages) or _is_running_head(group, inner, leading, pages):
            own.update((edge.page, edge.depth) for edge in group)
        elif len({edge.page for edge in group}) > 1 and not _is_like_speech(group, inner):
            waiting.append(group)
            near.extend(group if _is_set_off(group, leading) else ())
    for group in sorted(waiting, key=lambda group: -group[0].depth):  # the outer lines of a head of several lines
        if sum((edge.page, edge.depth + 1) in own for edge in group) > 0.5 * len(group):
            own.update((edge.page, edge.depth) for edge in group)
    for depth in range(_DEPTH):  # heads that change from chapter to chapter, in a place that is a head's on most pages
        there = [edge for edge in near if edge.depth == depth]
        taken = len({edge.page for edge in there} | {page for page, at in own if at == depth})
        if taken >= max(3, 0.6 * pages):
            own.update((edge.page, edge.depth) for edge in there)
    return [edge for edge in edges if _is_reached(edge, own)]


def _is_reached(edge: _Edge, own: set[tuple[int, int]]) -> bool:
    """Whether all rows from the page's edge to this one are the page's own."""
    return all((edge.page, depth) in own for depth in range(edge.depth + 1))


def _in_one_place(edges: Sequence[_Edge]) -> list[_Edge]:
    """Those of the rows that stand at the height at which most of them do."""
    heights = [edge.row.y for edge in edges]
    best = max(heights, key=lambda y: sum(abs(other - y) <= _SAME_PLACE for other in heights[:500]))
    return [edge for edge in edges if abs(edge.row.y - best) <= _SAME_PLACE]


def _is_page_number(group: Sequence[_Edge], leading: float, pages: int) -> bool:
    """Whether the rows count the pages; a bare number has to, a longer line has to stand apart as well."""
    words = [" ".join(edge.row.text.split()) for edge in group]
    is_bare = all(_PAGE_NUMBER.fullmatch(line) or _ROMAN.fullmatch(line) for line in words)
    if pages == 1:
        return is_bare and any(_SAYS_PAGE.search(line) for line in words) and "1" in _NUMBER.findall(words[0])[:1]
    if len({edge.page for edge in group}) < 2:
        return False
    figures = [_NUMBER.findall(line)[:8] for line in words]
    steps = [{int(number) - edge.page for number in found} for edge, found in zip(group, figures, strict=True)]
    counts = bool(set.intersection(*steps)) and len({edge.page for edge in group}) == len(group)
    if is_bare and all(_ROMAN.fullmatch(line) for line in words):
        return len(set(words)) == len(words)
    return counts and (is_bare or _is_set_off(group, leading)) and not _is_labelled(group)


def _is_running_head(group: Sequence[_Edge], inner: int, leading: float, pages: int) -> bool:
    count = len({edge.page for edge in group})
    is_apart = _is_set_off(group, leading)
    if is_apart and not inner and count >= max(4, 0.6 * pages):
        return True  # whatever it looks like: nobody says the same at the top of most pages, and nowhere else
    if count < 2 or _is_like_speech(group, inner):
        return False
    if pages <= 3:
        return is_apart or (count == 3 and group[0].depth == 0)
    return count >= max(3, 0.6 * pages) or (is_apart and count >= max(3, 0.25 * pages))


def _is_like_speech(group: Sequence[_Edge], inner: int) -> bool:
    """Whether the rows may have been said: labelled, finished, or met in the middle of pages as well."""
    return inner > max(1, 0.1 * len(group)) or _is_labelled(group) or bool(_SENTENCE_END.search(group[0].row.text.rstrip()))


def _is_labelled(group: Sequence[_Edge]) -> bool:
    words = group[0].row.text
    label = candidate(words, Line(Span(0, len(words)), True))
    return label is not None and (label.content < len(words) or label.text.isupper())


def _is_set_off(group: Sequence[_Edge], leading: float) -> bool:
    """Whether most of the rows stand apart from the text: by a gap, or spread over the width of the page."""
    apart = sum(edge.gap >= 1.25 * leading or _is_spread(edge.row) for edge in group)
    return apart > 0.5 * len(group)


def _is_spread(row: Row) -> bool:
    return any(after.left - before.right > 3 * row.size for before, after in pairwise(row.words))


def without_notes(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """The segments of each page without the notes at its foot and the figures in the text that point to them.

    A block is one of notes where it is set smaller than the text, reaches the foot of the page, and begins with a mark
    that stands raised in the text above. Raised figures of notes that stand elsewhere go where they count 1, 2, 3.
    """
    sizes = [round(row.size, 1) for page in pages for row in page for _ in row.words]
    body = statistics.median(sizes) if sizes else 0.0
    kept: list[list[Row]] = []
    marks: list[set[str]] = []
    for page in pages:
        foot = _notes_from(page, body)
        kept.append([row for row in page if foot is None or row.y > foot])
        below = [row for row in page if foot is not None and row.y <= foot]
        marks.append({match[1] for row in below if (match := _NOTE_START.match(row.text.lstrip()))})
    counted = _counted(kept)
    return [
        [stripped for row in page if (stripped := _without_marks(row, found | counted)) is not None]
        for page, found in zip(kept, marks, strict=True)
    ]


def _notes_from(page: Sequence[Row], body: float) -> float | None:
    """The height at which the notes of a page begin."""
    rows = rows_of(page)
    first = len(rows)
    while first and rows[first - 1].size < 0.93 * body:
        first -= 1
    if first == 0:
        return None
    raised = {word.text for row in rows[:first] for word in row.words if word.is_raised}
    for row in rows[first:]:
        if (match := _NOTE_START.match(row.text.lstrip())) and match[1] in raised:
            return row.y
    return None


def _counted(pages: Iterable[Iterable[Row]]) -> set[str]:
    """The raised figures of a document where they count from 1 without a gap, as notes at its end do."""
    words = (word for page in pages for row in rows_of(page) for word in row.words)
    raised = [word.text for word in words if word.is_raised and word.text.isdecimal()]
    counts = len(raised) > 1 and [int(number) for number in raised] == list(range(1, len(raised) + 1))
    return set(raised) if counts else set()


def _without_marks(row: Row, marks: set[str]) -> Row | None:
    if not any(word.is_raised and word.text in marks for word in row.words):
        return row
    words = tuple(word for word in row.words if not (word.is_raised and word.text in marks))
    return Row(words, row.y, row.size) if words else None
