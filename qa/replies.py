"""Who answers, where a question was asked on record: the one who speaks next, a later one, or the asker, who goes on.

Pure. Knows lines in the order in which they were said; when a line asks the question is told by :mod:`qa.echo`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from index.records import Span
from index.sentences import split_sentences
from qa.echo import ECHOES, Askings, echo
from qa.words import word_pairs

FOLLOWERS = 5
"""Lines after an asking that may answer it."""

_LONG_TALK, _LONG_REPLY = 16, 20
_HUMS = frozenset("ah aha eh er hm hmm huh m mhm mm mmm oh okay ok right uh um uhm".split())
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """Something said. ``talked_on`` is 0 where it doesn't ask the question; see :func:`talked_on`."""

    speaker: str | None
    text: str
    asks_it: bool = False
    talked_on: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What speaks for a line as the reply, each in 0..1.

    ``answers_itself``: it asks, and how long it goes on after that. ``asks_only``: it asks. ``talked_over``: how long the asker
    went on before it. ``next``: it is the next line. ``early``: 1 for the first who answers, 1/2 for the second, 0 for a hum.
    ``asks_back``: it ends in a question itself. ``length``: how many words it has.
    """

    answers_itself: float = 0.0
    asks_only: float = 0.0
    talked_over: float = 0.0
    next: float = 0.0
    early: float = 0.0
    asks_back: float = 0.0
    length: float = 0.0


WEIGHTS: Final[Mapping[str, float]] = {
    "answers_itself": 3.1,
    "asks_only": 1.0,
    "talked_over": -2.2,
    "next": 1.1,
    "early": 2.6,
    "asks_back": -1.4,
    "length": 2.1,
}
"""Fitted by ``scripts/fit_replies.py`` on meetings."""

_NOBODY = 2.0
"""Set by hand: more than for an asking that stands alone (1.0), less than for any who speaks next (3.7 and more)."""


def line_of(askings: Askings, speaker: str | None, text: str) -> Line:
    """Something said, as it asks a question or doesn't."""
    asks_it = echo(askings, text) >= ECHOES
    return Line(speaker, text, asks_it, talked_on(askings, text) if asks_it else 0)


def talked_on(askings: Askings, text: str) -> int:
    """How many words a text goes on with after the last sentence that asks the question; 0 where it ends in a question."""
    ends = [
        sentence.end
        for sentence in split_sentences(text, Span(0, len(text)))
        if any(_asks(word_pairs(sentence.cut(text)), asking) for asking in askings)
    ]
    rest = text[max(ends, default=len(text)) :]
    return 0 if rest.rstrip().endswith("?") else len(rest.split())


def _asks(pairs: frozenset[tuple[str, str]], asking: frozenset[tuple[str, str]]) -> bool:
    return len(pairs & asking) >= max(1, min(len(pairs), len(asking)) / 2)


def is_hum(text: str) -> bool:
    """Whether a text only says that somebody listens."""
    return all(word.casefold() in _HUMS for word in _WORD.findall(text))


def replies(lines: Sequence[Line]) -> list[Reply]:
    """What speaks for each of some lines in order, of which the first asks; the nearest asking before a line counts."""
    found: list[Reply] = []
    asking, at, answered = lines[0], 0, 0
    for number, line in enumerate(lines):
        if line.asks_it:
            asking, at, answered = line, number, 0
            talked = min(line.talked_on, _LONG_TALK) / _LONG_TALK
            found.append(Reply(answers_itself=talked, asks_only=1.0))
            continue
        asks_back, hums = line.text.rstrip().endswith("?"), is_hum(line.text)
        found.append(
            Reply(
                talked_over=min(asking.talked_on, _LONG_TALK) / _LONG_TALK,
                next=float(number == at + 1),
                early=0.0 if hums else 1 / (1 + answered),
                asks_back=float(asks_back),
                length=min(len(line.text.split()), _LONG_REPLY) / _LONG_REPLY,
            )
        )
        from_another = asking.speaker is None or line.speaker != asking.speaker
        answered += from_another and not asks_back and not hums
    return found


def shares(lines: Sequence[Line], weights: Mapping[str, float] = WEIGHTS) -> list[float]:
    """How likely each line is the reply, 0..1; what is missing to 1 together is that nobody replied."""
    scores = [sum(weights[field.name] * getattr(one, field.name) for field in fields(one)) for one in replies(lines)]
    powers = [math.exp(score) for score in scores]
    return [power / (math.exp(_NOBODY) + sum(powers)) for power in powers]


def runs(askings: Sequence[int]) -> list[list[int]]:
    """The places of a question's askings, together where a later one is in reach of the one before: its parts were asked."""
    found: list[list[int]] = []
    for place in sorted(askings):
        if found and place - found[-1][-1] <= FOLLOWERS:
            found[-1].append(place)
        else:
            found.append([place])
    return found
