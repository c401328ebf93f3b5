"""A source opened at a quote: its turns as text with the quote marked in the margin, shown by the user's pager.

The text has no escape codes, and nothing in it can steer a terminal. Knows a document as ``GET /v1/documents/{id}`` gives it.
"""

from __future__ import annotations

import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import OnrecordError
from qa.render import clock
from qa.style import tell, write
from qa.terminal import MARK_MARGIN, joined_marks
from qa.typesetting import MARGIN, Stretch, set_lines, set_stretches, stretches_of, visible

Json = dict[str, Any]
QUOTE_MARGIN = "  │ "
"""Before the lines of the quote; before its answering sentences stands the bar that they have in an answer."""

_ABOVE, _AROUND = 3, 12
_PAGERS = ("less", "more")


class NotThere(OnrecordError):
    """The source doesn't have the quote where the answer says it stands: the index has changed since."""

    def __init__(self, quote_id: str) -> None:
        super().__init__(f"{quote_id} is no longer there: the source has changed since it was asked. Ask again.")


@dataclass(frozen=True, slots=True)
class Page:
    """A source as lines; ``start`` and ``end`` are the lines of the quote, counted from 0, half-open."""

    lines: tuple[str, ...]
    start: int
    end: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def around(self) -> str:
        """The quote with what stands just before and after it, for who has no pager."""
        return "\n".join(self.lines[max(0, self.start - _AROUND) : self.end + _AROUND]) + "\n"


def page_at(document: Json, quote: Json, width: int) -> Page:
    """The document with the quote marked, by its offsets; raises :class:`NotThere`."""
    facts = (document["id"], document["date"], document["url"])
    lines = list(_set(document["title"] or document["id"], width)) + list(_set(" · ".join(filter(None, facts)), width))
    start = end = 0
    for turn in document["transcript"]:
        time = clock(turn["start_ms"]) if turn["start_ms"] is not None else None
        lines += ["", *_set(" · ".join(filter(None, (turn["speaker"] or "(not named)", time))), width)]
        for span in turn["spans"]:
            stretches = _stretches(span, quote)
            for stretch, (left, right) in set_stretches(span["text"], stretches, width):
                if stretch.margin != MARGIN:
                    start, end = start if end else len(lines), len(lines) + 1
                lines.append(f"{stretch.margin}{visible(span['text'][left:right])}".rstrip(" "))
    if not end:
        raise NotThere(quote["id"])
    return Page(tuple(lines), start, end)


def _set(words: str, width: int) -> Iterator[str]:
    """A heading: its lines begin in the first column, where neither words nor bars stand."""
    return (visible(words[start:end]).lstrip() for start, end in set_lines(words, width))


def _stretches(span: Json, quote: Json) -> list[Stretch]:
    """A turn's words with the quote and its answering sentences as stretches of their own, where the quote is in them."""
    words, base = span["text"], span["start_char_index"]
    start, end = quote["start_char_index"] - base, quote["end_char_index"] - base
    if not 0 <= start < end <= len(words) or words[start:end] != quote["cited_text"]:
        return stretches_of(len(words), ())
    marks: list[tuple[int, int, str]] = []
    at = start
    for left, right in joined_marks(quote):
        marks += [(at, start + left, QUOTE_MARGIN), (start + left, start + right, MARK_MARGIN)]
        at = start + right
    return stretches_of(len(words), [*marks, (at, end, QUOTE_MARGIN)])


def show(page: Page, pager: str | None) -> None:
    """Shows the page, from the quote on where the pager is ``less``.

    ``pager`` is a command as ``$PAGER`` has it, run without a shell; ``None`` is the first that there is here. Without one, or
    with one that can't be started, the quote and its surroundings are written to stdout.
    """
    command = _command(pager)
    if command and Path(command[0]).name == "less":
        command = [*command, f"+{max(1, page.start + 1 - _ABOVE)}"]
    if not command or not _run(command, page.text):
        write(page.around)


def _command(pager: str | None) -> list[str]:
    if pager is None:
        return next(([found] for name in _PAGERS if (found := shutil.which(name))), [])
    try:
        return shlex.split(pager)
    except ValueError as error:
        tell(f"PAGER can't be read ({error}): {pager}")
        return []


def _run(command: list[str], text: str) -> bool:
    """Runs the pager with the text on its stdin to its end; whether it could be started."""
    with _left_alone():
        try:
            running = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  # what the user says that pages
        except (OSError, ValueError) as error:
            tell(f"PAGER can't be run: {error}")
            return False
        with suppress(BrokenPipeError):  # it was left before the end
            running.communicate(text.encode("utf-8"))
        running.wait()
    return True


@contextmanager
def _left_alone() -> Iterator[None]:
    """Ctrl-C is the pager's while it runs, and not ours; a program that is started gets back what it does by itself."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
