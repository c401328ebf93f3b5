"""The page of a source: its whole text, the quote marked exactly, and nothing in it that could run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import build_index
from index.errors import NotInIndex
from index.reader import IndexReader
from index.records import Span
from qa.service import Service
from qa.source_page import page_policy, recording, render_source
from qa.web_files import web_files
from tests.qa.conftest import word_hash

TRICKY = [
    ("Host", "🏃‍♀️🏦 What about e\u0301clairs, Zoe\u0308 and <b>bold</b> &amp; &lt;script&gt;?"),
    (
        "Ann",
        "  👩‍👩‍👧‍👦 a\u030angstro\u0308m: “yes”  two  blanks,\ttabs,\nlines\n\nand מילים עבריות too. & so on; 5 < 6 > 4.  ",
    ),
    ("Host", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 beyond the first plane 🏴\u200d☠\ufe0f?"),
    ("Ann", "I said 🏦 twice: 🏦. </div></main></html> And I go on\u00a0speaking \u202e backwards \u202c and forwards."),
]
SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "id": 'x"onmouseover="alert(1)',
    "title": f'</title>{SCRIPT}"><img src=x onerror=alert(2)>\u202e',
    "date": "2024-01-01",
    "author": f"<svg/onload=alert(3)>{SCRIPT}\u202e",
    "site": "<iframe src='javascript:alert(4)'>",
    "language": 'en" onload="alert(5)',
    "url": "javascript:alert(6)",
    "turns": [
        {"speaker": f"Host {SCRIPT}", "role": "interviewer", "text": f"Well {SCRIPT} <a href='javascript:alert(7)'>x</a>?"},
        {
            "speaker": "Eve <b onclick=alert(8)>",
            "text": f"--></style>{SCRIPT}<img src=x onerror=alert(9)> {{{{ 7*7 }}}} {{% raw %}}",
        },
        {"speaker": "\u202eevE\u2066", "text": "A \u202e direction override, never closed, in the words of the speaker."},
    ],
}
ALLOWED_TAGS = set(
    "html head meta title link script body main header nav h1 p bdi ul li a button details summary code form input output "
    "section h2 span div mark".split()
)
ALLOWED_ATTRIBUTES = set(
    "lang charset name content class dir id href rel src type role hidden disabled tabindex title placeholder autocomplete "
    "spellcheck for aria-label aria-describedby aria-keyshortcuts".split()
)
OURS = {"/web/icon.svg", "/web/look.css", "/web/source.css", "/web/source.js"}


@pytest.fixture(scope="module")
def tricky(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    """One document with everything that shifts offsets or looks like markup."""
    folder = tmp_path_factory.mktemp("tricky")
    rows = [{"speaker": speaker, "text": text} for speaker, text in TRICKY]
    (folder / "tricky.json").write_text(json.dumps({"id": "tricky", "turns": rows}), encoding="utf-8")
    build_index([folder], root=folder / "index", encoder=word_hash)
    return IndexReader.open(folder / "index")


@pytest.fixture
def hostile(ask_over: Callable[..., Service], write: Callable[[str, str], Path]) -> IndexReader:
    """A transcript by somebody who wants to run something in a reader's browser."""
    return ask_over(write("hostile.json", json.dumps(HOSTILE))).reader


def parsed(page: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(page)


def words_of(page: str) -> list[str]:
    """The words of the source that a page shows, in order."""
    return " ".join(block.text_content() for block in parsed(page).find_class("words")).split()


def marked(page: str) -> str:
    """What a page marks."""
    return "".join(mark.text_content() for mark in parsed(page).iter("mark"))


def links(page: str) -> list[lxml.html.HtmlElement]:
    """The links that are not to the parts of the page, nor to other pages of ours."""
    return [link for link in parsed(page).iter("a") if not link.get("href").startswith(("#", "/"))]


@pytest.mark.parametrize(
    "document", ["coach-interview", "mayor-harbour", "novelist-qa", "oral-history-reyes", "press-conference-miller"]
)
def test_the_page_shows_every_word_of_the_source(reader: IndexReader, canonical: dict[str, str], document: str) -> None:
    """Nothing is left out, repeated or reordered, with or without a mark."""
    text = canonical[document]
    assert words_of(render_source(reader, document, None)) == text.split()
    middle = Span(len(text) // 3, len(text) // 2)
    page = render_source(reader, document, middle)
    assert "".join(words_of(page)) == "".join(text.split())
    assert "".join(marked(page).split()) == "".join(middle.cut(text).split())


def test_the_mark_holds_exactly_a_quote(service: Service) -> None:
    """Each passage of an answer, opened on its page, is marked character for character."""
    for question in ("What did she say about the storm barrier?", "Did you mislead parliament?", "green coat"):
        for quote in service.ask(question).passages:
            page = render_source(service.reader, quote.place.document_id, quote.place.span)
            assert marked(page) == quote.cited_text


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_the_mark_holds_exactly_the_slice_behind_emoji_and_combining_marks(tricky: IndexReader, data: st.DataObject) -> None:
    """Offsets are code points: behind families of emoji, combining accents and other planes the slice is still exact."""
    text = tricky.text("tricky")
    turn = data.draw(st.sampled_from(tricky.turns("tricky")))
    start = data.draw(st.integers(turn.start, turn.end))
    end = data.draw(st.integers(start, turn.end))
    page = render_source(tricky, "tricky", Span(start, end))
    assert marked(page) == text[start:end]
    assert "".join(words_of(page)) == "".join(text.split())


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_mark_over_several_turns_holds_their_words(tricky: IndexReader, data: st.DataObject) -> None:
    """A range over turns is marked in each of them; the blanks between blocks are not words."""
    text = tricky.text("tricky")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    page = render_source(tricky, "tricky", Span(start, end))
    assert "".join(marked(page).split()) == "".join(text[start:end].split())


def test_a_null_is_seen(tmp_path: Path) -> None:
    """A browser drops U+0000: its symbol stands for it, one character as well, and the mark holds as many as the quote."""
    words = "The harbour froze\0 in the winter of 1987."
    turns = [{"speaker": "Host\0", "text": "What of the harbour?"}, {"speaker": "Ann", "text": words}]
    (tmp_path / "a.json").write_text(json.dumps({"id": "a", "title": "Ice\0", "turns": turns}), encoding="utf-8")
    build_index([tmp_path], root=tmp_path / "index", encoder=word_hash)
    reader = IndexReader.open(tmp_path / "index")
    start = reader.text("a").index("froze")
    span = Span(start, start + len("froze\0 in"))
    assert reader.cut("a", span) == "froze\0 in"
    page = render_source(reader, "a", span)
    assert "\0" not in page
    assert re.findall("<mark[^>]*>([^<]*)</mark>", page) == ["froze␀ in"]
    assert words.replace("\0", "␀") in re.sub("</?mark[^>]*>", "", page)
    assert "<title>Ice␀</title>" in page


def test_a_link_to_the_quote_finds_the_first_mark(reader: IndexReader) -> None:
    """The page has one element with the id that its link names: the beginning of the quote."""
    turns = reader.turns("coach-interview")
    page = parsed(render_source(reader, "coach-interview", Span(turns[2].start, turns[4].end)))
    assert [element.tag for element in page.iter() if element.get("id") == "quote"] == ["mark"]
    assert page.get_element_by_id("quote") is next(page.iter("mark"))
    assert "#quote" in [link.get("href") for link in page.iter("a")]
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_other_passages_are_marked_too(reader: IndexReader) -> None:
    """Each has its own id and exactly its words, but for those that are the quote's."""
    text = reader.text("coach-interview")
    turn = max(reader.turns("coach-interview"), key=lambda turn: turn.end - turn.start)
    quote, before, over = Span(turn.start + 5, turn.start + 40), Span(10, 30), Span(turn.start, turn.start + 60)
    page = parsed(render_source(reader, "coach-interview", quote, hits=[over, before, quote]))
    found = [(mark.get("id"), mark.get("class"), mark.text_content()) for mark in page.iter("mark")]
    assert found == [
        ("hit-2", "hit", before.cut(text)),
        ("hit-1", "hit", text[over.start : quote.start]),
        ("quote", None, quote.cut(text)),
        (None, "hit", text[quote.end : over.end]),
    ]


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_marks_over_each_other_change_no_word(tricky: IndexReader, data: st.DataObject) -> None:
    """However passages and quote overlap, the text is whole, the quote is exact, and no id stands twice."""
    text = tricky.text("tricky")
    spans = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(lambda pair: Span(*sorted(pair)))
    turn = data.draw(st.sampled_from(tricky.turns("tricky")))
    start = data.draw(st.integers(turn.start, turn.end))
    quote = Span(start, data.draw(st.integers(start, turn.end)))
    page = parsed(render_source(tricky, "tricky", quote, hits=data.draw(st.lists(spans, max_size=5))))
    assert "".join(mark.text_content() for mark in page.iter("mark") if mark.get("class") is None) == quote.cut(text)
    assert (
        "".join(block.text_content() for block in page.find_class("words")).split()
        == "".join(turn.spans[0].cut(text) for turn in tricky.turns("tricky")).split()
    )
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_who_asks_and_who_answers_is_said(reader: IndexReader) -> None:
    """In words, at the head for every person and at every turn: not only by how it looks."""
    page = parsed(render_source(reader, "press-conference-miller", None))
    heads = {item.find("bdi").text: item.get("class") for item in page.find_class("people")[0]}
    assert heads["Helen Miller"] == "interviewee"
    for section in page.iter("section"):
        role = section.get("class").removeprefix("turn ")
        does = [element.text for element in section.find_class("does")]
        assert does == {"interviewer": ["asks"], "interviewee": ["answers"], "unknown": []}[role]


@pytest.fixture
def recorded(ask_over: Callable[..., Service], write: Callable[[str, str], Path]) -> Callable[..., str]:
    """The page of a transcript whose recording is at an address."""

    def page(address: str) -> str:
        rows = [
            {"speaker": "Ann", "text": "We will open it in May.", "start_ms": 61_500},
            {"speaker": "Bo", "text": "So be it."},
        ]
        reader = ask_over(write("a.json", json.dumps({"media": address, "turns": rows}))).reader
        return render_source(reader, "a", None)

    return page


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        ("https://m.example/talk.mp3", "audio"),
        ("http://m.example:81/talk.MP4?x=1", "video"),
        ("https://m.example/x", "audio"),
    ],
)
def test_times_lead_into_the_recording(recorded: Callable[..., str], address: str, tag: str) -> None:
    """A player that loads nothing by itself, and times that are links to their moments, also without the script."""
    page = parsed(recorded(address))
    player = page.get_element_by_id("media")
    assert (player.tag, player.get("src"), player.get("preload")) == (tag, address, "none")
    assert [(time.get("href"), time.get("data-ms"), time.text) for time in page.iter("a") if time.get("class") == "time"] == [
        (f"{address}#t=61.5", "61500", "1:01")
    ]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "talk.mp3", "https://a.example;script-src *", "ftp://a.example/x"])
def test_no_other_recording_is_played(recorded: Callable[..., str], address: str) -> None:
    """What is no address of the web is neither played nor linked, and gets nothing into the policy."""
    page = parsed(recorded(address))
    assert not list(page.iter("audio", "video"))
    assert [element.tag for element in page.find_class("time")] == ["span"]
    assert page_policy(address) == page_policy(None)


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example; script-src *",
        "https://a.example,b",
        "https://a.example'",
        "https://*",
        "https://*.example/x",
        "https://a.example:*/x",
        "https://user@a.example/",
        "//a.example/x",
        "https:///x",
        "",
    ],
)
def test_an_address_can_not_widen_the_policy(address: str) -> None:
    """Whatever an index holds as an address, the policy names one plain origin or none."""
    assert recording(address) is None
    assert page_policy(address) == page_policy(None)


def test_without_a_range_nothing_is_marked(reader: IndexReader) -> None:
    """No range, no mark and no link to one."""
    page = render_source(reader, "coach-interview", None)
    assert "<mark" not in page
    assert "#quote" not in page


def test_each_turn_stands_under_its_speaker(reader: IndexReader) -> None:
    """The heading above a turn's words is its speaker; a transcript's has its time."""
    page = parsed(render_source(reader, "press-conference-miller", None))
    section = page.get_element_by_id("turn-1")
    assert section.get("class") == "turn interviewee"
    assert section.find("h2").text_content() == "Helen Miller 0:15"
    assert section.find_class("words")[0].text_content() == reader.turns("press-conference-miller")[1].spans[0].cut(
        reader.text("press-conference-miller")
    )


def test_the_original_is_linked_and_its_digest_shown(reader: IndexReader) -> None:
    """A reader can go to the published page and can check the file."""
    card = reader.document("mayor-harbour")
    page = parsed(render_source(reader, "mayor-harbour", None))
    (link,) = links(render_source(reader, "mayor-harbour", None))
    assert (link.get("href"), link.get("rel")) == (card.metadata.url, "noopener noreferrer")
    assert card.sha256 in page.text_content()


@pytest.mark.parametrize("document", ["nowhere", ""])
def test_a_document_that_is_not_there_is_an_error(reader: IndexReader, document: str) -> None:
    """A wrong id raises; no empty page."""
    with pytest.raises(NotInIndex):
        render_source(reader, document, None)


@pytest.mark.parametrize("span", [Span(0, 10**9), Span(5, 1), Span(-1, 4)])
def test_a_range_that_is_not_there_is_an_error(reader: IndexReader, span: Span) -> None:
    """A range beyond the text raises instead of marking something else."""
    with pytest.raises(NotInIndex):
        render_source(reader, "coach-interview", span)


def test_a_hostile_transcript_is_shown_and_never_run(hostile: IndexReader) -> None:
    """Scripts, handlers, closing tags and template signs in any field come out as the text that they are."""
    (card,) = hostile.documents()
    raw = render_source(hostile, card.id, Span(0, 20))
    page = parsed(raw)
    assert {element.tag for element in page.iter() if isinstance(element.tag, str)} <= ALLOWED_TAGS
    for element in page.iter():
        assert set(element.keys()) <= ALLOWED_ATTRIBUTES
    assert links(raw) == []
    assert [script.get("src") for script in page.iter("script")] == ["/web/source.js"]
    assert raw.casefold().count("<script") == 1
    assert "<img" not in raw.casefold()
    assert words_of(raw) == hostile.text(card.id).split()
    assert page.get_element_by_id("transcript").get("lang") == "en"  # told from the words, whatever is declared
    assert page.findtext(".//title") == HOSTILE["title"]
    assert page.find(".//h1").text_content() == HOSTILE["title"]
    for field in ("author", "site"):
        assert str(HOSTILE[field]) in page.text_content()


def test_hostile_directions_stay_in_their_own_block(hostile: IndexReader) -> None:
    """Words and names of a source are isolated, so that an override in them turns nothing of the page around."""
    (card,) = hostile.documents()
    page = parsed(render_source(hostile, card.id, None))
    turned = [element for element in page.find("body").iter() if re.search("[\u202a-\u202e\u2066-\u2069]", element.text or "")]
    assert [element.tag for element in turned] == ["h1", "bdi", "bdi", "span", "div"]
    assert all(element.get("dir") == "auto" or element.tag == "bdi" for element in turned)
    assert not any(re.search("[\u202a-\u202e\u2066-\u2069]", element.tail or "") for element in page.iter())


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "\tjavascript:x"]
)
def test_only_web_addresses_are_linked(ask_over: Callable[..., Service], write: Callable[[str, str], Path], url: str) -> None:
    """A source that says it stands at a script's address gets no link."""
    rows = [{"speaker": "Ann", "text": "We will open the harbour in May."}]
    reader = ask_over(write("a.json", json.dumps({"url": url, "turns": rows}))).reader
    assert links(render_source(reader, "a", None)) == []


def test_an_address_can_not_leave_its_attribute(ask_over: Callable[..., Service], write: Callable[[str, str], Path]) -> None:
    """A quotation mark in an address stays in the address."""
    url = 'https://example.org/"onclick="alert(1)'
    rows = [{"speaker": "Ann", "text": "We will open the harbour in May."}]
    reader = ask_over(write("a.json", json.dumps({"url": url, "turns": rows}))).reader
    (link,) = links(render_source(reader, "a", None))
    assert dict(link.attrib) == {"class": "button", "href": url, "rel": "noopener noreferrer"}


@pytest.mark.parametrize("media", [None, "https://media.example:8443/talk.mp3"])
def test_the_policy_allows_our_own_files_and_the_recording(media: str | None) -> None:
    """Our style and script are allowed, and the recording's origin where there is one; fonts, frames and forms are not."""
    rules = dict(rule.strip().split(" ", 1) for rule in page_policy(media).split(";"))
    assert rules == ({"media-src": "https://media.example:8443"} if media else {}) | {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }


def test_the_page_asks_only_for_our_files(reader: IndexReader) -> None:
    """No style, script, picture, font or frame from anywhere else, and no inline style that the policy would block."""
    page = parsed(render_source(reader, "mayor-harbour", None))
    asked = {element.get("src") or element.get("href") for element in page.iter("link", "script", "img", "audio", "video")}
    assert asked == OURS
    assert not [element for element in page.iter() if element.get("style") or element.tag in ("style", "iframe")]
    for name in ("look.css", "source.css"):
        style = web_files()[name].content.decode()
        assert "url(" not in style
        assert "@import" not in style
