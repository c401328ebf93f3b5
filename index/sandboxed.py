"""The other side of :mod:`index.sandbox`: a process that parses what it is sent, one source after the other, and answers.

A message is its length and a pickle of records, errors and paths; nothing else is unpickled, on either side.
"""

from __future__ import annotations

import importlib
import io
import json
import math
import os
import pickle
import resource
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Final

from index.errors import SourceError
from index.limits import Limits
from index.records import Parsed, Source

_LENGTH: Final = struct.Struct(">Q")
_KNOWN: Final = frozenset(("index.records", "index.errors", "index.sandboxed"))
_LOOK_S: Final = 1.0
_SPARE_CPU_S: Final = 30


@dataclass(frozen=True, slots=True)
class NoMemory:
    """The answer to a source that takes more memory than there may be."""


@dataclass(frozen=True, slots=True)
class Defect:
    """The answer to a source over which a parser fell: what was raised, and where, free of what steers a terminal."""

    kind: str
    trace: str


def packed(content: object) -> bytes:
    """Records as a message."""
    raw = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(raw)) + raw


def write_message(to: IO[bytes], message: bytes) -> None:
    """Sends all of a message; raises ``OSError`` when nobody is there to read it."""
    view = memoryview(message)
    while view:
        view = view[to.write(view) :]


def read_message(source: IO[bytes]) -> object:
    """What was sent; raises ``EOFError`` at the end and ``UnpicklingError`` when it is none of ours."""
    (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size))
    raw = _exactly(source, length)
    try:
        return _Records(io.BytesIO(raw)).load()
    except (AttributeError, ImportError, LookupError, TypeError, ValueError) as error:
        raise pickle.UnpicklingError(str(error)) from error


def _exactly(source: IO[bytes], count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        piece = source.read(min(count - len(found), 2**20))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


class _Records(pickle.Unpickler):
    def find_class(self, module: str, name: str, /) -> Any:
        if "." in name or not (module in _KNOWN or module.split(".", maxsplit=1)[0] == "pathlib"):
            raise pickle.UnpicklingError(f"{module}.{name} is no record")
        return super().find_class(module, name)


def serve(configuration: str) -> None:
    """Answers on the first stdout what comes on stdin, until it ends or the process that sends it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both; the other one ends this one
    settings = json.loads(configuration)
    limits = Limits(**settings["limits"])
    module, name = settings["parser"].split(":")
    parse = getattr(importlib.import_module(module), name)
    threading.Thread(target=_end_with, args=(settings["parent"],), daemon=True).start()
    with os.fdopen(os.dup(1), "wb", buffering=0) as answers, open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # what a library prints is no answer
        _hold(resource.RLIMIT_AS, limits.memory_bytes)
        _hold(resource.RLIMIT_CORE, 0)
        while True:
            used = math.ceil(time.process_time())
            _hold(resource.RLIMIT_CPU, used + math.ceil(limits.seconds) + _SPARE_CPU_S)
            try:
                write_message(answers, _next_answer(parse, limits))
            except (EOFError, OSError):
                return


def _next_answer(parse: Callable[[Source, Limits], Parsed], limits: Limits) -> bytes:
    try:
        source = read_message(sys.stdin.buffer)
    except MemoryError:
        return packed(NoMemory())
    assert isinstance(source, Source)
    try:
        return packed(parse(source, limits))
    except SourceError as error:
        return packed(error)
    except MemoryError:
        return packed(NoMemory())
    except Exception as error:  # the edge of this process: whatever a parser raises is to be told, and not to end it
        trace = "".join(character if character.isprintable() or character == "\n" else "?" for character in _trace(error))
        return packed(Defect(type(error).__name__, trace))


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _hold(kind: int, most: int) -> None:
    """Sets a limit of the system, where it can be set and none that is lower holds."""
    with suppress(ValueError, OSError):
        _soft, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _end_with(parent: int) -> None:
    """Ends this process when the one that started it is gone."""
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(0)
