"""From a question to the exact words: ``from qa import open_service; open_service(".onrecord").ask("…")``.

The names below are the library's interface; they are imported when first used, so that importing ``qa`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answer import Answer, Asked, Filters, Place, Quote, Reason, Timeline, Voice, Wants
    from qa.service import Service, open_service

__all__ = [
    "Answer",
    "Asked",
    "Filters",
    "Place",
    "Quote",
    "Reason",
    "Service",
    "Timeline",
    "Voice",
    "Wants",
    "__version__",
    "open_service",
]
__version__ = "0.1.0"

_HOMES = {
    "Answer": "qa.answer",
    "Asked": "qa.answer",
    "Filters": "qa.answer",
    "Place": "qa.answer",
    "Quote": "qa.answer",
    "Reason": "qa.answer",
    "Service": "qa.service",
    "Timeline": "qa.answer",
    "Voice": "qa.answer",
    "Wants": "qa.answer",
    "open_service": "qa.service",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
