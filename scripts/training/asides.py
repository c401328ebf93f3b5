"""Questions about what only the asker mentions: in passing, or without being answered. Pure and seeded.

Whether what was said next answers is told by where the asker mentions it, and by how the answer begins: a passage isn't on a
matter because the matter was named before it.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from training.examples import Example, Group
from training.topics import Told, ask_about, only_asked, reading_of, told_of, topics_of

from index.records import Span
from index.sentences import split_sentences

_SUBSTANTIAL_WORDS = 45
_NO = re.compile(
    r"(?i)^\W*(?:(?:well|look|so|again|i mean|i think|sorry|oh|yeah|no|uh|um)\b\W*)*"
    r"(?:i(?:’|')?m not (?:going|aware|sure|familiar)|"
    r"i (?:don|haven|can|won|wouldn)(?:’|')?t\b|i (?:have|had) no(?:thing)?\b|i(?:’|')?d have to|i(?:’|')?ll (?:have to|let)|"
    r"no idea|no comment|pass\b|next question)"
)
_SHORT_WORDS, _FEW_WORDS = 60, 20
_SPOKESMEN = "wh-briefings"
"""Where "I don't have that" is the whole answer, however long; elsewhere people who begin so go on and answer."""


def aside_groups(rows: Sequence[dict[str, Any]], count: int, rng: random.Random) -> list[Group]:
    """About ``count`` groups of one reading: a third answers, a third won't, in a third the matter is an aside of the asker."""
    told = [told_of(row, rng) for row in rng.sample(rows, min(len(rows), 14 * count))]
    frequency = Counter(word for one in told for word in one.words)
    found: dict[str, list[Group]] = {"answered": [], "refused": [], "passing": []}
    for one in told:
        topics = [topic for topic in topics_of(one.row["question"], frequency, len(told)) if not _shares(topic, one)]
        if not topics:
            continue
        topic = rng.choice(topics)
        kind = _kind(topic, one)
        if kind and len(found[kind]) < count // 3 + 1:
            example = Example(
                reading_of(ask_about(topic, one, rng), one, rng, asked=1.0),
                answers=kind == "answered",
                spans_count=kind != "answered",
            )
            found[kind].append(Group(one.row["doc_id"], one.row["source"], (example,)))
    return [group for groups in found.values() for group in groups]


def _shares(topic: str, one: Told) -> bool:
    return any(word.casefold() in one.words for word in topic.split())


def _kind(topic: str, one: Told) -> str | None:
    question = one.row["question"]
    sentences = [span.cut(question) for span in split_sentences(question, Span(0, len(question)))]
    asks = [sentence for sentence in sentences if sentence.rstrip().endswith("?")]
    in_question = bool(asks) and any(topic in sentence for sentence in asks)
    words = len(one.text.split())
    says_no = bool(_NO.match(one.text)) and (one.row["source"] == _SPOKESMEN or words <= _FEW_WORDS)
    refuses = only_asked(one.text) or says_no
    if in_question and words <= _SHORT_WORDS and refuses:
        return "refused"
    if in_question and words >= _SUBSTANTIAL_WORDS and len(sentences) <= 3 and not refuses:
        return "answered"
    if not in_question and len(question.split()) > 30:
        return "passing"
    return None
