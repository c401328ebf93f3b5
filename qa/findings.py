"""What a search comes back with, before it is quoted: passages in order, and how sure to be of the first. Records only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from index.records import Filter, StoredPassage
from qa.judge_model import Verdict
from qa.retrieve import Candidate


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its score, 0..1, higher is better; ``verdict`` is the judge's, where it was read. ``cosine``: -1..1."""

    stored: StoredPassage
    score: float
    verdict: Verdict | None = None
    cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class Findings:
    """Passages, best first. ``confidence`` is how likely it is that the first answers, 0..1; 0 when there is none."""

    found: tuple[Found, ...] = ()
    confidence: float = 0.0


class Finder(Protocol):
    """Puts candidates in order and says how sure to be; ``name`` says which way, ``threshold`` how sure is enough, 0..1."""

    threshold: float

    @property
    def name(self) -> str: ...

    def find(
        self, question: str, weights: Mapping[str, float], found: list[Candidate], where: Filter, *, considered: int
    ) -> Findings: ...

    def chance(self, weights: Mapping[str, float], one: Found) -> float:
        """How likely it is that a found passage is on the matter by itself, 0..1."""
        ...
