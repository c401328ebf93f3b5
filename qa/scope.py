"""What a question is asked of: its query, the filters that were given or that it sets itself, and why nobody can answer.

The one place where what a person gives and what :mod:`qa.interpret` reads come together over an index.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from index.records import Filter, Person, Role, name_words
from qa.answer import Filters, Reason, Voice
from qa.interpret import Query, check_date, check_range, check_text, interpret
from qa.periods import Period
from qa.persons import is_mark, named, people_of, shown

if TYPE_CHECKING:
    from index.reader import IndexReader

_FEW = 8
"""Names among which one person's can be alone."""

_LABELS_READ = 1000
_ADDRESSED_READ = 40
_CALLED_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """A query, the filter under which it is searched, the same to be shown, and the reason why it need not be searched at all.

    With ``ambiguous_speaker``, ``candidates`` are those who can be meant.
    """

    query: Query
    where: Filter
    filters: Filters
    reason: Reason | None = None
    candidates: tuple[Voice, ...] = ()


def scope_of(
    reader: IndexReader,
    question: str,
    *,
    speaker: str | None = None,
    document: str | None = None,
    since: str | None = None,
    until: str | None = None,
    history: Sequence[str] = (),
    today: date | None = None,
) -> Scope:
    """The scope of a question with its filters; raises what :meth:`~qa.service.Service.ask` raises.

    A filter that is given wins over what the question says. ``history`` are the questions before it, oldest first.
    """
    interpret(question)
    check_text("The speaker", speaker)
    check_text("The document", document)
    check_date("since", since)
    check_date("until", until)
    check_range(since, until)
    documents = None if document is None else frozenset((reader.document(document).id,))
    where = Filter(None, documents, since, until)
    asked = Roll(reader, where)
    speakers = None if speaker is None else named(speaker, Roll(reader, Filter()))
    given = Filter(speakers, documents, since, until)
    query = interpret(question, index=asked, given=given, history=history, today=today)
    where = Filter(
        given.speakers if speakers is not None else query.speakers, documents, since or query.since, until or query.until
    )
    filters = Filters(tuple(sorted(where.speakers or ())), document, where.since, where.until, query.inferred)
    if not reader.counts.get("answers"):
        return Scope(query, where, filters, Reason.EMPTY_INDEX)
    if speakers is not None and not speakers:
        return Scope(query, where, filters, Reason.UNKNOWN_SPEAKER)
    if query.choice:
        return Scope(query, where, filters, Reason.AMBIGUOUS_SPEAKER, asked.voices(query.choice))
    return Scope(query, where, filters)


class Roll:
    """Those who speak in the documents that are asked (see :class:`~qa.resolve.Index`)."""

    def __init__(self, reader: IndexReader, where: Filter) -> None:
        self._reader, self._where = reader, where
        self._people = [person for one in where.documents or () for person in reader.people(one)]

    @property
    def _is_whole(self) -> bool:
        return self._where.documents is None

    @property
    def _is_many(self) -> bool:
        return self._is_whole and self._reader.counts.get("documents", 0) > 1

    def names_with(self, word: str) -> frozenset[str]:
        if self._is_whole:
            return self._reader.names_with(word, but=Role.INTERVIEWER)
        return frozenset(one.name for one in self._answering() if word in name_words(one.name))

    def bearers(self, word: str) -> frozenset[str]:
        if self._is_whole:
            return self._reader.names_with(word)
        return frozenset(one.name for one in self._people if word in name_words(one.name))

    def spellings(self) -> dict[str, tuple[str, ...]]:
        found = self._reader.spellings()
        if self._is_whole:
            return found
        words = {word for one in self._answering() for word in name_words(one.name)}
        return {plain: kept for plain, own in found.items() if (kept := tuple(word for word in own if word in words))}

    def is_said(self, word: str) -> bool:
        return self._reader.answers_with(word) > 0

    def labels(self, names: Iterable[str]) -> dict[str, str]:
        found: dict[str, set[str]] = defaultdict(set)
        for _, person in self._speaking(names):
            found[person.name].update((person.name, *person.labels))
        return {name: " ".join(sorted(labels)) for name, labels in found.items()}

    def with_office(self, words: Sequence[str], among: frozenset[str] | None = None) -> frozenset[str]:
        """By their labels; where none has the office, those who answer when it is called out ("Governor, when …?")."""
        if among is not None:
            people = [person for _, person in self._speaking(among)]
        elif self._is_whole:
            people = [person for _, person in self._reader.labelled(max(words, key=len), _LABELS_READ)]
        else:
            people = self._answering()
        held = frozenset(
            one.name for one in people if set(words) <= {word for label in one.labels for word in name_words(label)}
        )
        return held or reduce(frozenset.intersection, [self._addressed_as(word, among) for word in words])

    def _addressed_as(self, word: str, among: frozenset[str] | None) -> frozenset[str]:
        """Two or three of those who are called by a word: of more, none can be meant alone."""
        called = re.compile(rf"(?i)(?:^|[.?!…,—–]\s+){re.escape(word)}(?=,)|,\s+{re.escape(word)}(?=[.?!,])")
        hits = self._reader.asked_with_words((word,), _ADDRESSED_READ, replace(self._where, speakers=among))
        found: set[str] = set()
        for stored in self._reader.passages_at([hit.key for hit in hits]):
            asked, name = stored.passage.asked, stored.passage.speaker
            if asked and name and name not in found and called.search(self._reader.cut(stored.document_id, asked.span)):
                found.add(name)
            if len(found) == _CALLED_ALIKE:
                break
        return frozenset(found)

    def alone(self) -> frozenset[str] | None:
        names = self._reader.names_in(self._where, _FEW)
        people = people_of(names, self) if 0 < len(names) < _FEW else ()
        if len(people) != 1 or (self._is_many and any(map(is_mark, people[0]))):
            return None
        return people[0]

    def within(self, names: Iterable[str], period: Period | None) -> frozenset[str]:
        where = self._where
        since, until = (period.since, period.until) if period else (where.since, where.until)
        return self._reader.names_in(Filter(frozenset(names), where.documents, since, until), _LABELS_READ)

    def has_dates(self, period: Period) -> bool:
        dates: Iterable[str | None] = self._reader.dates()
        if self._where.documents is not None:
            dates = [self._reader.document(one).metadata.date for one in self._where.documents]
        since, until = period.since or "", period.until or "9999"
        return any(day and day >= since and day[: len(until)] <= until for day in dates)

    def voices(self, people: Iterable[frozenset[str]]) -> tuple[Voice, ...]:
        """Persons as a choice shows them, the one of most documents first."""
        found = []
        for one in people:
            own = self._speaking(one)
            role = Role.INTERVIEWEE if any(person.role is Role.INTERVIEWEE for _, person in own) else Role.UNKNOWN
            found.append(Voice(shown(one), role, tuple(sorted({place for place, _ in own}))))
        return tuple(sorted(found, key=lambda voice: (-len(voice.documents), voice.name or "")))

    def _answering(self) -> list[Person]:
        return [one for one in self._people if one.role is not Role.INTERVIEWER]

    def _speaking(self, names: Iterable[str]) -> list[tuple[str, Person]]:
        where = Filter(frozenset(names), self._where.documents, self._where.since, self._where.until)
        return self._reader.speaking(where, _LABELS_READ)
