"""A picture of a conversation in a terminal, of real answers over the sample interviews.

The program runs in a terminal of its own; what is on its screen in the end is set as HTML, and Chromium makes the picture.
"""

from __future__ import annotations

import html
import os
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser
from screens import CTRL_D, Terminal, terminal

QUESTIONS = (
    "When did the mayor last speak with President Dorn?",
    "And the chairman of Kronvik?",
    "What did she say about China?",
)
COLUMNS, LINES = 92, 60

_COLORS = {"dim": "#8b93a3", "brown": "#f2c14e", "default": "#d9dee8"}
_PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #12151b }}
pre {{ display: inline-block; margin: 0; padding: 22px 26px; color: #d9dee8;
  font: 15px/1.42 "DejaVu Sans Mono", monospace; font-variant-ligatures: none }}
b {{ font-weight: bold }} i {{ font-style: italic }}
</style><pre>{words}</pre>"""


def paint(browser: Browser, index: Path) -> bytes:
    """Asks the questions over an index of the sample interviews; the picture as PNG."""
    with tempfile.TemporaryDirectory() as state:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_") and name != "NO_COLOR"}
        command = [Path(sys.executable).parent / "ask", "-n", "1", "--index", index]
        with terminal(command, env=kept | {"XDG_STATE_HOME": state}, columns=COLUMNS, lines=LINES) as term:
            for number, question in enumerate(QUESTIONS):
                term.until(lambda text, asked=number: text.count("\n? ") == asked and text.endswith("\n?"))
                term.type(f"{question}\r")
            term.until(lambda text: text.count("\n? ") == len(QUESTIONS) and text.endswith("\n?"))
            words = "\n".join(_lines(term))
            term.type(CTRL_D)
            term.ended()
    page = browser.new_page(device_scale_factor=1.5)
    page.set_content(_PAGE.format(words=words))
    picture = Image.open(BytesIO(page.locator("pre").screenshot()))
    page.close()
    kept = BytesIO()
    picture.convert("RGB").quantize(48).save(kept, "PNG", optimize=True)  # words on one ground have few colors
    return kept.getvalue()


def _lines(term: Terminal) -> Iterator[str]:
    """The lines of the screen that have something on them, as HTML."""
    for number in range(len(term.text.splitlines())):
        row = [term.screen.buffer[number][column] for column in range(COLUMNS)]
        yield "".join(_run(look, "".join(char.data for char in chars)) for look, chars in groupby(row, _look))


def _look(char: Any) -> tuple[str, bool, bool]:
    return char.fg, char.bold, char.italics


def _run(look: tuple[str, bool, bool], words: str) -> str:
    color, is_bold, is_italic = look
    shown = html.escape(words)
    shown = f"<b>{shown}</b>" if is_bold else shown
    shown = f"<i>{shown}</i>" if is_italic else shown
    return f'<span style="color: {_COLORS.get(color, _COLORS["default"])}">{shown}</span>'
