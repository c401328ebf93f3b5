"""Candidates put in order by all that speaks for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.reader import IndexReader
from qa.judge_input import Reading
from qa.judge_model import Verdict
from qa.ranking import READ_CHARS, READ_MOST
from qa.service import Service
from tests.encoders import WordHashEncoder


class Noting:
    """A judge that finds relevant what holds a word, and notes what it was given."""

    name = "noting"

    def __init__(self, word: str = "eels") -> None:
        self.word, self.read_so_far = word, list[Reading]()

    def read(self, readings: Sequence[Reading]) -> list[Verdict]:
        self.read_so_far += readings
        return [Verdict(9.0 if self.word in reading.passage else -9.0) for reading in readings]


@pytest.fixture
def judged(build: Callable[..., Any], tmp_path: Path) -> Callable[..., tuple[Service, Noting]]:
    """Indexes files and gives a service with a noting judge over them."""

    def run(*paths: Path, word: str = "eels", **options: float) -> tuple[Service, Noting]:
        assert not build(*paths).failed
        judge = Noting(word)
        return Service(IndexReader.open(tmp_path / "index"), WordHashEncoder(), judge=judge, **options), judge

    return run


def test_what_the_judge_finds_relevant_comes_first(reader: IndexReader) -> None:
    """Over both searches: what they put fifth is first when the judge says so."""
    question = "What was kept in the kitchen?"
    plain = Service(reader, WordHashEncoder(), threshold=0.0).ask(question, limit=5).passages
    wanted = plain[-1].cited_text[:40]
    found = Service(reader, WordHashEncoder(), judge=Noting(wanted), threshold=0.0).ask(question)
    assert plain[0].id != plain[-1].id == found.passages[0].id


def test_it_reads_the_question_the_speaker_and_what_was_asked(reader: IndexReader) -> None:
    """The passage's own words, as they stand, with who says them and the question before them."""
    judge = Noting()
    Service(reader, WordHashEncoder(), judge=judge).ask("Why did she burn the manuscript?")
    farrant = [reading for reading in judge.read_so_far if "four hundred and twelve pages" in reading.passage.casefold()]
    assert len(farrant) == 1
    assert farrant[0].question == "Why did she burn the manuscript?"
    assert farrant[0].before is not None
    assert farrant[0].before.startswith("You burned the first version")


def test_it_reads_no_more_than_it_may(judged: Callable[..., Any], transcript: Callable[..., Path]) -> None:
    """However many and long the candidates are."""
    turns = [("Ann", "What about eels?"), ("Bob", "Eels. " + "The harbour is full of eels and herring, and of boats. " * 12)]
    service, judge = judged(transcript("long", *turns * 60))
    service.ask("What about eels in the harbour?")
    assert 1 <= len(judge.read_so_far) <= READ_MOST
    assert sum(len(reading.passage) for reading in judge.read_so_far) <= READ_CHARS


def test_what_was_said_after_the_same_question_is_read_too(judged: Callable[..., Any], write: Callable[..., Path]) -> None:
    """A question that was asked on record in the same words: the words after it answer, though they share none with it."""
    turns = [
        {"speaker": name, "text": text}
        for name, text in [
            ("Cleo", "Shall we begin with the drawings of the new remote control?"),
            ("Dan", "Do you think people want a screen on a remote control?"),
            ("Eve", "Nobody I know."),
            ("Fay", "I would buy it tomorrow."),
            ("Cleo", "Then the remote control needs a bigger battery, and a screen costs nine euros."),
        ]
    ]
    path = write("meeting.json", json.dumps({"id": "meeting", "title": "Meeting", "turns": turns}))
    service, judge = judged(path, word="Nobody", threshold=0.0)
    answer = service.ask("Do you think people want a screen on a remote control?")
    assert answer.passages[0].cited_text == "Nobody I know."
    assert {"Nobody I know.", "I would buy it tomorrow."} <= {reading.passage for reading in judge.read_so_far}


MEETINGS = [
    pytest.param(
        "Do you think people want a screen? And who is going to pay for the whole remote control?",
        [
            ("Cleo", "Do you think people want a screen?"),
            ("Dan", "Possibly, in a remote control."),
            ("Cleo", "And who is going to pay for the whole remote control?"),
            ("Eve", "My department will, I suppose, if it must."),
        ],
        "My department will, I suppose, if it must.",
        id="in two parts: what was said after the second",
    ),
    pytest.param(
        "Who is going to pay for the whole remote control?",
        [
            ("Cleo", "Who is going to pay for the whole remote control?"),
            ("Dan", "Mm-hmm."),
            ("Eve", "For the remote control?"),
            ("Fay", "My department will, I suppose, if it must."),
        ],
        "My department will, I suppose, if it must.",
        id="after a hum and a question back: who answers",
    ),
    pytest.param(
        "Who is going to pay for the whole remote control?",
        [
            (
                "Cleo",
                "Who is going to pay for the whole remote control? My department is not, I can tell you that much, "
                "since it has paid for every single thing on this table so far.",
            ),
            ("Dan", "That is a pity."),
            ("Eve", "A remote control is cheap."),
        ],
        "Who is going to pay",
        id="of one who goes on himself: his own words",
    ),
]


@pytest.mark.parametrize(("question", "turns", "reply"), MEETINGS)
def test_the_reply_is_first_where_the_question_was_asked(
    judged: Callable[..., Any],
    write: Callable[..., Path],
    question: str,
    turns: list[tuple[str, str]],
    reply: str,
) -> None:
    """Whatever the judge thinks of it: here it finds nothing relevant, and likest to the question is the question."""
    around = [
        ("Ann", "The drawings of the remote control are on the wall."),
        ("Bob", "They are good drawings."),
        ("Ann", "Yes."),
    ]
    rows = [{"speaker": name, "text": text} for name, text in [*around, *turns, *around]]
    service, _ = judged(write("meeting.json", json.dumps({"id": "meeting", "title": "Meeting", "turns": rows})), threshold=0.0)
    assert service.ask(question).passages[0].cited_text.startswith(reply)


def test_a_reply_is_of_the_document_in_which_it_was_asked(judged: Callable[..., Any], write: Callable[..., Path]) -> None:
    """Where one meeting ends with the question and the next begins with it, each has its own reply, or none."""
    question = "Who is going to pay for the whole remote control?"
    first = [("Ann", "The drawings are on the wall."), ("Bob", question)]
    second = [("Cleo", question), ("Dan", "My department will, I suppose, if it must."), ("Cleo", "Good.")]
    paths = []
    for name, turns in (("a", first), ("b", second)):
        rows = [{"speaker": speaker, "text": text} for speaker, text in turns]
        paths.append(write(f"{name}.json", json.dumps({"id": name, "title": name, "turns": rows})))
    service, _ = judged(*paths, threshold=0.0)
    answer = service.ask(question)
    assert (answer.passages[0].place.document_id, answer.passages[0].cited_text) == ("b", second[1][1])


def test_scores_fall_and_the_first_is_the_confidence(reader: IndexReader) -> None:
    """A reader sees them in order, each in 0..1."""
    answer = Service(reader, WordHashEncoder(), judge=Noting(), threshold=0.0).ask("What about eels?", limit=20)
    scores = [quote.score for quote in answer.passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert answer.confidence == pytest.approx(scores[0], abs=1e-3)


def test_an_answer_names_its_judge_in_its_id(reader: IndexReader) -> None:
    """What one judge answers is not what another does: no cache takes one for the other."""
    one, other = (Service(reader, WordHashEncoder(), judge=judge).ask("What about eels?") for judge in (None, Noting()))
    assert one.id != other.id


def test_more_can_be_asked_for_than_is_read(reader: IndexReader) -> None:
    """What the judge didn't read comes after what it read, and is not lost."""
    service = Service(reader, WordHashEncoder(), judge=Noting(), threshold=0.0)
    assert len(service.ask("the", limit=100).passages) > READ_MOST // 2
