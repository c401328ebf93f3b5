"""The command ``ask``: questions from arguments, a file or a pipe, to a local index or a running service."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from qa import __version__
from qa.asking import Asker, lasting_asker, open_asker
from qa.config import Settings, history_path
from qa.errors import BadQuestion
from qa.followup import check_history
from qa.interpret import check_date, interpret
from qa.render import json_text
from qa.shell import complete_document, complete_speaker
from qa.style import style_for, tell, write
from qa.terminal import answer_text, timeline_text

Json = dict[str, Any]
MAX_ANSWERS = 100

_EXAMPLES = """\b
Examples:
  ask "What did he say about Putin?"
  ask "Why did she resign?" --speaker Miller -n 3
  ask "What was said on prices?" --since 2024-01 --json
  ask "What was Miller asked about the bank last year?"
  ask --timeline "What has Osterhaven said about the gas ship?"
  ask --questions questions.jsonl --jsonl > answers.jsonl
  ask "What else?" --after "What did he say about Putin?"
  echo "Who paid for it?" | ask
  vim -q <(ask "Who paid for it?" --vimgrep)
  ask                                        (a conversation)
"""


class ExamplesFirst(click.Command):
    """A command whose help begins with its examples."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_usage(ctx, formatter)
        if self.epilog:
            formatter.write_paragraph()
            formatter.write_text(self.epilog)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)


class IsoDate(click.ParamType[str]):
    """A day, a month or a year: 2024-05-31, 2024-05, 2024."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            check_date("The date", str(value))
        except BadQuestion as error:
            self.fail(str(error), param, ctx)
        return str(value)


@click.command(cls=ExamplesFirst, epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("question", nargs=-1)
@click.option("--timeline", is_flag=True, help="All that one speaker said on it, by date.")
@click.option("-n", "--limit", type=click.IntRange(1, 1000), help="At most so many passages (5, of a timeline 50).")
@click.option("--speaker", shell_complete=complete_speaker, help="Only this speaker's words; any part of the name.")
@click.option("--document", shell_complete=complete_document, help="Only this document (its id, see: onrecord list).")
@click.option("--since", type=IsoDate(), metavar="DATE", help="Only documents of this day, month or year, or later.")
@click.option("--until", type=IsoDate(), metavar="DATE", help="Only documents of this day, month or year, or earlier.")
@click.option(
    "--after", multiple=True, metavar="QUESTION", help="An earlier question of the conversation; again for each, oldest first."
)
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="One JSON answer a line.")
@click.option("--vimgrep", is_flag=True, help="One path:line:column:text line a passage, for editors.")
@click.option(
    "--questions",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help='Answer a file of {"id", "question", "document_id"?, "speaker"?, "history"?} lines.',
)
@click.option("--index", type=click.Path(path_type=Path), metavar="DIR", help="The index (./.onrecord, or ONRECORD_INDEX).")
@click.option("--url", help="Ask a running service instead, such as http://127.0.0.1:8000.")
@click.option("--model", help="The embedding model, when not the one that the index remembers.")
@click.option("--reranker", metavar="NAME", help="A CrossEncoder in the place of the bundled judge, by name or path.")
@click.option("--fast", is_flag=True, default=None, help="Without the judge: sooner, and less sure.")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), help="Confidence under which nothing counts as found (0.31; 0.4 when --fast)."
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--no-history", is_flag=True, help="Keep no record of a conversation's questions.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@click.version_option(__version__, package_name="onrecord")
def ask_command(
    question: tuple[str, ...],
    timeline: bool,
    limit: int | None,
    speaker: str | None,
    document: str | None,
    since: str | None,
    until: str | None,
    after: tuple[str, ...],
    as_json: bool,
    as_jsonl: bool,
    vimgrep: bool,
    questions: Path | None,
    index: Path | None,
    url: str | None,
    model: str | None,
    reranker: str | None,
    fast: bool | None,
    threshold: float | None,
    color: str,
    no_history: bool,
    quiet: bool,
) -> int:
    """Ask your interviews a question; get back their exact words. Without a question, on a terminal: a conversation.

    Exit code 0: found; 1: nothing on record; 2: it failed.
    """
    if questions and question:
        raise click.UsageError("Give a question or a file of --questions, not both.")
    settings = Settings.read(os.environ).over(
        index=index, model=model, reranker=reranker, fast=fast, threshold=threshold, url=url
    )
    if no_history:
        settings = settings.over(history=False)
    limit = limit if timeline else _answers_limit(limit, settings)
    if index is not None and url is None:
        settings = replace(settings, url=None)  # a flag wins: it names the index to ask
    where = {"speaker": speaker, "document": document, "since": since, "until": until}
    to_text = timeline_text if timeline else answer_text
    to_pipe = as_json or as_jsonl or vimgrep
    if not question and not questions and not to_pipe and _is_talk():
        with lasting_asker(settings) as now:
            write_as = {"to_text": to_text, "style": partial(style_for, color)}
            _converse(now, settings, timeline=timeline, **write_as, limit=limit, filters=where, asked=after, quiet=quiet)
        return 0
    rows = list(_read_questions(questions)) if questions else [{"question": _question(question)}]
    found_any = False
    with open_asker(settings) as asking:
        asker = asking.timeline if timeline else asking.ask
        for row in rows:
            answer = _ask_row(asker, row, where | {"limit": limit, "history": list(after)})
            found_any = found_any or answer["found"]
            if vimgrep:
                from qa.vimgrep import vimgrep_text

                write(vimgrep_text(answer, asking.document))
            elif as_jsonl or (questions and not as_json):
                write(json_text(answer) + "\n")
            else:
                write(json_text(answer, indent=2) + "\n" if as_json else to_text(answer, style_for(color)))
            if not answer["found"] and not quiet and not questions and (as_json or vimgrep):
                tell("Nothing on record.")
    return 0 if found_any else 1


def _is_talk() -> bool:
    """Whether somebody sits at both ends."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _converse(asker: Callable[[], Asker], settings: Settings, *, filters: Json, quiet: bool, **options: Any) -> None:
    """A conversation; what it takes to import is imported now, since a plain question has no time to spare."""
    from qa.conversation import Conversation, Filters
    from qa.prompting import converse

    if not quiet:
        tell("Ask a question. :help has the commands, Ctrl-D ends.")
    talk = Conversation(asker, filters=Filters(**filters), pager=os.environ.get("PAGER"), **options)
    converse(talk, history=history_path(os.environ) if settings.history else None)


def _answers_limit(given: int | None, settings: Settings) -> int:
    if given is not None and given > MAX_ANSWERS:
        raise click.BadParameter(
            f"{given} is more than {MAX_ANSWERS} (only a --timeline lists more).", param_hint="'-n' / '--limit'"
        )
    return given or settings.limit


def _question(words: tuple[str, ...]) -> str:
    if words and words != ("-",):
        return " ".join(words)
    if sys.stdin is None or (not words and sys.stdin.isatty()):
        raise click.UsageError('Ask a question: ask "What did she say about the budget?"')
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise BadQuestion(f"The question on stdin is not UTF-8 text ({error}).") from error


def _read_questions(path: Path) -> Iterator[Json]:
    """The rows of a file of questions; raises with the line that is off, before anything was asked."""
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        lines = raw.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadQuestion(f"{path} can't be read ({error}). Expected JSON lines in UTF-8.") from error
    if not any(line.strip() for line in lines):
        raise BadQuestion(f'{path} holds no questions. Expected {{"id", "question"}} lines.')
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _row(line)
            except BadQuestion as error:
                raise BadQuestion(f"{path}, line {number}: {error}") from error


def _row(line: str) -> Json:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadQuestion(f"not valid JSON ({error}).") from error
    if not isinstance(row, dict) or not isinstance(row.get("question"), str):
        raise BadQuestion('expected {"id", "question"} with a string as the question.')
    for name in ("document_id", "speaker"):
        if not isinstance(row.get(name), str | None):
            raise BadQuestion(f'"{name}" is {row[name]!r}. Expected a string.')
    if row.get("history") is not None:
        check_history(row["history"])
    interpret(row["question"])
    return row


def _ask_row(asker: Callable[..., Json], row: Json, filters: Json) -> Json:
    own = {"document": row.get("document_id"), "speaker": row.get("speaker"), "history": row.get("history")}
    answer = asker(row["question"], **filters | {name: value for name, value in own.items() if value is not None})
    return answer | ({"question_id": row["id"]} if "id" in row else {})
