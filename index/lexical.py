"""Words on disk and the search for them (BM25): the only module that imports tantivy.

A passage is found by its own words, by those of the question it answers, and by its speaker's name. Context (what an
interviewer or a narrator said) is kept apart by ``kind``, for refusals that say where a topic did come up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from index.errors import IndexDamaged

_HEAP_BYTES = 64 * 2**20
_MAX_QUERY_WORDS = 64
_WORD = re.compile(r"\w+")
FIELD_WEIGHTS = {"answer": 1.0, "asked": 1.0, "speaker": 0.5}
"""Measured on the evaluation sets (scripts/EXPERIMENTS.md): the question counts as much as the answer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is searched of one passage."""

    key: int
    document_id: str
    answer: str
    asked: str
    speaker: str
    is_answer: bool


@dataclass(frozen=True, slots=True)
class WordHit:
    """A passage that shares words with the question; a higher score is better, and comparable within one search only."""

    key: int
    score: float


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in FIELD_WEIGHTS:
        builder.add_text_field(name, tokenizer_name="en_stem")
    builder.add_text_field("document_id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("key", stored=True, indexed=True, fast=True)
    return builder.build()


class WordWriter:
    """Changes the word index in ``folder``: a new one, or a copy of the last generation's."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
        self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)

    def drop_documents(self, document_ids: Iterable[str]) -> None:
        for document_id in document_ids:
            self._writer.delete_documents_by_query(
                tantivy.Query.term_query(self._index.schema, "document_id", document_id)
            )

    def add(self, entry: Entry) -> None:
        self._writer.add_document(
            tantivy.Document(
                key=entry.key,
                document_id=entry.document_id,
                answer=entry.answer,
                asked=entry.asked,
                speaker=entry.speaker,
                kind="answer" if entry.is_answer else "context",
            )
        )

    def commit(self) -> None:
        """Writes everything; the files are final afterwards."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        del self._writer


class WordFile:
    """The word index of one generation, memory-mapped by tantivy."""

    def __init__(self, folder: Path, *, root: Path) -> None:
        try:
            self._index = tantivy.Index.open(str(folder))
        except (ValueError, OSError) as error:
            raise IndexDamaged(root, folder.name, f"can't be read as a word index ({error})") from error
        self._index.config_reader(reload_policy="manual")
        self._index.reload()
        self._searcher = self._index.searcher()

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self,
        words: Sequence[str],
        k: int,
        *,
        kind: str = "answer",
        documents: Sequence[str] | None = None,
        keys: Sequence[int] | None = None,
        fields: Iterable[str] = FIELD_WEIGHTS,
    ) -> list[WordHit]:
        """The best ``k`` passages by BM25 over ``fields``, among ``documents`` and ``keys`` where they are given."""
        clean = [word for text in words for word in _WORD.findall(text)][:_MAX_QUERY_WORDS]
        if not clean:
            return []
        names = list(fields)
        schema = self._index.schema
        query, _ = self._index.parse_query_lenient(
            " ".join(f'"{word}"' for word in clean), names, field_boosts={name: FIELD_WEIGHTS[name] for name in names}
        )
        must = tantivy.Occur.Must
        parts = [(must, query), (must, _unscored(tantivy.Query.term_query(schema, "kind", kind)))]
        if documents is not None:
            parts.append((must, _unscored(tantivy.Query.term_set_query(schema, "document_id", list(documents)))))
        if keys is not None:
            parts.append((must, _unscored(tantivy.Query.term_set_query(schema, "key", list(keys)))))
        hits = self._searcher.search(tantivy.Query.boolean_query(parts), limit=k).hits
        return [WordHit(int(self._searcher.doc(address)["key"][0]), float(score)) for score, address in hits]

    def count_with(self, word: str, fields: Sequence[str], *, kind: str) -> int:
        """How many passages of a kind have a word (or another form of it) in one of ``fields``."""
        query, _ = self._index.parse_query_lenient(f'"{word}"', list(fields))
        of_kind = tantivy.Query.term_query(self._index.schema, "kind", kind)
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, of_kind)])
        return int(self._searcher.search(both, limit=1, count=True).count or 0)


def _unscored(query: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, 0.0)
