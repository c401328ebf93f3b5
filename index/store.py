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
from typing import TypeVar

import numpy as np

from index.errors import IndexDamaged, NotInIndex
from index.records import Anchor, Document, DocumentCard, Filter, Person, Role, Source, StoredPassage, Turn
from index.tables import CONTEXT_KEYS_FROM, SCHEMA, Row, anchors_of, card_of, person_of, rows_of, stored_of, turn_of
from index.vectors import Keys

T = TypeVar("T")


class StoreWriter:
    """Writes one segment's SQLite file; the caller gives every passage its key."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=OFF")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.executescript(SCHEMA)
        self._connection.execute("BEGIN")

    def add(self, document: Document, passages: Iterable[StoredPassage]) -> None:
        """A document with all its passages."""
        for table, rows in rows_of(document, list(passages)).items():
            if rows:
                self._connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)

    def close(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.close()


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
            self._all(tuple, "SELECT 1 FROM documents LIMIT 1")
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
        yield from self._all(card_of, "SELECT * FROM documents ORDER BY rowid")

    def card(self, document_id: str) -> DocumentCard | None:
        cards = self._all(card_of, "SELECT * FROM documents WHERE id = ?", (document_id,))
        return cards[0] if cards else None

    def cards_from(self, path: str) -> list[DocumentCard]:
        """The documents whose source is at a path."""
        return self._all(card_of, "SELECT * FROM documents WHERE path = ?", (path,))

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
        return NotInIndex.document(self._root, document_id)

    def turns(self, document_id: str) -> tuple[Turn, ...]:
        query = "SELECT spans, label, speaker, role, start_ms, end_ms FROM turns WHERE document_id = ? ORDER BY number"
        return tuple(self._all(turn_of, query, (document_id,)))

    def anchors(self, document_id: str) -> tuple[Anchor, ...]:
        """Where pages and times stand in the text."""
        found = self._all(anchors_of, "SELECT anchors FROM archive WHERE document_id = ?", (document_id,))
        return found[0] if found else ()

    def people(self, document_id: str) -> tuple[Person, ...]:
        query = "SELECT name, role, reason, labels FROM people WHERE document_id = ? ORDER BY position"
        return tuple(self._all(person_of, query, (document_id,)))

    def names(self) -> list[tuple[str, str]]:
        """Every person's name with the id of their document."""
        return self._all(_pair, "SELECT name, document_id FROM people")

    def passages(self, document_id: str) -> list[StoredPassage]:
        """Answers first, then context, each in reading order."""
        return self._all(stored_of, "SELECT * FROM passages WHERE document_id = ? ORDER BY key", (document_id,))

    def passages_at(self, keys: Iterable[int]) -> list[StoredPassage]:
        """The passages of those of the keys that are here."""
        query = "SELECT * FROM passages WHERE key IN (SELECT value FROM json_each(?))"
        return self._all(stored_of, query, (json.dumps(list(keys)),))

    def names_with(self, word: str, *, but: Role | None, without: frozenset[str]) -> set[str]:
        """The names with a word (see :func:`~index.records.name_words`) of people who speak in a document not ``without``."""
        found = self._all(_pair, "SELECT name, role FROM name_words WHERE word = ? AND role IS NOT ?", (word, but))
        if not without:
            return {name for name, _ in found}
        query = "SELECT document_id FROM people WHERE name = ? AND role = ?"
        return {pair[0] for pair in found if any(row[0] not in without for row in self._all(tuple, query, pair))}

    def name_words(self, *, but: Role) -> list[str]:
        """Every word of a name of somebody who has another role than one, each once."""
        return self._all(_text, "SELECT DISTINCT word FROM name_words WHERE role IS NOT ?", (but,))

    def speaking(self, where: Filter, limit: int, *, but: Role, without: frozenset[str]) -> list[tuple[str, Person]]:
        """At most ``limit`` of those who speak where a filter lets pass, in another role than one, each with the document."""
        limits, values = _limits(where, without, speaker="name")
        query = f"SELECT people.document_id, name, role, reason, labels FROM people{_dated(where)} WHERE role IS NOT ?{limits}"
        return self._all(_named, f"{query} LIMIT ?", (but, *values, limit))

    def names_in(self, where: Filter, limit: int, *, but: Role, without: frozenset[str]) -> list[str]:
        """At most ``limit`` names of those who speak in documents that pass a filter, in another role than one, each once."""
        limits, values = _limits(where, without, speaker="name")
        query = f"SELECT DISTINCT name FROM people{_dated(where)} WHERE role IS NOT ?{limits} LIMIT ?"
        return self._all(_text, query, (but, *values, limit))

    def labelled(self, word: str, limit: int, *, but: Role, without: frozenset[str]) -> list[tuple[str, Person]]:
        """At most ``limit`` people whose labels hold some letters, in another role than one, each with the document."""
        limits, values = _limits(Filter(), without)
        query = f"SELECT document_id, name, role, reason, labels FROM people WHERE role IS NOT ?{limits}"
        return self._all(_named, f"{query} AND instr(lower(labels), ?) LIMIT ?", (but, *values, word, limit))

    def dates(self, *, without: frozenset[str]) -> list[str]:
        """Every date that a document not ``without`` has, each once."""
        limits, values = _limits(Filter(), without, document="id")
        return self._all(_text, f"SELECT DISTINCT date FROM documents WHERE date IS NOT NULL{limits}", values)

    def answering(self, *, without: frozenset[str]) -> list[tuple[str, Role, str, int]]:
        """Who answers in which document not ``without``: the name, the role, the document's id, the number of passages."""
        limits, values = _limits(Filter(), without)
        query = f"SELECT speaker, role, document_id, COUNT(*) FROM passages WHERE key < ? AND speaker IS NOT NULL{limits}"
        return self._all(_counted, f"{query} GROUP BY speaker, role, document_id", (CONTEXT_KEYS_FROM, *values))

    def document(self, document_id: str) -> Document:
        """Everything of a document, as it was before it was stored."""
        card = self.card(document_id)
        if card is None:
            raise self._unknown(document_id)
        return Document(
            card.id,
            _source(card, self.original(document_id)),
            self.text(document_id),
            card.metadata,
            self.turns(document_id),
            self.people(document_id),
            card.parser_version,
            self.anchors(document_id),
            card.kind,
            card.roster,
        )

    def keys(self, where: Filter, *, without: frozenset[str] = frozenset()) -> Keys:
        """The keys of answers that pass a filter and are in no document of ``without``, ascending, ``(n,) int64``."""
        limits, values = _limits(where, without)
        query = f"SELECT key FROM passages{_dated(where)} WHERE key < ?{limits} ORDER BY key"
        return np.array(self._all(_number, query, (CONTEXT_KEYS_FROM, *values)), np.int64)

    def check(self) -> list[str]:
        """What is wrong inside the file, in words; empty when SQLite finds nothing."""
        found = [str(row[0]) for row in self._all(tuple, "PRAGMA integrity_check")]
        return [] if found == ["ok"] else found


def _dated(where: Filter) -> str:
    """The documents' dates, where a filter asks for them."""
    return " JOIN documents ON id = document_id" if where.since is not None or where.until is not None else ""


def _limits(
    where: Filter, without: frozenset[str], *, speaker: str = "speaker", document: str = "document_id"
) -> tuple[str, list[object]]:
    """A filter as conditions, and their values; ``speaker`` and ``document`` are the names of the columns."""
    query = ""
    values: list[object] = []
    for column, allowed in ((speaker, where.speakers), (document, where.documents)):
        if allowed is not None:
            query += f" AND {column} IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(sorted(allowed)))
    if without:
        query += f" AND {document} NOT IN (SELECT value FROM json_each(?))"
        values.append(json.dumps(sorted(without)))
    if where.since is not None:
        query += " AND date >= ?"
        values.append(where.since)
    if where.until is not None:
        query += " AND substr(date, 1, ?) <= ?"
        values += [len(where.until), where.until]
    return query, values


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _source(card: DocumentCard, data: bytes) -> Source:
    """A document's source as it was read; what came from the web is known by its address."""
    if card.path.startswith(("http://", "https://")):
        return Source(Path(card.id), data, card.sha256, url=card.path)
    return Source(Path(card.path), data, card.sha256)


def _number(row: Row) -> int:
    return int(row[0])


def _text(row: Row) -> str:
    return str(row[0])


def _named(row: Row) -> tuple[str, Person]:
    return str(row[0]), person_of(row[1:])


def _counted(row: Row) -> tuple[str, Role, str, int]:
    return str(row[0]), Role(row[1]), str(row[2]), int(row[3])


def _pair(row: Row) -> tuple[str, str]:
    return str(row[0]), str(row[1])
