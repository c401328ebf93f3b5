"""Lines of canonical text to turns: a label begins one, the next label ends it.

Lines that nobody said (:mod:`index.boilerplate`) are left out; a turn that they interrupt has several spans.
Which lines are labels is decided by :mod:`index.labels`, what a line is by the format's parser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from index.boilerplate import is_credit, is_furniture, opens_list
from index.dashes import content_start, dashed_parts
from index.labelling import accept
from index.labels import Label, Line, candidate
from index.questions import Layout, Part, find_layout, first_labels, parts
from index.records import Role, Span, Turn
from index.run_on import split_bold, split_labels

_LINE_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_END_MARK = re.compile(r"(?:<\|[a-z_]{2,20}\|>|</s>)\s*\Z")
"""What language models' tools leave at the ends of texts."""

_MIN_SINGLE_TURNS = 8
_SENTENCE_END = re.compile(r"[.!?…:;,]['\"”’»)\]*_]*$")


def split_lines(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """The lines of ``text[start:end]`` that are not blank, each without its surrounding blanks."""
    end = len(text) if end is None else end
    lines: list[Line] = []
    after_blank, at = True, start
    while at <= end:
        match = _LINE_BREAK.search(text, at, end)
        stop = match.start() if match else end
        mark = _END_MARK.search(text[at:stop])
        span = trim(text, Span(at, at + mark.start() if mark else stop))
        if span.start == span.end:
            after_blank = True
        else:
            lines.append(Line(span, opens_paragraph=after_blank))
            after_blank = False
        if not match:
            break
        at = match.end()
    return lines


def spoken_text(text: str, turns: Iterable[Turn]) -> str:
    """All that was said, without what stands between: for telling the language, never for quoting."""
    return "\n".join(span.cut(text) for turn in turns for span in turn.spans)


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
        elif dropping and (_goes_on(words) or (line.look == "bold" and not line.is_link and words.rstrip().endswith("?"))):
            dropping = False
        if not dropping and (continues or not is_furniture(words)):
            kept.append(line)
    return kept


_LABELLED = re.compile(r"[>\s]*[*_]{0,3}[^\W\d_][^:：\n]{0,99}[:：][*_]{0,3}\s+\S.{60}", re.DOTALL)


def _goes_on(words: str) -> bool:
    """Whether a line after a list of headlines is the article again: a finished one, labelled or long."""
    return bool(_SENTENCE_END.search(words)) and (bool(_LABELLED.match(words)) or len(words.split()) > 35)


def build_turns(text: str, lines: Sequence[Line], *, title: str | None = None) -> tuple[Turn, ...]:
    """The turns that ``lines`` hold, by questions set apart by their look, else by labels, else one of the running text.

    Text before the first question or label is narration: an unlabelled turn of its finished sentences, so that a headline,
    a byline or a date is in no turn. Where looks tell who asks, turns have roles without labels.
    """
    plain = {label.text.casefold() for line in lines if line.look[:1] != "h" and (label := candidate(text, line))}
    said = [line for line in lines if _may_be_said(text, line, plain)]
    return _set_apart(text, lines, title) or _labelled(text, said, title)


def _dashed(text: str, lines: Sequence[Line], title: str | None) -> tuple[Turn, ...]:
    """The turns of a document that marks them by dashes; none where it doesn't."""
    bare = [replace(line, span=Span(content_start(text, line), line.span.end)) for line in lines]
    return _turns_of(text, bare, dashed_parts(text, lines), title)


def _may_be_said(text: str, line: Line, plain: Collection[str]) -> bool:
    """Whether a line may be speech where looks don't tell: no heading without a label, no note set wholly in italics.

    A heading whose label stands before running text elsewhere (``plain``) sums up: ``Weil: “We were asleep”``.
    """
    if line.look[:1] == "h":
        label = candidate(text, line)
        return label is not None and label.text.casefold() not in plain
    return line.look != "italic" or candidate(text, line) is not None or "?" in line.span.cut(text)


def _set_apart(text: str, lines: Sequence[Line], title: str | None) -> tuple[Turn, ...]:
    """The turns of a document that sets its questions apart; none where it doesn't."""
    split = split_bold(text, lines)
    for these in (lines, split) if len(split) > len(lines) else (lines,):
        if not any(line.look for line in these):
            continue
        labels = accept(text, these)
        if layout := find_layout(text, these, labels, title=title):
            return _laid_out(text, these, labels | first_labels(text, these, labels, layout), layout, title)
    return ()


def _laid_out(
    text: str, lines: Sequence[Line], labels: Mapping[int, Label], layout: Layout, title: str | None
) -> tuple[Turn, ...]:
    return _turns_of(text, lines, parts(text, lines, labels, layout), title)


def _turns_of(text: str, lines: Sequence[Line], found: Sequence[Part], title: str | None) -> tuple[Turn, ...]:
    """Questions and answers as turns, after what is narrated before them."""
    if not found:
        return ()
    turns: list[Turn] = []
    first = found[0].lines[0]
    before = [line for line in lines[:first] if line.look[:1] not in ("h", "i")]
    spans: list[Span] = []
    for number in sorted(_narration(text, before, title, labelled=True)):
        _append(text, spans, before[number].span)
    if spans:
        turns.append(Turn(spans=tuple(spans)))
    for part in found:
        spans = []
        for number in part.lines:
            label = part.label if number == part.lines[0] else None
            content = _content(text, label, lines[number].span.end) if label else lines[number].span
            if content.start < content.end:
                _append(text, spans, content)
        if spans:
            role = Role.INTERVIEWER if part.asks else Role.INTERVIEWEE
            turns.append(Turn(spans=tuple(spans), label=part.label.text if part.label else None, role=role))
    return tuple(turns)


def _labelled(text: str, lines: Sequence[Line], title: str | None) -> tuple[Turn, ...]:
    lines = split_labels(text, lines)
    labels = accept(text, lines)
    if not labels and (dashed := _dashed(text, lines, title)):
        return dashed
    first = min(labels, default=len(lines))
    narrated = _narration(text, lines[:first], title, labelled=bool(labels))
    beside = _beside(lines, labels) | _after(text, lines, labels) | _credits(text, lines, labels)
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
        elif (label is None and number not in narrated) or number in beside:
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


def _beside(lines: Sequence[Line], labels: Mapping[int, Label]) -> set[int]:
    """The unlabelled lines among the turns that stand in boxes of another kind than speech does."""
    after = range(min(labels, default=len(lines)), len(lines))
    places = {lines[number].place for number in labels}
    counts = Counter(lines[number].place for number in after if number not in labels)
    places |= {place for place, count in counts.items() if count >= 0.2 * counts.total()}
    return {number for number in after if lines[number].place not in places}


def _after(text: str, lines: Sequence[Line], labels: Mapping[int, Label]) -> set[int]:
    """The paragraphs after the last turn of a document in which every turn but that one is a paragraph: nobody said them.

    What hangs on under the last label is a call to comment, a note on the author, where no other label has more than its line.
    """
    numbers = sorted(labels)
    if len(numbers) < _MIN_SINGLE_TURNS or not lines[numbers[0]].place:  # a page's furniture, not a transcript's
        return set()
    is_single = all(
        later - number == 1 and trim(text, Span(labels[number].content, lines[number].span.end)).start < lines[number].span.end
        for number, later in pairwise(numbers)
    )
    return set(range(numbers[-1] + 1, len(lines))) if is_single else set()


def _credits(text: str, lines: Sequence[Line], labels: Mapping[int, Label]) -> set[int]:
    """The lines from the first credits after the last label on: nobody said them, however they follow."""
    after = range(max(labels, default=len(lines)) + 1, len(lines))
    first = next(
        (number for number in after if lines[number].opens_paragraph and is_credit(lines[number].span.cut(text))), None
    )
    return set() if first is None else set(range(first, len(lines)))


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
