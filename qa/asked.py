"""What somebody was asked about a matter: the answers to the questions that are on it, found and judged by the questions alone.

An interviewer's words are never an answer; these passages are here for the question that travels with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.records import Filter
from qa import judge
from qa.quotes import QuoteCutter
from qa.retrieve import DEPTH, Candidate, Ranked

if TYPE_CHECKING:
    from index.models import Vectors
    from index.reader import IndexReader


def asked_about(
    reader: IndexReader,
    cutter: QuoteCutter,
    vector: Vectors,
    *,
    words: Sequence[str],
    weights: Mapping[str, float],
    where: Filter,
) -> list[Ranked]:
    """The answers by their questions, the likeliest first; of several to one question the first that was given.

    ``fused`` of a candidate is how likely it is that its question is on the matter, in 0..1.
    """
    _, after_question = reader.nearest(vector, DEPTH, reader.allowed_keys(where))
    cosines = dict(zip(after_question.keys.tolist(), after_question.scores.tolist(), strict=True))
    bm25 = {hit.key: hit.score for hit in reader.asked_with_words(words, DEPTH, where)}
    by_question: dict[tuple[str, int], Ranked] = {}
    for stored in reader.passages_at(list(dict.fromkeys((*cosines, *bm25)))):
        asked = stored.passage.asked
        if asked is None:
            continue
        covered = judge.coverage(weights, cutter.asked_text_of(stored))
        cosine = cosines.get(stored.key, 0.0)
        sure = judge.confidence(judge.Evidence(cosine=cosine, covered=covered))
        one = Ranked(Candidate(stored.key, sure, cosine, bm25.get(stored.key, 0.0)), stored)
        question = (stored.document_id, asked.span.start)
        other = by_question.get(question, one)
        by_question[question] = min(one, other, key=lambda ranked: (ranked.stored.passage.turn, ranked.stored.passage.span))
    return sorted(by_question.values(), key=lambda one: (-one.candidate.fused, -one.candidate.bm25, one.candidate.key))
