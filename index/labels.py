"""What a speaker label looks like at the start of a line, and which candidates of a document are labels.

A label is a claim about who spoke, so a look-alike is worse than a miss: "One thing: never again", a headline with a
colon and a time of day are not labels. Form alone can't decide for a lone word, so recurrence does: a candidate
that comes back, or that stands among accepted ones, is a label.

Who the labels stand for is told by :mod:`index.speakers`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from unicodedata import category

from index.records import Span
from index.vocabulary import ANSWER_MARKS, HONORIFICS, NEVER, PARTICLES, QUESTION_MARKS

MAX_LABEL_CHARS = 100
_MAX_NAME_TOKENS = 6
_TOKEN = re.compile(r"[^\s]+")
_SPEAKER_NUMBER = re.compile(
    r"(?i)(?:speaker|sprecher|spk|participant|voice|person|interlocuteur|hablante|unknown)[\s_#]*\d{0,3}$"
)
_TIME = r"[(\[]\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?[)\]]"
_UNSEEN = r"[>\s\u200b\u200c\u200d\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]*"
_CANDIDATE = re.compile(
    rf"""(?x) {_UNSEEN} (?P<open>\*{{1,3}}|_{{1,3}})? \s*
        (?:{_TIME} \s*)? (?P<label>[^\s:：*][^:：\n]{{0,{MAX_LABEL_CHARS - 1}}}?) (?:\s*{_TIME})? \s*
        (?P<close>\*{{1,3}}|_{{1,3}})? \s* [:：] \s* (?P<late>\*{{1,3}}|_{{1,3}})?
        (?=\s|$|["“„«(\[—–…-]|(?<=：)|(?<=\b[QA]:)) \s*"""
)
_BARE_MARK = re.compile(
    rf"""{_UNSEEN}[*_]{{0,3}}(?P<label>[QA])(?P<stop>[.)]?)[*_]{{0,3}}(?P<gap>[ \t\u00a0\u2002\u2003]+)(?=\S)"""
)
_STOP_LABEL = re.compile(r"(?P<label>[A-Z][A-Z'’.\-]*(?: [A-Z][A-Z'’.\-]*){1,5})\.(?:[ \t\u00a0]{2,}|[ \t]*$)")
_SMALL_TITLE = (
    r",(?:\s+(?!(?:who|whom|whose|which|that|was|is|are|were|said|says|has|had|and|but|or|when|while|now|then|in|on|at|by|with|for)\b)"
    r"[a-zß-öø-ÿ][\w'’-]*){1,4}(?=\s+(?:I|It|It[’']s|We|Yes|No|Well|The|That|This|There|They|He|She|You|My|Our|In|On|At|When|If|"
    r"But|And|So|Because|Not|What|To)\b)"
)
_CLAUSE = re.compile(
    r"(?i)\b(?:i|you|we|he|she|they|it|my|your|me|us|is|are|was|were|has|have|had|do|does|did|said|says|there|this)\b"
)
_SPEECH_START = re.compile(r"""["“„«»‘'’(\[—–…-]?\s*(?:[^\W_a-zß-öø-ÿ]|$)""")


class Strength(IntEnum):
    """How much a candidate's own form says: a lone word needs its like, a name a neighbour, a mark nothing more."""

    WORD = 1
    NAME = 2
    MARK = 3


@dataclass(frozen=True, slots=True)
class Label:
    """A candidate at the start of a line: ``text`` as written, and where on the canonical text its content starts.

    ``opens`` is emphasis that begins before the label and ends with the content (``**Name: Why?**``).
    """

    text: str
    content: int
    strength: Strength
    has_colon: bool = True
    is_marked_up: bool = False
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of canonical text without its surrounding blanks; ``emphasis_end`` is where leading bold ends, if any."""

    span: Span
    opens_paragraph: bool
    emphasis_end: int | None = None


def candidate(text: str, line: Line) -> Label | None:
    """The label that a line seems to begin with, by its form alone; ``None`` when it has none."""
    start, end = line.span.start, min(line.span.end, line.span.start + 4 * MAX_LABEL_CHARS)
    head = text[start:end]
    bare = _BARE_MARK.match(head)
    if (match := _CANDIDATE.match(head)) and _markers_balance(match) and not bare:
        label = " ".join(match["label"].split())
        bold = bool(match["open"]) or (line.emphasis_end is not None and line.emphasis_end >= start + match.end("label"))
        if strength := _strength(label):
            opens = "" if match["close"] or match["late"] else match["open"] or ""
            return Label(label, start + match.end(), strength, is_marked_up=bold, opens=opens)
    if bare:
        wide = len(bare["gap"]) > 1 or "\u00a0" in bare["gap"] or bool(bare["stop"])
        follows = head[bare.end() : bare.end() + 1]
        if wide or (bare["label"] == "Q" and not follows.islower()):
            return Label(bare["label"], start + bare.end(), Strength.MARK, has_colon=wide)
    if match := _STOP_LABEL.match(head):
        return Label(match["label"], start + match.end(), Strength.WORD)
    return None


def _markers_balance(match: re.Match[str]) -> bool:
    """Whether emphasis around a label closes what it opened (``**Name:**``, ``**Name**:``)."""
    opened, closed = match["open"] or "", match["close"] or match["late"] or ""
    return opened == closed or not (opened and closed)


def _strength(label: str) -> Strength | None:
    if len(label) > MAX_LABEL_CHARS or label[0] in "\"'“”‘’„«»([-–—#|<" or label[-1] in "\"”’'?!,;":
        return None
    if mark_of(label) or _SPEAKER_NUMBER.match(label):
        return Strength.MARK
    name = re.split(r"[,(/\[]", label, maxsplit=1)[0].strip()
    if _CLAUSE.search(label[len(name) :]):
        return None
    return _name_strength(_TOKEN.findall(name), is_alone="," not in label and "(" not in label)


def _name_strength(tokens: Sequence[str], *, is_alone: bool) -> Strength | None:
    if not 0 < len(tokens) <= _MAX_NAME_TOKENS or tokens[0].casefold().rstrip(".") in NEVER:
        return None
    if not all(_is_name_token(token) for token in tokens):
        return None
    if len(tokens) == 1 and is_alone:
        return Strength.WORD if tokens[0][0].isalpha() else None
    lower = [token for token in tokens if token[0].islower() and token.casefold().rstrip(".") not in PARTICLES]
    if lower or not any(token[0].isupper() or not token[0].isascii() for token in tokens):
        return None
    return Strength.NAME if len(tokens) > 1 else Strength.WORD


def _is_name_token(token: str) -> bool:
    """Letters of any script with their signs (accents apart, vowel signs), apostrophes, hyphens; or a short number."""
    if token.isdecimal():
        return len(token) <= 3
    return token[0].isalpha() and all(sign.isalnum() or sign in "'’.-_" or category(sign)[0] == "M" for sign in token)


def accept(text: str, lines: Sequence[Line]) -> dict[int, Label]:
    """Which lines really begin with a label, by line number.

    A candidate is accepted when it is a mark (Q, A, Interviewer, Speaker 2), when it or its name comes back, or when it has
    the form of a full name, or is the surname or the outlet of an accepted one, and stands at the start of a paragraph
    among accepted ones. A label that stands without its colon is accepted where the same words stand with it elsewhere.
    """
    found = {number: label for number, line in enumerate(lines) if (label := candidate(text, line))}
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


def name_of(label: str) -> str:
    """The label's name, without the title, outlet or bracket that may follow it."""
    return re.split(r"[,(/\[]", label, maxsplit=1)[0].strip() or label


def mark_of(label: str) -> str | None:
    """``question`` or ``answer`` where the label is a mark and no name (``Q``, ``Frage 2``, ``A.``)."""
    folded = re.sub(r"[\s#.]*\d{0,3}\.?$", "", label.casefold())
    return "question" if folded in QUESTION_MARKS else "answer" if folded in ANSWER_MARKS else None


def _add_single(text: str, lines: Sequence[Line], found: dict[int, Label], sure: dict[int, Label]) -> None:
    """Adds labels that are seen once: full names first, then what else those who are known by now may be called by.

    They stand at the start of a paragraph, unless the document mostly begins its turns without a blank line.
    """
    is_tight = sum(lines[number].opens_paragraph for number in sure) <= 0.5 * len(sure)
    for step in range(2):
        short = _short_forms(sure.values()) if step else frozenset()
        for number, label in found.items():
            opens = is_tight or lines[number].opens_paragraph
            if number not in sure and opens and _stands_like_one(text, lines, number, label, short):
                sure[number] = label


def _stands_like_one(text: str, lines: Sequence[Line], number: int, label: Label, short: frozenset[str] = frozenset()) -> bool:
    """Whether a label seen once is one: a name, or a short form of a known one, followed by what looks like speech."""
    is_known = name_of(label.text).casefold() in short
    is_strong = label.strength is Strength.NAME or label.is_marked_up or is_known or _is_titled(label.text)
    return is_strong and bool(_SPEECH_START.match(text[label.content : lines[number].span.end]))


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
    pattern = re.compile(rf"(?:{words})(?P<title>{_SMALL_TITLE})?(?P<gap>\s+)(?=\S)")
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
