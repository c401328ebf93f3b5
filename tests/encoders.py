"""A deterministic encoder for tests: bags of hashed words, no model, no network, the same on every machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from index.models import Engine, ModelCard, Vectors

DIMENSION = 64


class WordHashEncoder:
    """Texts that share words have near vectors; ``name`` makes another model of it."""

    engine = Engine("word-hash")

    def __init__(self, name: str = "word-hash") -> None:
        self.card = ModelCard(name, hashlib.sha256(name.encode()).hexdigest(), DIMENSION, is_normalised=True)
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return np.stack([self._vector(text) for text in texts]) if texts else np.zeros((0, DIMENSION), np.float32)

    def encode_query(self, text: str) -> Vectors:
        return self._vector(text)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Vectors:
        vector = np.full(DIMENSION, 1e-3, np.float32)
        for word in re.findall(r"\w+", text.casefold()):
            digest = hashlib.sha256(f"{self.card.name}:{word}".encode()).digest()
            vector[digest[0] % DIMENSION] += 1.0 if digest[1] % 2 else -1.0
        return (vector / np.linalg.norm(vector)).astype(np.float32)
