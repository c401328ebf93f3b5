"""ZIP archives for tests: sound ones, and those that somebody with bad intentions would send."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path


def packed(files: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with these files, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return out.getvalue()


def write_zip(path: Path, files: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(files, method=method))
    return path


def stating(raw: bytes, size: int) -> bytes:
    """An archive of one file that states another size for it, in both places that tell it."""
    local, central = raw.index(b"PK\x03\x04"), raw.index(b"PK\x01\x02")
    changed = bytearray(raw)
    struct.pack_into("<I", changed, local + 22, size)
    struct.pack_into("<I", changed, central + 24, size)
    return bytes(changed)


def flagged(raw: bytes, flag: int) -> bytes:
    """An archive of one file with a flag set, as encryption does."""
    local, central = raw.index(b"PK\x03\x04"), raw.index(b"PK\x01\x02")
    changed = bytearray(raw)
    changed[local + 6] |= flag
    changed[central + 8] |= flag
    return bytes(changed)
