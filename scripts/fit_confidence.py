"""Fits the weights of ``qa.judge.confidence`` on evaluation sets, and prints them with what they give.

    fit_confidence.py EVAL_DIR WORK_DIR SET…        (WORK_DIR/SET/{index,questions.jsonl} as scripts/evaluate makes them)

A question counts as right when it is answerable and the first passage is a hit. Sets weigh the same, whatever their size.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.records import Filter
from qa import open_service
from qa.interpret import interpret


def load_score(evaluation: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", evaluation / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
        stored = found[0].stored
        text = service.reader.text(stored.document_id)
        passage = {
            "document_id": stored.document_id,
            "cited_text": stored.passage.span.cut(text),
            "start_char_index": stored.passage.span.start,
            "end_char_index": stored.passage.span.end,
        }
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
