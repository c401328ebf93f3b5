"""Interviews whose every answer is known beforehand, and what an index must say of them.

Transcript JSON: an answer is one turn, one passage, and one slice of the text, whatever the rules for labels are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from index.build import Report, build_index
from index.models import Encoder
from index.reader import IndexReader
from index.records import Filter, StoredPassage
from tests.encoders import WordHashEncoder

EVERYTHING = Filter()


def transcript(
    *answers: str,
    speaker: str = "Jane Doe",
    name: str | None = None,
    date: str | None = None,
    questions: Sequence[str] = (),
) -> str:
    """A transcript in which ``speaker`` gives ``answers``, each to a question of its own; ``name`` is the id that it brings."""
    turns: list[dict[str, str]] = []
    for number, answer in enumerate(answers):
        question = questions[number] if questions else f"Question {number}, please?"
        turns.append({"speaker": "Ian Asker", "role": "interviewer", "text": question})
        turns.append({"speaker": speaker, "role": "interviewee", "text": answer})
    head = {key: value for key, value in (("id", name), ("date", date)) if value is not None}
    return json.dumps(head | {"title": "A talk", "turns": turns}, ensure_ascii=False)


def answer(name: str) -> str:
    """One sentence of words that no other name has, so that its vector is its own."""
    return f"Alpha{name} beta{name} gamma{name} delta{name} epsilon{name}."


def answers_in(reader: IndexReader) -> dict[str, list[str]]:
    """Every answer of an index by document id, cut from the text."""
    return {
        card.id: [reader.cut(card.id, passage.span) for passage in reader.passages(card.id) if passage.is_answer]
        for card in reader.documents()
    }


def paths_in(reader: IndexReader) -> dict[str, str]:
    """The file of every document, by id."""
    return {card.id: card.path for card in reader.documents()}


def nearest(reader: IndexReader, encoder: Encoder, words: str, k: int, where: Filter = EVERYTHING) -> list[StoredPassage]:
    """The passages that a vector search for ``words`` gives, best first."""
    alone, _ = reader.nearest(encoder.encode_query(words), k, reader.allowed_keys(where))
    return [reader.passage(int(key)) for key in alone.keys]


def assert_sound(reader: IndexReader, encoder: Encoder) -> None:
    """Nothing is damaged, and each answer is found by its own words at the place from which it is cut."""
    assert list(reader.verify()) == []
    for document_id, answers in answers_in(reader).items():
        for words in answers:
            alone, _ = reader.nearest(encoder.encode_query(words), 1, reader.allowed_keys(EVERYTHING))
            found = reader.passage(int(alone.keys[0]))
            assert found.document_id == document_id
            assert reader.cut(document_id, found.passage.span) == words
            np.testing.assert_allclose(alone.scores, [1.0], atol=1e-5)
            hits = reader.with_words(words.split(), 1, EVERYTHING)
            assert [hit.key for hit in hits] == [found.key]


def build_at(folder: Path, root: Path, *, prune: bool = False, rebuild: bool = False) -> Report:
    """Brings the index at ``root`` up to date with a folder, with the word-hash encoder."""
    return build_index([folder], root=root, encoder=lambda job_bytes: WordHashEncoder(), prune=prune, rebuild=rebuild)


def folders(root: Path) -> list[str]:
    """The folders of an index, generations and leftovers alike."""
    return sorted(path.name for path in root.iterdir() if path.is_dir())


def write_all(folder: Path, contents: Iterable[tuple[str, str]]) -> None:
    """Writes files into a folder that may not be there yet."""
    for name, content in contents:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())


def overwrite(path: Path, raw: bytes, *, keep_time: bool = False) -> None:
    """Other content for a file, as a file of its own: one that a reader has mapped into memory must not shrink under it.

    ``keep_time`` leaves the clock time as it was, as decay of a disk does.
    """
    stat = path.stat()
    fresh = path.with_name(f"{path.name}.fresh")
    fresh.write_bytes(raw)
    if keep_time:
        os.utime(fresh, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    fresh.replace(path)


def flipped(raw: bytes, at: int | None = None, bits: int = 0x01) -> bytes:
    """The bytes with one of them altered, by default the one in the middle."""
    at = len(raw) // 2 if at is None else at
    return raw[:at] + bytes([raw[at] ^ bits]) + raw[at + 1 :]
