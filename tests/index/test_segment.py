"""Segments: row, passage and word entry stay together, also when small segments become one."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from index.build import Report, remove_documents
from index.errors import IndexDamaged
from index.generations import Segment, current
from index.reader import IndexReader
from index.segment import DEAD_SHARE, MERGE_RATIO, read_segment, to_absorb
from tests.encoders import WordHashEncoder
from tests.index.interviews import answer, answers_in, assert_sound, flipped, overwrite, transcript, write_all

Build = Callable[..., Report]


def segment(number: int, answers: int, *, documents: int = 10, dead: int = 0) -> Segment:
    return Segment(f"segment-{number:06d}", number * 1000, answers, documents, tuple(f"dead{n}" for n in range(dead)))


def test_a_small_addition_leaves_large_segments_alone() -> None:
    """A segment of much more than the new one's size is not written again."""
    assert to_absorb([segment(1, 1000), segment(2, 100)], 10) == []


def test_segments_of_like_size_become_one() -> None:
    """The last segments are taken in while they are not much larger than all that is taken in so far."""
    segments = [segment(1, 1000), segment(2, 40), segment(3, 12), segment(4, 10)]
    assert to_absorb(segments, 10) == segments[1:]
    assert to_absorb(segments, 600) == segments


def test_a_segment_is_weighed_against_all_that_is_taken_in() -> None:
    """The limit is a multiple of the growing size and is sharp."""
    limit = MERGE_RATIO * 10
    assert to_absorb([segment(1, limit + 1)], 10) == []
    assert to_absorb([segment(1, limit)], 10) == [segment(1, limit)]
    grown = MERGE_RATIO * (10 + limit)
    assert to_absorb([segment(1, grown), segment(2, limit)], 10) == [segment(1, grown), segment(2, limit)]


def test_a_segment_of_many_dead_documents_is_written_again() -> None:
    """Where too large a share of documents is dead, a segment is absorbed whatever its size and place."""
    dead = math.ceil(DEAD_SHARE * 10)
    buried, scarred = segment(1, 10_000, dead=dead), segment(1, 10_000, dead=dead - 1)
    assert to_absorb([buried, segment(2, 10**6)], 1) == [buried]
    assert to_absorb([scarred, segment(2, 10**6)], 1) == []


def test_nothing_is_absorbed_where_there_is_nothing() -> None:
    """The first segment of an index has no others to take in."""
    assert to_absorb([], 5) == []


def test_many_small_additions_leave_few_segments(build: Build, tmp_path: Path, encoder: WordHashEncoder) -> None:
    """Forty additions of one document leave a logarithmic number of segments in which everything belongs together."""
    answers = {f"doc{n:02d}": [answer(f"x{n}"), answer(f"y{n}")] for n in range(40)}
    for name, words in answers.items():
        write_all(tmp_path / "in", [(f"{name}.json", transcript(*words))])
        build(tmp_path / "in")
    segments = current(tmp_path / "index").manifest.segments
    assert len(segments) <= 1 + math.log2(2 * len(answers))
    assert sum(one.documents for one in segments) == len(answers)
    reader = IndexReader.open(tmp_path / "index")
    assert answers_in(reader) == answers
    assert_sound(reader, encoder)
    assert len(set(encoder.encoded)) == len(encoder.encoded)  # merging embedded nothing again


def test_keys_are_never_given_twice(build: Build, tmp_path: Path) -> None:
    """Segments cover separate ranges of keys, and a later segment's keys are above all earlier ones."""
    seen = 0
    for n in range(6):
        write_all(tmp_path / "in", [(f"doc{n}.json", transcript(*(answer(f"{n}q{m}") for m in range(1 + 5 * (n % 2)))))])
        build(tmp_path / "in")
        manifest = current(tmp_path / "index").manifest
        fresh = manifest.segments[-1]
        assert fresh.first_key >= seen
        seen = fresh.first_key + fresh.answers
        assert manifest.next_key == seen
        ranges = [(one.first_key, one.first_key + one.answers) for one in manifest.segments]
        assert all(before[1] <= after[0] for before, after in pairwise(ranges))


def test_a_segment_is_read_back_as_it_was_embedded(build: Build, tmp_path: Path, encoder: WordHashEncoder) -> None:
    """Documents come with their own passages and vectors, those of context alone with none."""
    question = "What about whales?"
    write_all(
        tmp_path / "in",
        [
            ("a.json", transcript("Whales sing.", "Nets mend.", questions=[question, question])),
            ("b.json", transcript("Ships pass by.", questions=[question])),
        ],
    )
    build(tmp_path / "in")
    generation = current(tmp_path / "index")
    one, two = read_segment(generation, generation.manifest.segments[0])
    assert [one.document.id, two.document.id] == ["a", "b"]
    assert [passage.span.cut(one.document.text) for passage in one.answers] == ["Whales sing.", "Nets mend."]
    assert [passage.span.cut(one.document.text) for passage in one.contexts] == [question, question]
    for embedded in (one, two):
        for row, passage in enumerate(embedded.answers):
            words = passage.span.cut(embedded.document.text)
            np.testing.assert_array_equal(embedded.answer_vectors[row], encoder.encode_query(words))
            np.testing.assert_array_equal(embedded.asked_vectors[row], encoder.encode_query(f"{question} {words}"))


def test_dead_documents_are_not_read_back(build: Build, tmp_path: Path) -> None:
    """What was removed does not come to life when its segment is merged."""
    write_all(tmp_path / "in", [(f"doc{n}.json", transcript(answer(str(n)))) for n in range(8)])
    build(tmp_path / "in")
    remove_documents(["doc3"], root=tmp_path / "index")
    generation = current(tmp_path / "index")
    (segment,) = generation.manifest.segments
    assert segment.dead == ("doc3",)  # kept as it is, with a tombstone
    assert [one.document.id for one in read_segment(generation, segment)] == [f"doc{n}" for n in range(8) if n != 3]


def test_tombstones_do_not_pile_up(build: Build, tmp_path: Path, encoder: WordHashEncoder) -> None:
    """Removing one document after the other ends with segments that hold few dead ones, and then none."""
    names = [f"doc{n}" for n in range(9)]
    write_all(tmp_path / "in", [(f"{name}.json", transcript(answer(name))) for name in names])
    build(tmp_path / "in")
    while names:
        remove_documents([names.pop(0)], root=tmp_path / "index")
        segments = current(tmp_path / "index").manifest.segments
        assert all(len(one.dead) < max(1, DEAD_SHARE * one.documents) for one in segments)
        reader = IndexReader.open(tmp_path / "index")
        assert sorted(answers_in(reader)) == names
        assert_sound(reader, encoder)
    assert segments == ()
    assert reader.counts["documents"] == 0


@pytest.mark.parametrize("pattern", ["*.sqlite", "*.answer.faiss", "*.asked.faiss", "words/*.store", "words/*.term"])
def test_damage_is_not_merged_into_a_sound_looking_index(build: Build, tmp_path: Path, pattern: str) -> None:
    """A file that decayed unseen is refused by name when its content would be written again under a new checksum."""
    root = tmp_path / "index"
    for n in range(8):  # so many that the word index merges its own segments with the last
        write_all(tmp_path / "in", [(f"doc{n}.json", transcript(answer(str(n))))])
        if n < 7:
            build(tmp_path / "in")
    before = current(root)
    damaged = [name for name in before.manifest.files if (before.folder / name).match(pattern)]
    for name in damaged:
        path = before.folder / name
        overwrite(path, flipped(path.read_bytes()), keep_time=True)
    try:
        build(tmp_path / "in")
        refused = None
    except IndexDamaged as error:
        refused = error.file
    if refused is None:  # what was damaged was taken over as it is, under the checksum that it had
        problems = "\n".join(IndexReader.open(root).verify())
        assert any(name in problems for name in damaged)
    else:
        assert refused in damaged
        assert current(root).version == before.version
