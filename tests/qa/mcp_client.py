"""A real client of the Model Context Protocol, for tests that are not asynchronous."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import anyio
from mcp import Client, StdioServerParameters, stdio_client
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult

from tests.conftest import ROOT
from tests.qa.conftest import environment

T = TypeVar("T")
Json = dict[str, Any]

_STAND_IN = """
import sys
from index.reader import IndexReader
from tests.encoders import WordHashEncoder
IndexReader.encoder = lambda self, *_, **__: WordHashEncoder()
from qa.cli import onrecord
onrecord()
"""
"""The command ``onrecord`` with the word-hash encoder in the place of a model's weights."""


@dataclass(frozen=True)
class Way:
    """How a client reaches the tools: a service's address, a server here, or ``onrecord``'s arguments for a process."""

    url: str | None = None
    arguments: tuple[str | Path, ...] = ()
    server: MCPServer[Any] | None = None
    mode: str = "auto"

    def client(self) -> Client:
        if self.url or self.server:
            return Client(self.url or self.server, mode=self.mode)
        first, *rest = self.words()
        process = StdioServerParameters(command=first, args=rest, env=environment(), cwd=ROOT)
        return Client(stdio_client(process), mode=self.mode)

    def words(self) -> list[str]:
        """The command line of the process."""
        return [sys.executable, "-c", _STAND_IN, *(str(argument) for argument in self.arguments)]

    def run(self, action: Callable[[Client], Awaitable[T]]) -> T:
        """What ``action`` makes of a connected client."""

        async def connected() -> T:
            async with self.client() as client:
                return await action(client)

        return anyio.run(connected)

    def call(self, *calls: tuple[str, Json]) -> list[CallToolResult]:
        """The results of some tools' calls, over one connection."""

        async def action(client: Client) -> list[CallToolResult]:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

        return self.run(action)

    def json(self, *calls: tuple[str, Json]) -> list[Json]:
        """What the tools gave, each of them twice the same: one text item with JSON, and structured content."""
        found = []
        for result in self.call(*calls):
            assert not result.is_error, result.content
            assert [item.type for item in result.content] == ["text"]
            assert json.loads(result.content[0].text) == result.structured_content
            found.append(result.structured_content)
        return found

    def errors(self, *calls: tuple[str, Json]) -> list[str]:
        """What the tools told of their failures."""
        results = self.call(*calls)
        assert all(result.is_error and result.structured_content is None for result in results)
        return [result.content[0].text for result in results]
