"""Why what was found is no answer: nothing like it on record, asked about and not answered, said by somebody else.

Looks for what was only asked; how sure to be of an answer was decided before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from index.records import Filter
from qa.answer import Reason
from qa.findings import Findings
from qa.quotes import QuoteCutter
from qa.words import coverage, covered, stems

if TYPE_CHECKING:
    from index.reader import IndexReader

_ALL_OF_IT = 0.99
_CONTEXTS = 3


def refusal(
    reader: IndexReader,
    weights: Mapping[str, float],
    where: Filter,
    findings: Findings,
    *,
    threshold: float,
    find: Callable[[Filter], Findings],
) -> Reason | None:
    """The reason why findings are no answer, ``None`` when they are one; ``find`` looks under another filter."""
    if findings.found and findings.confidence >= threshold:
        return None
    if where.speakers is not None:
        anyone = Filter(None, where.documents, where.since, where.until)
        others = find(anyone)
        if others.found and others.confidence >= threshold:
            return Reason.OTHER_SPEAKER
    return Reason.ONLY_IN_QUESTION if only_asked(reader, weights, where, findings) else Reason.NOTHING_ON_RECORD


def only_asked(reader: IndexReader, weights: Mapping[str, float], where: Filter, findings: Findings) -> bool:
    """Whether a question or a narration holds those words of the matter that no found passage says, its rarest among them."""
    cutter = QuoteCutter(reader)
    said = frozenset().union(*(stems(cutter.text_of(one.stored)) for one in findings.found))
    unsaid = {word: weight for word, weight in weights.items() if not covered({word: 1.0}, said)}
    if not unsaid or max(unsaid.values()) < max(weights.values()):
        return False
    hits = reader.context_with_words(tuple(unsaid), _CONTEXTS, where)
    return any(coverage(unsaid, cutter.text_of(reader.passage(hit.key))) > _ALL_OF_IT for hit in hits)
