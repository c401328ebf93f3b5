"""Files that were sent, and the changes that are made with them: one at a time, and never half of one."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import build_index
from index.draft import exclusive
from index.engine import BIG_JOB_BYTES, indexing_encoder
from index.errors import IndexBusy, NotInIndex, SourceError
from index.reader import IndexReader
from qa import uploads
from qa.config import Settings
from qa.uploads import Change, Delivery, Writer, plain_name
from tests.conftest import SAMPLES
from tests.encoders import WordHashEncoder
from tests.index.interviews import answer, answers_in, paths_in, transcript


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\talks\\a.docx", "a.docx"),
        ("..\\..\\a.txt", "a.txt"),
        ("folder/a b.txt ", "a b.txt"),
        ("Zoe\u0308 & 👩‍👩‍👧.json", "Zoë & 👩‍👩‍👧.json"),
        ("<img src=x onerror=alert(1)>.txt", "<img src=x onerror=alert(1)>.txt"),
        ("a" * 251 + ".txt", "a" * 251 + ".txt"),
    ],
)
def test_a_name_is_what_comes_after_the_folders(given_name: str, expected: str) -> None:
    """Whatever is before the last slash, either way, is left off; what is left stays as it is, composed."""
    assert plain_name(given_name) == expected


@pytest.mark.parametrize(
    "given_name",
    [
        "",
        " ",
        ".",
        "..",
        "a/..",
        "a/",
        "a\x00.txt",
        "a\n.txt",
        "\x1b[2J.txt",
        "gpj\u202etxt.exe",
        "\ud800.txt",
        "a" * 252 + ".txt",
        "ä" * 126 + ".txt",
    ],
)
def test_an_impossible_name_is_refused(given_name: str) -> None:
    """No name, one that hides what it is, or one that no disk holds; what is said of it can be shown anywhere."""
    with pytest.raises(SourceError) as caught:
        plain_name(given_name)
    assert str(caught.value).isprintable()


@given(st.text())
def test_a_name_never_leads_elsewhere(given_name: str) -> None:
    """A name that is taken is one part of a path, and no way up."""
    try:
        name = plain_name(given_name)
    except SourceError:
        return
    assert Path(name).parts == (name,)
    assert name not in (".", "..")
    assert "\x00" not in name


def delivery(**files: str) -> Delivery:
    """Transcripts that were sent, by their names without the suffix."""
    found = Delivery()
    for name, content in files.items():
        found.take(f"{name}.json", io.BytesIO(content.encode()))
    return found


@pytest.fixture
def root(build: Callable[..., object], write: Callable[[str, str], Path], tmp_path: Path) -> Path:
    build(write("in/first.json", transcript(answer("first"))))
    return tmp_path / "index"


@pytest.fixture
def writer(root: Path) -> Iterator[Writer]:
    found = Writer(Settings(index=root), WordHashEncoder())
    yield found
    found.close()


def test_files_are_kept_in_no_other_place_than_their_folder(tmp_path: Path) -> None:
    """Names of folders, of parents and of roots lie under plain numbers, and are gone with the delivery."""
    found = Delivery()
    for name in ("../up.txt", "/abs.txt", "b/c.txt", "c.txt", "\x00.txt", ""):
        found.take(name, io.BytesIO(b"words"))
    folder = Path(found.folder.name)
    assert [upload.name for upload in found.uploads] == ["up.txt", "abs.txt", "c.txt"]
    assert sorted(path.name for path in folder.iterdir()) == ["0", "1", "2"]
    assert [error.problem for error in found.refused] == [
        "another file of this name came with it.", "its name holds characters that can't be seen.", "the file has no name.",
    ]  # fmt: skip
    found.folder.cleanup()
    assert not folder.exists()


def test_files_go_in_and_leave_nothing_behind(writer: Writer, root: Path) -> None:
    """They are documents beside the others, refused ones are told, and the folder they came in is gone."""
    sent = delivery(a=transcript(answer("a")), b="{}")
    sent.take("a.json", io.BytesIO(b"again"))
    change = writer.add(sent)
    report = change.report.result(30)
    assert [one.id for one in report.indexed] == ["a"]
    assert [str(error.path) for error in report.failed] == ["a.json", "uploads/b.json"]
    assert not Path(sent.folder.name).exists()
    assert answers_in(IndexReader.open(root)) == {"a": [answer("a")], "first": [answer("first")]}
    assert change.tally is not None
    assert (change.tally.files, change.tally.files_total) == (2, 2)


def test_one_change_comes_after_the_other(writer: Writer, root: Path) -> None:
    """However many are asked for at once, all are made."""
    changes: list[Change] = []
    threads = [
        threading.Thread(target=lambda name=name: changes.append(writer.add(delivery(**{name: transcript(answer(name))}))))
        for name in "abcdef"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for change in changes:
        assert not change.report.result(30).failed
    writer.remove(["c"]).report.result(30)
    assert set(answers_in(IndexReader.open(root))) == {"first", *"abdef"}


def test_a_change_waits_for_another_process(writer: Writer, root: Path) -> None:
    """While somebody else writes the index the change waits, and is made then."""
    with exclusive(root):
        change = writer.add(delivery(a=transcript(answer("a"))))
        removal = writer.remove(["first"])
        assert not change.report.done()
    change.report.result(30)
    removal.report.result(30)
    assert paths_in(IndexReader.open(root)) == {"a": "uploads/a.json"}


def test_a_change_does_not_wait_for_ever(writer: Writer, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while it is given up with the reason; nothing is changed, and the next one is made."""
    monkeypatch.setattr(uploads, "WAIT_S", 0.0)
    sent = delivery(a=transcript(answer("a")))
    with exclusive(root), pytest.raises(IndexBusy):
        writer.add(sent).report.result(30)
    assert not Path(sent.folder.name).exists()
    with pytest.raises(NotInIndex):
        writer.remove(["first", "nowhere"]).report.result(30)
    assert set(answers_in(IndexReader.open(root))) == {"first"}
    writer.add(delivery(a=transcript(answer("a")))).report.result(30)
    assert set(answers_in(IndexReader.open(root))) == {"a", "first"}


def test_the_last_document_can_be_removed(writer: Writer, root: Path) -> None:
    """An index without documents is one, and takes the next."""
    writer.remove(["first"]).report.result(30)
    assert answers_in(IndexReader.open(root)) == {}
    writer.add(delivery(a=transcript(answer("a")))).report.result(30)
    assert set(answers_in(IndexReader.open(root))) == {"a"}


@pytest.mark.model
def test_what_is_added_loads_no_torch(tmp_path: Path) -> None:
    """A service that embeds a file with its index's real model stays as small as it was."""
    root = tmp_path / "index"
    build_index([SAMPLES / "novelist-qa.md"], root=root, encoder=lambda job_bytes: indexing_encoder(None, job_bytes=job_bytes))
    script = (
        "import sys; from pathlib import Path; from qa.config import Settings; from qa.uploads import Delivery, Writer\n"
        "sent = Delivery(); sent.take('a.json', sys.stdin.buffer)\n"
        "writer = Writer(Settings(index=Path(sys.argv[1])))\n"
        "print(len(writer.add(sent).report.result(60).indexed), 'torch' in sys.modules)"
    )
    large = transcript(*[answer("a")] * 3000)
    assert len(large) > BIG_JOB_BYTES
    command = [sys.executable, "-c", script, str(root)]
    assert subprocess.run(command, input=large, capture_output=True, text=True, check=True).stdout == "1 False\n"
