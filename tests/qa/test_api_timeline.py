"""The timeline over HTTP: the library's, in a body and in a link, with its tag and its problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qa.api import create_app
from qa.config import Settings
from qa.remote import RemoteService
from qa.render import timeline_json
from qa.service import Service
from tests.encoders import WordHashEncoder
from tests.qa.conftest import HOSTILE_QUESTIONS
from tests.serving import LocalClient

QUESTION = "What has Osterhaven said about the barrier?"
CHOICE = "What did Miller say about the bank?"


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


@pytest.mark.parametrize("question", [QUESTION, CHOICE, "quantum chromodynamics", *HOSTILE_QUESTIONS])
def test_a_timeline_is_the_services_timeline(client: LocalClient, service: Service, question: str) -> None:
    """POST and GET give what the library gives, with 200 whether found or not."""
    expected = timeless(timeline_json(service.timeline(question)))
    for response in (
        client.post("/v1/timeline", json={"question": question}),
        client.get("/v1/timeline", params={"q": question}),
    ):
        assert response.status_code == 200
        assert timeless(response.json()) == expected


def test_the_three_outcomes_are_among_them(client: LocalClient) -> None:
    """Found with its speaker, a choice with its candidates, nothing."""
    found, choice, nothing = (
        client.get("/v1/timeline", params={"q": question}).json() for question in (QUESTION, CHOICE, "quantum chromodynamics")
    )
    assert (found["found"], found["speaker"], found["more"], found["candidates"]) == (True, "Marit Osterhaven", 0, [])
    assert (choice["found"], choice["reason"], choice["passages"]) == (False, "ambiguous_speaker", [])
    assert {candidate["name"] for candidate in choice["candidates"]} == {"Helen Miller", "Robert Miller"}
    assert all(set(candidate) == {"name", "role", "documents"} for candidate in choice["candidates"])
    assert (nothing["found"], nothing["speaker"]) == (False, None)


def test_filters_are_the_services_filters(client: LocalClient, service: Service) -> None:
    """Limit, speaker, document and dates mean the same in a body and in a link."""
    filters = {"limit": 1, "speaker": "Helen", "document": "press-conference-miller", "since": "2024", "until": "2024-06"}
    expected = timeless(timeline_json(service.timeline("the bank", **filters)))  # type: ignore[arg-type]
    assert len(expected["passages"]) == 1
    assert timeless(client.post("/v1/timeline", json={"question": "the bank"} | filters).json()) == expected
    assert timeless(client.get("/v1/timeline", params={"q": "the bank"} | filters).json()) == expected


def test_the_limit_of_answers_is_not_the_timelines(small_index: Path) -> None:
    """The setting counts passages of an answer; a timeline has its own number."""
    with LocalClient(create_app(Settings(fast=True, index=small_index, limit=1), encoder=WordHashEncoder())) as client:
        found = client.get("/v1/timeline", params={"q": "the bank", "speaker": "Helen Miller"}).json()
        assert len(found["passages"]) > 1


def test_a_link_has_a_tag_of_its_own(client: LocalClient) -> None:
    """An unchanged timeline isn't sent again; an answer to the same question has another tag."""
    first = client.get("/v1/timeline", params={"q": QUESTION})
    tag = first.headers["etag"]
    again = client.get("/v1/timeline", params={"q": QUESTION}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    others = [
        client.get("/v1/ask", params={"q": QUESTION, "limit": "50"}),
        *(
            client.get("/v1/timeline", params={"q": QUESTION} | more)
            for more in ({"limit": "7"}, {"speaker": "Miller"}, {"since": "2024"}, {"until": "2024"})
        ),
    ]
    tags = [tag, *(other.headers["etag"] for other in others)]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"),
        ({"q": QUESTION, "limit": "0"}, "limit"),
        ({"q": QUESTION, "limit": "1001"}, "limit"),
        ({"q": QUESTION, "since": "May"}, "since"),
        ({"q": QUESTION, "speeker": "Miller"}, "speeker"),
        ({"q": "?!"}, "holds no words"),
    ],
)
def test_a_mistake_in_a_link_is_a_422_problem(client: LocalClient, query: dict[str, str], field: str) -> None:
    """The field is named, also one that isn't known: a misspelt filter would be no filter."""
    response = client.get("/v1/timeline", params=query)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert field in response.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"question": QUESTION, "limit": 1001}, {"question": QUESTION, "q": "x"}])
def test_a_mistake_in_a_body_is_a_422_problem(client: LocalClient, body: dict[str, object]) -> None:
    """The same for a body."""
    assert client.post("/v1/timeline", json=body).status_code == 422


def test_an_unknown_document_is_a_404_problem(client: LocalClient) -> None:
    """The detail names the id."""
    response = client.get("/v1/timeline", params={"q": QUESTION, "document": "nowhere"})
    assert response.status_code == 404
    assert "nowhere" in response.json()["detail"]


@pytest.mark.parametrize("question", [QUESTION, CHOICE])
def test_a_remote_timeline_is_the_local_one(url: str, service: Service, question: str) -> None:
    """Asked over the network, nothing of it changes; what isn't given is the service's default."""
    far = RemoteService(url)
    try:
        assert timeless(far.timeline(question, limit=None)) == timeless(timeline_json(service.timeline(question)))
    finally:
        far.close()
