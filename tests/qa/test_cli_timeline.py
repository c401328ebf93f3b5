"""``ask --timeline``: by document and date on a terminal, one schema as JSON, exit codes as for an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.render import timeline_json
from qa.service import Service
from qa.terminal import Style, timeline_text
from tests.qa.conftest import Ended, process
from tests.qa.test_terminal import PAINT, STEERING, poisoned

Here = Callable[..., Ended]
QUESTION = "What did Bell say about the dredger?"
WORDS = {
    "late": (
        "2021-04-02",
        "I have sent the dredger away.\nIt was the wrong one, ‘a toy’, and everybody on the quay could see it.",
    ),
    "early": ("2019-12-03", "The dredger comes in spring, the yard has written to us, and then we shall see."),
    "letters": (None, "You ask me for the dredger again. It lies where it lay, and my hat with it."),
}
PIPE, SCREEN = Style(), Style(color=False, links=False, raw=False)


@pytest.fixture
def service(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> Service:
    """Three interviews with Ann Bell, one undated, and one with somebody else on the crane, on which she speaks too."""
    again = (
        ("Host", "And the crane?"),
        ("Ann Bell", "The crane is mended, and the dredger has nothing to do with it, I tell you."),
    )
    paths = [
        transcript(name, ("Host", "What is new?"), ("Ann Bell", words), *again, **({"date": day} if day else {}))
        for name, (day, words) in WORDS.items()
    ]
    return ask_over(*paths, transcript("other", ("Host", "And the crane?"), ("Eve Ford", "The crane is not mended at all.")))


@pytest.fixture
def index(service: Service) -> Path:
    return service.reader.root


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


def test_documents_come_by_date_each_under_its_heading(here: Here, index: Path) -> None:
    """Who, then date and title once a document, then the words with what was asked and where they stand; undated last."""
    ended = here("ask", "--timeline", QUESTION, "--index", index)
    assert (ended.code, ended.err) == (0, "")
    text = ended.text
    assert text.startswith(
        "Ann Bell: 4 passages, oldest first\n\n2019-12-03  Early\n\n[1] Ann Bell\n    Host asked: What is new?\n"
    )
    headings = [text.index(line) for line in ("2019-12-03  Early\n", "2021-04-02  Late\n", "undated  Letters\n")]
    assert headings == sorted(headings)
    places = [f"\n    early 14-{14 + len(WORDS['early'][1])}\n", f"\n    late 14-{14 + len(WORDS['late'][1])}\n"]
    assert all(text.count(place) == 1 for place in places)


def test_a_piped_quote_is_the_sources_words(here: Here, index: Path) -> None:
    """Byte for byte, line breaks and quotation marks as they are."""
    text = here("ask", "--timeline", QUESTION, "--index", index).text
    assert all(f"\n\n{words}\n\n" in text for _, words in WORDS.values())


def test_a_reprint_is_named_with_its_date(here: Here, index: Path) -> None:
    """What stands in all three is one passage, at the oldest."""
    text = here("ask", "--timeline", QUESTION, "--index", index).text
    assert text.count("The crane is mended") == 1
    assert text.index("The crane is mended") < text.index("2021-04-02  Late\n")
    assert "also in Late · 2021-04-02 · late " in text
    assert "also in Letters · letters " in text


def test_json_is_the_librarys(here: Here, index: Path, service: Service) -> None:
    """``--json``, ``--jsonl`` and a file of questions carry the same."""
    expected = timeless(timeline_json(service.timeline(QUESTION, limit=2, since="2019")))
    options = ("--timeline", "--limit", "2", "--since", "2019", "--index", index)
    assert timeless(here("ask", QUESTION, "--json", *options).json) == expected
    assert timeless(here("ask", QUESTION, "--jsonl", *options).json) == expected
    path = index.parent / "q.jsonl"
    path.write_text(json.dumps({"id": 1, "question": QUESTION}))
    answered = here("ask", "--questions", path, *options).json
    assert timeless(answered) == expected | {"question_id": 1}
    assert (len(expected["passages"]), expected["more"]) == (2, 1)


def test_more_than_the_limit_is_said(here: Here, index: Path) -> None:
    """Nobody takes a cut list for the whole."""
    assert (
        "Ann Bell: 1 passage, oldest first; 3 more on it are not listed (--limit)"
        in here("ask", "--timeline", QUESTION, "-n", "1", "--index", index).text.splitlines()
    )
    assert here("ask", "--timeline", QUESTION, "-n", "1000", "--index", index).code == 0


def test_several_speakers_are_a_choice_and_exit_1(here: Here, index: Path) -> None:
    """With the option that chooses; nobody's words are shown."""
    ended = here("ask", "--timeline", "What was said of the crane?", "--index", index)
    assert ended.code == 1
    assert ended.text.startswith("Several people can be meant. Choose one:\n")
    assert '  --speaker "Ann Bell" (interviewee, 3 documents)\n' in ended.text
    assert '  --speaker "Eve Ford" (interviewee, 1 document)\n' in ended.text
    assert "mended" not in ended.text
    chosen = here("ask", "--timeline", "What was said of the crane?", "--speaker", "Eve Ford", "--index", index)
    assert (chosen.code, "not mended at all" in chosen.text) == (0, True)


def test_who_is_not_named_is_chosen_by_the_document(
    here: Here, ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """There is no name to ask for."""
    paths = [
        transcript(name, ("Host", "What is new?"), (None, f"The dredger was seen {where}."))
        for name, where in (("one", "off the pier"), ("two", "beyond the light"))
    ]
    ended = here("ask", "--timeline", "the dredger", "--index", ask_over(*paths).reader.root)
    assert "  --document one (speaker not named in the source)\n" in ended.text


def test_a_long_choice_is_cut_and_says_so(
    here: Here, ask_over: Callable[..., Service], transcript: Callable[..., Path]
) -> None:
    """Ten names, and how many more there are."""
    turns = [
        turn for n in range(13) for turn in (("Host", "And you?"), (f"Ann {chr(65 + n)}bell", "I saw the dredger come in."))
    ]
    ended = here("ask", "--timeline", "the dredger", "--index", ask_over(transcript("panel", *turns)).reader.root)
    assert ended.text.count("--speaker") == 10
    assert "  … and 3 more (--json has them all)\n" in ended.text


def test_nothing_on_record_is_1(here: Here, index: Path) -> None:
    """As for an answer, with what came closest."""
    ended = here("ask", "--timeline", "What did Bell say about quantum chromodynamics?", "--index", index)
    assert ended.code == 1
    assert ended.text.startswith("Nothing on record.\n\nWhat came closest, and is not an answer:\n")


@pytest.mark.parametrize("limit", ["0", "1001", "many"])
def test_an_impossible_limit_is_a_mistake(here: Here, index: Path, limit: str) -> None:
    """Exit code 2, the option named."""
    ended = here("ask", "--timeline", QUESTION, "-n", limit, "--index", index)
    assert (ended.code, ended.out) == (2, b"")
    assert "--limit" in ended.err


def test_a_running_service_is_asked_for_it(url: str) -> None:
    """``--url`` gives the service's timeline."""
    ended = process("ask", "--timeline", "What has Osterhaven said about the barrier?", "--json", "--url", url)
    assert (ended.code, ended.json["speaker"]) == (0, "Marit Osterhaven")


def test_no_word_of_a_source_steers_a_terminal(service: Service) -> None:
    """Titles, names, dates, places and words are shown harmless, in a timeline and in a choice."""
    for question in (QUESTION, "What was said of the crane?"):
        shown = timeline_text(poisoned(timeline_json(service.timeline(question))), SCREEN)
        assert not STEERING.search(shown)
        assert "owned" in shown


def test_color_changes_no_word(service: Service) -> None:
    """Without its paint it is the same text."""
    found = timeline_json(service.timeline(QUESTION))
    painted = timeline_text(found, Style(color=True))
    assert PAINT.sub("", painted) == timeline_text(found, PIPE)
