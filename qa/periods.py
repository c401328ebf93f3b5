"""A time in a question as a range of dates: "last year", "in May 2024", "since 2020", "vor März", "el año pasado".

Pure. Knows how times are written in English, German, French and Spanish; what today is, is handed in. Whether a time says when
something was said is for :mod:`qa.interpret` to decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import iso_date


@dataclass(frozen=True, slots=True)
class Period:
    """A range of days from ``since`` to ``until``, both included and ISO 8601, maybe coarse; ``None`` leaves a side open.

    ``start`` and ``end`` are where its words stand in the question.
    """

    since: str | None
    until: str | None
    start: int
    end: int


_Range = tuple[str | None, str | None]

_MONTHS = (
    "january|jan|januar|jänner|janvier|enero",
    "february|feb|februar|février|febrero",
    "march|mar|märz|mars|marzo",
    "april|apr|avril|abril",
    "may|mai|mayo",
    "june|jun|juni|juin|junio",
    "july|jul|juli|juillet|julio",
    "august|aug|août|agosto",
    "september|sept|sep|septembre|septiembre",
    "october|oct|oktober|octobre|octubre",
    "november|nov|novembre|noviembre",
    "december|dec|dezember|décembre|diciembre",
)
_MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_NUMBERS = dict(zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)) | {"a": 1, "an": 1}

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?P<year>(?:19|20)[0-9][0-9])\b(?![-0-9])"
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th|\.|º|er)?"
_MOMENTS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?P<iso>(?:19|20)[0-9][0-9]-[0-9][0-9](?:-[0-9][0-9])?)\b(?!-)",
        rf"(?:the |le |el |dem )?{_DAY} (?:of |de )?{_MONTH}(?:,? (?:de )?{_YEAR})?",
        rf"{_MONTH} {_DAY}\b(?![0-9])(?:,? {_YEAR})?",
        rf"{_MONTH}(?:,? (?:of |de )?{_YEAR})?",
        rf"(?:the year |dem jahr |jahre? |l['’]année |el año )?(?:(?:early|late|mid)[ -])?{_YEAR}",
    )
)
_IN, _SINCE, _AFTER, _BEFORE, _UNTIL, _FROM = (
    re.compile(rf"\b(?:{words})(?:\s+|(?<=['’]))", re.IGNORECASE)
    for words in (
        r"in|during|throughout|on|im|am|en|durante",
        r"since|seit|ab|depuis|desde",
        r"after|nach|après|después de",
        r"before|prior to|vor|avant|antes de",
        r"until|till|up to|bis|jusqu['’]en|jusqu['’]à|hasta",
        r"between|from|zwischen|von|entre|de",
    )
)
_TO = re.compile(r"\s+(?:and|to|until|till|through|und|bis|et|à|y|a)\s+", re.IGNORECASE)
_ONWARDS = re.compile(r"\s+on(?:wards?)?\b", re.IGNORECASE)


def periods(question: str, today: date) -> Iterator[Period]:
    """Every time in a question, in reading order, seen from ``today``; what is no possible date is none."""
    found = [*_relative(question, today), *_stated(question, today)]
    end = 0
    for one in sorted(found, key=lambda period: (period.start, -period.end)):
        if one.start >= end:
            end = one.end
            yield one


def _stated(question: str, today: date) -> Iterator[Period]:
    """Times after a word that says how they limit."""
    for form, make in _LIMITS:
        for match in form.finditer(question):
            if moment := _moment(question, match.end(), today):
                iso, end = moment
                if made := make(_plain(match.group().strip()), iso):
                    yield Period(*made, match.start(), end)
    for match in _FROM.finditer(question):
        if first := _moment(question, match.end(), today):
            to = _TO.match(question, first[1])
            if to and (last := _moment(question, to.end(), today)):
                if first[0][: len(last[0])] <= last[0]:
                    yield Period(first[0], last[0], match.start(), last[1])
            elif onwards := _ONWARDS.match(question, first[1]):
                yield Period(first[0], None, match.start(), onwards.end())


def _moment(question: str, at: int, today: date) -> tuple[str, int] | None:
    """The date that begins at ``at``, ISO 8601 and as coarse as it is written, and where it ends.

    A month without a year is the last one that has begun.
    """
    for form in _MOMENTS:
        if match := form.match(question, at):
            parts = match.groupdict()
            iso = parts.get("iso") or _iso(parts.get("year"), parts.get("month"), parts.get("day"), today)
            return (iso, match.end()) if iso_date(iso) else None
    return None


def _iso(year: str | None, month: str | None, day: str | None, today: date) -> str:
    if month is None:
        return year or ""
    number = _MONTH_NUMBERS[_plain(month)]
    full = int(year) if year else today.year - (number > today.month)
    return f"{full:04d}-{number:02d}" + (f"-{int(day):02d}" if day else "")


def _in(word: str, iso: str) -> _Range | None:
    """English has "on" for days and "in" for the rest: "in 5 May" is no date, "on May" is another thing."""
    is_day = len(iso) == len("yyyy-mm-dd")
    return None if (word == "on") != is_day and word in ("on", "in") else (iso, iso)


_LIMITS: tuple[tuple[re.Pattern[str], Callable[[str, str], _Range | None]], ...] = (
    (_IN, _in),
    (_SINCE, lambda _, iso: (iso, None)),
    (_AFTER, lambda _, iso: (_moved(iso, 1), None)),
    (_BEFORE, lambda _, iso: (None, _moved(iso, -1))),
    (_UNTIL, lambda _, iso: (None, iso)),
)


def _moved(iso: str, by: int) -> str:
    """The year, month or day that comes so many after one."""
    if len(iso) == len("yyyy"):
        return f"{int(iso) + by:04d}"
    if len(iso) == len("yyyy-mm"):
        years, month = divmod(int(iso[:4]) * 12 + int(iso[5:]) - 1 + by, 12)
        return f"{years:04d}-{month + 1:02d}"
    return (date.fromisoformat(iso) + timedelta(days=by)).isoformat()


def _relative(question: str, today: date) -> Iterator[Period]:
    """Times that are told from today."""
    day, month, year = today.isoformat(), today.isoformat()[:7], f"{today.year:04d}"
    monday = (today - timedelta(days=today.weekday())).isoformat()
    ranges: dict[str, _Range] = {
        "yesterday": (_moved(day, -1), _moved(day, -1)),
        "today": (day, day),
        "last week": (_moved(monday, -7), _moved(monday, -1)),
        "this week": (monday, day),
        "last month": (_moved(month, -1), _moved(month, -1)),
        "this month": (month, month),
        "last year": (_moved(year, -1), _moved(year, -1)),
        "this year": (year, year),
    }
    for name, form in _NEAR.items():
        for match in form.finditer(question):
            yield Period(*ranges[name], *match.span())
    for match in _LAST_SO_MANY.finditer(question):
        yield Period(_ago(today, _number(match["count"]), match["unit"]), day, *match.span())
    for match in _AGO.finditer(question):
        size = {"y": 4, "m": 7, "d": 10}[_plain(match["unit"])[0]]
        then = _ago(today, _number(match["count"]), match["unit"])[:size]
        yield Period(then, then, *match.span())
    for match in _LAST_MONTH.finditer(question):
        number = _MONTH_NUMBERS[_plain(match["month"])]
        then = f"{today.year - (number >= today.month):04d}-{number:02d}"
        yield Period(then, then, *match.span())


_NEAR = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in {
        "yesterday": r"yesterday|gestern|ayer",
        "today": r"today|heute|aujourd['’]hui|hoy",
        "last week": r"last week|(?:in der )?(?:letzten?|vorigen?|vergangenen?) woche|la semaine dernière|la semana pasada",
        "this week": r"this week|(?:in )?diese(?:r)? woche|cette semaine|esta semana",
        "last month": r"last month|(?:im )?(?:letzte[nm]|vorige[nm]|vergangene[nm]) monat|le mois dernier|el mes pasado",
        "this month": r"this month|(?:in )?diese[nm] monat|ce mois-ci|este mes",
        "last year": r"last year|(?:im )?(?:letzte[ns]|letztem|vorige[ns]|vergangene[ns]) jahr|l['’]an(?:née)? derni(?:er|ère)|"
        r"l['’]an passé|el año pasado",
        "this year": r"this year|(?:in )?diese[ms] jahr|cette année|este año",
    }.items()
}
_COUNT = rf"(?P<count>[0-9]{{1,3}}|{'|'.join(_NUMBERS)})"
_LAST_SO_MANY = re.compile(
    rf"\b(?:in|over|during|within) the (?:last|past)(?: {_COUNT})? (?P<unit>years?|months?|weeks?|days?)\b", re.IGNORECASE
)
_AGO = re.compile(rf"\b{_COUNT} (?P<unit>years?|months?|days?) ago\b", re.IGNORECASE)
_LAST_MONTH = re.compile(rf"\b(?:in )?last {_MONTH}", re.IGNORECASE)


def _number(count: str | None) -> int:
    if count is None:
        return 1
    return int(count) if count.isdigit() else _NUMBERS[_plain(count)]


def _ago(today: date, count: int, unit: str) -> str:
    """The day that is so many units before today; a day that its month lacks is the month's last one before it."""
    days = {"w": 7, "d": 1}.get(_plain(unit)[0])
    if days:
        return (today - timedelta(days=days * count)).isoformat()
    month = _moved(today.isoformat()[:7], -count * (12 if _plain(unit)[0] == "y" else 1))
    for day in range(today.day, 0, -1):
        if iso_date(found := f"{month}-{day:02d}"):
            return found
    raise AssertionError(month)  # every month has a first


def _plain(word: str) -> str:
    """A word as the tables have it: patterns that ignore case also match Turkish letters, which don't fold to i."""
    return word.casefold().replace("\u0131", "i").replace("i\u0307", "i")
