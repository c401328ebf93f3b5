"""The Model Context Protocol over HTTP at ``/mcp/``, and ``/v1/fetch``, by which a process elsewhere reads the same words.

Each request stands alone, so that any of several workers can answer it. Only requests to addresses that are known to be ours
are answered: a page that rebinds its name to this machine is refused.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import Receive, Scope, Send

from index.errors import IndexError_, NotInIndex, OnrecordError
from qa.api_links import service_of
from qa.asking import LocalAsker
from qa.callers import Callers
from qa.config import Settings
from qa.errors import BadQuestion
from qa.hosting import Host
from qa.mcp_server import create_mcp_server

MCP_HEADERS = ("mcp-protocol-version", "mcp-method", "mcp-name")
"""What a client on another site's page sends besides the usual."""

_log = logging.getLogger("onrecord")


class _Endpoint:
    """Hands a request to the tools that the application has while it runs."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["app"].state.mcp.handle_request(scope, receive, send)


def add_mcp(app: FastAPI) -> None:
    """Adds the routes to an application that runs within :func:`running_mcp`."""
    for path in ("/mcp", "/mcp/"):
        app.add_route(path, _Endpoint(), methods=["POST"], include_in_schema=False)  # type: ignore[arg-type]

    @app.get("/v1/fetch", summary="The exact words at a place")
    def fetch(
        request: Request,
        place_id: Annotated[
            str, Query(alias="id", max_length=500, description="DOCUMENT:START-END, of a passage or not, or a document's id")
        ],
    ) -> JSONResponse:
        return JSONResponse(LocalAsker(service_of(request)).fetch(place_id))


@asynccontextmanager
async def running_mcp(app: FastAPI, settings: Settings) -> AsyncIterator[None]:
    """The tools over the application's host, for as long as it runs."""
    host: Host = app.state.host
    server = create_mcp_server(lambda: LocalAsker(host.service()), limit=settings.limit, base=settings.public_url, told=_told)
    server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        max_request_body_size=sys.maxsize,  # the application has its own limit
        transport_security=allowed_callers(settings),
    )
    app.state.mcp = server.session_manager
    async with server.session_manager.run():
        yield


def allowed_callers(settings: Settings) -> TransportSecuritySettings:
    """Under which names this service is called, and from which sites: this machine's, its public one, and those allowed."""
    public = urlsplit(settings.public_url or "")
    hosts = [form for name in Callers.of(settings).hosts for form in (name, f"{name}:*")]
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    if public.netloc:
        hosts += [public.netloc, f"{public.netloc}:{443 if public.scheme == 'https' else 80}"]
        origins.append(f"{public.scheme}://{public.netloc}")
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[*origins, *settings.allowed_origins])


def _told(error: OnrecordError) -> str:
    """What the routes tell of it too: of an index that fails the log says more than a caller is told."""
    if isinstance(error, NotInIndex):
        return error.what
    if isinstance(error, BadQuestion):
        return str(error)
    _log.error("a tool failed: %s", error, exc_info=error)
    what = "The index can't be used as it stands" if isinstance(error, IndexError_) else "The answer failed"
    return f"{what}; the log says why."
