"""What must hold of a parse and of what is made of it: offsets in order, passages in turns, nobody invented."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence

from index.errors import SourceError
from index.formats import parse
from index.passages import cut_passages
from index.records import Parsed, Person, Role, Source, Span, name_words
from index.roles import kind_of
from index.sources import decode
from index.speakers import identify

_NUMBERED = frozenset(("speaker", "channel"))


class Broken(AssertionError):
    """A parse that breaks a promise."""


def outcome(source: Source) -> str:
    """``parsed``, or the name of the typed error; raises :class:`Broken`, or whatever else the parser raises."""
    try:
        parsed = parse(source)
    except SourceError as error:
        return type(error).__name__
    turns, people = identify(parsed.text, parsed.turns, parsed.metadata)
    kind_of(turns)
    passages = cut_passages(parsed.text, turns, anchors=parsed.anchors)
    parsed.text.encode("utf-8")
    _in_order([span for turn in turns for span in turn.spans], len(parsed.text), "turns")
    _in_order([anchor.span for anchor in parsed.anchors], len(parsed.text), "anchors")
    for passage in passages:
        turn = turns[passage.turn]
        _hold(
            any(span.start <= passage.span.start < passage.span.end <= span.end for span in turn.spans),
            "a passage leaves its turn",
        )
        _in_order(passage.sentences, passage.span.end, "sentences", start=passage.span.start)
        _in_order(passage.quoted, passage.span.end, "quotations", start=passage.span.start)
        _hold(not (passage.is_answer and passage.role is Role.INTERVIEWER), "an interviewer answers")
        _hold(passage.asked is None or passage.asked.turn < passage.turn, "asked later than answered")
        _hold(
            None in (passage.start_ms, passage.end_ms) or passage.start_ms <= passage.end_ms, "a passage ends before it starts"
        )  # type: ignore[operator]
    _nobody_invented(source, parsed, people)
    return "parsed"


def _hold(is_so: bool, problem: str) -> None:
    if not is_so:
        raise Broken(problem)


def _in_order(spans: Sequence[Span], length: int, what: str, *, start: int = 0) -> None:
    at = start
    for span in spans:
        _hold(at <= span.start <= span.end <= length, f"{what} out of order: {span}")
        at = span.end


def _nobody_invented(source: Source, parsed: Parsed, people: Sequence[Person]) -> None:
    """Every word of a speaker's name stands in the source, but for the numbers that recognisers give instead of names."""
    if not people:
        return
    raw = source.data.decode("utf-8", "replace")
    meta = parsed.metadata
    places = [
        _decoded(source),
        parsed.text,
        meta.title or "",
        *meta.headlines,
        raw,
        html.unescape(raw),
        source.data.decode("cp1252", "replace"),
    ]
    if source.suffix in (".json", ".jsonl", ".json3"):
        places += re.findall(r'"((?:[^"\\]|\\.)*)"', raw) and [_unescaped(raw)]
    known = {word for place in places for word in name_words(place)}
    for person in people:
        words = [word for word in name_words(person.name) if word not in _NUMBERED and not word.isdecimal()]
        missing = [word for word in words if word not in known and not any(word in place.casefold() for place in places)]
        _hold(not missing, f"{person.name!r} is in no source: {missing}")


def _decoded(source: Source) -> str:
    try:
        return decode(source, is_markup=source.suffix == ".html")
    except SourceError:
        return ""


def _unescaped(raw: str) -> str:
    return re.sub(r'"(?:[^"\\]|\\.)*"', lambda match: _loaded(match.group()), raw)


def _loaded(literal: str) -> str:
    try:
        return str(json.loads(literal, strict=False))
    except ValueError:
        return literal
