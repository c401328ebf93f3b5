"""A terminal for tests and pictures: a program in a pseudo-terminal, its screen as a person would see it, and keys."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyte

TAB, ENTER, UP, CTRL_C, CTRL_D = "\t", "\r", "\x1b[A", "\x03", "\x04"
WAIT_S = 30.0

_IN_CONTROL = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
"""Makes the terminal the program's own, so that its keys send signals, and becomes the program."""


class _Answering(pyte.Screen):
    """A screen that tells where its cursor is when a program asks, as terminals do, and that has dim words as a color."""

    answer: Callable[[bytes], object] = staticmethod(lambda _: None)

    def select_graphic_rendition(self, *attributes: int) -> None:
        super().select_graphic_rendition(*attributes)
        if attributes == (2,):
            self.cursor.attrs = self.cursor.attrs._replace(fg="dim")

    def write_process_input(self, data: str) -> None:
        self.answer(data.encode())


class Terminal:
    """A running program and its screen; ``written`` is all that it ever wrote."""

    def __init__(self, running: subprocess.Popen[bytes], fd: int, columns: int, lines: int) -> None:
        self.running, self._fd = running, fd
        self.screen = _Answering(columns, lines)
        self.screen.answer = lambda data: os.write(fd, data)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""

    @property
    def text(self) -> str:
        """What is on the screen, without blanks at the ends of its lines."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def until(self, seen: str | Callable[[str], bool]) -> str:
        """Waits until the screen has some words, or is as wanted; gives the screen."""
        holds = seen if callable(seen) else lambda text: seen in text
        ends = time.monotonic() + WAIT_S
        while not holds(self.text):
            assert time.monotonic() < ends, f"{seen!r} never came:\n{self.text}"
            if not self._read(0.2) and self.running.poll() is not None:
                assert holds(self.text), f"ended with {self.running.returncode} before {seen!r} came:\n{self.text}"
        return self.text

    def ask(self, line: str, seen: str | Callable[[str], bool]) -> str:
        """Types a line and waits for what it gives."""
        self.type(line + ENTER)
        return self.until(seen)

    def ended(self) -> int:
        """Waits until the program has ended; gives its exit code."""
        ends = time.monotonic() + WAIT_S
        while self._read(0.2) or self.running.poll() is None:
            assert time.monotonic() < ends, f"it doesn't end:\n{self.text}"
        return self.running.wait()

    def _read(self, wait_s: float) -> bool:
        """Whether the program wrote something, which is on the screen then."""
        if not select.select([self._fd], [], [], wait_s)[0]:
            return False
        try:
            piece = os.read(self._fd, 65536)
        except OSError:  # the end of a terminal
            return False
        self.written += piece
        self._stream.feed(piece)
        return bool(piece)


@contextmanager
def terminal(
    words: Sequence[str | Path], *, env: dict[str, str], cwd: Path | None = None, columns: int = 100, lines: int = 40
) -> Iterator[Terminal]:
    """Runs a program in a terminal of its own while the block runs; ends it with the block."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    running = subprocess.Popen(
        [sys.executable, "-c", _IN_CONTROL, *(str(word) for word in words)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=cwd,
        env={"TERM": "xterm-256color"} | env,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(running, ours, columns, lines)
    finally:
        if running.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        os.close(ours)
