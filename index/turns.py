"""Lines of canonical text to turns: a label begins one, the next label ends it.

Lines that nobody said (:mod:`index.boilerplate`) are left out; a turn that they interrupt has several spans.
Which lines are labels is decided by :mod:`index.labels`, what a line is by the format's parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.boilerplate import is_furniture, opens_list
from index.labels import Label, Line, accept
from index.records import Span, Turn

_LINE_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_SENTENCE_END = re.compile(r"[.!?…:;,]['\"”’»)\]*_]*$")


def split_lines(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """The lines of ``text[start:end]`` that are not blank, each without its surrounding blanks."""
    end = len(text) if end is None else end
    lines: list[Line] = []
    after_blank, at = True, start
    while at <= end:
        match = _LINE_BREAK.search(text, at, end)
        stop = match.start() if match else end
        span = trim(text, Span(at, stop))
        if span.start == span.end:
            after_blank = True
        else:
            lines.append(Line(span, opens_paragraph=after_blank))
            after_blank = False
        if not match:
            break
        at = match.end()
    return lines


def trim(text: str, span: Span) -> Span:
    """The span without the blanks at its ends; empty at its start when it is all blank."""
    words = text[span.start : span.end]
    left = len(words) - len(words.lstrip())
    right = len(words.rstrip())
    return Span(span.start + left, span.start + max(left, right))


def without_furniture(text: str, lines: Iterable[Line]) -> list[Line]:
    """The lines that may have been said or narrated.

    A heading of other stories drops what follows, up to the next line that is as long as speech is: a box in the middle of
    an article ends where the article goes on. A line that only goes on with a wrapped sentence is never a heading.
    """
    kept: list[Line] = []
    dropping = False
    for line in lines:
        words = line.span.cut(text)
        continues = not line.opens_paragraph and words[0].islower()
        if opens_list(words) and not continues:
            dropping = True
        elif dropping and _goes_on(words):
            dropping = False
        if not dropping and (continues or not is_furniture(words)):
            kept.append(line)
    return kept


_LABELLED = re.compile(r"[>\s]*[*_]{0,3}[^\W\d_][^:：\n]{0,99}[:：][*_]{0,3}\s+\S.{60}", re.DOTALL)


def _goes_on(words: str) -> bool:
    """Whether a line after a list of headlines is the article again: a finished one, labelled or long."""
    return bool(_SENTENCE_END.search(words)) and (bool(_LABELLED.match(words)) or len(words.split()) > 35)


def build_turns(text: str, lines: Sequence[Line], *, title: str | None = None) -> tuple[Turn, ...]:
    """The turns that ``lines`` hold; without any label, one unlabelled turn of the running text.

    Text before the first label is narration: an unlabelled turn of its finished sentences, so that a headline, a
    byline or a date is in no turn.
    """
    labels = accept(text, lines)
    narrated = _narration(text, lines[: min(labels, default=len(lines))], title, labelled=bool(labels))
    turns: list[Turn] = []
    spans: list[Span] = []
    label: str | None = None

    def close() -> None:
        if spans:
            turns.append(Turn(spans=tuple(spans), label=label))

    in_bold = False
    for number, line in enumerate(lines):
        if number in labels:
            close()
            spans, label = [], labels[number].text
            in_bold = labels[number].content < line.span.end and _is_bold(text, line)
            content = _content(text, labels[number], line.span.end)
        elif label is None and number not in narrated:
            continue
        elif in_bold and not _is_bold(text, line):
            close()  # "**The Post: Did you quit?**", then plain words: somebody else's, and the source doesn't say whose
            spans, label, in_bold, content = [], None, False, line.span
            narrated.update(range(number, len(lines)))
        else:
            content = line.span
        if content.start < content.end:
            _append(text, spans, content)
    close()
    return tuple(turns)


def _is_bold(text: str, line: Line) -> bool:
    """Whether a whole line is set in bold, its label too."""
    words = line.span.cut(text)
    in_markdown = len(words) > 4 and words[:2] == words[-2:] == "**" and "**" not in words[2:-2]
    return in_markdown or (line.emphasis_end is not None and line.emphasis_end >= line.span.end)


def _content(text: str, label: Label, end: int) -> Span:
    """What follows a label on its line, without the end of emphasis that began before the label."""
    if label.opens and text.endswith(label.opens, label.content, end):
        end -= len(label.opens)
    return trim(text, Span(label.content, end))


def _append(text: str, spans: list[Span], span: Span) -> None:
    """Adds a line to a turn, joined to the one before when nothing but blanks lies between."""
    if spans and not text[spans[-1].end : span.start].strip():
        spans[-1] = Span(spans[-1].start, span.end)
    else:
        spans.append(span)


def _narration(text: str, lines: Sequence[Line], title: str | None, *, labelled: bool) -> set[int]:
    """The numbers of the unlabelled lines that are running text; where nothing is labelled, all but the title are."""
    paragraphs: list[list[int]] = []
    for number, line in enumerate(lines):
        if line.opens_paragraph or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(number)
    kept: set[int] = set()
    for numbers in paragraphs:
        words = " ".join(" ".join(lines[number].span.cut(text) for number in numbers).split())
        is_finished = len(words.split()) >= 5 and bool(_SENTENCE_END.search(words))
        if words != title and (is_finished or not labelled):
            kept.update(numbers)
    return kept
