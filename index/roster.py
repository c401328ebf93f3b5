"""The list of people that a user keeps: names, the labels they go by, their role, and from when to when that holds.

::

    [[people]]
    name = "Mara Lindqvist"
    aliases = ["Lindqvist", "ML", "THE MAYOR"]
    role = "interviewee"        # interviewer, interviewee or unknown; inferred when left out
    since = 2019-05-01          # left out: always
    until = 2023-04-30

It is a claim of its keeper, so it wins over whatever is inferred; but where two entries fit a label, neither is taken.
"""

from __future__ import annotations

import datetime
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index.errors import RosterError
from index.labels import name_of
from index.records import Role, name_words

_SHAPE = 'Expected [[people]] entries with name = "…", and if wanted aliases = […], role, since, until.'
_FIELDS = frozenset(("name", "aliases", "role", "since", "until"))


@dataclass(frozen=True, slots=True)
class Known:
    """One entry: ``since`` and ``until`` are ISO days, both included; ``role`` is ``None`` where it is to be inferred."""

    name: str
    aliases: tuple[str, ...] = ()
    role: Role | None = None
    since: str | None = None
    until: str | None = None

    def holds_on(self, date: str | None) -> bool:
        """Whether the entry holds on a document's date; one with limits never does where the document has no date."""
        if self.since is None and self.until is None:
            return True
        if date is None:
            return False
        return (self.since or "")[: len(date)] <= date and (self.until is None or date <= self.until[: len(date)])


@dataclass(frozen=True, slots=True)
class Roster:
    """All entries, and the ``text`` of the file they came from, which an index keeps."""

    people: tuple[Known, ...] = ()
    text: str = ""

    @property
    def digest(self) -> str:
        """What tells this list from another; empty for none."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()[:16] if self.people else ""

    def named(self, label: str, date: str | None) -> Known | None:
        """The entry whose name or alias a label is, by its words; ``None`` where none is, or more than one."""
        forms = {name_words(label), name_words(name_of(label))} - {()}
        fitting = [
            known
            for known in self.people
            if known.holds_on(date) and any(name_words(form) in forms for form in (known.name, *known.aliases))
        ]
        return fitting[0] if len(fitting) == 1 else None


NOBODY: Final = Roster()


def read_roster(path: Path) -> Roster:
    """The list in a TOML file; raises :class:`~index.errors.RosterError` with the entry that is off."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise RosterError(path, f"can't be read ({error.strerror or error}).", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise RosterError(path, f"is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from error
    return parse_roster(text, path)


def parse_roster(text: str, path: Path) -> Roster:
    """The list in TOML ``text``; ``path`` is named in errors."""
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RosterError(path, f"is no TOML ({error}).", _SHAPE) from error
    rows = found.get("people", [])
    if not isinstance(rows, list) or set(found) - {"people"}:
        raise RosterError(path, f"has {', '.join(found) or 'nothing'} at its top.", _SHAPE)
    return Roster(tuple(_known(row, number, path) for number, row in enumerate(rows, 1)), text)


def _known(row: Any, number: int, path: Path) -> Known:
    where = f"entry {number}"
    if not isinstance(row, Mapping):
        raise RosterError(path, f"{where} is no table.", _SHAPE)
    if unknown := set(row) - _FIELDS:
        raise RosterError(path, f"{where} has {', '.join(sorted(unknown))}, which means nothing here.", _SHAPE)
    name, aliases = row.get("name"), row.get("aliases", [])
    if not isinstance(name, str) or not name_words(name):
        raise RosterError(path, f"{where} has no name.", _SHAPE)
    if not isinstance(aliases, list) or not all(isinstance(alias, str) and name_words(alias) for alias in aliases):
        raise RosterError(path, f"{where} ({name}): aliases are no list of names.", _SHAPE)
    role = row.get("role")
    if role is not None and role not in list(Role):  # a list or a table has no hash
        raise RosterError(path, f"{where} ({name}): role is {role!r}.", "Expected interviewer, interviewee or unknown.")
    since, until = (_day(row.get(field), f"{where} ({name}): {field}", path) for field in ("since", "until"))
    if since and until and until < since:
        raise RosterError(path, f"{where} ({name}): until {until} is before since {since}.", "Swap them.")
    return Known(" ".join(name.split()), tuple(aliases), Role(role) if role else None, since, until)


def _day(value: Any, where: str, path: Path) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        raise RosterError(path, f"{where} is no day.", "Expected a day such as 2019-05-01.")
    return value.isoformat()
