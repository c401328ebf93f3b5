"""The settings, read once at an entry point: a flag wins over the environment, the environment over ``onrecord.toml``.

Everything below an entry point gets its values as arguments and never looks here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.limits import DEFAULT_LIMITS, Limits
from qa.errors import BadSetting

SETTINGS_FILE = "onrecord.toml"
PREFIX = "ONRECORD_"
_SIZE = re.compile(r"(?P<number>\d{1,18}(?:\.\d{1,6})?) ?(?:(?P<unit>[KMGT]?)B?)", re.ASCII | re.IGNORECASE)
_MIN_PARSE_MEMORY = 256_000_000
"""What Python and the parsers take before they read a word."""
_MIN_KEY_CHARS = 16
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; each is ``ONRECORD_NAME`` in the environment and ``name`` in ``onrecord.toml``.

    ``index``: the folder of the index. ``model``: a sentence-transformers name or path, the bundled one when unset.
    ``reranker``: a sentence-transformers CrossEncoder in the place of the bundled judge; ``fast``: no judge at all.
    ``speakers``: a list of people by which speakers are named, the one that the index remembers when unset.
    ``cache``: where exported models are kept, the user's cache when unset. ``limit``: passages of an answer.
    ``threshold``: confidence under which nothing counts as found, 0..1, as measured when unset.
    ``memory``: bytes that an index's vectors may take, as many as they need when unset.
    ``url``: a running service to ask instead. ``history``: whether a conversation's questions are kept for the next one.
    ``host``, ``port``: where the service listens. ``workers``: its processes.
    ``allowed_origins``: other sites whose pages may call the service and embed its page, separated by commas.
    ``public_url``: the address under which others reach the service, for links to its pages; the request's when unset.
    ``writable``: whether documents may be added and removed over HTTP, by who has the ``key`` (at least 16 characters).
    ``max_…`` and ``parse_…``: what one source may be and take, as :class:`~index.limits.Limits` tells it.
    """

    index: Path = Path(".onrecord")
    model: str | None = None
    reranker: str | None = None
    fast: bool = False
    speakers: Path | None = None
    cache: Path | None = None
    limit: int = 5
    threshold: float | None = None
    memory: int | None = None
    url: str | None = None
    history: bool = True
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    allowed_origins: tuple[str, ...] = ()
    public_url: str | None = None
    writable: bool = False
    key: str | None = field(default=None, repr=False)
    max_source: int = DEFAULT_LIMITS.source_bytes
    max_expanded: int = DEFAULT_LIMITS.expanded_bytes
    max_members: int = DEFAULT_LIMITS.members
    max_pages: int = DEFAULT_LIMITS.pages
    max_chars: int = DEFAULT_LIMITS.text_chars
    max_name: int = DEFAULT_LIMITS.name_chars
    parse_seconds: float = DEFAULT_LIMITS.seconds
    parse_memory: int = DEFAULT_LIMITS.memory_bytes

    @property
    def limits(self) -> Limits:
        """What one source may be and take."""
        return Limits(
            source_bytes=self.max_source,
            expanded_bytes=self.max_expanded,
            members=self.max_members,
            pages=self.max_pages,
            text_chars=self.max_chars,
            name_chars=self.max_name,
            seconds=self.parse_seconds,
            memory_bytes=self.parse_memory,
        )

    @classmethod
    def read(cls, environment: Mapping[str, str], folder: Path = Path()) -> Settings:
        """The settings of ``folder``'s file and the environment; raises :class:`~qa.errors.BadSetting`."""
        values: dict[str, Any] = {}
        for name, raw in _from_file(folder / SETTINGS_FILE).items():
            values[name] = _cast(f"{name} in {SETTINGS_FILE}", name, raw)
        for name in _CASTS:
            if raw := environment.get(PREFIX + name.upper()):
                values[name] = _cast(PREFIX + name.upper(), name, raw)
        return cls(**values)

    def over(self, **flags: Any) -> Settings:
        """These settings with the flags that were given; ``None`` means not given."""
        given = {name: _cast(f"--{name}", name, value) for name, value in flags.items() if value is not None}
        return replace(self, **given)

    def to_environment(self) -> dict[str, str]:
        """These settings as environment variables, for a process that reads them there."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            PREFIX + name.upper(): ",".join(value) if isinstance(value, tuple) else str(value)
            for name, value in values.items()
            if value is not None
        }


def history_path(environment: Mapping[str, str]) -> Path | None:
    """Where questions are kept: in the user's state folder, as the XDG base directories have it; ``None`` without a home."""
    given = Path(environment.get("XDG_STATE_HOME", ""))
    home = environment.get("HOME")
    folder = given if given.is_absolute() else Path(home) / ".local" / "state" if home else None
    return folder / "onrecord" / "history" if folder else None


def expected(name: str) -> str:
    """What a setting may be, in words."""
    return _CASTS[name][1]


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(str(path), str(error), "a TOML file") from error
    known = [field.name for field in fields(Settings)]
    for name in found:
        if name not in known:
            raise BadSetting(str(path), name, f"one of {', '.join(known)}")
    return found


def _cast(where: str, name: str, raw: Any) -> Any:
    cast, wanted = _CASTS[name]
    try:
        return cast(raw)
    except (TypeError, ValueError, KeyError) as error:
        raise BadSetting(where, "(not shown)" if name == "key" else raw, wanted) from error


def _number(low: float, high: float, kind: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def cast(raw: Any) -> Any:
        value = kind(raw)
        if not low <= value <= high:
            raise ValueError
        return value

    return cast


def _whole(raw: Any) -> int:
    if isinstance(raw, bool) or (isinstance(raw, float) and not raw.is_integer()):
        raise ValueError
    return int(raw)


def _fraction(raw: Any) -> float:
    if isinstance(raw, bool):
        raise ValueError
    return float(raw)


def _switch(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    return {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}[
        str(raw).strip().casefold()
    ]


def _size(raw: Any) -> int:
    """Bytes, of a number or of words such as ``500MB``: units of 1000."""
    match = _SIZE.fullmatch(str(raw).strip())
    if isinstance(raw, bool) or not match:
        raise ValueError
    return int(Decimal(match["number"]) * _UNITS[(match["unit"] or "").upper()])


def _words(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError
    return raw


def _secret(raw: Any) -> str:
    key = _words(raw)
    if len(key) < _MIN_KEY_CHARS or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError
    return key


def _web(raw: Any) -> str:
    address = _words(raw).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or len(address.split()) != 1:
        raise ValueError
    return address


def _list(raw: Any) -> tuple[str, ...]:
    items = raw.split(",") if isinstance(raw, str) else raw
    return tuple(str(item).strip().rstrip("/") for item in items if str(item).strip())


_CASTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "index": (lambda raw: Path(raw).expanduser(), "a folder"),
    "cache": (lambda raw: Path(raw).expanduser(), "a folder"),
    "speakers": (lambda raw: Path(raw).expanduser(), "a TOML file"),
    "model": (_words, "the name or path of a sentence-transformers model"),
    "reranker": (_words, "the name or path of a sentence-transformers CrossEncoder"),
    "fast": (_switch, "true or false"),
    "limit": (_number(1, 100, _whole), "a whole number from 1 to 100"),
    "threshold": (_number(0.0, 1.0, _fraction), "a number from 0 to 1"),
    "memory": (_size, "a size such as 500MB or 2GB"),
    "url": (_web, "an http:// or https:// address"),
    "history": (_switch, "true or false"),
    "host": (_words, "a host name or address"),
    "port": (_number(0, 65535, _whole), "a port from 0 to 65535"),
    "workers": (_number(1, 64, _whole), "a whole number from 1 to 64"),
    "allowed_origins": (_list, "origins separated by commas"),
    "public_url": (_web, "an http:// or https:// address"),
    "writable": (_switch, "true or false"),
    "key": (_secret, "at least 16 characters without blanks"),
    "max_source": (_number(1, 2**40, _size), "a size such as 256MB, at least one byte"),
    "max_expanded": (_number(1, 2**40, _size), "a size such as 512MB, at least one byte"),
    "max_members": (_number(1, 10**7, _whole), "a whole number from 1 to 10000000"),
    "max_pages": (_number(1, 10**7, _whole), "a whole number from 1 to 10000000"),
    "max_name": (_number(1, 10_000, _whole), "a whole number from 1 to 10000"),
    "max_chars": (_number(1, 2**40, _whole), f"a whole number from 1 to {2**40}"),
    "parse_seconds": (_number(0.1, 86_400.0, _fraction), "seconds, from 0.1 to 86400"),
    "parse_memory": (_number(_MIN_PARSE_MEMORY, 2**50, _size), "a size such as 3GB, at least 256MB"),
}
