"""Who asks and who answers in a document, and what kind of document that makes it.

Knows what interviewing looks like: marks, outlets, who ends in a question. A role that can't be told stays unknown.
Which labels are one person is told by :mod:`index.speakers`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.labels import mark_of, name_of
from index.names import Name
from index.records import Kind, Metadata, Role, Turn

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
    r"guardian|telegraph|euronews|\w*zeitung|spiegel|\w*rundfunk|wire|podcast|show|reporter|interviewer|moderator|host|journalist|editor|"
    r"correspondent|archive|redaktion|media|broadcasting|channel|network|bulletin|courier|bote|tagblatt|dispatch)\b"
)
_SPOKESMEN = re.compile(
    r"(?i)\bpress (?:secretary|officer|attaché)|\bspokes|\bminister\b|\bsecretary\b|\bhead of\b|\bdirector\b|\bchief\b|\bchair"
)
_WELCOME = re.compile(
    r"(?i)\b(?:welcome(?: back)? to|this is|you['’]re listening to|willkommen (?:zu|bei|zur|zum)|bienvenue (?:à|dans|sur)|"
    r"bienvenid[oa]s? a|bem[- ]vind[oa]s? ao?)\b.{0,80}"
    r"\b(?:podcast|show|episode|season|programme?|series|folge|sendung|émission|epis[oó]dio|programa)\b"
)
_CO_HOST = re.compile(r"(?i:\bco-?host),?\s+(?P<name>[^\W\d_]+)")
_OPENING_CHARS = 1500
_MIN_PRESS = 4
_FEW_WORDS = 6
_PRESS_MARK = re.compile(r"(?i)q|question|reporters?|journalists?|press|media|frage")
_STAFF = re.compile(
    r"(?i)\b(?:aide|staff|staffer|operator|interpreter|translator|announcer|audience|participants?|moderator|usher|clerk|"
    r"dolmetscher(?:in)?|interprète|intérprete)\b"
)
"""Who is heard at a press conference and answers nothing."""

_SET_APART = {
    Role.INTERVIEWER: "asks the questions that the source sets apart",
    Role.INTERVIEWEE: "answers the questions that the source sets apart",
}
_MIN_TURNS_TO_JUDGE = 2


def kind_of(turns: Sequence[Turn]) -> Kind:
    """What a document is, by who speaks in it; its turns have their speakers and roles."""
    roles = {turn.role for turn in turns}
    voices = {turn.speaker or turn.label for turn in turns} - {None}
    unnamed = sum(turn.label is None for turn in turns)
    if Role.INTERVIEWER in roles and len(roles) > 1:
        return Kind.INTERVIEW
    if len(voices) > 1 or (not voices and unnamed > 1):
        return Kind.CONVERSATION
    if voices:
        return Kind.MONOLOGUE
    return Kind.RECORDING if any(turn.start_ms is not None for turn in turns) else Kind.ARTICLE


def roles_of(text: str, turns: Sequence[Turn], names: dict[str, str], metadata: Metadata) -> dict[str, tuple[Role, str]]:
    """Each speaker's role and why, from what is stated, from labels, from outlets, and from who asks."""
    roles: dict[str, tuple[Role, str]] = {}
    labels: dict[str, list[str]] = defaultdict(list)
    habits = _habits(text, turns)
    are_asked = any(mark_of(name_of(label)) == "question" for label in names)
    set_apart = any(turn.label is None and turn.role is Role.INTERVIEWER for turn in turns)
    all_lower = all(label.islower() for label in names)  # then small letters are a manner of writing and no outlet's
    for label, name in names.items():
        labels[name].append(label)
    for name, theirs in labels.items():
        stated = {turn.role for turn in turns if turn.speaker == name and turn.role is not Role.UNKNOWN}
        if len(stated) == 1:
            role = stated.pop()
            roles[name] = (role, _SET_APART[role] if set_apart else "stated by the source")
        elif any(mark_of(name_of(label)) == "question" for label in theirs):
            roles[name] = (Role.INTERVIEWER, f"the label {theirs[0]} marks questions")
        elif are_asked and any(mark_of(label) == "answer" for label in theirs):
            roles[name] = (Role.INTERVIEWEE, f"the label {theirs[0]} marks answers")
        elif _is_author(theirs, metadata):
            roles[name] = (Role.INTERVIEWER, "is the author of the page")
        elif outlet := _outlet(theirs, metadata, all_lower=all_lower):
            roles[name] = (Role.INTERVIEWER, f"speaks for {outlet}")
        elif _has_outlets_name(theirs) and habits[name].asking >= 0.3 * habits[name].turns:
            roles[name] = (Role.INTERVIEWER, f"{theirs[0]} sounds like an outlet's, and asks")
    _add_hosts(text, turns, roles)
    _add_press(turns, habits, roles)
    _add_askers(turns, habits, roles)
    _add_answerers(text, turns, habits, roles)
    for name in labels:
        roles.setdefault(name, (Role.UNKNOWN, "neither clearly asks nor clearly answers"))
    return roles


def _is_author(labels: Iterable[str], metadata: Metadata) -> bool:
    author = _squash(metadata.author)
    return any(len(name.bare) > 1 and _squash(name.plain) == author for name in map(Name.of, labels))


def _outlet(labels: Iterable[str], metadata: Metadata, *, all_lower: bool) -> str | None:
    """The outlet that a label names: the page's own site, or one in the place of a title."""
    site = _squash(metadata.site)
    for label in labels:
        name = Name.of(label)
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


def _add_hosts(text: str, turns: Sequence[Turn], roles: dict[str, tuple[Role, str]]) -> None:
    """Whoever opens with a welcome to the programme asks in it, and so does whom they call their co-host."""
    if any(role is Role.INTERVIEWER for role, _ in roles.values()):
        return
    first = next((turn for turn in turns if turn.speaker), None)
    opening = first.spans[0].cut(text)[:_OPENING_CHARS] if first else ""
    if first is None or first.speaker is None or not _WELCOME.search(opening):
        return
    roles.setdefault(first.speaker, (Role.INTERVIEWER, "welcomes to the programme"))
    if match := _CO_HOST.search(opening):
        named = {turn.speaker for turn in turns if turn.speaker and turn.speaker.split()[0] == match["name"]}
        if len(named) == 1:
            roles.setdefault(named.pop(), (Role.INTERVIEWER, f"{first.speaker} calls them their co-host"))


def _add_press(turns: Sequence[Turn], habits: dict[str, _Habits], roles: dict[str, tuple[Role, str]]) -> None:
    """One speaks most of the time and in between many others mostly ask: a press conference with named reporters.

    Who asks nothing and says little in each turn runs it, and has no role.
    """
    if roles or len(habits) < _MIN_PRESS:
        return
    centre = max(habits, key=lambda name: habits[name].words)
    others = {name: habit for name, habit in habits.items() if name != centre and habit.words >= _FEW_WORDS * habit.turns}
    asking = [name for name, habit in others.items() if habit.asking >= 0.5 * habit.turns]
    total = sum(habit.words for habit in habits.values())
    order = [turn.speaker for turn in turns if turn.speaker]
    returns = sum(after == centre for before, after in pairwise(order) if before in others)
    holds = habits[centre].words >= 0.5 * total and returns >= 0.7 * sum(habit.turns for habit in others.values())
    if not holds or len(asking) < max(2, 0.6 * len(others)):
        return
    roles[centre] = (Role.INTERVIEWEE, f"answers {returns} times what {len(others)} others ask")
    for name, habit in others.items():
        roles[name] = (Role.INTERVIEWER, f"asks {centre} in {habit.asking} of {habit.turns} turns, as {len(asking)} others do")


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
    # The less is heard, the more of it must ask: friends who talk ask each other too, and are no interviewers.
    asks_often = ask_share >= (0.5 if ask.turns < 10 else 0.4) or (
        ask_share >= 0.3 and ask.turns >= 20 and ask.words <= 0.5 * tell.words
    )
    if enough and alternates and says_less and asks_often and ask_share >= 2 * tell_share:
        roles.setdefault(
            asker,
            (Role.INTERVIEWER, f"asks in {ask.asking} of {ask.turns} turns, {other} in {tell.asking} of {tell.turns}"),
        )


def _alternation(turns: Sequence[Turn], asker: str, other: str) -> bool:
    """Whether the two mostly speak in turn."""
    order = [turn.speaker for turn in turns if turn.speaker in (asker, other)]
    changes = sum(before != after for before, after in pairwise(order))
    return changes >= 0.7 * max(1, len(order) - 1)


def _add_answerers(text: str, turns: Sequence[Turn], habits: dict[str, _Habits], roles: dict[str, tuple[Role, str]]) -> None:
    """Whoever mostly speaks right after an interviewer, and asks less than half the time, answers.

    Who speaks once or twice must be asked a question first. Where all who ask go under one mark (``Q``), as at press
    conferences, everybody with a name answers, but for those who only run it.
    """
    interviewers = {name for name, (role, _) in roles.items() if role is Role.INTERVIEWER}
    if not interviewers:
        return
    after: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    before: Turn | None = None
    for turn in turns:
        if turn.speaker and before and before.speaker in interviewers and turn.speaker not in interviewers:
            after[turn.speaker] += 1
            words = before.spans[-1].cut(text)
            asked[turn.speaker] += bool(_ASKS.search(words) or _PROMPTS.search(words))
        before = turn if turn.speaker else before
    is_press = all(_PRESS_MARK.fullmatch(name) for name in interviewers)
    is_press = is_press and not any(mark_of(name) == "answer" for name in habits)  # there counsel only objects
    for name, habit in habits.items():
        if name in roles or _STAFF.search(name) or habit.asking >= 0.5 * habit.turns:
            continue
        says_little = habit.turns > _MIN_TURNS_TO_JUDGE and habit.words < _FEW_WORDS * habit.turns
        often = after[name] >= 0.3 * habit.turns or habit.words > 200
        is_heard = habit.turns >= _MIN_TURNS_TO_JUDGE or asked[name] or habit.words > 30
        if after[name] and often and is_heard and not says_little:
            roles[name] = (Role.INTERVIEWEE, f"answers {after[name]} of the interviewers' turns")
        elif is_press:
            roles[name] = (Role.INTERVIEWEE, f"answers where those who ask go under {min(interviewers)}")
