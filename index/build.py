"""Chains the rooms: files to parsed documents to vectors to a new generation, taking only what changed.

A file that fails is reported and keeps its earlier version; the others go in. Effects are at the edges: files are read
here, the generation is written by :mod:`index.successor` and published by :mod:`index.draft`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from index.ahead import ahead
from index.draft import exclusive, recover
from index.embedding import Cut, embed_documents
from index.errors import (
    IndexError_,
    IndexMissing,
    MalformedSource,
    MemoryShort,
    NotInIndex,
    SourceError,
    UnreadableSource,
)
from index.formats import PARSER_VERSION, parse
from index.generations import Generation, current
from index.identity import Identities
from index.live import LiveDocuments
from index.models import Encoder
from index.passages import cut_passages
from index.records import Document, DocumentCard, Person, Source
from index.segment import EmbeddedDocument
from index.sources import Discovery, Found, discover, read, sha256_of
from index.speakers import identify
from index.successor import write_generation

_MADE_AHEAD = 8
"""Documents that wait between two steps: more would take memory and save no time."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a run has come: of ``files_total``, ``files`` are done; ``turns`` and ``passages`` were found in them."""

    files: int
    files_total: int
    turns: int
    passages: int
    now: str = ""


Progress = Callable[[Tally], None]


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document that went in: its people and their roles, its turns, its answer passages."""

    id: str
    path: Path
    people: tuple[Person, ...]
    turns: int
    passages: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did; a ``failed`` file kept its earlier version in the index, if it had one."""

    indexed: tuple[Indexed, ...] = ()
    unchanged: int = 0
    removed: tuple[str, ...] = ()
    skipped: tuple[tuple[Path, str], ...] = ()
    failed: tuple[SourceError, ...] = ()
    version: str | None = None
    took_ms: float = 0.0


def build_index(
    inputs: Sequence[Path],
    *,
    root: Path,
    encoder: Callable[[int], Encoder],
    prune: bool = False,
    rebuild: bool = False,
    memory_bytes: int | None = None,
    progress: Progress = lambda tally: None,
) -> Report:
    """Brings the index at ``root`` up to date with ``inputs``.

    ``encoder`` is called only if something must be embedded, with the bytes of the files that are to be.

    ``prune`` drops documents under ``inputs`` whose files are gone; ``rebuild`` builds the index of ``inputs`` alone,
    whatever is there: what was in it and does not go in again is reported as removed. ``memory_bytes`` is what the vectors
    may take of a reader's memory, all together; by it the kind of their index is chosen. Raises an
    :class:`~index.errors.IndexError_` when the old index can't be read or written, and
    :class:`~index.errors.ModelError` when its model is another; nothing is published then.
    """
    started = time.perf_counter()
    discovery = discover(inputs, excluded=root)
    if not discovery.files and not prune:
        return Report(skipped=discovery.skipped, failed=discovery.failed)
    if any(path.resolve() == root.resolve() for path in inputs):
        raise IndexError_(root, f"{root} is the index and can't be what is indexed. Choose another folder with --index DIR.")
    with exclusive(root):
        recover(root)
        before = _ids_before(root) if rebuild else set()
        old = None if rebuild else existing(root)
        with LiveDocuments(old) as live:
            run = _Run(root, old, live, discovery, progress, memory_bytes=memory_bytes)
            gone = run.gone(inputs) if prune else ()
            report = run.update(encoder, gone)
        if rebuild and report.version:
            lost = tuple(sorted(before - {one.id for one in report.indexed}))
            report = replace(report, removed=lost)
    return replace(report, took_ms=(time.perf_counter() - started) * 1000)


def remove_documents(document_ids: Iterable[str], *, root: Path, memory_bytes: int | None = None) -> Report:
    """Drops documents by id; raises :class:`~index.errors.NotInIndex` and drops none when one isn't there."""
    started = time.perf_counter()
    wanted = tuple(dict.fromkeys(document_ids))
    with exclusive(root):
        old = current(root)
        with LiveDocuments(old) as live:
            for document_id in wanted:
                if live.card(document_id) is None:
                    raise NotInIndex(
                        root, f"There is no document {document_id} in the index at {root}. See: onrecord list --index {root}"
                    )
        generation = _without(root, old, wanted, memory_bytes=memory_bytes)
    return Report(removed=wanted, version=generation.version, took_ms=(time.perf_counter() - started) * 1000)


def _without(root: Path, old: Generation, gone: tuple[str, ...], *, memory_bytes: int | None) -> Generation:
    """The generation after ``old`` without some documents; the index must be held."""
    model = old.manifest.model
    try:
        return write_generation(root, old, (), model=model, gone=gone, memory_bytes=memory_bytes)
    except MemoryShort:  # nothing is added: what is left takes less than before, if still too much
        return write_generation(root, old, (), model=model, gone=gone)


def _ids_before(root: Path) -> set[str]:
    """The ids in an index that is about to be built anew; none when it can't be read."""
    try:
        with LiveDocuments(current(root)) as live:
            return {card.id for card in live.all()}
    except IndexError_:
        return set()


def existing(root: Path) -> Generation | None:
    """The published generation, or ``None`` when there is none yet."""
    try:
        return current(root)
    except IndexMissing:
        return None


class _Run:
    """One run over an index that is held for writing: what changed, what failed, how far it has come."""

    def __init__(
        self,
        root: Path,
        old: Generation | None,
        live: LiveDocuments,
        discovery: Discovery,
        progress: Progress,
        *,
        memory_bytes: int | None,
    ) -> None:
        self._root, self._old, self._live, self._discovery, self._progress = root, old, live, discovery, progress
        self._memory_bytes = memory_bytes
        self._failed = list(discovery.failed)
        self._indexed: list[Indexed] = []
        self._turns = self._answers = 0

    def gone(self, inputs: Sequence[Path]) -> tuple[str, ...]:
        """The ids of documents that came from under ``inputs`` and whose files are no more."""
        roots = [path.resolve() for path in inputs]
        return tuple(
            card.id
            for card in self._live.all()
            if not Path(card.path).exists() and any(Path(card.path).is_relative_to(root) for root in roots)
        )

    def update(self, encoder: Callable[[int], Encoder], gone: tuple[str, ...]) -> Report:
        """Takes what changed, drops what is ``gone``, and publishes, unless there is nothing to do."""
        changed = self._changed()
        parsed = self._parsed(changed, Identities(self._live.card, without=gone))
        first = next(parsed, None)  # the model is loaded only when there is something to embed
        generation = self._old
        if first is not None:
            model = encoder(sum(found.path.stat().st_size for found in changed if found.path.is_file()))
            # Three things at a time: one document is parsed, another embedded, a third written.
            cut = ahead(chain([first], parsed), depth=_MADE_AHEAD)
            embedded = ahead(embed_documents(cut, model), depth=_MADE_AHEAD)
            with closing(cut), closing(embedded):
                generation = write_generation(
                    self._root,
                    self._old,
                    self._noted(embedded),
                    model=model.card,
                    engine=model.engine.to_json(),
                    gone=gone,
                    memory_bytes=self._memory_bytes,
                )
        elif gone and self._old:
            generation = _without(self._root, self._old, gone, memory_bytes=self._memory_bytes)
        return Report(
            indexed=tuple(self._indexed),
            unchanged=len(self._discovery.files) - len(changed),
            removed=gone,
            skipped=self._discovery.skipped,
            failed=tuple(self._failed),
            version=generation.version if generation else None,
        )

    def _changed(self) -> list[Found]:
        changed: list[Found] = []
        for found in self._discovery.files:
            card = self._live.at(str(found.path.resolve()))
            try:
                if card is None or card.parser_version != PARSER_VERSION or sha256_of(found.path) != card.sha256:
                    changed.append(found)
            except SourceError:
                changed.append(found)  # reading it again says why it can't be read
        return changed

    def _parsed(self, changed: Sequence[Found], identities: Identities) -> Iterator[Cut]:
        for number, found in enumerate(changed):
            self._progress(Tally(number, len(changed), self._turns, self._answers, found.path.name))
            try:
                source = replace(read(found.path), path=_writable(found.path.resolve()))
                document, passages = parse_document(source, identities, self._live.at(str(source.path)))
            except SourceError as error:
                self._failed.append(error)
                continue
            self._turns += len(document.turns)
            self._answers += sum(passage.is_answer for passage in passages)
            yield document, passages
        self._progress(Tally(len(changed), len(changed), self._turns, self._answers))

    def _noted(self, documents: Iterable[EmbeddedDocument]) -> Iterator[EmbeddedDocument]:
        for embedded in documents:
            document = embedded.document
            self._indexed.append(
                Indexed(document.id, document.source.path, document.people, len(document.turns), len(embedded.answers))
            )
            yield embedded


def _writable(path: Path) -> Path:
    """The path, if an index can hold it: a name on a disk is bytes, and those need not be text."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableSource(path, "its name is not valid UTF-8.", "Rename it.") from error
    return path


def parse_document(source: Source, identities: Identities, earlier: DocumentCard | None) -> Cut:
    """A source's document and passages; raises a :class:`~index.errors.SourceError`, also when nothing can be quoted."""
    parsed = parse(source)
    turns, people = identify(parsed.text, parsed.turns, parsed.metadata)
    passages = cut_passages(parsed.text, turns, language=parsed.metadata.language)
    if not passages or len(parsed.text.split()) < 2:
        raise MalformedSource(
            source.path, "holds no sentence that could be quoted.", "Check that it is the transcript and not an empty page."
        )
    document_id = identities.name(parsed.metadata.id or source.path.stem, source.path, earlier)
    return Document(document_id, source, parsed.text, parsed.metadata, turns, people, PARSER_VERSION), passages
