"""How to write to this process's stdout: decided once from the stream, the flag and the environment."""

from __future__ import annotations

import os
import shutil
import sys

import click

from qa.painting import Style
from qa.typesetting import NARROWEST, WIDEST, visible


class ReaderGone(Exception):
    """Nobody reads stdout any more (``ask … | head``). Not an OSError, which click would end the process on."""


def style_for(color: str) -> Style:
    """How to write to stdout: lines, colors and links on a terminal, exact bytes to a pipe; NO_COLOR is heeded."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    is_plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    wanted = color == "always" or (color == "auto" and is_terminal and not is_plain)
    links = is_terminal and os.environ.get("TERM") != "dumb"
    return Style(color=wanted, links=links, raw=not is_terminal, width=measure() if is_terminal else None)


def measure() -> int:
    """To how many cells words are set on this terminal."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))


def tell(words: str) -> None:
    """Writes a line to stderr; names in it come from sources, so it is made harmless."""
    click.echo(visible(words), err=True)


def write(words: str) -> None:
    """Writes to stdout as UTF-8, whatever the locale says, and leaves every character as it is."""
    if sys.stdout is None:  # closed by whoever started this process
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(words.encode("utf-8"))
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        raise ReaderGone from error
