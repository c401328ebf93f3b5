"""The HTTP service: questions, documents and source pages, over :class:`~qa.hosting.Host`.

Pydantic lives here and nowhere else. Errors are RFC 9457 problem details, made by one handler for each base class; nothing on
record is 200 with ``found: false``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from anyio.to_thread import current_default_thread_limiter, run_sync
from asgi_correlation_id import CorrelationIdMiddleware, correlation_id
from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from index.errors import IndexError_, NotInIndex, OnrecordError
from qa import __version__
from qa.api_documents import add_documents
from qa.api_filters import add_filters
from qa.api_formats import Format, add_texts, answer_response, wanted_format
from qa.api_links import DATE, History, base_address, entity_tag, offered_tags, service_of
from qa.api_mcp import MCP_HEADERS, add_mcp, running_mcp
from qa.api_pages import add_pages
from qa.api_timeline import add_timeline
from qa.callers import Callers, HostCheck
from qa.config import Settings
from qa.errors import BadQuestion
from qa.hosting import Host, open_host
from qa.middleware import BodyLimit, Plain
from qa.openai_api import add_openai
from qa.problems import Problem, problem
from qa.render import answer_json
from qa.serving import end_with_parent, give_way
from qa.uploads import Writer

if TYPE_CHECKING:
    from index.models import Encoder

THREADS_PER_CORE = 2
"""Questions that one process answers at a time, for each core; the others wait. Measured with 32 clients on two cores: 138
questions a second with 4 threads, 107 with 40, which spend their time in taking turns."""
_LINK_PARAMETERS = frozenset(("q", "limit", "speaker", "document", "since", "until", "history", "format"))
_log = logging.getLogger("onrecord")
Json = dict[str, Any]
_Date = Annotated[str | None, Field(pattern=DATE, description="ISO date: 2024, 2024-05 or 2024-05-31")]


class AskRequest(BaseModel):
    """A question with its filters."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(description="The question in plain words")
    limit: int | None = Field(None, ge=1, le=100, description="At most so many passages; the service's setting when left out")
    speaker: str | None = Field(None, max_length=200, description="Whose words; any part of the name, slips forgiven")
    document: str | None = Field(None, max_length=400, description="The id of the one document to ask")
    since: _Date = None
    until: _Date = None
    history: History = []


async def _host(settings: Settings, encoder: Encoder | None) -> Host:
    """The host of this process. One of several workers that can't open the index ends, and another one tries again later."""
    try:
        return open_host(settings, encoder=encoder)
    except OnrecordError as error:
        if settings.workers == 1:
            raise
        await give_way(error)


def create_app(settings: Settings, *, encoder: Encoder | None = None) -> FastAPI:
    """The application; the index and the model (unless an ``encoder`` is given) are opened when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.host = await _host(settings, encoder)
        app.state.limit = settings.limit
        current_default_thread_limiter().total_tokens = THREADS_PER_CORE * (os.cpu_count() or 1)
        app.state.writer = Writer(settings, encoder)
        async with running_mcp(app, settings):
            yield
        await run_sync(app.state.writer.close)

    app = FastAPI(
        title="onrecord",
        version=__version__,
        description="Ask interviews a question; get back their exact words.",
        lifespan=lifespan,
        docs_url=None,  # Swagger UI and ReDoc load from a CDN
        redoc_url=None,
    )
    app.add_middleware(Plain)
    app.add_middleware(BodyLimit, upload_bytes=settings.max_expanded)
    if settings.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.allowed_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "x-request-id", *MCP_HEADERS],
            expose_headers=["ETag", "X-Request-ID"],
        )
    app.add_middleware(HostCheck, callers=Callers.of(settings))
    app.add_middleware(CorrelationIdMiddleware)
    _add_error_handlers(app)
    _add_routes(app, settings)
    add_timeline(app)
    add_mcp(app)
    add_texts(app)
    add_openai(app, settings)
    add_filters(app)
    add_documents(app, settings)
    add_pages(app, settings)
    return app


def from_environment() -> FastAPI:
    """The application for a server process, which reads its settings from the environment."""
    settings = Settings.read(os.environ)
    if settings.workers > 1:
        end_with_parent()
    return create_app(settings)


def _add_routes(app: FastAPI, settings: Settings) -> None:
    def options(request: Request, body: AskRequest) -> Json:
        return body.model_dump() | {"limit": body.limit or request.app.state.limit}

    @app.post("/v1/ask", summary="Ask a question")
    def ask(request: Request, body: AskRequest) -> JSONResponse:
        return JSONResponse(answer_json(service_of(request).ask(**options(request, body))))

    @app.get("/v1/ask", summary="Ask a question by a link", response_model=None)
    def ask_by_link(
        request: Request,
        q: str,
        limit: Annotated[int | None, Query(ge=1, le=100)] = None,
        speaker: Annotated[str | None, Query(max_length=200)] = None,
        document: Annotated[str | None, Query(max_length=400)] = None,
        since: Annotated[str | None, Query(pattern=DATE)] = None,
        until: Annotated[str | None, Query(pattern=DATE)] = None,
        history: Annotated[History, Query()] = [],  # noqa: B006 - FastAPI copies it
        format: Annotated[Format | None, Query(description="What the Accept header asks for when left out")] = None,  # noqa: A002
    ) -> Response:
        _refuse_unknown_parameters(request)
        body = AskRequest(
            question=q, limit=limit, speaker=speaker, document=document, since=since, until=until, history=history
        )
        service, asked = service_of(request), options(request, body)
        form, base = wanted_format(request, format), base_address(request, settings)
        tag = entity_tag(service, request.url.path, asked | {"format": form, "base": base})
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
        if tag in offered_tags(request):
            return Response(status_code=304, headers=headers)
        return answer_response(service.ask(**asked), form, service, base=base, headers=headers)

    @app.get("/livez", summary="Is the process alive?")
    def livez() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", summary="Can questions be answered?")
    def readyz(request: Request) -> JSONResponse:
        reader = service_of(request).reader
        return JSONResponse({"status": "ok", "index_version": reader.version, "counts": reader.counts})


def _refuse_unknown_parameters(request: Request) -> None:
    """A misspelt filter would otherwise be no filter."""
    if unknown := set(request.query_params) - _LINK_PARAMETERS:
        raise Problem(422, "The request is not understood", f"Unknown parameters: {', '.join(sorted(unknown))}.")


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> Response:
        return problem(request, error.status, error.title, error.detail, headers=error.headers, **error.more)

    @app.exception_handler(OnrecordError)
    async def on_own(request: Request, error: OnrecordError) -> Response:
        if isinstance(error, BadQuestion):
            return problem(request, 422, "The question can't be asked", str(error))
        if isinstance(error, NotInIndex):
            return problem(request, 404, "Not in the index", error.what)
        _log.error("%s %s: %s", request.method, request.url.path, error, exc_info=error)
        if isinstance(error, IndexError_):
            return problem(request, 503, "The index can't be used", "The index can't be used as it stands; the log says why.")
        return problem(request, 500, "The answer failed", "The answer failed; the log says why.")

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        faults = [{"field": ".".join(str(part) for part in fault["loc"]), "problem": fault["msg"]} for fault in error.errors()]
        detail = "; ".join(f"{fault['field']}: {fault['problem']}" for fault in faults)
        return problem(request, 422, "The request is not understood", detail, errors=faults)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        title = HTTPStatus(error.status_code).phrase
        return problem(request, error.status_code, title, str(error.detail), headers=error.headers)

    @app.exception_handler(Exception)
    async def on_defect(request: Request, error: Exception) -> Response:
        _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        response = problem(request, 500, "Internal error", "This is a defect of onrecord; the log has the details.")
        response.headers["X-Request-ID"] = correlation_id.get() or ""  # out here the middleware that adds it is left
        return response
