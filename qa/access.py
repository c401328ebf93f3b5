"""Who may change an index over HTTP: whoever sends the key, when the server was started for it."""

from __future__ import annotations

import hashlib
import secrets
from enum import StrEnum

from fastapi import Request

from qa.config import Settings
from qa.errors import BadSetting
from qa.problems import Problem

_REALM = 'Bearer realm="onrecord"'


class Access(StrEnum):
    """What a request may do to the index: nothing here, nothing without the key, or add and remove."""

    READ_ONLY = "read_only"
    NEEDS_KEY = "needs_key"
    WRITABLE = "writable"


class Gate:
    """Lets requests through that bring the key, as ``Authorization: Bearer`` or ``X-API-Key``."""

    def __init__(self, settings: Settings) -> None:
        require_key(settings)
        self._key = _digest(settings.key) if settings.writable and settings.key else None
        self._others, self._public = frozenset(settings.allowed_origins), settings.public_url or ""

    def access(self, request: Request) -> Access:
        """What this request may do."""
        if self._key is None:
            return Access.READ_ONLY
        matches = [secrets.compare_digest(_digest(given), self._key) for given in _keys(request)]
        return Access.WRITABLE if any(matches) else Access.NEEDS_KEY

    def admit(self, request: Request) -> None:
        """Raises a :class:`~qa.problems.Problem` unless the request may add and remove. It needs no body."""
        if self._is_of_another_site(request):
            raise Problem(403, "Not from this page", "Pages of other sites may ask; documents are changed on our own.")
        match self.access(request):
            case Access.READ_ONLY:
                told = "Documents can't be added or removed here. Start the server with --writable and a key in ONRECORD_KEY."
                raise Problem(403, "The server is read-only", told)
            case Access.NEEDS_KEY:
                told = "Send the server's key as Authorization: Bearer KEY or as X-API-Key: KEY."
                raise Problem(401, "The key is missing or wrong", told, headers={"WWW-Authenticate": _REALM})

    def _is_of_another_site(self, request: Request) -> bool:
        """Whether a page sends it that only may ask: to all others' pages a browser doesn't hand the key's header on."""
        origin = request.headers.get("origin", "")
        own = {str(request.base_url).rstrip("/"), self._public}
        return bool(origin) and origin not in own and bool(self._others & {origin, "*"})


def require_key(settings: Settings) -> None:
    """Raises :class:`~qa.errors.BadSetting` where documents could be added and removed by everybody."""
    if settings.writable and not settings.key:
        raise BadSetting("ONRECORD_KEY", "", "a key of at least 16 characters, since the server is --writable")


def _keys(request: Request) -> list[str]:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.casefold() == "bearer" else None
    return [key for key in (bearer, request.headers.get("x-api-key")) if key]


def _digest(key: str) -> bytes:
    """Of one length whatever the key's is, so that the time of a comparison tells nothing."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()
