"""What is said around the quotes, in the same words wherever a person reads them: reasons, filters, headings.

Plain words only: how they are set, escaped or colored is each renderer's own.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

NEAREST_SHOWN = 3
"""Of what came closest, when nothing was found: enough to see that it is no answer."""

CHOICES_SHOWN = 10

CLOSEST = "What came closest, and is not an answer:"
UNNAMED = "speaker not named in the source"

REASONS = {
    "nothing_on_record": "Nothing on record.",
    "only_in_question": "Nothing on record: it comes up only in what was asked or narrated.",
    "other_speaker": "Nothing on record from that speaker; somebody else did speak on it.",
    "unknown_speaker": "Nobody of that name speaks in the index.",
    "ambiguous_speaker": "Several people can be meant. Choose one:",
    "empty_index": "The index holds no answers yet.",
}
"""Why nothing was found, by :class:`~qa.answer.Reason`."""


def told_filters(filters: Json) -> str:
    """The filters that the question set itself, for a reader who gave none: ``(words of Marit Osterhaven, 2024)``."""
    told = [f"words of {' and '.join(filters['speakers'])}"] if "speakers" in filters["inferred"] else []
    since, until = (filters[name] if name in filters["inferred"] else None for name in ("since", "until"))
    if since or until:
        sides = [f"{side} {day}" for side, day in (("since", since), ("until", until)) if day]
        told.append(str(since) if since == until else " ".join(sides))
    return f"({', '.join(told)})" if told else ""


def counted(number: int, thing: str) -> str:
    """``1 document``, ``3 documents``."""
    return f"{number} {thing}" + ("" if number == 1 else "s")
