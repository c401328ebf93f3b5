"""The index on disk: one atomic switch, checksums for every file, and a crash at any step that harms nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import index.reader
from index.build import Report, build_index, remove_documents
from index.draft import Draft, exclusive
from index.errors import IndexBusy, IndexDamaged, IndexError_, IndexForeign, IndexMissing, IndexTooNew, IndexTooOld
from index.generations import (
    CURRENT,
    FORMAT_VERSION,
    LOCK,
    MANIFEST,
    Generation,
    Manifest,
    current,
    digest_of,
)
from index.reader import IndexReader
from tests.encoders import WordHashEncoder
from tests.index.crashing import BuildAndDie, mortal_builds
from tests.index.interviews import (
    EVERYTHING,
    answer,
    answers_in,
    assert_sound,
    build_at,
    flipped,
    folders,
    nearest,
    overwrite,
    transcript,
    write_all,
)

Build = Callable[..., Report]
Answers = dict[str, list[str]]


def grow_at(place: Path) -> Path:
    """``in``: files a to h and j, of two answers each; ``index``: their third generation, with two segments and a tombstone."""
    write_all(place / "in", [(f"{name}.json", talk(name)) for name in "abcdefghi"])
    build_at(place / "in", place / "index")
    (place / "in" / "i.json").unlink()
    build_at(place / "in", place / "index", prune=True)
    write_all(place / "in", [("j.json", talk("j"))])
    build_at(place / "in", place / "index")
    return place


def talk(*names: str) -> str:
    return transcript(*(words for name in names for words in said(name)))


def said(name: str) -> list[str]:
    return [answer(f"{name}1"), answer(f"{name}2")]


GROWN: Answers = {name: said(name) for name in "abcdefghj"}
GOOD = "generation-000003"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied, never changed."""
    return grow_at(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def place(pristine: Path, tmp_path: Path) -> Path:
    """A copy of an index and its files, with their times, to be damaged. Its documents know their files by other paths."""
    shutil.copytree(pristine, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """An index built where it lies, to be updated."""
    return grow_at(tmp_path)


# A published generation


def test_a_copied_index_is_an_index(place: Path) -> None:
    """An index can be moved or copied as a folder and still opens, answers and verifies."""
    assert_sound(IndexReader.open(place / "index"), WordHashEncoder())


def test_no_index_is_missing_and_says_how_to_build_one(tmp_path: Path) -> None:
    """A folder without an index, or no folder, raises an error that names the command."""
    for root in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexMissing, match=f"onrecord index .* --index {root}"):
            current(root)


def test_every_file_is_under_a_checksum(place: Path) -> None:
    """The manifest has the size and the digest of each file of its generation, of every one but itself and locks."""
    generation = current(place / "index")
    files = {path.relative_to(generation.folder).as_posix() for path in generation.folder.rglob("*") if path.is_file()}
    assert {name for name in files if not name.endswith(".lock")} == {*generation.manifest.files, MANIFEST}
    for name, stamp in generation.manifest.files.items():
        assert stamp.sha256 == hashlib.sha256((generation.folder / name).read_bytes()).hexdigest()
        assert stamp.size == (generation.folder / name).stat().st_size
    raw = (generation.folder / MANIFEST).read_bytes()
    assert (place / "index" / CURRENT).read_text() == f"{generation.folder.name} {hashlib.sha256(raw).hexdigest()}\n"


def test_a_manifest_survives_its_file(place: Path) -> None:
    """What is written to a manifest is what is read from it."""
    manifest = current(place / "index").manifest
    assert manifest.segments
    assert manifest.files
    assert Manifest.from_json(json.loads(manifest.to_json())) == manifest


def test_versions_differ_between_generations(build: Build, write: Callable[..., Path]) -> None:
    """No two generations have one version, also when the same documents come back."""
    path = write("in/a.json", transcript("One thing."))
    versions = [build(path).version, remove_documents(["a"], root=path.parent.parent / "index").version, build(path).version]
    assert len({*versions, None}) == 4


def test_old_generations_are_cleared_but_for_one(grown: Path) -> None:
    """After each of several builds the published generation and the one before it remain, and nothing else."""
    assert folders(grown / "index") == ["generation-000002", GOOD]
    for number in (4, 5, 6):
        write_all(grown / "in", [("a.json", talk(f"new{number}"))])
        build_at(grown / "in", grown / "index")
        assert folders(grown / "index") == [f"generation-{number - 1:06d}", f"generation-{number:06d}"]


def test_a_generation_is_not_changed_by_the_next(grown: Path) -> None:
    """Files are shared by links, and writing the next generation alters none of the last: its manifest still holds."""
    old = current(grown / "index")
    write_all(grown / "in", [("a.json", talk("changed")), ("new.json", talk("new"))])
    build_at(grown / "in", grown / "index")
    new = current(grown / "index")
    for name, stamp in old.manifest.files.items():
        assert digest_of(old.folder / name) == stamp.sha256, name
    both = [name for name in old.manifest.files if (new.folder / name).exists()]
    shared = [name for name in both if (new.folder / name).samefile(old.folder / name)]
    assert any(name.endswith(".sqlite") for name in shared)
    assert any(name.endswith(".store") for name in shared)
    assert "words/meta.json" in both
    assert "words/meta.json" not in shared
    assert answers_in(IndexReader(old)) == GROWN
    assert_sound(IndexReader(old), WordHashEncoder())


def test_a_file_that_was_written_anew_gets_a_stamp_of_its_own(place: Path) -> None:
    """On a disk whose clock is coarse a rewritten file may have the size and the time of the linked one; not its digest."""
    old = current(place / "index")
    draft = Draft(place / "index", 4)
    draft.link(old, ["words/meta.json"])
    linked = draft.folder / "words/meta.json"
    stat = linked.stat()
    fresh = linked.with_name("fresh")
    fresh.write_bytes(b"x" * stat.st_size)
    fresh.rename(linked)
    os.utime(linked, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    stamp = draft.stamps()["words/meta.json"]
    assert stamp.sha256 == hashlib.sha256(b"x" * stat.st_size).hexdigest()


@pytest.mark.parametrize("linked", [True, False])
def test_decay_is_handed_on_as_decay(grown: Path, linked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that decayed unseen and is taken over as it is keeps the checksum that it had, so that it is still found."""
    if not linked:
        monkeypatch.setattr(os, "link", no_links)
    old = current(grown / "index")
    name = old.manifest.segments[0].answer_vectors
    overwrite(old.folder / name, flipped((old.folder / name).read_bytes()), keep_time=True)
    write_all(grown / "in", [("k.json", transcript(answer("k")))])
    build_at(grown / "in", grown / "index")
    assert name in current(grown / "index").manifest.files
    assert [problem.split(":")[0] for problem in IndexReader.open(grown / "index").verify()] == [name]


def test_the_pointer_is_replaced_and_never_rewritten(grown: Path) -> None:
    """CURRENT changes as a whole, by another file in its place: what was opened before a build reads as before."""
    before = (grown / "index" / CURRENT).read_bytes()
    with open(grown / "index" / CURRENT, "rb") as opened:
        write_all(grown / "in", [("k.json", talk("k"))])
        build_at(grown / "in", grown / "index")
        assert (grown / "index" / CURRENT).read_bytes() != before
        assert opened.read() == before


def no_links(*args: object, **options: object) -> None:
    raise OSError("no links here")


def test_an_index_works_on_a_disk_without_links(grown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where files can't be linked they are copied, and the index is as sound."""
    monkeypatch.setattr(os, "link", no_links)
    expected = dict(GROWN)
    for name in ("k", "l", "m"):
        write_all(grown / "in", [(f"{name}.json", talk(name))])
        build_at(grown / "in", grown / "index")
        expected[name] = said(name)
        reader = IndexReader.open(grown / "index")
        assert answers_in(reader) == expected
        assert_sound(reader, WordHashEncoder())


# Readers while an index changes


def everything(reader: IndexReader) -> Any:
    """All that can be asked of an index, as plain values."""
    encoder = WordHashEncoder()
    return {
        card.id: (
            card,
            reader.original(card.id),
            reader.turns(card.id),
            reader.people(card.id),
            [(passage, reader.cut(card.id, passage.span)) for passage in reader.passages(card.id)],
            [(one.key, one.document_id) for one in nearest(reader, encoder, card.id, 50)],
            reader.with_words([card.id, "Jane", "question"], 50, EVERYTHING),
            reader.context_with_words(["question"], 50, EVERYTHING),
        )
        for card in reader.documents()
    }


def test_an_open_reader_keeps_its_answers(grown: Path) -> None:
    """A reader that stays open while its generation is replaced and deleted answers as before, in full."""
    root = grown / "index"
    expected = everything(IndexReader.open(root))
    unused, used = IndexReader.open(root), IndexReader.open(root)
    assert everything(used) == expected
    for number in range(3):
        write_all(grown / "in", [(f"{name}.json", talk(f"{name}{number}")) for name in "abc"])
        build_at(grown / "in", root)
    remove_documents(["b", "d"], root=root)
    assert not (root / GOOD).exists()
    used.text.cache_clear()
    assert everything(used) == expected
    assert everything(unused) == expected
    assert not used.is_current()
    fresh = IndexReader.open(root)
    assert fresh.is_current()
    assert answers_in(fresh) == {name: said(name) for name in "efghj"} | {"a": said("a2"), "c": said("c2")}


def test_opening_is_not_disturbed_by_switches(grown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that was about to open a generation which two later builds delete opens the latest one instead."""
    root = grown / "index"
    overtaken: list[Generation] = []

    def slowly(at: Path) -> Generation:
        found = current(at)
        if not overtaken:
            overtaken.append(found)
            for number in (4, 5):
                write_all(grown / "in", [("a.json", talk(f"later{number}"))])
                build_at(grown / "in", root)
            assert not found.folder.exists()
        return found

    monkeypatch.setattr(index.reader, "current", slowly)
    assert answers_in(IndexReader.open(root)) == GROWN | {"a": said("later5")}


def test_readers_that_open_all_the_time_never_see_a_half_written_index(grown: Path) -> None:
    """While builds follow one another, every opening gives one whole generation."""
    root = grown / "index"
    stop = threading.Event()
    seen: list[Answers] = []
    failures: list[BaseException] = []

    def watch() -> None:
        while not stop.is_set():
            try:
                reader = IndexReader.open(root)
                seen.append(answers_in(reader))
                reader.close()
            except BaseException as error:
                failures.append(error)
                return

    allowed = [GROWN, *(GROWN | {"a": said(f"v{number}")} for number in range(12))]
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for number in range(12):
            write_all(grown / "in", [("a.json", talk(f"v{number}"))])
            build_at(grown / "in", root)
    finally:
        stop.set()
        watcher.join()
    assert failures == []
    assert seen
    assert all(state in allowed for state in seen)


# One writer at a time


def test_a_second_writer_is_told_to_wait(grown: Path) -> None:
    """While a build runs, another one and a removal raise IndexBusy, readers go on, and the first build ends well."""
    root = grown / "index"
    embedding, go_on = threading.Event(), threading.Event()
    reports: list[Report] = []

    def slow(job_bytes: int) -> WordHashEncoder:
        embedding.set()
        assert go_on.wait(30)
        return WordHashEncoder()

    write_all(grown / "in", [("a.json", talk("slow"))])
    first = threading.Thread(target=lambda: reports.append(build_index([grown / "in"], root=root, encoder=slow)))
    first.start()
    try:
        assert embedding.wait(30)
        with pytest.raises(IndexBusy, match="written by another process"):
            build_at(grown / "in", root)
        with pytest.raises(IndexBusy):
            build_at(grown / "in", root, rebuild=True)
        with pytest.raises(IndexBusy):
            remove_documents(["b"], root=root)
        assert answers_in(IndexReader.open(root)) == GROWN
    finally:
        go_on.set()
        first.join()
    assert [one.id for report in reports for one in report.indexed] == ["a"]
    assert answers_in(IndexReader.open(root)) == GROWN | {"a": said("slow")}


def test_another_process_is_a_writer_too(tmp_path: Path) -> None:
    """The lock holds between processes, and is free again when its holder is killed."""
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, pathlib, index.draft as g\n"
            "with g.exclusive(pathlib.Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(IndexBusy), exclusive(tmp_path):
            pass
        holder.kill()
        holder.wait()
        with exclusive(tmp_path):
            pass


def test_a_lock_is_given_back_after_a_failure(tmp_path: Path) -> None:
    """A build that raises leaves the index free for the next."""
    with pytest.raises(RuntimeError, match="on purpose"), exclusive(tmp_path):
        raise RuntimeError("on purpose")
    with exclusive(tmp_path):
        pass


@pytest.mark.parametrize("root", ["file", "file/below"])
def test_an_index_that_cannot_be_written_says_so(tmp_path: Path, root: str) -> None:
    """Where no folder can be made, the error is one of an index and names the place."""
    (tmp_path / "file").write_bytes(b"here already")
    write_all(tmp_path / "in", [("a.json", transcript(answer("a")))])
    with pytest.raises(IndexError_, match=str(tmp_path / root)):
        build_at(tmp_path / "in", tmp_path / root)
    assert (tmp_path / "file").read_bytes() == b"here already"


# Crashes


def state(root: Path) -> Answers | type[IndexError_]:
    """The answers of an index, each checked; or the error that it opens with."""
    try:
        reader = IndexReader.open(root)
    except IndexError_ as error:
        return type(error)
    assert_sound(reader, WordHashEncoder())
    answers = answers_in(reader)
    reader.close()
    return answers


@pytest.fixture(scope="module")
def build_and_die() -> Iterator[BuildAndDie]:
    with mortal_builds() as build_and_die:
        yield build_and_die


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A place for files and their index that may be put back as it was."""
    return tmp_path / "work"


def crash_everywhere(build_and_die: BuildAndDie, work: Path, *, before: object, after: Answers, **options: bool) -> int:
    """Kills the build that is due in ``work`` at one step after the other, and checks what is there; the number of steps."""
    saved = work.with_name("saved")
    shutil.copytree(work, saved)
    switched = False
    for step in range(1, 1000):
        died = build_and_die(step, work / "in", work / "index", **options)
        found = state(work / "index")
        assert found == after or (found == before and died and not switched), step  # never back, never anything else
        if not died:
            assert switched
            return step - 1
        switched = found == after
        write_all(work / "in", [("z.json", talk("z"))])
        build_at(work / "in", work / "index", **options)
        assert state(work / "index") == after | {"z": said("z")}, step
        assert len(folders(work / "index")) <= 2
        assert all(name.startswith("generation-") for name in folders(work / "index"))
        assert sorted(path.name for path in (work / "index").iterdir() if path.is_file()) == [CURRENT, LOCK]
        shutil.rmtree(work)
        shutil.copytree(saved, work)
    raise AssertionError("the build never ended")


def test_a_crash_in_the_first_build_leaves_no_index_or_a_whole_one(build_and_die: BuildAndDie, work: Path) -> None:
    """Killed at any step, a first build leaves nothing that opens, or all; the next build succeeds and cleans up."""
    write_all(work / "in", [("a.json", talk("a"))])
    assert crash_everywhere(build_and_die, work, before=IndexMissing, after={"a": said("a")}) > 20


def test_a_crash_in_a_later_build_leaves_the_old_generation_or_the_new(build_and_die: BuildAndDie, work: Path) -> None:
    """Killed at any step, a build that adds, changes, drops and merges leaves the old answers or the new ones, whole."""
    for name in "abc":  # three generations, so that there is an old one to clear
        write_all(work / "in", [(f"{name}.json", talk(name))])
        build_at(work / "in", work / "index")
    (work / "in" / "c.json").unlink()
    write_all(work / "in", [("a.json", talk("changed")), ("k.json", talk("k"))])
    before = {name: said(name) for name in "abc"}
    after = {"a": said("changed"), "b": said("b"), "k": said("k")}
    assert crash_everywhere(build_and_die, work, before=before, after=after, prune=True) > 30


def test_a_crash_while_mending_leaves_the_damage_or_a_sound_index(build_and_die: BuildAndDie, work: Path) -> None:
    """Killed at any step, a rebuild over a damaged index leaves the refused index, or a sound one: never a mixture."""
    for name in "ab":
        write_all(work / "in", [("a.json", talk(name))])
        build_at(work / "in", work / "index")
    overwrite(next((work / "index" / "generation-000002").glob("*.sqlite")), b"")
    assert crash_everywhere(build_and_die, work, before=IndexDamaged, after={"a": said("b")}, rebuild=True) > 20


# Damage


PATTERNS = (
    MANIFEST, "*.sqlite", "*.answer.faiss", "*.asked.faiss", "words/meta.json", "words/.managed.json", "words/*.term",
    "words/*.idx", "words/*.pos", "words/*.store", "words/*.fast", "words/*.fieldnorm", "words/*.del",
)  # fmt: skip


def matching(folder: Path, pattern: str) -> Path:
    """The first file of a generation that a pattern names."""
    return min(path for path in folder.rglob("*") if path.relative_to(folder).match(pattern))


def test_every_kind_of_file_is_damaged_below(place: Path) -> None:
    """No file of a generation escapes the cases of damage that follow."""
    folder = current(place / "index").folder
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert [str(file) for file in files if not any(file.match(pattern) for pattern in PATTERNS)] == []
    assert all(matching(folder, pattern).is_file() for pattern in PATTERNS)


def delete(path: Path, other: Path) -> None:
    path.unlink()


def truncate(path: Path, other: Path) -> None:
    overwrite(path, path.read_bytes()[:-1])


def flip(path: Path, other: Path) -> None:
    overwrite(path, flipped(path.read_bytes()))


def empty(path: Path, other: Path) -> None:
    overwrite(path, b"")


def swap(path: Path, other: Path) -> None:
    mine, its = path.read_bytes(), other.read_bytes()
    overwrite(path, its)
    overwrite(other, mine)


def grow(path: Path, other: Path) -> None:
    overwrite(path, path.read_bytes() + b"\n")


def turn_into_a_folder(path: Path, other: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [delete, truncate, flip, empty, swap, grow, turn_into_a_folder])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_damaged_file_is_refused_by_name_and_mended_by_a_rebuild(
    place: Path, pattern: str, damage: Callable[[Path, Path], None]
) -> None:
    """Whatever happened to a file, nothing of the index is opened, the error names the file, and a rebuild mends it."""
    root = place / "index"
    folder = current(root).folder
    path = matching(folder, pattern)
    other = matching(folder, "*.asked.faiss" if pattern == "*.answer.faiss" else "*.answer.faiss")
    damage(path, other)
    damaged = {path, other} if damage is swap else {path}
    named = {str(file.relative_to(root if file.name == MANIFEST else folder)) for file in damaged}
    for attempt in (lambda: IndexReader.open(root), lambda: build_at(place / "in", root)):
        with pytest.raises(IndexDamaged) as caught:
            attempt()
        assert caught.value.file in named
        assert caught.value.file in str(caught.value)
        assert "--rebuild" in str(caught.value)
    build_at(place / "in", root, rebuild=True)
    reader = IndexReader.open(root)
    assert_sound(reader, WordHashEncoder())
    assert answers_in(reader) == GROWN


POINTERS = {
    "empty": (b"", CURRENT),
    "blank": (b" \n", CURRENT),
    "garbage": (b"\x89PNG\r\n\x1a\n", CURRENT),
    "one word": (f"{GOOD}\n".encode(), CURRENT),
    "another digest": (f"{GOOD} {'0' * 64}\n".encode(), f"{GOOD}/{MANIFEST}"),
    "a cut digest": (f"{GOOD} {{digest:.40}}".encode(), CURRENT),
    "a missing generation": (b"generation-000009 {digest}\n", f"generation-000009/{MANIFEST}"),
    "a path above": (b"../outside {digest}\n", CURRENT),
    "a path above, disguised": (b"generation-000003/../../outside {digest}\n", CURRENT),
    "a path below": (b"generation-000003/words {digest}\n", CURRENT),
    "an absolute path": (b"{outside} {digest}\n", CURRENT),
    "this folder": (b". {digest}\n", CURRENT),
    "a NUL": (b"generation-\x00 {digest}\n", CURRENT),
    "a name too long": (b"generation-" + b"9" * 300 + b" {digest}\n", CURRENT),
    "an unfinished folder": (b"unfinished-000004 {digest}\n", CURRENT),
}


@pytest.mark.parametrize("case", POINTERS)
def test_a_pointer_that_names_no_generation_is_damage(place: Path, case: str) -> None:
    """CURRENT is believed only when it names a generation of this index by its digest; a path in it is never followed."""
    root = place / "index"
    digest = (root / CURRENT).read_text().split()[1]
    for copy in (place / "outside", root / "unfinished-000004"):
        shutil.copytree(root / GOOD, copy)
    content, named = POINTERS[case]
    content = content.replace(b"{digest:.40}", digest[:40].encode()).replace(b"{digest}", digest.encode())
    (root / CURRENT).write_bytes(content.replace(b"{outside}", str(place / "outside").encode()))
    with pytest.raises(IndexDamaged) as caught:
        IndexReader.open(root)
    assert caught.value.file == named
    assert caught.value.file in str(caught.value)
    build_at(place / "in", root, rebuild=True)
    assert_sound(IndexReader.open(root), WordHashEncoder())


def test_a_pointer_that_is_a_folder_is_damage(place: Path) -> None:
    """A folder in the place of CURRENT is refused by name."""
    (place / "index" / CURRENT).unlink()
    (place / "index" / CURRENT).mkdir()
    with pytest.raises(IndexDamaged) as caught:
        IndexReader.open(place / "index")
    assert caught.value.file == CURRENT


def republish(root: Path, raw: bytes) -> None:
    """Puts another manifest into the published generation, with the digest that it has."""
    overwrite(current(root).folder / MANIFEST, raw)
    (root / CURRENT).write_text(f"{GOOD} {hashlib.sha256(raw).hexdigest()}\n")


def without(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: {name: value for name, value in data.items() if name != key}


def with_(**values: object) -> Callable[[dict[str, Any]], object]:
    return lambda data: data | values


MANIFESTS: dict[str, Callable[[dict[str, Any]], object]] = {
    **{f"no {key}": without(key) for key in ("model", "segments", "files", "generation", "format_version", "byte_order")},
    "a list": lambda data: [data],
    "a number": lambda data: 3,
    "null": lambda data: None,
    "unknown keys": with_(surprise=1),
    "segments that are none": with_(segments=[{"name": "x"}]),
    "segments that are words": with_(segments="none"),
    "files without stamps": with_(files={"a": 1}),
    "files in a list": with_(files=["a"]),
    "a model without dimension": with_(model={"name": "x"}),
    "a model that is null": with_(model=None),
    "a format that is a word": with_(format_version="new"),
    "a format that is null": with_(format_version=None),
    "a path out of the index": with_(files={"../../secret": {"size": 6, "sha256": "", "mtime_ns": 0}}),
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_manifest_that_is_none_is_damage(place: Path, case: str) -> None:
    """A manifest of the right digest whose content can't be used is refused by name, and mended by a rebuild."""
    root = place / "index"
    data = json.loads((current(root).folder / MANIFEST).read_bytes())
    republish(root, json.dumps(MANIFESTS[case](data)).encode())
    with pytest.raises(IndexDamaged) as caught:
        IndexReader.open(root)
    assert caught.value.file in (f"{GOOD}/{MANIFEST}", "../../secret")
    build_at(place / "in", root, rebuild=True)
    assert_sound(IndexReader.open(root), WordHashEncoder())


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"not json", b"[" * 100_000])
def test_a_manifest_that_is_not_json_is_damage(place: Path, raw: bytes) -> None:
    """A manifest that can't be parsed is refused by name and never surfaces as an error of the parser."""
    republish(place / "index", raw)
    with pytest.raises(IndexDamaged, match=rf"{GOOD}/{MANIFEST}"):
        IndexReader.open(place / "index")


def test_an_index_of_a_later_version_is_not_read(place: Path) -> None:
    """A newer format is told apart from damage, with both versions, whatever else its manifest says."""
    root = place / "index"
    republish(root, json.dumps({"format_version": FORMAT_VERSION + 1, "shape": "unknown"}).encode())
    with pytest.raises(IndexTooNew, match="Update onrecord") as caught:
        IndexReader.open(root)
    assert (caught.value.found, caught.value.known) == (FORMAT_VERSION + 1, FORMAT_VERSION)
    with pytest.raises(IndexTooNew):
        build_at(place / "in", root)


@pytest.mark.parametrize("found", range(FORMAT_VERSION))
def test_an_index_of_an_earlier_version_is_not_read_and_is_built_again(place: Path, found: int) -> None:
    """An older format is told apart from damage, with both versions, is not added to, and gives way to a rebuild."""
    root = place / "index"
    republish(root, json.dumps({"format_version": found, "shape": "forgotten"}).encode())
    said_before = (root / CURRENT).read_bytes()
    for attempt in (
        lambda: IndexReader.open(root),
        lambda: build_at(place / "in", root),
        lambda: remove_documents(["a"], root=root),
    ):
        with pytest.raises(
            IndexTooOld, match=f"format {found}, .*format {FORMAT_VERSION}.* --index {root} --rebuild"
        ) as caught:
            attempt()
        assert (caught.value.found, caught.value.known) == (found, FORMAT_VERSION)
    assert (root / CURRENT).read_bytes() == said_before
    build_at(place / "in", root, rebuild=True)
    reader = IndexReader.open(root)
    assert_sound(reader, WordHashEncoder())
    assert answers_in(reader) == GROWN


def test_a_manifest_says_in_which_order_its_bytes_are(place: Path) -> None:
    """A published index names the byte order of the machine that wrote it."""
    data = json.loads((current(place / "index").folder / MANIFEST).read_bytes())
    assert data["byte_order"] == sys.byteorder


def test_an_index_of_another_byte_order_is_not_read_and_is_built_again(place: Path) -> None:
    """Vectors that this machine would read backwards are told apart from damage, whatever else is right about them."""
    root = place / "index"
    other = {"little": "big", "big": "little"}[sys.byteorder]
    data = json.loads((current(root).folder / MANIFEST).read_bytes())
    republish(root, json.dumps(data | {"byte_order": other}).encode())
    for attempt in (
        lambda: IndexReader.open(root),
        lambda: build_at(place / "in", root),
        lambda: remove_documents(["a"], root=root),
    ):
        with pytest.raises(IndexForeign, match=f"on a {other}-endian machine.* --index {root} --rebuild") as caught:
            attempt()
        assert caught.value.byte_order == other
    build_at(place / "in", root, rebuild=True)
    assert_sound(IndexReader.open(root), WordHashEncoder())


def test_a_file_that_was_only_touched_is_read_and_passes(place: Path) -> None:
    """A new time alone is no damage: the digest is compared, and the index opens."""
    folder = current(place / "index").folder
    for name in current(place / "index").manifest.files:
        os.utime(folder / name)
    assert_sound(IndexReader.open(place / "index"), WordHashEncoder())
