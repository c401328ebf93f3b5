"""txtai as a contestant: hybrid search with content, the same model.   txtai_worker.py MODEL [FOLDER QUESTION]"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from txtai import Embeddings
from txtai.vectors import HFVectors
from worker import each_ms, resident_mb, serve

opened: list[Embeddings] = []


def build(corpus: str, folder: str) -> float:
    """The index of the given vectors, made by txtai in its own way; gives the seconds."""
    vectors = np.load(Path(corpus) / "vectors.npy", mmap_mode="r")
    texts = json.loads((Path(corpus) / "passages.json").read_text())
    row = {text: number for number, text in enumerate(texts)}
    embed = HFVectors.encode
    HFVectors.encode = lambda self, data, category=None: np.array([vectors[row[text]] for text in data])
    started = time.perf_counter()
    try:
        embeddings = Embeddings(path=sys.argv[1], hybrid=True, content=True)
        embeddings.index((number, text, None) for number, text in enumerate(texts))
    finally:
        HFVectors.encode = embed
    embeddings.save(folder)
    return time.perf_counter() - started


def load(folder: str) -> None:
    embeddings = Embeddings()
    embeddings.load(folder)
    opened[:] = [embeddings]


def ask(questions: list[str]) -> list[float]:
    """Milliseconds for each."""
    return each_ms(lambda question: opened[0].search(question, 5), questions)


def add(raw: str, folder: str) -> float:
    document = json.loads(raw)
    texts = [turn["text"] for turn in document["turns"] if turn["role"] == "interviewee"]
    started = time.perf_counter()
    opened[0].upsert((f"{document['id']}-{number}", text, None) for number, text in enumerate(texts))
    opened[0].save(folder)
    return time.perf_counter() - started


if len(sys.argv) > 2:
    load(sys.argv[2])
    print("\n\n".join(found["text"] for found in opened[0].search(sys.argv[3], 5)))
else:
    serve({"build": build, "load": load, "ask": ask, "add": add, "memory": resident_mb})
