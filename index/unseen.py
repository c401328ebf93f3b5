"""Characters that can't be seen and hide what a name is: in no name of a file that is sent or packed, and in no id."""

from __future__ import annotations

import unicodedata

_CATEGORIES = frozenset(("Cc", "Cs", "Zl", "Zp"))
_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What changes the direction of writing: in a name it only hides what the name is."""


def is_unseen(sign: str) -> bool:
    """Whether a character is a control character, half a character, a line's end or a change of direction."""
    return sign in _TURNING or unicodedata.category(sign) in _CATEGORIES


def has_unseen(name: str) -> bool:
    """Whether any character of a name is such a one."""
    return any(map(is_unseen, name))


def harmless(name: str) -> str:
    """A name to be shown, each such character as U+FFFD."""
    return "".join("\ufffd" if is_unseen(sign) or not sign.isprintable() else sign for sign in name)
