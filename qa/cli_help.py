"""What helps to use the two commands: completion for shells and manual pages, as commands of ``onrecord``."""

from __future__ import annotations

from dataclasses import fields

import click

from qa import __version__
from qa.cli_ask import ask_command
from qa.cli_index import onrecord_group
from qa.config import PREFIX, SETTINGS_FILE, Settings, expected
from qa.conversation import COMMANDS
from qa.manual import Entries, manual_page
from qa.shell import SHELLS, script
from qa.style import write

_COMMANDS: dict[str, tuple[click.Command, str]] = {
    "ask": (ask_command, "ask interviews a question, get back their exact words"),
    "onrecord": (onrecord_group, "index interviews, look after the index, serve it"),
}
_EXIT: Entries = (
    ("0", "Found, or done."),
    ("1", "Nothing on record (ask alone)."),
    ("2", "It failed, or was called wrongly."),
    ("130", "Interrupted."),
)
_FILES: Entries = (
    (".onrecord", "The index, where nothing else is said."),
    (SETTINGS_FILE, "Settings, in the working folder: the environment's, in small letters and without the prefix."),
    ("$XDG_STATE_HOME/onrecord/history", "The questions of conversations (~/.local/state without XDG_STATE_HOME)."),
)


@onrecord_group.command("completion")
@click.argument("shell", type=click.Choice(list(SHELLS)))
def completion_command(shell: str) -> None:
    """Print what a shell reads to complete the words of ask and onrecord."""
    for name, (command, _) in _COMMANDS.items():
        write(script(shell, command, name) + "\n")


@onrecord_group.command("man")
@click.argument("command", type=click.Choice(list(_COMMANDS)), default="onrecord")
def man_command(command: str) -> None:
    """Print a manual page: onrecord man ask | man -l -"""
    write(page(command))


def page(name: str) -> str:
    """The manual page of one of the two commands."""
    command, summary = _COMMANDS[name]
    other = next(one for one in _COMMANDS if one != name)
    conversation: dict[str, Entries] = {"CONVERSATION": _conversation()} if name == "ask" else {}
    sections: dict[str, str | Entries] = {
        **conversation,
        "EXIT STATUS": _EXIT,
        "ENVIRONMENT": _environment(),
        "FILES": _FILES,
        "SEE ALSO": f"{other}(1)",
    }
    return manual_page(command, name, version=__version__, summary=summary, sections=sections)


def _conversation() -> Entries:
    return [(f":{command.name} {command.takes}".rstrip(), f"{command.does}.") for command in COMMANDS]


def _environment() -> Entries:
    settings = [(f"{PREFIX}{field.name.upper()}", f"{expected(field.name)}.") for field in fields(Settings)]
    others = [
        ("NO_COLOR", "no color, unless --color asks for it."),
        ("PAGER", "what shows a source in a conversation."),
        ("COLUMNS", "how wide the terminal is, where it shouldn't be asked."),
    ]
    return [*settings, *others]
