"""What the judge reads: a question, the words of one passage, whose they are, and what was said before them.

One layout for training and for answering: ``[CLS] question [SEP] speaker: passage [SEP] before [SEP]``. Knows tokens, not
models; how they are judged is told by :mod:`qa.judge_model`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.records import Span

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

QUESTION_TOKENS, PASSAGE_TOKENS, BEFORE_TOKENS, SPEAKER_TOKENS = 48, 256, 48, 12
"""The most that is read of each part: the beginning of the question, speaker and passage, the end of what was said before."""

CLS: Final = "[CLS]"
SEP: Final = "[SEP]"


@dataclass(frozen=True, slots=True)
class Reading:
    """One question beside one passage. ``before`` is the question that the passage answers, or what was said before it."""

    question: str
    passage: str
    speaker: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """A reading as the model takes it; ``spans`` are the passage's tokens in its text, the first of them at ``passage_at``."""

    ids: tuple[int, ...]
    types: tuple[int, ...]
    passage_at: int
    spans: tuple[Span, ...]


def tokenize(tokenizer: Tokenizer, readings: Sequence[Reading]) -> list[Tokens]:
    """The readings' tokens, in their order. ``tokenizer`` must neither truncate nor pad."""
    cls, sep = special_tokens(tokenizer)
    texts = [
        part
        for reading in readings
        for part in (reading.question, f"{reading.speaker}:" if reading.speaker else "", reading.passage, reading.before or "")
    ]
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [_joined(encodings[at : at + 4], cls, sep) for at in range(0, len(encodings), 4)]


def special_tokens(tokenizer: Tokenizer) -> tuple[int, int]:
    """The numbers of the tokens that begin and end the parts; raises ``ValueError`` for a tokenizer that lacks one."""
    found = [tokenizer.token_to_id(token) for token in (CLS, SEP)]
    if None in found:
        raise ValueError(f"the tokenizer knows no {CLS} or no {SEP}")
    return found[0] or 0, found[1] or 0


def _joined(parts: Sequence[Encoding], cls: int, sep: int) -> Tokens:
    question, speaker, passage, before = parts
    asked = [cls, *question.ids[:QUESTION_TOKENS], sep]
    named = speaker.ids[-SPEAKER_TOKENS:]
    said = passage.ids[:PASSAGE_TOKENS]
    earlier = before.ids[-BEFORE_TOKENS:]
    ids = [*asked, *named, *said, sep, *earlier, *([sep] if earlier else [])]
    types = [0] * len(asked) + [1] * (len(ids) - len(asked))
    spans = tuple(Span(*offset) for offset in passage.offsets[:PASSAGE_TOKENS])
    return Tokens(tuple(ids), tuple(types), len(asked) + len(named), spans)


def padded(rows: Sequence[Tokens]) -> dict[str, np.ndarray[Any, np.dtype[np.int64]]]:
    """``(n_rows, longest) int64`` for each input of the model; zeros are padding."""
    shape = (len(rows), max(len(row.ids) for row in rows))
    ids, mask, types = (np.zeros(shape, np.int64) for _ in range(3))
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = row.ids
        types[number, : len(row.types)] = row.types
        mask[number, : len(row.ids)] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
