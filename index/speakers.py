"""Labels to people, within one document.

Knows forms of names. A wrong join is worse than none: a short form belongs to a longer one only where exactly one person of
the document fits. A list of people that the user gives wins over what is inferred. What people do is told by
:mod:`index.roles`; who a person is across documents is not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.headline import named_in_headline
from index.labels import mark_of
from index.names import Name, fold, is_office
from index.records import Metadata, Person, Role, Turn
from index.roles import roles_of
from index.roster import NOBODY, Known, Roster
from index.turns import spoken_text
from index.vocabulary import PARTICLES


def identify(
    text: str, turns: Sequence[Turn], metadata: Metadata, roster: Roster = NOBODY
) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    """The turns with their speakers and roles, and the table of people with the reason for each role.

    People come in the order in which they first speak. Roles that the format states are kept; what ``roster`` says wins.
    """
    labels = list(dict.fromkeys(turn.label for turn in turns if turn.label))
    known = {label: found for label in labels if (found := roster.named(label, metadata.date))}
    names = _by_roster(join_labels(labels), known)
    named = _name_the_rest([replace(turn, speaker=names[turn.label] if turn.label else None) for turn in turns])
    claimed = {found.name: found.role for found in known.values() if found.role}
    named = [replace(turn, role=claimed.get(turn.speaker or "", turn.role)) for turn in named]
    roles = roles_of(text, named, names, metadata) | {
        name: (role, "the list of people says so") for name, role in claimed.items()
    }
    people = tuple(
        Person(name, *roles[name], labels=tuple(label for label in labels if names[label] == name))
        for name in dict.fromkeys(names[label] for label in labels)
    )
    named = [replace(turn, role=roles[turn.speaker][0] if turn.speaker in roles else turn.role) for turn in named]
    return _named_by_headline(text, named, people, metadata)


def _named_by_headline(
    text: str, turns: Sequence[Turn], people: tuple[Person, ...], metadata: Metadata
) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    """Turns and people with the one who answers under no name, or a mark, where headline and questions name them."""
    marks = {person.name: person for person in people if mark_of(person.name) == "answer"}
    answers = [turn for turn in turns if turn.role is Role.INTERVIEWEE]
    if not answers or any(turn.speaker and turn.speaker not in marks for turn in answers):
        return tuple(turns), people
    lead = spoken_text(text, (turn for turn in turns if turn.role is Role.UNKNOWN and not turn.label))
    questions = [spoken_text(text, [turn]) for turn in turns if turn.role is Role.INTERVIEWER]
    found = named_in_headline(metadata.title, lead, questions, headlines=metadata.headlines)
    if found is None:
        return tuple(turns), people
    person = Person(found.name, Role.INTERVIEWEE, found.reason, tuple(marks))
    others = tuple(other for other in people if other.name not in marks)
    return tuple(replace(turn, speaker=found.name) if turn.role is Role.INTERVIEWEE else turn for turn in turns), (
        *others,
        person,
    )


def _by_roster(names: dict[str, str], known: dict[str, Known]) -> dict[str, str]:
    """The names by label with those that the list of people knows, for their short forms too where these fit nobody else."""
    claims: dict[str, set[str]] = defaultdict(set)
    for label, found in known.items():
        claims[names[label]].add(found.name)
    lone = {name: next(iter(found)) for name, found in claims.items() if len(found) == 1}
    return {label: known[label].name if label in known else lone.get(name, name) for label, name in names.items()}


def _name_the_rest(turns: Sequence[Turn]) -> list[Turn]:
    """Names unlabelled turns whose role is known where one person alone has that role: the label stood on the first only."""
    names: dict[Role, set[str]] = defaultdict(set)
    for turn in turns:
        if turn.speaker:
            names[turn.role].add(turn.speaker)
    lone: dict[Role, str] = {
        role: next(iter(found)) for role, found in names.items() if role is not Role.UNKNOWN and len(found) == 1
    }
    return [turn if turn.label else replace(turn, speaker=lone.get(turn.role)) for turn in turns]


def join_labels(labels: Sequence[str]) -> dict[str, str]:
    """Which person each label stands for, by the name that is shown.

    ``Thomas Malone``, ``Malone`` and ``Mr Malone`` are one person unless another Malone speaks too; ``James Franey,
    euronews`` is one with ``euronews``, since the document uses the outlet as the speaker.
    """
    parsed = {label: Name.of(label) for label in labels}
    people: dict[tuple[tuple[str, ...], str | None], list[str]] = defaultdict(list)
    for label, name in parsed.items():
        people[name.bare, _telling_gender(name, parsed.values())].append(label)
    outlets = {name.bare: label for label, name in parsed.items() if not name.rest}
    shown: dict[str, str] = {}
    for label, name in parsed.items():
        if outlet := _outlet_spoken_for(name, outlets, parsed.values()):
            shown[label] = outlet
            continue
        mine = (name.bare, _telling_gender(name, parsed.values()))
        fitting = (
            [] if mark_of(label) else [home for home in people if home != mine and _can_be(name, mine[1], home, people, parsed)]
        )
        home = fitting[0] if len(fitting) == 1 else mine
        shown[label] = parsed[people[home][0]].plain
    return shown


def _telling_gender(name: Name, names: Iterable[Name]) -> str | None:
    """The gender where it tells two of one name apart (``Mr Malone`` and ``Mrs Malone`` speak), else ``None``."""
    genders = {other.gender for other in names if other.bare == name.bare} - {None}
    return name.gender if len(genders) > 1 else None


def _outlet_spoken_for(name: Name, outlets: dict[tuple[str, ...], str], names: Iterable[Name]) -> str | None:
    """The label of the outlet that stands in the place of this person's title, if they alone speak for it."""
    rest = tuple(fold(token) for token in name.rest.split())
    if not rest or rest == name.bare or rest not in outlets:
        return None
    speakers = {other.bare for other in names if tuple(fold(token) for token in other.rest.split()) == rest}
    return outlets[rest] if len(speakers) == 1 else None


def _can_be(
    name: Name,
    telling: str | None,
    home: tuple[tuple[str, ...], str | None],
    people: dict[tuple[tuple[str, ...], str | None], list[str]],
    parsed: dict[str, Name],
) -> bool:
    """Whether a label can be a short form of the person at ``home``: a surname, a first name, initials, of no other gender."""
    bare, _ = home
    size = len(name.bare)
    if is_office(name.name):  # it stands for whoever alone has it before their name, or is said to hold it
        holders = [parsed[label] for label in people[home]]
        return any(holder.office == name.bare or holder.honorific == " ".join(name.bare[1:]) for holder in holders)
    if any(mark_of(label) for label in people[home]) or len(bare) <= size or not all(part[0].isalpha() for part in bare):
        return False
    if size > 1 and name.bare[0] not in PARTICLES:
        return False
    is_first_name = size == 1 and not name.honorific and name.bare == bare[:1]
    if not (name.bare == bare[-size:] or is_first_name or _is_initials(name, bare)):
        return False
    theirs = {parsed[label].gender for label in people[home]} - {None}
    return name.gender in theirs if telling else name.gender is None or not theirs or name.gender in theirs


def _is_initials(name: Name, bare: tuple[str, ...]) -> bool:
    """``JS`` for Jens Stoltenberg: capitals only, one for each part of the name."""
    return name.name.isupper() and 1 < len(name.bare[0]) == len(bare) and name.bare[0] == "".join(part[0] for part in bare)
