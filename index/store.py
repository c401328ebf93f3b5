"""One segment's archive and tables in SQLite: documents with their original bytes and text, people, turns, passages.

A segment is written once and never changed; which segments make an index, and what of them is dead, is told by
:mod:`index.generations`. A passage's words are not stored: they are cut from the canonical text, whose digest is checked
whenever it is read.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from index.errors import IndexDamaged, NotInIndex
from index.records import (
    Asked,
    Document,
    DocumentCard,
    Filter,
    Metadata,
    Passage,
    Person,
    Role,
    Source,
    Span,
    StoredPassage,
    Turn,
)
from index.vectors import Keys

T = TypeVar("T")
Row = tuple[Any, ...]
"""A row as SQLite gives it: what is in its columns is checked by the records that are made of it."""

CONTEXT_KEYS_FROM = 1 << 48
"""Answers have keys from 0, one for each vector; context has no vectors and keys from here."""

_SCHEMA = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, text_sha256 TEXT NOT NULL,
    title TEXT, date TEXT, url TEXT, author TEXT, site TEXT, language TEXT,
    turns INTEGER NOT NULL, answers INTEGER NOT NULL, contexts INTEGER NOT NULL, parser_version INTEGER NOT NULL
);
CREATE TABLE archive (document_id TEXT PRIMARY KEY, original BLOB NOT NULL, text BLOB NOT NULL);
CREATE TABLE people (
    document_id TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, reason TEXT NOT NULL,
    labels TEXT NOT NULL, PRIMARY KEY (document_id, position)
) WITHOUT ROWID;
CREATE TABLE turns (
    document_id TEXT NOT NULL, number INTEGER NOT NULL, spans TEXT NOT NULL, label TEXT, speaker TEXT, role TEXT NOT NULL,
    start_ms INTEGER, end_ms INTEGER, PRIMARY KEY (document_id, number)
) WITHOUT ROWID;
CREATE TABLE passages (
    key INTEGER PRIMARY KEY, document_id TEXT NOT NULL, turn INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    speaker TEXT, role TEXT NOT NULL, asked_turn INTEGER, asked_start INTEGER, asked_stop INTEGER, asked_speaker TEXT,
    sentences TEXT NOT NULL, asks INTEGER NOT NULL, start_ms INTEGER, end_ms INTEGER, page INTEGER
);
CREATE INDEX passages_by_document ON passages (document_id);
CREATE INDEX passages_by_speaker ON passages (speaker);
"""


class StoreWriter:
    """Writes one segment's SQLite file; the caller gives every passage its key."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")

    def add(self, document: Document, passages: Iterable[StoredPassage]) -> None:
        """A document with all its passages."""
        rows = [_passage_row(stored) for stored in passages]
        answers = sum(row[0] < CONTEXT_KEYS_FROM for row in rows)
        meta, text = document.metadata, document.text.encode("utf-8")
        self._connection.execute(
            f"INSERT INTO documents VALUES ({','.join('?' * 14)})",
            (
                document.id, str(document.source.path), document.source.sha256, hashlib.sha256(text).hexdigest(),
                meta.title, meta.date, meta.url, meta.author, meta.site, meta.language,
                len(document.turns), answers, len(rows) - answers, document.parser_version,
            ),
        )  # fmt: skip
        self._connection.execute("INSERT INTO archive VALUES (?,?,?)", (document.id, document.source.data, text))
        self._connection.executemany(
            "INSERT INTO people VALUES (?,?,?,?,?,?)",
            [
                (document.id, position, person.name, person.role, person.reason, json.dumps(person.labels, ensure_ascii=False))
                for position, person in enumerate(document.people)
            ],
        )
        self._connection.executemany(
            "INSERT INTO turns VALUES (?,?,?,?,?,?,?,?)",
            [
                (document.id, number, _spans_out(turn.spans), turn.label, turn.speaker, turn.role, turn.start_ms, turn.end_ms)
                for number, turn in enumerate(document.turns)
            ],
        )
        self._connection.executemany(f"INSERT INTO passages VALUES ({','.join('?' * 16)})", rows)

    def close(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.close()


def _passage_row(stored: StoredPassage) -> Row:
    passage, asked = stored.passage, stored.passage.asked
    return (
        stored.key, stored.document_id, passage.turn, passage.span.start, passage.span.end, passage.speaker, passage.role,
        asked.turn if asked else None, asked.span.start if asked else None, asked.span.end if asked else None,
        asked.speaker if asked else None,
        _spans_out(passage.sentences), int(passage.asks), passage.start_ms, passage.end_ms, passage.page,
    )  # fmt: skip


def _spans_out(spans: Sequence[Span]) -> str:
    return json.dumps([[span.start, span.end] for span in spans], separators=(",", ":"))


def _spans_in(words: str) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in json.loads(words))


class StoreFile:
    """One segment's SQLite file, read-only, for any number of threads. ``root`` is the index, for messages."""

    def __init__(self, path: Path, *, root: Path) -> None:
        self._path, self._root = path, root
        # One statement at a time: from Python 3.12 on, threads that share a connection can get each other's rows
        # (https://github.com/python/cpython/issues/118172).
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(f"file:{_quoted(path)}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._damaged(error) from error
        try:
            self._all(tuple, "SELECT count(*) FROM documents")
        except IndexDamaged:
            self.close()
            raise

    def _damaged(self, error: object) -> IndexDamaged:
        return IndexDamaged(self._root, self._path.name, f"can't be read as a database ({error})")

    def _all(self, make: Callable[[Row], T], query: str, values: Sequence[object] = ()) -> list[T]:
        """All rows of a query, each made into something; rows that can't be are damage, like a file that can't be read."""
        try:
            with self._lock:
                rows = self._connection.execute(query, tuple(values)).fetchall()
            return [make(row) for row in rows]
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise self._damaged(error) from error

    def close(self) -> None:
        self._connection.close()

    def cards(self) -> Iterator[DocumentCard]:
        """All documents, in the order in which they were written."""
        yield from self._all(_card, "SELECT * FROM documents ORDER BY rowid")

    def card(self, document_id: str) -> DocumentCard | None:
        cards = self._all(_card, "SELECT * FROM documents WHERE id = ?", (document_id,))
        return cards[0] if cards else None

    def text(self, document_id: str) -> str:
        """The canonical text; raises :class:`IndexDamaged` when it is not what was written."""
        return self._archived(document_id, "text", "text_sha256", "an altered text").decode("utf-8")

    def original(self, document_id: str) -> bytes:
        """The bytes of the source as they were found."""
        return self._archived(document_id, "original", "sha256", "altered original bytes")

    def _archived(self, document_id: str, column: str, digest: str, problem: str) -> bytes:
        query = f"SELECT {column}, {digest} FROM archive JOIN documents ON id = document_id WHERE document_id = ?"
        rows = self._all(tuple, query, (document_id,))
        if not rows:
            raise self._unknown(document_id)
        raw, expected = rows[0]
        if not isinstance(raw, bytes) or hashlib.sha256(raw).hexdigest() != expected:
            raise IndexDamaged(self._root, self._path.name, f"holds {problem} of {document_id}")
        return raw

    def _unknown(self, document_id: str) -> NotInIndex:
        return NotInIndex(self._root, f"There is no document {document_id} in the index at {self._root}.")

    def turns(self, document_id: str) -> tuple[Turn, ...]:
        query = "SELECT spans, label, speaker, role, start_ms, end_ms FROM turns WHERE document_id = ? ORDER BY number"
        return tuple(self._all(_turn, query, (document_id,)))

    def people(self, document_id: str) -> tuple[Person, ...]:
        query = "SELECT name, role, reason, labels FROM people WHERE document_id = ? ORDER BY position"
        return tuple(self._all(_person, query, (document_id,)))

    def names(self, *, but: Role | None = None) -> list[tuple[str, str]]:
        """Every person's name with the id of their document, without those of one role."""
        return self._all(_pair, "SELECT name, document_id FROM people WHERE role IS NOT ?", (but,))

    def passages(self, document_id: str) -> list[StoredPassage]:
        """Answers first, then context, each in reading order."""
        return self._all(_stored, "SELECT * FROM passages WHERE document_id = ? ORDER BY key", (document_id,))

    def passage(self, key: int) -> StoredPassage | None:
        passages = self._all(_stored, "SELECT * FROM passages WHERE key = ?", (key,))
        return passages[0] if passages else None

    def document(self, document_id: str) -> Document:
        """Everything of a document, as it was before it was stored."""
        card = self.card(document_id)
        if card is None:
            raise self._unknown(document_id)
        return Document(
            card.id,
            Source(Path(card.path), self.original(document_id), card.sha256),
            self.text(document_id),
            card.metadata,
            self.turns(document_id),
            self.people(document_id),
            card.parser_version,
        )

    def keys(self, where: Filter, *, without: frozenset[str], is_answer: bool = True) -> Keys:
        """The keys that pass a filter and are in no document of ``without``, ascending, ``(n,) int64``: answers or context."""
        side = "<" if is_answer else ">="
        query = f"SELECT key FROM passages JOIN documents ON id = document_id WHERE key {side} ?"
        values: list[object] = [CONTEXT_KEYS_FROM]
        for column, allowed in (("speaker", where.speakers), ("document_id", where.documents)):
            if allowed is not None:
                query += f" AND {column} IN (SELECT value FROM json_each(?))"
                values.append(json.dumps(sorted(allowed)))
        if without:
            query += " AND document_id NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(sorted(without)))
        if where.since is not None:
            query += " AND date >= ?"
            values.append(where.since)
        if where.until is not None:
            query += " AND substr(date, 1, ?) <= ?"
            values += [len(where.until), where.until]
        return np.array(self._all(_number, query + " ORDER BY key", values), np.int64)

    def check(self) -> list[str]:
        """What is wrong inside the file, in words; empty when SQLite finds nothing."""
        found = [str(row[0]) for row in self._all(tuple, "PRAGMA integrity_check")]
        return [] if found == ["ok"] else found


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _number(row: Row) -> int:
    return int(row[0])


def _pair(row: Row) -> tuple[str, str]:
    return str(row[0]), str(row[1])


def _card(row: Row) -> DocumentCard:
    id_, path, sha256, text_sha256, title, date, url, author, site, language, *numbers = row
    meta = Metadata(id_, title, date, url, author, site, language)
    turns, answers, contexts, parser_version = map(int, numbers)
    return DocumentCard(id_, path, sha256, meta, text_sha256, turns, answers, contexts, parser_version)


def _turn(row: Row) -> Turn:
    spans, label, speaker, role, start_ms, end_ms = row
    return Turn(_spans_in(spans), label, speaker, Role(role), start_ms, end_ms)


def _person(row: Row) -> Person:
    name, role, reason, labels = row
    return Person(name, Role(role), reason, tuple(json.loads(labels)))


def _stored(row: Row) -> StoredPassage:
    (key, document_id, turn, start, stop, speaker, role, asked_turn, asked_start, asked_stop, asked_speaker,
     sentences, asks, start_ms, end_ms, page) = row  # fmt: skip
    asked = None if asked_turn is None else Asked(asked_turn, Span(int(asked_start), int(asked_stop)), asked_speaker)
    passage = Passage(
        turn, Span(int(start), int(stop)), speaker, Role(role), asked, _spans_in(sentences),
        key < CONTEXT_KEYS_FROM, start_ms, end_ms, page, bool(asks),
    )  # fmt: skip
    return StoredPassage(key, document_id, passage)
