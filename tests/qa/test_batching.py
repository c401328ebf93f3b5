"""Questions of many threads through one encoder: each gets its own vector, and the same one is embedded once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.models import Vectors
from qa.batching import MAX_BATCH, BatchingEncoder
from tests.encoders import WordHashEncoder


class Watched(WordHashEncoder):
    """Notes what it embeds, waits at the first question until it is let go, and fails on one word."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.let_go = threading.Event()
        self.let_go.set()
        self.has_begun = threading.Event()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        self.has_begun.set()
        self.let_go.wait(10)
        if "fails" in texts:
            raise RuntimeError("no vector for this")
        return super().encode_queries(texts)


def wait_for(is_so: Callable[[], bool]) -> None:
    """Waits until something is so; fails when it isn't within ten seconds."""
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_question_has_the_encoders_vector(watched: Watched) -> None:
    """Nothing is done to a vector on its way, and the model is the encoder's."""
    batching = BatchingEncoder(watched)
    assert np.array_equal(batching.encode_query("storm barrier"), WordHashEncoder().encode_query("storm barrier"))
    assert batching.card == watched.card


def test_the_same_question_is_embedded_once(watched: Watched) -> None:
    """Asked again, it comes from memory."""
    batching = BatchingEncoder(watched)
    first, second = (batching.encode_query("storm barrier") for _ in range(2))
    assert watched.batches == [["storm barrier"]]
    assert np.array_equal(first, second)


def test_the_oldest_questions_are_forgotten(watched: Watched) -> None:
    """Memory is bounded; what was asked last is kept."""
    batching = BatchingEncoder(watched, kept=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        batching.encode_query(text)
    assert watched.batches == [["a"], ["b"], ["c"], ["b"]]


def test_what_comes_meanwhile_is_embedded_together(watched: Watched) -> None:
    """While one batch is embedded the next one gathers, up to a limit, and every thread gets its own vector."""
    batching = BatchingEncoder(watched)
    texts = [f"question {number}" for number in range(3 * MAX_BATCH)]
    watched.let_go.clear()
    with ThreadPoolExecutor(len(texts) + 1) as pool:
        first = pool.submit(batching.encode_query, "the first")
        assert watched.has_begun.wait(10)
        waiting = [pool.submit(batching.encode_query, text) for text in texts]
        wait_for(lambda: batching._waiting.qsize() == len(texts))
        watched.let_go.set()
        found = [one.result(10) for one in waiting]
        first.result(10)
    assert [len(batch) for batch in watched.batches] == [1, MAX_BATCH, MAX_BATCH, MAX_BATCH]
    for text, vector in zip(texts, found, strict=True):
        assert np.array_equal(vector, WordHashEncoder().encode_query(text))


def test_a_failure_reaches_whoever_asked_and_nobody_after(watched: Watched) -> None:
    """The encoder's error is raised where the question was asked, every time; the next question is answered."""
    batching = BatchingEncoder(watched)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no vector for this"):
            batching.encode_query("fails")
    assert batching.encode_query("storm").shape == (watched.card.dimension,)
