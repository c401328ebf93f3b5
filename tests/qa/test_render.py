"""Answers and documents as JSON: the one schema, with nothing in it edited."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reader import IndexReader
from qa.answer import Reason
from qa.render import answer_json, clock, document_json, documents_json, json_text, transcript_json
from qa.service import Service

ANSWER_FIELDS = (
    "id question searched_for wants filters found reason confidence offset_unit index_version took_ms passages nearest".split()
)
QUOTE_FIELDS = (
    "id document_id document_title published cited_text start_char_index end_char_index highlights turn speaker role asked "
    "start_ms end_ms page score prefix suffix source_sha256 url also_in quotations".split()
)
DOCUMENT_FIELDS = "id title date url path sha256 language speakers turns passages".split()
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture(scope="module")
def found(service: Service) -> dict[str, Any]:
    return answer_json(service.ask("Did you mislead parliament?"))


def test_an_answer_has_the_fields_of_the_schema(found: dict[str, Any]) -> None:
    """Every field that is documented is there, found or not, and no other."""
    assert list(found) == ANSWER_FIELDS
    assert [list(quote) for quote in found["passages"]] == [QUOTE_FIELDS] * 5
    assert list(found["passages"][0]["asked"]) == ["cited_text", "speaker", "start_char_index", "end_char_index", "turn"]
    assert list(found["passages"][0]["highlights"][0]) == ["start_char_index", "end_char_index"]


def test_a_found_answer_says_so(found: dict[str, Any]) -> None:
    """Found is true and without a reason; offsets count code points."""
    assert (found["found"], found["reason"], found["nearest"]) == (True, None, [])
    assert found["offset_unit"] == "codepoint"


def test_an_answer_says_what_it_was_asked_of(service: Service) -> None:
    """The filters as they were applied, and which of them the question itself set."""
    told = answer_json(service.ask("What did Osterhaven say about the barrier in 2024?", document="mayor-harbour"))
    assert told["filters"] == {
        "speakers": ["Marit Osterhaven"],
        "document": "mayor-harbour",
        "since": "2024",
        "until": "2024",
        "inferred": ["speakers", "since", "until"],
    }
    assert answer_json(service.ask("barrier", speaker="Osterhaven"))["filters"] == {
        "speakers": ["Marit Osterhaven"], "document": None, "since": None, "until": None, "inferred": []
    }  # fmt: skip


def test_a_choice_has_its_candidates_and_nothing_else_has(service: Service) -> None:
    """Name, role and documents of each."""
    choice = answer_json(service.ask("What did Miller say about the bank?"))
    assert list(choice) == [*ANSWER_FIELDS, "candidates"]
    assert (choice["reason"], choice["passages"], choice["nearest"]) == ("ambiguous_speaker", [], [])
    assert choice["candidates"] == [
        {"name": name, "role": "interviewee", "documents": ["press-conference-miller"]}
        for name in ("Helen Miller", "Robert Miller")
    ]


@pytest.mark.parametrize(
    ("question", "wants"), [("Did you mislead parliament?", "answers"), ("What was she asked about the barrier?", "questions")]
)
def test_an_answer_says_what_was_wanted(service: Service, question: str, wants: str) -> None:
    """What was said, or what was asked."""
    assert answer_json(service.ask(question))["wants"] == wants


def test_a_refusal_has_its_reason_and_what_came_closest(service: Service) -> None:
    """What came closest is in ``nearest``, in the same shape, and never among the passages."""
    refused = answer_json(service.ask("quantum chromodynamics"))
    assert list(refused) == ANSWER_FIELDS
    assert (refused["found"], refused["reason"], refused["passages"]) == (False, "nothing_on_record", [])
    assert refused["nearest"]
    assert all(list(quote) == QUOTE_FIELDS for quote in refused["nearest"])


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_documented_word(service: Service, reason: Reason) -> None:
    """The reasons are those of the schema."""
    words = {
        "nothing_on_record", "only_in_question", "other_speaker", "unknown_speaker", "ambiguous_speaker", "empty_index"
    }  # fmt: skip
    answer = replace(service.ask("storm barrier"), reason=reason, passages=())
    assert answer_json(answer)["reason"] in words
    assert len(Reason) == len(words)


def test_words_and_offsets_are_rendered_unedited(found: dict[str, Any], canonical: dict[str, str]) -> None:
    """What the JSON says is cut from the source by what the JSON says."""
    for quote in json.loads(json_text(found))["passages"]:
        text = canonical[quote["document_id"]]
        assert quote["cited_text"] == text[quote["start_char_index"] : quote["end_char_index"]]
        assert quote["id"] == f"{quote['document_id']}:{quote['start_char_index']}-{quote['end_char_index']}"
        if quote["asked"]:
            asked = quote["asked"]
            assert asked["cited_text"] == text[asked["start_char_index"] : asked["end_char_index"]]


def test_other_places_are_rendered_as_places(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> None:
    """A second place of the same words says where it is and whose they are, without the words again."""
    turns = [("Host", "When?"), ("Ann", "We will open the harbour on the first of May and not before.")]
    service = ask_over(transcript("one", *turns, url="https://example.org/1"), transcript("two", *turns, date="2024-05-01"))
    (quote,) = answer_json(service.ask("When will the harbour open?"))["passages"]
    (other,) = quote["also_in"]
    assert set(other) == set("document_id document_title published start_char_index end_char_index turn speaker url".split())
    assert {quote["document_id"], other["document_id"]} == {"one", "two"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=())), JSON, max_size=4), st.sampled_from([None, 2]))
def test_json_text_means_the_same_and_steers_nothing(value: dict[str, Any], indent: int | None) -> None:
    """Read back it is what was written; on its way it is text that steers neither a terminal nor a line reader."""
    words = json_text(value, indent=indent)
    assert json.loads(words) == value
    assert not STEERING.search(words)
    assert words.encode("utf-8")
    assert indent or len(words.splitlines()) == 1


def test_json_text_leaves_letters_readable() -> None:
    """Letters of any script and emoji go out as they are."""
    assert json_text({"a": "Größe “ja” 🏦 مرحبا"}) == '{"a": "Größe “ja” 🏦 مرحبا"}'


def test_documents_are_listed_with_their_speakers(reader: IndexReader) -> None:
    """Each document once, by id, with the documented fields and who speaks in it."""
    documents = documents_json(reader)["documents"]
    assert [document["id"] for document in documents] == [
        "coach-interview", "mayor-harbour", "novelist-qa", "oral-history-reyes", "press-conference-miller"
    ]  # fmt: skip
    assert all(set(DOCUMENT_FIELDS) <= set(document) for document in documents)
    coach = documents[0]
    assert [(one["name"], one["role"], one["turns"]) for one in coach["speakers"]] == [
        ("Nadia Brandt", "interviewer", 10),
        ("Idris Calloway", "interviewee", 10),
    ]
    assert coach["date"] == "2023-06-02"
    assert coach["url"] == "https://example.org/touchline-quarterly/2023/calloway"


def test_a_transcript_is_the_document_with_its_turns_as_cut(reader: IndexReader, canonical: dict[str, str]) -> None:
    """Every turn in reading order with its spans, whose words are slices."""
    found = transcript_json(reader, "oral-history-reyes")
    assert found.items() >= document_json(reader, reader.document("oral-history-reyes")).items()
    text = canonical["oral-history-reyes"]
    assert found["characters"] == len(text)
    assert [turn["turn"] for turn in found["transcript"]] == list(range(found["turns"]))
    for turn in found["transcript"]:
        for span in turn["spans"]:
            assert span["text"] == text[span["start_char_index"] : span["end_char_index"]]
    assert {turn["speaker"] for turn in found["transcript"][1:]} == {"Martin Quayle", "Ysolde Reyes"}


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(0, "0:00"), (999, "0:00"), (61_000, "1:01"), (3_599_999, "59:59"), (3_600_000, "1:00:00")]
)
def test_clock_times_are_readable(milliseconds: int, words: str) -> None:
    """Minutes and seconds, and hours where there are any."""
    assert clock(milliseconds) == words
