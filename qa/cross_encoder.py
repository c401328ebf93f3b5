"""A sentence-transformers CrossEncoder in the place of the bundled judge: the only import of it on the side of questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from index.errors import ModelError
from index.models import go_offline
from qa.judge_input import Reading
from qa.judge_model import Verdict


class CrossEncoderJudge:
    """Any sentence-transformers CrossEncoder by name or path: it ranks, and marks no sentences."""

    def __init__(self, name: str) -> None:
        go_offline()
        try:
            from sentence_transformers import CrossEncoder

            self._model: Any = CrossEncoder(name, local_files_only=True)
        except Exception as error:  # the model libraries raise errors of their own, which have no base in common
            raise ModelError(
                f"{name} can't be loaded as a CrossEncoder ({type(error).__name__}: {error}). "
                "Expected the path of a folder with one, or the name of one that lies in the model cache."
            ) from error
        self.name = f"cross-encoder-{name}"

    def read(self, readings: Sequence[Reading]) -> list[Verdict]:
        """A verdict for each reading, in their order."""
        if not readings:
            return []
        pairs = [(reading.question, reading.passage) for reading in readings]
        scores = self._model.predict(pairs, show_progress_bar=False)
        return [Verdict(_logit(float(score))) for score in np.asarray(scores, np.float32).reshape(len(pairs), -1)[:, 0]]


def _logit(score: float) -> float:
    """What a CrossEncoder gives is a probability where its last step is a sigmoid, which is so for one label."""
    if not 0.0 <= score <= 1.0:
        return score
    bounded = min(max(score, 1e-6), 1 - 1e-6)
    return float(np.log(bounded / (1 - bounded)))
