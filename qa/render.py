"""Answers and documents as JSON: the one schema that the terminal, HTTP and every other surface carry.

A renderer may leave out, order and escape; it may not edit a quote.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from index.records import DocumentCard, Person, Span, Turn
from qa.answer import Answer, Asked, Filters, Place, Quote, Timeline, Voice
from qa.excerpts import Excerpt
from qa.links import web_address

if TYPE_CHECKING:
    from index.reader import IndexReader

Json = dict[str, Any]

# Beyond what JSON escapes by itself: further control characters, line separators, direction overrides, half characters.
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def json_text(found: Json, *, indent: int | None = None) -> str:
    """JSON that says the same on a terminal and in a file: whatever could steer either of them is escaped."""
    words = json.dumps(found, ensure_ascii=False, indent=indent)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", words)


def answer_json(answer: Answer) -> Json:
    """The answer in the schema of the documentation; offsets are code points."""
    return {
        "id": answer.id,
        "question": answer.question,
        "searched_for": answer.searched_for,
        "wants": answer.wants.value,
        "filters": _filters_json(answer.filters),
        "found": answer.found,
        "reason": answer.reason.value if answer.reason else None,
        "confidence": answer.confidence,
        "offset_unit": "codepoint",
        "index_version": answer.index_version,
        "took_ms": answer.took_ms,
        "passages": [_quote_json(quote) for quote in answer.passages],
        "nearest": [_quote_json(quote) for quote in answer.nearest],
    } | ({"candidates": [_voice_json(voice) for voice in answer.candidates]} if answer.candidates else {})


def _filters_json(filters: Filters) -> Json:
    return {
        "speakers": list(filters.speakers),
        "document": filters.document,
        "since": filters.since,
        "until": filters.until,
        "inferred": list(filters.inferred),
    }


def timeline_json(timeline: Timeline) -> Json:
    """A timeline in the answer's schema: passages oldest first, whose they are, how many more, whom to choose."""
    return answer_json(timeline.answer) | {
        "speaker": timeline.speaker,
        "more": timeline.more,
        "candidates": [_voice_json(voice) for voice in timeline.candidates],
    }


def _voice_json(voice: Voice) -> Json:
    return {"name": voice.name, "role": voice.role.value, "documents": list(voice.documents)}


def _quote_json(quote: Quote) -> Json:
    place = quote.place
    return {
        "id": quote.id,
        "document_id": place.document_id,
        "document_title": place.document_title,
        "published": place.published,
        "cited_text": quote.cited_text,
        **_span_json(place.span),
        "highlights": [_span_json(mark) for mark in quote.highlights],
        "turn": place.turn,
        "speaker": place.speaker,
        "role": quote.role.value,
        "asked": _asked_json(quote.asked) if quote.asked else None,
        "start_ms": quote.start_ms,
        "end_ms": quote.end_ms,
        "page": quote.page,
        "score": quote.score,
        "prefix": quote.prefix,
        "suffix": quote.suffix,
        "source_sha256": quote.source_sha256,
        "url": place.url,
        "also_in": [_place_json(other) for other in quote.also_in],
        "quotations": [_span_json(stretch) | {"quoted": True} for stretch in quote.quotations],
    }


def _asked_json(asked: Asked) -> Json:
    return {"cited_text": asked.cited_text, "speaker": asked.speaker, **_span_json(asked.span), "turn": asked.turn}


def _place_json(place: Place) -> Json:
    return {
        "document_id": place.document_id,
        "document_title": place.document_title,
        "published": place.published,
        **_span_json(place.span),
        "turn": place.turn,
        "speaker": place.speaker,
        "url": place.url,
    }


def _span_json(span: Span) -> Json:
    return {"start_char_index": span.start, "end_char_index": span.end}


def documents_json(reader: IndexReader) -> Json:
    """Every document with its speakers, as ``onrecord list --json`` and ``GET /v1/documents`` give it."""
    return {"documents": [document_json(reader, card) for card in reader.documents()]}


def document_json(reader: IndexReader, card: DocumentCard) -> Json:
    """One document without its text."""
    turns = reader.turns(card.id)
    spoken = Counter(turn.speaker for turn in turns if turn.speaker)
    unnamed = Counter(turn.role.value for turn in turns if not turn.speaker)
    return {
        "id": card.id,
        "title": card.metadata.title,
        "date": card.metadata.date,
        "url": card.metadata.url,
        "author": card.metadata.author,
        "site": card.metadata.site,
        "path": card.path,
        "sha256": card.sha256,
        "language": card.metadata.language,
        "kind": card.kind.value,
        "speakers": [_speaker_json(person, spoken[person.name]) for person in reader.people(card.id)],
        "unnamed": [{"role": role, "turns": count} for role, count in unnamed.items()],
        "turns": card.turns,
        "passages": card.answers,
    }


def _speaker_json(person: Person, turns: int) -> Json:
    return {
        "name": person.name,
        "role": person.role.value,
        "turns": turns,
        "labels": list(person.labels),
        "reason": person.reason,
    }


def transcript_json(reader: IndexReader, document_id: str) -> Json:
    """One document with its turns as parsed, so that a person can check the parse."""
    card = reader.document(document_id)
    text = reader.text(document_id)
    turns = [_turn_json(number, turn, text) for number, turn in enumerate(reader.turns(document_id))]
    return document_json(reader, card) | {"characters": len(text), "transcript": turns}


def _turn_json(number: int, turn: Turn, text: str) -> Json:
    return {
        "turn": number,
        "label": turn.label,
        "speaker": turn.speaker,
        "role": turn.role.value,
        "spans": [_span_json(span) | {"text": span.cut(text)} for span in turn.spans],
        "start_ms": turn.start_ms,
        "end_ms": turn.end_ms,
    }


def excerpt_json(excerpt: Excerpt) -> Json:
    """The words at a place, as ``GET /v1/fetch`` and the tool ``fetch`` give them; ``url`` is the published page's.

    A stretch that goes on beyond what one answer has says with ``next`` how to read on.
    """
    card, quote = excerpt.card, excerpt.quote
    title = card.metadata.title or card.id
    metadata: Json = {
        "document_id": card.id,
        "document_title": card.metadata.title,
        "published": card.metadata.date,
        **_span_json(excerpt.span),
        "offset_unit": "codepoint",
        "document_characters": excerpt.characters,
        "source_sha256": card.sha256,
    }
    if quote:
        left_out = {"id", "cited_text", "highlights", "score", "also_in", "url"}
        metadata |= {name: value for name, value in _quote_json(quote).items() if name not in left_out}
    else:
        rest = excerpt.rest
        metadata["turns"] = [
            {
                "turn": part.turn,
                "speaker": part.speaker,
                "role": part.role.value,
                **_span_json(part.span),
                "begins": part.begins,
            }
            for part in excerpt.parts
        ]
        metadata["next"] = f"{card.id}:{rest.start}-{rest.end}" if rest else None
    return {
        "id": excerpt.id,
        "title": f"{quote.place.speaker} · {title}" if quote and quote.place.speaker else title,
        "text": excerpt.text,
        "url": quote.place.url if quote else web_address(card.metadata.url),
        "metadata": metadata,
    }


def clock(milliseconds: int) -> str:
    """``h:mm:ss`` or ``m:ss``."""
    seconds = milliseconds // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
