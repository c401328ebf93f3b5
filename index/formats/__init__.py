"""The formats that can be read: one parser each, in one table from suffix to parser.

A parser takes a :class:`~index.records.Source` and gives its canonical text and its turns, with offsets tracked while
parsing. Adding a format is a module here and a line in ``PARSERS``. Who the speakers are is not a parser's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from index.anchors import time_turns
from index.errors import MalformedSource, UnreadableSource, UnsupportedSource
from index.formats.docx import parse_docx
from index.formats.html import parse_html
from index.formats.markdown import parse_markdown
from index.formats.odt import parse_odt
from index.formats.pdf import parse_pdf
from index.formats.plain import parse_plain
from index.formats.subtitles import parse_subtitles
from index.formats.table import parse_csv, parse_tsv
from index.formats.transcript import parse_json, parse_jsonl
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Metadata, Parsed, Source

Parser = Callable[[Source, Limits], Parsed]

PARSER_VERSION: Final = 1
"""Raise it when a parser, the labels or the passages change what they give: indexes then parse their sources again."""

_SHOWN: Final = 500

PARSERS: Final[dict[str, Parser]] = {
    ".txt": parse_plain,
    ".text": parse_plain,
    "": parse_plain,
    ".md": parse_markdown,
    ".markdown": parse_markdown,
    ".html": parse_html,
    ".htm": parse_html,
    ".xhtml": parse_html,
    ".pdf": parse_pdf,
    ".json": parse_json,
    ".json3": parse_json,
    ".jsonl": parse_jsonl,
    ".ndjson": parse_jsonl,
    ".docx": parse_docx,
    ".odt": parse_odt,
    ".csv": parse_csv,
    ".tsv": parse_tsv,
    ".srt": parse_subtitles,
    ".vtt": parse_subtitles,
    ".sbv": parse_subtitles,
}


def _hold(source: Source, parsed: Parsed, limits: Limits) -> None:
    """Refuses what is longer than a transcript, a name or an id can be: it would steer whoever shows it."""
    if len(parsed.text) > limits.text_chars:
        raise UnreadableSource(
            source.path,
            f"{len(parsed.text):,} characters of text, more than the {limits.text_chars:,} that one transcript may have.",
            "Split it, or raise ONRECORD_MAX_CHARS.",
        )
    for number, turn in enumerate(parsed.turns):
        _hold_name(source, turn.label, f"the speaker of turn {number}", limits)
    _hold_name(source, parsed.metadata.id, "the document's id", limits)


def _hold_name(source: Source, name: str | None, place: str, limits: Limits) -> None:
    if name and len(name) > limits.name_chars:
        problem = f"{place} has {len(name):,} characters, more than the {limits.name_chars:,} that a name may have."
        raise MalformedSource(source.path, problem, "Correct it there, or raise ONRECORD_MAX_NAME.")


def _shown(metadata: Metadata) -> Metadata:
    """The metadata with what a page writes endlessly cut to what can be shown; nothing of it is ever quoted."""
    long = {field: value for field in ("title", "author", "site") if (value := getattr(metadata, field))}
    return replace(metadata, **{field: value[: _SHOWN - 1] + "…" for field, value in long.items() if len(value) > _SHOWN})


def parse(source: Source, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    """The source's text and turns; raises a :class:`~index.errors.SourceError` that says what is wrong and where."""
    parser = PARSERS.get(source.suffix)
    if parser is None:
        known = ", ".join(suffix for suffix in PARSERS if suffix)
        raise UnsupportedSource(source.path, f"no parser for {source.suffix} files.", f"Known formats: {known}.")
    parsed = parser(source, limits)
    _hold(source, parsed, limits)
    return replace(parsed, turns=time_turns(parsed.turns, parsed.anchors), metadata=_shown(parsed.metadata))
