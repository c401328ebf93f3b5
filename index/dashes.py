"""Interviews whose turns are marked by a dash and nothing else, as is the custom of Spanish, French and Portuguese papers.

Either both sides begin with a dash and take turns, or the questions alone do. Which side asks must show all the way through,
since one turn missed would put every later one into the other's mouth; a list of points is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.labels import Line
from index.questions import Part, asks_at_end, closes_answer

_DASH = re.compile(r"[—–―]\s?(?=[^\W_]|[¿¡\"“«‘(])")
_MIN_MARKED = 6
_MOSTLY, _HARDLY = 0.6, 0.25


def dashed_parts(text: str, lines: Sequence[Line]) -> list[Part]:
    """The questions and answers of a document that marks them by dashes; none where it doesn't, or where it can't be told."""
    marked = [number for number, line in enumerate(lines) if _DASH.match(text, line.span.start, line.span.end)]
    if len(marked) < _MIN_MARKED:
        return []
    asks = [asks_at_end(lines[number].span.cut(text)) for number in marked]
    halves = (asks[: len(asks) // 4 * 2], asks[len(asks) // 4 * 2 :])
    if all(_share(half[0::2]) >= _MOSTLY and _share(half[1::2]) <= _HARDLY for half in halves):
        return _taking_turns(text, lines, marked)
    followed = sum(after - number > 1 for number, after in zip(marked, [*marked[1:], len(lines)], strict=True))
    if _share(asks) >= _MOSTLY and followed >= 0.9 * len(marked):
        return _questions_only(text, lines, marked)
    return []


def content_start(text: str, line: Line) -> int:
    """Where the words of a line begin, after its dash."""
    match = _DASH.match(text, line.span.start, line.span.end)
    return match.end() if match else line.span.start


def _share(asks: Sequence[bool]) -> float:
    return sum(asks) / max(1, len(asks))


def _taking_turns(text: str, lines: Sequence[Line], marked: Sequence[int]) -> list[Part]:
    """Every dash begins the other's turn; what follows without one goes on with it."""
    found: list[Part] = []
    goes_on = any(after - number > 1 for number, after in zip(marked[1::2], marked[2::2], strict=False))
    for place, number in enumerate(marked):
        is_last = place == len(marked) - 1
        after = marked[place + 1] if not is_last else (_end(text, lines, number) if goes_on else number + 1)
        found.append(Part(tuple(range(number, after)), asks=place % 2 == 0))
    return found


def _questions_only(text: str, lines: Sequence[Line], marked: Sequence[int]) -> list[Part]:
    found: list[Part] = []
    for number, after in zip(marked, [*marked[1:], _end(text, lines, marked[-1])], strict=True):
        found.append(Part((number,), asks=True))
        if after > number + 1:
            found.append(Part(tuple(range(number + 1, after)), asks=False))
    return found


def _end(text: str, lines: Sequence[Line], last: int) -> int:
    """The line after the last answer: credits, a rule or another kind of box end it."""
    for number in range(last + 1, len(lines)):
        line = lines[number]
        if line.look or line.is_link or line.place != lines[last].place or closes_answer(line.span.cut(text)):
            return number
    return len(lines)
