"""Names and the persons who have them: parts and short forms found, slips forgiven, two people never made one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import fold_name, name_words, plain_letters
from qa.persons import closest, fullest, is_mark, match_speakers, may_be, named, people_of, shown, without_names

NAMES = {"Helen Miller", "Robert Miller", "Jens Stoltenberg", "Dr. Ysolde Reyes", "Q", "Benno Zäunigk"}


class Cast:
    """Speakers by name, with what their labels say, for tests of those who are told by names alone."""

    def __init__(self, *names: str, said: Iterable[str] = (), asks: Iterable[str] = (), **labels: str) -> None:
        self.names, self.asks, self._said = frozenset(names), frozenset(asks), frozenset(said)
        self._labels = {name: labels.get(name.split()[-1].casefold(), name) for name in names}

    def names_with(self, word: str) -> frozenset[str]:
        return frozenset(name for name in self.names if word in name_words(name))

    def bearers(self, word: str) -> frozenset[str]:
        return frozenset(name for name in self.names | self.asks if word in name_words(name))

    def spellings(self) -> dict[str, tuple[str, ...]]:
        words = sorted({word for name in self.names for word in name_words(name)})
        return {plain_letters(word): tuple(o for o in words if plain_letters(o) == plain_letters(word)) for word in words}

    def is_said(self, word: str) -> bool:
        return word in self._said

    def labels(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self._labels[name] for name in names}

    def with_office(self, words: Sequence[str], among: object = None) -> frozenset[str]:
        return frozenset(name for name, label in self._labels.items() if set(words) <= set(name_words(label)))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Miller", {"Helen Miller", "Robert Miller"}),
        ("helen", {"Helen Miller"}),
        ("Miller Helen", {"Helen Miller"}),
        ("reyes", {"Dr. Ysolde Reyes"}),
        ("Dr Reyes", {"Dr. Ysolde Reyes"}),
        ("zäunigk", {"Benno Zäunigk"}),
        ("Q", {"Q"}),
        ("Helen Reyes", set()),
        ("Mill", set()),
        ("", set()),
        ("…", set()),
        ("\udcff", set()),
    ],
)
def test_a_speaker_is_meant_by_whole_parts_of_the_name(wanted: str, found: set[str]) -> None:
    """Any parts of a name mean all who have every one of them; part of a part means nobody."""
    assert match_speakers(wanted, NAMES) == found


@pytest.mark.parametrize("wanted", ["Mr Stoltenberg", "Dr. Stoltenberg", "Herr Jens Stoltenberg", "MRS. stoltenberg"])
def test_a_form_of_address_is_no_part_of_a_name(wanted: str) -> None:
    """Politeness finds whom plain names find; alone it is looked for as it is."""
    assert match_speakers(wanted, NAMES) == {"Jens Stoltenberg"}
    assert match_speakers("Dr.", NAMES) == {"Dr. Ysolde Reyes"}
    assert match_speakers("Mr", NAMES) == set()


def test_a_full_name_means_only_its_bearer() -> None:
    """Who has exactly the name is meant, not also those whose longer name holds it."""
    assert match_speakers("miller", {"Miller", "Helen Miller"}) == {"Miller"}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_part_of_a_name_finds_its_bearer(name: str) -> None:
    """A name as the index shows it always finds whoever has it, and so does each of its words."""
    assert name in match_speakers(name, NAMES)
    assert all(name in match_speakers(part.upper(), NAMES) for part in name.split())


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("Miller", "budget"), ("budget",)),
        (("Helen", "MILLER", "budget", "Putin"), ("budget", "Putin")),
        (("Miller",), ("Miller",)),
        (("budget",), ("budget",)),
        ((), ()),
    ],
)
def test_who_is_asked_about_is_no_matter(words: tuple[str, ...], left: tuple[str, ...]) -> None:
    """Names of speakers say whose words are wanted, not on what; where there is nothing else, they stay."""
    parts = {part for name in NAMES for part in name_words(name)}
    assert without_names(words, parts.__contains__) == left


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("Stoltenberg", {"Jens Stoltenberg"}),
        ("Stoltenburg", {"Jens Stoltenberg"}),
        ("Jens Stoltenburg", {"Jens Stoltenberg"}),
        ("J. Stoltenberg", {"Jens Stoltenberg"}),
        ("stolenbreg", {"Jens Stoltenberg"}),
        ("Zaunigk", {"Benno Zäunigk"}),
        ("Rob Miller", {"Robert Miller"}),
        ("H. Miller", {"Helen Miller"}),
        ("Miller", {"Helen Miller", "Robert Miller"}),
        ("Miler", {"Helen Miller", "Robert Miller"}),
        ("Bill Miller", set()),
        ("Helen Reyes", set()),
        ("Winston Churchill", set()),
        ("Mill", set()),
        ("Raye", set()),
        ("…", set()),
        ("", set()),
    ],
)
def test_a_filter_forgives_accents_initials_short_forms_and_slips(wanted: str, found: set[str]) -> None:
    """Who is misspelt is found; who is another person is not."""
    assert named(wanted, Cast(*NAMES)) == found


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("stoltenberg", "stoltenberg"),
        ("stoltenburg", "stoltenberg"),
        ("stltenbrg", "stoltenberg"),
        ("sttenbrg", None),
        ("reyse", "reyes"),
        ("meyes", None),
        ("reys", None),
        ("zaunigk", "zäunigk"),
        ("mullor", None),
        ("a", None),
        ("", None),
    ],
)
def test_a_slip_is_one_letter_or_two_of_a_long_word(word: str, found: str | None) -> None:
    """A letter too much, too few, another, or two exchanged; a short word is itself; of two that are as near it is neither."""
    words = ("stoltenberg", "reyes", "zäunigk", "muller", "mullar")
    assert closest(word, {plain_letters(one): (one,) for one in words}) == found


@settings(deadline=None)
@given(st.text(max_size=30), st.lists(st.text(max_size=20), max_size=5))
def test_whatever_is_typed_is_corrected_to_a_word_that_is_there(word: str, words: list[str]) -> None:
    """Or to none."""
    spellings = {plain_letters(fold_name(one)): (one,) for one in words if one}
    found = closest(fold_name(word), spellings)
    assert found is None or found in words


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_filter_means_names_that_are_there(wanted: str) -> None:
    """Whatever it is."""
    assert named(wanted, Cast(*NAMES)) <= NAMES


def test_names_of_one_person_are_one() -> None:
    """The surname alone is short for the full name, as long as no other full name has it."""
    assert people_of({"Miller"}, Cast("Miller", "Robert Miller")) == ({"Miller", "Robert Miller"},)
    assert people_of({"Robert Miller"}, Cast("Miller", "Robert Miller")) == ({"Miller", "Robert Miller"},)
    assert set(people_of({"Miller", "Robert Miller"}, Cast("Miller", "Robert Miller", "Helen Miller"))) == {
        frozenset({"Miller"}), frozenset({"Robert Miller"})
    }  # fmt: skip


def test_an_interviewers_namesake_keeps_names_apart() -> None:
    """Miller may be either, also when the other one only asks."""
    cast = Cast("Miller", "Robert Miller", asks=["Helen Miller"])
    assert people_of({"Robert Miller"}, cast) == ({"Robert Miller"},)


@pytest.mark.parametrize(
    ("name", "mark"), [("Speaker 2", True), ("The Witness", True), ("…", True), ("A", True), ("Ann Bell", False)]
)
def test_a_mark_is_no_name(name: str, mark: bool) -> None:
    """It stands for another person in every document, and is short for nothing."""
    assert is_mark(name) is mark
    assert (fullest(name, [f"{name} Longer"]) == set(name_words(name))) is mark


@pytest.mark.parametrize(
    ("gender", "labels", "fits"),
    [
        ("m", "Helen Miller", True),
        ("m", "Ms. Helen Miller", False),
        ("f", "Mr Miller, governor", False),
        ("f", "Frau Miller", True),
        (None, "Mr Miller", True),
        ("m", "Mr Miller Ms Miller", True),
    ],
)
def test_only_a_form_of_address_says_who_somebody_can_not_be(gender: str | None, labels: str, fits: bool) -> None:
    """A first name says nothing here."""
    assert may_be(gender, labels) is fits


def test_the_fullest_name_is_shown() -> None:
    """Of one person's names."""
    assert shown({"Miller", "Robert Miller"}) == "Robert Miller"
