"""Parsing in a process of its own: what it gives, and that no source can hang, eat or end what asked for it."""

from __future__ import annotations

import io
import logging
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.draft import exclusive
from index.errors import ExhaustingSource, MalformedSource, SourceError
from index.formats import parse
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Anchor, Metadata, Parsed, Role, Source, Span, Turn
from index.sandbox import Sandbox, needs_room
from index.sandboxed import packed, read_message
from tests.conftest import ROOT
from tests.index.parsers import MODULE

TIGHT = Limits(seconds=2.0, memory_bytes=2**29)


def source(words: str, name: str = "one.pdf") -> Source:
    return Source(Path("/in") / name, words.encode(), "")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox whose parser misbehaves on demand."""
    with Sandbox(TIGHT, parser=MODULE) as found:
        yield found


def pid(sandbox: Sandbox) -> int:
    """The number of the process that parses."""
    return int(sandbox.parse(source("say x")).metadata.title or 0)


def is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def wait_for_end(number: int) -> bool:
    """Whether a process ends within some seconds."""
    end = time.monotonic() + 10
    while is_running(number) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_running(number)


def test_it_gives_what_the_parser_gives() -> None:
    """A large text comes out of the process as it does without one: text, turns, metadata."""
    large = Source(Path("/in/a.txt"), b"Ann Lee: I was there.\n\nBo Ray: So was I.\n\n" * 30_000, "")
    assert needs_room(large)
    with Sandbox(DEFAULT_LIMITS) as sandbox:
        assert sandbox.parse(large) == parse(large)


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        ("a.pdf", 10, True),
        ("a.DOCX", 10, True),
        ("a.odt", 10, True),
        ("x.zip/a.pdf", 10, True),
        ("a.txt", 2**20 + 1, True),
        ("a.txt", 2**20, False),
        ("a.html", 10, False),
    ],
)
def test_what_needs_a_process(name: str, size: int, expected: bool) -> None:
    """Kinds that unfold, and all that is large; the rest is parsed at once."""
    assert needs_room(Source(Path(name), b"x" * size, "")) is expected


def test_small_text_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of small texts never pays for a process."""
    monkeypatch.setattr(subprocess, "Popen", None)
    with Sandbox(DEFAULT_LIMITS) as sandbox:
        assert sandbox.parse(Source(Path("a.txt"), b"Ann Lee: I was there.\n", "")).text


def test_one_process_serves_many_files(sandbox: Sandbox) -> None:
    """It is started once, and has ended when the sandbox is closed."""
    number = pid(sandbox)
    assert number not in (0, os.getpid())
    assert pid(sandbox) == number
    sandbox.__exit__(None, None, None)
    assert wait_for_end(number)


@pytest.mark.parametrize("word", ["hang", "spin"])
def test_what_takes_too_long_is_stopped(sandbox: Sandbox, word: str) -> None:
    """After its seconds the file fails with words, its process is gone, and the next file has another."""
    number, began = pid(sandbox), time.monotonic()
    with pytest.raises(ExhaustingSource, match=r"^/in/one\.pdf: .* longer than the 2 s .* ONRECORD_PARSE_SECONDS") as caught:
        sandbox.parse(source(word))
    assert time.monotonic() - began < 4  # and is not tried twice
    assert caught.value.path == Path("/in/one.pdf")
    assert wait_for_end(number)
    assert pid(sandbox) != number


def test_what_eats_memory_is_refused(sandbox: Sandbox) -> None:
    """Where memory ends the file fails with words, and the next one is parsed."""
    pid(sandbox)
    with pytest.raises(ExhaustingSource, match=r"more memory than the 512 MiB .* ONRECORD_PARSE_MEMORY"):
        sandbox.parse(source("eat"))
    assert pid(sandbox)


@pytest.mark.parametrize(("word", "how"), [("crash", "signal SIGSEGV"), ("exit", "exit code 3")])
def test_a_process_that_dies_is_a_failure_of_its_file(sandbox: Sandbox, word: str, how: str) -> None:
    """How it ended is told, and the next file has another process."""
    for _ in range(2):
        with pytest.raises(ExhaustingSource, match=rf"one\.pdf: the process that read it ended \({how}\)"):
            sandbox.parse(source(word))
    assert pid(sandbox)


def test_a_process_that_was_killed_meanwhile_is_replaced(sandbox: Sandbox) -> None:
    """What ended the process before a file came is not that file's fault."""
    number = pid(sandbox)
    os.kill(number, signal.SIGKILL)
    assert wait_for_end(number)
    assert pid(sandbox) != number


def test_a_source_error_keeps_what_it_knows(sandbox: Sandbox) -> None:
    """The process's error is raised here with its kind, its words and its place."""
    with pytest.raises(MalformedSource) as caught:
        sandbox.parse(source("malformed"))
    error = caught.value
    assert (error.path, error.line, error.column, error.advice) == (Path("/in/one.pdf"), 3, 7, "Mend it.")
    assert str(error) == "/in/one.pdf: line 3, column 7: it is broken. Mend it."


def test_a_defect_of_a_parser_is_a_failure_of_its_file(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """An error that nobody foresaw fails the file by name; where it was is in the log, with nothing that steers a terminal."""
    with caplog.at_level(logging.ERROR), pytest.raises(SourceError, match=r"/in/one\.pdf: .*Foreign.* defect of onrecord"):
        sandbox.parse(source("defect"))
    assert "parsers.py" in caplog.text
    assert "unforeseen" in caplog.text
    assert "\x1b" not in caplog.text
    assert pid(sandbox)


def test_what_a_parser_prints_is_no_answer(sandbox: Sandbox) -> None:
    """Its output goes nowhere and disturbs nothing."""
    assert sandbox.parse(source("print then")).text == "then"


def test_the_limits_reach_the_parser(sandbox: Sandbox) -> None:
    """A parser in the process is given the same limits."""
    assert sandbox.parse(source("limits")).text == repr(TIGHT)


def test_an_interrupted_question_gets_no_later_answer(sandbox: Sandbox) -> None:
    """When the wait for an answer is interrupted, the process goes, and the next file gets its own answer."""
    number = pid(sandbox)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            sandbox.parse(source("hang"))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert wait_for_end(number)
    assert sandbox.parse(source("say this")).text == "this"


def test_a_run_that_breaks_off_does_not_wait(sandbox: Sandbox) -> None:
    """An error elsewhere ends the wait for an answer in another thread at once, and starts no other process."""
    ended: list[BaseException] = []

    def wait() -> None:
        try:
            sandbox.parse(source("hang"))
        except SourceError as error:
            ended.append(error)

    number = pid(sandbox)
    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.2)
    with pytest.raises(KeyboardInterrupt), sandbox.stopped_by_errors():
        raise KeyboardInterrupt
    thread.join(1)
    assert not thread.is_alive()
    assert len(ended) == 1
    assert wait_for_end(number)
    with pytest.raises(ExhaustingSource, match="broken off"):
        sandbox.parse(source("say x"))


def test_the_process_does_not_hold_the_index(sandbox: Sandbox, tmp_path: Path) -> None:
    """It has no file of the index open, so the lock is free when this process lets go of it."""
    with exclusive(tmp_path / "index"):
        opened = sandbox.parse(source("files")).text
    assert str(tmp_path) not in opened
    with exclusive(tmp_path / "index"):
        pass


SCRIPT = """
from pathlib import Path
import sys, time
sys.path.insert(0, {root!r})
from index.limits import Limits
from index.records import Source
from index.sandbox import Sandbox
with Sandbox(Limits(), parser="tests.index.parsers:parse") as sandbox:
    print(sandbox.parse(Source(Path("a.pdf"), b"say x", "")).metadata.title, flush=True)
    {then}
"""


def test_a_script_without_a_main_guard_works(tmp_path: Path) -> None:
    """A plain script that indexes runs once, and not again in the process."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.format(root=str(ROOT), then="print('done')"))
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True, cwd=tmp_path, timeout=60)
    assert re.fullmatch(r"\d+\ndone\n", done.stdout)
    assert done.stderr == ""


@pytest.mark.parametrize("then", ["time.sleep(600)", "sandbox.parse(Source(Path('a.pdf'), b'hang', ''))"])
def test_the_process_ends_with_the_one_that_started_it(tmp_path: Path, then: str) -> None:
    """When that one is killed, the process goes too, whether it waits or works."""
    path = tmp_path / "script.py"
    path.write_text(SCRIPT.format(root=str(ROOT), then=then))
    with subprocess.Popen([sys.executable, path], stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        number = int(running.stdout.readline())
        assert is_running(number)
        running.kill()
    assert wait_for_end(number)


def test_records_pass_between_processes_as_they_are() -> None:
    """What a parser gives is equal after the way there and back."""
    parsed = Parsed(
        "A: Ja 🏦", (Turn((Span(3, 7),), "A", "A", Role.INTERVIEWEE, 1, 2),), Metadata(title="x"), (Anchor(Span(0, 7), page=2),)
    )
    assert read_message(io.BytesIO(packed(parsed))) == parsed


@pytest.mark.parametrize("harm", [os.system, eval, subprocess.Popen, io.open])
def test_nothing_but_records_is_unpickled(harm: object) -> None:
    """A message that would call something else is refused, not run."""
    with pytest.raises(pickle.UnpicklingError, match="is no record"):
        read_message(io.BytesIO(packed(harm)))
