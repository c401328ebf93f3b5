"""What speaks for a passage as an answer to a question, in numbers.

Pure. Gathers them from texts, ranks and the judge's verdict; what each weighs is told by :mod:`qa.weights`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields

from index.records import StoredPassage, name_words
from qa.echo import Pairs, echo
from qa.judge_model import Verdict
from qa.retrieve import Candidate
from qa.words import covered, stems, word_pairs

_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Signals:
    """Of one passage beside one question; in 0..1 and higher is better, where nothing else is said.

    ``fused``: reciprocal ranks of both searches. ``cosine``: -1..1. ``lexical``: BM25 as a share of the best.
    ``covered``: the share of the question's words, by rarity and without speakers' names, that the passage and its question
    hold; ``said``: that the passage alone holds. ``answers_echo``: how far what was asked before it is the question itself;
    ``echoes``: how far the passage itself only asks it again (higher is worse). ``follows``: 1 for the first to speak after
    such an asking, 1/2 for the second. ``asks``: it ends in a question. ``by_named``: the question names its speaker.
    ``length``: log of its words. ``relevance``: the judge's logit. ``mass``: how sure the judge is that the answer's very
    words stand in it.
    """

    fused: float
    cosine: float
    lexical: float
    covered: float
    said: float
    answers_echo: float
    echoes: float
    follows: float
    asks: float
    by_named: float
    length: float
    relevance: float = 0.0
    mass: float = 0.0

    @property
    def values(self) -> tuple[float, ...]:
        """All of it, in the order of :data:`FIELDS`."""
        return astuple(self)


FIELDS = tuple(field.name for field in fields(Signals))


@dataclass(frozen=True, slots=True)
class Sought:
    """A question as passages are compared with it: ``weights`` of the words that say what it is about, by rarity, its word
    pairs, its folded words."""

    weights: Mapping[str, float]
    pairs: Pairs
    folded: frozenset[str]

    @classmethod
    def of(cls, question: str, weights: Mapping[str, float]) -> Sought:
        words = frozenset(_POSSESSIVE.sub("", word) for word in name_words(question))
        return cls(weights, word_pairs(question), words)


def signals(
    sought: Sought,
    candidate: Candidate,
    stored: StoredPassage,
    *,
    said: str,
    asked: str,
    before: str,
    most_bm25: float,
    follows: float,
    verdict: Verdict | None = None,
) -> Signals:
    """What speaks for one passage. ``asked`` is the question that it answers, ``before`` that or what was said before it."""
    passage = stored.passage
    own, context = stems(said), stems(asked)
    speaker = name_words(passage.speaker or "")
    return Signals(
        fused=candidate.fused,
        cosine=candidate.cosine,
        lexical=candidate.bm25 / most_bm25 if most_bm25 else 0.0,
        covered=covered(sought.weights, own | context),
        said=covered(sought.weights, own),
        answers_echo=echo(sought.pairs, before),
        echoes=echo(sought.pairs, said),
        follows=follows,
        asks=float(passage.asks),
        by_named=float(any(word in sought.folded for word in speaker)),
        length=math.log(1 + len(said.split())),
        relevance=verdict.relevance if verdict else 0.0,
        mass=verdict.answered if verdict else 0.0,
    )
