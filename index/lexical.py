"""Words on disk and the search for them (BM25): the only module that imports tantivy.

A passage is found by its own words, by those of the question it answers, and by its speaker's name. Context (what an
interviewer or a narrator said) has a field of its own, for refusals that say where a topic did come up.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tantivy

from index.errors import IndexDamaged
from index.records import Filter

_HEAP_BYTES = 64 * 2**20
_MAX_QUERY_WORDS = 64
_WORD = re.compile(r"\w+")
EVERYTHING = Filter()
FIELD_WEIGHTS = {"answer": 1.0, "asked": 1.0, "speaker": 0.5}
"""Measured on the evaluation sets (scripts/EXPERIMENTS.md): the question counts as much as the answer."""

_EXACT_COUNTS_UP_TO = 100
_LAST_DAY = 9999_99_99


@dataclass(frozen=True, slots=True)
class Entry:
    """What is searched of one passage; ``date`` is its document's, ISO, ``None`` when it has none."""

    key: int
    document_id: str
    answer: str
    asked: str
    speaker: str
    is_answer: bool
    date: str | None = None


@dataclass(frozen=True, slots=True)
class WordHit:
    """A passage that shares words with the question; a higher score is better, and comparable within one search only."""

    key: int
    score: float


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in (*FIELD_WEIGHTS, "context"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    for name in ("document_id", "speaker_name"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_integer_field("key", stored=True, fast=True)
    return builder.build()


def day_number(date: str | None, *, rest: str = "0") -> int:
    """An ISO date, maybe coarse, as a number that compares as its string does; what it leaves out is ``rest``; 0 for none."""
    digits = (date or "").replace("-", "")
    return int(digits.ljust(8, rest)) if digits.isdigit() and len(digits) <= len("yyyymmdd") else 0


class WordWriter:
    """Changes the word index in ``folder``: a new one, or a copy of the last generation's."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
        self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)

    def drop_documents(self, document_ids: Iterable[str]) -> None:
        for document_id in document_ids:
            self._writer.delete_documents_by_query(tantivy.Query.term_query(self._index.schema, "document_id", document_id))

    def add(self, entry: Entry) -> None:
        fields: dict[str, str | int] = {"key": entry.key, "document_id": entry.document_id, "day": day_number(entry.date)}
        if entry.is_answer:
            fields |= {"answer": entry.answer, "asked": entry.asked, "speaker": entry.speaker, "speaker_name": entry.speaker}
        else:
            fields["context"] = entry.answer
        self._writer.add_document(tantivy.Document(**fields))

    def commit(self) -> None:
        """Writes everything; the files are final afterwards."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        del self._writer


class WordFile:
    """The word index of one generation, memory-mapped by tantivy."""

    def __init__(self, folder: Path, *, root: Path) -> None:
        self._folder, self._root = folder, root
        if folder.is_dir() and not os.access(folder, os.W_OK):
            folder = _linked(folder)
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        with self._readable():
            self._index = tantivy.Index.open(str(folder))
            self._index.config_reader(reload_policy="manual")
            self._index.reload()
            self._searcher = self._index.searcher()
        self._analyzer = _analyzer()

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Files that decayed unseen are damage, by name, however tantivy fails over them: its panics are no ``Exception``."""
        try:
            yield
        except BaseException as error:
            if not isinstance(error, (ValueError, OSError, LookupError)) and type(error).__name__ != "PanicException":
                raise
            raise IndexDamaged(self._root, self._folder.name, f"can't be read as a word index ({error})") from error

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, words: Sequence[str], k: int, where: Filter = EVERYTHING, *, fields: Iterable[str] = tuple(FIELD_WEIGHTS)
    ) -> list[WordHit]:
        """The best ``k`` passages by BM25 over ``fields`` among those that pass a filter; ``context`` is a field of its own."""
        terms = self._terms(words)
        if not terms:
            return []
        with self._readable():
            must = tantivy.Occur.Must
            parts = [(must, self._any_of(terms, fields))]
            parts += [(must, tantivy.Query.const_score_query(query, 0.0)) for query in self._limits(where)]
            hits = self._searcher.search(tantivy.Query.boolean_query(parts), limit=k).hits
            return [WordHit(int(self._searcher.doc(address)["key"][0]), float(score)) for score, address in hits]

    def _terms(self, words: Sequence[str]) -> list[str]:
        """The words in the form in which they are indexed: in small letters, without endings."""
        forms = [unicodedata.normalize(form, text) for text in words for form in ("NFC", "NFD")]  # a source may have either
        clean = [word for text in dict.fromkeys(forms) for word in _WORD.findall(text)][:_MAX_QUERY_WORDS]
        return list(dict.fromkeys(term for word in clean for term in self._analyzer.analyze(word)))

    def _any_of(self, terms: Sequence[str], fields: Iterable[str]) -> tantivy.Query:
        schema, should = self._index.schema, tantivy.Occur.Should
        return tantivy.Query.boolean_query(
            [
                (
                    should,
                    tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term), FIELD_WEIGHTS.get(field, 1.0)),
                )
                for field in fields
                for term in terms
            ]
        )

    def _limits(self, where: Filter) -> Iterator[tantivy.Query]:
        schema = self._index.schema
        if where.documents is not None:
            yield tantivy.Query.term_set_query(schema, "document_id", sorted(where.documents))
        if where.speakers is not None:
            yield tantivy.Query.term_set_query(schema, "speaker_name", sorted(where.speakers))
        if where.since is not None or where.until is not None:
            first = max(1, day_number(where.since))  # 0 is the day of what has no date
            last = day_number(where.until, rest="9") if where.until else _LAST_DAY
            yield tantivy.Query.range_query(schema, "day", tantivy.FieldType.Integer, first, last)

    def count_with(self, word: str) -> int:
        """How many answers have a word (or another form of it); large counts may include some that are deleted."""
        terms = self._terms([word])
        with self._readable():
            counts = [self._searcher.doc_freq("answer", term) for term in terms]
            if not counts or max(counts) > _EXACT_COUNTS_UP_TO:
                return max(counts, default=0)
            query = self._any_of(terms, ("answer",))
            return int(self._searcher.search(query, limit=1, count=True).count or 0)  # type: ignore[attr-defined]


def _linked(folder: Path) -> Path:
    """A folder of links to the files: tantivy makes a lock file wherever it reads, also where nothing can be written."""
    links = Path(tempfile.mkdtemp(prefix="onrecord-"))
    for path in folder.iterdir():
        (links / path.name).symlink_to(path.resolve())
    return links


def _analyzer() -> tantivy.TextAnalyzer:
    """What ``en_stem`` does to a text, for questions."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    stemmer = tantivy.Filter.stemmer("english")
    return builder.filter(tantivy.Filter.remove_long(40)).filter(tantivy.Filter.lowercase()).filter(stemmer).build()
