"""onrecord as a model of OpenAI's API: ``/v1/models`` and ``/v1/chat/completions``, for front ends and libraries that speak it.

What a chat asks is told by :mod:`qa.openai_talk`, how the answer is written by :mod:`qa.markdown`, the shapes by
:mod:`qa.openai_shapes`, and how errors look by :mod:`qa.problems`. Nothing is kept between two requests.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from qa.api_links import base_address, service_of
from qa.config import Settings
from qa.markdown import Part, markdown_parts
from qa.openai_shapes import MODEL, ChatRequest, Reply, chunks, completion, model
from qa.openai_talk import Talk, talk_of
from qa.problems import Problem
from qa.render import answer_json, json_text


def add_openai(app: FastAPI, settings: Settings) -> None:
    """Adds the routes to an application whose state has the host."""
    started = int(time.time())

    @app.get("/v1/models", summary="The one model, for OpenAI's clients")
    def models() -> JSONResponse:
        return JSONResponse({"object": "list", "data": [model(started)]})

    @app.get("/v1/models/{model_id:path}", summary="That model")
    def one_model(model_id: str) -> JSONResponse:
        _require_model(model_id)
        return JSONResponse(model(started))

    @app.post("/v1/chat/completions", summary="Ask in a chat, for OpenAI's clients", response_model=None)
    def chat(request: Request, body: ChatRequest) -> Response:
        _require_model(body.model)
        reply = _reply(request, body, base_address(request, settings))
        if not body.stream:
            return JSONResponse(completion(reply))
        # The answer is there as a whole: its chunks go out together.
        stream = "".join(_events(reply, has_usage=body.has_usage))
        return Response(stream, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


def _reply(request: Request, body: ChatRequest, base: str) -> Reply:
    talk = talk_of([message.words for message in body.messages if message.role == "user"])
    reply_id, now = f"chatcmpl-{uuid4().hex}", int(time.time())
    if talk is None:
        raise Problem(400, "No question", "There is no message of the role user with words in it.", more={"param": "messages"})
    if not isinstance(talk, Talk):
        return Reply(reply_id, now, (Part(talk),))
    answer = answer_json(service_of(request).ask(talk.question, history=talk.history, limit=request.app.state.limit))
    return Reply(reply_id, now, tuple(markdown_parts(answer, base)), answer, base)


def _events(reply: Reply, *, has_usage: bool) -> Iterator[str]:
    for chunk in chunks(reply, has_usage=has_usage):
        yield f"data: {json_text(chunk)}\n\n"
    yield "data: [DONE]\n\n"


def _require_model(name: str) -> None:
    if name != MODEL:
        more = {"code": "model_not_found", "param": "model"}
        raise Problem(404, "No such model", f"There is no model {name!r} here; the one there is is {MODEL!r}.", more=more)
