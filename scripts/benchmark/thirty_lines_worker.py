"""The thirty-line script as a contestant.   thirty_lines_worker.py MODEL"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import faiss
import numpy as np
from thirty_lines import Search
from worker import each_ms, resident_mb, serve

searches: list[Search] = []


def build(corpus: str, folder: str) -> float:
    """The index of the given vectors, as the script would write it; gives the seconds."""
    started = time.perf_counter()
    vectors = np.load(Path(corpus) / "vectors.npy", mmap_mode="r")
    index = faiss.IndexFlatIP(vectors.shape[1])
    for start in range(0, len(vectors), 65536):
        index.add(np.ascontiguousarray(vectors[start : start + 65536]))
    Path(folder).mkdir(parents=True)
    faiss.write_index(index, f"{folder}/flat.faiss")
    shutil.copy(Path(corpus) / "passages.json", Path(folder) / "flat.json")
    return time.perf_counter() - started


def load(folder: str) -> None:
    searches[:] = [Search(sys.argv[1], Path(folder))]


def ask(questions: list[str]) -> list[float]:
    """Milliseconds for each."""
    return each_ms(searches[0].ask, questions)


def encode(texts: list[str], batch: int) -> float:
    """Seconds that ``SentenceTransformer.encode`` takes."""
    started = time.perf_counter()
    searches[0].model.encode(texts, batch_size=batch, normalize_embeddings=True, show_progress_bar=False)
    return time.perf_counter() - started


def add(raw: str) -> float:
    texts = [turn["text"] for turn in json.loads(raw)["turns"] if turn["role"] == "interviewee"]
    started = time.perf_counter()
    searches[0].add(texts)
    return time.perf_counter() - started


serve({"build": build, "load": load, "ask": ask, "encode": encode, "add": add, "memory": resident_mb})
