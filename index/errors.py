"""Every error that indexing or reading an index can raise, in one tree.

::

    OnrecordError
    ├── SourceError            one input can't be taken (the others still are)
    │   ├── UnreadableSource   the file can't be opened or followed
    │   ├── UndecodableSource  its bytes are not text
    │   ├── UnsupportedSource  no parser for its kind
    │   └── MalformedSource    its kind is known, its content is broken; knows the place
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


class OnrecordError(Exception):
    """The base of all errors raised on purpose by this project."""


class SourceError(OnrecordError):
    """One input can't be indexed. ``path`` is the input, ``problem`` the reason, ``advice`` the next step."""

    def __init__(self, path: Path | str, problem: str, advice: str = "") -> None:
        self.path = Path(path)
        self.problem = problem
        self.advice = advice
        shown = str(path).encode("utf-8", "backslashreplace").decode("utf-8")  # a name on a disk need not be text
        super().__init__(f"{shown}: {problem}" + (f" {advice}" if advice else ""))


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
    """No document, passage or range of that name in the index."""
