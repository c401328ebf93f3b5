"""The documents over HTTP: what is indexed, the page of each source, and files that are added and removed by who may.

What a change does to the index is told by :mod:`qa.uploads`; who may ask for one, by :mod:`qa.access`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from fastapi.sse import format_sse_event
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import Message

from index.errors import IndexBusy, OnrecordError, SourceError
from index.inputs import SENT
from index.records import Span
from index.report import Report, Tally
from qa.access import Gate
from qa.api_links import service_of
from qa.catalogue import catalogue_of
from qa.config import Settings
from qa.problems import PAGE_HEADERS, Problem
from qa.render import document_json, documents_json, json_text, transcript_json
from qa.source_page import page_policy, render_source
from qa.uploads import Change, Delivery, Writer

_END_BYTES = 512
"""Room for a boundary, of 70 characters at most, and blanks after it."""

UPLOAD = ("POST", "/v1/documents")
MAX_FILES = 1000
MAX_LISTED = 500
_MAX_MARKS = 200
_RETRY_S = 10
_TELL_EVERY_S = 0.2
_MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                    "required": ["files"],
                }
            }
        },
    }
}
_Sort = Literal["id", "-id", "title", "-title", "date", "-date", "turns", "-turns", "passages", "-passages"]
_Mark = Annotated[str, Query(pattern=r"^\d{1,10}-\d{1,10}$")]
_log = logging.getLogger("onrecord")
Json = dict[str, Any]


def add_documents(app: FastAPI, settings: Settings) -> None:
    """Adds the routes of the documents to an application."""
    gate = Gate(settings)
    _add_reading(app, gate, settings)
    _add_writing(app, gate)


def _writer(request: Request) -> Writer:
    found: Writer = request.app.state.writer
    return found


def _add_reading(app: FastAPI, gate: Gate, settings: Settings) -> None:
    @app.get("/v1/documents", summary="What is indexed: all of it, or a page of what matches")
    def documents(
        request: Request,
        q: Annotated[str | None, Query(max_length=500, description="Words of a title, a name, a date …")] = None,
        sort: Annotated[_Sort | None, Query(description="After a minus, backwards")] = None,
        offset: Annotated[int | None, Query(ge=0, le=2**31)] = None,
        limit: Annotated[int | None, Query(ge=0, le=MAX_LISTED)] = None,
    ) -> JSONResponse:
        reader = service_of(request).reader
        if (q, sort, offset, limit) == (None, None, None, None):
            return JSONResponse(documents_json(reader))
        first, most = offset or 0, MAX_LISTED if limit is None else limit
        listed = catalogue_of(reader).listed(q or "", sort=sort or "id", offset=first, limit=most)
        found = {
            "documents": [document_json(reader, card) for card in listed.cards],
            "total": listed.total,
            "offset": first,
            "limit": most,
            "access": gate.access(request).value,
            "max_upload_bytes": settings.max_expanded,
        }
        return JSONResponse(found, headers={"Cache-Control": "no-store", "Vary": "Authorization, X-API-Key"})

    @app.get("/v1/documents/{document_id:path}", summary="One document with its turns")
    def document(request: Request, document_id: str) -> JSONResponse:
        return JSONResponse(transcript_json(service_of(request).reader, document_id))

    @app.get("/sources/{document_id:path}", summary="A readable page of a source, a quote marked", response_class=HTMLResponse)
    def source(
        request: Request,
        document_id: str,
        start: Annotated[int | None, Query(ge=0)] = None,
        end: Annotated[int | None, Query(ge=0)] = None,
        mark: Annotated[list[_Mark], Query(max_length=_MAX_MARKS, description="Other passages: START-END")] = [],  # noqa: B006
    ) -> HTMLResponse:
        if (start is None) != (end is None):
            raise Problem(422, "Half a range", "Give both start and end, or neither.")
        quote = Span(start, end) if start is not None and end is not None else None
        reader = service_of(request).reader
        page = render_source(reader, document_id, quote, hits=[_span(words) for words in mark])
        policy = page_policy(reader.document(document_id).metadata.media)
        return HTMLResponse(page, headers=PAGE_HEADERS | {"Content-Security-Policy": policy})


def _span(words: str) -> Span:
    start, _, end = words.partition("-")
    return Span(int(start), int(end))


def _add_writing(app: FastAPI, gate: Gate) -> None:
    @app.post(UPLOAD[1], summary="Add documents", openapi_extra=_MULTIPART, responses={401: {}, 403: {}, 409: {}, 413: {}})
    async def add(request: Request) -> Response:
        gate.admit(request)
        delivery = await _delivered(request)
        change = _writer(request).add(delivery)
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(change), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
        try:
            report = await asyncio.wrap_future(change.report)
        except IndexBusy as error:
            raise _busy(error) from error
        told = _report_json(report)
        if report.failed and not (report.indexed or report.unchanged):
            detail = " ".join(f"{one['file']}: {one['problem']}" for one in told["failed"])
            raise Problem(422, "No file could be indexed", detail, more=told)
        return JSONResponse(told)

    @app.delete("/v1/documents/{document_id:path}", summary="Remove a document", responses={401: {}, 403: {}, 409: {}})
    async def remove(request: Request, document_id: str) -> JSONResponse:
        gate.admit(request)
        try:
            report = await asyncio.wrap_future(_writer(request).remove([document_id]).report)
        except IndexBusy as error:
            raise _busy(error) from error
        return JSONResponse({"removed": list(report.removed), "index_version": report.version})


async def _delivered(request: Request) -> Delivery:
    """The files of a form, as they came; what the form says besides is passed over."""
    delivery = Delivery()
    try:
        async with Request(request.scope, _Whole(request).receive).form(max_files=MAX_FILES) as form:
            files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
            for file in files:
                await run_sync(delivery.take, file.filename or "", file.file)
        if not files:
            raise Problem(422, "No file was sent", "Send files as multipart/form-data, as a form does: curl -F files=@FILE.")
    except BaseException as error:
        delivery.folder.cleanup()
        if isinstance(error, ClientDisconnect):  # nobody is there to be told
            raise Problem(400, "The upload broke off", "The connection ended before all of it was there.") from error
        raise
    return delivery


class _Whole:
    """Sees that a form comes to its end: what is cut off would be taken for a form with fewer files."""

    def __init__(self, request: Request) -> None:
        self._receive, self._last = request.receive, b""
        _, options = parse_options_header(request.headers.get("content-type", ""))
        self._boundary = options.get(b"boundary", b"")

    async def receive(self) -> Message:
        message = await self._receive()
        self._last = (self._last + message.get("body", b"")[-_END_BYTES:])[-_END_BYTES:]
        is_last = message["type"] == "http.request" and not message.get("more_body", False)
        if is_last and self._boundary and b"--" + self._boundary + b"--" not in self._last:
            raise MultiPartException("The form's end is missing, and with it perhaps a file.")
        return message


def _busy(error: IndexBusy) -> Problem:
    told = "Another process is writing the index. Try again when it has finished."
    return Problem(409, "The index is being written", told, headers={"Retry-After": str(_RETRY_S)})


async def _events(change: Change) -> AsyncIterator[bytes]:
    """How far a change is, every now and then, and in the end its report or the problem. It goes on when nobody listens."""
    while not change.report.done():
        yield _event("progress", _tally_json(change.tally))
        await asyncio.sleep(_TELL_EVERY_S)
    try:
        yield _event("report", _report_json(change.report.result()))
    except IndexBusy:
        yield _event("problem", {"title": "The index is being written", "status": 409})
    except OnrecordError as error:
        _log.error("adding documents: %s", error, exc_info=error)
        yield _event("problem", {"title": "The index can't be used as it stands; the log says why", "status": 503})
    except Exception as error:  # the response has begun: what failed can only be told in it
        _log.error("adding documents failed", exc_info=error)
        yield _event("problem", {"title": "This is a defect of onrecord; the log has the details", "status": 500})


def _event(name: str, data: Json) -> bytes:
    return format_sse_event(event=name, data_str=json_text(data))


def _tally_json(tally: Tally | None) -> Json:
    if tally is None:
        return {"stage": "waiting", "done": 0, "total": None, "now": None, "passages": 0}
    stage = "indexing" if tally.files < tally.files_total else "writing"
    return {
        "stage": stage,
        "done": tally.files,
        "total": tally.files_total,
        "now": tally.now or None,
        "passages": tally.passages,
    }


def _report_json(report: Report) -> Json:
    """What a change did, file by file, by the names under which the files were sent."""
    return {
        "indexed": [
            {
                "id": one.id,
                "file": _file(str(one.path)),
                "turns": one.turns,
                "passages": one.passages,
                "speakers": [{"name": person.name, "role": person.role.value} for person in one.people],
            }
            for one in report.indexed
        ],
        "unchanged": report.unchanged,
        "failed": [{"file": _file(str(error.path)), "problem": _problem(error)} for error in report.failed],
        "skipped": [{"file": _file(str(path)), "problem": reason} for path, reason in report.skipped],
        "index_version": report.version,
        "took_ms": round(report.took_ms, 1),
    }


def _file(path: str) -> str:
    return path.removeprefix(f"{SENT}/")


def _problem(error: SourceError) -> str:
    return f"{error.problem} {error.advice}".strip()
