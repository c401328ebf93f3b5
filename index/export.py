"""A sentence-transformers model to a portable graph: transformer, pooling, normalisation, and its prompts.

``python -m index.export NAME CACHE`` prints the folder of the graph. The graph is compared with the model itself before it
is kept; how it is used is told by :mod:`index.portable`.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.encoder import SentenceEncoder
from index.errors import ModelError
from index.light_graph import write_light
from index.models import file_digest, go_offline, model_folder
from index.portable import GRAPH, MIN_COSINE, PASSPORT, PROBE, TOKENIZER, Passport, PortableEncoder, graph_folder, light_folder

if TYPE_CHECKING:
    import torch

CHECKED_TEXTS = (
    PROBE,
    "Yes.",
    "I can't remember exactly, but we had a phone call when I was in office.",
    "»Ich teile ausdrücklich die Forderung, dass es mehr Tempo geben muss«, sagte er.",
    "Le président n’a pas voulu répondre à la question sur les retraites.",
    "7:20 P.M. CEST — (Laughs.) Q    Mr. President, $1.18 billion, 3.5 per cent?",
    "🙂 Größe, naïve café, Zäunigk, 東京, Москва, القاهرة",
    "",
    " ".join(["Well, the committee met in March and again in June, and nothing was decided."] * 3),
    " ".join(["We decided to keep the barrier open, and then to close it, and then to count what it had cost us."] * 40),
)
"""What a graph is compared on: short, long beyond any limit, several scripts, empty."""


_ATTEMPTS = 3
_LEFT_AFTER_S = 24 * 3600


def export_model(name: str, cache: Path) -> Path:
    """The folder with the model's graph in ``cache``, made unless a sound one is there.

    Raises :class:`~index.errors.ModelError` when the model has no portable form or its graph gives other vectors.
    """
    return export_encoder(SentenceEncoder(name, model_folder(name)), cache)


def export_encoder(encoder: SentenceEncoder, cache: Path) -> Path:
    """As :func:`export_model`, for a model that is loaded already."""
    target = graph_folder(encoder.card.sha256, cache)
    light = light_folder(target)
    if not _is_sound(target):
        with _draft(target) as draft:
            try:
                _write(encoder, draft)
            except ModelError:
                raise
            except Exception as error:  # torch and onnx raise whatever they like for a model that they can't take
                raise ModelError(f"{encoder.card.name} can't be exported ({type(error).__name__}: {error}).") from error
            # The light one first: whoever finds the exact one alone takes it that there is no other.
            _make_light(draft, light)
            _publish(draft, target)
    elif (light / PASSPORT).exists() and not _is_sound(light):
        _make_light(target, light)
    return target


def _make_light(exact: Path, target: Path) -> None:
    """Makes the light graph where the model has one; without it the exact one answers, a little slower."""
    with _draft(target) as draft:
        try:
            is_near = write_light(exact, draft, CHECKED_TEXTS)
        except Exception as error:  # as above
            print(f"onrecord: no light graph for questions ({type(error).__name__}: {error})", file=sys.stderr)  # noqa: T201
            return
        if is_near:
            _publish(draft, target)


def _clear_leftovers(target: Path) -> None:
    """Deletes what an export left that was killed; one that is at work is younger."""
    for left in target.parent.glob(f"{target.name}.*"):
        if time.time() - left.stat().st_mtime > _LEFT_AFTER_S:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A new folder beside ``target``, gone afterwards unless it was given another name."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(target)
        draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
        draft.chmod(0o755)  # a cache may be shared
    except OSError as error:
        raise ModelError(
            f"The cache {target.parent} can't be written ({error.strerror}). Set ONRECORD_CACHE to a folder that can."
        ) from error
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _is_sound(folder: Path) -> bool:
    try:
        return (folder / PASSPORT).exists() and bool(PortableEncoder(folder))
    except ModelError:
        return False


def _publish(draft: Path, target: Path) -> None:
    """Gives the draft its name; of two processes that export at once the first wins, and both graphs are equal."""
    for _ in range(_ATTEMPTS):
        try:
            draft.rename(target)
            return
        except OSError:
            if _is_sound(target):
                return
            shutil.rmtree(target, ignore_errors=True)
    raise ModelError(f"The exported model in {target} can't be replaced. Delete that folder, then try again.")


def _write(encoder: SentenceEncoder, folder: Path) -> None:
    model = encoder.sentence_transformer
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it reports every optional package that is not there
    inputs = _export_graph(model, folder)
    tokenizer = model.tokenizer
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(f"{encoder.card.name} has no portable tokenizer.")
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    prompts = model.prompts or {}
    passport = Passport(
        card=encoder.card,
        max_tokens=int(model.max_seq_length or 512),
        pad_id=int(tokenizer.pad_token_id or 0),
        inputs=inputs,
        query_prompt=prompts.get("query") or "",
        document_prompt=next((prompts[key] for key in ("document", "passage", "corpus") if prompts.get(key)), ""),
        tokenizer_sha256=file_digest(folder / TOKENIZER),
        graph_sha256=file_digest(folder / GRAPH),
        graph_size=(folder / GRAPH).stat().st_size,
        graph_mtime_ns=(folder / GRAPH).stat().st_mtime_ns,
        min_cosine=1.0,
        mean_cosine=1.0,
        probe=tuple(model.encode([PROBE], normalize_embeddings=True, show_progress_bar=False)[0].tolist()),
    )
    passport.write(folder)
    cosines = _cosines(encoder, PortableEncoder(folder))
    if cosines.min() < MIN_COSINE:
        raise ModelError(f"The graph of {encoder.card.name} gives other vectors (lowest cosine {cosines.min():.5f}).")
    measured = {"min_cosine": float(cosines.min()), "mean_cosine": float(cosines.mean())}
    Passport(**{name: getattr(passport, name) for name in passport.__slots__} | measured).write(folder)


def _cosines(encoder: SentenceEncoder, portable: PortableEncoder) -> np.ndarray[Any, np.dtype[np.float32]]:
    """``(2 * n_texts,) float32``: each checked text as a passage and as a question, by model and by graph."""
    passages = encoder.encode_passages(CHECKED_TEXTS) * portable.encode_passages(CHECKED_TEXTS)
    queries = encoder.encode_queries(CHECKED_TEXTS) * portable.encode_queries(CHECKED_TEXTS)
    return np.concatenate([passages.sum(axis=1), queries.sum(axis=1)])


def _export_graph(model: Any, folder: Path) -> tuple[str, ...]:
    """Writes the optimised graph and says which inputs it takes."""
    go_offline()
    import onnxruntime
    import torch

    taken = model.tokenizer.model_input_names
    names = tuple(name for name in ("input_ids", "attention_mask", "token_type_ids") if name in taken)
    raw = folder / "raw.onnx"
    batch, length = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("length", min=2, max=4096)
    example = tuple(torch.ones(2, 16, dtype=torch.long) for _ in names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _graph_module(model, names),
            example,
            dynamo=True,
            input_names=list(names),
            output_names=["onrecord_vector"],
            dynamic_shapes={"arrays": tuple({0: batch, 1: length} for _ in names)},
            verbose=False,
        )
        if program is None:
            raise ModelError("torch gave no graph.")
        program.save(str(raw))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    # "Extended" and not "all": the layouts of the last level would bind the graph to this type of processor.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / GRAPH)
    onnxruntime.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])
    for left in folder.glob("raw.onnx*"):
        left.unlink()
    return names


def _graph_module(model: Any, names: tuple[str, ...]) -> torch.nn.Module:
    """The model's own modules in a row, then normalisation, as one module over arrays."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList(list(model))

        def forward(self, *arrays: torch.Tensor) -> torch.Tensor:
            features: dict[str, Any] = dict(zip(names, arrays, strict=True))
            for part in self.parts:
                features = part(features)
            return torch.nn.functional.normalize(features["sentence_embedding"].float(), dim=1)

    return Graph().eval()


def main() -> int:
    """The process that exports; its last line on stdout is the folder."""
    name, cache = sys.argv[1], Path(sys.argv[2])
    logged = os.dup(1)
    os.dup2(2, 1)  # torch reports on stdout, which is for the folder alone
    try:
        folder = export_model(name, cache)
    except Exception as error:
        print(f"{type(error).__name__}: {error}".replace("\n", " "), file=sys.stderr)  # noqa: T201
        return 1
    os.write(logged, f"{folder}\n".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
