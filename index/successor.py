"""The next generation of an index: what lives on of the last one, and what is new, written and published.

Segments that stay are linked, not copied; the word index is a linked copy that is then changed. What is in a segment is
told by :mod:`index.segment`, how a generation is published by :mod:`index.draft`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from index.draft import Draft, last_number
from index.errors import OnrecordError
from index.generations import WORDS, Generation, Manifest, Segment, check_file, current
from index.lexical import WordWriter
from index.live import LiveDocuments
from index.models import ModelCard, require_same_model
from index.segment import EmbeddedDocument, SegmentWriter, read_segment, to_absorb

_WORD_LISTS = ("meta.json", ".managed.json")
"""The files of the word index that tantivy writes anew at every commit: they name the others."""


def write_generation(
    root: Path,
    old: Generation | None,
    documents: Iterable[EmbeddedDocument],
    *,
    model: ModelCard,
    engine: dict[str, str | float] | None = None,
    gone: Iterable[str] = (),
    roster: str | None = None,
    memory_bytes: int | None = None,
) -> Generation:
    """Publishes the generation after ``old``: its documents without ``gone``, with ``documents`` in place of earlier versions.

    ``engine`` says how the new vectors were made, ``roster`` by which list of people the new documents' speakers are named:
    ``None`` for the same as before. A document replaces the one of ``old`` whose source is at the same path.
    ``memory_bytes`` is what all vectors together may take of a reader's memory: the indexes of the new ones are chosen by it.
    The index must be held with :func:`~index.draft.exclusive`. Nothing is published when anything fails. Raises
    :class:`~index.errors.ModelError` when ``model`` is not the one of ``old``.
    """
    if old:
        require_same_model(old.manifest.model, model, root)
    base = old.manifest if old else Manifest(last_number(root), model)
    if engine:
        base = replace(base, engine=engine)
    if roster is not None:
        base = replace(base, roster=roster)
    draft = Draft(root, base.generation + 1)
    try:
        draft.publish(_fill(draft, old, base, documents, dead=set(gone), memory_bytes=memory_bytes))
    except BaseException as error:
        draft.discard()
        if old and not isinstance(error, (OnrecordError, KeyboardInterrupt, SystemExit)):
            _require_whole(old, _words_of(old))  # where the cause is a file that decayed, it is named
        raise
    return current(root)


def _fill(
    draft: Draft,
    old: Generation | None,
    base: Manifest,
    documents: Iterable[EmbeddedDocument],
    *,
    dead: set[str],
    memory_bytes: int | None,
) -> Manifest:
    words_files = _take_words(draft, old)
    words = WordWriter(draft.folder / WORDS)
    words.drop_documents(sorted(dead))
    writer = _segment_writer(draft, base, words)
    counts = Counter(base.counts)
    with LiveDocuments(old) as live:
        for embedded in documents:
            if replaced := live.at(embedded.document.source.place):
                words.drop_documents([replaced.id])
                dead.add(replaced.id)
            writer.add(embedded)
            counts.update(_counts(embedded))
        segments = _bury(base.segments, dead, live, counts)
    absorbed = to_absorb(segments, writer.next_key - base.next_key)
    for segment in absorbed:
        assert old is not None
        _require_whole(old, segment.files)
        for embedded in read_segment(old, segment):
            words.drop_documents([embedded.document.id])
            writer.add(embedded)
    _commit_words(words, draft, old, words_files)
    kept = [segment for segment in segments if segment not in absorbed]
    fresh = writer.close(memory_bytes=None if memory_bytes is None else memory_bytes - _resident(old, kept))
    if old:
        draft.link(old, [name for segment in kept for name in segment.files])
    if fresh.documents:
        kept.append(fresh)
    else:
        draft.drop(fresh.files)
    return replace(
        base,
        generation=base.generation + 1,
        segments=tuple(kept),
        next_key=writer.next_key,
        next_context_key=writer.next_context,
        next_segment=base.next_segment + 1,
        counts={name: counts[name] for name in ("documents", "turns", "answers", "contexts")},
        files=draft.stamps(),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _segment_writer(draft: Draft, base: Manifest, words: WordWriter) -> SegmentWriter:
    return SegmentWriter(
        draft.folder,
        f"segment-{base.next_segment:06d}",
        base.model.dimension,
        words,
        root=draft.root,
        first_key=base.next_key,
        first_context=base.next_context_key,
    )


def _counts(embedded: EmbeddedDocument) -> dict[str, int]:
    document, answers, contexts = embedded.document, embedded.answers, embedded.contexts
    return {"documents": 1, "turns": len(document.turns), "answers": len(answers), "contexts": len(contexts)}


def _bury(segments: Sequence[Segment], dead: Iterable[str], live: LiveDocuments, counts: Counter[str]) -> list[Segment]:
    """The segments with those of their documents marked that are no more, which are taken off the ``counts``."""
    buried: dict[str, set[str]] = {}
    for document_id in dead:
        if found := live.find(document_id):
            name, card = found
            buried.setdefault(name, set()).add(document_id)
            counts.subtract({"documents": 1, "turns": card.turns, "answers": card.answers, "contexts": card.contexts})
    return [replace(one, dead=tuple(sorted({*one.dead, *buried.get(one.name, ())}))) for one in segments]


def _resident(generation: Generation | None, segments: Sequence[Segment]) -> int:
    """The bytes of memory that the vectors of some segments take."""
    files = generation.manifest.files if generation else {}
    return sum(files[name].size for one in segments for name in (one.answer_vectors, one.asked_vectors))


def _words_of(generation: Generation) -> list[str]:
    return [name for name in generation.manifest.files if name.startswith(f"{WORDS}/")]


def _take_words(draft: Draft, old: Generation | None) -> list[str]:
    """Links the word index into the draft, and says which files it has."""
    if old is None:
        return []
    names = _words_of(old)
    _require_whole(old, [name for name in names if name.endswith(_WORD_LISTS)])
    draft.link(old, names)
    return names


def _commit_words(words: WordWriter, draft: Draft, old: Generation | None, names: Sequence[str]) -> None:
    """Writes the word index; what was merged into new files must have been whole, and is read for that: it alone."""
    words.commit()
    if old:
        _require_whole(old, [name for name in names if not (draft.folder / name).exists()])


def _require_whole(old: Generation, names: Iterable[str]) -> None:
    """Raises :class:`~index.errors.IndexDamaged` unless files are what was written: nothing gets a new checksum over damage."""
    for name in names:
        check_file(old.root, old.folder, name, old.manifest.files[name], whole=True)
