"""One question through every surface: the same passages, word for word and number for number."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.build import build_index
from index.reader import IndexReader
from qa.api import create_app
from qa.cli import exit_code_of
from qa.cli_ask import ask_command
from qa.config import Settings
from qa.judges import open_judge
from qa.render import answer_json
from qa.service import Service
from tests.conftest import SAMPLES
from tests.encoders import WordHashEncoder
from tests.qa.mcp_client import Way
from tests.serving import served

Json = dict[str, Any]
ASKED: list[Json] = [
    {"question": "What did she say about the storm barrier?"},
    {"question": "Did you mislead parliament?", "limit": 1},
    {"question": "What about the heating — “minus fifteen” 🏦?", "speaker": "Miller", "limit": 7},
    {"question": "storm barrier", "document": "press-conference-miller"},
    {"question": "storm barrier", "since": "2024-05", "until": "2024-05-31"},
    {"question": "What of quantum chromodynamics?"},
    {"question": "What did Osterhafen say about the barrier in 2024?"},
    {"question": "What was Calloway asked about Luckfall?"},
    {"question": "What is left of the station?", "speaker": "Calloway"},
    {"question": "storm barrier", "speaker": "Nobody"},
    {"question": 'AND OR NOT field:x "unbalanced ( barrier'},
]
SAME = [
    "id", "question", "searched_for", "wants", "filters", "found", "reason", "confidence", "offset_unit", "index_version",
    "passages", "nearest",
]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One index, and one server over it."""

    index: Path
    url: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("contract") / "index"
    build_index([SAMPLES], root=root, encoder=lambda *_: WordHashEncoder())
    with served(create_app(Settings(index=root), encoder=WordHashEncoder())) as url:
        yield Place(root, url)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Json]:
    """Runs ``ask`` in this process, with the word-hash encoder in the place of a model's weights."""
    monkeypatch.setattr(IndexReader, "encoder", lambda self, *_, **__: WordHashEncoder())

    def run(*arguments: str | Path) -> Json:
        words = [str(argument) for argument in arguments]
        assert exit_code_of(lambda: ask_command.main(words, prog_name="ask", standalone_mode=False), "ask") in (0, 1)
        found: Json = json.loads(capsysbinary.readouterr().out)
        return found

    return run


def flags(asked: Json) -> list[str]:
    """The command line for a question with its filters; the question goes last, after ``--``."""
    given = [word for name, value in asked.items() if name != "question" for word in (f"--{name}", str(value))]
    return [*given, "--", asked["question"]]


@pytest.mark.parametrize("asked", ASKED, ids=range(len(ASKED)))
def test_every_surface_gives_the_same_answer(
    place: Place, here: Callable[..., Json], write: Callable[[str, str], Path], asked: Json
) -> None:
    """Library, ``ask --json``, ``--questions --jsonl``, POST, GET, ``ask --url`` and MCP agree on all but the time it took."""
    options = {name: value for name, value in asked.items() if name != "question"}
    reader = IndexReader.open(place.index)
    answers = {"library": answer_json(Service(reader, WordHashEncoder(), judge=open_judge()).ask(asked["question"], **options))}
    reader.close()
    answers["ask --json"] = here("--json", "--quiet", "--index", place.index, *flags(asked))
    row = {"id": 7, "question": asked["question"], "document_id": asked.get("document"), "speaker": asked.get("speaker")}
    rest = [word for name in ("limit", "since", "until") if name in asked for word in (f"--{name}", str(asked[name]))]
    path = write("questions.jsonl", json.dumps(row) + "\n")
    answers["ask --questions"] = here("--questions", path, "--jsonl", "--index", place.index, *rest)
    assert answers["ask --questions"].pop("question_id") == 7
    answers["POST"] = httpx.post(f"{place.url}/v1/ask", json=asked).json()
    answers["GET"] = httpx.get(f"{place.url}/v1/ask", params={"q": asked["question"]} | options).json()
    command = [str(Path(sys.executable).parent / "ask"), "--json", "--quiet", "--url", place.url, *flags(asked)]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    answers["ask --url"] = json.loads(
        subprocess.run(command, check=False, capture_output=True, env=variables, timeout=60).stdout
    )

    answers["MCP"] = Way(url=f"{place.url}/mcp/").json(("ask", asked))[0]

    expected = answers["library"]
    assert list(expected) == [*SAME[:10], "took_ms", *SAME[10:]]
    for surface, answer in answers.items():
        assert set(answer) == set(expected), surface
        for name in SAME:
            assert answer[name] == expected[name], (surface, name)


def test_the_questions_are_answered_and_refused() -> None:
    """The questions above cover found answers and every kind of filter."""
    given = {name for asked in ASKED for name in asked}
    assert given == {"question", "limit", "speaker", "document", "since", "until"}


def test_every_passage_can_be_printed_again(place: Place) -> None:
    """``onrecord text`` with the offsets of any surface's answer prints the quote, and the page marks it."""
    answer = httpx.get(f"{place.url}/v1/ask", params={"q": "What did she say about the storm barrier?", "limit": 2}).json()
    for quote in answer["passages"]:
        start, end = quote["start_char_index"], quote["end_char_index"]
        command = [str(Path(sys.executable).parent / "onrecord"), "text", quote["document_id"], str(start), str(end)]
        done = subprocess.run([*command, "--index", str(place.index)], check=False, capture_output=True, timeout=60)
        assert done.stdout.decode("utf-8") == quote["cited_text"]
        transcript = httpx.get(f"{place.url}/v1/documents/{quote['document_id']}").json()
        turn = transcript["transcript"][quote["turn"]]
        assert turn["speaker"] == quote["speaker"]
        assert any(span["start_char_index"] <= start and end <= span["end_char_index"] for span in turn["spans"])
