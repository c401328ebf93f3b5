"""Pages from the web: politely, within limits, and from no machine that was not checked. All servers are our own."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio
import httpx
import pytest
from starlette.responses import Response

from index.errors import FetchError, FetchFailed, FetchRefused
from index.fetch import Fetcher, name_of
from index.limits import DEFAULT_LIMITS, Limits
from index.visiting import USER_AGENT, FetchRules, Lookup, look_up
from tests.index.website import Site, html, page, raw_server, redirect, website

HASTY = FetchRules(allow_private=True, delay_s=0.0, total_s=10.0, connect_s=2.0, read_s=5.0)
STRICT = FetchRules(delay_s=0.0, total_s=10.0, connect_s=2.0)


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with website() as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    """A site without pages, without a robots.txt, and that nobody has asked yet."""
    server.robots, server.pages = None, {}
    server.asked.clear()
    return server


@pytest.fixture
def fetcher(tmp_path: Path) -> Fetcher:
    return Fetcher(tmp_path, DEFAULT_LIMITS, HASTY)


def text(words: str, **headers: str) -> Response:
    return Response(words, media_type="text/plain", headers=headers)


def standing_for(*machines: str) -> Lookup:
    """A resolver that gives the same machines for every host."""

    async def lookup(host: str, port: int) -> Sequence[str]:
        return machines

    return lookup


# A page


def test_a_page_is_kept_byte_for_byte(site: Site, fetcher: Fetcher) -> None:
    """Its bytes, its address without the fragment, the charset that the server says, a name of its kind."""
    body = page("Ja, så är det — två gånger.").encode("latin-1", "replace")
    site.pages["/talks/one"] = Response(body, media_type="text/html; charset=ISO-8859-1")
    found = fetcher.fetch(f"{site.url}/talks/one?x=1#part")
    source = found.source(DEFAULT_LIMITS)
    assert (source.data, source.sha256) == (body, found.sha256)
    assert source.url == source.place == f"{site.url}/talks/one?x=1"
    assert source.charset == "iso-8859-1"
    assert source.path == Path("one.html")


def test_a_request_says_who_asks(site: Site, fetcher: Fetcher) -> None:
    """The user agent is ours, nothing else is told, and cookies are neither kept nor sent."""
    site.pages["/a"] = html("Yes, that is so.", **{"set-cookie": "id=7"})
    fetcher.fetch(f"{site.url}/a")
    fetcher.fetch(f"{site.url}/a")
    for request in site.asked:
        assert request.headers["user-agent"] == USER_AGENT == "onrecord"
        assert set(request.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_packed_bytes_are_unpacked(site: Site, fetcher: Fetcher) -> None:
    """What came as gzip is kept as what it holds, in one piece or in several."""
    body = page().encode() * 3000
    site.pages["/a"] = Response(gzip.compress(body), media_type="text/html", headers={"content-encoding": "gzip"})
    assert fetcher.fetch(f"{site.url}/a").file.read_bytes() == body


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("/talks/s140919b.htm", "text/html", "s140919b.html"),
        ("/talks/s140919b.htm", "text/html; charset=utf-8", "s140919b.html"),
        ("/talk", "application/xhtml+xml", "talk.xhtml"),
        ("/talk.html", "application/pdf", "talk.pdf"),
        ("/talk.pdf", "application/octet-stream", "talk.pdf"),
        ("/talk", "application/octet-stream", "talk.html"),
        ("/talk", "", "talk.html"),
        ("/talk.md", "text/plain", "talk.md"),
        ("/talk.srt", "text/plain; charset=utf-8", "talk.srt"),
        ("/talk", "text/plain", "talk.txt"),
        ("/talk", "text/vtt", "talk.vtt"),
        ("/talk", "application/json", "talk.json"),
        ("/talk", "application/ld+json", "talk.json"),
        ("/talk.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "talk.docx"),
        ("/talk.xyz", "application/x-unheard-of", "talk.xyz"),
        ("/talk/", "text/html", "talk.html"),
        ("/", "text/html", "a.example.html"),
        ("", "text/html", "a.example.html"),
        ("/v1.2-notes", "text/html", "v1.2-notes.html"),
        ("/a%2F..%2Fb%00c", "text/html", "a .. b c.html"),
        ("/..%5c..%5cx", "text/html", ".. .. x.html"),
        ("/%C3%A5%20talk.html", "text/html", "å talk.html"),
        ("/%ff%fe", "text/html", "\ufffd\ufffd.html"),
        ("/" + "x" * 1000, "text/html", "x" * 200 + ".html"),
    ],
)
def test_a_name_tells_the_kind(path: str, kind: str, name: str) -> None:
    """By what the server says, then by the address; never with a slash or a control character in it."""
    assert name_of(httpx.URL(f"https://a.example{path}"), kind.split(";", maxsplit=1)[0]) == name


def test_what_is_no_text_is_not_loaded(site: Site, fetcher: Fetcher) -> None:
    """A picture or a recording is refused by its kind."""
    site.pages["/a.mp3"] = Response(b"ID3", media_type="audio/mpeg")
    with pytest.raises(FetchRefused, match="this is audio/mpeg, not a text"):
        fetcher.fetch(f"{site.url}/a.mp3")


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 500, 503, 204, 304])
def test_other_answers_are_failures(site: Site, fetcher: Fetcher, status: int) -> None:
    """What the server answers is told, with its number."""
    site.pages["/a"] = Response(status_code=status)
    with pytest.raises(FetchFailed, match=f"the server answers {status}") as caught:
        fetcher.fetch(f"{site.url}/a")
    assert caught.value.address == f"{site.url}/a"


def test_a_server_that_asks_to_wait_is_quoted(site: Site, fetcher: Fetcher) -> None:
    """When it says how long to wait, so does the message."""
    site.pages["/a"] = Response(status_code=503, headers={"retry-after": "90"})
    with pytest.raises(FetchFailed, match=r"503 .*Try again in 90 s\."):
        fetcher.fetch(f"{site.url}/a")


# robots.txt


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /private", "/a", True),
        ("User-agent: *\nDisallow: /private", "/private/a", False),
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a", True),
        ("User-agent: onrecord\nDisallow: /a\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: onrecord\nAllow: /\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: *\nDisallow: /*.html$", "/a.html", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("<html>no such page</html>", "/a", True),
        ("", "/a", True),
        ("\x00\xff" * 500, "/a", True),
    ],
)
def test_robots_txt_is_obeyed(site: Site, fetcher: Fetcher, robots: str, path: str, allowed: bool) -> None:
    """Its rules for us, else for all; a page that it forbids is not asked for."""
    site.robots, site.pages[path] = text(robots), html()
    if allowed:
        assert fetcher.fetch(f"{site.url}{path}").size
    else:
        with pytest.raises(FetchRefused, match=r"robots\.txt of 127\.0\.0\.1 asks not to fetch"):
            fetcher.fetch(f"{site.url}{path}")
        assert site.paths == ["/robots.txt"]


@pytest.mark.parametrize(
    ("status", "allowed"), [(404, True), (403, True), (401, True), (410, True), (500, False), (503, False), (429, False)]
)
def test_a_site_without_robots_txt(site: Site, fetcher: Fetcher, status: int, allowed: bool) -> None:
    """Where there is none all is allowed; where the server can't tell, nothing is."""
    site.robots, site.pages["/a"] = Response("User-agent: *\nDisallow: /", status_code=status), html()
    if allowed:
        assert fetcher.fetch(f"{site.url}/a").size
    else:
        with pytest.raises(FetchRefused, match=rf"robots\.txt .* can't be had \({status}\)"):
            fetcher.fetch(f"{site.url}/a")
        assert site.paths == ["/robots.txt"]


def test_robots_txt_is_asked_for_once(site: Site, fetcher: Fetcher) -> None:
    """Pages of one site share it."""
    site.pages |= {"/a": html(), "/b": html()}
    fetcher.fetch(f"{site.url}/a")
    fetcher.fetch(f"{site.url}/b")
    assert site.paths == ["/robots.txt", "/a", "/b"]


def test_robots_txt_may_lie_elsewhere(site: Site, fetcher: Fetcher) -> None:
    """A redirect of it is followed, and what it leads to is obeyed."""
    site.robots, site.pages["/r"], site.pages["/a"] = redirect("/r"), text("User-agent: *\nDisallow: /a"), html()
    with pytest.raises(FetchRefused, match="asks not to fetch '/a'"):
        fetcher.fetch(f"{site.url}/a")


def test_robots_txt_that_leads_round_and_round_is_none(site: Site, fetcher: Fetcher) -> None:
    """A robots.txt that can't be reached for redirects forbids nothing, as the standard has it."""
    site.robots, site.pages["/a"] = redirect("/robots.txt"), html()
    assert fetcher.fetch(f"{site.url}/a").size


def test_rules_hold_where_a_redirect_leads(site: Site, fetcher: Fetcher) -> None:
    """A page that may be asked for can't lead to one that may not."""
    site.robots = text("User-agent: *\nDisallow: /private")
    site.pages |= {"/a": redirect("/private/b"), "/private/b": html()}
    with pytest.raises(FetchRefused, match="'/private/b'"):
        fetcher.fetch(f"{site.url}/a")
    assert "/private/b" not in site.paths


def test_pages_of_one_site_are_fetched_slowly(site: Site, tmp_path: Path) -> None:
    """Between two pages lies our own delay, or what the site asks for where that is longer."""
    site.pages |= {"/a": html(), "/b": html()}
    for robots, least in (("", 0.3), ("User-agent: *\nCrawl-delay: 0.6", 0.6)):
        site.robots = text(robots)
        fetcher = Fetcher(tmp_path, DEFAULT_LIMITS, FetchRules(allow_private=True, delay_s=0.3))
        began = time.monotonic()
        fetcher.fetch(f"{site.url}/a")
        fetcher.fetch(f"{site.url}/b")
        assert least <= time.monotonic() - began < least + 2


def test_a_site_that_asks_for_hours_is_not_waited_for(site: Site, fetcher: Fetcher) -> None:
    """The first page is fetched; for the second the delay is told."""
    site.robots = text("User-agent: *\nCrawl-delay: 3600")
    site.pages |= {"/a": html(), "/b": html()}
    fetcher.fetch(f"{site.url}/a")
    with pytest.raises(FetchRefused, match="asks for 3600 s between two pages"):
        fetcher.fetch(f"{site.url}/b")


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, fetcher: Fetcher, status: int) -> None:
    """Relative or absolute; the page's address is where it was found at last."""
    site.pages |= {"/a": redirect("b", status), "/b": redirect(f"{site.url}/c#part", status), "/c": html()}
    assert fetcher.fetch(f"{site.url}/a").url == f"{site.url}/c"


def test_five_redirects_and_no_more(site: Site, fetcher: Fetcher) -> None:
    """A page behind five is found, one behind six is refused."""
    site.pages |= {f"/{number}": redirect(f"/{number + 1}") for number in range(6)} | {"/6": html()}
    assert fetcher.fetch(f"{site.url}/1").url == f"{site.url}/6"
    with pytest.raises(FetchRefused, match="leads on more than 5 times"):
        fetcher.fetch(f"{site.url}/0")


@pytest.mark.parametrize(
    ("to", "problem"),
    [
        ("ftp://a.example/x", "not on the web"),
        ("file:///etc/passwd", "not on the web"),
        ("http://user:pw@a.example/", "user name or password"),
        ("http://[::1", "can't be fetched|no web address"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(site: Site, fetcher: Fetcher, to: str, problem: str) -> None:
    """What would be refused when named is refused when led to."""
    site.pages["/a"] = redirect(to)
    with pytest.raises(FetchError, match=problem):
        fetcher.fetch(f"{site.url}/a")


# Machines


def test_this_machine_is_refused(site: Site, tmp_path: Path) -> None:
    """Without leave, no page of this machine is asked for, however its address is written."""
    site.pages["/a"] = html()
    fetcher = Fetcher(tmp_path, DEFAULT_LIMITS, STRICT)
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0", "[::1]"):
        with pytest.raises(FetchError, match=r"not on the public internet.*--allow-private") as caught:
            fetcher.fetch(f"http://{host}:{site.port}/a")
        assert isinstance(caught.value, FetchRefused)
    assert site.asked == []


def test_a_name_that_stands_for_this_machine_is_refused(site: Site, tmp_path: Path) -> None:
    """A harmless name with a private address, or with one such among public ones, is refused before it is asked."""
    for machines in (["127.0.0.1"], ["93.184.216.34", "10.0.0.7"], ["::ffff:192.168.0.1"], ["169.254.169.254"]):
        fetcher = Fetcher(tmp_path, DEFAULT_LIMITS, STRICT, lookup=standing_for(*machines))
        with pytest.raises(FetchRefused, match=r"talks\.example is .* not on the public internet"):
            fetcher.fetch(f"http://talks.example:{site.port}/a")
    assert site.asked == []


def test_a_redirect_to_a_private_machine_is_refused(site: Site, tmp_path: Path) -> None:
    """A public page can't lead to one of this network: here the first name is let through, the second is not."""

    async def lookup(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"] if host == "public.example" else ["10.0.0.1"]

    site.pages["/a"] = redirect("http://inner.example/secret")
    rules = FetchRules(delay_s=0.0)
    fetcher = Fetcher(tmp_path, DEFAULT_LIMITS, rules, lookup=lookup)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.visiting.is_private", lambda machine: machine != "127.0.0.1")
        with pytest.raises(FetchRefused, match=r"leads on to 'http://inner\.example.*10\.0\.0\.1"):
            fetcher.fetch(f"http://public.example:{site.port}/a")


def test_the_machine_that_was_checked_is_the_one_that_is_asked(site: Site, tmp_path: Path) -> None:
    """A host is looked up once a request; the request goes there under the host's name, whatever the name means since."""
    calls: list[str] = []

    async def lookup(host: str, port: int) -> Sequence[str]:
        calls.append(host)
        return ["127.0.0.1"]

    site.pages["/a"] = html()
    fetcher = Fetcher(tmp_path, DEFAULT_LIMITS, HASTY, lookup=lookup)
    found = fetcher.fetch(f"http://talks.example:{site.port}/a")  # no resolver knows it: nobody else can have looked it up
    assert found.url == f"http://talks.example:{site.port}/a"
    assert calls == ["talks.example"] * 2  # robots.txt and the page
    assert {request.headers["host"] for request in site.asked} == {f"talks.example:{site.port}"}


def test_the_next_machine_is_tried(site: Site, tmp_path: Path) -> None:
    """Where a host's first address does not answer, its next one is asked."""
    site.pages["/a"] = html()
    fetcher = Fetcher(tmp_path, DEFAULT_LIMITS, HASTY, lookup=standing_for("::1", "127.0.0.1"))
    assert fetcher.fetch(f"http://talks.example:{site.port}/a").size


def test_proxies_of_the_environment_are_not_used(site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would look names up anew: pages are asked for directly."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.pages["/a"] = html()
    assert fetcher.fetch(f"{site.url}/a").size


def test_an_unknown_host_is_a_failure(tmp_path: Path) -> None:
    """A name that no machine has is told as such."""

    async def lookup(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(FetchFailed, match=r"the host nowhere\.example is not found"):
        Fetcher(tmp_path, DEFAULT_LIMITS, STRICT, lookup=lookup).fetch("https://nowhere.example/a")


def test_nobody_listens(fetcher: Fetcher) -> None:
    """A machine that takes no connection is a failure."""
    with pytest.raises(FetchFailed, match="can't be fetched"):
        fetcher.fetch("http://127.0.0.1:9/a")


def test_a_server_without_a_valid_certificate_is_a_failure(site: Site, fetcher: Fetcher) -> None:
    """Nothing is taken from one that can't show who it is."""
    with pytest.raises(FetchFailed, match="can't be fetched"):
        fetcher.fetch(f"https://127.0.0.1:{site.port}/a")


def test_the_system_resolves_names() -> None:
    """The resolver gives every address of a host, each once."""
    found = anyio.run(look_up, "localhost", 80)
    assert set(found) <= {"127.0.0.1", "::1"}
    assert len(found) == len(set(found)) > 0


# Limits


def test_a_page_over_the_limit_is_refused(site: Site, tmp_path: Path) -> None:
    """A page at the limit is taken, one over it is not, whether it says its length or not."""
    fetcher = Fetcher(tmp_path, Limits(source_bytes=50_000), HASTY)
    site.pages |= {"/fits": Response(b"x" * 50_000), "/large": Response(b"x" * 50_001)}
    assert fetcher.fetch(f"{site.url}/fits").size == 50_000
    with pytest.raises(FetchRefused, match=r"larger than the 50,000 bytes .*ONRECORD_MAX_SOURCE"):
        fetcher.fetch(f"{site.url}/large")


def test_a_bomb_is_refused_early(site: Site, tmp_path: Path) -> None:
    """A small packed body that unfolds to a hundred times the limit is read up to the limit."""
    packed = gzip.compress(bytes(100 * 2**20))
    site.pages["/a"] = Response(packed, media_type="text/html", headers={"content-encoding": "gzip"})
    fetcher = Fetcher(tmp_path, Limits(source_bytes=2**20), HASTY)
    with pytest.raises(FetchRefused, match="larger than"):
        fetcher.fetch(f"{site.url}/a")
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_size <= 2**20


@pytest.mark.parametrize(
    ("body", "coding", "problem"),
    [
        (b"no gzip at all", "gzip", "can't be unpacked"),
        (gzip.compress(b"x" * 1000)[:-12], "gzip", "breaks off"),
        (gzip.compress(gzip.compress(b"x")), "gzip, gzip", "not asked for"),
        (zlib.compress(b"x"), "deflate", "not asked for"),
        (b"x", "br", "not asked for"),
        (b"x", "zstd", "not asked for"),
    ],
)
def test_what_can_not_be_unpacked_is_told(site: Site, fetcher: Fetcher, body: bytes, coding: str, problem: str) -> None:
    """Broken packing is a failure; packing that was not asked for is refused."""
    site.pages["/a"] = Response(body, media_type="text/html", headers={"content-encoding": coding})
    with pytest.raises(FetchError, match=problem):
        fetcher.fetch(f"{site.url}/a")


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\n", *[b"X-%d: y\r\n" % number for number in range(100)]],
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", *[b"<p>"] * 100],
    ],
)
def test_a_server_that_never_ends_is_given_up(tmp_path: Path, pieces: list[bytes]) -> None:
    """A byte now and then, in the headers or in the body, doesn't hold a run for longer than the total time."""
    rules = FetchRules(allow_private=True, delay_s=0.0, total_s=1.0, read_s=5.0)
    began = time.monotonic()
    with raw_server(*pieces, pause_s=0.2) as url, pytest.raises(FetchFailed, match="not fetched within 1 s"):
        Fetcher(tmp_path, DEFAULT_LIMITS, rules).fetch(f"{url}/a")
    assert time.monotonic() - began < 3


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    """Silence ends a request after the time for reading."""
    rules = FetchRules(allow_private=True, delay_s=0.0, read_s=0.5)
    with raw_server(b"", ends=False) as url, pytest.raises(FetchFailed, match="did not answer in time"):
        Fetcher(tmp_path, DEFAULT_LIMITS, rules).fetch(f"{url}/a")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\ncut short",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
        b"no HTTP at all\r\n\r\n",
        b"",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
    ],
)
def test_nonsense_is_a_failure(tmp_path: Path, answer: bytes) -> None:
    """Whatever a server sends, it is a page or an error about this address."""
    with raw_server(answer) as url, pytest.raises(FetchError) as caught:
        Fetcher(tmp_path, DEFAULT_LIMITS, HASTY).fetch(f"{url}/a")
    assert str(caught.value).startswith(f"{url}/a: ")
