"""Addresses that lead to the very words: text-fragment links into the published page.

The grammar is that of the URL Fragment Text Directives draft: ``#:~:text=[prefix-,]start[,end][,-suffix]``.
"""

from __future__ import annotations

import re
from urllib.parse import quote as percent

_URL_SAFE = "%!$&'()*+,/:;=?@[]~-._"
_SAFE = "!$'()*+./:;=?@_~"
_EXACT_MAX_CHARS = 300
_UNIQUE_MIN_CHARS = 20
_RANGE_WORDS = 6
_CONTEXT_WORDS = 4
_LINE_BREAK = re.compile(r"[\r\n]")
_BLOCK_BREAK = re.compile(r"[ \t]*[\r\n]+[\s]*")


def web_address(url: str | None) -> str | None:
    """``url`` if it leads to the web: a source may name any other kind, one that runs a script too."""
    return url if url and url.startswith(("http://", "https://")) else None


def text_fragment_link(url: str | None, text: str, start: int, end: int) -> str | None:
    """``url`` with a fragment that scrolls a browser to ``text[start:end]``; ``None`` without a web address."""
    if not (url := web_address(url)):
        return None
    words = text[start:end]
    page = percent(url.split("#", 1)[0], safe=_URL_SAFE)
    parts = [part for part in _BLOCK_BREAK.split(words.strip()) if part]
    if not parts:
        return url
    before, after = _context(text, start, end)
    prefix, suffix = f"{_encode(before)}-," if before else "", f",-{_encode(after)}" if after else ""
    if len(parts) == 1 and len(words) <= _EXACT_MAX_CHARS:
        exact = _encode(words)
        return f"{page}#:~:text={exact if _is_clear(words, text) else prefix + exact + suffix}"
    first = " ".join(parts[0].split(" ")[:_RANGE_WORDS]).strip()
    last = " ".join(parts[-1].split(" ")[-_RANGE_WORDS:]).strip()
    ends_once = words.index(last) + len(last) == len(words.rstrip())
    return (
        f"{page}#:~:text={'' if _is_clear(first, text) else prefix}"
        f"{_encode(first)},{_encode(last)}{'' if ends_once else suffix}"
    )


def source_page_link(base: str, document_id: str, start: int, end: int) -> str:
    """The address of our own page of a source, ``[start, end)`` marked and scrolled to; ``base`` has no slash at its end."""
    return f"{document_page_link(base, document_id)}?start={start}&end={end}#quote"


def document_page_link(base: str, document_id: str) -> str:
    """The address of our own page of a source."""
    return f"{base}/sources/{percent(document_id, safe='/')}"


def place_uri(place_id: str) -> str:
    """A name for a passage or a document that has no address: ``onrecord:`` and its id, percent-encoded."""
    return f"onrecord:{percent(place_id, safe='/:')}"


def text_link(base: str, document_id: str) -> str:
    """The address of a source's canonical text, in which offsets count."""
    return f"{base}/v1/texts/{percent(document_id, safe='/')}"


def _is_clear(words: str, text: str) -> bool:
    """Whether a browser that looks for the words finds no others: short ones may also stand in the page's furniture."""
    return len(words) >= _UNIQUE_MIN_CHARS and text.count(words) == 1


def _context(text: str, start: int, end: int) -> tuple[str, str]:
    """Some whole words before and after, inside the same block, with the blanks between them as they are."""
    before = text[max(text.rfind(mark, 0, start) for mark in "\r\n") + 1 : start].strip()
    after = _LINE_BREAK.split(text[end:], maxsplit=1)[0].strip()
    if len(pieces := before.rsplit(None, _CONTEXT_WORDS)) > _CONTEXT_WORDS:
        before = before[len(pieces[0]) :].lstrip()
    if len(pieces := after.split(None, _CONTEXT_WORDS)) > _CONTEXT_WORDS:
        after = after[: -len(pieces[-1])].rstrip()
    return before, after


def _encode(words: str) -> str:
    """Percent-encoded, the hyphen too: it is the grammar's own sign."""
    return percent(words, safe=_SAFE).replace("-", "%2D")
