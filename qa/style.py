"""How to write to this process's stdout: decided once from the stream, the flag and the environment."""

from __future__ import annotations

import os
import sys

from qa.terminal import Style


def style_for(color: str) -> Style:
    """How to write to stdout: colors and links on a terminal, exact bytes to a pipe; NO_COLOR is heeded."""
    is_terminal = sys.stdout.isatty()
    wanted = color == "always" or (color == "auto" and is_terminal and not os.environ.get("NO_COLOR"))
    return Style(color=wanted, links=is_terminal and os.environ.get("TERM") != "dumb", raw=not is_terminal)
