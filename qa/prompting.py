"""The prompt of a conversation in a terminal: lines with history and completion. The only import of prompt_toolkit.

Imported when a conversation begins and not before. What a line does is told by :mod:`qa.conversation`.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.output import ColorDepth

from index.errors import OnrecordError
from qa.completing import Names, fitting, rests
from qa.conversation import COMMANDS, Conversation
from qa.style import tell
from qa.typesetting import visible

_ARGUMENT = re.compile(r":(?P<name>speaker|document)\s+(?P<typed>.*)", re.IGNORECASE)
_COMMAND = re.compile(r":(?P<typed>\w*)")
_LAST_WORD = re.compile(r"[\w'’.-]+$")
_MENU_LINES = 6


def converse(conversation: Conversation, *, history: Path | None) -> None:
    """Takes lines until the input ends or a line ends it. ``history`` is the file that keeps them; ``None`` keeps none."""
    names = cache(lambda: _names(conversation))
    session: PromptSession[str] = PromptSession(
        history=_history(history),
        completer=ConversationCompleter(names),
        complete_while_typing=False,
        enable_history_search=True,
        reserve_space_for_menu=_MENU_LINES,
        color_depth=None if conversation.style().color else ColorDepth.DEPTH_1_BIT,
    )
    while True:
        try:
            line = session.prompt(_message(conversation.filters.told))
        except KeyboardInterrupt:  # the line is given up
            continue
        except EOFError:
            return
        if not conversation.take(line):
            return


class ConversationCompleter(Completer):
    """Completes commands, what ``:speaker`` and ``:document`` take, and speakers' names inside a question."""

    def __init__(self, names: Callable[[], Names]) -> None:
        self._names = names

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        line = document.text_before_cursor
        if match := _ARGUMENT.fullmatch(line):
            known = self._names()
            typed = match["typed"]
            for name in fitting(known.speakers if match["name"].lower() == "speaker" else known.documents, typed):
                yield Completion(name, -len(typed))
        elif match := _COMMAND.fullmatch(line):
            for command in COMMANDS[1:]:
                if command.name.startswith(match["typed"]):
                    yield Completion(
                        command.name + (" " if command.takes else ""), -len(match["typed"]), display_meta=command.does
                    )
        elif not line.startswith(":") and (match := _LAST_WORD.search(line)):
            for rest, name in rests(self._names().speakers, match[0]).items():
                yield Completion(rest, -len(match[0]), display=name)


def _names(conversation: Conversation) -> Names:
    try:
        return conversation.asker().names()
    except OnrecordError:  # it will be told of a question; a key that completes nothing is enough here
        return Names()


def _message(filters: str) -> StyleAndTextTuples:
    return [("italic", f"{visible(filters)} " if filters else ""), ("bold", "? ")]


class _PrivateHistory(FileHistory):
    """A file of lines that can be lost without ending a conversation: on a full disk, or of bytes that are no text."""

    def store_string(self, string: str) -> None:
        with suppress(OSError, ValueError):
            super().store_string(string)


def _history(path: Path | None) -> History:
    """The history in a file that only its user can read; kept in memory where there is no such file."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # such as a link to /dev/null
                return InMemoryHistory()
            os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
    except OSError as error:
        tell(f"The history is not kept: {error}")
        return InMemoryHistory()
    return _PrivateHistory(str(path))
