"""An answer as Markdown, for other people's front ends: made from the JSON that every surface carries.

A quote is a blockquote, and nothing else is: what came closest to a question that has no answer is a list. How words are
written so that they render as they are is told by :mod:`qa.escaping`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa.escaping import blockquote, in_line, link, run_on, strong
from qa.links import source_page_link
from qa.phrases import CHOICES_SHOWN, CLOSEST, NEAREST_SHOWN, REASONS, UNNAMED, counted, told_filters
from qa.render import clock

Json = dict[str, Any]

_NEAREST_CHARS = 160
_BETWEEN = "\n\n"
_NEXT_LINE = "  \n"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an answer's Markdown, the pieces joined being all of it; one with a ``quote`` holds that passage.

    ``start`` and ``end`` are where its blockquote stands in the whole, in code points.
    """

    text: str
    quote: Json | None = None
    start: int = 0
    end: int = 0


def markdown(answer: Json, base: str) -> str:
    """The answer as Markdown; ``base`` is the service's address, without a slash at its end, for links to its pages."""
    return "".join(part.text for part in markdown_parts(answer, base))


def markdown_parts(answer: Json, base: str) -> list[Part]:
    """The same in pieces, one for each passage."""
    if not answer["found"]:
        return [Part(_BETWEEN.join(_refusal(answer, base)))]
    parts = [Part(in_line(told))] if (told := told_filters(answer["filters"])) else []
    length = sum(len(part.text) for part in parts)
    for quote in answer["passages"]:
        before = _BETWEEN if parts else ""
        if answer["wants"] == "questions" and quote["asked"]:
            before += _asked(quote["asked"]) + _BETWEEN
        words = blockquote(quote["cited_text"], _within(quote, "highlights"))
        start = length + len(before)
        text = f"{before}{words}{_BETWEEN}{_NEXT_LINE.join(_attribution(quote, base, asked=answer['wants'] != 'questions'))}"
        parts.append(Part(text, quote, start, start + len(words)))
        length += len(text)
    return parts


def source_link(quote: Json, base: str) -> str:
    """Our page of a quote's source, the quote marked."""
    return source_page_link(base, quote["document_id"], quote["start_char_index"], quote["end_char_index"])


def _within(quote: Json, name: str) -> list[tuple[int, int]]:
    """Spans of a quote, from its beginning."""
    base = quote["start_char_index"]
    return sorted((span["start_char_index"] - base, span["end_char_index"] - base) for span in quote[name])


def _attribution(quote: Json, base: str, *, asked: bool) -> Iterator[str]:
    """The lines under a quote."""
    yield f"— {strong(quote['speaker'] or UNNAMED)}"
    if asked and quote["asked"]:
        yield _asked(quote["asked"])
    for start, end in _within(quote, "quotations"):
        yield f"repeats somebody else's words: {run_on(quote['cited_text'][start:end])}"
    yield _place(quote, base)
    for other in quote["also_in"]:
        yield f"also in {_place(other, base)}"


def _asked(asked: Json) -> str:
    who = f"{in_line(asked['speaker'])} asked" if asked["speaker"] else "asked"
    return f"{who}: {run_on(asked['cited_text'])}"


def _place(place: Json, base: str) -> str:
    """The document, where in it, and the links."""
    parts = [in_line(place["document_title"] or place["document_id"]), place["published"] and in_line(place["published"])]
    if place.get("page"):
        parts.append(f"page {place['page']}")
    if place.get("start_ms") is not None:
        parts.append(clock(place["start_ms"]))
    parts.append(link("source", source_link(place, base)))
    if place["url"]:
        parts.append(link("original", place["url"]))
    return " · ".join(filter(None, parts))


def _refusal(answer: Json, base: str) -> Iterator[str]:
    """Why there is nothing, whom to choose, and what came closest."""
    yield strong(REASONS[answer["reason"]])
    if voices := answer.get("candidates"):
        more = [f"- … and {len(voices) - CHOICES_SHOWN} more"] if len(voices) > CHOICES_SHOWN else []
        yield "\n".join([*(f"- {_choice(voice)}" for voice in voices[:CHOICES_SHOWN]), *more])
    if answer["nearest"]:
        yield CLOSEST
        yield "\n".join(f"- {_nearest(quote, base)}" for quote in answer["nearest"][:NEAREST_SHOWN])


def _choice(voice: Json) -> str:
    documents = counted(len(voice["documents"]), "document")
    if voice["name"]:
        return f"{in_line(voice['name'])} ({voice['role']}, {documents})"
    return f"{in_line(voice['documents'][0])} ({UNNAMED})"


def _nearest(quote: Json, base: str) -> str:
    """Who said what came close, and its first words."""
    words = quote["cited_text"]
    begun = next(iter(words.splitlines()), "")[:_NEAREST_CHARS].rstrip()
    goes_on = "…" if len(begun) < len(words) else ""
    return f"{in_line(quote['speaker'] or UNNAMED)}: {run_on(begun)}{goes_on} ({link('source', source_link(quote, base))})"
