"""Questions and windows to groups: which passages a question is trained against, and how each is dressed up.

A passage is seen with a speaker or without, after a question or after other words: what stands around it in an index varies
as much.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from training.altered import Altering
from training.examples import (
    Example,
    Group,
    Question,
    Window,
    invented_name,
    names_in,
    short_question,
    windows_of,
)

from index.records import Span
from qa.judge_input import Reading

NEGATIVES = 2
MINED_DEPTH = 24
_ACCORDING = 0.08
_ALTERED = 0.45
_ECHOED = 0.35
_PAIR_WORDS = (30, 140)


def qa_groups(questions: Sequence[Question], windows: Sequence[Window], mined: Any, rng: random.Random) -> list[Group]:
    """A group for each question; ``mined`` is ``(n_questions, k) int``: the windows nearest to each question."""
    maker = _QaGroups(questions, windows, mined, rng)
    return [group for number in range(len(questions)) if (group := maker.group(number))]


class _QaGroups:
    def __init__(self, questions: Sequence[Question], windows: Sequence[Window], mined: Any, rng: random.Random) -> None:
        self._questions, self._windows, self._mined, self._rng = questions, windows, mined, rng
        self._altering = Altering(names_in(questions), rng)
        self._asked: dict[int, list[str]] = defaultdict(list)
        self._beside: dict[int, list[int]] = defaultdict(list)
        for at, window in enumerate(windows):
            self._beside[window.context].append(at)
        for question in questions:
            for at in {at for at, _ in question.answers}:
                self._asked[at].append(question.text)

    def group(self, number: int) -> Group | None:
        question = self._questions[number]
        if not question.answers:
            wrong = self._beside[question.context]
            chosen = self._rng.sample(wrong, min(2, len(wrong)))
            examples = [Example(self._reading(question.text, at), answers=False) for at in chosen]
            return Group(question.title, question.source, tuple(examples))
        at, span = self._rng.choice(question.answers)
        first, *others = self._positive(question, at, span)
        for other in self._negatives(number, {at for at, _ in question.answers}):
            if len(others) < NEGATIVES:
                others.append(Example(self._reading(question.text, other), answers=False))
        return Group(question.title, question.source, (first, *others))

    def _positive(self, question: Question, at: int, span: Span) -> list[Example]:
        """The example that answers, and sometimes the same passage where it doesn't: something else is asked."""
        draw = self._rng.random()
        if draw < _ACCORDING:
            who, other = invented_name(self._rng), invented_name(self._rng)
            asked = f"{self._rng.choice(('According to', 'As', 'What does'))} {who}"
            text = question.text[:1].lower() + question.text[1:]
            words = f"According to {who}, {text}" if asked.startswith("According") else f"{asked} says: {text}"
            examples = [Example(self._reading(words, at, speaker=who), answers=True, span=span)]
            if other.split()[0] != who.split()[0]:
                examples.append(Example(self._reading(words, at, speaker=other), answers=False))
            return examples
        examples = [Example(self._reading(question.text, at, may_echo=True), answers=True, span=span)]
        if draw < _ACCORDING + _ALTERED:
            beside = self._windows[self._rng.choice(self._beside[self._windows[at].context])].text
            altered = self._altering.altered(question.text, self._windows[at].text, beside)
            if altered:
                examples.append(Example(self._reading(altered, at), answers=False))
        return examples

    def _negatives(self, number: int, right: set[int]) -> list[int]:
        """Windows that don't answer: one from the same context, the others from what a retriever finds."""
        question = self._questions[number]
        beside = [at for at in self._beside[question.context] if at not in right and not self._holds(at, question)]
        near = [int(at) for at in self._mined[number] if int(at) not in right and not self._holds(int(at), question)]
        self._rng.shuffle(beside)
        near = self._rng.sample(near[:12], min(3, len(near[:12])))
        return [*beside[:1], *near]

    def _holds(self, at: int, question: Question) -> bool:
        """Whether a window may answer too: it holds the answer's words."""
        text = self._windows[at].text.casefold()
        return any(answer.casefold() in text for answer in question.avoid)

    def _reading(self, question: str, at: int, *, speaker: str | None = None, may_echo: bool = False) -> Reading:
        window = self._windows[at]
        draw = self._rng.random()
        before: str | None = None
        others = [asked for asked in self._asked[at] if asked != question]
        if draw < (0.12 if may_echo else 0.03):
            before = question
        elif draw < 0.4:
            before = window.before or None
        elif draw < 0.65 and others:
            before = self._rng.choice(others)
        if speaker is None and self._rng.random() < 0.4:
            speaker = invented_name(self._rng)
        return Reading(question, window.text, speaker, before)


def pair_groups(rows: Sequence[dict[str, Any]], count: int, rng: random.Random) -> list[Group]:
    """Groups of question and answer turns: other answers of the same document don't answer, nor does the question itself."""
    by_document: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_document[row["doc_id"]].append(row)
    chosen = [(document, number) for document, held in by_document.items() if len(held) >= 6 for number in range(len(held))]
    rng.shuffle(chosen)
    return [_pair_group(by_document[document], number, rng) for document, number in chosen[:count]]


def _pair_group(rows: Sequence[dict[str, Any]], number: int, rng: random.Random) -> Group:
    row = rows[number]
    query = short_question(row["question"], rng)
    far = [n for n in range(len(rows)) if abs(n - number) > 1]
    examples = [Example(_answer(query, row, rng), answers=True, spans_count=False)]
    if rng.random() < _ECHOED:
        before = rows[number - 1]["answer"] if number else None
        examples.append(Example(Reading(query, row["question"], row["question_speaker"], before), answers=False))
    others = rng.sample(far, min(NEGATIVES + 1 - len(examples), len(far)))
    examples += [Example(_answer(query, rows[other], rng), answers=False) for other in others]
    return Group(row["doc_id"], row["source"], tuple(examples))


def _answer(query: str, row: dict[str, Any], rng: random.Random) -> Reading:
    """The beginning of an answer, as long as a passage, half the time after its question."""
    first = windows_of(row["answer"], 0, rng)[0].text
    words = first if len(first.split()) >= _PAIR_WORDS[0] else row["answer"][:600]
    before = row["question"] if rng.random() < 0.5 else None
    speaker = row["answer_speaker"] if rng.random() < 0.7 else None
    return Reading(query, words, speaker, before)


def mine(question_vectors: Any, window_vectors: Any, *, depth: int = MINED_DEPTH) -> Any:
    """``(n_questions, depth) int32``: the windows nearest to each question by inner product, nearest first."""
    found = np.zeros((len(question_vectors), depth), np.int32)
    for at in range(0, len(question_vectors), 1024):
        scores = question_vectors[at : at + 1024] @ window_vectors.T
        top = np.argpartition(-scores, depth, axis=1)[:, :depth]
        order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1)
        found[at : at + 1024] = np.take_along_axis(top, order, axis=1)
    return found
