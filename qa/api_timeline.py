"""The timeline over HTTP: ``/v1/timeline``, in the answer's schema, oldest first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from qa.api_links import DATE, History, entity_tag, offered_tags, service_of
from qa.render import timeline_json
from qa.timeline import DEFAULT_TIMELINE, MAX_TIMELINE

_Date = Annotated[str | None, Field(pattern=DATE, description="ISO date: 2024, 2024-05 or 2024-05-31")]


class _Filters(BaseModel):
    model_config = ConfigDict(extra="forbid")  # a misspelt filter would otherwise be no filter

    limit: int = Field(DEFAULT_TIMELINE, ge=1, le=MAX_TIMELINE, description="At most so many passages, the likeliest")
    speaker: str | None = Field(None, max_length=200, description="Whose words; any part of the name, slips forgiven")
    document: str | None = Field(None, max_length=400, description="The id of the one document to ask")
    since: _Date = None
    until: _Date = None
    history: History = []


class TimelineRequest(_Filters):
    """A question on which all that one speaker said is wanted, with its filters."""

    question: str = Field(description="The question in plain words; it may name the speaker")


class TimelineLink(_Filters):
    """The same as a link's parameters."""

    q: str = Field(description="The question in plain words; it may name the speaker")


def add_timeline(app: FastAPI) -> None:
    """Adds the routes to an application whose state has the host."""

    @app.post("/v1/timeline", summary="All that one speaker said on a matter, by date")
    def timeline(request: Request, body: TimelineRequest) -> JSONResponse:
        return JSONResponse(timeline_json(service_of(request).timeline(**body.model_dump())))

    @app.get("/v1/timeline", summary="The same by a link", response_model=None)
    def timeline_by_link(request: Request, link: Annotated[TimelineLink, Query()]) -> Response:
        service = service_of(request)
        asked: dict[str, Any] = {"question": link.q} | link.model_dump(exclude={"q"})
        tag = entity_tag(service, request.url.path, asked)
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag in offered_tags(request):
            return Response(status_code=304, headers=headers)
        return JSONResponse(timeline_json(service.timeline(**asked)), headers=headers)
