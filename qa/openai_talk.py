"""What a chat's messages ask: a question with the questions before it, or a job that a front end sends for itself.

Open WebUI has a model name chats, tag them and guess what could be asked next, in prompts that begin with ``### Task:``. No
model writes anything here: such a job gets what is empty in the shape that it asks for, and a chat is named by its question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa.errors import BadQuestion
from qa.followup import MAX_HISTORY, check_history

_JOB = "### Task:"
_CONTEXT_END = "</context>"
_SHAPE = re.compile(r'"(title|tags|follow_ups|queries|text|prompt)"\s*:')
_FIRST_QUESTION = re.compile(r"<chat_history>\s*USER: (.+)")
_TITLE_CHARS = 60


@dataclass(frozen=True, slots=True)
class Talk:
    """A question and the questions before it, oldest first."""

    question: str
    history: tuple[str, ...] = ()


def talk_of(said: Iterable[str]) -> Talk | str | None:
    """The question in what a user has said, oldest first, or the answer to a job; ``None`` when nothing was said.

    Of the questions before it the last that can be asked are kept: one that was refused is no part of a conversation.
    """
    *before, last = said or ("",)
    if not last.strip():
        return None
    question = _question(last)
    if question is None:
        return _done(last)
    asked = [one for one in map(_question, before) if one and _can_be_asked(one)]
    return Talk(question, tuple(asked[-MAX_HISTORY:]))


def _question(words: str) -> str | None:
    """A question as the user wrote it: what stands after the context that a front end puts before it. ``None``: it is a job."""
    if not words.lstrip().startswith(_JOB):
        return words
    return words.rpartition(_CONTEXT_END)[2].strip() or None if _CONTEXT_END in words else None


def _can_be_asked(question: str) -> bool:
    try:
        check_history([question])
    except BadQuestion:
        return False
    return bool(question.strip())


def _done(prompt: str) -> str:
    """A job's answer: JSON with the one field that it asks for."""
    shape = _SHAPE.search(prompt.split("<chat_history>", maxsplit=1)[0])
    if shape is None:
        return ""
    if (name := shape[1]) == "title":
        return json.dumps({name: _title(prompt)}, ensure_ascii=False)
    return json.dumps({name: "" if name in ("text", "prompt") else []})


def _title(prompt: str) -> str:
    """The first line of the question, cut at a word; empty when it isn't told."""
    asked = _FIRST_QUESTION.search(prompt)
    words = " ".join(asked[1].split()) if asked else ""
    return words if len(words) <= _TITLE_CHARS else words[:_TITLE_CHARS].rsplit(" ", 1)[0] + "…"
