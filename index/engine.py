"""Which engine embeds: for questions the exported graph, for indexing the fastest one that gives the same vectors.

Nothing here computes a vector. sentence-transformers is imported only where it is the engine that was chosen.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError
from index.models import BUNDLED_MODEL, Encoder, ModelCard, files_digest, model_folder
from index.portable import PortableEncoder, default_cache, exported, graph_folder, usable

if TYPE_CHECKING:
    from index.encoder import SentenceEncoder

BIG_JOB_BYTES = 256 * 1024
"""From here on it pays to load torch, some seconds, for its faster arithmetic: measured at about 700 texts."""

MIN_MEAN_COSINE = 0.999
"""Arithmetic of lower precision is used for indexing only where its vectors are this near to the exact ones."""


def query_encoder(name: str, card: ModelCard | None, *, cache: Path | None = None) -> Encoder:
    """The encoder for questions: without torch where the model can be exported, else through sentence-transformers.

    ``card`` is the model's as an index remembers it; without it the model's files are read to know which it is.
    """
    cache = cache or default_cache()
    digest = card.sha256 if card else files_digest(model_folder(name))
    found = exported(name, digest, cache=cache)
    if found is not None:
        return found
    from index.encoder import load_encoder

    return load_encoder(name)


def indexing_encoder(name: str | None, *, job_bytes: int, cache: Path | None = None) -> Encoder:
    """The encoder for passages. A small job uses the exported graph; a big one torch, in bf16 where that is sound.

    ``job_bytes`` is the size of what is to be indexed. The graph is exported on the way, for the questions that follow.
    """
    name, cache = name or BUNDLED_MODEL, cache or default_cache()
    folder = graph_folder(files_digest(model_folder(name)), cache)
    graph = usable(folder)
    if graph is not None and job_bytes < BIG_JOB_BYTES:
        return graph
    from index.encoder import load_encoder

    model = load_encoder(name)
    if graph is None:
        graph = _export(model, cache)
    if model.is_on_gpu:
        return model
    if job_bytes >= BIG_JOB_BYTES and model.use_bfloat16(at_least=MIN_MEAN_COSINE):
        return model
    return graph or model


def _export(model: SentenceEncoder, cache: Path) -> PortableEncoder | None:
    from index.export import export_encoder

    try:
        return usable(export_encoder(model, cache))
    except ModelError as error:
        print(f"onrecord: {error} Questions will be asked through sentence-transformers, slowly.", file=sys.stderr)  # noqa: T201
        return None
