"""JSON about recordings: what speech recognisers write, court and meeting transcripts, and plain lists of who said what.

The project's own shape, ``{"turns": […]}``, is :mod:`index.formats.transcript`'s. A speaker that is a bare number or letter
becomes ``Speaker 0``; a name, and ``SPEAKER_00``, stay as written. Words are never lost to a bad time: that is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from index.formats.recognisers import SHAPES, Row, language_of, rows, within, words_of
from index.formats.speeches import Piece, Recording, Speech, milliseconds, recording, speaker_label
from index.records import Role

ROLES: Final[Mapping[str, Role]] = {
    "interviewer": Role.INTERVIEWER,
    "journalist": Role.INTERVIEWER,
    "reporter": Role.INTERVIEWER,
    "host": Role.INTERVIEWER,
    "moderator": Role.INTERVIEWER,
    "question": Role.INTERVIEWER,
    "interviewee": Role.INTERVIEWEE,
    "guest": Role.INTERVIEWEE,
    "answer": Role.INTERVIEWEE,
    "expert": Role.INTERVIEWEE,
}
"""What a ``role`` field may say, and what that is here."""

_TEXTS = ("text", "content", "utterance", "words", "transcript", "sentence", "value", "message")
_SPEAKERS = (
    "speaker speaker_name speakerName name speaker_label speakerLabel speaker_id speakerId participant who author".split()
)
_STARTS = "start start_ms startMs start_time startTime begin start_seconds offset timestamp time ts tStartMs".split()
_ENDS = "end end_ms endMs stop end_time endTime end_seconds end_ts".split()
_DURATIONS = ("duration", "dur", "duration_ms", "durationMs")
_HEAD = ("id", "title", "date", "url", "author", "site")
_DEPTH = 4
_SLOWEST_SIGNS_A_SECOND = 0.3
"""Nobody speaks slower: whole numbers that say so are milliseconds."""


def recording_of(data: object) -> Recording | None:
    """Who says what in a JSON of a known kind, ``None`` for any other; the own shape is never taken."""
    if isinstance(data, dict):
        if isinstance(data.get("turns"), list):
            return None
        for shape in (_oyez, *SHAPES):
            if found := shape(data):
                return found
    return _listed(data)


def _oyez(data: Row) -> Recording | None:
    """``transcript.sections[].turns[]`` of text blocks in seconds, with a speaker who may be nobody."""
    told = [
        Speech(
            speaker_label(turn.get("speaker")),
            tuple(
                Piece(words_of(block.get("text")), milliseconds(block.get("start")), milliseconds(block.get("stop")))
                for block in rows(turn.get("text_blocks"))
            ),
            is_turn=True,
        )
        for section in rows(within(data, "transcript", "sections"))
        for turn in rows(section.get("turns"))
    ]
    return recording(told, {"title": within(data, "transcript", "title") or data.get("title")})


def _listed(data: object) -> Recording | None:
    """A list of ``{speaker, text, start?, end?}`` under these or similar keys, wherever it stands in the JSON.

    A row of its own is a turn, unless rows have times: then consecutive ones of one speaker are parts of one.
    """
    found = max(_lists(data, _DEPTH), key=lambda these: (any(map(_speaks, these)), len(these)), default=None)
    if found is None:
        return None
    unit, named = _unit(found), any(map(_speaks, found))
    told: list[Speech] = []
    for row in found:
        start, end = _times(row, unit)
        label, role = speaker_label(_first(row, _SPEAKERS)), row.get("role")
        stated = ROLES.get(role.casefold().strip(), Role.UNKNOWN) if isinstance(role, str) else Role.UNKNOWN
        told.append(
            Speech(label, (Piece(_words(row), start, end),), stated, is_turn=named and (label is None or start is None))
        )
    head = data if isinstance(data, dict) else {}
    return recording(told, {key: head.get(key) for key in _HEAD} | language_of(head.get("language")))


def _lists(data: object, depth: int) -> Iterator[Sequence[Row]]:
    """The lists of rows in a JSON, down to a depth."""
    if isinstance(data, list) and len(these := rows(data)) == len(data) and _is_talk(these):
        yield these
    elif isinstance(data, dict) and depth:
        for value in data.values():
            yield from _lists(value, depth - 1)


def _is_talk(these: Sequence[Row]) -> bool:
    """Whether all rows have words or a speaker, some have words, and some have a speaker or a time."""
    is_told = any(_speaks(row) or _first(row, _STARTS) is not None for row in these)
    return is_told and any(map(_words, these)) and all(_words(row) or _speaks(row) for row in these)


def _first(row: Row, keys: Sequence[str]) -> Any:
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _words(row: Row) -> str:
    return next((row[key] for key in _TEXTS if isinstance(row.get(key), str)), "")


def _speaks(row: Row) -> bool:
    """Whether a row has a field for its speaker, be it ``null``."""
    return any(key in row for key in _SPEAKERS)


def _times(row: Row, unit: float) -> tuple[int | None, int | None]:
    start = _time(row, _STARTS, unit)
    end = _time(row, _ENDS, unit)
    lasts = _time(row, _DURATIONS, unit)
    return start, start + lasts if end is None and start is not None and lasts is not None else end


def _time(row: Row, keys: Sequence[str], unit: float) -> int | None:
    key = next((key for key in keys if row.get(key) is not None), "")
    return milliseconds(row.get(key), unit=1 if key.endswith(("ms", "Ms")) else unit)


def _unit(these: Sequence[Row]) -> float:
    """How many milliseconds a number stands for: a thousand, or one where seconds would make for unheard-of slowness."""
    starts = [value for row in these if isinstance(value := _first(row, _STARTS), (int, float)) and not isinstance(value, bool)]
    if not starts or any(isinstance(value, float) and not value.is_integer() for value in starts):
        return 1000
    ends = [value for row in these if isinstance(value := _first(row, _ENDS), (int, float)) and not isinstance(value, bool)]
    lasts = max([*starts, *ends]) - min(starts)
    return 1 if lasts and sum(len(_words(row)) for row in these) / lasts < _SLOWEST_SIGNS_A_SECOND else 1000
