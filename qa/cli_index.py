"""The command ``onrecord``: build, look after and serve an index."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qa import __version__
from qa.config import Settings
from qa.style import style_for
from qa.terminal import documents_text, shorten, transcript_text

if TYPE_CHECKING:
    from index.build import Report
    from index.reader import IndexReader

F = TypeVar("F", bound=Callable[..., Any])

_EXAMPLES = """\b
Examples:
  onrecord index interviews/
  onrecord list
  onrecord show seed_interview
  onrecord serve --port 8080
"""


class Group(click.Group):
    """A group whose help begins with its examples."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(self.epilog or "")
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)


def index_option(command: F) -> F:
    return click.option(
        "--index", type=click.Path(path_type=Path), metavar="DIR", help="The index (./.onrecord, or ONRECORD_INDEX)."
    )(command)


def color_option(command: F) -> F:
    return click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)(command)


@click.group(cls=Group, epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="onrecord")
def onrecord_group() -> None:
    """Index interviews, look after the index, serve it. Questions are asked with: ask "…" """


@onrecord_group.command("index")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@index_option
@click.option("--model", help="A sentence-transformers model, by name or path.")
@click.option("--prune", is_flag=True, help="Drop documents whose files are gone from these folders.")
@click.option("--rebuild", is_flag=True, help="Take everything anew, whatever is there.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def index_command(
    paths: tuple[Path, ...], index: Path | None, model: str | None, prune: bool, rebuild: bool, quiet: bool
) -> int:
    """Index files and folders; a second run takes only what changed.

    Exit code 0: all went in; 2: some file failed (the others are in).
    """
    from index.build import build_index
    from qa.progress import ProgressLine

    settings = Settings.read(os.environ).over(index=index, model=model)
    with ProgressLine(quiet=quiet) as progress:
        report = build_index(
            paths,
            root=settings.index,
            encoder=lambda: _encoder(settings, rebuild=rebuild),
            prune=prune,
            rebuild=rebuild,
            progress=progress.show,
        )
    _tell(report, settings.index, quiet=quiet)
    return 2 if report.failed else 0


def _encoder(settings: Settings, *, rebuild: bool) -> Any:
    """The model that was asked for, else the one that the index remembers, else the bundled one."""
    from index.encoder import load_encoder
    from index.errors import IndexError_
    from index.reader import IndexReader

    if settings.model is None and not rebuild:
        try:
            return load_encoder(IndexReader.open(settings.index).model.name)
        except IndexError_:
            pass
    return load_encoder(settings.model)


def _tell(report: Report, index: Path, *, quiet: bool) -> None:
    """The summary of a run, on stderr: answers go to stdout, and there are none here."""
    for error in report.failed:
        click.echo(f"failed: {error}", err=True)
    if quiet:
        return
    for path, reason in report.skipped:
        click.echo(f"skipped: {shorten(str(path))}: {reason}", err=True)
    for one in report.indexed:
        people = "; ".join(f"{person.name} ({_role(person.role.value)})" for person in one.people) or "no speakers named"
        click.echo(f"{one.id}: {one.turns} turns, {one.passages} passages: {people}", err=True)
    for document_id in report.removed:
        click.echo(f"removed: {document_id}", err=True)
    done = f"{len(report.indexed)} indexed, {report.unchanged} unchanged, {len(report.removed)} removed"
    rest = f"{len(report.skipped)} skipped, {len(report.failed)} failed"
    click.echo(f"{done}, {rest} in {report.took_ms / 1000:.1f} s", err=True)
    if report.version is None:
        click.echo("No index was written: nothing could be indexed.", err=True)
    elif report.indexed:
        option = "" if index == Settings().index else f" --index {index}"
        click.echo(f'Now ask: ask "…"{option}', err=True)


def _role(role: str) -> str:
    return "role unknown" if role == "unknown" else role


@onrecord_group.command("list")
@index_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@color_option
def list_command(index: Path | None, as_json: bool, color: str) -> None:
    """List the documents with their speakers, dates and counts."""
    from qa.render import documents_json

    found = documents_json(_reader(index))
    _write(found if as_json else documents_text(found["documents"], style_for(color)))


@onrecord_group.command("show")
@click.argument("document")
@index_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@color_option
def show_command(document: str, index: Path | None, as_json: bool, color: str) -> None:
    """Show a document's turns as parsed, to check who says what."""
    from qa.render import transcript_json

    found = transcript_json(_reader(index), document)
    _write(found if as_json else transcript_text(found, style_for(color)))


@onrecord_group.command("text")
@click.argument("document")
@click.argument("start", type=click.IntRange(min=0))
@click.argument("end", type=click.IntRange(min=0))
@index_option
def text_command(document: str, start: int, end: int, index: Path | None) -> None:
    """Print a slice of a document's canonical text, and nothing else."""
    from index.records import Span

    words = _reader(index).cut(document, Span(start, end))
    sys.stdout.buffer.write(words.encode("utf-8"))


@onrecord_group.command("remove")
@click.argument("documents", nargs=-1, required=True)
@index_option
def remove_command(documents: tuple[str, ...], index: Path | None) -> None:
    """Remove documents from the index, by id."""
    from index.build import remove_documents

    settings = Settings.read(os.environ).over(index=index)
    report = remove_documents(documents, root=settings.index)
    for document_id in report.removed:
        click.echo(f"removed: {document_id}", err=True)


@onrecord_group.command("verify")
@index_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
def verify_command(index: Path | None, quiet: bool) -> int:
    """Check every checksum, every passage's slice, and the counts of the three stores."""
    reader = _reader(index)
    problems = list(reader.verify())
    for problem in problems:
        click.echo(f"wrong: {problem}", err=True)
    if problems:
        click.echo(f"The index is damaged. Build it again: onrecord index FILES… --index {reader.root} --rebuild", err=True)
        return 2
    if not quiet:
        counts = reader.counts
        click.echo(
            f"sound: {counts.get('documents', 0)} documents, {counts.get('turns', 0)} turns, "
            f"{counts.get('answers', 0)} passages, model {reader.model.name}, {reader.version}",
            err=True,
        )
    return 0


@onrecord_group.command("serve")
@index_option
@click.option("--host", help="Where to listen (127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (8000).")
@click.option("--model", help="The embedding model, when not the one that the index remembers.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="Confidence under which nothing counts as found (0.4).")
def serve_command(index: Path | None, host: str | None, port: int | None, model: str | None, threshold: float | None) -> None:
    """Answer questions over HTTP, until interrupted."""
    import uvicorn

    settings = Settings.read(os.environ).over(index=index, host=host, port=port, model=model, threshold=threshold)
    _reader(settings.index).close()  # a missing or damaged index is said here, and not from inside the server
    os.environ |= settings.to_environment()  # the server process reads its settings there
    uvicorn.run("qa.api:from_environment", factory=True, host=settings.host, port=settings.port, log_level="info")


def _reader(index: Path | None) -> IndexReader:
    from index.reader import IndexReader

    return IndexReader.open(Settings.read(os.environ).over(index=index).index)


def _write(found: dict[str, Any] | str) -> None:
    click.echo(
        found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=2),
        nl=not isinstance(found, str),
        color=True,
    )
