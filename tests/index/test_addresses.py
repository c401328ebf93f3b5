"""Web addresses: which are fetched, and which machines are nobody's but one's own."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.addresses import checked, is_address, is_private, recording_address
from index.errors import FetchRefused


@pytest.mark.parametrize("given", ["https://a.example/x", "HTTP://a.example", "ftp://a.example/x", "file:///etc/passwd"])
def test_what_has_a_scheme_is_an_address(given: str) -> None:
    """Also one that is then refused: it is never taken for a path."""
    assert is_address(given)


@pytest.mark.parametrize("given", ["a.example/x", "interviews", "./https:/x", "C:\\x", "", Path("https://a.example")])
def test_what_has_none_is_a_path(given: str | Path) -> None:
    """Without a scheme it is a file's name; a ``Path`` always is."""
    assert not is_address(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://a.example/x?y=1#part", "https://a.example/x?y=1"),
        ("HTTPS://A.Example", "https://a.example"),
        ("http://münchen.example/ä", "http://xn--mnchen-3ya.example/%C3%A4"),
        ("http://[2606:4700::1]:8080/x", "http://[2606:4700::1]:8080/x"),
    ],
)
def test_an_address_is_written_one_way(given: str, expected: str) -> None:
    """Without its fragment, with what browsers escape escaped."""
    assert str(checked(given)) == expected


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("ftp://a.example/x", "not on the web"),
        ("file:///etc/passwd", "not on the web"),
        ("gopher://a.example", "not on the web"),
        ("http://", "names no machine"),
        ("http:///x", "names no machine"),
        ("http://a.example:0/", "names no machine"),
        ("http://a.example:99999/", "names no machine"),
        ("http://user:secret@a.example/", "user name or password"),
        ("http://good.example@evil.example/", "user name or password"),
        ("http://[fe80::1%25eth0]/", "network interface"),
        ("http://[::1/", "no web address"),
        ("http://a b.example/", "no web address"),
        ("http://a.example/\r\nHost: b", "no web address"),
        ("http://a.example/" + "x" * 5000, "no web address"),
        ("http://0177.0.0.1/", "no web address"),
        ("http://999.1.1.1/", "no web address"),
    ],
)
def test_what_is_refused_as_it_is_written(given: str, problem: str) -> None:
    """Other schemes, user names, interfaces and nonsense: each is told as what it is."""
    with pytest.raises(FetchRefused, match=problem) as caught:
        checked(given)
    assert caught.value.address == given[:4096]


@given(st.text(max_size=40), st.sampled_from(["http://", "https://", "http://[", "http://a.example/", "http://a:"]))
def test_any_address_is_checked(rest: str, start: str) -> None:
    """Whatever is given, it is an address that can be asked, or refused as no such thing."""
    try:
        url = checked(start + rest)
    except FetchRefused:
        return
    assert url.scheme in ("http", "https")
    assert url.host
    assert not url.userinfo
    assert not url.fragment


PRIVATE = (
    "127.0.0.1 127.255.0.9 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200 "
    "192.0.0.192 192.0.2.7 198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 "
    "168.63.129.16 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 2001::1 100::1 "
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 "
    "2002:7f00:1:: 2002:a9fe:a9fe::1 nonsense 1.2.3 2130706433"
).split()
PUBLIC = "8.8.8.8 1.1.1.1 172.32.0.1 100.128.0.1 193.0.6.139 2606:4700::1 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808".split()


@pytest.mark.parametrize("machine", PRIVATE)
def test_private_machines(machine: str) -> None:
    """Loopback, private, link-local, shared, multicast and metadata addresses, and what hides one in IPv6."""
    assert is_private(machine)


@pytest.mark.parametrize("machine", PUBLIC)
def test_public_machines(machine: str) -> None:
    """What anybody on the internet can reach."""
    assert not is_private(machine)


@given(st.ip_addresses())
def test_what_python_calls_private_is_private(machine: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Our list leaves out none of Python's, and no form of an address is more public than the plain one."""
    if machine.is_private or machine.is_multicast or machine.is_link_local or machine.is_loopback or machine.is_unspecified:
        assert is_private(str(machine))
    if isinstance(machine, ipaddress.IPv4Address):
        assert is_private(f"::ffff:{machine}") == is_private(str(machine))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"media": "https://a.example/talk.mp3"}, "https://a.example/talk.mp3"),
        ({"audio": " http://a.example:8080/ä.ogg#t=3 "}, "http://a.example:8080/%C3%A4.ogg"),
        ({"media": "https://a.example/a b.mp3"}, None),
        ({"audio": "talk.mp3", "video_url": "https://b.example/v"}, "https://b.example/v"),
        ({"media": "https://müller.example/x"}, "https://xn--mller-kva.example/x"),
        ({"media": "javascript:alert(1)"}, None),
        ({"media": "javascript://a.example/%0aalert(1)"}, None),
        ({"audio": "data:audio/wav;base64,AA"}, None),
        ({"audio": "//a.example/x.mp3"}, None),
        ({"audio": "file:///etc/passwd"}, None),
        ({"audio": "https://user:secret@a.example/x.mp3"}, None),
        ({"audio": {"url": "https://a.example"}, "video": 7, "media": None}, None),
        ({}, None),
    ],
)
def test_a_recording_has_a_web_address_or_none(fields: dict[str, object], expected: str | None) -> None:
    """A recording's address is one on the web, as a browser would write it, under any of its usual names."""
    assert recording_address(fields) == expected
