"""Work done ahead in a thread: while one item is used, the next are made."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class _End:
    """The last that comes: what stopped the thread, or ``None`` when there was no more to make."""

    error: BaseException | None


def ahead(items: Iterable[T], *, depth: int) -> Generator[T, None, None]:
    """The items in their order, at most ``depth`` of them made before they are asked for.

    What making them raises is raised here, in its place. Who stops early stops the thread too: it has ended when the
    iterator is closed.
    """
    waiting: queue.Queue[T | _End] = queue.Queue(depth)
    stopped = threading.Event()

    def put(item: T | _End) -> None:
        while not stopped.is_set():
            try:
                waiting.put(item, timeout=_LOOK_S)
                return
            except queue.Full:
                continue

    def make() -> None:
        try:
            for item in items:
                put(item)
                if stopped.is_set():
                    return
        except BaseException as error:
            put(_End(error))
        else:
            put(_End(None))

    thread = threading.Thread(target=make, name="onrecord-ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := waiting.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        thread.join()
