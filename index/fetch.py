"""Pages from the web, politely: as robots.txt says, not too fast, every redirect checked as the first address is.

A page's bytes are kept in a file until they are parsed. How one request is made is told by :mod:`index.visiting`.
"""

from __future__ import annotations

import hashlib
import re
import time
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

import anyio
import httpx
from protego import Protego

from index.addresses import checked
from index.errors import FetchFailed, FetchRefused
from index.limits import Limits
from index.records import Source
from index.sources import read
from index.visiting import DEFAULT_RULES, USER_AGENT, FetchRules, Lookup, Visitor, body_of, look_up

_ROBOTS_BYTES = 512 * 2**10
_TOO_MANY_REQUESTS = 429

_SUFFIX_OF: Final = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/vtt": ".vtt",
    "text/srt": ".srt",
    "application/x-subrip": ".srt",
    "application/json": ".json",
    "text/json": ".json",
    "application/jsonl": ".jsonl",
    "application/jsonlines": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
}
_SAID_OF_ANYTHING = frozenset(("", "text/plain", "application/octet-stream", "binary/octet-stream", "application/x-download"))
"""What servers say of files that they don't know: their names tell more."""
_NO_PAGES = ("image/", "audio/", "video/", "font/")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f/\\]+|[\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was fetched: ``url`` is where it was found at last, ``name`` tells its kind, ``file`` has its bytes."""

    url: str
    name: str
    charset: str | None
    file: Path
    sha256: str
    size: int

    def source(self, limits: Limits) -> Source:
        """The page's bytes as a source."""
        return replace(read(self.file, limits), path=Path(self.name), url=self.url, charset=self.charset)


class Fetcher:
    """Fetches pages into ``folder``, one at a time; remembers what the sites ask of robots."""

    def __init__(self, folder: Path, limits: Limits, rules: FetchRules = DEFAULT_RULES, *, lookup: Lookup = look_up) -> None:
        self._folder, self._limits, self._rules = folder, limits, rules
        self._visitor = Visitor(self._rules, lookup)
        self._robots: dict[str, Protego] = {}
        self._asked_at: dict[str, float] = {}
        self._count = 0

    def fetch(self, address: str) -> Page:
        """The page at an address; raises a :class:`~index.errors.FetchError` that says why there is none."""
        return anyio.run(self._fetch, address)

    async def _fetch(self, asked: str) -> Page:
        url = checked(asked)
        try:
            with anyio.fail_after(self._rules.total_s) as scope:
                for _ in range(self._rules.redirects + 1):
                    robots = await self._robots_of(url, asked)
                    if not robots.can_fetch(str(url), USER_AGENT):
                        raise FetchRefused(
                            asked,
                            f"the robots.txt of {url.host} asks not to fetch {url.path!r}.",
                            "Save the page in a browser, and index the file.",
                            address=str(url),
                        )
                    wait = self._wait(url, robots, asked)
                    scope.deadline += wait
                    await anyio.sleep(wait)
                    self._asked_at[_site(url)] = time.monotonic()
                    async with self._visitor.visit(url, asked) as response:
                        if (led := _redirect(url, response, asked)) is None:
                            return await self._kept(url, response, asked)
                    url = led
        except TimeoutError as error:
            problem = f"not fetched within {self._rules.total_s:g} s."
            raise FetchFailed(asked, problem, "Try again later.", address=str(url)) from error
        problem = f"leads on more than {self._rules.redirects} times."
        raise FetchRefused(asked, problem, "Give the address where it ends in a browser.", address=str(url))

    async def _robots_of(self, url: httpx.URL, asked: str) -> Protego:
        """What a site asks of robots: nothing where it has no robots.txt, and not to come where it can't tell."""
        site = _site(url)
        if site not in self._robots:
            at = url.copy_with(raw_path=b"/robots.txt")
            for _ in range(self._rules.redirects + 1):
                async with self._visitor.visit(at, asked) as response:
                    if (led := _redirect(at, response, asked)) is None:
                        self._robots[site] = Protego.parse(await _robots_text(response, asked, at))
                        break
                at = led
            else:
                self._robots[site] = Protego.parse("")
        return self._robots[site]

    def _wait(self, url: httpx.URL, robots: Protego, asked: str) -> float:
        """Seconds until a site may be asked again."""
        site = _site(url)
        if site not in self._asked_at:
            return 0.0
        between = max(self._rules.delay_s, float(robots.crawl_delay(USER_AGENT) or 0.0))
        left = self._asked_at[site] + between - time.monotonic()
        if left > self._rules.max_delay_s:
            raise FetchRefused(
                asked, f"{url.host} asks for {between:g} s between two pages.", "Index it later, alone.", address=str(url)
            )
        return max(0.0, left)

    async def _kept(self, url: httpx.URL, response: httpx.Response, asked: str) -> Page:
        """Writes the body to a file of its own."""
        _refuse_answer(response, asked, url)
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind.startswith(_NO_PAGES):
            raise FetchRefused(asked, f"this is {kind[:60]}, not a text.", "Give a page or a document.", address=str(url))
        self._count += 1
        file, digest, size = self._folder / f"page-{self._count:06d}", hashlib.sha256(), 0
        with open(file, "wb") as out:
            async with aclosing(body_of(response, asked)) as body:
                async for block in body:
                    size += len(block)
                    if size > self._limits.source_bytes:
                        raise FetchRefused(
                            asked,
                            f"it is larger than the {self._limits.source_bytes:,} bytes that one source may have.",
                            "Raise ONRECORD_MAX_SOURCE.",
                            address=str(url),
                        )
                    digest.update(block)
                    out.write(block)
        return Page(str(url), name_of(url, kind), response.charset_encoding, file, digest.hexdigest(), size)


def name_of(url: httpx.URL, kind: str) -> str:
    """A file name for a page: the last part of its address, else its host, with the suffix of its kind."""
    last = PurePosixPath(
        _UNFIT.sub(" ", unquote(url.raw_path.split(b"?")[0].decode("ascii").rstrip("/").split("/")[-1])).strip()
    )
    own = last.suffix.lower() if _SUFFIX.fullmatch(last.suffix) else ""
    if kind in _SAID_OF_ANYTHING:
        suffix = own or (".txt" if kind == "text/plain" else ".html")
    else:
        suffix = _SUFFIX_OF.get(kind) or (".json" if kind.endswith("+json") else own or ".html")
    stem = (last.stem if own else last.name) or url.host
    return f"{stem[:200]}{suffix}"


def _site(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _redirect(url: httpx.URL, response: httpx.Response, asked: str) -> httpx.URL | None:
    """Where an answer leads on to, checked; ``None`` when it does not."""
    if response.status_code not in (301, 302, 303, 307, 308) or "location" not in response.headers:
        return None
    try:
        led = str(url.join(response.headers["location"]))
    except (httpx.InvalidURL, ValueError) as error:
        problem = f"leads on to what is no web address ({error})."
        raise FetchFailed(asked, problem, "Check the address in a browser.", address=str(url)) from error
    found = checked(led, asked=asked)
    if url.scheme == "https" and found.scheme == "http":
        raise FetchRefused(
            asked, f"leads on to {led[:200]!r}, which is not encrypted.", "Give that address if you trust it.", address=led
        )
    return found


def _refuse_answer(response: httpx.Response, asked: str, url: httpx.URL) -> None:
    if response.status_code == httpx.codes.OK:
        return
    said = f"{response.status_code} {httpx.codes.get_reason_phrase(response.status_code)}".strip()
    later = response.headers.get("retry-after", "")
    advice = f"Try again in {later} s." if later.isdecimal() and len(later) < 8 else "Check the address in a browser."
    raise FetchFailed(asked, f"the server answers {said}.", advice, address=str(url))


async def _robots_text(response: httpx.Response, asked: str, at: httpx.URL) -> str:
    """The text of a robots.txt: empty where the site has none."""
    status = response.status_code
    if status >= 500 or status == _TOO_MANY_REQUESTS:
        raise FetchRefused(
            asked,
            f"the robots.txt of {at.host} can't be had ({status}), so that nobody knows what the site allows.",
            "Try again later.",
            address=str(at),
        )
    if status != httpx.codes.OK:
        return ""
    found = bytearray()
    async with aclosing(body_of(response, asked)) as body:
        async for block in body:
            found += block
            if len(found) > _ROBOTS_BYTES:
                break
    return found[:_ROBOTS_BYTES].decode("utf-8", "replace")
