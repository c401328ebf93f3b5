"""Training lines to groups of readings: one that answers, and others that a retriever would take for it.

Pure and seeded. The data are described in the README beside them; which sources are left out for their licence is said here.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.records import Span
from index.sentences import split_sentences
from qa.judge_input import Reading

LEFT_OUT = ("squadshifts-reddit", "squadshifts-amazon", "molweni", "covid-qa")
"""Users wrote these passages, or each has a licence of its own: no model that is given away is trained on them."""

_SHARE_OF_ONE_SENTENCE = 0.4
"""Of qamr, whose contexts are one sentence: eight thousand of them would teach that passages are short."""

WINDOW_WORDS = (18, 110)
_LAST_QUESTION = re.compile(r"[^.?!]*\?\s*$")
_NAME = re.compile(r"(?<=[\w,;’'] )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_FIRST = "Anna Otto Mira Jonas Clara Paul Ines Hugo Vera Tom Lena Karl Ruth Max Nora Emil Rosa Felix Ida Leo Maya Sam".split()
_LAST = "Berg Pike Malone Reyes Weber Lind Novak Ortiz Hale Quist Farr Moreau Stone Adler Voss Kerr Brandt Sato Ekman".split()


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a context of passage length, with what stands before it. ``start`` counts in the context."""

    text: str
    before: str
    context: int
    start: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the windows that answer it (none when it has no answer) and where in the first of them."""

    text: str
    context: int
    title: str
    source: str
    answers: tuple[tuple[int, Span], ...]
    avoid: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One reading, whether it answers, and the answer's place in the passage where that is known."""

    reading: Reading
    answers: bool
    span: Span | None = None
    spans_count: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Examples of one question, the one that answers first where there is one."""

    title: str
    source: str
    examples: tuple[Example, ...]


def read_lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def windows_of(context: str, number: int, rng: random.Random) -> list[Window]:
    """The context cut at sentences into windows of a random length, as passages of short and long turns are."""
    sentences = split_sentences(context, Span(0, len(context)))
    found: list[Window] = []
    goal = rng.randint(*WINDOW_WORDS)
    first, held, before = 0, 0, ""
    for at, sentence in enumerate(sentences):
        held += len(sentence.cut(context).split())
        if held >= goal or at + 1 == len(sentences):
            span = Span(sentences[first].start, sentence.end)
            found.append(Window(span.cut(context), before, number, span.start))
            before = sentence.cut(context)
            first, held = at + 1, 0
    return found


def questions_of(rows: Sequence[dict[str, Any]], rng: random.Random) -> tuple[list[Question], list[Window]]:
    """All questions of ``qa.jsonl`` with windows over its contexts."""
    numbers: dict[str, int] = {}
    by_context: dict[int, list[int]] = defaultdict(list)
    windows: list[Window] = []
    questions: list[Question] = []
    for row in rows:
        source = row["source"].removesuffix("+hardneg")
        if source in LEFT_OUT or (source == "qamr" and rng.random() > _SHARE_OF_ONE_SENTENCE):
            continue
        context = row["context"]
        if context not in numbers:
            numbers[context] = len(numbers)
            for window in windows_of(context, numbers[context], rng):
                by_context[numbers[context]].append(len(windows))
                windows.append(window)
        number = numbers[context]
        held = list(_held(row["answers"], [(at, windows[at]) for at in by_context[number]])) if row["answerable"] else []
        if row["answerable"] and not held:
            continue
        avoid = tuple(answer["text"] for answer in row["answers"])
        questions.append(Question(row["question"].strip(), number, row["title"], row["source"], tuple(held), avoid))
    return questions, windows


def _held(answers: Sequence[dict[str, Any]], windows: Sequence[tuple[int, Window]]) -> Iterator[tuple[int, Span]]:
    """The windows that hold an answer, with its place in them; one cut by a window's end counts where it begins."""
    for answer in answers:
        start, end = answer["start"], answer["start"] + len(answer["text"])
        for at, window in windows:
            if window.start <= start < window.start + len(window.text):
                yield at, Span(start - window.start, min(end - window.start, len(window.text)))


def invented_name(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def short_question(question: str, rng: random.Random) -> str:
    """A reporter's question, or often only its last sentence, as a reader would ask."""
    last = _LAST_QUESTION.search(question)
    if last and len(last[0].split()) >= 5 and rng.random() < 0.6:
        return last[0].strip()
    return question


def names_in(questions: Sequence[Question]) -> list[str]:
    """Names that questions hold, to be put where others stood."""
    return sorted({match[0] for question in questions for match in _NAME.finditer(question.text)})
