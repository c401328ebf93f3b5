"""Who the labels stand for and who asks, by :mod:`index.speakers`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Metadata, Person, Role, Turn
from index.speakers import identify, join_labels
from tests.index.transcripts import NAMES, compose

ASKS, ANSWERS, UNKNOWN = Role.INTERVIEWER, Role.INTERVIEWEE, Role.UNKNOWN
LONG = "I had to go, and there was no time to think about it, and I would do it again."


def identified(*turns: tuple[str | None, str], **metadata: str) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    text, made = compose(*turns)
    return identify(text, made, Metadata(**metadata))


def roles(*turns: tuple[str | None, str], **metadata: str) -> dict[str, Role]:
    return {person.name: person.role for person in identified(*turns, **metadata)[1]}


class TestJoinLabels:
    @pytest.mark.parametrize(
        ("labels", "shown"),
        [
            (["Thomas Malone", "Mr Malone"], ["Thomas Malone", "Thomas Malone"]),
            (["Thomas Malone", "Malone", "Thomas"], ["Thomas Malone"] * 3),
            (["Malone", "Thomas Malone"], ["Thomas Malone", "Thomas Malone"]),
            (["MALONE", "Thomas Malone"], ["Thomas Malone", "Thomas Malone"]),
            (["Dr. Ysolde Reyes, glaciologist", "Reyes"], ["Ysolde Reyes", "Ysolde Reyes"]),
            (["Dr. Ysolde Reyes", "Ysolde Reyes"], ["Ysolde Reyes", "Ysolde Reyes"]),
            (["Marit Osterhaven, mayor of Varnholm", "Osterhaven"], ["Marit Osterhaven", "Marit Osterhaven"]),
            (["Dennis Ritchie", "DR"], ["Dennis Ritchie", "Dennis Ritchie"]),
            (["Michael S. Mahoney", "MSM", "Ritchie"], ["Michael S. Mahoney", "Michael S. Mahoney", "Ritchie"]),
            (["James Roe, dailywire", "dailywire"], ["dailywire", "dailywire"]),
            (["Reporter (Ida Brenning, Vestrin Radio)", "Brenning"], ["Ida Brenning", "Ida Brenning"]),
            (["Frage 1", "Frage 2"], ["Frage", "Frage"]),
            (["Q", "A"], ["Q", "A"]),
        ],
    )
    def test_one_person(self, labels: list[str], shown: list[str]) -> None:
        """Short forms, honorifics, initials and outlets are joined to the one person that they fit."""
        assert join_labels(labels) == dict(zip(labels, shown, strict=True))

    @pytest.mark.parametrize(
        "labels",
        [
            ["Helen Miller", "Robert Miller"],
            ["Helen Miller", "Robert Miller", "Miller"],
            ["Thomas Malone", "Jane Roe"],
            ["Jane Roe", "Jane Malone", "Jane"],
            ["Dennis Ritchie", "Diana Ross", "DR"],
            ["Ann Lee, The Post", "Bo Ray, The Post"],
            ["James Roe, dailywire", "othernews"],
            ["Speaker 1", "Speaker 2"],
        ],
    )
    def test_people_who_stay_apart(self, labels: list[str]) -> None:
        """Two people of one surname stay two, and a short form that fits both is joined to neither."""
        assert len(set(join_labels(labels).values())) == len(labels)

    def test_honorifics_tell_two_apart(self) -> None:
        """``Mrs Malone`` is not the ``Mr Thomas Malone`` who speaks beside her."""
        assert join_labels(["Mr Thomas Malone", "Mrs Malone"]) == {
            "Mr Thomas Malone": "Thomas Malone",
            "Mrs Malone": "Mrs Malone",
        }

    @given(
        st.lists(
            st.sampled_from([*NAMES, "Lee", "Mr Lee", "Lee, The Post", "The Post", "Q", "AL", "Ray", "Dr Ray"]), unique=True
        )
    )
    @settings(deadline=None, max_examples=100)
    def test_every_label_stands_for_somebody(self, labels: list[str]) -> None:
        """Whatever the labels, each stands for one person, and the shown name is made of words of the document's labels."""
        shown = join_labels(labels)
        assert list(shown) == labels
        assert all(any(name in label for label in labels) for name in shown.values())


class TestPeople:
    def test_order_labels_and_turns(self) -> None:
        """People come as they first speak, with all their labels; turns get their names; a narrator has none."""
        turns, people = identified(
            (None, "Bo Ray has a boat."),
            ("Ann Lee, The Post", "Why did you go?"),
            ("Bo Ray, sailor", LONG),
            ("Ann Lee, The Post", "When did you go?"),
            ("Ray", LONG),
        )
        assert [turn.speaker for turn in turns] == [None, "Ann Lee", "Bo Ray", "Ann Lee", "Bo Ray"]
        assert [(person.name, person.labels) for person in people] == [
            ("Ann Lee", ("Ann Lee, The Post",)),
            ("Bo Ray", ("Bo Ray, sailor", "Ray")),
        ]
        assert [turn.role for turn in turns] == [UNKNOWN, ASKS, ANSWERS, ASKS, ANSWERS]

    def test_nobody(self) -> None:
        """A text without labels has no people, and its turns stay as they are."""
        text, turns = compose((None, "I went down to the harbour. Why? I don't know."))
        assert identify(text, turns, Metadata()) == (turns, ())


class TestRoles:
    @pytest.mark.parametrize(("question", "answer"), [("Q", "A"), ("Frage", "Antwort"), ("Interviewer", "Guest"), ("P", "R")])
    def test_marks(self, question: str, answer: str) -> None:
        """Marks of question and answer say who asks, without a look at the words."""
        assert roles((question, "Tell me."), (answer, "Why should I?")) == {question: ASKS, answer: ANSWERS}

    def test_answers_to_marked_questions(self) -> None:
        """Whoever speaks after a marked question answers it."""
        assert roles(("Q", "Why?"), ("THE PRESIDENT", LONG), ("Q", "When?"), ("THE PRESIDENT", LONG)) == {
            "Q": ASKS,
            "THE PRESIDENT": ANSWERS,
        }

    def test_who_asks(self) -> None:
        """Of two who take turns, the one who asks and says less is the interviewer, with the count as the reason."""
        _, people = identified(("Ann Lee", "Why?"), ("Bo Ray", LONG), ("Ann Lee", "Really?"), ("Bo Ray", LONG))
        assert [(person.name, person.role) for person in people] == [("Ann Lee", ASKS), ("Bo Ray", ANSWERS)]
        assert people[0].reason == "asks in 2 of 2 turns, Bo Ray in 0 of 2"

    def test_one_question(self) -> None:
        """A single question and its answer tell the roles."""
        assert roles(("Ann Lee", "Why did you go?"), ("Bo Ray", LONG)) == {"Ann Lee": ASKS, "Bo Ray": ANSWERS}

    def test_outlet(self) -> None:
        """Whoever speaks for an outlet asks, question mark or not."""
        assert roles(("Ann Lee, Harbour Radio", "Tell me about it."), ("Bo Ray", LONG)) == {"Ann Lee": ASKS, "Bo Ray": ANSWERS}

    def test_site(self) -> None:
        """A label that is the page's own name asks."""
        turns = (("Skerry & Co", "You left."), ("Bo Ray", LONG), ("Skerry & Co", "You came back."), ("Bo Ray", LONG))
        assert roles(*turns, site="SKERRY & CO.") == {"Skerry & Co": ASKS, "Bo Ray": ANSWERS}
        assert roles(*turns) == {"Skerry & Co": UNKNOWN, "Bo Ray": UNKNOWN}

    def test_author(self) -> None:
        """The author of the page asks."""
        turns = (("Ann Lee", "You left."), ("Bo Ray", LONG), ("Ann Lee", "You came back."), ("Bo Ray", LONG))
        assert roles(*turns, author="Ann Lee") == {"Ann Lee": ASKS, "Bo Ray": ANSWERS}
        assert roles(*turns, author="Cy Dow") == {"Ann Lee": UNKNOWN, "Bo Ray": UNKNOWN}

    def test_second_guest(self) -> None:
        """Each of two guests who answer the same interviewer is an interviewee."""
        turns = (("Q", "Why?"), ("Ann Lee", LONG), ("Q", "And you?"), ("Bo Ray", LONG), ("Q", "When?"), ("Ann Lee", LONG))
        assert roles(*turns) == {"Q": ASKS, "Ann Lee": ANSWERS, "Bo Ray": ANSWERS}

    def test_guest_who_asks_a_guest(self) -> None:
        """Where the interviewer is known, a guest who questions another guest is not one too."""
        told = roles(("Moderator", "Welcome."), ("Ann Lee", "Why?"), ("Bo Ray", LONG), ("Ann Lee", "Really?"), ("Bo Ray", LONG))
        assert told["Moderator"] is ASKS
        assert told["Ann Lee"] is not ASKS
        assert told["Bo Ray"] is not ASKS

    def test_stated_role_wins(self) -> None:
        """A role that the format states is kept, against all habits."""
        text, made = compose(("Ann Lee", "Why?"), ("Bo Ray", LONG), ("Ann Lee", "Really?"), ("Bo Ray", LONG))
        stated = [Turn(turn.spans, turn.label, role=ANSWERS if turn.label == "Ann Lee" else ASKS) for turn in made]
        turns, people = identify(text, stated, Metadata())
        assert {(person.name, person.role, person.reason) for person in people} == {
            ("Ann Lee", ANSWERS, "stated by the source"),
            ("Bo Ray", ASKS, "stated by the source"),
        }
        assert [turn.role for turn in turns] == [ANSWERS, ASKS, ANSWERS, ASKS]


class TestRolesThatCantBeTold:
    def test_panel(self) -> None:
        """Nobody of three who all hold opinions is made an interviewer."""
        told = roles(
            ("Ann Lee", "We should go."),
            ("Bo Ray", "We should stay."),
            ("Cy Dow", "I have no opinion."),
            ("Ann Lee", "We should go now."),
            ("Bo Ray", "Why now?"),
            ("Cy Dow", "I still have none."),
        )
        assert set(told.values()) == {UNKNOWN}

    def test_three_who_ask_in_turn(self) -> None:
        """Questions that go round a panel make nobody the interviewer."""
        told = roles(*[(name, words) for words in ("Why?", LONG, "When?") for name in ("Ann Lee", "Bo Ray", "Cy Dow")])
        assert set(told.values()) == {UNKNOWN}

    def test_monologue(self) -> None:
        """One who speaks alone, and asks aloud, is neither."""
        assert roles(("Ann Lee", "Why did I go?"), ("Ann Lee", LONG), ("Ann Lee", "Who knows?")) == {"Ann Lee": UNKNOWN}

    def test_both_ask(self) -> None:
        """Two people who both ask are neither."""
        told = roles(("Ann Lee", "Do you?"), ("Bo Ray", "Do you?"), ("Ann Lee", "Why?"), ("Bo Ray", "Why not?"))
        assert set(told.values()) == {UNKNOWN}

    def test_asker_who_does_the_talking(self) -> None:
        """Whoever asks but says more than the other is not taken for the interviewer."""
        told = roles(("Ann Lee", f"{LONG} You see?"), ("Bo Ray", "Yes."), ("Ann Lee", f"{LONG} No?"), ("Bo Ray", "No."))
        assert set(told.values()) == {UNKNOWN}

    def test_nobody_asks(self) -> None:
        """Two statements of two people have no roles."""
        assert set(roles(("Ann Lee", LONG), ("Bo Ray", LONG)).values()) == {UNKNOWN}


class TestWrongJoins:
    """Labels that look alike and are other people: a wrong join puts words into somebody's mouth."""

    def test_forms_of_address_tell_two_people_of_one_surname_apart(self) -> None:
        """Mr Malone and Mrs Malone are two, also beside a full name that could be either."""
        assert len(set(join_labels(["Mr Malone", "Mrs Malone"]).values())) == 2
        joined = join_labels(["Thomas Malone", "Mr Malone", "Mrs Malone"])
        assert joined["Mrs Malone"] != joined["Thomas Malone"]

    def test_numbered_people_are_as_many_as_their_numbers(self) -> None:
        """Guest 1 and Guest 2 are two people, and Caller is neither Caller 2."""
        assert len(set(join_labels(["Host", "Guest 1", "Guest 2", "Caller", "Caller 2"]).values())) == 5

    def test_two_people_with_one_title_stay_two(self) -> None:
        """A title that two people have is nobody's short form."""
        joined = join_labels(["Carl Dent, Minister", "Eve Foss, Minister", "Minister"])
        assert joined["Carl Dent, Minister"] != joined["Eve Foss, Minister"]

    def test_a_mark_is_no_persons_short_form(self) -> None:
        """A: stays A, whatever else ends in that letter."""
        assert join_labels(["Q", "A", "Option A"])["A"] == "A"

    def test_an_honorific_goes_with_the_surname(self) -> None:
        """Mr Martin is not Martin Hall."""
        joined = join_labels(["Martin Hall", "Mr Martin"])
        assert joined["Mr Martin"] != joined["Martin Hall"]

    def test_a_surname_with_a_particle_is_a_short_form(self) -> None:
        """De Witt after Anna de Witt is she."""
        joined = join_labels(["ANNA DE WITT", "DE WITT", "JOHN O'HARA", "O'HARA"])
        assert joined["DE WITT"] == joined["ANNA DE WITT"]
        assert joined["O'HARA"] == joined["JOHN O'HARA"]

    def test_decomposed_and_composed_spellings_are_one_name(self) -> None:
        """How an accent is encoded makes no second person."""
        joined = join_labels(["Zoe\u0308 Mu\u0308ller", "M\u00fcller"])
        assert joined["M\u00fcller"] == joined["Zoe\u0308 Mu\u0308ller"]


@pytest.mark.parametrize(
    "label", ["Ms. Jean-Pierre, Press Secretary", "Karine Olsen, press secretary", "Wiley Post", "Ann Lee, Minister for Media"]
)
def test_who_answers_the_press_is_no_interviewer(label: str) -> None:
    """A title or a name that holds an outlet's word makes nobody an interviewer who doesn't ask."""
    turns, _ = identified((label, LONG), ("Anna Bell", "When exactly?"), (label, LONG), ("Anna Bell", "Why?"))
    assert turns[0].role is not ASKS


def test_small_letters_throughout_make_nobody_an_outlet() -> None:
    """Where all names are written small, that is a manner of writing."""
    turns, _ = identified(("alice", "did you?"), ("robert", "i did."), ("alice", "and then?"), ("robert", "we went home."))
    assert turns[1].role is not ASKS
