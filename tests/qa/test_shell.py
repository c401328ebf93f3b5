"""Completion in real shells: of words of the commands, of names and ids, and never of what a shell would run."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from screens import CTRL_C, ENTER, TAB, Terminal, terminal

from index.build import build_index
from tests.qa.conftest import Ended, command, environment, process, word_hash

Here = Callable[..., Ended]
SHELLS = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}
READY = "ready to complete"


def variables(**more: str) -> dict[str, str]:
    folder = str(Path(command("ask")).parent)
    return environment(PATH=f"{folder}:/usr/bin:/bin", PS1="$ ", PYTHONWARNINGS="default", **more)


@contextmanager
def shell(name: str, folder: Path, index: Path) -> Iterator[Terminal]:
    """A shell that has read its script; skips where it isn't installed."""
    if not shutil.which(name):
        pytest.skip(f"no {name} on this machine")
    ended = process("onrecord", "completion", name)
    assert (ended.code, ended.err) == (0, "")
    (folder / "script").write_bytes(ended.out)
    env = variables(ONRECORD_INDEX=str(index), HOME=str(folder))
    with terminal([name, *SHELLS[name]], env=env, cwd=folder, columns=120, lines=30) as term:
        begin = "autoload -Uz compinit; compinit -u; " if name == "zsh" else ""
        term.type(f"{begin}. ./script; echo ready to 'complete'{ENTER}")
        term.until(READY)
        yield term


@pytest.fixture(params=SHELLS)
def term(request: pytest.FixtureRequest, tmp_path: Path, small_index: Path) -> Iterator[Terminal]:
    with shell(request.param, tmp_path, small_index) as found:
        yield found


def test_tab_completes_options_names_and_ids(term: Terminal) -> None:
    """An option, a speaker by the last name with its blank made safe, a document's id."""
    term.type("ask --sp" + TAB)
    term.until("ask --speaker")
    term.type("oster" + TAB)
    term.until("ask --speaker Marit\\ Osterhaven")
    term.type("--document coa" + TAB)
    term.until("--document coach-interview")


def test_tab_completes_inside_quotation_marks(term: Terminal) -> None:
    """They are closed, and no backslash gets into them."""
    term.type("ask --speaker 'Hel" + TAB)
    term.until("ask --speaker 'Helen Miller'")


def test_tab_completes_the_commands_of_onrecord_with_their_documents(term: Terminal) -> None:
    term.type("onrecord sho" + TAB)
    term.until("onrecord show")
    term.type("novel" + TAB)
    term.until("onrecord show novelist-qa")


@pytest.fixture(scope="module")
def hostile_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Names that would run something where a shell takes them for more than words, and harmless ones beside them."""
    folder = tmp_path_factory.mktemp("hostile")
    names = ["Ann $(touch ran)", "Ann `touch ran`", "Ann;touch ran", "Ann|touch ran", "Ann\x1b[2J", "Ann *"]
    names += ["Ann 'n", "Ann O'Neil", "Ann Lee, Jr"]
    rows = [{"speaker": "Host", "role": "interviewer", "text": "What of the harbour?"}]
    rows += [{"speaker": name, "role": "interviewee", "text": "It will open in May, I said."} for name in names]
    (folder / "evil.json").write_text(json.dumps({"id": "-rf", "turns": rows}), encoding="utf-8")
    build_index([folder], root=folder / "index", encoder=word_hash)
    return folder / "index"


@pytest.mark.parametrize("name", SHELLS)
def test_no_name_is_run(name: str, tmp_path: Path, hostile_index: Path) -> None:
    """What a shell could run is not offered; apostrophes and commas are part of a name."""
    with shell(name, tmp_path, hostile_index) as term:
        term.type("ask --speaker 'Ann O" + TAB if name == "fish" else "ask --speaker Ann\\ O" + TAB)
        term.until(lambda text: "O\\'Neil" in text or "O'\\''Neil" in text)
        term.type(CTRL_C + "echo --speaker lee" + TAB + ENTER)
        for keys in ("ask --speaker " + TAB + TAB + TAB, ENTER):
            term.type(keys)
            for _ in range(12):
                term._read(0.1)
        term.type(CTRL_C)
    assert not (tmp_path / "ran").exists()


def offered(index: Path, words: str, typed: str = "", **more: str) -> list[str]:
    """What the command offers a shell after some words."""
    env = variables(_ASK_COMPLETE="bash_complete", COMP_WORDS=f"{words} {typed}", COMP_CWORD=str(len(words.split())), **more)
    done = subprocess.run(
        [command("ask")], env=env | {"ONRECORD_INDEX": str(index)}, capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return [line.split(",", 1)[1] for line in done.stdout.decode().splitlines() if line]


def test_only_harmless_words_are_offered(hostile_index: Path) -> None:
    """By the command already, whatever the shell's script makes of them."""
    assert offered(hostile_index, "ask --speaker", "ann") == ["Ann 'n", "Ann Lee, Jr", "Ann O'Neil"]
    assert offered(hostile_index, "ask --document") == []


def test_without_an_index_nothing_is_offered_in_silence(tmp_path: Path, small_index: Path) -> None:
    """Also where the index is no index, a setting is wrong, or the service is away; ``--index`` is heeded."""
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "current").write_text("nonsense")
    for folder in (tmp_path / "nowhere", damaged):
        assert offered(folder, "ask --speaker") == []
    assert offered(small_index, "ask --speaker", ONRECORD_URL="http://127.0.0.1:9") == []
    assert offered(small_index, "ask --speaker", ONRECORD_LIMIT="many") == []
    assert "Marit Osterhaven" in offered(tmp_path / "nowhere", f"ask --index {small_index} --speaker")


def test_a_service_is_asked_for_its_names(tmp_path: Path, url: str) -> None:
    """With ``--url`` or ``ONRECORD_URL``."""
    assert offered(tmp_path, f"ask --url {url} --speaker", "calloway") == ["Idris Calloway"]
    assert offered(tmp_path, "ask --document", "may", ONRECORD_URL=url) == ["mayor-harbour"]


def test_completion_loads_no_model(tmp_path: Path, small_index: Path) -> None:
    """It is quick because it reads names, and nothing that embeds."""
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom qa.cli_ask import ask_command\n"
        "CliRunner().invoke(ask_command, prog_name='ask', standalone_mode=True)\n"
        "print(*(name for name in ('torch', 'onnxruntime', 'tokenizers', 'prompt_toolkit') if name in sys.modules))"
    )
    env = variables(
        _ASK_COMPLETE="bash_complete", COMP_WORDS="ask --speaker o", COMP_CWORD="2", ONRECORD_INDEX=str(small_index)
    )
    done = subprocess.run([command("python"), "-c", code], env=env, capture_output=True, check=True, timeout=60, cwd=tmp_path)
    assert done.stdout.decode().strip() == ""


def test_a_plain_question_loads_no_prompt(small_index: Path) -> None:
    """``ask "…"`` imports nothing that only a conversation needs."""
    code = (
        "import sys, qa.cli_ask\nprint(*(name for name in ('prompt_toolkit', 'qa.paging', 'wcwidth') if name in sys.modules))"
    )
    done = subprocess.run([command("python"), "-c", code], env=variables(), capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().strip() == ""


def test_another_shell_is_a_usage_error(here: Here) -> None:
    assert here("onrecord", "completion", "tcsh").code == 2
