"""Which sets a folder has, and in which scope each is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from evaluation.sets import STANDARD, EvaluationSet, NoSuchSet, chosen, present


def turns(folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True)
    for file in ("corpus.jsonl", "queries.jsonl"):
        (folder / name / file).touch()


def raw(folder: Path, name: str) -> None:
    (folder / name / "one").mkdir(parents=True)
    (folder / name / "one" / "questions.json").touch()


def test_known_sets_come_in_their_order_and_scopes(tmp_path: Path) -> None:
    """What is there of the known sets, each in the scopes that make sense for it, whatever the file system's order is."""
    for one in {one.name for one in STANDARD}:
        (raw if one.startswith("raw") else turns)(tmp_path, one)
    assert present(tmp_path) == list(STANDARD)


def test_other_sets_follow(tmp_path: Path) -> None:
    """A set that is not known is asked in both scopes when it has turns, of the whole index when its files are raw."""
    turns(tmp_path, "new/talks")
    raw(tmp_path, "files")
    turns(tmp_path, "squad2")
    (tmp_path / "raw_sources" / "txt").mkdir(parents=True)
    assert [str(one) for one in present(tmp_path)] == ["squad2", "files", "new/talks", "new/talks:in"]


def test_raw_files_win_over_turns_beside_them(tmp_path: Path) -> None:
    """A set with raw interviews is one of raw interviews, also where its turns lie beside them."""
    raw(tmp_path, "both")
    for file in ("corpus.jsonl", "queries.jsonl"):
        (tmp_path / "both" / file).touch()
    assert present(tmp_path) == [EvaluationSet("both")]


def test_what_is_asked_for_is_taken_once(tmp_path: Path) -> None:
    """In the order asked for, in any scope, without doubles."""
    turns(tmp_path, "talks")
    assert [str(one) for one in chosen(tmp_path, ["talks:in", "talks", "talks:in"])] == ["talks:in", "talks"]


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    """The error has what was asked for and what there is."""
    with pytest.raises(NoSuchSet, match="no evaluation sets"):
        chosen(tmp_path, [])
    turns(tmp_path, "talks")
    with pytest.raises(NoSuchSet, match=r"no set walks .* There: talks\."):
        chosen(tmp_path, ["walks:in"])


def test_a_sets_files_are_told_apart_by_scope() -> None:
    """Both scopes share a folder, their questions differ by name."""
    whole, inside = EvaluationSet.parse("raw/one"), EvaluationSet.parse("raw/one:in")
    assert whole.folder_name == inside.folder_name == "raw_one"
    assert (whole.suffix, inside.suffix) == ("", "_in")
