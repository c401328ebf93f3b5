"""Fits the weights of ``qa.judge.confidence`` on evaluation sets, and prints them with what they give.

    fit_confidence.py EVAL_DIR WORK_DIR SET…        (WORK_DIR/SET/{index,questions.jsonl} as scripts/evaluate makes them)

A question counts as right when it is answerable and the first passage is a hit. Sets weigh the same, whatever their size.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
from evaluation.sets import load_score
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.records import Filter
from qa import Service, open_service
from qa.interpret import interpret
from qa.retrieve import Ranked


def scored(service: Service, found: Ranked) -> dict[str, object]:
    """A candidate as score.py takes a passage."""
    document_id, span = found.stored.document_id, found.stored.passage.span
    return {
        "document_id": document_id,
        "cited_text": span.cut(service.reader.text(document_id)),
        "start_char_index": span.start,
        "end_char_index": span.end,
    }


def rows_of(score: ModuleType, folder: Path, work: Path) -> tuple[list[list[float]], list[bool]]:
    service = open_service(work / "index")
    gold = {query["id"]: query for query in score.load_set(folder)}
    features, right = [], []
    for line in (work / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        query = interpret(row["question"])
        document = row.get("document_id")
        where = Filter(documents=frozenset((document,)) if document else None)
        found = service.candidates(query, where, 5)
        evidence = service.evidence(service.weights(query), found)
        if evidence is None:
            continue
        passage = scored(service, found[0])
        expected = gold[row["id"]]
        features.append([evidence.cosine, evidence.covered])
        right.append(bool(expected["answerable"] and score.is_hit(expected, passage)))
    return features, right


def main() -> None:
    evaluation, work, *sets = [*map(Path, sys.argv[1:3]), *sys.argv[3:]]
    score = load_score(Path(evaluation))
    x, y, weights = [], [], []
    for name in sets:
        features, right = rows_of(score, Path(evaluation) / str(name), Path(work) / str(name).replace("/", "_"))
        x += features
        y += right
        weights += [1 / len(right)] * len(right)
        aucs = [round(roc_auc_score(right, [row[n] for row in features]), 3) for n in range(2)]
        print(f"{name}: {len(right)} questions, {sum(right)} right; AUROC of cosine, covered: {aucs}")
    model = LogisticRegression(C=100.0, max_iter=1000)
    model.fit(np.array(x), np.array(y), sample_weight=np.array(weights) * len(y))
    print(f"bias {model.intercept_[0]:.2f}, cosine, covered: {[round(float(w), 2) for w in model.coef_[0]]}")
    print(f"AUROC together {roc_auc_score(y, model.predict_proba(np.array(x))[:, 1]):.3f}")


if __name__ == "__main__":
    main()
