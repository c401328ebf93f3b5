"""What an installation brings: two commands, two packages with their data, a component for Haystack, two manual pages, and
nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The project's wheel, built from what git has of the tree."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    files = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    )
    for name in files.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(out),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return zipfile.ZipFile(next(Path(out).glob("onrecord-*.whl")))


def test_the_wheel_holds_two_packages_and_a_component(wheel: zipfile.ZipFile) -> None:
    """``pip install .`` puts ``qa``, ``index`` and the component for Haystack beside its metadata, and nothing else.

    What the component lies in are names that belong to nobody: not one file of them is ours.
    """
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == {"qa", "index", "haystack_integrations"}
    ours = [name for name in wheel.namelist() if name.startswith(("haystack_integrations/", "qa/haystack"))]
    assert ours == ["haystack_integrations/components/retrievers/onrecord/__init__.py"]


def test_the_wheel_brings_the_manual_pages(wheel: zipfile.ZipFile) -> None:
    """``man ask`` and ``man onrecord`` work where the installation's ``share/man`` is looked at; that is all of its data."""
    data = sorted(name.split(".data/", 1)[1] for name in wheel.namelist() if ".data/" in name)
    assert data == ["data/share/man/man1/ask.1", "data/share/man/man1/onrecord.1"]


def test_the_wheel_is_typed_and_has_its_pages(wheel: zipfile.ZipFile) -> None:
    """Types and web pages travel with the packages."""
    assert {"qa/py.typed", "index/py.typed", "qa/web/source.html", "qa/web/source.css"} <= set(wheel.namelist())


def test_the_wheel_brings_the_two_commands(wheel: zipfile.ZipFile) -> None:
    """The commands are ``ask`` and ``onrecord``."""
    name = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    lines = wheel.read(name).decode().splitlines()
    assert sorted(line.split("=")[0].strip() for line in lines if "=" in line) == ["ask", "onrecord"]


def test_the_wheel_states_its_licence_and_version(wheel: zipfile.ZipFile) -> None:
    """The metadata carries Apache-2.0 and the version that ``qa.__version__`` says."""
    import qa

    metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("METADATA"))).decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert f"Version: {qa.__version__}" in metadata
