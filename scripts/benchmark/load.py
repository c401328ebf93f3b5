"""Clients that ask a service over HTTP, each on its own connection, one question after the other."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote


def ask_together(port: int, path: Callable[[str], str], questions: Sequence[str], clients: int, seconds: float) -> list[float]:
    """The milliseconds of every question that was answered in ``seconds``, asked by so many clients at once.

    Raises ``RuntimeError`` when an answer is not 200.
    """
    stop = time.perf_counter() + seconds
    found: list[list[float]] = [[] for _ in range(clients)]
    failed: list[str] = []

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for question in _from(questions, number * len(questions) // clients):
            started = time.perf_counter()
            if started >= stop:
                break
            connection.request("GET", path(quote(question)))
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                failed.append(f"{response.status} for {question}")
                break
            found[number].append((time.perf_counter() - started) * 1000)
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(failed[0])
    return [took for mine in found for took in mine]


def _from(questions: Sequence[str], start: int) -> Iterator[str]:
    while True:
        yield questions[start % len(questions)]
        start += 1


def wait_until_up(port: int, path: str, seconds: float = 120) -> None:
    """Raises ``TimeoutError`` when nothing answers in time."""
    stop = time.perf_counter() + seconds
    while time.perf_counter() < stop:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")
