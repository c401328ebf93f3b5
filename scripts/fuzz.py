"""Garbage in: every parser must give a typed error or a sound parse, never a crash, a hang or an invented speaker.

    scripts/fuzz.py [SUFFIX …] [--inputs 100000] [--processes 2] [--replay FILE]

Inputs are made of small sound sources by cutting, doubling, splicing and by what such formats are made of; an input is
known by its number alone, so that a finding comes back. Mutation by seeds and not by coverage: the parsers spend their time
in lxml, PDFium and regular expressions, where a coverage-guided fuzzer of Python sees nothing. Findings are kept in .fuzz/
and end it with 1.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
SUFFIXES = (".txt", ".md", ".html", ".json", ".jsonl", ".csv", ".tsv", ".srt", ".vtt", ".sbv", ".docx", ".pdf")
FINDINGS = ROOT / ".fuzz"
SLOW_S = 5
MEMORY_BYTES = 3 * 2**30
CHUNK = 2000


def main() -> int:
    """Runs the inputs in processes of their own, a line a parser."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("suffixes", nargs="*", default=SUFFIXES, metavar="SUFFIX")
    options.add_argument("--inputs", type=int, default=100_000)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--replay", type=Path, help="a finding, run in this process")
    options.add_argument("--chunk", nargs=2, type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.replay:
        from fuzzing.check import outcome

        print(outcome(_source(given.replay.read_bytes(), given.replay.suffix)))
        return 0
    if given.chunk:
        return _run_chunk(given.suffixes[0], range(*given.chunk))
    return max(_fuzz(suffix, given.inputs, given.processes) for suffix in given.suffixes)


def _fuzz(suffix: str, inputs: int, processes: int) -> int:
    started = time.perf_counter()
    chunks = [(first, min(first + CHUNK, inputs)) for first in range(0, inputs, CHUNK)]
    with ThreadPoolExecutor(processes) as pool:
        results = [result for found in pool.map(lambda chunk: _in_process(suffix, *chunk), chunks) for result in found]
    outcomes = Counter(result.split("\t")[0] for result in results)
    broken = [result for result in results if result.startswith("finding")]
    slowest = max((float(result.split("\t")[1]) for result in results if result.startswith("slowest")), default=0.0)
    told = ", ".join(
        f"{sum(int(r.split(chr(9))[2]) for r in results if r.startswith(f'count{chr(9)}{name}{chr(9)}')):,} {name}"
        for name in _names(results)
    )
    took_s = time.perf_counter() - started
    print(
        f"{suffix:7} {inputs:>8,} inputs  {told}; slowest {slowest:.2f} s; {len(broken)} findings; {took_s:.0f} s", flush=True
    )
    for finding in broken[:20]:
        print("   ", *finding.split("\t")[1:])
    return 1 if broken or outcomes["died"] else 0


def _names(results: list[str]) -> list[str]:
    return sorted({result.split("\t")[1] for result in results if result.startswith("count")})


def _in_process(suffix: str, first: int, stop: int) -> list[str]:
    """The results of a chunk; where its process dies, the input it died of is a finding and the rest goes on."""
    found: list[str] = []
    while first < stop:
        done = subprocess.run(  # noqa: PLW1510 - how it ends is looked at
            [sys.executable, __file__, suffix, "--chunk", str(first), str(stop)], capture_output=True, text=True
        )
        lines = done.stdout.splitlines()
        found += [line for line in lines if not line.startswith("at\t")]
        if done.returncode == 0:
            return found
        reached = [int(line.split("\t")[1]) for line in lines if line.startswith("at\t")]
        died = reached[-1] if reached else first
        told = _kept(suffix, died, f"died with {done.returncode}: {done.stderr[-200:]!r}")
        found.append(
            told if not _survives_apart(suffix, died) else "count\tdied, which the process apart turns into an error\t1"
        )
        first = died + 1
    return found


def _survives_apart(suffix: str, number: int) -> bool:
    """Whether an input that kills its process is a typed error where it is parsed apart, as files of its kind are."""
    from index.errors import SourceError
    from index.limits import DEFAULT_LIMITS
    from index.sandbox import Sandbox, needs_room

    source = _source(_input(suffix, number), suffix)
    if not needs_room(source):
        return False
    try:
        with Sandbox(DEFAULT_LIMITS) as sandbox:
            sandbox.parse(source)
    except SourceError:
        return True
    return False


def _run_chunk(suffix: str, numbers: range) -> int:
    from fuzzing.check import outcome

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, _hang)
    counts: Counter[str] = Counter()
    slowest = 0.0
    for number in numbers:
        print(f"at\t{number}", flush=True)
        data = _input(suffix, number)
        started = time.perf_counter()
        signal.alarm(SLOW_S)
        try:
            counts[outcome(_source(data, suffix))] += 1
        except Exception as error:
            print(_kept(suffix, number, f"{type(error).__name__}: {error}"))
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.perf_counter() - started)
    for name, count in counts.items():
        print(f"count\t{name}\t{count}")
    print(f"slowest\t{slowest}")
    return 0


def _hang(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {SLOW_S} s")


def _input(suffix: str, number: int) -> bytes:
    from fuzzing.mutate import mutated
    from fuzzing.seeds import DOCX_BODY, seeds_of

    from tests.index.formats.office import word_file

    if suffix not in _SEEDS:
        _SEEDS[suffix] = seeds_of(suffix)
    chance = random.Random(f"{suffix} {number}")
    if suffix == ".docx" and number % 4:  # most damage to a package is seen at once: the damage is done inside it
        return word_file(mutated([DOCX_BODY.encode()], chance).decode("utf-8", "replace"))
    return mutated(_SEEDS[suffix], chance)


_SEEDS: dict[str, list[bytes]] = {}


def _source(data: bytes, suffix: str):  # type: ignore[no-untyped-def]
    from index.records import Source

    return Source(Path(f"input{suffix}"), data, hashlib.sha256(data).hexdigest())


def _kept(suffix: str, number: int, problem: str) -> str:
    FINDINGS.mkdir(exist_ok=True)
    path = FINDINGS / f"{number}{suffix}"
    path.write_bytes(_input(suffix, number))
    return f"finding\tscripts/fuzz.py --replay {path.relative_to(ROOT)}\t" + " ".join(problem.split())[:300]


if __name__ == "__main__":
    raise SystemExit(main())
