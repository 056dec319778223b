"""Tokens, cached outputs of the lower layers, and the two models' forward passes.

The lower three layers and the word embeddings stay as published: what they give for a text is computed
once and kept, which halves the cost of training, and the judge starts from the same states.
"""

import pickle
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from encoder import LAYERS, load, pad, pool, token_ids

FROZEN = 3
MAX_TOKENS = 160


class Bottoms:
    """text -> output of the frozen layers, bf16, without padding."""

    def __init__(self, base, limit=MAX_TOKENS):
        self.tokenizer = Tokenizer.from_file(str(Path(base) / "tokenizer.json"))
        self.tokenizer.no_padding(), self.tokenizer.no_truncation()
        self.model = load(Path(base) / "model.safetensors").eval()
        self.limit, self.known = limit, {}

    @torch.no_grad()
    def fill(self, texts):
        new = list(dict.fromkeys(t for t in texts if t not in self.known))
        ids = {t: token_ids(self.tokenizer, t, self.limit) for t in new}
        new.sort(key=lambda t: len(ids[t]))
        at = 0
        while at < len(new):
            size = max(1, min(64, 3000 // len(ids[new[min(at + 40, len(new) - 1)]])))
            part = new[at : at + size]
            at += size
            rows, mask = pad([ids[t] for t in part])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = self.model.run(self.model.bottom(rows), mask, 0, FROZEN)
            for t, row in zip(part, out):
                self.known[t] = row[: len(ids[t])].bfloat16().clone()

    def __call__(self, texts):
        self.fill(texts)
        return [self.known[t] for t in texts]

    def save(self, path):
        torch.save(self.known, path)

    def load(self, path):
        if Path(path).exists():
            self.known.update(torch.load(path))


def batch_states(rows):
    """Padded states and mask of some texts."""
    longest = max(len(r) for r in rows)
    x, mask = torch.zeros(len(rows), longest, 384), torch.zeros(len(rows), longest, dtype=torch.long)
    for at, r in enumerate(rows):
        x[at, : len(r)] = r.float()
        mask[at, : len(r)] = 1
    return x, mask


def encode(model, below, parts=3):
    """Pooled unit vectors of texts given their lower states; in parts by length, to pad less."""
    order = sorted(range(len(below)), key=lambda at: len(below[at]))
    size = -(-len(order) // parts)
    vectors = []
    for start in range(0, len(order), size):
        x, mask = batch_states([below[at] for at in order[start : start + size]])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = model.run(x, mask, FROZEN, LAYERS)
        vectors.append(pool(y.float(), mask))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(vectors)[back]


@torch.no_grad()
def embed(model, bottoms, texts, batch=48):
    """Vectors of many texts, without gradients."""
    below = bottoms(texts)
    order = sorted(range(len(below)), key=lambda at: len(below[at]))
    out = np.zeros((len(texts), 384), np.float32)
    for start in range(0, len(order), batch):
        part = order[start : start + batch]
        out[part] = encode(model, [below[at] for at in part], 1).numpy()
    return out
