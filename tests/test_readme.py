"""The README is true: its tree, its settings, its options, its formats and its routes are the project's."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from index.formats import PARSERS
from qa.api import create_app
from qa.cli_ask import ask_command
from qa.cli_help import onrecord_group
from qa.config import Settings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def tree() -> set[str]:
    """The paths that the README's tree names, by their indentation."""
    block = next(part for part in README.split("```") if part.strip().startswith("index/"))
    found: set[str] = set()
    parents: list[str] = []
    for line in block.strip().splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        parents[depth:] = [name]
        found.add("".join(parents[:depth]) + name)
    return found


def test_the_tree_names_every_module_and_no_other() -> None:
    """Whoever adds or moves a module keeps the README's map true."""
    modules = {
        path.relative_to(ROOT).as_posix()
        for package in ("index", "qa")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert {name for name in tree() if name.endswith(".py")} == modules


def test_the_top_level_is_the_users() -> None:
    """The top level holds what it was agreed to hold, and each folder is in the tree."""
    folders = {name for name in tree() if name.count("/") == 1 and name.endswith("/")}
    assert folders == {"index/", "qa/", "data/", "scripts/", "tests/"}


def test_every_setting_is_documented() -> None:
    """Each setting stands in the README by its environment variable and its name in the file."""
    for field in fields(Settings):
        assert f"`ONRECORD_{field.name.upper()}`" in README
        assert f"`{field.name}`" in README


def test_every_command_is_documented() -> None:
    """Each command of ``onrecord`` stands in the README."""
    for name in onrecord_group.commands:
        assert f"onrecord {name}" in README


@pytest.mark.parametrize("line", [line for line in README.splitlines() if re.match(r"(?:\$ )?(?:ask|onrecord) ", line)])
def test_every_option_in_an_example_exists(line: str) -> None:
    """An example in the README runs: its command and its options are there."""
    words = re.split("[#|]", line.removeprefix("$ "))[0].split()
    command: click.Command = ask_command if words[0] == "ask" else onrecord_group.commands[words[1]]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if re.match(r"--?[a-z]", word)} <= known


def test_every_format_is_documented() -> None:
    """The formats' table names a suffix of every parser."""
    for parser in set(PARSERS.values()):
        assert any(f"`{suffix}`" in README for suffix, one in PARSERS.items() if one is parser)


def test_every_route_is_documented(tmp_path: Path) -> None:
    """The routes' table names every route of the service."""
    paths = create_app(Settings(fast=True, index=tmp_path)).openapi()["paths"]
    assert len(paths) >= 6
    for path in paths:
        assert path.split("{document_id")[0].rstrip("/") in README
