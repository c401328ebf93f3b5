"""Files to original bytes, and bytes to text: the only place where bytes are decoded.

Text mode is never used: it rewrites line ends and shifts every offset. What the text means is told by
:mod:`index.formats`.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import charset_normalizer

from index.errors import UndecodableSource, UnreadableSource
from index.limits import DEFAULT_LIMITS, Limits
from index.records import Source

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"ID3", "a sound recording"),
    (b"\x7fELF", "a program"),
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.\-]{2,40})["']""")
# The last two are the start of a curly quote and of an emoji, cut short: no other charset makes words of them.
_UTF8_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|\xe2[\x80-\x82]|\xf0\x9f[\x80-\xbf]?"
)
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
# The HTML standard reads these labels as windows-1252, which holds every page that says them in good faith.
_WEB_ALIASES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
# A declaration that could be read as ASCII can't mean these; some of them are not for text at all.
_NEVER_DECLARED = frozenset(
    "utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be utf-7 unicode_escape raw_unicode_escape unicode-escape "
    "raw-unicode-escape idna punycode undefined".split()
)
# The letters beyond ASCII of the languages that are written in windows-1252, a language or a family an entry.
_WESTERN_ALPHABETS = tuple(
    frozenset(letters)
    for letters in ("äöüßé àâæçèéêëîïôœùûüÿ áéíñóúüç àáâãçéêíóôõúü àèéìíîòóùú àçèéíïòóúü åäöéæøü áæéíóöúýðþø áèéêëïöóü".split())
)
_SIGN_IN_A_WORD = re.compile(r"[^\W\d_](?![·ªº\xad])[\xa1-\xbf†‡ˆ‰˜€][^\W\d_]")
_OTHER_CHARSETS = (
    "cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 iso8859_2 iso8859_5 iso8859_7 iso8859_9 koi8_r koi8_u "
    "cp932 euc_jp gb18030 big5 cp949".split()
)


def unreadable(path: Path, error: OSError) -> UnreadableSource:
    """What is said of a file that the system does not let be read."""
    return UnreadableSource(path, f"can't be read ({error.strerror or error}).", "Check the path and its permissions.")


def read(path: Path, limits: Limits = DEFAULT_LIMITS) -> Source:
    """The file's bytes and their SHA-256.

    Raises :class:`UnreadableSource` when it can't be opened, is empty, or is larger than ``limits.source_bytes``.
    """
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size > limits.source_bytes:
                raise too_large(path, limits)
            data = file.read(limits.source_bytes + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    return source_of(path, data, limits)


def too_large(path: Path | str, limits: Limits) -> UnreadableSource:
    """What is said of a source over the limit, of whatever kind."""
    most = f"{limits.source_bytes / 2**20:,.0f} MiB" if limits.source_bytes >= 2**20 else f"{limits.source_bytes:,} bytes"
    return UnreadableSource(path, f"more than the {most} that one source may have.", "Split it, or raise ONRECORD_MAX_SOURCE.")


def source_of(path: Path, data: bytes, limits: Limits) -> Source:
    """Bytes as a source, with their digest; raises :class:`UnreadableSource` when they are too many or say nothing."""
    if len(data) > limits.source_bytes:
        raise too_large(path, limits)
    if not data.strip():
        raise UnreadableSource(path, "the file is empty.", "Nothing in it can be quoted.")
    return Source(path=path, data=data, sha256=hashlib.sha256(data).hexdigest())


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes, read in blocks; raises :class:`UnreadableSource`."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error


def decode(source: Source, *, declared: str | None = None, is_markup: bool = False) -> str:
    """The bytes as text: by byte-order mark, by declaration, as UTF-8, or by detection, in this order.

    A byte-order mark is not part of the text. Line ends stay as they are. ``is_markup`` looks for the charset that an
    HTML or XML page declares. Raises :class:`UndecodableSource` rather than replace a character: text that is UTF-8
    but for some broken bytes is refused with their place, not read as another charset, and so is text in which no
    language is recognised.
    """
    data, declared = source.data, declared or source.charset
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strictly(source, encoding, skip=len(bom))
    _refuse_binary(source)
    for encoding in (declared, *(_declared_charsets(data) if is_markup else ())):
        if encoding and (text := _try(data, encoding)) is not None:
            return _despite(encoding, data) or text
    if (text := _try(data, "utf-8")) is not None:
        return text
    if _means_utf8(data):
        return _strictly(source, "utf-8")  # says where it breaks
    if (text := _western(data)) is not None:
        return text
    best = charset_normalizer.from_bytes(data, cp_isolation=_OTHER_CHARSETS).best()
    if best is None or not best.coherence:
        raise UndecodableSource(source.path, "its character encoding can't be told.", "Save it as UTF-8.")
    return _strictly(source, best.encoding)


def _despite(encoding: str, data: bytes) -> str | None:
    """``data`` as UTF-8 where it is that in spite of a declared windows-1252: words of one are hardly ever the other by chance.

    Templates and servers that say latin-1 of whatever they send are old and many.
    """
    is_western = _WEB_ALIASES.get(encoding.lower(), encoding.lower()) in ("cp1252", "windows-1252")
    return _try(data, "utf-8") if is_western and _HIGH_BYTE.search(data) else None


def _means_utf8(data: bytes) -> bool:
    """Whether bytes that are not UTF-8 were meant to be: no more stray bytes than whole characters beyond ASCII."""
    rest, whole = _UTF8_CHARACTER.subn(b"", data)
    return len(_HIGH_BYTE.findall(rest)) <= whole


def _western(data: bytes) -> str | None:
    """``data`` as windows-1252 where that makes words of a language written in it, else ``None``.

    Statistics tell it badly from its neighbours (``gaden på`` and ``gaden pĺ`` look alike to them); alphabets do not.
    """
    text = _try(data, "cp1252")
    if text is None or _SIGN_IN_A_WORD.search(text):
        return None
    letters = Counter(character for character in text.lower() if character.isalpha())
    foreign = Counter({letter: count for letter, count in letters.items() if not letter.isascii()})
    total = foreign.total()
    own = max(sum(foreign[letter] for letter in alphabet) for alphabet in _WESTERN_ALPHABETS)
    return text if own >= 0.9 * total or total <= 0.02 * letters.total() else None


def _strictly(source: Source, encoding: str, *, skip: int = 0) -> str:
    data = source.data
    try:
        return data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        at = skip + error.start
        line = data.count(b"\n", 0, at) + 1
        raise UndecodableSource(
            source.path,
            f"broken {encoding.upper()} at byte {at} (line {line}).",
            "Repair the file, or save it again as UTF-8.",
        ) from error


def _try(data: bytes, encoding: str) -> str | None:
    """``data`` in a declared encoding; ``None`` when the declaration is wrong, which happens."""
    name = _WEB_ALIASES.get(encoding.lower(), encoding)
    try:
        codec = codecs.lookup(name)
        if codec.name in _NEVER_DECLARED or not codec._is_text_encoding:
            return None
        return data.decode(name)
    except (UnicodeError, LookupError):
        return None


def _declared_charsets(data: bytes) -> Iterator[str]:
    head = data[:4096]
    for pattern in (_XML_CHARSET, _META_CHARSET):
        if match := pattern.search(head):
            yield match.group(1).decode("ascii")


def _refuse_binary(source: Source) -> None:
    data = source.data
    for magic, kind in _BINARY_MAGIC:
        if data.startswith(magic):
            raise UndecodableSource(source.path, f"this is {kind}, not text.", "Convert it to text or HTML first.")
    if b"\x00" in data[:8192]:
        problem = "a binary file, not text: it holds NUL bytes."
        raise UndecodableSource(source.path, problem, "Convert it to text or HTML first.")
