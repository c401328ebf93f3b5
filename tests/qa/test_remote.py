"""Asking a running service: the same JSON as at home, and plain words for whatever goes wrong on the way."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from qa import remote
from qa.errors import ServiceFailed
from qa.remote import RemoteService
from qa.render import answer_json
from qa.service import Service
from tests.serving import served

QUESTION = "What did she say about the storm barrier?"


@pytest.fixture
def far(url: str) -> Iterator[RemoteService]:
    """The small index, asked over a real connection."""
    service = RemoteService(url)
    yield service
    service.close()


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


@pytest.mark.parametrize("question", [QUESTION, "quantum chromodynamics", "مرحبا storm 🏦"])
def test_a_remote_answer_is_the_local_one(far: RemoteService, service: Service, question: str) -> None:
    """Over the network nothing of an answer changes."""
    assert timeless(far.ask(question)) == timeless(answer_json(service.ask(question)))


def test_options_are_passed_on_and_those_not_given_are_not(far: RemoteService, service: Service) -> None:
    """Filters hold over there; ``None`` leaves the service's own default."""
    filters = {"limit": 2, "speaker": "Miller", "document": None, "since": "2024", "until": None}
    assert timeless(far.ask(QUESTION, **filters)) == timeless(answer_json(service.ask(QUESTION, **filters)))  # type: ignore[arg-type]


def test_a_closing_slash_of_the_address_does_not_matter(url: str) -> None:
    """``http://host/`` and ``http://host`` are one service."""
    far = RemoteService(f"{url}/")
    assert far.ask(QUESTION)["found"]
    far.close()


@pytest.mark.parametrize(
    ("question", "options", "words"),
    [
        ("?!", {}, "holds no words"),
        ("x" * 3000, {}, "3,000 characters"),
        (QUESTION, {"document": "nowhere"}, "nowhere"),
        (QUESTION, {"since": "May"}, "since"),
        (QUESTION, {"colour": "red"}, "body.colour"),
        ("x" * 600_000, {}, "524,288 bytes"),
    ],
)
def test_what_the_service_refuses_is_told_in_its_words(
    far: RemoteService, question: str, options: dict[str, str], words: str
) -> None:
    """A problem's detail comes through, with where it was asked."""
    with pytest.raises(ServiceFailed, match=words) as caught:
        far.ask(question, **options)
    assert "/v1/ask: " in str(caught.value)
    assert "(HTTP 4" in str(caught.value)


def test_a_connection_serves_on_after_a_refusal(far: RemoteService) -> None:
    """One bad question doesn't spoil the next."""
    with pytest.raises(ServiceFailed):
        far.ask("x" * 600_000)
    assert far.ask(QUESTION)["found"]


def test_nobody_listening_is_told_with_what_to_do() -> None:
    """A refused connection says where, why, and how to start a service."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    far = RemoteService(address)
    with pytest.raises(ServiceFailed, match=rf"No answer from {address}/v1/ask .*onrecord serve"):
        far.ask(QUESTION)
    far.close()


@pytest.mark.parametrize("address", ["http://[", "http://localhost:port", "http://\x00", "ftp://localhost"])
def test_an_impossible_address_is_told(address: str) -> None:
    """An address that leads nowhere fails like a service that isn't there."""
    far = RemoteService(address)
    with pytest.raises(ServiceFailed, match="No answer from"):
        far.ask(QUESTION)
    far.close()


async def not_json(request: Request) -> Response:
    return PlainTextResponse("<html>It works!</html>")


async def other_json(request: Request) -> Response:
    return JSONResponse({"hello": "world"})


async def a_list(request: Request) -> Response:
    return JSONResponse([1, 2])


async def broken(request: Request) -> Response:
    return JSONResponse({"title": "Bad Gateway"}, status_code=502)


async def failed(request: Request) -> Response:
    return JSONResponse({"found": True, "passages": []}, status_code=500)


async def moved(request: Request) -> Response:
    return RedirectResponse("/elsewhere")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (not_json, r"did not answer with JSON \(HTTP 200\). Is it onrecord\?"),
        (other_json, r"unexpected answer \(HTTP 200\)"),
        (a_list, r"unexpected answer \(HTTP 200\)"),
        (broken, r"Bad Gateway \(HTTP 502\)"),
        (failed, r"unexpected answer \(HTTP 500\)"),
        (moved, r"did not answer with JSON \(HTTP 307\)"),
    ],
)
def test_another_program_at_the_address_is_noticed(answer: Any, words: str) -> None:
    """Whatever else answers there is not taken for an answer."""
    with served(Starlette(routes=[Route("/v1/ask", answer, methods=["POST"])])) as url:
        far = RemoteService(url)
        with pytest.raises(ServiceFailed, match=words):
            far.ask(QUESTION)
        far.close()


def test_a_service_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener that never answers ends in a failure, not in waiting for ever."""
    monkeypatch.setattr(remote, "TIMEOUT_S", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        far = RemoteService(f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(ServiceFailed, match="ReadTimeout"):
            far.ask(QUESTION)
        assert time.monotonic() - began < 5
        far.close()
