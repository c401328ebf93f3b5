"""Checks a file of answers against the index they came from: every quote must be its slice of the canonical text.

    check_slices.py INDEX ANSWERS.jsonl

Reads the archive itself, not the service that answered. Exits 1 at the first quote that differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from index.reader import IndexReader


def wrong(reader: IndexReader, cited: dict[str, Any], document_id: str) -> bool:
    text = reader.text(document_id)
    return bool(cited["cited_text"] != text[cited["start_char_index"] : cited["end_char_index"]])


def main() -> None:
    root, answers = map(Path, sys.argv[1:])
    reader = IndexReader.open(root)
    passages = asked = 0
    for line in answers.read_text(encoding="utf-8").split("\n"):
        answer = json.loads(line) if line else {"passages": [], "nearest": []}
        for passage in answer["passages"] + answer["nearest"]:
            passages += 1
            if wrong(reader, passage, passage["document_id"]):
                sys.exit(f"{passage['id']} is not its slice")
            if passage["role"] == "interviewer":
                sys.exit(f"{passage['id']} is an interviewer's")
            if passage["asked"]:
                asked += 1
                if wrong(reader, passage["asked"], passage["document_id"]):
                    sys.exit(f"{passage['id']}: the question is not its slice")
    print(f"{passages} quotes and {asked} questions are their slices", file=sys.stderr)


if __name__ == "__main__":
    main()
