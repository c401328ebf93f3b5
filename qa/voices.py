"""Whose words some passages are: the names of one person joined over documents, and the person whom a question names.

Pure. Knows forms of names; who speaks in an index is handed in. Careful to a fault: two people are never made one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from index.records import Role, StoredPassage, fold_name, name_words
from qa.answer import Voice
from qa.meaning import meaningful
from qa.persons import fullest, is_mark

_MATTER = re.compile(
    r"(?i)\b(?:about|against|concerning|of|on|over|regarding|to|with|gegen|über|von|zu|zum|zur|au|aux|contre|de|des|du|sur|acerca|contra|sobre)\b"
)
"""Where a question goes on from who speaks to what about."""


def voices(passages: Iterable[StoredPassage], namesakes: Callable[[str], Iterable[str]]) -> tuple[Voice, ...]:
    """Everybody whose words the passages are, the one with most of them first.

    ``namesakes`` gives all names of the index that have every word of a name: "Miller" is Robert Miller as long as no other
    Miller speaks in any document. A mark that is no name ("A", "Speaker 2", "The Witness") is somebody else in each document.
    """
    by_person: dict[tuple[frozenset[str], str], list[StoredPassage]] = defaultdict(list)
    for stored in passages:
        by_person[_person(stored, namesakes)].append(stored)
    return tuple(_voice(own) for own in sorted(by_person.values(), key=len, reverse=True))


def _person(stored: StoredPassage, namesakes: Callable[[str], Iterable[str]]) -> tuple[frozenset[str], str]:
    name = stored.passage.speaker or ""
    return (frozenset(name_words(name)), stored.document_id) if is_mark(name) else (fullest(name, namesakes(name)), "")


def _voice(passages: list[StoredPassage]) -> Voice:
    names = {one.passage.speaker for one in passages if one.passage.speaker}
    roles = {one.passage.role for one in passages}
    return Voice(
        name=max(names, key=lambda name: (len(name_words(name)), name), default=None),
        role=Role.INTERVIEWEE if Role.INTERVIEWEE in roles else Role.UNKNOWN,
        documents=tuple(sorted({one.document_id for one in passages})),
    )


def named_speaker(question: str, names_with: Callable[[str], frozenset[str]]) -> str | None:
    """The name in a question that says whose words are wanted, as it stands there; ``None`` when there is none.

    It stands before the matter: in "What has Miller said about Pike?" it is Miller. ``names_with`` gives the names of the
    index that have a folded word. A word in small letters is a name only where the question has no capitals at all.
    """
    has_capitals = any(letter.isupper() for letter in question.strip()[1:])
    words = [word.removesuffix("'s").removesuffix("’s") for word in _MATTER.split(question, maxsplit=1)[0].split()]
    told = set(meaningful(word.strip(',.;:!?"“”()') for word in words))
    run: list[str] = []
    fitting: frozenset[str] = frozenset()
    for word in (word.strip(',.;:!?"“”()') for word in words):
        names = names_with(fold_name(word)) if word in told and (word[:1].isupper() or not has_capitals) else frozenset()
        names = names & fitting if run else names
        if names:
            run.append(word)
            fitting = names
        elif run:
            break
    return " ".join(run) or None
