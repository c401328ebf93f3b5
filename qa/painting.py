"""How words go out: painted, linked, behind margins, and harmless to a terminal, or exactly as they are to a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.typesetting import MARGIN, set_lines, visible

Paint = tuple[int, int, str]
"""What is painted: ``(start, end, code)`` of some words."""


@dataclass(frozen=True, slots=True)
class Style:
    """How to write: ``color`` uses ANSI codes, ``links`` OSC 8 hyperlinks, ``raw`` sends quotes byte for byte.

    ``width`` is the measure in cells to which words are set; ``None`` leaves their lines as they are.
    """

    color: bool = False
    links: bool = False
    raw: bool = True
    width: int | None = None

    def paint(self, words: str, code: str) -> str:
        return f"\x1b[{code}m{words}\x1b[0m" if self.color and words and code else words

    def link(self, words: str, url: str | None) -> str:
        return f"\x1b]8;;{visible(url)}\x1b\\{words}\x1b]8;;\x1b\\" if self.links and url else words

    def safe(self, words: str) -> str:
        """The words as they may go out: exactly, or to a terminal so that they can't steer it."""
        return words if self.raw else visible(words)

    def lines(self, words: str, *paints: Paint, margin: str = "", first: str | None = None, url: str | None = None) -> str:
        """Words behind a margin (their first line behind ``first``), painted and linked, set to the width if there is one."""
        first = margin if first is None else first
        lines = set_lines(words, max(self.width - len(margin), 1)) if self.width else [(0, len(words))]
        return "\n".join(
            (margin if number else first) + self.link(self.painted(words, start, end, paints), url) if start < end else ""
            for number, (start, end) in enumerate(lines)
        )

    def note(self, words: str, *, url: str | None = None) -> str:
        """What is said about a quote, under it."""
        return self.lines(words, whole(words, "2"), margin=MARGIN, url=url)

    def painted(self, words: str, start: int, end: int, paints: Sequence[Paint]) -> str:
        """``words[start:end]``, made safe, with the parts painted that fall into it."""
        pieces: list[str] = []
        at = start
        for paint_start, paint_end, code in paints:
            left, right = max(paint_start, at), min(paint_end, end)
            if left < right:
                pieces += [self.safe(words[at:left]), self.paint(self.safe(words[left:right]), code)]
                at = right
        return "".join([*pieces, self.safe(words[at:end])])


def whole(words: str, code: str) -> Paint:
    """All of some words, painted."""
    return (0, len(words), code)
