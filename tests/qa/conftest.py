"""What the tests of questions share: a small real index over the sample interviews, and the surfaces over it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.build import build_index
from index.models import require_same_model
from index.reader import IndexReader
from qa.api import create_app
from qa.cli import exit_code_of
from qa.config import Settings
from qa.service import Service
from tests.conftest import SAMPLES
from tests.encoders import WordHashEncoder
from tests.serving import LocalClient, served

HOSTILE_QUESTIONS = [
    'AND OR NOT field:x "unbalanced (',
    'answer:storm +barrier -mayor ~2 "gate seven"^9 [a TO z] {x} /re.*/ \\',
    "storm'; DROP TABLE passages; --",
    "<script>alert('storm')</script> barrier",
    "What did she say about 🏦💧 Kronvik 🏃‍♀️?",
    "مرحبا بالعالم what about the barrier",
    "\u202ereirrab mrots eht tuoba",
    "“Get your money out before Monday”",
    "storm\x00barrier\x1b[2J",
    "e\u0301els and a\u030a",
    "%s %(barrier)s {0} ${HOME} $(ls) `ls`",
    "not-a-word--with--hyphens 3.8 per-cent's",
    "?" * 50 + "eels",
    "the " * 400,
]


def word_hash(*_: object) -> WordHashEncoder:
    """The encoder for an index in tests, however much there is to embed."""
    return WordHashEncoder()


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample interviews, indexed with the word-hash encoder; only to be read."""
    root = tmp_path_factory.mktemp("small") / "index"
    build_index([SAMPLES], root=root, encoder=word_hash)
    return root


@pytest.fixture(scope="session")
def reader(small_index: Path) -> IndexReader:
    return IndexReader.open(small_index)


@pytest.fixture(scope="session")
def service(reader: IndexReader) -> Service:
    return Service(reader, WordHashEncoder())


@pytest.fixture(scope="session")
def canonical(reader: IndexReader) -> dict[str, str]:
    """The canonical texts of the sample interviews, from their files where that is all there is to them."""
    texts = {path.stem: path.read_bytes().decode("utf-8") for path in SAMPLES.iterdir() if path.suffix in (".md", ".txt")}
    transcript = json.loads((SAMPLES / "press-conference-miller.json").read_bytes())
    texts[transcript["id"]] = "\n\n".join(turn["text"] for turn in transcript["turns"])
    texts["mayor-harbour"] = reader.text("mayor-harbour")
    return texts


@pytest.fixture(scope="session")
def client(small_index: Path) -> Iterator[LocalClient]:
    """The HTTP application over the small index, without a network; a defect in it is answered, not raised."""
    app = create_app(Settings(fast=True, index=small_index), encoder=WordHashEncoder())
    with LocalClient(app, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="session")
def url(small_index: Path) -> Iterator[str]:
    """The address of a real server over the small index."""
    with served(create_app(Settings(fast=True, index=small_index), encoder=WordHashEncoder())) as address:
        yield address


@pytest.fixture
def transcript(write: Callable[[str, str | bytes], Path]) -> Callable[..., Path]:
    """Writes a transcript of ``(speaker, text)`` turns; the first speaker is the interviewer."""

    def run(name: str, *turns: tuple[str, str], **fields: object) -> Path:
        asks = turns[0][0]
        rows = [
            {"speaker": speaker, "text": text, "role": "interviewer" if speaker == asks else "interviewee"}
            for speaker, text in turns
        ]
        return write(f"{name}.json", json.dumps({"id": name, "title": name.title(), "turns": rows} | fields))

    return run


@pytest.fixture
def ask_over(build: Callable[..., Any], tmp_path: Path, encoder: WordHashEncoder) -> Callable[..., Service]:
    """Indexes files and gives a service over them: ``ask_over(path, …, threshold=…)``."""

    def run(*paths: Path, **options: float) -> Service:
        report = build(*paths)
        assert not report.failed
        return Service(IndexReader.open(tmp_path / "index"), encoder, **options)

    return run


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that run in this process get the word-hash encoder where they would load a model's weights, and no judge."""

    monkeypatch.setenv("ONRECORD_FAST", "1")

    def encoder(self: IndexReader, name: str | None = None, **_: object) -> WordHashEncoder:
        found = WordHashEncoder(name or self.model.name)
        require_same_model(self.model, found.card, self.root)
        return found

    monkeypatch.setattr(IndexReader, "encoder", encoder)
    monkeypatch.setattr("index.engine.indexing_encoder", lambda name=None, **_: WordHashEncoder(name or "word-hash"))


@pytest.fixture
def here(
    stand_in: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Ended]:
    """Runs a command in this process, in an empty folder: ``here("ask", "question", "--json")``."""
    from qa.cli_ask import ask_command
    from qa.cli_help import onrecord_group

    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    commands = {"ask": ask_command, "onrecord": onrecord_group}

    def run(name: str, *arguments: str | Path) -> Ended:
        words = [str(argument) for argument in arguments]
        capsysbinary.readouterr()
        code = exit_code_of(lambda: commands[name].main(words, prog_name=name, standalone_mode=False), name)
        written = capsysbinary.readouterr()
        return Ended(code, written.out, written.err.decode("utf-8"))

    return run


def environment(**more: str) -> dict[str, str]:
    """This process's environment without settings of onrecord's but ``fast`` (the judge has its tests), and with ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    return kept | {"ONRECORD_FAST": "1", "PYTHONWARNINGS": "error", "LC_ALL": "C.UTF-8"} | more


def command(name: str) -> str:
    """Where the installed command is."""
    return str(Path(sys.executable).parent / name)


def process(name: str, *arguments: str | Path, stdin: bytes | None = b"", cwd: Path | None = None, **variables: str) -> Ended:
    """Runs an installed command in a process of its own."""
    words: Sequence[str] = [command(name), *(str(argument) for argument in arguments)]
    done = subprocess.run(
        words, input=stdin, check=False, capture_output=True, cwd=cwd, env=environment(**variables), timeout=60
    )
    return Ended(done.returncode, done.stdout, done.stderr.decode("utf-8"))


def on_terminal(name: str, *arguments: str | Path, cwd: Path | None = None, **variables: str) -> Ended:
    """Runs an installed command with a terminal as its stdout and stderr; both are in ``out``, as a terminal gets them."""
    ours, theirs = pty.openpty()
    words = [command(name), *(str(argument) for argument in arguments)]
    settings = environment(**{"TERM": "xterm-256color", "COLUMNS": "200"} | variables)
    running = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, cwd=cwd, env=settings)
    os.close(theirs)
    written = b""
    with suppress(OSError):  # the end of a terminal is an error to whoever reads it
        while piece := os.read(ours, 65536):
            written += piece
    os.close(ours)
    return Ended(running.wait(60), written, "")
