"""Saved pages, by :mod:`index.formats.html` and :mod:`index.formats.page`."""

from __future__ import annotations

import html
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import MalformedSource
from index.records import Metadata, Parsed
from tests.index.transcripts import assert_read_or_refused, interviews, parsed, plainly, said

Q1 = "<p><b>Ann Lee:</b> What did you see there, and who was with you on that long day?</p>"
A1 = "<p><b>Bo Ray:</b> I saw the harbour, and the boats, and my brother, who was asleep on the nets.</p>"
MORE = "<p>Later on I saw the fish market, with nobody in it, and a van turning in the square.</p>"
Q2 = "<p><b>Ann Lee:</b> And what did he say when the water had come into the house?</p>"
A2 = "<p><b>Bo Ray:</b> He said nothing at all, and he went back to sleep on top of the nets.</p>"
SAID = [
    ("Ann Lee", "What did you see there, and who was with you on that long day?"),
    ("Bo Ray", "I saw the harbour, and the boats, and my brother, who was asleep on the nets."),
    ("Ann Lee", "And what did he say when the water had come into the house?"),
    ("Bo Ray", "He said nothing at all, and he went back to sleep on top of the nets."),
]
SAID_MORE = "Later on I saw the fish market, with nobody in it, and a van turning in the square."


def page(*article: str, head: str = "", before: str = "", after: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{before}<article>{''.join(article)}</article>{after}</body></html>"


def parse_page(content: str | bytes) -> Parsed:
    return parsed(content, "interview.html")


class TestText:
    def test_canonical_text_is_what_the_page_shows(self) -> None:
        """Blanks are collapsed as a browser does, blocks stand apart, and nothing unshown is in the text."""
        content = (
            "<html><head><title>T</title><style>p{}</style></head><body><h1> A  \n B</h1><!-- c --><script>x</script>"
            "<div>one<div>two</div>three</div><p>four<br>five</p><ul><li>six<li>seven</ul><textarea>t</textarea></body></html>"
        )
        assert parse_page(content).text == "A B\n\none\n\ntwo\n\nthree\n\nfour\nfive\n\nsix\n\nseven"

    def test_turns_are_slices_of_that_text(self) -> None:
        """Each turn is what a reader sees after the label."""
        assert plainly(parse_page(page(Q1, A1, Q2, A2))) == SAID

    @pytest.mark.parametrize(
        ("markup", "seen"),
        [
            ("R&amp;B &lt;here&gt; &quot;so&quot;", 'R&B <here> "so"'),
            ("caf&eacute; &#8220;so&#8221; &#x1F3E6; &hellip;", "café “so” 🏦 …"),
            ("5&nbsp;May and&nbsp;\n so", "5\u00a0May and\u00a0 so"),
            ("a&shy;b", "a\u00adb"),
            ("&#150; so", "– so"),
            ("&bogus; so", "&bogus; so"),
            ("two <i>nested <b>and <em>deep</em></b></i> words", "two nested and deep words"),
            ("un<b>bro</b>ken<span> </span><span> </span>so", "unbroken so"),
            ('so <a href="x">linked</a> it was', "so linked it was"),
            ("a<!-- c -->b<?pi x?>c", "abc"),
            ("first<br>second<br/>\n third", "first\nsecond\nthird"),
            ("H<sub>2</sub>O", "H2O"),
            ("so<script>var x = 'Ann Lee: y'</script> it was<noscript>z</noscript>", "so it was"),
            ("<q>so</q> it <u>was</u>, <wbr>👩‍🚀", "so it was, 👩‍🚀"),
        ],
    )
    def test_inline_markup(self, markup: str, seen: str) -> None:
        """Entities, no-break spaces, line breaks and nested inline elements come as they are seen."""
        document = parse_page(page(Q1, f"<p><b>Bo Ray:</b> Well, {markup}, and that is all.</p>", Q2, A2))
        assert plainly(document)[1] == ("Bo Ray", f"Well, {seen}, and that is all.")

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_pre(self, end: str) -> None:
        """Preformatted text keeps its lines and the blanks in them; its blank lines part its turns."""
        content = f"<pre>{end}Ann Lee: Why  so?{end}{end}Bo Ray: So   it{end}  was.{end}{end}Ann Lee: I see.{end}</pre>"
        assert plainly(parse_page(content)) == [("Ann Lee", "Why  so?"), ("Bo Ray", "So   it\n  was."), ("Ann Lee", "I see.")]

    @pytest.mark.parametrize("depth", [300, 2000])
    def test_deep_nesting(self, depth: int) -> None:
        """A page that nests as deep as broken templates do is read to its end."""
        document = parse_page(f"<body>{'<div>' * depth}{Q1}{A1}{'</div>' * depth}{Q2}{A2}")
        assert plainly(document) == SAID

    def test_nesting_too_deep(self) -> None:
        """A page that nests deeper than can be read is refused: what follows would be lost without a word."""
        with pytest.raises(MalformedSource, match="nest too deep"):
            parse_page(f"<body>{Q1}{'<div>' * 50_000}{A1}")

    @pytest.mark.parametrize("content", [" ", "<!-- only a comment -->"])
    def test_no_page(self, content: str) -> None:
        """A file without any element or word is refused."""
        with pytest.raises(MalformedSource, match="no HTML"):
            parse_page(content)

    @pytest.mark.parametrize("content", ["<html>", "<p>", "<svg><p>x</p></svg>", "<html><frameset></frameset></html>"])
    def test_empty_page(self, content: str) -> None:
        """A page that shows nothing has no turns, and is no error."""
        assert parse_page(content) == Parsed("", ())


class TestCharset:
    GERMAN = "<p><b>Åsa Öberg:</b> Was ändert sich?</p><p><b>Bo Ray:</b> Nichts – gar „nichts“.</p>"

    @pytest.mark.parametrize(
        ("head", "encoding"),
        [
            ('<meta charset="iso-8859-1">', "cp1252"),
            ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', "cp1252"),
            ('<meta charset="utf-8">', "utf-8"),
            ('<meta charset="utf-8">', "cp1252"),
            ('<meta charset="utf-8">', "utf-16"),
            ("", "utf-8"),
            ("", "utf-8-sig"),
            ("", "cp1252"),
        ],
    )
    def test_charsets(self, head: str, encoding: str) -> None:
        """A page is read in its charset, whether it says so, says another, or says nothing."""
        content = f"<html><head>{head}</head><body>{self.GERMAN}</body></html>"
        assert plainly(parse_page(content.encode(encoding))) == [
            ("Åsa Öberg", "Was ändert sich?"),
            ("Bo Ray", "Nichts – gar „nichts“."),
        ]


class TestLabels:
    @pytest.mark.parametrize(
        "row",
        [
            "<p>{}: {}</p>",
            "<p><strong>{}:</strong> {}</p>",
            "<p><strong>{}</strong>: {}</p>",
            "<p><b><span>{}</span>:</b>&nbsp;{}</p>",
            "<div>{}: {}</div>",
            "<p>{}:<br>{}</p>",
            "<p><b>{}:</b></p><p>{}</p>",
            "<tr><td>{}:</td><td>{}</td></tr>",
            "<dt>{}:</dt><dd>{}</dd>",
            "<h3>{}:</h3><p>{}</p>",
            "<li><em>{}:</em> {}",
        ],
    )
    def test_markup(self, row: str) -> None:
        """Speakers are found however the page sets them off from their words."""
        rows = "".join(row.format(*turn) for turn in SAID)
        wrapped = f"<table>{rows}</table>" if row.startswith("<tr>") else rows
        assert plainly(parse_page(page(wrapped))) == SAID

    def test_turns_in_one_paragraph(self) -> None:
        """Line breaks part the turns of one paragraph."""
        assert plainly(parse_page(page("<p>", "<br>".join(f"{name}: {words}" for name, words in SAID), "</p>"))) == SAID

    def test_question_in_heading(self) -> None:
        """A lower heading with a label is a turn, and one without is none."""
        content = page(
            "<h3>Ann Lee: Who was there with you?</h3>", A1, "<h3>The winter</h3>", MORE, "<h3>Ann Lee: And then?</h3>", A2
        )
        assert said(parse_page(content)) == [
            ("Ann Lee", ("Who was there with you?",)),
            ("Bo Ray", (SAID[1][1], SAID_MORE)),
            ("Ann Lee", ("And then?",)),
            (SAID[3][0], (SAID[3][1],)),
        ]

    @pytest.mark.parametrize(
        "title",
        [
            "<h1>Bo Ray: ‘I saw the sea’</h1>",
            "<h1><span>Bo Ray:</span> I saw the sea</h1>",
            "<h1>Boats</h1><h2>Bo Ray: I saw the sea</h2><p>Bo Ray: I saw the sea</p>",
        ],
    )
    def test_headline_is_no_turn(self, title: str) -> None:
        """A headline that names the guest before a colon is not their answer, nor where the page repeats it."""
        head = '<meta property="og:title" content="Bo Ray: I saw the sea">'
        assert plainly(parse_page(page(title, Q1, A1, Q2, A2, head=head))) == SAID


class TestFurniture:
    @pytest.mark.parametrize(
        "furniture",
        [
            "<nav><a href=x>News</a> Ann Lee: Home</nav>",
            "<header>The Post: Saturday edition</header>",
            "<footer>© 2024 Skerry Post</footer>",
            "<aside>Bo Ray: Buy boots</aside>",
            "<div class='cookie-banner'><p>We value your privacy, and we store things on your device.</p></div>",
            "<div id='onetrust-consent'>Accept all</div>",
            "<div role='navigation'>Politics</div>",
            "<div role='dialog'>We value your privacy.</div>",
            "<ul class='share-bar'><li>Mail</ul>",
            "<div class='social'>Tell your friends</div>",
            "<section class='comments'><p>Four people on a shift for seven. Resign.</p></section>",
            "<div class='related-stories'><p>Bo Ray: a life in boats</p></div>",
            "<div class='most-read'>Wolf seen on the bridge</div>",
            "<div class='ad'>Dry feet, guaranteed</div>",
            "<div id='google_ads_1'>Dry feet, guaranteed</div>",
            "<figure><figcaption>Bo Ray in May</figcaption></figure>",
            "<form>Your address <button>Go</button></form>",
            "<div hidden>unseen words</div>",
            "<div aria-hidden='true'>unseen words</div>",
            "<div style='display: none'>unseen words</div>",
            "<p>Share this article</p>",
            "<p>Advertisement</p>",
            "<p><a href=x>Wolf seen on the bridge</a></p>",
            "<p><em>This interview was edited for length.</em></p>",
            "<p>© 2024 Skerry Post. All rights reserved.</p>",
        ],
    )
    def test_in_no_turn(self, furniture: str) -> None:
        """The page's own words are in no turn; in the middle of an answer they split its spans, not the turn."""
        expected = [(name, (words,)) for name, words in SAID]
        for content in (page(Q1, A1, Q2, A2, before=furniture, after=furniture), page(furniture, Q1, A1, Q2, A2, furniture)):
            assert said(parse_page(content)) == expected
        expected[1] = ("Bo Ray", (SAID[1][1], SAID_MORE))
        assert said(parse_page(page(Q1, A1, furniture, MORE, Q2, A2))) == expected

    @pytest.mark.parametrize(
        "unshown",
        [
            "<script>var x = 'Bo Ray: y'</script>",
            "<style>p{}</style>",
            "<noscript>Enable it</noscript>",
            "<template>x</template>",
        ],
    )
    def test_unshown(self, unshown: str) -> None:
        """What no reader sees does not even split the spans of an answer."""
        assert said(parse_page(page(Q1, A1, unshown, MORE, Q2, A2)))[1] == ("Bo Ray", (f"{SAID[1][1]}\n\n{SAID_MORE}",))

    @pytest.mark.parametrize(
        "heading",
        ["<h2>You might also like</h2>", "<p><b>You might also like</b></p>", "<h3>Related articles</h3>", "<p>Most read:</p>"],
    )
    @pytest.mark.parametrize(
        "entry",
        [
            "<a href=x>{}</a> <span>News</span>",
            "{}",
            "<h3><a href=x>{}</a></h3><p>Read it here, says our reporter in Varnholm.</p>",
        ],
    )
    def test_other_stories(self, heading: str, entry: str) -> None:
        """A list of other stories after the last answer is in no turn, though its headlines look like labelled turns."""
        headlines = (
            "Bo Ray: a life in boats",
            "‘Never again’: minister urges ban",
            "Ann Lee: Our woman in Oslo, and what she saw there in May",
        )
        stories = "".join(f"<li>{entry.format(headline)}</li>" for headline in headlines)
        assert plainly(parse_page(page(Q1, A1, Q2, A2, heading, f"<ul>{stories}</ul>"))) == SAID

    def test_furniture_by_name_only(self) -> None:
        """An element that holds the interview is none of the page's furniture, whatever its class is called."""
        content = f"<html><body class='has-sidebar'><div class='comments social'>{Q1}{A1}{Q2}{A2}</div></body></html>"
        assert plainly(parse_page(content)) == SAID

    def test_text_beside_the_article(self) -> None:
        """Text outside the marked article is in no turn."""
        content = page(Q1, A1, Q2, A2, after="<div><p>Four people on a shift for seven, that is the whole story.</p></div>")
        assert plainly(parse_page(content)) == SAID

    def test_narration(self) -> None:
        """Finished paragraphs before the first label are narration; kicker and byline are none."""
        content = page(
            "<p>Interview</p><h1>Boats</h1><p>By Ann Lee</p><p>Bo Ray has a boat, and he lives in it.</p>", Q1, A1, Q2, A2
        )
        assert plainly(parse_page(content)) == [(None, "Bo Ray has a boat, and he lives in it."), *SAID]


class TestMetadata:
    def test_nothing_said(self) -> None:
        """A page that says nothing of itself has no metadata."""
        assert parse_page(page(Q1, A1)).metadata == Metadata()

    def test_linked_data(self) -> None:
        """JSON-LD is read, in a graph or a list, with its authors and publisher by name."""
        data = {
            "@graph": [
                {"@type": "BreadcrumbList", "name": "Home"},
                {
                    "@type": ["NewsArticle"],
                    "headline": "Boats  &#8222;for all&#8220;",
                    "datePublished": "2024-05-11T05:30:00+02:00",
                    "url": "https://example.org/boats",
                    "author": [{"name": "Ann Lee"}, {"name": "Cy Dow"}],
                    "publisher": {"name": "The Post"},
                },
            ]
        }
        head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
        assert parse_page(page(Q1, head=head)).metadata == Metadata(
            title="Boats „for all“",
            date="2024-05-11",
            url="https://example.org/boats",
            author="Ann Lee, Cy Dow",
            site="The Post",
        )

    @pytest.mark.parametrize(
        "broken", ["{", "null", '"text"', "[1, [2]]", '{"@type": 3}', "[" * 20_000, '{"headline": "half \\ud83d"}']
    )
    def test_broken_linked_data(self, broken: str) -> None:
        """JSON-LD of any other shape says nothing, or what can be stored, and stops nothing."""
        document = parse_page(page(Q1, A1, head=f'<title>T</title><script type="application/ld+json">{broken}</script>'))
        assert document.metadata.title in ("T", "half ?")
        assert len(document.turns) == 2

    def test_open_graph(self) -> None:
        """OpenGraph and article properties are read."""
        head = (
            '<meta property="og:title" content="Boats"><meta property="og:url" content="https://example.org/b">'
            '<meta property="og:site_name" content="The Post">'
            '<meta property="article:published_time" content="2024-05-11T05:30Z">'
            '<meta property="article:author" content="Ann Lee">'
        )
        assert parse_page(page(Q1, head=head)).metadata == Metadata(
            title="Boats", date="2024-05-11", url="https://example.org/b", author="Ann Lee", site="The Post"
        )

    def test_meta_and_links(self) -> None:
        """Plain meta names, the canonical link and the page's language are read."""
        content = (
            '<html lang="de-CH"><head><meta name="author" content="Ann Lee"><meta name="DC.date" content="2024-05-11">'
            f'<meta name="application-name" content="The Post"><link rel="canonical" href="https://example.org/b"></head>{Q1}</html>'
        )
        assert parse_page(content).metadata == Metadata(
            date="2024-05-11", url="https://example.org/b", author="Ann Lee", site="The Post", language="de"
        )

    def test_microdata(self) -> None:
        """The day of a time element or of a microdata date is read."""
        assert parse_page(page('<time datetime="2024-05-11T05:30">11 May</time>', Q1)).metadata.date == "2024-05-11"
        assert parse_page(page('<meta itemprop="datePublished" content="2024-05-11">', Q1)).metadata.date == "2024-05-11"

    def test_order(self) -> None:
        """The most deliberate statement wins: JSON-LD before OpenGraph before the heading before the window's title."""
        heading, title = "<h1>From h1</h1>", "<title>From title</title>"
        graph = '<meta property="og:title" content="From og">'
        linked = '<script type="application/ld+json">{"@type": "Article", "headline": "From ld"}</script>'
        assert parse_page(page(Q1, head=title)).metadata.title == "From title"
        assert parse_page(page(heading, Q1, head=title)).metadata.title == "From h1"
        assert parse_page(page(heading, Q1, head=title + graph)).metadata.title == "From og"
        assert parse_page(page(heading, Q1, head=title + graph + linked)).metadata.title == "From ld"

    @pytest.mark.parametrize("address", ["/relative", "javascript:alert(1)", "https://example.org/a b"])
    def test_no_web_address(self, address: str) -> None:
        """Only a web address is an address, since it becomes a link."""
        assert parse_page(page(Q1, head=f'<link rel="canonical" href="{address}">')).metadata.url is None

    @pytest.mark.parametrize("day", ["May 2024", "11.05.2024", "yesterday", "2024-13-45", "0000-00-00", "٢٠٢٤-٠١-٠٢"])
    def test_no_day(self, day: str) -> None:
        """A date in words is not guessed at, and one that the calendar doesn't have is none."""
        assert parse_page(page(Q1, head=f'<meta name="date" content="{day}">')).metadata.date is None


FURNITURE = ("", "<aside>Buy boots</aside>", "<div class='ad'>Buy boots</div>", "<p>Advertisement</p>", "<script>x</script>")


@given(interviews(), st.sampled_from(["<b>{}:</b> ", "{}: ", "<strong>{}</strong>: "]), st.sampled_from(FURNITURE))
@settings(deadline=None, max_examples=80)
def test_round_trip(turns: list[tuple[str, list[str]]], label: str, furniture: str) -> None:
    """Any interview composed as a page, with furniture between its turns, gives its turns back, word for word."""
    rows = []
    for name, words in turns:
        first, *more = map(html.escape, words)
        rows += [f"<p>{label.format(html.escape(name))}{first}</p>", *(f"<p>{one}</p>" for one in more), furniture]
    assert plainly(parse_page(page(*rows))) == [(name, "\n\n".join(words)) for name, words in turns]


TAGS = (
    "<p>|</p>|<div>|</div>|<b>|</b>|<br>|<pre>|</pre>|<h1>|<li>|<td>|<!--|-->|<![CDATA[|]]>|<?x|<a href=|>|\"|'|&|&#|&amp;|"
    "&#xD800;|<script>|</script>|<script type='application/ld+json'>|<meta charset=|<title>|<article>|<nav>|"
    "Ann Lee: |Bo Ray: |Q: |words and words |?|🏦|\x00|\x0c|\n|\u2028|<svg>|<math>|<template>|<table>|<select>"
).split("|")


@given(st.binary(max_size=100) | st.text(max_size=100) | st.lists(st.sampled_from(TAGS), max_size=40).map("".join))
@settings(deadline=None, max_examples=300)
def test_garbage(content: str | bytes) -> None:
    """Whatever is in the file, it is parsed with spans inside its text, or refused with an error about this source."""
    assert_read_or_refused(content, "interview.html")
