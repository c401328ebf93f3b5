"""Runs of the indexer: they take what changed, keep what failed, drop what is asked, and publish nothing otherwise."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import index.build
from index.build import Report, build_index, existing, remove_documents
from index.errors import IndexMissing, MalformedSource, ModelError, NotInIndex, UnreadableSource
from index.formats import PARSER_VERSION
from index.generations import CURRENT, current
from index.models import Vectors
from index.reader import IndexReader
from index.report import Tally
from tests.encoders import WordHashEncoder
from tests.index.interviews import (
    EVERYTHING,
    answer,
    answers_in,
    assert_sound,
    build_at,
    folders,
    paths_in,
    transcript,
    write_all,
)

Build = Callable[..., Report]


def refuse_to_load(job_bytes: int) -> WordHashEncoder:
    """The model of a run that has nothing to embed."""
    raise AssertionError("the model was loaded for nothing")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three transcripts, a to c, of one answer each."""
    write_all(tmp_path / "in", [(f"{name}.json", transcript(answer(name))) for name in "abc"])
    return tmp_path / "in"


def put(folder: Path, name: str, *answers: str, id_: str | None = None) -> None:
    write_all(folder, [(f"{name}.json", transcript(*answers, name=id_))])


def content(root: Path) -> dict[str, list[str]]:
    return answers_in(IndexReader.open(root))


def snapshot(root: Path) -> dict[str, tuple[int, int]]:
    """Every file of an index but the lock, with its size and its time."""
    files = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".lock" and path.name != "LOCK"]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


# What changed


def test_a_first_run_takes_everything(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """All files go in, and the report says who speaks in each and how much was found."""
    report = build(folder)
    assert content(root) == {name: [answer(name)] for name in "abc"}
    assert [(one.id, one.path, one.turns, one.passages) for one in report.indexed] == [
        (name, folder / f"{name}.json", 2, 1) for name in "abc"
    ]
    assert [[person.name for person in one.people] for one in report.indexed] == [["Ian Asker", "Jane Doe"]] * 3
    assert (report.unchanged, report.removed, report.failed, report.skipped) == (0, (), (), ())
    assert report.version == current(root).version
    assert report.took_ms > 0
    assert_sound(IndexReader.open(root), encoder)


def test_a_second_run_does_nothing(build: Build, folder: Path, root: Path) -> None:
    """When no file changed the model isn't loaded, no generation is published and no file of the index is touched."""
    first = build(folder)
    before = snapshot(root)
    for prune in (False, True):
        report = build_index([folder], root=root, encoder=refuse_to_load, prune=prune)
        assert (report.unchanged, report.indexed, report.version) == (3, (), first.version)
    assert snapshot(root) == before


def test_a_file_that_was_only_touched_is_unchanged(build: Build, folder: Path, root: Path) -> None:
    """A file is what its bytes are: a new time is no change."""
    first = build(folder)
    os.utime(folder / "a.json")
    shutil.copy(folder / "b.json", folder / "copy")
    (folder / "copy").replace(folder / "b.json")
    assert build_index([folder], root=root, encoder=refuse_to_load).version == first.version


def test_a_change_of_no_letter_in_size_is_a_change(build: Build, folder: Path, root: Path) -> None:
    """A file whose bytes differ is taken again, also when its size and its time are as before."""
    build(folder)
    path = folder / "a.json"
    stat = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Alphaa", b"Alphax"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    assert [one.id for one in build(folder).indexed] == ["a"]
    assert content(root)["a"] == [answer("a").replace("Alphaa", "Alphax")]


def test_a_changed_file_replaces_its_document(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """Only what changed is embedded again, and nothing of the earlier version is found."""
    build(folder)
    encoder.encoded.clear()
    put(folder, "b", answer("one"), answer("two"))
    report = build(folder)
    assert [one.id for one in report.indexed] == ["b"]
    assert report.unchanged == 2
    question = "Question {}, please? "
    texts = {answer("one"), answer("two")}
    assert set(encoder.encoded) == texts | {question.format(0) + answer("one"), question.format(1) + answer("two")}
    assert content(root) == {"a": [answer("a")], "b": [answer("one"), answer("two")], "c": [answer("c")]}
    reader = IndexReader.open(root)
    assert_sound(reader, encoder)
    assert reader.answers_with("alphab") == 0


def test_an_added_file_is_embedded_alone(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """A new file is added to what is there, whichever inputs are named."""
    build(folder)
    encoder.encoded.clear()
    put(folder.parent / "elsewhere", "d", answer("d"))
    report = build(folder.parent / "elsewhere" / "d.json")
    assert [one.id for one in report.indexed] == ["d"]
    assert all("alphad" in text.casefold() for text in encoder.encoded)
    assert content(root) == {name: [answer(name)] for name in "abcd"}


def test_a_document_without_answers_is_kept(build: Build, write: Callable[..., Path], root: Path) -> None:
    """A source of which nothing can be quoted as an answer is in the index for its questions."""
    questions = '{"turns": [{"speaker": "Ian", "role": "interviewer", "text": "Why did you leave the harbour?"}]}'
    build(write("in/q.json", questions))
    reader = IndexReader.open(root)
    assert reader.counts == {"documents": 1, "turns": 1, "answers": 0, "contexts": 1}
    assert list(reader.verify()) == []
    hits = reader.context_with_words(["harbour"], 5, EVERYTHING)
    assert [reader.passage(hit.key).document_id for hit in hits] == ["q"]


def test_one_text_in_two_files_is_two_documents(build: Build, folder: Path, root: Path) -> None:
    """A copy under another name is a document of its own."""
    shutil.copy(folder / "a.json", folder / "z.json")
    build(folder)
    assert content(root)["a"] == content(root)["z"] == [answer("a")]


def test_a_file_that_is_reached_twice_is_taken_once(build: Build, folder: Path, root: Path) -> None:
    """A file that is named, lies in a named folder and is linked to is one document."""
    (folder / "link.json").symlink_to(folder / "a.json")
    report = build(folder / "a.json", folder, folder / ".." / folder.name / "a.json")
    assert sorted(one.id for one in report.indexed) == ["a", "b", "c"]
    assert sorted(content(root)) == ["a", "b", "c"]


def test_progress_is_told_from_beginning_to_end(build: Build, folder: Path, root: Path) -> None:
    """Tallies count up over the files that changed, name the one at hand, and end with all of them."""
    build(folder)
    put(folder, "a", answer("x"), answer("y"))
    put(folder, "d", answer("d"))
    tallies: list[Tally] = []
    build_index([folder], root=root, encoder=lambda job_bytes: WordHashEncoder(), progress=tallies.append)
    assert [tally.now for tally in tallies[:-1]] == ["a.json", "d.json"]
    assert [tally.files for tally in tallies] == [0, 1, 2]
    assert {tally.files_total for tally in tallies} == {2}
    assert (tallies[-1].turns, tallies[-1].passages) == (6, 3)


def test_the_model_is_told_how_much_there_is_to_do(build: Build, folder: Path, root: Path) -> None:
    """The bytes that are to be embedded are those of the changed files alone."""
    build(folder)
    put(folder, "b", answer("changed"))
    asked: list[int] = []

    def choose(job_bytes: int) -> WordHashEncoder:
        asked.append(job_bytes)
        return WordHashEncoder()

    build_index([folder], root=root, encoder=choose)
    assert asked == [(folder / "b.json").stat().st_size]


# What fails


BROKEN = {
    "no JSON": b'{"turns": [',
    "no turns": b'{"title": "nothing"}',
    "nothing said": b'{"turns": [{"speaker": "Jane", "text": "..."}]}',
    "empty": b"",
    "binary": b"\x89PNG\r\n\x1a\n\x00\x00",
    "broken UTF-8": b'{"turns": [{"speaker": "Jane", "text": "\xc3\xa9 and \xff\xfe, then."}]}',
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_failing_file_keeps_its_earlier_version(build: Build, folder: Path, root: Path, case: str) -> None:
    """A file that can't be read any more is reported and stays as it was, the others are taken, and it may recover."""
    build(folder)
    (folder / "b.json").write_bytes(BROKEN[case])
    put(folder, "c", answer("changed"))
    report = build(folder)
    assert [error.path for error in report.failed] == [folder / "b.json"]
    assert [one.id for one in report.indexed] == ["c"]
    assert content(root) == {"a": [answer("a")], "b": [answer("b")], "c": [answer("changed")]}
    again = build_index([folder], root=root, encoder=refuse_to_load)
    assert [error.path for error in again.failed] == [folder / "b.json"]
    assert again.version == report.version
    put(folder, "b", answer("repaired"))
    assert build(folder).failed == ()
    assert content(root)["b"] == [answer("repaired")]


def test_a_failing_file_does_not_keep_the_others_out(build: Build, folder: Path, root: Path) -> None:
    """In a first run, too, what can be read is indexed, and what can't is reported with its reason."""
    (folder / "b.json").write_bytes(BROKEN["no JSON"])
    (folder / "d.xyz").write_bytes(b"Jane: what is this?")
    report = build(folder, folder.parent / "absent")
    assert sorted(content(root)) == ["a", "c"]
    assert {error.path.name for error in report.failed} == {"b.json", "d.xyz", "absent"}
    assert isinstance(next(error for error in report.failed if error.path.name == "b.json"), MalformedSource)


def test_when_all_fails_nothing_is_published(build: Build, folder: Path, root: Path) -> None:
    """A run without any document leaves no index, and one over an index leaves it as it is."""
    for path in folder.iterdir():
        path.write_bytes(b"{")
    report = build_index([folder], root=root, encoder=refuse_to_load)
    assert (len(report.failed), report.version) == (3, None)
    with pytest.raises(IndexMissing):
        IndexReader.open(root)
    assert existing(root) is None


def test_no_files_are_no_run(root: Path, tmp_path: Path) -> None:
    """Inputs that hold nothing are reported and make no index."""
    (tmp_path / "empty").mkdir()
    report = build_index([tmp_path / "empty", tmp_path / "absent"], root=root, encoder=refuse_to_load)
    assert [error.path.name for error in report.failed] == ["empty", "absent"]
    assert not (root / CURRENT).exists()


def test_a_name_that_is_no_text_is_a_failure_of_that_file(build: Build, folder: Path, root: Path) -> None:
    """A file whose name isn't UTF-8 is reported, in words that can be printed, and the others are indexed."""
    name = os.fsencode(folder) + b"/caf\xe9.json"
    try:
        Path(os.fsdecode(name)).write_text(transcript(answer("cafe")))
    except OSError:
        pytest.skip("this disk has no such names")
    report = build(folder)
    assert sorted(content(root)) == ["a", "b", "c"]
    (error,) = report.failed
    assert isinstance(error, UnreadableSource)
    assert r"caf\udce9.json" in str(error).encode("utf-8").decode("utf-8")
    assert len(build(folder).failed) == 1  # also where an index is that could be asked for it


class Failing(WordHashEncoder):
    """A model that gives up when it reads a certain word."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def _vector(self, text: str) -> Vectors:
        if "alphac" in text.casefold():
            raise self.error
        return super()._vector(text)


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_a_run_that_breaks_off_leaves_the_index_as_it_was(
    build: Build, folder: Path, root: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When embedding fails after part was written, nothing is published, nothing is left behind, and the next run succeeds."""
    monkeypatch.setattr("index.embedding.BATCH_TEXTS", 2)  # so that documents before the failing one are written
    build(folder / "a.json")
    before, version = content(root), current(root).version
    put(folder, "a", answer("changed"))
    with pytest.raises(type(error)):
        build_index([folder], root=root, encoder=lambda job_bytes: Failing(error))
    assert current(root).version == version
    assert content(root) == before
    assert folders(root) == ["generation-000001"]
    build(folder)
    assert content(root) == {"a": [answer("changed")], "b": [answer("b")], "c": [answer("c")]}


def test_another_model_is_refused(build: Build, folder: Path, root: Path) -> None:
    """Vectors of two models never mix: a run with another one publishes nothing and says what to do; a rebuild may."""

    def other(job_bytes: int) -> WordHashEncoder:
        return WordHashEncoder("another")

    build(folder)
    before = current(root).version
    put(folder, "a", answer("changed"))
    with pytest.raises(ModelError, match=r"built with word-hash .* another .* --rebuild"):
        build_index([folder], root=root, encoder=other)
    assert current(root).version == before
    assert folders(root) == ["generation-000001"]
    build_index([folder], root=root, encoder=other, rebuild=True)
    reader = IndexReader.open(root)
    assert reader.model.name == "another"
    assert_sound(reader, WordHashEncoder("another"))


# What goes


def test_a_file_that_is_gone_stays_until_it_is_pruned(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """Without prune a document outlives its file; with it, it goes, and the model isn't loaded for that."""
    build(folder)
    (folder / "b.json").unlink()
    report = build(folder)
    assert (report.removed, report.unchanged) == ((), 2)
    assert sorted(content(root)) == ["a", "b", "c"]
    report = build_index([folder], root=root, encoder=refuse_to_load, prune=True)
    assert report.removed == ("b",)
    assert report.version == current(root).version
    assert content(root) == {"a": [answer("a")], "c": [answer("c")]}
    assert_sound(IndexReader.open(root), encoder)


def test_pruning_looks_under_the_inputs_alone(build: Build, folder: Path, root: Path) -> None:
    """Documents from elsewhere stay, though their files are gone: those of a sister folder of longer name, too."""
    for name in ("in-2", "other"):
        put(folder.parent / name, name, answer(name.replace("-", "")))
    build(folder, folder.parent / "in-2", folder.parent / "other")
    for path in (folder / "a.json", folder.parent / "in-2" / "in-2.json", folder.parent / "other" / "other.json"):
        path.unlink()
    assert build(folder, prune=True).removed == ("a",)
    assert sorted(content(root)) == ["b", "c", "in-2", "other"]
    shutil.rmtree(folder.parent / "other")
    assert build(folder.parent / "other", prune=True).removed == ("other",)
    assert build(folder.parent / "in-2" / "in-2.json", prune=True).removed == ("in-2",)
    assert sorted(content(root)) == ["b", "c"]


def test_pruning_keeps_what_fails(build: Build, folder: Path, root: Path) -> None:
    """A file that is there and can't be read isn't gone: its earlier version survives prune."""
    build(folder)
    (folder / "b.json").write_bytes(b"{")
    assert build(folder, prune=True).removed == ()
    assert content(root)["b"] == [answer("b")]


def test_a_moved_file_keeps_its_id(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """When a file moves to another folder, prune drops the old document and the new one takes over its id."""
    build(folder)
    (folder / "sub").mkdir()
    (folder / "b.json").rename(folder / "sub" / "b.json")
    report = build(folder, prune=True)
    assert report.removed == ("b",)
    assert paths_in(IndexReader.open(root))["b"] == str(folder / "sub" / "b.json")
    assert content(root) == {name: [answer(name)] for name in "abc"}
    assert_sound(IndexReader.open(root), encoder)


def test_documents_are_removed_by_id(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """Removing drops what is named, once, and keeps the rest; the next run takes the file again, as a new one."""
    build(folder)
    report = remove_documents(["c", "a", "c"], root=root)
    assert report.removed == ("c", "a")
    assert report.version == current(root).version
    assert content(root) == {"b": [answer("b")]}
    assert_sound(IndexReader.open(root), encoder)
    build(folder)
    assert content(root) == {name: [answer(name)] for name in "abc"}
    assert_sound(IndexReader.open(root), encoder)


def test_removing_what_is_not_there_removes_nothing(build: Build, folder: Path, root: Path) -> None:
    """One unknown id among several stops the removal of all, by name; a removed id is as unknown as any."""
    build(folder)
    with pytest.raises(NotInIndex, match="no document x "):
        remove_documents(["a", "x"], root=root)
    assert sorted(content(root)) == ["a", "b", "c"]
    remove_documents(["a"], root=root)
    with pytest.raises(NotInIndex, match="no document a "):
        remove_documents(["a"], root=root)
    with pytest.raises(IndexMissing):
        remove_documents(["a"], root=root.parent / "nowhere")


def test_a_rebuild_takes_everything_anew(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """All inputs are embedded again, and what isn't among them is no longer in the index."""
    build(folder)
    encoder.encoded.clear()
    report = build(folder / "a.json", folder / "c.json", rebuild=True)
    assert [one.id for one in report.indexed] == ["a", "c"]
    assert {answer("a"), answer("c")} <= set(encoder.encoded)
    assert content(root) == {"a": [answer("a")], "c": [answer("c")]}
    assert_sound(IndexReader.open(root), encoder)


# What was parsed by an earlier version


def test_a_new_parser_takes_every_file_again(build: Build, folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of an older parser are parsed again when they are next among the inputs, whatever ran in between."""
    put(folder.parent / "other", "d", answer("d"))
    build(folder, folder.parent / "other")
    monkeypatch.setattr(index.build, "PARSER_VERSION", PARSER_VERSION + 1)
    assert [one.id for one in build(folder.parent / "other").indexed] == ["d"]
    remove_documents(["c"], root=root)
    assert [one.id for one in build(folder).indexed] == ["a", "b", "c"]
    assert build_index([folder, folder.parent / "other"], root=root, encoder=refuse_to_load).unchanged == 4
    assert content(root) == {name: [answer(name)] for name in "abcd"}


def test_merging_makes_no_document_newer(build: Build, folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that is merged into a later segment is still known to be of the older parser."""
    build(folder / "a.json")
    monkeypatch.setattr(index.build, "PARSER_VERSION", PARSER_VERSION + 1)
    build(folder / "b.json")
    (segment,) = current(root).manifest.segments  # both are in it
    assert segment.documents == 2
    assert [one.id for one in build(folder / "a.json", folder / "b.json").indexed] == ["a"]


# Ids


def test_an_id_is_brought_or_is_the_stem(build: Build, folder: Path, root: Path) -> None:
    """A source's own id comes before its file's name."""
    put(folder, "b", answer("b"), id_="Interview 7")
    build(folder)
    assert {one: Path(path).name for one, path in paths_in(IndexReader.open(root)).items()} == {
        "a": "a.json",
        "Interview-7": "b.json",
        "c": "c.json",
    }


def test_ids_are_unique_and_stay(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """Files that share a stem get different ids, which they keep over runs, in any order and when they change."""
    for name in ("x", "y", "z"):
        put(folder / name, "a", answer(name))
    build(folder)
    ids = paths_in(IndexReader.open(root))
    assert len(ids) == 6
    assert sum(one.startswith("a-") for one in ids) == 3
    for name in ("z", "x", "y"):
        put(folder / name, "a", answer(f"{name}2"))
    put(folder, "a", answer("a2"))
    build(folder / "z", folder / "y" / "a.json", folder)
    assert paths_in(IndexReader.open(root)) == ids
    assert_sound(IndexReader.open(root), encoder)


def test_a_suffix_stays_when_the_first_of_the_name_goes(build: Build, folder: Path, root: Path) -> None:
    """An id that was once given is not taken back when the plain one becomes free."""
    put(folder / "x", "a", answer("x"))
    build(folder)
    ids = paths_in(IndexReader.open(root))
    (folder / "a.json").unlink()
    put(folder / "x", "a", answer("x2"))
    build(folder, prune=True)
    assert paths_in(IndexReader.open(root)) == {one: path for one, path in ids.items() if one != "a"}


def test_a_changed_id_replaces_the_document(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """When a source brings another id, its document is known by that one alone."""
    put(folder, "b", answer("b"), id_="first")
    build(folder)
    put(folder, "b", answer("b"), id_="second")
    build(folder)
    assert content(root) == {"a": [answer("a")], "second": [answer("b")], "c": [answer("c")]}
    assert_sound(IndexReader.open(root), encoder)


def test_ids_that_change_places_lose_nothing(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """When two sources take each other's id in one run, both are there afterwards, and no id leads to two texts."""
    put(folder, "a", answer("a"), id_="one")
    put(folder, "b", answer("b"), id_="two")
    build(folder)
    put(folder, "a", answer("a"), id_="two")
    put(folder, "b", answer("b"), id_="one")
    build(folder)
    assert sorted(words for answers in content(root).values() for words in answers) == [answer(name) for name in "abc"]
    assert len(content(root)) == 3
    assert_sound(IndexReader.open(root), encoder)


def test_an_id_that_imitates_a_suffix_is_harmless(build: Build, folder: Path, root: Path, encoder: WordHashEncoder) -> None:
    """A source that brings the id which another was given by suffix doesn't stop a run or replace that other."""
    put(folder / "x", "a", answer("x"))
    build(folder)
    (suffixed,) = [one for one in paths_in(IndexReader.open(root)) if one.startswith("a-")]
    put(folder, "d", answer("d"), id_=suffixed)
    build(folder)
    assert len(content(root)) == 5
    shutil.rmtree(root)
    build(folder / "d.json", folder)  # now the imitation comes first
    assert len(content(root)) == 5
    assert_sound(IndexReader.open(root), encoder)


# Where the index lies


@pytest.mark.parametrize("name", [".onrecord", "index", "sub/index"])
def test_an_index_in_the_indexed_folder_is_not_indexed(folder: Path, name: str) -> None:
    """The index's own files are never taken for sources, at the first run or later, though their folder is walked."""
    root = folder / name
    for number in range(3):
        put(folder, "c", answer(f"c{number}"))
        report = build_at(folder, root)
        assert (report.failed, report.skipped) == ((), ())
        assert sorted(content(root)) == ["a", "b", "c"]
    assert build_index([folder], root=root, encoder=refuse_to_load, prune=True).unchanged == 3


def test_an_index_is_found_by_another_way_to_it(folder: Path, tmp_path: Path) -> None:
    """A link to the index, or dots in its path, don't make its files sources."""
    (folder / "index").mkdir()
    (tmp_path / "link").symlink_to(folder / "index")
    for root in (tmp_path / "link", folder / ".." / "in" / "index"):
        report = build_at(folder, root)
        assert report.failed == ()
        assert sorted(content(root)) == ["a", "b", "c"]


def test_paths_are_kept_absolute(folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder named relative to where a run starts is the same folder in the next run from elsewhere."""
    monkeypatch.chdir(folder.parent)
    build_at(Path("in"), root)
    monkeypatch.chdir(folder)
    assert build_index([Path(), folder], root=root, encoder=refuse_to_load).unchanged == 3


# Any sequence of runs


FILES = ["a.json", "b.json", "x/a.json", "y/a.json", "y/c.json"]
NAMES = st.sampled_from(FILES)
TEXTS = st.lists(st.integers(0, 30), min_size=1, max_size=3, unique=True)


class Runs(RuleBasedStateMachine):
    """Files come, change, break and go, and runs follow in any order; a dictionary says what the index must hold.

    ``disk``: the answers of every file, ``None`` for a broken one. ``indexed``: what the index must have of every path.
    """

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
        self.root = self.place / "index"
        self.disk: dict[str, list[str] | None] = {}
        self.indexed: dict[str, list[str]] = {}
        self.ids: dict[str, str] = {}
        self.is_stale = True

    def teardown(self) -> None:
        with self.cleared():
            if self.indexed:
                reader = IndexReader.open(self.root)
                assert_sound(reader, WordHashEncoder())
                reader.close()

    @contextmanager
    def cleared(self) -> Iterator[None]:
        try:
            yield
        finally:
            shutil.rmtree(self.place)

    @rule(name=NAMES, numbers=TEXTS)
    def write(self, name: str, numbers: list[int]) -> None:
        answers = [answer(f"n{number}f{FILES.index(name)}") for number in numbers]
        write_all(self.place / "in", [(name, transcript(*answers))])
        self.disk[name] = answers

    @rule(name=NAMES)
    def damage(self, name: str) -> None:
        write_all(self.place / "in", [(name, '{"turns": [')])
        self.disk[name] = None

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.place / "in" / name).unlink(missing_ok=True)
        self.disk.pop(name, None)

    @rule(prune=st.booleans())
    def build(self, prune: bool) -> None:
        report = build_at(self.place / "in", self.root, prune=prune)
        sound = {name: answers for name, answers in self.disk.items() if answers is not None}
        changed = {name for name, answers in sound.items() if self.indexed.get(name) != answers}
        gone = {name for name in self.indexed if name not in self.disk} if prune else set()
        broken = {name for name, answers in self.disk.items() if answers is None}
        assert {str(one.path.relative_to(self.place / "in")) for one in report.indexed} >= changed
        assert {self.ids[name] for name in gone} == set(report.removed)
        assert {error.path.name for error in report.failed} >= {Path(name).name for name in broken}
        self.indexed = {name: answers for name, answers in self.indexed.items() if name not in gone} | sound
        self.is_stale = True

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        if name in self.indexed:
            remove_documents([self.ids[name]], root=self.root)
            del self.indexed[name]
            self.is_stale = True

    @rule()
    def rebuild(self) -> None:
        sound = {name: answers for name, answers in self.disk.items() if answers is not None}
        build_at(self.place / "in", self.root, rebuild=True)
        if sound:  # with nothing that can be read, nothing is published
            self.indexed, self.ids, self.is_stale = sound, {}, True

    @invariant()
    def the_index_is_what_the_dictionary_says(self) -> None:
        if not self.is_stale:
            return
        if existing(self.root) is None:
            assert self.indexed == {}
            return
        reader = IndexReader.open(self.root)
        names = {one: str(Path(path).relative_to(self.place / "in")) for one, path in paths_in(reader).items()}
        assert {names[one]: answers for one, answers in answers_in(reader).items()} == self.indexed
        assert len(names) == len(self.indexed)
        spoken = sum(len(answers) for answers in self.indexed.values())
        assert reader.counts == {"documents": len(self.indexed), "turns": 2 * spoken, "answers": spoken, "contexts": spoken}
        assert list(reader.verify()) == []
        reader.close()
        ids = {name: one for one, name in names.items()}
        assert {name: one for name, one in ids.items() if name in self.ids} == {
            name: one for name, one in self.ids.items() if name in ids
        }
        self.ids, self.is_stale = ids, False


TestAnyRuns = Runs.TestCase
TestAnyRuns.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
