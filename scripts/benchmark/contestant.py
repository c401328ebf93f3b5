"""A contestant as a process: asked line by line (``worker.py`` has its side of that), or as an HTTP service."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from load import ask_together, wait_until_up

OURS, THIRTY, TXTAI = CONTESTANTS = ("onrecord", "thirty lines", "txtai")


class Contestant:
    """A process that is asked with one line and answers with one."""

    def __init__(self, python: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [python, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def __call__(self, command: str, **arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([command, arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended at {command}")
        return json.loads(line)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def onrecord_service(folder: Path, processes: int) -> Iterator[int]:
    """Its port, while it runs."""
    program = str(Path(sys.executable).with_name("onrecord"))
    port = free_port()
    command = [program, "serve", "--fast", "--workers", str(processes), "--index", str(folder), "--port", str(port)]
    with _running(command, port, probe="/readyz"):
        yield port


@contextmanager
def txtai_service(python: str, model: str, folder: Path, processes: int, *, config: Path) -> Iterator[int]:
    """Its port, while it runs; ``config`` is the file that it is told by."""
    config.write_text(f"path: {folder}\nwritable: false\nembeddings:\n  path: {model}\n  hybrid: true\n  content: true\n")
    port = free_port()
    command = [python, "-m", "uvicorn", "txtai.api:app", "--workers", str(processes), "--port", str(port)]
    with _running(command, port, probe="/search?query=anything&limit=1", CONFIG=str(config)):
        yield port


@contextmanager
def _running(command: list[str], port: int, *, probe: str, **environment: str) -> Iterator[None]:
    """A service, from when each of its processes has loaded what it needs."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=os.environ | environment, start_new_session=True, **quiet) as process:
        try:
            wait_until_up(port, probe)
            ask_together(port, lambda question: probe, ["warm"], 16, 2)
            yield
        finally:
            os.killpg(process.pid, signal.SIGTERM)
