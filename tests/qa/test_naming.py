"""Who is meant in a speaker's place: titles and offices understood, other people's names beside it left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.naming import gender_of, meant, mentioned, office_in
from tests.qa.test_persons import Cast

CAST = Cast(
    "Helen Miller", "Robert Miller", "Marit Osterhaven", "Jens Stoltenberg", "Ysolde Reyes", "Ann-Marie O'Dowd", "Ann Bell",
    said=["stoltenborg"], osterhaven="Marit Osterhaven, mayor of Varnholm", bell="Ms. Ann Bell", stoltenberg="Mr Stoltenberg",
)  # fmt: skip


@pytest.mark.parametrize(
    ("slot", "people"),
    [
        ("Osterhaven", ["Marit Osterhaven"]),
        ("Marit", ["Marit Osterhaven"]),
        ("Mayor Osterhaven", ["Marit Osterhaven"]),
        ("Mayor Marit Osterhaven", ["Marit Osterhaven"]),
        ("the late Osterhaven", ["Marit Osterhaven"]),
        ("osterhaven", ["Marit Osterhaven"]),
        ("dr reyes", ["Ysolde Reyes"]),
        ("Osterhafen", ["Marit Osterhaven"]),
        ("Marit Ostrhaven", ["Marit Osterhaven"]),
        ("J. Stoltenberg", ["Jens Stoltenberg"]),
        ("NATO chief Stoltenberg", ["Jens Stoltenberg"]),
        ("the Secretary General of NATO Jens Stoltenberg", ["Jens Stoltenberg"]),
        ("Ann-Marie O'Dowd", ["Ann-Marie O'Dowd"]),
        ("Osterhaven, the mayor,", ["Marit Osterhaven"]),
        ("the mayor, Marit Osterhaven,", ["Marit Osterhaven"]),
        ("Osterhaven of Varnholm", ["Marit Osterhaven"]),
        ("Osterhaven’s", ["Marit Osterhaven"]),
        ("Robert Miller", ["Robert Miller"]),
        ("Reyes and Osterhaven", ["Ysolde Reyes", "Marit Osterhaven"]),
        ("Osterhaven and the mayor", []),
        ("Reyes and Putin", []),
        ("Bill Miller", []),
        ("Helen Reyes", []),
        ("critics of Osterhaven", []),
        ("everyone but Osterhaven", []),
        ("people who know Osterhaven", []),
        ("Osterhaven's doctor", []),
        ("Putin", []),
        ("the mayor", []),
        ("he", []),
        ("Stoltenborg", []),
        ("Mr Bell", []),
        ("Ms Stoltenberg", []),
        ("", []),
    ],
)
def test_a_place_means_one_person_or_nobody(slot: str, people: list[str]) -> None:
    """Titles, initials and slips are forgiven; another first name, a word that is said and a wrong form of address are not."""
    assert [set(one.people) for one in meant(slot, CAST, has_capitals=True)] == [{frozenset({name})} for name in people]


@pytest.mark.parametrize("slot", ["Miller", "Mr Miller", "the Miller", "Miler"])
def test_namesakes_are_all_meant(slot: str) -> None:
    """Who of them is for others to tell."""
    (one,) = meant(slot, CAST, has_capitals=True)
    assert set(one.people) == {frozenset({"Helen Miller"}), frozenset({"Robert Miller"})}


def test_a_form_of_address_and_an_office_tell_namesakes_apart() -> None:
    """As far as labels have them."""
    cast = Cast("Helen Pike", "Robert Miller", "Ann Miller", "Carl Miller", miller="Mr Miller")
    assert len(meant("Ms Pike", cast, has_capitals=True)) == 1
    assert meant("Ms Miller", cast, has_capitals=True) == ()

    class Governed(Cast):
        def with_office(self, words: object, among: object = None) -> frozenset[str]:
            return frozenset({"Carl Miller"})

    (one,) = meant("Governor Miller", Governed("Ann Miller", "Carl Miller"), has_capitals=True)
    assert one.people == (frozenset({"Carl Miller"}),)


def test_a_name_in_small_letters_is_one_where_nothing_has_capitals() -> None:
    """Or where it is all that stands there."""
    assert meant("bill miller", CAST, has_capitals=False) == ()
    assert meant("mayor osterhaven", CAST, has_capitals=False)
    assert not meant("old osterhaven", CAST, has_capitals=True)


def test_the_place_of_the_name_is_told() -> None:
    """Where it stands in what was given, without its title."""
    slot = "Mayor Osterhaven of Varnholm"
    (one,) = meant(slot, CAST, has_capitals=True)
    assert slot[one.start : one.end] == "Osterhaven"


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("the mayor", ("mayor",)),
        ("the mayor of Varnholm", ("mayor", "varnholm")),
        ("the finance minister", ("finance", "minister")),
        ("der Bürgermeister", ("bürgermeister",)),
        ("mayor", ()),
        ("the people", ()),
        ("the people of the mayor", ()),
        ("the mayor who lost", ()),
        ("", ()),
        ("?", ()),
    ],
)
def test_an_office_stands_for_a_name_behind_its_article(slot: str, words: tuple[str, ...]) -> None:
    """Its words are what a label has to hold."""
    assert office_in(slot) == words


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Does Helen Miller know Reyes", {"Helen Miller", "Ysolde Reyes"}),
        ("Miller", {"Helen Miller", "Robert Miller"}),
        ("The Speaker of Varnholm", set()),
        ("", set()),
    ],
)
def test_all_speakers_that_are_spoken_of_are_mentioned(words: str, names: set[str]) -> None:
    """By as much of the name as stands there."""
    assert mentioned(words.split(), CAST) == names


def test_forms_of_address_have_a_gender() -> None:
    """Or none."""
    assert [gender_of([word]) for word in ("herr", "ms", "dr")] == ["m", "f", None]


@settings(deadline=None)
@given(st.text(max_size=60), st.booleans())
def test_garbage_means_nobody_or_somebody_who_speaks(slot: str, has_capitals: bool) -> None:
    """Never raises, and whoever is meant is one of them, at a place inside."""
    for one in meant(slot, CAST, has_capitals=has_capitals):
        assert frozenset().union(*one.people) <= CAST.names
        assert 0 <= one.start < one.end <= len(slot)
    office_in(slot)
