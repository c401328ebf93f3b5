"""An answer as W3C Web Annotations: one for each passage, in the JSON-LD of the Web Annotation Data Model.

Made from the JSON that every surface carries. A passage is pointed at twice: in its source's canonical text, which the service
gives out, by its words, by code points and by RFC 5147; and in the published page, where there is one, by its words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa.links import text_link

Json = dict[str, Any]

MEDIA_TYPE = "application/ld+json"
_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_CRLF = "\r\n"
_RFC_5147 = "http://tools.ietf.org/rfc/rfc5147"


def annotation_page(answer: Json, base: str, text_of: Callable[[str], str]) -> Json:
    """An annotation page; without items when nothing was found, since what came closest is no answer.

    ``base`` is the service's address, without a slash at its end; ``text_of`` gives a document's canonical text by its id.
    """
    items = [_annotation(answer, quote, base, text_of(quote["document_id"])) for quote in answer["passages"]]
    return {"@context": _CONTEXT, "id": f"urn:onrecord:{answer['id']}", "type": "AnnotationPage", "items": items}


def _annotation(answer: Json, quote: Json, base: str, text: str) -> Json:
    words = {"type": "TextQuoteSelector", "exact": quote["cited_text"], "prefix": quote["prefix"], "suffix": quote["suffix"]}
    start, end = quote["start_char_index"], quote["end_char_index"]
    place = {"type": "TextPositionSelector", "start": start, "end": end}
    stretch = {"type": "FragmentSelector", "conformsTo": _RFC_5147, "value": _fragment(text, start, end)}
    targets = [
        {
            "type": "SpecificResource",
            "source": {"id": text_link(base, quote["document_id"]), "type": "Text", "format": "text/plain"},
            "selector": [words, place, stretch],
        }
    ]
    if quote["url"]:
        page = quote["url"].split("#", 1)[0]
        targets.append({"type": "SpecificResource", "source": {"id": page, "type": "Text"}, "selector": words})
    bodies = [_body(answer["question"], "questioning")]
    if quote["speaker"]:
        bodies.append(_body(quote["speaker"], "identifying"))
    return {
        "id": f"urn:onrecord:{answer['id']}:{quote['id']}",
        "type": "Annotation",
        "motivation": "highlighting",
        "generator": {"type": "Software", "name": "onrecord"},
        "body": bodies,
        "target": targets,
    }


def _body(words: str, purpose: str) -> Json:
    return {"type": "TextualBody", "value": words, "format": "text/plain", "purpose": purpose}


def _fragment(text: str, start: int, end: int) -> str:
    """``char=…``: positions between characters, in which a line's end is one, however it is written (RFC 5147, 4.1)."""
    before, after = (at - text.count(_CRLF, 0, at) for at in (start, end))
    return f"char={before},{after}"
