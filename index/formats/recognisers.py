"""The JSON of speech recognisers, each by the shape that its maker documents: who says which words when.

Whisper (OpenAI's, whisper.cpp's, WhisperX's), Deepgram, AssemblyAI, AWS Transcribe, Google, Azure, Rev and YouTube's
json3. Consecutive pieces of one speaker are one turn, since recognisers part speech at pauses. A function gives ``None``
for what is not of its shape; fields that are missing or of another type count as absent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from index.formats.cues import Cue, CueLine
from index.formats.speeches import Piece, Recording, Speech, aligned, milliseconds, recording, speaker_label

Row = Mapping[str, Any]
_TICKS_MS = 1e-4
_CODE = re.compile(r"(?i)([a-z]{2,3})(?:[-_].*)?")
_PLAIN = frozenset("text task language duration usage logprobs words segments".split())


def rows(value: object) -> list[Row]:
    """The objects of a list; nothing for what is no list of objects."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def within(data: object, *path: str) -> Any:
    """The value at a path of keys, ``None`` where it breaks off."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def words_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def language_of(value: object) -> dict[str, str]:
    """The head's language where a code is given (``en``, ``de-CH``); a language's name is none."""
    match = _CODE.fullmatch(value) if isinstance(value, str) else None
    return {"language": match[1].lower()} if match else {}


def _timed_words(value: object, *, unit: float = 1000) -> list[Piece]:
    """A list of words as nearly all recognisers write it."""
    return [
        Piece(
            words_of(row.get("punctuated_word") or row.get("word") or row.get("text")),
            milliseconds(row.get("start"), unit=unit),
            milliseconds(row.get("end"), unit=unit),
        )
        for row in rows(value)
    ]


def _timed(row: Row, words: str, *, unit: float = 1000) -> tuple[Piece, ...]:
    """A row's words with their times, or all of them with the row's."""
    pieces = aligned(words, _timed_words(row.get("words"), unit=unit))
    if len(pieces) == 1:
        start, end = (milliseconds(row.get(key), unit=unit) for key in ("start", "end"))
        return (Piece(words, pieces[0].start_ms if start is None else start, pieces[0].end_ms if end is None else end),)
    return pieces


def _runs(value: object, *, unit: float = 1000) -> Iterator[Speech]:
    """A list of words of which each has its speaker."""
    for row, piece in zip(rows(value), _timed_words(value, unit=unit), strict=True):
        yield Speech(speaker_label(row.get("speaker")), (piece,))


def _whisper(data: Row) -> Recording | None:
    """``segments`` in seconds; WhisperX's have a ``speaker``, or only their words do."""
    segments = [row for row in rows(data.get("segments")) if isinstance(row.get("text"), str)]
    if not segments and not (data.keys() <= _PLAIN and isinstance(data.get("text"), str)):
        return None
    speeches = [speech for row in segments for speech in _whisper_speeches(row)]
    if not speeches:
        speeches = [Speech(None, _timed({"words": data.get("words")}, data["text"]))]
    return recording(speeches, language_of(data.get("language")))


def _whisper_speeches(row: Row) -> Iterator[Speech]:
    """A segment as one speech, or as several where its words say that several people speak in it."""
    pieces, words = _timed(row, row["text"]), rows(row.get("words"))
    labels = [speaker_label(word.get("speaker")) for word in words]
    if len(set(labels) - {None}) < 2 or len(pieces) != len(words):
        yield Speech(_whisper_speaker(row), pieces)
        return
    told = [label or before for label, before in zip(labels, [None, *labels], strict=False)]
    for label, run in groupby(zip(told, pieces, strict=True), key=lambda pair: pair[0]):
        yield Speech(label, tuple(piece for _, piece in run))


def _whisper_speaker(row: Row) -> str | None:
    if row.get("speaker") is not None:
        return speaker_label(row["speaker"])
    heard = Counter(label for word in rows(row.get("words")) if (label := speaker_label(word.get("speaker"))))
    return next((label for label, _ in heard.most_common(1)), None)


def _whisper_cpp(data: Row) -> Recording | None:
    """``transcription`` with ``offsets`` in milliseconds."""
    found = [
        Speech(
            speaker_label(row.get("speaker")),
            (
                Piece(
                    words_of(row.get("text")),
                    milliseconds(within(row, "offsets", "from"), unit=1),
                    milliseconds(within(row, "offsets", "to"), unit=1),
                ),
            ),
        )
        for row in rows(data.get("transcription"))
    ]
    return recording(found, language_of(within(data, "result", "language")))


def _deepgram(data: Row) -> Recording | None:
    """``results.utterances``, else of each channel its best alternative: paragraphs, words, or the bare transcript."""
    channels = rows(within(data, "results", "channels"))
    if not channels:
        return None
    fields = language_of(channels[0].get("detected_language"))
    told = [
        Speech(_deepgram_speaker(row, row.get("channel"), len(channels)), _timed(row, words_of(row.get("transcript"))))
        for row in rows(within(data, "results", "utterances"))
    ]
    for number, channel in enumerate([] if told else channels):
        told += _deepgram_channel(channel, number, len(channels))
    if len(channels) > 1:
        told.sort(key=lambda speech: next((piece.start_ms for piece in speech.pieces if piece.start_ms is not None), 0))
    return recording(told, fields)


def _deepgram_channel(channel: Row, number: int, channels: int) -> Iterator[Speech]:
    best = next(iter(rows(channel.get("alternatives"))), {})
    paragraphs = rows(within(best, "paragraphs", "paragraphs"))
    for row in paragraphs:
        pieces = tuple(
            Piece(words_of(one.get("text")), milliseconds(one.get("start")), milliseconds(one.get("end")))
            for one in rows(row.get("sentences"))
        )
        if pieces:
            yield Speech(_deepgram_speaker(row, number, channels), pieces)
    words = [] if paragraphs else rows(best.get("words"))
    yield from _one_if_nameless(
        [
            Speech(_deepgram_speaker(row, number, channels), (piece,))
            for row, piece in zip(words, _timed_words(words), strict=True)
        ]
    )
    if not paragraphs and not words:
        yield Speech(f"Channel {number}" if channels > 1 else None, (Piece(words_of(best.get("transcript"))),))


def _deepgram_speaker(row: Row, channel: object, channels: int) -> str | None:
    """The speaker's number; where each speaks on a channel of their own, the channel's."""
    label = speaker_label(row.get("speaker"))
    if channels > 1 and isinstance(channel, list):
        channel = channel[0] if channel else None
    if channels > 1 and isinstance(channel, int):
        return f"Channel {channel}" if label is None else f"Channel {channel}, {label}"
    return label


def _assembly(data: Row) -> Recording | None:
    """``utterances`` in milliseconds, else ``words``, of which each may have its speaker."""
    utterances = [row for row in rows(data.get("utterances")) if isinstance(row.get("text"), str)]
    words = rows(data.get("words"))
    if not isinstance(data.get("text"), str) or not (utterances or (words and "language_code" in data)):
        return None
    told = [Speech(speaker_label(row.get("speaker")), _timed(row, row["text"], unit=1)) for row in utterances]
    if not told and any(word.get("speaker") is not None for word in words):
        told = list(_runs(data["words"], unit=1))
    told = told or [Speech(None, _timed({"words": words}, data["text"], unit=1))]
    return recording(told, language_of(data.get("language_code")))


def _aws(data: Row) -> Recording | None:
    """``results.items``; a speaker stands in an item, or in ``speaker_labels`` at the same start."""
    items = rows(within(data, "results", "items"))
    labels = {
        item.get("start_time"): item.get("speaker_label")
        for segment in rows(within(data, "results", "speaker_labels", "segments"))
        for item in rows(segment.get("items"))
        if isinstance(item.get("start_time"), str)
    }
    told: list[Speech] = []
    for item in items:
        best = next(iter(rows(item.get("alternatives"))), {})
        is_mark = item.get("type") == "punctuation"
        start = item.get("start_time")
        speaker = item.get("speaker_label") or (labels.get(start) if isinstance(start, str) else None)
        label = told[-1].label if is_mark and told else speaker_label(speaker)
        piece = Piece(words_of(best.get("content")), milliseconds(start), milliseconds(item.get("end_time")), is_mark)
        told.append(Speech(label, (piece,)))
    return recording(_one_if_nameless(told), language_of(within(data, "results", "language_code")))


def _one_if_nameless(words: Sequence[Speech]) -> list[Speech]:
    """Words under nobody's name as one speech: a single word is no line."""
    if any(word.label for word in words):
        return list(words)
    return [Speech(None, tuple(piece for word in words for piece in word.pieces))]


def _google(data: Row) -> Recording | None:
    """``results`` with alternatives; with speakers, the last result has every word again and its ``speakerTag``."""
    best = [next(iter(rows(row.get("alternatives"))), {}) for row in rows(data.get("results"))]
    fields = language_of(within(next(iter(rows(data.get("results"))), {}), "languageCode"))
    tagged = [row for row in rows(best[-1].get("words")) if "speakerTag" in row or "speakerLabel" in row] if best else []
    if tagged:
        words = (
            Speech(speaker_label(row.get("speakerLabel") or row.get("speakerTag")), (_google_word(row),)) for row in tagged
        )
        return recording(words, fields)
    told = [
        Speech(None, aligned(words_of(one.get("transcript")), [_google_word(row) for row in rows(one.get("words"))]))
        for one in best
    ]
    return recording(told, fields)


def _google_word(row: Row) -> Piece:
    start, end = (row.get(f"{key}Time", row.get(f"{key}Offset")) for key in ("start", "end"))
    return Piece(words_of(row.get("word")), milliseconds(start), milliseconds(end))


def _azure(data: Row) -> Recording | None:
    """``recognizedPhrases`` in ticks of 100 ns, or ``phrases`` in milliseconds."""
    told: list[Speech] = []
    for row in rows(data.get("recognizedPhrases")):
        best = next(iter(rows(row.get("nBest"))), {})
        told.append(_lasting(row, words_of(best.get("display")), "offsetInTicks", "durationInTicks", unit=_TICKS_MS))
    told += [
        _lasting(row, words_of(row.get("text")), "offsetMilliseconds", "durationMilliseconds", unit=1)
        for row in rows(data.get("phrases"))
    ]
    return recording(told, language_of(within(next(iter(rows(data.get("phrases"))), {}), "locale")))


def _lasting(row: Row, words: str, start_key: str, duration_key: str, *, unit: float) -> Speech:
    """A row whose time is a start and a duration."""
    start, lasts = (milliseconds(row.get(key), unit=unit) for key in (start_key, duration_key))
    end = None if start is None or lasts is None else start + lasts
    return Speech(speaker_label(row.get("speaker")), (Piece(words, start, end),))


def _rev(data: Row) -> Recording | None:
    """``monologues`` of elements; the text is their values as they stand."""
    told: list[Speech] = []
    for row in rows(data.get("monologues")):
        elements = rows(row.get("elements"))
        text = "".join(words_of(one.get("value")) for one in elements)
        timed = [
            Piece(words_of(one.get("value")), milliseconds(one.get("ts")), milliseconds(one.get("end_ts")))
            for one in elements
            if words_of(one.get("value")).strip()
        ]
        told.append(Speech(speaker_label(row.get("speaker")), aligned(text, timed)))
    return recording(told, language_of(data.get("language")))


def _youtube(data: Row) -> Recording | None:
    """json3: ``events`` of ``segs``; those that only open a window or append a line break have no words."""
    cues: list[Cue] = []
    for event in rows(data.get("events")):
        words = "".join(words_of(seg.get("utf8")) for seg in rows(event.get("segs")))
        if lines := tuple(CueLine(bare) for line in words.split("\n") if (bare := line.strip())):
            start, lasts = (milliseconds(event.get(key), unit=1) for key in ("tStartMs", "dDurationMs"))
            cues.append(Cue(lines, start, None if start is None or lasts is None else start + lasts))
    return Recording(cues=tuple(cues)) if cues else None


SHAPES: Final[tuple[Callable[[Row], Recording | None], ...]] = (
    _youtube,
    _deepgram,
    _aws,
    _assembly,
    _rev,
    _azure,
    _whisper_cpp,
    _whisper,
    _google,
)
"""In the order in which they are tried: the more particular first."""
