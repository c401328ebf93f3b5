"""Parsing in a process of its own, which is stopped when it takes too long and can't take all the memory.

The process is a plain Python that runs :mod:`index.sandboxed`: it needs nothing of the script that started this one. It
is started with the first file that needs it and goes on with the next ones; one that was stopped is replaced.
Small files of simple kinds are parsed here, since starting it takes longer than they do.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Final, Self

from index.errors import ExhaustingSource, SourceError
from index.formats import parse
from index.limits import Limits
from index.records import Parsed, Source
from index.sandboxed import Defect, NoMemory, packed, read_message, write_message

_UNFOLDING: Final = frozenset((".pdf", ".docx", ".odt"))
_SMALL_BYTES = 2**20
_START: Final = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from index.sandboxed import serve; serve(sys.argv[2])"
_log = logging.getLogger("onrecord")


@dataclass(frozen=True, slots=True)
class Crash:
    """What is known of a process that ended without an answer: how, and whether it was late and was ended by us."""

    code: int
    is_late: bool = False


def needs_room(source: Source) -> bool:
    """Whether parsing a source can take long or much: it unfolds, or it is large."""
    return source.suffix in _UNFOLDING or len(source.data) > _SMALL_BYTES


class Sandbox:
    """Parses sources within ``limits``; to be used with ``with``, which ends its process.

    ``parser`` is the function that its process is to call, as ``module:name``.
    """

    def __init__(self, limits: Limits, *, parser: str = "index.formats:parse") -> None:
        self._limits, self._parser = limits, parser
        self._child: _Child | None = None
        self._is_stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    @contextmanager
    def stopped_by_errors(self) -> Iterator[None]:
        """Stops the process at once when the block raises, so that a thread that waits for an answer waits no more."""
        try:
            yield
        except BaseException:
            self._is_stopped = True
            if child := self._child:
                child.kill()
            raise

    def parse(self, source: Source) -> Parsed:
        """The source's text and turns, as :func:`index.formats.parse` gives them.

        Raises its errors, an :class:`~index.errors.ExhaustingSource` where it takes more than the limits allow, and one
        that says so where the parser itself fails: a defect, told in the log.
        """
        if not needs_room(source):
            return self._here(source)
        was_used = self._child is not None
        answer = self._answer(source)
        is_late = isinstance(answer, Crash) and answer.is_late
        if was_used and isinstance(answer, NoMemory | Crash) and not (is_late or self._is_stopped):
            answer = self._answer(source)  # what files before it left behind is not its fault
        return self._told(answer, source)

    def _here(self, source: Source) -> Parsed:
        """Parses a small source in this process; a parser's defect is this file's failure, as it is in the other one."""
        try:
            return parse(source, self._limits)
        except SourceError:
            raise
        except Exception as error:  # where strangers' bytes come in: one file must not end the run for all others
            _log.exception("parsing %s failed", source.place)
            raise _defect(source, type(error).__name__) from error

    def _answer(self, source: Source) -> object:
        """What the process says of a source. After anything but a result it is ended: who knows what state it is in."""
        if self._is_stopped:
            raise ExhaustingSource(source.path, "the run was broken off before it was read.")
        if self._child is None:
            try:
                self._child = _Child(self._limits, self._parser)
            except OSError as error:
                problem = f"the process to read it in can't be started ({error.strerror or error})."
                raise ExhaustingSource(source.path, problem, "Stop what else takes memory, and try again.") from error
        try:
            answer = self._child.ask(source)
        except BaseException:  # interrupted between question and answer, it would answer the next question with this one
            self._end()
            raise
        if isinstance(answer, NoMemory | Crash | Defect):
            self._end()
        return answer

    def _told(self, answer: object, source: Source) -> Parsed:
        most = f"{self._limits.memory_bytes / 2**20:,.0f} MiB"
        match answer:
            case Parsed():
                return answer
            case SourceError():
                raise answer
            case NoMemory():
                problem = f"reading it takes more memory than the {most} that one source may take."
                raise ExhaustingSource(source.path, problem, "Split it, or raise ONRECORD_PARSE_MEMORY.")
            case Crash(is_late=True):
                problem = f"reading it takes longer than the {self._limits.seconds:g} s that one source may take."
                raise ExhaustingSource(source.path, problem, "Split it, or raise ONRECORD_PARSE_SECONDS.")
            case Crash(code=code):
                problem = f"the process that read it ended ({_ending(code)})."
                raise ExhaustingSource(source.path, problem, "Save it anew, or convert it to text.")
            case Defect(kind=kind, trace=trace):
                _log.error("parsing %s failed\n%s", source.place, trace)
                raise _defect(source, kind)
        raise AssertionError(f"a process of ours answered {answer!r}")

    def _end(self) -> None:
        if self._child is not None:
            child, self._child = self._child, None
            child.end()


def _defect(source: Source, kind: str) -> SourceError:
    problem = f"the parser failed ({kind}), which is a defect of onrecord."
    return SourceError(source.path, problem, "Convert it to text meanwhile.")


def _ending(code: int) -> str:
    try:
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    except ValueError:
        return f"signal {-code}"


class _Child:
    """The process and its two pipes."""

    def __init__(self, limits: Limits, parser: str) -> None:
        self._limits = limits
        settings = {"limits": asdict(limits), "parser": parser, "parent": os.getpid()}
        arguments = [json.dumps(sys.path), json.dumps(settings)]
        # What it writes to stderr is words of sources, some of them hostile; no file of this process is open in it.
        self._process = subprocess.Popen(  # noqa: S603 - this very Python, with words of ours
            [sys.executable, "-I", "-c", _START, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, close_fds=True, bufsize=0,
        )  # fmt: skip

    def ask(self, source: Source) -> object:
        """The process's answer, or a :class:`Crash` when it ended without one, also by our hand when it was late."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(self._limits.seconds, stop)
        watch.daemon = True
        watch.start()
        try:
            write_message(self._process.stdin, packed(source))
            return read_message(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            self._process.kill()
            return Crash(is_late=late.is_set(), code=self._process.wait())
        finally:
            watch.cancel()

    def kill(self) -> None:
        """Stops the process, from whichever thread."""
        self._process.kill()

    def end(self) -> None:
        """Ends the process, whatever it is at."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()
        self._process.wait()
