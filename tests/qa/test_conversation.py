"""A conversation at every surface: the caller's earlier questions complete the next one, and a list goes on without repeats."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.reader import IndexReader
from index.records import Role
from qa.answer import Answer, Quote, Reason
from qa.errors import BadQuestion
from qa.followup import MAX_HISTORY
from qa.interpret import MAX_QUESTION_CHARS
from qa.remote import RemoteService
from qa.render import answer_json, timeline_json
from qa.service import Service
from tests.encoders import WordHashEncoder
from tests.qa.conftest import Ended, process
from tests.serving import LocalClient

BARRIER = "What did Osterhaven say about the storm barrier?"
TOWN = "What was said about the flood, the gate, the barrier and the money?"
OTHER_WORDS = "The wind was in the east, the church was full, the bread was cheap and the doctor was young in those days"


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "took_ms"}


def pages(service: Service, question: str, limit: int, **options: Any) -> list[Answer]:
    """The answers to a question and to "What else?", again and again, the last with nothing in it."""
    history: list[str] = []
    found = [service.ask(question, limit=limit, **options)]
    while found[-1].found:
        history.append("What else?" if history else question)
        found.append(service.ask("What else?", limit=limit, history=history, **options))
        assert len(found) < 100
    return found


def ids(quotes: Sequence[Quote]) -> list[str]:
    return [quote.id for quote in quotes]


@pytest.fixture(scope="module")
def credulous(reader: IndexReader) -> Service:
    """A service to which everything is on the matter."""
    return Service(reader, WordHashEncoder(), threshold=0.0)


@pytest.mark.parametrize("limit", [2, 3, 5])
@pytest.mark.parametrize("question", [TOWN, BARRIER, "Why did she burn the manuscript?"])
def test_a_list_that_goes_on_has_everything_once(credulous: Service, question: str, limit: int) -> None:
    """All the pages together are the list that is asked for at once, nothing twice."""
    *told, nothing = pages(credulous, question, limit)
    together = [one for answer in told for one in ids(answer.passages)]
    assert len(together) == len(set(together))
    assert set(together) == set(ids(credulous.ask(question, limit=100).passages))
    assert all(len(answer.passages) == limit for answer in told[:-1])
    assert (nothing.reason, nothing.passages, nothing.nearest, nothing.confidence) == (Reason.NOTHING_ON_RECORD, (), (), 0.0)


def test_two_short_pages_are_one_longer_one(credulous: Service) -> None:
    """The first pages are the first passages of a longer list, whatever stands back on each."""
    first, second, *_ = pages(credulous, BARRIER, 3)
    assert {*ids(first.passages), *ids(second.passages)} == set(ids(credulous.ask(BARRIER, limit=6).passages))


@pytest.mark.parametrize("question", [TOWN, BARRIER])
def test_what_follows_is_on_the_matter(service: Service, question: str) -> None:
    """The list ends before the index does; each passage after the first page would be found by itself."""
    *told, nothing = pages(service, question, 2)
    together = [one for answer in told for one in ids(answer.passages)]
    assert len(together) == len(set(together)) < service.reader.counts["answers"]
    assert nothing.reason is Reason.NOTHING_ON_RECORD
    assert all(answer.confidence >= service.threshold for answer in told)
    assert all(answer.searched_for == question for answer in told)
    assert len({answer.id for answer in (*told, nothing)}) == len(told) + 1


def test_the_same_words_elsewhere_do_not_come_back(ask_over: Callable[..., Service], transcript: Callable[..., Path]) -> None:
    """What was shown once is shown: the copy in another source, found only further down, is a place of the same words."""
    same = f"The harbour wall fell at night, {OTHER_WORDS.lower()}."
    files = [transcript(f"copy{n}", ("Host", "And the harbour wall?"), ("Ann Bell", same)) for n in range(6)]
    for n in range(6):
        told = f"The harbour wall number {n} is another wall. {OTHER_WORDS} and so it was with harbour number {n}."
        files.append(transcript(f"own{n}", ("Host", f"What of wall {n}?"), ("Ann Bell", told)))
    *told_pages, _ = pages(ask_over(*files, threshold=0.0), "What did she say about the harbour wall?", 1)
    words = [quote.cited_text for answer in told_pages for quote in answer.passages]
    assert len(words) == len(set(words)) == 7


def test_filters_hold_for_what_follows(service: Service) -> None:
    """Another page is asked of the same speaker, in the same document."""
    for answer in pages(service, TOWN, 1, speaker="Osterhaven", document="mayor-harbour")[:-1]:
        assert {(q.place.speaker, q.place.document_id) for q in answer.passages} == {("Marit Osterhaven", "mayor-harbour")}
        assert all(quote.role is Role.INTERVIEWEE for quote in answer.passages)


def test_of_nothing_there_is_no_more(service: Service) -> None:
    """The reason of the first answer stays; what came closest was shown with it."""
    for options in ({}, {"speaker": "Nobody"}):
        first = service.ask("quantum chromodynamics", **options)  # type: ignore[arg-type]
        more = service.ask("What else?", history=["quantum chromodynamics"], **options)  # type: ignore[arg-type]
        assert (more.reason, more.passages, more.nearest) == (first.reason, (), ())


def test_a_completed_question_is_answered_as_if_it_was_asked(service: Service) -> None:
    """``question`` is what was asked, ``searched_for`` what was meant; all else is the same."""
    whole = "What did Osterhaven say about the gas terminal?"
    meant = service.ask("And the gas terminal?", history=[BARRIER])
    plain = service.ask(whole)
    assert (meant.question, meant.searched_for) == ("And the gas terminal?", whole)
    assert (meant.id, meant.passages, meant.confidence) == (plain.id, plain.passages, plain.confidence)


def test_a_speaker_of_the_index_takes_the_place_of_another(service: Service) -> None:
    """Who speaks is known from the index; an interviewer asks, and is a matter like any other."""
    assert service.ask("And Miller?", history=[BARRIER]).searched_for == "What did Miller say about the storm barrier?"
    assert service.ask("And Quayle?", history=[BARRIER]).searched_for == "What did Osterhaven say about Quayle?"


def test_a_service_keeps_no_conversation(service: Service) -> None:
    """A follow-up means nothing without its history, whatever was asked before."""
    service.ask(BARRIER)
    assert service.ask("What else?").searched_for == "What else?"


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (["x"] * (MAX_HISTORY + 1), "51 questions"),
        (["x" * (MAX_QUESTION_CHARS + 1)], "2,000 characters"),
        (["\ud800"], "surrogate"),
        (BARRIER, "not a list"),
    ],
)
def test_a_history_that_cannot_be_read_is_refused(service: Service, history: list[str], words: str) -> None:
    """By both kinds of question, before anything is searched."""
    for ask in (service.ask, service.timeline):
        with pytest.raises(BadQuestion, match=words):
            ask("Why?", history=history)


def test_a_timeline_goes_on(credulous: Service) -> None:
    """The likeliest first, each page by date, all of them the timeline that is asked for at once."""
    every = credulous.timeline(BARRIER)
    told, history = [credulous.timeline(BARRIER, limit=3)], [BARRIER]
    while told[-1].answer.found:
        told.append(credulous.timeline("What else?", limit=3, history=history))
        history.append("What else?")
        assert len(told) < 50
    together = [one for timeline in told for one in ids(timeline.answer.passages)]
    assert len(together) == len(set(together)) == len(every.answer.passages) > 3
    assert set(together) == set(ids(every.answer.passages))
    assert [timeline.more for timeline in told[:2]] == [len(together) - 3, len(together) - 6]
    assert (told[-1].answer.reason, told[-1].answer.nearest, told[-1].more) == (Reason.NOTHING_ON_RECORD, (), 0)
    assert len({timeline.answer.id for timeline in told}) == len(told)


def test_a_timeline_is_of_the_completed_question(service: Service) -> None:
    """Also the speaker is told from it."""
    follow = service.timeline("And Osterhaven?", history=["What did Miller say about the flood?"])
    plain = service.timeline("What did Osterhaven say about the flood?")
    assert follow.answer.searched_for == "What did Osterhaven say about the flood?"
    assert (follow.speaker, follow.answer.passages) == (plain.speaker, plain.answer.passages)


HISTORIES = [(BARRIER,), (BARRIER, "What else?"), (BARRIER, "And Miller?")]
FOLLOW_UPS = ["What else?", "Why?", "And the gas ship?"]


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("question", FOLLOW_UPS)
def test_every_surface_answers_the_same(
    client: LocalClient, url: str, service: Service, question: str, history: tuple[str, ...]
) -> None:
    """POST, GET, a remote service and the command give what the library gives."""
    expected = timeless(answer_json(service.ask(question, history=history, limit=2)))
    body = {"question": question, "history": list(history), "limit": 2}
    assert timeless(client.post("/v1/ask", json=body).json()) == expected
    link = {"q": question, "history": list(history), "limit": 2}
    assert timeless(client.get("/v1/ask", params=link).json()) == expected
    far = RemoteService(url)
    assert timeless(far.ask(question, history=list(history), limit=2)) == expected
    far.close()
    after = [word for one in history for word in ("--after", one)]
    assert timeless(process("ask", question, *after, "-n", "2", "--json", "--url", url).json) == expected


def test_every_surface_gives_the_same_timeline(client: LocalClient, url: str, service: Service) -> None:
    """The same for a timeline."""
    history = [BARRIER]
    expected = timeless(timeline_json(service.timeline("What else?", history=history, limit=2)))
    body = {"question": "What else?", "history": history, "limit": 2}
    assert timeless(client.post("/v1/timeline", json=body).json()) == expected
    assert timeless(client.get("/v1/timeline", params={"q": "What else?", "history": history, "limit": 2}).json()) == expected
    told = process("ask", "--timeline", "What else?", "--after", BARRIER, "-n", "2", "--json", "--url", url)
    assert timeless(told.json) == expected


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/timeline"])
def test_a_tag_covers_the_history(client: LocalClient, path: str) -> None:
    """Each part of a list has its own tag; the same link has the same, and isn't sent twice."""
    histories: list[list[str]] = [[], [BARRIER], [BARRIER, "What else?"], ["What else?", BARRIER]]
    tags = [client.get(path, params={"q": "What else?", "history": one}).headers["etag"] for one in histories]
    assert len(set(tags)) == len(tags)
    again = {"q": "What else?", "history": histories[2]}
    assert client.get(path, params=again, headers={"if-none-match": tags[2]}).status_code == 304


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/timeline"])
@pytest.mark.parametrize(
    "history", [["x"] * (MAX_HISTORY + 1), ["x" * (MAX_QUESTION_CHARS + 1)], BARRIER, [7], [None], {"first": BARRIER}]
)
def test_a_history_that_cannot_be_read_is_a_422_problem(client: LocalClient, path: str, history: object) -> None:
    """The field is named."""
    response = client.post(path, json={"question": "Why?", "history": history})
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert "history" in response.json()["detail"]


def test_the_longest_history_is_read(client: LocalClient) -> None:
    """Fifty questions of two thousand characters, four bytes each."""
    body = {"question": "Why?", "history": ["🏦" * MAX_QUESTION_CHARS] * MAX_HISTORY}
    raw = json.dumps(body, ensure_ascii=False).encode()
    response = client.post("/v1/ask", content=raw, headers={"content-type": "application/json"})
    assert response.status_code == 200


def test_rows_bring_their_own_history(here: Callable[..., Ended], small_index: Path, service: Service, tmp_path: Path) -> None:
    """A row's history stands in the place of ``--after``."""
    rows = [
        {"id": 1, "question": "What else?", "history": [BARRIER]},
        {"id": 2, "question": "Why?"},
        {"id": 3, "question": "Why?", "history": []},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    ended = here("ask", "--questions", path, "--after", "Did the mayor resign?", "--index", small_index)
    answers = [json.loads(line) for line in ended.text.splitlines()]
    assert [answer["searched_for"] for answer in answers] == [BARRIER, "Why did the mayor resign?", "Why?"]
    assert answers[0]["passages"] == answer_json(service.ask("What else?", history=[BARRIER]))["passages"]


@pytest.mark.parametrize("history", [BARRIER, [7], ["x"] * (MAX_HISTORY + 1)])
def test_a_row_whose_history_cannot_be_read_is_told(here: Callable[..., Ended], tmp_path: Path, history: object) -> None:
    """With its line."""
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"question": "Why?", "history": history}))
    ended = here("ask", "--questions", path)
    assert ended.code == 2
    assert "line 1" in ended.err
    assert "history" in ended.err
