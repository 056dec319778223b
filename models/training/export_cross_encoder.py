"""Writes the cross-encoder as ONNX: products of 8-bit numbers, everything else in fp32.

The weights have 7 bits and a scale for each column, the inputs of a product 8 bits and a scale for each pair of
texts. A few channels of the inputs are far larger than the others, which would lose their digits: each channel is
divided by a number, and the weights that meet it are multiplied by it (SmoothQuant, Xiao et al. 2023). Products of
7 and 8 bits never overflow the 16 bits that some processors add them in, so each processor finds the same whole
numbers. The words are looked up as 8 bits with a scale for each.

    python export_cross_encoder.py weights/cross.safetensors MODEL_FOLDER ../MiniLM-L6-asks/cross-encoder.onnx

Input: input_ids and token_type_ids (1, tokens), int64. Output: logits (4). Prints both models' logits of a few pairs,
the time of one pair of 94 tokens on one thread, and the SHA-256 for model.toml.
"""

import hashlib
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

sys.path.insert(0, str(Path(__file__).parent.parent))
import contrast
from convert import int8
from cross_encoder import HEADS, HIDDEN, Tokens, of_file, padded

CONTRAST = Path(__file__).parent / "contrast"

# Numbers of a table that is worth rounding: that of the words. A rounded one of the two kinds of text moves every token.
WORDS = 1_000_000

# How much of the range of a channel moves from the inputs to the weights, 0 to 1. Root mean square error of the
# logits on 90 pairs: none .45, .5 .13, .65 .089, .75 .076, .85 .092.
SMOOTHING = 0.75

# Products with inputs in fp32: the widest inputs, in the lower layers. Without them the error is half as large again.
EXACT = ["/down/MatMul", *(f"/down_{layer}/MatMul" for layer in range(1, 4))]

PAIRS = [
    ("States should lower the cost of remittances.", "Cut what migrants pay for sending money home to three per cent."),
    ("Close data gaps.", "Collect data by sex and age every year."),
    ("Never detain children for immigration reasons.", "Allow the detention of migrant children for up to a week."),
]


class Plain(nn.Module):
    """One pair, nothing padded."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids, types):
        m, tokens = self.model, ids.shape[1]
        x = m.ln(m.word(ids) + m.pos(torch.arange(tokens)[None]) + m.typ(types))
        for layer in m.layers:
            q, k, v = (t.view(1, tokens, HEADS, HIDDEN // HEADS).transpose(1, 2) for t in layer.qkv(x).split(HIDDEN, -1))
            a = torch.softmax((q @ k.transpose(-1, -2)) * (HIDDEN // HEADS) ** -0.5, -1) @ v
            x = layer.ln1(x + layer.o(a.transpose(1, 2).reshape(1, tokens, HIDDEN)))
            x = layer.ln2(x + layer.down(F.gelu(layer.up(x))))
        return m.out(torch.tanh(m.pool(x[:, 0])))[0]


class Smoothed(nn.Module):
    """A linear layer whose inputs are divided by `scale`, (inputs), first."""

    def __init__(self, linear, scale):
        super().__init__()
        self.weight, self.bias = nn.Parameter(linear.weight * scale), linear.bias
        self.inverse = nn.Parameter(1 / scale)

    def forward(self, x):
        return F.linear(x * self.inverse, self.weight, self.bias)


@torch.no_grad()
def smoothed(model, rows):
    """The model with all large products smoothed by the inputs that `rows` give them."""
    largest = {}

    def remember(linear, inputs):
        found = inputs[0].abs().amax((0, 1))
        largest[linear] = torch.maximum(largest.get(linear, found), found)

    parts = [(layer, part) for layer in model.layers for part in ("qkv", "o", "up", "down")]
    hooks = [getattr(layer, part).register_forward_pre_hook(remember) for layer, part in parts]
    for row in rows:
        model(*padded([row], [0]))
    for hook in hooks:
        hook.remove()
    for layer, part in parts:
        linear = getattr(layer, part)
        inputs, weights = largest[linear].clamp(min=1e-4), linear.weight.abs().amax(0).clamp(min=1e-4)
        scale = inputs**SMOOTHING / weights ** (1 - SMOOTHING)
        setattr(layer, part, Smoothed(linear, scale / scale.mean()))
    return model


def quantise(source, target):
    """Products become those of whole numbers, and tables that are looked up int8 with a scale for each row."""
    quantize_dynamic(source, target, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True,
                     weight_type=QuantType.QInt8, nodes_to_exclude=EXACT, extra_options={"MatMulConstBOnly": True})
    model = onnx.load(target)
    graph, kept, nodes, tables = model.graph, [], [], set()
    looked_up = {node.input[0] for node in graph.node if node.op_type == "Gather"}
    exact = {node.input[1] for node in graph.node if node.name in EXACT}
    for tensor in graph.initializer:
        values, name = numpy_helper.to_array(tensor), tensor.name
        if (name not in looked_up or values.size < WORDS) and name not in exact:
            kept.append(tensor)
            continue
        whole, scale = int8(values, axis=0 if name in exact else 1)
        kept += [numpy_helper.from_array(whole, f"{name}_int8"), numpy_helper.from_array(scale, f"{name}_scale")]
        if name in exact:  # folded when the session is made
            nodes.append(helper.make_node("Cast", [f"{name}_int8"], [f"{name}_whole"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [f"{name}_whole", f"{name}_scale"], [name]))
        else:
            tables.add(name)
    for node in graph.node:
        nodes.append(node)
        if node.op_type == "Gather" and node.input[0] in tables:
            (table, rows), out = node.input, node.output[0]
            node.input[0], node.output[0] = f"{table}_int8", f"{out}_int8"
            nodes += [
                helper.make_node("Gather", [f"{table}_scale", rows], [f"{out}_scale"], axis=0),
                helper.make_node("Cast", [f"{out}_int8"], [f"{out}_whole"], to=TensorProto.FLOAT),
                helper.make_node("Mul", [f"{out}_whole", f"{out}_scale"], [out]),
            ]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    copies = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del graph.node[:]
    graph.node.extend(copies)
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString(deterministic=True))


def examples():
    """Pairs of texts of every kind: of each file of contrast sets, the first set."""
    texts = [[text for number, _, text in contrast.read(path) if number == 0] for path in sorted(CONTRAST.glob("*.json"))]
    return [(own[0], other) for own in texts for other in own[1::5]]


def main():
    weights, base, out = map(Path, sys.argv[1:4])
    model, tokens = of_file(weights).eval(), Tokens(base / "tokenizer.json")
    plain = [model(*padded([row], [0])).detach().numpy()[0] for row in tokens.rows(PAIRS)]
    model = smoothed(model, tokens.rows(examples()))
    ids = torch.randint(1000, 20000, (1, 37))
    axes = {name: {1: "tokens"} for name in ("input_ids", "token_type_ids")}
    whole = out.with_suffix(".fp32.onnx")
    torch.onnx.export(Plain(model), (ids, ids * 0), str(whole), input_names=list(axes), output_names=["logits"],
                      dynamic_axes=axes, opset_version=17, dynamo=False)
    quantise(whole, out)
    whole.unlink()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(out), options)
    run = lambda row: session.run(None, {"input_ids": np.array([row[0]]), "token_type_ids": np.array([row[1]])})[0]
    rows = tokens.rows(PAIRS)
    for pair, row, expected in zip(PAIRS, rows, plain):
        print(pair, run(row).round(3), expected.round(3))
    long = tuple((part * 9)[:94] for part in rows[0])
    started = time.time()
    for _ in range(20):
        run(long)
    print(f"{(time.time() - started) * 50:.1f} ms, {out.stat().st_size / 1e6:.1f} MB, {hashlib.sha256(out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
