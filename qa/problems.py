"""Problem details (RFC 9457): how every error of the HTTP service looks, but OpenAI's, which has a shape of its own."""

from __future__ import annotations

from typing import Any

from asgi_correlation_id import correlation_id
from fastapi import Request
from fastapi.responses import JSONResponse


class Problem(Exception):
    """A problem to be answered with; for what has no error of its own. ``more`` are further members of its details."""

    def __init__(
        self, status: int, title: str, detail: str, *, headers: dict[str, str] | None = None, more: dict[str, Any] | None = None
    ) -> None:
        self.status, self.title, self.detail = status, title, detail
        self.headers, self.more = headers, more or {}
        super().__init__(detail)


def problem(request: Request, status: int, title: str, detail: str, *, headers: Any = None, **more: Any) -> JSONResponse:
    """A problem-details response (RFC 9457) that names the request's id, as the header does."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.url.path, **more}
    return JSONResponse(
        body | {"request_id": correlation_id.get()},
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )
