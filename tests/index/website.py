"""A web site of our own on this machine, for tests of fetching: pages as given, and a list of who asked for what."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.serving import served

PAGE = (
    "<html><head><title>{title}</title></head><body><article>"
    "<p><b>Ian Asker:</b> Did you ever see the harbour freeze over?</p>"
    "<p><b>Jane Doe:</b> {said}</p>"
    "</article></body></html>"
)


def page(said: str = "Twice, and both times we walked to the island.", title: str = "Talk") -> str:
    """A page with an interview of one answer."""
    return PAGE.format(title=title, said=said)


def html(said: str = "Twice, and both times we walked to the island.", **headers: str) -> Response:
    return Response(page(said), media_type="text/html", headers=headers)


def redirect(to: str, status: int = 302) -> Response:
    return Response(status_code=status, headers={"location": to})


@dataclass
class Site:
    """The site while it is served: ``pages`` by their paths, ``robots`` its robots.txt, ``asked`` the requests so far."""

    url: str = ""
    robots: Response | None = None
    pages: dict[str, Response | Callable[[], Response]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.url.path for request in self.asked]

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def answer(self, request: Request) -> Response:
        self.asked.append(request)
        if request.url.path == "/robots.txt":
            return self.robots or Response(status_code=404)
        found = self.pages.get(request.url.path) or Response(status_code=404)
        return found if isinstance(found, Response) else found()


@contextmanager
def website() -> Iterator[Site]:
    site = Site()
    app = Starlette(routes=[Route("/{path:path}", site.answer)])
    with served(app) as url:
        site.url = url
        yield site


@contextmanager
def raw_server(*pieces: bytes, pause_s: float = 0.0, ends: bool = True) -> Iterator[str]:
    """A server that answers every request with these bytes, a pause after each, as no decent one would."""
    stopped = threading.Event()

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            is_robots = b"/robots.txt" in connection.recv(65536)
            if is_robots:
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            for piece in pieces:
                connection.sendall(piece)
                if stopped.wait(pause_s):
                    return
            if not ends:
                stopped.wait(30)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stopped.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
