"""Writes the manual pages, which an installation brings, from the commands as they are.

.venv/bin/python scripts/manual_pages.py
"""

from __future__ import annotations

from pathlib import Path

from qa.cli_help import page

FOLDER = Path(__file__).parent.parent / "data" / "man"


def main() -> None:
    """One page for each of the two commands."""
    FOLDER.mkdir(exist_ok=True)
    for name in ("ask", "onrecord"):
        (FOLDER / f"{name}.1").write_text(page(name), encoding="ascii")


if __name__ == "__main__":
    main()
