"""Interviews whose questions are set apart by their look, by :mod:`index.questions` through :func:`index.turns.build_turns`."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.labels import Line
from index.records import Parsed, Role, Span, Turn
from index.turns import build_turns, without_furniture
from tests.index.transcripts import assert_sound, parsed

ASKS, ANSWERS, UNKNOWN = Role.INTERVIEWER, Role.INTERVIEWEE, Role.UNKNOWN
LOOKS = ("bold", "italic", "h2", "h3", "h4", "h5", "h6", "quote")
Q1, Q2, Q3 = "Why did you leave Skerry?", "What did your brother say?", "Where do you live now?"
A1 = "I went down to the harbour, and my brother was asleep on the nets."
A2 = "Nobody rang me until the water was in the tram."
A3 = "We have a house on the hill now, with the boats behind it."
MORE = "Later on I saw the fish market, with nobody in it."
INTERVIEW = ((Q1, "bold"), (A1, ""), (Q2, "bold"), (A2, ""), (Q3, "bold"), (A3, ""))
TALK = [(ASKS, Q1), (ANSWERS, A1), (ASKS, Q2), (ANSWERS, A2), (ASKS, Q3), (ANSWERS, A3)]


def lines_of(rows: Iterable[tuple[str, str]]) -> tuple[str, list[Line]]:
    """A text with a paragraph for each row of words and look, and its lines."""
    text, lines = "", []
    for words, look in rows:
        text += "\n\n" if text else ""
        span = Span(len(text), len(text) + len(words))
        lines.append(Line(span, opens_paragraph=True, emphasis_end=span.end if look == "bold" else None, look=look))
        text += words
    return text, lines


def turns_of(rows: Iterable[tuple[str, str]], *, title: str | None = None) -> tuple[str, tuple[Turn, ...]]:
    text, lines = lines_of(rows)
    return text, build_turns(text, without_furniture(text, lines), title=title)


def talk(*rows: tuple[str, str]) -> list[tuple[Role, str]]:
    """Role and words of each turn, its spans on a line each."""
    text, turns = turns_of(rows)
    return [(turn.role, "\n".join(span.cut(text) for span in turn.spans)) for turn in turns]


def labelled(*rows: tuple[str, str]) -> list[tuple[Role, str | None, str]]:
    text, turns = turns_of(rows)
    return [(turn.role, turn.label, "\n".join(span.cut(text) for span in turn.spans)) for turn in turns]


def roles_in(*rows: tuple[str, str]) -> set[Role]:
    return {role for role, _ in talk(*rows)}


class TestLooks:
    @pytest.mark.parametrize("look", LOOKS)
    def test_questions_in_a_look(self, look: str) -> None:
        """Whatever the look that questions have, who asks and who answers is told by it, without a label."""
        assert talk(*((words, look if was else "") for words, was in INTERVIEW)) == TALK

    @pytest.mark.parametrize(
        ("questions", "answers"),
        [
            (("Warum gingen Sie weg?", "Was sagte Ihr Bruder?"), ("Ich hatte kein Boot mehr.", "Er sagte gar nichts.")),
            (("Warum bist du gegangen?", "Und wo war dein Bruder?"), ("Ich hatte kein Boot mehr.", "Er schlief.")),
            (("Pourquoi êtes-vous partie ?", "Et votre frère ?"), ("Je n'avais plus de bateau.", "Il dormait là-bas.")),
            (("¿Por qué se fue usted?", "¿Y usted no volvió?"), ("No me quedaba ningún barco.", "Nunca más volví allí.")),
            (("Por que você foi embora?", "E você não voltou?"), ("Eu não tinha mais barco.", "Nunca mais voltei lá.")),
            (("Waarom ben jij gegaan?", "En waar was jij?"), ("Ik had geen boot meer.", "Ik was in de haven.")),
            (("Perché voi siete partiti?", "E i vostri fratelli?"), ("Non avevamo più barche.", "Dormivano tutti.")),
            (("Herr Krog, warum Skerry?", "Und wann war das?"), ("Ich hatte kein Boot mehr.", "Es war im Mai.")),
        ],
    )
    def test_languages(self, questions: tuple[str, str], answers: tuple[str, str]) -> None:
        """Questions speak to somebody in the language that they are in."""
        rows = [row for question, answer in zip(questions, answers, strict=True) for row in ((question, "bold"), (answer, ""))]
        assert [role for role, _ in talk(*rows)] == [ASKS, ANSWERS] * 2

    def test_headings_of_two_levels(self) -> None:
        """Questions may stand in headings of two levels, where all headings of both ask."""
        rows = ((Q1, "h2"), (A1, ""), (Q2, "h3"), (A2, ""), (Q3, "h2"), (A3, ""))
        assert talk(*rows) == TALK

    def test_answers_in_a_look(self) -> None:
        """Answers may be set apart too, in another look."""
        assert talk(*((words, look or "italic") for words, look in INTERVIEW)) == TALK

    def test_questions_in_dashes(self) -> None:
        """Questions behind dashes that speak to nobody are an interview's where the answers speak of themselves."""
        rows = [("— Why this town?", "bold"), (A1, ""), ("— Who slept?", "bold"), (MORE, ""), ("— And then?", "bold"), (A3, "")]
        assert [role for role, _ in talk(*rows)] == [ASKS, ANSWERS] * 3


class TestParts:
    def test_paragraphs(self) -> None:
        """An answer runs over its paragraphs, a question over its lines."""
        assert talk(("You left in May.", "bold"), (Q1, "bold"), (A1, ""), (MORE, ""), (Q2, "bold"), (A2, "")) == [
            (ASKS, f"You left in May.\n\n{Q1}"),
            (ANSWERS, f"{A1}\n\n{MORE}"),
            (ASKS, Q2),
            (ANSWERS, A2),
        ]

    def test_statement_that_is_answered(self) -> None:
        """A whole sentence in the questions' look, with an answer after it, is a question without its mark."""
        rows = (*INTERVIEW[:4], ("So you went back there in the winter.", "bold"), (A3, ""))
        assert talk(*rows)[4:] == [(ASKS, "So you went back there in the winter."), (ANSWERS, A3)]

    @pytest.mark.parametrize("heading", ["The house on the hill", "Boats", "Note: boats", "“Nobody rang me.”"])
    def test_aside_in_the_look_of_questions(self, heading: str) -> None:
        """A sub-heading, a pointer or a pulled quote in the questions' look is nobody's, and ends no answer."""
        assert talk((Q1, "bold"), (A1, ""), (heading, "bold"), (MORE, ""), *INTERVIEW[2:]) == [
            (ASKS, Q1),
            (ANSWERS, f"{A1}\n{MORE}"),
            *TALK[2:],
        ]

    @pytest.mark.parametrize("look", ["h2", "h3"])
    def test_heading_inside_an_answer(self, look: str) -> None:
        """A heading over questions in bold is in no turn."""
        assert talk((Q1, "bold"), (A1, ""), ("The house on the hill", look), (MORE, ""), *INTERVIEW[2:]) == [
            (ASKS, Q1),
            (ANSWERS, f"{A1}\n{MORE}"),
            *TALK[2:],
        ]

    @pytest.mark.parametrize("quote", [A1, A2 * 6, "“Nobody rang me until then.”", "Nobody rang me, and nobody will."])
    def test_pulled_quote(self, quote: str) -> None:
        """A block quote that repeats the text, stands in quotation marks or is short is an editor's."""
        rows = (*INTERVIEW, (Q1, "bold"), (A2 * 6, ""))
        assert talk(*rows[:2], (quote, "quote"), *rows[2:]) == [*TALK, (ASKS, Q1), (ANSWERS, A2 * 6)]

    def test_long_block_quote(self) -> None:
        """A long one that stands nowhere else is what somebody reads out."""
        read_out = "We who have signed this letter have counted the boats " * 5 + "and are tired."
        assert talk(*INTERVIEW[:2], (read_out, "quote"), *INTERVIEW[2:])[1] == (ANSWERS, f"{A1}\n\n{read_out}")

    @pytest.mark.parametrize("furniture", ["Share this article", "Advertisement", "***"])
    def test_furniture(self, furniture: str) -> None:
        """A page's own line in an answer splits its spans and not the turn."""
        assert talk((Q1, "bold"), (A1, ""), (furniture, ""), (MORE, ""), *INTERVIEW[2:])[1] == (ANSWERS, f"{A1}\n{MORE}")

    def test_introduction(self) -> None:
        """What stands before the first question is a narrator's, without headline, date and headings."""
        rows = (("Boats for all", "h2"), ("3 May 2024", ""), ("Mara Lindqvist counts the boats of Skerry.", ""), *INTERVIEW)
        assert talk(*rows) == [(UNKNOWN, "Mara Lindqvist counts the boats of Skerry."), *TALK]

    @pytest.mark.parametrize(
        "end",
        [
            ("Interview: Ann Lee", ""),
            ("Das Interview führte Ann Lee", ""),
            ("Propos recueillis par Ann Lee", ""),
            ("Entrevista realizada por Ann Lee", ""),
            ("Photos: Ann Lee", ""),
            ("Über Mara Lindqvist", ""),
            ("About the author:", ""),
            ("* Ann Lee writes on boats for a living.", ""),
            ("Tags: boats, harbours", ""),
            ("Mara Lindqvist's book is out in May.", "italic"),
            ("More about boats", "h2"),
        ],
    )
    def test_end_of_the_last_answer(self, end: tuple[str, str]) -> None:
        """Credits, a note on somebody, a heading or another look end the last answer, and nothing after them is heard."""
        assert talk(*INTERVIEW, end, (MORE, "")) == TALK

    @pytest.mark.parametrize(
        ("thanks", "look"),
        [
            ("Thank you for the interview.", "bold"),
            ("Thank you very much.", "bold"),
            ("Vielen Dank für das Gespräch!", ""),
            ("Merci pour cet entretien.", ""),
            ("Gracias por la entrevista.", ""),
            ("Obrigada pela entrevista.", ""),
        ],
    )
    def test_thanks(self, thanks: str, look: str) -> None:
        """Thanks for the interview are the last word of who asked."""
        after = () if look else ((MORE, ""),)  # after thanks in the look of questions the one who is thanked may reply
        assert talk(*INTERVIEW, (thanks, look), *after) == [*TALK, (ASKS, thanks)]

    def test_question_that_nobody_answers(self) -> None:
        """Questions after the last answer are a quiz for readers and no part of it."""
        assert talk(*INTERVIEW, ("What do you think of boats?", "bold")) == TALK


class TestNoInterview:
    @pytest.mark.parametrize(
        "rows",
        [
            (
                ("Why the harbour is empty?", "h2"),
                (A2, ""),
                ("Who pays for it?", "h2"),
                (A2, ""),
                ("What now?", "h2"),
                (A2, ""),
            ),
            (("How do I order?", "bold"), ("Write to us.", ""), ("Can I pay by card?", "bold"), ("Yes.", "")),
            ((Q1, "bold"), (A1, ""), (MORE, "")),
            ((MORE, ""), (Q1, "bold"), (Q2, "bold"), (Q3, "bold")),
            ((Q1, ""), (A1, ""), (Q2, ""), (A2, "")),
            (
                ("The house", "h2"),
                (A1, ""),
                ("The hill", "h2"),
                (A2, ""),
                ("What did you see?", "h2"),
                (A3, ""),
                ("Boats", "h2"),
            ),
            ((Q1, "bold"), (A1, ""), (Q2, "bold")),
            (
                *((Q1, "bold"), (A1, ""), ("They matter.", "bold"), (A2, ""), ("They always did.", "bold"), (MORE, "")),
                *(("We need them.", "bold"), (A3, ""), (Q2, "bold"), (A2, "")),
            ),
            (("Boats matter.", "bold"), (A1, ""), ("They do.", "bold"), (A2, ""), ("Always.", "bold"), (Q1, "bold"), (A3, "")),
        ],
    )
    def test_article(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Questions as headings that speak to nobody, one question, questions that nobody answers: no interview."""
        assert roles_in(*rows) == {UNKNOWN}

    @pytest.mark.parametrize("question", [Q1, f"Ann Lee: {Q1}"])
    def test_questions_and_thanks_without_an_answer(self, question: str) -> None:
        """Where nobody answers, nobody interviews: neither label nor thanks make up for that."""
        assert ASKS not in roles_in((question, "bold"), (question, "bold"), (Q1, "h2"), ("Thank you.", "bold"))
        assert ASKS not in roles_in((question, "h2"), (question, "h2"), ("Thank you.", "bold"))

    def test_links(self) -> None:
        """Questions that lead to other stories are none of this one."""
        text, lines = lines_of(INTERVIEW)
        lines = [replace(line, is_link=line.look == "bold") for line in lines]
        assert {turn.role for turn in build_turns(text, lines)} == {UNKNOWN}

    def test_questions_in_a_box_beside(self) -> None:
        """What stands in a box of its own in the middle is no answer."""
        text, lines = lines_of((*INTERVIEW[:2], (MORE, ""), *INTERVIEW[2:]))
        lines = [replace(line, place="div.box" if n == 2 else "div.text") for n, line in enumerate(lines)]
        turns = build_turns(text, lines)
        assert [(turn.role, text[turn.start : turn.end]) for turn in turns] == TALK

    def test_question_in_a_box_beside(self) -> None:
        """A question to readers in a box of its own interrupts an answer and is none of the interview's."""
        text, lines = lines_of((*INTERVIEW[:1], (MORE, ""), ("Have you a boat?", "bold"), *INTERVIEW[1:], *INTERVIEW))
        lines = [replace(line, place="div.box" if n == 2 else "div.text") for n, line in enumerate(lines)]
        turns = build_turns(text, lines)
        assert [turn.role for turn in turns] == [ASKS, ANSWERS] * 6
        assert [span.cut(text) for span in turns[1].spans] == [MORE, A1]

    def test_labels_say_who_asks(self) -> None:
        """Where labelled lines outside the look ask too, the look says something else."""
        rows = [
            row
            for question, answer in ((Q1, A1), (Q2, A2), (Q3, A3))
            for row in ((f"Ann Lee: {question}", ""), (f"Bo Ray: {answer}", ""), ("What about you, dear reader?", "italic"))
        ]
        assert {role for role, _ in talk(*rows)} == {UNKNOWN}
        assert {label for _, label, _ in labelled(*rows)} == {"Ann Lee", "Bo Ray"}


class TestLabels:
    def test_label_once(self) -> None:
        """A document may say once who asks and who answers; the look says who goes on."""
        rows = ((f"Ann Lee: {Q1}", "bold"), (f"Bo Ray: {A1}", ""), *INTERVIEW[2:])
        assert labelled(*rows)[:3] == [(ASKS, "Ann Lee", Q1), (ANSWERS, "Bo Ray", A1), (ASKS, None, Q2)]

    def test_outlet_once(self) -> None:
        """Who asks may be an outlet in whatever letters, where the answer has its name."""
        rows = ((f"boatNEWS: {Q1}", "bold"), (f"Bo Ray: {A1}", ""), *INTERVIEW[2:])
        assert labelled(*rows)[:2] == [(ASKS, "boatNEWS", Q1), (ANSWERS, "Bo Ray", A1)]

    def test_word_with_a_colon_at_the_first_answer(self) -> None:
        """A lone word before a colon is no label there."""
        rows = ((Q1, "bold"), (f"Boats: {A1}", ""), *INTERVIEW[2:])
        assert labelled(*rows)[1] == (ANSWERS, None, f"Boats: {A1}")

    def test_two_who_answer(self) -> None:
        """Labelled answers to one question are turns of their own."""
        rows = [
            row
            for question, one, other in ((Q1, A1, A2), (Q2, A3, MORE))
            for row in ((question, "bold"), (f"Bo Ray: {one}", ""), (f"Cy Dow: {other}", ""))
        ]
        assert [(role, label) for role, label, _ in labelled(*rows)] == [
            (ASKS, None),
            (ANSWERS, "Bo Ray"),
            (ANSWERS, "Cy Dow"),
        ] * 2

    def test_all_answers_are_labelled(self) -> None:
        """Where every answer has its label, a line under a question without one is nobody's."""
        rows = [row for q, a in ((Q1, A1), (Q2, A2), (Q3, A3)) * 2 for row in ((q, "bold"), (f"Bo Ray: {a}", ""))]
        assert labelled(rows[0], (MORE, ""), *rows[1:]) == labelled(*rows)


_QUESTIONS = st.builds(
    lambda start, what, end: f"{start} you {what}{end}",
    st.sampled_from(["Why did", "When do", "Did", "And what will", "“Boats”? How can"]),
    st.sampled_from(["leave the harbour", "count the café's boats", "see in 1974", "call “home”, naïve as it is", "say 🏦"]),
    st.sampled_from(["?", "?", "? And why?", " – or not?"]),
)
_ANSWERS = st.lists(
    st.builds(
        lambda start, what: f"{start} {what}.",
        st.sampled_from(["I think that", "My brother said", "We never knew why", "It was late, and so", "That is how"]),
        st.sampled_from(
            ["the boats were gone", "nobody slept & nobody rang", "the café’s owner left – twice", "it cost €5 (in 1974)"]
        ),
    ),
    min_size=1,
    max_size=4,
)
_TALKS = st.lists(st.tuples(_QUESTIONS, _ANSWERS), min_size=2, max_size=6)


def composed(document: Parsed) -> list[tuple[Role, str]]:
    """What was asked and answered, each turn's words on one line; sound, and each turn in one piece."""
    assert_sound(document)
    assert all(len(turn.spans) == 1 for turn in document.turns)
    return [(turn.role, " ".join(turn.spans[0].cut(document.text).split())) for turn in document.turns]


def expected(talks: list[tuple[str, list[str]]]) -> list[tuple[Role, str]]:
    return [pair for question, answer in talks for pair in ((ASKS, question), (ANSWERS, " ".join(answer)))]


class TestDocuments:
    """Whole files whose questions are set apart parse back to what they were composed of."""

    @given(_TALKS, st.sampled_from(["**{}**", "__{}__", "## {}", "### {}", "### **{}**"]), st.sampled_from(["\n", "\r\n"]))
    @settings(deadline=None, max_examples=100)
    def test_markdown(self, talks: list[tuple[str, list[str]]], shape: str, end: str) -> None:
        """Markdown with its questions in bold or in headings."""
        blocks = [block for question, answer in talks for block in (shape.format(question), *answer)]
        assert composed(parsed(f"{end}{end}".join(["# Boats", *blocks]) + end, "talk.md")) == expected(talks)

    @given(_TALKS, st.sampled_from(["<p><b>{}</b></p>", "<p><strong>{}</strong></p>", "<p><em>{}</em></p>", "<h3>{}</h3>"]))
    @settings(deadline=None, max_examples=100)
    def test_html(self, talks: list[tuple[str, list[str]]], shape: str) -> None:
        """A page with its questions in bold, in italics or in headings."""
        blocks = [
            block
            for question, answer in talks
            for block in (shape.format(html.escape(question)), *(f"<p>{html.escape(words)}</p>" for words in answer))
        ]
        page = f"<html><body><article><h1>Boats</h1>{''.join(blocks)}</article></body></html>"
        assert composed(parsed(page, "talk.html")) == expected(talks)


_ROWS = st.lists(
    st.tuples(
        st.sampled_from(
            [Q1, Q2, A1, A2, "Boats", f"Ann Lee: {Q1}", f"Bo Ray: {A1}", "Advertisement", "“Boats.”", "?", "Thank you."]
        ),
        st.sampled_from(["", "", "bold", "h2", "italic", "quote"]),
    ),
    max_size=14,
)


@given(_ROWS)
@settings(deadline=None, max_examples=250)
def test_turns_are_slices_in_order(rows: list[tuple[str, str]]) -> None:
    """Whatever the lines, no stretch is in two turns, each is some lines' words, and an advert is in none."""
    text, turns = turns_of(rows)
    spans = [span for turn in turns for span in turn.spans]
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end < other.start for one, other in pairwise(spans))
    assert all(span.cut(text) == span.cut(text).strip() for span in spans)
    assert "Advertisement" not in "".join(span.cut(text) for span in spans)
    assert {ASKS} != {turn.role for turn in turns}
