"""Vectors on disk: exact search, also among allowed keys only, against numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamaged
from index.models import Vectors
from index.vector_writer import RECALL_WANTED, VectorWriter
from index.vectors import Keys, Scored, VectorFacts, VectorFile, merge, rows_path

FIRST, COUNT, DIMENSION = 1000, 300, 24


@pytest.fixture(scope="module")
def matrix() -> Vectors:
    """``(COUNT, DIMENSION) float32``, L2-normalised."""
    drawn = np.random.default_rng(7).standard_normal((COUNT, DIMENSION)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def path(matrix: Vectors, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The matrix, written in three blocks."""
    path = tmp_path_factory.mktemp("vectors") / "v.faiss"
    writer = VectorWriter(path, DIMENSION, root=path.parent)
    for block in np.array_split(matrix, 3):
        writer.add(block)
    writer.write()
    return path


@pytest.fixture(scope="module")
def file(path: Path) -> VectorFile:
    return VectorFile(path, first_key=FIRST, count=COUNT, root=path.parent)


def brute_force(matrix: Vectors, query: Vectors, keys: Keys, k: int) -> list[int]:
    scores = matrix[keys - FIRST].astype(np.float64) @ query.astype(np.float64)
    return [int(key) for key in keys[np.argsort(-scores, kind="stable")[:k]]]


def keys(*numbers: int) -> Keys:
    return np.array(numbers, np.int64)


@pytest.mark.parametrize("k", [1, 7, COUNT, COUNT * 2])
def test_the_nearest_are_exact(file: VectorFile, matrix: Vectors, k: int) -> None:
    """The k nearest are those with the greatest inner products, best first; all of them when k is more."""
    everything = np.arange(FIRST, FIRST + COUNT)
    for query in matrix[::60]:
        found = file.search(query, k)
        assert found.keys.tolist() == brute_force(matrix, query, everything, k)
        np.testing.assert_allclose(found.scores, matrix[found.keys - FIRST] @ query, atol=1e-5)


@pytest.mark.parametrize("k", [1, 5, 40, 200])
def test_a_search_among_some_finds_as_many_as_there_are(file: VectorFile, matrix: Vectors, k: int) -> None:
    """Of 40 allowed keys, the k nearest are found and are exact, however far from the query they lie."""
    allowed = np.sort(np.random.default_rng(3).choice(np.arange(FIRST, FIRST + COUNT), 40, replace=False))
    for query in matrix[::60]:
        assert file.search(query, k, allowed).keys.tolist() == brute_force(matrix, query, allowed, k)


def test_allowed_keys_of_other_segments_are_passed_over(file: VectorFile, matrix: Vectors) -> None:
    """A file answers for its own keys, whatever else is allowed."""
    found = file.search(matrix[0], 10, keys(0, FIRST - 1, FIRST, FIRST + COUNT - 1, FIRST + COUNT, 1 << 40))
    assert sorted(found.keys.tolist()) == [FIRST, FIRST + COUNT - 1]


@pytest.mark.parametrize("allowed", [keys(), keys(1, 2, FIRST + COUNT)])
def test_nothing_allowed_finds_nothing(file: VectorFile, matrix: Vectors, allowed: Keys) -> None:
    """When none of a file's keys is allowed, its result is empty and of the same types."""
    found = file.search(matrix[0], 10, allowed)
    assert (found.keys.shape, found.keys.dtype.name) == ((0,), "int64")
    assert (found.scores.shape, found.scores.dtype.name) == ((0,), "float32")


def test_rows_come_back_as_they_were_written(file: VectorFile, matrix: Vectors) -> None:
    """Vectors are read back bit for bit, so that merging segments changes no score."""
    np.testing.assert_array_equal(file.rows(0, COUNT), matrix)
    np.testing.assert_array_equal(file.rows(17, 19), matrix[17:19])
    assert file.rows(5, 5).shape == (0, DIMENSION)


def test_a_file_without_vectors_can_be_searched(tmp_path: Path, matrix: Vectors) -> None:
    """A segment of context alone has an empty file, which finds nothing."""
    writer = VectorWriter(tmp_path / "empty.faiss", DIMENSION, root=tmp_path)
    writer.add(matrix[:0])
    writer.write()
    file = VectorFile(tmp_path / "empty.faiss", first_key=0, count=0, root=tmp_path)
    assert file.count == 0
    assert file.search(matrix[0], 5).keys.tolist() == []
    assert file.search(matrix[0], 5, keys(0)).keys.tolist() == []


def test_another_number_of_vectors_than_was_written_is_damage(path: Path) -> None:
    """A file that doesn't hold what the manifest says is refused by name."""
    with pytest.raises(IndexDamaged, match=r"v\.faiss holds 300 vectors where 301 were written") as caught:
        VectorFile(path, first_key=0, count=COUNT + 1, root=path.parent)
    assert caught.value.file == "v.faiss"


@pytest.mark.parametrize("content", [b"", b"not vectors", b"IxFI", None])
def test_what_is_not_a_vector_file_is_damage(tmp_path: Path, content: bytes | None) -> None:
    """A file that can't be read as vectors, or isn't there, is refused by name."""
    if content is not None:
        (tmp_path / "x.faiss").write_bytes(content)
    with pytest.raises(IndexDamaged) as caught:
        VectorFile(tmp_path / "x.faiss", first_key=0, count=1, root=tmp_path)
    assert caught.value.file == "x.faiss"


def scored(**scores: float) -> Scored:
    return Scored(keys(*(int(name[1:]) for name in scores)), np.array(list(scores.values()), np.float32))


def test_results_of_several_files_become_one() -> None:
    """The best k of all parts, best first, whichever part they came from."""
    parts = [scored(k1=0.9, k2=0.1), scored(), scored(k7=0.95, k8=0.5, k9=-0.2)]
    assert merge(parts, 4).keys.tolist() == [7, 1, 8, 2]
    assert merge(parts, 99).keys.tolist() == [7, 1, 8, 2, 9]
    np.testing.assert_allclose(merge(parts, 2).scores, [0.95, 0.9])


def test_equal_scores_keep_the_order_of_the_parts() -> None:
    """Ties are settled the same way every time: the earlier part first."""
    assert merge([scored(k5=0.5, k6=0.5), scored(k1=0.5)], 3).keys.tolist() == [5, 6, 1]


def test_no_results_merge_to_none() -> None:
    """An index without segments gives an empty result and not an error."""
    assert merge([], 5).keys.tolist() == []
    assert merge([scored()], 5).scores.tolist() == []


@pytest.fixture(scope="module")
def clustered() -> Vectors:
    """``(4000, DIMENSION) float32``, L2-normalised, in 40 clusters, as texts on 40 matters are."""
    random = np.random.default_rng(11)
    centres = random.standard_normal((40, DIMENSION))
    drawn = centres[random.integers(0, 40, 4000)] + 0.4 * random.standard_normal((4000, DIMENSION))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def large(clustered: Vectors, tmp_path_factory: pytest.TempPathFactory) -> tuple[VectorFile, VectorFacts]:
    """The clustered vectors, written as a large segment is."""
    path = tmp_path_factory.mktemp("large") / "v.faiss"
    writer = VectorWriter(path, DIMENSION, root=path.parent, exact_up_to=1000)
    for block in np.array_split(clustered, 7):
        writer.add(block)
    facts = writer.write()
    return VectorFile(path, first_key=FIRST, count=len(clustered), root=path.parent, facts=facts), facts


def test_a_large_segment_states_the_recall_that_it_was_measured_to_have(large: tuple[VectorFile, VectorFacts]) -> None:
    """The index of a large segment says which it is, how many lists it looks at, and its recall against exact search."""
    _, facts = large
    assert facts.kind.startswith("IVF")
    assert facts.probes > 0
    assert facts.recall_at_10 >= RECALL_WANTED


def recall_of(file: VectorFile, matrix: Vectors) -> float:
    """recall@10 of a file against brute force, on questions between two of its vectors."""
    random = np.random.default_rng(99)
    one, other = random.choice(len(matrix), (2, 150))
    mixed = 0.7 * matrix[one] + 0.3 * matrix[other]
    questions = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
    right = np.argsort(-(questions @ matrix.T), axis=1)[:, :10] + FIRST
    return float(
        np.mean([np.isin(file.search(asked, 10).keys, best).mean() for asked, best in zip(questions, right, strict=True)])
    )


def test_the_stated_recall_is_that_of_the_stated_search(large: tuple[VectorFile, VectorFacts], clustered: Vectors) -> None:
    """Searched as its facts say, on questions that it was not tuned on, a segment has the recall that it states."""
    file, facts = large
    assert facts.refined > 0
    assert file.facts == facts
    assert recall_of(file, clustered) == pytest.approx(facts.recall_at_10, abs=0.02)


def test_vectors_without_order_are_found_at_a_price(tmp_path: Path) -> None:
    """Where no list holds what is near together, most lists are looked through, and they are found."""
    drawn = np.random.default_rng(5).standard_normal((20_000, 384))
    matrix = np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)
    writer = VectorWriter(tmp_path / "v.faiss", 384, root=tmp_path, exact_up_to=1000)
    writer.add(matrix)
    facts = writer.write()
    assert facts.probes >= 256
    file = VectorFile(tmp_path / "v.faiss", first_key=FIRST, count=len(matrix), root=tmp_path, facts=facts)
    assert recall_of(file, matrix) > 0.9


def test_a_large_segment_finds_what_brute_force_finds(large: tuple[VectorFile, VectorFacts], clustered: Vectors) -> None:
    """Of the ten nearest to a passage nearly all are found, with their exact scores."""
    file, _ = large
    everything = np.arange(FIRST, FIRST + len(clustered))
    shared = 0
    for query in clustered[::100]:
        found = file.search(query, 10)
        shared += len(set(found.keys.tolist()) & {int(key) for key in everything[np.argsort(-(clustered @ query))[:10]]})
        np.testing.assert_allclose(found.scores, clustered[found.keys - FIRST] @ query, atol=2e-3)
    assert shared >= 0.97 * 10 * len(clustered[::100])


@pytest.mark.parametrize("step", [2, 50, 1000])
def test_a_filter_on_a_large_segment_gives_as_many_as_there_are(
    large: tuple[VectorFile, VectorFacts], clustered: Vectors, step: int
) -> None:
    """However narrow the filter is, ``k`` are found where ``k`` pass, all of them allowed."""
    file, _ = large
    allowed = np.arange(FIRST, FIRST + len(clustered), step)
    for query in clustered[::500]:
        found = file.search(query, 10, allowed)
        assert len(found.keys) == min(10, len(allowed))
        assert set(found.keys.tolist()) <= set(allowed.tolist())


def test_the_rows_of_a_large_segment_can_be_read_back(large: tuple[VectorFile, VectorFacts], clustered: Vectors) -> None:
    """Merging takes the rows as they were, to the precision of float16."""
    file, _ = large
    np.testing.assert_allclose(file.rows(500, 700), clustered[500:700], atol=1e-3)


def test_missing_rows_are_damage(clustered: Vectors, tmp_path: Path) -> None:
    """A large segment whose rows are gone or cut short is refused by the file's name."""
    writer = VectorWriter(tmp_path / "v.faiss", DIMENSION, root=tmp_path, exact_up_to=100)
    writer.add(clustered[:1200])
    writer.write()
    rows = rows_path(tmp_path / "v.faiss")
    rows.write_bytes(rows.read_bytes()[:-2])
    with pytest.raises(IndexDamaged, match=r"v\.rows"):
        VectorFile(tmp_path / "v.faiss", first_key=0, count=1200, root=tmp_path)
    rows.unlink()
    with pytest.raises(IndexDamaged, match=r"v\.rows"):
        VectorFile(tmp_path / "v.faiss", first_key=0, count=1200, root=tmp_path)
