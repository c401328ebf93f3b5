"""Addresses that lead to the very words: text-fragment links into the published page.

The grammar is that of the URL Fragment Text Directives draft: ``#:~:text=[prefix-,]start[,end][,-suffix]``.
"""

from __future__ import annotations

import re
from urllib.parse import quote as percent

_SAFE = "!$'()*+./:;=?@_~"
_EXACT_MAX_CHARS = 300
_UNIQUE_MIN_CHARS = 20
_RANGE_WORDS = 6
_CONTEXT_WORDS = 4
_BLOCK_BREAK = re.compile(r"[ \t]*[\r\n]+[\s]*")


def text_fragment_link(url: str | None, text: str, start: int, end: int) -> str | None:
    """``url`` with a fragment that scrolls a browser to ``text[start:end]``; ``None`` without a web address."""
    if not url or not url.startswith(("http://", "https://")):
        return None
    words = text[start:end]
    page = url.split("#", 1)[0]
    parts = [part for part in _BLOCK_BREAK.split(words.strip()) if part]
    if not parts:
        return url
    if len(parts) == 1 and len(words) <= _EXACT_MAX_CHARS:
        directive = _encode(words)
        if len(words) < _UNIQUE_MIN_CHARS or text.count(words) > 1:
            before, after = _context(text, start, end)
            directive = (f"{_encode(before)}-," if before else "") + directive + (f",-{_encode(after)}" if after else "")
        return f"{page}#:~:text={directive}"
    first = " ".join(parts[0].split(" ")[:_RANGE_WORDS])
    last = " ".join(parts[-1].split(" ")[-_RANGE_WORDS:])
    return f"{page}#:~:text={_encode(first)},{_encode(last)}"


def _context(text: str, start: int, end: int) -> tuple[str, str]:
    """Some whole words before and after, inside the same block."""
    before = re.split(r"[\r\n]", text[max(0, start - 120) : start])[-1].split()
    after = re.split(r"[\r\n]", text[end : end + 120])[0].split()
    return " ".join(before[-_CONTEXT_WORDS:]), " ".join(after[:_CONTEXT_WORDS])


def _encode(words: str) -> str:
    """Percent-encoded, the hyphen too: it is the grammar's own sign."""
    return percent(words, safe=_SAFE).replace("-", "%2D")
