"""Dates as sources and askers write them: the days, months and years of ISO 8601 that the calendar has.

Knows one notation and the calendar; where a date stands in a source is told by its format.
"""

from __future__ import annotations

import re
from datetime import date

_WRITTEN = re.compile(r"\s*(\d{4}(?:-\d\d(?:-\d\d)?+)?+)(?!\d)(?:(?<=-\d\d-\d\d)|(?!-))", re.ASCII)


def iso_date(words: str | None) -> str | None:
    """The date with which ``words`` begin, as coarse as it is written and without a time; ``None`` where none is possible.

    Dates are compared as strings, so that no other notation will do.
    """
    found = _WRITTEN.match(words or "")
    return found[1] if found and _is_possible(found[1]) else None


def _is_possible(written: str) -> bool:
    try:
        date.fromisoformat(f"{written}-01-01"[:10])
    except ValueError:
        return False
    return True
