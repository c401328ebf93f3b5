"""What one source may take: bytes, pages, names, time and memory. Hostile files meet these and a clear word, nothing else.

Settings hand them down; parsers of nested formats (archives, office files, PDF) hold themselves to them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one source may be or take.

    ``source_bytes``: a file as it lies on the disk or comes from the web. ``expanded_bytes``: what it unfolds to, all parts
    of an archive or an office file together. ``members``: files in an archive. ``pages``: of a PDF. ``text_chars``: of
    canonical text. ``name_chars``: of a speaker's label, of a document's id. ``seconds`` and ``memory_bytes``: parsing it,
    in a process of its own where it can take long.
    """

    source_bytes: int = 256 * 2**20
    expanded_bytes: int = 512 * 2**20
    members: int = 10_000
    pages: int = 5_000
    text_chars: int = 32 * 2**20
    name_chars: int = 300
    seconds: float = 120.0
    memory_bytes: int = 3 * 2**30


DEFAULT_LIMITS = Limits()
