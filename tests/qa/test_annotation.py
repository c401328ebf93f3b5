"""Answers as W3C Web Annotations: each selector, applied to what its target's address gives, selects the passage's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.api import create_app
from qa.config import Settings
from tests.encoders import WordHashEncoder
from tests.rendering import collapsed, rendered
from tests.serving import LocalClient, served

QUESTION = "What did she say about the storm barrier?"
Json = dict[str, Any]


def annotated(url: str, **asked: Any) -> Json:
    """The annotations of an answer."""
    response = httpx.get(f"{url}/v1/ask", params={"q": QUESTION, "format": "annotation"} | asked)
    assert response.headers["content-type"] == "application/ld+json"
    found: Json = response.json()
    return found


def selectors(annotation: Json) -> dict[str, Json]:
    return {one["type"]: one for one in annotation["target"][0]["selector"]}


def test_every_passage_is_an_annotation(url: str) -> None:
    """A page of annotations in the passages' order, each with the question, the speaker and both places."""
    answer = httpx.get(f"{url}/v1/ask", params={"q": QUESTION}).json()
    page = annotated(url)
    assert (page["@context"], page["type"]) == ("http://www.w3.org/ns/anno.jsonld", "AnnotationPage")
    assert len({one["id"] for one in page["items"]}) == len(answer["passages"]) == 5
    for annotation, quote in zip(page["items"], answer["passages"], strict=True):
        assert annotation["type"] == "Annotation"
        assert [body["value"] for body in annotation["body"]] == [QUESTION, quote["speaker"]]
        quoted = {"type": "TextQuoteSelector", "exact": quote["cited_text"]}
        quoted |= {"prefix": quote["prefix"], "suffix": quote["suffix"]}
        assert selectors(annotation)["TextQuoteSelector"] == quoted
        assert max(len(quoted["prefix"]), len(quoted["suffix"])) <= 32
        page_target = annotation["target"][1]
        assert (page_target["source"]["id"], page_target["selector"]) == (quote["url"].split("#")[0], quoted)


def test_a_target_is_there_and_its_positions_are_right(url: str) -> None:
    """The canonical text that a target names can be fetched, and positions and fragments select the words in it."""
    for annotation in annotated(url)["items"]:
        text = httpx.get(annotation["target"][0]["source"]["id"])
        assert text.headers["content-type"] == "text/plain; charset=utf-8"
        found = selectors(annotation)
        place, exact = found["TextPositionSelector"], found["TextQuoteSelector"]["exact"]
        assert text.text[place["start"] : place["end"]] == exact
        assert found["FragmentSelector"]["value"] == f"char={place['start']},{place['end']}"
        assert text.text.count(found["TextQuoteSelector"]["prefix"] + exact + found["TextQuoteSelector"]["suffix"]) == 1


@pytest.fixture
def crlf(build: Callable[..., Any], write: Callable[..., Path], tmp_path: Path) -> Iterator[str]:
    """A server over a document with emoji, combining marks and line ends of two characters."""
    turns = ["Q: Who kept the 🏦 open?", "Mara Bell: Nobody, e\u0301ven me.", "Q: And the barrier?"]
    turns.append("Mara Bell: The barrier 👩‍👩‍👧\r\nheld.")
    build(write("crlf.txt", "\r\n\r\n".join(turns).encode()))
    with served(create_app(Settings(fast=True, index=tmp_path / "index"), encoder=WordHashEncoder())) as address:
        yield address


def test_fragments_count_a_line_end_once(crlf: str) -> None:
    """RFC 5147 counts a line's end as one character; the other positions are code points of the text as it is."""
    (annotation,) = annotated(crlf, q="And the barrier?", limit=1)["items"]
    text = httpx.get(annotation["target"][0]["source"]["id"]).text
    found = selectors(annotation)
    place, exact = found["TextPositionSelector"], found["TextQuoteSelector"]["exact"]
    assert exact == "The barrier 👩‍👩‍👧\r\nheld."
    assert text[place["start"] : place["end"]] == exact
    start, end = map(int, found["FragmentSelector"]["value"].removeprefix("char=").split(","))
    assert text.replace("\r\n", "\n")[start:end] == exact.replace("\r\n", "\n")


def test_nothing_on_record_annotates_nothing(url: str) -> None:
    """What came closest is no answer, and no annotation."""
    assert annotated(url, q="quantum chromodynamics")["items"] == []


def test_the_format_is_negotiated(client: LocalClient) -> None:
    """A link names the format, or the client says what it accepts; each form has a tag of its own."""
    told = {}
    for name, accept, kind in [
        ("", "*/*", "application/json"),
        ("", "text/html, application/ld+json;q=0.9", "application/ld+json"),
        ("", "text/markdown", "text/markdown; charset=utf-8"),
        ("json", "application/ld+json", "application/json"),
        ("markdown", "*/*", "text/markdown; charset=utf-8"),
    ]:
        query = {"q": QUESTION} | ({"format": name} if name else {})
        response = client.get("/v1/ask", params=query, headers={"accept": accept})
        assert response.headers["content-type"] == kind
        assert response.headers["vary"] == "Accept"
        told.setdefault(kind, set()).add(response.headers["etag"])
    assert [len(tags) for tags in told.values()] == [1, 1, 1]
    assert len(set.union(*told.values())) == 3
    assert client.get("/v1/ask", params={"q": QUESTION, "format": "pdf"}).status_code == 422


def test_markdown_over_http_quotes_the_words(client: LocalClient) -> None:
    """``?format=markdown`` has the passages that JSON has."""
    passages = client.get("/v1/ask", params={"q": QUESTION}).json()["passages"]
    quotes = rendered(client.get("/v1/ask", params={"q": QUESTION, "format": "markdown"}).text).quotes
    assert [collapsed(quote) for quote in quotes] == [collapsed(one["cited_text"]) for one in passages]


def test_an_unknown_text_is_a_problem(client: LocalClient) -> None:
    """A document that isn't there has no text."""
    assert client.get("/v1/texts/nowhere").status_code == 404
    assert json.loads(client.get("/v1/texts/nowhere").content)["title"] == "Not in the index"
