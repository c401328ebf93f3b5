"""Compares the exported encoder with sentence-transformers on evaluation sets: hit@1 of the same index, asked by either.

same_hits.py EVAL_DIR WORK_DIR SET…        (WORK_DIR/SET/{index,questions.jsonl} as scripts/evaluate makes them)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from evaluation.sets import load_score
from fit_ranking import scored

from index.encoder import load_encoder
from index.records import Filter
from qa import Service, open_service
from qa.interpret import interpret


def first_hits(service: Service, work: Path, gold: dict[str, dict[str, object]], score: object) -> list[bool]:
    """For each answerable question, whether its first candidate is a hit."""
    hits = []
    for line in (work / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not gold[row["id"]]["answerable"]:
            continue
        document = row.get("document_id")
        where = Filter(documents=frozenset((document,)) if document else None)
        query = interpret(row["question"])
        found = service.find(query, service.weights(query), where, 5).found
        is_hit = bool(found) and score.is_hit(gold[row["id"]], scored(service, found[0].stored))  # type: ignore[attr-defined]
        hits.append(bool(is_hit))
    return hits


def main() -> None:
    evaluation, work, *names = sys.argv[1:]
    score = load_score(Path(evaluation))
    exact = load_encoder()
    for name in names:
        gold = {query["id"]: query for query in score.load_set(Path(evaluation) / name)}
        ours = open_service(Path(work) / name / "index", fast=True)
        theirs = Service(ours.reader, exact)
        mine, right = (first_hits(service, Path(work) / name, gold, score) for service in (ours, theirs))
        differ = sum(one != other for one, other in zip(mine, right, strict=True))
        print(
            f"{name}: hit@1 exported {sum(mine) / len(mine):.4f}, sentence-transformers {sum(right) / len(right):.4f}, "
            f"{differ} of {len(mine)} questions differ"
        )


if __name__ == "__main__":
    main()
