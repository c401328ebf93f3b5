"""Transcripts that are hard to show, and transcripts that mean harm: the chat shows, marks and copies exactly what they say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from markdown_it import MarkdownIt
from playwright.sync_api import expect

from index.build import build_index
from index.reader import IndexReader
from index.records import Span
from qa.api import create_app
from qa.config import Settings
from qa.escaping import blockquote
from qa.typesetting import visible
from tests.browser.chatting import PHONE, SCRIPT, WIDER_THAN_IT_MAY, Chat, asked, highlighted, marked_in, words_of
from tests.browser.conftest import Visit
from tests.encoders import WordHashEncoder
from tests.qa.test_escaping import HOSTILE as ODD
from tests.rendering import collapsed, rendered
from tests.serving import served


@contextmanager
def _served_over(folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of a server over the files of a folder, with the word-hash encoder, and its index."""
    root = folder / "index"
    assert not build_index([folder], root=root, encoder=lambda *_: WordHashEncoder()).failed
    with served(create_app(Settings(fast=True, index=root), encoder=WordHashEncoder())) as address:
        yield address, root


FAMILY = "👩\u200d👩\u200d👧\u200d👦"
HARD = (
    f"{FAMILY} Straße, e\u0301te\u0301, \u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd, مرحبا. "
    "The *lighthouse* keeper left 1,200 crowns  behind\n# and a_note_ with <b>no</b> name & [none](javascript:alert(1)). "
    "Pay $5 or $6 to @ann :smile: #1, see www.x.example -- "
    "2. It said: “\u05e9\u05dc\u05d5\u05dd 🏃\u200d♀️.”"
)
"""Before and in it: code points outside the basic plane, joined ones, combining marks, another direction, Markdown, HTML."""


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server over a transcript that is hard to show, and its index."""
    folder = tmp_path_factory.mktemp("hard")
    turns = [
        {
            "speaker": f"Ask & <b>{FAMILY}</b>",
            "text": f"{FAMILY} ß e\u0301 \u05d0 What about the lighthouse?",
            "role": "interviewer",
        },
        {"speaker": "Zoë Großmann 🗼", "text": HARD, "role": "interviewee"},
    ]
    for name in ("hard", "hard-again"):
        record = {"id": name, "title": f"{name} 🗼 <i>", "turns": turns}
        (folder / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
    with _served_over(folder) as found:
        yield found


def test_marks_and_links_count_code_points(visiting: Callable[..., Visit], hard: tuple[str, Path]) -> None:
    """After emoji, combining marks and right-to-left words the right ones are marked, on card and source page."""
    server, root = hard
    visit = visiting(server)
    page = visit.page(server)
    shown, found = Chat(page).ask("What about the lighthouse keeper?"), asked(server, "What about the lighthouse keeper?")
    quote = found["passages"][0]
    span = Span(quote["start_char_index"], quote["end_char_index"])
    assert words_of(shown)[0] == quote["cited_text"] == IndexReader.open(root).cut(quote["document_id"], span)
    assert "lighthouse" in highlighted(quote)
    assert marked_in(shown.locator(".card").first) == highlighted(quote)
    (other,) = quote["also_in"]
    elsewhere = shown.locator("details.elsewhere").first
    elsewhere.get_by_text("The same words in 1 other source").click()
    expect(elsewhere.get_by_role("link")).to_have_text(other["document_title"])
    with visit.context.expect_page() as opened:
        shown.get_by_role("link", name="Open in source").first.click()
    source = opened.value
    source.wait_for_load_state()
    assert "".join(source.locator("mark").evaluate_all("all => all.map(one => one.textContent)")) == quote["cited_text"]
    expect(source.locator("#quote")).to_be_in_viewport()


def _text_of_html(markup: str) -> str:
    return str(html.fromstring(markup).xpath("string(//blockquote)"))


def _text_of_markdown(words: str) -> str:
    rendered = MarkdownIt("commonmark").render(words).replace("<br />\n", "\n")
    return str(html.fromstring(rendered).xpath("string(//blockquote/p[1])"))


FORMS: dict[str, Callable[[str], str]] = {
    "Quotation": lambda text: text[1 : text.rindex("”")],
    "Plain text with attribution": lambda text: text[: text.rindex("\n\n—")],
    "HTML": _text_of_html,
    "Markdown": _text_of_markdown,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lacking", ["document.execCommand = () => false", "navigator.clipboard.writeText = null"])
def test_a_copy_holds_exactly_the_slice(
    visiting: Callable[..., Visit], hard: tuple[str, Path], form: str, lacking: str
) -> None:
    """Each form, read as what it is, gives the source's slice and names who said it, by either way to the clipboard."""
    server, _ = hard
    page = visiting(server).page()
    page.add_init_script(lacking)
    page.goto(server)
    shown, found = Chat(page).ask("What about the lighthouse keeper?"), asked(server, "What about the lighthouse keeper?")
    card = shown.locator(".card").first
    card.locator("details.menu summary").click()
    card.get_by_role("button", name=form).click()
    expect(page.get_by_role("status").filter(has_text=f"Copied as {form}.")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert FORMS[form](copied) == found["passages"][0]["cited_text"]
    assert "Zoë Großmann 🗼" in copied


COPY = """async all => {
    const { inForm } = await import('/web/copying.js');
    const place = { document_id: 'x', url: 'https://x.example/', published: null, start_char_index: 0, end_char_index: 1 };
    return all.map(words => inForm('markdown', { ...place, cited_text: words, document_title: words }, 'https://y.example/'));
}"""


def test_markdown_is_escaped_as_the_service_escapes_it(visiting: Callable[..., Visit], hard: tuple[str, Path]) -> None:
    """Every construct that some reader of Markdown knows has a backslash before it, in the same places as in the service's."""
    server, _ = hard
    page = visiting(server).page(server)
    lines = [words for words in ODD if words == " ".join(words.split()) != "" and visible(words) == words]
    assert [copied.split("\n")[0] for copied in page.evaluate(COPY, lines)] == [blockquote(words) for words in lines]


def test_markdown_shows_the_words_and_nothing_else(visiting: Callable[..., Visit], hard: tuple[str, Path]) -> None:
    """Hostile words stand in a copy as text, those of a title too; blanks at the ends stay, and no line break adds a sign."""
    server, _ = hard
    page = visiting(server).page(server)
    odd = [words for words in ODD if words.strip()] + ["\u00a0one", "one\u3000", "one\n", "one\r\n\n", "one\n\ntwo\n", " [a] b"]
    for words, copied in zip(odd, page.evaluate(COPY, odd), strict=True):
        shown = rendered(copied)
        name = f"— speaker not named, {words}"
        assert collapsed(shown.quotes[0]) == collapsed(f"{words} {name}").replace("\0", "\ufffd"), (
            words
        )  # no Markdown holds U+0000
        assert shown.elements <= {"blockquote", "p", "br", "a"}
        assert [url for _, url in shown.links] == ["https://x.example/"]
    for words in ("\u00a0one", "one\u3000", "  one  two\t", "\u2003x"):
        (copied,) = page.evaluate(COPY, [words])
        assert f"<p>{words}</p>" in MarkdownIt("commonmark").render(copied)


DATES = {
    "2024": "2024",
    "2024-05": "May 2024",
    "2024-02-29": "29 February 2024",
    "2024-13": "2024-13",
    "2024-13-45": "2024-13-45",
    "2023-02-29": "2023-02-29",
    "0000-00-00": "0000-00-00",
    "0050-01-01": "0050-01-01",
    "spring": "spring",
}


def test_a_date_is_never_shown_as_another(visiting: Callable[..., Visit], hard: tuple[str, Path]) -> None:
    """Dates are written in words as precisely as they are; one that the calendar doesn't have stands as it is."""
    server, _ = hard
    page = visiting(server).page(server)
    script = "async all => { const { dateWords } = await import('/web/places.js'); return all.map(dateWords); }"
    assert page.evaluate(script, list(DATES)) == list(DATES.values())


# Hostile transcripts

HOSTILE = [
    f"{SCRIPT}<img src=x onerror=\"document.title='ran'\"> storm one </blockquote></figure><h1>Out</h1>",
    "storm two [click](javascript:alert(1)) ![x](https://elsewhere.invalid/x.png) *never* `code` | table |",
    "storm three \u202ereversed \u2066isolated \u202dforced, never closed",
    "storm four " + "W" * 1_000_000,
    "storm five \x07 fr\x00oze \x1b[2J &lt;b&gt; &amp; &#60;",
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a server over transcripts that mean harm, and its index."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, words in enumerate(HOSTILE):
        turns = [
            {"speaker": f"{SCRIPT}{number}", "text": f"{SCRIPT} What about storm {number}?", "role": "interviewer"},
            {"speaker": f'\u202eEve"><img src=x onerror=alert(1)>{number}', "text": words, "role": "interviewee"},
        ]
        record = {"id": f"x{number}\"'<b>", "title": f"{SCRIPT} title {number}", "date": "2024-01-01", "turns": turns}
        path = folder / f"{number}.json"
        path.write_text(json.dumps(record | {"url": "javascript:document.title='ran'"}), encoding="utf-8")
    with _served_over(folder) as found:
        yield found


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
def test_hostile_transcripts_show_as_text_and_run_nothing(
    visiting: Callable[..., Visit], hostile: tuple[str, Path], screen: dict[str, Any]
) -> None:
    """Tags, handlers, script addresses, Markdown, direction overrides and endless words stand there as text and do nothing.

    A browser drops U+0000, so its symbol stands for it.
    """
    server, _ = hostile
    page = visiting(server, **screen).page(server)
    chat = Chat(page)
    for number in ("one", "two", "three", "four", "five"):
        shown, found = chat.ask(f"storm {number}?"), asked(server, f"storm {number}?")
        quotes = found["passages"] or found["nearest"]
        assert quotes
        assert words_of(shown) == [quote["cited_text"].replace("\0", "␀") for quote in quotes]
        assert page.evaluate(WIDER_THAN_IT_MAY) == []
    assert not page.title().startswith("ran")
    links = page.locator("a").evaluate_all("all => all.map(one => one.protocol)")
    assert set(links) == {"http:"}
    assert page.locator("img, .card script, .card h1").count() == 0
    assert any("storm one" in words for words in words_of(page.locator("body")))


def test_of_many_speakers_one_is_found_by_letters(visiting: Callable[..., Visit], tmp_path: Path) -> None:
    """With more speakers than a glance takes in a field finds them; what is chosen stays chosen when it is cleared."""
    for number in range(12):
        turns = [
            {"speaker": "Ask", "text": f"What about harbour {number}?", "role": "interviewer"},
            {"speaker": f"Pérsson {number:02}", "text": f"Harbour {number} is closed in winter.", "role": "interviewee"},
        ]
        record = {"id": f"d{number}", "title": f"Talk {number}", "turns": turns}
        (tmp_path / f"{number}.json").write_text(json.dumps(record), encoding="utf-8")
    with _served_over(tmp_path) as (server, _):
        page = visiting(server).page(server)
        speakers = page.get_by_role("group", name="Speakers").get_by_role("radio")
        expect(speakers).to_have_count(13)
        field = page.get_by_label("Find a speaker or document")
        field.fill("persson 07")
        expect(speakers).to_have_count(2)
        speakers.nth(1).check()
        field.fill("")
        expect(speakers).to_have_count(13)
        expect(page.get_by_role("radio", name="Pérsson 07")).to_be_checked()
        shown = Chat(page).ask("What about the harbour?")
        assert words_of(shown) == ["Harbour 7 is closed in winter."]
