"""The loop of a contestant's process: one JSON command a line on stdin, one JSON answer a line on stdout."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any


def serve(commands: dict[str, Callable[..., Any]]) -> None:
    """Answers commands until stdin ends; whatever the libraries print goes to stderr."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(commands[name](**arguments)), file=out, flush=True)


def each_ms(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """The milliseconds that each question takes."""
    took = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        took.append((time.perf_counter() - started) * 1000)
    return took


def resident_mb() -> float:
    """The memory of this process that is in RAM, mapped files with it."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
