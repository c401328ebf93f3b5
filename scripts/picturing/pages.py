"""Pictures of the pages as they are: the sample interviews indexed and served by the commands, asked in a real Chromium.

A picture is a function that is given a page and the service's address and leaves the page as it is to be shown. The
terminal's is :mod:`picturing.terminal`'s.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from picturing.terminal import paint
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
PICTURES = ROOT / "scripts" / "pictures"
MAX_BYTES = 250_000
DESKTOP = {"viewport": {"width": 1200, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def ask(page: Page, url: str, *questions: str) -> None:
    """Opens the chat page and asks, one after the other."""
    page.goto(url)
    for number, question in enumerate(questions, 1):
        page.get_by_label("Your question").fill(question)
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(".answer")).to_have_count(number)
    page.get_by_label("Your question").blur()


def chat(page: Page, url: str) -> None:
    ask(page, url, "Why was Reyes an assistant cook?")


def refusal(page: Page, url: str) -> None:
    ask(page, url, "What did she say about China?")
    page.locator("details.nearest > summary").click()
    page.mouse.move(0, 0)


def source(page: Page, url: str) -> None:
    ask(page, url, "How many houses did the city buy?")
    page.goto(page.get_by_role("link", name="Open in source").first.get_attribute("href") or "")
    expect(page.locator("#quote")).to_be_in_viewport()


PAGES: dict[str, tuple[Callable[[Page, str], None], dict[str, Any]]] = {
    "chat": (chat, DESKTOP),
    "chat-phone": (chat, PHONE),
    "refusal": (refusal, DESKTOP),
    "source": (source, DESKTOP),
}


@contextmanager
def served(index: Path) -> Iterator[str]:
    """The address of ``onrecord serve`` over an index, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = subprocess.Popen([*_onrecord(), "serve", "--index", str(index), "--port", str(port)], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            with suppress(httpx.TransportError):
                if httpx.get(f"{url}/readyz").status_code == 200:
                    break
            if running.poll() is not None:
                sys.exit("onrecord serve ended by itself; run it to see why")
            time.sleep(0.1)
        yield url
    finally:
        running.terminate()
        running.wait()


def _onrecord() -> list[str]:
    return [str(Path(sys.executable).parent / "onrecord")]


def _chromium() -> str:
    names = (os.environ.get("ONRECORD_CHROMIUM"), *_BROWSERS)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    return found or sys.exit("No Chromium here: install it, or set ONRECORD_CHROMIUM.")


def photograph(browser: Browser, url: str, name: str) -> bytes:
    """The picture of a page, in a window of its own."""
    prepare, options = PAGES[name]
    page = browser.new_context(**options).new_page()
    prepare(page, url)
    page.wait_for_timeout(300)  # what moves comes to rest
    return page.screenshot()


def _keep(picture: bytes, name: str) -> None:
    if len(picture) > MAX_BYTES:
        sys.exit(f"{name}.png has {len(picture):,} bytes; at most {MAX_BYTES:,} belong into the project")
    (PICTURES / f"{name}.png").write_bytes(picture)
    print(f"scripts/pictures/{name}.png: {len(picture):,} bytes")


def main(names: list[str]) -> None:
    """Makes the pictures that are named, all when none is."""
    known = [*PAGES, "terminal"]
    wanted = names or known
    if unknown := [name for name in wanted if name not in known]:
        sys.exit(f"There is no picture {', '.join(unknown)}: there are {', '.join(known)}.")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index = Path(folder) / "index"
        samples = ROOT / "data" / "interviews"
        subprocess.run([*_onrecord(), "index", str(samples), "--index", str(index)], check=True, capture_output=True)
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--hide-scrollbars"])
        with served(index) as url:
            for name in wanted:
                _keep(paint(browser, index) if name == "terminal" else photograph(browser, url, name), name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
