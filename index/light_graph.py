"""The exported graph once more with weights of 8 bits, for questions: a quarter of the memory is read for each.

The vectors differ a little from the exact ones (mean cosine 0.9997 for the bundled model). Passages are never embedded
with it. How it is used is told by :mod:`index.portable`.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from index.models import file_digest, go_offline
from index.portable import GRAPH, PROBE, TOKENIZER, Passport, PortableEncoder

MIN_MEAN_COSINE = 0.999
"""A light graph whose vectors differ more than this from the exact graph's, in the mean, is not kept."""

_BLOCK = 32
"""Weights that share a scale: blocks of 128 gave a mean cosine of 0.9991, 32 one of 0.9997, as fast."""


def write_light(exact: Path, folder: Path, texts: Sequence[str]) -> bool:
    """Writes the light graph of the ``exact`` one into ``folder``; false when it gives other vectors for ``texts``."""
    _quantize(exact / GRAPH, folder / GRAPH)
    shutil.copy(exact / TOKENIZER, folder / TOKENIZER)
    found = (folder / GRAPH).stat()
    passport = replace(
        Passport.read(exact),
        graph_sha256=file_digest(folder / GRAPH),
        graph_size=found.st_size,
        graph_mtime_ns=found.st_mtime_ns,
    )
    passport.write(folder)
    light = PortableEncoder(folder, check_probe=False)
    cosines = (PortableEncoder(exact).encode_queries(texts) * light.encode_queries(texts)).sum(axis=1)
    replace(
        passport,
        min_cosine=float(cosines.min()),
        mean_cosine=float(cosines.mean()),
        probe=tuple(light.encode_passages([PROBE])[0].tolist()),
    ).write(folder)
    return float(cosines.mean()) >= MIN_MEAN_COSINE


def _quantize(source: Path, target: Path) -> None:
    go_offline()
    import onnx

    with _quiet():
        from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

        config = DefaultWeightOnlyQuantConfig(block_size=_BLOCK, is_symmetric=True, accuracy_level=4, bits=8)
        quantizer = MatMulNBitsQuantizer(onnx.load(str(source)), algo_config=config)
        quantizer.process()
        onnx.save(quantizer.model.model, str(target))


@contextmanager
def _quiet() -> Iterator[None]:
    """The quantizer sets up everybody's logging and tells of every weight."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        root.handlers[:] = handlers
        root.setLevel(level)
