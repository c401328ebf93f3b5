"""The files that browsers get: pages, scripts, styles, all of this package; none is made at run time.

What a page says is its own; which addresses they have, and under which policy, is told by :mod:`qa.api_pages`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WEB = Path(__file__).parent / "web"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file's bytes as they are sent; ``tag`` is its entity tag, quotation marks included."""

    content: bytes
    media_type: str
    tag: str


@cache
def web_files() -> dict[str, WebFile]:
    """Every file under ``qa/web`` that may be sent, by its path from there."""
    return {path.relative_to(WEB).as_posix(): _web_file(path) for path in sorted(WEB.rglob("*")) if path.suffix in _TYPES}


def _web_file(path: Path) -> WebFile:
    content = path.read_bytes()
    return WebFile(content, _TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')
