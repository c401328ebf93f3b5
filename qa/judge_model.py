"""The trained judge: a small cross-encoder in ONNX Runtime that reads a question and a passage together.

Knows the model's files and its arithmetic. What it reads is laid out by :mod:`qa.judge_input`, what its verdicts are worth
beside other signals by :mod:`qa.weights`. It is trained by ``scripts/train-judge``. Nothing here imports torch.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.models import file_digest, go_offline
from index.records import Span
from qa.judge_input import Reading, Tokens, padded, special_tokens, tokenize

GRAPH: Final = "judge.onnx"
TOKENIZER: Final = "tokenizer.json"
CARD: Final = "judge.json"
JUDGE_VERSION: Final = 1
BATCH_TOKENS = 2048
"""Tokens in one run of the graph, padding included; more of them leave the processor's caches."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of one reading.

    ``relevance`` is a logit, higher is better. ``spans`` are the passage's tokens in its text; ``starts`` and ``ends``
    ``(n_spans,) float32`` the probability that the answer begins or ends there: what is missing to 1 says "nowhere". A model
    that only ranks gives no spans.
    """

    relevance: float
    spans: tuple[Span, ...] = ()
    starts: Floats | None = None
    ends: Floats | None = None

    @property
    def answered(self) -> float:
        """How sure it is that the answer's words stand in the passage, 0..1; 0 of a model that marks none."""
        return float(self.starts.sum() + self.ends.sum()) / 2 if self.starts is not None and self.ends is not None else 0.0

    def mass(self, part: Span) -> float:
        """How much of the answer lies in a part of the passage, 0..1: the mean of its beginnings and ends there."""
        if self.starts is None or self.ends is None:
            return 0.0
        inside = [number for number, span in enumerate(self.spans) if part.start <= span.start < part.end]
        return float(self.starts[inside].sum() + self.ends[inside].sum()) / 2 if inside else 0.0


class Judge(Protocol):
    """Anything that reads questions beside passages."""

    @property
    def name(self) -> str:
        """Which model it is: part of what an answer depends on."""
        ...

    def read(self, readings: Sequence[Reading]) -> list[Verdict]: ...


class TrainedJudge:
    """The judge of a folder; raises :class:`~index.errors.ModelError` when its files are missing or not those of its card."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        go_offline()
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            card = json.loads((folder / CARD).read_text(encoding="utf-8"))
            if card.get("version") != JUDGE_VERSION:
                raise ValueError(f"{CARD} is of version {card.get('version')}; this onrecord reads version {JUDGE_VERSION}")
            for name in (GRAPH, TOKENIZER):
                if file_digest(folder / name) != card["sha256"][name]:
                    raise ValueError(f"{name} is not the file that {CARD} names")
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            special_tokens(self._tokenizer)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads or os.cpu_count() or 1
            options.log_severity_level = 4
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime and tokenizers raise bare Exceptions for a damaged file
            raise ModelError(
                f"The judge in {folder} can't be read ({type(error).__name__}: {error}). "
                "Install onrecord again, or ask without it: --fast."
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.name = f"judge-{card['sha256'][GRAPH][:12]}"

    def read(self, readings: Sequence[Reading]) -> list[Verdict]:
        """A verdict for each reading, in their order."""
        rows = tokenize(self._tokenizer, readings)
        order = sorted(range(len(rows)), key=lambda number: len(rows[number].ids))
        verdicts: dict[int, Verdict] = {}
        at = 0
        while at < len(order):
            stop = at + 1
            while stop < len(order) and (stop + 1 - at) * len(rows[order[stop]].ids) <= BATCH_TOKENS:
                stop += 1
            numbers = order[at:stop]
            relevance, starts, ends = self._session.run(None, padded([rows[number] for number in numbers]))
            for line, number in enumerate(numbers):
                verdicts[number] = _verdict(rows[number], float(relevance[line]), starts[line], ends[line])
            at = stop
        return [verdicts[number] for number in range(len(rows))]


def _verdict(row: Tokens, relevance: float, starts: Floats, ends: Floats) -> Verdict:
    said = slice(row.passage_at, row.passage_at + len(row.spans))
    return Verdict(relevance, row.spans, _share(starts, said), _share(ends, said))


def _share(logits: Floats, said: slice) -> Floats:
    """Probabilities of the passage's tokens beside place 0, which stands for "nowhere"; other tokens can't be chosen."""
    chosen = np.concatenate([logits[:1], logits[said]])
    powers = np.exp(chosen - chosen.max())
    shares: Floats = (powers / powers.sum())[1:].astype(np.float32)
    return shares


def bundled_judge_folder() -> Path:
    """The folder of the judge that ships with onrecord: in a wheel beside this module, in a checkout under ``data``."""
    installed = Path(__file__).parent / "models" / "judge"
    return installed if (installed / CARD).exists() else Path(__file__).parents[1] / "data" / "models" / "judge"
