"""Broken sources of every kind: a typed error or a sound parse, never anything else. ``scripts/fuzz.py`` runs many more."""

from __future__ import annotations

import hashlib
import random
import sys
from pathlib import Path

import pytest

from index.records import Source

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from fuzzing.check import outcome
from fuzzing.mutate import mutated
from fuzzing.seeds import seeds_of

SUFFIXES = [".txt", ".md", ".html", ".json", ".jsonl", ".csv", ".tsv", ".srt", ".vtt", ".sbv", ".docx"]
INPUTS = 150


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_garbage_gives_a_typed_error_or_a_sound_parse(suffix: str) -> None:
    seeds = seeds_of(suffix)
    for number in range(INPUTS):
        data = mutated(seeds, random.Random(f"{suffix} {number}"))
        assert outcome(Source(Path(f"input{suffix}"), data, hashlib.sha256(data).hexdigest()))


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".pdf"])
def test_what_the_garbage_is_made_of_is_sound(suffix: str) -> None:
    found = [outcome(Source(Path(f"input{suffix}"), data, hashlib.sha256(data).hexdigest())) for data in seeds_of(suffix)]
    assert found == ["parsed"] * len(found) != []
