"""Scores onrecord on evaluation sets: a table, and on demand JSON and curves. See ``scripts/evaluate``."""

from __future__ import annotations

import json
import os
import platform
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click
from evaluation.run import EvaluationFailed, Result, Runner, slug
from evaluation.sets import NoSuchSet, chosen
from evaluation.table import as_json, can_be_refused, table

from index.errors import OnrecordError
from qa import __version__
from qa.cli_ask import ask_command
from qa.config import Settings
from qa.glance import GLANCE_THRESHOLD
from qa.ranking import JUDGED_THRESHOLD

FOLDER = click.Path(path_type=Path, file_okay=False, resolve_path=True)
THERE = click.Path(path_type=Path, file_okay=False, resolve_path=True, exists=True)
FILE = click.Path(path_type=Path, dir_okay=False, resolve_path=True)


def threshold_of(options: Sequence[str], folder: Path) -> float:
    """The threshold that ``ask`` uses with these options; raises :class:`click.UsageError` when there are no such options."""
    given = ask_command.make_context("ask", [*options, "question"]).params
    settings = Settings.read(os.environ, folder).over(threshold=given["threshold"], fast=given["fast"])
    if settings.threshold is not None:
        return settings.threshold
    return GLANCE_THRESHOLD if settings.fast else JUDGED_THRESHOLD


def draw(results: Sequence[Result], folder: Path, *, options: Sequence[str], threshold: float) -> None:
    """The pictures of one run; those of a run with options have them in their names."""
    from evaluation import pictures  # matplotlib is slow to import

    folder.mkdir(parents=True, exist_ok=True)
    refusing = {str(one.wanted): one.outcomes for one in results if can_be_refused(one)}
    if refusing:
        pictures.risk_coverage_picture(refusing, folder / f"risk-coverage{slug(options)}.png", threshold=threshold)
    else:
        say("no set has unanswerable questions: there is no risk–coverage curve")
    pictures.reliability_picture([one.outcomes for one in results], folder / f"reliability{slug(options)}.png")


def say(words: str) -> None:
    print(f"evaluate: {time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("evaluation", metavar="EVAL_DIR", type=THERE)
@click.argument("sets", metavar="[SET[:in]]...", nargs=-1)
@click.option("--work", type=FOLDER, metavar="DIR", help="Keep sources, indexes and answers; use an index that is there.")
@click.option("--ask", "extra", default="", metavar="OPTIONS", help='Further options for ask, such as "--threshold 0.5".')
@click.option("--compare", is_flag=True, help="Ask a second time with --fast, and show both.")
@click.option("--compare-with", "second", metavar="OPTIONS", help="The same with other options than --fast.")
@click.option("--json", "json_file", type=FILE, metavar="FILE", help="All figures, with options and versions.")
@click.option("--curves", type=FOLDER, metavar="DIR", help="Draw risk-coverage.png and reliability.png here.")
def main(
    evaluation: Path,
    sets: tuple[str, ...],
    work: Path | None,
    extra: str,
    compare: bool,
    second: str | None,
    json_file: Path | None,
    curves: Path | None,
) -> None:
    """Score onrecord on the sets in EVAL_DIR, which brings prepare.py and score.py; ":in": each question names its document.

    Without SETs: all that are there. Every quote of every answer is compared with its slice of the source; one that
    differs ends the run.
    """
    started = time.perf_counter()
    asked = [shlex.split(extra)]
    if compare or second is not None:
        asked.append(asked[0] + shlex.split("--fast" if second is None else second))
    with ExitStack() as stack:
        folder = work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evaluate-")))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            thresholds = [threshold_of(options, folder) for options in asked]
            wanted = chosen(evaluation, sets)
            runner = Runner(evaluation, folder, say)
            by_set = [[runner.run(one, options) for options in asked] for one in wanted]
        except (EvaluationFailed, NoSuchSet, OnrecordError) as error:
            raise click.ClickException(str(error)) from error
    runs = [(options, [results[n] for results in by_set]) for n, options in enumerate(asked)]
    print(table(runs))
    for (options, results), threshold in zip(runs, thresholds, strict=True):
        if curves:
            draw(results, curves, options=options, threshold=threshold)
    if json_file:
        facts = {
            "version": __version__,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "seconds": round(time.perf_counter() - started, 1),
            "runs": [as_json(*run) for run in zip(asked, thresholds, (results for _, results in runs), strict=True)],
        }
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="scripts/evaluate")
