"""What a batch of groups costs the network, and how well it does on groups that it wasn't trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch.nn import functional
from training.examples import Example, Group
from training.network import Judged, JudgeNetwork

from qa.judge_input import Tokens, padded, tokenize

MICRO_TOKENS = 2048
"""Tokens that are computed at once: more of them leave the processor's caches."""

SPAN_WEIGHT, RANK_WEIGHT = 0.5, 0.5


def batch_loss(network: JudgeNetwork, tokenizer: Tokenizer, groups: Sequence[Group]) -> torch.Tensor:
    """Whether each passage answers, which of a group answers, and where."""
    examples = [example for group in groups for example in group.examples]
    rows = tokenize(tokenizer, [example.reading for example in examples])
    judged = run(network, rows)
    answers = torch.tensor([float(example.answers) for example in examples])
    weights = torch.where(answers > 0, 1.5, 1.0)  # three of four don't answer
    loss = functional.binary_cross_entropy_with_logits(judged.relevance, answers, weight=weights)
    at, ranks = 0, []
    for group in groups:
        size = len(group.examples)
        if group.examples[0].answers and size > 1:
            ranks.append(functional.cross_entropy(judged.relevance[at : at + size][None], torch.zeros(1, dtype=torch.long)))
        at += size
    if ranks:
        loss = loss + RANK_WEIGHT * torch.stack(ranks).mean()
    counted = [n for n, example in enumerate(examples) if example.spans_count]
    if counted:
        places = torch.tensor([place(examples[n], rows[n]) for n in counted])
        spans = functional.cross_entropy(judged.starts[counted], places[:, 0]) + functional.cross_entropy(
            judged.ends[counted], places[:, 1]
        )
        loss = loss + SPAN_WEIGHT * spans / 2
    return loss


def place(example: Example, row: Tokens) -> tuple[int, int]:
    """The tokens at which the answer begins and ends; 0, 0 where there is none or it was cut off."""
    span = example.span
    if not example.answers or span is None:
        return 0, 0
    inside = [n for n, token in enumerate(row.spans) if token.start < span.end and span.start < token.end]
    return (row.passage_at + inside[0], row.passage_at + inside[-1]) if inside else (0, 0)


def run(network: JudgeNetwork, rows: Sequence[Tokens]) -> Judged:
    """What the network says of all rows, in their order; rows of like length are computed together."""
    order = sorted(range(len(rows)), key=lambda n: len(rows[n].ids))
    longest = _up(len(rows[order[-1]].ids))
    parts: list[Judged] = []
    at = 0
    while at < len(order):
        stop = at + 1
        while stop < len(order) and (stop + 1 - at) * len(rows[order[stop]].ids) <= MICRO_TOKENS:
            stop += 1
        arrays = {name: _rounded(array) for name, array in padded([rows[n] for n in order[at:stop]]).items()}
        with torch.autocast("cpu", dtype=torch.bfloat16):
            judged = network(**arrays)
        missing = longest - judged.starts.shape[1]
        widened = [functional.pad(logits, (0, missing), value=-1e4) for logits in (judged.starts, judged.ends)]
        parts.append(Judged(judged.relevance, *widened))
        at = stop
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return Judged(*(torch.cat(column)[back] for column in zip(*parts, strict=True)))


def _rounded(array: Any) -> torch.Tensor:
    """Rows padded to a length that comes often: a kernel is prepared for each shape that is new."""
    length = array.shape[1]
    return functional.pad(torch.from_numpy(array), (0, _up(length) - length))


def _up(length: int) -> int:
    return -(-length // 16) * 16


@torch.no_grad()
def validate(network: JudgeNetwork, tokenizer: Tokenizer, groups: Sequence[Group]) -> dict[str, float]:
    """Over held-out groups: how often the passage that answers is first, and how well answering is told from not."""
    network.eval()
    first: list[bool] = []
    scores: list[float] = []
    answers: list[bool] = []
    spots: list[bool] = []
    for group in groups:
        rows = tokenize(tokenizer, [example.reading for example in group.examples])
        judged = run(network, rows)
        relevance = judged.relevance.tolist()
        scores += relevance
        answers += [example.answers for example in group.examples]
        if group.examples[0].answers and len(group.examples) > 1:
            first.append(relevance[0] > max(relevance[1:]))
            start, end = place(group.examples[0], rows[0])
            if end:
                spots.append(start <= int(judged.starts[0, 1:].argmax()) + 1 <= end)
    network.train()
    return {"first": float(np.mean(first)), "auroc": float(roc_auc_score(answers, scores)), "spot": float(np.mean(spots))}
