"""Parsers that misbehave as their source says, for the process that parsing runs in."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from index.errors import MalformedSource
from index.limits import Limits
from index.records import Metadata, Parsed, Source

MODULE = "tests.index.parsers:parse"


class Foreign(Exception):
    """An error of a kind that no other process knows, with a word in it that steers a terminal."""


def parse(source: Source, limits: Limits) -> Parsed:
    """Does what the first word of ``source`` says; else its text is the rest, its title the number of the process."""
    word, _, rest = source.data.decode().strip().partition(" ")
    match word:
        case "hang":
            time.sleep(600)
        case "spin":
            while True:
                pass
        case "eat":
            eaten = [bytearray(2**24) for _ in range(2**12)]
            return Parsed(str(len(eaten)), ())
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            os._exit(3)
        case "defect":
            raise Foreign("\x1b[2Junforeseen")
        case "malformed":
            raise MalformedSource(source.path, "it is broken.", "Mend it.", line=3, column=7) from Foreign("inside")
        case "print":
            print("noise" * 1000)
            sys.stdout.flush()
            os.write(1, b"noise" * 1000)
        case "files":
            return Parsed("\n".join(str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()), ())
        case "limits":
            return Parsed(repr(limits), ())
        case _:
            pass
    return Parsed(rest, (), Metadata(title=str(os.getpid())))
