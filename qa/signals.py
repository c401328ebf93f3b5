"""What speaks for a passage as an answer to a question, in numbers.

Pure. Gathers them from texts, ranks and the judge's verdict; what each weighs is told by :mod:`qa.weights`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields

from index.records import StoredPassage, name_words
from qa.echo import Askings, askings_of, echo
from qa.frames import Kind, frames
from qa.judge_model import Verdict
from qa.retrieve import Candidate
from qa.words import covered, stems

_SHORT_WORDS = 3
_LEAST = 0.01
LEAST_MASS = math.log(_LEAST)
"""The ``mass`` of a passage in which the judge finds nothing."""

_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Signals:
    """Of one passage beside one question; in 0..1 and higher is better, where nothing else is said.

    ``fused``: reciprocal ranks of both searches. ``cosine``: -1..1. ``lexical``: BM25 as a share of the best.
    ``covered``: the share of the question's words, by rarity and without speakers' names, that the passage and its question
    hold; ``said``: that the passage alone holds. ``answers_echo``: how far what was asked before it is the question itself;
    ``echoes``: how far its words stand in the passage itself. ``near``: the question itself was asked near it, and ``follows``:
    how likely it is the reply then, as a logarithm: -4.6..0. ``asks``: it ends in a question. ``by_named``: the question names
    its speaker.
    ``untaken``: what is asked for is somebody's words on a matter that its question names, and it doesn't (higher is worse).
    ``short``: it has three words at most. ``relevance``: the judge's logit. ``mass``: how sure the judge is that the answer's
    very words stand in it, as a logarithm: -4.6..0.
    """

    fused: float
    cosine: float
    lexical: float
    covered: float
    said: float
    answers_echo: float
    echoes: float
    near: float
    follows: float
    asks: float
    by_named: float
    short: float
    untaken: float
    relevance: float = 0.0
    mass: float = 0.0

    @property
    def values(self) -> tuple[float, ...]:
        """All of it, in the order of :data:`FIELDS`."""
        return astuple(self)


FIELDS = tuple(field.name for field in fields(Signals))


@dataclass(frozen=True, slots=True)
class Sought:
    """A question as passages are compared with it: ``weights`` of the words that say what it is about, by rarity, its
    askings, its folded words, and whether it asks for somebody's words ("What did she say about …?")."""

    weights: Mapping[str, float]
    askings: Askings
    folded: frozenset[str]
    is_of_words: bool = False

    @classmethod
    def of(cls, question: str, weights: Mapping[str, float]) -> Sought:
        words = frozenset(_POSSESSIVE.sub("", word) for word in name_words(question))
        return cls(
            weights,
            askings_of(question),
            words,
            any(frame.kind is Kind.SAID for frame in frames(question)),
        )


def signals(
    sought: Sought,
    candidate: Candidate,
    stored: StoredPassage,
    *,
    said: str,
    asked: str,
    before: str,
    most_bm25: float,
    replies: float | None,
) -> Signals:
    """What speaks for one passage. ``asked`` is the question that it answers, ``before`` that or what was said before it,
    ``replies`` how likely it is the reply where the question was asked on record (0..1, ``None``: it wasn't asked near it)."""
    passage = stored.passage
    own, context = stems(said), stems(asked)
    covered_of_it, said_of_it = covered(sought.weights, own | context), covered(sought.weights, own)
    answers_echo = echo(sought.askings, before)
    untaken = covered_of_it - said_of_it if sought.is_of_words else 0.0
    speaker = name_words(passage.speaker or "")
    return Signals(
        fused=candidate.fused,
        cosine=candidate.cosine,
        lexical=candidate.bm25 / most_bm25 if most_bm25 else 0.0,
        covered=covered_of_it,
        said=said_of_it,
        answers_echo=answers_echo,
        echoes=echo(sought.askings, said),
        near=float(replies is not None),
        follows=logarithm(replies) if replies is not None else 0.0,
        asks=float(passage.asks),
        by_named=float(any(word in sought.folded for word in speaker)),
        untaken=untaken,
        short=float(len(said.split()) <= _SHORT_WORDS),
    )


def log_mass(verdict: Verdict) -> float:
    """The ``mass`` of a verdict; 0, as if nothing were known, of a model that marks no words."""
    return logarithm(verdict.answered) if verdict.starts is not None else 0.0


def logarithm(share: float) -> float:
    """-4.6..0 of a share of 0..1."""
    return math.log(_LEAST + (1 - _LEAST) * share)
