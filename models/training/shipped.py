"""What is shipped, read back: the encoder's vectors by ONNX Runtime, and the weights of the cross-encoder."""

import functools
import tomllib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer

MODELS = Path(__file__).parent.parent
BASE, MODEL = MODELS / "all-MiniLM-L6-v2", MODELS / "MiniLM-L6-asks"
MOST_TOKENS = 160


@functools.cache
def encoder():
    """Tokenizer and session of the encoder, and its number of dimensions."""
    about = tomllib.loads((MODEL / "model.toml").read_text())
    graph, changed = bytearray((BASE / "model.onnx").read_bytes()), (MODEL / "weights.bin").read_bytes()
    graph[about["offset"] : about["offset"] + len(changed)] = changed
    tokenizer = Tokenizer.from_file(str(BASE / "tokenizer.json"))
    tokenizer.no_padding(), tokenizer.enable_truncation(MOST_TOKENS)
    return tokenizer, onnxruntime.InferenceSession(bytes(graph)), about["dim"]


def vectors(texts):
    """Unit vectors of texts by the shipped encoder, (texts, 384)."""
    tokenizer, session, dim = encoder()
    rows = [one.ids for one in tokenizer.encode_batch(texts)]
    found = np.zeros((len(texts), dim), np.float32)
    order = sorted(range(len(texts)), key=lambda n: len(rows[n]))
    for start in range(0, len(order), 16):
        part = order[start : start + 16]
        ids = np.zeros((len(part), max(len(rows[n]) for n in part)), np.int64)
        for at, n in enumerate(part):
            ids[at, : len(rows[n])] = rows[n]
        mask = (ids != 0).astype(np.int64)
        states = session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": ids * 0})[0]
        mean = (states * mask[..., None]).sum(1)
        found[part] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return found


def cross_encoder_weights(path=MODEL / "cross-encoder.onnx"):
    """The weights of an exported cross-encoder by the names of `cross_encoder.CrossEncoder`, to go on training from."""
    graph = onnx.load(path).graph
    stored = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    state = {k.removeprefix("model."): v for k, v in stored.items() if k.startswith("model.") and v.dtype == np.float32}
    state = {k: v for k, v in state.items() if not k.endswith("_scale")}
    state["word.weight"] = stored["model.word.weight_int8"].astype(np.float32) * stored["model.word.weight_scale"]
    for node in graph.node:
        if node.op_type not in ("MatMulInteger", "MatMul") or "/" not in node.name:
            continue
        name = node.name.split("/")[1]
        part, _, layer = name.partition("_")
        if part not in ("qkv", "o", "up", "down", "pool", "out"):
            continue
        weight = node.input[1]
        if node.op_type == "MatMulInteger":
            plain = weight.removesuffix("_quantized")
            value = (stored[weight].astype(np.float32) - stored[node.input[3]].astype(np.float32)) * stored[f"{plain}_scale"]
        else:
            value = stored[f"{weight}_int8"].astype(np.float32) * stored[f"{weight}_scale"]
        key = f"{part}.weight" if part in ("pool", "out") else f"layers.{layer or 0}.{part}.weight"
        # The inputs of the large products are scaled, and the weights the other way round.
        state[key] = value.T * state.pop(key.replace(".weight", ".inverse"), 1)
    return {k: torch.tensor(np.ascontiguousarray(v)) for k, v in state.items()}
