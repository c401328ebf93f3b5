"""OpenAI's shapes: what a chat request holds, and an answer as a completion or as the chunks of a stream.

Knows nothing of how a question is answered. Citations go out in each of the ways that front ends read: OpenAI's
``annotations``, ``citations`` and ``search_results`` as search engines have them, Open WebUI's ``source`` events, and the whole
answer under ``onrecord``; the words alone say all of it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from qa.markdown import Part, source_link

Json = dict[str, Any]

MODEL = "onrecord"
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
"""There are no tokens where no language model reads or writes."""


class ContentPart(BaseModel):
    """A part of a message; of those that aren't text, nothing is read."""

    type: str
    text: str | None = None


class Message(BaseModel):
    """A message of the chat."""

    role: str
    content: str | list[ContentPart] | None = None

    @property
    def words(self) -> str:
        """The text in it."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text" and part.text)
        return self.content or ""


class StreamOptions(BaseModel):
    """How a stream is wanted."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A chat; fields that steer a language model are ignored, as unknown ones are."""

    model: str = MODEL
    messages: list[Message] = Field(
        description="The last message of the role `user` is the question, those before it its history"
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def has_usage(self) -> bool:
        """Whether a stream ends with its usage."""
        return bool(self.stream_options and self.stream_options.include_usage)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said in a completion: Markdown in parts; with ``answer``, when a question was asked. ``created``: Unix time."""

    id: str
    created: int
    parts: tuple[Part, ...]
    answer: Json | None = None
    base: str = ""

    @property
    def cited(self) -> list[Part]:
        """The parts that hold a quote."""
        return [part for part in self.parts if part.quote]


def model(created: int) -> Json:
    """The one model."""
    return {"id": MODEL, "object": "model", "created": created, "owned_by": "onrecord"}


def completion(reply: Reply) -> Json:
    """The whole reply in one object."""
    message = {
        "role": "assistant",
        "content": "".join(part.text for part in reply.parts),
        "refusal": None,
        "annotations": _annotations(reply),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return _head(reply, "chat.completion") | {"choices": [choice], "usage": _USAGE} | _beside(reply)


def chunks(reply: Reply, *, has_usage: bool) -> Iterator[Json]:
    """The same as a stream: the role, a chunk for each part, the end with all citations, and the usage if it is wanted.

    ``annotations`` stand beside the choice and not in its delta: Open WebUI would list each source a second time.
    """
    head = _head(reply, "chat.completion.chunk") | ({"usage": None} if has_usage else {})
    yield head | {"choices": [_delta({"role": "assistant", "content": ""})]}
    for part in reply.parts:
        event = {"event": _source_event(part.quote, reply.base)} if part.quote else {}
        yield head | {"choices": [_delta({"content": part.text})]} | event
    beside = _beside(reply) | ({"annotations": _annotations(reply)} if reply.answer else {})
    yield head | {"choices": [_delta({}, "stop")]} | beside
    if has_usage:
        yield head | {"choices": [], "usage": _USAGE}


def _head(reply: Reply, kind: str) -> Json:
    return {"id": reply.id, "object": kind, "created": reply.created, "model": MODEL, "system_fingerprint": None}


def _delta(delta: Json, finish_reason: str | None = None) -> Json:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}


def _beside(reply: Reply) -> Json:
    """What stands beside the choices when a question was asked."""
    if reply.answer is None:
        return {}
    quotes = [part.quote for part in reply.cited if part.quote]
    return {
        "citations": [source_link(quote, reply.base) for quote in quotes],
        "search_results": [
            {
                "title": _title(quote),
                "url": source_link(quote, reply.base),
                "date": quote["published"],
                "snippet": quote["cited_text"],
            }
            for quote in quotes
        ],
        "onrecord": reply.answer,
    }


def _annotations(reply: Reply) -> list[Json]:
    """A citation for each blockquote; its place in the content is in code points."""
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": part.start,
                "end_index": part.end,
                "url": source_link(part.quote, reply.base),
                "title": _title(part.quote),
            },
        }
        for part in reply.cited
        if part.quote
    ]


def _source_event(quote: Json, base: str) -> Json:
    """What Open WebUI lists under a message; were its ``metadata`` known by an address, that would be shown for the name."""
    url, name = source_link(quote, base), _title(quote)
    return {
        "type": "source",
        "data": {
            "source": {"name": name, "url": url},
            "document": [quote["cited_text"]],
            "metadata": [{"source": quote["id"], "name": name}],
            "distances": [quote["score"]],
        },
    }


def _title(quote: Json) -> str:
    """Who says it, and where."""
    return " · ".join(filter(None, (quote["speaker"], quote["document_title"] or quote["document_id"])))
