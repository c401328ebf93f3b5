"""The HTTP service: answers, documents and pages; every error a problem that names its request."""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent

import httpx
import pytest

from index.build import Report, build_index
from index.encoder import Vectors
from index.errors import ModelError
from index.reader import IndexReader
from qa.api import create_app, from_environment
from qa.config import Settings
from qa.middleware import MAX_BODY_BYTES
from qa.render import answer_json, documents_json, transcript_json
from qa.service import Service
from qa.source_page import page_policy
from tests.conftest import SAMPLES
from tests.encoders import WordHashEncoder
from tests.qa.conftest import HOSTILE_QUESTIONS, word_hash
from tests.qa.damage import damage_newest, newest
from tests.serving import LocalClient, served

QUESTION = "What did she say about the storm barrier?"
REQUEST_ID = "7d8a5d0c6a5b4c1a8f3b2c1d0e9f8a7b"
Response = Any


def timeless(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without the time that it took."""
    return {name: value for name, value in answer.items() if name != "took_ms"}


def problem_of(response: Response, status: int) -> dict[str, Any]:
    """The problem that a response carries, after what every problem must hold."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance", "request_id"} <= set(found)
    assert found["status"] == status
    assert found["title"]
    assert response.headers.get_list("x-request-id") == [found["request_id"]]
    assert "Traceback" not in response.text
    return found


@pytest.fixture
def root(build: Callable[..., Report], tmp_path: Path) -> Path:
    """An index of its own, to be changed while it is served."""
    build(SAMPLES)
    return tmp_path / "index"


@pytest.fixture
def own(root: Path) -> Iterator[LocalClient]:
    """The application over the index that may be changed."""
    with LocalClient(
        create_app(Settings(fast=True, index=root), encoder=WordHashEncoder()), raise_server_exceptions=False
    ) as found:
        yield found


# Questions


@pytest.mark.parametrize("question", [QUESTION, "quantum chromodynamics", *HOSTILE_QUESTIONS])
def test_an_answer_is_the_services_answer(client: LocalClient, service: Service, question: str) -> None:
    """POST and GET give the answer that the library gives, with 200 whether found or not."""
    expected = timeless(answer_json(service.ask(question)))
    posted = client.post("/v1/ask", json={"question": question})
    linked = client.get("/v1/ask", params={"q": question})
    for response in (posted, linked):
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        assert timeless(response.json()) == expected
        assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


def test_filters_are_the_services_filters(client: LocalClient, service: Service) -> None:
    """Limit, speaker, document and dates mean the same over HTTP, in a body and in a link."""
    filters = {"limit": 2, "speaker": "Miller", "document": "press-conference-miller", "since": "2024", "until": "2024-06"}
    expected = timeless(answer_json(service.ask(QUESTION, **filters)))  # type: ignore[arg-type]
    assert len(expected["passages"]) == 2
    assert timeless(client.post("/v1/ask", json={"question": QUESTION} | filters).json()) == expected
    assert timeless(client.get("/v1/ask", params={"q": QUESTION} | filters).json()) == expected


def test_the_settings_decide_what_is_not_asked_for(small_index: Path) -> None:
    """Limit and threshold of the settings hold where a request says nothing."""
    settings = Settings(fast=True, index=small_index, limit=2, threshold=1.0)
    with LocalClient(create_app(settings, encoder=WordHashEncoder())) as client:
        assert client.get("/v1/ask", params={"q": QUESTION}).json()["found"] is False
    with LocalClient(create_app(Settings(fast=True, index=small_index, limit=2), encoder=WordHashEncoder())) as client:
        assert len(client.post("/v1/ask", json={"question": QUESTION}).json()["passages"]) == 2
        assert len(client.get("/v1/ask", params={"q": QUESTION}).json()["passages"]) == 2
        assert len(client.get("/v1/ask", params={"q": QUESTION, "limit": 4}).json()["passages"]) == 4


def test_words_travel_as_utf_8(client: LocalClient, canonical: dict[str, str]) -> None:
    """Quotes arrive as they stand in the source, emoji and typographic quotes included."""
    response = client.post("/v1/ask", json={"question": "Do you know who wrote the post from Großwiek?"})
    (quote,) = [one for one in response.json()["passages"] if "🏦" in (one["asked"] or {}).get("cited_text", "")][:1]
    asked = quote["asked"]
    text = canonical["press-conference-miller"]
    assert asked["cited_text"] == text[asked["start_char_index"] : asked["end_char_index"]]


# Caching


def test_an_answer_has_a_tag_and_an_unchanged_one_is_not_sent_again(client: LocalClient) -> None:
    """With its tag, strong or weak, alone or in a list, the same question costs 304 and no body."""
    first = client.get("/v1/ask", params={"q": QUESTION})
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    for offered in (tag, f"W/{tag}", f'"other", {tag}'):
        again = client.get("/v1/ask", params={"q": QUESTION}, headers={"If-None-Match": offered})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["x-request-id"]
    assert client.get("/v1/ask", params={"q": QUESTION}, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_tag_tells_answers_apart(client: LocalClient, small_index: Path) -> None:
    """Question, each filter and the service's threshold make another tag; blanks in the question don't."""

    def tag(asked: LocalClient, **query: str) -> str:
        return str(asked.get("/v1/ask", params={"q": QUESTION} | query).headers["etag"])

    with LocalClient(create_app(Settings(fast=True, index=small_index, threshold=0.9), encoder=WordHashEncoder())) as strict:
        tags = [
            tag(client),
            tag(client, q="What is left of the station?"),
            tag(client, limit="2"),
            tag(client, speaker="Miller"),
            tag(client, document="mayor-harbour"),
            tag(client, since="2024"),
            tag(client, until="2024"),
            tag(strict),
        ]
    assert len(set(tags)) == len(tags)
    assert tag(client, q=f"  {QUESTION} ".replace(" ", "  ")) == tags[0]


def test_the_tag_changes_with_a_new_generation(
    own: LocalClient, build: Callable[..., Report], transcript: Callable[..., Path]
) -> None:
    """After a switch the old tag no longer holds, and the answer is the new generation's."""
    first = own.get("/v1/ask", params={"q": QUESTION})
    report = build(transcript("more", ("Host", "Why?"), ("Ann", "The crane is to be mended in June.")))
    second = own.get("/v1/ask", params={"q": QUESTION}, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert second.json()["index_version"] == report.version != first.json()["index_version"]


# Errors


@pytest.mark.parametrize("path", ["/nope", "/v1", "/docs", "/redoc", "/v1/asks"])
def test_an_unknown_path_is_a_404_problem(client: LocalClient, path: str) -> None:
    """Also where FastAPI would show pages that load scripts from elsewhere."""
    assert problem_of(client.get(path), 404)["instance"] == path


@pytest.mark.parametrize(("method", "path"), [("PUT", "/v1/ask"), ("DELETE", "/v1/documents"), ("POST", "/sources/x")])
def test_another_method_is_a_405_problem(client: LocalClient, method: str, path: str) -> None:
    """And says which one is allowed."""
    response = client.request(method, path)
    problem_of(response, 405)
    assert response.headers["allow"] in ("GET", "POST")


@pytest.mark.parametrize("path", ["/v1/documents/nowhere", "/sources/nowhere", "/v1/ask?q=storm&document=nowhere"])
def test_an_unknown_document_is_a_404_problem(client: LocalClient, path: str) -> None:
    """The detail names the id."""
    assert "nowhere" in problem_of(client.get(path), 404)["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body.question"),
        ({"question": 5}, "body.question"),
        ({"question": None}, "body.question"),
        ({"question": QUESTION, "limit": 0}, "body.limit"),
        ({"question": QUESTION, "limit": 101}, "body.limit"),
        ({"question": QUESTION, "limit": "many"}, "body.limit"),
        ({"question": QUESTION, "speaker": "x" * 201}, "body.speaker"),
        ({"question": QUESTION, "document": "x" * 401}, "body.document"),
        ({"question": QUESTION, "since": "yesterday"}, "body.since"),
        ({"question": QUESTION, "until": "2024-5"}, "body.until"),
        ({"question": QUESTION, "speakr": "Miller"}, "body.speakr"),
        ([QUESTION], "body"),
        (QUESTION, "body"),
    ],
)
def test_a_wrong_body_is_a_422_problem_that_names_the_field(client: LocalClient, body: object, field: str) -> None:
    """Missing, of the wrong kind, out of range or unknown: a misspelt filter is not ignored."""
    found = problem_of(client.post("/v1/ask", json=body), 422)
    assert [fault["field"] for fault in found["errors"]] == [field]
    assert field in found["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [("", "query.q"), ("q=x&limit=0", "query.limit"), ("q=x&limit=x", "query.limit"), ("q=x&since=2024-5", "query.since")],
)
def test_a_wrong_link_is_a_422_problem_that_names_the_field(client: LocalClient, query: str, field: str) -> None:
    """A link is held to the same rules as a body."""
    assert [fault["field"] for fault in problem_of(client.get(f"/v1/ask?{query}"), 422)["errors"]] == [field]


def test_an_unknown_parameter_of_a_link_is_a_422_problem(client: LocalClient) -> None:
    """A misspelt filter in a link is not ignored either."""
    found = problem_of(client.get("/v1/ask", params={"q": QUESTION, "speakr": "Miller"}), 422)
    assert "speakr" in found["detail"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"question": "x"', b"\xff\xfe", b"question=storm", b"[" * 60_000, b'{"question": NaN}', b"null"],
)
def test_a_body_that_is_no_json_object_is_a_problem(client: LocalClient, body: bytes) -> None:
    """Broken, deeply nested or no JSON at all: the client's fault, said as such."""
    response = client.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    problem_of(response, response.status_code)


@pytest.mark.parametrize("question", ["", "  ", "?!", "🏦", "x" * 2001])
def test_a_question_that_cannot_be_asked_is_a_422_problem(client: LocalClient, question: str) -> None:
    """The detail says what is wrong with it, by both ways of asking."""
    for response in (client.post("/v1/ask", json={"question": question}), client.get("/v1/ask", params={"q": question})):
        found = problem_of(response, 422)
        assert "holds no words" in found["detail"] or "2,001 characters" in found["detail"]


@pytest.mark.parametrize("field", ["question", "speaker", "document"])
def test_half_a_character_is_a_422_problem(client: LocalClient, field: str) -> None:
    """JSON can hold a lone surrogate, text can't."""
    raw = json.dumps({"question": QUESTION} | {field: "storm \ud800"})
    assert "\\ud800" in raw
    response = client.post("/v1/ask", content=raw, headers={"content-type": "application/json"})
    problem_of(response, 422)


@pytest.mark.parametrize("day", ["2024-13", "2023-02-29", "0000"])
def test_a_date_that_no_calendar_has_is_a_422_problem(client: LocalClient, day: str) -> None:
    """A date of the right shape must also exist."""
    assert "since" in problem_of(client.get("/v1/ask", params={"q": QUESTION, "since": day}), 422)["detail"]


def test_a_question_of_600_kilobytes_is_a_413_problem(client: LocalClient) -> None:
    """The body is refused before it is understood."""
    response = client.post("/v1/ask", json={"question": "storm " * 100_000})
    assert "524,288 bytes" in problem_of(response, 413)["detail"]


def test_a_body_of_unknown_length_is_a_413_problem_too(client: LocalClient) -> None:
    """Sent in pieces without a length, it is refused when it has grown too long."""

    def pieces() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(100):
            yield b"storm " * 2000
        yield b'"}'

    problem_of(client.post("/v1/ask", content=pieces(), headers={"content-type": "application/json"}), 413)


def test_a_body_at_the_limit_is_read(client: LocalClient) -> None:
    """The limit is the limit: at it the body is understood, one byte more is too much."""
    body = json.dumps({"question": QUESTION}).encode()
    for more, status in ((0, 200), (1, 413)):
        padded = body + b" " * (MAX_BODY_BYTES - len(body) + more)
        response = client.post("/v1/ask", content=padded, headers={"content-type": "application/json"})
        assert response.status_code == status


def test_a_long_question_in_a_link_is_a_422_problem(client: LocalClient) -> None:
    """A link that a server takes may still hold a question that is too long."""
    assert "60,000 characters" in problem_of(client.get(f"/v1/ask?q={'x' * 60_000}"), 422)["detail"]


class FailingEncoder(WordHashEncoder):
    """A defect: it fails in a way that nobody foresaw."""

    def encode_query(self, text: str) -> Vectors:
        raise RuntimeError(f"secret detail about {text}")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        raise RuntimeError(f"secret detail about {texts}")


@pytest.mark.parametrize("sent", [None, REQUEST_ID])
def test_a_defect_is_a_500_problem_without_its_text(
    small_index: Path, caplog: pytest.LogCaptureFixture, sent: str | None
) -> None:
    """The client gets an id, the log gets the exception, and nothing of the exception gets out."""
    headers = {"X-Request-ID": sent} if sent else {}
    app = create_app(Settings(fast=True, index=small_index), encoder=FailingEncoder())
    with LocalClient(app, raise_server_exceptions=False) as client:
        response = client.get("/v1/ask", params={"q": QUESTION}, headers=headers)
    found = problem_of(response, 500)
    assert "secret" not in response.text
    assert "RuntimeError" not in response.text
    assert not sent or found["request_id"] == sent
    assert any("secret detail" in str(record.exc_info) for record in caplog.records if record.name == "onrecord")


class ModelGone(WordHashEncoder):
    """A failure that is ours: the model's files went missing under a running service."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        raise ModelError("The model at /secret/folder is gone.")


def test_a_failure_of_ours_is_a_500_problem_without_its_text(small_index: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What the log says of files and folders is not told to whoever asks."""
    with LocalClient(create_app(Settings(fast=True, index=small_index), encoder=ModelGone())) as client:
        response = client.get("/v1/ask", params={"q": QUESTION})
    assert problem_of(response, 500)["title"] == "The answer failed"
    assert "secret" not in response.text
    assert "/secret/folder" in caplog.text


def test_an_altered_source_is_a_503_problem_and_no_answer(root: Path) -> None:
    """A text that no longer has its digest is not quoted: the service says that the index can't be used."""
    segment = next(newest(root).glob("*.sqlite"))
    stat = segment.stat()
    raw = segment.read_bytes()
    assert b"sixty per cent" in raw
    segment.write_bytes(raw.replace(b"sixty per cent", b"forty per cent"))
    os.utime(segment, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    app = create_app(Settings(fast=True, index=root), encoder=WordHashEncoder())
    with LocalClient(app, raise_server_exceptions=False) as client:
        response = client.get("/v1/ask", params={"q": QUESTION})
        assert "forty" not in response.text
        assert str(root) not in problem_of(response, 503)["detail"]


def test_a_request_keeps_the_id_that_it_came_with(client: LocalClient) -> None:
    """A sent-in id is given back on answers and on problems; one that is no id is replaced."""
    for path in ("/livez", "/nope", "/v1/ask"):
        response = client.get(path, headers={"X-Request-ID": REQUEST_ID})
        assert response.headers.get_list("x-request-id") == [REQUEST_ID]
    replaced = client.get("/nope", headers={"X-Request-ID": "not an id\x7f"})
    assert re.fullmatch(r"[0-9a-f]{32}", problem_of(replaced, 404)["request_id"])


# Documents and pages


def test_documents_are_what_the_renderer_makes_of_them(client: LocalClient, reader: IndexReader) -> None:
    """List and transcript are the library's."""
    assert client.get("/v1/documents").json() == documents_json(reader)
    assert client.get("/v1/documents/novelist-qa").json() == transcript_json(reader, "novelist-qa")


ODD_IDS = ["a/b/c", "50%25", "100%", "what?", "a#b", "x&y=z", "Zoë 🏦", "a+b", "a..b", "a//b", 'q"uote', "se;mi", "back\\slash"]


@pytest.mark.parametrize("name", ODD_IDS)
def test_any_id_leads_to_its_document(
    build: Callable[..., Report], write: Callable[[str, str], Path], tmp_path: Path, name: str
) -> None:
    """Slashes, blanks, percent signs and whatever else a source calls itself: percent-encoded, it is found."""
    rows = [{"speaker": "Ann", "text": "We will open the harbour in May."}]
    (one,) = build(write("odd.json", json.dumps({"id": name, "turns": rows}))).indexed
    path = percent(one.id, safe="")
    with served(create_app(Settings(fast=True, index=tmp_path / "index"), encoder=WordHashEncoder())) as url:
        assert httpx.get(f"{url}/v1/documents/{path}").json()["id"] == one.id
        page = httpx.get(f"{url}/sources/{path}?start=3&end=7")
        assert '<mark id="quote">will</mark>' in page.text
        answer = httpx.post(f"{url}/v1/ask", json={"question": "harbour", "document": one.id}).json()
        assert answer["passages"][0]["document_id"] == one.id


def test_a_page_has_its_headers(client: LocalClient) -> None:
    """HTML in UTF-8 that may run nothing but our script, is not sniffed and tells nobody where a reader came from."""
    response = client.get("/sources/mayor-harbour")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == page_policy(None)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"


def test_a_quote_can_be_opened_on_its_page(client: LocalClient) -> None:
    """The offsets of an answer, put into the page's address, mark its words."""
    quote = client.get("/v1/ask", params={"q": "Did you mislead parliament?"}).json()["passages"][0]
    place = {"start": quote["start_char_index"], "end": quote["end_char_index"]}
    page = client.get(f"/sources/{quote['document_id']}", params=place).text
    (words,) = re.findall(r"<mark id=\"quote\">(.*?)</mark>", page, re.DOTALL)
    assert words.replace("&#34;", '"').replace("&#39;", "'") == quote["cited_text"]


@pytest.mark.parametrize(
    ("query", "status"),
    [("start=1", 422), ("end=1", 422), ("start=-1&end=4", 422), ("start=a&end=b", 422), ("start=5&end=1", 404),
     ("start=0&end=10000000", 404), (f"start=0&end={10**30}", 404)],
)  # fmt: skip
def test_an_impossible_range_is_a_problem(client: LocalClient, query: str, status: int) -> None:
    """Half a range, no numbers, backwards or beyond the text: nothing is marked instead."""
    problem_of(client.get(f"/sources/mayor-harbour?{query}"), status)


def test_the_process_and_the_index_can_be_watched(client: LocalClient, reader: IndexReader) -> None:
    """Alive is the process, ready is the index, with its version and counts."""
    assert client.get("/livez").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready == {"status": "ok", "index_version": reader.version, "counts": reader.counts}


def test_the_schema_describes_every_route(client: LocalClient) -> None:
    """``/openapi.json`` is there for whoever writes a client."""
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        "/v1/ask", "/v1/timeline", "/v1/filters", "/v1/documents", "/v1/documents/{document_id}", "/v1/fetch",
        "/sources/{document_id}", "/livez", "/readyz", "/v1/texts/{document_id}", "/v1/models", "/v1/models/{model_id}",
        "/v1/chat/completions",
    }  # fmt: skip
    assert set(paths["/v1/ask"]) == {"get", "post"}


# Other sites


def test_other_sites_may_not_call_by_default(client: LocalClient) -> None:
    """Without a setting no origin is allowed, neither to ask nor to ask whether it may."""
    headers = {"Origin": "https://a.example"}
    assert "access-control-allow-origin" not in client.get("/livez", headers=headers).headers
    preflight = client.options("/v1/ask", headers=headers | {"Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 405
    assert "access-control-allow-origin" not in preflight.headers


def test_listed_sites_may_call(small_index: Path) -> None:
    """Only the origins that the settings list get an answer that their pages can read."""
    settings = Settings(fast=True, index=small_index, allowed_origins=("https://a.example",))
    with LocalClient(create_app(settings, encoder=WordHashEncoder())) as client:
        for origin, allowed in (("https://a.example", "https://a.example"), ("https://evil.example", None)):
            asked = client.get("/v1/ask", params={"q": QUESTION}, headers={"Origin": origin})
            assert asked.headers.get("access-control-allow-origin") == allowed
            preflight = client.options(
                "/v1/ask",
                headers={
                    "Origin": origin,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "content-type",
                },
            )
            assert preflight.headers.get("access-control-allow-origin") == allowed
            assert preflight.status_code == (200 if allowed else 400)
        problem = client.get("/nope", headers={"Origin": "https://a.example"})
        assert problem.headers["access-control-allow-origin"] == "https://a.example"
        assert "access-control-allow-credentials" not in problem.headers


# Generations


def test_a_damaged_new_generation_leaves_the_old_one_serving(
    own: LocalClient, root: Path, build: Callable[..., Report], transcript: Callable[..., Path]
) -> None:
    """Requests go on being answered from the generation that is whole."""
    before = own.get("/readyz").json()["index_version"]
    build(transcript("more", ("Host", "Why?"), ("Ann", "The crane is to be mended in June.")))
    damage_newest(root)
    for _ in range(3):
        answer = own.get("/v1/ask", params={"q": QUESTION})
        assert (answer.status_code, answer.json()["index_version"]) == (200, before)


def test_switching_generations_drops_no_request(root: Path, tmp_path: Path) -> None:
    """200 requests and more over a real server while generations change: all answered, each by one, never by an earlier one."""
    versions = [IndexReader.open(root).version]
    numbers, published = count(), threading.Event()

    def ask_on(client: httpx.Client) -> list[httpx.Response]:
        answers = []
        while next(numbers) < 200 or not published.is_set():
            answers.append(client.get("/v1/ask", params={"q": QUESTION}))
        return answers

    def publish(topic: str) -> None:
        rows = [{"speaker": "Ann", "text": f"We will mend the {topic} in June, as the council wants."}]
        source = tmp_path / f"{topic}.json"
        source.write_text(json.dumps({"id": topic, "turns": rows}), encoding="utf-8")
        versions.append(str(build_index([source], root=root, encoder=word_hash).version))

    app = create_app(Settings(fast=True, index=root), encoder=WordHashEncoder())
    with served(app) as url, httpx.Client(base_url=url, timeout=30) as client, ThreadPoolExecutor(16) as pool:
        asking = [pool.submit(ask_on, client) for _ in range(16)]
        for topic in ("crane", "ferry", "pier"):
            publish(topic)
        published.set()
        answers = [one.result() for one in asking]
        last = client.get("/v1/ask", params={"q": "Who will mend the pier?"}).json()
    assert {answer.status_code for each in answers for answer in each} == {200}
    assert sum(len(each) for each in answers) >= 200
    tags: dict[str, set[str]] = {}
    for each in answers:
        seen = [versions.index(answer.json()["index_version"]) for answer in each]
        assert seen == sorted(seen)
        for answer in each:
            tags.setdefault(answer.json()["index_version"], set()).add(answer.headers["etag"])
            assert "storm barrier" in answer.json()["passages"][0]["asked"]["cited_text"]
    assert len(tags) > 1
    assert all(len(each) == 1 for each in tags.values())
    assert (last["index_version"], last["passages"][0]["document_id"]) == (versions[-1], "pier")


def test_the_application_reads_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A server process gets its settings there."""
    monkeypatch.setenv("ONRECORD_ALLOWED_ORIGINS", "https://a.example")
    monkeypatch.setenv("ONRECORD_INDEX", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    client = LocalClient(from_environment())
    assert client.get("/nope", headers={"Origin": "https://a.example"}).headers["access-control-allow-origin"]


@pytest.mark.parametrize(
    "path", ["/sources/none", "/sources/none%3Cscript%3E", "/nowhere", "/sources/novelist-qa?start=9&end=99999"]
)
def test_a_browser_gets_its_errors_as_pages(client: LocalClient, path: str) -> None:
    """Who follows an old link reads what is wrong, and finds the way back; programs get problem details there."""
    page = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert 'href="/"' in page.text
    assert client.get(path).headers["content-type"] == "application/problem+json"


def test_what_is_not_there_is_told_without_the_servers_folders(client: LocalClient, small_index: Path) -> None:
    """Neither a page nor a program learns where the index lies."""
    for path in ("/sources/none", "/v1/documents/none", "/v1/fetch?id=none", "/v1/texts/none"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert str(small_index) not in answer.text
        assert "none" in answer.json()["detail"]
