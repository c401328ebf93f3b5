"""One request to one machine: looked up once, checked, and asked at the very address that was checked.

Environment proxies are not used: a proxy looks names up itself, and would ask a machine that nobody checked.
"""

from __future__ import annotations

import socket
import ssl
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio.to_thread
import httpx

from index.addresses import is_private
from index.errors import FetchFailed, FetchRefused

USER_AGENT = "onrecord"
_ACCEPT = "text/html, application/xhtml+xml, text/plain, text/*;q=0.9, application/json;q=0.9, application/pdf;q=0.9, */*;q=0.5"
_BLOCK = 64 * 2**10
_MACHINES_TRIED = 4
_GZIP = 16 + zlib.MAX_WBITS

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""The IP addresses of a host; raises ``OSError`` when there are none."""


@dataclass(frozen=True, slots=True)
class FetchRules:
    """How pages are fetched. ``allow_private``: also from machines that are not on the public internet.

    ``delay_s`` is what lies between two pages of one host, at least; a site may ask for more in its robots.txt, up to
    ``max_delay_s``. ``total_s`` is for one page with all its redirects, what was waited out of politeness not counted.
    """

    allow_private: bool = False
    delay_s: float = 1.0
    max_delay_s: float = 60.0
    total_s: float = 120.0
    connect_s: float = 10.0
    read_s: float = 20.0
    redirects: int = 5


DEFAULT_RULES = FetchRules()


async def look_up(host: str, port: int) -> Sequence[str]:
    """Every address of a host, by the system's resolver; who gives up waiting doesn't wait for it to end."""
    found = await anyio.to_thread.run_sync(
        lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), abandon_on_cancel=True
    )
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Visitor:
    """Asks for addresses that :func:`index.addresses.checked` gave, one request at a time."""

    def __init__(self, rules: FetchRules, lookup: Lookup = look_up) -> None:
        self._rules, self._lookup = rules, lookup
        self._tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def visit(self, url: httpx.URL, asked: str) -> AsyncIterator[httpx.Response]:
        """The answer to a request, its body still to be read; redirects are answers, too.

        Raises :class:`FetchRefused` when a machine of the host may not be asked, and :class:`FetchFailed` when none
        answers, also while the body is read.
        """
        machines = await self._machines(url, asked)
        times = httpx.Timeout(self._rules.read_s, connect=self._rules.connect_s)
        verify = self._secured() if url.scheme == "https" else False
        try:
            async with httpx.AsyncClient(verify=verify, trust_env=False, timeout=times) as client:
                response = await self._sent(client, url, machines)
                try:
                    yield response
                finally:
                    await response.aclose()
        except httpx.TimeoutException as error:
            raise FetchFailed(asked, "the server did not answer in time.", "Try again later.", address=str(url)) from error
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise FetchFailed(
                asked, f"{_led(url, asked)}can't be fetched ({reason}).", "Check the address and the network.", address=str(url)
            ) from error

    async def _machines(self, url: httpx.URL, asked: str) -> Sequence[str]:
        """The addresses that the host stands for; all must be public, since any of them could be the one to answer."""
        host, port = url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)
        try:
            machines = await self._lookup(host, port)
        except (OSError, UnicodeError) as error:
            problem = f"{_led(url, asked)}the host {host} is not found ({getattr(error, 'strerror', None) or error})."
            raise FetchFailed(asked, problem, "Check the address and the network.", address=str(url)) from error
        private = [machine for machine in machines if is_private(machine)]
        if private and not self._rules.allow_private:
            raise FetchRefused(
                asked,
                f"{_led(url, asked)}{host} is {private[0]}, which is not on the public internet.",
                "If it is yours, allow it: --allow-private.",
                address=str(url),
            )
        return machines[:_MACHINES_TRIED]

    async def _sent(self, client: httpx.AsyncClient, url: httpx.URL, machines: Sequence[str]) -> httpx.Response:
        """The first machine's answer that gives one; the host is named in the request, not looked up again."""
        failure: httpx.TransportError = httpx.ConnectError("it has no address")
        for machine in machines:
            request = client.build_request(
                "GET",
                url.copy_with(host=machine),
                headers={
                    "Host": url.netloc.decode("ascii"),
                    "User-Agent": USER_AGENT,
                    "Accept": _ACCEPT,
                    "Accept-Encoding": "gzip",
                    "Connection": "close",
                },
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                return await client.send(request, stream=True, follow_redirects=False)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure

    def _secured(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)
        return self._tls


async def body_of(response: httpx.Response, asked: str) -> AsyncGenerator[bytes, None]:
    """The body in blocks of bounded size, however small it was packed; raises a :class:`~index.errors.FetchError`."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        async for block in response.aiter_raw(_BLOCK):
            yield block
        return
    if coding not in ("gzip", "x-gzip"):
        raise FetchRefused(asked, f"the server packs it in a way that was not asked for ({coding[:40]}).", "Save the page.")
    unpack = zlib.decompressobj(_GZIP)
    try:
        async for raw in response.aiter_raw(_BLOCK):
            rest = raw
            while rest and not unpack.eof:
                yield unpack.decompress(rest, _BLOCK)
                rest = unpack.unconsumed_tail
        yield unpack.flush()
    except zlib.error as error:
        raise FetchFailed(asked, f"what the server sent can't be unpacked ({error}).", "Try again later.") from error
    if not unpack.eof:
        raise FetchFailed(asked, "what the server sent breaks off.", "Try again later.")


def _led(url: httpx.URL, asked: str) -> str:
    """How a message begins when the host is not the one that the user named."""
    return "" if url.host == httpx.URL(asked).host else f"leads on to {str(url)[:200]!r}; "
