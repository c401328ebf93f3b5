"""Lines that an editor jumps to: the right place in the right file, or no place at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from screens import terminal

from qa.asking import LocalAsker
from qa.service import Service
from qa.vimgrep import vimgrep_text
from tests.conftest import SAMPLES
from tests.qa.conftest import Ended, environment, process

Here = Callable[..., Ended]
Ask = Callable[..., Service]
BURNED = "Why did she burn the first version?"


def lines_of(service: Service, question: str, **options: Any) -> tuple[list[str], dict[str, Any]]:
    asker = LocalAsker(service)
    answer = asker.ask(question, **options)
    assert answer["found"]
    return vimgrep_text(answer, asker.document).splitlines(), answer


def at(path: Path, line: int, column: int) -> bytes:
    """What stands in a file from a line and a column on, as editors count."""
    return path.read_bytes().split(b"\n")[line - 1][column - 1 :]


def test_a_line_is_the_place_in_the_file(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """For text and Markdown: at that line and byte the quote begins; paths are seen from the working folder."""
    monkeypatch.chdir(SAMPLES)
    found, answer = lines_of(service, BURNED)
    own = [line for line in found if line.startswith("novelist-qa.md:")]
    assert own
    for line in own:
        name, number, column, text = line.split(":", 3)
        assert at(SAMPLES / name, int(number), int(column)).decode().startswith(text[:40])
    assert len(found) == len(answer["passages"])


def test_other_formats_have_no_place_in_a_file(service: Service) -> None:
    """They begin with the document's id and the offsets that ``onrecord text`` takes."""
    found, answer = lines_of(service, "What did she say about the storm barrier?", document="mayor-harbour", limit=1)
    quote = answer["passages"][0]
    assert found == [f"mayor-harbour:{quote['start_char_index']}-{quote['end_char_index']}:{quote['cited_text']}"]


def test_columns_count_bytes_and_lines_survive_their_ends(write: Callable[[str, str | bytes], Path], ask_over: Ask) -> None:
    """After a byte order mark, emoji, accents and lines that end as on Windows."""
    words = "Der Bürgermeister 🏃‍♀️ said eels were served twice."
    talk = f"\ufeffHost: Was there food?\r\n\r\nÄnne Größer: {words}\r\n\r\nHost: Where?\r\n\r\nÄnne Größer: Here 🏦.\r\n"
    path = write("eels.txt", talk)
    found, _ = lines_of(ask_over(path, threshold=0.0), "eels served")
    _, number, column, text = found[0].rsplit(str(path), 1)[-1].split(":", 3)
    assert (number, text) == ("3", words)
    assert at(path, int(number), int(column)).decode().rstrip("\r") == words
    assert int(column) == len("Änne Größer: ".encode()) + 1


def test_a_file_that_has_changed_names_no_line(write: Callable[[str, str | bytes], Path], ask_over: Ask) -> None:
    """What is not what was indexed would be pointed into wrongly; nor is a file that is gone."""
    path = write(
        "eels.txt", "Host: Was there food?\n\nAnne: The eels were served twice.\n\nHost: Where was that?\n\nAnne: In a tent.\n"
    )
    service = ask_over(path, threshold=0.0)
    assert lines_of(service, "eels served")[0][0].startswith(f"{path}:3:7:")
    path.write_text("New first line.\n" + path.read_text())
    assert lines_of(service, "eels served")[0][0] == "eels:29-56:The eels were served twice."
    path.unlink()
    assert lines_of(service, "eels served")[0][0] == "eels:29-56:The eels were served twice."


def test_a_passage_is_one_line_that_steers_nothing(transcript: Callable[..., Path], ask_over: Ask) -> None:
    """Line ends and control characters are escaped, to a pipe too."""
    words = "The eels\r\nwere \x1b[2J served\u202e twice\u2028today."
    path = transcript("evil\nname", ("Host", "Was there food?"), ("Ann", words))
    found, _ = lines_of(ask_over(path, threshold=0.0), "eels served")
    assert len(found) == 1
    assert found[0].endswith("The eels\\r\\nwere \\x1b[2J served\\x202e twice\\u2028today.")


def test_the_command_prints_them(here: Here, small_index: Path) -> None:
    """Found is 0; nothing on record prints nothing, says so on stderr, and is 1."""
    found = here("ask", BURNED, "--vimgrep", "--index", small_index)
    assert found.code == 0
    assert found.text.count("\n") == len(here("ask", BURNED, "--json", "--index", small_index).json["passages"])
    nothing = here("ask", "quantum chromodynamics", "--vimgrep", "--index", small_index)
    assert (nothing.code, nothing.out, nothing.err) == (1, b"", "Nothing on record.\n")


def test_a_timeline_and_a_file_of_questions_can_be_lines_too(
    here: Here, small_index: Path, write: Callable[[str, str], Path]
) -> None:
    """Each passage one line, whatever asked for it."""
    timeline = here("ask", "--timeline", "What has Helen Miller said about the bank?", "--vimgrep", "--index", small_index)
    assert timeline.text.startswith("press-conference-miller:")
    path = write("questions.jsonl", json.dumps({"id": 1, "question": BURNED}) + "\n")
    rows = here("ask", "--questions", path, "--vimgrep", "--index", small_index)
    assert rows.text == here("ask", BURNED, "--vimgrep", "--index", small_index).text


def test_a_service_gives_the_same_lines(url: str, here: Here, small_index: Path) -> None:
    """Where the files are on this machine too; their digests tell."""
    ended = process("ask", BURNED, "--vimgrep", "--url", url, cwd=Path.cwd())
    assert ended.code == 0
    assert ended.text == here("ask", BURNED, "--vimgrep", "--index", small_index).text


@pytest.mark.skipif(not shutil.which("vim"), reason="no vim on this machine")
def test_vim_jumps_to_the_quote(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``vim -q`` opens the file with the cursor on the quote's first character."""
    monkeypatch.chdir(tmp_path)
    found, answer = lines_of(service, BURNED, document="novelist-qa", limit=1)
    (tmp_path / "lines").write_text(found[0] + "\n", encoding="utf-8")
    script = "call writefile([expand('%:t'), strpart(getline('.'), col('.') - 1)], 'cursor') | qa!"
    with terminal(["vim", "-u", "NONE", "-N", "-n", "-q", "lines", "-c", script], env=environment(), cwd=tmp_path) as vim:
        vim.ended()
    name, rest = (tmp_path / "cursor").read_text(encoding="utf-8").splitlines()
    assert name == "novelist-qa.md"
    assert rest.startswith(answer["passages"][0]["cited_text"][:50])
