"""all-MiniLM-L6-v2 in PyTorch. It reads and writes the tensor names of the published file, so its weights
are interchangeable with that file."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

LAYERS, HEADS, HIDDEN, INNER = 6, 12, 384, 1536
CLS, SEP = 101, 102

PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "o": "attention.output.dense",
    "ln1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "ln2": "output.LayerNorm",
}
TOP = {
    "word.weight": "embeddings.word_embeddings.weight",
    "pos.weight": "embeddings.position_embeddings.weight",
    "typ.weight": "embeddings.token_type_embeddings.weight",
    "ln.weight": "embeddings.LayerNorm.weight",
    "ln.bias": "embeddings.LayerNorm.bias",
}


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.ln1, self.ln2 = nn.LayerNorm(HIDDEN, eps=1e-12), nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up, self.down = nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)

    def forward(self, x, bias):
        batch, tokens, _ = x.shape
        heads = lambda m: m(x).view(batch, tokens, HEADS, -1).transpose(1, 2)
        a = F.scaled_dot_product_attention(heads(self.q), heads(self.k), heads(self.v), attn_mask=bias)
        x = self.ln1(x + self.o(a.transpose(1, 2).reshape(batch, tokens, HIDDEN)))
        return self.ln2(x + self.down(F.gelu(self.up(x))))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.word, self.pos, self.typ = nn.Embedding(30522, HIDDEN), nn.Embedding(512, HIDDEN), nn.Embedding(2, HIDDEN)
        self.ln = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def bottom(self, ids):
        return self.ln(self.word(ids) + self.pos.weight[: ids.shape[1]] + self.typ.weight[0])

    def run(self, x, mask, start=0, end=LAYERS):
        bias = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(mask == 0, -1e9)[:, None, None, :]
        for layer in self.layers[start:end]:
            x = layer(x, bias)
        return x


def published_name(name):
    if name in TOP:
        return TOP[name]
    _, number, part, kind = name.split(".")
    return f"encoder.layer.{number}.{PARTS[part]}.{kind}"


def load(path):
    stored = load_file(path)
    model = Encoder()
    model.load_state_dict({name: stored[published_name(name)].float() for name in model.state_dict()})
    return model


def save(model, base, path):
    """Writes every tensor of the file `base`, replacing those that `model` has."""
    stored = load_file(base)
    for name, value in model.state_dict().items():
        stored[published_name(name)] = value.detach().contiguous().clone()
    save_file(stored, path, metadata={"format": "pt"})


def token_ids(tokenizer, text, most=256):
    ids = tokenizer.encode(text).ids
    return ids if len(ids) <= most else ids[: most - 1] + [SEP]


def pad(rows):
    tokens = max(map(len, rows))
    ids, mask = (torch.zeros(len(rows), tokens, dtype=torch.long) for _ in range(2))
    for row, content in enumerate(rows):
        ids[row, : len(content)] = torch.tensor(content)
        mask[row, : len(content)] = 1
    return ids, mask


def pool(x, mask):
    weight = mask[..., None].to(x.dtype)
    return F.normalize((x * weight).sum(1) / weight.sum(1), dim=-1)
