"""Who is meant by the words that stand in a speaker's place: a name, several, a name with its title, or an office.

Pure. Knows titles and what may stand beside a name; who speaks is handed in (see :mod:`qa.persons`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.records import fold_name
from qa.persons import ADDRESSES, MEN, NO_NAME, WOMEN, Speakers, bearers, may_be, people_of

ARTICLES = frozenset("the a an this that our their der die das den dem le la les el los las".split())

OFFICES = frozenset(
    """admiral ambassador anchor archbishop attorney author bishop boss captain chair chairman chairwoman chancellor chief coach
    commander commissioner congressman congresswoman councillor deputy director doctor engineer expert general glaciologist
    governor head inspector judge justice king leader lawyer manager mayor minister mp novelist officer pm poet pope premier
    president prince princess principal professor queen rabbi representative researcher scientist secretary senator sergeant
    sheriff spokesman spokesperson spokeswoman superintendent writer
    bürgermeister bürgermeisterin chef chefin direktor direktorin kanzler kanzlerin bundeskanzler bundeskanzlerin
    ministerin ministerpräsident ministerpräsidentin präsident präsidentin trainer trainerin
    maire ministre président présidente directeur directrice gouverneur entraîneur
    alcalde alcaldesa ministro ministra presidente presidenta directora gobernador gobernadora entrenador""".split()
)
"""What stands before a name, or with an article for one."""

_WORD = re.compile(r"[^\W_]+(?:['’\-.][^\W_]+)*\.?")
_PARTS = re.compile(r"(,)|\s(?:and|&|und|et|y)\s")
_WHENCE = re.compile(r"(?i)\s(?:of|from|at|for|von|vom|aus|de|du|del)\s")
_OWNED = re.compile(r"['’]s?$")
_POSSESSIVE = re.compile(r"(?:['’]s?|\s['’]s)$")
_BETWEEN = frozenset(
    """about against all and anyone between but by did do does everyone except for from had has have how in is it not on or said
    says than to was were what when where which who whom whose why with without""".split()
)
"""Words after which a name is not, or not alone, whose words are wanted."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Who can be meant: each of ``people`` is one person, by all their names. The name stands from ``start`` to ``end``."""

    people: tuple[frozenset[str], ...]
    start: int
    end: int


def meant(slot: str, speakers: Speakers, *, has_capitals: bool) -> tuple[Meant, ...]:
    """Whom a speaker's place names, one after the other; nothing where any of its words is nobody who speaks.

    ``slot`` is what stands there ("Mayor Osterhaven", "Helen Miller, the minister", "Bell and Pike"). ``has_capitals`` is
    whether the question has any: then a name has one too, unless it is all that stands there.
    """
    found: list[Meant] = []
    start, is_joined = 0, False
    for match in (*_PARTS.finditer(slot), None):
        end = match.start() if match else len(slot)
        joins = bool(match and not match.group(1))
        if one := _meant_by_part(slot, start, end, speakers, has_capitals):
            found.append(one)
        elif joins or is_joined or not _is_apposition(slot[start:end]):
            return ()
        start, is_joined = (match.end() if match else end), joins
    return tuple(found)


def _is_apposition(words: str) -> bool:
    """Whether words beside a name only say who that is: "the finance minister"."""
    return not words.strip() or words.split(maxsplit=1)[0].casefold() in ARTICLES


def _meant_by_part(slot: str, start: int, end: int, speakers: Speakers, has_capitals: bool) -> Meant | None:
    whence = _WHENCE.search(slot, start, end)
    if whence and (found := _meant_by_words(slot, start, whence.start(), speakers, has_capitals)):
        detail = [fold_name(word) for word in _WORD.findall(slot[whence.end() : end])]
        return _narrowed(found, [word for word in detail if word not in ARTICLES], None, speakers)
    return _meant_by_words(slot, start, end, speakers, has_capitals)


def _meant_by_words(slot: str, start: int, end: int, speakers: Speakers, has_capitals: bool) -> Meant | None:
    """The longest run of words at the end that is a name, if what stands before it leaves it one."""
    part = slot[start:end].rstrip()
    words = list(_WORD.finditer(slot, start, start + len(_POSSESSIVE.sub("", part))))
    texts = [word.group() for word in words]
    folded = [fold_name(text) for text in texts]
    for first in range(len(words)):
        lead = folded[:first]
        if folded[first] in ADDRESSES | ARTICLES or not _may_lead(texts[:first], has_capitals=has_capitals):
            continue
        is_small = has_capitals and not all(text[:1].isupper() for text in texts[first:])
        if is_small and set(lead) - ADDRESSES:
            continue
        names, slip = bearers(folded[first:], speakers)
        if not names or (slip and (is_small or slip in _BETWEEN or speakers.is_said(slip))):
            continue
        found = Meant(people_of(names, speakers), words[first].start(), words[-1].end())
        offices = [word for word in lead if word not in ARTICLES | ADDRESSES]
        return _narrowed(found, offices, gender_of(lead), speakers)
    return None


def _may_lead(lead: Sequence[str], *, has_capitals: bool) -> bool:
    """Whether words may stand before a name without making it another: "Mayor", "the late", not the "Bill" of Bill Miller."""
    folded = [fold_name(word) for word in lead]
    if not lead:
        return True
    if "of" in folded:  # the Minister of Finance Miller; not: the critics of Miller
        return any(word in OFFICES for word in folded[: folded.index("of")]) and folded[-1] != "of"
    if _BETWEEN & set(folded):
        return False
    is_told = folded[-1] in OFFICES | ADDRESSES | ARTICLES or bool(_OWNED.search(lead[-1]))
    return is_told or (has_capitals and lead[-1].islower())


def _narrowed(found: Meant, offices: Sequence[str], gender: str | None, speakers: Speakers) -> Meant | None:
    """Without those whom a form of address or an office rules out; ``None`` where that is everybody."""
    people = tuple(one for one in found.people if fits_gender(one, gender, speakers))
    if len(people) > 1 and offices and (holders := speakers.with_office(offices, frozenset().union(*people))):
        people = tuple(one for one in people if one & holders) or people
    return replace(found, people=people) if people else None


def fits_gender(person: Iterable[str], gender: str | None, speakers: Speakers) -> bool:
    """Whether no form of address in a person's labels says that they are of the other gender than ``m`` or ``f``."""
    return gender is None or may_be(gender, " ".join(speakers.labels(person).values()))


def gender_of(words: Iterable[str]) -> str | None:
    """What folded forms of address say: ``m``, ``f``, or nothing."""
    words = set(words)
    return "m" if words & MEN else "f" if words & WOMEN else None


def office_in(slot: str) -> tuple[str, ...]:
    """The folded words of an office that stands for a name ("the minister of finance"); none where it is something else."""
    words = [fold_name(word) for word in _WORD.findall(_POSSESSIVE.sub("", slot.strip()))]
    plain = tuple(word for word in words if word not in ARTICLES and not _WHENCE.fullmatch(f" {word} "))
    head = _WHENCE.split(slot, maxsplit=1)[0]
    has_office = bool(OFFICES & {fold_name(word) for word in _WORD.findall(head)})
    return plain if has_office and words[0] in ARTICLES and not _BETWEEN & set(words) - {"from", "for"} else ()


def mentioned(words: Iterable[str], speakers: Speakers) -> frozenset[str]:
    """The names of speakers that words mention: for each run of words of one name, the names that have all of them."""
    found: set[str] = set()
    run: frozenset[str] = frozenset()
    for word in (*(fold_name(word) for word in words), ""):
        names = speakers.names_with(word) if len(word) > 1 and word not in NO_NAME else frozenset()
        both = run & names
        if not both:
            found |= run
        run = both or names
    return frozenset(found)
