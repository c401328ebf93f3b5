"""A service over the newest generation: it follows what is published, and outlives what is damaged."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import Report
from index.errors import IndexMissing, MemoryShort, ModelError
from qa.hosting import Host
from tests.encoders import WordHashEncoder
from tests.qa.damage import damage_newest, make_newer

Build = Callable[..., Report]
Transcript = Callable[..., Path]


@pytest.fixture
def root(build: Build, transcript: Transcript, tmp_path: Path) -> Path:
    """An index with one document, on the harbour."""
    build(transcript("harbour", ("Host", "When does it open?"), ("Ann Bell", "We will open the harbour in May.")))
    return tmp_path / "index"


@pytest.fixture
def add(build: Build, transcript: Transcript) -> Callable[[str], Report]:
    """Publishes a further generation, with a document on another topic."""
    return lambda topic: build(
        transcript(topic, ("Host", f"What of the {topic}?"), ("Ann Bell", f"We will mend the {topic} in June."))
    )


@pytest.fixture
def host(root: Path) -> Host:
    return Host(root, encoder=WordHashEncoder())


def test_while_nothing_is_published_the_service_is_the_same(host: Host) -> None:
    """A request costs no reopening."""
    assert host.service() is host.service()


def test_a_new_generation_is_taken_up(host: Host, add: Callable[[str], Report]) -> None:
    """The first request after the switch is answered from the new generation."""
    before = host.service()
    assert not before.ask("the crane").found
    report = add("crane")
    after = host.service()
    assert after.reader.version == report.version != before.reader.version
    assert after.ask("What of the crane?").passages[0].place.document_id == "crane"


def test_a_service_that_was_taken_keeps_its_generation(host: Host, add: Callable[[str], Report]) -> None:
    """A request that began before several switches ends on what it began with, files removed or not."""
    taken = host.service()
    before = taken.ask("When does it open?")
    for topic in ("crane", "ferry", "pier"):
        add(topic)
        host.service()
    after = taken.ask("When does it open?")
    assert (after.index_version, after.passages) == (before.index_version, before.passages)
    assert host.service().ask("What of the pier?").found


def test_the_encoder_is_kept_over_a_switch(host: Host, add: Callable[[str], Report]) -> None:
    """A model is loaded once, not with every generation."""
    encoder = host.service().encoder
    add("crane")
    assert host.service().encoder is encoder


def test_the_threshold_is_kept_over_a_switch(root: Path, add: Callable[[str], Report]) -> None:
    """A setting of the service is not one of the generation."""
    host = Host(root, threshold=1.0, encoder=WordHashEncoder())
    add("crane")
    assert host.service().threshold == 1.0
    assert not host.service().ask("What of the crane?").found


@pytest.mark.parametrize("damage", [damage_newest, make_newer])
def test_a_generation_that_cannot_be_opened_leaves_the_old_one_serving(
    host: Host,
    root: Path,
    add: Callable[[str], Report],
    damage: Callable[[Path], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Damaged or of a later format: the old one answers on, the log says why, once, and repair is taken up."""
    before = host.service()
    add("crane")
    damage(root)
    with caplog.at_level(logging.ERROR, "onrecord"):
        assert [host.service() for _ in range(3)] == [before] * 3
    (record,) = caplog.records
    assert f"still serving {before.reader.version}" in record.getMessage()
    assert before.ask("When does it open?").found


@pytest.mark.parametrize("said", [b"", b"\xff\xfe\x00", b"generation-000001", b"../../etc passwd", b"generation-999999 abc\n"])
def test_a_broken_pointer_leaves_the_old_one_serving(host: Host, root: Path, said: bytes) -> None:
    """Whatever CURRENT says, a running service goes on with what it has."""
    before = host.service()
    (root / "CURRENT").write_bytes(said)
    assert host.service() is before


def test_a_removed_index_leaves_the_old_one_serving_and_its_return_is_taken_up(
    host: Host, root: Path, add: Callable[[str], Report]
) -> None:
    """Without CURRENT there is nothing newer; with a next generation there is."""
    before = host.service()
    said = (root / "CURRENT").read_bytes()
    (root / "CURRENT").unlink()
    assert host.service() is before
    (root / "CURRENT").write_bytes(said)
    add("crane")
    assert host.service() is not before


def test_a_generation_that_outgrows_the_memory_leaves_the_old_one_serving(
    root: Path, add: Callable[[str], Report], caplog: pytest.LogCaptureFixture
) -> None:
    """What was built without a limit and is over the service's is not taken up; the log says that it is the memory, once."""
    size = sum(path.stat().st_size for path in root.glob("generation-*/*.faiss"))
    host = Host(root, memory_bytes=size, encoder=WordHashEncoder())
    before = host.service()
    add("crane")
    with caplog.at_level(logging.ERROR, "onrecord"):
        assert [host.service() for _ in range(3)] == [before] * 3
    (record,) = caplog.records
    assert "of memory" in record.getMessage()
    assert before.ask("When does it open?").found
    with pytest.raises(MemoryShort):
        Host(root, memory_bytes=size, encoder=WordHashEncoder())


def test_no_index_is_said_at_once(tmp_path: Path) -> None:
    """A host without an index does not begin."""
    with pytest.raises(IndexMissing):
        Host(tmp_path / "nothing", encoder=WordHashEncoder())


def test_an_encoder_of_another_model_is_refused(root: Path) -> None:
    """Vectors of two models can't be compared, so a host with the wrong one does not begin."""
    with pytest.raises(ModelError, match=r"word-hash.*another"):
        Host(root, encoder=WordHashEncoder("another"))


def test_a_model_that_is_not_here_is_said(root: Path) -> None:
    """Without an encoder the index's own model is loaded; one that isn't on this machine is named."""
    with pytest.raises(ModelError, match="word-hash"):
        Host(root)
