"""Who asks, who answers and what that makes a document, by :mod:`index.roles` through :mod:`index.speakers`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.records import Kind, Metadata, Person, Role, Span, Turn
from index.roles import kind_of
from index.speakers import identify
from tests.index.transcripts import NAMES, compose, paragraphs

ASKS, ANSWERS, UNKNOWN = Role.INTERVIEWER, Role.INTERVIEWEE, Role.UNKNOWN
LONG = "I had to go, and there was no time to think about it, and I would do it again."
LONGER = " ".join([LONG] * 4)


def people_of(*turns: tuple[str | None, str], **metadata: str) -> dict[str, Person]:
    text, made = compose(*turns)
    return {person.name: person for person in identify(text, made, Metadata(**metadata))[1]}


def roles(*turns: tuple[str | None, str], **metadata: str) -> dict[str, Role]:
    return {name: person.role for name, person in people_of(*turns, **metadata).items()}


def set_apart(*turns: tuple[str | None, str, Role]) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    """Turns whose roles their looks tell, named."""
    text, made = compose(*((label, words) for label, words, _ in turns))
    return identify(
        text, [Turn(turn.spans, turn.label, role=role) for turn, (_, _, role) in zip(made, turns, strict=True)], Metadata()
    )


class TestTwoPeople:
    @pytest.mark.parametrize(
        "prompts",
        [
            ("Why did you leave?", "And then?"),
            ("Tell me about the harbour.", "Walk us through that day."),
            ("Let's talk about boats.", "Go on."),
            ("Erzählen Sie vom Hafen.", "Und dann?"),
            ("Sprechen wir über Boote.", "Warum?"),
            ("Parlons des bateaux.", "Et après ?"),
            ("Hablemos de los barcos.", "¿Y después?"),
            ("为什么？", "然后呢？"),
            ("He asked, “Why?”", "“Why?”"),
        ],
    )
    def test_who_asks(self, prompts: tuple[str, str]) -> None:
        """Of two, the one who asks or prompts is the interviewer, in any language of the sources."""
        turns = [turn for prompt in prompts for turn in (("Ann Lee", prompt), ("Bo Ray", LONG))]
        assert roles(*turns) == {"Ann Lee": ASKS, "Bo Ray": ANSWERS}

    def test_interviewer_who_only_now_and_then_asks(self) -> None:
        """Three questions in ten turns are enough for somebody who says half as much, if there are many such turns."""
        asking = ["Why?", "You left.", "I see.", "When?", "Well.", "You came.", "Who?", "Yes.", "Right.", "You slept."]
        turns = [turn for words in asking for turn in (("Ann Lee", words), ("Bo Ray", LONG))]
        assert roles(*turns, *turns) == {"Ann Lee": ASKS, "Bo Ray": ANSWERS}
        assert set(roles(*turns).values()) == {UNKNOWN}

    def test_interviewer_who_hardly_asks(self) -> None:
        """Two in ten are not."""
        asking = ["Why?", "You left.", "I see.", "When?", "Well.", "You came.", "Who.", "Yes.", "Right.", "You slept."]
        turns = [turn for words in asking for turn in (("Ann Lee", words), ("Bo Ray", LONG))]
        assert set(roles(*turns).values()) == {UNKNOWN}

    def test_third_voice_that_hardly_speaks(self) -> None:
        """A passer-by changes nothing between two main speakers, and gets no role."""
        turns = [("Ann Lee", "Why?"), ("Bo Ray", LONG)] * 3
        assert roles(*turns, ("Cy Dow", "Good evening to you both.")) == {"Ann Lee": ASKS, "Bo Ray": ANSWERS, "Cy Dow": UNKNOWN}

    def test_two_among_others(self) -> None:
        """Where others speak much too, one who asks another now and then is no interviewer."""
        turns = [*[("Ann Lee", "Why?"), ("Bo Ray", LONG)] * 3, *[("Cy Dow", LONG), ("Eve Foss", LONG)] * 2]
        assert set(roles(*turns).values()) == {UNKNOWN}

    def test_questions_in_one_block(self) -> None:
        """Who asks often, but not in turn with the other, interviews nobody."""
        turns = [("Ann Lee", "Why?")] * 4 + [("Bo Ray", LONG)] * 4
        assert set(roles(*turns).values()) == {UNKNOWN}


class TestHosts:
    @pytest.mark.parametrize(
        "welcome",
        [
            "Welcome to the Harbour podcast. I am your host.",
            "Hello. You're listening to Boats for All, the show about boats.",
            "Willkommen zu einer neuen Folge von Bootsgeschichten.",
            "Bienvenue dans cette émission sur les bateaux.",
            "Bienvenidos a un nuevo episodio de Barcos.",
            "Bem-vindo a mais um episódio de Barcos.",
        ],
    )
    def test_who_welcomes_to_the_programme(self, welcome: str) -> None:
        """Whoever opens with a welcome to the programme asks in it, however much they say."""
        turns = (("Ann Lee", f"{welcome} {LONGER}"), ("Bo Ray", LONG), ("Ann Lee", LONGER), ("Bo Ray", LONG))
        assert roles(*turns) == {"Ann Lee": ASKS, "Bo Ray": ANSWERS}

    def test_co_host(self) -> None:
        """Whom the host calls their co-host asks too."""
        opening = "Welcome to the Harbour podcast, with me and my co-host, Cy. Our guest is Bo Ray."
        turns = (("Ann Lee", opening), ("Bo Ray", LONGER), ("Cy Dow", "You left in May."), ("Bo Ray", LONGER))
        assert roles(*turns) == {"Ann Lee": ASKS, "Bo Ray": ANSWERS, "Cy Dow": ASKS}

    def test_two_who_could_be_the_co_host(self) -> None:
        """A first name that two speakers have makes neither of them a co-host."""
        opening = "Welcome to the Harbour podcast, with me and my co-host, Cy."
        told = roles(("Ann Lee", opening), ("Cy Dow", LONG), ("Cy Malone", LONG))
        assert (told["Cy Dow"], told["Cy Malone"]) != (ASKS, ASKS)
        assert ASKS not in (told["Cy Dow"], told["Cy Malone"])

    @pytest.mark.parametrize(
        "opening", ["Welcome to Skerry.", "Welcome. This is my house.", "I like a good podcast.", "The show is over."]
    )
    def test_welcome_to_something_else(self, opening: str) -> None:
        """A welcome to a place, or a word about a programme, makes no host."""
        assert set(roles(("Ann Lee", opening), ("Bo Ray", LONG), ("Ann Lee", LONG), ("Bo Ray", LONG)).values()) == {UNKNOWN}

    def test_welcome_by_somebody_else(self) -> None:
        """Only who speaks first opens the programme."""
        told = roles(("Ann Lee", LONG), ("Bo Ray", "Welcome to the Harbour podcast."), ("Ann Lee", LONG))
        assert told["Bo Ray"] is UNKNOWN

    def test_welcome_where_the_interviewer_is_known(self) -> None:
        """A mark wins over a welcome: the guest may give one."""
        told = roles(("Bo Ray", "Welcome to my podcast."), ("Q", "Why?"), ("Bo Ray", LONG), ("Q", "When?"), ("Bo Ray", LONG))
        assert told == {"Q": ASKS, "Bo Ray": ANSWERS}


class TestPress:
    CALLED = (
        ("Ann Lee", "Why did you leave Skerry in May?"),
        ("Cy Dow", "When did all of that begin?"),
        ("Eve Foss", "Who pays for the boats you lost?"),
    )

    def test_named_reporters(self) -> None:
        """Where one speaks most and many others ask in between, they interview that one."""
        turns = [turn for asker in self.CALLED for turn in (asker, ("Bo Ray", LONGER))]
        people = people_of(("Bo Ray", LONGER), *turns)
        assert {name: person.role for name, person in people.items()} == {
            "Bo Ray": ANSWERS,
            "Ann Lee": ASKS,
            "Cy Dow": ASKS,
            "Eve Foss": ASKS,
        }
        assert people["Bo Ray"].reason == "answers 3 times what 3 others ask"

    def test_who_calls_the_names(self) -> None:
        """Who only gives the floor has no role."""
        turns = [turn for asker in self.CALLED for turn in (("Gil Orr", "Next please."), asker, ("Bo Ray", LONGER))]
        told = roles(("Bo Ray", LONGER), *turns)
        assert told["Gil Orr"] is UNKNOWN
        assert told["Bo Ray"] is ANSWERS

    def test_round_of_equals(self) -> None:
        """Where nobody has half of the words, nobody is interviewed."""
        turns = [
            (name, f"{LONG} Or not?" if name != "Bo Ray" else LONG) for name in ("Ann Lee", "Cy Dow", "Eve Foss", "Bo Ray")
        ]
        assert set(roles(*turns, *turns).values()) == {UNKNOWN}

    def test_others_who_say_as_much(self) -> None:
        """Who always gets back the floor, but has less than half of the words, is not interviewed."""
        turns = [turn for name in ("Ann Lee", "Cy Dow", "Eve Foss") for turn in ((name, f"{LONG} Or not?"), ("Bo Ray", LONG))]
        assert set(roles(*turns).values()) == {UNKNOWN}

    @pytest.mark.parametrize("mark", ["Q", "REPORTER", "Question", "Journalist", "PRESS", "Frage"])
    def test_all_askers_under_one_mark(self, mark: str) -> None:
        """Where those who ask go under a mark, everybody with a name answers, a statement before the questions too."""
        told = roles(("Ann Lee", LONGER), ("Bo Ray", LONG), (mark, "Why?"), ("Bo Ray", LONG), (mark, "When?"), ("Bo Ray", LONG))
        assert (told["Ann Lee"], told["Bo Ray"], told[mark]) == (ANSWERS, ANSWERS, ASKS)

    @pytest.mark.parametrize(
        "staff", ["Aide", "STAFF", "Press Aide", "Interpreter", "Operator", "Dolmetscherin", "Audience Member"]
    )
    def test_staff(self, staff: str) -> None:
        """Who runs or interprets it answers nothing."""
        told = roles(("Q", "Why?"), ("Bo Ray", LONG), ("Q", "When?"), (staff, LONG), ("Bo Ray", LONG))
        assert told == {"Q": ASKS, "Bo Ray": ANSWERS, staff: UNKNOWN}


class TestAnswerers:
    def test_guest_who_asks_back(self) -> None:
        """One question back makes a guest no asker."""
        turns = [
            ("Q", "Why?"),
            ("Bo Ray", LONG),
            ("Q", "When?"),
            ("Bo Ray", "Does it matter?"),
            ("Q", "It does."),
            ("Bo Ray", LONG),
        ]
        assert roles(*turns) == {"Q": ASKS, "Bo Ray": ANSWERS}

    def test_who_mostly_asks(self) -> None:
        """Who asks half of the time or more is not made the one who answers."""
        turns = [("Moderator", "Welcome all."), ("Bo Ray", "Why us?"), ("Moderator", "Because."), ("Bo Ray", "Why now?")]
        assert roles(*turns)["Bo Ray"] is UNKNOWN

    def test_heard_once_after_no_question(self) -> None:
        """A few words after a remark of the interviewer are no answer."""
        turns = (("Host", "Why?"), ("Bo Ray", LONG), ("Host", "We leave it there."), ("Cy Dow", "Good night."))
        assert roles(*turns) == {"Host": ASKS, "Bo Ray": ANSWERS, "Cy Dow": UNKNOWN}

    def test_heard_once_after_a_question(self) -> None:
        """The same few words after a question are."""
        turns = (("Host", "Why?"), ("Bo Ray", LONG), ("Host", "And you, Cy?"), ("Cy Dow", "No idea."))
        assert roles(*turns)["Cy Dow"] is ANSWERS


class TestLabels:
    @pytest.mark.parametrize(
        "label",
        ["Ann Lee, Harbour Radio", "Ann Lee (Skerry Times)", "Ann Lee, moderator", "dailyboat", "Ann Lee / Bootszeitung"],
    )
    def test_outlets(self, label: str) -> None:
        """Who speaks for an outlet asks, without a single question mark."""
        told = roles((label, "You left."), ("Bo Ray", LONG), (label, "You came back."), ("Bo Ray", LONG))
        assert list(told.values()) == [ASKS, ANSWERS]

    @pytest.mark.parametrize(
        "label", ["Ann Lee, Press Secretary", "Ann Lee, head of news", "Ann Lee, Director of the Media Board", "Emily Post"]
    )
    def test_what_only_sounds_like_one(self, label: str) -> None:
        """A spokesman's title and a surname like an outlet's make nobody an interviewer."""
        told = roles((label, LONG), ("Bo Ray", LONG), (label, LONG), ("Bo Ray", LONG))
        assert set(told.values()) == {UNKNOWN}

    def test_outlet_that_asks(self) -> None:
        """An outlet's name alone takes asking as well."""
        turns = (("Skerry Post", "Why?"), ("Bo Ray", LONGER), ("Skerry Post", LONG), ("Bo Ray", LONGER), ("Skerry Post", LONG))
        assert roles(*turns)["Skerry Post"] is ASKS

    @pytest.mark.parametrize(
        ("asks", "answers"), [("Q", "Bo Ray"), ("Frage", "Antwort"), ("Pregunta 1", "Respuesta 1"), ("F", "A")]
    )
    def test_reasons_of_marks(self, asks: str, answers: str) -> None:
        """The reason names the label that tells it."""
        people = people_of((asks, "Tell me."), (answers, LONG))
        assert [person.role for person in people.values()] == [ASKS, ANSWERS]
        assert next(iter(people.values())).reason == f"the label {asks} marks questions"


class TestSetApart:
    def test_reasons(self) -> None:
        """Where looks tell who asks, the reason says so."""
        _, people = set_apart(
            ("Ann Lee", "Why?", ASKS), ("Bo Ray", LONG, ANSWERS), (None, "When?", ASKS), (None, LONG, ANSWERS)
        )
        assert [(person.name, person.reason) for person in people] == [
            ("Ann Lee", "asks the questions that the source sets apart"),
            ("Bo Ray", "answers the questions that the source sets apart"),
        ]

    def test_one_label_for_all(self) -> None:
        """A label at the first question and the first answer alone names the rest."""
        turns, _ = set_apart(("Ann Lee", "Why?", ASKS), ("Bo Ray", LONG, ANSWERS), (None, "When?", ASKS), (None, LONG, ANSWERS))
        assert [turn.speaker for turn in turns] == ["Ann Lee", "Bo Ray", "Ann Lee", "Bo Ray"]

    def test_two_answerers(self) -> None:
        """Where two people answer, an unlabelled answer is neither's."""
        turns, _ = set_apart(
            (None, "Why?", ASKS),
            ("Bo Ray", LONG, ANSWERS),
            (None, "When?", ASKS),
            ("Cy Dow", LONG, ANSWERS),
            (None, "Who?", ASKS),
            (None, LONG, ANSWERS),
        )
        assert turns[-1].speaker is None

    def test_nobody_is_named(self) -> None:
        """Turns without any label keep their roles and have no speaker."""
        turns, people = set_apart((None, "Why?", ASKS), (None, LONG, ANSWERS))
        assert [(turn.speaker, turn.role) for turn in turns] == [(None, ASKS), (None, ANSWERS)]
        assert people == ()


def turn(speaker: str | None, role: Role = UNKNOWN, *, start_ms: int | None = None) -> Turn:
    return Turn((Span(0, 1),), label=speaker, speaker=speaker, role=role, start_ms=start_ms)


@pytest.mark.parametrize(
    ("turns", "kind"),
    [
        ((turn("Ann Lee", ASKS), turn("Bo Ray", ANSWERS)), Kind.INTERVIEW),
        ((turn(None, ASKS), turn(None, ANSWERS)), Kind.INTERVIEW),
        ((turn(None), turn("Ann Lee", ASKS), turn("Bo Ray")), Kind.INTERVIEW),
        ((turn("Ann Lee"), turn("Bo Ray")), Kind.CONVERSATION),
        ((turn("Ann Lee", ANSWERS), turn("Bo Ray", ANSWERS)), Kind.CONVERSATION),
        ((turn(None), turn(None)), Kind.CONVERSATION),
        ((turn("Ann Lee"), turn("Ann Lee")), Kind.MONOLOGUE),
        ((turn(None), turn("Ann Lee")), Kind.MONOLOGUE),
        ((turn("Ann Lee", start_ms=0),), Kind.MONOLOGUE),
        ((turn("Ann Lee", ASKS),), Kind.MONOLOGUE),
        ((turn(None, start_ms=0),), Kind.RECORDING),
        ((turn(None),), Kind.ARTICLE),
        ((), Kind.ARTICLE),
    ],
)
def test_kinds(turns: tuple[Turn, ...], kind: Kind) -> None:
    """Somebody asks and others answer, several talk, one speaks, or nobody is said to; then times make it a recording."""
    assert kind_of(turns) is kind


@given(st.lists(st.tuples(st.sampled_from(["Q", "A", "Host", *NAMES, "Aide", None]), paragraphs), max_size=10))
@settings(deadline=None, max_examples=120)
def test_every_speaker_has_one_role(turns: list[tuple[str | None, str]]) -> None:
    """Each person has one role with a reason, their turns have it too, and what has no label has no speaker."""
    text, made = compose(*turns)
    named, people = identify(text, made, Metadata())
    told = {person.name: person.role for person in people}
    assert len(told) == len(people)
    assert all(person.reason for person in people)
    assert all(one.role is told[one.speaker] for one in named if one.speaker)
    assert [one.spans for one in named] == [one.spans for one in made]
    assert all((one.speaker is None) == (one.label is None) for one in named)
