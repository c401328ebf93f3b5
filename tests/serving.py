"""The HTTP service for tests: a real server on a free port of this machine, in a thread."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.testclient import TestClient


class LocalClient(TestClient):
    """A client of an application without a network, which calls it by a name of this machine's."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **{"base_url": "http://localhost"} | options)


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serves an ASGI application while the block runs; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the application did not start"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
