"""How every error of the HTTP service looks: problem details (RFC 9457), or OpenAI's error object at OpenAI's addresses."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from asgi_correlation_id import correlation_id
from fastapi import Request
from fastapi.responses import JSONResponse

_LIKE_OPENAI = ("/v1/chat", "/v1/models")


class Problem(Exception):
    """A problem to be answered with; for what has no error of its own. ``more`` are further members of its details."""

    def __init__(
        self, status: int, title: str, detail: str, *, headers: dict[str, str] | None = None, more: dict[str, Any] | None = None
    ) -> None:
        self.status, self.title, self.detail = status, title, detail
        self.headers, self.more = headers, more or {}
        super().__init__(detail)


def problem(request: Request, status: int, title: str, detail: str, *, headers: Any = None, **more: Any) -> JSONResponse:
    """An error as the address has it; problem details name the request's id, as the header does."""
    if request.url.path.startswith(_LIKE_OPENAI):
        return JSONResponse(_openai_error(status, detail, more), status_code=status, headers=headers)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": request.url.path, **more}
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
