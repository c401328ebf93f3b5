"""Names and the persons who have them: parts of names, names of one person, slips of the pen.

Pure. Knows forms of names; who speaks is handed in. Careful to a fault: two people are never made one, and a name is never
corrected to another that it could be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.records import fold_name, name_words, plain_letters

MEN = frozenset("mr sir herr herrn monsieur señor lord".split())
WOMEN = frozenset("mrs ms miss dame madam frau madame señora lady baroness".split())
ADDRESSES = MEN | WOMEN | frozenset("mx dr prof professor".split())

NO_NAME = frozenset(
    """a answer antwort anonymous audience caller chair chairman chairperson female guest interviewee male man moderator
    panelist participant person president respondent spk speaker spokesperson spokesman spokeswoman the unidentified unknown
    voice witness woman""".split()
)
"""Words of labels that stand for another person in every document."""

MOST_NAMES = 200
"""Names that a choice can be made of: whoever has more than so many namesakes has to be named in full."""

_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
_ONE_SLIP_FROM, _TWO_SLIPS_FROM = 5, 9
_FIRST_LETTER_UNTIL = 5
_SHORT_FORM_FROM, _SLIP_BESIDE_FROM = 3, 4


class Speakers(Protocol):
    """Those who speak in what is asked, by the words of their names (see :func:`~index.records.name_words`)."""

    def names_with(self, word: str) -> frozenset[str]:
        """The names with a word of those who do not only ask."""

    def bearers(self, word: str) -> frozenset[str]:
        """The names with a word of all who speak."""

    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Every word of a name of those who do not only ask, by its plain letters."""

    def is_said(self, word: str) -> bool:
        """Whether an answer holds the word: then it is none that somebody misspelt."""

    def labels(self, names: Iterable[str]) -> dict[str, str]:
        """All labels of each name, as written."""

    def with_office(self, words: Sequence[str], among: frozenset[str] | None = None) -> frozenset[str]:
        """The names (of some, or of all) of those whom the sources call by an office, all its folded words."""


def match_speakers(wanted: str, names: Iterable[str]) -> frozenset[str]:
    """The names of the index that ``wanted`` can mean: the same name, else all that have every part of it.

    A form of address ("Mr Malone") is no part of a name.
    """
    parts = name_parts(wanted)
    if not parts:
        return frozenset()
    by_parts = {name: name_words(name) for name in names}
    same = frozenset(name for name, own in by_parts.items() if own == parts)
    return same or frozenset(name for name, own in by_parts.items() if set(parts) <= set(own))


def name_parts(wanted: str) -> tuple[str, ...]:
    """The words of a name that is asked for, without a form of address, unless it is nothing else."""
    parts = name_words(wanted)
    return tuple(part for part in parts if part not in ADDRESSES) or parts


def without_names(words: Iterable[str], is_name: Callable[[str], object]) -> tuple[str, ...]:
    """The words that are no part of a speaker's name; all of them when nothing else is left.

    Who is asked about is no matter: "What did Pike say about whales?" is about whales. ``is_name`` gets folded words.
    """
    words = tuple(words)
    return tuple(word for word in words if len(word) == 1 or not is_name(fold_name(word))) or words


def is_mark(name: str) -> bool:
    """Whether a label is no name, but stands for another person in every document."""
    words = frozenset(name_words(name))
    return not words or bool(words & NO_NAME) or bool(_DIGIT.search(name))


def fullest(name: str, namesakes: Iterable[str]) -> frozenset[str]:
    """The words of the one longest name that a name can be short for; its own where there is none, or several.

    ``namesakes`` are all names that have every word of it. A mark that is no name ("Speaker 2") is short for nothing.
    """
    words = frozenset(name_words(name))
    if is_mark(name):
        return words
    longer = {frozenset(name_words(other)) for other in namesakes} | {words}
    longest = [one for one in longer if not any(one < other for other in longer)]
    return longest[0] if len(longest) == 1 else words


def people_of(names: Iterable[str], speakers: Speakers) -> tuple[frozenset[str], ...]:
    """The names by persons, of at most ``MOST_NAMES`` names; one person alone with all names that are short for theirs."""
    people: dict[frozenset[str], set[str]] = {}
    for name in sorted(names)[:MOST_NAMES]:
        people.setdefault(_fullest(name, speakers), {name}).add(name)
    if len(people) == 1:
        ((words, own),) = people.items()
        if not any(map(is_mark, own)):
            shorter = {other for word in words for other in speakers.names_with(word) if set(name_words(other)) <= words}
            own |= {name for name in shorter if _fullest(name, speakers) == words}
    return tuple(frozenset(own) for own in people.values())


def _fullest(name: str, speakers: Speakers) -> frozenset[str]:
    return fullest(name, namesakes(name_words(name), speakers))


def namesakes(words: Sequence[str], speakers: Speakers) -> frozenset[str]:
    """The names of all who speak that have every word."""
    return reduce(frozenset.intersection, [speakers.bearers(word) for word in words]) if words else frozenset()


def shown(names: Iterable[str]) -> str:
    """The fullest of one person's names."""
    return max(names, key=lambda name: (len(name_words(name)), name))


def named(wanted: str, speakers: Speakers) -> frozenset[str]:
    """The names that a filter means: as :func:`match_speakers`, else with accents, initials and slips of the pen forgiven."""
    parts = name_parts(wanted)
    exact = match_speakers(wanted, namesakes(parts, speakers))
    if exact or all(speakers.bearers(part) for part in parts):
        return exact
    return bearers(parts, speakers)[0]


def bearers(parts: Sequence[str], speakers: Speakers) -> tuple[frozenset[str], str | None]:
    """The names that have every part, as it stands or as it was meant; and a part that is another word than it was meant for.

    Where no part stands in a name as it is, the longest is corrected; the others need only fit beside one that does.
    """
    having = {part: names for part in parts if len(part) > 1 and (names := speakers.names_with(part))}
    slip: str | None = None
    if having:
        names = reduce(frozenset.intersection, having.values())
    else:
        longest = max(parts, key=len, default="")
        word = closest(longest, speakers.spellings())
        if word is None:
            return frozenset(), None
        slip = longest if plain_letters(word) != plain_letters(longest) else None
        names = having[longest] = speakers.names_with(word)
    for part in parts:
        if part not in having:
            names = frozenset(name for name in names if _fits_beside(part, name_words(name)))
    return names, slip


def _fits_beside(part: str, words: Sequence[str]) -> bool:
    """Whether a part of a name, beside one that stands there, is one of the words: an initial, a short form, a slip."""
    initials = _WORD.findall(part)
    if initials and all(len(piece) == 1 for piece in initials):
        return any(word.startswith(initials[0]) for word in words)
    return any(
        plain_letters(word) == plain_letters(part)
        or (len(part) >= _SHORT_FORM_FROM and word.startswith(part))
        or (len(word) == 1 and part.startswith(word))
        or (min(len(part), len(word)) >= _SLIP_BESIDE_FROM and OSA.distance(part, word) == 1)
        for word in words
    )


def closest(part: str, spellings: Mapping[str, tuple[str, ...]]) -> str | None:
    """The one word that a misspelt one can be: with other accents, else one slip away from five letters on, two from nine.

    ``None`` where there is none, or several are as near. A slip is a letter too much, too few, another, or two exchanged; in
    a word of five letters the first is none. ``spellings`` are words by their plain letters.
    """
    plain = plain_letters(part)
    if words := spellings.get(plain):
        return words[0] if len(words) == 1 else None
    most = (len(plain) >= _ONE_SLIP_FROM) + (len(plain) >= _TWO_SLIPS_FROM)
    found = process.extract(plain, spellings.keys(), scorer=OSA.distance, score_cutoff=most, limit=None) if most else []
    near = [(word, slips) for word, slips, _ in found if len(plain) > _FIRST_LETTER_UNTIL or word[0] == plain[0]]
    fewest = min((slips for _, slips in near), default=0)
    nearest = [word for plain_word, slips in near if slips == fewest for word in spellings[plain_word]]
    return nearest[0] if len(nearest) == 1 and nearest[0] not in NO_NAME else None


def may_be(gender: str | None, labels: str) -> bool:
    """Whether labels let somebody be a man (``m``) or a woman (``f``): only a form of address in them says no."""
    words = frozenset(name_words(labels))
    own, other = {"m": (MEN, WOMEN), "f": (WOMEN, MEN)}.get(gender or "", (frozenset(), frozenset()))
    return not words & other or bool(words & own)
