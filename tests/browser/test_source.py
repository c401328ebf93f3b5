"""The page of a source in a real browser: the mark on the right words, find, passages, the recording, and nothing that runs."""

from __future__ import annotations

import json
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Route

from index.build import build_index
from index.reader import IndexReader
from index.records import Span
from qa.api import create_app
from qa.config import Settings
from tests.browser.conftest import LOOKS, Visit, assert_accessible
from tests.conftest import SAMPLES
from tests.encoders import WordHashEncoder
from tests.qa.conftest import word_hash
from tests.qa.test_source_page import HOSTILE, TRICKY
from tests.serving import served

TURNS = 10_000
WORD = "w" * 2**20


QUOTES = [
    "two  blanks", "yes", "עבריות", "🏴\u200d☠\ufe0f", "a\u030angstro\u0308m", "5 < 6 > 4", "backwards \u202c and", "twice: 🏦",
]  # fmt: skip


def turns(*rows: tuple[str, str], **fields: Any) -> dict[str, Any]:
    """A transcript; who comes first asks."""
    asks = rows[0][0]
    return fields | {
        "turns": [
            {"speaker": name, "text": words, "role": "interviewer" if name == asks else "interviewee"} for name, words in rows
        ]
    }


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a recording of 30 seconds, on another origin."""
    path = tmp_path_factory.mktemp("media") / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 1, 4000, 0, "NONE", ""))
        file.writeframes(bytes([128]) * 4000 * 30)
    with served(Starlette(routes=[Route("/talk.wav", lambda _: FileResponse(path, media_type="audio/wav"))])) as address:
        yield f"{address}/talk.wav"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, recording: str) -> Path:
    """Transcripts that try a page: every script, hostile ones, long ones, one with a recording; beside the samples."""
    folder = tmp_path_factory.mktemp("sources")
    timed = turns(
        ("Host", "Why did you go?"), ("Ann Lee", "The crane broke, and so we went."), ("Host", "When?"), ("Ann Lee", "In May.")
    )
    for number, row in enumerate(timed["turns"]):
        row["start_ms"] = number * 7_250
    told = "Turn {0} has words of its own, as café{0} and Straße."
    long = [("Host" if number % 2 == 0 else "Ann Lee", told.format(number)) for number in range(TURNS)]
    files = {
        "tricky": {"turns": [{"speaker": name, "text": words} for name, words in TRICKY]},
        "hostile": HOSTILE | {"id": "hostile"},
        "recorded": timed | {"audio": recording},
        "long": turns(*long),
        "word": turns(("Host", "Well?"), ("Ann Lee", f"Before. {WORD} After it comes the crane.")),
        "accents": turns(
            ("Host", "Where is the Café?"),
            ("Ann Lee", "Zu groß: the cafe\u0301 in the STRASSE, the Straße. אבגד cafe 🏦 CAFÉ. And the crane."),
        ),
    }
    for name, data in files.items():
        (folder / f"{name}.json").write_text(json.dumps({"title": name} | data, ensure_ascii=False), encoding="utf-8")
    report = build_index([folder, SAMPLES], root=folder / "index", encoder=word_hash)
    assert not report.failed
    return folder / "index"


@pytest.fixture(scope="module")
def reader(index: Path) -> IndexReader:
    return IndexReader.open(index)


@pytest.fixture(scope="module")
def url(index: Path) -> Iterator[str]:
    """A real server over these transcripts."""
    with served(create_app(Settings(fast=True, index=index), encoder=WordHashEncoder())) as address:
        yield address


def quoted(url: str, document: str, span: Span, *marks: Span) -> str:
    more = "".join(f"&mark={mark.start}-{mark.end}" for mark in marks)
    return f"{url}/sources/{document}?start={span.start}&end={span.end}{more}#quote"


def is_seen(page: Page, selector: str) -> bool:
    """Whether an element is in the window, below the bar."""
    return bool(
        page.evaluate(
            """selector => { const box = document.querySelector(selector).getBoundingClientRect();
            return box.top >= document.getElementById("tools").getBoundingClientRect().bottom && box.top < innerHeight; }""",
            selector,
        )
    )


def until(page: Page, condition: str) -> None:
    """Waits for a condition of the page; Playwright's own way needs what the policy forbids."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"this never came true: {condition}")


def find(page: Page, words: str) -> None:
    """Looks for words, and waits until that is done."""
    page.get_by_label("Find in this transcript").fill(words)
    page.wait_for_timeout(300)


def found(page: Page, name: str = "found") -> list[str]:
    """The words that are painted as found."""
    words: list[str] = page.evaluate("name => [...(CSS.highlights.get(name) ?? [])].map(String)", name)
    return words


def marked(page: Page) -> str:
    words: str = page.evaluate("[...document.querySelectorAll('mark:not(.hit)')].map((mark) => mark.textContent).join('')")
    return words


# The words


def test_the_mark_is_on_the_right_words(visiting: Callable[..., Visit], url: str, reader: IndexReader) -> None:
    """Behind families of emoji, combining marks, other planes and right-to-left words the mark has the slice, and is seen."""
    text = reader.text("tricky")
    visit = visiting(url)
    for words in QUOTES:
        start = text.index(words)
        page = visit.page(quoted(url, "tricky", Span(start, start + len(words))))
        assert marked(page) == words
        assert is_seen(page, "#quote")
        page.close()


def test_every_turn_has_its_exact_text(visiting: Callable[..., Visit], url: str, reader: IndexReader) -> None:
    """What the browser has of a turn is the canonical text, code point for code point."""
    for document in ("tricky", "hostile", "accents"):
        text = reader.text(document)
        page = visiting(url).page(f"{url}/sources/{document}")
        shown = page.evaluate("[...document.querySelectorAll('section .words:not(.label)')].map((words) => words.textContent)")
        assert shown == [span.cut(text) for turn in reader.turns(document) for span in turn.spans]


def test_a_hostile_transcript_runs_nothing(visiting: Callable[..., Visit], url: str, reader: IndexReader) -> None:
    """Its scripts, handlers and links come out as text; finding and marking in them makes nothing else of them."""
    visit = visiting(url)
    page = visit.page(quoted(url, "hostile", Span(0, 60)))
    find(page, "<script>")
    assert set(found(page)) == {"<script>"}
    assert marked(page) == reader.text("hostile")[:60]
    assert page.evaluate("document.scripts.length") == 1
    assert page.locator("main img, main svg, main iframe, [onclick], [onload], [onerror], [onmouseover]").count() == 0
    assert page.title() == HOSTILE["title"]
    hrefs = page.evaluate("[...document.links].map((link) => link.protocol)")
    assert set(hrefs) == {"http:"}


def test_without_its_script_the_page_is_whole(visiting: Callable[..., Visit], url: str, reader: IndexReader) -> None:
    """The quote is marked and scrolled to, times lead to the recording; there is no control that does nothing."""
    turn = reader.turns("recorded")[3]
    page = visiting(url, java_script_enabled=False).page(quoted(url, "recorded", Span(turn.start, turn.end)))
    expect(page.locator("mark#quote")).to_have_text("In May.")
    expect(page.locator("mark#quote")).to_be_in_viewport()
    assert page.locator("a.time").nth(1).get_attribute("href").endswith("/talk.wav#t=7.25")  # type: ignore[union-attr]
    expect(page.locator("#find")).to_be_hidden()
    expect(page.locator("#hits")).to_be_hidden()
    expect(page.locator("#copy")).to_be_hidden()


def test_who_asks_looks_otherwise_than_who_answers(visiting: Callable[..., Visit], url: str) -> None:
    """In words and in type."""
    page = visiting(url).page(f"{url}/sources/mayor-harbour")
    asks, answers = (page.locator(f".turn.{role}").first for role in ("interviewer", "interviewee"))
    expect(asks.locator(".does")).to_have_text("asks")
    expect(answers.locator(".does")).to_have_text("answers")
    style = "element => getComputedStyle(element.querySelector('.words:not(.label)')).fontStyle"
    assert (asks.evaluate(style), answers.evaluate(style)) == ("italic", "normal")


# Moving about


def test_find_marks_and_counts_without_touching_the_text(visiting: Callable[..., Visit], url: str) -> None:
    """Without case and accents; Enter, Shift+Enter, n and p go on, Escape clears; the transcript stays as it was."""
    page = visiting(url).page(quoted(url, "accents", Span(20, 27)))
    before = page.locator("#transcript").inner_html()
    page.keyboard.press("/")
    field, count = page.get_by_label("Find in this transcript"), page.locator("#found")
    expect(field).to_be_focused()
    for typed, words in (
        ("cafe", ["Café", "cafe\u0301", "cafe", "CAFÉ"]),
        ("CAFÉ", ["Café", "cafe\u0301", "cafe", "CAFÉ"]),
        ("strasse", ["STRASSE", "Straße"]),
        ("straße", ["STRASSE", "Straße"]),
        ("gros", ["groß"]),
        ("אבגד", ["אבגד"]),
        ("🏦", ["🏦"]),
        ("cafe 🏦 c", ["cafe 🏦 C"]),
        ("nowhere", []),
        ("\u0301", []),
    ):
        find(page, typed)
        expect(count).to_have_text("not found" if words == [] and typed != "\u0301" else f"1 of {len(words)}" if words else "")
        assert found(page) == words
        assert found(page, "found-now") == words[:1]
    field.fill("cafe")
    expect(count).to_have_text("1 of 4")
    for key, place in zip(["Enter"] * 2 + ["Shift+Enter"] * 3 + ["Enter"], "232141", strict=True):
        field.press(key)
        expect(count).to_have_text(f"{place} of 4")
    field.blur()
    for key, place in (("n", "2"), ("n", "3"), ("p", "2")):
        page.keyboard.press(key)
        expect(count).to_have_text(f"{place} of 4")
    assert found(page, "found-now") == ["cafe\u0301"]
    assert page.locator("#transcript").inner_html() == before
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(count).to_have_text("")
    assert found(page) == []
    page.keyboard.type("n")
    assert page.locator("#transcript").inner_html() == before


def test_find_goes_over_the_ends_of_marks(visiting: Callable[..., Visit], url: str, reader: IndexReader) -> None:
    """Words that are half in the quote are found, and the quote stays what it is."""
    text = reader.text("coach-interview")
    turn = max(reader.turns("coach-interview"), key=lambda turn: turn.spans[0].end - turn.spans[0].start)
    quote, around = Span(turn.start + 20, turn.start + 60), Span(turn.start + 10, turn.start + 30)
    page = visiting(url).page(quoted(url, "coach-interview", quote, Span(turn.start + 50, turn.start + 80)))
    find(page, around.cut(text))
    assert found(page) == [around.cut(text)]
    assert marked(page) == quote.cut(text)


def test_from_passage_to_passage(visiting: Callable[..., Visit], url: str, reader: IndexReader) -> None:
    """Previous and next go through the passages of an answer in their order, begin at the quote, and come around."""
    spans = [Span(turn.start, turn.end) for turn in reader.turns("press-conference-miller")]
    page = visiting(url).page(quoted(url, "press-conference-miller", spans[8], spans[1], spans[20]))
    place = page.locator("#hit")
    following, previous = (page.get_by_role("button", name=name) for name in ("Next →", "← Previous"))
    expect(place).to_have_text("Passage 2 of 3")
    ways = ((following, 3, "hit-2"), (following, 1, "hit-1"), (previous, 3, "hit-2"), (previous, 2, "quote"))
    for button, told, shown in ways:
        button.click()
        expect(place).to_have_text(f"Passage {told} of 3")
        expect(page.locator("mark.current")).to_have_id(shown)
        page.wait_for_timeout(100)
        assert is_seen(page, f"#{shown}")


def test_one_passage_needs_no_buttons(visiting: Callable[..., Visit], url: str) -> None:
    """With the quote alone, or with none, there is nothing to go to."""
    for address in (quoted(url, "coach-interview", Span(10, 20)), f"{url}/sources/coach-interview"):
        expect(visiting(url).page(address).locator("#hits")).to_be_hidden()


def test_every_turn_has_a_link(visiting: Callable[..., Visit], url: str) -> None:
    """It leads to the turn, also when the page is opened by it, and also where a quote is marked elsewhere."""
    page = visiting(url).page(f"{url}/sources/mayor-harbour?start=0&end=5")
    page.get_by_role("link", name="Link to turn 12", exact=True).click()
    assert page.url.endswith("#turn-12")
    again = visiting(url).page(page.url)
    expect(again.locator("#turn-12")).to_be_in_viewport()
    assert is_seen(again, "#turn-12")


def test_the_link_to_the_quote_is_copied(visiting: Callable[..., Visit], url: str) -> None:
    """It opens the page with the same words marked."""
    visit = visiting(url)
    page = visit.page(f"{url}/sources/coach-interview?start=10&end=30#turn-3")
    page.get_by_role("button", name="Copy link to this quote").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{url}/sources/coach-interview?start=10&end=30#quote"
    assert marked(visit.page(link)) == marked(page)


def test_the_keyboard_suffices(visiting: Callable[..., Visit], url: str) -> None:
    """The first stop leads past the head, and every control of the page can be reached and is seen to be."""
    page = visiting(url).page(f"{url}/sources/press-conference-miller?mark=10-30&mark=2000-2100")
    page.keyboard.press("Tab")
    reached = []
    for _ in range(14):
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        page.keyboard.press("Tab")
    wanted = ["To the transcript", "onrecord", "Ask", "Documents", "Ask this document", "Original page"]
    wanted += ["The source", "words", "hit-previous", "hit-next"]
    assert [one for one in reached if one in wanted] == wanted


# The recording


def test_times_jump_the_recording(visiting: Callable[..., Visit], url: str, recording: str, reader: IndexReader) -> None:
    """Nothing of it is loaded before; a time plays it from there, and the policy allows this one origin for it."""
    origin = recording.rsplit("/", 1)[0]
    visit = visiting(url, origin)
    asked: list[str] = []
    visit.context.on("request", lambda request: asked.append(request.url))
    page = visit.page(f"{url}/sources/recorded")
    page.wait_for_timeout(300)
    assert not [one for one in asked if one.startswith(origin)]
    page.locator("#turn-2 a.time").click()
    until(page, "document.getElementById('media').currentTime >= 14.5 && !document.getElementById('media').paused")
    page.locator("#turn-1 a.time").press("Enter")
    until(page, "Math.abs(document.getElementById('media').currentTime - 7.25) < 3")
    policy = page.request.get(page.url).headers["content-security-policy"]
    assert f"media-src {origin};" in policy
    assert "media-src" not in page.request.get(f"{url}/sources/tricky").headers["content-security-policy"]
    assert page.url == f"{url}/sources/recorded"


# Size


def test_ten_thousand_turns_stay_usable(visiting: Callable[..., Visit], url: str, reader: IndexReader) -> None:
    """The quote near the end is seen, something is found at once, and the last turn can be gone to."""
    turn = reader.turns("long")[TURNS - 5]
    page = visiting(url).page(quoted(url, "long", Span(turn.start, turn.end)))
    page.wait_for_timeout(500)
    assert is_seen(page, "#quote")
    page.get_by_label("Find in this transcript").fill("CAFE7321 ")
    until(page, "document.getElementById('found').textContent === '1 of 1'")
    page.wait_for_timeout(500)
    assert is_seen(page, "#turn-7321 .words")
    page.get_by_label("Find in this transcript").fill("words")
    until(page, f"document.getElementById('found').textContent.endsWith(' of {TURNS}')")
    page.evaluate(f"location.hash = 'turn-{TURNS - 1}'")
    page.wait_for_timeout(300)
    assert is_seen(page, f"#turn-{TURNS - 1}")


def test_a_word_of_a_megabyte(visiting: Callable[..., Visit], url: str, reader: IndexReader) -> None:
    """It is shown whole, breaks no layout, and what comes after it can be marked and found."""
    text = reader.text("word")
    start = text.index("the crane")
    page = visiting(url).page(quoted(url, "word", Span(start, start + 9)))
    assert marked(page) == "the crane"
    page.wait_for_timeout(300)
    assert is_seen(page, "#quote")
    assert page.evaluate("document.querySelector('#turn-1 .words').textContent.length") == len(text) - len("Well?\n\n")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_label("Find in this transcript").fill("after IT")
    expect(page.locator("#found")).to_have_text("1 of 1")


# Looks


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_is_accessible(
    visiting: Callable[..., Visit], url: str, recording: str, tmp_path: Path, look: dict[str, Any], request: Any
) -> None:
    """axe finds nothing in any state, by day and by night, at a desk and on a phone."""
    visit, name = visiting(url, recording.rsplit("/", 1)[0], **look), request.node.callspec.id
    page = visit.page(f"{url}/sources/mayor-harbour?start=3467&end=3902&mark=1000-1200&mark=6000-6100#quote")
    assert_accessible(page, tmp_path, f"source-quote-{name}")
    page.get_by_label("Find in this transcript").fill("barrier")
    assert_accessible(page, tmp_path, f"source-find-{name}")
    assert_accessible(visit.page(f"{url}/sources/press-conference-miller"), tmp_path, f"source-top-{name}")
    assert_accessible(visit.page(f"{url}/sources/hostile?start=0&end=60#quote"), tmp_path, f"source-hostile-{name}")
    assert_accessible(visit.page(f"{url}/sources/recorded"), tmp_path, f"source-recorded-{name}")
    assert_accessible(visit.page(f"{url}/sources/novelist-qa"), tmp_path, f"source-markdown-{name}")
