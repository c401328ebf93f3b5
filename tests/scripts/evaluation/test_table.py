"""Results as a table for people and as JSON for programs."""

from __future__ import annotations

import json

from evaluation.outcomes import Outcome
from evaluation.run import Result, slug
from evaluation.sets import EvaluationSet
from evaluation.table import COLUMNS, as_json, table

from tests.scripts.evaluation.samples import made

REFUSABLE = [*made((0.9, True), (0.7, False)), Outcome(0.2, right=False, found=False, answerable=False)]


def result(name: str, outcomes: list[Outcome], **figures: float | None) -> Result:
    known = dict.fromkeys(COLUMNS, None) | {"questions": len(outcomes)} | figures
    return Result(EvaluationSet.parse(name), known, tuple(outcomes), "generation-1", 1.5, 0.5, 7.0)


def test_a_row_a_set() -> None:
    """Figures with three digits under their names, a dash where there is none, thousands parted."""
    rows = table([((), [result("talks:in", REFUSABLE, **{"questions": 1200, "hit@1": 0.5, "right": 1.0})])]).split("\n")
    assert rows[0].split() == ["set", "questions", *COLUMNS]
    assert rows[1].split() == ["talks:in", "1,200", "0.500", *"–" * 7, "1.000", "–"]
    assert len(rows[0]) == len(rows[1])


def test_runs_that_are_compared_stand_one_under_the_other() -> None:
    """A set's rows follow each other, each with its options of ``ask``."""
    first, second = result("talks", REFUSABLE, **{"hit@1": 0.5}), result("talks", REFUSABLE, **{"hit@1": 0.25})
    rows = [row.split() for row in table([((), [first]), (("--fast", "-n", "3"), [second])]).split("\n")]
    assert rows[1][:4] == ["talks", "3", "–", "0.500"]
    assert rows[2][:4] == ["--fast", "-n", "3", "0.250"]


def test_json_has_what_the_curves_show() -> None:
    """Figures, versions and times a set; the marked points only of sets that have something to refuse."""
    found = as_json(("--fast",), 0.4, [result("talks", REFUSABLE), result("walks", made((0.5, True)))])
    assert json.loads(json.dumps(found)) == found | {"reliability": json.loads(json.dumps(found["reliability"]))}
    talks, walks = found["sets"]
    assert talks["as_answered"] == found["pooled_as_answered"] == {"coverage": 0.6667, "risk": 0.5, "given": 2}
    assert walks["as_answered"] is None
    assert (talks["index_version"], talks["indexing_s"], talks["asking_s"]) == ("generation-1", 1.5, 0.5)
    assert set(found["reliability"]) == {"bins", "ece", "brier"}


def test_options_make_a_name() -> None:
    """What tells one run's files from another's is no path and no blank."""
    assert slug(()) == ""
    assert slug(("--fast",)) == "-fast"
    assert slug(("--threshold", "0.5", "--document", "a/../b c")) == "-threshold-0.5-document-a-..-b-c"
