"""The real commands with the real model, each in a process of its own, as a user runs them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters, stdio_client
from screens import CTRL_C, CTRL_D, TAB, terminal

from tests.conftest import SAMPLES

pytestmark = pytest.mark.model


@dataclass(frozen=True)
class Ended:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(name: str, *arguments: str | Path) -> list[str]:
    return [str(Path(sys.executable).parent / name), *(str(argument) for argument in arguments)]


def environment() -> dict[str, str]:
    """As a user's, without settings of onrecord's; a proxy that leads nowhere stands in for the unplugged network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONRECORD_", "HF_"))}
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    return kept | nowhere | {"no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}


def run(name: str, *arguments: str | Path, cwd: Path | None = None) -> Ended:
    done = subprocess.run(command(name, *arguments), check=False, capture_output=True, cwd=cwd, env=environment(), timeout=120)
    ended = Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
    assert "Traceback" not in ended.err
    return ended


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder in which the sample interviews were indexed, once for all tests."""
    place = tmp_path_factory.mktemp("end-to-end")
    ended = run("onrecord", "index", SAMPLES, cwd=place)
    assert (ended.code, ended.out) == (0, "")
    assert "5 indexed, 0 unchanged, 0 removed, 0 skipped, 0 failed in " in ended.err
    return place


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory, evaluation: Path) -> Path:
    """A working folder in which the interview of the evaluation data was indexed."""
    place = tmp_path_factory.mktemp("seed")
    texts = sorted((evaluation / "raw_interviews" / "seed" / "seed").glob("seed_*.txt"))
    assert run("onrecord", "index", *texts, cwd=place).code == 0
    return place


def test_a_question_is_answered_in_exact_words(folder: Path) -> None:
    """Asked in words that nobody used there, the passage comes first, in its speaker's name, cut from the file."""
    ended = run("ask", "Why did she burn the first version?", "--json", cwd=folder)
    assert ended.code == 0
    quote = ended.json["passages"][0]
    assert quote["document_id"] == "novelist-qa"
    assert quote["role"] == "interviewee"
    assert "It took two evenings, because paper doesn’t burn the way it does in films" in quote["cited_text"]
    assert quote["cited_text"] in (SAMPLES / "novelist-qa.md").read_bytes().decode("utf-8")


def test_a_conversation_is_had_over_the_index(folder: Path, tmp_path: Path) -> None:
    """``ask`` alone, on a terminal: an answer, a follow-up, the source at the quote, the end."""
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\ncat > "{tmp_path}/paged"\n')
    pager.chmod(0o755)
    variables = environment() | {"XDG_STATE_HOME": str(tmp_path), "PAGER": str(pager)}
    with terminal(command("ask", "-n", "1"), env=variables, cwd=folder, lines=60) as term:
        term.until(lambda text: text.endswith("\n?"))
        term.ask("When did the mayor last speak with President Dorn?", lambda text: "3467-3902\n\n?" in text)
        after = term.ask("And the chairman of Kronvik?", lambda text: "5415-5721\n\n?" in text)
        assert "→ When did the mayor last speak with the chairman of Kronvik?" in after
        term.type("Did rob" + TAB)
        term.until("? Did Robert Miller")
        term.type(CTRL_C)
        term.ask(":1", lambda text: ":1\n?" in text and (tmp_path / "paged").exists())
        term.type(CTRL_D)
        assert term.ended() == 0
    assert "  ┃ Last night, at about eleven, for four minutes." in (tmp_path / "paged").read_text("utf-8")


def test_what_nobody_said_is_refused(folder: Path) -> None:
    """On a topic of nobody's the answer is that there is none, and the exit code says so too."""
    ended = run("ask", "What did she say about the colonisation of Mars by robots?", "--json", cwd=folder)
    assert ended.code == 1
    assert (ended.json["found"], ended.json["passages"]) == (False, [])
    assert ended.json["reason"] in ("nothing_on_record", "only_in_question")


def test_every_passage_is_the_slice_that_it_says(folder: Path) -> None:
    """``onrecord text`` prints each passage of an answer again, from its offsets alone."""
    answer = run("ask", "What happened to the storm barrier's money?", "--json", "-n", "3", cwd=folder).json
    assert len(answer["passages"]) == 3
    for quote in answer["passages"]:
        place = (quote["document_id"], str(quote["start_char_index"]), str(quote["end_char_index"]))
        assert run("onrecord", "text", *place, cwd=folder).out == quote["cited_text"]


def test_the_index_is_sound_and_a_second_run_changes_nothing(folder: Path) -> None:
    """All checksums hold; indexing again takes nothing and loads no model."""
    assert "sound: 5 documents, " in run("onrecord", "verify", cwd=folder).err
    said = (folder / ".onrecord" / "CURRENT").read_bytes()
    again = run("onrecord", "index", SAMPLES, cwd=folder)
    assert (again.code, again.out) == (0, "")
    assert again.err.startswith("0 indexed, 5 unchanged, 0 removed, 0 skipped, 0 failed in ")
    assert (folder / ".onrecord" / "CURRENT").read_bytes() == said


def test_three_lines_of_python_answer(folder: Path) -> None:
    """The library's three lines, in a fresh interpreter."""
    code = (
        "from qa import open_service\n"
        'answer = open_service(".onrecord").ask("Why did she burn the first version?", limit=3)\n'
        "print(answer.passages[0].cited_text if answer.found else answer.reason)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, cwd=folder, env=environment(), timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").rstrip("\n") in (SAMPLES / "novelist-qa.md").read_bytes().decode("utf-8")


def test_the_service_answers_many_at_once_and_ends_when_interrupted(folder: Path) -> None:
    """``onrecord serve``: ready, the same answer as ``ask``, 60 questions at once, a taken port told, a quiet end."""
    port = free_port()
    server = subprocess.Popen(
        command("onrecord", "serve", "--port", port),
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(server, url)
        question = "What happened to the storm barrier's money?"
        far = run("ask", question, "--json", "--url", url, cwd=folder).json
        near = run("ask", question, "--json", cwd=folder).json
        assert far["passages"] == near["passages"]
        questions = [f"{question} {number}" for number in range(60)]
        with httpx.Client(timeout=60) as client, ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda one: client.get(f"{url}/v1/ask", params={"q": one}), questions))
        assert {answer.status_code for answer in answers} == {200}
        assert [answer.json()["question"] for answer in answers] == questions
        closest = [(answer.json()["passages"] or answer.json()["nearest"])[0] for answer in answers]  # 59 is asked for too
        assert {passage["document_id"] for passage in closest} <= {
            "mayor-harbour",
            "press-conference-miller",
        }
        taken = run("onrecord", "serve", "--port", port, cwd=folder)
        assert taken.code == 2
        assert "address already in use" in taken.err
    finally:
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=60)
    assert server.returncode in (0, 130)
    assert out == b""
    assert b"GET /v1/ask" in err
    assert b"Traceback" not in err


def free_port() -> str:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def wait_until_ready(server: subprocess.Popen[bytes], url: str) -> None:
    """Waits for the index and the model to be there."""
    began = time.monotonic()
    while time.monotonic() - began < 60:
        assert server.poll() is None, "the service ended before it was ready"
        try:
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the service was not ready within a minute")


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """A working folder with a copy of the sample interviews' index, to be changed."""
    shutil.copytree(folder / ".onrecord", tmp_path / ".onrecord")
    return tmp_path


@dataclass(frozen=True)
class Workers:
    """A service of several processes, in a process group of its own; ``log`` is where they write."""

    server: subprocess.Popen[bytes]
    url: str
    log: Path

    @property
    def ids(self) -> list[int]:
        """The processes that answer, those that are ready."""
        said = self.log.read_text(encoding="utf-8")
        return [int(number) for number in re.findall(r"Started server process \[(\d+)\]", said)]

    def get(self, path: str, **parameters: str) -> Any:
        """An answer over a connection of its own, which any of the processes may take."""
        answer = httpx.get(f"{self.url}{path}", params=parameters, timeout=60)
        assert answer.status_code == 200
        return answer.json()

    def by_each(self, ask: Callable[[], Any]) -> list[Any]:
        """What each of two processes answers while the other is halted."""
        found = []
        for halted in self.ids:
            os.kill(halted, signal.SIGSTOP)
            try:
                found.append(ask())
            finally:
                os.kill(halted, signal.SIGCONT)
        return found

    def living(self) -> list[str]:
        """The processes of the group that have not ended."""
        stats = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # it has ended meanwhile
                stats.append(path.read_text())
        after_names = [(stat, stat.rpartition(")")[2].split()) for stat in stats]
        return [stat for stat, (state, _, group, *_) in after_names if int(group) == self.server.pid and state not in "ZX"]


@contextmanager
def two_workers(cwd: Path) -> Iterator[Workers]:
    """``onrecord serve --workers 2`` while the block runs, both ready when it begins, none there when it ends."""
    port = free_port()
    with open(cwd / "log", "wb") as log:
        server = subprocess.Popen(
            command("onrecord", "serve", "--workers", "2", "--port", port),
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    workers = Workers(server, f"http://127.0.0.1:{port}", cwd / "log")
    try:
        wait_until_ready(server, workers.url)
        wait_for(lambda: workers.log.read_bytes().count(b"Application startup complete") == 2)
        yield workers
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(60)


def wait_for(is_so: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < 60, "it has not come true within a minute"
        time.sleep(0.05)


def test_two_workers_answer_alike_and_follow_the_index(own: Path) -> None:
    """Whichever process answers, alone or among many questions, the passages are those of ``ask``, before and after a build."""
    question = "What happened to the storm barrier's money?"
    passages = run("ask", question, "--json", cwd=own).json["passages"]
    assert passages
    with two_workers(own) as workers:
        assert len(set(workers.ids)) == 2
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: workers.get("/v1/ask", q=question), range(80)))
        assert [answer["passages"] for answer in answers] == [passages] * 80
        assert [answer["passages"] for answer in workers.by_each(lambda: workers.get("/v1/ask", q=question))] == [passages] * 2
        talk = (
            "Host: What did you do with the beehives?\n\nAnn Bell: We moved all forty beehives to the lighthouse in spring.\n"
        )
        (own / "bees.txt").write_text(talk * 2, encoding="utf-8")
        assert run("onrecord", "index", "bees.txt", cwd=own).code == 0
        new = (own / ".onrecord" / "CURRENT").read_text().split()[0]
        about_bees = workers.by_each(lambda: workers.get("/v1/ask", q="What happened to the beehives?"))
        assert [answer["passages"][0]["document_id"] for answer in about_bees] == ["bees", "bees"]
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: workers.get("/v1/ask", q=question), range(80)))
        assert {answer["index_version"].rpartition("-")[0] for answer in answers} == {new}
        assert [answer["passages"] for answer in answers] == [answers[0]["passages"]] * 80
    assert b"Traceback" not in workers.log.read_bytes()


def called(server: StdioServerParameters | str, *calls: tuple[str, dict[str, Any]], log: IO[str] = sys.stderr) -> list[Any]:
    """What tools answer to a client of the Model Context Protocol, over a process's pipes or over HTTP."""

    async def answers() -> list[Any]:
        async with Client(server if isinstance(server, str) else stdio_client(server, log)) as client:
            return [(await client.call_tool(name, arguments)).structured_content for name, arguments in calls]

    return anyio.run(answers)


def test_a_language_models_program_gets_the_same_words(folder: Path, tmp_path: Path) -> None:
    """``onrecord mcp``: the passages of ``ask``, and the words of each by its id; torch is never loaded."""
    question = "What happened to the storm barrier's money?"
    passages = run("ask", question, "--json", cwd=folder).json["passages"]
    asked = ("ask", {"question": question})
    process = StdioServerParameters(
        command=sys.executable, args=["-X", "importtime", *command("onrecord", "mcp")], cwd=folder, env=environment()
    )
    with open(tmp_path / "log", "w", encoding="utf-8") as log:
        answer, search, *fetched = called(
            process, asked, ("search", {"query": question}), *(("fetch", {"id": one["id"]}) for one in passages), log=log
        )
    assert answer["passages"] == passages
    assert [one["text"] for one in search["results"]] == [one["cited_text"] for one in passages]
    assert [one["text"] for one in fetched] == [one["cited_text"] for one in passages]
    loaded = {line.rpartition("|")[2].strip() for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()}
    assert "onnxruntime" in loaded
    assert not loaded & {"torch", "sentence_transformers"}


def test_any_worker_answers_a_language_models_program(own: Path) -> None:
    """Over several processes nothing depends on which of them has answered before."""
    asked = ("ask", {"question": "What happened to the storm barrier's money?"})
    passages = run("ask", asked[1]["question"], "--json", cwd=own).json["passages"]
    with two_workers(own) as workers, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: called(f"{workers.url}/mcp/", asked, asked), range(16)))
    assert [[answer["passages"] for answer in answers] for answers in found] == [[passages] * 2] * 16
    assert b"Traceback" not in workers.log.read_bytes()


@pytest.mark.parametrize("end", ["terminated", "interrupted at the terminal"])
def test_all_workers_end_together(folder: Path, tmp_path: Path, end: str) -> None:
    """When the service is told to end, so do all its processes, quietly, and the port is free again."""
    (tmp_path / ".onrecord").symlink_to(folder / ".onrecord")
    with two_workers(tmp_path) as workers:
        assert len(workers.living()) >= 3
        if end == "terminated":
            workers.server.send_signal(signal.SIGTERM)
        else:
            os.killpg(workers.server.pid, signal.SIGINT)
        assert workers.server.wait(60) in (0, 130)
        wait_for(lambda: workers.living() == [])
        with pytest.raises(httpx.TransportError):
            workers.get("/livez")
        assert b"Traceback" not in workers.log.read_bytes()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_service_without_the_memory_does_not_begin(folder: Path, workers: str) -> None:
    """``serve --memory`` below what the vectors take is said in a sentence, at once, by the process that was started."""
    ended = run("onrecord", "serve", "--memory", "1KB", "--workers", workers, "--port", free_port(), cwd=folder)
    assert (ended.code, ended.out) == (2, "")
    assert "of memory" in ended.err
    assert "--memory" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_verify_tells_vectors_that_the_model_does_not_give(own: Path) -> None:
    """Vectors under right checksums that are not what the model gives for the passages are named by their files."""
    root = own / ".onrecord"
    generation = root / (root / "CURRENT").read_text().split()[0]
    (answers,), (asked,) = (list(generation.glob(f"*.{side}.faiss")) for side in ("answer", "asked"))
    manifest = json.loads((generation / "manifest.json").read_bytes())
    raw = asked.read_bytes()
    asked.write_bytes(answers.read_bytes())
    answers.write_bytes(raw)
    files = manifest["files"]
    files[asked.name], files[answers.name] = files[answers.name], files[asked.name]
    said = json.dumps(manifest).encode()
    (generation / "manifest.json").write_bytes(said)
    (root / "CURRENT").write_text(f"{generation.name} {hashlib.sha256(said).hexdigest()}\n")
    ended = run("onrecord", "verify", cwd=own)
    assert ended.code == 2
    for name in (answers.name, asked.name):
        assert f"wrong: {name}: holds other vectors than all-MiniLM-L6-v2 gives" in ended.err
    assert "SHA-256" not in ended.err


def test_the_question_that_this_was_made_for(seed: Path, evaluation: Path) -> None:
    """ "What did he say about Putin?": both gold quotes are among the first three, his own words, and slices of the source."""
    ended = run("ask", "What did he say about Putin?", "--json", cwd=seed)
    assert ended.code == 0
    first = ended.json["passages"][:3]
    assert [(quote["speaker"], quote["role"]) for quote in first] == [("Jens Stoltenberg", "interviewee")] * len(first)
    rows = (evaluation / "raw_interviews" / "seed" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    (gold,) = [row["answers"] for row in map(json.loads, rows) if row["question"] == "What did he say about Putin?"]
    assert len(gold) == 2
    for words in gold:
        assert any(words in quote["cited_text"] for quote in first)
    for quote in first:
        place = (quote["document_id"], str(quote["start_char_index"]), str(quote["end_char_index"]))
        assert run("onrecord", "text", *place, cwd=seed).out == quote["cited_text"]


def test_what_only_the_journalist_knew_is_refused(seed: Path) -> None:
    """What stands only in the introduction to the interview is not what he said."""
    ended = run("ask", "What did he say about his protests against the Vietnam War?", "--json", cwd=seed)
    assert ended.code == 1
    assert ended.json["passages"] == []
