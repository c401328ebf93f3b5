"""Fits the weights of ``qa.weights`` on evaluation sets, and prints them with what they give.

    fit_ranking.py EVAL_DIR WORK_DIR [--judge DIR] [--most N] SET[:in] …
    (WORK_DIR/SET/{index,questions.jsonl,questions_in.jsonl} as scripts/evaluate --work leaves them)

The order is fitted over all candidates of a question (softmax), the confidence over the first of each (logistic). Sets weigh
the same, whatever their size; half the questions of each set are held out to report on.
"""

from __future__ import annotations

import argparse
import json
import pickle
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from evaluation.sets import load_score
from fitting import fit_first
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from index.records import StoredPassage
from qa.service import Service, open_service
from qa.signals import FIELDS


@dataclass(frozen=True)
class Order:
    """The fields that an order weighs: of passages where the question itself was asked (``near``), and of all others."""

    elsewhere: tuple[str, ...]
    near: tuple[str, ...]

    def columns(self, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """``(n, fields)``: the fields of the one, then of the other; those that don't count are 0."""
        near = values[:, FIELDS.index("near")][:, None] > 0
        return np.hstack([_of(values, self.elsewhere) * ~near, _of(values, self.near) * near])

    def told(self, weights: np.ndarray[Any, Any]) -> str:
        """The weights as ``qa.weights`` has them."""
        names = (*self.elsewhere, *self.near)
        rounded = [f'"{name}": {float(w) / SCALES.get(name, 1.0):.3f}' for name, w in zip(names, weights, strict=True)]
        at = len(self.elsewhere)
        return f"elsewhere {{{', '.join(rounded[:at])}}}, near {{{', '.join(rounded[at:])}}}"


SCALES = {"relevance": 4.0, "mass": 3.0, "follows": 3.0}
"""Fields of other ranges than 0..1 are divided by these, so that the penalty is the same for all."""

PLAIN = ("fused", "cosine", "covered", "answers_echo", "echoes", "by_named")
UNREAD_BY = Order((*PLAIN, "asks", "short"), ("near", "follows"))
RANKED_BY = Order((*PLAIN, "relevance", "mass"), ("near", "follows", "relevance"))
FUSED, RELEVANCE = Order(("fused",), ("fused",)), Order(("relevance",), ("relevance",))


def _of(values: np.ndarray[Any, Any], names: tuple[str, ...]) -> np.ndarray[Any, Any]:
    return np.stack([values[:, FIELDS.index(name)] / SCALES.get(name, 1.0) for name in names], 1)


@dataclass(frozen=True)
class Asked:
    """A question's candidates: ``values`` (n, fields), which of them are hits, and whether it has an answer."""

    values: np.ndarray[Any, Any]
    hits: np.ndarray[Any, Any]
    read: int
    answerable: bool


def collect(score: ModuleType, evaluation: Path, work: Path, wanted: str, *, judge: str | None, most: int) -> list[Asked]:
    name, _, scope = wanted.partition(":")
    folder = work / name.replace("/", "_")
    service = open_service(folder / "index", reranker=judge)
    gold = {query["id"]: query for query in score.load_set(evaluation / name)}
    lines = (folder / ("questions_in.jsonl" if scope else "questions.jsonl")).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    rng = np.random.default_rng(0)
    if len(rows) > most:
        rows = [rows[n] for n in sorted(rng.choice(len(rows), most, replace=False))]
    return [_asked(score, service, gold[row["id"]], row) for row in rows]


def _asked(score: ModuleType, service: Service, expected: dict[str, Any], row: dict[str, Any]) -> Asked:
    weighed = service.weighed(row["question"], document=row.get("document_id"))
    hits = [bool(expected["answerable"] and score.is_hit(expected, scored(service, one.stored))) for one in weighed]
    values = np.array([one.signals.values for one in weighed], np.float64).reshape(-1, len(FIELDS))
    return Asked(values, np.array(hits, bool), sum(one.verdict is not None for one in weighed), expected["answerable"])


def scored(service: Service, stored: StoredPassage) -> dict[str, object]:
    """A passage as score.py takes it."""
    span = stored.passage.span
    return {
        "document_id": stored.document_id,
        "cited_text": span.cut(service.reader.text(stored.document_id)),
        "start_char_index": span.start,
        "end_char_index": span.end,
    }


def fit_order(sets: dict[str, list[Asked]], order: Order, *, penalty: float, only_read: bool) -> np.ndarray[Any, Any]:
    """Weights that put a hit first, among what was read or among all candidates."""
    groups = []
    for asked in sets.values():
        ends = [one.read if only_read else len(one.hits) for one in asked]
        groups.append([(order.columns(one.values[:n]), one.hits[:n]) for one, n in zip(asked, ends, strict=True)])
    return fit_first(groups, penalty=penalty)


def hit_rates(asked: list[Asked], by: Order, w: np.ndarray[Any, Any], *, only_read: bool) -> tuple[float, float]:
    first, five = [], []
    for one in asked:
        if not one.answerable:
            continue
        n = one.read if only_read else len(one.hits)
        order = np.argsort(-(by.columns(one.values[:n]) @ w), kind="stable") if n else []
        hits = list(one.hits[:n][order]) + list(one.hits[n:])
        first.append(any(hits[:1]))
        five.append(any(hits[:5]))
    return float(np.mean(first)), float(np.mean(five))


def best_of(one: Asked, w: np.ndarray[Any, Any]) -> tuple[float, bool] | None:
    """The first passage's score, and whether it is right."""
    n = one.read
    if not n:
        return None
    z = RANKED_BY.columns(one.values[:n]) @ w
    top = int(np.argmax(z))
    return float(z[top]), bool(one.answerable and one.hits[:n][top])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("evaluation", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--judge")
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--penalty", type=float, default=0.0005)
    parser.add_argument("--kept", type=Path, help="evidence that was gathered before, or where it goes")
    options = parser.parse_args()
    score = load_score(options.evaluation)
    kept: dict[str, list[Asked]] = pickle.loads(options.kept.read_bytes()) if options.kept and options.kept.exists() else {}  # noqa: S301
    for name in options.sets:
        if name not in kept:
            started = time.monotonic()
            kept[name] = collect(score, options.evaluation, options.work, name, judge=options.judge, most=options.most)
            print(f"{name}: {len(kept[name])} questions in {time.monotonic() - started:.0f} s", flush=True)
            if options.kept:
                options.kept.write_bytes(pickle.dumps(kept))
    report({name: kept[name] for name in options.sets}, options.penalty)


def report(sets: dict[str, list[Asked]], penalty: float) -> None:
    halves = [{name: asked[part::2] for name, asked in sets.items()} for part in (0, 1)]
    print(f"{'set':24} {'fused':>11} {'unread':>11} {'judge':>11} {'fitted':>11} {'held out':>11}   in pool, read")
    unread = fit_order(sets, UNREAD_BY, penalty=penalty, only_read=False)
    judged = fit_order(sets, RANKED_BY, penalty=penalty, only_read=True)
    crossed = [fit_order(half, RANKED_BY, penalty=penalty, only_read=True) for half in halves]
    for name, asked in sets.items():
        rates = [
            hit_rates(asked, FUSED, np.ones(2), only_read=False),
            hit_rates(asked, UNREAD_BY, unread, only_read=False),
            hit_rates(asked, RELEVANCE, np.ones(2), only_read=True),
            hit_rates(asked, RANKED_BY, judged, only_read=True),
        ]
        out = [hit_rates(halves[1 - n][name], RANKED_BY, crossed[n], only_read=True) for n in (0, 1)]
        rates.append(tuple(np.mean(out, axis=0)))
        yes = [one for one in asked if one.answerable]
        pool = np.mean([one.hits.any() for one in yes])
        read = np.mean([one.hits[: one.read].any() for one in yes])
        print(f"{name:24} " + " ".join(f"{a:5.3f} {b:5.3f}" for a, b in rates) + f"   {pool:.3f} {read:.3f}")
    print("UNREAD", UNREAD_BY.told(unread))
    print("JUDGED", RANKED_BY.told(judged))
    sure(sets, judged)


def sure(sets: dict[str, list[Asked]], judged: np.ndarray[Any, Any]) -> None:
    rows = {name: [(found, one.answerable) for one in asked if (found := best_of(one, judged))] for name, asked in sets.items()}
    x = np.array([[score] for found in rows.values() for (score, _), _ in found])
    y = [right for found in rows.values() for (_, right), _ in found]
    weight = np.concatenate([np.full(len(found), len(y) / len(rows) / len(found)) for found in rows.values()])
    model = LogisticRegression(C=1000.0).fit(x, y, sample_weight=weight)
    print(f"slope {model.coef_[0][0]:.3f}, bias {model.intercept_[0]:.3f}")
    for name, found in rows.items():
        p = model.predict_proba(np.array([[score] for (score, _), _ in found]))[:, 1]
        right, answerable = np.array([right for (_, right), _ in found]), np.array([yes for _, yes in found])
        auroc = f"{roc_auc_score(answerable, p):.3f}" if 0 < answerable.mean() < 1 else "–"
        line = f"{name:24} auroc {auroc}; at a threshold answered, refused, right:"
        for threshold in (0.3, 0.35, 0.4, 0.5):
            told = p >= threshold
            refused = f"{1 - told[~answerable].mean():.2f}" if (~answerable).any() else "–"
            line += f" | {threshold}: {told[answerable].mean():.2f} {refused} {right[told].mean():.2f}"
        print(line)


if __name__ == "__main__":
    main()
