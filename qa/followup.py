"""Follow-ups: a question that is only half said, completed from the questions before it.

Pure, and without a model: forms of words decide. Knows the caller's list of earlier questions and nothing of the answers. A
question that stands on its own is left exactly as it is; so is one that isn't understood. Who "he" and "she" are is not told
here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qa import wording
from qa.errors import BadQuestion
from qa.interpret import MAX_QUESTION_CHARS, check_text
from qa.meaning import meaningful
from qa.slots import (
    LONGEST,
    WORD,
    about_slot,
    bare,
    closed,
    is_many,
    object_slot,
    period_of,
    points,
    sole_subject,
    speaker_slot,
    thing,
    with_period,
)

MAX_HISTORY = 50
"""Earlier questions that a caller can send, each as long as a question can be."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A whole question, and how often its list of answers was asked to go on (0: its beginning is wanted)."""

    text: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a conversation has come to: its last question, the last one with words of its own, its matter, and what "it" is."""

    last: Completed
    base: str
    topic: str | None = None
    thing: str | None = None


def complete(question: str, history: Sequence[str], *, is_speaker: Callable[[str], bool] = lambda word: False) -> Completed:
    """The question as it would be asked without the conversation.

    ``history`` holds the earlier questions as they were asked, oldest first; each is completed from those before it.
    ``is_speaker`` says whether a word is a part of the name of somebody who speaks: "And Miller?" then asks for Miller's words.
    """
    talk: _Talk | None = None
    for earlier in history:
        if bare(earlier):
            talk = _after(earlier, talk, is_speaker)
    return _after(question, talk, is_speaker).last if talk and bare(question) else Completed(question)


def check_history(history: Sequence[str]) -> None:
    """Raises :class:`~qa.errors.BadQuestion` for earlier questions that are too many, too long or no text."""
    if isinstance(history, str) or not isinstance(history, Sequence) or not all(isinstance(one, str) for one in history):
        raise BadQuestion("The history is not a list of earlier questions.")
    if len(history) > MAX_HISTORY:
        raise BadQuestion(f"The history has {len(history):,} questions; at most {MAX_HISTORY} are read. Leave out the oldest.")
    for number, one in enumerate(history, 1):
        if len(one) > MAX_QUESTION_CHARS:
            raise BadQuestion(f"Question {number} of the history has over {MAX_QUESTION_CHARS:,} characters.")
        check_text(f"Question {number} of the history", one)


def _after(question: str, talk: _Talk | None, is_speaker: Callable[[str], bool]) -> _Talk:
    """The conversation with one more question."""
    words = bare(wording.GREETED.sub("", question.strip()))
    if talk is None or len(words) > LONGEST:
        return _whole(question, talk)
    done = _gone_on(words, talk) or _asked_only(words, talk)
    if not done and not wording.SEVERAL.search(words):
        done = _moved(question, words, talk, is_speaker) or _pointing(question, words, talk)
    return done if done and len(done.last.text) <= MAX_QUESTION_CHARS else _whole(question, talk)


def _whole(question: str, talk: _Talk | None = None) -> _Talk:
    return _about(question, question, talk)


def _about(text: str, base: str, talk: _Talk | None) -> _Talk:
    """The conversation after a whole question: a matter that the question doesn't name is the one before."""
    words = bare(base)
    if len(words) > LONGEST:
        return _Talk(Completed(text), base)
    about = about_slot(words)
    topic = about.words if about and not wording.OWN.match(about.words) else thing(words)
    if topic is None:
        return _Talk(Completed(text), base, talk.topic if talk else None, talk.thing if talk else None)
    topic = wording.AND_ITS.sub("", topic)
    return _Talk(Completed(text), base, topic, (talk and talk.thing) or topic if is_many(topic) else topic)


def _gone_on(words: str, talk: _Talk) -> _Talk | None:
    """ "What else?": the list goes on; also "What else did she say about it?" when it is the same matter."""
    more = wording.ON.fullmatch(words)
    if not more and (found := wording.ELSE.fullmatch(words)):
        matter = found["matter"] or "it"
        more = found if points(matter) or _content(matter) <= _content(talk.last.text) else None
    return replace(talk, last=Completed(talk.last.text, talk.last.more + 1)) if more else None


def _content(words: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in meaningful(WORD.findall(words)))


def _telling(words: str) -> int:
    """How many words say what a question is about; none in "Who told her that?", of which all would be kept."""
    every = {word.casefold() for word in WORD.findall(words)}
    return len(_content(words)) if _content(words) < every else 0


def _asked_only(words: str, talk: _Talk) -> _Talk | None:
    """ "Why?", "When was that?": the last whole question, asked with that word."""
    found = wording.ASKS_ONLY.fullmatch(words) or wording.ASKS_POINTING.fullmatch(words)
    if not found:
        return None
    asking, before = found["asking"], bare(talk.base)
    swapped = wording.SWAPS.fullmatch(before)
    told = wording.SAYS_WHAT.fullmatch(before)
    if wording.SIMPLE_ASKING.fullmatch(asking) and (swapped or told):
        rest = f"{told['who']} that{told['rest']}" if told else swapped["rest"] if swapped else ""
        rest = rest[:1].lower() + rest[1:]
        text = closed(f"{asking} {rest}", talk.base)
    else:
        text = f"{closed(words, talk.base)} {talk.base.strip()}"
    return replace(talk, last=Completed(text))


def _moved(question: str, words: str, talk: _Talk, is_speaker: Callable[[str], bool]) -> _Talk | None:
    """ "And about Ukraine?", "And Miller?", "How about in 2023?": the last question with another matter, person or time."""
    before = bare(talk.base)
    found = wording.MOVES.fullmatch(words)
    if len(before) > LONGEST or not (
        found or (question.rstrip().endswith("?") and len(words.split()) <= 4 and about_slot(before))
    ):
        return None
    rest = bare(found["rest"]) if found else words
    if wording.PREPOSITION.fullmatch(rest):
        rest = rest[:1].lower() + rest[1:]
    said = {re.split("['’]", word.casefold())[0] for word in WORD.findall(rest)}
    if not said or said & wording.NOT_SAID or len(said) > 12:
        return None
    text = (
        _of_speaker(rest, before, is_speaker)
        or (with_period(before, period) if (period := period_of(rest)) else None)
        or (None if said & wording.NO_NOUNS or points(rest) else _of_matter(rest, before))
    )
    if text is None:
        return None
    text = closed(text, talk.base)
    return _about(text, text, talk)


def _of_speaker(rest: str, before: str, is_speaker: Callable[[str], bool]) -> str | None:
    """The question asked of another speaker, where ``rest`` is nothing but a speaker."""
    words = [word for word in WORD.findall(rest) if word.casefold() not in wording.TITLES]
    slot = speaker_slot(before)
    if rest.casefold() in wording.SUBJECTS:
        return slot.filled(before, rest) if slot else None
    if not words or not all(is_speaker(word) for word in words):
        return None
    topic = about_slot(before)
    if topic and all(is_speaker(word) for word in WORD.findall(topic.words)) and not (slot and is_speaker(slot.words)):
        return topic.filled(before, rest)  # "What did she say about Pike?" "And Miller?"
    if slot:
        gap = " " if slot.start and not before[slot.start - 1].isspace() else ""
        return slot.filled(before, f"{gap}{rest}")
    return f"what does {rest} say: {before[:1].lower()}{before[1:]}"


def _of_matter(rest: str, before: str) -> str:
    """The question about another matter."""
    led = wording.PREPOSITION.fullmatch(rest)
    about = about_slot(before)
    if led and led["other"]:
        return _with_phrase(led["other"], rest, before)
    if led and led["about"] and about:
        marker = before[about.marker : about.start].strip()
        english = marker.casefold() in {"about", "on", "of", "regarding", "concerning"}
        words = led["rest"] if english or not marker else rest
        return f"{before[: about.start if words == led['rest'] else about.marker]}{words}{before[about.end :]}"
    rest = led["rest"] if led and led["about"] else rest
    slot = about or sole_subject(before) or object_slot(before)
    return slot.filled(before, rest) if slot else f"{rest}? {before}"


def _with_phrase(preposition: str, phrase: str, before: str) -> str:
    """The question with a phrase in the place of the one at its end that begins with the same preposition, or after it."""
    found = re.search(rf"(?i)\s{re.escape(preposition)}\s+\S+(?:\s+\S+){{0,3}}$", before)
    return f"{before[: found.start()] if found else before} {phrase}"


def _pointing(question: str, words: str, talk: _Talk) -> _Talk | None:
    """ "How much will it cost?", "What happened then?": with what the conversation is about."""
    if not wording.ASKS.match(words):
        return None
    if (it := wording.IT.search(words)) and _points_back(it, words):
        if not talk.thing:
            return _carried(words, talk)
        own = talk.thing + ("’" if talk.thing.endswith("s") else "’s")
        text = closed(wording.IT.sub(lambda found: own if found["own"] else talk.thing or "", words), question)
        return replace(talk, last=Completed(text), base=text)
    about = about_slot(words)
    if about and not points(about.words):
        return None
    return _carried(words, talk) if wording.THAT.search(words) and _telling(words) <= 3 else None


def _points_back(it: re.Match[str], words: str) -> bool:
    """Whether "it" or "its" is something before this question, as far as its words tell."""
    before = words[: it.start()]
    if wording.EMPTY_IT.search(words) or (it["own"] and _telling(before) > 1):
        return False
    return not wording.NAMED.search(before) or (it.end() == len(words) and not it["own"])


def _carried(words: str, talk: _Talk) -> _Talk:
    """The question as it is, with what it points to."""
    if talk.topic and not wording.OPEN_END.search(words):
        return replace(talk, last=Completed(closed(f"{words} about {talk.topic}", talk.base)))
    return replace(talk, last=Completed(f"{closed(words, talk.base)} {talk.base.strip()}"))
