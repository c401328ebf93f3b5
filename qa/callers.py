"""Under which names the service may be called, and from which sites' pages.

A page of any site can make its own name lead to this machine (DNS rebinding), and would then read what only this machine is
meant to: what asks for another name is refused. Where the service listens to other machines too, names are theirs to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.config import Settings
from qa.problems import problem

_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on


@dataclass(frozen=True, slots=True)
class Callers:
    """``hosts``: names and addresses, without ports; ``public``: the address that others know, if there is one."""

    hosts: tuple[str, ...]
    public: str | None
    is_local: bool

    @classmethod
    def of(cls, settings: Settings) -> Callers:
        """Those of a service with some settings."""
        own = () if settings.host in _EVERYWHERE else (_bracketed(settings.host),)
        return cls(tuple(dict.fromkeys((*_LOCAL, *own))), settings.public_url, _is_loopback(settings.host))

    def knows(self, host: str) -> bool:
        """Whether the service is called by a name of its own, with any port; ``host`` is what the request's header says."""
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        bare = (name if name and port.isdigit() else host).casefold()
        return bare in self.hosts or (self.public is not None and bare == urlsplit(self.public).hostname)


class HostCheck:
    """Refuses what is asked for under a name that isn't the service's, where it listens to this machine alone."""

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self._app, self._callers = app, callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "") if scope["type"] == "http" else ""
        if scope["type"] == "http" and self._callers.is_local and not self._callers.knows(host):
            told = "The service is not known by this name. Its own is to be set as ONRECORD_PUBLIC_URL."
            refused = problem(Request(scope), HTTPStatus.MISDIRECTED_REQUEST, "Not under this name", told)
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host.casefold()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
