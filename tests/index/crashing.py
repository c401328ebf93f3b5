"""A build that is killed at one of its steps, in a process of its own.

A step is a call that changes the disk or decides what is published. The process ends at once before the step, as it
would when the power fails: no handler runs, no file is closed, no lock is given back.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import draft
from index.draft import Draft
from index.lexical import WordWriter
from index.store import StoreWriter
from index.vector_writer import VectorWriter
from tests.index.interviews import build_at

DIED, FINISHED = 9, 0
STEPS: tuple[tuple[Any, str], ...] = (
    (os, "mkdir"), (os, "link"), (os, "unlink"), (os, "rmdir"), (os, "rename"), (os, "replace"), (os, "fsync"),
    (shutil, "rmtree"), (Path, "write_bytes"), (draft, "switch"), (draft, "clear_old"),
    (Draft, "publish"), (Draft, "stamps"), (WordWriter, "commit"), (StoreWriter, "add"), (StoreWriter, "close"),
    (VectorWriter, "write"),
)  # fmt: skip

BuildAndDie = Callable[..., bool]


@contextmanager
def mortal_builds() -> Iterator[BuildAndDie]:
    """Gives ``build_and_die(step, inputs, root, **options)``: a build killed before its step; whether it got that far.

    One helper process has the imports done and forks for each build: that takes milliseconds and, unlike a fork of
    the tests' own process, cuts off no thread of theirs.
    """
    command = [sys.executable, "-W", "ignore", "-m", __name__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as helper:
        assert helper.stdin is not None
        assert helper.stdout is not None
        asks, answers = helper.stdin, helper.stdout

        def build_and_die(step: int, inputs: Path, root: Path, **options: bool) -> bool:
            print(json.dumps([step, str(inputs), str(root), options]), file=asks, flush=True)
            code = int(answers.readline())
            assert code in (DIED, FINISHED)
            return code == DIED

        yield build_and_die
        asks.close()


def _serve() -> None:
    for line in sys.stdin:
        step, inputs, root, options = json.loads(line)
        child = os.fork()
        if not child:
            try:
                _build(step, Path(inputs), Path(root), options)
            finally:
                os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(code, flush=True)


def _build(step: int, inputs: Path, root: Path, options: dict[str, bool]) -> None:
    taken = 0

    def fatal(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **options: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == step:
                os._exit(DIED)
            return call(*args, **options)

        return counted

    for owner, name in STEPS:
        setattr(owner, name, fatal(getattr(owner, name)))
    build_at(inputs, root, **options)
    os._exit(FINISHED)


if __name__ == "__main__":
    _serve()
