"""Passages as lines that an editor can jump to: ``path:line:column:text``.

Where the canonical text is the file's own (text and Markdown), and the file still is the one that was indexed, a line names
the place in it; the column counts bytes from 1, as ``vim -q`` and ``rg --vimgrep`` do. All others have no such place: they
begin ``document:start-end:``, with offsets for ``onrecord text``, which an editor lists and doesn't follow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from qa.terminal import shorten
from qa.typesetting import visible

Json = dict[str, Any]
OWN_TEXT = frozenset({".txt", ".text", ".md", ".markdown"})
_BOM = "\ufeff"
_LINE_ENDS = str.maketrans({"\n": "\\n", "\r": "\\r", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def vimgrep_text(answer: Json, document: Callable[[str], Json]) -> str:
    """The answer's passages, a line each; ``document`` gives a document's JSON by its id. Control characters are escaped."""
    paths = cache(lambda document_id: str(document(document_id)["path"]))
    return "".join(f"{_escaped(line)}\n" for line in _lines(answer["passages"], paths))


def _lines(passages: list[Json], path_of: Callable[[str], str]) -> Iterator[str]:
    read = cache(_own_text)
    for quote in passages:
        path, start = path_of(quote["document_id"]), quote["start_char_index"]
        text = read(path, quote["source_sha256"])
        if text is None or text[start : quote["end_char_index"]] != quote["cited_text"]:
            yield f"{quote['document_id']}:{start}-{quote['end_char_index']}:{quote['cited_text']}"
            continue
        line_start = text.rfind("\n", 0, start) + 1
        line, column = text.count("\n", 0, start) + 1, len(text[line_start:start].encode("utf-8")) + 1
        yield f"{shorten(path)}:{line}:{column}:{quote['cited_text']}"


def _own_text(path: str, sha256: str) -> str | None:
    """The text of a file that is its own canonical text; ``None`` where it isn't, or the file is another now."""
    file = Path(path)
    try:
        if file.suffix.lower() not in OWN_TEXT or not file.is_file():
            return None
        data = file.read_bytes()
        return data.decode("utf-8").removeprefix(_BOM) if hashlib.sha256(data).hexdigest() == sha256 else None
    except (OSError, ValueError):
        return None


def _escaped(line: str) -> str:
    return visible(line.translate(_LINE_ENDS))
