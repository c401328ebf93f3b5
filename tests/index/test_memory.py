"""The memory that vectors take: foreseen, kept within what is allowed, and refused where nothing fits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.build import Report, build_index, remove_documents
from index.errors import IndexMissing, MemoryShort
from index.generations import VECTORS_SUFFIX, current
from index.models import Vectors
from index.reader import IndexReader
from index.vector_writer import VectorWriter, resident_bytes
from index.vectors import EXACT, VectorFacts, VectorFile, rows_path
from tests.encoders import DIMENSION, WordHashEncoder
from tests.index.interviews import answer, answers_in, folders, transcript, write_all

FEW, MANY = 200, 1200
"""Too few for inverted lists, and enough."""

EXACT_BYTES = 4 * DIMENSION


def whole(count: int) -> int:
    """What an exact index of so many vectors takes."""
    return resident_bytes(count, DIMENSION, exact=True)


"""A vector's in the exact index."""


def drawn(count: int, dimension: int = DIMENSION) -> Vectors:
    """``(count, dimension) float32``, L2-normalised."""
    matrix = np.random.default_rng(count).standard_normal((count, dimension))
    return np.asarray(matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9), np.float32)


def write_vectors(path: Path, matrix: Vectors, *, exact_up_to: int = 20_000, memory_bytes: int | None = None) -> VectorFacts:
    writer = VectorWriter(path, matrix.shape[1], root=path.parent, exact_up_to=exact_up_to)
    writer.add(matrix)
    return writer.write(memory_bytes=memory_bytes)


def vector_bytes(root: Path) -> int:
    """What the files of a published index hold of vectors that are searched in memory."""
    return sum(path.stat().st_size for path in current(root).folder.glob(f"*{VECTORS_SUFFIX}"))


def build(inputs: Path, root: Path, *, memory_bytes: int | None = None, rebuild: bool = False) -> Report:
    return build_index(
        [inputs], root=root, encoder=lambda job_bytes: WordHashEncoder(), memory_bytes=memory_bytes, rebuild=rebuild
    )


def talk(name: str, answers: int) -> tuple[str, str]:
    """A file with an interview of so many answers, each of one passage."""
    return f"{name}.json", transcript(*(answer(f"{name}{number}") for number in range(answers)))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """``in`` with one interview of many answers, and ``index``, built of it without a limit: exact."""
    write_all(tmp_path / "in", [talk("old", MANY)])
    build(tmp_path / "in", tmp_path / "index")
    return tmp_path


# What is foreseen


@pytest.mark.parametrize("dimension", [24, 64, 100, 384])
@pytest.mark.parametrize("count", [FEW, 1000, MANY])
def test_the_memory_of_an_exact_index_is_foreseen(tmp_path: Path, count: int, dimension: int) -> None:
    """What an exact index is said to take is what faiss writes of it, which is what a reader maps."""
    facts = write_vectors(tmp_path / "v.faiss", drawn(count, dimension))
    assert facts == EXACT
    assert resident_bytes(count, dimension, exact=True) == pytest.approx((tmp_path / "v.faiss").stat().st_size, rel=0.1)


@pytest.mark.parametrize("dimension", [24, 64, 100, 384])
@pytest.mark.parametrize("count", [1000, 4000])
def test_the_memory_of_a_large_index_is_foreseen(tmp_path: Path, count: int, dimension: int) -> None:
    """So it is of an index of codes and lists, whose exact rows lie beside it and take no memory that is counted."""
    facts = write_vectors(tmp_path / "v.faiss", drawn(count, dimension), exact_up_to=500)
    assert facts.kind.endswith("RaBitQ2")
    assert resident_bytes(count, dimension, exact=False) == pytest.approx((tmp_path / "v.faiss").stat().st_size, rel=0.1)
    assert rows_path(tmp_path / "v.faiss").stat().st_size == count * dimension * 2


@pytest.mark.parametrize("count", [1000, 10_000, 1_000_000])
def test_a_large_index_takes_less_than_an_exact_one(count: int) -> None:
    """Wherever codes may be chosen they save memory: at a million vectors of 384 numbers, nine parts of ten."""
    exact, large = (resident_bytes(count, 384, exact=exact) for exact in (True, False))
    assert large < exact / 2
    if count == 1_000_000:
        assert large < exact / 10


# What is chosen


CHOICES = [
    # count, exact up to, memory allowed, what is written
    (MANY, 20_000, None, "exact"),
    (MANY, 20_000, whole(MANY), "exact"),
    (MANY, 20_000, whole(MANY) - 1, "large"),
    (MANY, 20_000, 100_000, "large"),
    (MANY, 20_000, 20_000, None),
    (MANY, 20_000, 0, None),
    (MANY, 1000, None, "large"),
    (MANY, 1000, 10**9, "large"),
    (MANY, 1000, 20_000, None),
    (FEW, 20_000, None, "exact"),
    (FEW, 100, None, "exact"),  # too few for lists, whatever is said
    (FEW, 100, whole(FEW), "exact"),
    (FEW, 20_000, whole(FEW) - 1, None),
    (0, 20_000, whole(0), "exact"),
]


@pytest.mark.parametrize(("count", "exact_up_to", "memory_bytes", "expected"), CHOICES)
def test_number_and_memory_choose_the_index(
    tmp_path: Path, count: int, exact_up_to: int, memory_bytes: int | None, expected: str | None
) -> None:
    """Exact where that is as fast and fits, codes where only they fit or there are many, an error where nothing fits."""
    path = tmp_path / "v.faiss"
    if expected is None:
        with pytest.raises(MemoryShort, match="--memory") as caught:
            write_vectors(path, drawn(count), exact_up_to=exact_up_to, memory_bytes=memory_bytes)
        assert caught.value.allowed == memory_bytes
        assert caught.value.needed > caught.value.allowed
        assert not path.exists()
        return
    facts = write_vectors(path, drawn(count), exact_up_to=exact_up_to, memory_bytes=memory_bytes)
    assert ("exact" if facts.kind == "exact" else "large") == expected
    assert rows_path(path).exists() == (expected == "large")
    assert VectorFile(path, first_key=0, count=count, root=tmp_path, facts=facts).count == count


def test_what_little_memory_chose_still_finds(tmp_path: Path) -> None:
    """An index that was made small to fit finds each of its own vectors first."""
    matrix = drawn(MANY)
    facts = write_vectors(tmp_path / "v.faiss", matrix, memory_bytes=100_000)
    file = VectorFile(tmp_path / "v.faiss", first_key=7, count=MANY, root=tmp_path, facts=facts)
    rows = range(0, MANY, 50)
    assert [file.search(matrix[row], 1).keys.tolist() for row in rows] == [[7 + row] for row in rows]


def test_a_machine_without_the_memory_is_told_apart_from_a_limit(tmp_path: Path) -> None:
    """Where the memory is not there at all, the error says so; no limit of the user's is named, and it is no defect."""
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from index.errors import MemoryShort\n"
        "from index.vector_writer import VectorWriter\n"
        "path = Path(sys.argv[1])\n"
        "writer = VectorWriter(path, 64, root=path.parent, exact_up_to=10**9)\n"
        "for _ in range(10):\n"
        "    writer.add(np.ones((10_000, 64), np.float32) / 8)\n"
        "lines = open('/proc/self/status').read().splitlines()\n"
        "taken = 1024 * int(next(line for line in lines if line.startswith('VmSize')).split()[1])\n"
        "resource.setrlimit(resource.RLIMIT_AS, (taken + 36 * 10**6, resource.RLIM_INFINITY))\n"
        "try:\n"
        "    writer.write()\n"
        "except MemoryShort as error:\n"
        "    print(error.allowed, error.needed > 0, 'get as much' in str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "v.faiss")], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "None True True\n"), done.stderr


# A generation


def test_vectors_that_are_merged_keep_to_the_memory_of_all(place: Path) -> None:
    """Old vectors that are written again with new ones share the limit with them: one byte too few, and all get codes."""
    write_all(place / "in", [talk("more", MANY)])
    allowed = 2 * whole(2 * MANY) - 1
    build(place / "in", place / "index", memory_bytes=allowed)
    (segment,) = current(place / "index").manifest.segments
    assert segment.answers == 2 * MANY
    assert segment.answer_search.kind.endswith("RaBitQ2")
    assert segment.asked_search.kind.endswith("RaBitQ2")
    assert vector_bytes(place / "index") <= allowed
    reader = IndexReader.open(place / "index", memory_bytes=allowed)
    assert list(reader.verify(WordHashEncoder())) == []
    assert {name: len(answers) for name, answers in answers_in(reader).items()} == {"old": MANY, "more": MANY}


def test_segments_that_stay_are_taken_off_what_is_allowed(tmp_path: Path) -> None:
    """What is kept as it is counts in full: the vectors that come get codes in the rest, and both are searched together."""
    write_all(tmp_path / "in", [talk("old", 2100)])
    build(tmp_path / "in", tmp_path / "index")
    kept = vector_bytes(tmp_path / "index")
    write_all(tmp_path / "in", [talk("new", 1000)])
    allowed = kept + 2 * 1000 * EXACT_BYTES // 2
    build(tmp_path / "in", tmp_path / "index", memory_bytes=allowed)
    first, second = current(tmp_path / "index").manifest.segments
    assert (first.answers, first.answer_search, first.asked_search) == (2100, EXACT, EXACT)
    assert second.answers == 1000
    assert second.answer_search.kind.endswith("RaBitQ2")
    assert second.asked_search.kind.endswith("RaBitQ2")
    assert kept < vector_bytes(tmp_path / "index") <= allowed
    reader = IndexReader.open(tmp_path / "index", memory_bytes=allowed)
    assert list(reader.verify(WordHashEncoder())) == []
    for name in ("old7", "new7"):
        alone, _ = reader.nearest(WordHashEncoder().encode_query(answer(name)), 1, None)
        found = reader.passage(int(alone.keys[0]))
        assert reader.cut(found.document_id, found.passage.span) == answer(name)


def test_a_generation_that_does_not_fit_leaves_the_old_one_serving(place: Path) -> None:
    """When new vectors have no room, none of the run is published: the old generation answers, and a later run adds all."""
    root = place / "index"
    before, pointer, dirs = IndexReader.open(root), (root / "CURRENT").read_bytes(), folders(root)
    write_all(place / "in", [talk("new", 10)])
    for allowed in (0, 1000, vector_bytes(root), vector_bytes(root) + 10 * EXACT_BYTES):
        with pytest.raises(MemoryShort):
            build(place / "in", root, memory_bytes=allowed)
        assert (root / "CURRENT").read_bytes() == pointer
        assert folders(root) == dirs
    assert before.is_current()
    assert list(before.verify(WordHashEncoder())) == []
    assert [one.id for one in build(place / "in", root, memory_bytes=vector_bytes(root) + 10**5).indexed] == ["new"]


def test_a_first_build_that_does_not_fit_leaves_no_index(tmp_path: Path) -> None:
    """Without an index before it, a run without the memory leaves none that opens, and the next run is a first one."""
    write_all(tmp_path / "in", [talk("a", 10)])
    with pytest.raises(MemoryShort):
        build(tmp_path / "in", tmp_path / "index", memory_bytes=100)
    with pytest.raises(IndexMissing):
        IndexReader.open(tmp_path / "index")
    assert len(build(tmp_path / "in", tmp_path / "index").indexed) == 1


def test_a_rebuild_makes_an_index_small_enough(place: Path) -> None:
    """What is exact and takes too much is written with codes by a rebuild under the limit, and loses no answer."""
    root, allowed = place / "index", 2 * 100_000
    assert vector_bytes(root) > allowed
    build(place / "in", root, memory_bytes=allowed, rebuild=True)
    reader = IndexReader.open(root, memory_bytes=allowed)
    assert reader.counts["answers"] == MANY
    assert list(reader.verify(WordHashEncoder())) == []


def test_a_reader_opens_what_fits_and_nothing_larger(place: Path) -> None:
    """An index opens when its vectors take no more than is allowed; one byte less is refused with both numbers."""
    root = place / "index"
    size = vector_bytes(root)
    for allowed in (None, size, size + 1):
        assert IndexReader.open(root, memory_bytes=allowed).counts["answers"] == MANY
    for allowed in (size - 1, 0):
        with pytest.raises(MemoryShort, match=f"index at {root} need .* of memory") as caught:
            IndexReader.open(root, memory_bytes=allowed)
        assert (caught.value.needed, caught.value.allowed) == (size, allowed)


@pytest.mark.parametrize(("answers", "exact"), [(10, True), (MANY, True), (MANY, False)])
def test_what_was_built_within_a_limit_opens_within_it(tmp_path: Path, answers: int, exact: bool) -> None:
    """Whoever gives the same limit to index and to serve is never refused by the second after the first agreed."""
    write_all(tmp_path / "in", [talk("a", answers)])
    allowed = 2 * resident_bytes(answers, DIMENSION, exact=exact)  # the least that the writer agrees to
    build(tmp_path / "in", tmp_path / "index", memory_bytes=allowed)
    IndexReader.open(tmp_path / "index", memory_bytes=allowed)


def test_what_the_error_says_is_needed_is_enough(tmp_path: Path) -> None:
    """Allowing what the error asked for, with room for files' heads, makes the same run succeed."""
    write_all(tmp_path / "in", [talk("a", 50)])
    with pytest.raises(MemoryShort) as caught:
        build(tmp_path / "in", tmp_path / "index", memory_bytes=1000)
    build(tmp_path / "in", tmp_path / "index", memory_bytes=caught.value.needed + 1000)


def test_a_document_can_be_removed_under_a_limit(place: Path) -> None:
    """Removing gives back memory and is not refused for want of it, when what stays is not written again."""
    write_all(place / "in", [talk(name, 3) for name in "abcdefgh"])
    build(place / "in", place / "index")
    remove_documents(["a"], root=place / "index", memory_bytes=1000)
    assert "a" not in answers_in(IndexReader.open(place / "index"))


def test_documents_can_be_removed_from_an_index_that_is_too_large(tmp_path: Path) -> None:
    """What takes too much can be made smaller, though the rest is still too much, however many documents go."""
    write_all(tmp_path / "in", [talk(name, 10) for name in "abcdefgh"])
    build(tmp_path / "in", tmp_path / "index")
    with pytest.raises(MemoryShort, match="built anew"):
        IndexReader.open(tmp_path / "index", memory_bytes=1000)
    remove_documents(["a", "b", "c"], root=tmp_path / "index", memory_bytes=1000)
