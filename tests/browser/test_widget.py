"""The widget and the frame on other sites: real servers on other origins, under a strict policy, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from qa.api import create_app
from qa.config import Settings
from qa.web_files import WEB
from tests.browser.chatting import Chat, asked, marked_in, words_of
from tests.browser.conftest import Visit
from tests.conftest import ROOT
from tests.serving import served

pytestmark = pytest.mark.model

DORN = "When did the mayor last speak with President Dorn?"
POLICY = "default-src 'none'; script-src {host}; connect-src {host}; style-src 'self'; img-src data:"
SITE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Another site</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/site.css">
<script type="module" src="{host}/widget.js"></script></head>
<body><main><h1>Another site</h1><p id="own">A paragraph of its own, <mark>marked</mark>.</p>
<section><h2>One</h2><onrecord-chat id="one"></onrecord-chat></section>
<section><h2>Two</h2><onrecord-chat id="two" speaker="Idris Calloway" placeholder="Ask the coach"></onrecord-chat></section>
</main></body></html>"""
SITE_CSS = """body { font-family: monospace; color: #103; background: #fff; }
p { letter-spacing: 2px; text-transform: uppercase; } button { background: lime; } blockquote { display: none; }
#two { --onrecord-accent: rgb(0, 80, 0); --onrecord-height: 300px; }"""


@dataclass
class Sites:
    """The service, a site that it allows, and one that it doesn't."""

    host: str
    allowed: str
    other: str


def site(host: Callable[[], str]) -> Starlette:
    """A site that uses the service at ``host()``: the widget under a strict policy, and the frame."""

    def widget(_: Request) -> Response:
        policy = POLICY.format(host=host())
        return HTMLResponse(SITE.format(host=host()), headers={"Content-Security-Policy": policy})

    def example(_: Request) -> Response:
        page = (WEB / "example.html").read_text(encoding="utf-8").replace("http://127.0.0.1:8000", host())
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY.format(host=host())})

    def style(request: Request) -> Response:
        css = SITE_CSS if request.url.path == "/site.css" else (WEB / "example.css").read_text(encoding="utf-8")
        return Response(css, media_type="text/css")

    def frame(_: Request) -> Response:
        head = '<!doctype html><html lang="en"><head><title>Frame</title><link rel="icon" href="data:,"></head>'
        source = f"{host()}/embed?speaker=Marit+Osterhaven"
        return HTMLResponse(f'{head}<body><iframe title="Ask" src="{source}" width="600" height="600"></iframe></body></html>')

    paths = {"/": widget, "/site.css": style, "/example.css": style, "/frame": frame, "/example": example}
    return Starlette(routes=[Route(path, answer) for path, answer in paths.items()])


@pytest.fixture(scope="module")
def sites(samples_index: Path) -> Iterator[Sites]:
    """A service over the sample interviews, and two sites on other origins, of which it allows one."""
    found = Sites("", "", "")
    with ExitStack() as stack:
        found.allowed = stack.enter_context(served(site(lambda: found.host))).replace("127.0.0.1", "localhost")
        found.other = stack.enter_context(served(site(lambda: found.host))).replace("127.0.0.1", "localhost")
        app = create_app(Settings(index=samples_index, allowed_origins=(found.allowed,)))
        found.host = stack.enter_context(served(app))
        yield found


@pytest.fixture
def visit(visiting: Callable[..., Visit], sites: Sites) -> Visit:
    """A visit to the allowed site: only it and the service may be called."""
    return visiting(sites.allowed, sites.host)


def chats(page: Page) -> tuple[Chat, Chat]:
    """The two elements on the site's page."""
    return Chat(page.locator("#one")), Chat(page.locator("#two"))


def test_it_answers_on_another_site_under_a_strict_policy(visit: Visit, sites: Sites) -> None:
    """Two elements on one page of another origin answer, each by itself, with no violation and no request to elsewhere."""
    one, two = chats(visit.page(sites.allowed))
    shown = one.ask(DORN)
    found = asked(sites.host, DORN)
    assert words_of(shown) == [quote["cited_text"] for quote in found["passages"]]
    assert marked_in(shown.locator(".card").first)
    expect(two.questions).to_have_count(0)
    expect(two.box).to_have_attribute("placeholder", "Ask the coach")
    narrowed = asked(sites.host, "What about the sponsor?", speaker="Idris Calloway")
    assert words_of(two.ask("What about the sponsor?")) == [quote["cited_text"] for quote in narrowed["passages"]]
    expect(one.questions).to_have_text([DORN])


def test_its_links_lead_to_the_service_in_a_new_tab(visit: Visit, sites: Sites) -> None:
    """Links go to the service that the script came from or to the original, open another tab, and give no hold on this page."""
    page = visit.page(sites.allowed)
    one, _ = chats(page)
    shown = one.ask(DORN)
    links = shown.locator("a").evaluate_all("all => all.map(one => [one.href, one.target, one.rel])")
    assert all(target == "_blank" and "noopener" in rel for _, target, rel in links)
    assert links[0][0].startswith(f"{sites.host}/sources/mayor-harbour?")
    with visit.context.expect_page() as opened:
        shown.get_by_role("link", name="Open in source").first.click()
    expect(opened.value.locator("#quote")).to_be_visible()
    assert opened.value.evaluate("opener") is None


def test_no_style_leaks_either_way(visit: Visit, sites: Sites) -> None:
    """The site's sheet doesn't reach into the element nor the element's out of it, but for the custom properties."""
    page = visit.page(sites.allowed)

    def style(selector: str, name: str) -> Any:
        return page.locator(selector).first.evaluate("(one, name) => getComputedStyle(one)[name]", name)

    def own() -> list[Any]:
        names = ("fontFamily", "color", "letterSpacing")
        return [*(style("#own", name) for name in names), style("#own mark", "backgroundColor")]

    before = own()
    one, two = chats(page)
    one.ask(DORN)
    two.ask("What about the sponsor?")
    assert own() == before
    sheets = "[document.styleSheets, document.adoptedStyleSheets, document.querySelectorAll('style')].map(all => all.length)"
    assert page.evaluate(sheets) == [1, 0, 0]
    assert style("#one blockquote.words", "display") == "block"
    assert style("#one .waiting, #one .place", "textTransform") == "none"
    assert style("#two .ask", "backgroundColor") == "rgb(0, 80, 0)"
    assert style("#one .ask", "backgroundColor") != "rgb(0, 80, 0)"
    assert page.locator("#two").evaluate("one => one.getBoundingClientRect().height") == 300


def test_dark_follows_the_site_not_the_system(visiting: Callable[..., Visit], sites: Sites) -> None:
    """On a site that is always light the element is light, though the system is dark; a site can make it dark."""
    page = visiting(sites.allowed, sites.host, color_scheme="dark").page(sites.allowed)
    ink = "one => getComputedStyle(one).color"
    one, _ = chats(page)
    one.ask(DORN)
    assert page.locator("#one .card").first.evaluate(ink) == "rgb(27, 27, 26)"
    page.locator("#one").evaluate("one => { one.style.colorScheme = 'dark'; }")
    assert page.locator("#one").evaluate(ink) == page.locator("#one .card").first.evaluate(ink) == "rgb(235, 232, 225)"


def test_axe_finds_nothing_on_the_site(visit: Visit, sites: Sites) -> None:
    """The element brings no violation to the page that it is on."""
    page = visit.page(sites.allowed)
    one, _ = chats(page)
    one.ask(DORN)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_site_that_is_not_allowed_gets_no_answer(visiting: Callable[..., Visit], sites: Sites) -> None:
    """The script is anybody's, the answers only of those whose origin is allowed: elsewhere the failure is told."""
    visit = visiting(sites.other, sites.host)
    one, _ = chats(visit.page(sites.other))
    expect(one.ask(DORN)).to_contain_text("can’t be reached")
    assert any("CORS" in fault for fault in visit.faults)
    visit.faults.clear()


def test_a_frame_on_an_allowed_site_answers(visit: Visit, sites: Sites) -> None:
    """/embed in a frame of an allowed origin answers with the filters of its address, and copies by the user's click."""
    page = visit.page(f"{sites.allowed}/frame")
    frame = page.frame_locator("iframe")
    chat = Chat(frame)
    shown = chat.ask("What about the barrier?")
    found = asked(sites.host, "What about the barrier?", speaker="Marit Osterhaven")
    assert words_of(shown) == [quote["cited_text"] for quote in found["passages"]]
    shown.locator("details.menu summary").first.click()
    shown.get_by_role("button", name="Quotation").first.click()
    expect(frame.get_by_role("status").filter(has_text="Copied as Quotation.")).to_have_count(1)


def test_a_frame_on_any_other_site_is_refused(visiting: Callable[..., Visit], sites: Sites) -> None:
    """The browser shows /embed in no frame of an origin that isn't allowed."""
    visit = visiting(sites.other, sites.host)
    page = visit.page(f"{sites.other}/frame")
    expect(page.frame_locator("iframe").locator("onrecord-chat")).to_have_count(0)
    assert any("frame-ancestors" in fault for fault in visit.faults)
    visit.faults.clear()


def test_axe_finds_nothing_in_the_frame(visiting: Callable[..., Visit], sites: Sites) -> None:
    """The page for frames, empty and with an answer."""
    page = visiting(sites.host).page(f"{sites.host}/embed")
    chat = Chat(page)
    expect(page.locator(".examples button")).not_to_have_count(0)
    assert Axe().run(page).violations_count == 0
    chat.ask(DORN)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_example_page_is_true(visit: Visit, sites: Sites) -> None:
    """The documented example, on another origin, under the policy that it names, answers and has the colours that it sets."""
    page = visit.page(f"{sites.allowed}/example")
    assert POLICY.format(host=sites.host) in " ".join(page.locator("code").all_inner_texts())
    chat = Chat(page.locator("onrecord-chat").first)
    assert words_of(chat.ask(DORN))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_every_property_and_attribute_is_documented() -> None:
    """The README names each custom property that the sheet reads and each attribute that the element reads."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    properties = set(re.findall(r"var\((--onrecord-[a-z-]+)", (WEB / "chat.css").read_text(encoding="utf-8")))
    attributes = set(re.findall(r"getAttribute\('([a-z]+)'\)", (WEB / "onrecord-chat.js").read_text(encoding="utf-8")))
    assert len(properties) >= 15
    assert attributes == {"url", "placeholder"}
    for name in properties | attributes | {"speaker", "document", "since", "until"}:
        assert f"`{name}`" in readme
