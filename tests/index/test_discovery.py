"""Inputs to files, by :mod:`index.discovery`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.discovery import COMPANIONS, discover
from tests.index.transcripts import Write


def test_folder(write: Write, tmp_path: Path) -> None:
    """A folder gives its files, those of its folders too, in the order of their paths, each marked as not named."""
    b, a, deep = write("b.txt", "x"), write("a.md", "x"), write("sub/c.html", "x")
    found = discover([tmp_path])
    assert [one.path for one in found.files] == [a, b, deep]
    assert not any(one.named for one in found.files)
    assert not found.failed


def test_named_file(write: Write) -> None:
    """A file that the user names is taken whatever its suffix."""
    path = write("notes.log", "x")
    found = discover([path])
    assert [(one.path, one.named) for one in found.files] == [(path, True)]


def test_hidden_files_are_passed_over(write: Write, tmp_path: Path) -> None:
    """Hidden files and folders leave no trace, not even among the skipped."""
    seen = write("a.txt", "x")
    write(".hidden.txt", "x")
    write(".git/config.txt", "x")
    found = discover([tmp_path])
    assert [one.path for one in found.files] == [seen]
    assert not found.skipped
    assert not found.failed


def test_companions_are_skipped_with_a_reason(write: Write, tmp_path: Path) -> None:
    """What lies beside transcripts is passed over and said so."""
    assert {".css", ".mp3"} <= COMPANIONS
    seen, style, sound = write("a.txt", "x"), write("page_files/style.CSS", "x"), write("tape.mp3", "x")
    found = discover([tmp_path])
    assert [one.path for one in found.files] == [seen]
    assert dict(found.skipped) == {
        style: ".css files are not transcripts",
        sound: ".mp3 files are not transcripts",
    }


def test_companion_that_is_named_after_its_folder(write: Write, tmp_path: Path) -> None:
    """A companion that the user names is taken, though its folder has been walked before."""
    path = write("notes.log", "x")
    assert [one.path for one in discover([tmp_path, path]).files] == [path]


@pytest.mark.parametrize("inputs", [("a.txt", "a.txt"), ("a.txt", "."), (".", "a.txt"), (".", "."), ("link.txt", "a.txt")])
def test_each_file_once(write: Write, tmp_path: Path, inputs: tuple[str, ...]) -> None:
    """A file that is reached twice, by name, by folder or by link, comes once and is no failure."""
    write("a.txt", "x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    found = discover([tmp_path / name for name in inputs])
    assert [one.path.resolve() for one in found.files] == [tmp_path / "a.txt"]
    assert not found.failed


def test_loop(write: Write, tmp_path: Path) -> None:
    """A folder that links back into itself is a failure that names the link; its files still come."""
    path = write("sub/a.txt", "x")
    (tmp_path / "sub" / "again").symlink_to(tmp_path)
    found = discover([tmp_path])
    assert [one.path for one in found.files] == [path]
    assert [error.path for error in found.failed] == [tmp_path / "sub" / "again"]
    assert "links back" in found.failed[0].problem


def test_link_to_itself(tmp_path: Path) -> None:
    """A link that leads to itself is a failure."""
    (tmp_path / "x.txt").symlink_to(tmp_path / "x.txt")
    assert [error.path for error in discover([tmp_path]).failed] == [tmp_path / "x.txt"]


@pytest.mark.parametrize("is_named", [True, False])
def test_dangling_link(tmp_path: Path, is_named: bool) -> None:
    """A link that leads nowhere is a failure, named or found."""
    link = tmp_path / "x.txt"
    link.symlink_to(tmp_path / "gone.txt")
    found = discover([link if is_named else tmp_path])
    assert [(error.path, "leads nowhere" in error.problem) for error in found.failed] == [(link, True)]
    assert not found.files


def test_missing(tmp_path: Path) -> None:
    """An input that isn't there is a failure, and the others are still taken."""
    (tmp_path / "a.txt").write_text("x")
    found = discover([tmp_path / "gone.txt", tmp_path / "a.txt"])
    assert [error.path for error in found.failed] == [tmp_path / "gone.txt"]
    assert [one.path for one in found.files] == [tmp_path / "a.txt"]


def test_empty_folder(write: Write, tmp_path: Path) -> None:
    """A folder without files is a failure: the user meant another one."""
    (tmp_path / "sub").mkdir()
    write(".hidden", "x")
    assert "no files" in discover([tmp_path]).failed[0].problem


def test_index_is_excluded(write: Write, tmp_path: Path) -> None:
    """The index that lies among the sources is not one of them, by whatever path it is reached."""
    path = write("a.txt", "x")
    write("index/store.txt", "x")
    (tmp_path / "same").symlink_to(tmp_path / "index")
    assert [one.path for one in discover([tmp_path], excluded=tmp_path / "index").files] == [path]


def test_pipe(tmp_path: Path) -> None:
    """A named pipe is never opened: it would hang."""
    os.mkfifo(tmp_path / "pipe.txt")
    assert [error.problem for error in discover([tmp_path / "pipe.txt"]).failed] == ["not a regular file."]
    assert [reason for _, reason in discover([tmp_path]).skipped] == ["not a regular file"]
