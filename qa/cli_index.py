"""The command ``onrecord``: build, look after and serve an index."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from qa import __version__
from qa.config import Settings
from qa.interpret import check_text
from qa.shell import complete_document
from qa.style import style_for, tell, write
from qa.terminal import documents_text, transcript_text

if TYPE_CHECKING:
    from index.reader import IndexReader

F = TypeVar("F", bound=Callable[..., Any])

_EXAMPLES = """\b
Examples:
  onrecord index interviews/
  onrecord list
  onrecord show mayor-harbour
  onrecord serve --port 8080
  onrecord mcp
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


def memory_option(command: F) -> F:
    return click.option("--memory", metavar="SIZE", help="What the vectors may take of memory: 500MB, 2GB (what they need).")(
        command
    )


def color_option(command: F) -> F:
    return click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)(command)


@click.group(cls=Group, epilog=_EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="onrecord")
def onrecord_group() -> None:
    """Index interviews, look after the index, serve it. Questions are asked with: ask "…" """


class Input(click.ParamType[Any]):
    """A path, or a web address as it is written: a path would lose one of its slashes."""

    name = "path or address"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        from index.addresses import is_address

        return value if is_address(value) else Path(value)


@onrecord_group.command("index")
@click.argument("inputs", nargs=-1, required=True, type=Input(), metavar="PATH_OR_URL...")
@index_option
@click.option("--model", help="A sentence-transformers model, by name or path.")
@click.option("--speakers", type=click.Path(path_type=Path), metavar="FILE", help="A list of people: names, labels, roles.")
@click.option("--prune", is_flag=True, help="Drop documents whose files are gone from these folders and archives.")
@click.option("--rebuild", is_flag=True, help="Take everything anew, whatever is there.")
@click.option("--watch", is_flag=True, help="Go on and keep the index current as files in these folders come, change and go.")
@click.option("--allow-private", is_flag=True, help="Fetch pages also from machines that are not on the public internet.")
@memory_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def index_command(
    inputs: tuple[Path | str, ...],
    index: Path | None,
    model: str | None,
    speakers: Path | None,
    prune: bool,
    rebuild: bool,
    watch: bool,
    allow_private: bool,
    memory: str | None,
    quiet: bool,
) -> int:
    """Index files, folders, ZIP archives and web pages; a second run takes only what changed.

    Exit code 0: all went in; 2: some file failed (the others are in); 130: interrupted, as --watch is in the end.
    """
    from qa.indexing import Indexing, tell_report

    settings = Settings.read(os.environ).over(index=index, model=model, speakers=speakers, memory=memory)
    indexing = Indexing(inputs, settings, allow_private=allow_private, quiet=quiet)
    if watch:
        from qa.watching import watch_folders

        folders = [path for path in inputs if isinstance(path, Path) and path.is_dir()]
        if len(folders) < len(inputs):
            raise click.UsageError("--watch takes folders, and nothing else.")
        watch_folders(folders, indexing, rebuild=rebuild)
    report = indexing.run(prune=prune, rebuild=rebuild)
    tell_report(report, settings.index, quiet=quiet)
    return 2 if report.failed else 0


@onrecord_group.command("list")
@index_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@color_option
def list_command(index: Path | None, as_json: bool, color: str) -> None:
    """List the documents with their speakers, dates and counts."""
    from qa.render import documents_json, json_text

    found = documents_json(_reader(index))
    write(json_text(found, indent=2) + "\n" if as_json else documents_text(found["documents"], style_for(color)))


@onrecord_group.command("show")
@click.argument("document", shell_complete=complete_document)
@index_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@color_option
def show_command(document: str, index: Path | None, as_json: bool, color: str) -> None:
    """Show a document's turns as parsed, to check who says what."""
    from qa.render import json_text, transcript_json

    check_text("The document", document)
    found = transcript_json(_reader(index), document)
    write(json_text(found, indent=2) + "\n" if as_json else transcript_text(found, style_for(color)))


@onrecord_group.command("text")
@click.argument("document", shell_complete=complete_document)
@click.argument("start", type=click.IntRange(min=0))
@click.argument("end", type=click.IntRange(min=0))
@index_option
def text_command(document: str, start: int, end: int, index: Path | None) -> None:
    """Print a slice of a document's canonical text, and nothing else."""
    from index.records import Span

    check_text("The document", document)
    write(style_for("never").safe(_reader(index).cut(document, Span(start, end))))


@onrecord_group.command("remove")
@click.argument("documents", nargs=-1, required=True, shell_complete=complete_document)
@index_option
def remove_command(documents: tuple[str, ...], index: Path | None) -> None:
    """Remove documents from the index, by id."""
    from index.build import remove_documents

    settings = Settings.read(os.environ).over(index=index)
    report = remove_documents(documents, root=settings.index, memory_bytes=settings.memory)
    for document_id in report.removed:
        tell(f"removed: {document_id}")


@onrecord_group.command("verify")
@index_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but what is wrong.")
def verify_command(index: Path | None, quiet: bool) -> int:
    """Check every checksum, every passage's slice, the counts of the three stores, and a sample of the vectors."""
    from index.errors import ModelError

    reader = _reader(index)
    encoder = None
    try:
        encoder = reader.encoder(cache=Settings.read(os.environ).cache)
    except ModelError as error:
        tell(f"The vectors are not compared with the model's: {error}")
    problems = list(reader.verify(encoder))
    for problem in problems:
        tell(f"wrong: {problem}")
    if problems:
        tell(f"The index is damaged. Build it again: onrecord index FILES… --index {reader.root} --rebuild")
        return 2
    if not quiet:
        counts = reader.counts
        tell(
            f"sound: {counts.get('documents', 0)} documents, {counts.get('turns', 0)} turns, "
            f"{counts.get('answers', 0)} passages, model {reader.model.name}, {reader.version}"
        )
    return 0


@onrecord_group.command("serve")
@index_option
@click.option("--host", help="Where to listen (127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (8000).")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer; they share one index (1).")
@memory_option
@click.option("--model", help="The embedding model, when not the one that the index remembers.")
@click.option("--reranker", metavar="NAME", help="A CrossEncoder in the place of the bundled judge, by name or path.")
@click.option("--fast", is_flag=True, default=None, help="Without the judge: sooner, and less sure.")
@click.option("--writable", is_flag=True, default=None, help="Let who has the key (ONRECORD_KEY) add and remove documents.")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), help="Confidence under which nothing counts as found (0.31; 0.4 when --fast)."
)
def serve_command(
    index: Path | None,
    host: str | None,
    port: int | None,
    workers: int | None,
    memory: str | None,
    model: str | None,
    reranker: str | None,
    fast: bool | None,
    writable: bool | None,
    threshold: float | None,
) -> None:
    """Answer questions over HTTP, until interrupted."""
    from index.reader import IndexReader
    from qa.access import require_key
    from qa.judges import open_judge
    from qa.serving import serve

    settings = Settings.read(os.environ).over(
        index=index,
        host=host,
        port=port,
        workers=workers,
        memory=memory,
        model=model,
        reranker=reranker,
        fast=fast,
        writable=writable,
        threshold=threshold,
    )
    require_key(settings)
    if not settings.fast:
        open_judge(settings.reranker)  # what is wrong is said here, and not from inside the server
    reader = IndexReader.open(settings.index, memory_bytes=settings.memory)
    reader.encoder(settings.model, cache=settings.cache)
    reader.close()
    os.environ |= settings.to_environment()  # the server process reads its settings there
    serve(settings)


@onrecord_group.command("mcp")
@index_option
@click.option("--url", help="Over a running service instead of an index, such as http://127.0.0.1:8000.")
@memory_option
@click.option("--model", help="The embedding model, when not the one that the index remembers.")
@click.option("--reranker", metavar="NAME", help="A CrossEncoder in the place of the bundled judge, by name or path.")
@click.option("--fast", is_flag=True, default=None, help="Without the judge: sooner, and less sure.")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), help="Confidence under which nothing counts as found (0.31; 0.4 when --fast)."
)
def mcp_command(
    index: Path | None,
    url: str | None,
    memory: str | None,
    model: str | None,
    reranker: str | None,
    fast: bool | None,
    threshold: float | None,
) -> None:
    """Give a language model's program tools to search and quote, by the Model Context Protocol over stdin and stdout."""
    from qa.mcp_server import serve_stdio

    settings = Settings.read(os.environ).over(
        index=index, url=url, memory=memory, model=model, reranker=reranker, fast=fast, threshold=threshold
    )
    if index is not None and url is None:
        settings = replace(settings, url=None)  # a flag wins: it names the index to ask
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s: %(message)s")
    logging.getLogger("onrecord").setLevel(logging.INFO)
    serve_stdio(settings)


def _reader(index: Path | None) -> IndexReader:
    from index.reader import IndexReader

    settings = Settings.read(os.environ).over(index=index)
    return IndexReader.open(settings.index, memory_bytes=settings.memory)
