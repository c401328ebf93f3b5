"""Times of a recording as transcripts write them (``00:03:43``, ``[3:43]``, ``1h 2m 3s``), and where in the text they stand.

Times of day and dates are none of these: a recording begins at nought.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from index.records import Anchor, Span

TIME: Final = r"\d{1,3}:(?:[0-5]\d|[0-5]?\d:[0-5]?\d(?::\d\d)?)(?:[.,]\d{1,6})?(?![\d:])"
"""A pattern for ``m:ss`` and ``h:mm:ss``, with fractions of a second or frames."""

STAMP: Final = rf"(?:[\[(<{{]\s*)?{TIME}(?:\s*(?:-->|→|[-–—]|to)\s*{TIME})?(?:\s*[\])>}}])?"
"""A pattern for a time or a range of times, in brackets or bare."""

_TIME = re.compile(rf"(?<![\d:.,]){TIME}")
_UNITS = re.compile(
    r"(?i)(?:(\d{1,3})\s*h(?:ours?|rs?)?[\s,]*)?(?:(\d{1,3})\s*m(?:in(?:ute)?s?)?[\s,]*)?(?:(\d{1,3})\s*s(?:ec(?:ond)?s?)?)?"
)
_OF_DAY = re.compile(r"(?i)\d\s*[ap]\.?\s?m\b|\d{4}-\d\d-\d\d|\d[./]\d{1,2}[./]\d{2,4}")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Moment:
    """From ``offset`` of the canonical text on, the recording is at ``ms``; to ``until`` where the source says so."""

    offset: int
    ms: int
    until: int | None = None


def times_in(words: str) -> list[int]:
    """The times that stand in some words, in milliseconds and in their order; none in a time of day or a date."""
    head = words[:_SHOWN]
    if _OF_DAY.search(head):
        return []
    if found := [_clock(match.group()) for match in _TIME.finditer(head)]:
        return found
    units = _UNITS.fullmatch(head.strip(" []()"))
    if units and any(units.groups()):
        hours, minutes, seconds = (int(part or 0) for part in units.groups())
        return [1000 * (3600 * hours + 60 * minutes + seconds)]
    return []


def _clock(words: str) -> int:
    parts = words.split(":")
    if len(parts) == 4:  # the last are frames, of a rate that isn't told
        parts.pop()
    whole = [int(part) for part in parts[:-1]]
    seconds, _, fraction = parts[-1].replace(",", ".").partition(".")
    total = 0
    for part in (*whole, int(seconds)):
        total = 60 * total + part
    return 1000 * total + int(fraction.ljust(3, "0")[:3] if fraction else 0)


def in_order(moments: Sequence[Moment]) -> list[Moment]:
    """The longest run of moments that never goes back: one wrong time doesn't spoil the others."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, moment in enumerate(moments):
        at = bisect_right(tails, moment.ms)
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(moment.ms)
            ends.append(number)
        else:
            tails[at], ends[at] = moment.ms, number
    kept: list[Moment] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        kept.append(moments[number])
        number = before[number]
    return kept[::-1]


def anchors_of(moments: Iterable[Moment], end: int) -> tuple[Anchor, ...]:
    """Anchors from each moment to the next, the last to ``end``; without an end of its own, a moment lasts until the next."""
    ordered = in_order(sorted(moments, key=lambda moment: moment.offset))
    distinct = [first for first, then in pairwise(ordered) if first.offset < then.offset] + ordered[-1:]
    anchors = [
        Anchor(
            Span(first.offset, then.offset),
            start_ms=first.ms,
            end_ms=first.until if first.until is not None and first.until >= first.ms else then.ms,
        )
        for first, then in pairwise(distinct)
    ]
    if distinct and distinct[-1].offset < end:
        anchors.append(Anchor(Span(distinct[-1].offset, end), start_ms=distinct[-1].ms, end_ms=distinct[-1].until))
    return tuple(anchors)
