"""Candidates for an answer from both searches, and their fusion.

Fusion is by rank and never by score: a cosine and a BM25 score have no common scale. Whether a candidate answers is for
:mod:`qa.judge` to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.records import Filter

if TYPE_CHECKING:
    from index.models import Vectors
    from index.reader import IndexReader
    from index.records import StoredPassage

DEPTH = 100
"""Candidates that each search gives to the fusion."""

RRF_K = 10
"""The constant of reciprocal rank fusion, 1/(k + rank) (Cormack, Clarke & Büttcher 2009); 10 measured better than 60 here."""

DENSE_WEIGHT, LEXICAL_WEIGHT = 1.0, 2.0

_ASKS_ONLY_PENALTY = 0.7
"""A passage that only asks, in a document where nobody's role is known, is less likely to be what was said in answer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer. ``cosine`` is the better of answer and answer-with-question, in -1..1; 0 if not near."""

    key: int
    fused: float
    cosine: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the passage that it is."""

    candidate: Candidate
    stored: StoredPassage


def candidates(
    reader: IndexReader, vector: Vectors, words: Sequence[str], where: Filter, *, depth: int = DEPTH
) -> list[Candidate]:
    """The passages that either search finds for a question, best first."""
    alone, after_question = reader.nearest(vector, depth, reader.allowed_keys(where))
    cosines: dict[int, float] = {}
    for found in (alone, after_question):
        for key, score in zip(found.keys.tolist(), found.scores.tolist(), strict=True):
            cosines[key] = max(score, cosines.get(key, -1.0))
    dense = sorted(cosines, key=lambda key: (-cosines[key], key))[:depth]
    hits = reader.with_words(words, depth, where)
    bm25 = {hit.key: hit.score for hit in hits}
    fused = fuse([(dense, DENSE_WEIGHT), ([hit.key for hit in hits], LEXICAL_WEIGHT)])
    return [Candidate(key, score, cosines.get(key, 0.0), bm25.get(key, 0.0)) for key, score in fused]


def ranked(reader: IndexReader, found: Sequence[Candidate], depth: int) -> list[Ranked]:
    """The first ``depth`` candidates with their passages, in new order: those that only ask stand further down."""
    first = found[:depth]
    stored = reader.passages_at([candidate.key for candidate in first])
    both = [Ranked(*pair) for pair in zip(first, stored, strict=True)]
    return sorted(both, key=lambda one: -one.candidate.fused * (_ASKS_ONLY_PENALTY if one.stored.passage.asks else 1.0))


def fuse(rankings: Sequence[tuple[Sequence[int], float]], *, k: int = RRF_K) -> list[tuple[int, float]]:
    """Weighted reciprocal rank fusion of rankings (best first): keys with scores, best first, ties by key.

    The scores lie in 0..1; 1 is first place in every ranking.
    """
    scores: dict[int, float] = {}
    for ranking, weight in rankings:
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + weight / (k + rank)
    best = sum(weight for _, weight in rankings) / (k + 1)
    return sorted(((key, score / best) for key, score in scores.items()), key=lambda pair: (-pair[1], pair[0]))
