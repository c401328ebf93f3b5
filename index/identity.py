"""Document ids: the one a source brings, else its file's stem; with a suffix from the path where two would share one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from index.records import DocumentCard

MAX_ID_CHARS = 120


class Identities:
    """Gives every document of a run an id that no other document of the index has."""

    def __init__(self, known: Mapping[str, DocumentCard], *, without: Collection[str] = ()) -> None:
        self._owner = {card.id: card.path for card in known.values() if card.id not in without}

    def name(self, wanted: str, path: Path, earlier: DocumentCard | None) -> str:
        """The id for the source at ``path``: stable over runs, since an ``earlier`` id of the same path is kept."""
        wanted = "-".join(wanted.split())[:MAX_ID_CHARS] or "document"
        suffixed = f"{wanted}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
        if earlier is not None and earlier.id in (wanted, suffixed):
            chosen = earlier.id
        else:
            chosen = wanted if self._owner.get(wanted, str(path)) == str(path) else suffixed
        self._owner[chosen] = str(path)
        return chosen
