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


class Wants(StrEnum):
    """What is to be returned: what somebody said, or answers to questions on it, led by these."""

    ANSWERS = "answers"
    QUESTIONS = "questions"


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
class Voice:
    """One person who speaks: the fullest of their names, and the documents in which they do.

    ``name`` is ``None`` for words whose speaker the source doesn't name: those of one document.
    """

    name: str | None
    role: Role
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What was searched: the words of ``speakers`` (empty: everybody's), in one document, of documents with such dates.

    ``inferred`` names the filters that nobody gave, which the question sets itself: ``speakers``, ``since``, ``until``.
    """

    speakers: tuple[str, ...] = ()
    document: str | None = None
    since: str | None = None
    until: str | None = None
    inferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Found: ``passages``, best first. Not found: ``reason``, and in ``nearest`` what came closest, which is no answer.

    ``confidence`` is in 0..1: how likely it is that the first passage answers. ``searched_for`` is the question as it was
    understood, and ``filters`` what it was asked of. ``wants`` are ``answers``, or ``questions``: then each passage is here for
    the question that it answers. With the reason ``ambiguous_speaker``, ``candidates`` are those of whom to choose one.
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
    wants: Wants = Wants.ANSWERS
    filters: Filters = Filters()
    candidates: tuple[Voice, ...] = ()

    @property
    def found(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The passages of ``answer``, oldest first, those of documents without a date last; or its reason why there are none.

    ``speaker`` is the one person who says all of it, ``None`` where the source names nobody. ``more`` is how many passages on
    the matter are not listed. With the reason ``ambiguous_speaker``, ``candidates`` are those to choose from.
    """

    answer: Answer
    speaker: str | None = None
    more: int = 0
    candidates: tuple[Voice, ...] = ()
