"""Labels taken apart, by :mod:`index.names`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.names import Name, fold, is_office
from tests.index.transcripts import NAMES


@pytest.mark.parametrize(
    ("label", "bare", "honorific"),
    [
        ("Ida Krog", ("ida", "krog"), ""),
        ("Dr. Ida Krog", ("ida", "krog"), "dr"),
        ("MR. MALONE", ("malone",), "mr"),
        ("Herr Dr. Krog", ("krog",), "herr dr"),
        ("Prime Minister Krog", ("krog",), "prime minister"),
        ("Señora Ruiz", ("ruiz",), "señora"),
        ("Mme Ida Krog", ("ida", "krog"), "mme"),
        ("Mr. Don Bell", ("don", "bell"), "mr"),
        ("Don Bell", ("bell",), "don"),
        ("Dr.", ("dr",), ""),
        ("President", ("president",), ""),
        ("Ursula von Tarn", ("ursula", "von", "tarn"), ""),
        ("Jean-Luc O'Hara", ("jean-luc", "o'hara"), ""),
        ("Zoe\u0308 Krog", ("zo\u00eb", "krog"), ""),
    ],
)
def test_honorifics_are_no_part_of_a_name(label: str, bare: tuple[str, ...], honorific: str) -> None:
    """Forms of address stand apart from the name, in folded words; alone, or as a first name after another, they are one."""
    name = Name.of(label)
    assert (name.bare, name.honorific) == (bare, honorific)


@pytest.mark.parametrize(
    ("label", "name", "rest"),
    [
        ("Ida Krog, mayor of Skerry", "Ida Krog", "mayor of Skerry"),
        ("Ida Krog (The Post)", "Ida Krog", "The Post"),
        ("Ida Krog / The Post", "Ida Krog", "The Post"),
        ("Ida Krog [by phone]", "Ida Krog", "by phone"),
        ("Ida Krog, Jr., mayor", "Ida Krog, Jr.", "mayor"),
        ("Reporter (Ida Krog, Harbour Radio)", "Ida Krog", "Harbour Radio"),
        ("Q (Ida Krog)", "Ida Krog", ""),
        ("Frage 2", "Frage", ""),
        ("Q 17", "Q", ""),
        ("Guest 2", "Guest 2", ""),
        ("Speaker 1", "Speaker 1", ""),
    ],
)
def test_title_and_outlet_stand_after_a_name(label: str, name: str, rest: str) -> None:
    """What follows a name is apart from it; a mark's number means nothing, a guest's tells who it is."""
    found = Name.of(label)
    assert (found.name, found.rest) == (name, rest)


def test_office_with_its_holder() -> None:
    """The holder of an office, named in brackets after it, is the name, and the office is kept."""
    name = Name.of("The Chair (Hon. Ida Krog (Skerry))")
    assert (name.plain, name.office, name.honorific) == ("Ida Krog", ("the", "chair"), "hon")


def test_office_without_its_holder() -> None:
    """Brackets that hold no full name leave the office as it is."""
    assert Name.of("The Chair (Skerry)").name == "The Chair"


@pytest.mark.parametrize(
    ("label", "is_one"),
    [
        ("THE PRESIDENT", True),
        ("The Acting Chair", True),
        ("The Prime Minister", True),
        ("The Post", False),
        ("The", False),
        ("President", False),
        ("Ida Krog", False),
        ("The very old and tired Chair", False),
    ],
)
def test_offices(label: str, is_one: bool) -> None:
    """An office has its article and ends in what people are addressed by."""
    assert is_office(label) is is_one


@pytest.mark.parametrize(
    ("label", "plain"),
    [("Dr. Ida Krog", "Ida Krog"), ("Mr Malone", "Mr Malone"), ("MALONE", "MALONE"), ("Sir Bo Ray, sailor", "Bo Ray")],
)
def test_plain(label: str, plain: str) -> None:
    """The honorific is dropped only where a full name is left, and nothing is respelled."""
    assert Name.of(label).plain == plain


@pytest.mark.parametrize(
    ("label", "gender"),
    [
        ("Mr Malone", "m"),
        ("Herr Dr. Krog", "m"),
        ("Frau Dr. Krog", "f"),
        ("MS. LEE", "f"),
        ("Dr. Krog", None),
        ("Bo Ray", None),
    ],
)
def test_gender(label: str, gender: str | None) -> None:
    """The form of address tells a gender, a first name never does."""
    assert Name.of(label).gender == gender


def test_fold() -> None:
    """Words are compared composed, without case and the stops around them."""
    assert fold("Mu\u0308ller.") == fold("M\u00dcLLER,") == "m\u00fcller"


@given(st.sampled_from([*NAMES, "Q", "The Chair", "Frage 2"]), st.text("ab (),./[]Ä1", max_size=20))
@settings(deadline=None, max_examples=200)
def test_every_label_has_a_name(label: str, more: str) -> None:
    """Whatever a label holds, its name is words of it, and there is at least one to compare."""
    name = Name.of(f"{label}{more}")
    assert name.name
    assert name.bare
    assert name.plain.split()[0] in f"{label}{more}"


def test_a_name_of_signs_is_taken_as_it_is() -> None:
    """A label that comes apart into full stops has a name all the same: itself."""
    assert Name.of("Ann .").bare == ("ann",)
    assert Name.of(".").bare == (".",)
