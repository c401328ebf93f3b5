"""The manual pages: as the commands are, and as man takes them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable

import click
import pytest

from qa.cli_ask import ask_command
from qa.cli_help import onrecord_group, page
from qa.conversation import COMMANDS
from tests.conftest import ROOT
from tests.qa.conftest import Ended

PAGES = ("ask", "onrecord")


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_that_are_installed_are_those_of_the_commands(name: str) -> None:
    """Stale ones are written anew by ``scripts/manual_pages.py``."""
    assert (ROOT / "data" / "man" / f"{name}.1").read_text("ascii") == page(name)


@pytest.mark.parametrize("name", PAGES)
def test_the_command_prints_its_page(here: Callable[..., Ended], name: str) -> None:
    """``onrecord man`` prints onrecord's without being told whose."""
    assert here("onrecord", "man", name).text == page(name)
    assert here("onrecord", "man").text == page("onrecord")


def options(command: click.Command) -> set[str]:
    return {option for parameter in command.params if isinstance(parameter, click.Option) for option in parameter.opts}


def test_every_option_and_command_is_in_its_page() -> None:
    """Also the commands of a conversation."""
    ask, onrecord = (page(name).replace("\\-", "-") for name in PAGES)
    assert options(ask_command) <= set(re.findall(r"--?[a-z-]+", ask))
    for command in COMMANDS:
        assert f"\n.B :{command.name}" in ask
    for name, below in onrecord_group.commands.items():
        assert f"\n.SS {name}\n" in onrecord
        assert options(below) <= set(re.findall(r"--?[a-z-]+", onrecord.split(f"\n.SS {name}\n")[1].split("\n.S")[0]))


@pytest.mark.parametrize("name", PAGES)
def test_man_takes_the_page_without_a_warning(name: str) -> None:
    """groff with every warning on says nothing."""
    if not shutil.which("groff"):
        pytest.skip("no groff on this machine")
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-P-c"], input=page(name).encode(), capture_output=True, check=True
    )
    assert done.stderr == b""
    assert "NAME\n" in re.sub(r".\x08", "", done.stdout.decode())


def test_words_are_no_requests() -> None:
    """What begins with a full stop, has backslashes or other letters, comes out as it is written."""
    if not shutil.which("groff"):
        pytest.skip("no groff on this machine")
    from qa.manual import manual_page

    @click.command(help=".onrecord is a folder\n\n'quoted' \\n and — … `that`")
    @click.option("--odd", help=".TH is no title")
    def command(odd: str) -> None: ...

    text = manual_page(command, "odd", version="1", summary="a - b", sections={"FILES": [(".onrecord", "\\fBno bold")]})
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-P-c"], input=text.encode(), capture_output=True, check=True)
    shown = re.sub(r".\x08", "", done.stdout.decode())
    assert done.stderr == b""
    for words in (".onrecord is a folder", "'quoted' \\n and — … `that`", ".TH is no title", "\\fBno bold"):
        assert words in shown
