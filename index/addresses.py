"""Web addresses: which inputs are one, what is wrong with one, and to which machines a page is asked for.

An address is judged twice: as it is written here, and by every machine that its host stands for when it is looked up
(:func:`is_private`), since a harmless name can stand for a machine of one's own network.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx

from index.errors import FetchRefused

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_MAX_CHARS = 4096
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f]")
_RECORDING_FIELDS: Final = ("media", "media_url", "audio", "audio_url", "video", "video_url")

_PRIVATE: Final = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 "
        "192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 168.63.129.16/32 "
        "2001::/23 2001:db8::/32 3fff::/20"
    ).split()
)
"""Own machines and networks, providers' and documentation's blocks (IANA's registries), and a cloud's metadata service.

Written out, since what Python calls private differs between its versions. Of IPv6 only 2000::/3 is public at all.
"""
_PUBLIC_V6: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def is_address(given: Path | str) -> bool:
    """Whether an input is an address and no path; one with another scheme than the web's is an address, too."""
    return isinstance(given, str) and bool(_SCHEME.match(given))


def checked(given: str, *, asked: str | None = None) -> httpx.URL:
    """The address without its fragment; raises :class:`FetchRefused` unless it is one that can be fetched.

    ``asked`` is the address that the user named, where ``given`` is one that a server led on to.
    """
    asked = asked or given
    if len(given) > _MAX_CHARS or _UNSAFE.search(given):
        raise _refused(asked, given, "is no web address: it is too long or has blanks in it.", "Check the address.")
    try:
        url = httpx.URL(given).copy_with(fragment=None)
        scheme, host, port = url.scheme, url.host, url.port
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(asked, given, f"is no web address ({error}).", "Check the address.") from error
    if scheme not in ("http", "https"):
        raise _refused(asked, given, "is not on the web.", "Only http:// and https:// are fetched; give files by their paths.")
    if not host or port == 0 or (port or 1) > 65_535:
        raise _refused(asked, given, "names no machine.", "Check the address.")
    if url.userinfo:
        raise _refused(
            asked, given, "holds a user name or password, which the index would keep.", "Save the page, and index the file."
        )
    if "%" in host:
        raise _refused(asked, given, "names a network interface.", "Check the address.")
    return url


def recording_address(fields: Mapping[str, object]) -> str | None:
    """The web address of the recording, of what a source says of itself; ``None`` where it names none that is one."""
    for name in _RECORDING_FIELDS:
        given = fields.get(name)
        if isinstance(given, str) and is_address(given.strip()):
            try:
                return str(checked(given.strip()))
            except FetchRefused:
                continue
    return None


def _refused(asked: str, given: str, problem: str, advice: str) -> FetchRefused:
    led = "" if given == asked else f"leads on to {given[:200]!r}, which "
    return FetchRefused(asked[:_MAX_CHARS], led + problem, advice, address=given[:_MAX_CHARS])


def is_private(machine: str) -> bool:
    """Whether an IP address belongs to no machine on the public internet, or can't be told to."""
    try:
        ip = ipaddress.ip_address(machine)
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return is_private(str(inner))
        if ip.scope_id or ip not in _PUBLIC_V6:
            return True
    return any(ip in block for block in _PRIVATE)
