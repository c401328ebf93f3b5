"""Timed pieces of speech to text, turns and anchors: the shape that every recogniser's JSON is brought into.

A time that is negative, not a number, beyond any recording's length or against the order of its neighbours is dropped; its
words are kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from index.formats.captions import ends_sentence
from index.formats.cues import MAX_MS, Cue, CueLine, clock_ms, without_contradictions
from index.formats.subtitles import speech_of
from index.formats.utterances import label_of
from index.records import Anchor, Parsed, Role, Span, Turn

JOINT: Final = "\n\n"
_NUMBER = re.compile(r"\s*[+-]?\d{1,15}(?:\.\d{1,15})?\s*s?\s*")
_CUE_PIECES = 40
_LETTER_OR_NUMBER = re.compile(r"\d{1,6}|[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that have a time of their own; ``is_glued``: no blank stands before them (a comma)."""

    words: str
    start_ms: int | None = None
    end_ms: int | None = None
    is_glued: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """What one speaker says without a break; ``is_turn``: the source parts turns here, whoever spoke before."""

    label: str | None
    pieces: tuple[Piece, ...]
    role: Role = Role.UNKNOWN
    is_turn: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """What a JSON tells: who says what, or where it names no speakers at all, what is heard when.

    ``fields`` are those of a transcript's head (``id``, ``title``, ``date``, ``url``, ``language`` …).
    """

    speeches: tuple[Speech, ...] = ()
    cues: tuple[Cue, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)

    def parsed(self) -> Parsed:
        """Text, turns and anchors; unlabelled cues are read as subtitles are, with their dashes and ``[MUSIC]``."""
        return _compose(self.speeches) if self.speeches else speech_of(self.cues)


def recording(speeches: Iterable[Speech], fields: Mapping[str, Any]) -> Recording | None:
    """A recording of those speeches that have words; ``None`` when none has. Without any label they are cues."""
    spoken = [kept for speech in speeches if (kept := _with_words(speech))]
    if not spoken:
        return None
    if any(speech.label or speech.is_turn for speech in spoken):
        return Recording(tuple(spoken), fields=fields)
    return Recording(cues=tuple(cue for speech in spoken for cue in _cues(speech)), fields=fields)


def milliseconds(value: object, *, unit: float = 1000) -> int | None:
    """A time in JSON: a number of ``unit`` ms, such a number in a string, ``1.5s``, ``0:01:02.5``; else ``None``."""
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return clock_ms(value)
        value = float(value.strip().rstrip("s"))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if (isinstance(value, float) and not math.isfinite(value)) or not 0 <= value <= MAX_MS:
        return None
    time = round(value * unit)
    return time if time <= MAX_MS else None


def speaker_label(value: object) -> str | None:
    """A speaker as a label: a name as written, a bare number or letter as ``Speaker 0``, of an object its name."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("name", "label", "id") if value.get(key) is not None), None)
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        return None
    if isinstance(value, (int, float)):
        return f"Speaker {int(value)}" if 0 <= value < 10**6 else None
    if not isinstance(value, str):
        return None
    label = label_of(value)
    return f"Speaker {label}" if label and _LETTER_OR_NUMBER.fullmatch(label) else label


def aligned(words: str, timed: Sequence[Piece]) -> tuple[Piece, ...]:
    """``words`` cut at its timed words, when these are all of it in its order; else one piece, with their first and last time.

    The text decides, never the list of words: recognisers leave words out of it.
    """
    at = 0
    pieces: list[Piece] = []
    for piece in timed:
        bare = piece.words.strip()
        while at < len(words) and words[at].isspace():
            at += 1
        if not bare or not words.startswith(bare, at):
            break
        pieces.append(Piece(bare, piece.start_ms, piece.end_ms, is_glued=at > 0 and not words[at - 1].isspace()))
        at += len(bare)
    else:
        if pieces and not words[at:].strip():
            return tuple(pieces)
    start = next((piece.start_ms for piece in timed if piece.start_ms is not None), None)
    end = next((piece.end_ms for piece in reversed(timed) if piece.end_ms is not None), None)
    return (Piece(words, start, end),)


def _with_words(speech: Speech) -> Speech | None:
    pieces = tuple(
        Piece(bare, piece.start_ms, piece.end_ms, piece.is_glued) for piece in speech.pieces if (bare := piece.words.strip())
    )
    return Speech(speech.label, pieces, speech.role, speech.is_turn) if pieces else None


def _cues(speech: Speech) -> Iterator[Cue]:
    """A speech under no name as cues, parted after its sentences, so that each has its time."""
    held: list[Piece] = []
    for number, piece in enumerate(speech.pieces, 1):
        held.append(piece)
        follows = speech.pieces[number] if number < len(speech.pieces) else None
        if follows is None or (not follows.is_glued and (ends_sentence(piece.words) or len(held) >= _CUE_PIECES)):
            lines = tuple(CueLine(bare) for line in _joined(held).split("\n") if (bare := line.strip()))
            yield Cue(lines, held[0].start_ms, held[-1].end_ms)
            held = []


def _joined(pieces: Iterable[Piece]) -> str:
    words = ""
    for piece in pieces:
        words += ("" if piece.is_glued or not words else " ") + piece.words
    return words


def _compose(speeches: Sequence[Speech]) -> Parsed:
    """Turns with a blank line between them, the pieces of a turn with a blank; each timed piece is an anchor."""
    text: list[str] = []
    turns: list[Turn] = []
    anchors: list[Anchor] = []
    at = 0
    last: Speech | None = None
    for speech in speeches:
        goes_on = last is not None and not speech.is_turn and (last.label, last.role) == (speech.label, speech.role)
        start = turns[-1].start if goes_on else at + (len(JOINT) if text else 0)
        for number, piece in enumerate(speech.pieces):
            joint = "" if not text else JOINT if number == 0 and not goes_on else "" if piece.is_glued else " "
            text += (joint, piece.words)
            begin = at + len(joint)
            at = begin + len(piece.words)
            anchors.append(Anchor(Span(begin, at), start_ms=piece.start_ms, end_ms=piece.end_ms))
        turn = Turn((Span(start, at),), speech.label, role=speech.role)
        turns[-1 if goes_on else len(turns) :] = [turn]
        last = speech
    return Parsed("".join(text), tuple(turns), anchors=without_contradictions(anchors))
