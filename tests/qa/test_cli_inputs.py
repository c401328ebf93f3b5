"""``onrecord index`` over addresses and archives, and with limits from the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.reader import IndexReader
from tests.index.archives import write_zip
from tests.index.interviews import answer, transcript
from tests.index.website import Site, html, website
from tests.qa.conftest import Ended, on_terminal

Here = Callable[..., Ended]


@pytest.fixture
def site() -> Iterator[Site]:
    with website() as found:
        yield found


def test_a_page_is_indexed_by_its_address(here: Here, site: Site) -> None:
    """An address is fetched, with leave from this machine too, and listed under its own name."""
    site.pages["/harbour"] = html(answer("a"))
    ended = here("onrecord", "index", f"{site.url}/harbour", "--allow-private")
    assert ended.code == 0
    assert "harbour: 2 turns" in ended.err
    assert here("onrecord", "list", "--json").json["documents"][0]["path"] == f"{site.url}/harbour"


def test_a_private_machine_is_refused_with_what_to_do(here: Here, site: Site) -> None:
    """Without leave it is exit code 2, and the message says how to give it."""
    ended = here("onrecord", "index", f"{site.url}/harbour")
    assert ended.code == 2
    assert f"failed: {site.url}/harbour: " in ended.err
    assert "--allow-private" in ended.err
    assert site.asked == []


def test_another_scheme_is_no_path(here: Here) -> None:
    """``ftp://`` is refused by name."""
    ended = here("onrecord", "index", "ftp://a.example/talk.txt")
    assert ended.code == 2
    assert "ftp://a.example/talk.txt: is not on the web" in ended.err


def test_an_archive_and_a_folder_in_one_run(here: Here, tmp_path: Path) -> None:
    """Members of archives are told as documents, and what failed by the path in the archive."""
    path = write_zip(tmp_path / "talks.zip", {"a.json": transcript(answer("a")), "broken.json": "{", "tape.mp3": "x"})
    ended = here("onrecord", "index", path)
    assert ended.code == 2
    assert "a: 2 turns" in ended.err
    assert f"failed: {path}/broken.json" in ended.err
    assert "tape.mp3: .mp3 files are not transcripts" in ended.err
    assert "1 indexed, 0 unchanged, 0 removed, 1 skipped, 1 failed" in ended.err


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("ONRECORD_MAX_SOURCE", "100", "more than the 100 bytes"),
        ("ONRECORD_MAX_EXPANDED", "100", "more than 100 bytes"),
        ("ONRECORD_MAX_MEMBERS", "1", "more than the 1 "),
        ("ONRECORD_MAX_CHARS", "10", "more than the 10 "),
    ],
)
def test_limits_come_from_the_settings(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    """Each setting holds for what is indexed, and the message names it or the limit."""
    path = write_zip(tmp_path / "talks.zip", {"a.json": transcript(answer("a")), "b.json": transcript(answer("b"))})
    monkeypatch.setenv(name, value)
    ended = here("onrecord", "index", path)
    assert ended.code == 2
    assert problem in ended.err


def test_the_settings_file_sets_limits_too(here: Here, tmp_path: Path) -> None:
    """``onrecord.toml`` in the working folder holds for the run."""
    Path("onrecord.toml").write_text('max_source = "1KB"\n')
    Path("long.json").write_text(transcript(*[answer(f"n{number}") for number in range(50)]))
    ended = here("onrecord", "index", "long.json")
    assert "more than the 1,000 bytes" in ended.err


def test_an_archive_steers_no_terminal(tmp_path: Path) -> None:
    """Names in archives come from anywhere: what can't be seen in them is neither shown nor sent."""
    path = write_zip(tmp_path / "talks.zip", {"\x1b[2Jx.json": "{", "../\x1b]0;owned\x07.json": "{", "\x1b[2J.mp3": "x"})
    ended = on_terminal("onrecord", "index", path, "--index", tmp_path / "index")
    assert ended.code == 2
    assert "\ufffd[2Jx.json" in ended.text
    assert "\x1b[2Jx" not in ended.text
    assert "\x1b]0;owned" not in ended.text


def test_what_was_archived_is_the_page(here: Here, site: Site) -> None:
    """The index keeps the bytes that came."""
    site.pages["/harbour"] = html(answer("a"))
    here("onrecord", "index", f"{site.url}/harbour", "--allow-private")
    assert IndexReader.open(Path(".onrecord")).original("harbour") == bytes(html(answer("a")).body)
