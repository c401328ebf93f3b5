"""Interviews without labels: the questions are set apart by their look (bold, italic, a heading), the answers follow.

Which look that is, is told by what stands in it: most of its lines ask, answers stand between them, and somebody is spoken
to. A list of questions that nobody answers, the sub-headings of an article and a page of frequent questions are none.
Knows lines and their looks only; who speaks is told by labels (:mod:`index.labels`), where there are any.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from index.boilerplate import closes_interview, is_credit, is_furniture
from index.labels import Label, Line, Strength, candidate
from index.talk import is_talk, says_interview, speaks_to_somebody
from index.vocabulary import NEVER

_ASKS = re.compile(r"[?？][\"'”’»)\]*_\u200b\ufeff]*(?:\s|$)")
_FINISHED = re.compile(r"[.!?…:？][\"'”’»)\]*_\u200b\ufeff]*$")
_QUOTED = re.compile(r"""^["'“‘”„‚«»‹›]""")
_PULLED = re.compile(r"""(?s)^["'“‘„‚«»‹›].*["'”’“‘»«›‹][.,;]?$""")
_WORD = re.compile(r"[^\W_]+")
_OUTLET = re.compile(r"(?P<outlet>[^\W_][^:?!]{1,30}):\s+(?=\S)")
_MIN_ASKING = 2
_OFTEN = 0.2


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document sets its questions apart: their looks, and the looks and places of the answers."""

    questions: frozenset[str]
    answers: frozenset[str]
    places: frozenset[str]
    labelled: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines of one voice: ``asks`` for a question, else an answer; ``label`` when its first line has one."""

    lines: tuple[int, ...]
    asks: bool
    label: Label | None = None


def find_layout(text: str, lines: Sequence[Line], labels: Mapping[int, Label], *, title: str | None = None) -> Layout | None:
    """The layout of a document that sets its questions apart, ``None`` where it doesn't or it can't be told.

    A ``title`` that calls it an interview helps where neither questions nor answers show that two people talk.
    """
    looks = Counter(line.look for line in lines if line.look and _asks(text, line))
    is_called_so = bool(title) and says_interview(title)
    sure = {look for look in looks if _is_question_look(text, lines, frozenset((look,)), labels, is_called_so=is_called_so)}
    asking = frozenset(sure | {look for look in looks if sure and look[:1] == "h" and _all_ask(text, lines, look)})
    if not asking:
        return None
    groups = _answers(lines, asking)
    firsts = [group[0] for group in groups]
    labelled = sum(first in labels for first in firsts) >= 0.8 * len(firsts)
    return Layout(
        asking,
        _frequent(lines[first].look for first in firsts) or frozenset(("",)),
        _frequent(lines[first].place for first in firsts) | _frequent(line.place for line in lines if line.look in asking),
        labelled,
    )


def _frequent(values: Iterable[str]) -> frozenset[str]:
    counts = Counter(values)
    return frozenset(value for value, count in counts.items() if count >= _OFTEN * counts.total())


def _is_question_look(
    text: str, lines: Sequence[Line], looks: frozenset[str], labels: Mapping[int, Label], *, is_called_so: bool
) -> bool:
    asking = [number for number, line in enumerate(lines) if line.look in looks and _asks(text, line)]
    if len(asking) < _MIN_ASKING:
        return False
    between = [line for line in lines[asking[0] : asking[-1] + 1] if line.look in looks and not is_aside(text, line)]
    answers = _answers(lines[asking[0] :], looks)
    runs = sum(is_question for is_question, _ in _runs(lines[asking[0] :], looks))
    if len(asking) < 0.5 * len(between) or len(answers) < 0.6 * runs:
        return False
    replies = [[number + asking[0] for number in group] for group in answers]
    if sum(group[0] in labels for group in replies) >= 0.5 * len(replies):
        return not _labels_ask(text, lines, labels, looks)
    questions = [lines[number].span.cut(text) for number in asking]
    words = ["\n".join(lines[number].span.cut(text) for number in group) for group in replies]
    return is_called_so or is_talk(questions, words, in_headings=all(lines[number].look[:1] == "h" for number in asking))


def _labels_ask(text: str, lines: Sequence[Line], labels: Mapping[int, Label], looks: frozenset[str]) -> bool:
    """Whether labelled lines ask too: then the labels say who asks, and a look says something else."""
    outside = [number for number in labels if lines[number].look not in looks]
    asking = sum(bool(_ASKS.search(lines[number].span.cut(text)[-4:])) for number in outside)
    return asking > 0.25 * len(outside)


def _all_ask(text: str, lines: Sequence[Line], look: str) -> bool:
    """Whether every finished line of a look asks: questions that stand in headings of two levels."""
    these = [line for line in lines if line.look == look and _FINISHED.search(line.span.cut(text))]
    return bool(these) and all(_asks(text, line) for line in these)


def _asks(text: str, line: Line) -> bool:
    return bool(_ASKS.search(line.span.cut(text))) and not line.is_link


def asks_at_end(words: str) -> bool:
    """Whether words end in a question."""
    return bool(_ASKS.search(words[-6:]))


def closes_answer(words: str) -> bool:
    """Whether a line comes after an interview: credits, a note on somebody, a rule."""
    return not _WORD.search(words) or is_credit(words)


def is_aside(text: str, line: Line) -> bool:
    """Whether a line that is set apart is neither question nor speech: a pointer, a sub-heading, a pulled quote."""
    words = line.span.cut(text)
    first = words.split(":", 1)[0].casefold() if ":" in words[:30] else ""
    is_quote = bool(_PULLED.match(words)) and not _asks(text, line)
    return line.is_link or first.strip() in NEVER or is_quote or is_furniture(words) or not _FINISHED.search(words)


def _runs(lines: Sequence[Line], looks: frozenset[str]) -> list[tuple[bool, list[int]]]:
    """The runs of lines that have one of some looks, and of those between them, each with its numbers."""
    numbered = groupby(range(len(lines)), key=lambda number: lines[number].look in looks)
    return [(is_question, list(group)) for is_question, group in numbered]


def _answers(lines: Sequence[Line], looks: frozenset[str]) -> list[list[int]]:
    """What stands between and after the lines of some looks, from the first of them on."""
    runs = _runs(lines, looks)
    first = next((n for n, (is_question, _) in enumerate(runs) if is_question), len(runs))
    return [group for is_question, group in runs[first:] if not is_question]


def parts(text: str, lines: Sequence[Line], labels: Mapping[int, Label], layout: Layout) -> list[Part]:
    """Questions and answers in order, from the first question to the end of the last answer; asides are left out."""
    asking = _questions(text, lines, labels, layout)
    if not asking:
        return []
    last = max(asking)
    running = _words(" ".join(line.span.cut(text) for line in lines if line.look in layout.answers and line.look != "quote"))
    found: list[Part] = []
    for number in range(min(asking), len(lines)):
        line = lines[number]
        is_last = number > last
        if number in asking:
            _add(found, number, asks=True, label=labels.get(number))
        elif number in labels and line.look not in layout.questions:
            _add(found, number, asks=False, label=labels[number])
        elif line.look == "quote" and _is_pulled(text, line, running):
            continue
        elif is_last and closes_interview(line.span.cut(text), is_set_apart=line.look == "bold"):
            answered = _answered(found)
            return [*answered, Part((number,), asks=True)] if answered else []
        elif is_last and _ends(text, line, layout):
            break
        elif _goes_on(text, line, layout) and not (layout.labelled and found[-1].asks):
            _add(found, number, asks=False)
    return _answered(found)


def first_labels(text: str, lines: Sequence[Line], labels: Mapping[int, Label], layout: Layout) -> dict[int, Label]:
    """The labels of a document that says once who asks and who answers, at the first question and the first answer.

    One mention is enough here: the look says who goes on. The question's may be an outlet's, in whatever letters.
    """
    first = min(_questions(text, lines, {}, layout), default=None)
    if first is None:
        return {}
    reply = next((n for n in range(first + 1, len(lines)) if lines[n].look not in layout.questions), None)
    answer = candidate(text, lines[reply]) if reply is not None and reply not in labels else None
    if reply is None or answer is None or answer.strength is not Strength.NAME:
        return {}
    found = {reply: answer}
    start, end = lines[first].span.start, lines[first].span.end
    if first not in labels and (match := _OUTLET.match(text[start:end])):
        asker = candidate(text, lines[first]) or Label(match["outlet"], start + match.end(), Strength.NAME)
        found[first] = asker
    return found


def _questions(text: str, lines: Sequence[Line], labels: Mapping[int, Label], layout: Layout) -> set[int]:
    """The lines that are (part of) a question: they have the look, and ask, or are whole statements that are answered.

    A statement counts after the first line that asks, before it only where it speaks to somebody. What stands under a label
    that asks elsewhere is a question, however it ends.
    """
    set_apart = [number for number, line in enumerate(lines) if line.look in layout.questions]
    askers = {labels[number].text for number in set_apart if number in labels and _asks(text, lines[number])}
    found: set[int] = set()
    has_asked = False
    follows: Line | None = None
    answered: dict[int, bool] = {}
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].look in layout.questions:
            answered[number] = follows is not None and _goes_on(text, follows, layout)
        else:
            follows = lines[number]
    for number in set_apart:
        line = lines[number]
        asks = _asks(text, line)
        is_open = has_asked or speaks_to_somebody(line.span.cut(text))
        is_told = number in labels and labels[number].text in askers
        if is_told or (line.place in layout.places and (asks or (is_open and answered[number] and _is_statement(text, line)))):
            found.add(number)
        has_asked = has_asked or asks
    return found


def _is_statement(text: str, line: Line) -> bool:
    """Whether a line that doesn't ask can be a question all the same; thanks for the interview are its end."""
    words = line.span.cut(text)
    return not is_aside(text, line) and len(words.split()) >= 3 and not closes_interview(words)


def _goes_on(text: str, line: Line, layout: Layout) -> bool:
    """Whether a line without a label can be speech: of the answers' look, where answers stand."""
    words = line.span.cut(text)
    return (
        line.look in (layout.answers | {"quote"})
        and line.place in layout.places
        and not line.is_link
        and not is_furniture(words)
        and bool(_WORD.search(words))
    )


def _ends(text: str, line: Line, layout: Layout) -> bool:
    """Whether the last answer is over: a rule, another look or place, credits, a note on somebody."""
    words = line.span.cut(text)
    return bool(words.strip()) and (not _goes_on(text, line, layout) or is_credit(words))


def _is_pulled(text: str, line: Line, running: str) -> bool:
    """Whether a block quote is an editor's: it repeats the running text, or stands in quotation marks."""
    words = line.span.cut(text)
    return bool(_QUOTED.match(words)) or _words(words) in running or len(words.split()) < 40


def _words(words: str) -> str:
    return " ".join(_WORD.findall(words.casefold()))


def _add(found: list[Part], number: int, *, asks: bool, label: Label | None = None) -> None:
    """Adds a line to the part before, where the voice is the same, else begins a new one."""
    if found and label is None and found[-1].asks == asks:
        found[-1] = Part((*found[-1].lines, number), asks, found[-1].label)
    else:
        found.append(Part((number,), asks, label))


def _answered(found: list[Part]) -> list[Part]:
    """Without the questions at the end that nobody answers, but for a labelled one's closing words."""
    last = max((n for n, part in enumerate(found) if not part.asks), default=-1)
    if last < 0:
        return []
    return found[: last + 1] + [part for part in found[last + 1 : last + 2] if part.label is not None]
