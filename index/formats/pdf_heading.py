"""What a PDF says of itself: the title and the day at the head of its first page, else what its information says.

The information is often a template's or a machine's; it is taken where it reads like words and agrees with the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from index.records import Metadata

_MAX_TITLE: Final = 200
_MONTHS: Final = (
    "january|januar|jänner|janvier|enero|gennaio|janeiro|januari",
    "february|februar|février|febrero|febbraio|fevereiro|februari",
    "march|märz|mars|marzo|março|maart",
    "april|avril|abril|aprile",
    "may|mai|mayo|maggio|maio|mei|maj",
    "june|juni|juin|junio|giugno|junho",
    "july|juli|juillet|julio|luglio|julho",
    "august|août|agosto|augustus|augusti",
    "september|septembre|septiembre|settembre|setembro",
    "october|oktober|octobre|octubre|ottobre|outubro",
    "november|novembre|noviembre|novembro",
    "december|dezember|décembre|diciembre|dicembre|dezembro|desember",
)
_MONTH = "|".join(f"(?P<m{number}>{names})" for number, names in enumerate(_MONTHS, 1))
_DAYS = (
    re.compile(rf"(?i)\b(?:{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>(?:1[5-9]|20)\d\d)\b"),
    re.compile(
        rf"(?i)(?<![\d–-])\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?(?:{_MONTH})\s*,?\s+(?:de\s+|del\s+)?(?P<year>(?:1[5-9]|20)\d\d)\b"
    ),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:19|20)\d\d)(?!\d)"),
)
_FILE_NAME = re.compile(
    r"(?i)^(?:microsoft\s+(?:word|powerpoint|publisher)|powerpoint\b|untitled|document\s?\d*$|dokument\s?\d*$|slide\s?\d*$|"
    r"print\b|scan|layout\s?\d|template|title$|titel$|about:blank|https?:|file:)|"
    r"\.(?:docx?|dotx?|odt|rtf|pdf|indd|qxd|qxp|p65|pmd|fm|wpd|tex|dvi|txt|html?|pages|pptx?|xlsx?|ps|eps|tmp)\b"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A line at the head of the first page: its words, how large and how bold, and how far below the line before it stands."""

    words: str
    size: float
    is_bold: bool
    gap: float
    is_centred: bool


def metadata_of(headings: Sequence[Heading], margins: Sequence[str], body: float, information: Mapping[str, str]) -> Metadata:
    """Title and day; ``headings`` are the first page's lines before anybody speaks, ``margins`` its running heads.

    ``body`` is the size of the running text. A day stands where the page has it in full; the file's own is that of its last
    saving, which says nothing of when anybody spoke.
    """
    day = next((found for words in (*(line.words for line in headings), *margins) if (found := day_in(words))), None)
    return Metadata(
        title=_heading_title(headings, body) or _stated_title(information.get("Title", "")),
        date=day,
    )


def day_in(words: str) -> str | None:
    """The first day that stands in full in ``words`` (``April 27, 2011``, ``27. April 2011``), in ISO 8601."""
    found = [(match.start(), day) for pattern in _DAYS for match in pattern.finditer(words) if (day := _day(match))]
    return min(found)[1] if found else None


def _day(match: re.Match[str]) -> str | None:
    fields = match.groupdict()
    month = fields.get("month") or next(name[1:] for name, words in fields.items() if words and re.fullmatch(r"m\d+", name))
    try:
        return date(int(fields["year"]), int(month), int(fields["day"])).isoformat()
    except ValueError:
        return None


def _heading_title(headings: Sequence[Heading], body: float) -> str | None:
    """The first lines that stand out, by size, weight or place, with those that go on in the same manner."""
    standing = [line for line in headings if line.size > 1.1 * body]
    largest = max((line.size for line in standing), default=0.0)
    start = next(
        (
            number
            for number, line in enumerate(headings)
            if _may_be_title(line) and (line.size > 0.9 * largest if largest else line.is_bold or line.is_centred or not number)
        ),
        None,
    )
    if start is None:
        return None
    first = headings[start]
    words = first.words
    for line in headings[start + 1 :]:
        alike = abs(line.size - first.size) < 0.05 * first.size and line.is_bold == first.is_bold
        stands_out = first.size > 1.1 * body or first.is_bold
        if not (alike and stands_out and line.gap < 1.6 * line.size and _may_be_title(line)):
            break
        words += " " + line.words
    return words if len(words) <= _MAX_TITLE else None


def _may_be_title(line: Heading) -> bool:
    letters = sum(character.isalpha() for character in line.words)
    return letters >= 3 and len(line.words) <= _MAX_TITLE and line.words[-1] not in ".,;:" and not _is_day(line.words)


def _is_day(words: str) -> bool:
    """Whether a line says little but its day."""
    rest = words
    for pattern in _DAYS:
        rest = pattern.sub("", rest)
    return rest != words and sum(character.isalpha() for character in rest) <= 12


def _stated_title(words: str) -> str | None:
    """The title in the file's information where people wrote it: no file's name, no program's default."""
    title = " ".join("".join(character for character in words if character.isprintable() or character.isspace()).split())
    is_words = len(title.split()) > 1 and sum(character.isalpha() for character in title) > 0.5 * len(title)
    return title if is_words and len(title) <= _MAX_TITLE and not _FILE_NAME.search(title) else None
