"""Cues to fragments of speech: what rolls over the screen twice is kept once, and a change of speaker parts a line.

Knows how captions are laid out: rolling lines, ``>>`` and dashes where somebody else begins, sounds in brackets, songs
between notes. Who speaks is told by :mod:`index.formats.subtitles`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from index.formats.cues import Cue, CueLine

_USES_DASHES = 3
_ROLL_GAP_MS = 2000
_ROLL_MAX_LINES = 8
_BRIEF_MS = 50
_ARROWS = re.compile(r"(?:>{2,3}|≫)\s*")
_DASH = re.compile(r"(?:[-‐–—](?![-‐–—>\d]))\s*(?=[\w\"“„«‘'’(\[♪♫¿¡…])")
_INNER_ARROWS = re.compile(r"\s+(?=(?:>{2,3}|≫)\s*\S)")
_INNER_DASH = re.compile(r"(?<=[.?!…\"”'’)\]-])\s+(?=[-‐–—]\s*[^\W\d_a-zß-öø-ÿ])")
_BROKEN_OFF = re.compile(r"\w(?:--|—|–)$")
_SENTENCE_END = re.compile(r"[.?!…。？！♪)\]][\"'”’»]*$")
_SOUND = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|\*[^*\s][^*]*\*|[♪♫🎵🎶]+(?:[^♪♫🎵🎶]*[♪♫🎵🎶]+)?")
_SONG = re.compile(r"[♪♫🎵🎶][^♪♫🎵🎶]*$")
_CREDIT = re.compile(
    r"(?i)(?:(?:transcri(?:bed|ption)|captions?|captioned|captioning|subtitles?|subtitled|sync(?:ed)?)\b.{0,20}\bby\b.{1,60}"
    r"|(?:untertitel|sous-titrage|sous-titres|subtítulos)\b.{1,60})"
)
_CREDIT_MAX_WORDS = 9


class Change(IntEnum):
    """What says that somebody else begins to speak: nothing, a dash (which may be none), or something that is sure."""

    NONE = 0
    DASH = 1
    SURE = 2


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a cue's line: ``change`` is the mark before it, of ``mark`` characters, ``silent`` what nobody says.

    ``cue`` is the number of its cue, ``opens_cue`` whether it is the first of it, ``opens_sentence`` whether what stands
    before ended one.
    """

    cue: int
    words: str
    change: Change
    mark: int
    voice: str | None
    silent: bool
    opens_cue: bool
    opens_sentence: bool


def without_repeats(cues: Sequence[Cue]) -> list[Cue]:
    """The cues with every word once; what a speaker really says twice stays, since only captions that roll are thinned.

    A file rolls when half of its cues begin with the end of the one before, and a fifth go on from there.
    """
    pairs = [(before, cue) for before, cue in pairwise(cues) if before.lines and cue.lines]
    again = [left for before, cue in pairs if (left := _fresh(before, cue)) != cue.lines]
    rolls = sum(map(bool, again)) >= max(2, 0.2 * len(pairs)) and len(again) >= 0.5 * len(pairs)
    kept: list[Cue] = []
    shown = Cue(())
    for cue in cues:
        if not cue.lines:
            kept.append(cue)
            continue
        fresh = cue
        if _is_double(shown, cue):
            fresh = replace(cue, lines=())
        elif rolls:
            fresh = replace(cue, lines=_fresh(shown, cue))
        kept.append(fresh)
        shown = cue
    return kept


def fragments(cues: Sequence[Cue]) -> list[Fragment]:
    """The cues' lines in order, parted where a mark says that somebody else begins."""
    arrows = sum(bool(_ARROWS.match(line.words)) for cue in cues for line in cue.lines) > 1
    uses_dashes = sum(bool(_DASH.match(line.words)) for cue in cues for line in cue.lines) >= _USES_DASHES
    found: list[Fragment] = []
    ended = True
    for number, cue in enumerate(cues):
        dashes = sum(bool(_DASH.match(line.words)) for line in cue.lines)
        is_silent = _is_sound(" ".join(line.words for line in cue.lines))
        opens_cue = True
        for line in cue.lines:
            for words in _parted(line.words, arrows=arrows, dashes=uses_dashes):
                change, mark = _change(words, ended=ended, opens_cue=opens_cue, dashes=dashes)
                silent = is_silent or _is_sound(words[mark:])
                found.append(Fragment(number, words, change, mark, line.voice, silent, opens_cue, ended))
                ended = silent or ends_sentence(words) or bool(_BROKEN_OFF.search(words))
                opens_cue = False
    return found


def ends_sentence(words: str) -> bool:
    """Whether a piece of speech ends with the end of a sentence."""
    return bool(_SENTENCE_END.search(words))


def _is_near(before: Cue, cue: Cue) -> bool:
    """Whether a cue follows the one before without a pause in which lines would have left the screen."""
    if before.end_ms is None or cue.start_ms is None:
        return True
    return cue.start_ms - before.end_ms <= _ROLL_GAP_MS


def _is_double(before: Cue, cue: Cue) -> bool:
    """Whether a cue is the one before again: at the same time, or for a moment that nobody could read it in."""
    if not before.lines or cue.lines != before.lines or cue.start_ms is None:
        return False
    is_brief = cue.end_ms is not None and 0 <= cue.end_ms - cue.start_ms <= _BRIEF_MS and _is_near(before, cue)
    return is_brief or (cue.start_ms, cue.end_ms) == (before.start_ms, before.end_ms)


def _fresh(before: Cue, cue: Cue) -> tuple[CueLine, ...]:
    """The lines of a cue without those at its top that the cue before still shows, the last of which may have grown."""
    if not _is_near(before, cue):
        return cue.lines
    old, new = [line.words for line in before.lines], [line.words for line in cue.lines]
    for count in range(min(len(old), len(new), _ROLL_MAX_LINES), 0, -1):
        if old[-count:-1] != new[: count - 1]:
            continue
        last, now = old[-1], new[count - 1]
        if now == last:
            return cue.lines[count:]
        if now.startswith(last + " "):
            return (replace(cue.lines[count - 1], words=now[len(last) :].strip()), *cue.lines[count:])
    return cue.lines


def _parted(words: str, *, arrows: bool, dashes: bool) -> Iterator[str]:
    """A line at the marks inside it; ``>>`` is one only where the file begins lines with it, a dash where file or line do."""
    for part in _INNER_ARROWS.split(words) if arrows else (words,):
        yield from _INNER_DASH.split(part) if dashes or _DASH.match(part) else (part,)


def _change(words: str, *, ended: bool, opens_cue: bool, dashes: int) -> tuple[Change, int]:
    """What the mark at the start of a fragment says, and how long it is.

    A dash is a mark where a cue has two of them, or where a sentence or a cue begins after it: ``- or so I thought`` is none.
    """
    if match := _ARROWS.match(words):
        return Change.SURE, match.end()
    if match := _DASH.match(words):
        goes_on = words[match.end()].islower()
        if dashes > 1 and (ended or not goes_on):
            return Change.SURE, match.end()
        if (ended or opens_cue) and not goes_on:
            return Change.DASH, match.end()
    return Change.NONE, 0


def _is_sound(words: str) -> bool:
    """Whether a whole fragment is a sound, a song or a credit: ``[MUSIC]``, ``(applause)``, ``♪ la la``."""
    rest, sounds = _SOUND.subn("", words)
    is_credit = len(words.split()) <= _CREDIT_MAX_WORDS and bool(_CREDIT.fullmatch(words))
    return is_credit or bool(_SONG.match(words)) or (sounds > 0 and not any(sign.isalnum() for sign in rest))
