"""The records that pass between the rooms of the indexer, and the one definition of an offset.

An offset is a count of Unicode code points (what Python's ``len`` counts) into a document's canonical
text; a span is half-open, ``text[start:end]``. Every offset in this project, in its files and in its answers is
of this kind: never bytes, never UTF-16 units.

Knows shapes only. How they are made, stored and searched is told by the modules that do it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d"})
"""Letters that no accent makes of another."""

_NAME_WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*")


class Role(StrEnum):
    """What a speaker does in a document. ``UNKNOWN`` is an honest value: roles are never guessed."""

    INTERVIEWER = "interviewer"
    INTERVIEWEE = "interviewee"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a document is: somebody asks and others answer, several talk, one speaks, or nobody is said to speak at all.

    ``ARTICLE`` is running text under no speaker's name, ``RECORDING`` the same with times.
    """

    INTERVIEW = "interview"
    CONVERSATION = "conversation"
    MONOLOGUE = "monologue"
    RECORDING = "recording"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, ``text[start:end]``, with ``0 <= start <= end``."""

    start: int
    end: int

    def cut(self, text: str) -> str:
        """The exact words of this span: the only way in which a quote is ever made."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was found: its bytes are kept for ever, its text is decoded from them once.

    ``sha256`` is the lower-case hexadecimal digest of ``data``. ``path`` is where it lies; of a file in an archive the
    archive's path and the name in it, of what was fetched from ``url`` a name with the suffix of its kind. ``charset`` is what
    the server that sent it says of its encoding.
    """

    path: Path
    data: bytes
    sha256: str
    url: str | None = None
    charset: str | None = None

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()

    @property
    def place(self) -> str:
        """Where it came from, as an index notes it: the address of what was fetched, else the path."""
        return self.url or str(self.path)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a source says of itself. ``None`` where it says nothing; nothing here is inferred from prose.

    ``date`` is ISO 8601, day precision or coarser (``2014-10-31``, ``2014-10``, ``2014``), so that dates
    compare as strings. ``media`` is the web address of the recording. ``headlines`` are other titles that it gives itself;
    an index doesn't keep them.
    """

    id: str | None = None
    title: str | None = None
    date: str | None = None
    url: str | None = None
    author: str | None = None
    site: str | None = None
    language: str | None = None
    media: str | None = None
    headlines: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A stretch of canonical text whose page or time the source states: a page of a PDF, a subtitle's cue, a timed word.

    ``page`` counts from 1, or is what the page itself says it is; ``start_ms`` and ``end_ms`` are of the recording.
    """

    span: Span
    page: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's uninterrupted words, as the source marks them.

    ``spans`` are the stretches of canonical text that were said, in order; more than one only where the source
    breaks a turn with something that nobody said (an advert in the middle of an answer).
    ``label`` is the speaker mark as written, without its colon; ``None`` for text under no label.
    ``speaker`` and ``role`` are filled in by :mod:`index.speakers`, unless the format states them.
    """

    spans: tuple[Span, ...]
    label: str | None = None
    speaker: str | None = None
    role: Role = Role.UNKNOWN
    start_ms: int | None = None
    end_ms: int | None = None

    @property
    def start(self) -> int:
        return self.spans[0].start

    @property
    def end(self) -> int:
        return self.spans[-1].end


@dataclass(frozen=True, slots=True)
class Person:
    """A speaker of one document: every label that stands for them, and why they have their role."""

    name: str
    role: Role
    reason: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a format's parser gives: the canonical text, its turns in reading order, what the source says of itself.

    ``anchors`` are in the order of the text and don't overlap; they need not cover all of it.
    """

    text: str
    turns: tuple[Turn, ...]
    metadata: Metadata = field(default_factory=Metadata)
    anchors: tuple[Anchor, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A source after parsing and naming; ``id`` is unique within an index, ``parser_version`` says how it was parsed.

    ``roster`` is the digest of the list of people by which its speakers were named, empty when there was none.
    """

    id: str
    source: Source
    text: str
    metadata: Metadata
    turns: tuple[Turn, ...]
    people: tuple[Person, ...]
    parser_version: int = 0
    anchors: tuple[Anchor, ...] = ()
    kind: Kind = Kind.ARTICLE
    roster: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that a passage answers: a span of an earlier turn, and who asked it."""

    turn: int
    span: Span
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of search and of citation: some sentences of one turn, never over two turns.

    ``turn`` is the number of its turn in the document, from 0. ``is_answer`` is false for context (an interviewer's
    words, a narrator's): searched so that a refusal can say where the topic did come up, never quoted as an answer.
    ``sentences`` are absolute spans, in order, each inside ``span``. ``asks``: its last sentence is a question.
    ``quoted`` are the stretches of it that are somebody else's words, which the speaker only repeats.
    """

    turn: int
    span: Span
    speaker: str | None
    role: Role
    asked: Asked | None
    sentences: tuple[Span, ...]
    is_answer: bool = True
    start_ms: int | None = None
    end_ms: int | None = None
    page: int | None = None
    asks: bool = False
    quoted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search is limited to; all that is given must hold. Dates are ISO, compared as strings, both ends included.

    ``speakers`` are names as the index shows them. A document without a date never passes ``since`` or ``until``.
    """

    speakers: frozenset[str] | None = None
    documents: frozenset[str] | None = None
    since: str | None = None
    until: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether everything passes."""
        return self.speakers is None and self.documents is None and self.since is None and self.until is None


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """What the index knows of a document without opening its text."""

    id: str
    path: str
    sha256: str
    metadata: Metadata
    text_sha256: str
    turns: int
    answers: int
    contexts: int
    parser_version: int = 0
    kind: Kind = Kind.ARTICLE
    roster: str = ""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it lies in an index: ``key`` is its number there, ``document_id`` where its span is to be cut."""

    key: int
    document_id: str
    passage: Passage


def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name as names are compared: composed, without case, full stops and what stands between them."""
    return tuple(fold_name(word) for word in _NAME_WORD.findall(unicodedata.normalize("NFC", name)))


def fold_name(word: str) -> str:
    """One word of a name as names are compared."""
    return unicodedata.normalize("NFC", word).casefold().rstrip(".")


def plain_letters(word: str) -> str:
    """A folded word without its accents, as somebody types it whose keys have none: "zaunigk" for "zäunigk"."""
    if word.isascii():
        return word
    plain = "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
    return plain.translate(_PLAIN)
