"""Documents over HTTP: the list, and files that are added and removed by who has the key."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from index.draft import exclusive
from index.reader import IndexReader
from qa import uploads
from qa.api import create_app
from qa.config import Settings
from qa.errors import BadSetting
from qa.render import documents_json
from tests.encoders import WordHashEncoder
from tests.index.archives import packed
from tests.index.interviews import answer, answers_in, paths_in, transcript
from tests.qa.conftest import process
from tests.qa.test_api import problem_of
from tests.serving import LocalClient, served

KEY = "correct horse battery".replace(" ", "-")
BEARER = {"Authorization": f"Bearer {KEY}"}
ROUTE = "/v1/documents"


def form(**files: str | bytes) -> list[tuple[str, tuple[str, str | bytes]]]:
    """A form with files, by their names without the suffix."""
    return [("files", (f"{name}.json", content)) for name, content in files.items()]


def named(name: str, content: str | bytes) -> list[tuple[str, tuple[str, str | bytes]]]:
    return [("files", (name, content))]


def events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream, with their data."""
    lines = [part.splitlines() for part in text.split("\n\n") if part]
    return [(first.removeprefix("event: "), json.loads(second.removeprefix("data: "))) for first, second in lines]


@pytest.fixture
def root(build: Callable[..., object], write: Callable[[str, str], Path], tmp_path: Path) -> Path:
    build(write("in/first.json", transcript(answer("first"))))
    return tmp_path / "index"


@pytest.fixture
def settings(root: Path) -> Settings:
    return Settings(fast=True, index=root, writable=True, key=KEY, max_source=50_000, max_expanded=200_000)


@pytest.fixture
def client(settings: Settings) -> Iterator[LocalClient]:
    """The application over an index that may be changed; it sends no key by itself."""
    with LocalClient(create_app(settings, encoder=WordHashEncoder()), raise_server_exceptions=False) as found:
        yield found


@pytest.fixture
def url(settings: Settings) -> Iterator[str]:
    """The same as a real server."""
    with served(create_app(settings, encoder=WordHashEncoder())) as address:
        yield address


def content(client: LocalClient) -> set[str]:
    return {one["id"] for one in client.get(ROUTE).json()["documents"]}


# The list


def test_a_page_of_the_list(client: LocalClient, root: Path) -> None:
    """With any parameter a page comes with the total and what may be done; with none the whole list, as ever."""
    assert client.get(ROUTE).json() == documents_json(IndexReader.open(root))
    page = client.get(ROUTE, params={"limit": 1}).json()
    assert page["documents"] == documents_json(IndexReader.open(root))["documents"]
    assert (page["total"], page["offset"], page["limit"], page["access"]) == (1, 0, 1, "needs_key")
    assert client.get(ROUTE, params={"q": "no such words"}).json()["total"] == 0
    assert client.get(ROUTE, params={"limit": 1}, headers=BEARER).json()["access"] == "writable"


@pytest.mark.parametrize("query", ["limit=-1", "limit=501", "offset=-1", "sort=size", "sort=--id", "limit=x", f"q={'x' * 501}"])
def test_an_impossible_page_is_a_problem(client: LocalClient, query: str) -> None:
    """A limit, an offset or an order that there is not."""
    problem_of(client.get(f"{ROUTE}?{query}"), 422)


# Who may


@pytest.mark.parametrize("headers", [BEARER, {"Authorization": f"bearer  {KEY}"}, {"X-API-Key": KEY}])
def test_the_key_opens(client: LocalClient, headers: dict[str, str]) -> None:
    """As a bearer token or in a header of its own."""
    assert client.post(ROUTE, files=form(a=transcript(answer("a"))), headers=headers).status_code == 200
    assert client.delete(f"{ROUTE}/a", headers=headers).json()["removed"] == ["a"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-API-Key": "x"}, {"X-API-Key": ""}, {"Authorization": "Bearer"}, {"Authorization": KEY},
     {"Authorization": f"Basic {KEY}"}, {"X-API-Key": KEY[:-1]}, {"X-API-Key": KEY + "x"}, {"X-API-Key": KEY.upper()},
     {"Cookie": f"key={KEY}"}],
)  # fmt: skip
def test_without_the_key_nothing_is_changed(client: LocalClient, headers: dict[str, str]) -> None:
    """No key, a wrong one, or one in another place: 401 that says how, before anything of the body is looked at."""
    posted = client.post(ROUTE, files=form(a=transcript(answer("a"))), headers=headers)
    for response in (posted, client.delete(f"{ROUTE}/first", headers=headers), client.post(f"{ROUTE}?key={KEY}")):
        assert "X-API-Key" in problem_of(response, 401)["detail"]
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert KEY not in response.text
    assert content(client) == {"first"}


def test_a_read_only_server_changes_nothing(root: Path) -> None:
    """Also for who has a key; it says how to start another."""
    with LocalClient(create_app(Settings(fast=True, index=root, key=KEY), encoder=WordHashEncoder())) as client:
        for response in (
            client.post(ROUTE, files=form(a=transcript(answer("a"))), headers=BEARER),
            client.delete(f"{ROUTE}/first", headers=BEARER),
        ):
            assert "--writable" in problem_of(response, 403)["detail"]
        assert client.get(ROUTE, params={"limit": 1}, headers=BEARER).json()["access"] == "read_only"
        assert content(client) == {"first"}


def test_no_server_is_writable_for_everybody(root: Path) -> None:
    """Without a key ``--writable`` is refused, by the command in a sentence and by the application."""
    with pytest.raises(BadSetting, match="ONRECORD_KEY"):
        create_app(Settings(index=root, writable=True))
    ended = process("onrecord", "serve", "--writable", "--index", root)
    assert (ended.code, ended.out) == (2, b"")
    assert "ONRECORD_KEY" in ended.err
    assert ended.err.count("\n") == 1


def test_other_sites_may_not_send(root: Path) -> None:
    """Not even those that may ask, and not even with the key."""
    settings = Settings(fast=True, index=root, writable=True, key=KEY, allowed_origins=("https://a.example",))
    with LocalClient(create_app(settings, encoder=WordHashEncoder())) as client:
        theirs = {"Origin": "https://a.example"}
        asked = theirs | {"Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "authorization"}
        assert client.options(f"{ROUTE}/first", headers=asked).status_code == 400
        problem_of(client.post(ROUTE, files=form(a=transcript(answer("a"))), headers=theirs), 403)
        problem_of(client.post(ROUTE, files=form(a=transcript(answer("a"))), headers=theirs | BEARER), 403)
        problem_of(client.delete(f"{ROUTE}/first", headers=theirs | BEARER), 403)
        assert content(client) == {"first"}
        ours = {"Origin": "http://localhost"}
        assert client.delete(f"{ROUTE}/first", headers=ours | BEARER).status_code == 200


# Adding


def test_a_form_without_its_end_is_no_form(root: Path) -> None:
    """What is cut off by the way is not taken for a form with fewer files."""
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="f"; filename="{name}.txt"\r\n\r\nAnn: Who?\nBo: Me, alone.\r\n'
        for name in "xy"
    )
    settings = Settings(fast=True, index=root, writable=True, key=KEY)
    with LocalClient(create_app(settings, encoder=WordHashEncoder())) as client:
        headers = BEARER | {"Content-Type": "multipart/form-data; boundary=b"}
        problem_of(client.post(ROUTE, content=parts.encode()[:-10], headers=headers), 400)
        assert content(client) == {"first"}
        assert client.post(ROUTE, content=f"{parts}--b--\r\n".encode(), headers=headers).status_code == 200


def test_files_are_added_and_can_be_asked_at_once(client: LocalClient) -> None:
    """The report names what went in; the next question is answered from it, and its page is there."""
    response = client.post(ROUTE, files=form(a=transcript(answer("a")), b=transcript(answer("b"))), headers=BEARER)
    assert response.status_code == 200
    told = response.json()
    assert [(one["id"], one["file"], one["turns"], one["passages"]) for one in told["indexed"]] == [
        ("a", "a.json", 2, 1), ("b", "b.json", 2, 1),
    ]  # fmt: skip
    assert told["indexed"][0]["speakers"][0] == {"name": "Ian Asker", "role": "interviewer"}
    assert (told["unchanged"], told["failed"], told["skipped"]) == (0, [], [])
    found = client.get("/v1/ask", params={"q": "alphab betab gammab"}).json()
    assert (found["index_version"], found["passages"][0]["cited_text"]) == (told["index_version"], answer("b"))
    assert answer("b") in client.get("/sources/b").text


def test_the_same_name_again_is_the_same_document(client: LocalClient, root: Path) -> None:
    """It takes the earlier one's place; the same bytes change nothing."""
    for words in ("a", "later"):
        client.post(ROUTE, files=form(a=transcript(answer(words))), headers=BEARER)
    assert answers_in(IndexReader.open(root))["a"] == [answer("later")]
    again = client.post(ROUTE, files=form(a=transcript(answer("later"))), headers=BEARER).json()
    assert (again["unchanged"], again["indexed"]) == (1, [])


def test_nobody_elses_document_is_overwritten(client: LocalClient, root: Path) -> None:
    """A file that brings the id of another document gets an id of its own."""
    client.post(ROUTE, files=named("first.json", transcript(answer("b"), name="first")), headers=BEARER)
    found = answers_in(IndexReader.open(root))
    assert found.pop("first") == [answer("first")]
    assert list(found.values()) == [[answer("b")]]


def test_what_fails_is_named_and_the_others_go_in(client: LocalClient) -> None:
    """Each file that can't be taken has its reason, without a place on this machine in it."""
    files = [*form(a=transcript(answer("a")), bad="{", empty=""), *named("a.exe", b"MZ\x00"), *named("a.json", "again")]
    response = client.post(ROUTE, files=files, headers=BEARER)
    told = response.json()
    assert (response.status_code, [one["id"] for one in told["indexed"]]) == (200, ["a"])
    assert {one["file"] for one in told["failed"]} == {"bad.json", "empty.json", "a.exe", "a.json"}
    assert all(one["problem"] for one in told["failed"])
    assert "/tmp" not in response.text
    assert "onrecord-" not in response.text


def test_nothing_that_can_be_taken_is_a_problem(client: LocalClient) -> None:
    """When every file fails the whole request has: its problem has the same details."""
    found = problem_of(client.post(ROUTE, files=form(bad="{"), headers=BEARER), 422)
    assert (found["failed"][0]["file"], found["indexed"]) == ("bad.json", [])
    assert "bad.json" in found["detail"]
    for nothing in ({"data": {"files": "words"}}, {"content": b"{}"}, {"json": {}}, {}):
        problem_of(client.post(ROUTE, headers=BEARER, **nothing), 422)  # type: ignore[arg-type]
    broken = {"Content-Type": "multipart/form-data"}
    problem_of(client.post(ROUTE, headers=BEARER | broken, content=b"x"), 400)
    assert content(client) == {"first"}


@pytest.mark.parametrize(
    ("name", "path"),
    [("../../../etc/passwd.json", "passwd.json"), ("/etc/passwd.json", "passwd.json"), ("a\\..\\b.json", "b.json"),
     ("uploads/../first.json", "first.json"), ("<script>alert(1)</script>.json", "script>.json"),
     ("https://a.example/x.json", "x.json")],
)  # fmt: skip
def test_a_hostile_name_is_a_plain_one(client: LocalClient, root: Path, tmp_path: Path, name: str, path: str) -> None:
    """A name leads nowhere: the document is known by its last part, and no file is written anywhere for it."""
    before = {found for found in tmp_path.rglob("*") if root not in found.parents}
    assert client.post(ROUTE, files=named(name, transcript(answer("a"))), headers=BEARER).status_code == 200
    assert f"uploads/{path}" in paths_in(IndexReader.open(root)).values()
    assert {found for found in tmp_path.rglob("*") if root not in found.parents} == before


@pytest.mark.parametrize("name", ["..", "a%00.json", "\x00.json", "a\u202e.json", "x" * 5000 + ".json"])
def test_an_impossible_name_is_refused(url: str, name: str) -> None:
    """As a real client sends it, byte for byte."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="' + name.replace("%00", "\x00").encode() + b'"\r\n\r\n'
        + transcript(answer("a")).encode() + b"\r\n--b--\r\n"
    )  # fmt: skip
    response = httpx.post(url + ROUTE, content=body, headers=BEARER | {"Content-Type": "multipart/form-data; boundary=b"})
    assert response.status_code in (400, 422)
    assert [one["id"] for one in httpx.get(url + ROUTE).json()["documents"]] == ["first"]


def test_an_archive_goes_in_by_its_files(client: LocalClient, root: Path) -> None:
    """A ZIP is like a folder; a bomb and names that lead out are told, and unfold nowhere."""
    sent = packed({"a.json": transcript(answer("a")), "../b.json": "x", "bomb.txt": b"long " * 30_000})
    assert len(sent) < 50_000
    told = client.post(ROUTE, files=named("talks.zip", sent), headers=BEARER).json()
    assert [one["file"] for one in told["indexed"]] == ["talks.zip/a.json"]
    assert {one["file"]: one["problem"].split(".")[0] for one in told["failed"]} == {
        "talks.zip/../b.json": "its name leads out of the archive",
        "talks.zip/bomb.txt": "more than the 50,000 bytes that one source may have",
    }
    assert paths_in(IndexReader.open(root))["a"] == "uploads/talks.zip/a.json"


def test_a_bomb_of_many_files_is_stopped(client: LocalClient) -> None:
    """An archive's files are more together than all may unfold to: those up to there go in."""
    words = transcript(*(answer(f"w{number}") for number in range(10)))
    sent = packed({f"{number:03d}.json": words + " " * 40_000 for number in range(20)}, method=zipfile.ZIP_DEFLATED)
    told = client.post(ROUTE, files=named("many.zip", sent), headers=BEARER).json()
    assert len(told["indexed"]) == 4
    assert len(told["failed"]) == 16
    assert "200,000 bytes" in told["failed"][0]["problem"]


@pytest.mark.parametrize("is_told", [True, False])
def test_too_much_is_refused_as_it_comes(url: str, is_told: bool) -> None:
    """More than all files may have is 413, whether the length is declared or found out; one too large is that file's."""
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    kind = BEARER | {"Content-Type": "multipart/form-data; boundary=b"}

    def body(size: int) -> Any:
        whole = head + b"x" * size + b"\r\n--b--\r\n"
        return whole if is_told else iter([whole[at : at + 9999] for at in range(0, len(whole), 9999)])

    over = httpx.post(url + ROUTE, content=body(300_000), headers=kind)
    assert problem_of(over, 413)["detail"] == "The body has more than 200,000 bytes."
    large = problem_of(httpx.post(url + ROUTE, content=body(60_000), headers=kind), 422)
    assert "more than the 50,000 bytes" in large["failed"][0]["problem"]
    problem_of(httpx.post(f"{url}/v1/ask", content=b" " * 600_000, headers={"Content-Type": "application/json"}), 413)


def test_an_upload_that_breaks_off_changes_nothing(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """The connection ends in the middle of a file: no document, no defect in the log, and the next upload goes in."""
    place = urlsplit(url)
    head = (
        f"POST {ROUTE} HTTP/1.1\r\nHost: {place.netloc}\r\nX-API-Key: {KEY}\r\nContent-Length: 100000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="files"; filename="a.json"\r\n\r\n{"turns": ['
    )
    with socket.create_connection((place.hostname, place.port)) as connection:  # type: ignore[arg-type]
        connection.sendall(head.encode() + b" " * 5000)
    response = httpx.post(url + ROUTE, files=form(b=transcript(answer("b"))), headers=BEARER)
    assert [one["id"] for one in response.json()["indexed"]] == ["b"]
    assert {one["id"] for one in httpx.get(url + ROUTE).json()["documents"]} == {"first", "b"}
    assert "defect" not in caplog.text
    assert "failed" not in caplog.text


def test_two_at_once_both_go_in(url: str) -> None:
    """While questions are answered from whole generations."""
    told: list[httpx.Response] = []

    def send(name: str) -> None:
        told.append(httpx.post(url + ROUTE, files=form(**{name: transcript(answer(name))}), headers=BEARER, timeout=60))

    threads = [threading.Thread(target=send, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert httpx.get(f"{url}/v1/ask", params={"q": "alphafirst"}).json()["passages"][0]["cited_text"] == answer("first")
    for thread in threads:
        thread.join()
    assert [response.status_code for response in told] == [200] * 4
    assert {one["id"] for one in httpx.get(url + ROUTE).json()["documents"]} == {"first", *"abcd"}


def test_a_busy_index_is_told_with_when_to_try_again(client: LocalClient, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that writes for long is a conflict, and no failure of the index; the old one serves."""
    monkeypatch.setattr(uploads, "WAIT_S", 0.0)
    with exclusive(root):
        for response in (
            client.post(ROUTE, files=form(a=transcript(answer("a"))), headers=BEARER),
            client.delete(f"{ROUTE}/first", headers=BEARER),
        ):
            problem_of(response, 409)
            assert int(response.headers["retry-after"]) > 0
        streamed = client.post(ROUTE, files=form(a=transcript(answer("a"))), headers=BEARER | {"Accept": "text/event-stream"})
        assert events(streamed.text)[-1][0] == "problem"
    assert content(client) == {"first"}


def test_progress_is_streamed_to_who_asks_for_it(client: LocalClient) -> None:
    """Events tell how far it is, the last one is the report that others get at once."""
    response = client.post(
        ROUTE, files=form(a=transcript(answer("a")), bad="{"), headers=BEARER | {"Accept": "text/event-stream"}
    )
    assert response.headers["content-type"].startswith("text/event-stream")
    *before, (last, report) = events(response.text)
    assert {name for name, _ in before} == {"progress"}
    assert {data["stage"] for _, data in before} <= {"waiting", "indexing", "writing"}
    assert (last, [one["id"] for one in report["indexed"]], report["failed"][0]["file"]) == ("report", ["a"], "bad.json")


def test_a_change_is_made_also_when_nobody_waits_for_it(url: str) -> None:
    """Who goes away after sending finds the documents there."""
    with httpx.stream(
        "POST", url + ROUTE, files=form(a=transcript(answer("a"))), headers=BEARER | {"Accept": "text/event-stream"}
    ):
        pass
    httpx.post(url + ROUTE, files=form(b=transcript(answer("b"))), headers=BEARER)
    assert {one["id"] for one in httpx.get(url + ROUTE).json()["documents"]} == {"first", "a", "b"}


# Removing


def test_a_document_is_removed(url: str) -> None:
    """By its id, whatever signs are in it; then it is neither listed, read nor asked, and an index may be empty."""
    with httpx.Client(base_url=url, headers=BEARER, timeout=60) as client:
        client.post(ROUTE, files=named("a.json", transcript(answer("a"), name="a/b ? %41")))
        path = quote("a/b-?-%41")
        assert client.delete(f"{ROUTE}/{path}").json()["removed"] == ["a/b-?-%41"]
        problem_of(client.delete(f"{ROUTE}/{path}"), 404)
        assert client.delete(f"{ROUTE}/first").status_code == 200
        assert client.get(ROUTE).json() == {"documents": []}
        problem_of(client.get("/sources/first"), 404)
        assert client.get("/v1/ask", params={"q": "alphafirst"}).json()["reason"] == "empty_index"
        assert client.get(ROUTE, params={"limit": 5}).json()["total"] == 0


# curl


def test_curl_adds_and_removes(url: str, write: Callable[[str, str], Path]) -> None:
    """As the documentation shows it."""

    def curl(*arguments: str | Path) -> Any:
        command = ["curl", "-sS", "-H", f"Authorization: Bearer {KEY}", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, check=True)
        return json.loads(done.stdout)

    a, b = write("sent/a ü.json", transcript(answer("a"))), write("sent/b.json", transcript(answer("b")))
    told = curl("-F", f"files=@{a}", "-F", f"files=@{b}", url + ROUTE)
    assert [one["file"] for one in told["indexed"]] == ["a ü.json", "b.json"]
    assert curl("-X", "DELETE", f"{url}{ROUTE}/b")["removed"] == ["b"]
    stream = subprocess.run(
        ["curl", "-sSN", "-H", f"X-API-Key: {KEY}", "-H", "Accept: text/event-stream", "-F", f"files=@{b}", url + ROUTE],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert events(stream.stdout)[-1][1]["indexed"][0]["id"] == "b"
