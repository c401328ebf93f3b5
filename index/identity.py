"""Document ids: the one a source brings, else the stem of its name; with a suffix from its place where two would share one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from itertools import islice

from index.records import DocumentCard
from index.unseen import is_unseen

MAX_ID_CHARS = 120
_DOTS = re.compile(r"(?<![^/])\.{1,2}(?![^/])")
"""Parts that an address doesn't keep: whoever follows ``a/../b`` comes to ``b``, another document."""


class Identities:
    """Gives every document of a run an id that no other document of the index has.

    ``known`` tells the document of the index that has an id, ``None`` when it is free; those of ``without`` are leaving.
    """

    def __init__(self, known: Callable[[str], DocumentCard | None], *, without: Collection[str] = ()) -> None:
        self._known, self._without = known, frozenset(without)
        self._given: dict[str, str] = {}

    def name(self, wanted: str, place: str, earlier: DocumentCard | None) -> str:
        """The id for the source at ``place``: stable over runs, since an ``earlier`` id of the same place is kept."""
        seen = "".join(" " if is_unseen(sign) else sign for sign in wanted)
        wanted = _DOTS.sub("_", "-".join(seen.split())[:MAX_ID_CHARS]) or "document"
        if earlier is not None and earlier.id in islice(_forms(wanted, place), 5):
            chosen = earlier.id
        else:
            chosen = next(form for form in _forms(wanted, place) if self._owner(form) in (None, place))
        self._given[chosen] = place
        return chosen

    def _owner(self, document_id: str) -> str | None:
        """The place of the source that has an id."""
        if document_id in self._given:
            return self._given[document_id]
        card = None if document_id in self._without else self._known(document_id)
        return card.path if card else None


def _forms(wanted: str, place: str) -> Iterator[str]:
    """What a document may be called, best first: a source can bring the very id that another has by its suffix."""
    yield wanted
    digest = place
    while True:
        digest = hashlib.sha256(digest.encode()).hexdigest()
        yield f"{wanted}-{digest[:8]}"
