"""How every error of the HTTP service looks: problem details (RFC 9457), OpenAI's error object at OpenAI's addresses, and in a
browser, at the address of a page, a page."""

from __future__ import annotations

from html import escape
from http import HTTPStatus
from typing import Any

from asgi_correlation_id import correlation_id
from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

_FOR_PROGRAMS = ("/v1/", "/mcp", "/livez", "/readyz", "/web/")
_LIKE_OPENAI = ("/v1/chat", "/v1/models")


PAGE_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
"""Of every page and file for browsers, beside its policy."""

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
"""What a page may do that only says what is wrong."""


class Problem(Exception):
    """A problem to be answered with; for what has no error of its own. ``more`` are further members of its details."""

    def __init__(
        self, status: int, title: str, detail: str, *, headers: dict[str, str] | None = None, more: dict[str, Any] | None = None
    ) -> None:
        self.status, self.title, self.detail = status, title, detail
        self.headers, self.more = headers, more or {}
        super().__init__(detail)


def problem(request: Request, status: int, title: str, detail: str, *, headers: Any = None, **more: Any) -> Response:
    """An error as the address has it; problem details name the request's id, as the header does."""
    path = request.url.path
    if not path.startswith(_FOR_PROGRAMS) and "text/html" in request.headers.get("accept", ""):
        own = PAGE_HEADERS | {"Content-Security-Policy": _POLICY}
        return HTMLResponse(_page(title, detail), status_code=status, headers=dict(headers or {}) | own)
    if path.startswith(_LIKE_OPENAI):
        return JSONResponse(_openai_error(status, detail, more), status_code=status, headers=headers)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": path, **more}
    return JSONResponse(
        body | {"request_id": correlation_id.get()},
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def _openai_error(status: int, detail: str, more: dict[str, Any]) -> dict[str, Any]:
    """OpenAI's error object; its clients tell errors apart by status, ``type`` and ``code``."""
    code = "invalid_api_key" if status == HTTPStatus.UNAUTHORIZED else None
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    return {"error": {"message": detail, "type": kind, "param": more.get("param"), "code": more.get("code", code)}}


def _page(title: str, detail: str) -> str:
    """The error as a page, with the way back."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – onrecord</title>"
        '<link rel="icon" href="/web/icon.svg"><link rel="stylesheet" href="/web/look.css"></head><body>'
        '<header class="masthead"><a class="brand" href="/">onrecord</a><nav><a href="/">Ask</a>'
        '<a href="/documents">Documents</a></nav></header>'
        f'<main class="notice"><h1>{escape(title)}</h1><p dir="auto">{escape(detail)}</p></main></body></html>'
    )
