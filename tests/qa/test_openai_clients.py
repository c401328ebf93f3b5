"""The clients that people use, over a real server: the quotes' exact words and their links arrive in each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import anyio
import httpx
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI

from tests.rendering import collapsed, rendered

Json = dict[str, Any]
KEY = "not-needed"
TALKS = [
    ["What did she say about the storm barrier?"],
    ["quantum chromodynamics"],
    ["What did Osterhaven say about the barrier?", "What else?"],
    ["What did Osterhaven say about the barrier?", "What else?", "And Miller?"],
]


def messages(talk: list[str]) -> list[Any]:
    """A conversation as OpenAI's client sends it."""
    return [{"role": "system", "content": "You are helpful."}, *({"role": "user", "content": one} for one in talk)]


def expected(url: str, talk: list[str]) -> Json:
    """What ``/v1/ask`` answers."""
    found: Json = httpx.post(f"{url}/v1/ask", json={"question": talk[-1], "history": talk[:-1]}).json()
    return found


def check_content(content: object, answer: Json) -> None:
    """The content alone has every quote, word for word, with the links to it; or that there is none."""
    assert isinstance(content, str)
    page = rendered(content)
    assert [collapsed(quote) for quote in page.quotes] == [collapsed(one["cited_text"]) for one in answer["passages"]]
    assert bool(page.quotes) == answer["found"]
    targets = [target for _, target in page.links]
    for quote in answer["passages"]:
        assert quote["speaker"] in page.text
        assert any(f"start={quote['start_char_index']}&end={quote['end_char_index']}#quote" in target for target in targets)
        assert quote["url"] in targets


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[openai.OpenAI]:
    """OpenAI's own client."""
    with openai.OpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0) as found:
        yield found


@pytest.mark.parametrize("talk", TALKS)
def test_openai(client: openai.OpenAI, url: str, talk: list[str]) -> None:
    """The client's completion has the same passages as ``/v1/ask``, in its content and beside it."""
    answer = expected(url, talk)
    found = client.chat.completions.create(model="onrecord", messages=messages(talk))
    check_content(found.choices[0].message.content, answer)
    assert found.model_extra is not None
    assert found.model_extra["onrecord"]["passages"] == answer["passages"]
    annotations = found.choices[0].message.annotations or []
    assert [one.url_citation.url for one in annotations] == found.model_extra["citations"]


@pytest.mark.parametrize("talk", TALKS)
def test_openai_streams(client: openai.OpenAI, url: str, talk: list[str]) -> None:
    """The stream's content is the same, and its usage comes when it is asked for."""
    with client.chat.completions.create(
        model="onrecord", messages=messages(talk), stream=True, stream_options={"include_usage": True}
    ) as stream:
        chunks = list(stream)
    check_content("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), expected(url, talk))
    assert chunks[-1].usage is not None
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"


def test_openai_asynchronously(url: str) -> None:
    """The asynchronous client, whole and as a stream."""

    async def ask() -> tuple[str | None, str]:
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=KEY, max_retries=0) as client:
            whole = await client.chat.completions.create(model="onrecord", messages=messages(TALKS[0]))
            async with await client.chat.completions.create(
                model="onrecord", messages=messages(TALKS[0]), stream=True
            ) as stream:
                pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
            return whole.choices[0].message.content, "".join(pieces)

    for content in anyio.run(ask):
        check_content(content, expected(url, TALKS[0]))


def test_openai_lists_the_model(client: openai.OpenAI) -> None:
    """The client finds the model."""
    assert [one.id for one in client.models.list()] == ["onrecord"]
    assert client.models.retrieve("onrecord").owned_by == "onrecord"


def test_openai_raises_its_own_errors(client: openai.OpenAI) -> None:
    """The client knows the errors, with their code and message."""
    with pytest.raises(openai.NotFoundError) as unknown:
        client.chat.completions.create(model="gpt-5", messages=messages(TALKS[0]))
    assert (unknown.value.code, unknown.value.param, unknown.value.type) == (
        "model_not_found",
        "model",
        "invalid_request_error",
    )
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="onrecord", messages=[])
    with pytest.raises(openai.UnprocessableEntityError, match="holds no words"):
        client.chat.completions.create(model="onrecord", messages=messages(["?!"]))


@pytest.mark.parametrize("talk", TALKS)
def test_langchain(url: str, talk: list[str]) -> None:
    """LangChain keeps the content alone: it has all that is needed, invoked and as a stream."""
    model = ChatOpenAI(model="onrecord", base_url=f"{url}/v1", api_key=KEY, max_retries=0)
    asked: list[Any] = [SystemMessage("You are helpful.")]
    for one in talk[:-1]:
        asked += [HumanMessage(one), AIMessage("> …")]
    asked.append(HumanMessage(talk[-1]))
    answer = expected(url, talk)
    check_content(model.invoke(asked).content, answer)
    check_content("".join(str(chunk.content) for chunk in model.stream(asked)), answer)


def curl() -> str:
    """Where curl is; without it the test is skipped, but in CI it fails."""
    if found := shutil.which("curl"):
        return found
    if os.environ.get("CI"):
        pytest.fail("no curl on this machine")
    pytest.skip("no curl on this machine")


def test_curl(url: str) -> None:
    """The README's way without any library."""
    body = json.dumps({"model": "onrecord", "messages": messages(TALKS[0])})
    command = [curl(), "--silent", "--fail", "--noproxy", "*", f"{url}/v1/chat/completions"]
    command += ["--header", "content-type: application/json", "--data-binary", "@-"]
    done = subprocess.run(command, input=body.encode(), capture_output=True, check=True, timeout=60)
    check_content(json.loads(done.stdout)["choices"][0]["message"]["content"], expected(url, TALKS[0]))
    streaming = [*command[:-2], "--no-buffer", "--data-binary", "@-"]
    body = json.dumps({"model": "onrecord", "messages": messages(TALKS[0]), "stream": True})
    done = subprocess.run(streaming, input=body.encode(), capture_output=True, check=True, timeout=60)
    *events, last = [line.removeprefix("data: ") for line in done.stdout.decode().splitlines() if line]
    assert last == "[DONE]"
    content = "".join(json.loads(event)["choices"][0]["delta"].get("content", "") for event in events)
    check_content(content, expected(url, TALKS[0]))
