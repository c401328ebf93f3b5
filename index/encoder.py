"""Text to vectors with sentence-transformers: the only module that imports it, when a model is first needed.

Which model, and where its files are, is told by :mod:`index.models`; what to embed by :mod:`index.passages`, where vectors go
by :mod:`index.vectors`. Questions are answered without it, by :mod:`index.portable`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.models import BUNDLED_MODEL, Engine, ModelCard, Vectors, files_digest, go_offline, model_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


PRECISION_TEXTS = (
    "Yes.",
    "I can't remember exactly, but we had a phone call when I was in office.",
    "The state promised to pay sixty per cent of the barrier; 22 million of the 1.18 billion has arrived since 2022.",
    "»Ich teile ausdrücklich die Forderung, dass es mehr Tempo geben muss«, sagte er.",
    "Le président n’a pas voulu répondre à la question sur les retraites.",
    " ".join(["Well, the committee met in March and again in June, and nothing was decided."] * 6),
    " ".join(["We decided to keep the barrier open, and then to close it, and then to count what it had cost us."] * 12),
    "🙂 Größe, naïve café, 東京, Москва",
)
"""What a faster arithmetic is compared on."""


class SentenceEncoder:
    """A sentence-transformers model from local files, with its query and document prompts."""

    def __init__(self, name: str, folder: Path) -> None:
        self._folder = folder
        self.engine = Engine("sentence-transformers")
        self._model = _load_quietly(folder)
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise ModelError(f"The model {name} states no embedding dimension. Choose a sentence-transformers text model.")
        self._card = ModelCard(name, files_digest(folder), int(dimension), is_normalised=True)

    @property
    def card(self) -> ModelCard:
        return self._card

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """``(n_texts, dimension) float32``, L2-normalised, in the order of ``texts``."""
        if not texts:
            return np.zeros((0, self._card.dimension), np.float32)
        return _float32(self._model.encode_document(list(texts), convert_to_tensor=True, show_progress_bar=False))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """``(n_texts, dimension) float32``, L2-normalised, in the order of ``texts``."""
        if not texts:
            return np.zeros((0, self._card.dimension), np.float32)
        return _float32(self._model.encode_query(list(texts), convert_to_tensor=True, show_progress_bar=False))

    def encode_query(self, text: str) -> Vectors:
        """``(dimension,) float32``, L2-normalised."""
        row: Vectors = self.encode_queries([text])[0]
        return row

    @property
    def is_on_gpu(self) -> bool:
        """Whether the model computes on an accelerator."""
        return str(self._model.device) != "cpu"

    def use_bfloat16(self, *, at_least: float) -> bool:
        """Switches to bf16 arithmetic where the processor has it and the vectors' mean cosine stays ``at_least`` that.

        Some three to four times as fast on processors with AMX; the vectors stay float32 and normalised.
        """
        import torch

        if self.is_on_gpu or not torch.ops.mkldnn._is_mkldnn_bf16_supported():
            return False
        exact = self.encode_passages(PRECISION_TEXTS)
        self._model.bfloat16()
        cosines = (exact * self.encode_passages(PRECISION_TEXTS)).sum(axis=1)
        if cosines.mean() >= at_least:
            self.engine = Engine("sentence-transformers, bf16", float(cosines.mean()), float(cosines.min()))
            return True
        self._model = _load_quietly(self._folder)  # what was rounded can't be restored
        return False

    @property
    def sentence_transformer(self) -> SentenceTransformer:
        """The model itself, for :mod:`index.export`."""
        return self._model


def load_encoder(name: str | None = None) -> SentenceEncoder:
    """The encoder of that name or path; the bundled model when there is none.

    Raises :class:`ModelError` when the model's files aren't on this machine or aren't the published ones.
    """
    name = name or BUNDLED_MODEL
    return SentenceEncoder(name, model_folder(name))


def _load_quietly(folder: Path) -> SentenceTransformer:
    go_offline()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        before = transformers_logging.get_verbosity()
        transformers_logging.set_verbosity_error()
        transformers_logging.disable_progress_bar()
        try:
            return SentenceTransformer(str(folder), local_files_only=True)
        except Exception as error:  # the model libraries raise errors of their own, which have no base in common
            raise ModelError(f"{folder} can't be loaded as a sentence-transformers model ({error}).") from error
        finally:
            transformers_logging.set_verbosity(before)


def _float32(vectors: Any) -> Vectors:
    """Rows as float32 of length 1, whatever arithmetic made them."""
    rows = np.ascontiguousarray(vectors.float().cpu().numpy(), dtype=np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows
