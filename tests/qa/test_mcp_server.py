"""The tools for language models, called by a real client: over a process's pipes, and over HTTP."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from qa.asking import LocalAsker
from qa.mcp_server import INSTRUCTIONS, create_mcp_server
from qa.render import answer_json
from qa.service import Service
from tests.qa.conftest import HOSTILE_QUESTIONS, environment, process
from tests.qa.mcp_client import Json, Way

BARRIER = "What did she say about the storm barrier?"
NOBODY = "What of quantum chromodynamics?"
TOOLS = {"search": {"query"}, "fetch": {"id"}, "ask": {"question", "speaker", "document", "since", "until", "limit", "history"}}


@pytest.fixture(params=["process", "process of a service", "http", "http, the older handshake"])
def way(request: pytest.FixtureRequest, small_index: Path, url: str) -> Way:
    """Every way to the tools over the small index."""
    return {
        "process": Way(arguments=("mcp", "--index", small_index)),
        "process of a service": Way(arguments=("mcp", "--url", url)),
        "http": Way(url=f"{url}/mcp/"),
        "http, the older handshake": Way(url=f"{url}/mcp", mode="legacy"),
    }[request.param]


@pytest.fixture
def near(url: str) -> Way:
    """The quickest of the ways."""
    return Way(url=f"{url}/mcp/")


def without_time(answer: Json) -> Json:
    return answer | {"took_ms": 0.0}


def test_the_tools_are_offered_with_all_that_a_model_must_know(way: Way) -> None:
    """Three tools that only read, every parameter described and no other taken; instructions to quote and to refuse."""

    async def action(client: Client) -> tuple[Any, str | None]:
        return (await client.list_tools()).tools, client.instructions

    tools, instructions = way.run(action)
    assert {tool.name: set(tool.input_schema["properties"]) for tool in tools} == TOOLS
    for tool in tools:
        hints = tool.annotations
        assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint) == (
            True, False, True, False,
        )  # fmt: skip
        assert tool.description
        assert tool.title
        assert tool.input_schema["additionalProperties"] is False
        assert all(one["description"] for one in tool.input_schema["properties"].values())
    assert instructions == INSTRUCTIONS
    assert "nothing is on record" in INSTRUCTIONS
    assert "exactly as they are given" in INSTRUCTIONS


def test_asking_gives_the_answer_that_every_surface_gives(way: Way, service: Service) -> None:
    """``ask`` gives the answer's JSON whole, found or not, with every filter; only the time it took differs."""
    questions: list[Json] = [
        {"question": BARRIER},
        {"question": NOBODY},
        {"question": "storm barrier", "document": "press-conference-miller", "limit": 1},
        {"question": "storm barrier", "since": "2024-05", "until": "2024-05-31"},
        {"question": "storm barrier", "since": "2024", "until": "2024"},
        {"question": "What is left of the station?", "speaker": "Calloway"},
        {"question": "What else?", "history": [BARRIER], "limit": 2},
    ]
    for asked, answer in zip(questions, way.json(*(("ask", asked) for asked in questions)), strict=True):
        assert without_time(answer) == without_time(json.loads(json.dumps(answer_json(service.ask(**asked)))))


def test_a_search_lists_the_passages_of_the_answer_and_no_others(way: Way, service: Service) -> None:
    """``search`` gives id, title, address and exact words of each passage; nothing on record is no result, and says why."""
    found, nothing = way.json(("search", {"query": BARRIER}), ("search", {"query": NOBODY}))
    answer = answer_json(service.ask(BARRIER))
    assert [(one["id"], one["text"]) for one in found["results"]] == [(p["id"], p["cited_text"]) for p in answer["passages"]]
    assert all(one["title"] and one["url"] for one in found["results"])
    assert (nothing["results"], nothing["found"], nothing["reason"]) == ([], False, "nothing_on_record")


def test_what_was_found_can_be_fetched(way: Way, service: Service) -> None:
    """``fetch`` of a passage's id gives its exact words, whose they are, what was asked, where and of which source."""
    passages = answer_json(service.ask(BARRIER))["passages"]
    for passage, found in zip(passages, way.json(*(("fetch", {"id": one["id"]}) for one in passages)), strict=True):
        assert list(found) == ["id", "title", "text", "url", "metadata"]
        assert (found["id"], found["text"]) == (passage["id"], passage["cited_text"])
        for name in ("document_id", "published", "start_char_index", "end_char_index", "turn", "speaker", "role", "asked"):
            assert found["metadata"][name] == json.loads(json.dumps(passage[name]))
        assert found["metadata"]["source_sha256"] == passage["source_sha256"]
        assert passage["url"] in (None, found["url"])


def test_a_document_can_be_read(way: Way, canonical: dict[str, str]) -> None:
    """``fetch`` of a document's id gives its canonical text, and which turns are whose."""
    found = way.json(("fetch", {"id": "coach-interview"}))[0]
    text = canonical["coach-interview"]
    assert found["text"] == text
    assert (found["metadata"]["document_characters"], found["metadata"]["next"]) == (len(text), None)
    for turn in found["metadata"]["turns"]:
        assert text[turn["start_char_index"] : turn["end_char_index"]].startswith(turn["begins"])
    assert {turn["speaker"] for turn in found["metadata"]["turns"]} >= {"Nadia Brandt", "Idris Calloway"}


def test_a_failure_is_an_error_that_says_what_is_wrong(way: Way) -> None:
    """What can't be asked or isn't there is an error with our words, never text that reads like an answer."""
    calls: list[tuple[tuple[str, Json], str]] = [
        (("fetch", {"id": "nowhere"}), "There is no document nowhere"),
        (("fetch", {"id": "nowhere:0-9"}), "There is no document nowhere"),
        (("fetch", {"id": "coach-interview:0-99999999"}), "there is no range 0 to 99999999 in it"),
        (("fetch", {"id": "coach-interview:9-0"}), "there is no range 9 to 0 in it"),
        (("fetch", {"id": ""}), "There is no document"),
        (("fetch", {"id": "x" * 501}), "at most 500 characters"),
        (("search", {"query": "  "}), "The question holds no words"),
        (("ask", {"question": "eels " * 1000}), "at most 2,000 are read"),
        (("ask", {"question": "eels", "since": "yesterday"}), "since"),
        (("ask", {"question": "eels", "document": "nowhere"}), "nowhere"),
        (("ask", {"question": "eels", "limit": 0}), "greater than or equal to 1"),
        (("ask", {"question": "eels", "speeker": "Miller"}), "speeker"),
        (("ask", {}), "question"),
    ]
    for told, (call, expected) in zip(way.errors(*(call for call, _ in calls)), calls, strict=True):
        assert expected in told, call


@pytest.mark.parametrize("question", HOSTILE_QUESTIONS)
def test_hostile_questions_are_only_questions(near: Way, service: Service, question: str) -> None:
    """Query syntax, markup, control characters and overrides are answered as everywhere else."""
    answer = near.json(("ask", {"question": question}))[0]
    assert without_time(answer) == without_time(json.loads(json.dumps(answer_json(service.ask(question)))))


def test_hostile_words_come_through_exactly(transcript: Callable[..., Path], build: Callable[..., Any], tmp_path: Path) -> None:
    """Markup, overrides, line separators and emoji in a source change neither the words nor the stream they travel in."""
    words = 'The <b>ferry</b> \u202elias\u2069 \u2028 sank </script> 🏦 ﷽ e\u0301 {"jsonrpc": "2.0"} and [docks](javascript:x).'
    build(transcript("ferry", ("Host", "What of the ferry?"), ("Ann Doe", words), url="javascript:alert(1)"))
    way = Way(arguments=("mcp", "--index", tmp_path / "index"))
    search, ask, fetch, whole = way.json(
        ("search", {"query": "What of the ferry?"}),
        ("ask", {"question": "What of the ferry?"}),
        ("fetch", {"id": f"ferry:20-{20 + len(words)}"}),
        ("fetch", {"id": "ferry"}),
    )
    assert search["results"][0]["text"] == ask["passages"][0]["cited_text"] == fetch["text"] == words
    assert whole["text"] == f"What of the ferry?\n\n{words}"
    assert {search["results"][0]["url"], fetch["url"]} == {f"onrecord:ferry:20-{20 + len(words)}"}
    assert whole["url"] == "onrecord:ferry"
    raw = way.call(("search", {"query": "What of the ferry?"}))[0].content[0].text
    assert not set(raw) & set("\u202e\u2069\u2028")


def test_without_a_published_page_the_link_is_to_ours(
    transcript: Callable[..., Path], ask_over: Callable[..., Service]
) -> None:
    """The address of a result is the original's with the words, else our page's with them marked, else a name."""
    service = ask_over(
        transcript("a:b/c d", ("Host", "What of the ferry?"), ("Ann Doe", "The ferry sank in May.")),
        transcript("docks", ("Host", "And the docks?"), ("Ann Doe", "The docks are gone."), url="https://news.example/d"),
    )
    calls = [("search", {"query": "ferry"}), ("fetch", {"id": "a:b/c-d:20-42"}), ("fetch", {"id": "a:b/c-d"})]
    at_ours = "https://record.example/sources/a%3Ab/c-d"
    for base, expected in (
        ("https://record.example", [f"{at_ours}?start=20&end=42#quote", f"{at_ours}?start=20&end=42#quote", at_ours]),
        (None, ["onrecord:a:b/c-d:20-42", "onrecord:a:b/c-d:20-42", "onrecord:a:b/c-d"]),
    ):
        server = create_mcp_server(lambda: LocalAsker(service), limit=5, base=base)
        found = Way(server=server).json(*calls)
        assert [found[0]["results"][0]["url"], found[1]["url"], found[2]["url"]] == expected
        published = Way(server=server).json(("search", {"query": "docks"}))[0]["results"][0]["url"]
        assert published.startswith("https://news.example/d#:~:text=")


def test_a_defect_hides_its_words(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """An exception that is not ours is logged, and its message stays here."""

    class Broken(LocalAsker):
        def ask(self, question: str, **options: Any) -> Json:
            raise RuntimeError("the secret path")

    told = Way(server=create_mcp_server(lambda: Broken(service), limit=5)).errors(("ask", {"question": "eels"}))
    assert told == ["Error executing tool ask"]
    assert "the secret path" in caplog.text


def test_the_tools_follow_the_index(transcript: Callable[..., Path], build: Callable[..., Any], tmp_path: Path) -> None:
    """A process that goes on for days answers from the newest generation."""
    build(transcript("one", ("Host", "What of the ferry?"), ("Ann Doe", "The ferry sank in May.")))

    async def action(client: Client) -> tuple[Json, Json]:
        before = await client.call_tool("search", {"query": "docks"})
        build(transcript("two", ("Host", "What of the docks?"), ("Ann Doe", "The docks are gone.")))
        after = await client.call_tool("search", {"query": "docks"})
        return before.structured_content, after.structured_content

    before, after = Way(arguments=("mcp", "--index", tmp_path / "index")).run(action)
    assert [one["text"] for one in before["results"]] != ["The docks are gone."]
    assert after["results"][0]["text"] == "The docks are gone."


def test_a_process_that_cannot_begin_says_why(tmp_path: Path) -> None:
    """Without an index the command fails at once, with its message on stderr and nothing on stdout."""
    ended = process("onrecord", "mcp", "--index", tmp_path / "none")
    assert (ended.code, ended.out) == (2, b"")
    assert "There is no index at" in ended.err


def test_a_service_that_is_gone_is_an_error() -> None:
    """Over a service that doesn't answer every tool fails and names its address."""
    way = Way(arguments=("mcp", "--url", "http://127.0.0.1:9"))
    calls = [("search", {"query": "eels"}), ("fetch", {"id": "x"}), ("ask", {"question": "eels"})]
    for told in way.errors(*calls):
        assert "No answer from http://127.0.0.1:9/v1/" in told


def test_a_process_writes_nothing_but_messages_to_stdout(small_index: Path) -> None:
    """What comes in broken is answered or passed over in the protocol, logs go to stderr, and the end of stdin is the end."""
    lines = [
        "this is no message",
        '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", '
        '"capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}}',
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        '{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "search", "arguments": {"query": "\\ud800"}}}',
        '{"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "nope", "arguments": {}}}',
        '{"jsonrpc": "2.0", "id": 4, "method": "tools/list"}',
    ]
    running = subprocess.Popen(
        Way(arguments=("mcp", "--index", small_index)).words(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    running.stdin.write("".join(f"{line}\n" for line in lines).encode())
    running.stdin.flush()
    messages = []
    while not messages or messages[-1].get("id") != 4:
        messages.append(json.loads(running.stdout.readline()))
    out, err = running.communicate(timeout=60)

    assert (running.returncode, out) == (0, b"")
    assert b"Traceback" not in err
    assert all(message["jsonrpc"] == "2.0" for message in messages)
    assert {message.get("id") for message in messages} >= {1, 3, 4}


@pytest.mark.parametrize("over", ["pipes", "a socket"])
def test_a_process_whose_client_vanishes_ends_quietly(small_index: Path, over: str) -> None:
    """A client that is gone with answers outstanding is the end of stdin and no failure: exit code 0, nothing on stderr."""
    here, there = socket.socketpair()
    ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE} if over == "pipes" else {"stdin": there, "stdout": there}
    words = Way(arguments=("mcp", "--index", small_index)).words()
    with here, there, subprocess.Popen(words, stderr=subprocess.PIPE, env=environment(), **ends) as running:
        there.close()
        said, heard = (running.stdin, running.stdout) if over == "pipes" else (here.makefile("wb"), here.makefile("rb"))
        said.write(b'{"jsonrpc": "2.0", "id": 0, "method": "ping"}\n')
        said.flush()
        assert json.loads(heard.readline())["id"] == 0
        for number in range(1, 200):
            said.write(b'{"jsonrpc": "2.0", "id": %d, "method": "ping"}\n' % number)
        said.flush()
        heard.close()
        said.close()
        here.close()
        assert (running.wait(timeout=60), running.stderr.read()) == (0, b"")


def test_an_interrupted_process_ends_quietly(small_index: Path) -> None:
    """Ctrl-C ends it with the exit code of an interrupt, and no traceback."""
    words = Way(arguments=("mcp", "--index", small_index)).words()
    running = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    running.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
    running.stdin.flush()
    assert json.loads(running.stdout.readline())["id"] == 1
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=30) == 130  # with stdin still open
    assert running.communicate()[1].strip() == b""


def test_torch_and_frameworks_stay_out_of_it(small_index: Path) -> None:
    """The process that serves tools never loads torch, nor the frameworks of the retrievers."""
    told = subprocess.run(
        [sys.executable, "-c", _LOADED, str(small_index)],
        check=True,
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
    ).stdout.split()
    assert "mcp" in told
    assert not set(told) & {"torch", "transformers", "sentence_transformers", "langchain_core", "llama_index", "haystack"}


_LOADED = """
import sys
from pathlib import Path
from qa.asking import lasting_asker
from qa.config import Settings
from qa.mcp_server import create_mcp_server
from index.reader import IndexReader
from tests.encoders import WordHashEncoder
IndexReader.encoder = lambda self, *_, **__: WordHashEncoder()
with lasting_asker(Settings(index=Path(sys.argv[1]), fast=True)) as asker:
    create_mcp_server(asker, limit=5)
    asker().ask("eels")
print(*{name.split(".")[0] for name in sys.modules})
"""


def test_the_logging_of_a_process_is_its_own(service: Service) -> None:
    """Making a server leaves the process's logging as it is."""
    code = (
        "import logging; from qa.mcp_server import create_mcp_server; create_mcp_server(lambda: None, limit=1); "
        "assert logging.getLogger().handlers == [] and logging.getLogger().level == logging.WARNING"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=environment(), timeout=60)
