"""How far indexing has come, on stderr; a terminal's bar is tested with the commands."""

from __future__ import annotations

import pytest

from index.report import Tally
from qa import progress
from qa.progress import ProgressLine
from tests.qa.conftest import on_terminal


def test_quiet_says_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for quiet, it is silent however long it takes."""
    monkeypatch.setattr(progress, "PLAIN_EVERY_S", 0.0)
    with ProgressLine(quiet=True) as line:
        line.show(Tally(1, 4, 20, 30, "a.txt"))
    assert capsys.readouterr() == ("", "")


def test_a_log_gets_plain_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Elsewhere than on a terminal: files of all files, turns and passages, in whole lines on stderr."""
    monkeypatch.setattr(progress, "PLAIN_EVERY_S", 0.0)
    with ProgressLine(quiet=False) as line:
        line.show(Tally(1, 4, 20, 30, "a.txt"))
        line.show(Tally(4, 4, 80, 120))
    written = capsys.readouterr()
    assert written.out == ""
    first, last = written.err.splitlines()
    assert first.startswith("1/4 files, 20 turns, 30 passages, ")
    assert last.startswith("4/4 files, 80 turns, 120 passages, ")
    assert last.endswith("about 0 s left")


def test_a_terminal_gets_a_bar_with_harmless_names() -> None:
    """The bar names the file at hand: control characters in it are shown, brackets are no markup."""
    code = (
        "import time\nfrom index.report import Tally\nfrom qa.progress import ProgressLine\n"
        "with ProgressLine(quiet=False) as line:\n"
        "    line.show(Tally(1, 4, 20, 30, '[bold]x\\x1b[2J.txt'))\n"
        "    time.sleep(0.3)\n"
    )
    ended = on_terminal("python", "-c", code)
    assert ended.code == 0
    assert "[bold]x\\x1b[2J.txt" in ended.text
    assert "1/4" in ended.text
    assert "x\x1b[2J" not in ended.text


def test_a_log_is_not_flooded(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines come seconds apart: a run that is over at once writes none."""
    with ProgressLine(quiet=False) as line:
        for number in range(1000):
            line.show(Tally(number, 1000, 0, 0))
    assert capsys.readouterr() == ("", "")
