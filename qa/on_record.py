"""Where a question was asked on record in its own words, and how likely each passage there is the reply.

Reads passages and texts through the index. What an asking is, is told by :mod:`qa.echo`; who replies by :mod:`qa.replies`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.records import StoredPassage
from qa.echo import ECHOES, Askings, echo
from qa.quotes import QuoteCutter
from qa.replies import FOLLOWERS, Line, line_of, runs, shares

if TYPE_CHECKING:
    from index.reader import IndexReader


@dataclass(frozen=True, slots=True)
class OnRecord:
    """``shares``: how likely a passage is the reply, 0..1, by key. ``beside``: those near an asking or before one found."""

    shares: dict[int, float]
    beside: dict[int, StoredPassage]


def on_record(reader: IndexReader, cutter: QuoteCutter, askings: Askings, found: Sequence[StoredPassage]) -> OnRecord:
    """Looks for the question in passages that were found and in what they answer, and for replies beside these."""
    places: dict[str, list[int]] = defaultdict(list)
    for one in found:
        if _is_asked(cutter, askings, one) or _asks(cutter, askings, one):
            places[one.document_id].append(one.key)
    around = [key + step for keys in places.values() for key in keys for step in range(FOLLOWERS + 1)]
    beside = {one.key: one for one in reader.passages_there([*around, *(one.key - 1 for one in found)])}
    beside |= {one.key: one for one in found}
    known: dict[int, float] = {}
    for run in (run for keys in places.values() for run in runs(keys)):
        lines = _lines(cutter, askings, beside, run)
        for (key, _), share in zip(lines, shares([line for _, line in lines]), strict=True):
            if key is not None:
                known[key] = max(known.get(key, 0.0), share)
    return OnRecord(known, beside)


def _asks(cutter: QuoteCutter, askings: Askings, stored: StoredPassage) -> bool:
    return echo(askings, cutter.text_of(stored)) >= ECHOES


def _is_asked(cutter: QuoteCutter, askings: Askings, stored: StoredPassage) -> bool:
    """Whether it is known to answer the question, by the roles of its document."""
    return bool(stored.passage.asked) and echo(askings, cutter.asked_text_of(stored)) >= ECHOES


def _lines(
    cutter: QuoteCutter, askings: Askings, beside: dict[int, StoredPassage], run: Sequence[int]
) -> list[tuple[int | None, Line]]:
    """What was said from the first asking of a run to what is in reach of the last, by key; ends where a document does.

    A question that no passage holds, since its asker is no one who answers, stands before its first answer without a key.
    """
    lines: list[tuple[int | None, Line]] = []
    asked = None
    for key in range(run[0], run[-1] + FOLLOWERS + 1):
        one = beside.get(key)
        if one is None or one.document_id != beside[run[0]].document_id:
            break
        if one.passage.asked and one.passage.asked != asked and _is_asked(cutter, askings, one):
            lines.append((None, line_of(askings, one.passage.asked.speaker, cutter.asked_text_of(one))))
        asked = one.passage.asked
        lines.append((key, line_of(askings, one.passage.speaker, cutter.text_of(one))))
    return lines
