"""Office files as packages: a ZIP archive of XML parts, opened with bounds and read as a stream of elements.

Nothing outside the file is ever looked up and no entity resolved: a part with a document type declaration, which none of
these formats has, is refused. A part is never held as a tree, so that a large one takes no more than its text.
"""

from __future__ import annotations

import codecs
import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, cast

import lxml.etree

from index.errors import MalformedSource, UnreadableSource, UnsupportedSource
from index.limits import Limits
from index.records import Source

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
_MAX_RATIO = 200
_RATIO_MATTERS_FROM = 32 * 2**20
_BLOCK = 2**16
_MAX_DEPTH = 500
_DOCTYPE = "<!DOCTYPE"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError, IndexError)


class Handler:
    """Is told of a part's elements and words, in their order; names are ``{namespace}local``. This one passes over all."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, words: str) -> None:
        """Words in the element that began last and hasn't ended; they may come in pieces."""

    def close(self) -> None:
        """The part is at its end."""


class _Bounded(Handler):
    """Hands on to another what it is told, while elements nest no deeper than an office program would nest them."""

    def __init__(self, handler: Handler, source: Source) -> None:
        self._handler = handler
        self._source = source
        self._depth = 0
        self.data = handler.data  # type: ignore[method-assign]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            problem = f"elements nest more than {_MAX_DEPTH} deep."
            raise MalformedSource(self._source.path, problem, "Open it in an office program and save its text.")
        self._handler.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._handler.end(tag)


class Package:
    """The parts of one office file."""

    def __init__(self, source: Source, limits: Limits, kind: str) -> None:
        """Opens the package; raises a :class:`~index.errors.SourceError` that says what it is instead, or how far too large."""
        self._source = source
        self._kind = kind
        _refuse_others(source, kind)
        if source.data.count(b"PK\x01\x02") > limits.members:
            raise UnreadableSource(
                source.path, f"an archive of more than {limits.members:,} files.", "Save the document again."
            )
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(source.data))
        except _BROKEN as error:
            raise self._broken(error) from error
        expanded = sum(info.file_size for info in self._archive.infolist())
        is_bomb = expanded > _RATIO_MATTERS_FROM and expanded > _MAX_RATIO * len(source.data)
        if expanded > limits.expanded_bytes or is_bomb:
            raise UnreadableSource(
                source.path,
                f"it unfolds to {expanded / 2**20:,.0f} MiB from {len(source.data) / 2**20:,.1f} MiB, "
                f"more than a document may ({limits.expanded_bytes / 2**20:,.0f} MiB, and {_MAX_RATIO} times its size).",
                "Remove its pictures and save it again.",
            )

    def has(self, part: str) -> bool:
        return part in self._archive.NameToInfo

    def first_bytes(self, part: str, count: int) -> bytes:
        """The beginning of a part; empty where there is none."""
        if not self.has(part):
            return b""
        try:
            with self._archive.open(part) as stream:
                return stream.read(count)
        except _BROKEN as error:
            raise self._broken(error) from error

    def read(self, part: str, handler: Handler) -> None:
        """Tells ``handler`` of a part from its first element to its last."""
        target = cast("Any", _Bounded(handler, self._source))  # lxml's stubs want methods that lxml doesn't
        parser = lxml.etree.XMLParser(target=target, encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
        try:
            with self._archive.open(part) as stream:
                decoder: codecs.IncrementalDecoder | None = None
                seen = ""
                while block := stream.read(_BLOCK):
                    decoder = decoder or _decoder(block)
                    words = decoder.decode(block)
                    self._refuse_doctype(part, seen + words)
                    seen = words[-len(_DOCTYPE) :]
                    parser.feed(words.encode("utf-8"))
            parser.close()
        except lxml.etree.XMLSyntaxError as error:
            raise MalformedSource(
                self._source.path,
                f"{part} is broken XML ({error.msg}).",
                f"Open it in an office program and save it as {self._kind}.",
            ) from error
        except _BROKEN as error:
            raise self._broken(error, part) from error

    def main_part(self, kind: str, usual: str) -> str:
        """The part that the package names as its main one, a relationship of type ``…/kind``; else the usual one."""
        found = _Relationships(kind)
        if self.has("_rels/.rels"):
            self.read("_rels/.rels", found)
        target = posixpath.normpath(found.target.lstrip("/")) if found.target else usual
        return target if self.has(target) else usual

    def _refuse_doctype(self, part: str, words: str) -> None:
        if _DOCTYPE in words:
            raise MalformedSource(
                self._source.path,
                f"{part} declares a document type, through which it could take in other files.",
                f"No {self._kind} file needs one: save it again with an office program.",
            )

    def _broken(self, error: Exception, part: str = "") -> MalformedSource | UnsupportedSource:
        place = f"{part} of " if part else ""
        if "encrypted" in str(error) or "password" in str(error):
            return UnsupportedSource(self._source.path, "it has a password.", "Save it without one.")
        return MalformedSource(
            self._source.path,
            f"{place}the {self._kind} file can't be unpacked ({error}).",
            "It is cut short or damaged: fetch it again, or save it again.",
        )


def _decoder(block: bytes) -> codecs.IncrementalDecoder:
    """These formats know UTF-8 and UTF-16 only; another charset that a part declares can't smuggle anything in."""
    is_wide = block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return codecs.getincrementaldecoder("utf-16" if is_wide else "utf-8-sig")("strict")


def _refuse_others(source: Source, kind: str) -> None:
    data = source.data
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnsupportedSource(source.path, "it has a password.", f"Save it as {kind} without one.")
        raise UnsupportedSource(source.path, "an Office file of the old format (.doc).", f"Save it as {kind}.")
    if data.startswith(_RTF):
        raise UnsupportedSource(source.path, f"a rich text file (RTF) and no {kind} file.", f"Save it as {kind}.")
    if not data.startswith(b"PK"):
        raise MalformedSource(source.path, f"no {kind} file: it doesn't begin as a ZIP archive does.", f"Save it as {kind}.")


class _Relationships(Handler):
    """The target of the first relationship of a kind."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.target: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self.target is None and attributes.get("Type", "").endswith(f"/{self._kind}"):
            self.target = attributes.get("Target")


class Fields(Handler):
    """The words of a part's elements by their local names, each the first of its name: what core properties need."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._name = ""
        self._words: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._name, self._words = tag.rpartition("}")[2], []

    def end(self, tag: str) -> None:
        words = " ".join("".join(self._words).split())
        if words and tag.rpartition("}")[2] == self._name:
            self.found.setdefault(self._name, words[:1000])
        self._words = []

    def data(self, words: str) -> None:
        self._words.append(words)
