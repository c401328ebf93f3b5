"""The list of people that a user keeps, by :mod:`index.roster`, and what it decides in :mod:`index.speakers`."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import RosterError
from index.records import Metadata, Person, Role, Turn
from index.roster import NOBODY, Known, Roster, parse_roster, read_roster
from index.speakers import identify
from tests.index.transcripts import compose

PATH = Path("people.toml")
ASKS, ANSWERS, UNKNOWN = Role.INTERVIEWER, Role.INTERVIEWEE, Role.UNKNOWN
LONG = "I had to go, and there was no time to think about it, and I would do it again."
MARA = Known("Mara Lindqvist", ("Lindqvist", "ML", "THE MAYOR"))


def roster(*people: Known) -> Roster:
    return Roster(people, "the file")


def entry(**fields: str) -> str:
    """One entry with these fields, each value as TOML writes it."""
    return "\n".join(["[[people]]", *(f"{key} = {value}" for key, value in fields.items())])


class TestFile:
    def test_entries(self, tmp_path: Path) -> None:
        """A list has its entries with all their fields, and keeps its text."""
        text = (
            '[[people]]\nname = " Mara\\tLindqvist "\naliases = ["Lindqvist", "THE MAYOR"]\nrole = "interviewee"\n'
            'since = 2019-05-01\nuntil = "2023-04-30"\n\n[[people]]\nname = "Åsa Öberg"\n'
        )
        (tmp_path / "people.toml").write_bytes(text.encode("utf-8"))
        assert read_roster(tmp_path / "people.toml") == Roster(
            (
                Known("Mara Lindqvist", ("Lindqvist", "THE MAYOR"), ANSWERS, "2019-05-01", "2023-04-30"),
                Known("Åsa Öberg"),
            ),
            text,
        )

    @pytest.mark.parametrize("text", ["", "# nobody yet\n", "people = []"])
    def test_nobody(self, text: str) -> None:
        """A list without entries is one, and knows nobody."""
        assert parse_roster(text, PATH).people == ()
        assert parse_roster(text, PATH).digest == NOBODY.digest == ""

    def test_digest(self) -> None:
        """Another text has another digest; the same text has the same."""
        one, other = entry(name='"Ann Lee"'), entry(name='"Bo Ray"')
        assert parse_roster(one, PATH).digest == parse_roster(one, PATH).digest != parse_roster(other, PATH).digest

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[[people]\nname=", "is no TOML"),
            ("x = " + "[" * 10_000, "is no TOML"),
            ('name = "Ann Lee"', "has name at its top"),
            ('[people]\nname = "Ann Lee"', "has people at its top"),
            ('[[persons]]\nname = "Ann Lee"', "has persons at its top"),
            ('people = ["Ann Lee"]', "entry 1 is no table"),
            (entry(name='"Ann Lee"', alias='"Lee"'), "entry 1 has alias, which means nothing here"),
            (entry(aliases='["Lee"]'), "entry 1 has no name"),
            (entry(name="5"), "entry 1 has no name"),
            (entry(name='" "'), "entry 1 has no name"),
            (entry(name='"—"'), "entry 1 has no name"),
            (entry(name='"Ann Lee"') + "\n" + entry(name='""'), "entry 2 has no name"),
            (entry(name='"Ann Lee"', aliases='"Lee"'), r"entry 1 \(Ann Lee\): aliases are no list of names"),
            (entry(name='"Ann Lee"', aliases="[5]"), r"entry 1 \(Ann Lee\): aliases are no list of names"),
            (entry(name='"Ann Lee"', aliases='["Lee", ""]'), r"entry 1 \(Ann Lee\): aliases are no list of names"),
            (entry(name='"Ann Lee"', role='"guest"'), r"entry 1 \(Ann Lee\): role is 'guest'"),
            (entry(name='"Ann Lee"', role="1"), r"entry 1 \(Ann Lee\): role is 1"),
            (entry(name='"Ann Lee"', role="[1]"), r"entry 1 \(Ann Lee\): role is \[1\]"),
            (entry(name='"Ann Lee"', role="{a = 1}"), r"entry 1 \(Ann Lee\): role is {'a': 1}"),
            (entry(name='"Ann Lee"', since='"May 2019"'), r"entry 1 \(Ann Lee\): since is no day"),
            (entry(name='"Ann Lee"', until="2019-05-01T00:00:00"), r"entry 1 \(Ann Lee\): until is no day"),
            (entry(name='"Ann Lee"', until="2019"), r"entry 1 \(Ann Lee\): until is no day"),
            (entry(name='"Ann Lee"', since="12:00:00"), r"entry 1 \(Ann Lee\): since is no day"),
        ],
    )
    def test_what_is_off(self, text: str, message: str) -> None:
        """What is off is refused by file and entry, with what was expected."""
        with pytest.raises(RosterError, match=message) as refused:
            parse_roster(text, PATH)
        assert str(PATH) in str(refused.value)
        assert "Expected" in str(refused.value)

    def test_file_that_cant_be_read(self, tmp_path: Path) -> None:
        """A file that isn't there, is a folder or is not UTF-8 is refused by name."""
        (tmp_path / "latin.toml").write_bytes('[[people]]\nname = "Åsa"'.encode("latin-1"))
        for name, message in (("none.toml", "can't be read"), (".", "can't be read"), ("latin.toml", "is not UTF-8")):
            with pytest.raises(RosterError, match=message):
                read_roster(tmp_path / name)

    @given(st.text(st.sampled_from('[]="\n people name aliases role since 2019-05-01 {},.é'), max_size=80))
    @settings(deadline=None, max_examples=200)
    def test_any_text(self, text: str) -> None:
        """Any text is a list or is refused as one."""
        outcome: Roster | RosterError
        try:
            outcome = parse_roster(text, PATH)
        except RosterError as error:
            outcome = error
        assert outcome.path == PATH if isinstance(outcome, RosterError) else outcome.text == text


class TestDates:
    @pytest.mark.parametrize(
        ("date", "holds"),
        [
            ("2019-04-30", False),
            ("2019-05-01", True),
            ("2021-01-01", True),
            ("2023-04-30", True),
            ("2023-05-01", False),
            ("2019-04", False),
            ("2019-05", True),
            ("2023-04", True),
            ("2023-05", False),
            ("2018", False),
            ("2019", True),
            ("2023", True),
            ("2024", False),
            (None, False),
        ],
    )
    def test_both_ends_are_included(self, date: str | None, holds: bool) -> None:
        """An entry holds from its first day to its last; of a document's month or year, some day is enough."""
        assert Known("Ann Lee", since="2019-05-01", until="2023-04-30").holds_on(date) is holds

    @pytest.mark.parametrize(
        ("since", "until", "date", "holds"),
        [
            (None, None, None, True),
            (None, None, "1900", True),
            ("2019-05-01", None, "2030-01-01", True),
            ("2019-05-01", None, "2019-04-30", False),
            ("2019-05-01", None, None, False),
            (None, "2019-05-01", "1900-01-01", True),
            (None, "2019-05-01", "2019-05-02", False),
            (None, "2019-05-01", None, False),
        ],
    )
    def test_open_ends(self, since: str | None, until: str | None, date: str | None, holds: bool) -> None:
        """What is left out is without limit; a limit holds for no document without a date."""
        assert Known("Ann Lee", since=since, until=until).holds_on(date) is holds


class TestNamed:
    @pytest.mark.parametrize(
        "label",
        ["Mara Lindqvist", "MARA LINDQVIST", "Lindqvist", "lindqvist", "ML", "The Mayor", "Lindqvist, mayor", "ML (by phone)"],
    )
    def test_name_or_alias(self, label: str) -> None:
        """A label is an entry's name or alias by its words, without case or what follows the name."""
        assert roster(MARA).named(label, None) == MARA

    @pytest.mark.parametrize("label", ["Mara", "Mara Lindqvist-Krog", "Mrs Lindqvist", "M", "Mayor", "—", "Olof Lindqvist"])
    def test_nothing_else(self, label: str) -> None:
        """What is neither the name nor an alias, though a part of one, is not taken for it."""
        assert roster(MARA).named(label, None) is None

    def test_composition_of_accents(self) -> None:
        """How an accent is encoded doesn't matter."""
        assert roster(Known("Zo\u00eb Krog")).named("Zoe\u0308 Krog", None)

    def test_two_who_fit(self) -> None:
        """Where two entries fit, neither is taken."""
        assert roster(MARA, Known("Olof Lindqvist", ("Lindqvist",))).named("Lindqvist", None) is None

    def test_two_who_fit_at_different_times(self) -> None:
        """Of two holders of an office, the document's date tells who it is; without a date nobody."""
        before, after = (
            Known("Mara Lindqvist", ("THE MAYOR",), until="2019-04-30"),
            Known("Olof Krog", ("THE MAYOR",), since="2019-05-01"),
        )
        people = roster(before, after)
        assert people.named("THE MAYOR", "2019-04-30") == before
        assert people.named("THE MAYOR", "2019-05-01") == after
        assert people.named("THE MAYOR", "2019") is None
        assert people.named("THE MAYOR", None) is None


def identified(
    people: Roster, *turns: tuple[str | None, str], date: str | None = None
) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    text, made = compose(*turns)
    return identify(text, made, Metadata(date=date), people)


class TestSpeakers:
    def test_alias_that_nothing_tells(self) -> None:
        """Labels that no form of names joins are one person where the list says so."""
        turns, people = identified(roster(MARA), ("Q", "Why?"), ("THE MAYOR", LONG), ("Q", "When?"), ("ML", LONG))
        assert [turn.speaker for turn in turns] == ["Q", "Mara Lindqvist", "Q", "Mara Lindqvist"]
        assert [(person.name, person.labels) for person in people] == [("Q", ("Q",)), ("Mara Lindqvist", ("THE MAYOR", "ML"))]

    def test_name_that_is_shown(self) -> None:
        """The list's spelling is shown, for short forms that fit nobody else too."""
        turns, _ = identified(
            roster(Known("Mara A. Lindqvist", ("M. Lindqvist",))),
            ("M. Lindqvist", LONG),
            ("Ann Lee", LONG),
            ("Lindqvist", LONG),
        )
        assert [turn.speaker for turn in turns] == ["Mara A. Lindqvist", "Ann Lee", "Mara A. Lindqvist"]

    def test_two_of_the_list_are_never_joined(self) -> None:
        """Labels that the list tells apart stay apart, however alike they are."""
        people = roster(Known("Olof Lindqvist", ("Lindqvist",)), Known("Mara Lindqvist"))
        turns, _ = identified(people, ("Mara Lindqvist", LONG), ("Lindqvist", LONG))
        assert [turn.speaker for turn in turns] == ["Mara Lindqvist", "Olof Lindqvist"]

    def test_short_form_that_fits_two_of_the_list(self) -> None:
        """A label that isn't on the list gets nobody's name from it where two entries could lend it theirs."""
        people = roster(Known("Olof Krog", ("Lindqvist",)), Known("Ida Krog", ("Mara Lindqvist",)))
        turns, _ = identified(people, ("Mara Lindqvist", LONG), ("Lindqvist", LONG), ("Mara", LONG))
        assert [turn.speaker for turn in turns] == ["Ida Krog", "Olof Krog", "Mara Lindqvist"]

    def test_role_wins(self) -> None:
        """The list's role wins over who asks, and over what the format states, with its reason."""
        listed = roster(Known("Ann Lee", role=ANSWERS), Known("Bo Ray", role=ASKS))
        text, made = compose(("Ann Lee", "Why?"), ("Bo Ray", LONG), ("Ann Lee", "When?"), ("Bo Ray", LONG))
        stated = [Turn(turn.spans, turn.label, role=ASKS if turn.label == "Ann Lee" else ANSWERS) for turn in made]
        for turns in (made, stated):
            named, people = identify(text, turns, Metadata(), listed)
            assert [turn.role for turn in named] == [ANSWERS, ASKS, ANSWERS, ASKS]
            assert {(person.name, person.role, person.reason) for person in people} == {
                ("Ann Lee", ANSWERS, "the list of people says so"),
                ("Bo Ray", ASKS, "the list of people says so"),
            }

    def test_role_unknown(self) -> None:
        """A list may say that somebody's role is unknown."""
        turns, _ = identified(roster(Known("Ann Lee", role=UNKNOWN)), ("Ann Lee", "Why?"), ("Bo Ray", LONG))
        assert turns[0].role is UNKNOWN

    def test_role_is_inferred(self) -> None:
        """Where the list says nothing of a role, it is inferred as ever."""
        turns, _ = identified(roster(Known("Ann Lee")), ("Ann Lee", "Why?"), ("Bo Ray", LONG))
        assert [turn.role for turn in turns] == [ASKS, ANSWERS]

    def test_role_tells_the_other(self) -> None:
        """Who is asked by somebody whom the list makes an interviewer answers."""
        turns, _ = identified(
            roster(Known("Ann Lee", role=ASKS)),
            ("Ann Lee", "You left."),
            ("Bo Ray", LONG),
            ("Ann Lee", "You came."),
            ("Bo Ray", LONG),
        )
        assert [turn.role for turn in turns] == [ASKS, ANSWERS, ASKS, ANSWERS]

    @pytest.mark.parametrize(("date", "speaker"), [("2020-01-01", "Mara Lindqvist"), ("2018-01-01", "ML"), (None, "ML")])
    def test_date(self, date: str | None, speaker: str) -> None:
        """An entry counts for documents of its time only."""
        listed = roster(Known("Mara Lindqvist", ("ML",), since="2019-05-01"))
        turns, _ = identified(listed, ("Q", "Why?"), ("ML", LONG), date=date)
        assert turns[1].speaker == speaker

    def test_who_does_not_speak(self) -> None:
        """Nobody is made a speaker by being on the list."""
        turns = (("Ann Lee", "Why?"), ("Bo Ray", LONG))
        assert identified(roster(MARA), *turns) == identified(NOBODY, *turns)


def test_a_time_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    """It would never hold, and nobody means that."""
    path = tmp_path / "people.toml"
    path.write_text('[[people]]\nname = "Mara Lind"\nsince = 2020-01-02\nuntil = 2020-01-01\n', encoding="utf-8")
    with pytest.raises(RosterError, match="until 2020-01-01 is before since 2020-01-02"):
        read_roster(path)
