"""onrecord as a contestant."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from corpus import GivenVectors
from worker import each_ms, resident_mb, serve

from index.build import build_index
from index.engine import BIG_JOB_BYTES, indexing_encoder, query_encoder
from index.models import BUNDLED_MODEL, Encoder
from qa import Service, open_service
from qa.judges import open_judge

services: list[Service] = []
encoders: dict[str, Encoder] = {}


def _encoder(kind: str) -> Encoder:
    """``questions``, or for ``small`` and ``big`` jobs of indexing; made once."""
    if kind not in encoders:
        sizes = {"small": 0, "big": BIG_JOB_BYTES}
        encoders[kind] = (
            query_encoder(BUNDLED_MODEL, None) if kind == "questions" else indexing_encoder(None, job_bytes=sizes[kind])
        )
    return encoders[kind]


def build(corpus: str, folder: str, base: str) -> dict[str, float]:
    """The index of the given vectors; gives the seconds."""
    given = GivenVectors(_encoder("questions"), np.load(base))
    report = build_index([Path(corpus) / "interviews"], root=Path(folder), encoder=lambda job_bytes: given)
    return {"seconds": report.took_ms / 1000, "passages": sum(one.passages for one in report.indexed)}


def load(folder: str) -> dict[str, object]:
    started = time.perf_counter()
    services[:] = [open_service(folder, fast=True)]
    manifest = services[0].reader._generation.manifest
    searches = {one.answer_search.kind: one.answer_search.recall_at_10 for one in manifest.segments}
    return {"seconds": time.perf_counter() - started, "searches": searches}


def ask(questions: list[str]) -> list[float]:
    """Milliseconds for each without the judge: embedded, searched, cut and checked."""
    return each_ms(services[0].ask, questions)


def ask_judged(questions: list[str]) -> list[float]:
    """Milliseconds for each with the judge, over the same index."""
    if len(services) == 1:
        services.append(Service(services[0].reader, services[0].encoder, judge=open_judge()))
        each_ms(services[1].ask, questions[:5])
    return each_ms(services[1].ask, questions)


def recall(questions: list[str], corpus: str) -> float:
    """recall@10 of the vector search against brute force over the given vectors."""
    asked = services[0].encoder.encode_queries(questions)
    vectors = np.load(Path(corpus) / "vectors.npy", mmap_mode="r")
    best = np.full((len(asked), 10), -np.inf, np.float32)
    rows = np.zeros((len(asked), 10), np.int64)
    for start in range(0, len(vectors), 65536):
        scores = np.concatenate([best, asked @ vectors[start : start + 65536].T], axis=1)
        block = np.arange(start, start + scores.shape[1] - 10)
        here = np.concatenate([rows, np.broadcast_to(block, (len(asked), len(block)))], axis=1)
        top = np.argpartition(-scores, 9, axis=1)[:, :10]
        best, rows = np.take_along_axis(scores, top, 1), np.take_along_axis(here, top, 1)
    found = [services[0].reader.nearest(vector, 10, None)[0].keys for vector in asked]
    return float(np.mean([len(set(mine.tolist()) & set(right)) / 10 for mine, right in zip(found, rows.tolist(), strict=True)]))


def encode(texts: list[str]) -> float:
    """Seconds that the engine of a big job takes."""
    encoder = _encoder("big")
    started = time.perf_counter()
    encoder.encode_passages(texts)
    return time.perf_counter() - started


def engine() -> dict[str, object]:
    return _encoder("big").engine.to_json()


def add(file: str, folder: str) -> float:
    """Seconds for one document, embedded really, until it is published."""
    encoder = _encoder("small")
    return build_index([Path(file)], root=Path(folder), encoder=lambda job_bytes: encoder).took_ms / 1000


serve(
    {
        "build": build,
        "load": load,
        "ask": ask,
        "ask_judged": ask_judged,
        "recall": recall,
        "encode": encode,
        "engine": engine,
        "add": add,
        "memory": resident_mb,
    }
)
