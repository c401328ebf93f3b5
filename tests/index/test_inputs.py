"""Runs over archives and pages: what goes in, what stays as it is, what goes, and which limits hold."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response

from index.build import Report, build_index
from index.errors import ExhaustingSource, FetchFailed, FetchRefused, MalformedSource, SourceError, UnsupportedSource
from index.formats import PARSERS
from index.inputs import Upload
from index.limits import Limits
from index.reader import IndexReader
from index.records import Parsed, Source
from index.report import Tally
from index.sandbox import Sandbox
from index.visiting import FetchRules
from tests.encoders import WordHashEncoder
from tests.index.archives import packed, write_zip
from tests.index.interviews import answer, answers_in, assert_sound, paths_in, transcript, write_all
from tests.index.parsers import MODULE
from tests.index.website import Site, html, page, redirect, website

Run = Callable[..., Report]
HASTY = FetchRules(allow_private=True, delay_s=0.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def run(root: Path) -> Run:
    """Indexes inputs with the word-hash encoder, pages from this machine too."""

    def build(*inputs: Path | str, **options: Any) -> Report:
        settings = {"fetching": HASTY, "encoder": lambda job_bytes: WordHashEncoder()} | options
        return build_index(inputs, root=root, **settings)

    return build


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places of all sources that are parsed from now on."""
    found: list[str] = []
    parse = Sandbox.parse

    def noted(self: Sandbox, source: Source) -> Parsed:
        found.append(source.place)
        return parse(self, source)

    monkeypatch.setattr(Sandbox, "parse", noted)
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with website() as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    server.robots, server.pages = None, {}
    server.asked.clear()
    return server


def talks(**said: str) -> dict[str, str]:
    """Transcripts by their names in an archive, each of one answer."""
    return {f"{name}.json": transcript(answer(words)) for name, words in said.items()}


def content(root: Path) -> dict[str, list[str]]:
    return answers_in(IndexReader.open(root))


def last_words(root: Path) -> dict[str, str]:
    """What is said last in every document: in a page of ours, the answer."""
    return {name: answers[-1] for name, answers in content(root).items()}


# Archives


@pytest.mark.parametrize("is_named", [True, False])
def test_an_archive_is_like_a_folder(run: Run, root: Path, tmp_path: Path, is_named: bool) -> None:
    """Its files are documents with ids of their own and the archive's path before theirs, beside those of the folder."""
    path = write_zip(tmp_path / "in" / "talks.ZIP", {**talks(a="a"), "sub/b.json": transcript(answer("b"))})
    write_all(tmp_path / "in", [("c.json", transcript(answer("c")))])
    report = run(path, tmp_path / "in" / "c.json") if is_named else run(tmp_path / "in")
    assert not report.failed
    assert content(root) == {name: [answer(name)] for name in "abc"}
    assert paths_in(IndexReader.open(root)) == {
        "a": str(path / "a.json"),
        "b": str(path / "sub" / "b.json"),
        "c": str(tmp_path / "in" / "c.json"),
    }
    assert_sound(IndexReader.open(root), WordHashEncoder())


def test_the_archived_original_is_the_member(run: Run, root: Path, tmp_path: Path) -> None:
    """What the index keeps for ever is the file's bytes, not the archive's."""
    files = talks(a="a")
    run(write_zip(tmp_path / "a.zip", files))
    assert IndexReader.open(root).original("a") == files["a.json"].encode()


def test_only_changed_members_are_parsed_again(run: Run, root: Path, tmp_path: Path, parses: list[str]) -> None:
    """An archive that was packed anew is looked through; what is as it was is not parsed and not embedded."""
    path = tmp_path / "a.zip"
    run(write_zip(path, talks(a="a", b="b")))
    parses.clear()
    report = run(write_zip(path, talks(b="changed", a="a", c="c")))
    assert parses == [str(path / "b.json"), str(path / "c.json")]
    assert (report.unchanged, [one.id for one in report.indexed]) == (1, ["b", "c"])
    assert content(root) == {"a": [answer("a")], "b": [answer("changed")], "c": [answer("c")]}
    assert run(path).unchanged == 3


def test_pruning_drops_members_that_are_gone(run: Run, root: Path, tmp_path: Path) -> None:
    """A file that is no longer in the archive goes, of archives that are named and that are in a named folder."""
    path = tmp_path / "in" / "a.zip"
    for inputs in (path, path.parent):
        run(write_zip(path, talks(a="a", b="b", c="c")))
        write_zip(path, talks(a="a", c="c"))
        assert run(inputs).removed == ()
        assert run(inputs, prune=True).removed == ("b",)
        assert sorted(content(root)) == ["a", "c"]
    path.unlink()
    write_all(path.parent, [("d.json", transcript(answer("d")))])
    assert set(run(path.parent, prune=True).removed) == {"a", "c"}


def test_pruning_keeps_what_can_not_be_told(run: Run, root: Path, tmp_path: Path) -> None:
    """A damaged archive may still hold its files, and a member that fails is not gone."""
    path = write_zip(tmp_path / "a.zip", talks(a="a", b="b"))
    run(path)
    path.write_bytes(path.read_bytes()[:-30])
    report = run(path, prune=True)
    assert report.removed == ()
    assert [error.path for error in report.failed] == [path]
    write_zip(path, {**talks(a="a"), "b.json": "{"})
    report = run(path, prune=True)
    assert report.removed == ()
    assert [error.path for error in report.failed] == [path / "b.json"]
    assert content(root) == {"a": [answer("a")], "b": [answer("b")]}


def test_bad_members_do_not_keep_the_others_out(run: Run, root: Path, tmp_path: Path) -> None:
    """What can't be taken is told by its path, what is no transcript is skipped, the rest goes in."""
    path = tmp_path / "a.zip"
    bad = {"../x.json": "{}", "broken.json": "{", "inner.zip": "PK", "tape.mp3": "ID3", "__MACOSX/a.json": "x", "odd.xyz": "x"}
    report = run(write_zip(path, {**bad, **talks(a="a")}))
    assert sorted(content(root)) == ["a"]
    kinds = {error.path.name: type(error) for error in report.failed}
    assert set(kinds) == {"x.json", "broken.json", "inner.zip", "odd.xyz"}
    assert (kinds["broken.json"], kinds["odd.xyz"]) == (MalformedSource, UnsupportedSource)
    assert {path.name for path, _ in report.skipped} == {"tape.mp3", "a.json"}


def test_limits_reach_archives_and_files(run: Run, tmp_path: Path) -> None:
    """The limits of a run hold for members, for all of an archive, and for files on the disk."""
    files = talks(a="a", b="b")
    size = len(files["a.json"])
    path = write_zip(tmp_path / "in" / "a.zip", files)
    write_all(path.parent, [("c.json", transcript(answer("c") * 9))])
    report = run(path.parent, limits=Limits(source_bytes=size))
    assert [error.path.name for error in report.failed] == ["c.json"]
    report = run(path, limits=Limits(expanded_bytes=2 * size - 1), rebuild=True)
    assert [error.path.name for error in report.failed] == ["b.json"]
    report = run(path, limits=Limits(members=1), rebuild=True)
    assert [error.path for error in report.failed] == [path]


def test_an_office_file_is_no_archive_to_walk(run: Run, tmp_path: Path) -> None:
    """A Word file is a ZIP inside, and is a document."""
    path = write_zip(tmp_path / "a.docx", {"word/document.txt": "Ann Lee: I was there."})
    report = run(path)
    assert [error.path for error in report.failed] == [path]


def test_what_is_left_out_is_not_read(run: Run, root: Path, tmp_path: Path) -> None:
    """Places without which a run is made are neither read, nor told, nor pruned."""
    path = write_zip(tmp_path / "in" / "a.zip", talks(a="a", b="b"))
    write_all(path.parent, [("c.json", transcript(answer("c")))])
    run(path.parent)
    write_zip(path, {**talks(a="changed"), "b.json": "{"})
    write_all(path.parent, [("c.json", "{")])
    report = run(path.parent, prune=True, without={str(path / "b.json"), str(path.parent / "c.json")})
    assert (report.failed, report.removed, [one.id for one in report.indexed]) == ((), (), ["a"])
    path.write_bytes(b"no archive")
    report = run(path.parent, prune=True, without={str(path), str(path.parent / "c.json")})
    assert (report.failed, report.removed) == ((), ())
    assert sorted(content(root)) == ["a", "b", "c"]


# Pages


def test_a_page_is_a_document(run: Run, root: Path, site: Site) -> None:
    """It is known by its address, quoted from its words, and linked to where it was found."""
    site.pages |= {"/go": redirect("/talks/harbour.html"), "/talks/harbour.html": html(answer("a"))}
    report = run(f"{site.url}/go#top")
    assert not report.failed
    assert [(one.id, one.path.name) for one in report.indexed] == [("harbour", "harbour.html")]
    (card,) = IndexReader.open(root).documents()
    assert card.path == card.metadata.url == f"{site.url}/talks/harbour.html"
    assert last_words(root) == {"harbour": answer("a")}
    assert IndexReader.open(root).original("harbour") == page(answer("a")).encode()


def test_a_page_that_states_its_address_is_believed(run: Run, root: Path, site: Site) -> None:
    """A canonical address in the page is the one that links lead to; the index knows it by the one that was fetched."""
    stated = page(answer("a")).replace("<head>", '<head><link rel="canonical" href="https://talks.example/harbour">')
    site.pages["/a"] = Response(stated, media_type="text/html")
    run(f"{site.url}/a")
    (card,) = IndexReader.open(root).documents()
    assert (card.path, card.metadata.url) == (f"{site.url}/a", "https://talks.example/harbour")


def test_the_servers_charset_is_heard(run: Run, root: Path, site: Site) -> None:
    """A page that doesn't say how it is encoded is read as its server says."""
    said = "Да, это было давно, и никто не помнит."
    site.pages["/a"] = Response(page(said).encode("cp1251"), headers={"content-type": "text/html; charset=windows-1251"})
    run(f"{site.url}/a")
    assert last_words(root) == {"a": said}


def test_an_unchanged_page_is_not_parsed_again(run: Run, root: Path, site: Site, parses: list[str]) -> None:
    """It is fetched and compared, also through a redirect; when its bytes change it replaces its document."""
    site.pages |= {"/go": redirect("/a"), "/a": html(answer("a"))}
    run(f"{site.url}/a")
    parses.clear()
    report = run(f"{site.url}/go", f"{site.url}/a")
    assert (report.unchanged, report.indexed, parses) == (1, (), [])
    site.pages["/a"] = html(answer("changed"))
    assert [one.id for one in run(f"{site.url}/a").indexed] == ["a"]
    assert last_words(root) == {"a": answer("changed")}


def test_a_page_that_fails_keeps_its_earlier_version(run: Run, root: Path, site: Site) -> None:
    """A page that is gone or broken is told by its address, stays as it was, also with prune, and keeps no other out."""
    site.pages |= {"/a.json": html(answer("a")), "/b": html(answer("b"))}
    addresses = [f"{site.url}/a.json", f"{site.url}/b"]
    run(*addresses)
    site.pages |= {"/b": html(answer("changed"))}
    for bad, kind in (
        (Response(status_code=404), FetchFailed),
        (Response("{", media_type="application/json"), MalformedSource),
        (Response(b"ID3", media_type="audio/mpeg"), FetchRefused),
    ):
        site.pages["/a.json"] = bad
        report = run(*addresses, prune=True)
        assert [type(error) for error in report.failed] == [kind]
        assert str(report.failed[0]).startswith(f"{site.url}/a.json: ")
        assert report.removed == ()
    assert last_words(root) == {"a": answer("a"), "b": answer("changed")}


def test_pages_of_one_name_get_different_ids(run: Run, root: Path, site: Site) -> None:
    """Two addresses with the same last part are two documents."""
    site.pages |= {"/one/talk": html(answer("a")), "/two/talk": html(answer("b"))}
    run(f"{site.url}/one/talk", f"{site.url}/two/talk")
    first, second = content(root)
    assert first == "talk"
    assert second.startswith("talk-")
    assert run(f"{site.url}/two/talk", f"{site.url}/one/talk").unchanged == 2


def test_private_machines_need_leave(run: Run, site: Site) -> None:
    """Without it a run asks no machine of this network for anything."""
    site.pages["/a"] = html(answer("a"))
    report = run(f"{site.url}/a", f"http://localhost:{site.port}/a", fetching=FetchRules())
    assert [type(error) for error in report.failed] == [FetchRefused, FetchRefused]
    assert site.asked == []


def test_an_address_is_never_a_path(run: Run, tmp_path: Path) -> None:
    """Another scheme is refused by name, and no file is looked for."""
    report = run(f"file://{tmp_path}/a.txt", "ftp://a.example/a.txt")
    assert [type(error) for error in report.failed] == [FetchRefused, FetchRefused]


def test_a_path_may_be_a_string(run: Run, root: Path, tmp_path: Path) -> None:
    """What is no address is a path, whether it is written as one or as text."""
    write_all(tmp_path / "in", [("a.json", transcript(answer("a")))])
    run(str(tmp_path / "in"))
    assert sorted(content(root)) == ["a"]


def test_fetching_is_told_as_it_goes(run: Run, site: Site) -> None:
    """Tallies count the pages that were fetched, then the documents."""
    site.pages |= {"/a": html(answer("a")), "/b": html(answer("b"))}
    tallies: list[Tally] = []
    run(f"{site.url}/a", f"{site.url}/b", progress=tallies.append)
    fetched = [(tally.files, tally.files_total, tally.now) for tally in tallies if tally.is_fetching]
    assert fetched == [(0, 2, f"{site.url}/a"), (1, 2, f"{site.url}/b"), (2, 2, "")]
    assert [tally.files for tally in tallies if not tally.is_fetching] == [0, 1, 2]


def test_fetched_pages_are_not_left_behind(run: Run, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that pages were kept in are gone after a run, also one that broke off."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    site.pages["/a"] = html(answer("a"))
    run(f"{site.url}/a")

    def fail(job_bytes: int) -> WordHashEncoder:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(f"{site.url}/a", encoder=fail, rebuild=True)
    assert list((tmp_path / "temporary").iterdir()) == []


# Parsing that goes wrong


def test_a_parse_that_goes_wrong_fails_that_file_alone(
    run: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A file over which the parser hangs, dies or falls is told by name with the reason, and the others go in."""
    monkeypatch.setattr("index.build.Sandbox", lambda limits: Sandbox(limits, parser=MODULE))
    words = {"hang": ExhaustingSource, "eat": ExhaustingSource, "crash": ExhaustingSource, "defect": SourceError}
    files = [(f"{word}.pdf", f"{word} ") for word in words]
    write_all(tmp_path / "in", [*files, ("z.json", transcript(answer("z")))])
    with caplog.at_level(logging.ERROR):
        report = run(tmp_path / "in", limits=Limits(seconds=1.5, memory_bytes=2**29))
    assert {error.path.name: type(error) for error in report.failed} == {f"{word}.pdf": kind for word, kind in words.items()}
    assert "z" in content(root)
    assert "Traceback" in caplog.text


def test_every_kind_goes_through_the_limits(run: Run, tmp_path: Path) -> None:
    """The limit on text holds for what a run parses, whichever its format."""
    assert ".txt" in PARSERS
    write_all(tmp_path / "in", [("a.txt", "Ann Lee: I was there for a long time.\n" * 9)])
    (error,) = run(tmp_path / "in", limits=Limits(text_chars=100)).failed
    assert "more than the 100" in error.problem


# What was sent


def sent(folder: Path, name: str, content: str | bytes) -> Upload:
    """A file of this name that was sent, its bytes under another one."""
    file = folder / f"bytes-{len(list(folder.iterdir()))}"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return Upload(name, file)


def test_what_was_sent_is_known_by_its_name(run: Run, root: Path, tmp_path: Path) -> None:
    """It goes in with its bytes, needs no file afterwards, and one of the same name takes its place."""
    first = sent(tmp_path, "a.json", transcript(answer("a")))
    run(first)
    original = first.file.read_bytes()
    first.file.unlink()
    reader = IndexReader.open(root)
    assert (paths_in(reader), reader.original("a")) == ({"a": "uploads/a.json"}, original)
    assert_sound(reader, WordHashEncoder())
    run(sent(tmp_path, "a.json", transcript(answer("later"))), sent(tmp_path, "b.json", transcript(answer("b"))))
    assert content(root) == {"a": [answer("later")], "b": [answer("b")]}
    assert run(sent(tmp_path, "b.json", transcript(answer("b")))).unchanged == 1


def test_what_was_sent_is_no_file_of_that_path(run: Run, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file ``uploads/a.json`` on the disk is another document, and pruning leaves what was sent alone."""
    monkeypatch.chdir(tmp_path)
    run(sent(tmp_path, "a.json", transcript(answer("sent"))))
    write_all(tmp_path / "uploads", [("a.json", transcript(answer("file")))])
    run(Path("uploads"))
    assert sorted(paths_in(IndexReader.open(root)).values()) == sorted([str(tmp_path / "uploads" / "a.json"), "uploads/a.json"])
    (tmp_path / "uploads" / "a.json").unlink()
    report = run(Path("uploads"), prune=True)
    assert len(report.removed) == 1
    assert paths_in(IndexReader.open(root)) == {"a": "uploads/a.json"}


def test_an_archive_that_was_sent(run: Run, root: Path, tmp_path: Path) -> None:
    """Its members are known by its name and theirs; what is wrong in it is told so."""
    files = {**talks(a="a", b="b"), "../c.json": transcript(answer("c"))}
    report = run(sent(tmp_path, "talks.zip", packed(files)))
    assert paths_in(IndexReader.open(root)) == {"a": "uploads/talks.zip/a.json", "b": "uploads/talks.zip/b.json"}
    assert [str(error) for error in report.failed] == [
        "uploads/talks.zip/../c.json: its name leads out of the archive. Pack it again."
    ]
    (error,) = run(sent(tmp_path, "none.zip", b"no archive")).failed
    assert str(error).startswith("uploads/none.zip: a damaged archive")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.json", b"", "the file is empty"),
        ("a.json", b'{"turns": []}', 'the list of "turns" is empty'),
        ("a.exe", b"MZ", "no parser"),
        ("a.txt", b"long " * 500, "more than the 1,000 bytes"),
    ],
)
def test_what_was_sent_and_fails_is_told_by_its_name(run: Run, tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    """Never by where its bytes lay for the run."""
    (error,) = run(sent(tmp_path, name, content), limits=Limits(source_bytes=1000)).failed
    assert str(error.path) == f"uploads/{name}"
    assert str(error).startswith(f"uploads/{name}: ")
    assert problem in str(error)
