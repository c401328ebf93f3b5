"""Where a stretch of text stands in its recording or on its pages: from the anchors that a format's parser kept.

Times inside a cue are interpolated by characters, which for speech is right to about a second; a page is the one on which a
stretch begins.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from index.records import Anchor, Span, Turn


@dataclass(frozen=True, slots=True)
class Location:
    """Page and times of a stretch, ``None`` where the source says nothing of them."""

    page: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None


NOWHERE: Final = Location()


class Anchors:
    """A document's anchors, looked up by offset."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self._anchors = anchors
        self._starts = [anchor.span.start for anchor in anchors]

    def locate(self, span: Span) -> Location:
        """Page and times of a stretch of text; times only where its ends lie in timed anchors, or just after one."""
        if not self._anchors or span.start >= span.end:
            return NOWHERE
        first, last = self._at(span.start), self._at(span.end - 1)
        start_ms = _time_at(first, span.start) if first else None
        end_ms = _time_at(last, span.end) if last else None
        if start_ms is not None and end_ms is not None:
            end_ms = max(start_ms, end_ms)
        return Location(first.page if first else None, start_ms, end_ms)

    def _at(self, offset: int) -> Anchor | None:
        """The last anchor that begins at or before an offset."""
        number = bisect_right(self._starts, offset) - 1
        return self._anchors[number] if number >= 0 else None


def _time_at(anchor: Anchor, offset: int) -> int | None:
    """The moment at which an offset is said, between the start and the end of its anchor."""
    start, end = anchor.start_ms, anchor.end_ms
    if start is None or end is None:
        return start
    length = max(1, anchor.span.end - anchor.span.start)
    share = min(1.0, max(0.0, (offset - anchor.span.start) / length))
    return round(start + share * (end - start))


def time_turns(turns: Iterable[Turn], anchors: Sequence[Anchor]) -> tuple[Turn, ...]:
    """The turns with the times that the anchors give them; what a turn states itself stays."""
    found = Anchors(anchors)

    def timed(turn: Turn) -> Turn:
        if turn.start_ms is not None or turn.end_ms is not None:
            return turn
        there = found.locate(Span(turn.start, turn.end))
        return replace(turn, start_ms=there.start_ms, end_ms=there.end_ms)

    return tuple(map(timed, turns)) if anchors else tuple(turns)
