"""Words of real transcripts as digests: what was read in them is checked without a sentence of theirs standing here.

Expectations are written by reading the files, never by running the parsers. ``python -m tests.raw.words "some words"`` prints
the digest of words as they stand in a file.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator

_WORD = re.compile(r"[^\W_]+")


def bare(words: str) -> str:
    """The words of a text with one blank between them, without case, signs and markup."""
    return " ".join(_WORD.findall(words.casefold()))


def digest(words: str) -> str:
    """Sixteen hexadecimal digits that stand for the words of a text, without case, signs and markup."""
    return _digest(_WORD.findall(words.casefold()))


def run_digests(words: str, length: int) -> Iterator[str]:
    """The digest of every run of ``length`` words."""
    found = _WORD.findall(words.casefold())
    for first in range(len(found) - length + 1):
        yield _digest(found[first : first + length])


def _digest(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode("utf-8")).hexdigest()[:16]


if __name__ == "__main__":
    for text in sys.argv[1:]:
        print(digest(text), len(_WORD.findall(text.casefold())), "words")
