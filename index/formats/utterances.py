"""Rows to turns: what a table says of who said which words and when, be it a CSV file's or one in a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.formats.clock import Moment, anchors_of
from index.records import Anchor, Role, Span, Turn

_STAGE_DIRECTION = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|\*[^*]+\*)[\s.]*")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One row: ``span`` are its words in the canonical text, ``label`` is ``None`` where it names nobody."""

    span: Span
    label: str | None = None
    role: Role = Role.UNKNOWN
    start_ms: int | None = None
    end_ms: int | None = None


def label_of(cell: str) -> str | None:
    """A speaker's cell as a label: blanks squeezed, without the colon at its end."""
    return " ".join(cell.split()).rstrip(":： ") or None


def is_stage_direction(words: str) -> bool:
    """Whether words are nobody's: in brackets from first to last."""
    return bool(_STAGE_DIRECTION.fullmatch(words))


def turns_of(text: str, rows: Sequence[Utterance]) -> tuple[Turn, ...]:
    """Consecutive rows of one speaker as one turn; a stage direction under no name is in no turn, and ends none."""
    turns: list[Turn] = []
    for row in rows:
        if row.label is None and is_stage_direction(row.span.cut(text)):
            continue
        last = turns[-1] if turns else None
        if last is None or (last.label, last.role) != (row.label, row.role):
            turns.append(Turn((row.span,), row.label, role=row.role))
        elif text[last.end : row.span.start].strip():
            turns[-1] = replace(last, spans=(*last.spans, row.span))
        else:
            turns[-1] = replace(last, spans=(*last.spans[:-1], Span(last.spans[-1].start, row.span.end)))
    return tuple(turns)


def anchors_of_rows(rows: Iterable[Utterance]) -> tuple[Anchor, ...]:
    """The times of the rows: one without a time lies between those of its neighbours."""
    timed = list(rows)
    moments = [Moment(row.span.start, row.start_ms, row.end_ms) for row in timed if row.start_ms is not None]
    ends = {row.span.start: row.span.end for row in timed if row.end_ms is not None}
    end = max((row.span.end for row in timed), default=0)
    return tuple(
        replace(anchor, span=Span(anchor.span.start, min(anchor.span.end, ends.get(anchor.span.start, anchor.span.end))))
        for anchor in anchors_of(moments, end)
    )
