"""An answer over HTTP in the form that was asked for, and the canonical texts that its offsets count in."""

from __future__ import annotations

from enum import StrEnum

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from qa.annotation import MEDIA_TYPE, annotation_page
from qa.answer import Answer
from qa.api_links import service_of
from qa.markdown import markdown
from qa.render import answer_json
from qa.service import Service


class Format(StrEnum):
    """How an answer is written."""

    JSON = "json"
    MARKDOWN = "markdown"
    ANNOTATION = "annotation"


_ACCEPTED = {MEDIA_TYPE: Format.ANNOTATION, "text/markdown": Format.MARKDOWN}


def wanted_format(request: Request, named: Format | None) -> Format:
    """The format that a link names, else the first that the client accepts."""
    accepted = (one.split(";")[0].strip().lower() for one in request.headers.get("accept", "").split(","))
    return named or next((_ACCEPTED[kind] for kind in accepted if kind in _ACCEPTED), Format.JSON)


def answer_response(answer: Answer, form: Format, service: Service, *, base: str, headers: dict[str, str]) -> Response:
    """The answer in a format; ``base`` is the service's address, without a slash at its end."""
    found = answer_json(answer)
    if form is Format.MARKDOWN:
        return Response(markdown(found, base) + "\n", media_type="text/markdown; charset=utf-8", headers=headers)
    if form is Format.ANNOTATION:
        return JSONResponse(annotation_page(found, base, service.reader.text), media_type=MEDIA_TYPE, headers=headers)
    return JSONResponse(found, headers=headers)


def add_texts(app: FastAPI) -> None:
    """Adds the canonical texts to an application whose state has the host."""

    @app.get("/v1/texts/{document_id:path}", summary="A document's canonical text", response_class=PlainTextResponse)
    def text(request: Request, document_id: str) -> PlainTextResponse:
        return PlainTextResponse(service_of(request).reader.text(document_id), headers={"X-Content-Type-Options": "nosniff"})
