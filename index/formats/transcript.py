"""Transcript JSON and JSON Lines: turns as somebody's program wrote them.

``{"id", "title", "date"?, "url"?, "media"?, "turns": [{"speaker", "text", "role"?, "start_ms"?, "end_ms"?}]}``; as JSON Lines,
one turn a line, or one such object in one line. The canonical text is the turns' texts as given, joined by a blank line.
JSON of another shape is :mod:`index.formats.media`'s where that knows it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from index.addresses import recording_address
from index.dates import iso_date
from index.errors import MalformedSource
from index.formats.media import ROLES, recording_of
from index.formats.speeches import Recording
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Metadata, Parsed, Role, Source, Span, Turn
from index.sources import decode

JOINT = "\n\n"
_SHAPE = 'Expected {"id", "title", "turns": [{"speaker", "text"}]}.'


def parse_json(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """One transcript object; raises :class:`MalformedSource` with line and column, or with the field that is off."""
    words = decode(source)
    constants: list[str] = []

    def noted(name: str) -> float:
        constants.append(name)
        return float(name)

    data = _load(source, words, line=None, constant=noted)  # recognisers write NaN for a score
    if found := recording_of(data):
        return _recorded(source, found, data)
    return _from_object(source, _load(source, words, line=None) if constants else data)


def _recorded(source: Source, recording: Recording, data: Any) -> Parsed:
    """What a recogniser or another program wrote; its own words are refused where half a character is among them."""
    parsed = recording.parsed()
    _refuse_surrogates(source, parsed.text, "its text")
    for turn in parsed.turns:
        _refuse_surrogates(source, turn.label or "", "a speaker's name")
    media = recording_address(data) if isinstance(data, dict) else None
    return replace(parsed, metadata=replace(_metadata(source, dict(recording.fields)), media=media))


def parse_jsonl(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """One transcript object in one line, or one turn a line (a line without ``text`` but with a title is the head)."""
    rows = [
        (number, _load(source, line, line=number)) for number, line in enumerate(decode(source).split("\n"), 1) if line.strip()
    ]
    if len(rows) == 1 and isinstance(rows[0][1], dict) and "turns" in rows[0][1]:
        return _from_object(source, rows[0][1])
    head: dict[str, Any] = {}
    turns: list[Any] = []
    for number, row in rows:
        if not isinstance(row, dict):
            raise MalformedSource(source.path, f"found {_kind(row)}.", "Expected one turn object a line.", line=number)
        if "turns" in row:
            raise MalformedSource(
                source.path, "several transcripts in one file.", "Put each transcript into a file of its own.", line=number
            )
        if "text" in row:
            turns.append(row)
        elif not turns:
            head |= row
        else:
            raise MalformedSource(source.path, 'a turn without "text".', _SHAPE, line=number)
    return _from_object(source, head | {"turns": turns})


def _load(source: Source, text: str, *, line: int | None, constant: Callable[[str], Any] | None = None) -> Any:
    """The JSON's value; ``NaN`` and ``Infinity`` are none, unless ``constant`` says what to make of them."""
    try:
        return json.loads(text, parse_constant=constant or _refuse_constant)
    except json.JSONDecodeError as error:
        raise MalformedSource(
            source.path,
            f"not valid JSON ({error.msg}).",
            "Repair it there.",
            line=line or error.lineno,
            column=error.colno,
        ) from error
    except (ValueError, RecursionError) as error:
        raise MalformedSource(source.path, f"not usable JSON ({error}).", _SHAPE, line=line) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _from_object(source: Source, data: Any) -> Parsed:
    if not isinstance(data, dict):
        raise MalformedSource(source.path, f"the JSON is {_kind(data)}.", _SHAPE)
    rows = data.get("turns")
    if not isinstance(rows, list):
        keys = ", ".join(list(map(str, data))[:8]) or "none"
        raise MalformedSource(source.path, f'no list of "turns" (its keys: {keys}).', _SHAPE)
    if not rows:
        raise MalformedSource(source.path, 'the list of "turns" is empty.', "Nothing in it can be quoted.")
    text, turns = _join(source, rows)
    return Parsed(text, turns, _metadata(source, data))


def _join(source: Source, rows: Iterable[Any]) -> tuple[str, tuple[Turn, ...]]:
    pieces: list[str] = []
    turns: list[Turn] = []
    at = 0
    for number, row in enumerate(rows):
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise MalformedSource(source.path, f'turn {number} has no "text" string.', _SHAPE)
        words = row["text"]
        _refuse_surrogates(source, words, f"the text of turn {number}")
        turns.append(_turn(source, row, number, Span(at, at + len(words))))
        pieces.append(words)
        at += len(words) + len(JOINT)
    return JOINT.join(pieces), tuple(turns)


def _turn(source: Source, row: dict[str, Any], number: int, span: Span) -> Turn:
    speaker = row.get("speaker")
    if speaker is not None and not isinstance(speaker, str):
        raise MalformedSource(source.path, f'turn {number}: "speaker" is {_kind(speaker)}.', "Expected a string or null.")
    if speaker:
        _refuse_surrogates(source, speaker, f"the speaker of turn {number}")
    role = row.get("role")
    start_ms, end_ms = (_milliseconds(source, row, field, number) for field in ("start_ms", "end_ms"))
    if start_ms is not None and end_ms is not None and end_ms < start_ms:
        raise MalformedSource(
            source.path, f"turn {number} ends at {end_ms} ms, before it starts at {start_ms}.", "Correct it there."
        )
    return Turn(
        spans=(span,),
        label=" ".join(speaker.split()) or None if speaker else None,
        role=ROLES.get(role.casefold().strip(), Role.UNKNOWN) if isinstance(role, str) else Role.UNKNOWN,
        start_ms=start_ms,
        end_ms=end_ms,
    )


def _milliseconds(source: Source, row: dict[str, Any], field: str, number: int) -> int | None:
    value = row.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 2**53:
        raise MalformedSource(source.path, f'turn {number}: "{field}" is {value!r}.', "Expected milliseconds from 0.")
    return int(value)


def _refuse_surrogates(source: Source, words: str, place: str) -> None:
    try:
        words.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedSource(
            source.path, f"half a character (a lone surrogate) in {place}, at {error.start}.", "Repair it there."
        ) from error


def _metadata(source: Source, data: dict[str, Any]) -> Metadata:
    def words(field: str) -> str | None:
        value = data.get(field)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            return None
        _refuse_surrogates(source, value, f'"{field}"')
        return " ".join(value.split())

    return Metadata(
        id=words("id"),
        title=words("title"),
        date=iso_date(words("date")),
        url=words("url"),
        author=words("author"),
        site=words("site"),
        language=words("language"),
        media=recording_address(data),
    )
