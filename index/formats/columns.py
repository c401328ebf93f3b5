"""Which column of a table holds the speakers, which the words, which the times: by a header row, else by what is in them.

A wrong column makes speakers of tags, so that nothing is taken where two columns would do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from index.formats.clock import times_in
from index.labels import Line, candidate
from index.records import Span

Rows = Sequence[Sequence[str]]

_SPEAKERS = (
    "speaker name|speakername|speaker|speakers|speaker label|spk|sprecher|sprecherin|sprecher in|redner|rednerin|locuteur|"
    "locutrice|intervenant|intervenante|orateur|hablante|orador|oradora|interlocutor|falante|locutor|parlante|oratore|spreker|"
    "talare|taler|puhuja|mówca|mluvčí|говорящий|спикер|ομιλητής|konuşmacı|المتحدث|דובר|発言者|話者|发言人|說話者|说话人|화자|"
    "who|wer|qui|quién|quien|chi|participant|participant name|teilnehmer|participante|person|persona|personne|character|"
    "name|full name|display name|nom|nombre|nome|naam|namn|navn|имя|author|user|username|from|speaker id|speakerid|speaker no|"
    "speaker number|participant id|actor|initials"
)
_WORDS = (
    "text|words|transcript|transcription|transcript text|utterance|utterances|speech|spoken text|dialogue|dialog|content|"
    "contents|quote|statement|sentence|message|body|line|lines|said|spoken|segment|segment text|caption|response|worte|"
    "wortlaut|inhalt|äußerung|aussage|beitrag|transkript|transkription|gesagtes|texte|paroles|contenu|énoncé|propos|réplique|texto|palabras|"
    "contenido|transcripción|enunciado|intervención|diálogo|fala|falas|conteúdo|transcrição|testo|parole|contenuto|trascrizione|"
    "battuta|tekst|inhoud|tekstas|текст|реплика|слова|κείμενο|metin|نص|טקסט|本文|発言|テキスト|文本|内容|发言|發言|文字|텍스트|내용"
)
_STARTS = (
    "start|start time|starttime|start ms|start s|start sec|start seconds|start timestamp|begin|begin time|begin ms|"
    "beginning|onset|timestamp|timestamps|time|times|timecode|time code|tc|tc in|time in|in|offset|offset ms|time ms|time s|"
    "time seconds|seconds|zeit|zeitstempel|zeitmarke|beginn|anfang|startzeit|temps|heure|début|debut|horodatage|minutage|"
    "tiempo|inicio|marca de tiempo|minuto|hora|tempo|início|inizio|minuto inizio|tijd|tid|czas|"
    "время|начало|χρόνος|zaman|時間|時刻|时间|時間戳|시간"
)
_ENDS = (
    "end|end time|endtime|end ms|end s|end sec|end seconds|end timestamp|stop|stop time|finish|offset end|tc out|time out|out|"
    "ende|endzeit|fin|fim|fine|tiempo final|einde|slut|koniec|конец|終了|结束|끝"
)
_ROLES = "role|speaker role|rolle|rôle|rol|papel|ruolo|роль|役割|角色"
_MILLISECONDS = re.compile(r"(?i)\bms\b|milli")
_PREAMBLE_ROWS = 10
_SAMPLE_ROWS = 2_000
_MAX_SPEAKER_CHARS = 60
_MIN_WORDS = 3.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Numbers of columns from 0, ``None`` where there is no such; the rows before ``first_row`` hold nothing said.

    ``in_ms``: the times' header says that they are milliseconds.
    """

    words: int
    speaker: int | None = None
    start: int | None = None
    end: int | None = None
    role: int | None = None
    first_row: int = 0
    in_ms: bool = False


def columns_of(rows: Rows) -> Columns | None:
    """The columns of a table, ``None`` where they can't be told."""
    return _by_header(rows) or _by_content(rows)


def _names(words: str) -> dict[str, int]:
    return {name: rank for rank, name in enumerate(words.split("|"))}


_KINDS: Final = {
    kind: _names(words)
    for kind, words in {"speaker": _SPEAKERS, "words": _WORDS, "start": _STARTS, "end": _ENDS, "role": _ROLES}.items()
}


def _folded(name: str) -> str:
    """A header's name as it is compared: small, a blank for each run of signs, camel case parted."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removeprefix("\ufeff"))
    return " ".join(re.sub(r"[\W_]+", " ", parted.casefold()).split())


def _by_header(rows: Rows) -> Columns | None:
    """The first row that names a column of words and another; or a lone one, where the table has no second."""
    for number, row in enumerate(rows[:_PREAMBLE_ROWS]):
        found = {kind: at for kind, ranks in _KINDS.items() if (at := _best(row, ranks)) is not None}
        if any(len(cell) > _MAX_SPEAKER_CHARS for cell in row):
            continue
        below = rows[number + 1 :][:_SAMPLE_ROWS]
        if "words" in found and _is_numeric(_column(below, found["words"])):
            del found["words"]  # a column "line" of line numbers
        if "words" not in found and "speaker" in found and _are_speakers(_column(below, found["speaker"])):
            words = _longest(below, set(found.values()))
            found |= {} if words is None else {"words": words}
        if "words" not in found or (len(found) < 2 and number > 0):
            continue
        start = found.get("start")
        in_ms = start is not None and bool(_MILLISECONDS.search(_folded(row[start])))
        return Columns(first_row=number + 1, in_ms=in_ms, **found)
    return None


def _column(rows: Rows, at: int) -> list[str]:
    """The cells of a column that hold something."""
    return [row[at].strip() for row in rows if at < len(row) and row[at].strip()]


def _is_numeric(cells: Sequence[str]) -> bool:
    return bool(cells) and all(number_of(cell) is not None for cell in cells)


def _best(row: Sequence[str], ranks: dict[str, int]) -> int | None:
    """The column whose name says most plainly what it holds."""
    known = [(ranks[name], at) for at, cell in enumerate(row) if (name := _folded(cell)) in ranks]
    return min(known)[1] if known else None


def _by_content(rows: Rows) -> Columns | None:
    """Columns without a header: one of long texts, one of few short names that come back, perhaps times."""
    sample = rows[:_SAMPLE_ROWS]
    width = max(map(len, sample), default=0)
    cells = [_column(sample, at) for at in range(width)]
    times = [at for at in range(width) if _are_times(cells[at])]
    words = _longest(rows, set(times))
    if words is None or width < 2:
        return None
    first_row = int(_is_header(sample, words))
    bodies = [
        column[first_row:] if len(sample[0]) > at and sample[0][at].strip() else column for at, column in enumerate(cells)
    ]
    speakers = [at for at in range(width) if at != words and at not in times and _are_speakers(bodies[at])]
    if len(speakers) > 1 or not (speakers or times):
        return None
    return Columns(
        words=words,
        speaker=speakers[0] if speakers else None,
        start=times[0] if times else None,
        end=times[1] if len(times) > 1 else None,
        first_row=first_row,
    )


def _longest(rows: Rows, taken: set[int]) -> int | None:
    """The column of the longest texts, where it is plainly longer than any other."""
    sample = rows[:_SAMPLE_ROWS]
    means: list[tuple[float, int]] = []
    for at in range(max(map(len, sample), default=0)):
        cells = [len(row[at].split()) + len(row[at]) / 12 for row in sample if at < len(row) and row[at].strip()]
        if cells and at not in taken:
            means.append((sum(cells) / len(cells), at))
    means.sort(reverse=True)
    if not means or means[0][0] < _MIN_WORDS or (len(means) > 1 and means[0][0] < 1.5 * means[1][0]):
        return None
    return means[0][1]


def _is_header(rows: Rows, words: int) -> bool:
    """Whether the first row names columns of a table whose other rows are filled otherwise."""
    first = rows[0][words].strip() if words < len(rows[0]) else ""
    returns = {cell.strip() for row in rows[1:] for cell in row}
    short = [cell.strip() for cell in rows[0] if cell.strip()]
    return 0 < len(first.split()) <= 3 and first[-1].isalnum() and not any(cell in returns or times_in(cell) for cell in short)


def _are_times(cells: Sequence[str]) -> bool:
    """Whether a column holds times: on a clock, or as numbers that grow but don't just count the rows."""
    if sum(bool(times_in(cell)) and len(cell) <= _MAX_SPEAKER_CHARS for cell in cells) >= max(1, 0.8 * len(cells)):
        return True
    numbers = [number for cell in cells if (number := number_of(cell)) is not None]
    if len(numbers) < max(2, 0.9 * len(cells)):
        return False
    steps = {round(then - first, 6) for first, then in pairwise(numbers)}
    return all(step >= 0 for step in steps) and steps not in ({1.0}, {0.0})


def number_of(cell: str) -> float | None:
    """A cell as a number from 0, ``None`` where it is none."""
    words = cell.strip().rstrip("s").replace(",", ".")
    return float(words) if re.fullmatch(r"\d{1,12}(?:\.\d{1,9})?", words, re.ASCII) else None


def _are_speakers(cells: Sequence[str]) -> bool:
    """Whether a column holds two or more names that come back, and little else."""
    distinct = {cell.rstrip(":： ").casefold() for cell in cells}
    if not 2 <= len(distinct) <= max(2, 0.5 * len(cells)) or len(cells) < 3:
        return False
    return all(len(cell) <= _MAX_SPEAKER_CHARS and is_name(cell) for cell in dict.fromkeys(cells))


def is_name(words: str) -> bool:
    """Whether some words have the form of a speaker's label."""
    label = words.strip().rstrip(":： ")
    if not label or "\n" in label or (label[-1] in ".,;!?" and len(label.split()) > 2):
        return False
    line = f"{label}: So."
    found = candidate(line, Line(Span(0, len(line)), opens_paragraph=True))
    return found is not None and found.text == " ".join(label.split())
