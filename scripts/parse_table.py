"""How every file of a folder is parsed, a line each: what it is, who speaks, what is asked, what is left out.

    scripts/parse_table.py FOLDER [--markdown]

Left out are the characters, blanks not counted, that are in no turn: a page's furniture, labels, headings, credits. It
parses as ``onrecord index`` does and indexes nothing; a file that can't be parsed has its reason on its line.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.discovery import discover
from index.errors import SourceError
from index.formats import parse
from index.language import language_of
from index.passages import cut_passages
from index.records import Parsed, Person, Role, Turn
from index.roles import kind_of
from index.sources import read
from index.speakers import identify
from index.turns import spoken_text

COLUMNS = ("file", "kind", "language", "turns", "speakers", "asked", "passages", "left out", "seconds")
_ROLES = {Role.INTERVIEWER: "asks", Role.INTERVIEWEE: "answers", Role.UNKNOWN: "?"}


@dataclass(frozen=True, slots=True)
class Row:
    """One file's line, as words."""

    cells: tuple[str, ...]


def main() -> int:
    """Prints the table; 1 when a file could not be parsed."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--markdown", action="store_true", help="as a Markdown table")
    given = arguments.parse_args()
    found = discover([given.folder])
    rows = [_row(file.path, given.folder) for file in found.files]
    print("\n".join(_lines(rows, markdown=given.markdown)))
    failed = sum(row.cells[1] == "failed" for row in rows)
    print(f"{len(rows)} files, {failed} failed, {len(found.skipped)} skipped", file=sys.stderr)
    return 1 if failed or found.failed else 0


def _row(path: Path, folder: Path) -> Row:
    name = str(path.relative_to(folder.resolve()) if path.is_absolute() else path.relative_to(folder))
    started = time.perf_counter()
    try:
        parsed = parse(read(path))
    except SourceError as error:
        return Row((name, "failed", "", "", error.problem, "", "", "", ""))
    turns, people = identify(parsed.text, parsed.turns, parsed.metadata)
    passages = cut_passages(parsed.text, turns, anchors=parsed.anchors)
    took_s = time.perf_counter() - started
    return Row(
        (
            name,
            kind_of(turns).value,
            language_of(spoken_text(parsed.text, turns), parsed.metadata.language) or "",
            str(len(turns)),
            "; ".join(_speakers(turns, people)),
            str(len({passage.asked.turn for passage in passages if passage.asked})),
            str(sum(passage.is_answer for passage in passages)),
            f"{_left_out(parsed, turns):,}",
            f"{took_s:.2f}",
        )
    )


def _speakers(turns: tuple[Turn, ...], people: tuple[Person, ...]) -> Iterator[str]:
    for person in people:
        yield f"{person.name} ({_ROLES[person.role]})"
    for role in Role:
        if count := sum(turn.speaker is None and turn.role is role for turn in turns):
            yield f"{count} turns unnamed ({_ROLES[role]})"


def _left_out(parsed: Parsed, turns: tuple[Turn, ...]) -> int:
    said = "".join(span.cut(parsed.text) for turn in turns for span in turn.spans)
    return len("".join(parsed.text.split())) - len("".join(said.split()))


def _lines(rows: list[Row], *, markdown: bool) -> Iterator[str]:
    if markdown:
        yield f"| {' | '.join(COLUMNS)} |"
        yield f"|{'---|' * len(COLUMNS)}"
        yield from (f"| {' | '.join(cell.replace('|', '/') for cell in row.cells)} |" for row in rows)
        return
    for row in (Row(COLUMNS), *rows):
        name, kind, language, turns, speakers, *numbers = row.cells
        asked, passages, left_out, seconds = numbers
        yield f"{name:42} {kind:12} {language:4} {turns:>5} {asked:>5} {passages:>8} {left_out:>8} {seconds:>7}  {speakers}"


if __name__ == "__main__":
    raise SystemExit(main())
