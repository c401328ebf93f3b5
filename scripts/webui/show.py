"""Open WebUI over onrecord, both real: asks a question in Chromium and checks what a person sees there.

Indexes the sample interviews, serves them, starts Open WebUI with nothing but onrecord behind it and no way out, and compares
the quotes on its page with the answer of ``/v1/ask``. Leaves a picture; anything amiss ends it with an error.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
QUESTION = "When did the mayor last speak with President Dorn?"
PASSAGES = "2"
STARTS_WITHIN_S = 300
WAITS_MS = 60_000
Json = dict[str, Any]


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True, help="where Open WebUI's environment is")
@click.argument("picture", type=click.Path(path_type=Path), default=ROOT / "scripts" / "pictures" / "open-webui.png")
def main(folder: Path, picture: Path) -> None:
    """Starts both, asks, checks, and takes the picture."""
    index, data = folder / "index", folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    onrecord = Path(sys.executable).parent / "onrecord"
    subprocess.run([onrecord, "index", ROOT / "data" / "interviews", "--index", index], check=True)
    ours, theirs = free_port(), free_port()
    service = f"http://127.0.0.1:{ours}"
    serve = [onrecord, "serve", "--index", index, "--port", str(ours)]
    webui = [folder / "env" / "bin" / "open-webui", "serve", "--host", "127.0.0.1", "--port", str(theirs)]
    with (
        running(serve, f"{service}/readyz", folder / "onrecord.log", {"ONRECORD_LIMIT": PASSAGES}),
        running(webui, f"http://127.0.0.1:{theirs}/health", folder / "open-webui.log", settings(service, data)),
    ):
        answer: Json = httpx.get(f"{service}/v1/ask", params={"q": QUESTION}, timeout=60).json()
        assert answer["found"], answer
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
            look(browser, f"http://127.0.0.1:{theirs}", service, answer, picture)
            browser.close()
    print(f"Open WebUI shows {len(answer['passages'])} quotes with their sources: {picture}")


def settings(service: str, data: Path) -> dict[str, str]:
    """Open WebUI for one person, with onrecord as its only model, no model of its own and nothing fetched from outside."""
    return {
        "DATA_DIR": str(data),
        "WEBUI_AUTH": "False",
        "WEBUI_SECRET_KEY": "only-for-this-run-on-this-machine",
        "OPENAI_API_BASE_URL": f"{service}/v1",
        "OPENAI_API_KEY": "not-needed",
        "DEFAULT_MODELS": "onrecord",
        "ENABLE_OLLAMA_API": "False",
        "RAG_EMBEDDING_ENGINE": "openai",
        "OFFLINE_MODE": "True",
        "HF_HUB_OFFLINE": "1",
        "ENABLE_VERSION_UPDATE_CHECK": "False",
        "ANONYMIZED_TELEMETRY": "False",
        "DO_NOT_TRACK": "True",
        "SCARF_NO_ANALYTICS": "True",
    }


def look(browser: Browser, webui: str, service: str, answer: Json, picture: Path) -> None:
    """Asks as a person would, and compares what is seen with the answer."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    elsewhere: list[str] = []
    context.on("request", lambda request: None if is_ours(request.url, webui) else elsewhere.append(request.url))
    page = context.new_page()
    page.set_default_timeout(WAITS_MS)
    page.goto(webui)
    page.get_by_role("button", name="Okay, Let's Go!").click()
    expect(page.get_by_role("button", name="Selected model: onrecord")).to_be_visible(timeout=WAITS_MS)
    page.locator("#chat-input").click()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sources")).to_be_visible(timeout=WAITS_MS)
    check_quotes(page, service, answer)
    page.get_by_role("button", name="Sources").click()
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(1000)  # what slides in has come to rest
    page.screenshot(path=picture)
    check_sources(page, answer)
    assert not elsewhere, elsewhere


def check_quotes(page: Page, service: str, answer: Json) -> None:
    """Every quote is there word for word, each with its speaker, its question and the link to our page of its source."""
    quotes = page.locator("blockquote")
    expect(quotes).to_have_count(len(answer["passages"]), timeout=WAITS_MS)
    for number, passage in enumerate(answer["passages"]):
        expect(quotes.nth(number)).to_be_visible()
        assert seen(quotes.nth(number).inner_text()) == seen(passage["cited_text"])
        place = f"start={passage['start_char_index']}&end={passage['end_char_index']}#quote"
        expect(page.locator(f'a[href="{service}/sources/{passage["document_id"]}?{place}"]').first).to_be_visible()
    text = seen(page.locator("body").inner_text())
    for passage in answer["passages"]:
        assert f"— {passage['speaker']} " in text
        assert f"asked: {seen(passage['asked']['cited_text'])}" in text


def check_sources(page: Page, answer: Json) -> None:
    """The list of sources names each passage's speaker and document, and behind a name are the exact words."""
    for number, passage in enumerate(answer["passages"], 1):
        name = f"{passage['speaker']} · {passage['document_title']}"
        page.get_by_role("button", name=f"View source: {number} {name}").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert seen(passage["cited_text"]) in seen(dialog.inner_text())
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def seen(words: str) -> str:
    """Words as a page shows them."""
    return " ".join(words.split())


def is_ours(url: str, webui: str) -> bool:
    return url.startswith((webui, webui.replace("http", "ws", 1), "data:", "blob:"))


@contextmanager
def running(command: Sequence[str | Path], ready: str, log: Path, more: dict[str, str]) -> Iterator[None]:
    """Runs a server until the block ends; waits until it answers at ``ready``."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")} | more
    with log.open("wb") as written:
        process = subprocess.Popen(command, cwd=log.parent, env=environment, stdout=written, stderr=subprocess.STDOUT)
    try:
        wait_for(ready, process, log)
        yield
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < until:
        try:
            if httpx.get(address, timeout=5).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"{address} does not answer; the end of {log}:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def chromium() -> str:
    """Where Chromium is."""
    for name in (os.environ.get("ONRECORD_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise SystemExit("no Chromium on this machine: install it, or set ONRECORD_CHROMIUM")


if __name__ == "__main__":
    main()
