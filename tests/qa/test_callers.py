"""Under which names the service answers, and what every request goes through."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.api import create_app
from qa.config import Settings
from tests.encoders import WordHashEncoder
from tests.serving import LocalClient


def client(index: Path, **settings: str) -> LocalClient:
    return LocalClient(create_app(Settings(fast=True, index=index).over(**settings), encoder=WordHashEncoder()))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1@evil.example", ""])
@pytest.mark.parametrize("path", ["/", "/v1/ask?q=eels", "/v1/texts/coach-interview", "/v1/documents", "/livez"])
def test_a_name_that_was_made_to_lead_here_is_refused(small_index: Path, host: str, path: str) -> None:
    """A page of another site reads nothing by letting its own name stand for this machine."""
    with client(small_index) as local:
        answer = local.get(path, headers={"Host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"
    assert "ONRECORD_PUBLIC_URL" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "quotes.example", "quotes.example:443"]
)
def test_its_own_names_are_answered(small_index: Path, host: str) -> None:
    """This machine's names with any port, and the public one."""
    with client(small_index, public_url="https://quotes.example") as local:
        assert local.get("/livez", headers={"Host": host}).status_code == 200


def test_a_service_for_other_machines_goes_by_any_name(small_index: Path) -> None:
    """Where it listens everywhere, how it is called is not for it to know."""
    with client(small_index, host="0.0.0.0") as open_to_all:
        assert open_to_all.get("/livez", headers={"Host": "newsroom.example"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/documents", "/v1/documents", "/sources/novelist-qa", "/v1/ask?q=eels", "/web/look.css"]
)
def test_head_is_get_without_the_body(small_index: Path, path: str) -> None:
    """Whoever only looks whether a link holds gets the same status and headers."""
    with client(small_index) as local:
        head, get = local.head(path), local.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("path", ["/v1/documents/novelist-qa%0A", "/sources/novelist-qa%0a", "/v1/documents/x%0dy"])
def test_an_address_with_a_line_break_leads_nowhere(small_index: Path, path: str) -> None:
    """A line break at the end would otherwise be passed over."""
    with client(small_index) as local:
        assert local.get(path).status_code == 404
