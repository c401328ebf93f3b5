"""Labels to people and their roles, within one document.

Knows forms of names and what interviewing looks like. A wrong join is worse than none: a short form belongs to a
longer one only where exactly one person of the document fits, and a role that can't be told stays unknown.
Who a person is across documents is not known here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.labels import HONORIFICS, mark_of, name_of
from index.records import Metadata, Person, Role, Turn

_ASKS = re.compile(r"[?？][\"'”’»)\]*_]*(?:\s|$)")
_ASKS_LAST = re.compile(r"[?？][\"'”’»)\]*_\s]*$")
_OUTLET_WORDS = re.compile(
    r"(?i)\b(?:news|radio|tv|television|times|post|journal|herald|tribune|gazette|magazine|press|daily|weekly|review|chronicle|observer|"
    r"guardian|telegraph|euronews|zeitung|spiegel|rundfunk|wire|podcast|show|reporter|interviewer|moderator|host|journalist|editor|"
    r"correspondent|archive|redaktion|media|broadcasting|channel|network|bulletin|courier|bote|tagblatt|dispatch)\b"
)
_MIN_TURNS_TO_JUDGE = 2
_GENDERS = dict.fromkeys(("mr", "herr", "sir", "señor"), "m") | dict.fromkeys(
    ("mrs", "ms", "miss", "frau", "señora", "madam"), "f"
)


@dataclass(frozen=True, slots=True)
class _Name:
    """A label taken apart: ``bare`` is the name without honorifics, in folded tokens."""

    name: str
    rest: str
    bare: tuple[str, ...]
    honorific: str

    @classmethod
    def of(cls, label: str) -> _Name:
        name = name_of(label)
        rest = label[len(name) :].strip(" ,()[]/")
        if mark_of(name):
            if rest:  # "Reporter (Ida Brenning, Vestrin Radio)"
                return cls.of(rest)
            name = re.sub(r"[\s#]*\d{1,3}$", "", name)  # "Frage 2"
        tokens = name.split()
        lead = 0
        while lead < len(tokens) - 1 and _fold(tokens[lead]) in HONORIFICS:
            lead += 1
        bare = tuple(_fold(token) for token in tokens[lead:])
        return cls(name, rest, bare, _fold(" ".join(tokens[:lead])))

    @property
    def plain(self) -> str:
        """The name as written; without its honorific when a full name is left."""
        tokens = self.name.split()
        return " ".join(tokens[-len(self.bare) :]) if len(self.bare) > 1 else self.name


def _fold(token: str) -> str:
    return token.casefold().strip(".,")


def identify(text: str, turns: Sequence[Turn], metadata: Metadata) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    """The turns with their speakers and roles, and the table of people with the reason for each role.

    People come in the order in which they first speak. Roles that the format states are kept.
    """
    labels = list(dict.fromkeys(turn.label for turn in turns if turn.label))
    names = join_labels(labels)
    named = [replace(turn, speaker=names[turn.label] if turn.label else None) for turn in turns]
    roles = _roles(text, named, names, metadata)
    people = tuple(
        Person(name, *roles[name], labels=tuple(label for label in labels if names[label] == name))
        for name in dict.fromkeys(names[label] for label in labels)
    )
    return tuple(replace(turn, role=roles[turn.speaker][0] if turn.speaker else turn.role) for turn in named), people


def join_labels(labels: Sequence[str]) -> dict[str, str]:
    """Which person each label stands for, by the name that is shown.

    ``Thomas Malone``, ``Malone`` and ``Mr Malone`` are one person unless another Malone speaks too; ``James Franey,
    euronews`` is one with ``euronews``, since the document uses the outlet as the speaker.
    """
    parsed = {label: _Name.of(label) for label in labels}
    by_bare: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for label, name in parsed.items():
        by_bare[name.bare].append(label)
    outlets = {name.bare: label for label, name in parsed.items() if not name.rest}
    full = [bare for bare in by_bare if len(bare) > 1]
    shown: dict[str, str] = {}
    for label, name in parsed.items():
        outlet = tuple(_fold(token) for token in name.rest.split())
        if outlet and outlet in outlets and outlet != name.bare:
            shown[label] = outlets[outlet]
            continue
        home = name.bare
        if len(name.bare) == 1:
            fitting = [bare for bare in full if name.bare[0] in (bare[-1], bare[0]) or _is_initials(name, bare)]
            if len(fitting) == 1 and not _is_other_person(name, fitting[0], by_bare, parsed):
                home = fitting[0]
        shown[label] = parsed[by_bare[home][0]].plain
    return shown


def _is_initials(name: _Name, bare: tuple[str, ...]) -> bool:
    """``JS`` for Jens Stoltenberg: capitals only, one for each part of the name."""
    return name.name.isupper() and 1 < len(name.bare[0]) == len(bare) and name.bare[0] == "".join(part[0] for part in bare)


def _is_other_person(
    name: _Name, bare: tuple[str, ...], by_bare: dict[tuple[str, ...], list[str]], parsed: dict[str, _Name]
) -> bool:
    """Whether honorifics tell two people of one surname apart (``Mrs Malone`` beside ``Mr Thomas Malone``)."""
    mine = _GENDERS.get(name.honorific)
    theirs = {_GENDERS.get(parsed[label].honorific) for label in by_bare[bare]} - {None}
    return mine is not None and bool(theirs) and mine not in theirs


def _roles(text: str, turns: Sequence[Turn], names: dict[str, str], metadata: Metadata) -> dict[str, tuple[Role, str]]:
    """Each speaker's role and why, from what is stated, from labels, from outlets, and from who asks."""
    roles: dict[str, tuple[Role, str]] = {}
    labels: dict[str, list[str]] = defaultdict(list)
    for label, name in names.items():
        labels[name].append(label)
    for name, theirs in labels.items():
        stated = {turn.role for turn in turns if turn.speaker == name and turn.role is not Role.UNKNOWN}
        if len(stated) == 1:
            roles[name] = (stated.pop(), "stated by the source")
        elif any(mark_of(name_of(label)) == "question" for label in theirs):
            roles[name] = (Role.INTERVIEWER, f"the label {theirs[0]} marks questions")
        elif any(mark_of(label) == "answer" for label in theirs):
            roles[name] = (Role.INTERVIEWEE, f"the label {theirs[0]} marks answers")
        elif _is_author(theirs, metadata):
            roles[name] = (Role.INTERVIEWER, "is the author of the page")
        elif outlet := _outlet(theirs, metadata):
            roles[name] = (Role.INTERVIEWER, f"speaks for {outlet}")
    _add_askers(text, turns, roles)
    _add_answerers(text, turns, roles)
    for name in labels:
        roles.setdefault(name, (Role.UNKNOWN, "neither clearly asks nor clearly answers"))
    return roles


def _is_author(labels: Iterable[str], metadata: Metadata) -> bool:
    author = _squash(metadata.author)
    return any(len(name.bare) > 1 and _squash(name.plain) == author for name in map(_Name.of, labels))


def _outlet(labels: Iterable[str], metadata: Metadata) -> str | None:
    """The outlet that a label names: the page's own site, or a name that only outlets have."""
    site = _squash(metadata.site)
    for label in labels:
        name = _Name.of(label)
        if site and site in (_squash(name.name), _squash(name.rest)):
            return metadata.site
        if name.rest and _OUTLET_WORDS.search(name.rest):
            return name.rest
        if name.name.islower() and name.name.isalpha() and len(name.name) > 3:
            return name.name
        if _OUTLET_WORDS.search(name.name):
            return name.name
    return None


def _squash(words: str | None) -> str:
    return re.sub(r"[\W_]+", "", (words or "").casefold())


@dataclass(slots=True)
class _Habits:
    """What a speaker does: turns, those with a question, those that end in one, words."""

    turns: int = 0
    asking: int = 0
    ending: int = 0
    words: int = 0


def _habits(text: str, turns: Sequence[Turn]) -> dict[str, _Habits]:
    habits: dict[str, _Habits] = defaultdict(_Habits)
    for turn in turns:
        if turn.speaker:
            said = turn.spans[-1].cut(text)
            habit = habits[turn.speaker]
            habit.turns += 1
            habit.asking += bool(_ASKS.search(said))
            habit.ending += bool(_ASKS_LAST.search(said))
            habit.words += sum(len(span.cut(text).split()) for span in turn.spans)
    return habits


def _add_askers(text: str, turns: Sequence[Turn], roles: dict[str, tuple[Role, str]]) -> None:
    """One of two main speakers asks and the other is asked: the asker is the interviewer, and says less."""
    if any(role is Role.INTERVIEWER for role, _ in roles.values()):
        return
    habits = _habits(text, turns)
    total = sum(habit.turns for habit in habits.values())
    main = sorted(habits, key=lambda name: -habits[name].turns)[:2]
    if len(main) < 2 or sum(habits[name].turns for name in main) < 0.8 * total:
        return
    asker, other = sorted(main, key=lambda name: -habits[name].asking / habits[name].turns)
    ask, tell = habits[asker], habits[other]
    ask_share, tell_share = ask.asking / ask.turns, tell.asking / tell.turns
    alternates = _alternation(turns, asker, other)
    enough = min(ask.turns, tell.turns) >= _MIN_TURNS_TO_JUDGE or (ask.ending == ask.turns and not tell.asking)
    says_less = ask.words < tell.words
    if enough and alternates and says_less and ask_share >= 0.4 and ask_share >= 2 * tell_share:
        roles.setdefault(
            asker,
            (Role.INTERVIEWER, f"asks in {ask.asking} of {ask.turns} turns, {other} in {tell.asking} of {tell.turns}"),
        )


def _alternation(turns: Sequence[Turn], asker: str, other: str) -> bool:
    """Whether the two mostly speak in turn."""
    order = [turn.speaker for turn in turns if turn.speaker in (asker, other)]
    changes = sum(before != after for before, after in pairwise(order))
    return changes >= 0.7 * max(1, len(order) - 1)


def _add_answerers(text: str, turns: Sequence[Turn], roles: dict[str, tuple[Role, str]]) -> None:
    """Whoever mostly speaks right after an interviewer, and asks less than half the time, answers."""
    interviewers = {name for name, (role, _) in roles.items() if role is Role.INTERVIEWER}
    if not interviewers:
        return
    habits = _habits(text, turns)
    after: Counter[str] = Counter()
    before: str | None = None
    for turn in turns:
        if turn.speaker and before in interviewers and turn.speaker not in interviewers:
            after[turn.speaker] += 1
        before = turn.speaker or before
    for name, answered in after.items():
        habit = habits[name]
        if name not in roles and habit.asking / habit.turns < 0.5 and (answered >= 0.3 * habit.turns or habit.words > 200):
            roles[name] = (Role.INTERVIEWEE, f"answers {answered} of the interviewers' turns")
