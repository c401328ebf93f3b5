"""A real Chromium, and a real server with the real model over the sample interviews, for the tests of the pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from index.build import build_index
from index.engine import indexing_encoder
from qa.api import create_app
from qa.config import Settings
from tests.conftest import SAMPLES
from tests.serving import served

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Where Chromium is; without one the test is skipped, but in CI it fails."""
    for name in (os.environ.get("ONRECORD_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    told = "no Chromium on this machine: install it, or set ONRECORD_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here; it ends with them, since its event loop would be in the way of other tests'."""
    path = chromium()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield running
        running.close()


class Visit:
    """A browser context that keeps what a test must not see: script errors, policy violations, requests to elsewhere."""

    def __init__(self, context: BrowserContext, *homes: str) -> None:
        self.context, self.homes = context, homes
        self.faults: list[str] = []
        self.elsewhere: list[str] = []
        context.on("request", self._requested)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("console", self._said)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((*self.homes, "data:", "blob:", "about:")):
            self.elsewhere.append(request.url)

    def _said(self, message: Any) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def page(self, url: str = "about:blank") -> Page:
        page = self.context.new_page()
        page.set_default_timeout(15_000)
        page.goto(url)
        return page


@pytest.fixture
def visiting(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Fresh visits to the servers that are named, ``visiting(server, …, color_scheme="dark")``: options are a context's.

    At the end nothing may have failed, broken a policy or called elsewhere; a test that provokes that clears it.
    """
    visits: list[Visit] = []

    def run(*homes: str, **options: Any) -> Visit:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        for home in homes:
            context.grant_permissions(["clipboard-read", "clipboard-write"], origin=home)
        visits.append(Visit(context, *homes))
        return visits[-1]

    yield run
    for visit in visits:
        visit.context.close()
    assert [fault for visit in visits for fault in visit.faults] == []
    assert [url for visit in visits for url in visit.elsewhere] == []


@pytest.fixture
def visit(visiting: Callable[..., Visit], server: str) -> Visit:
    """A fresh visit to ``server``; at its end nothing may have failed, broken a policy or called elsewhere."""
    return visiting(server)


LOOKS = [
    pytest.param({"color_scheme": scheme, "viewport": size}, id=f"{scheme}-{size['width']}")
    for scheme in ("light", "dark")
    for size in ({"width": 1280, "height": 900}, {"width": 390, "height": 844})
]
"""How a page is looked at: by day and by night, at a desk and on a phone."""


def assert_accessible(page: Page, tmp_path: Path, name: str) -> None:
    """axe finds nothing, nothing sticks out of the window, and there is a picture of it to look at under ``tmp_path``."""
    page.wait_for_timeout(300)
    page.screenshot(path=Path(os.environ.get("ONRECORD_SHOTS", tmp_path)) / f"{name}.png")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.fixture(scope="package")
def samples_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample interviews, indexed with the real model; only to be read."""
    root = tmp_path_factory.mktemp("pages") / "index"
    report = build_index([SAMPLES], root=root, encoder=lambda job_bytes: indexing_encoder(None, job_bytes=job_bytes))
    assert not report.failed
    return root


@pytest.fixture(scope="package")
def server(samples_index: Path) -> Iterator[str]:
    """The address of a real server over the sample interviews, with the real model and the judge."""
    with served(create_app(Settings(index=samples_index))) as address:
        yield address
