"""PDF, by :mod:`index.formats.pdf` and the modules beside it."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import MalformedSource, SourceError, UnreadableSource
from index.formats import parse
from index.limits import Limits
from index.records import Parsed, Source
from tests.index.pdfs import FONT, HEIGHT, LEFT, WIDTH, Words, lines, pdf, set_interview
from tests.index.transcripts import all_words, assert_read_or_refused, interviews, parsed, plainly, said

HEADING = ("Transcript of Chair Krog’s Conference", "April 7, 2011")
SPEECH = (
    "CHAIR KROG.  Good afternoon.  The harbour was counted twice this spring, and the boats that lay in it were found to be "
    "fewer than anybody had thought when the first count was made in the autumn before.",
    "I’d like to say why.  " + "The second count began in the north and went on along the quays until the winter came.  " * 20,
    "ANN LEE.  Thank you.  How many boats were there?",
    "CHAIR KROG.  Sixty.  " + "Of those that were lost nobody has told us anything that we could write down.  " * 30,
    "BO RAY.  And will there be a third?",
    "CHAIR KROG.  Not before the ice is gone.",
)


def head(page: int, of: int = 3) -> list[Words]:
    return [
        Words(LEFT, HEIGHT - 47, "April 7, 2011"),
        Words(230, HEIGHT - 47, "Chair Krog’s Conference"),
        Words(500, HEIGHT - 47, "FINAL"),
        Words(280, 52, f"Page {page} of {of}"),
    ]


def conference(*paragraphs: str) -> tuple[Parsed, list[list[str]]]:
    """What is made of a press conference with running heads, and the lines that its paragraphs were set in."""
    pages, set_lines = set_interview(paragraphs or SPEECH, heading=HEADING, head=head)
    return parsed(pdf(*pages), "conference.pdf"), set_lines


def test_conference() -> None:
    """A label is small capitals and a full stop; its turn goes on over paragraphs and pages, line by line as printed."""
    document, set_lines = conference()
    paragraphs = ["\n".join(found).rstrip() for found in set_lines]
    bare = [words.split(".  ", 1)[1] for words in (paragraphs[0], *paragraphs[2:])]
    assert plainly(document) == [
        ("CHAIR KROG", bare[0] + "\n\n" + paragraphs[1]),
        ("ANN LEE", bare[1]),
        ("CHAIR KROG", bare[2]),
        ("BO RAY", bare[3]),
        ("CHAIR KROG", bare[4]),
    ]


def test_text_is_without_margins() -> None:
    """The canonical text is the heading and the paragraphs, a blank line between them, and nothing that pages add."""
    document, set_lines = conference()
    assert document.text == "\n\n".join([*HEADING, *("\n".join(found).rstrip() for found in set_lines)])


def test_anchors() -> None:
    """Each page is an anchor, counted from 1, over all that stands on it and nothing else."""
    document, _ = conference()
    assert [anchor.page for anchor in document.anchors] == [1, 2, 3]
    cuts = [anchor.span.cut(document.text) for anchor in document.anchors]
    assert " ".join(cuts).split() == document.text.split()
    assert cuts[0].startswith(HEADING[0])
    assert cuts[-1].endswith("ice is gone.")


def test_heading_is_in_no_turn() -> None:
    """The title and the day are what the file says of itself, and nobody's words."""
    document, _ = conference()
    assert (document.metadata.title, document.metadata.date) == (HEADING[0], "2011-04-07")
    assert HEADING[0] not in all_words(document)


@pytest.mark.parametrize(
    "margins",
    [
        lambda page: [Words(280, 40, str(page))],
        lambda page: [Words(280, 40, f"- {page + 6} -")],
        lambda page: [Words(280, 760, f"Page {page} of 2"), Words(72, 40, "Bo Ray, an interview", 9)],
        lambda page: [Words(72, 760, "Harbour Oral History"), Words(500, 760, f"{page}")],
        lambda page: [Words(72, 760, f"{page + 11}/24/2025, 3:0{page} PM"), Words(260, 760, "Bo Ray on boats | The Post")],
        lambda page: [Words(72, 760, "Interview with Dr. Ida Krog, 3 May 2011"), Words(72, 748, "Tape 1, side 2")],
        lambda page: [Words(280, 40, ["i", "ii"][page - 1])],
    ],
)
def test_margins_of_two_pages(margins) -> None:  # type: ignore[no-untyped-def]
    """Running heads and page numbers are known by two pages already."""
    speech = (
        lines("Q: Why did you stay", "in the harbour?", "", "A: Since the ice", "came, and nobody"),
        lines("went, we stayed.", "", "Q: I see."),
    )
    document = parsed(pdf(*([*margins(page), *words] for page, words in enumerate(speech, 1))), "x.pdf")
    assert (
        document.text
        == "Q: Why did you stay\nin the harbour?\n\nA: Since the ice\ncame, and nobody\nwent, we stayed.\n\nQ: I see."
    )


@pytest.mark.parametrize(
    "first",
    ["A: Yes.", "Yes, I did.", "BO RAY", "A: That was in 1974.", "MS. LEE.  I see.", "Not that I know", "Thank you."],
)
@pytest.mark.parametrize("pages", [2, 3, 6])
def test_speech_at_the_head_of_pages_stays(first: str, pages: int) -> None:
    """What somebody says at the head of each page alike is still said, whatever it looks like."""
    page = lines(
        first,
        "We went on to the quay",
        first,
        "and the boats were gone.",
        "Q: Why?",
        "A: So it was then.",
        first,
        "And so.",
        first,
        "Now.",
    )
    document = parsed(pdf(*[page] * pages), "x.pdf")
    assert " ".join(document.text.split()).count(" ".join(first.split())) == 4 * pages


def test_page_without_a_running_head() -> None:
    """A first page without the running head loses nothing, and the other pages lose theirs."""
    pages, set_lines = set_interview(SPEECH, heading=HEADING, head=lambda page: head(page) if page > 1 else [])
    document = parsed(pdf(*pages), "x.pdf")
    assert document.text == "\n\n".join([*HEADING, *("\n".join(found).rstrip() for found in set_lines)])


def test_running_heads_of_left_and_right_pages() -> None:
    """A book's running heads and numbers, outside on left and right pages, are told as well."""

    def margins(page: int) -> list[Words]:
        left = [Words(LEFT, 760, str(page), 10), Words(240, 760, "HARBOUR TALKS", 10)]
        return left if page % 2 == 0 else [Words(240, 760, "Ida Krog", 10), Words(520, 760, str(page), 10)]

    pages, set_lines = set_interview(SPEECH * 2, head=margins)
    assert parsed(pdf(*pages), "x.pdf").text == "\n\n".join("\n".join(found).rstrip() for found in set_lines)


def test_hyphen_at_a_line_end() -> None:
    """A word parted at a line's end stays parted: hyphen, line break, rest; so does a compound."""
    document = parsed(
        pdf(lines("Q: Why?", "A: It was a well-", "known harbour of gov-", "ernors, and lower-", "middle-class.")), "x.pdf"
    )
    assert plainly(document)[1] == ("A", "It was a well-\nknown harbour of gov-\nernors, and lower-\nmiddle-class.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Q: ", "A: "),
        ("Q. ", "A. "),
        ("MR. RAY.  ", "CHAIR KROG.  "),
        ("Ann Lee: ", "Ida Krog: "),
        ("QUESTION.  ", "IDA McKROG.  "),
    ],
)
@pytest.mark.parametrize("bold", [False, True])
def test_labels(first: str, second: str, bold: bool) -> None:
    """Labels of all kinds begin a turn at the start of a paragraph, in bold or not."""
    talk = [
        (first, "Why did you stay there?"),
        (second, "Since nobody went away."),
        (first, "And now?"),
        (second, "Now we go."),
    ]
    page = []
    for number, (label, words) in enumerate(talk):
        font = "Times-Bold" if bold else FONT
        page += [Words(LEFT, 700 - 40 * number, label, font=font), Words(LEFT + 120, 700 - 40 * number, words)]
        page += [Words(LEFT, 686 - 40 * number, "and that is all.")]
    expected = [(label.strip().rstrip(":."), words + "\nand that is all.") for label, words in talk]
    assert plainly(parsed(pdf(page), "x.pdf")) == expected


def test_label_with_one_blank() -> None:
    """A known label whose full stop has one blank after it, as typists have it now and then, is one still."""
    document, _ = conference(*SPEECH[:3], "CHAIR KROG. I can’t say.", "ANN LEE.  And you?", "CHAIR KROG.  No.")
    assert [label for label, _ in plainly(document)] == ["CHAIR KROG", "ANN LEE"] * 2 + ["CHAIR KROG"]


@pytest.mark.parametrize("gap", [0.0, 12.0])
@pytest.mark.parametrize("indent", [0.0, 24.0])
def test_paragraphs(gap: float, indent: float) -> None:
    """A paragraph is told by its gap, its indent, its label, or by the line before it, which ends a sentence early."""
    texts = ("Q: " + "Why was it so? " * 9, "A: " + "So it was then. " * 30, "And the boats " + "went on for years. " * 20)
    pages, set_lines = set_interview([text.strip() for text in texts], gap=gap, indent=indent, leading=14)
    blocks = ["\n".join(found) for found in set_lines]
    assert parsed(pdf(*pages), "x.pdf").text == "\n\n".join(blocks)


def test_notes() -> None:
    """Notes at a page's foot and the raised figures that point to them are not in the text; other raised figures are."""
    asked, *answer = lines("Q: Why did you stay there?", "A: We had four m", "of room in the harbour", "and nobody went away.")
    page = [asked, answer[0], answer[0].then("2", size=7, up=4), answer[1], answer[1].then("1", size=7, up=4), answer[2]]
    note = Words(LEFT, 100, "1", 6)
    page += [note, note.then(" Mr. Ray means the inner harbour, where the room was", size=9, up=-3)]
    page += [Words(LEFT, 86, "let by the metre.", 9), Words(290, 50, "17")]
    document = parsed(pdf(page, [*lines("Q: Then?", "A: Then we went."), Words(290, 50, "18")]), "x.pdf")
    assert document.text == (
        "Q: Why did you stay there?\n\nA: We had four m2\nof room in the harbour\nand nobody went away.\n\n"
        "Q: Then?\n\nA: Then we went."
    )


def test_notes_at_the_end() -> None:
    """Raised figures that count from 1 belong to notes wherever these stand; small print without a mark above stays."""
    page = lines("Q: Why did you stay?", "A: Nobody went", "away that winter", "since then.")
    page += [page[1].then("1", size=7, up=4), page[2].then("2", size=7, up=4)]
    page += lines("This was said in the dark of the hall", top=400, size=8)
    assert parsed(pdf(page), "x.pdf").text == (
        "Q: Why did you stay?\n\nA: Nobody went\naway that winter\nsince then.\n\nThis was said in the dark of the hall"
    )


def test_columns() -> None:
    """Two columns are read one after the other, beneath the heading that runs over both."""
    left = [f"and so the {word} boats of the left" for word in ("first", "second", "third", "fourth", "fifth", "sixth")]
    right = [f"and then the {word} men of the right" for word in ("first", "second", "third", "fourth", "fifth", "sixth")]
    page = [Words(120, 740, "What was seen in the harbour by those who stayed", 16)]
    page += [words for pair in zip(lines(*left, top=700), lines(*right, top=700, x=330), strict=True) for words in pair]
    document = parsed(pdf(page), "x.pdf")
    assert document.text.split("\n\n", 1)[1].split("\n") == [*left, *right]


def test_labels_beside_speech_are_no_column() -> None:
    """A label that stands in the margin is read with the words beside it."""
    page = [Words(LEFT + 130, 700 - 14 * n, "the boats were counted twice before anybody slept") for n in range(18)]
    page += [Words(LEFT, 700 - 42 * n, ("Ann Lee:", "Ida Krog:")[n % 2]) for n in range(6)]
    assert [label for label, _ in said(parsed(pdf(page), "x.pdf"))] == ["Ann Lee", "Ida Krog"] * 3


def test_words_drawn_in_any_order() -> None:
    """Words are read where they stand on the page, in whatever order it draws them."""
    page = lines("Q: Why did you stay?", "A: Nobody went away.", "Q: And then?", "A: Then the ice came.")
    assert parsed(pdf(page[::-1]), "x.pdf").text == parsed(pdf(page), "x.pdf").text


def test_letters_set_apart_are_one_word() -> None:
    """A word whose letters are drawn piece by piece, in small capitals or bold, is one word."""
    pieces = [Words(72, 676, "A: W")]
    for text, size, font in (("e w", 12, FONT), ("ent", 12, "Times-Bold"), (", then came K", 12, FONT), ("ROG", 9, FONT)):
        pieces.append(pieces[-1].then(text, size=size, font=font))
    page = [Words(72, 700, "Q: Why?"), *pieces]
    assert plainly(parsed(pdf(page), "x.pdf"))[1] == ("A", "We went, then came KROG")


def test_large_initial() -> None:
    """A large initial is the first letter of its word, not a line of its own."""
    page = [
        Words(LEFT, 672, "W", 40),
        Words(LEFT + 39, 690, "e stayed in the harbour until"),
        Words(LEFT + 39, 676, "the boats were gone and then"),
    ]
    rest = lines("we went home over the ice and", "were glad of it, all of us.", top=660, leading=14)
    assert parsed(pdf([*page, *rest]), "x.pdf").text == (
        "We stayed in the harbour until\nthe boats were gone and then\n"
        "we went home over the ice and\nwere glad of it, all of us."
    )


def test_justified_lines_have_single_blanks() -> None:
    """Blanks that are stretched to fill a line are single blanks; two after a full stop are two."""
    page = [Words(72, 700, "Q: Why was it that nobody had left then?", spacing=4)]
    page += [Words(72, 680, "A: It was late.  So we all stayed in there.", spacing=3)]
    assert parsed(pdf(page), "x.pdf").text == (
        "Q: Why was it that nobody had left then?\n\nA: It was late.  So we all stayed in there."
    )


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_turned_page(rotation: int) -> None:
    """Words that are printed sideways on a page that is turned to be read are read; a stamp across the page is not."""
    angle = {90: 90.0, 180: 180.0, 270: 270.0}[rotation]
    step = {90: (14.0, 0.0), 180: (0.0, 14.0), 270: (-14.0, 0.0)}[rotation]
    spoken = ("Q: Why did you stay?", "A: Nobody went away.", "Q: And then?")
    page = [Words(300 + step[0] * n, 400 + step[1] * n, words, angle=angle) for n, words in enumerate(spoken)]
    document = parsed(pdf([*page, Words(200, 200, "DRAFT", 60, angle=40)], rotation=rotation), "x.pdf")
    assert [words for _, words in plainly(document)] == ["Why did you stay?", "Nobody went away.", "And then?"]


@pytest.mark.parametrize(
    ("stated", "heading", "title"),
    [
        ("Microsoft Word - boats.doc", (), None),
        ("boats_final_v2.indd", (), None),
        ("Untitled document", (), None),
        ("Boats: what Ida Krog saw", (), "Boats: what Ida Krog saw"),
        ("Microsoft Word - boats.doc", ("Boats in the Ice",), "Boats in the Ice"),
        ("Another title of it", ("Boats in the Ice", "with Ida Krog", "7 April 2011"), "Boats in the Ice with Ida Krog"),
    ],
)
def test_title(stated: str, heading: tuple[str, ...], title: str | None) -> None:
    """The title is the first page's heading, else what the file's information says in words that people wrote."""
    pages, _ = set_interview(("Q: Why did you stay?", "A: Nobody went away.", "Q: And then?"), heading=heading)
    assert parsed(pdf(*pages, title=stated), "x.pdf").metadata.title == title


@pytest.mark.parametrize(
    ("heading", "created", "date"),
    [
        ("April 27, 2011", "20110504", "2011-04-27"),
        ("27. April 2011", "20110504", "2011-04-27"),
        ("on the 3rd of May, 1974", "20150504", "1974-05-03"),
        ("le 1er août 1999", "20150504", "1999-08-01"),
        ("27 de abril de 2011", "20150504", "2011-04-27"),
        ("2011-04-27", "20150504", "2011-04-27"),
        ("27.04.2011", "20150504", "2011-04-27"),
        ("April 31, 2011", "20110504", None),
        ("Recorded in 1974", "20150504", None),
        ("The Boats", "20150504", None),
    ],
)
def test_date(heading: str, created: str, date: str | None) -> None:
    """The day is what the heading has in full; the file's own says when it was saved, not when anybody spoke."""
    pages, _ = set_interview(("Q: Why did you stay?", "A: Nobody went away.", "Q: And then?"), heading=(heading,))
    assert parsed(pdf(*pages, created=created), "x.pdf").metadata.date == date


def test_date_in_what_is_said() -> None:
    """A day that somebody speaks of is not the document's."""
    page = lines("Q: Why did you stay?", "A: I came on April 27, 1974.", "Q: And then?")
    assert parsed(pdf(page, created="20150504"), "x.pdf").metadata.date is None


SHORT = pdf(lines("Q: Why did you stay?", "A: Nobody went away.", "Q: And then?"))


def raw(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, of which the first is the catalogue."""
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(content), more, content)


def packed(size: int, layers: int = 1) -> bytes:
    """A page whose content unfolds to ``size`` blanks."""
    content = b" " * size
    for _ in range(layers):
        content = zlib.compress(content, 9)
    return raw(CATALOGUE, PAGES, PAGE, stream(content, b"/Filter[%b]" % (b"/FlateDecode" * layers)), HELVETICA)


DAMAGED = bytearray(SHORT)
DAMAGED[DAMAGED.find(b"stream") + 40] ^= 0x1F


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<html><p>Not found</p></html>", "not a PDF"),
        (SHORT[: len(SHORT) // 2], "cut short"),
        (bytes(DAMAGED), "damaged"),
        (b"%PDF-1.7\nnothing\n%%EOF", "no pages can be found"),
        (pdf([]), "its 1 page is pictures or empty"),
        (pdf([], []), "its 2 pages are pictures or empty"),
        (pdf(lines("Q: Why?"), password="hush"), "opens with a password only"),
        (raw(CATALOGUE, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), "page 1 of 1 can't be read"),
        (raw(CATALOGUE, PAGES, b"[" * 100_000), "page 1 of 1 can't be read"),
        (raw(CATALOGUE, PAGES, PAGE, stream(b"[" * 100_000), HELVETICA), "pictures or empty"),
    ],
)
def test_refused(data: bytes, problem: str) -> None:
    """What can't be read whole is refused, and the refusal says why and what to do."""
    with pytest.raises(MalformedSource, match=problem) as refusal:
        parsed(data, "x.pdf")
    assert refusal.value.advice


@pytest.mark.parametrize(
    ("data", "limits", "problem"),
    [
        (pdf(*[lines("Q: Why?")] * 4), Limits(pages=3), "4 pages, more than the 3"),
        (raw(CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"), Limits(), "1,000,000 pages"),
        (packed(3 * 2**20), Limits(expanded_bytes=2**20), "more than the 1 MiB"),
        (packed(3 * 2**20, layers=2), Limits(expanded_bytes=2**20), "more than the 1 MiB"),
        (pdf(lines("Q: Why did you stay there?"), lines("A: So.")), Limits(text_chars=20), "page 1 goes beyond"),
    ],
)
def test_limits(data: bytes, limits: Limits, problem: str) -> None:
    """Pages, what packed parts unfold to, and the text are held to their limits before they take memory."""
    with pytest.raises(UnreadableSource, match=problem):
        parse(Source(Path("x.pdf"), data, ""), limits)


def test_encrypted_for_everybody() -> None:
    """A file that is encrypted against changes but opens without a password is read."""
    assert plainly(parsed(pdf(lines("Q: Why?", "A: So."), owner="hush"), "x.pdf")) == [("Q", "Why?"), ("A", "So.")]


def test_broken_table() -> None:
    """A file whose table of objects is wrong, but whose objects are there, is read whole."""
    assert parsed(SHORT.replace(b"startxref\n", b"startxref\n9"), "x.pdf").text == parsed(SHORT, "x.pdf").text


@settings(deadline=None, max_examples=25)
@given(interview=interviews(), leading=st.sampled_from((13.0, 24.0)), gap=st.sampled_from((0.0, 10.0)))
def test_every_word_comes_back(interview: list[tuple[str, list[str]]], leading: float, gap: float) -> None:
    """Whatever is said comes back word for word under its label, in order, over pages with heads and numbers."""
    spoken = [
        (interview[0][0], [SPEECH[1]]),
        *((name, [plain(words) for words in paragraphs]) for name, paragraphs in interview),
    ]
    texts = [words if n else f"{name}: {words}" for name, paragraphs in spoken for n, words in enumerate(paragraphs)]
    pages, _ = set_interview(texts, leading=leading, gap=gap, head=lambda page: head(page, of=9))
    heard = [(label, words.split()) for label, words in plainly(parsed(pdf(*pages), "x.pdf"))]
    assert heard == [(name, " ".join(paragraphs).split()) for name, paragraphs in spoken]


def plain(words: str) -> str:
    """Words without what the fonts that every reader has don't have."""
    return words.replace("🏦 ", "").replace("🏦", "x")


@settings(deadline=None, max_examples=60)
@given(
    changes=st.lists(st.tuples(st.integers(0, len(SHORT) - 1), st.integers(0, 255)), max_size=30),
    end=st.integers(0, len(SHORT)),
)
def test_hostile_bytes(changes: list[tuple[int, int]], end: int) -> None:
    """A file with any bytes changed or cut off is read or refused; nothing else happens."""
    data = bytearray(SHORT)
    for place, value in changes:
        data[place] = value
    assert_read_or_refused(bytes(data[: end or None]), "x.pdf")
    assert_read_or_refused(bytes(data), "x.pdf")


def test_error_is_of_the_tree() -> None:
    """Any refusal names the file."""
    with pytest.raises(SourceError) as refusal:
        parsed(b"%PDF-", "boats.pdf")
    assert refusal.value.path == Path("boats.pdf")


def test_row_of_a_wide_page_keeps_its_order() -> None:
    """Stretches far apart on one line are read from left to right."""
    page = [
        Words(WIDTH - 200, 700, "and so on."),
        Words(LEFT, 700, "Q: Why did you stay,"),
        *lines("A: So.", "Q: Ah.", top=670),
    ]
    assert plainly(parsed(pdf(page), "x.pdf"))[0][1].split() == ["Why", "did", "you", "stay,", "and", "so", "on."]
