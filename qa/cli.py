"""The two commands, ``ask`` and ``onrecord``, and the edge where errors become exit codes.

0 found or done, 1 nothing on record, 2 usage or failure, 130 interrupted. Answers go to stdout, all else to stderr.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

import click

from index.errors import OnrecordError
from qa.style import ReaderGone, tell

FOUND, NOTHING, FAILED, INTERRUPTED = 0, 1, 2, 130


def ask() -> NoReturn:
    """The command ``ask``."""

    def command() -> object:
        from qa.cli_ask import ask_command

        return ask_command.main(prog_name="ask", standalone_mode=False)

    run(command, "ask")


def onrecord() -> NoReturn:
    """The command ``onrecord``."""

    def command() -> object:
        import qa.cli_help  # noqa: F401  # it adds its commands to the group
        from qa.cli_index import onrecord_group

        return onrecord_group.main(prog_name="onrecord", standalone_mode=False)

    run(command, "onrecord")


def run(command: Callable[[], object], name: str) -> NoReturn:
    """Runs a command and ends the process with its exit code; no error of ours reaches a user as a traceback."""
    sys.exit(exit_code_of(command, name))


def exit_code_of(action: Callable[[], object], name: str) -> int:
    """What the process is to exit with after ``action``; an error is told on stderr."""
    try:
        code = action()
    except click.exceptions.Exit as end:
        return end.exit_code
    except SystemExit as end:  # so uvicorn ends when it can't listen
        return FAILED if end.code else FOUND
    except click.ClickException as error:
        error.show()
        return FAILED
    except OnrecordError as error:
        tell(f"{name}: {error}")
        return FAILED
    except ReaderGone:  # `ask … | head`
        _give_up_stdout()
        return FOUND
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except UnicodeEncodeError as error:
        tell(f"{name}: {ascii(error.object)[:200]} is not text: it holds bytes that are not UTF-8.")
        return FAILED
    except MemoryError:
        tell(f"{name}: There is too little memory free for this. Stop what else takes it, or raise the process's limit.")
        return FAILED
    except OSError as error:
        tell(f"{name}: {error}")
        _give_up_stdout()
        return FAILED
    except Exception as error:
        logging.getLogger("onrecord").error("%s failed", name, exc_info=error)
        tell(f"{name}: internal error: {type(error).__name__}: {error}. This is a defect of onrecord.")
        return FAILED
    return code if isinstance(code, int) else FOUND


def _give_up_stdout() -> None:
    """Leads stdout to nowhere, so that the interpreter's last flush doesn't complain of what could not be written."""
    with suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
