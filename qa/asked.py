"""What somebody was asked about a matter: the answers to the questions that are on it, found and judged by the questions alone.

An interviewer's words are never an answer; these passages are here for the question that travels with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.records import Filter
from qa.findings import Found
from qa.glance import Evidence, confidence
from qa.quotes import QuoteCutter
from qa.retrieve import DEPTH
from qa.words import coverage

if TYPE_CHECKING:
    from index.models import Vectors
    from index.reader import IndexReader


def asked_about(
    reader: IndexReader, vector: Vectors, *, words: Sequence[str], weights: Mapping[str, float], where: Filter
) -> tuple[Found, ...]:
    """The answers by their questions, the likeliest first; of several to one question the first that was given.

    Their score is how likely it is that the question is on the matter, in 0..1.
    """
    cutter = QuoteCutter(reader)
    _, after_question = reader.nearest(vector, DEPTH, reader.allowed_keys(where))
    cosines = dict(zip(after_question.keys.tolist(), after_question.scores.tolist(), strict=True))
    bm25 = {hit.key: hit.score for hit in reader.asked_with_words(words, DEPTH, where)}
    by_question: dict[tuple[str, int], Found] = {}
    for stored in reader.passages_at(list(dict.fromkeys((*cosines, *bm25)))):
        asked = stored.passage.asked
        if asked is None:
            continue
        cosine = cosines.get(stored.key, 0.0)
        sure = confidence(Evidence(cosine=cosine, covered=coverage(weights, cutter.asked_text_of(stored))))
        one = Found(stored, sure, cosine=cosine)
        question = (stored.document_id, asked.span.start)
        other = by_question.get(question, one)
        by_question[question] = min(one, other, key=lambda found: (found.stored.passage.turn, found.stored.passage.span))
    best = sorted(by_question.values(), key=lambda one: (-one.score, -bm25.get(one.stored.key, 0.0), one.stored.key))
    return tuple(best)
