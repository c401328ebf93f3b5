"""The packed parts of a PDF, looked at before anything reads them: how far they unfold, and whether they are whole.

PDFium mends what it can and says nothing, so that half a page would be taken for a page. Pictures are passed over: no text
is read from them. What an encrypted file packs can't be seen here.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final

from index.errors import MalformedSource, UnreadableSource
from index.limits import Limits
from index.records import Source

_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FILTERS = re.compile(rb"/Filter\s*(?:\[([^\]]*)\]|(/\w+))")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_DICTIONARY_BYTES: Final = 2048
_BLOCK_BYTES: Final = 1 << 16
_FLATE: Final = frozenset((b"FlateDecode", b"Fl"))
_HEX: Final = frozenset((b"ASCIIHexDecode", b"AHx"))
_KNOWN: Final = _FLATE | _HEX | {b"ASCII85Decode", b"A85"}
_MAX_LAYERS: Final = 8


def refuse_unsound(source: Source, limits: Limits) -> None:
    """Raises a :class:`~index.errors.SourceError` for what is no PDF, is cut short, damaged, or unfolds to too much."""
    data = source.data
    if b"%PDF-" not in data[:1024]:
        raise MalformedSource(source.path, "not a PDF: it doesn't begin with %PDF-.", "Give it the suffix of what it is.")
    end = data.rfind(b"%%EOF")
    if end < 0 or _OBJECT.search(data, end):
        raise MalformedSource(
            source.path,
            "the file is cut short: its end mark (%%EOF) is missing.",
            "Get it again, or save it again from a PDF viewer that shows all pages.",
        )
    is_plain = b"/Encrypt" not in data
    room = limits.expanded_bytes
    for match in _STREAM.finditer(data):
        head = data[max(0, match.start() - _DICTIONARY_BYTES) : match.start()]
        filters = _filters(head[head.rfind(b"obj") + 1 :])
        if not filters or not is_plain:
            continue
        stop = data.find(b"endstream", match.end())
        try:
            room -= _unfolded(memoryview(data)[match.end() : stop if stop > 0 else None], filters, room)
        except (zlib.error, binascii.Error, ValueError) as error:
            raise MalformedSource(
                source.path,
                f"damaged: what is packed at byte {match.end():,} can't be unpacked ({error}).",
                "Get it again, or look through it in a PDF viewer and, if nothing is missing, save it again from there.",
            ) from error
        if room < 0:
            raise UnreadableSource(
                source.path,
                f"its packed parts unfold to more than the {limits.expanded_bytes / 2**20:,.0f} MiB that are allowed.",
                "If it is what it seems to be, save it again from a PDF viewer, or raise ONRECORD_MAX_EXPANDED.",
            )


def _filters(head: bytes) -> list[bytes]:
    """How a stream is packed, from the outermost, as far as it can be told; nothing for a picture."""
    match = _FILTERS.search(head)
    if not match or _PICTURE.search(head):
        return []
    names = (match[1] or match[2]).replace(b"/", b" ").split()
    stop = next((number for number, name in enumerate(names) if name not in _KNOWN), len(names))
    return names[: min(stop, _MAX_LAYERS)]


def _unfolded(packed: memoryview, filters: list[bytes], room: int) -> int:
    """How many bytes a stream takes where it is largest, counted up to a little over ``room``."""
    blocks: Iterator[bytes] = (bytes(packed[at : at + _BLOCK_BYTES]) for at in range(0, len(packed), _BLOCK_BYTES))
    sizes = [0] * len(filters)
    for layer, name in enumerate(filters):
        blocks = _inflate(blocks, sizes, layer) if name in _FLATE else _from_ascii(blocks, is_hex=name in _HEX)
    for _ in blocks:
        if max(sizes) > room:
            break
    return max(sizes)


def _inflate(blocks: Iterator[bytes], sizes: list[int], layer: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for block in blocks:
        rest = block
        while rest and not unpacker.eof:
            opened = unpacker.decompress(rest, _BLOCK_BYTES)
            sizes[layer] += len(opened)
            yield opened
            rest = unpacker.unconsumed_tail
    if sizes[layer] and not unpacker.eof:
        raise zlib.error("it ends before its end")


def _from_ascii(blocks: Iterator[bytes], *, is_hex: bool) -> Iterator[bytes]:
    """The bytes behind letters; as many or fewer, so that they may be taken whole."""
    letters = b"".join(b"".join(blocks).split())
    if is_hex:
        digits = letters.partition(b">")[0]
        yield bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    else:
        yield base64.a85decode(letters.removeprefix(b"<~").partition(b"~>")[0])
