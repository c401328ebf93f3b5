"""``onrecord index --watch``: the index follows the folders, and nobody is kept from it meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from index.build import remove_documents
from index.draft import exclusive
from index.errors import IndexError_, MalformedSource, UnreadableSource
from index.reader import IndexReader
from index.report import Report
from qa.watching import Failures, Unsettled
from tests.index.archives import write_zip
from tests.index.interviews import answer, answers_in, transcript, write_all
from tests.qa.conftest import Ended, environment

Here = Callable[..., Ended]

# What is quiet


def test_what_changed_is_taken_when_it_is_quiet(tmp_path: Path) -> None:
    """A file that grows waits; one that has stood still for the time is given, once."""
    path, unsettled = tmp_path / "a.txt", Unsettled(quiet_s=1.0)
    path.write_text("x")
    unsettled.note([path], now=0.0)
    assert unsettled.settled(0.5) == frozenset()
    path.write_text("xy")
    assert unsettled.settled(1.2) == frozenset()  # it has grown since
    assert unsettled.paths == {path}
    assert unsettled.settled(2.0) == frozenset()
    assert unsettled.settled(2.3) == {path}
    assert (unsettled.settled(9.0), unsettled.paths) == (frozenset(), frozenset())


def test_a_growing_file_holds_up_no_other(tmp_path: Path) -> None:
    """Of two files the quiet one is given."""
    grows, still, unsettled = tmp_path / "a.txt", tmp_path / "b.txt", Unsettled(quiet_s=1.0)
    still.write_text("x")
    unsettled.note([grows, still], now=0.0)
    for now in (0.4, 0.8, 1.2):
        grows.write_text("x" * int(now * 10))
        given = unsettled.settled(now)
    assert given == {still}
    assert unsettled.paths == {grows}


def test_a_deleted_file_is_a_change_like_any(tmp_path: Path) -> None:
    """What is gone is given when it stays so: an editor that saves lets a file be gone for an instant."""
    unsettled = Unsettled(quiet_s=1.0)
    unsettled.note([tmp_path / "gone"], now=0.0)
    assert unsettled.settled(1.0) == {tmp_path / "gone"}


# What failed


def report(*errors: tuple[Path, str]) -> Report:
    return Report(failed=tuple(MalformedSource(path, said) for path, said in errors))


def test_a_failure_is_told_once_for_each_change(tmp_path: Path) -> None:
    """It is told when it comes, not again while the file is left alone, and again when the file changed and fails still."""
    failures, path = Failures(), tmp_path / "a.json"
    assert len(failures.fresh(report((path, "broken.")), left=())) == 1
    assert failures.paths == {path}
    assert failures.fresh(report(), left=failures.paths) == []
    assert failures.paths == {path}
    failures.forget([path])
    assert failures.paths == frozenset()
    assert len(failures.fresh(report((path, "broken.")), left=())) == 1
    failures.forget([path])
    assert failures.fresh(report(), left=()) == []
    assert failures.paths == frozenset()


def test_what_lies_in_a_changed_archive_or_folder_gets_another_chance(tmp_path: Path) -> None:
    """A member's failure is forgotten with its archive's change, and no other's."""
    failures = Failures()
    failures.fresh(report((tmp_path / "a.zip" / "x.json", "."), (tmp_path / "b.zip" / "x.json", ".")), left=())
    failures.forget([tmp_path / "a.zip"])
    assert failures.paths == {tmp_path / "b.zip" / "x.json"}


def test_a_failure_of_a_folder_is_not_repeated(tmp_path: Path) -> None:
    """What every run says again, of a link that leads nowhere, is told once."""
    failures = Failures()
    same = Report(failed=(UnreadableSource(tmp_path / "link", "leads nowhere."),))
    assert len(failures.fresh(same, left=())) == 1
    assert failures.fresh(same, left=failures.paths) == []


# The whole


class Watching:
    """A command that watches, in a process of its own, with the word-hash encoder."""

    def __init__(self, folder: Path, index: Path, *options: str) -> None:
        self.folder, self.index = folder, index
        code = (
            "import sys; import index.engine; from tests.encoders import WordHashEncoder\n"
            "index.engine.indexing_encoder = lambda name=None, **_: WordHashEncoder(name or 'word-hash')\n"
            "from qa.cli import onrecord\nonrecord()\n"
        )
        words = [sys.executable, "-c", code, "index", str(folder), "--index", str(index), "--watch", *options]
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment())
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, *words: str, count: int = 1) -> str:
        """The line with these words, when it has come as often."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            found = [line for line in self.lines if all(word in line for word in words)]
            if len(found) >= count:
                return found[-1]
            assert self.process.poll() is None, self.lines
            time.sleep(0.05)
        raise AssertionError((words, self.lines))

    def wait_until(self, **answers: list[str]) -> None:
        """Waits until the index holds these answers and no others."""
        end, found = time.monotonic() + 30, None
        while time.monotonic() < end:
            with suppress(IndexError_):
                reader = IndexReader.open(self.index)
                found = answers_in(reader)
                reader.close()
            if found == answers:
                return
            time.sleep(0.1)
        raise AssertionError((found, self.lines))

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        self._reader.join()
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        assert self.process.stdout.read() == ""
        self.process.stdout.close()
        self.process.stderr.close()
        return code


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*options: str, index: Path | None = None) -> Watching:
        write_all(tmp_path / "in", [("a.json", transcript(answer("a")))])
        started.append(Watching(tmp_path / "in", index or tmp_path / "index", *options))
        started[-1].wait_for("Watching")
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def test_the_index_follows_the_folder(watching: Callable[..., Watching], tmp_path: Path) -> None:
    """What comes, changes, moves and goes is in the index soon after, with a line for each update; Ctrl-C ends it with 130."""
    watch, folder = watching(), tmp_path / "in"
    watch.wait_until(a=[answer("a")])
    write_all(folder, [("sub/b.json", transcript(answer("b")))])
    watch.wait_until(a=[answer("a")], b=[answer("b")])
    assert "1 indexed, 0 removed, 0 failed" in watch.wait_for("indexed", ": b")
    write_all(folder, [("a.json", transcript(answer("changed")))])
    watch.wait_until(a=[answer("changed")], b=[answer("b")])
    (folder / "a.json").unlink()
    watch.wait_until(b=[answer("b")])
    watch.wait_for("a (removed)")
    write_zip(folder / "talks.zip", {"c.json": transcript(answer("c"))})
    watch.wait_until(b=[answer("b")], c=[answer("c")])
    assert watch.end() == 130
    assert "Traceback" not in "\n".join(watch.lines)


def test_an_index_in_the_folder_does_not_wake_it(watching: Callable[..., Watching], tmp_path: Path) -> None:
    """Its own writing is no change, and hidden files are none."""
    watch = watching(index=tmp_path / "in" / "kept")
    (tmp_path / "in" / ".hidden.json").write_text("{")
    write_all(tmp_path / "in", [("b.json", transcript(answer("b")))])
    watch.wait_until(a=[answer("a")], b=[answer("b")])
    count = len(watch.lines)
    time.sleep(2.0)
    assert len(watch.lines) == count
    assert watch.end() == 130


def test_failures_are_told_once_and_harm_nothing(watching: Callable[..., Watching], tmp_path: Path) -> None:
    """A broken file is named once, other changes don't name it again, and when it is mended it goes in."""
    watch, folder = watching(), tmp_path / "in"
    write_all(folder, [("a.json", "{")])
    watch.wait_for("failed: ", "a.json")
    write_all(folder, [("b.json", transcript(answer("b")))])
    watch.wait_until(a=[answer("a")], b=[answer("b")])
    assert sum("failed: " in line for line in watch.lines) == 1
    write_all(folder, [("a.json", transcript(answer("mended")))])
    watch.wait_until(a=[answer("mended")], b=[answer("b")])
    assert watch.end() == 130


def test_other_commands_work_between_updates(watching: Callable[..., Watching], tmp_path: Path) -> None:
    """The index is not held while nothing changes; an update that finds it held is made when it is free."""
    watch, folder = watching(), tmp_path / "in"
    write_all(folder, [("b.json", transcript(answer("b")))])
    watch.wait_until(a=[answer("a")], b=[answer("b")])
    watch.wait_for(": b")
    remove_documents(["b"], root=tmp_path / "index")
    with exclusive(tmp_path / "index"):
        write_all(folder, [("c.json", transcript(answer("c")))])
        watch.wait_for("being written by another process")
        time.sleep(1.0)
    watch.wait_until(a=[answer("a")], b=[answer("b")], c=[answer("c")])
    assert sum("being written" in line for line in watch.lines) == 1
    assert watch.end() == 130


def test_a_file_that_is_being_written_is_taken_whole(watching: Callable[..., Watching], tmp_path: Path) -> None:
    """A slow download is neither taken in part nor told as broken."""
    watch, whole = watching(), transcript(answer("slow")).encode()
    with open(tmp_path / "in" / "slow.json", "wb") as out:
        for at in range(0, len(whole), 40):
            out.write(whole[at : at + 40])
            out.flush()
            time.sleep(0.3)
    watch.wait_until(a=[answer("a")], slow=[answer("slow")])
    assert not any("failed: " in line for line in watch.lines)
    assert watch.end() == 130


def test_a_folder_that_is_gone_ends_the_watch(watching: Callable[..., Watching], tmp_path: Path) -> None:
    """A disk that is taken away does not empty the index."""
    watch = watching()
    (tmp_path / "in").rename(tmp_path / "elsewhere")
    assert watch.process.wait(30) == 2
    watch._reader.join()
    assert any("is gone and is no longer watched" in line for line in watch.lines)
    assert answers_in(IndexReader.open(tmp_path / "index")) == {"a": [answer("a")]}
    watch.end()


def test_quiet_says_only_what_is_wrong(watching: Any, tmp_path: Path) -> None:
    """Asked for quiet, updates are silent and failures are told."""
    write_all(tmp_path / "in", [("a.json", transcript(answer("a")))])
    watch = Watching(tmp_path / "in", tmp_path / "index", "--quiet")
    try:
        watch.wait_until(a=[answer("a")])
        write_all(tmp_path / "in", [("b.json", "{")])
        watch.wait_for("failed: ", "b.json")
        assert len(watch.lines) == 1
    finally:
        assert watch.end() == 130


@pytest.mark.parametrize("inputs", [["a.json"], [".", "https://a.example/"], ["gone"]])
def test_only_folders_are_watched(here: Here, inputs: list[str]) -> None:
    """A file, a page or nothing can't be watched, and that is said before anything is indexed."""
    Path("a.json").write_text(transcript(answer("a")))
    ended = here("onrecord", "index", *inputs, "--watch")
    assert ended.code == 2
    assert "--watch takes folders" in ended.err
    assert not os.path.lexists(".onrecord")
