"""The real model and the real judge over the sample interviews: the right words first, marked, or an honest no."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build_index
from index.engine import indexing_encoder
from qa import Answer, Quote, Reason, Service, open_service
from tests.conftest import SAMPLES

pytestmark = pytest.mark.model

ANSWERED = [
    ("Why did she burn the first version?", "It was the good version, that was the trouble."),
    ("What did Calloway say when Corrigan asked who was taking the corners?", "hit them flatter"),
    ("What changed after Christmas?", "Breakfast. I’m serious.".replace("’", "'")),
    ("How much did he ask the board for a cook?", "£38,000"),
    ("How many penalties did the goalkeeper save?", "Kofi Brandvold saved four penalties"),
    ("Who told him about the throw-ins?", "Priya, told me in her first week"),
    ("When does Calloway’s contract end?", "My contract runs"),
    ("What is on the fridge?", "NO NEW"),
    ("Where was the mayor when the water came?", "At home, on the hill, asleep"),
    ("Who telephoned the mayor in the night?", "Jonas Brekk"),
    ("How much money has the state paid for the barrier?", "22"),
    ("Why did the mayor change her mind about the gas ship?", "eleven days of heat left"),
    ("How long is the licence of the gas terminal?", "five years, to February 2029"),
    ("How many houses did the city buy?", "Ninety-three families have sold"),
    ("Did the mayor meet the family of the dead?", "Twice, in their kitchen"),
    ("When did the mayor last speak with President Dorn?", "We had a phone call in March"),
    ("Was there a copy of the novel?", "There was a copy."),
    ("Why did she turn down the Merridew Prize?", "the letter was addressed to Odette Farrant"),
    ("What did she think of the film?", "I’ve seen it once, in Ghent"),
    ("Did she copy from the diary?", "Three. The fourth is a list of knots"),
    ("How did she lose her hearing?", "a doctor in Namur told me"),
    ("What is her new book about?", "A book about a lock-keeper who is afraid of water."),
    ("Why was Reyes an assistant cook?", "the expedition did not take women as scientists"),
    ("What did Vesterbro say when the grey layer came up?", "Nothing, for a long while."),
    ("By how many years was the date of the ash wrong?", "wrong by sixty-one years"),
    ("What was it like to be lost on the plateau?", "The boredom. Nobody believes me."),
    ("What is left of the station?", "The roof of the kitchen"),
    ("How large is the supplementary budget?", "6.4 billion crowns"),
    ("Where did the governor stand on the key rate?", "five to two to leave the key rate at 4.25 per cent"),
    ("When did the supervisors notice the withdrawals?", "The system raised a flag on Friday at 12.40."),
    ("Who gets the heating support?", "households below 28,000 crowns a month"),
]

ABSENT = [
    "What did she say about China?",
    "Did the coach ever play for Real Madrid?",
    "What did the governor say about cryptocurrency?",
    "Does Farrant have children?",
    "What did Reyes say about penguins?",
    "What did the mayor say about the airport?",
]
"""Nobody speaks of it; the airport comes up in a reader's comment alone."""

ONLY_ASKED = [
    ("What did he say about Luckfall?", "coach-interview"),
    ("What did he say about the inquiry into the betting firm?", "coach-interview"),
    ("What did she say about the clinic at Bellerive-le-Haut?", "novelist-qa"),
    ("What did the minister say about Orlo Freight?", "press-conference-miller"),
]
"""Asked about, and left unanswered: "I coach football", "on its shelf", "I have nothing for you on that"."""

_TOO_UNSURE = pytest.mark.xfail(reason="the judge is less sure than where nothing is answered, and silence is the lesser fault")

ASKED_AND_ANSWERED = [
    pytest.param("What did she say about President Dorn?", "mayor-harbour", "We had a phone call in March", marks=_TOO_UNSURE),
    pytest.param("What did she say about the Merridew Prize?", "novelist-qa", "Odette Farrant", marks=_TOO_UNSURE),
    ("What did the minister say about the storm barrier?", "press-conference-miller", "22 million"),
]
"""Named by the interviewer alone; what was said next answers that very question."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Service:
    root = tmp_path_factory.mktemp("judged") / "index"
    build_index([SAMPLES], root=root, encoder=lambda job_bytes: indexing_encoder(None, job_bytes=job_bytes))
    return open_service(root)


def words(quote: Quote) -> str:
    return " ".join(quote.cited_text.split())


def marked(quote: Quote) -> str:
    start = quote.place.span.start
    return " ".join(" ".join(quote.cited_text[mark.start - start : mark.end - start] for mark in quote.highlights).split())


def closest(answer: Answer) -> tuple[Quote, ...]:
    return answer.passages or answer.nearest


def test_the_words_that_answer_come_first(judged: Service) -> None:
    """Of thirty questions over five interviews, most have the right passage first, and all have it among the first five."""
    first = [wanted in words(closest(judged.ask(question))[0]) for question, wanted in ANSWERED]
    five = [any(wanted in words(quote) for quote in closest(judged.ask(question))) for question, wanted in ANSWERED]
    assert sum(first) >= 0.75 * len(ANSWERED), [question for (question, _), ok in zip(ANSWERED, first, strict=True) if not ok]
    assert all(five), [question for (question, _), ok in zip(ANSWERED, five, strict=True) if not ok]


def test_nearly_all_that_was_said_is_found(judged: Service) -> None:
    """What was said is not refused."""
    refused = [question for question, _ in ANSWERED if not judged.ask(question).found]
    assert len(refused) <= 0.15 * len(ANSWERED), refused


def test_the_sentences_that_answer_are_marked(judged: Service) -> None:
    """In most of the right passages the mark lies on the words, and it never covers more than sixty."""
    hits = []
    for question, wanted in ANSWERED:
        quote = closest(judged.ask(question))[0]
        assert 1 <= len(quote.highlights) <= 3
        assert len(marked(quote).split()) <= 60
        if wanted in words(quote):
            hits.append(wanted in marked(quote))
    assert sum(hits) >= 0.65 * len(hits)


@pytest.mark.parametrize("question", ABSENT)
def test_what_nobody_said_is_refused(judged: Service, question: str) -> None:
    """With a reason, and with what came closest apart."""
    answer = judged.ask(question)
    assert not answer.found
    assert answer.passages == ()
    assert answer.nearest


@pytest.mark.parametrize(("question", "document"), ONLY_ASKED)
def test_what_only_the_journalist_mentions_is_refused_with_only_in_question(
    judged: Service, question: str, document: str
) -> None:
    """The trap: the passage after such a question looks nearest of all, and says nothing of it."""
    answer = judged.ask(question, document=document)
    assert not answer.found
    assert answer.reason is Reason.ONLY_IN_QUESTION


@pytest.mark.parametrize(("question", "document", "wanted"), ASKED_AND_ANSWERED)
def test_except_where_the_answer_answers_that_very_question(judged: Service, question: str, document: str, wanted: str) -> None:
    """Words that don't name the matter are an answer when they answer the question that does."""
    answer = judged.ask(question, document=document)
    assert answer.found
    assert wanted in words(answer.passages[0])


def test_without_the_judge_it_still_answers(judged: Service, tmp_path: Path) -> None:
    """``fast`` opens the same index without reading the judge's files, and its answers have other ids."""
    fast = open_service(judged.reader.root, fast=True)
    assert fast.judge is None
    answer = fast.ask("Why did she burn the first version?")
    assert answer.found
    assert "burn" in words(answer.passages[0])
    assert answer.id != judged.ask("Why did she burn the first version?").id
