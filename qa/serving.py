"""The processes of the service: one, or several that share a port and an index, and how each of them begins and ends.

What a process answers is told by :mod:`qa.api`, which reads its settings from the environment.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
import time
from typing import Any, NoReturn

import uvicorn
from uvicorn.supervisors import Multiprocess

from qa.config import Settings

_APP = "qa.api:from_environment"
_RETRY_S = 2.0
_STARTUP_FAILURE = 3
"""With this a process of uvicorn ends that could not start: it ends them all, since the next could not either."""

_log = logging.getLogger("onrecord")


def serve(settings: Settings) -> None:
    """Answers until interrupted; the environment has the settings for the processes that do."""
    logs = _logs(uvicorn.config.LOGGING_CONFIG)
    if settings.workers == 1:
        uvicorn.run(_APP, factory=True, host=settings.host, port=settings.port, log_config=logs)
        return
    _serve_together(
        uvicorn.Config(_APP, factory=True, host=settings.host, port=settings.port, workers=settings.workers, log_config=logs)
    )


def _serve_together(config: uvicorn.Config) -> None:
    """What ``uvicorn.run`` does for several workers, but that no answer waits 40 ms for the client's acknowledgement."""
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # of its own accord asyncio sets it only where it binds
    processes = Multiprocess(config, sockets=[listening])
    processes.run()
    if any(process.exitcode == _STARTUP_FAILURE for process in processes.processes):
        raise SystemExit(_STARTUP_FAILURE)


def _logs(usual: dict[str, Any]) -> dict[str, Any]:
    """The server's usual logs, requests too on stderr, with ours among them."""
    requests = usual["handlers"]["access"] | {"stream": "ext://sys.stderr"}
    ours = {"handlers": ["default"], "level": "INFO"}
    return usual | {
        "handlers": usual["handlers"] | {"access": requests},
        "loggers": usual["loggers"] | {"onrecord": ours},
    }


def end_with_parent() -> None:
    """Ends this process when the one that started it is gone, however it went: a worker alone would hold the port for ever."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_RETRY_S)
        os._exit(os.EX_UNAVAILABLE)

    threading.Thread(target=watch, name="onrecord-parent", daemon=True).start()


async def give_way(error: Exception) -> NoReturn:
    """Ends a worker that can't start, so that another tries after a while and those that answer go on.

    If it failed in uvicorn's own way, that would end them all.
    """
    _log.error("this worker can't start: %s", error)
    await asyncio.sleep(_RETRY_S)
    os._exit(os.EX_TEMPFAIL)
