"""The tables of a segment's SQLite file, and rows as records: :mod:`index.store` does the reading and writing.

Reading back what was written gives an equal record; a row that no record can be made of raises ``ValueError`` or
``TypeError``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from index.records import (
    Anchor,
    Asked,
    Document,
    DocumentCard,
    Kind,
    Metadata,
    Passage,
    Person,
    Role,
    Span,
    StoredPassage,
    Turn,
    name_words,
)

Row = tuple[Any, ...]
"""A row as SQLite gives it: what is in its columns is checked by the records that are made of it."""

CONTEXT_KEYS_FROM = 1 << 48
"""Answers have keys from 0, one for each vector; context has no vectors and keys from here."""

SCHEMA: Final = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, text_sha256 TEXT NOT NULL,
    title TEXT, date TEXT, url TEXT, author TEXT, site TEXT, language TEXT, media TEXT,
    turns INTEGER NOT NULL, answers INTEGER NOT NULL, contexts INTEGER NOT NULL, parser_version INTEGER NOT NULL,
    kind TEXT NOT NULL, roster TEXT NOT NULL
);
CREATE INDEX documents_by_path ON documents (path);
CREATE TABLE archive (document_id TEXT PRIMARY KEY, text BLOB NOT NULL, original BLOB NOT NULL, anchors TEXT NOT NULL);
CREATE TABLE people (
    document_id TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, reason TEXT NOT NULL,
    labels TEXT NOT NULL, PRIMARY KEY (document_id, position)
) WITHOUT ROWID;
CREATE INDEX people_by_name ON people (name);
CREATE TABLE name_words (
    word TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (word, name, role) ON CONFLICT IGNORE
) WITHOUT ROWID;
CREATE TABLE turns (
    document_id TEXT NOT NULL, number INTEGER NOT NULL, spans TEXT NOT NULL, label TEXT, speaker TEXT, role TEXT NOT NULL,
    start_ms INTEGER, end_ms INTEGER, PRIMARY KEY (document_id, number)
) WITHOUT ROWID;
CREATE TABLE passages (
    key INTEGER PRIMARY KEY, document_id TEXT NOT NULL, turn INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    speaker TEXT, role TEXT NOT NULL, asked_turn INTEGER, asked_start INTEGER, asked_stop INTEGER, asked_speaker TEXT,
    sentences TEXT NOT NULL, asks INTEGER NOT NULL, quoted TEXT NOT NULL, start_ms INTEGER, end_ms INTEGER, page INTEGER
);
CREATE INDEX passages_by_document ON passages (document_id);
CREATE INDEX passages_by_speaker ON passages (speaker);
"""


def rows_of(document: Document, passages: Sequence[StoredPassage]) -> dict[str, list[Row]]:
    """The rows of every table for a document with all its passages."""
    text = document.text.encode("utf-8")
    answers = sum(stored.key < CONTEXT_KEYS_FROM for stored in passages)
    names = {(word, person.name, person.role) for person in document.people for word in name_words(person.name)}
    return {
        "documents": [_document_row(document, hashlib.sha256(text).hexdigest(), answers, len(passages) - answers)],
        "archive": [(document.id, text, document.source.data, _anchors_out(document.anchors))],
        "people": [
            (document.id, position, person.name, person.role, person.reason, json.dumps(person.labels, ensure_ascii=False))
            for position, person in enumerate(document.people)
        ],
        "name_words": sorted(names),
        "turns": [
            (document.id, number, _spans_out(turn.spans), turn.label, turn.speaker, turn.role, turn.start_ms, turn.end_ms)
            for number, turn in enumerate(document.turns)
        ],
        "passages": [_passage_row(stored) for stored in passages],
    }


def _document_row(document: Document, text_sha256: str, answers: int, contexts: int) -> Row:
    meta = document.metadata
    return (
        document.id, document.source.place, document.source.sha256, text_sha256,
        meta.title, meta.date, meta.url, meta.author, meta.site, meta.language, meta.media,
        len(document.turns), answers, contexts, document.parser_version, document.kind, document.roster,
    )  # fmt: skip


def _passage_row(stored: StoredPassage) -> Row:
    passage, asked = stored.passage, stored.passage.asked
    return (
        stored.key, stored.document_id, passage.turn, passage.span.start, passage.span.end, passage.speaker, passage.role,
        asked.turn if asked else None, asked.span.start if asked else None, asked.span.end if asked else None,
        asked.speaker if asked else None,
        _spans_out(passage.sentences), int(passage.asks), _spans_out(passage.quoted),
        passage.start_ms, passage.end_ms, passage.page,
    )  # fmt: skip


def _spans_out(spans: Sequence[Span]) -> str:
    return json.dumps([[span.start, span.end] for span in spans], separators=(",", ":"))


def _spans_in(words: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(words))


def _anchors_out(anchors: Sequence[Anchor]) -> str:
    rows = [[one.span.start, one.span.end, one.page, one.start_ms, one.end_ms] for one in anchors]
    return json.dumps(rows, separators=(",", ":"))


def anchors_of(row: Row) -> tuple[Anchor, ...]:
    return tuple(Anchor(Span(start, end), page, start_ms, end_ms) for start, end, page, start_ms, end_ms in json.loads(row[0]))


def card_of(row: Row) -> DocumentCard:
    id_, path, sha256, text_sha256, title, date, url, author, site, language, media, *numbers, kind, roster = row
    meta = Metadata(id_, title, date, url, author, site, language, media)
    turns, answers, contexts, parser_version = map(int, numbers)
    return DocumentCard(id_, path, sha256, meta, text_sha256, turns, answers, contexts, parser_version, Kind(kind), roster)


def turn_of(row: Row) -> Turn:
    spans, label, speaker, role, start_ms, end_ms = row
    return Turn(_spans_in(spans), label, speaker, Role(role), start_ms, end_ms)


def person_of(row: Row) -> Person:
    name, role, reason, labels = row
    return Person(name, Role(role), reason, tuple(json.loads(labels)))


def stored_of(row: Row) -> StoredPassage:
    (key, document_id, turn, start, stop, speaker, role, asked_turn, asked_start, asked_stop, asked_speaker,
     sentences, asks, quoted, start_ms, end_ms, page) = row  # fmt: skip
    asked = None if asked_turn is None else Asked(asked_turn, Span(int(asked_start), int(asked_stop)), asked_speaker)
    passage = Passage(
        turn, Span(int(start), int(stop)), speaker, Role(role), asked, _spans_in(sentences),
        key < CONTEXT_KEYS_FROM, start_ms, end_ms, page, bool(asks), _spans_in(quoted),
    )  # fmt: skip
    return StoredPassage(key, document_id, passage)
