"""Why what was found is no answer: nothing like it on record, asked about and not answered, said by somebody else.

Looks for what was only asked; how sure to be of an answer was decided before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from index.records import Filter
from qa.answer import Reason
from qa.findings import Findings, Found
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
    others = Findings()
    if where.speakers is not None:
        others = find(Filter(None, where.documents, where.since, where.until))
        first = others.found[0].stored.passage if others.found and others.confidence >= threshold else None
        if first and not first.asks and first.speaker not in where.speakers:
            return Reason.OTHER_SPEAKER
    asked = [one for one in (*findings.found, *others.found) if one.stored.passage.asks]
    said = [one for one in findings.found if not one.stored.passage.asks]
    return Reason.ONLY_IN_QUESTION if only_asked(reader, weights, where, said, asked) else Reason.NOTHING_ON_RECORD


def only_asked(
    reader: IndexReader, weights: Mapping[str, float], where: Filter, said: Sequence[Found], asked: Sequence[Found]
) -> bool:
    """Whether a question or a narration holds those words of the matter that nothing ``said`` holds, its rarest among them.

    ``asked`` are passages that only ask, of documents where nobody's role is known.
    """
    cutter = QuoteCutter(reader)
    spoken = frozenset().union(*(stems(cutter.text_of(one.stored)) for one in said))
    unsaid = {word: weight for word, weight in weights.items() if not covered({word: 1.0}, spoken)}
    if not unsaid or max(unsaid.values()) < max(weights.values()):
        return False
    hits = reader.context_with_words(tuple(unsaid), _CONTEXTS, where)
    contexts = [reader.passage(hit.key) for hit in hits] + [one.stored for one in asked]
    return any(coverage(unsaid, cutter.text_of(stored)) > _ALL_OF_IT for stored in contexts)
