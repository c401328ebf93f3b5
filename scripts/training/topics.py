"""Questions of the kind "What did she say about the budget?", made from pairs of asked and answered turns. Pure and seeded.

A topic is a name, a rare word or a pair of words that question and answer share. Who speaks of half of it, or was only asked
about it, doesn't answer.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from training.examples import Example, Group, windows_of

from index.records import Span
from index.sentences import split_sentences
from qa.judge_input import Reading
from qa.meaning import is_meaningful, meaningful

TEMPLATES = (
    "What did {who} say about {topic}?",
    "What did {who} say about {topic}?",
    "What did {who} say on {topic}?",
    "What did {who} think of {topic}?",
    "What is {whose} view on {topic}?",
    "Did {who} mention {topic}?",
    "What was said about {topic}?",
    "Has {who} commented on {topic}?",
    "{topic}",
)
_PRONOUNS = (("he", "his"), ("she", "her"), ("they", "their"))
_QUALIFIED = 0.25
_COMMON = 0.004
"""The share of answers from which on a single word is no topic."""

_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_NAME = re.compile(r"(?<=[\w,;] )(?:[A-Z][\w’-]+)(?: [A-Z][\w’-]+)+")
_ONLY_ASKED = re.compile(
    r"(?i)\b(?:get back to you|nothing (?:more |else |further )?(?:to add|for you|to share|to read out|to preview)|no comment|"
    r"don.t have any(?:thing)?|(?:not|n.t) (?:going to )?(?:comment|speculate|get ahead|aware|seen)|have to check|refer you to|"
    r"take (?:that|your) question)\b"
)


@dataclass(frozen=True, slots=True)
class Told:
    """The beginning of an answer as a passage, with its question."""

    text: str
    words: frozenset[str]
    row: dict[str, Any]


def topic_groups(rows: Sequence[dict[str, Any]], count: int, rng: random.Random) -> list[Group]:
    """About ``count`` groups: the answer on the topic first, then answers that aren't; or only such."""
    told = [told_of(row, rng) for row in rows]
    frequency = Counter(word for one in told for word in one.words)
    by_document: dict[str, list[int]] = defaultdict(list)
    by_word: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(told):
        by_document[one.row["doc_id"]].append(number)
        for word in one.words:
            by_word[word].append(number)
    qualifiers = sorted({word for one in rng.sample(told, min(4000, len(told))) for word in _qualifiers(one.row["question"])})
    groups: list[Group] = []
    for number in rng.sample(range(len(told)), len(told)):
        if len(groups) >= count:
            break
        topic = _topic(told[number], frequency, len(told), rng)
        if topic is None:
            continue
        held = {word.casefold() for word in meaningful(_WORD.findall(topic))}
        beside = [n for n in by_document[told[number].row["doc_id"]] if n != number and not held & told[n].words]
        said = [n for word in sorted(held) for n in rng.sample(by_word[word], min(8, len(by_word[word])))]
        half = [n for n in said if not held <= told[n].words]
        wrong = [*rng.sample(half, min(1, len(half))), *rng.sample(beside, min(2, len(beside)))][:2]
        group = _group(topic, told[number], [told[n] for n in wrong], rng)
        if rng.random() < _QUALIFIED:
            group = _qualified(group, topic, rng.choice(qualifiers), told[number], rng)
        groups.append(group)
    return groups


def told_of(row: dict[str, Any], rng: random.Random) -> Told:
    text = windows_of(row["answer"], 0, rng)[0].text
    return Told(text, frozenset(word.casefold() for word in _WORD.findall(text)), row)


def topics_of(question: str, frequency: Counter[str], total: int) -> list[str]:
    """What a question may be about: names, pairs of words, rare words, the surest first."""
    words = _WORD.findall(question)
    pairs = [
        f"{first} {second}"
        for first, second in pairwise(words)
        if is_meaningful(first)
        and is_meaningful(second)
        and f"{first} {second}" in question
        and min(frequency[first.casefold()], frequency[second.casefold()]) < 3 * _COMMON * total
    ]
    rare = [w for w in words if len(w) > 3 and w.isalpha() and is_meaningful(w) and frequency[w.casefold()] < _COMMON * total]
    return [*(match[0] for match in _NAME.finditer(question)), *pairs, *rare]


def only_asked(answer: str) -> bool:
    """Whether an answer says that it won't answer."""
    return bool(_ONLY_ASKED.search(answer))


def _topic(one: Told, frequency: Counter[str], total: int, rng: random.Random) -> str | None:
    """A name, a pair of words or a rare word that the question and the answer have in common."""
    folded = one.text.casefold()
    held = [topic for topic in topics_of(one.row["question"], frequency, total) if topic.casefold() in folded]
    several = [topic for topic in held if " " in topic]
    if several and rng.random() < 0.7:
        return rng.choice(several)
    return rng.choice(held) if held else None


def ask_about(topic: str, told: Told, rng: random.Random) -> str:
    """A reader's question about a topic."""
    who, whose = rng.choice(_PRONOUNS)
    if rng.random() < 0.4 and told.row["answer_speaker"]:
        who = told.row["answer_speaker"]
        whose = f"{who}’s"
    return rng.choice(TEMPLATES).format(who=who, whose=whose, topic=topic)


def _group(topic: str, right: Told, wrong: Sequence[Told], rng: random.Random) -> Group:
    question = ask_about(topic, right, rng)
    answers = not _ONLY_ASKED.search(right.text) or len(right.text.split()) > 60
    said = _said(topic, right.text) if answers else None
    examples = [
        Example(reading_of(question, right, rng), answers=answers, span=said, spans_count=said is not None or not answers)
    ]
    examples += [Example(reading_of(question, other, rng), answers=False) for other in wrong]
    return Group(right.row["doc_id"], right.row["source"], tuple(examples))


def _qualifiers(question: str) -> list[str]:
    """First words of pairs: put before a topic they make it another one."""
    words = _WORD.findall(question)
    return [a for a, b in pairwise(words) if len(a) > 4 and a.islower() and len(meaningful((a, b))) == 2]


def _qualified(group: Group, topic: str, qualifier: str, told: Told, rng: random.Random) -> Group:
    """The group with its last wrong example replaced: the same passage, asked about a narrower topic that it doesn't name."""
    first = group.examples[0].reading.question
    if qualifier in told.words or topic not in first:
        return group
    example = Example(reading_of(first.replace(topic, f"{qualifier} {topic}"), told, rng), answers=False)
    return Group(group.title, group.source, (*group.examples[:2], example))


def _said(topic: str, text: str) -> Span | None:
    """The sentence that names the topic."""
    at = text.casefold().find(topic.casefold())
    return next((s for s in split_sentences(text, Span(0, len(text))) if s.start <= at < s.end), None) if at >= 0 else None


def reading_of(question: str, told: Told, rng: random.Random, *, asked: float = 0.6) -> Reading:
    """A reading of a passage; ``asked`` is how often its question is seen before it, 0..1."""
    before = told.row["question"] if rng.random() < asked else None
    speaker = told.row["answer_speaker"] if rng.random() < 0.8 else None
    return Reading(question, told.text, speaker, before)
