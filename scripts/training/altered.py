"""Questions changed a little, so that a passage which answered them no longer does. Pure and seeded.

The ways in which people write unanswerable questions: another name or number, a word turned into its opposite, a "not", a
word of the same matter that isn't in the passage.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from qa.interpret import meaningful

_NAME = re.compile(r"(?<=[\w,;’'] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_WORD = re.compile(r"[^\W\d_]{5,}")
_VERB = re.compile(r"\b(is|are|was|were|did|does|do|can|could|will|would|has|have|had|should)\b")
_OPPOSITES = [
    pair.split("/")
    for pair in """first/last largest/smallest biggest/smallest highest/lowest most/least more/less before/after above/below
    increase/decrease increased/decreased rise/fall rose/fell won/lost win/lose north/south east/west northern/southern
    eastern/western early/late earlier/later earliest/latest oldest/youngest older/younger start/end began/ended begin/end
    allowed/forbidden accept/reject accepted/rejected support/oppose supported/opposed good/bad best/worst better/worse
    strong/weak stronger/weaker rich/poor male/female men/women long/short longest/shortest fast/slow faster/slower hot/cold
    open/closed opened/closed public/private major/minor maximum/minimum positive/negative possible/impossible
    successful/unsuccessful legal/illegal known/unknown common/rare import/export married/divorced born/buried built/destroyed
    joined/left arrived/departed bought/sold praised/criticised agree/disagree agreed/disagreed always/never many/few
    majority/minority inside/outside upper/lower old/new""".split()
]
_OPPOSITE = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}

Way = Callable[[str, str], "str | None"]


class Altering:
    """Changes questions; ``names`` are put where others stood."""

    def __init__(self, names: Sequence[str], rng: random.Random) -> None:
        self._names, self._rng = names, rng

    def altered(self, question: str, passage: str, beside: str) -> str | None:
        """The question changed in one way that fits, else ``None``. ``beside`` are other words on the same matter."""
        ways: list[Way] = [self._other_name, self._other_name, self._other_number, self._opposite, self._opposite]
        ways += [self._negated, lambda asked, said: self._other_word(asked, said, beside)]
        self._rng.shuffle(ways)
        return next((found for way in ways if (found := way(question, passage))), None)

    def _other_name(self, question: str, passage: str) -> str | None:
        held = [match for match in _NAME.finditer(question) if match[0] in passage]
        other = self._rng.choice(self._names)
        if not held or other in passage:
            return None
        return _put(question, self._rng.choice(held), other)

    def _other_number(self, question: str, passage: str) -> str | None:
        held = [match for match in _NUMBER.finditer(question) if match[0] in passage]
        if not held:
            return None
        match = self._rng.choice(held)
        other = "".join(str((int(c) + self._rng.randint(1, 8)) % 10) if c.isdigit() else c for c in match[0])
        return None if other in passage else _put(question, match, other)

    def _opposite(self, question: str, _: str) -> str | None:
        held = [match for match in re.finditer(r"[a-z]+", question) if match[0] in _OPPOSITE]
        if not held:
            return None
        match = self._rng.choice(held)
        return _put(question, match, _OPPOSITE[match[0]])

    def _negated(self, question: str, _: str) -> str | None:
        match = _VERB.search(question)
        if not match or " not " in question or "n't" in question or self._rng.random() < 0.5:
            return None
        after = question[match.end() :].split(" ", 2)
        if match[0] in ("is", "are", "was", "were") or len(after) < 3:
            return f"{question[: match.end()]} not{question[match.end() :]}"
        return f"{question[: match.end()]} {after[1]} not {after[2]}"

    def _other_word(self, question: str, passage: str, beside: str) -> str | None:
        folded = passage.casefold()
        held = [m for m in _WORD.finditer(question) if m[0].islower() and m[0] in folded and meaningful((m[0],)) == (m[0],)]
        asked = question.casefold()
        others = [w for w in _WORD.findall(beside) if w.islower() and w not in folded and w not in asked]
        others = [word for word in others if meaningful((word,)) == (word,)]
        return _put(question, self._rng.choice(held), self._rng.choice(others)) if held and others else None


def _put(question: str, match: re.Match[str], other: str) -> str:
    return question[: match.start()] + other + question[match.end() :]
