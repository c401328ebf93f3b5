"""Text to vectors without torch: an exported graph in ONNX Runtime, with the model's own tokenizer.

A graph is made once for each model by :mod:`index.export`, kept in a cache by the model's digest, and trusted only
when its files are those that were exported and it gives a stored sentence its stored vector. Nothing here imports
torch, transformers or sentence-transformers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from index.errors import ModelError
from index.models import Engine, ModelCard, Vectors, file_digest, go_offline

GRAPH: Final = "model.onnx"
TOKENIZER: Final = "tokenizer.json"
PASSPORT: Final = "portable.json"
PORTABLE_VERSION: Final = 2
PROBE: Final = "What did she say about the budget, and to whom?"
MIN_COSINE: Final = 0.9999
"""A graph whose vectors differ more than this from sentence-transformers' is not used."""

BATCH_TOKENS = 4096
"""Tokens in one run of the graph, padding included: large enough for the cores, small enough for their caches."""

MOST_PADDING = 1.2
"""How many times longer than the shortest text of a batch its longest may be."""


@dataclass(frozen=True, slots=True)
class Passport:
    """What is known of an exported graph. ``probe`` is the vector that it must give to ``PROBE``.

    The tokenizer is compared with its digest at every start; the graph, 90 MB, when its size or time is another.
    ``min_cosine`` and ``mean_cosine`` compare it with sentence-transformers on a fixed set of texts; 1 is equal.
    """

    card: ModelCard
    max_tokens: int
    pad_id: int
    inputs: tuple[str, ...]
    query_prompt: str
    document_prompt: str
    min_cosine: float
    mean_cosine: float
    probe: tuple[float, ...]
    tokenizer_sha256: str
    graph_sha256: str
    graph_size: int
    graph_mtime_ns: int
    version: int = PORTABLE_VERSION

    def write(self, folder: Path) -> None:
        (folder / PASSPORT).write_text(json.dumps(asdict(self)), encoding="utf-8")

    def check(self, folder: Path) -> None:
        """Raises :class:`ValueError` unless the files are those that were exported."""
        if file_digest(folder / TOKENIZER) != self.tokenizer_sha256:
            raise ValueError(f"{TOKENIZER} is not what was exported")
        found = (folder / GRAPH).stat()
        touched = (found.st_size, found.st_mtime_ns) != (self.graph_size, self.graph_mtime_ns)
        if touched and file_digest(folder / GRAPH) != self.graph_sha256:
            raise ValueError(f"{GRAPH} is not what was exported")

    @classmethod
    def read(cls, folder: Path) -> Passport:
        """Raises :class:`OSError` when there is none, :class:`ValueError` when it is broken or of another version."""
        data = json.loads((folder / PASSPORT).read_text(encoding="utf-8"))
        if not isinstance(data, dict) or data.get("version") != PORTABLE_VERSION:
            raise ValueError("another version")
        try:
            return cls(
                **data
                | {"card": ModelCard.from_json(data["card"]), "inputs": tuple(data["inputs"]), "probe": tuple(data["probe"])}
            )
        except (KeyError, TypeError) as error:
            raise ValueError("incomplete") from error


def default_cache() -> Path:
    """The user's cache, where exported graphs are kept unless another folder is named."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "onrecord"


def graph_folder(card_sha256: str, cache: Path) -> Path:
    """The folder of the graph that was exported from the model with this digest."""
    return cache / "models" / f"{card_sha256[:32]}-v{PORTABLE_VERSION}"


def light_folder(graph: Path) -> Path:
    """The folder of the light graph (see :mod:`index.light_graph`) beside an exact one; not every model has one."""
    return graph.with_name(f"{graph.name}-light")


class PortableEncoder:
    """An exported model; raises :class:`~index.errors.ModelError` when the graph is missing or damaged."""

    def __init__(self, folder: Path, *, threads: int | None = None, check_probe: bool = True) -> None:
        go_offline()
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            self._passport = Passport.read(folder)
            self._passport.check(folder)
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads or os.cpu_count() or 1
            options.log_severity_level = 4
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done at export
            # Threads that spin between two questions take the processor from whoever else answers one.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime and tokenizers raise bare Exceptions for a damaged file
            raise ModelError(f"The exported model in {folder} can't be read ({type(error).__name__}: {error}).") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._passport.max_tokens)
        probe = self._encode([PROBE])[0] if check_probe else None
        if probe is not None and not float(probe @ np.asarray(self._passport.probe, np.float32)) >= MIN_COSINE:
            raise ModelError(f"The exported model in {folder} is damaged: it gives a known sentence another vector.")

    @property
    def card(self) -> ModelCard:
        return self._passport.card

    @property
    def engine(self) -> Engine:
        return Engine("onnxruntime", self._passport.mean_cosine, self._passport.min_cosine)

    @property
    def passport(self) -> Passport:
        return self._passport

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """``(n_texts, dimension) float32``, L2-normalised, in the order of ``texts``."""
        return self._encode([self._passport.document_prompt + text for text in texts])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """``(n_texts, dimension) float32``, L2-normalised, in the order of ``texts``."""
        return self._encode([self._passport.query_prompt + text for text in texts])

    def encode_query(self, text: str) -> Vectors:
        """``(dimension,) float32``, L2-normalised."""
        row: Vectors = self.encode_queries([text])[0]
        return row

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._passport.card.dimension), np.float32)
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        order = sorted(range(len(texts)), key=lambda number: len(encodings[number].ids))
        at = 0
        while at < len(order):
            rows = _batch(order, encodings, at)
            vectors[rows] = self._session.run(None, self._inputs([encodings[row].ids for row in rows]))[0]
            at += len(rows)
        return vectors

    def _inputs(self, ids: Sequence[Sequence[int]]) -> dict[str, Any]:
        """``(n_texts, longest) int64`` for each input of the graph."""
        shape = (len(ids), max(len(row) for row in ids))
        tokens, mask = np.full(shape, self._passport.pad_id, np.int64), np.zeros(shape, np.int64)
        for number, row in enumerate(ids):
            tokens[number, : len(row)] = row
            mask[number, : len(row)] = 1
        arrays = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros(shape, np.int64)}
        return {name: arrays[name] for name in self._passport.inputs}


def _batch(order: Sequence[int], encodings: Sequence[Any], at: int) -> list[int]:
    """The next texts, shortest first, as many as fit into ``BATCH_TOKENS`` and are of nearly one length: padding is work."""
    stop = at + 1
    longest = len(encodings[order[at]].ids) * MOST_PADDING
    while stop < len(order) and (length := len(encodings[order[stop]].ids)) <= longest:
        if (stop + 1 - at) * length > BATCH_TOKENS:
            break
        stop += 1
    return list(order[at:stop])


def exported(name: str, digest: str, *, cache: Path) -> PortableEncoder | None:
    """The exported encoder of the model with this digest, made in a process of its own when it is missing or damaged.

    It computes on one core: a question is too short for two to be faster, and other questions want the other.
    Gives ``None`` where the model can't be exported; why has then been said on stderr.
    """
    folder = graph_folder(digest, cache)
    for _ in range(2):
        if encoder := usable(light_folder(folder), threads=1):
            return encoder
        if not _is_there(light_folder(folder) / PASSPORT) and (encoder := usable(folder, threads=1)):
            return encoder
        if not _export_apart(name, cache):
            break
    return usable(folder, threads=1)


def _is_there(path: Path) -> bool:
    """Whether there is a file that may be looked at: a cache may be another user's."""
    try:
        return path.exists()
    except PermissionError:
        return False


def usable(folder: Path, *, threads: int | None = None) -> PortableEncoder | None:
    """The encoder in a folder; ``None`` when there is none or it is damaged, which is said on stderr."""
    try:
        return PortableEncoder(folder, threads=threads) if _is_there(folder / PASSPORT) else None
    except ModelError as error:
        print(f"onrecord: {error} It is made again.", file=sys.stderr)  # noqa: T201 - the user waits: say why
        return None


def _export_apart(name: str, cache: Path) -> bool:
    """Exports in another process, so that torch never enters this one; whether that went well."""
    print(f"onrecord: preparing {name} for fast answers (once, some seconds) …", file=sys.stderr)  # noqa: T201
    command = [sys.executable, "-m", "index.export", name, str(cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode == 0:
        return True
    reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    print(f"onrecord: {name} can't be exported ({reason}); answering through sentence-transformers, slowly.", file=sys.stderr)  # noqa: T201
    return False
