"""What the routes of the HTTP service share: the service of the moment, dates in links, and answers that are not sent again."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated, Any

from fastapi import Request
from pydantic import Field, StringConstraints

from qa import __version__
from qa.config import Settings
from qa.followup import MAX_HISTORY
from qa.hosting import Host
from qa.interpret import MAX_QUESTION_CHARS
from qa.service import Service

DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
"""A day, a month or a year of ISO 8601."""

History = Annotated[
    list[Annotated[str, StringConstraints(max_length=MAX_QUESTION_CHARS)]],
    Field(max_length=MAX_HISTORY, description="Earlier questions, oldest first; the service keeps none"),
]


def entity_tag(service: Service, path: str, asked: dict[str, Any]) -> str:
    """The same for the same path, question, filters, index, judge, threshold, version and day: "last year" moves on."""
    canonical = asked | {"question": " ".join(asked["question"].split())}
    what = (__version__, date.today(), service.reader.version, service.way, service.threshold, path, sorted(canonical.items()))
    return f'"{hashlib.sha256(repr(what).encode()).hexdigest()[:32]}"'


def offered_tags(request: Request) -> set[str]:
    """The tags of the answers that a client has."""
    return {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}


def service_of(request: Request) -> Service:
    """The service for one request, which keeps it to its end: over the newest generation."""
    host: Host = request.app.state.host
    return host.service()


def base_address(request: Request, settings: Settings) -> str:
    """The address under which a client reaches the service, without a slash at its end."""
    return settings.public_url or str(request.base_url).rstrip("/")
