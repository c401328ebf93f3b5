"""The judge that ships: its files, its verdicts, and what stands in for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelError
from index.models import BUNDLED_MODEL, model_folder
from index.records import Span
from qa.cross_encoder import CrossEncoderJudge
from qa.judge_input import Reading
from qa.judge_model import CARD, GRAPH, TOKENIZER, TrainedJudge, Verdict, bundled_judge_folder
from qa.judges import open_judge

MOST_BYTES = 25_000_000
QUESTION = "Why did she sell the accordion?"
ANSWERS = "A doctor told me it was the band or the other ear. So I sold the accordion to a boy who couldn’t read music."
SIMILAR = "The accordion was made in Castelfidardo, red, with a crack in the bellows, and it weighed eleven kilos."
OTHER = "The harbour wall was two metres high, and the water came over it at ten past four."


@pytest.fixture(scope="module")
def judge() -> TrainedJudge:
    return TrainedJudge(bundled_judge_folder())


def test_it_is_small_enough_to_ship() -> None:
    """Its files are under 25 MB together, and its card names the digests of both."""
    folder = bundled_judge_folder()
    assert sum((folder / name).stat().st_size for name in (GRAPH, TOKENIZER, CARD)) <= MOST_BYTES
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    assert set(card["sha256"]) == {GRAPH, TOKENIZER}


def test_what_answers_comes_before_what_is_like_it(judge: TrainedJudge) -> None:
    """A passage that answers is more relevant than one on the same thing, and that more than one on another."""
    answers, similar, other = judge.read([Reading(QUESTION, text, "Odile Farrant") for text in (ANSWERS, SIMILAR, OTHER)])
    assert answers.relevance > similar.relevance > other.relevance
    assert answers.answered > other.answered


def test_verdicts_do_not_depend_on_what_is_read_beside(judge: TrainedJudge) -> None:
    """In the order of the readings, and near what each gets alone: eight bits are scaled over all that is computed together."""
    readings = [Reading(QUESTION, text) for text in (OTHER, ANSWERS * 6, ANSWERS, SIMILAR)]
    together = [verdict.relevance for verdict in judge.read(readings)]
    alone = [judge.read([reading])[0].relevance for reading in readings]
    assert together == pytest.approx(alone, abs=0.75)


def test_spans_and_shares_belong_together(judge: TrainedJudge) -> None:
    """One share for each token of the passage; all of them with "nowhere" are one."""
    (verdict,) = judge.read([Reading(QUESTION, ANSWERS)])
    assert verdict.starts is not None
    assert verdict.ends is not None
    assert len(verdict.spans) == len(verdict.starts) == len(verdict.ends)
    assert 0 <= verdict.starts.sum() <= 1 + 1e-5
    assert verdict.mass(Span(0, len(ANSWERS))) == pytest.approx(verdict.answered)
    assert verdict.mass(Span(5, 5)) == 0


def test_nothing_to_read_is_no_verdict(judge: TrainedJudge) -> None:
    assert judge.read([]) == []


@pytest.mark.parametrize("passage", ["", " ", "🏦💧", "word " * 5000, "\x00", "e\u0301", "مرحبا"])
def test_any_text_can_be_read(judge: TrainedJudge, passage: str) -> None:
    """Empty, long, odd: a verdict comes back, and its numbers are numbers."""
    (verdict,) = judge.read([Reading(passage or "?", passage, passage, passage)])
    assert np.isfinite(verdict.relevance)
    assert all(0 <= span.start <= span.end <= len(passage) for span in verdict.spans)


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER, CARD])
@pytest.mark.parametrize("damage", ["gone", "cut", "changed"])
def test_a_damaged_judge_is_refused_by_name(tmp_path: Path, name: str, damage: str) -> None:
    """Never asked: a missing, cut or changed file is an error that says what to do."""
    folder = tmp_path / "judge"
    shutil.copytree(bundled_judge_folder(), folder)
    path = folder / name
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[: len(data) // 2] if damage == "cut" else data[:-9] + b"!" + data[-8:])
    with pytest.raises(ModelError, match="--fast"):
        TrainedJudge(folder)


def test_a_card_of_another_version_is_refused(tmp_path: Path) -> None:
    """Files of a later onrecord aren't guessed at."""
    folder = tmp_path / "judge"
    shutil.copytree(bundled_judge_folder(), folder)
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    (folder / CARD).write_text(json.dumps(card | {"version": 99}), encoding="utf-8")
    with pytest.raises(ModelError, match="version 99"):
        TrainedJudge(folder)


def test_a_model_that_only_ranks_marks_nothing() -> None:
    """Its verdict has no spans, and no mass anywhere."""
    verdict = Verdict(1.5)
    assert (verdict.answered, verdict.mass(Span(0, 10))) == (0, 0)


@pytest.mark.model
def test_any_cross_encoder_can_take_its_place(tmp_path: Path) -> None:
    """By its path: it ranks, whatever its last step gives."""
    from sentence_transformers import CrossEncoder

    made = CrossEncoder(str(model_folder(BUNDLED_MODEL)), num_labels=1, local_files_only=True)
    made.save_pretrained(str(tmp_path / "cross"))
    judge = open_judge(str(tmp_path / "cross"))
    assert isinstance(judge, CrossEncoderJudge)
    verdicts = judge.read([Reading(QUESTION, ANSWERS), Reading(QUESTION, OTHER)])
    assert len(verdicts) == 2
    assert all(np.isfinite(verdict.relevance) and not verdict.spans for verdict in verdicts)
    assert judge.read([]) == []


@pytest.mark.model
def test_a_name_that_leads_nowhere_is_told() -> None:
    """Nothing is fetched: what isn't there is an error that says what was expected."""
    with pytest.raises(ModelError, match="CrossEncoder"):
        open_judge("nobody/no-such-model")
