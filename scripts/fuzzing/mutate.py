"""Sound bytes to unsound ones: slices cut, doubled, swapped and spliced, and what such formats are made of put anywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence

MAX_BYTES = 64 * 1024
_TOKENS = tuple(
    token.encode("utf-8")
    for token in (
        *(
            "Q: ",
            "A: ",
            "Q.\u00a0 ",
            "P. ",
            "R. ",
            "**",
            "*",
            "__",
            "~~",
            "# ",
            "> ",
            "- ",
            "—",
            "Ann Lee:",
            "Ann Lee (00:01): ",
            "THE MAYOR.  ",
            ">> ",
        ),
        *(
            "<b>",
            "</b>",
            "<p>",
            "</p>",
            "<br>",
            "<em>",
            "<h3>",
            "<div class='quote'>",
            "<!--",
            "-->",
            "<script>",
            "&#8212;",
            "&lt;",
            "<v Bo>",
            "<c>",
            "]]>",
        ),
        *(
            "\n",
            "\r\n",
            "\n\n",
            "\t",
            '"',
            '""',
            ",",
            ";",
            "{",
            "}",
            "[",
            "]",
            ":",
            "null",
            "-1",
            "1e999",
            "NaN",
            '"\\ud800"',
            "\\u0000",
            '"speaker":',
            '"text":',
        ),
        *(
            "00:00:01,000 --> 00:00:00,500",
            "99:99:99.999",
            "--> ",
            "WEBVTT",
            "NOTE ",
            "?",
            "¿",
            "…",
            "“",
            "”",
            "„",
            "«",
            "‘",
            "'",
            "he said, ",
        ),
        *(
            "\x00",
            "\u202e",
            "\u2066",
            "\ufeff",
            "\u200b",
            "\u0301",
            "🏦",
            "ß",
            "\ud7ff",
            "e\u0301" * 20,
            "A" * 400,
            "(" * 200,
            "9" * 60,
            " " * 200,
        ),
        *(
            "stream",
            "endstream",
            "endobj",
            "/Length 999999",
            "/Kids",
            "<<",
            ">>",
            "w:t",
            "w:tbl",
            "<w:p>",
            "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        ),
    )
)


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """A seed with one to eight changes; at most ``MAX_BYTES``."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        _change(data, seeds, chance)
    return bytes(data[:MAX_BYTES])


def _change(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    start = chance.randint(0, len(data))
    end = min(len(data), start + chance.choice((1, 2, 8, 40, 200, 2000)))
    match chance.randint(0, 8):
        case 0:
            del data[start:end]
        case 1:
            data[start:start] = data[start:end] * chance.choice((1, 1, 2, 30))
        case 2:
            other = chance.choice(seeds)
            at = chance.randint(0, len(other))
            data[start:end] = other[at : at + chance.choice((10, 100, 3000))]
        case 3:
            for place in range(start, min(end, start + 8)):
                data[place] = chance.randrange(256)
        case 4:
            del data[start:]
        case 5:
            lines = bytes(data).split(b"\n")
            chance.shuffle(lines)
            data[:] = b"\n".join(lines[: chance.randint(1, len(lines))])
        case _:
            data[start : start if chance.random() < 0.7 else end] = chance.choice(_TOKENS)
