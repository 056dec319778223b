"""The cross-encoder: BERT that reads two texts as one, `[CLS] a [SEP] b [SEP]` (Devlin et al. 2019), with the four
outputs of the judge. 12 layers of 384, started from ms-marco-MiniLM-L-12-v2, which ranks passages for a query.
"""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file
from tokenizers import Tokenizer

from shipped import cross_encoder_weights

HEADS, HIDDEN, INNER, WORDS, PLACES = 12, 384, 1536, 30522, 512
CLS, SEP = 101, 102
OUTPUTS = 4
MOST_TOKENS = 160  # of each text


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv, self.o = nn.Linear(HIDDEN, 3 * HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.ln1, self.ln2 = nn.LayerNorm(HIDDEN, eps=1e-12), nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up, self.down = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)

    def forward(self, x, bias):
        batch, tokens, _ = x.shape
        q, k, v = (t.view(batch, tokens, HEADS, -1).transpose(1, 2) for t in self.qkv(x).split(HIDDEN, -1))
        # On a processor this is half as fast again as torch's own attention, at these lengths.
        weight = torch.softmax(q @ k.transpose(-1, -2) * (HIDDEN // HEADS) ** -0.5 + bias, -1, dtype=torch.float32)
        x = self.ln1(x + self.o((weight.to(v.dtype) @ v).transpose(1, 2).reshape(batch, tokens, HIDDEN)))
        return self.ln2(x + self.down(F.gelu(self.up(x))))


class CrossEncoder(nn.Module):
    """Token numbers, types and mask (pairs, tokens) -> logits (pairs, 4): same area, shares an ask, same main ask,
    contrary. The words and the first `frozen` layers stay as they are."""

    def __init__(self, layers=12, frozen=3):
        super().__init__()
        self.word, self.pos, self.typ = nn.Embedding(WORDS, HIDDEN), nn.Embedding(PLACES, HIDDEN), nn.Embedding(2, HIDDEN)
        self.ln = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.pool, self.out = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, OUTPUTS)
        self.frozen = frozen
        for name, p in self.named_parameters():
            number = int(name.split(".")[1]) if name.startswith("layers.") else -1
            p.requires_grad = number >= frozen or name.startswith(("pool", "out"))

    def forward(self, ids, types, mask):
        with torch.no_grad():
            x = self.ln(self.word(ids) + self.pos.weight[: ids.shape[1]] + self.typ(types))
            bias = torch.zeros(mask.shape).masked_fill(mask == 0, -1e9)[:, None, None, :]
            for layer in self.layers[: self.frozen]:
                x = layer(x, bias)
        for layer in self.layers[self.frozen :]:
            x = layer(x, bias)
        return self.out(torch.tanh(self.pool(x[:, 0]))).float()


def of_file(path, frozen=3):
    """The model whose weights `train_cross_encoder.py` saved, or that was exported as ONNX."""
    state = cross_encoder_weights(path) if str(path).endswith(".onnx") else load_file(path)
    model = CrossEncoder(1 + max(int(k.split(".")[1]) for k in state if k.startswith("layers.")), frozen)
    model.load_state_dict(state)
    return model


def of_base(path, frozen=3):
    """ms-marco-MiniLM-L-12-v2: the published model.safetensors, or a dynamically quantised ONNX file of it."""
    stored = dequantised(path) if str(path).endswith(".onnx") else load_file(path)
    model = CrossEncoder(frozen=frozen)
    names = {"word": "embeddings.word_embeddings", "pos": "embeddings.position_embeddings", "typ": "embeddings.token_type_embeddings",
             "ln": "embeddings.LayerNorm", "pool": "pooler.dense"}
    parts = {"o": "attention.output.dense", "ln1": "attention.output.LayerNorm", "up": "intermediate.dense", "down": "output.dense", "ln2": "output.LayerNorm"}
    state = model.state_dict()
    for name in state:
        first, *rest = name.split(".")
        if first in names:
            state[name] = stored[f"bert.{names[first]}.{rest[0]}"]
        elif first == "layers":
            number, part, kind = rest
            at = f"bert.encoder.layer.{number}."
            three = [f"{at}attention.self.{x}.{kind}" for x in ("query", "key", "value")]
            state[name] = torch.cat([stored[x] for x in three]) if part == "qkv" else stored[f"{at}{parts[part]}.{kind}"]
    # Relevance is where the first three outputs start; the bias is what few pairs in a field share.
    relevance = stored["classifier.weight"][0]
    state["out.weight"] = torch.stack([relevance, relevance, relevance, 0 * relevance]) * 0.3
    state["out.bias"] = torch.tensor([0.0, -2.5, -3.5, -2.5])
    model.load_state_dict(state)
    return model


def dequantised(path):
    """The weights of a dynamically quantised export, by their published names."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    stored = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            stored[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    made = {o: node for node in graph.node for o in node.output}
    found = {k: v for k, v in stored.items() if v.dtype == np.float32 and k.startswith(("bert.", "classifier."))}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            weight, zero = stored[node.input[1]].astype(np.float32), stored[node.input[3]].astype(np.float32)
            scale = stored[node.input[1].replace("_quantized", "_scale")]
            name = node.name.split("/MatMul")[0].split("/Gemm")[0].strip("/").replace("/", ".")
            found[f"{name}.weight"] = ((weight - zero) * scale).T
        elif node.op_type == "DequantizeLinear":
            name = node.input[0] if node.input[0] in stored else made[node.input[0]].input[0]
            scale, zero = stored[node.input[1]], stored[node.input[2]].astype(np.float32)
            found[name.replace("_quantized", "")] = (stored[name].astype(np.float32) - zero) * scale
    return {k: torch.tensor(np.ascontiguousarray(v)) for k, v in found.items()}


class Tokens:
    """Text -> token numbers without the special ones."""

    def __init__(self, path):
        self.tokenizer = Tokenizer.from_file(str(path))
        self.tokenizer.no_padding(), self.tokenizer.no_truncation()
        self.known = {}

    def __call__(self, text):
        if text not in self.known:
            self.known[text] = self.tokenizer.encode(text, add_special_tokens=False).ids[:MOST_TOKENS]
        return self.known[text]

    def rows(self, pairs):
        """Of each pair of texts the tokens and their types."""
        found = []
        for a, b in pairs:
            a, b = self(a), self(b)
            found.append(([CLS, *a, SEP, *b, SEP], [0] * (len(a) + 2) + [1] * (len(b) + 1)))
        return found


def batches(rows, budget):
    """Positions of rows in batches of like lengths, at most `budget` tokens each."""
    batch = []
    for at in sorted(range(len(rows)), key=lambda n: len(rows[n][0])):
        if batch and len(rows[at][0]) * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


def padded(rows, batch):
    tokens = max(len(rows[n][0]) for n in batch)
    ids, types, mask = (torch.zeros(len(batch), tokens, dtype=torch.long) for _ in range(3))
    for at, n in enumerate(batch):
        size = len(rows[n][0])
        ids[at, :size], types[at, :size], mask[at, :size] = torch.tensor(rows[n][0]), torch.tensor(rows[n][1]), 1
    return ids, types, mask


def logits(model, rows, budget):
    """Logits of all rows in their order, (rows, 4)."""
    where, parts = [], []
    # One context for all: the weights are cast to bf16 once.
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for batch in batches(rows, budget):
            parts.append(model(*padded(rows, batch)))
            where += batch
    back = torch.empty(len(where), dtype=torch.long)
    back[torch.tensor(where)] = torch.arange(len(where))
    return torch.cat(parts)[back]
