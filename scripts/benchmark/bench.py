"""Measures onrecord beside what else there is, all in one run: see ``scripts/bench``.

A contestant's process stays up and is asked in turns with the others, so that whatever else the machine does falls on all.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from contestant import OURS, THIRTY, TXTAI, Contestant, onrecord_service, txtai_service
from corpus import Corpus, GivenVectors, Interview, write
from goals import goals
from load import ask_together
from table import LEGEND, Row, as_json, figure, table

from index.engine import indexing_encoder, query_encoder
from index.models import BUNDLED_MODEL, model_folder
from index.records import Span
from index.sentences import split_sentences

HERE = Path(__file__).parent
SAMPLES = HERE.parent.parent / "data" / "interviews"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]
    txtai_up_to: int
    cold_rounds: int
    warm_rounds: int
    questions_per_round: int
    encoded_texts: int
    encode_rounds: int
    batch_sizes: tuple[int, ...]
    http_seconds: float


QUICK = Plan((10_000, 100_000), 100_000, 3, 5, 30, 300, 4, (8, 32), 4.0)
FULL = Plan((10_000, 100_000, 1_000_000), 100_000, 7, 9, 60, 800, 5, (1, 4, 8, 16, 32, 64), 10.0)


BUSY_LOAD = 1.0


class Bench:
    """One run: its folder, its contestants, what it has found so far."""

    def __init__(self, plan: Plan, work: Path, peers: str) -> None:
        self.plan, self.work, self.peers, self.model = plan, work, peers, str(model_folder(BUNDLED_MODEL))
        self.rows: list[Row] = []
        self.facts: dict[str, object] = {"machine": platform.platform(), "cores": os.cpu_count(), "model": BUNDLED_MODEL}
        sentences = [
            span.cut(text)
            for path in sorted(SAMPLES.iterdir())
            if path.suffix in (".txt", ".md")
            for text in [path.read_text(encoding="utf-8")]
            for span in split_sentences(text, Span(0, len(text)))
        ]
        self.corpus = Corpus(sentences)
        self.questions = self.corpus.questions(20_000)
        self._asked = 0

    def row(self, what: str, unit: str, *, higher: bool = False) -> Row:
        found = next((row for row in self.rows if row.what == what), None)
        if found is None:
            found = Row(what, unit, higher)
            self.rows.append(found)
        return found

    def next_questions(self, count: int) -> list[str]:
        """Questions that nobody was asked before: nothing that is kept helps."""
        start, self._asked = self._asked, self._asked + count
        return [self.questions[number % len(self.questions)] for number in range(start, start + count)]

    def folder(self, contestant: str, size: int) -> Path:
        return self.work / f"{contestant.replace(' ', '-')}-{size}"

    # Before

    def prepare(self) -> None:
        """The corpora, and the real vectors that theirs are made of."""
        say("making the corpora")
        sample = [answer for one in self.corpus.interviews(1_000) for answer in one.answers]
        self.texts = sample[: self.plan.encoded_texts]
        vectors = indexing_encoder(None, job_bytes=1 << 20).encode_passages(sample)
        np.save(self.work / "base.npy", vectors)
        given = GivenVectors(query_encoder(BUNDLED_MODEL, None), vectors)
        for size in self.plan.sizes:
            write(self.corpus, size, self.work / f"corpus-{size}", given)
        self.added = list(self.corpus.interviews(20 * 40))

    def contestants(self) -> dict[str, Contestant]:
        return {
            OURS: Contestant(sys.executable, str(HERE / "onrecord_worker.py")),
            THIRTY: Contestant(self.peers, str(HERE / "thirty_lines_worker.py"), self.model),
            TXTAI: Contestant(self.peers, str(HERE / "txtai_worker.py"), self.model),
        }

    # The parts

    def one_size(self, size: int) -> None:
        """All that grows: building, warm questions, memory, disk, recall, one more document."""
        workers = {name: one for name, one in self.contestants().items() if self._takes_part(name, size)}
        for name, worker in workers.items():
            say(f"{size:,}: building {name}")
            self._build(name, worker, size)
            worker.close()
        say(f"{size:,}: asking")
        workers = {name: one for name, one in self.contestants().items() if name in workers}  # nothing is left from building
        loaded = {name: worker("load", folder=str(self.folder(name, size))) for name, worker in workers.items()}
        self.facts[f"searches at {size}"] = loaded[OURS]["searches"]
        self.row(f"open an index, {size:,} passages", "ms").figures[OURS] = figure([loaded[OURS]["seconds"] * 1000])
        for worker in workers.values():
            worker("ask", questions=self.next_questions(20))
        self._warm(workers, size)
        self._judged(workers[OURS], size)
        for name, worker in workers.items():
            self.row(f"memory resident, {size:,} passages", "MB").figures[name] = figure([worker("memory")])
            on_disk = sum(file.stat().st_size for file in self.folder(name, size).rglob("*") if file.is_file())
            self.row(f"index on disk, {size:,} passages", "bytes a passage").figures[name] = figure([on_disk / size])
        recall = workers[OURS]("recall", questions=self.next_questions(200), corpus=str(self.work / f"corpus-{size}"))
        self.row(f"recall@10 of the vectors, {size:,} passages", "", higher=True).figures[OURS] = figure([recall])
        say(f"{size:,}: adding a document")
        self._add(workers, size)
        for worker in workers.values():
            worker.close()

    def _takes_part(self, name: str, size: int) -> bool:
        return name != TXTAI or size <= self.plan.txtai_up_to

    def _build(self, name: str, worker: Contestant, size: int) -> None:
        corpus, folder = str(self.work / f"corpus-{size}"), str(self.folder(name, size))
        if name == OURS:
            built = worker("build", corpus=corpus, folder=folder, base=str(self.work / "base.npy"))
            if built["passages"] != size:
                raise RuntimeError(f"{built['passages']} passages were made of {size} answers: the contestants differ")
            seconds = built["seconds"]
        else:
            seconds = worker("build", corpus=corpus, folder=folder)
        self.row(f"build, vectors given, {size:,} passages", "s").figures[name] = figure([seconds])

    def _warm(self, workers: dict[str, Contestant], size: int) -> None:
        rounds: dict[str, list[list[float]]] = {name: [] for name in workers}
        for _ in range(self.plan.warm_rounds):
            questions = self.next_questions(self.plan.questions_per_round)
            for name, worker in workers.items():
                rounds[name].append(worker("ask", questions=questions))
        for name, found in rounds.items():
            for percent in (50, 99):
                values = [float(np.percentile(one, percent)) for one in found]
                overall = float(np.percentile([value for one in found for value in one], percent))
                made = figure(values)
                row = self.row(f"warm question p{percent}, {size:,} passages", "ms")
                row.figures[name] = type(made)(overall, made.low, made.high, made.rounds)

    def _judged(self, ours: Contestant, size: int) -> None:
        """What the judge adds to a question, of questions that are asked with and without it in turns."""
        added = []
        for _ in range(self.plan.warm_rounds):
            questions = self.next_questions(self.plan.questions_per_round)
            with_judge, without = (float(np.median(ours(how, questions=questions))) for how in ("ask_judged", "ask"))
            added.append(with_judge - without)
        self.row(f"the judge adds, p50, {size:,} passages", "ms").figures[OURS] = figure(added)

    def _add(self, workers: dict[str, Contestant], size: int) -> None:
        for name, worker in workers.items():
            found = [self._add_one(name, worker, size, interview) for interview in self._some_added(3)]
            self.row(f"add a document of 20 passages, {size:,} passages", "s").figures[name] = figure(found)

    def _some_added(self, count: int) -> list[Interview]:
        taken, self.added = self.added[:count], self.added[count:]
        return taken

    def _add_one(self, name: str, worker: Contestant, size: int, interview: Interview) -> float:
        folder = str(self.folder(name, size))
        raw = interview.raw.decode().replace(interview.id, f"added-{interview.id}-{len(self.added)}")
        if name == OURS:
            file = self.work / f"added-{interview.id}-{len(self.added)}.json"
            file.write_text(raw, encoding="utf-8")
            return float(worker("add", file=str(file), folder=folder))
        return float(worker("add", raw=raw) if name == THIRTY else worker("add", raw=raw, folder=folder))

    def cold(self, size: int) -> None:
        """From the process's start to its end, with the answer on stdout."""
        say("cold questions")
        commands = {
            OURS: [str(Path(sys.executable).with_name("ask")), "--fast", "--index", str(self.folder(OURS, size))],
            THIRTY: [self.peers, str(HERE / "thirty_lines.py"), self.model, str(self.folder(THIRTY, size))],
            TXTAI: [self.peers, str(HERE / "txtai_worker.py"), self.model, str(self.folder(TXTAI, size))],
        }
        took: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(self.plan.cold_rounds + 1):  # the first warms the disk's cache and doesn't count
            for name, command in commands.items():
                started = time.perf_counter()
                ended = subprocess.run([*command, *self.next_questions(1)], capture_output=True, check=False)
                if ended.returncode not in (0, 1) or (name != OURS and ended.returncode):
                    raise RuntimeError(ended.stderr.decode())
                if number:
                    took[name].append(time.perf_counter() - started)
        for name, found in took.items():
            self.row(f"cold question, {size:,} passages", "s").figures[name] = figure(found)

    def encoding(self) -> None:
        """The same texts through the indexing engine, and through ``SentenceTransformer.encode`` at its best batch size."""
        say("indexing rate")
        workers = {name: one for name, one in self.contestants().items() if name != TXTAI}
        workers[THIRTY]("load", folder=str(self.folder(THIRTY, self.plan.sizes[0])))
        workers[OURS]("encode", texts=self.texts[:64])
        rates = {
            size: len(self.texts) / workers[THIRTY]("encode", texts=self.texts, batch=size) for size in self.plan.batch_sizes
        }
        best = max(rates, key=lambda size: rates[size])
        self.facts["SentenceTransformer.encode, passages/s by batch size"] = rates
        self.facts["engine"] = workers[OURS]("engine")
        rounds: dict[str, list[float]] = {OURS: [], THIRTY: []}
        for _ in range(self.plan.encode_rounds):
            rounds[OURS].append(len(self.texts) / workers[OURS]("encode", texts=self.texts))
            rounds[THIRTY].append(len(self.texts) / workers[THIRTY]("encode", texts=self.texts, batch=best))
        for name, found in rounds.items():
            self.row("indexing rate, embedding", "passages/s", higher=True).figures[name] = figure(found)
        for worker in workers.values():
            worker.close()

    def http(self, size: int) -> None:
        """Questions a second over HTTP: of one process and of two, whichever is better for so many clients."""
        for name, path in ((OURS, "/v1/ask?q={}&limit=5"), (TXTAI, "/search?query={}&limit=5")):
            for processes in (1, 2):
                say(f"{name} over HTTP, {processes} process{'es' * (processes > 1)}")
                with self._serving(name, self.folder(name, size), processes) as port:
                    for clients in (1, 8, 32):
                        self._load(name, port, path, clients=clients, size=size)

    def _serving(self, name: str, folder: Path, processes: int) -> AbstractContextManager[int]:
        if name == OURS:
            return onrecord_service(folder, processes)
        return txtai_service(self.peers, self.model, folder, processes, config=self.work / "txtai.yml")

    def _load(self, name: str, port: int, path: str, *, clients: int, size: int) -> None:
        rates, p50 = [], []
        for _ in range(3):
            started = time.perf_counter()
            took = ask_together(port, path.format, self.next_questions(2_000), clients, self.plan.http_seconds / 3)
            rates.append(len(took) / (time.perf_counter() - started))
            p50.append(float(np.percentile(took, 50)))
        what = f"over HTTP, {clients} client{'s' * (clients > 1)}, {size:,} passages"
        row, times = self.row(f"questions/s {what}", "1/s", higher=True), self.row(f"p50 {what}", "ms")
        if name not in row.figures or figure(rates).median > row.figures[name].median:
            row.figures[name], times.figures[name] = figure(rates), figure(p50)


def say(words: str) -> None:
    print(f"bench: {time.strftime('%H:%M:%S')} {words} …", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="onrecord beside what else there is, in one run")
    parser.add_argument("--quick", action="store_true", help="10,000 and 100,000 passages, few rounds: under six minutes")
    parser.add_argument("--keep", action="store_true", help="keep the corpora and the indexes")
    parser.add_argument("--folder", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--peers", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    work = options.folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    if (busy := os.getloadavg()[0]) > BUSY_LOAD:
        say(f"the machine is busy (load {busy:.1f}): the figures will say so little that it is better to wait")
    started = time.perf_counter()
    bench = Bench(QUICK if options.quick else FULL, work, options.peers)
    bench.prepare()
    for size in bench.plan.sizes:
        bench.one_size(size)
    bench.encoding()
    bench.cold(10_000)
    bench.http(100_000)
    found = goals(bench.rows)
    bench.facts["load average at the end"] = os.getloadavg()[0]
    bench.facts["seconds"] = round(time.perf_counter() - started)
    (options.folder / "result.json").write_text(as_json(bench.rows, found, bench.facts), encoding="utf-8")
    print(table(bench.rows))
    print(f"\n{LEGEND}\n\nThe goals were set before anything was measured; to miss one is no error:")
    print("\n".join(goal.line() for goal in found))
    print(f"\n{bench.facts['seconds']} s; all of it in {options.folder / 'result.json'}")
    if not options.keep:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
