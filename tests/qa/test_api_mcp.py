"""The tools over HTTP: who may call them, and what the rest of the service keeps; and ``/v1/fetch``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.reader import IndexReader
from qa.api import create_app
from qa.api_mcp import allowed_callers
from qa.config import Settings
from qa.excerpts import excerpt_at
from qa.middleware import MAX_BODY_BYTES
from qa.render import excerpt_json
from tests.encoders import WordHashEncoder
from tests.qa.damage import damage_newest
from tests.qa.mcp_client import Way
from tests.qa.test_api import problem_of
from tests.serving import LocalClient, served

PUBLIC = "https://record.example"
ALLOWED = "https://paper.example"
ACCEPT = {"accept": "application/json, text/event-stream"}


def message(method: str, number: int = 1, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def search(query: str) -> dict[str, Any]:
    return message("tools/call", name="search", arguments={"query": query})


@pytest.fixture(scope="module")
def public(small_index: Path) -> Iterator[LocalClient]:
    """The application as others reach it, with a site that may call it."""
    settings = Settings(fast=True, index=small_index, public_url=PUBLIC, allowed_origins=(ALLOWED,))
    app = create_app(settings, encoder=WordHashEncoder())
    with LocalClient(app, base_url="http://127.0.0.1:8000", headers=ACCEPT, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost:1", "localhost", "[::1]:8000", "record.example", "record.example:443"]
)
def test_our_names_are_answered(public: LocalClient, path: str, host: str) -> None:
    """This machine's names and the public one are answered, with the slash and without, and nothing is redirected."""
    response = public.post(path, json=search("storm barrier"), headers={"host": host})
    assert response.status_code == 200
    assert response.json()["result"]["structuredContent"]["results"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "record.example:8000", ""])
def test_a_name_that_was_rebound_is_refused(public: LocalClient, host: str) -> None:
    """A page whose name was made to lead to this machine reaches no tool."""
    response = public.post("/mcp/", json=search("storm barrier"), headers={"host": host})
    assert response.status_code == 421
    assert "result" not in response.text


@pytest.mark.parametrize(("origin", "status"), [
    (ALLOWED, 200), (PUBLIC, 200), ("http://localhost:6274", 200), ("https://evil.example", 403), ("null", 403),
])  # fmt: skip
def test_pages_of_other_sites_are_refused(public: LocalClient, origin: str, status: int) -> None:
    """Only pages of this machine, of the public address and of the sites that the settings allow may call."""
    assert public.post("/mcp/", json=search("storm barrier"), headers={"origin": origin}).status_code == status


def test_an_allowed_page_may_send_the_headers_of_the_protocol(public: LocalClient) -> None:
    """A browser asks first, and is told that a client there may say which version it speaks."""
    asked = {
        "origin": ALLOWED,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type, mcp-protocol-version",
    }
    preflight = public.options("/mcp/", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ALLOWED


def test_where_it_listens_is_its_name_unless_that_is_everywhere() -> None:
    """An address of its own is allowed; listening everywhere allows no further name."""
    assert "192.0.2.7:*" in allowed_callers(Settings(host="192.0.2.7")).allowed_hosts
    assert "[2001:db8::7]:*" in allowed_callers(Settings(host="2001:db8::7")).allowed_hosts
    everywhere = allowed_callers(Settings(host="0.0.0.0")).allowed_hosts
    assert everywhere == allowed_callers(Settings()).allowed_hosts[: len(everywhere)]
    assert not any("0.0.0.0" in host for host in everywhere)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_nothing_is_held_open(public: LocalClient, method: str) -> None:
    """There are no sessions: a stream that would never say anything isn't begun, a session can't be ended."""
    problem_of(public.request(method, "/mcp/"), 405)


def test_a_body_that_is_too_large_is_refused_as_everywhere(public: LocalClient) -> None:
    """The service's own limit holds, declared or not, and answers as its other routes do."""
    problem_of(public.post("/mcp/", json=search("x" * MAX_BODY_BYTES)), 413)
    pieces = (b"x" * 65536 for _ in range(MAX_BODY_BYTES // 65536 + 1))
    problem_of(public.post("/mcp/", content=pieces, headers={"content-type": "application/json"}), 413)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"jsonrpc": "2.0"}', b"\xff\xfe", b"[" * 100_000, b'"\\ud800"'])
def test_what_is_no_message_is_a_bad_request(public: LocalClient, body: bytes) -> None:
    """Broken JSON and what is no message of the protocol is refused, and does no harm to the next."""
    response = public.post("/mcp/", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert public.post("/mcp/", json=search("storm barrier")).json()["result"]


@pytest.mark.parametrize("words", ["\ud800", "storm\x00barrier\x1b[2J"])
def test_words_that_no_text_can_hold_do_no_harm(public: LocalClient, words: str) -> None:
    """Half characters and control characters in an argument end in an answer or an error of the protocol."""
    response = public.post("/mcp/", content=json.dumps(search(words)), headers={"content-type": "application/json"})
    assert response.status_code in (200, 400)
    assert {"result", "error"} & set(response.json())


def test_many_ask_at_once(url: str) -> None:
    """Each request stands alone: any number of them, in any order, get their own answers."""
    queries = ["storm barrier", "heating", "eels", "the bank"] * 8

    def ask(query: str) -> Any:
        response = httpx.post(f"{url}/mcp/", json=search(query), headers=ACCEPT).json()
        return response["result"]["structuredContent"]["results"]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, queries))
    assert found == [*found[:4]] * 8


def test_an_index_that_fails_is_told_without_its_path(
    small_index: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A caller is told that the index can't be used; what is wrong, and where it lies, stands in the log."""
    root = tmp_path / "secret"
    shutil.copytree(small_index, root)
    app = create_app(Settings(fast=True, index=root), encoder=WordHashEncoder())
    with served(app) as url:
        damage_newest(root)
        told = Way(url=f"{url}/mcp/").errors(("ask", {"question": "What did she say about the storm barrier?"}))
    assert told == ["Error executing tool ask: The index can't be used as it stands; the log says why."]
    assert str(root) in caplog.text


def test_the_same_application_can_be_started_again(small_index: Path) -> None:
    """The tools belong to a run of the application, not to the application."""
    app = create_app(Settings(fast=True, index=small_index), encoder=WordHashEncoder())
    for _ in range(2):
        with LocalClient(app, base_url="http://127.0.0.1", headers=ACCEPT) as client:
            assert client.post("/mcp/", json=search("storm barrier")).json()["result"]


def test_a_place_is_fetched_over_http(client: LocalClient, reader: IndexReader) -> None:
    """``/v1/fetch`` gives what a local index gives; what isn't there is 404, half an id 422."""
    for place in ("mayor-harbour:0-40", "mayor-harbour:4019-4407", "coach-interview"):
        expected = json.loads(json.dumps(excerpt_json(excerpt_at(reader, place))))
        assert client.get("/v1/fetch", params={"id": place}).json() == expected
    assert "There is no document nowhere" in problem_of(client.get("/v1/fetch", params={"id": "nowhere"}), 404)["detail"]
    problem_of(client.get("/v1/fetch"), 422)
    problem_of(client.get("/v1/fetch", params={"id": "x" * 501}), 422)


def test_a_result_without_a_page_of_its_own_links_to_ours(url: str, public: LocalClient) -> None:
    """The link leads to the marked words on our page, at the address that was called, or at the public one if there is one."""
    documents = httpx.get(f"{url}/v1/documents").json()["documents"]
    bare = next(one["id"] for one in documents if not one["url"])
    whole, part = Way(url=f"{url}/mcp/").json(("fetch", {"id": bare}), ("fetch", {"id": f"{bare}:700-760"}))
    assert whole["url"] == f"{url}/sources/{bare}"
    assert part["url"] == f"{url}/sources/{bare}?start=700&end=760#quote"
    assert "<mark" in httpx.get(part["url"]).text
    asked = message("tools/call", name="fetch", arguments={"id": bare})
    assert public.post("/mcp/", json=asked).json()["result"]["structuredContent"]["url"] == f"{PUBLIC}/sources/{bare}"
