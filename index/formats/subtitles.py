"""Subtitles (SRT, WebVTT, SBV) to text and turns.

The canonical text is the cues' words in order, each once: a blank where a line or a cue ended inside a turn, a blank line
between turns, a line of its own for what nobody said (``[MUSIC]``). Labels, dashes and ``>>`` stay as they stand in front
of a turn and are in no turn; a label that only says again who is speaking anyway is left out, since it would stand in the
middle of a sentence. Each cue is an anchor. What is a label is told by :mod:`index.formats.cue_labels`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from index.formats.captions import Change, Fragment, ends_sentence, fragments, without_repeats
from index.formats.cue_labels import Found, find_labels
from index.formats.cues import Cue, read_cues, without_contradictions
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Anchor, Metadata, Parsed, Source, Span, Turn


def parse_subtitles(source: Source, _: Limits = DEFAULT_LIMITS) -> Parsed:
    """Turns of a subtitle file by its labels, voices, dashes and ``>>``; without any, one unlabelled turn."""
    subtitles = read_cues(source)
    return replace(speech_of(subtitles.cues), metadata=Metadata(language=subtitles.language))


def speech_of(cues: Sequence[Cue]) -> Parsed:
    """The words of cues, whatever file they come from, as text, turns and anchors."""
    shown = without_repeats(cues)
    pieces, labels = find_labels(fragments(shown))
    composer = _Composer()
    has_names = any(label.strength is not None for label in labels.values())
    for number, piece in enumerate(pieces):
        composer.add(piece, labels.get(number), has_names=has_names)
    text, turns = composer.finish()
    anchors = [
        Anchor(span, start_ms=shown[cue].start_ms, end_ms=shown[cue].end_ms) for cue, span in sorted(composer.cues.items())
    ]
    return Parsed(text, turns, anchors=without_contradictions(anchors))


@dataclass(slots=True)
class _Composer:
    """Writes the canonical text fragment by fragment; ``cues`` says where in it each cue's words are."""

    cues: dict[int, Span] = field(default_factory=dict)
    _text: list[str] = field(default_factory=list)
    _length: int = 0
    _turns: list[Turn] = field(default_factory=list)
    _spans: list[Span] = field(default_factory=list)
    _label: str | None = None
    _has_voice: bool = False
    _after_silence: bool = False
    _last: str = ""

    def add(self, piece: Fragment, label: Found | None, *, has_names: bool) -> None:
        """A fragment, with the label that it begins with."""
        content = label.content if label else piece.mark
        opens = self._begins(piece, label, has_names=has_names)
        if opens:
            self._close()
            self._has_voice = piece.voice is not None and not (label and label.name)
            self._label = piece.voice if self._has_voice else label.name if label else None
        elif label and label.name and not piece.silent:
            piece, content = replace(piece, words=piece.words[label.content :]), 0  # the same name again
        if not piece.words:
            return
        start = self._write(piece.words, "\n\n" if opens else "\n" if piece.silent or self._after_silence else " ")
        said = Span(min(self._length, start + content), self._length)
        if not piece.silent and said.start < said.end:
            self._say(said)
            self._last = piece.words
        self._time(piece, Span(start, said.end) if piece.silent or said.start == said.end else said)
        self._after_silence = piece.silent

    def _begins(self, piece: Fragment, label: Found | None, *, has_names: bool) -> bool:
        """Whether somebody else begins to speak with this fragment."""
        if label and label.name:
            return label.name != self._label
        if piece.silent:
            return False
        if piece.change is Change.SURE or (piece.change is Change.DASH and not has_names):
            return not piece.voice or piece.voice != self._label
        if piece.voice:
            return piece.voice != self._label
        return self._has_voice and (ends_sentence(self._last) or not piece.words[0].islower())

    def _write(self, words: str, joint: str) -> int:
        """Adds words after their joint; where they begin."""
        if self._text:
            self._text.append(joint)
            self._length += len(joint)
        self._text.append(words)
        self._length += len(words)
        return self._length - len(words)

    def _time(self, piece: Fragment, span: Span) -> None:
        """Counts a fragment to its cue's span, which begins after a label: what is timed is what was said."""
        first = self.cues.get(piece.cue, span)
        self.cues[piece.cue] = Span(first.start, span.end)

    def _say(self, span: Span) -> None:
        if self._spans and not self._after_silence:
            self._spans[-1] = Span(self._spans[-1].start, span.end)
        else:
            self._spans.append(span)

    def _close(self) -> None:
        if self._spans:
            self._turns.append(Turn(tuple(self._spans), self._label))
        self._spans = []

    def finish(self) -> tuple[str, tuple[Turn, ...]]:
        """The text and the turns."""
        self._close()
        return "".join(self._text), tuple(self._turns)
