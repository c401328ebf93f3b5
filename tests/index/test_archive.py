"""ZIP archives: which members are indexed, and that no archive takes more than it may."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.archive import Archive, Archives, Member
from index.errors import SourceError, UnreadableSource
from index.limits import DEFAULT_LIMITS, Limits
from tests.index.archives import flagged, packed, stating, write_zip

SAID = b"Ann Lee: I was there.\n"


@pytest.fixture
def archives() -> Iterator[Archives]:
    with Archives(DEFAULT_LIMITS) as found:
        yield found


def names(archive: Archive) -> list[str]:
    return [member.path.relative_to(archive.path).as_posix() for member in archive.contents().members]


def only(archive: Archive) -> Member:
    (member,) = archive.contents().members
    return member


def test_members_are_sources_under_the_archives_path(tmp_path: Path, archives: Archives) -> None:
    """Each file has the archive's path and the name in it, its bytes and their digest; folders are none."""
    path = write_zip(tmp_path / "a.zip", {"sub/": b"", "sub/b.txt": SAID, "a.md": b"# x"})
    archive = archives.at(path)
    assert names(archive) == ["a.md", "sub/b.txt"]
    member = archive.contents().members[1]
    source = archive.read(member)
    assert (source.path, source.data, source.suffix) == (path / "sub" / "b.txt", SAID, ".txt")
    assert source.place == str(path / "sub" / "b.txt")
    assert source.sha256 == archive.sha256_of(member) == hashlib.sha256(SAID).hexdigest()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_usual_methods_are_read(tmp_path: Path, archives: Archives, method: int) -> None:
    """Packed or only stored, the bytes are the same."""
    archive = archives.at(write_zip(tmp_path / "a.zip", {"a.txt": SAID * 9000}, method=method))
    assert archive.read(only(archive)).data == SAID * 9000


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_are_refused_by_name(tmp_path: Path, archives: Archives, method: int) -> None:
    """What can't be unpacked in bounded steps is not unpacked."""
    found = archives.at(write_zip(tmp_path / "a.zip", {"a.txt": SAID}, method=method)).contents()
    assert [(error.path.name, "method that is not read" in error.problem) for error in found.failed] == [("a.txt", True)]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".hidden.txt", "a hidden file"),
        (".git/config.txt", "a hidden file"),
        ("__MACOSX/._a.txt", "macOS"),
        ("sub/__MACOSX/a.txt", "macOS"),
        ("tape.MP3", ".mp3 files are not transcripts"),
        ("page_files/style.css", ".css files are not transcripts"),
    ],
)
def test_what_is_no_transcript_is_skipped(tmp_path: Path, archives: Archives, name: str, reason: str) -> None:
    """It is passed over with the reason, and the rest goes in."""
    found = archives.at(write_zip(tmp_path / "a.zip", {name: SAID, "a.txt": SAID})).contents()
    assert [member.path.name for member in found.members] == ["a.txt"]
    ((path, said),) = found.skipped
    assert path == tmp_path / "a.zip" / name
    assert reason in said
    assert not found.failed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("c\u202e.txt", "c\ufffd.txt"),
        ("esc\x1b[31m.txt", "esc\ufffd[31m.txt"),
        ("a\nb.txt", "a\ufffdb.txt"),
        ("a\u2028b.txt", "a\ufffdb.txt"),
        ("sub\u2066/a.txt", "sub\ufffd/a.txt"),
    ],
)
def test_a_name_that_hides_what_it_is_fails(tmp_path: Path, archives: Archives, name: str, shown: str) -> None:
    """Control characters, line ends and changes of direction make a failure that shows them harmlessly; the rest goes in."""
    files = {shown: SAID, name: SAID, "b.txt": SAID}
    archive = archives.at(write_zip(tmp_path / "a.zip", files))
    assert sorted(names(archive)) == sorted([shown, "b.txt"])
    (error,) = archive.contents().failed
    assert (error.path, "can't be seen" in error.problem) == (tmp_path / "a.zip" / shown, True)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../a.txt", "leads out"),
        ("sub/../../a.txt", "leads out"),
        ("..\\..\\a.txt", "leads out"),
        ("/etc/a.txt", "leads out"),
        ("\\\\server\\a.txt", "leads out"),
        ("C:\\a.txt", "leads out"),
        ("..", "leads out"),
        (".", "no name"),
        ("inner.zip", "archive in an archive"),
        ("inner.tar.gz", "archive in an archive"),
        ("inner.7Z", "archive in an archive"),
    ],
)
def test_what_can_not_be_taken_fails_by_name(tmp_path: Path, archives: Archives, name: str, reason: str) -> None:
    """A name that leads elsewhere, or an archive within, is a failure that names it, and the rest goes in."""
    found = archives.at(write_zip(tmp_path / "a.zip", {name: SAID, "b.txt": SAID})).contents()
    assert [member.path.name for member in found.members] == ["b.txt"]
    (error,) = found.failed
    assert reason in error.problem
    assert error.advice


def test_slashes_of_either_kind_are_folders(tmp_path: Path, archives: Archives) -> None:
    """Names written on Windows, or with dots and double slashes, come to the same paths."""
    archive = archives.at(write_zip(tmp_path / "a.zip", {"one\\a.txt": SAID, "./two//b.txt": SAID}))
    assert names(archive) == ["one/a.txt", "two/b.txt"]
    assert {archive.read(member).data for member in archive.contents().members} == {SAID}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_equal_names_the_last_is_taken(tmp_path: Path, archives: Archives) -> None:
    """As when it is unpacked, a later file replaces an earlier one of the same path."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        for name, content in (("a.txt", b"first"), ("a.txt", b"second"), ("./a.txt", b"third")):
            out.writestr(name, content)
    archive = archives.at(path)
    assert archive.read(only(archive)).data == b"third"


def test_a_link_is_not_followed(tmp_path: Path, archives: Archives) -> None:
    """A member that is a symbolic link is skipped."""
    path, link = tmp_path / "a.zip", zipfile.ZipInfo("passwd.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(link, "/etc/passwd")
        out.writestr("a.txt", SAID)
    found = archives.at(path).contents()
    assert [member.path.name for member in found.members] == ["a.txt"]
    assert found.skipped == [(path / "passwd.txt", "a link")]


def test_an_encrypted_member_fails(tmp_path: Path, archives: Archives) -> None:
    """It is told as what it is, before anything of it is read."""
    path = tmp_path / "a.zip"
    path.write_bytes(flagged(packed({"a.txt": SAID}), 0x1))
    found = archives.at(path).contents()
    assert not found.members
    assert ["encrypted" in error.problem for error in found.failed] == [True]


# Limits


def test_a_member_over_the_limit_is_refused_by_its_real_bytes(tmp_path: Path) -> None:
    """A member at the limit is taken; one over it is refused when it unfolds, whatever size it states."""
    limits = Limits(source_bytes=100_000)
    path = tmp_path / "a.zip"
    with Archives(limits) as archives:
        path.write_bytes(packed({"a.txt": b"x" * 100_000}))
        archive = archives.at(path)
        assert len(archive.read(only(archive)).data) == 100_000
        for raw in (packed({"a.txt": b"x" * 100_001}), stating(packed({"a.txt": b"x" * 10_000_000}), 50)):
            path.write_bytes(raw)
            archive = archives.at(path)
            member = only(archive)
            for read in (archive.read, archive.sha256_of):
                with pytest.raises(UnreadableSource, match=r"a\.zip/a\.txt: (more than the 100,000 bytes|can't be unpacked)"):
                    read(member)


def test_a_size_that_is_stated_too_large_is_not_believed(tmp_path: Path, archives: Archives) -> None:
    """A member that states gigabytes and holds a line costs what a line costs, and is damaged."""
    path = tmp_path / "a.zip"
    path.write_bytes(stating(packed({"a.txt": SAID}), 2**32 - 2))
    archive = archives.at(path)
    try:
        assert archive.read(only(archive)).data == SAID
    except UnreadableSource as error:
        assert "can't be unpacked" in error.problem  # noqa: PT017 - either is right


def test_all_members_together_are_held_to_a_limit(tmp_path: Path) -> None:
    """What an archive unfolds to is counted over its members, each once however often it is read."""
    path = write_zip(tmp_path / "a.zip", dict.fromkeys(("a.txt", "b.txt", "c.txt"), b"x" * 40000))
    with Archives(Limits(expanded_bytes=100_000)) as archives:
        archive = archives.at(path)
        a, b, c = archive.contents().members
        for member in (a, b, a, b, a):
            archive.sha256_of(member)
            archive.read(member)
        with pytest.raises(UnreadableSource, match=r"a\.zip/c\.txt: .* more than 100,000 bytes.*ONRECORD_MAX_EXPANDED"):
            archive.read(c)


def test_a_bomb_is_given_up_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that unfolds to a thousand times its size is read up to the limit, and no further."""
    path = write_zip(tmp_path / "a.zip", {"a.txt": bytes(200 * 2**20)})
    assert path.stat().st_size < 2**20
    counted: list[int] = []
    count = Archive._count

    def counting(self: Archive, member: Member, more: int) -> None:
        counted.append(more)
        count(self, member, more)

    monkeypatch.setattr(Archive, "_count", counting)
    with Archives(Limits(source_bytes=2**20)) as archives:
        archive = archives.at(path)
        with pytest.raises(UnreadableSource, match="more than the 1 MiB"):
            archive.read(only(archive))
    assert sum(counted) <= 2**20 + 2**16


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    """An archive may have as many files as the limit, folders not counted, and no more."""
    files = {f"{number}.txt": SAID for number in range(5)} | {"sub/": b""}
    with Archives(Limits(members=5)) as archives:
        assert len(archives.at(write_zip(tmp_path / "a.zip", files)).contents().members) == 5
        with pytest.raises(UnreadableSource, match=r"a\.zip: 6 files, more than the 5 .* ONRECORD_MAX_MEMBERS"):
            archives.at(write_zip(tmp_path / "a.zip", files | {"more.txt": SAID})).contents()


def test_a_huge_table_of_contents_is_not_read(tmp_path: Path) -> None:
    """A table of contents of hundreds of thousands of files is refused before it is in memory."""
    path = write_zip(tmp_path / "a.zip", {f"{number:05d}{'x' * 200}.txt": b"" for number in range(1000)})
    with Archives(Limits(members=5)) as archives, pytest.raises(UnreadableSource, match="table of contents"):
        archives.at(path).contents()


# Damage


def test_damage_is_a_failure_that_names_the_archive(tmp_path: Path, archives: Archives) -> None:
    """What is no archive, is cut short or is empty fails by its own name."""
    whole = packed({"a.txt": SAID * 100})
    for raw in (b"", b"PK\x03\x04 no archive", b"plain text", whole[: len(whole) // 2], whole[:-10]):
        (tmp_path / "a.zip").write_bytes(raw)
        with pytest.raises(UnreadableSource, match=r"a\.zip: a damaged archive"):
            archives.at(tmp_path / "a.zip").contents()


def test_an_archive_without_files_is_a_failure(tmp_path: Path, archives: Archives) -> None:
    """The user meant another one."""
    for files in ({}, {"sub/": b""}):
        with pytest.raises(UnreadableSource, match="holds no files"):
            archives.at(write_zip(tmp_path / "a.zip", files)).contents()


def test_a_damaged_member_does_not_keep_the_others_out(tmp_path: Path, archives: Archives) -> None:
    """A member whose bytes are not what its checksum says fails by name."""
    raw = bytearray(packed({"a.txt": SAID * 100, "b.txt": SAID}, method=zipfile.ZIP_STORED))
    raw[60] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(raw)
    archive = archives.at(tmp_path / "a.zip")
    a, b = archive.contents().members
    with pytest.raises(UnreadableSource, match=r"a\.zip/a\.txt: can't be unpacked"):
        archive.read(a)
    assert archive.read(b).data == SAID


def test_an_archive_that_changed_meanwhile_fails(tmp_path: Path, archives: Archives) -> None:
    """A member is never read from where another one now lies."""
    archive = archives.at(write_zip(tmp_path / "a.zip", {"a.txt": SAID}))
    member = only(archive)
    archive.close()
    write_zip(tmp_path / "a.zip", {"other.txt": b"Bo Ray: No."})
    with pytest.raises(UnreadableSource, match="changed meanwhile"):
        archive.read(member)


def test_one_archive_is_open_at_a_time(tmp_path: Path, archives: Archives) -> None:
    """A folder of thousands of archives doesn't take thousands of open files."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    opened = [archives.at(write_zip(tmp_path / f"{number}.zip", {"a.txt": SAID})) for number in range(20)]
    members = [only(archive) for archive in opened]
    for archive, member in zip(opened, members, strict=True):
        archive.read(member)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 20))
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_told(tmp_path: Path, noise: bytes, at: int, cut: int) -> None:
    """However an archive is broken, its members come out as they are or fail with an error about the source."""
    whole = packed({"a.txt": SAID * 3, "sub/b.md": b"# x"})
    raw = whole[: min(at, len(whole))] + noise + whole[min(at + len(noise), len(whole)) :]
    (tmp_path / "a.zip").write_bytes(raw[: len(raw) - cut])
    with Archives(Limits(source_bytes=10_000)) as archives:
        archive = archives.at(tmp_path / "a.zip")
        try:
            members = archive.contents().members
        except SourceError:
            return
        for member in members:
            try:
                assert len(archive.read(member).data) <= 10_000
            except SourceError as error:
                assert str(error)  # noqa: PT017 - either is right
