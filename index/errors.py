"""Every error that indexing or reading an index can raise, in one tree.

::

    OnrecordError
    ├── SourceError            one input can't be taken (the others still are)
    │   ├── UnreadableSource   the file can't be opened or followed
    │   ├── UndecodableSource  its bytes are not text
    │   ├── UnsupportedSource  no parser for its kind
    │   ├── MalformedSource    its kind is known, its content is broken; knows the place
    │   ├── ExhaustingSource   reading it takes more time or memory than is allowed, or ends the process that does
    │   └── FetchError         a page on the web can't be had; knows the address
    │       ├── FetchRefused   onrecord does not fetch it
    │       └── FetchFailed    its server or the network did not give it
    ├── RosterError            the list of people can't be read
    ├── ModelError             the embedding model is missing, altered, or not the index's
    └── IndexError_            the index can't be used as it stands
        ├── IndexMissing       there is none
        ├── IndexBusy          another process is writing it
        ├── IndexTooNew        a later version of onrecord wrote it
        ├── IndexTooOld        an earlier version of onrecord wrote it
        ├── IndexForeign       a machine of another byte order wrote it
        ├── MemoryShort        its vectors need more memory than there is, or than is allowed
        ├── IndexDamaged       a file of it is missing or altered; knows which
        └── NotInIndex         no such document, passage or range

A message says what was found, what was expected and what to do next; the same facts are attributes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


class OnrecordError(Exception):
    """The base of all errors raised on purpose by this project."""


class SourceError(OnrecordError):
    """One input can't be indexed. ``path`` is the input, ``problem`` the reason, ``advice`` the next step."""

    def __init__(self, path: Path | str, problem: str, advice: str = "") -> None:
        self.path = Path(path)
        self.problem = problem
        self.advice = advice
        super().__init__(f"{_shown(path)}: {problem}" + (f" {advice}" if advice else ""))

    def moved(self, place: str) -> SourceError:
        """The same error of a source that the user knows by another name than its file's: by its address."""
        said = str(self).removeprefix(_shown(self.path))
        return _revived(type(self), (_shown(place) + said,), self.__dict__ | {"path": Path(place)})

    def __reduce__(self) -> tuple[Any, ...]:
        """How it passes from one process to another with all it knows, whatever a subclass is made from."""
        return _revived, (type(self), self.args, self.__dict__)


def _shown(path: Path | str) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")  # a name on a disk need not be text


def _revived(kind: type[SourceError], args: tuple[object, ...], facts: dict[str, object]) -> SourceError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


class UnreadableSource(SourceError):
    """The file can't be opened, or the folder can't be followed."""


class UndecodableSource(SourceError):
    """The bytes can't be read as text without guessing at words."""


class UnsupportedSource(SourceError):
    """There is no parser for this kind of file."""


class MalformedSource(SourceError):
    """The content breaks the rules of its format; ``line`` and ``column`` count from 1 where they are known."""

    def __init__(
        self, path: Path | str, problem: str, advice: str = "", *, line: int | None = None, column: int | None = None
    ) -> None:
        self.line = line
        self.column = column
        place = "" if line is None else f"line {line}" + ("" if column is None else f", column {column}") + ": "
        super().__init__(path, place + problem, advice)


class ExhaustingSource(SourceError):
    """Reading it took more time or memory than is allowed, or ended the process that read it."""


class FetchError(SourceError):
    """A page on the web can't be had; ``address`` is where it was looked for at last, ``path`` the address asked for."""

    def __init__(self, path: Path | str, problem: str, advice: str = "", *, address: str = "") -> None:
        self.address = address or str(path)
        super().__init__(path, problem, advice)


class FetchRefused(FetchError):
    """onrecord does not fetch it: the site asks robots not to, the address is a private one, or it is no page."""


class FetchFailed(FetchError):
    """The server or the network did not give it."""


class RosterError(OnrecordError):
    """The list of people at ``path`` can't be used. ``problem`` says where and why, ``advice`` what to do."""

    def __init__(self, path: Path | str, problem: str, advice: str) -> None:
        self.path = Path(path)
        self.problem = problem
        self.advice = advice
        super().__init__(f"The list of people {path} {problem} {advice}")


class ModelError(OnrecordError):
    """The embedding model is missing, altered, or another than the index was built with."""


class IndexError_(OnrecordError):  # noqa: N801 - the underscore keeps the built-in IndexError usable
    """The index at ``path`` can't be used as it stands."""

    def __init__(self, path: Path | str, message: str) -> None:
        self.path = Path(path)
        super().__init__(message)


class IndexMissing(IndexError_):
    """There is no index at this place."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, f"There is no index at {path}. Build one with: onrecord index FILES… --index {path}")


class IndexBusy(IndexError_):
    """Another process is writing this index."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            path, f"The index at {path} is being written by another process. Wait until it has finished, then try again."
        )


class IndexTooNew(IndexError_):
    """The index has a format that this version does not know."""

    def __init__(self, path: Path | str, found: int, known: int) -> None:
        self.found = found
        self.known = known
        super().__init__(
            path,
            f"The index at {path} has format {found}; this onrecord reads formats up to {known}. "
            "Update onrecord, or build the index again in another folder with: onrecord index FILES… --index DIR",
        )


class IndexTooOld(IndexError_):
    """The index has a format that this version reads no more."""

    def __init__(self, path: Path | str, found: int, known: int) -> None:
        self.found = found
        self.known = known
        super().__init__(
            path,
            f"The index at {path} has format {found}, of an earlier onrecord; this one reads format {known}. "
            f"Build it again from its sources: onrecord index FILES… --index {path} --rebuild",
        )


class IndexForeign(IndexError_):
    """The index was written on a machine whose numbers this one would read backwards."""

    def __init__(self, path: Path | str, byte_order: str) -> None:
        self.byte_order = byte_order
        super().__init__(
            path,
            f"The index at {path} was written on a {byte_order}-endian machine; its vectors can't be read on this one. "
            f"Build it again here, from its sources: onrecord index FILES… --index {path} --rebuild",
        )


class MemoryShort(IndexError_):
    """The vectors need ``needed`` bytes of memory, more than the ``allowed`` ones, or than there are (``None``)."""

    def __init__(self, path: Path | str, needed: int, allowed: int | None) -> None:
        self.needed = needed
        self.allowed = allowed
        if allowed is None:
            limit = "this process can't get as much. Stop what else takes it, or raise the process's limit"
        else:
            limit = (
                f"{_size(allowed)} are left of what is allowed. Allow more (--memory or ONRECORD_MEMORY); "
                "an index that was built with no limit or a higher one takes less when it is built anew (--rebuild)"
            )
        super().__init__(path, f"Vectors of the index at {path} need {_size(needed)} of memory; {limit}.")


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 10_000_000 else f"{count:,} bytes"


class IndexDamaged(IndexError_):
    """A file of the index is missing or is not what was written; ``file`` says which."""

    def __init__(self, path: Path | str, file: str, problem: str) -> None:
        self.file = file
        self.problem = problem
        super().__init__(
            path,
            f"The index at {path} is damaged: {file} {problem}. Nothing of it is searched. "
            f"Build it again from its sources: onrecord index FILES… --index {path} --rebuild",
        )


class NotInIndex(IndexError_):
    """No document, passage or range of that name in the index. ``what`` says it without where the index lies."""

    def __init__(self, root: Path, what: str, hint: str = "") -> None:
        super().__init__(root, f"{what} {hint}".rstrip())
        self.what = what

    @classmethod
    def document(cls, root: Path, document_id: str) -> NotInIndex:
        """Of a document."""
        return cls(root, f"There is no document {document_id} in the index.", f"See: onrecord list --index {root}")
