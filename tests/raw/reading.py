"""A file as it is indexed, with what expectations about it ask for: used by :mod:`tests.raw` and :mod:`tests.kinds`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from index.formats import parse
from index.passages import cut_passages
from index.records import Kind, Parsed, Passage, Person, Role, Turn
from index.roles import kind_of
from index.sources import read
from index.speakers import identify


@dataclass(frozen=True)
class Read:
    """A file as it is indexed."""

    parsed: Parsed
    turns: tuple[Turn, ...]
    people: tuple[Person, ...]
    passages: tuple[Passage, ...]

    @property
    def kind(self) -> str:
        """What it is, in the words of the expectations: a recording in which nobody is named is a conversation there."""
        found = kind_of(self.turns)
        return "conversation" if found is Kind.RECORDING else found.value

    @property
    def interview(self) -> list[Turn]:
        """The turns without what a narrator says before and between."""
        told_apart = [turn for turn in self.turns if turn.label or turn.role is not Role.UNKNOWN]
        return told_apart or list(self.turns)

    @property
    def labelled(self) -> dict[str, str]:
        """The role of everybody whom a label names."""
        return {folded(person.name): person.role.value for person in self.people if person.labels}

    @property
    def unlabelled(self) -> list[str]:
        """Who is named without a label."""
        return [person.name for person in self.people if not person.labels]

    @property
    def times_asked(self) -> int:
        """How often an interviewer's words are followed by an answer; others in between don't count."""
        sides = [turn.role for turn in self.turns if turn.role is not Role.UNKNOWN]
        return sum((before, after) == (Role.INTERVIEWER, Role.INTERVIEWEE) for before, after in pairwise(sides))

    @property
    def answers(self) -> list[Passage]:
        """The passages of answers that follow an interviewer's words directly."""
        follows = [passage for passage in self.passages if passage.turn and self._asks(passage.turn - 1)]
        return [passage for passage in follows if passage.role is Role.INTERVIEWEE]

    def words(self, turn: Turn) -> str:
        return " ".join(span.cut(self.parsed.text) for span in turn.spans)

    def by_label(self, turn: Turn) -> str:
        """Who speaks, as the labels of the file say; nobody where only its headline names them."""
        named = {person.name for person in self.people if person.labels}
        return folded(turn.speaker) if turn.speaker in named else ""

    def _asks(self, number: int) -> bool:
        return self.turns[number].role is Role.INTERVIEWER


def read_transcript(path: Path) -> Read:
    """The file with its turns, people and passages."""
    parsed = parse(read(path))
    turns, people = identify(parsed.text, parsed.turns, parsed.metadata)
    return Read(parsed, turns, people, cut_passages(parsed.text, turns, anchors=parsed.anchors))


def folded(name: str | None) -> str:
    """A name without case, nothing for nobody."""
    return (name or "").casefold()


def marked(name: str, miss: str | None) -> ParameterSet:
    """The file as a test's parameter; what is known to be missed must be missed, so that a mend is noticed."""
    return pytest.param(name, marks=[pytest.mark.xfail(reason=miss, strict=True)] if miss else [])
