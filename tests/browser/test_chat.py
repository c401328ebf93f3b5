"""The chat page in a real browser: asked, followed up, narrowed, refused, shared, by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from qa.render import clock
from tests.browser.chatting import PHONE, SCRIPT, WIDER_THAN_IT_MAY, Chat, asked, highlighted, marked_in, words_of
from tests.browser.conftest import Visit

pytestmark = pytest.mark.model

DORN = "When did the mayor last speak with President Dorn?"
CHINA = "What did she say about China?"
MILLER = "What did Miller say about heating?"


def violations(page: Page) -> str:
    """What axe finds wrong with a page as it is now; empty when nothing is."""
    found = Axe().run(page)
    return "" if found.violations_count == 0 else str(found.generate_report())


def speaker(page: Page, name: str) -> Locator:
    """The choice of a speaker in the panel of filters."""
    return page.get_by_role("group", name="Speakers").get_by_role("radio", name=re.compile(name))


# Asking


def test_an_answer_shows_the_services_passages_word_for_word(visit: Visit, server: str) -> None:
    """The cards of an answer are the passages of /v1/ask: the same words, marks, speakers, places and links, in that order."""
    chat = Chat(visit.page(server))
    shown, found = chat.ask(DORN), asked(server, DORN)
    assert words_of(shown) == [quote["cited_text"] for quote in found["passages"]]
    for number, quote in enumerate(found["passages"]):
        card = shown.locator(".card").nth(number)
        assert marked_in(card) == highlighted(quote)
        expect(card.locator(".speaker")).to_have_text(quote["speaker"])
        expect(card.locator(".place")).to_contain_text(quote["document_title"])
        others = [one for one in found["passages"] if one["document_id"] == quote["document_id"] and one is not quote]
        marks = "".join(f"&mark={one['start_char_index']}-{one['end_char_index']}" for one in others)
        place = f"{quote['document_id']}?start={quote['start_char_index']}&end={quote['end_char_index']}{marks}"
        expect(card.get_by_role("link", name="Open in source")).to_have_attribute("href", f"{server}/sources/{place}#quote")
        expect(card.get_by_role("link", name="Original page")).to_have_attribute("href", quote["url"])
        asking = card.locator("details.asked")
        expect(asking.locator("blockquote")).to_be_hidden()
        asking.locator("summary").click()
        expect(asking.locator("blockquote")).to_have_text(quote["asked"]["cited_text"], use_inner_text=True)
    expect(shown.locator(".sure")).to_contain_text(f"{round(found['confidence'] * 100)} %")
    expect(shown.locator(".place").first).to_contain_text("11 May 2024")


def test_words_that_a_speaker_only_repeats_are_told_apart(visit: Visit, server: str) -> None:
    """Somebody else's words inside a quote are underlined, and the card says what that means."""
    question = "What did the harbour master say on the telephone?"
    shown, quote = Chat(visit.page(server)).ask(question), asked(server, question)["passages"][0]
    card = shown.locator(".card").first
    base = quote["start_char_index"]
    (repeated,) = [(one["start_char_index"] - base, one["end_char_index"] - base) for one in quote["quotations"]]
    assert "".join(card.locator(".words .quoted").all_inner_texts()) == quote["cited_text"][slice(*repeated)]
    expect(card.locator(".repeated")).to_contain_text("somebody else’s words")


def test_a_follow_up_is_completed_from_the_conversation(visit: Visit, server: str) -> None:
    """ "Why?" is asked with the questions before it, and what was searched for is shown."""
    chat = Chat(visit.page(server))
    chat.ask(DORN)
    shown, found = chat.ask("Why?"), asked(server, "Why?", history=[DORN])
    assert found["searched_for"] != "Why?"
    expect(shown.locator(".understood")).to_contain_text(found["searched_for"])
    assert words_of(shown) == [quote["cited_text"] for quote in found["passages"] or found["nearest"]]


def test_filters_that_the_question_sets_are_shown(visit: Visit, server: str) -> None:
    """Whose words and which time a question means is told with its answer."""
    shown = Chat(visit.page(server)).ask("What did Osterhaven say about the barrier in 2024?")
    expect(shown.locator(".understood")).to_contain_text("only the words of Marit Osterhaven, 2024")


def test_a_filter_narrows_the_next_question_and_can_be_taken_away(visit: Visit, server: str) -> None:
    """A speaker chosen beside the conversation is a chip, goes with the question, and is gone when the chip is pressed."""
    page = visit.page(server)
    chat = Chat(page)
    speaker(page, "Idris Calloway").check()
    chip = page.get_by_role("button", name=re.compile("Remove filter: Speaker: Idris Calloway"))
    expect(chip).to_be_visible()
    shown = chat.ask("How many penalties did the goalkeeper save?")
    found = asked(server, "How many penalties did the goalkeeper save?", speaker="Idris Calloway")
    assert words_of(shown) == [quote["cited_text"] for quote in found["passages"]]
    assert found["passages"]
    chip.click()
    expect(chip).to_have_count(0)
    expect(page.get_by_role("radio", name="Everybody")).to_be_checked()
    assert words_of(chat.ask(DORN)) == [quote["cited_text"] for quote in asked(server, DORN)["passages"]]


def test_documents_and_dates_narrow_too(visit: Visit, server: str) -> None:
    """A document and months are sent with the question; the counts are those of the service."""
    page = visit.page(server)
    page.get_by_role("radio", name=re.compile("Joint press conference")).check()
    page.get_by_label("From", exact=True).select_option("2024-06")
    expect(page.get_by_label("From", exact=True).locator("option:checked")).to_have_text("June 2024 (1)")
    shown = Chat(page).ask("What about the deficit?")
    found = asked(server, "What about the deficit?", document="press-conference-miller", since="2024-06")
    assert words_of(shown) == [quote["cited_text"] for quote in found["passages"]]
    expect(shown.locator(".place").first).to_contain_text(clock(found["passages"][0]["start_ms"]))
    expect(page.locator(".chips")).to_contain_text("From June 2024")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".chips")).to_be_hidden()


def test_a_refusal_gives_its_reason_and_the_nearest_apart(visit: Visit, server: str) -> None:
    """Nothing on record is said plainly; what came closest is folded away and called no answer."""
    shown, found = Chat(visit.page(server)).ask(CHINA), asked(server, CHINA)
    assert not found["found"]
    expect(shown.get_by_role("heading", name="Nothing on record")).to_be_visible()
    nearest = shown.locator("details.nearest")
    expect(nearest.locator(".card").first).to_be_hidden()
    expect(nearest.locator("summary").first).to_contain_text("not an answer")
    nearest.locator("summary").first.click()
    assert words_of(nearest) == [quote["cited_text"] for quote in found["nearest"]]
    expect(shown.locator(".sure")).to_have_count(0)


def test_of_two_who_can_be_meant_one_is_chosen(visit: Visit, server: str) -> None:
    """Candidates are buttons that ask the same question again, of that speaker alone; Back leads to the choice again."""
    page = visit.page(server)
    chat = Chat(page)
    shown = chat.ask(MILLER)
    expect(shown).to_contain_text("Several people can be meant")
    page.get_by_role("button", name=re.compile("^Helen Miller")).click()
    expect(chat.place.locator(".card")).not_to_have_count(0)
    shown, found = chat.outcome(1), asked(server, MILLER, speaker="Helen Miller")
    assert words_of(shown) == [quote["cited_text"] for quote in found["passages"]]
    expect(page.locator(".chips")).to_contain_text("Helen Miller")
    page.go_back()
    expect(chat.outcome(1)).to_contain_text("Several people can be meant")


# Sharing


def test_a_conversation_has_an_address_that_asks_it_again(visit: Visit, server: str) -> None:
    """The address of a conversation, opened elsewhere, asks the same questions with their filters in the same order."""
    page = visit.page(server)
    chat = Chat(page)
    chat.ask(DORN)
    speaker(page, "Marit Osterhaven").check()
    chat.ask("Why?")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.url
    again = visit.page(address)
    second = Chat(again).outcome(2)
    assert words_of(second) == words_of(chat.outcome(2))
    expect(Chat(again).questions).to_have_text([DORN, "Why?"])
    expect(again.locator(".chips")).to_contain_text("Marit Osterhaven")
    assert again.title().startswith("Why?")


def test_back_and_forward_go_through_the_conversation(visit: Visit, server: str) -> None:
    """Back shows the conversation as it was a question ago, Forward as it was; a new one is empty, and Back leaves that too."""
    page = visit.page(server)
    chat = Chat(page)
    chat.ask(DORN)
    words = words_of(chat.ask("Why?"))
    page.go_back()
    chat.outcome(1)
    page.go_forward()
    assert words_of(chat.outcome(2)) == words
    page.get_by_role("button", name="New conversation").click()
    expect(chat.questions).to_have_count(0)
    expect(page.get_by_text("Asked on record:")).to_be_visible()
    assert page.url == f"{server}/"
    page.go_back()
    assert words_of(chat.outcome(2)) == words


def test_nothing_is_kept_in_the_browser(visit: Visit, server: str) -> None:
    """Neither cookies nor the browser's stores hold anything of a conversation, and the server gets no part of its address."""
    page = visit.page(server)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    Chat(page).ask(DORN)
    page.reload()
    Chat(page).outcome(1)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert visit.context.cookies() == []
    assert not any("Dorn" in url for url in requested if "#" not in url)


def test_examples_are_asked_when_pressed(visit: Visit, server: str) -> None:
    """An empty conversation offers questions that were asked on record; pressing one asks it."""
    page = visit.page(server)
    example = page.locator(".examples button").first
    words = example.inner_text()
    example.click()
    chat = Chat(page)
    chat.outcome(1)
    expect(chat.questions).to_have_text([words])


# Failures


def test_a_service_that_is_gone_is_told_and_asked_again(visit: Visit, server: str) -> None:
    """Without a network the failure is told in words; when it is back, the same question is asked again."""
    page = visit.page(server)
    chat = Chat(page)
    expect(page.locator(".examples button")).not_to_have_count(0)
    visit.context.set_offline(True)
    shown = chat.ask(DORN)
    expect(shown).to_contain_text("can’t be reached")
    visit.context.set_offline(False)
    visit.faults.clear()
    shown.get_by_role("button", name="Ask again").click()
    expect(page.locator(".failure")).to_have_count(0)
    assert words_of(chat.outcome(1))


def test_a_page_that_could_not_be_loaded_whole_says_so(visit: Visit, server: str) -> None:
    """When a part of the element can't be had, that is said where it would stand."""
    visit.context.route("**/deep-chat.js", lambda route: route.abort())
    page = visit.page(server)
    expect(page.get_by_role("alert")).to_contain_text("can’t be loaded")
    page.wait_for_timeout(500)  # the browser tells of what failed a little later
    visit.faults.clear()


def test_what_is_asked_while_the_page_loads_is_not_lost(visit: Visit, server: str) -> None:
    """On a machine so slow that the list is drawn twice, the question that was asked first stands there with its answer."""
    page = visit.page()
    page.add_init_script("const real = setTimeout; window.setTimeout = (run, after = 0) => real(run, after || 100);")
    page.goto(server)
    assert words_of(Chat(page).ask(DORN))


def test_what_the_service_refuses_is_told_in_its_words(visit: Visit, server: str) -> None:
    """A problem of the service (a date that is none, from the address) is shown in its words, and the rest goes on."""
    page = visit.page(f"{server}/#since=1.+May&q={percent(DORN)}")
    chat = Chat(page)
    expect(chat.outcome(1)).to_contain_text("The request is not understood")
    visit.faults.clear()
    page.get_by_role("button", name="Remove filter: From 1. May").click()
    assert words_of(chat.ask(DORN))


# Keyboard and screen readers


def test_the_keyboard_alone_suffices(visit: Visit, server: str) -> None:
    """Ask, copy, choose a filter, begin anew: all without a pointer; "/" leads to the box, Esc out of a menu."""
    page = visit.page(server)
    chat = Chat(page)
    expect(chat.box).to_be_focused()
    page.keyboard.type("When did the mayor last speak")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("with President Dorn?")
    expect(chat.box).to_have_value("When did the mayor last speak\nwith President Dorn?")
    page.keyboard.press("Enter")
    chat.outcome(1)
    expect(chat.box).to_be_focused()

    def tab_to(role: str, name: str, key: str = "Shift+Tab") -> None:
        wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
        for _ in range(80):
            if wanted.evaluate("one => one === one.getRootNode().activeElement"):
                return
            page.keyboard.press(key)
        raise AssertionError(f"no way to {name}")

    first = page.locator(".card").first
    reach = first.locator("details.menu summary")
    for _ in range(80):
        page.keyboard.press("Shift+Tab")
        if reach.evaluate("one => one === one.getRootNode().activeElement"):
            break
    page.keyboard.press("Enter")
    expect(first.get_by_role("button", name="Quotation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(first.get_by_role("button", name="Quotation")).to_be_hidden()
    expect(reach).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied as Quotation.")).to_have_count(1)
    expect(reach).to_be_focused()
    page.keyboard.press("/")
    expect(chat.box).to_be_focused()
    expect(chat.box).to_have_value("")
    tab_to("radio", "Everybody", "Tab")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".chips")).to_contain_text("Speaker: Marit Osterhaven")
    expect(speaker(page, "Marit Osterhaven")).to_be_focused()
    tab_to("button", "New conversation")
    page.keyboard.press("Enter")
    expect(chat.questions).to_have_count(0)
    expect(chat.box).to_be_focused()


def test_what_is_said_aloud_is_short(visit: Visit, server: str) -> None:
    """The log announces how many passages there are and who speaks first; the cards themselves are not read out unasked."""
    chat = Chat(visit.page(server))
    shown = chat.ask(DORN)
    expect(chat.log).to_have_attribute("aria-live", "polite")
    expect(shown).to_have_attribute("aria-live", "off")
    expect(chat.log.locator("p.visually-hidden").first).to_have_text("5 passages found. First: Marit Osterhaven.")
    chat.ask(CHINA)
    expect(chat.log.locator("p.visually-hidden").nth(1)).to_contain_text("Nothing on record.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_in_any_state(
    visiting: Callable[..., Visit], server: str, scheme: str, screen: dict[str, Any]
) -> None:
    """Empty, with an answer, a choice, a refusal, menus and drawer open, in light and dark: no violation."""
    page = visiting(server, color_scheme=scheme, **screen).page(server)
    chat = Chat(page)
    expect(page.locator(".examples button")).not_to_have_count(0)
    assert not violations(page)
    chat.ask(DORN)
    page.locator("details.asked summary").first.click()
    page.locator("details.sure summary").click()
    page.locator("details.menu summary").first.click()
    assert not violations(page)
    chat.ask(MILLER)
    assert not violations(page)
    chat.ask(CHINA).locator("details.nearest > summary").click()
    assert not violations(page)
    if screen:
        page.get_by_role("button", name="Filters").click()
        speaker(page, "Marit Osterhaven").check()
        assert not violations(page)


# Screens


def test_on_a_phone_the_filters_are_a_drawer(visiting: Callable[..., Visit], server: str) -> None:
    """The drawer opens by its button and closes by Esc, which leads back to the button; what was chosen there counts."""
    page = visiting(server, **PHONE).page(server)
    page.get_by_role("button", name="Filters").click()
    drawer = page.get_by_role("dialog", name="Filters")
    speaker(page, "Odile Farrant").check()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("button", name="Filters (1)")).to_be_focused()
    shown = Chat(page).ask("What happened to the first version?")
    expect(shown.locator(".speaker").first).to_have_text("Odile Farrant")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
def test_nothing_is_wider_than_the_screen(
    visiting: Callable[..., Visit], server: str, tmp_path: Path, scheme: str, screen: dict[str, Any]
) -> None:
    """From a phone of 360 pixels to a desktop nothing runs out of the page, and the question asked last is in sight."""
    page = visiting(server, color_scheme=scheme, **screen).page(server)
    chat = Chat(page)
    for number, question in enumerate((DORN, MILLER, CHINA, "What was Calloway asked about his sponsor?")):
        chat.ask(question)
        assert page.evaluate(WIDER_THAN_IT_MAY) == []
        expect(chat.questions.last).to_be_in_viewport()
        page.screenshot(path=tmp_path / f"{scheme}-{number}.png")


@pytest.mark.parametrize(
    "question",
    [SCRIPT, '<img src=x onerror="document.title=1">', "![x](https://elsewhere.invalid/x.png) *no* [y](javascript:1)"],
)
def test_a_hostile_address_shows_as_text(visit: Visit, server: str, question: str) -> None:
    """A link that somebody made can ask a question; it can't run or load anything, and its words stand there as they are."""
    page = visit.page(f"{server}/#speaker={percent(SCRIPT)}&q={percent(question)}")
    chat = Chat(page)
    chat.outcome(1)
    assert chat.questions.first.evaluate("one => one.textContent") == question
    expect(page.locator(".chips")).to_contain_text(SCRIPT)
