"""Trains the judge: groups to batches, the schedule, checkpoints that it goes on from, and its log.

    train-judge TRAIN_DIR WORK_DIR [--epochs N] [--seed N] [--pairs N] [--rate X] [--processes N]

Everything random comes from the seed; after a stop the same command goes on where the last checkpoint stands.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import distributed, multiprocessing
from training.asides import aside_groups
from training.examples import Group, questions_of, read_lines
from training.groups import mine, pair_groups, qa_groups
from training.loss import batch_loss, validate
from training.network import JudgeNetwork
from training.topics import topic_groups

from index.encoder import load_encoder
from index.models import BUNDLED_MODEL, model_folder

GROUPS_A_BATCH = 16
VALIDATION_SHARE, HELD_OUT = 0.02, 600
VALIDATE_EVERY, SAVE_EVERY = 1000, 250
WARM_UP = 0.05


@dataclass(frozen=True)
class Mix:
    """How many groups of each kind are made; ``questions`` of ``None``: all."""

    questions: int | None = None
    pairs: int = 0
    topics: int = 0
    asides: int = 0


def all_groups(folder: Path, work: Path, mix: Mix, *, seed: int) -> list[Group]:
    """Every training group, in an order that the seed decides."""
    rng = random.Random(seed)
    questions, windows = questions_of(read_lines(folder / "qa.jsonl.gz"), rng)
    kept = work / f"mined-{seed}-{len(questions)}-{len(windows)}.npy"
    if not kept.exists():
        encoder = load_encoder()
        encoder.use_bfloat16(at_least=0.999)
        near = mine(
            encoder.encode_queries([question.text for question in questions]),
            encoder.encode_passages([window.text for window in windows]),
        )
        np.save(kept, near)
    groups = qa_groups(questions, windows, np.load(kept), rng)
    if mix.questions is not None:
        groups = rng.sample(groups, mix.questions)
    rows = read_lines(folder / "pairs.jsonl.gz")
    groups += pair_groups(rows, mix.pairs, rng)
    groups += topic_groups(rows, mix.topics, rng)
    groups += aside_groups(rows, mix.asides, rng)
    rng.shuffle(groups)
    return groups


def split(groups: Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """Training and validation groups: no title is in both."""
    titles = sorted({group.title for group in groups})
    held_out = set(random.Random(0).sample(titles, max(1, round(VALIDATION_SHARE * len(titles)))))
    return [g for g in groups if g.title not in held_out], [g for g in groups if g.title in held_out]


def rate_at(step: int, steps: int, peak: float) -> float:
    """Warm-up, then a straight line to zero."""
    warm = max(1, int(WARM_UP * steps))
    return peak * min(step / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def batches(groups: Sequence[Group], epoch: int, seed: int) -> list[list[Group]]:
    """An epoch's batches: in the seed's order, but of like length within every fifty batches, so that little is padding."""
    order = list(groups)
    random.Random(f"{seed}-{epoch}").shuffle(order)
    found: list[list[Group]] = []
    for at in range(0, len(order), 50 * GROUPS_A_BATCH):
        part = sorted(order[at : at + 50 * GROUPS_A_BATCH], key=lambda g: max(len(e.reading.passage) for e in g.examples))
        cut = [part[n : n + GROUPS_A_BATCH] for n in range(0, len(part), GROUPS_A_BATCH)]
        random.Random(f"{seed}-{epoch}-{at}").shuffle(cut)
        found += cut
    return found


def train(rank: int, options: argparse.Namespace) -> None:
    """One of ``options.processes`` equal processes, each with one thread and its share of every batch.

    Threads of one process wait for each other after every operation, and stand still together when anything else runs.
    """
    started = time.monotonic()
    work: Path = options.work
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    rendezvous = f"file://{(work / 'rendezvous').absolute()}"
    distributed.init_process_group("gloo", init_method=rendezvous, rank=rank, world_size=options.processes)
    training, held_out = split(all_groups(options.data, work, mix_of(options), seed=options.seed))
    held_out = held_out[:HELD_OUT]
    tokenizer = bundled_tokenizer()
    network = JudgeNetwork(model_folder(BUNDLED_MODEL), layers=options.layers)
    if options.begin:
        network.load_state_dict(torch.load(options.begin, weights_only=True))
    network.train()
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=options.rate, weight_decay=0.01, fused=True)
    todo = [batch for epoch in range(options.epochs) for batch in batches(training, epoch, options.seed)]
    todo = todo[: options.steps]
    checkpoint, step = work / "checkpoint.pt", 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        step = state["step"]
    note = Log(work / "log.jsonl") if rank == 0 else _silent
    note(groups=len(training), held_out=len(held_out), steps=len(todo), at=step, seed=options.seed, rate=options.rate)
    losses: list[float] = []
    while step < len(todo):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step + 1, len(todo), options.rate)
        share = todo[step][rank :: options.processes]
        if share:
            loss = batch_loss(network, tokenizer, share)
            loss.backward()
            losses.append(float(loss.detach()))
        average_gradients(trained, options.processes)
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        step += 1
        if step % 100 == 0:
            note(step=step, loss=round(float(np.mean(losses)), 4), minutes=round((time.monotonic() - started) / 60, 1))
            losses.clear()
        if rank == 0 and (step % SAVE_EVERY == 0 or step == len(todo)):
            save(checkpoint, {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": step})
        if rank == 0 and (step % VALIDATE_EVERY == 0 or step == len(todo)):
            note(step=step, **{name: round(value, 4) for name, value in validate(network, tokenizer, held_out).items()})
    if rank == 0:
        save(work / "judge.pt", network.state_dict())
    distributed.barrier()


def average_gradients(parameters: Sequence[torch.nn.Parameter], processes: int) -> None:
    """Gives every process the mean of all their gradients."""
    flat = torch.cat([torch.zeros_like(p).flatten() if p.grad is None else p.grad.flatten() for p in parameters])
    distributed.all_reduce(flat)
    flat /= processes
    for parameter, gradient in zip(parameters, flat.split([p.numel() for p in parameters]), strict=True):
        parameter.grad = gradient.view_as(parameter)


def save(path: Path, state: dict[str, Any]) -> None:
    """Writes beside, then renames: a stop leaves the older file whole."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def bundled_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(model_folder(BUNDLED_MODEL) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class Log:
    """A line of JSON for each note, in a file and on stdout."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, **values: Any) -> None:
        line = json.dumps(values)
        with self._path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
        print(line, flush=True)


def _silent(**_: Any) -> None:
    """The notes of the processes that aren't the first."""


def mix_of(options: argparse.Namespace) -> Mix:
    return Mix(options.questions, options.pairs, options.topics, options.asides)


def main() -> None:
    parser = argparse.ArgumentParser(prog="train-judge", description="Trains the judge; resumable.")
    parser.add_argument("data", type=Path, help="the folder with qa.jsonl.gz and pairs.jsonl.gz")
    parser.add_argument("work", type=Path, help="where checkpoint, log and the trained network are kept")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=16_000, help="how many question and answer turns are used")
    parser.add_argument("--topics", type=int, default=8_000, help="how many questions about a topic are made from these")
    parser.add_argument("--asides", type=int, default=4_000, help="how many are made about what only the asker mentions")
    parser.add_argument("--questions", type=int, help="how many of the other questions are used, all when left out")
    parser.add_argument("--begin", type=Path, help="a trained network to go on from, on other data or at another rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--steps", type=int, help="end after so many batches, all of them when left out")
    parser.add_argument("--layers", type=int, help="how many of the encoder's layers are kept, all when left out")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    (options.work / "rendezvous").unlink(missing_ok=True)
    if not list(options.work.glob("mined-*.npy")):
        all_groups(options.data, options.work, Mix(), seed=options.seed)  # what is mined is kept for all processes
    multiprocessing.spawn(train, args=(options,), nprocs=options.processes)


if __name__ == "__main__":
    main()
