"""Whose words a question wants: the person in its speaker's place, named, meant by "she", or by an office.

Pure. What stands there is read by :mod:`qa.frames` and :mod:`qa.naming`; who speaks is handed in. Nobody is ever guessed:
several who can be meant by a name are a choice, several who can be meant by "she" are everybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.records import Filter, fold_name, name_words
from qa.frames import Frame, Kind, frames
from qa.meaning import FUNCTION_WORDS, WORD
from qa.naming import Meant, fits_gender, meant, mentioned, office_in
from qa.periods import Period
from qa.persons import Speakers, people_of, shown

Person = frozenset[str]
"""One person, by all their names."""

_PRONOUNS = (
    dict.fromkeys("he him his er ihm ihn il él".split(), "m")
    | dict.fromkeys("she her hers elle ella".split(), "f")
    | dict.fromkeys(["they", "them", "their", "sie", "ihr", "lui", "the interviewee", "the guest"], None)
)
_SUBJECT = re.compile(
    r"\b(?:did|does|has|had|is|was|will|would|can|could|should)(?: ?n['’]t)? (?P<who>he|she)\b|"
    r"\b(?:hat|hatte|ist|war|wird|will) (?P<wer>er)\b",
    re.IGNORECASE,
)
_OWNS = frozenset(("his", "their", "her"))


class Index(Speakers, Protocol):
    """Who speaks in what is asked, and when."""

    def alone(self) -> Person | None:
        """The one person who answers in all that is asked; ``None`` where there is none or several."""

    def within(self, names: Iterable[str], period: Period | None) -> frozenset[str]:
        """Those of the names who speak in documents that pass the filters, and of a period."""

    def has_dates(self, period: Period) -> bool:
        """Whether any document that is asked has a date in a period."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a question says of whose words it wants.

    ``shown`` is the question with what was resolved in the place of what stood there; ``is_placed`` is whether its speaker's
    place is empty or understood. ``choice`` are persons of whom one has to be chosen, ``about`` all names that are spoken of.
    """

    shown: str
    frame: Frame | None = None
    speakers: frozenset[str] | None = None
    choice: tuple[Person, ...] = ()
    about: frozenset[str] = frozenset()
    is_placed: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a question: who speaks, the given filters, the questions before it (oldest first), its time."""

    index: Index
    given: Filter
    history: Sequence[str]
    period: Period | None


def resolve(question: str, around: Around) -> Resolved:
    """Whose words a question wants, if it says so; a speaker filter that was given decides alone."""
    readings = list(frames(question))
    about = _mentioned(question, around.index)
    if not readings:
        return _by_subject(question, around, about)
    first = readings[0]
    if first.kind is Kind.WHO:
        return Resolved(question, first, about=about, is_placed=True)
    for frame in readings if first.kind is not Kind.ASKED else readings[:1]:
        if found := _in_place(question, frame, around):
            return found.told(question, frame, about, is_given=around.given.speakers is not None)
    return Resolved(question, first, about=about, is_placed=not first.who(question))


@dataclass(frozen=True, slots=True)
class _Found:
    """Persons in a speaker's place: all of ``persons`` are meant, or one of ``choice``; ``put`` are texts for stretches."""

    persons: tuple[Person, ...] = ()
    choice: tuple[Person, ...] = ()
    put: tuple[tuple[int, int, str], ...] = ()

    def told(self, question: str, frame: Frame, about: frozenset[str], *, is_given: bool) -> Resolved:
        shown_as = question
        for start, end, words in reversed(self.put):
            shown_as = shown_as[:start] + words + shown_as[end:]
        about = about.union(*self.persons)
        if is_given:
            return Resolved(shown_as, frame, about=about, is_placed=True)
        names = frozenset[str]().union(*self.persons) if self.persons and not self.choice else None
        return Resolved(shown_as, frame, names, self.choice, about, is_placed=True)


def _in_place(question: str, frame: Frame, around: Around) -> _Found | None:
    """Who is meant by what stands in a frame's place; ``None`` where that is no speaker."""
    slot = frame.who(question)
    word = slot.strip().casefold()
    if word in _PRONOUNS:
        person = _meant_by_pronoun(_PRONOUNS[word], question[: frame.start], around)
        return _Found((person,), put=((frame.start, frame.end, _put(person, question, frame)),)) if person else _Found()
    if found := meant(slot, around.index, has_capitals=_has_capitals(question)):
        return _named(
            question, [replace(one, start=frame.start + one.start, end=frame.start + one.end) for one in found], around
        )
    if office := office_in(slot):
        person = _meant_by_office(office, around)
        return _Found((person,), put=((frame.start, frame.end, shown(person)),)) if person else _Found()
    return None


def _named(question: str, found: Sequence[Meant], around: Around) -> _Found:
    """The persons that names in a speaker's place mean, or a choice."""
    persons: list[Person] = []
    put: list[tuple[int, int, str]] = []
    for one in found:
        people = _narrowed(one.people, around)
        if len(people) > 1:
            return _Found(choice=people)
        persons.append(people[0])
        typed = set(name_words(question[one.start : one.end]))
        as_typed = any(typed <= set(name_words(name)) for name in people[0])
        if len(one.people) > 1 or not as_typed:
            put.append((one.start, one.end, shown(people[0])))
    return _Found(tuple(persons), put=tuple(put))


def _narrowed(people: tuple[Person, ...], around: Around) -> tuple[Person, ...]:
    """Those who speak where and when it is asked, and of them the one of whom the conversation was last."""
    if len(people) > 1:
        here = around.index.within([name for person in people for name in person], around.period)
        people = tuple(person for person in people if person & here) or people
    if len(people) > 1:
        told = (person for past in _conversation(around.history, around.index) for person in people if person & past)
        people = (person,) if (person := next(told, None)) else people
    return people


def _put(person: Person, question: str, frame: Frame) -> str:
    """A name in the place of a pronoun; in that of "her" before "views" with its possessive."""
    owns = frame.who(question).casefold() in _OWNS and frame.kind is Kind.SAID and re.match(r" \w", question[frame.end :])
    return f"{shown(person)}’s" if owns else shown(person)


def _meant_by_pronoun(gender: str | None, before: str, around: Around) -> Person | None:
    """The person named before a pronoun, else who is asked by a filter, spoken of in the conversation, or alone to answer."""
    if before and (names := _mentioned(before, around.index)):
        people = people_of(names, around.index)
        return people[0] if len(people) == 1 and fits_gender(people[0], gender, around.index) else None
    return _offered(around, around.history, lambda person: fits_gender(person, gender, around.index))


def _meant_by_office(office: Sequence[str], around: Around) -> Person | None:
    """The one whom the sources call by an office; where none of them does, who is offered as for "she"."""
    holders = people_of(around.index.with_office(office), around.index)
    if len(holders) == 1:
        return holders[0]
    if holders:
        return _offered(around, around.history, lambda person: person in holders)
    elsewhere = [past for past in around.history if not set(office) & {fold_name(word) for word in WORD.findall(past)}]
    return _offered(around, elsewhere, lambda person: True)


def _offered(around: Around, history: Sequence[str], fits: Callable[[Person], bool]) -> Person | None:
    """The first person that fits, of those offered by the filter, by the conversation, and by who alone answers."""
    if around.given.speakers is not None:
        people = people_of(around.given.speakers, around.index)
        return people[0] if len(people) == 1 else None
    for person in _conversation(history, around.index):
        if fits(person):
            return person
    alone = around.index.alone()
    return alone if alone and fits(alone) else None


def _conversation(history: Sequence[str], index: Index) -> Iterator[Person]:
    """Those of whom earlier questions spoke, the newest first: whose words were wanted, else the one speaker they mention."""
    for past in reversed(history):
        readings = list(frames(past))
        places = (meant(frame.who(past), index, has_capitals=_has_capitals(past)) for frame in readings)
        named = next((found for found in places if found), ())
        people = [one.people[0] for one in named if len(one.people) == 1]
        if not readings:
            people = list(people_of(_mentioned(past, index), index))
        if len(people) == 1:
            yield people[0]


def _by_subject(question: str, around: Around, about: frozenset[str]) -> Resolved:
    """A question that asks for no words in particular: "Why did she resign?" is about her, and others may tell of it."""
    match = _SUBJECT.search(question)
    start, end = match.span(match.lastgroup or 0) if match else (0, 0)
    gender = _PRONOUNS.get(question[start:end].casefold())
    person = _meant_by_pronoun(gender, question[:start], around) if match else None
    if not person:
        return Resolved(question, about=about)
    return Resolved(f"{question[:start]}{shown(person)}{question[end:]}", about=about | person)


def _mentioned(words: str, index: Index) -> frozenset[str]:
    """The names of speakers in some words: in capitals, unless there are none at all."""
    has_capitals = _has_capitals(words)
    told = (word.removesuffix("'s").removesuffix("’s") for word in WORD.findall(words))
    return mentioned(
        (word if (word[:1].isupper() or not has_capitals) and word.casefold() not in FUNCTION_WORDS else "" for word in told),
        index,
    )


def _has_capitals(question: str) -> bool:
    """Whether any letter but the first is a capital: then a name has one too."""
    return any(letter.isupper() for letter in question.strip()[1:])
