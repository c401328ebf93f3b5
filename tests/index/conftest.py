"""Where the indexer's tests write: hundreds of builds, each synced to the disk, take minutes where the disk is busy."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
ROOM_NEEDED = 2 * 2**30
"""A copy of the model takes 90 MB, and containers may have but 64 MB of this."""


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is room, gone after the test; else the usual one, which is on the disk."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM_NEEDED:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="onrecord-", dir=MEMORY) as folder:
        yield Path(folder)
