"""What a question comes back with: quotes with their places, or a reason why there are none.

Records only. How they are found is told by :mod:`qa.service`, how they look by :mod:`qa.render`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from index.records import Role, Span


class Reason(StrEnum):
    """Why nothing was found. A value, not an error."""

    NOTHING_ON_RECORD = "nothing_on_record"
    ONLY_IN_QUESTION = "only_in_question"
    OTHER_SPEAKER = "other_speaker"
    UNKNOWN_SPEAKER = "unknown_speaker"
    AMBIGUOUS_SPEAKER = "ambiguous_speaker"
    EMPTY_INDEX = "empty_index"


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: a span of code points in a document's canonical text."""

    document_id: str
    document_title: str | None
    published: str | None
    span: Span
    turn: int
    speaker: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that a quote answers, in its exact words."""

    cited_text: str
    span: Span
    turn: int
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of one turn. ``cited_text`` is the slice of the source at ``place.span`` and nothing else.

    ``highlights`` are absolute spans inside it; ``prefix`` and ``suffix`` are up to 32 characters before and after it;
    ``score`` is in 0..1, higher is better; ``also_in`` are other places where the same person's same words stand.
    ``quotations`` are the stretches that the speaker only repeats: somebody else's words.
    """

    cited_text: str
    place: Place
    highlights: tuple[Span, ...]
    role: Role
    asked: Asked | None
    score: float
    prefix: str
    suffix: str
    source_sha256: str
    start_ms: int | None = None
    end_ms: int | None = None
    page: int | None = None
    also_in: tuple[Place, ...] = ()
    quotations: tuple[Span, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.place.document_id}:{self.place.span.start}-{self.place.span.end}"


@dataclass(frozen=True, slots=True)
class Answer:
    """Found: ``passages``, best first. Not found: ``reason``, and in ``nearest`` what came closest, which is no answer.

    ``confidence`` is in 0..1: how likely it is that the first passage answers. ``searched_for`` is what was looked for.
    """

    id: str
    question: str
    searched_for: str
    confidence: float
    index_version: str
    took_ms: float
    passages: tuple[Quote, ...] = ()
    nearest: tuple[Quote, ...] = ()
    reason: Reason | None = None

    @property
    def found(self) -> bool:
        return self.reason is None
