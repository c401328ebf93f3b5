"""What a speaker label looks like at the start of a line: candidates by their form alone, and how strong each form is.

A label is a claim about who spoke, so "One thing: never again", a headline with a colon and a time of day have none. Which
candidates of a document are labels is told by :mod:`index.labelling`, who they stand for by :mod:`index.speakers`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from unicodedata import category

from index.records import Span
from index.vocabulary import ANSWER_MARKS, HONORIFICS, NEVER, PARTICLES, QUESTION_MARKS

MAX_LABEL_CHARS = 100
_MAX_NAME_TOKENS = 6
_SPEAKER_NUMBER = re.compile(
    r"(?i)(?:speaker|sprecher|spk|participant|voice|person|interlocuteur|hablante|unknown)[\s_#]*\d{0,3}$"
)
_TIME = r"[(\[]\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?[)\]]"
_UNSEEN = r"[>\s\u200b\u200c\u200d\u200e\u200f\u2060\u202a-\u202e\u2066-\u2069\ufeff]*"
_CANDIDATE = re.compile(
    rf"""(?x) {_UNSEEN} (?P<open>\*{{1,3}}|_{{1,3}})? \s*
        (?:{_TIME} \s*)? (?P<number>(?:Q\ ?\d{{1,3}}|\d{{1,3}}[.)])\s+(?=[^\W\d_]))?
        (?P<label>[^\s:：*][^:：\n]{{0,{MAX_LABEL_CHARS - 1}}}?) (?:\s*{_TIME})? \s*
        (?P<close>\*{{1,3}}|_{{1,3}})? (?:\s*{_TIME})? \s* [:：] \s* (?P<late>\*{{1,3}}|_{{1,3}})?
        (?=\s|$|["“„«(\[—–…-]|(?<=：)|(?<=\b[QA]:)) \s*"""
)
_BARE_MARK = re.compile(
    rf"""{_UNSEEN}[*_]{{0,3}}(?P<label>[QA]|[PR](?=\.))(?P<stop>[.)]?)[*_]{{0,3}}(?P<gap>[ \t\u00a0\u2002\u2003]+)(?=\S)"""
)
_CAPITALS = r"(?:d[aei] |del |der |el |la |van |von )?(?:Ma?c|D[ei]|L[ae])?[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’.\-]*"
_STOP_LABEL = re.compile(
    rf"(?P<label>{_CAPITALS}(?: {_CAPITALS}){{0,5}})\.(?:[ \t\u00a0]{{2,}}|[ \t]*$|[ ](?=[\"“‘(\[]?[A-ZÀ-Þ]))"
)
_AFTER_NAME = re.compile(r"(?i)[(/\[]|,(?!\s*(?:jr|sr|ii|iii|iv)\b)")
_CLAUSE = re.compile(
    r"(?i)\b(?:i|you|we|he|she|they|it|my|your|me|us|is|are|was|were|has|have|had|do|does|did|said|says|there|this)\b"
)


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
    has_stop: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of canonical text without its surrounding blanks; ``emphasis_end`` is where leading bold ends, if any.

    ``look`` is how the whole line is set apart: ``bold``, ``italic``, ``h2`` to ``h6``, ``quote``, or nothing for running
    text. ``place`` names the kind of box it stands in, where a format has any; ``is_link``: all of it leads elsewhere.
    """

    span: Span
    opens_paragraph: bool
    emphasis_end: int | None = None
    look: str = ""
    place: str = ""
    is_link: bool = False


def candidate(text: str, line: Line) -> Label | None:
    """The label that a line seems to begin with, by its form alone; ``None`` when it has none."""
    start, end = line.span.start, min(line.span.end, line.span.start + 4 * MAX_LABEL_CHARS)
    head = text[start:end]
    bare = _BARE_MARK.match(head)
    if (match := _CANDIDATE.match(head)) and _markers_balance(match) and not bare:
        label = " ".join(match["label"].split())
        bold = bool(match["open"]) or (line.emphasis_end is not None and line.emphasis_end >= start + match.end("label"))
        strength = _strength(label)
        if strength and not (strength is Strength.WORD and (match["number"] or "")[:1].isdigit()):  # a point of a list
            opens = "" if match["close"] or match["late"] else match["open"] or ""
            return Label(label, start + match.end(), strength, is_marked_up=bold, opens=opens)
    if bare:
        wide = len(bare["gap"]) > 1 or "\u00a0" in bare["gap"] or bool(bare["stop"])
        follows = head[bare.end() : bare.end() + 1]
        if wide or (bare["label"] == "Q" and not follows.islower()):
            return Label(bare["label"], start + bare.end(), Strength.MARK, has_colon=wide, has_stop=bool(bare["stop"]))
    if match := _STOP_LABEL.match(head):
        is_mark = bool(mark_of(match["label"]))  # QUESTION.  Why?
        words = [word.casefold().rstrip(".") for word in match["label"].split()]
        if is_mark or (len(words) > 1 and words[0] not in NEVER):
            return Label(match["label"], start + match.end(), Strength.MARK if is_mark else Strength.WORD)
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
    name = name_of(label)
    if _CLAUSE.search(label[len(name) :]):
        return None
    return _name_strength(name.replace(",", " ").split(), is_alone="," not in label and "(" not in label)


def _name_strength(tokens: Sequence[str], *, is_alone: bool) -> Strength | None:
    if not 0 < len(tokens) <= _MAX_NAME_TOKENS or tokens[0].casefold().rstrip(".") in NEVER:
        return None
    if not all(_is_name_token(token) for token in tokens):
        return None
    if len(tokens) == 1 and is_alone:
        return Strength.WORD if tokens[0][0].isalpha() else None
    lower = [token for token in tokens if token[0].islower() and token.casefold().rstrip(".") not in PARTICLES | HONORIFICS]
    if lower or not any(token[0].isupper() or not token[0].isascii() for token in tokens):
        return None
    return Strength.NAME if len(tokens) > 1 else Strength.WORD


def _is_name_token(token: str) -> bool:
    """Letters of any script with their signs (accents apart, vowel signs), apostrophes, hyphens; or a short number."""
    if token.isdecimal():
        return len(token) <= 3
    return token[0].isalpha() and all(sign.isalnum() or sign in "'’.-_" or category(sign)[0] == "M" for sign in token)


def name_of(label: str) -> str:
    """The label's name, without the title, outlet or bracket that may follow it."""
    return _AFTER_NAME.split(label, maxsplit=1)[0].strip() or label


def mark_of(label: str) -> str | None:
    """``question`` or ``answer`` where the label is a mark and no name (``Q``, ``Frage 2``, ``A.``)."""
    folded = re.sub(r"[\s#.]*\d{0,3}\.?$", "", label.casefold())
    return "question" if folded in QUESTION_MARKS else "answer" if folded in ANSWER_MARKS else None
