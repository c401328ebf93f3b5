"""Which of a document's label-like line starts are labels: form alone can't decide for a lone word, so recurrence does.

A candidate (:mod:`index.labels`) that comes back, or that stands among accepted ones, is a label; a look-alike is worse than
a miss. Who the labels stand for is told by :mod:`index.speakers`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from index.labels import Label, Line, Strength, candidate, mark_of, name_of
from index.vocabulary import HONORIFICS

_SMALL_TITLE = (
    r",(?:\s+(?!(?:who|whom|whose|which|that|was|is|are|were|said|says|has|had|and|but|or|when|while|now|then|in|on|at|by|with|for)\b)"
    r"[a-zß-öø-ÿ][\w'’-]*){1,4}(?=\s+(?:I|It|It[’']s|We|Yes|No|Well|The|That|This|There|They|He|She|You|My|Our|In|On|At|When|If|"
    r"But|And|So|Because|Not|What|To)\b)"
)
_SPEECH_START = re.compile(r"""["“„«»‘'’(\[—–…-]?\s*(?:[^\W_a-zß-öø-ÿ]|$)""")
_NAMES_ONLY = re.compile(r"[^\W\d_a-z][\w'’.\-]*(?:(?:,| and| und| et| y| &)?\s[^\W\d_a-z][\w'’.\-]*){1,7}[\s*_]*")
_ENDED = re.compile(r"[.?!…:][\"'”’»)\]]*$")


def accept(text: str, lines: Sequence[Line]) -> dict[int, Label]:
    """Which lines really begin with a label, by line number.

    A candidate is accepted when it is a mark (Q, A, Interviewer, Speaker 2), when it or its name comes back, or when it has
    the form of a full name, or is the surname or the outlet of an accepted one, and stands at the start of a paragraph
    among accepted ones. A label that stands without its colon is accepted where the same words stand with it elsewhere.
    """
    found = {number: label for number, line in enumerate(lines) if (label := candidate(text, line))}
    found = _without_credits(text, lines, _without_initials(found))
    counts = Counter(name_of(label.text).casefold() for label in found.values())
    names = [name_of(label.text) for label in found.values() if label.strength is not Strength.MARK]
    by_token = Counter(name.split()[-1].casefold() for name in names if name)
    line_by_line = sum(line.opens_paragraph for line in lines) <= max(1, 0.2 * len(lines))
    asks = any(mark_of(label.text) == "question" for label in found.values())
    sure: dict[int, Label] = {}
    for number, label in found.items():
        name = name_of(label.text)
        returns = counts[name.casefold()] > 1 or (label.strength is Strength.NAME and by_token[name.split()[-1].casefold()] > 1)
        if label.strength is Strength.MARK:
            is_listed = label.text == "A" and not asks and ":" not in text[lines[number].span.start : label.content]
            if not is_listed and (label.has_colon or counts[name.casefold()] > 1):
                sure[number] = label
        elif returns and (label.strength is Strength.NAME or counts[name.casefold()] > 2):
            sure[number] = label
        elif returns and len(counts) > 1 and (lines[number].opens_paragraph or line_by_line):
            sure[number] = label  # a lone word twice: not a list of points inside an answer
    if not sure:
        sure = _alternating_names(text, lines, found)
    if sure:
        _add_single(text, lines, found, sure)
    sure.update(_without_colon(text, lines, sure))
    return _single_voice_guard(sure)


def _without_initials(found: dict[int, Label]) -> dict[int, Label]:
    """Without ``P.`` and ``R.`` unless both come back: elsewhere they are somebody's initial."""
    counts = Counter(label.text for label in found.values() if not label.text[1:])
    if min(counts["P"], counts["R"]) > 1:
        return found
    return {number: label for number, label in found.items() if label.text not in ("P", "R") or not label.has_stop}


def _without_credits(text: str, lines: Sequence[Line], found: dict[int, Label]) -> dict[int, Label]:
    """Without ``Host: Ann Lee`` at the head of a transcript: it says who speaks, and nobody says it."""
    counts = Counter(label.text.casefold() for label in found.values())
    return {
        number: label
        for number, label in found.items()
        if counts[label.text.casefold()] > 1
        or len(label.text) < 3
        or not mark_of(label.text)
        or not _NAMES_ONLY.fullmatch(text[label.content : lines[number].span.end])
    }


def _add_single(text: str, lines: Sequence[Line], found: dict[int, Label], sure: dict[int, Label]) -> None:
    """Adds labels that are seen once: full names first, then what else those who are known by now may be called by.

    They stand at the start of a paragraph, unless the document mostly begins its turns without a blank line, or the line before
    is a whole turn of somebody's to which one who is known replies.
    """
    is_tight = sum(lines[number].opens_paragraph for number in sure) <= 0.5 * len(sure)
    is_dense = len(sure) >= 6 and len(sure) >= 0.8 * sum(line.opens_paragraph for line in lines[min(sure) :])
    in_column = sum(_stands_off(text, label) for label in sure.values()) >= 0.8 * len(sure)
    for step in range(2):
        short = _short_forms(sure.values()) if step else frozenset()
        for number, label in found.items():
            after_end = number > 0 and bool(_ENDED.search(lines[number - 1].span.cut(text)))
            is_set = (in_column and _stands_off(text, label)) or (is_dense and _is_speech(text, lines[number], label))
            replies = number - 1 in sure and after_end and name_of(label.text).casefold() in short
            opens = is_tight or lines[number].opens_paragraph or (is_set and after_end) or replies
            if number not in sure and opens and (is_set or _stands_like_one(text, lines, number, label, short)):
                sure[number] = label


def _stands_off(text: str, label: Label) -> bool:
    """Whether a label is set in a column of its own: a tab or several blanks before what is said."""
    before = text[max(0, label.content - 8) : label.content]
    gap = before[len(before.rstrip()) :]
    return "\t" in gap or gap.count(" ") + gap.count("\u00a0") > 1


def _is_speech(text: str, line: Line, label: Label) -> bool:
    """Whether what follows a label on its line begins as speech does."""
    return bool(_SPEECH_START.match(text[label.content : line.span.end]))


def _stands_like_one(text: str, lines: Sequence[Line], number: int, label: Label, short: frozenset[str] = frozenset()) -> bool:
    """Whether a label seen once is one: a name, or a short form of a known one, followed by what looks like speech."""
    is_known = name_of(label.text).casefold() in short
    is_strong = label.strength is Strength.NAME or label.is_marked_up or is_known or _is_titled(label.text)
    return is_strong and _is_speech(text, lines[number], label)


def _short_forms(labels: Iterable[Label]) -> frozenset[str]:
    """What else the speakers behind ``labels`` may be called by: first name, surname, outlet."""
    forms: set[str] = set()
    for label in labels:
        name = name_of(label.text)
        tokens = name.split()
        forms |= {tokens[0], tokens[-1], label.text[len(name) :].strip(" ,()[]/")}
    return frozenset(form.casefold() for form in forms)


def _is_titled(label: str) -> bool:
    first = label.split(maxsplit=1)[0].casefold().rstrip(".,")
    return first in HONORIFICS or (label.isupper() and len(label) > 2)


def _alternating_names(text: str, lines: Sequence[Line], found: dict[int, Label]) -> dict[int, Label]:
    """Two people who speak once each: full names at paragraph starts, the first of them asking."""
    names = {
        number: label
        for number, label in found.items()
        if (label.strength is Strength.NAME or _is_titled(label.text))
        and lines[number].opens_paragraph
        and _stands_like_one(text, lines, number, label)
    }
    asks = [text[label.content : lines[number].span.end].rstrip(' "”’*_').endswith("?") for number, label in names.items()]
    if len({name_of(label.text).casefold() for label in names.values()}) > 1 and asks[0] and not asks[-1]:
        return names
    return {number: label for number, label in names.items() if _is_titled(label.text) and label.strength is Strength.NAME}


def _single_voice_guard(sure: dict[int, Label]) -> dict[int, Label]:
    """A lone word that comes back is no speaker where nobody else speaks (``Brexit: …`` twice in a list)."""
    if len({name_of(label.text).casefold() for label in sure.values()}) > 1:
        return sure
    return {
        n: label for n, label in sure.items() if label.strength is not Strength.WORD or _is_titled(label.text) or len(sure) > 2
    }


def _without_colon(text: str, lines: Sequence[Line], sure: dict[int, Label]) -> dict[int, Label]:
    """Paragraphs that begin with a known label of two or more words, but without its colon.

    A title in small letters may follow a known name (``Ana Reyes, glaciologist I arrived…``) where the next word is
    one that sentences begin with.
    """
    known = sorted(
        {label.text for label in sure.values() if label.has_colon and len(label.text.split()) > 1}, key=len, reverse=True
    )
    if not known:
        return {}
    words = "|".join(re.escape(label).replace("\\ ", r"\s+") for label in known)
    pattern = re.compile(rf"(?:{words})(?P<title>{_SMALL_TITLE})?(?P<gap>(?:(?<=[A-ZÀ-Þ])\.)?\s+)(?=\S)")
    missed: dict[int, Label] = {}
    for number, line in enumerate(lines):
        if number in sure or not line.opens_paragraph:
            continue
        match = pattern.match(text, line.span.start, line.span.end)
        if (
            match
            and _SPEECH_START.match(text[match.end() : line.span.end])
            and not _repeats_neighbour(sure, missed, number, match)
        ):
            label = " ".join(match.group()[: match.start("gap") - match.start()].split())
            missed[number] = Label(label, match.end(), Strength.NAME, has_colon=False)
    return missed


def _repeats_neighbour(sure: dict[int, Label], missed: dict[int, Label], number: int, match: re.Match[str]) -> bool:
    """Whether the turn before is the same person's: then the name opens a sentence about them, more likely."""
    before = [n for n in (*sure, *missed) if n < number]
    if not before:
        return False
    last = max(before)
    label = sure.get(last) or missed[last]
    return name_of(match.group().strip()).startswith(name_of(label.text))
