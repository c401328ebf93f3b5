"""A question to what is searched for: its words that carry meaning, whose words are wanted, said when.

Pure. Reads the question by its frame (:mod:`qa.frames`), its speaker (:mod:`qa.resolve`) and its time (:mod:`qa.periods`); what
is in the index is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.dates import iso_date
from index.records import Filter
from qa.answer import Wants
from qa.errors import BadQuestion
from qa.frames import Kind, frames
from qa.meaning import WORD, is_meaningful, meaningful
from qa.periods import Period, periods
from qa.resolve import Around, Index, Resolved, resolve

MAX_QUESTION_CHARS = 2000
EVERYTHING = Filter()

_LEADING = re.compile(r"^\W*(?:(?:and|so|but|und|et|y)\b\W*)*", re.IGNORECASE)
_MATTER = re.compile(
    r"\W*(?:about|on|of|regarding|concerning|that|to|über|zu|zum|zur|von|vom|dazu|sur|de|du|des|à propos|sobre|acerca)\b",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\W*(?:about (?:it|this|that)|(?:darüber |dazu )?(?:gesagt|gefragt|befragt|erzählt|erklärt|gemeint|erwähnt))?\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: ``text`` is embedded, ``words`` are looked up; ``words`` is never empty.

    ``searched_for`` is the question as it was understood, to be shown. ``speakers``, ``since`` and ``until`` are the filters
    that the question itself sets, and ``inferred`` names them. ``choice`` are the persons, each by all their names, of whom one
    has to be chosen. ``about_speakers`` are the names of all speakers that it speaks of, filter or not.
    """

    text: str
    words: tuple[str, ...]
    searched_for: str = ""
    wants: Wants = Wants.ANSWERS
    speakers: frozenset[str] | None = None
    since: str | None = None
    until: str | None = None
    choice: tuple[frozenset[str], ...] = ()
    about_speakers: frozenset[str] = frozenset()

    @property
    def inferred(self) -> tuple[str, ...]:
        """The filters that the question itself sets."""
        return tuple(name for name in ("speakers", "since", "until") if getattr(self, name) is not None)


def interpret(
    question: str,
    *,
    index: Index | None = None,
    given: Filter = EVERYTHING,
    history: Sequence[str] = (),
    today: date | None = None,
) -> Query:
    """The query for a question; raises :class:`~qa.errors.BadQuestion` when there is none in it.

    Without an ``index`` nobody is known, and nothing is resolved. ``given`` are the filters that win over what the question
    says, ``history`` the questions before it, oldest first, and ``today`` is the day from which "last year" is seen.
    """
    if len(question) > MAX_QUESTION_CHARS:
        raise BadQuestion(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION_CHARS:,} are read. Ask a shorter one."
        )
    text = " ".join(question.split())
    words = WORD.findall(text)
    if not words:
        raise BadQuestion("The question holds no words. Ask something like: What did she say about the budget?")
    check_text("The question", text)
    if index is None:
        return Query(text, meaningful(words), text)
    period = _period(text, index, given, today or date.today())
    rest = _without(text, period) if period else text
    told = resolve(rest, Around(index, given, [" ".join(past.split()) for past in history], period))
    return Query(
        text,
        _looked_up(rest, told),
        told.shown,
        Wants.QUESTIONS if told.frame and told.frame.kind is Kind.ASKED else Wants.ANSWERS,
        told.speakers,
        period.since if period else None,
        period.until if period else None,
        told.choice,
        told.about,
    )


def _looked_up(question: str, told: Resolved) -> tuple[str, ...]:
    """The words to look up: without those that only say whose words are wanted, or that questions are."""
    if told.frame is None:
        return meaningful(WORD.findall(question))
    begin = told.frame.matter if told.frame.matter and told.is_placed else 0
    words = [
        match.group()
        for match in WORD.finditer(question, begin)
        if not (told.speakers and told.frame.start <= match.start() < told.frame.end)
    ]
    chosen = meaningful(words) if words else ()
    return chosen if any(map(is_meaningful, chosen)) else meaningful(WORD.findall(question))


def _period(question: str, index: Index, given: Filter, today: date) -> Period | None:
    """The time in a question at which something was said: where it stands beside the saying, and documents have such dates."""
    if given.since is not None or given.until is not None:
        return None
    for period in periods(question, today):
        before, after = question[: period.start], question[period.end :]
        is_beside = not WORD.search(_LEADING.sub("", before)) or bool(_ENDING.fullmatch(after) or _MATTER.match(after))
        if is_beside and any(frames(_without(question, period))) and index.has_dates(period):
            return period
    return None


def _without(question: str, period: Period) -> str:
    """A question without its time."""
    before, after = question[: period.start].rstrip(), question[period.end :].lstrip()
    rest = f"{before} {after}" if after[:1].isalnum() else before + after
    rest = rest.strip(" ,")
    return rest[:1].upper() + rest[1:] if question[:1].isupper() and not before else rest


def check_text(name: str, words: str | None) -> None:
    """Raises :class:`~qa.errors.BadQuestion` for words that no text can hold: bytes that were not UTF-8, half characters."""
    try:
        (words or "").encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadQuestion(f"{name} holds half a character (a lone surrogate) at {error.start}.") from error


def check_date(name: str, words: str | None) -> None:
    """Raises :class:`~qa.errors.BadQuestion` unless ``words`` are a day, a month or a year of ISO 8601, or ``None``.

    Dates are compared as strings: ``2024-5`` would come after ``2024-12``.
    """
    if words is None:
        return
    if iso_date(words) != words:
        raise BadQuestion(f"{name} is {words!r}. Expected a day, a month or a year: 2024-05-31, 2024-05 or 2024.")


def check_range(since: str | None, until: str | None) -> None:
    """Raises :class:`~qa.errors.BadQuestion` for a range that ends before it begins."""
    if since and until and since[: len(until)] > until:
        raise BadQuestion(f"The range from {since} to {until} ends before it begins. Give the earlier date as since.")
