"""What is longer than a name or a transcript can be is refused by name, in every format."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import MalformedSource, UnreadableSource
from index.formats import parse
from index.limits import DEFAULT_LIMITS
from index.records import Source

LONG = "A" * 10_000


def source_of(document: str, name: str) -> Source:
    data = document.encode("utf-8")
    return Source(Path(name), data, hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("talk.json", json.dumps({"turns": [{"speaker": LONG, "text": "I saw it."}]})),
        ("talk.json", json.dumps({"id": LONG, "turns": [{"speaker": "Ann Lee", "text": "I saw it."}]})),
        ("talk.jsonl", json.dumps({"speaker": LONG, "text": "I saw it."})),
        ("talk.csv", f"speaker,text\n{LONG},I saw it.\nAnn Lee,When was that?\n{LONG},Then.\n"),
        ("talk.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v {LONG}>I saw it.</v>\n"),
    ],
)
def test_a_name_of_ten_thousand_letters_is_refused_with_its_length(name: str, document: str) -> None:
    with pytest.raises(MalformedSource, match=r"10,000 characters.*300.*ONRECORD_MAX_NAME"):
        parse(source_of(document, name))


def test_a_name_within_the_limit_is_taken() -> None:
    document = json.dumps({"turns": [{"speaker": "A" * 300, "text": "I saw it."}]})
    assert parse(source_of(document, "talk.json")).turns[0].label == "A" * 300


def test_a_text_over_the_limit_is_refused_with_both_lengths() -> None:
    with pytest.raises(UnreadableSource, match=r"\b22 characters.*\b21\b.*ONRECORD_MAX_CHARS"):
        parse(source_of("Ann Lee: Where was it?", "talk.txt"), replace(DEFAULT_LIMITS, text_chars=21))


def test_paths_are_named() -> None:
    with pytest.raises(MalformedSource) as caught:
        parse(source_of(json.dumps({"turns": [{"speaker": LONG, "text": "I saw it."}]}), "talk.json"))
    assert caught.value.path == Path("talk.json")
