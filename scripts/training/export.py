"""The trained network to what ships: an ONNX graph with weights of 8 bits, its tokenizer, and its card.

export.py WORK_DIR TARGET_DIR        (WORK_DIR as scripts/train-judge leaves it)
"""

from __future__ import annotations

import json
import logging
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from training.network import JudgeNetwork

from index.models import BUNDLED_MODEL, file_digest, model_folder
from qa.judge_model import CARD, GRAPH, JUDGE_VERSION, TOKENIZER

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("relevance", "starts", "ends")


def load_network(work: Path) -> JudgeNetwork:
    """The trained network, or that of the last checkpoint where training hasn't ended."""
    finished = work / "judge.pt"
    state = torch.load(finished if finished.exists() else work / "checkpoint.pt", weights_only=True)
    state = state.get("network", state)
    layers = {name.split(".")[3] for name in state if name.startswith("encoder.encoder.layer.")}
    network = JudgeNetwork(model_folder(BUNDLED_MODEL), layers=len(layers))
    network.load_state_dict(state)
    return network.eval()


def write_exact(network: JudgeNetwork, target: Path) -> None:
    """The graph as it was trained, in 32 bits, optimised for no special processor."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    batch, length = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("length", min=2, max=512)
    raw = target.with_name("raw.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network,
            tuple(torch.ones(2, 16, dtype=torch.long) for _ in INPUTS),
            dynamo=True,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_shapes=tuple({0: batch, 1: length} for _ in INPUTS),
            verbose=False,
        )
        assert program is not None
        program.save(str(raw))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    onnxruntime.InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])


def write_light(exact: Path, target: Path) -> None:
    """Weights of 8 bits, a scale for each column; activations are rounded to 8 bits while it computes."""
    quantize_dynamic(
        str(exact),
        str(target),
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )


def main() -> None:
    work, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        write_exact(load_network(work), exact)
        write_light(exact, target / GRAPH)
    onnx.checker.check_model(str(target / GRAPH))
    shutil.copy(model_folder(BUNDLED_MODEL) / "tokenizer.json", target / TOKENIZER)
    digests = {name: file_digest(target / name) for name in (GRAPH, TOKENIZER)}
    card = {"version": JUDGE_VERSION, "from": BUNDLED_MODEL, "sha256": digests}
    (target / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    print(f"{target / GRAPH}: {(target / GRAPH).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
