"""The real commands with the real model, each in a process of its own, as a user runs them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

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
    ended = run("ask", "Why did she burn the manuscript?", "--json", cwd=folder)
    assert ended.code == 0
    quote = ended.json["passages"][0]
    assert quote["document_id"] == "novelist-qa"
    assert quote["role"] == "interviewee"
    assert "It took two evenings, because paper doesn’t burn the way it does in films" in quote["cited_text"]
    assert quote["cited_text"] in (SAMPLES / "novelist-qa.md").read_bytes().decode("utf-8")


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
        'answer = open_service(".onrecord").ask("Why did she burn the manuscript?", limit=3)\n'
        "print(answer.passages[0].cited_text if answer.found else answer.reason)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, cwd=folder, env=environment(), timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").rstrip("\n") in (SAMPLES / "novelist-qa.md").read_bytes().decode("utf-8")


def test_the_service_answers_many_at_once_and_ends_when_interrupted(folder: Path) -> None:
    """``onrecord serve``: ready, the same answer as ``ask``, 60 questions at once, a taken port told, a quiet end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
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
        assert {answer.json()["passages"][0]["document_id"] for answer in answers} <= {
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
