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
from unicodedata import normalize

from index.labels import mark_of, name_of
from index.records import Metadata, Person, Role, Turn
from index.vocabulary import HONORIFICS, PARTICLES

_ASKS = re.compile(r"[?？][\"'”’»)\]*_]*(?:\s|$)")
_ASKS_LAST = re.compile(r"[?？][\"'”’»)\]*_\s]*$")
_PROMPTS = re.compile(
    r"(?i)(?:^|[.!?…]\s+)(?:please\s+)?(?:tell (?:me|us)|talk (?:me|us) through|walk (?:me|us) through|"
    r"describe|explain|take (?:me|us) (?:back|through)|"
    r"let['’]?s (?:talk|turn|move|go)|let us (?:talk|turn)|talk about|go on|sprechen wir|erzählen sie|parlons|hablemos)\b"
)
"""How an interviewer asks without a question mark."""

_OUTLET_WORDS = re.compile(
    r"(?i)\b(?:news|radio|tv|television|times|post|journal|herald|tribune|gazette|magazine|press|daily|weekly|review|chronicle|observer|"
    r"guardian|telegraph|euronews|zeitung|spiegel|rundfunk|wire|podcast|show|reporter|interviewer|moderator|host|journalist|editor|"
    r"correspondent|archive|redaktion|media|broadcasting|channel|network|bulletin|courier|bote|tagblatt|dispatch)\b"
)
_SPOKESMEN = re.compile(
    r"(?i)\bpress (?:secretary|officer|attaché)|\bspokes|\bminister\b|\bsecretary\b|\bhead of\b|\bdirector\b|\bchief\b|\bchair"
)
_NUMBERED_MARK = re.compile(
    r"(?i)^(q|question|frage|f|a|answer|antwort|pregunta|respuesta|pergunta|resposta|réponse)[\s#]*\d{1,3}$"
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
            name = _NUMBERED_MARK.sub(r"\1", name)  # "Frage 2"; but Guest 1 and Guest 2 are two
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

    @property
    def gender(self) -> str | None:
        """What the honorific says, ``None`` when it says nothing."""
        return next((_GENDERS[part] for part in self.honorific.split() if part.strip(".") in _GENDERS), None)


def _fold(token: str) -> str:
    return normalize("NFC", token).casefold().strip(".,")


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


def _telling_gender(name: _Name, names: Iterable[_Name]) -> str | None:
    """The gender where it tells two of one name apart (``Mr Malone`` and ``Mrs Malone`` speak), else ``None``."""
    genders = {other.gender for other in names if other.bare == name.bare} - {None}
    return name.gender if len(genders) > 1 else None


def _outlet_spoken_for(name: _Name, outlets: dict[tuple[str, ...], str], names: Iterable[_Name]) -> str | None:
    """The label of the outlet that stands in the place of this person's title, if they alone speak for it."""
    rest = tuple(_fold(token) for token in name.rest.split())
    if not rest or rest == name.bare or rest not in outlets:
        return None
    speakers = {other.bare for other in names if tuple(_fold(token) for token in other.rest.split()) == rest}
    return outlets[rest] if len(speakers) == 1 else None


def _can_be(
    name: _Name,
    telling: str | None,
    home: tuple[tuple[str, ...], str | None],
    people: dict[tuple[tuple[str, ...], str | None], list[str]],
    parsed: dict[str, _Name],
) -> bool:
    """Whether a label can be a short form of the person at ``home``: a surname, a first name, initials, of no other gender."""
    bare, _ = home
    size = len(name.bare)
    if any(mark_of(label) for label in people[home]) or len(bare) <= size or not all(part[0].isalpha() for part in bare):
        return False
    if size > 1 and name.bare[0] not in PARTICLES:
        return False
    is_first_name = size == 1 and not name.honorific and name.bare == bare[:1]
    if not (name.bare == bare[-size:] or is_first_name or _is_initials(name, bare)):
        return False
    theirs = {parsed[label].gender for label in people[home]} - {None}
    return name.gender in theirs if telling else name.gender is None or not theirs or name.gender in theirs


def _is_initials(name: _Name, bare: tuple[str, ...]) -> bool:
    """``JS`` for Jens Stoltenberg: capitals only, one for each part of the name."""
    return name.name.isupper() and 1 < len(name.bare[0]) == len(bare) and name.bare[0] == "".join(part[0] for part in bare)


def _roles(text: str, turns: Sequence[Turn], names: dict[str, str], metadata: Metadata) -> dict[str, tuple[Role, str]]:
    """Each speaker's role and why, from what is stated, from labels, from outlets, and from who asks."""
    roles: dict[str, tuple[Role, str]] = {}
    labels: dict[str, list[str]] = defaultdict(list)
    habits = _habits(text, turns)
    all_lower = all(label.islower() for label in names)  # then small letters are a manner of writing and no outlet's
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
        elif outlet := _outlet(theirs, metadata, all_lower=all_lower):
            roles[name] = (Role.INTERVIEWER, f"speaks for {outlet}")
        elif _has_outlets_name(theirs) and habits[name].asking >= 0.3 * habits[name].turns:
            roles[name] = (Role.INTERVIEWER, f"{theirs[0]} sounds like an outlet's, and asks")
    _add_askers(turns, habits, roles)
    _add_answerers(turns, habits, roles)
    for name in labels:
        roles.setdefault(name, (Role.UNKNOWN, "neither clearly asks nor clearly answers"))
    return roles


def _is_author(labels: Iterable[str], metadata: Metadata) -> bool:
    author = _squash(metadata.author)
    return any(len(name.bare) > 1 and _squash(name.plain) == author for name in map(_Name.of, labels))


def _outlet(labels: Iterable[str], metadata: Metadata, *, all_lower: bool) -> str | None:
    """The outlet that a label names: the page's own site, or one in the place of a title."""
    site = _squash(metadata.site)
    for label in labels:
        name = _Name.of(label)
        if site and site in (_squash(name.name), _squash(name.rest)):
            return metadata.site
        if name.rest and _OUTLET_WORDS.search(name.rest) and not _SPOKESMEN.search(name.rest):
            return name.rest
        if not all_lower and name.name.islower() and name.name.isalpha() and len(name.name) > 3:
            return name.name
    return None


def _has_outlets_name(labels: Iterable[str]) -> bool:
    """Whether a name holds what outlets' names do; people's do too (Emily Post), so it takes asking as well."""
    return any(_OUTLET_WORDS.search(name_of(label)) for label in labels)


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
            habit.asking += bool(_ASKS.search(said) or _PROMPTS.search(said))
            habit.ending += bool(_ASKS_LAST.search(said))
            habit.words += sum(len(span.cut(text).split()) for span in turn.spans)
    return habits


def _add_askers(turns: Sequence[Turn], habits: dict[str, _Habits], roles: dict[str, tuple[Role, str]]) -> None:
    """One of two main speakers asks and the other is asked: the asker is the interviewer, and says less."""
    if any(role is Role.INTERVIEWER for role, _ in roles.values()):
        return
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


def _add_answerers(turns: Sequence[Turn], habits: dict[str, _Habits], roles: dict[str, tuple[Role, str]]) -> None:
    """Whoever mostly speaks right after an interviewer, and asks less than half the time, answers."""
    interviewers = {name for name, (role, _) in roles.items() if role is Role.INTERVIEWER}
    if not interviewers:
        return
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
