"""Chains the rooms: files to parsed documents to vectors to a new generation, taking only what changed.

A file that fails is reported and keeps its earlier version; the others go in. Effects are at the edges: files are read
here, the generation is written by :mod:`index.successor` and published by :mod:`index.draft`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path

from index.addresses import is_address
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
)
from index.formats import PARSER_VERSION
from index.generations import MANIFEST, Generation, current
from index.identity import Identities
from index.inputs import Input, Item, gathered, paths_among
from index.language import language_of
from index.limits import DEFAULT_LIMITS, Limits
from index.live import LiveDocuments
from index.models import Encoder
from index.passages import cut_passages
from index.records import Document, DocumentCard, Parsed, Source
from index.report import Indexed, Progress, Report, Tally
from index.roles import kind_of
from index.roster import NOBODY, Roster, parse_roster
from index.sandbox import Sandbox
from index.segment import EmbeddedDocument
from index.speakers import identify
from index.successor import write_generation
from index.turns import spoken_text
from index.visiting import DEFAULT_RULES, FetchRules

_MADE_AHEAD = 8
"""Documents that wait between two steps: more would take memory and save no time."""


def build_index(
    inputs: Sequence[Input],
    *,
    root: Path,
    encoder: Callable[[int], Encoder],
    prune: bool = False,
    rebuild: bool = False,
    memory_bytes: int | None = None,
    roster: Roster | None = None,
    limits: Limits = DEFAULT_LIMITS,
    fetching: FetchRules = DEFAULT_RULES,
    without: Collection[str] = (),
    progress: Progress = lambda tally: None,
) -> Report:
    """Brings the index at ``root`` up to date with ``inputs``: files, folders, archives, what was sent, and pages by address.

    ``encoder`` is called only if something must be embedded, with the bytes of the files that are to be.

    ``prune`` drops documents under ``inputs`` whose files are gone; ``rebuild`` builds the index of ``inputs`` alone,
    whatever is there: what was in it and does not go in again is reported as removed. ``memory_bytes`` is what the vectors
    may take of a reader's memory, all together; by it the kind of their index is chosen. ``roster`` is the list of people by
    which speakers are named: ``None`` for the one that the index remembers. ``limits`` hold for every source,
    ``fetching`` for pages. What lies at the places ``without`` is left as it is in the index, unread. Raises an
    :class:`~index.errors.IndexError_` when the old index can't be read or written, and
    :class:`~index.errors.ModelError` when its model is another; nothing is published then.
    """
    started = time.perf_counter()

    def fetched(done: int, total: int, now: str) -> None:
        progress(Tally(done, total, 0, 0, now, is_fetching=True))

    gathering = gathered(inputs, excluded=root, limits=limits, rules=fetching, without=without, fetching=fetched)
    with gathering as found, Sandbox(limits) as sandbox:
        if not found.items and not prune:
            return Report(skipped=tuple(found.skipped), failed=tuple(found.failed))
        if any(path.resolve() == root.resolve() for path in paths_among(inputs)):
            raise IndexError_(
                root, f"{root} is the index and can't be what is indexed. Choose another folder with --index DIR."
            )
        with exclusive(root):
            recover(root)
            before = _ids_before(root) if rebuild else set()
            old = None if rebuild else existing(root)
            with LiveDocuments(old) as live:
                people = remembered(old) if roster is None else roster
                run = _Run(root, old, live, found.items, sandbox, roster=people, progress=progress, memory_bytes=memory_bytes)
                gone = tuple(card.id for card in live.all() if found.is_gone(card.path, inputs)) if prune else ()
                report = run.update(encoder, gone)
        failed = (*found.failed, *report.failed)
        report = replace(report, skipped=tuple(found.skipped), failed=failed, took_ms=(time.perf_counter() - started) * 1000)
        if rebuild and report.version:
            lost = tuple(sorted(before - {one.id for one in report.indexed}))
            report = replace(report, removed=lost)
    return report


def remove_documents(document_ids: Iterable[str], *, root: Path, memory_bytes: int | None = None) -> Report:
    """Drops documents by id; raises :class:`~index.errors.NotInIndex` and drops none when one isn't there."""
    started = time.perf_counter()
    wanted = tuple(dict.fromkeys(document_ids))
    with exclusive(root):
        old = current(root)
        with LiveDocuments(old) as live:
            for document_id in wanted:
                if live.card(document_id) is None:
                    raise NotInIndex.document(root, document_id)
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


def remembered(old: Generation | None) -> Roster:
    """The list of people that an index was given last; an empty one when it was given none."""
    return parse_roster(old.manifest.roster, old.folder / MANIFEST) if old else NOBODY


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
        items: Sequence[Item],
        sandbox: Sandbox,
        *,
        roster: Roster,
        progress: Progress,
        memory_bytes: int | None,
    ) -> None:
        self._root, self._old, self._live, self._items, self._progress = root, old, live, items, progress
        self._sandbox, self._roster, self._memory_bytes = sandbox, roster, memory_bytes
        self._failed: list[SourceError] = []
        self._unchanged = 0
        self._indexed: list[Indexed] = []
        self._turns = self._answers = 0

    def update(self, encoder: Callable[[int], Encoder], gone: tuple[str, ...]) -> Report:
        """Takes what changed, drops what is ``gone``, and publishes, unless there is nothing to do."""
        changed = self._changed()
        parsed = self._parsed(changed, Identities(self._live.card, without=gone))
        first = next(parsed, None)  # the model is loaded only when there is something to embed
        generation = self._old
        if first is not None:
            model = encoder(sum(item.size() for item in changed))
            # Three things at a time: one document is parsed, another embedded, a third written.
            cut = ahead(chain([first], parsed), depth=_MADE_AHEAD)
            embedded = ahead(embed_documents(cut, model), depth=_MADE_AHEAD)
            with closing(cut), closing(embedded), self._sandbox.stopped_by_errors():
                generation = write_generation(
                    self._root,
                    self._old,
                    self._noted(embedded),
                    model=model.card,
                    engine=model.engine.to_json(),
                    gone=gone,
                    roster=self._roster.text,
                    memory_bytes=self._memory_bytes,
                )
        elif gone and self._old:
            generation = _without(self._root, self._old, gone, memory_bytes=self._memory_bytes)
        return Report(
            indexed=tuple(self._indexed),
            unchanged=self._unchanged,
            removed=gone,
            failed=tuple(self._failed),
            version=generation.version if generation else None,
        )

    def _changed(self) -> list[Item]:
        """The items that are new, or were parsed by another parser or with other people known, or whose bytes are others."""
        changed: list[Item] = []
        for item in self._items:
            card = self._live.at(item.place)
            try:
                as_now = card and (card.parser_version, card.roster) == (PARSER_VERSION, self._roster.digest)
                if card is None or not as_now or item.digest() != card.sha256:
                    changed.append(item)
                else:
                    self._unchanged += 1
            except SourceError as error:
                self._failed.append(error)
        return changed

    def _parsed(self, changed: Sequence[Item], identities: Identities) -> Iterator[Cut]:
        for number, item in enumerate(changed):
            self._progress(Tally(number, len(changed), self._turns, self._answers, item.name))
            try:
                source = item.read()
                parsed = self._sandbox.parse(source)
                document, passages = parse_document(source, parsed, identities, self._live.at(item.place), self._roster)
            except SourceError as error:
                self._failed.append(error.moved(item.place) if is_address(item.place) else error)
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


def parse_document(
    source: Source, parsed: Parsed, identities: Identities, earlier: DocumentCard | None, roster: Roster = NOBODY
) -> Cut:
    """A source's document and passages; raises a :class:`~index.errors.SourceError`, also when nothing can be quoted."""
    turns, people = identify(parsed.text, parsed.turns, parsed.metadata, roster)
    metadata = replace(parsed.metadata, language=language_of(spoken_text(parsed.text, turns), parsed.metadata.language))
    metadata = replace(metadata, url=metadata.url or source.url)
    passages = cut_passages(parsed.text, turns, language=metadata.language, anchors=parsed.anchors)
    if not passages or len(parsed.text.split()) < 2:
        raise MalformedSource(
            source.path, "holds no sentence that could be quoted.", "Check that it is the transcript and not an empty page."
        )
    document = Document(
        identities.name(metadata.id or source.path.stem, source.place, earlier),
        source,
        parsed.text,
        metadata,
        turns,
        people,
        PARSER_VERSION,
        parsed.anchors,
        kind_of(turns),
        roster.digest,
    )
    return document, passages
