"""Manual pages made from the commands themselves: what ``--help`` says, in the format of ``man``.

Knows click's commands and the macros of man(7). What a page has beyond the commands is handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

Entries = Sequence[tuple[str, str]]


def manual_page(command: click.Command, name: str, *, version: str, summary: str, sections: Mapping[str, str | Entries]) -> str:
    """The page of a command and of those below it.

    ``summary`` is for the line that ``apropos`` reads; ``sections`` come after the options, each a paragraph or a list of
    ``(term, explanation)``.
    """
    context = _context(command, name)
    lines = [f'.TH {name.upper()} 1 "" "onrecord {version}" "User Commands"', ".SH NAME", _text(f"{name} - {summary}")]
    lines += [".SH SYNOPSIS", *_synopsis(context), ".SH DESCRIPTION", *_paragraphs(command.help or "")]
    if isinstance(command, click.Group):
        lines.append(".SH COMMANDS")
        for below_name in command.list_commands(context):
            lines += _subcommand(command, below_name, context)
    lines += [".SH OPTIONS", *_options(command, context)]
    for title, content in sections.items():
        lines += [f".SH {title}", *(_paragraphs(content) if isinstance(content, str) else _entries(content))]
    if command.epilog:
        lines += [".SH EXAMPLES", ".nf", *(_text(line.strip()) for line in command.epilog.splitlines()[2:]), ".fi"]
    return "\n".join(lines) + "\n"


def _subcommand(group: click.Group, name: str, context: click.Context) -> Iterator[str]:
    command = group.get_command(context, name)
    assert command is not None
    below = _context(command, name, context)
    yield from (f".SS {_text(name)}", *_synopsis(below), ".PP", *_paragraphs(command.help or ""), *_options(command, below))


def _synopsis(context: click.Context) -> Iterator[str]:
    yield f".B {_text(context.command_path)}"
    yield _text(" ".join(context.command.collect_usage_pieces(context)))


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    """What ``--help`` lists, but of a command below another not ``--help`` itself."""
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]
    records = (one.get_help_record(context) for one in options if context.parent is None or "--help" not in one.opts)
    return _entries([record for record in records if record])


def _context(command: click.Command, name: str, parent: click.Context | None = None) -> click.Context:
    return click.Context(command, info_name=name, parent=parent, **command.context_settings)


def _entries(entries: Entries) -> Iterator[str]:
    for term, told in entries:
        yield from (".TP", f".B {_text(term)}", _text(" ".join(told.split())))


def _paragraphs(words: str) -> Iterator[str]:
    """Paragraphs, each on a line of its own: man sets the lines."""
    for number, paragraph in enumerate(words.replace("\b", "").strip().split("\n\n")):
        yield from ([".PP"] if number else [])
        yield _text(" ".join(paragraph.split()))


def _text(words: Any) -> str:
    """Words that roff takes as they are: hyphens stay hyphens, and nothing at a line's beginning is a request."""
    escaped = str(words).replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    ascii_only = "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in escaped)
    return f"\\&{ascii_only}" if ascii_only.startswith(".") else ascii_only
