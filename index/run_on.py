"""Lines that hold two voices: a question in bold with its answer run on, an answer whose label stands in the middle of a line.

Splits such lines, so that whoever looks for voices finds each at the start of a line. Where a line is split is decided by the
whole document: one look-alike is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from index.labelling import accept
from index.labels import Line, candidate, mark_of, name_of
from index.records import Span
from index.vocabulary import NEVER

_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]*_]*$")
_NAME = r"[^\W\d_a-z][^\W_]*(?:['’\-][^\W_]+)*"
_INNER = re.compile(
    rf"""(?<=[.?!…—–\-\])”"’»])\s*(?P<label>(?:(?:Mr|Mrs|Ms|Dr|Prof)\.?[ ])?{_NAME}(?:[ ]{_NAME}){{0,2}}):"""
    r"""\s+(?=["“„«(\[…]?[^\W_])"""
)
_MIN_SPLIT_LINES = 3
_OFTEN = 0.3


def split_bold(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines with a finished sentence in bold at their start made two: that, as ``run-in``, and what runs on after it."""
    found: list[Line] = []
    for line in lines:
        end = line.emphasis_end or line.span.start
        opening, rest = _trimmed(text, line.span.start, end), _trimmed(text, end, line.span.end)
        if rest.start < rest.end and _SENTENCE_END.search(opening.cut(text)) and candidate(text, line) is None:
            found.append(replace(line, span=opening, look="run-in"))
            found.append(replace(line, span=rest, opens_paragraph=False, emphasis_end=None))
        else:
            found.append(line)
    return found


def split_labels(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines of a transcript that writes question and answer on one line, each made to begin with its label.

    Only where many labelled lines hold a second label, which comes back or begins lines itself, after the end of a sentence.
    """
    sure = accept(text, lines)
    begun = {name_of(label.text).casefold() for label in sure.values()}
    starts = {number: sure[number].content if number in sure else line.span.start + 1 for number, line in enumerate(lines)}
    inner = {number: list(_INNER.finditer(text, starts[number], line.span.end)) for number, line in enumerate(lines)}
    counts = Counter(match["label"].casefold() for matches in inner.values() for match in matches)
    labels = {label for label in counts if _is_name(label) and (counts[label] >= _MIN_SPLIT_LINES or label in begun)}
    holding = [number for number in sure if any(match["label"].casefold() in labels for match in inner[number])]
    if len(holding) < max(_MIN_SPLIT_LINES, _OFTEN * len(sure)):
        return list(lines)
    found: list[Line] = []
    for number, line in enumerate(lines):
        cuts = [match.start("label") for match in inner[number] if match["label"].casefold() in labels]
        for start, end in zip([line.span.start, *cuts], [*cuts, line.span.end], strict=True):
            span = _trimmed(text, start, end)
            if span.start < span.end:
                found.append(replace(line, span=span, opens_paragraph=True))
    return found


def _is_name(label: str) -> bool:
    return bool(mark_of(label)) or label.split(maxsplit=1)[0].rstrip(".") not in NEVER


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    left = len(words) - len(words.lstrip())
    return Span(start + left, max(start + left, start + len(words.rstrip())))
