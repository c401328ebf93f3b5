"""Interviews made up for measuring: as many as wanted, with words as rare and as common as in real ones.

The sentences are those of the sample interviews with many words exchanged for invented ones, drawn by Zipf's law. The
vectors are real ones, of some hundred such passages, each with noise of its own: what is measured is the search.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models import Encoder, Engine, Vectors

ANSWERS_PER_DOCUMENT = 20
NOISE = 0.02
"""Standard deviation in each dimension: the noise of 384 dimensions has a length of 0.39, the vector one of 1."""

_SYLLABLES = [
    first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "an", "el", "or", "is", "un")
]
_INVENTED = 20_000
_NOISE_ROWS = 8192
_WORDS_PER_ANSWER = (40, 110)


@dataclass(frozen=True, slots=True)
class Interview:
    """One made-up document, its answers in order."""

    id: str
    answers: tuple[str, ...]
    raw: bytes


class Corpus:
    """Interviews from a seed: equal for equal seeds, whatever the number that is taken."""

    def __init__(self, sentences: Sequence[str], seed: int = 7) -> None:
        self._random = np.random.default_rng(seed)
        self._words = [self._word() for _ in range(_INVENTED)]
        ranks = np.arange(_INVENTED) + 10.0
        self._likely = (1 / ranks) / np.sum(1 / ranks)
        self._sentences = [sentence.split() for sentence in sentences if 5 <= len(sentence.split()) <= 40]

    def _word(self) -> str:
        return "".join(self._random.choice(_SYLLABLES) for _ in range(self._random.integers(2, 4)))

    def _variants(self, count: int) -> list[str]:
        """Sentences in which a third of the longer words are invented ones."""
        made = []
        drawn = iter(self._random.choice(_INVENTED, size=8 * count, p=self._likely).tolist())
        picks = self._random.integers(0, len(self._sentences), count).tolist()
        for pick in picks:
            chance = iter(self._random.random(len(self._sentences[pick])).tolist())
            words = [
                self._words[next(drawn)] if len(word) > 4 and next(chance) < 0.35 else word
                for word in self._sentences[pick][:20]
            ]
            made.append(" ".join(words))
        return made

    def interviews(self, answers: int) -> Iterator[Interview]:
        """Documents with ``answers`` answers in all."""
        pool = self._variants(max(20_000, answers // 5))
        low, high = _WORDS_PER_ANSWER
        lengths = [len(sentence.split()) for sentence in pool]
        for number in range(answers // ANSWERS_PER_DOCUMENT):
            picks = iter(self._random.integers(0, len(pool), 40 * ANSWERS_PER_DOCUMENT).tolist())
            wanted = self._random.integers(low, high, ANSWERS_PER_DOCUMENT).tolist()
            turns, said = [], []
            for words in wanted:
                chosen, size = [], 0
                while size < words - 10:
                    pick = next(picks)
                    chosen.append(pool[pick])
                    size += lengths[pick]
                answer = " ".join(chosen)
                turns.append({"speaker": f"The Paper {number % 50}", "role": "interviewer", "text": f"{pool[next(picks)]}?"})
                turns.append({"speaker": self._person(number), "role": "interviewee", "text": answer})
                said.append(answer)
            name = f"interview-{number:06d}"
            date = f"{2000 + number % 25}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
            raw = json.dumps({"id": name, "title": name, "date": date, "turns": turns}).encode()
            yield Interview(name, tuple(said), raw)

    def _person(self, number: int) -> str:
        return f"{self._words[number % 300].title()} {self._words[300 + number % 701].title()}"

    def questions(self, count: int) -> list[str]:
        """Questions in plain words, all different."""
        found: dict[str, None] = {}
        forms = ("What did he say about the {} and {}?", "Why was the {} {}?", "When did they first see the {} {}?")
        plain = sorted({word.strip(".,;:?!“”‘’").lower() for words in self._sentences for word in words if len(word) > 4})
        while len(found) < count:
            invented = self._words[self._random.choice(_INVENTED, p=self._likely)]
            found[forms[len(found) % 3].format(plain[self._random.integers(len(plain))], invented)] = None
        return list(found)


class GivenVectors:
    """An encoder that knows its vectors by the text's hash; questions it embeds really."""

    engine = Engine("given")

    def __init__(self, real: Encoder, base: Vectors) -> None:
        """``base``: ``(n, dimension) float32``, the real vectors that all others are made of."""
        self._real, self._base, self.card = real, base, real.card
        noise = np.random.default_rng(3).normal(0, NOISE / 2**0.5, (_NOISE_ROWS, base.shape[1]))
        self._noise: NDArray[np.float32] = noise.astype(np.float32)
        self.encode_queries, self.encode_query = real.encode_queries, real.encode_query

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        raw = [text.encode() for text in texts]
        one = np.array([zlib.crc32(text) for text in raw], np.int64)
        two = np.array([zlib.adler32(text) for text in raw], np.int64)
        noise = self._noise[one // 1009 % _NOISE_ROWS] + self._noise[(two + one // 7) % _NOISE_ROWS]
        vectors = self._base[one % len(self._base)] + noise
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def write(corpus: Corpus, answers: int, folder: Path, encoder: GivenVectors) -> None:
    """The corpus on disk: ``interviews/*.json`` to be indexed; for others ``passages.json`` and ``vectors.npy``."""
    (folder / "interviews").mkdir(parents=True)
    vectors = np.lib.format.open_memmap(
        folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(answers, encoder.card.dimension)
    )
    passages: list[str] = []
    for interview in corpus.interviews(answers):
        (folder / "interviews" / f"{interview.id}.json").write_bytes(interview.raw)
        vectors[len(passages) : len(passages) + len(interview.answers)] = encoder.encode_passages(interview.answers)
        passages += interview.answers
    vectors.flush()
    (folder / "passages.json").write_text(json.dumps(passages), encoding="utf-8")
