"""The sample interviews of this project, whose turns are known from reading them."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from index.passages import cut_passages
from index.records import Parsed, Person, Role, Turn
from index.speakers import identify
from tests.index.transcripts import all_words, parsed, said

ASKS, ANSWERS = Role.INTERVIEWER, Role.INTERVIEWEE


def load(samples: Path, name: str) -> tuple[Parsed, tuple[Turn, ...], tuple[Person, ...]]:
    document = parsed((samples / name).read_bytes(), name)
    return (document, *identify(document.text, document.turns, document.metadata))


@pytest.mark.parametrize(
    ("name", "asker", "teller"),
    [
        ("coach-interview.md", "Nadia Brandt", "Idris Calloway"),
        ("mayor-harbour.html", "The Skerry Post", "Marit Osterhaven"),
        ("novelist-qa.md", "Q", "Odile Farrant"),
        ("oral-history-reyes.txt", "Martin Quayle", "Ysolde Reyes"),
    ],
)
def test_ten_questions_and_answers(samples: Path, name: str, asker: str, teller: str) -> None:
    """Each interview is a narrator's introduction, then ten questions, each with its answer."""
    _, turns, people = load(samples, name)
    assert [(turn.speaker, turn.role) for turn in turns] == [(None, Role.UNKNOWN), *[(asker, ASKS), (teller, ANSWERS)] * 10]
    assert [person.name for person in people] == [asker, teller]


def test_passages_of_every_sample(samples: Path) -> None:
    """Every answer of every sample is in passages that can be quoted, and those of the interviews have their question."""
    for path in sorted(samples.iterdir()):
        document, turns, _ = load(samples, path.name)
        passages = cut_passages(document.text, turns)
        answered = {passage.turn for passage in passages if passage.is_answer}
        assert answered == {number for number, turn in enumerate(turns) if turn.role is ANSWERS}
        if path.suffix != ".json":
            assert all(passage.asked for passage in passages if passage.is_answer)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "mayor-harbour.html",
            [
                "Share this article",
                "Advertisement",
                "Plinthwell boots",
                "Why am I seeing this?",
                "Read more:",
                "Tidal lagoon",
                "The Morning Tide",
                "By signing up",
                "We value your privacy",
                "Skip to main content",
                "Ferry strike",
                "Sign in",
                "You might also like",
                "Never again",
                "Sivert Tangmo",
                "Most read",
                "Wolf seen on Sund Bridge",
                "Topics:",
                "quayside_karl",
                "She did come to our street",
                "Show all 148 comments",
                "All rights reserved",
                "Is your cellar insured?",
                "Photograph: Ellen Stoor",
                "city correspondent",
                "7 min read",
                "This interview has been edited",
                "talks about an open gate",
                "The gate was open and I was asleep",
            ],
        ),
        (
            "oral-history-reyes.txt",
            [
                "Share this article",
                "You might also like",
                "We were never told",
                "Torvald Quistgard",
                "The whale count",
                "Recorded 14 September",
            ],
        ),
        (
            "coach-interview.md",
            ["title:", "source_url", "Negotiations with the fridge are continuing'", "two minutes\nfrom a cup"],
        ),
        ("novelist-qa.md", ["I burned the good version", "Interview by Sam Teverson", "at the Brückenhof in Aachen"]),
    ],
)
def test_boilerplate(samples: Path, name: str, lines: list[str]) -> None:
    """The page's own words are in the canonical text, where a reader can see them, and in no turn."""
    document, _, _ = load(samples, name)
    words = all_words(document)
    assert [line for line in lines if line not in document.text] == []
    assert [line for line in lines if line in words] == []


def test_page_metadata(samples: Path) -> None:
    """The saved page's title, day, address, author, site and language are those that it states."""
    metadata = load(samples, "mayor-harbour.html")[0].metadata
    assert metadata.title == "‘The gate was open and I was asleep’: Varnholm’s mayor on the flood, the barrier and the gas ship"
    assert (metadata.date, metadata.author, metadata.site) == ("2024-05-11", "Tove Arkwright", "The Skerry Post")
    assert metadata.url == "https://www.skerrypost.example/politics/2024/05/11/osterhaven-interview"
    assert metadata.language == "en"


def test_interrupted_answers_of_the_page(samples: Path) -> None:
    """The two answers of the saved page that an advert and a newsletter box interrupt have two spans; no other has."""
    document, turns, _ = load(samples, "mayor-harbour.html")
    broken = [turn for turn in turns if len(turn.spans) > 1]
    assert [[words.split(".")[0] for words in spans] for _, spans in said(Parsed(document.text, tuple(broken)))] == [
        [
            "At home, on the hill, asleep, which is the part people find hard to forgive",
            "By the time I got down to the fish market there was a delivery van turning in the square, quite slowly, "
            "like something in a bath",
        ],
        [
            "I don’t like the phrase",
            "What goes there is a salt meadow, eleven hectares of it, which can take the first forty centimetres of a surge",
        ],
    ]


def test_exact_words_of_the_page(samples: Path) -> None:
    """An answer has its no-break spaces, dashes and line ends as the page shows them, and nothing of its markup."""
    document, turns, _ = load(samples, "mayor-harbour.html")
    assert (
        turns[14]
        .spans[0]
        .cut(document.text)
        .startswith(
            "Not from me. I met them once, in the town hall, with minutes taken. Well\u00a0— twice, if you count the dinner"
        )
    )
    assert turns[4].spans[0].cut(document.text).endswith("because it was more comfortable. That I do regret.")


def test_pull_quote(samples: Path) -> None:
    """The sentence that the magazine repeats as a pull quote is said once."""
    document, _, _ = load(samples, "coach-interview.md")
    assert document.text.count("I picked the team with a fever of thirty-nine") == 2
    assert all_words(document).count("I picked the team with a fever of thirty-nine") == 1


def test_label_without_colon(samples: Path) -> None:
    """The one answer of the oral history whose label lacks its colon is hers, without title or label in it."""
    document, turns, people = load(samples, "oral-history-reyes.txt")
    assert turns[2].spans[0].cut(document.text).startswith("I arrived in June 1974 as assistant cook, because")
    assert people[1].labels == ("Dr. Ysolde Reyes, glaciologist", "Dr. Ysolde Reyes", "Reyes")


def test_sentences_with_colons(samples: Path) -> None:
    """``I told them one thing: never …`` and ``I still have it: soup …`` stay inside the answers they stand in."""
    document, turns, _ = load(samples, "oral-history-reyes.txt")
    assert "I told them one thing: never ask a scientist" in turns[14].spans[0].cut(document.text)
    assert "I still have it: soup for twenty" in turns[2].spans[0].cut(document.text)


def test_press_conference(samples: Path) -> None:
    """The transcript's turns are its texts; two people named Miller stay two; reporters, stated or by their label, ask."""
    data = json.loads((samples / "press-conference-miller.json").read_bytes())
    document, turns, people = load(samples, "press-conference-miller.json")
    assert [words for _, (words,) in said(document)] == [row["text"] for row in data["turns"]]
    reporters = {
        re.sub(r"Reporter \((.*), .*\)", r"\1", row["speaker"]) for row in data["turns"] if "Miller" not in row["speaker"]
    }
    assert {person.name: person.role for person in people} == dict.fromkeys(reporters, ASKS) | {
        "Helen Miller": ANSWERS,
        "Robert Miller": ANSWERS,
    }
    spoken = Counter(turn.speaker for turn in turns)
    assert (spoken["Helen Miller"], spoken["Robert Miller"], spoken["Ida Brenning"], spoken["Moderator"]) == (8, 5, 2, 3)
    assert (document.metadata.id, document.metadata.date) == ("press-conference-miller", "2024-06-18")
