"""Naming who is interviewed from headline, introduction and address, by :mod:`index.headline`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.headline import named_in_headline
from index.records import Metadata, Role, Span, Turn
from index.speakers import identify
from tests.index.transcripts import compose

LEAD = "Mara Lindqvist has counted boats in Skerry for thirty years."


def named(title: str | None, *questions: str, lead: str = "") -> str | None:
    found = named_in_headline(title, lead, questions or ("Why did you leave?",))
    return found.name if found else None


class TestHeadline:
    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("Interview with Mara Lindqvist", "Mara Lindqvist"),
            ("Q&A with Mara Lindqvist", "Mara Lindqvist"),
            ("Five questions for Mara Lindqvist", "Mara Lindqvist"),
            ("In conversation with Mara Lindqvist", "Mara Lindqvist"),
            ("Boats: an interview with Mara Lindqvist | The Post", "Mara Lindqvist"),
            ("Interview with Dr. Mara Lindqvist", "Mara Lindqvist"),
            ("Interview with Mara K. Lindqvist", "Mara K. Lindqvist"),
            ("Interview with Mara Lindqvist, head of the harbour", "Mara Lindqvist"),
            ("Interview with Jean-Luc O'Hara", "Jean-Luc O'Hara"),
            ("Interview mit Mara von Tarn", "Mara von Tarn"),
            ("Fragen an Åsa Öberg", "Åsa Öberg"),
            ("Entretien avec Mara Lindqvist", "Mara Lindqvist"),
            ("Entrevista con Mara Lindqvist", "Mara Lindqvist"),
            ("Entrevista com Mara Lindqvist", "Mara Lindqvist"),
        ],
    )
    def test_interview_with_one_full_name(self, title: str, name: str) -> None:
        """A headline that says with whom the interview is names them, in any language of the sources."""
        assert named(title) == name

    @pytest.mark.parametrize(
        "title",
        [
            None,
            "",
            "Mara Lindqvist",
            "Boats for all",
            "Interview with Mara",
            "Interview with the mayor of Skerry",
            "Interview with Mara Lindqvist and Ann Lee",
            "INTERVIEW WITH MARA LINDQVIST AND ANN LEE",
            "Interview with Mara Lindqvist & Ann Lee",
            "Interview with Mara Lindqvist / Ann Lee",
            "Interview with Mara Lindqvist, Ann Lee",
            "Interview mit Mara Lindqvist und Ann Lee",
            "Entretien avec Mara Lindqvist et Ann Lee",
            "Entrevista con Mara Lindqvist y Ann Lee",
            "Entrevista com Mara Lindqvist e Ann Lee",
            "Interview with Mara Lindqvist: an interview with Ann Lee",
            "Ann Lee in conversation with Mara Lindqvist",
            "Mara Lindqvist im Gespräch mit Ann Lee",
            "Interview with Mara Lindqvist’s brother",
            "Interview with Mara Lindqvist's Widow",
            "Interview with The Boatmen",
            "Interview With Our Founder",
            "Interview With A Sailor",
            "Interview With Two Sailors",
            "Our Chat with New York",
            "Questions for Young Sailors",
            "Interview with Harbour Radio",
            "Interview with Mayor Lindqvist",
            "Interview with Vestrin Minister Mara Lindqvist",
            "Interview with Skerry Mayor",
            "Gespräch mit Frau Lindqvist",
            "Interview mit Herrn Lindqvist",
            "Gespräch mit Bürgermeisterin Lindqvist",
            "Entretien avec Monsieur Lindqvist",
            "Entrevista con Nuestra Alcaldesa",
        ],
    )
    def test_headline_that_names_nobody_for_sure(self, title: str | None) -> None:
        """Two names, half a name, an office, an outlet, or who may be the one who asks: nobody is named."""
        assert named(title) is None


class TestAddress:
    @pytest.mark.parametrize(
        "question",
        [
            "Ms. Lindqvist, why did you leave?",
            "Why did you leave, Ms Lindqvist?",
            "Thank you. Dr. Lindqvist, why did you leave?",
            "Frau Lindqvist, warum gingen Sie?",
            "Frau Dr. Lindqvist, warum gingen Sie?",
            "Pourquoi êtes-vous partie, Madame Lindqvist ?",
            "Señora Lindqvist, ¿por qué se fue?",
            "Senhora Lindqvist, por que foi embora?",
            "Mara, why did you leave?",
            "Hi Mara, why did you leave?",
            "– Mara, pourquoi ?",
        ],
    )
    def test_address_and_full_name(self, question: str) -> None:
        """Whom the questions address by a part of a name that the introduction has in full is named by it."""
        assert named("Boats for all", question, lead=LEAD) == "Mara Lindqvist"

    def test_headline_has_the_full_name(self) -> None:
        """The full name may stand in the headline, where it is a sentence and no row of capitals."""
        assert named("How Mara Lindqvist counts the boats of a town", "Ms. Lindqvist, why?") == "Mara Lindqvist"

    @pytest.mark.parametrize(
        "lead",
        [
            "Mara Lindqvist's boat lies in Skerry.",
            "Dr. Mara Lindqvist lives there.",
            "“Mara Lindqvist, sailor”",
            "Mara Lindqvist and Ann Lee live there. Mara Lindqvist counts.",
        ],
    )
    def test_full_name_in_any_surrounding(self, lead: str) -> None:
        """Who else is in the introduction, and what stands around the name, doesn't matter."""
        assert named(None, "Ms. Lindqvist, why?", lead=lead) == "Mara Lindqvist"

    @pytest.mark.parametrize(
        ("title", "questions", "lead"),
        [
            ("Boats", ["Why did you leave?"], LEAD),
            ("Boats", ["Ms. Malone, why?"], LEAD),
            ("Boats", ["Ms. Lindqvist, why?"], f"{LEAD} Her brother Olof Lindqvist does not."),
            ("Boats", ["Ms. Lindqvist, why?", "Mr. Malone, why?"], f"{LEAD} Bo Malone too."),
            ("Interview with Mara Lindqvist", ["Mr. Malone, why?"], ""),
            ("Interview with Mara Lindqvist", ["Mr. Malone, why?", "Ms. Lindqvist, why?"], LEAD),
            ("Boats", ["Ms. Lindqvist, why?"], "Mara Lindqvist-Krog counts boats."),
            ("Boats", ["Ms. Lindqvist, why?"], "Ms. Lindqvist counts boats."),
            ("Boats", ["Frau Lindqvist, warum?"], "Bürgermeisterin Lindqvist zählt Boote."),
            ("Boats", ["Captain Lindqvist, why?"], "With Lindqvist it began."),
            ("Why Lindqvist Left", ["Captain Lindqvist, why?"], ""),
            ("Boats", ["Mara, why?"], f"{LEAD} Mara Malone does not."),
            ("Boats", ["Mara, why?", "Ann, why?"], f"{LEAD} Ann Lee too."),
            ("Mara Rides Again", ["Mara, why?"], ""),
            ("Meet Mara", ["Mara, why?"], ""),
            ("Boats", ["So, why?", "Well, when?"], "So Long is a song. Well Done is a boat."),
            ("Boats", ["Now, why?"], "Now Available in Skerry."),
            ("Boats", ["I met Ms. Lindqvist there. Why?"], LEAD),
            ("Boats", ["What does Mara say?"], LEAD),
            (None, [], ""),
        ],
    )
    def test_nobody_for_sure(self, title: str | None, questions: list[str], lead: str) -> None:
        """Two who fit, two who are addressed, a name that is spoken of or that is none: nobody is named."""
        assert named_in_headline(title, lead, questions) is None

    def test_reason(self) -> None:
        """Who reads the table of people is told what names them."""
        by_address, by_headline = (
            named_in_headline("Boats", LEAD, ["Frau Lindqvist, warum?"]),
            named_in_headline("Interview with Mara Lindqvist", "", ["Why?"]),
        )
        assert by_address
        assert by_address.reason == "addressed as Frau Lindqvist, and named in the headline or the introduction"
        assert by_headline
        assert by_headline.reason == "named in the headline as the one who is interviewed"


class TestSpeakers:
    """How :func:`index.speakers.identify` uses it."""

    def test_unlabelled_answers_are_named(self) -> None:
        """Who answers under no label, or a mark, gets the name, and the table of people says why."""
        text, made = compose((None, LEAD), ("Q", "Ms. Lindqvist, why did you leave?"), ("A", "I had to go."))
        turns, people = identify(text, made, Metadata(title="Boats"))
        assert [turn.speaker for turn in turns] == [None, "Q", "Mara Lindqvist"]
        assert [(person.name, person.role, person.labels) for person in people] == [
            ("Q", Role.INTERVIEWER, ("Q",)),
            ("Mara Lindqvist", Role.INTERVIEWEE, ("A",)),
        ]

    def test_named_speaker_keeps_their_name(self) -> None:
        """A label wins over the headline."""
        text, made = compose(("Q", "Why?"), ("Bo Ray", "I had to go."))
        turns, _ = identify(text, made, Metadata(title="Interview with Mara Lindqvist"))
        assert [turn.speaker for turn in turns] == ["Q", "Bo Ray"]

    def test_no_answers(self) -> None:
        """Running text of nobody is not put into the mouth of whom the headline names."""
        text = "I had to go. Why? I don't know."
        turns, people = identify(text, [Turn((Span(0, len(text)),))], Metadata(title="Interview with Mara Lindqvist"))
        assert ([turn.speaker for turn in turns], people) == ([None], ())


@given(st.text(st.sampled_from("MaraLind qvist,?.'’ -withQ&A\n"), max_size=80), st.text(max_size=60))
@settings(deadline=None, max_examples=150)
def test_a_name_is_words_of_the_page(words: str, other: str) -> None:
    """Whatever the page says, a name is made of words that stand in it."""
    found = named_in_headline(f"Interview with {words}", other, [other, words])
    if found:
        assert all(word in f"{words} {other}" for word in found.name.split())
