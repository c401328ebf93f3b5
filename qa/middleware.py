"""What every request goes through before a route has it: how large its body may be, and what its address and method mean."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.api_documents import UPLOAD
from qa.problems import problem

MAX_BODY_BYTES = 512 * 1024
"""Room for a question and a whole history in any script, sent as UTF-8: 51 of 2,000 characters, four bytes each."""


class BodyLimit:
    """Refuses a body of over ``MAX_BODY_BYTES`` as soon as it is read (FastAPI's own limit answers with plain text).

    What is uploaded may have ``upload_bytes``.
    """

    def __init__(self, app: ASGIApp, upload_bytes: int) -> None:
        self._app, self._upload_bytes = app, upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        size = int(declared) if declared.isdigit() else 0
        is_upload = (scope.get("method"), scope.get("path")) == UPLOAD
        most = self._upload_bytes if is_upload else MAX_BODY_BYTES
        got = 0

        async def counted() -> Message:
            nonlocal got
            message = await receive()
            got += len(message.get("body", b""))
            if max(size, got) > most:
                raise HTTPException(413, f"The body has more than {most:,} bytes.")
            return message

        await self._app(scope, counted, send)


class Plain:
    """``HEAD`` is ``GET`` without its body, wherever there is a ``GET``; an address with a line break leads nowhere.

    A route's pattern would pass over a line break at the end, and mean another document.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\n" in scope["path"] or "\r" in scope["path"]:
            await problem(Request(scope), 404, "Not Found", "There is nothing here.")(scope, receive, send)
            return
        if scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app(dict(scope, method="GET"), receive, without_body)
