"""The figures that were set before anything was measured."""

from __future__ import annotations

from collections.abc import Sequence

from contestant import OURS, THIRTY, TXTAI
from table import Goal, Row

_OF_A_MILLION = ("recall@10 of the vectors", "warm question p50", "memory resident", "add a document of 20 passages")


def goals(rows: Sequence[Row]) -> list[Goal]:
    """What was wanted, and what was found."""
    by_name = {row.what: row for row in rows}
    cold, rate = by_name["cold question, 10,000 passages"], by_name["indexing rate, embedding"]
    p50, p99 = (by_name[f"warm question p{percent}, 100,000 passages"].figures[OURS].median for percent in (50, 99))
    load = by_name["questions/s over HTTP, 32 clients, 100,000 passages"]
    found = [
        Goal("cold question at 10,000, s", cold.figures[OURS].median, 1.0, True),
        Goal("cold question, times faster than thirty lines", cold.ratio(THIRTY) or 0, 8, False),
        Goal("cold question, times faster than txtai", cold.ratio(TXTAI) or 0, 8, False),
        Goal("indexing rate, times SentenceTransformer.encode", rate.ratio(THIRTY) or 0, 2.5, False),
        Goal("warm p50 at 100,000, ms", p50, 10, True),
        Goal("the judge adds at 100,000, ms", by_name["the judge adds, p50, 100,000 passages"].figures[OURS].median, 150, True),
        Goal("warm p99 at 100,000, times its p50", p99 / p50, 3, True),
        Goal("questions/s with 32 clients at 100,000, times txtai", load.ratio(TXTAI) or 0, 5, False),
    ]
    if f"{_OF_A_MILLION[0]}, 1,000,000 passages" in by_name:
        big = {what: by_name[f"{what}, 1,000,000 passages"].figures[OURS].median for what in _OF_A_MILLION}
        small = by_name["warm question p50, 10,000 passages"].figures[OURS].median
        found += [
            Goal("recall@10 at 1,000,000", big[_OF_A_MILLION[0]], 0.98, False),
            Goal("warm p50 at 1,000,000, times that at 10,000", big[_OF_A_MILLION[1]] / small, 3, True),
            Goal("memory resident at 1,000,000, MB", big[_OF_A_MILLION[2]], 1200, True),
            Goal("add a document at 1,000,000, s", big[_OF_A_MILLION[3]], 2, True),
        ]
    return found
