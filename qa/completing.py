"""Names and ids that can be completed: which there are, and which fit what has been typed.

Pure. Where they come from is told by :mod:`qa.asking`; how a key or a shell asks for them, by others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from index.records import Role, fold_name, plain_letters
from qa.typesetting import visible

MOST_NAMES = 10_000


@dataclass(frozen=True, slots=True)
class Names:
    """Who speaks and doesn't only ask, and the ids of the documents; both sorted, none that could steer a terminal."""

    speakers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @classmethod
    def of(cls, speakers: Iterable[str], documents: Iterable[str]) -> Names:
        return cls(tuple(_typable(speakers)), tuple(_typable(documents)))

    @classmethod
    def from_documents(cls, documents: list[dict[str, Any]]) -> Names:
        """Those of documents as ``onrecord list --json`` and ``GET /v1/documents`` give them."""
        people = (speaker for document in documents for speaker in document["speakers"])
        speakers = (speaker["name"] for speaker in people if speaker["role"] != Role.INTERVIEWER)
        return cls.of(speakers, (document["id"] for document in documents))


def fitting(names: Iterable[str], typed: str) -> list[str]:
    """The names that begin as typed, else those of which a later word does; case and accents don't matter."""
    names = list(names)
    wanted = _plain(typed)
    first = [name for name in names if _plain(name).startswith(wanted)]
    return first or [name for name in names if any(_plain(rest).startswith(wanted) for rest in _tails(name))]


def rests(names: Iterable[str], word: str) -> dict[str, str]:
    """How the last word of a sentence goes on as a name: what to write in its place, with the whole name it is from."""
    wanted = _plain(word)
    return {rest: name for name in names for rest in _tails(name) if wanted and _plain(rest).startswith(wanted)}


def _typable(names: Iterable[str]) -> list[str]:
    found = {name for name in names if name and len(name.splitlines()) == 1 and visible(name) == name}
    return sorted(found, key=lambda name: (_plain(name), name))[:MOST_NAMES]


def _tails(name: str) -> Iterator[str]:
    """The name from each of its words on."""
    words = name.split(" ")
    for number in range(len(words)):
        if words[number]:
            yield " ".join(words[number:])


def _plain(words: str) -> str:
    return plain_letters(fold_name(words))
