"""Which language a document is in: told from its words, since pages often declare their template's.

Knows ISO 639-1 codes. What a source declares decides only where its words are too few or too mixed to tell.
"""

from __future__ import annotations

from functools import cache
from typing import Any

_SAMPLE_CHARS = 20_000
_MIN_LETTERS = 60
_SURE = 0.9


def language_of(text: str, declared: str | None = None) -> str | None:
    """The ISO 639-1 code of a text's language; ``declared`` where that can't be told, ``None`` where nothing is declared."""
    middle = max(0, (len(text) - _SAMPLE_CHARS) // 2)  # the ends of a page are its template's more often than its middle
    sample = text[middle : middle + _SAMPLE_CHARS]
    if sum(character.isalpha() for character in sample) < _MIN_LETTERS:
        return declared
    found, probability = _identifier().classify(sample)
    return str(found) if probability >= _SURE else declared


@cache
def _identifier() -> Any:  # its package has no types
    """The detector; loading it takes a tenth of a second, so it waits until there is something to detect."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
