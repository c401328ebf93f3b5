"""The next generation of an index: what lives on of the last one, and what is new, written and published.

Segments that stay are linked, not copied; the word index is a linked copy that is then changed. What is in a segment is
told by :mod:`index.segment`, how a generation is published by :mod:`index.draft`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from index.draft import Draft, last_number
from index.generations import WORDS, Generation, Manifest, Segment, check_file, current
from index.lexical import WordWriter
from index.models import ModelCard, require_same_model
from index.records import DocumentCard
from index.segment import EmbeddedDocument, SegmentWriter, read_segment, to_absorb
from index.store import StoreFile


def live_cards(generation: Generation) -> dict[str, DocumentCard]:
    """Every live document of a generation, by id."""
    return _cards(generation.folder, generation.manifest.segments, generation.root)


def _cards(folder: Path, segments: Sequence[Segment], root: Path) -> dict[str, DocumentCard]:
    cards: dict[str, DocumentCard] = {}
    for segment in segments:
        store = StoreFile(folder / segment.store, root=root)
        cards |= {card.id: card for card in store.cards() if card.id not in segment.dead}
        store.close()
    return cards


def write_generation(
    root: Path,
    old: Generation | None,
    documents: Iterable[EmbeddedDocument],
    *,
    model: ModelCard,
    engine: dict[str, str | float] | None = None,
    earlier: Mapping[str, str] | None = None,
    gone: Iterable[str] = (),
) -> Generation:
    """Publishes the generation after ``old``: its documents without ``gone``, with ``documents`` in place of earlier versions.

    ``engine`` says how the new vectors were made; ``earlier`` has the ids of the documents of ``old`` by their paths.
    The index must be held with :func:`~index.draft.exclusive`. Nothing is published when anything fails. Raises
    :class:`~index.errors.ModelError` when ``model`` is not the one of ``old``.
    """
    if old:
        require_same_model(old.manifest.model, model, root)
    base = old.manifest if old else Manifest(last_number(root), model)
    if engine:
        base = replace(base, engine=engine)
    draft = Draft(root, base.generation + 1)
    try:
        draft.publish(_fill(draft, old, base, documents, earlier=earlier or {}, dead=set(gone)))
    except BaseException:
        draft.discard()
        raise
    return current(root)


def _fill(
    draft: Draft,
    old: Generation | None,
    base: Manifest,
    documents: Iterable[EmbeddedDocument],
    *,
    earlier: Mapping[str, str],
    dead: set[str],
) -> Manifest:
    if old:
        words_files = [name for name in old.manifest.files if name.startswith(f"{WORDS}/")]
        _require_whole(old, words_files)
        draft.link(old, words_files)
    words = WordWriter(draft.folder / WORDS)
    words.drop_documents(sorted(dead))
    writer = SegmentWriter(
        draft.folder,
        f"segment-{base.next_segment:06d}",
        base.model.dimension,
        words,
        first_key=base.next_key,
        first_context=base.next_context_key,
    )
    for embedded in documents:
        if (replaced := earlier.get(str(embedded.document.source.path))) is not None:
            words.drop_documents([replaced])
            dead.add(replaced)
        writer.add(embedded)
    segments = [_bury(segment, dead, draft, old) for segment in base.segments] if old else []
    absorbed = to_absorb(segments, writer.next_key - base.next_key)
    for segment in absorbed:
        assert old is not None
        _require_whole(old, segment.files)
        for embedded in read_segment(old, segment):
            words.drop_documents([embedded.document.id])
            writer.add(embedded)
    words.commit()
    fresh = writer.close()
    live = [segment for segment in segments if segment not in absorbed]
    if old:
        draft.link(old, [name for segment in live for name in segment.files])
    if fresh.documents:
        live.append(fresh)
    else:
        draft.drop(fresh.files)
    cards = _cards(draft.folder, live, draft.root).values()
    counts = Counter(documents=len(cards), turns=0, answers=0, contexts=0)
    for card in cards:
        counts.update(turns=card.turns, answers=card.answers, contexts=card.contexts)
    return replace(
        base,
        generation=base.generation + 1,
        segments=tuple(live),
        next_key=writer.next_key,
        next_context_key=writer.next_context,
        next_segment=base.next_segment + 1,
        counts=dict(counts),
        files=draft.stamps(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _require_whole(old: Generation, names: Iterable[str]) -> None:
    """Raises :class:`~index.errors.IndexDamaged` unless files are what was written: nothing gets a new checksum over damage."""
    for name in names:
        check_file(old.root, old.folder, name, old.manifest.files[name], whole=True)


def _bury(segment: Segment, dead: set[str], draft: Draft, old: Generation | None) -> Segment:
    """The segment with those of its documents marked dead that are ``dead``."""
    if not dead or old is None:
        return segment
    store = StoreFile(old.folder / segment.store, root=draft.root)
    mine = {card.id for card in store.cards()} & dead
    store.close()
    return replace(segment, dead=tuple(sorted(mine | set(segment.dead))))
