"""What a question can be narrowed to: counted right, bounded, found by letters, the same over HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import Report
from index.reader import IndexReader
from qa import choices
from qa.api import create_app
from qa.choices import choices_json, choices_of
from qa.config import Settings
from tests.encoders import WordHashEncoder
from tests.serving import LocalClient


@pytest.fixture(scope="session")
def found(client: LocalClient) -> dict[str, Any]:
    """The choices of the sample interviews, as the route gives them."""
    answer: dict[str, Any] = client.get("/v1/filters").json()
    return answer


def test_every_speaker_has_the_passages_that_a_filter_lets_through(found: dict[str, Any], reader: IndexReader) -> None:
    """A speaker's counts are those of the index: only who answers is listed, the most frequent first."""
    passages = [(one.speaker, card.id) for card in reader.documents() for one in reader.passages(card.id) if one.is_answer]
    counted = Counter(name for name, _ in passages)
    listed = {one["name"]: one["passages"] for one in found["speakers"]}
    assert listed == dict(counted)
    assert list(listed.values()) == sorted(listed.values(), reverse=True)
    assert {one["name"]: one["documents"] for one in found["speakers"]} == Counter(name for name, _ in set(passages))
    assert {one["role"] for one in found["speakers"]} == {"interviewee"}
    assert found["speakers_found"] == len(counted)


def test_documents_and_their_dates_are_counted(found: dict[str, Any], reader: IndexReader) -> None:
    """Every document is there with its passages; years and months count the documents that have such a date."""
    cards = reader.documents()
    assert {one["id"]: (one["title"], one["date"], one["passages"]) for one in found["documents"]} == {
        card.id: (card.metadata.title, card.metadata.date, card.answers) for card in cards
    }
    dates = [card.metadata.date for card in cards if card.metadata.date]
    assert {year["year"]: year["documents"] for year in found["dates"]} == Counter(date[:4] for date in dates)
    months = {month["month"]: month["documents"] for year in found["dates"] for month in year["months"]}
    assert months == Counter(date[:7] for date in dates if len(date) >= 7)
    assert found["undated"] == len(cards) - len(dates)


def test_letters_find_speakers_and_documents(client: LocalClient) -> None:
    """``q`` is looked for in names, titles and ids, without regard to case and accents."""
    of_miller = client.get("/v1/filters", params={"q": "MÍLLER"}).json()
    assert [one["name"] for one in of_miller["speakers"]] == ["Helen Miller", "Robert Miller"]
    assert [one["id"] for one in of_miller["documents"]] == ["press-conference-miller"]
    nobody = client.get("/v1/filters", params={"q": "nobody of that name"}).json()
    assert (nobody["speakers"], nobody["documents"]) == ([], [])
    assert nobody["dates"]


def test_a_long_list_is_cut_and_says_so(reader: IndexReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """At most ``SHOWN`` are listed, and how many there are is told."""
    monkeypatch.setattr(choices, "SHOWN", 2)
    found = choices_json(choices_of(reader))
    assert len(found["speakers"]) == len(found["documents"]) == 2
    assert found["speakers_found"] > 2
    assert found["documents_found"] == len(reader.documents())


def test_examples_are_questions_of_the_index(found: dict[str, Any], reader: IndexReader) -> None:
    """Every example was asked on record, in these words (blanks apart), is short and is one question."""
    asked = {
        " ".join(one.asked.span.cut(reader.text(card.id)).split())
        for card in reader.documents()
        for one in reader.passages(card.id)
        if one.asked
    }
    assert 3 <= len(found["examples"]) <= choices.EXAMPLES
    assert set(found["examples"]) <= asked
    assert all(len(example) <= 90 and example.count("?") == 1 for example in found["examples"])


def test_what_is_known_is_not_sent_again(client: LocalClient) -> None:
    """The entity tag holds for the index and the letters."""
    first = client.get("/v1/filters")
    assert client.get("/v1/filters", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert client.get("/v1/filters?q=a", headers={"if-none-match": first.headers["etag"]}).status_code == 200


def test_a_new_generation_is_counted_anew(
    build: Callable[..., Report], transcript: Callable[..., Path], tmp_path: Path
) -> None:
    """What was added since is there at the next request, what was removed is gone."""
    first = transcript("first", ("Ask", "Where did you go?"), ("Ada Stone", "To the sea, every summer."))
    build(first)
    with LocalClient(create_app(Settings(fast=True, index=tmp_path / "index"), encoder=WordHashEncoder())) as client:
        assert [one["name"] for one in client.get("/v1/filters").json()["speakers"]] == ["Ada Stone"]
        first.unlink()
        transcript("second", ("Ask", "Where did you go?"), ("Bo Field", "To the hills, every winter."), date="2021-03")
        build(tmp_path, prune=True)
        found = client.get("/v1/filters").json()
        assert [one["name"] for one in found["speakers"]] == ["Bo Field"]
        assert found["dates"] == [{"year": "2021", "documents": 1, "months": [{"month": "2021-03", "documents": 1}]}]
