"""Names that fit what was typed."""

from __future__ import annotations

from contextlib import closing

import pytest

from index.reader import IndexReader
from qa.asking import names_in
from qa.completing import Names, fitting, rests
from qa.remote import RemoteService
from qa.render import documents_json

NAMES = ["Helen Miller", "Jean-Luc Bœuf", "Marit Osterhaven", "Robert Miller", "Zoë Ångström", "د. مريم"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mil", ["Helen Miller", "Robert Miller"]),
        ("HELEN m", ["Helen Miller"]),
        ("zoe ang", ["Zoë Ångström"]),
        ("angs", ["Zoë Ångström"]),
        ("boeuf", ["Jean-Luc Bœuf"]),
        ("x", []),
        ("", NAMES),
    ],
)
def test_a_name_is_found_by_its_beginning_or_a_later_word(typed: str, found: list[str]) -> None:
    """Case and accents don't matter."""
    assert fitting(NAMES, typed) == found


def test_the_whole_names_beginning_comes_before_a_later_word() -> None:
    """Who typed the first name wants no other's last name."""
    assert fitting(["Martin Reyes", "Ruth Martin"], "mart") == ["Martin Reyes"]


def test_a_word_in_a_sentence_goes_on_as_the_rest_of_a_name() -> None:
    """From that word of the name on: what stands before it is kept."""
    assert rests(NAMES, "oster") == {"Osterhaven": "Marit Osterhaven"}
    assert rests(NAMES, "Marit") == {"Marit Osterhaven": "Marit Osterhaven"}
    assert rests(NAMES, "") == {}


def test_names_that_could_steer_a_terminal_are_not_offered() -> None:
    """Nor those of several lines: they can't be typed."""
    assert Names.of(["Ann\x1b[2J", "Bea\nNo", "\u202eCid", "", "Dan"], ["a\x07", "b"]) == Names(("Dan",), ("b",))


def test_an_index_and_a_service_have_the_same_names(reader: IndexReader, url: str) -> None:
    """Those who don't only ask, and all documents."""
    names = names_in(reader)
    assert names == Names.from_documents(documents_json(reader)["documents"])
    with closing(RemoteService(url)) as remote:
        assert remote.names() == names
    assert "Marit Osterhaven" in names.speakers
    assert "Nadia Brandt" not in names.speakers
    assert set(names.documents) == {card.id for card in reader.documents()}
