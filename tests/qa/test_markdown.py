"""Answers as Markdown: each quote a blockquote with its exact words, each place with its links, and a refusal that is none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.answer import Reason
from qa.markdown import markdown, markdown_parts, source_link
from qa.phrases import CLOSEST, REASONS
from qa.render import answer_json
from qa.service import Service
from qa.typesetting import visible
from tests.qa.test_escaping import HOSTILE
from tests.rendering import collapsed, rendered

BASE = "https://onrecord.example/on"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def found(service: Service) -> Json:
    return answer_json(service.ask("What did she say about the storm barrier?"))


@pytest.fixture(scope="module")
def nothing(service: Service) -> Json:
    return answer_json(service.ask("quantum chromodynamics"))


def test_every_quote_is_a_blockquote_of_its_words(found: Json) -> None:
    """As many blockquotes as passages, in order, each with the passage's words."""
    quotes = rendered(markdown(found, BASE)).quotes
    assert [collapsed(quote) for quote in quotes] == [collapsed(quote["cited_text"]) for quote in found["passages"]]
    assert len(quotes) == 5


def test_every_quote_has_its_speaker_question_document_and_links(found: Json) -> None:
    """Under the words stand who says them, what was asked, where and when, our page and the published one."""
    page = rendered(markdown(found, BASE))
    text = collapsed(page.text)
    for quote in found["passages"]:
        assert f"{collapsed(quote['cited_text'])} — {quote['speaker']} " in text
        assert f"asked: {collapsed(quote['asked']['cited_text'])}" in text
        assert f"{quote['document_title']} · {quote['published']} · " in text
    links = [[("source", source_link(quote, BASE)), ("original", quote["url"])] for quote in found["passages"]]
    assert page.links == [link for both in links for link in both if link[1]]
    assert page.links[0][1].startswith(f"{BASE}/sources/mayor-harbour?start=")
    assert "· 2:26 ·" in text


def test_the_parts_say_where_each_blockquote_stands(found: Json) -> None:
    """The parts joined are the whole, and a passage's stretch of it renders as its words alone."""
    parts = markdown_parts(found, BASE)
    whole = markdown(found, BASE)
    assert "".join(part.text for part in parts) == whole
    assert [part.quote for part in parts if part.quote] == found["passages"]
    for part in parts:
        if part.quote:
            assert collapsed(rendered(whole[part.start : part.end]).text) == collapsed(part.quote["cited_text"])


def test_what_the_question_set_itself_is_told(service: Service) -> None:
    """Inferred filters stand before the quotes, and the parts still know where these are."""
    answer = answer_json(service.ask("What did Osterhaven say about the barrier in 2024?"))
    whole = markdown(answer, BASE)
    assert whole.startswith("(words of Marit Osterhaven, 2024)\n\n> ")
    for part in markdown_parts(answer, BASE)[1:]:
        assert part.quote
        assert collapsed(rendered(whole[part.start : part.end]).text) == collapsed(part.quote["cited_text"])


def test_a_question_that_is_wanted_comes_first(service: Service) -> None:
    """Of what somebody was asked, the question leads and isn't said twice."""
    answer = answer_json(service.ask("What was Calloway asked about Luckfall?", limit=1))
    assert answer["wants"] == "questions"
    first, *_ = markdown_parts(answer, BASE)[-1].text.strip().split("\n\n")
    asked = answer["passages"][0]["asked"]
    assert collapsed(rendered(first).text) == collapsed(f"{asked['speaker']} asked: {asked['cited_text']}")
    assert markdown(answer, BASE).count(" asked: ") == 1


def test_whose_words_they_are_and_where_else_they_stand(found: Json) -> None:
    """Words that a speaker only repeats are told under the quote, and so is every other source of the same words."""
    answer = copy.deepcopy(found)
    quote, other = answer["passages"][0], answer["passages"][1]
    start = quote["start_char_index"]
    quote["quotations"] = [{"start_char_index": start, "end_char_index": start + 6, "quoted": True}]
    quote["also_in"] = [{name: other[name] for name in (*list(quote)[1:4], "start_char_index", "end_char_index", "url")}]
    text = collapsed(rendered(markdown(answer, BASE)).text)
    assert f"repeats somebody else's words: {quote['cited_text'][:6].strip()} " in text
    assert f"also in {other['document_title']} · {other['published']} · source" in text


def test_nothing_on_record_says_so_and_quotes_nothing(nothing: Json) -> None:
    """A refusal is its reason in words; what came closest is a list under a line that says what it is, with links."""
    page = rendered(markdown(nothing, BASE))
    assert page.quotes == []
    assert page.text.strip().startswith(f"{REASONS['nothing_on_record']}\n{CLOSEST}\n")
    assert {"ul", "li"} <= page.elements
    assert page.links == [("source", source_link(quote, BASE)) for quote in nothing["nearest"][:3]]
    for part in markdown_parts(nothing, BASE):
        assert part.quote is None


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_a_sentence(nothing: Json, reason: Reason) -> None:
    """Each reason is told, in words of its own."""
    told = markdown(nothing | {"reason": reason.value, "nearest": []}, BASE)
    assert rendered(told).text.strip() == REASONS[reason.value]


def test_a_choice_of_people_is_offered(service: Service) -> None:
    """Where a name is several people's, they are listed, each with what they are and in how many documents."""
    answer = answer_json(service.ask("What did Miller say about the budget?"))
    assert answer["reason"] == "ambiguous_speaker"
    text = rendered(markdown(answer, BASE)).text
    assert text.startswith(REASONS["ambiguous_speaker"])
    assert "Helen Miller (interviewee, 1 document)" in text
    assert "Robert Miller (interviewee, 1 document)" in text


def test_a_long_choice_is_cut(nothing: Json) -> None:
    """Of many people ten are listed, and how many more there are; who has no name is told by the document."""
    voices: list[Json] = [{"name": f"Voice *{number}*", "role": "unknown", "documents": ["a", "b"]} for number in range(12)]
    voices[0] = {"name": None, "role": "interviewee", "documents": ["a_b_c"]}
    text = rendered(markdown(nothing | {"reason": "ambiguous_speaker", "candidates": voices}, BASE)).text
    assert "a_b_c (speaker not named in the source)" in text
    assert "Voice *9* (unknown, 2 documents)\n… and 2 more\n" in text


def test_a_hostile_transcript_is_shown_as_text(ask_over: Callable[..., Service], write: Callable[..., Path]) -> None:
    """Markup in words, names, titles, questions and addresses stays words from the file to the page."""
    words = "The barrier promise. " + " ".join(HOSTILE)
    turns = [
        {"speaker": "*Q* <b>", "role": "interviewer", "text": "What of the *barrier* <i>promise</i>? | a | b |"},
        {"speaker": "Ann *Bell* `x`", "role": "interviewee", "text": words},
    ]
    file = {"id": "a_(b)", "title": "# A *title* [x](y) </b>", "url": "https://x.example/a_(b)?c&lt;=1", "turns": turns}
    answer = answer_json(ask_over(write("hostile.json", json.dumps(file))).ask("barrier promise"))
    assert answer["passages"]
    page = rendered(markdown(answer, BASE))
    assert [collapsed(quote) for quote in page.quotes] == [
        collapsed(visible(quote["cited_text"].replace("\r\n", "\n").replace("\r", "\n"))) for quote in answer["passages"]
    ]
    assert page.elements <= {"blockquote", "p", "br", "strong", "a"}
    assert {name for name, _ in page.links} == {"source", "original"}
    assert "— Ann *Bell* `x` *Q* <b> asked: What of the *barrier* <i>promise</i>? | a | b |" in collapsed(page.text)
    assert "# A *title* [x](y) </b> ·" in collapsed(page.text)
