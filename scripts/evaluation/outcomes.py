"""What became of each question of a set: how sure the answer was, whether it was given, whether it is right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question. ``confidence`` is in 0..1; ``has_passage`` says whether there is anything that could be given."""

    confidence: float
    right: bool
    found: bool
    answerable: bool = True
    has_passage: bool = True


def outcomes(score: ModuleType, set_folder: Path, answers: Path) -> list[Outcome]:
    """A question is right when it is answerable and the first passage is a hit, both as ``score.py`` has them."""
    lines = answers.read_text(encoding="utf-8").split("\n")
    by_question = {answer["question_id"]: answer for answer in (json.loads(line) for line in lines if line)}
    made = []
    for query in score.load_set(set_folder):
        answer = by_question[query["id"]]
        first = (answer["passages"] + answer["nearest"])[:1]
        made.append(
            Outcome(
                confidence=answer["confidence"],
                right=bool(query["answerable"] and first and score.is_hit(query, first[0])),
                found=answer["found"],
                answerable=query["answerable"],
                has_passage=bool(first),
            )
        )
    return made
