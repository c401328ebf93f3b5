"""The two commands, ``ask`` and ``onrecord``, and the edge where errors become exit codes.

0 found or done, 1 nothing on record, 2 usage or failure, 130 interrupted. Answers go to stdout, all else to stderr.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import NoReturn

import click

from index.errors import OnrecordError

FOUND, NOTHING, FAILED, INTERRUPTED = 0, 1, 2, 130


def ask() -> NoReturn:
    """The command ``ask``."""
    from qa.cli_ask import ask_command

    run(ask_command, "ask")


def onrecord() -> NoReturn:
    """The command ``onrecord``."""
    from qa.cli_index import onrecord_group

    run(onrecord_group, "onrecord")


def run(command: click.Command, name: str) -> NoReturn:
    """Runs a command and ends the process with its exit code; no error of ours reaches a user as a traceback."""
    sys.exit(exit_code_of(lambda: command.main(prog_name=name, standalone_mode=False), name))


def exit_code_of(action: Callable[[], object], name: str) -> int:
    """What the process is to exit with after ``action``; an error is told on stderr."""
    try:
        code = action()
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return FAILED
    except OnrecordError as error:
        click.echo(f"{name}: {error}", err=True)
        return FAILED
    except BrokenPipeError:
        # The reader has gone (`ask … | head`): no complaint, and none from the interpreter's last flush either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:
        logging.getLogger("onrecord").error("%s failed", name, exc_info=error)
        click.echo(f"{name}: internal error: {type(error).__name__}: {error}. This is a defect of onrecord.", err=True)
        return FAILED
    return code if isinstance(code, int) else FOUND
