"""What can happen to an index between two requests."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def newest(root: Path) -> Path:
    """The folder of the published generation."""
    return root / (root / "CURRENT").read_text(encoding="ascii").split()[0]


def damage_newest(root: Path) -> Path:
    """Cuts a file of the published generation short; one that no other generation shares. Gives its path."""
    owned = [path for path in sorted(newest(root).glob("*.sqlite")) if path.stat().st_nlink == 1]
    owned[0].write_bytes(owned[0].read_bytes()[:100])
    return owned[0]


def make_newer(root: Path) -> None:
    """Makes the published generation one that a later version of onrecord wrote."""
    manifest = newest(root) / "manifest.json"
    said = json.loads(manifest.read_bytes()) | {"format_version": 999}
    manifest.unlink()
    manifest.write_text(json.dumps(said), encoding="utf-8")
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    (root / "CURRENT").write_text(f"{newest(root).name} {digest}\n", encoding="ascii")
