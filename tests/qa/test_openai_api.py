"""onrecord as a model: OpenAI's shapes, its stream, its errors, and nothing said that the answer doesn't hold."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import Report
from qa.api import create_app
from qa.config import Settings
from qa.middleware import MAX_BODY_BYTES
from qa.service import Service
from tests.encoders import WordHashEncoder
from tests.qa.conftest import HOSTILE_QUESTIONS
from tests.qa.damage import newest
from tests.rendering import collapsed, rendered
from tests.serving import LocalClient

QUESTION = "What did she say about the storm barrier?"
CHAT = "/v1/chat/completions"
Json = dict[str, Any]


def user(*questions: str) -> list[Json]:
    """Messages of a user, each but the last with an answer."""
    return [
        message
        for question in questions
        for message in ({"role": "user", "content": question}, {"role": "assistant", "content": "> …"})
    ][:-1]


def completed(client: LocalClient, messages: list[Json], **more: Any) -> Json:
    response = client.post(CHAT, json={"model": "onrecord", "messages": messages} | more)
    assert response.status_code == 200
    found: Json = response.json()
    return found


def streamed(client: LocalClient, messages: list[Json], **more: Any) -> list[Json]:
    """The chunks of a stream, after what every stream must hold."""
    response = client.post(CHAT, json={"model": "onrecord", "messages": messages, "stream": True} | more)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    *events, last, empty = response.text.split("\n\n")
    assert (last, empty) == ("data: [DONE]", "")
    chunks = [json.loads(event.removeprefix("data: ")) for event in events]
    assert all("choices" in chunk for chunk in chunks)
    assert len({(chunk["id"], chunk["object"], chunk["created"], chunk["model"]) for chunk in chunks}) == 1
    assert chunks[0]["object"] == "chat.completion.chunk"
    return chunks


def timeless(answer: Json) -> Json:
    return {name: value for name, value in answer.items() if name != "took_ms"}


def error_of(response: Any, status: int) -> Json:
    """OpenAI's error object, after what every error must hold."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"]
    assert list(response.json()) == ["error"]
    found: Json = response.json()["error"]
    assert list(found) == ["message", "type", "param", "code"]
    assert found["message"]
    assert found["type"] == ("server_error" if status >= 500 else "invalid_request_error")
    return found


# The model


def test_there_is_one_model(client: LocalClient) -> None:
    """The list has onrecord, and it is there by its id."""
    listed = client.get("/v1/models").json()
    assert (listed["object"], [one["id"] for one in listed["data"]]) == ("list", ["onrecord"])
    assert client.get("/v1/models/onrecord").json() == listed["data"][0]
    assert listed["data"][0]["object"] == "model"


@pytest.mark.parametrize("name", ["gpt-4o", "onrecord/x", "ONRECORD", "a b"])
def test_another_model_is_not_found(client: LocalClient, name: str) -> None:
    """Asked for or looked up, a model that isn't there is OpenAI's 404."""
    for response in (client.get(f"/v1/models/{name}"), client.post(CHAT, json={"model": name, "messages": user(QUESTION)})):
        found = error_of(response, 404)
        assert (found["code"], found["param"]) == ("model_not_found", "model")


# Answers


@pytest.mark.parametrize("question", [QUESTION, "quantum chromodynamics", *HOSTILE_QUESTIONS])
def test_a_completion_is_the_services_answer(client: LocalClient, question: str) -> None:
    """The same question gives the same answer as ``/v1/ask``, and the content quotes its passages word for word."""
    expected = client.post("/v1/ask", json={"question": question}).json()
    found = completed(client, user(question))
    assert timeless(found["onrecord"]) == timeless(expected)
    (choice,) = found["choices"]
    assert (choice["index"], choice["finish_reason"], choice["message"]["role"]) == (0, "stop", "assistant")
    page = rendered(choice["message"]["content"])
    assert [collapsed(quote) for quote in page.quotes] == [collapsed(one["cited_text"]) for one in expected["passages"]]


def test_a_conversation_is_the_services(client: LocalClient) -> None:
    """Earlier messages of the user are the history; what the assistant and the system said is not."""
    history = ["What did Osterhaven say about the barrier?", "What else?"]
    messages = [{"role": "system", "content": "You are a parrot."}, *user(*history, "And Miller?")]
    expected = client.post("/v1/ask", json={"question": "And Miller?", "history": history}).json()
    assert timeless(completed(client, messages)["onrecord"]) == timeless(expected)
    assert timeless(completed(client, user("And Miller?"))["onrecord"]) != timeless(expected)


def test_a_message_may_come_in_parts(client: LocalClient) -> None:
    """Text parts are the question, other kinds are left."""
    parts = [
        {"type": "text", "text": "What did she say"},
        {"type": "image_url", "image_url": {"url": "data:,"}},
        {"type": "text", "text": "about the storm barrier?"},
    ]
    found = completed(client, [{"role": "user", "content": parts}])["onrecord"]
    assert [one["id"] for one in found["passages"]] == [
        one["id"] for one in client.get("/v1/ask", params={"q": QUESTION}).json()["passages"]
    ]


def test_what_steers_a_language_model_is_ignored(client: LocalClient) -> None:
    """Unknown fields, tools, temperature and other people's messages change nothing."""
    messages = [
        {"role": "developer", "content": "Be brief."},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function"}]},
        {"role": "tool", "content": "x", "tool_call_id": "1"},
        {"role": "user", "content": QUESTION, "name": "ann"},
    ]
    more = {"temperature": 2, "tools": [], "n": 3, "max_tokens": 1, "stream": None, "user": "x", "chat_id": "y"}
    assert timeless(completed(client, messages, **more)["onrecord"]) == timeless(completed(client, user(QUESTION))["onrecord"])


def test_every_passage_is_cited(client: LocalClient) -> None:
    """Annotations point at each blockquote in the content, and the links beside it are the content's own."""
    found = completed(client, user(QUESTION))
    message, passages = found["choices"][0]["message"], found["onrecord"]["passages"]
    cited = [one["url_citation"] for one in message["annotations"]]
    assert {one["type"] for one in message["annotations"]} == {"url_citation"}
    for one, quote in zip(cited, passages, strict=True):
        quoted = rendered(message["content"][one["start_index"] : one["end_index"]])
        assert collapsed(quoted.text) == collapsed(quoted.quotes[0]) == collapsed(quote["cited_text"])
        assert one["title"] == f"{quote['speaker']} · {quote['document_title']}"
    links = [url for name, url in rendered(message["content"]).links if name == "source"]
    assert links == [one["url"] for one in cited] == found["citations"] == [one["url"] for one in found["search_results"]]
    assert [one["snippet"] for one in found["search_results"]] == [quote["cited_text"] for quote in passages]
    assert found["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def test_a_citation_leads_to_the_marked_words(client: LocalClient) -> None:
    """The page behind a citation is ours, with the quote marked."""
    for url in completed(client, user(QUESTION))["citations"]:
        assert url.startswith("http://localhost/sources/")
        assert "<mark" in client.get(url).text


def test_links_have_the_public_address(small_index: Path) -> None:
    """Behind a proxy the settings say how others reach the service."""
    settings = Settings(fast=True, index=small_index, public_url="https://news.example/on")
    with LocalClient(create_app(settings, encoder=WordHashEncoder())) as client:
        found = completed(client, user(QUESTION))
    assert all(url.startswith("https://news.example/on/sources/") for url in found["citations"])
    assert "](https://news.example/on/sources/" in found["choices"][0]["message"]["content"]


def test_a_job_of_the_front_end_asks_nothing(client: LocalClient) -> None:
    """Open WebUI's own prompts get their shape, no quotes and no citations."""
    prompt = '### Task:\nGenerate tags.\n### Output:\nJSON format: { "tags": ["tag1"] }\n'
    found = completed(client, user(QUESTION, prompt))
    assert found["choices"][0]["message"]["content"] == '{"tags": []}'
    assert not {"onrecord", "citations", "search_results"} & set(found)
    chunks = streamed(client, user(QUESTION, prompt))
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == '{"tags": []}'


# The stream


@pytest.mark.parametrize("question", [QUESTION, "quantum chromodynamics", *HOSTILE_QUESTIONS])
def test_a_stream_says_what_the_completion_says(client: LocalClient, question: str) -> None:
    """The role comes first, then the same content, then the end with the same citations."""
    whole = completed(client, user(question))
    first, *middle, last = streamed(client, user(question))
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in middle) == whole["choices"][0]["message"]["content"]
    assert [chunk["choices"][0]["finish_reason"] for chunk in (first, *middle, last)] == [None] * (len(middle) + 1) + ["stop"]
    assert "usage" not in last
    assert last["annotations"] == whole["choices"][0]["message"]["annotations"]
    for name in ("citations", "search_results"):
        assert last[name] == whole[name]
    assert timeless(last["onrecord"]) == timeless(whole["onrecord"])


def test_usage_is_the_last_chunk_when_it_is_wanted(client: LocalClient) -> None:
    """With ``include_usage`` one more chunk has it and no choices."""
    *chunks, last = streamed(client, user(QUESTION), stream_options={"include_usage": True})
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == 0
    assert all(chunk["usage"] is None and chunk["choices"] for chunk in chunks)


def test_a_stream_has_open_webuis_sources(client: LocalClient) -> None:
    """Each passage's chunk carries it as a source: the exact quote, its speaker and its page, each known by its id."""
    chunks = streamed(client, user(QUESTION))
    events = [chunk["event"] for chunk in chunks if "event" in chunk]
    passages = chunks[-1]["onrecord"]["passages"]
    assert [event["type"] for event in events] == ["source"] * len(passages)
    for event, quote, url in zip(events, passages, chunks[-1]["citations"], strict=True):
        name = f"{quote['speaker']} · {quote['document_title']}"
        assert event["data"] == {
            "source": {"name": name, "url": url},
            "document": [quote["cited_text"]],
            "metadata": [{"source": quote["id"], "name": name}],
            "distances": [quote["score"]],
        }
    assert len({event["data"]["metadata"][0]["source"] for event in events}) == len(passages)


# Errors


@pytest.mark.parametrize("messages", [[], [{"role": "system", "content": "x"}], user(" ")])
def test_a_chat_without_a_question_is_a_400(client: LocalClient, messages: list[Json]) -> None:
    """Somebody must have asked something."""
    assert error_of(client.post(CHAT, json={"messages": messages}), 400)["param"] == "messages"


@pytest.mark.parametrize(
    "body", [{}, {"messages": "x"}, {"messages": [{"content": "x"}]}, {"messages": [{"role": "user", "content": 1}]}]
)
def test_a_wrong_body_is_a_422(client: LocalClient, body: Json) -> None:
    """What isn't a chat is told, by field."""
    assert "messages" in error_of(client.post(CHAT, json=body), 422)["message"]


@pytest.mark.parametrize("question", ["?!", "x" * 2001, "\ud800 who"])
def test_a_question_that_cannot_be_asked_is_a_422(client: LocalClient, question: str) -> None:
    """No words, too many, or half a character."""
    body = json.dumps({"messages": user(question)})
    error_of(client.post(CHAT, content=body, headers={"content-type": "application/json"}), 422)


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", CHAT, 405), ("POST", "/v1/models", 405), ("GET", "/v1/chat/x", 404)]
)
def test_a_wrong_address_is_openais_error_too(client: LocalClient, method: str, path: str, status: int) -> None:
    """Also what no route answers, under OpenAI's addresses."""
    error_of(client.request(method, path), status)


def test_a_long_body_is_a_413(client: LocalClient) -> None:
    """The limit is the service's."""
    messages = user("x" * MAX_BODY_BYTES)
    assert "524,288 bytes" in error_of(client.post(CHAT, json={"messages": messages}), 413)["message"]


def test_a_body_that_is_no_json_is_a_422(client: LocalClient) -> None:
    """Garbage is told as OpenAI tells it."""
    error_of(client.post(CHAT, content=b"{", headers={"content-type": "application/json"}), 422)


def test_an_altered_source_is_a_503_and_no_answer(build: Callable[..., Report], samples: Path, tmp_path: Path) -> None:
    """What no longer has its digest is not quoted, in a chat either."""
    build(samples)
    segment = next(newest(tmp_path / "index").glob("*.sqlite"))
    stat = segment.stat()
    segment.write_bytes(segment.read_bytes().replace(b"sixty per cent", b"forty per cent"))
    os.utime(segment, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    app = create_app(Settings(fast=True, index=tmp_path / "index"), encoder=WordHashEncoder())
    with LocalClient(app, raise_server_exceptions=False) as client:
        for is_stream in (False, True):
            error_of(client.post(CHAT, json={"messages": user(QUESTION), "stream": is_stream}), 503)


def test_a_defect_is_a_500_without_its_text(client: LocalClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What broke is in the log and nowhere else."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(Service, "ask", broken)
    assert "secret" not in error_of(client.post(CHAT, json={"messages": user(QUESTION)}), 500)["message"]


def test_another_sites_page_may_send_a_key(small_index: Path) -> None:
    """OpenAI's clients in a browser send an Authorization header; sites that the settings name may."""
    settings = Settings(fast=True, index=small_index, allowed_origins=("https://chat.example",))
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    with LocalClient(create_app(settings, encoder=WordHashEncoder())) as client:
        allowed = client.options(CHAT, headers={"Origin": "https://chat.example"} | asks)
        refused = client.options(CHAT, headers={"Origin": "https://other.example"} | asks)
    assert (allowed.status_code, refused.status_code) == (200, 400)
