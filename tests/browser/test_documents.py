"""The list of documents in a real browser: what is there, and files dragged in and removed by who has the key."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from index.build import build_index
from index.draft import exclusive
from qa import uploads
from qa.api import create_app
from qa.config import Settings
from tests.browser.conftest import LOOKS, Visit, assert_accessible
from tests.encoders import WordHashEncoder
from tests.index.archives import write_zip
from tests.index.interviews import answer, transcript
from tests.qa.conftest import word_hash
from tests.qa.test_source_page import HOSTILE
from tests.serving import served

pytestmark = pytest.mark.model

KEY = "correct-horse-battery"
MANY = 130
FERRY = json.dumps(
    {
        "title": "Tomas Quill on the ferry",
        "date": "2024-02-03",
        "turns": [
            {"speaker": "The Post", "role": "interviewer", "text": "Why did the ferry stop running?"},
            {
                "speaker": "Tomas Quill",
                "role": "interviewee",
                "text": "Because the boiler cracked in the frost. I saw it.",
            },
        ],
    }
)


@pytest.fixture
def root(samples_index: Path, tmp_path: Path) -> Path:
    """The samples, in an index that may be changed."""
    return Path(shutil.copytree(samples_index, tmp_path / "index"))


@pytest.fixture
def writable(root: Path) -> Iterator[str]:
    """A real server with the real model, that lets who has the key add and remove."""
    settings = Settings(index=root, fast=True, writable=True, key=KEY, max_source=100_000, max_expanded=200_000)
    with served(create_app(settings)) as address:
        yield address


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over more documents than fit a page, a hostile one among them."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(MANY - 1):
        year = f"{1900 + number}" if number % 10 else None
        (folder / f"talk-{number:03d}.json").write_text(transcript(answer(f"n{number}"), date=year, speaker=f"Zoë No{number}"))
    (folder / "hostile.json").write_text(json.dumps(HOSTILE))
    assert not build_index([folder], root=folder / "index", encoder=word_hash).failed
    with served(create_app(Settings(fast=True, index=folder / "index"), encoder=WordHashEncoder())) as address:
        yield address


def titles(page: Page) -> list[str]:
    return page.locator("#list .title").all_text_contents()


def unlocked(page: Page) -> Page:
    """The page once the key was given."""
    page.get_by_label("To add and remove documents, enter the server’s key").fill(KEY)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("Drop files here")).to_be_visible()
    return page


def drag(page: Page, *paths: Path) -> None:
    """Drags files and folders from outside over the page and lets them go there, as the system does it."""
    session = page.context.new_cdp_session(page)
    box = page.locator("#drop").bounding_box()
    assert box is not None
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 20, "data": data}
    for kind in ("dragEnter", "dragOver"):
        session.send("Input.dispatchDragEvent", place | {"type": kind})
    expect(page.locator("body")).to_have_class("dragging")
    session.send("Input.dispatchDragEvent", place | {"type": "drop"})


# Reading


def test_what_is_indexed_is_listed(visit: Visit, server: str) -> None:
    """Every document with its title, date, kind, language, speakers with what they do, and ways to read and to ask it."""
    page = visit.page(f"{server}/documents")
    expect(page.locator("#count")).to_have_text("5 documents")
    documents = httpx.get(f"{server}/v1/documents").json()["documents"]
    dated = sorted((one for one in documents if one["date"]), key=lambda one: one["date"], reverse=True)
    assert titles(page) == [one["title"] for one in dated + [one for one in documents if not one["date"]]]
    entry = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Idris Calloway"))
    expect(entry).to_contain_text("2023-06-02 · interview · English · 21 turns · 10 passages")
    expect(entry.get_by_role("list", name="Who speaks")).to_contain_text("Idris Calloway answers, 10 turns")
    assert entry.get_by_role("link", name="Read").get_attribute("href") == "/sources/coach-interview"
    assert entry.get_by_role("link", name="Ask:").get_attribute("href") == "/#document=coach-interview"
    entry.locator(".title").click()
    expect(page).to_have_url(f"{server}/sources/coach-interview")


def test_a_read_only_server_shows_no_controls(visit: Visit, server: str) -> None:
    """Nothing can be dropped or removed; it says how to start a server where that can be."""
    page = visit.page(f"{server}/documents")
    expect(page.get_by_text("This server is read-only")).to_contain_text("onrecord serve --writable")
    for control in ("#add", "#drop", "#unlock", ".remove"):
        for one in page.locator(control).all():
            expect(one).to_be_hidden()


def test_the_list_is_searched_sorted_and_turned(visiting: Callable[..., Visit], many: str) -> None:
    """By words without accents, by date with undated ones last, page by page; the address keeps it."""
    visit = visiting(many)
    page = visit.page(f"{many}/documents")
    count, place = page.locator("#count"), page.locator("#page")
    expect(count).to_have_text(f"{MANY} documents, 1–50 shown")
    expect(page.get_by_role("button", name="← Previous")).to_be_disabled()
    page.get_by_role("button", name="Next →").click()
    expect(place).to_have_text("Page 2 of 3")
    page.get_by_role("button", name="Next →").click()
    expect(count).to_have_text(f"{MANY} documents, 101–130 shown")
    expect(page.get_by_role("button", name="Next →")).to_be_disabled()
    expect(page).to_have_url(f"{many}/documents?page=3")
    page.get_by_label("Sort by").select_option("Oldest first")
    expect(page.locator("#list .facts").first).to_contain_text("1901")
    page.get_by_label("Search").fill("zoe no10")
    expect(count).to_have_text("11 documents match")
    expect(page.locator("#pages")).to_be_hidden()
    again = visit.page(page.url)
    expect(again.locator("#count")).to_have_text("11 documents match")
    expect(again.get_by_label("Search")).to_have_value("zoe no10")
    assert titles(again) == titles(page)
    page.get_by_label("Search").fill("nothing like it")
    expect(count).to_have_text("0 documents match")
    page.get_by_role("button", name="Show all documents").click()
    expect(count).to_have_text(f"{MANY} documents, 1–50 shown")
    expect(visit.page(f"{many}/documents?page=99&sort=wrong").locator("#page")).to_have_text("Page 3 of 3")


def test_a_hostile_document_is_listed_as_text(visiting: Callable[..., Visit], many: str) -> None:
    """Its title, its names and its id are words; its links lead to our pages of it."""
    page = visiting(many).page(f"{many}/documents?q=alert")
    expect(page.locator("#count")).to_have_text("1 document matches")
    assert titles(page) == [HOSTILE["title"]]
    assert page.evaluate("document.scripts.length") == 1
    assert page.locator("main img, main svg, main iframe, [onclick], [onmouseover], [onerror]").count() == 0
    page.get_by_role("link", name="Read:").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(str(HOSTILE["title"]))


def test_an_empty_index_says_so(visiting: Callable[..., Visit], writable: str) -> None:
    """When the last document was removed there is a way to begin."""
    with httpx.Client(base_url=writable, headers={"X-API-Key": KEY}, timeout=60) as client:
        for one in client.get("/v1/documents").json()["documents"]:
            client.delete(f"/v1/documents/{one['id']}").raise_for_status()
    page = visiting(writable).page(f"{writable}/documents")
    expect(page.locator("#empty")).to_contain_text("Nothing is indexed yet.")
    expect(page.locator("#count")).to_have_text("0 documents")


# Adding and removing


def test_a_file_dragged_in_can_be_asked(visiting: Callable[..., Visit], writable: str, tmp_path: Path) -> None:
    """Dropped, indexed, listed, read and asked at once with the real model; then removed, and asked no more."""
    visit = visiting(writable)
    page = unlocked(visit.page(f"{writable}/documents"))
    path = tmp_path / "ferry 2024.json"
    path.write_text(FERRY)
    drag(page, path)
    expect(page.locator("#outcome")).to_contain_text("1 added.", timeout=30_000)
    expect(page.locator("#outcome")).to_contain_text("2 turns, 1 passage · The Post asks, Tomas Quill answers")
    expect(page.locator("#count")).to_have_text("6 documents")
    asked = httpx.get(f"{writable}/v1/ask", params={"q": "Why did the ferry stop?"}).json()
    assert asked["found"]
    assert asked["passages"][0]["cited_text"] == "Because the boiler cracked in the frost. I saw it."
    quote = asked["passages"][0]
    source = visit.page(
        f"{writable}/sources/{quote['document_id']}?start={quote['start_char_index']}&end={quote['end_char_index']}"
    )
    expect(source.locator("#quote")).to_have_text(quote["cited_text"])
    remove = page.get_by_role("button", name="Remove: Tomas Quill on the ferry")
    remove.click()
    page.get_by_role("button", name="Keep it").click()
    expect(remove).to_be_focused()
    expect(page.locator("#count")).to_have_text("6 documents")
    remove.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Tomas Quill on the ferry")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("#count")).to_have_text("5 documents")
    expect(page.locator("#outcome")).to_have_text("1 removed.")
    asked = httpx.get(f"{writable}/v1/ask", params={"q": "Why did the ferry stop?"}).json()
    assert "boiler" not in json.dumps(asked["passages"])


def test_a_folder_and_files_that_fail(visiting: Callable[..., Visit], writable: str, tmp_path: Path) -> None:
    """Of a folder all files go in, hidden ones aside; each that fails has its reason, and hostile names are words."""
    folder = tmp_path / "talks"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden.json").write_text(FERRY)
    (folder / "ferry.json").write_text(FERRY)
    (folder / "deep" / "<img src=x onerror=alert(1)>.json").write_text("{")
    write_zip(folder / "more.zip", {"a.json": transcript(answer("a")), "notes.exe": b"MZ"})
    page = unlocked(visiting(writable).page(f"{writable}/documents"))
    drag(page, folder)
    outcome = page.locator("#outcome")
    expect(outcome).to_contain_text("2 added", timeout=30_000)
    expect(outcome.locator(".failed")).to_contain_text(["<img src=x onerror=alert(1)>.json"])
    expect(outcome).to_contain_text("not valid JSON")
    expect(outcome).to_contain_text("more.zip/a.json")
    expect(page.locator("#count")).to_have_text("7 documents")
    assert page.locator("#outcome img").count() == 0


def test_files_are_chosen_and_replaced(visiting: Callable[..., Visit], writable: str, tmp_path: Path) -> None:
    """With the button, by keyboard; a file of the same name takes the earlier one's place; too much is not even sent."""
    path = tmp_path / "ferry.json"
    page = visiting(writable).page(f"{writable}/documents")
    page.on("filechooser", lambda chooser: chooser.set_files(path))
    unlocked(page)
    expect(page.get_by_role("button", name="Choose files")).to_be_focused()
    for words, told in ((FERRY, "1 added."), (FERRY, "1 unchanged."), (FERRY.replace("boiler", "propeller"), "1 added.")):
        path.write_text(words)
        page.keyboard.press("Enter")
        expect(page.locator("#outcome")).to_contain_text(told, timeout=30_000)
        expect(page.locator("#sending")).to_be_hidden()
        page.get_by_role("button", name="Choose files").focus()
    expect(page.locator("#count")).to_have_text("6 documents")
    assert "propeller" in httpx.get(f"{writable}/sources/ferry").text
    large = tmp_path / "large.txt"
    large.write_text("x" * 300_000)
    page.locator("#files").set_input_files(large)
    expect(page.locator("#outcome")).to_contain_text("Nothing was sent")


def test_a_wrong_key_is_told(visiting: Callable[..., Visit], writable: str) -> None:
    """It opens nothing and is forgotten; the right one is kept for this tab alone, until it is to be forgotten."""
    visit = visiting(writable)
    page = visit.page(f"{writable}/documents")
    for wrong in ("wrong-key-wrong-key", "schlüssel"):
        page.get_by_label("To add and remove documents, enter the server’s key").fill(wrong)
        page.get_by_role("button", name="Unlock").click()
        expect(page.get_by_role("alert")).to_have_text("That is not the key of this server.")
        expect(page.get_by_text("Drop files here")).to_be_hidden()
        assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    unlocked(page).reload()
    expect(page.get_by_text("Drop files here")).to_be_visible()
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert KEY not in page.url
    expect(visit.page(f"{writable}/documents").get_by_text("Drop files here")).to_be_hidden()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.get_by_text("Drop files here")).to_be_hidden()
    assert page.evaluate("sessionStorage.length") == 0
    expect(page.locator("#list .remove").first).to_be_hidden()


def test_a_busy_index_is_told(
    visiting: Callable[..., Visit], writable: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process writes the page says that it waits, and then that nothing was added."""
    monkeypatch.setattr(uploads, "WAIT_S", 1.0)
    path = tmp_path / "ferry.json"
    path.write_text(FERRY)
    page = unlocked(visiting(writable).page(f"{writable}/documents"))
    with exclusive(root):
        page.locator("#files").set_input_files(path)
        expect(page.locator("#stage")).to_have_text("Waiting for the indexer …")
        expect(page.locator("#outcome")).to_contain_text("The index is being written", timeout=30_000)
    expect(page.locator("#count")).to_have_text("5 documents")


# Looks


@pytest.mark.parametrize("look", LOOKS)
def test_the_list_is_accessible(
    visiting: Callable[..., Visit], writable: str, many: str, tmp_path: Path, look: dict[str, Any], request: Any
) -> None:
    """axe finds nothing in any state, by day and by night, at a desk and on a phone."""
    visit, name = visiting(writable, many, **look), request.node.callspec.id
    page = visit.page(f"{writable}/documents")
    expect(page.locator("#count")).to_have_text("5 documents")
    assert_accessible(page, tmp_path, f"documents-key-{name}")
    page.get_by_label("To add and remove documents, enter the server’s key").fill("wrong-key-wrong-key")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("not the key"))
    assert_accessible(page, tmp_path, f"documents-wrong-{name}")
    unlocked(page)
    paths = [tmp_path / "ferry.json", tmp_path / "broken.json"]
    for path, words in zip(paths, (FERRY, "{"), strict=True):
        path.write_text(words)
    page.locator("#files").set_input_files(paths)
    expect(page.locator("#outcome")).to_contain_text("1 added, 1 failed.", timeout=30_000)
    assert_accessible(page, tmp_path, f"documents-added-{name}")
    page.get_by_role("button", name="Remove: Tomas Quill on the ferry").click()
    assert_accessible(page, tmp_path, f"documents-confirm-{name}")
    assert_accessible(visit.page(f"{many}/documents?page=2"), tmp_path, f"documents-many-{name}")
    assert_accessible(visit.page(f"{many}/documents?q=no+such"), tmp_path, f"documents-none-{name}")
