"""A source opened at a quote: which lines are marked, and that offsets decide it."""

from __future__ import annotations

import copy
from contextlib import closing
from typing import Any

import pytest

from index.reader import IndexReader
from qa.paging import QUOTE_MARGIN, NotThere, page_at
from qa.remote import RemoteService
from qa.render import answer_json, transcript_json
from qa.service import Service
from qa.terminal import MARK_MARGIN

Json = dict[str, Any]


def barred(lines: tuple[str, ...], *margins: str) -> str:
    return " ".join(line[4:] for line in lines if line.startswith(margins))


@pytest.fixture(scope="module")
def quote(service: Service) -> Json:
    return answer_json(service.ask("Did you mislead parliament?"))["passages"][0]


@pytest.fixture(scope="module")
def document(reader: IndexReader, quote: Json) -> Json:
    return transcript_json(reader, quote["document_id"])


def test_the_bars_stand_before_the_quote_and_nothing_else(document: Json, quote: Json) -> None:
    """A thin one for the quote, a thick one for its answering sentences."""
    page = page_at(document, quote, 70)
    assert barred(page.lines, QUOTE_MARGIN, MARK_MARGIN).split() == quote["cited_text"].split()
    base = quote["start_char_index"]
    marks = [quote["cited_text"][one["start_char_index"] - base : one["end_char_index"] - base] for one in quote["highlights"]]
    assert barred(page.lines, MARK_MARGIN).split() == " ".join(marks).split()
    assert barred(page.lines[page.start : page.end], QUOTE_MARGIN, MARK_MARGIN).split() == quote["cited_text"].split()
    assert max(map(len, page.lines)) <= 70


def test_every_turn_is_on_the_page(document: Json, quote: Json) -> None:
    """With its speaker and its time."""
    page = page_at(document, quote, 70)
    words = page.text.split()
    for turn in document["transcript"]:
        assert turn["speaker"] in page.text
        assert len(words) > sum(len(span["text"].split()) for span in turn["spans"])
    assert "\n\nHelen Miller · 1:40\n" in page.text


def test_the_same_words_twice_are_marked_where_the_quote_is() -> None:
    """The offsets say which "Yes." it is."""
    spans = [{"start_char_index": at, "end_char_index": at + 4, "text": "Yes."} for at in (0, 6)]
    turns = [{"speaker": name, "start_ms": None, "spans": [span]} for name, span in zip("AB", spans, strict=True)]
    document = {"id": "d", "title": None, "date": None, "url": None, "transcript": turns}
    quote = {"id": "d:6-10", "cited_text": "Yes.", "start_char_index": 6, "end_char_index": 10, "highlights": []}
    assert page_at(document, quote, 40).lines == ("d", "d", "", "A", "    Yes.", "", "B", f"{QUOTE_MARGIN}Yes.")


def test_a_source_that_has_changed_is_not_opened(document: Json, quote: Json) -> None:
    """Other words at the quote's place are not the quote, wherever else it may stand."""
    changed = copy.deepcopy(document)
    for turn in changed["transcript"]:
        for span in turn["spans"]:
            span["text"] = f"…{span['text']}"
    with pytest.raises(NotThere, match="is no longer there"):
        page_at(changed, quote, 70)


def test_a_service_gives_the_same_document(document: Json, quote: Json, url: str) -> None:
    """What is opened is the same from here and from there."""
    with closing(RemoteService(url)) as remote:
        assert remote.document(quote["document_id"]) == document
