"""Document ids: the one a source brings, else its file's stem; with a suffix from the path where two would share one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
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
        here = str(path)
        if earlier is not None and earlier.id in islice(_forms(wanted, here), 5):
            chosen = earlier.id
        else:
            chosen = next(form for form in _forms(wanted, here) if self._owner.get(form, here) == here)
        self._owner[chosen] = here
        return chosen


def _forms(wanted: str, path: str) -> Iterator[str]:
    """What a document may be called, best first: a source can bring the very id that another has by its suffix."""
    yield wanted
    digest = path
    while True:
        digest = hashlib.sha256(digest.encode()).hexdigest()
        yield f"{wanted}-{digest[:8]}"
