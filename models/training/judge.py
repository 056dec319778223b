"""The judge: two texts read together.

It starts where the encoder's frozen lower layers end (their states are the same for the encoder, the
judge and the published model, so they are made once a text), puts both texts side by side and runs three
more layers, warm-started from the trained encoder's upper three, in which every token sees both texts.
Positions start at 0 in each text and the only thing that tells own from other is relative (a bias and a
value for "the other text" in each head), so the order of the texts cannot matter: symmetric by
construction. One pair costs about what embedding one text costs: three layers over two texts.

Out come four logits: grade >= 1 (same area), >= 2 (shares an ask), = 3 (same main ask), contrary direction.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from encoder import HEADS, HIDDEN, INNER, LAYERS
from nets import FROZEN


class JointLayer(nn.Module):
    def __init__(self, width=HIDDEN, inner=INNER, heads=HEADS):
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.ln1, self.ln2 = nn.LayerNorm(width, eps=1e-12), nn.LayerNorm(width, eps=1e-12)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.other_bias = nn.Parameter(torch.zeros(heads))
        self.other_value = nn.Parameter(torch.zeros(heads, width // heads))

    def forward(self, x, other, absent):
        """other: (1, 1, tokens, tokens) 1 where query and key are of different texts; absent: (batch, 1, 1, tokens)
        very negative at padding."""
        batch, tokens, width = x.shape
        heads = lambda m: m(x).view(batch, tokens, self.heads, -1).transpose(1, 2)
        q, k, v = heads(self.q), heads(self.k), heads(self.v)
        scores = (q @ k.transpose(2, 3)) * (width // self.heads) ** -0.5 + self.other_bias[:, None, None] * other + absent
        w = torch.softmax(scores.float(), -1)
        a = w.to(v.dtype) @ v
        # How much of its attention each token gives to the other text, times a learned value.
        a = a + (w * other).sum(3, keepdim=True).to(v.dtype) * self.other_value[None, :, None, :]
        x = self.ln1(x + self.o(a.transpose(1, 2).reshape(batch, tokens, width)))
        return self.ln2(x + self.down(F.gelu(self.up(x))))


class Judge(nn.Module):
    lower = True  # reads the states of the frozen lower layers

    def __init__(self, layers=LAYERS - FROZEN, width=256, looks=4):
        super().__init__()
        self.layers = nn.ModuleList(JointLayer() for _ in range(layers))
        self.looks = nn.Linear(HIDDEN, looks)  # attention pooling over both texts at once
        self.squeeze = nn.Linear(HIDDEN, 96)
        self.hidden = nn.Linear(3 * HIDDEN + looks * 96 + 4, width)
        self.out = nn.Linear(width, 4)
        self.drop = nn.Dropout(0.1)

    def start_from(self, encoder):
        for mine, theirs in zip(self.layers, list(encoder.layers)[FROZEN:]):
            mine.load_state_dict(theirs.state_dict(), strict=False)

    def forward(self, states_a, mask_a, states_b, mask_b):
        """States of the third layer and masks (1 token, 0 padding) of both texts; logits (pairs, 4)."""
        a = states_a.shape[1]
        x = torch.cat([states_a, states_b], 1)
        mask = torch.cat([mask_a, mask_b], 1).to(x.dtype)
        of_b = torch.cat([torch.zeros_like(mask_a[0]), torch.ones_like(mask_b[0])]).to(x.dtype)
        other = (of_b[:, None] - of_b[None, :]).abs()[None, None]
        absent = (mask - 1)[:, None, None, :] * 1e4
        for layer in self.layers:
            x = layer(x, other, absent)
        x = x.float()
        ma, mb = mask[:, :a, None], mask[:, a:, None]
        pa, pb = (x[:, :a] * ma).sum(1) / ma.sum(1), (x[:, a:] * mb).sum(1) / mb.sum(1)
        na, nb = pa / pa.norm(dim=1, keepdim=True), pb / pb.norm(dim=1, keepdim=True)
        # Best partner of every token in the other text, averaged, and the worst-served side.
        t = x / x.norm(dim=2, keepdim=True).clamp(min=1e-6)
        s = t[:, :a] @ t[:, a:].transpose(1, 2)
        best_a = (s - 4 * (1 - mb.transpose(1, 2))).max(2).values
        best_b = (s - 4 * (1 - ma)).max(1).values
        side_a, side_b = (best_a * ma[..., 0]).sum(1) / ma.sum((1, 2)), (best_b * mb[..., 0]).sum(1) / mb.sum((1, 2))
        few = torch.stack([(na * nb).sum(1), side_a + side_b, (side_a - side_b).abs(), torch.maximum(side_a, side_b)], 1)
        w = torch.softmax(self.looks(x) + (mask - 1)[..., None] * 1e4, 1)
        seen = (w.transpose(1, 2) @ torch.tanh(self.squeeze(x))).flatten(1)
        z = torch.cat([na * nb * 20, (na - nb).abs() * 10, (pa + pb) * 0.5, seen, few * 4], 1)
        return self.out(self.drop(F.gelu(self.hidden(self.drop(z)))))


class Interaction(nn.Module):
    """A smaller judge on the trained encoder's token vectors: every token with what stands nearest to it in
    the other text, two narrow joint layers, and pooled sides compared. Symmetric: both sides share weights and
    are joined by sums, products and absolute differences. `lower` False: it reads the last layer's states."""

    lower = False

    def __init__(self, width=128, layers=1, meet=64):
        super().__init__()
        self.enter, self.ln = nn.Linear(HIDDEN, width), nn.LayerNorm(width)
        self.meet = nn.Linear(HIDDEN, meet)
        self.compare = nn.Linear(4 * width + 2, width)
        self.ln2 = nn.LayerNorm(width)
        self.layers = nn.ModuleList(JointLayer(width, 2 * width, 4) for _ in range(layers))
        self.looks = nn.Linear(width, 4)
        self.hidden = nn.Linear(9 * width + 6, 256)
        self.out = nn.Linear(256, 4)
        self.drop = nn.Dropout(0.1)
        # The judge starts as the calibrated cosine of the encoder and learns what that misses.
        nn.init.zeros_(self.out.weight), nn.init.zeros_(self.out.bias)
        self.slope = nn.Parameter(torch.tensor([11.2, 13.4, 11.1, 0.0]))
        self.start = nn.Parameter(torch.tensor([-6.2, -8.2, -7.5, -2.5]))

    def forward(self, states_a, mask_a, states_b, mask_b):
        a = states_a.shape[1]
        raw = torch.cat([states_a, states_b], 1)
        mask = torch.cat([mask_a, mask_b], 1).to(raw.dtype)
        of_b = torch.cat([torch.zeros_like(mask_a[0]), torch.ones_like(mask_b[0])]).to(raw.dtype)
        other = (of_b[:, None] - of_b[None, :]).abs()[None]
        absent = (mask - 1) * 1e4
        unit = raw / raw.norm(dim=2, keepdim=True).clamp(min=1e-6)
        cosine = unit @ unit.transpose(1, 2)
        far = (other - 1) * 1e4 + absent[:, None, :]
        best = (cosine.float() + far).max(2).values
        x = self.ln(self.enter(raw))
        m = self.meet(raw)
        learned = (m @ m.transpose(1, 2)).float() * m.shape[2] ** -0.5 * 0.3
        to = torch.softmax(12 * cosine.float() + learned + far, -1).to(x.dtype)
        near = to @ x
        mass = (to * cosine.to(to.dtype)).sum(2)
        y = torch.cat([x, near, x * near, (x - near).abs(), best[..., None].to(x.dtype) * 3, mass[..., None] * 3], 2)
        x = self.ln2(x + F.gelu(self.compare(self.drop(y))))
        for layer in self.layers:
            x = layer(x, other[:, None], absent[:, None, None, :])
        x = x.float()
        ma, mb = mask[:, :a, None], mask[:, a:, None]
        mean = lambda t, m: (t * m).sum(1) / m.sum(1)
        pa, pb = mean(x[:, :a], ma), mean(x[:, a:], mb)
        ha, hb = ((x[:, :a] + (ma - 1) * 1e4).max(1).values, (x[:, a:] + (mb - 1) * 1e4).max(1).values)
        w = torch.softmax(self.looks(x) + absent[..., None], 1)
        seen = (w.transpose(1, 2) @ x).flatten(1)
        ra, rb = mean(raw[:, :a].float(), ma), mean(raw[:, a:].float(), mb)
        whole = F.cosine_similarity(ra, rb, dim=1)
        sa, sb = mean(best[:, :a, None], ma)[:, 0], mean(best[:, a:, None], mb)[:, 0]
        ta, tb = (best[:, :a] + (ma[..., 0] - 1) * 9).topk(2, 1).values.mean(1), (best[:, a:] + (mb[..., 0] - 1) * 9).topk(2, 1).values.mean(1)
        few = torch.stack([whole, sa + sb, (sa - sb).abs(), torch.maximum(sa, sb), torch.minimum(sa, sb), ta + tb], 1)
        z = torch.cat([pa + pb, (pa - pb).abs(), pa * pb, ha + hb, (ha - hb).abs(), seen, few * 4], 1)
        return self.out(self.drop(F.gelu(self.hidden(self.drop(z))))) + whole[:, None] * self.slope + self.start


def pair_batches(lengths, pairs, budget=7000, most=64):
    """Indexes of pairs in batches of similar lengths, the longer text first (the order cannot matter)."""
    order = sorted(range(len(pairs)), key=lambda n: (max(lengths[pairs[n][0]], lengths[pairs[n][1]]), lengths[pairs[n][0]] + lengths[pairs[n][1]]))
    batch, la, lb = [], 0, 0
    for n in order:
        x, y = sorted((lengths[pairs[n][0]], lengths[pairs[n][1]]), reverse=True)
        if batch and ((max(la, x) + max(lb, y)) * (len(batch) + 1) > budget or len(batch) == most):
            yield batch
            batch, la, lb = [], 0, 0
        batch.append(n)
        la, lb = max(la, x), max(lb, y)
    if batch:
        yield batch


def judge_pairs(judge, below, pairs, budget=7000):
    """Logits of pairs of indexes into `below`, the lower states of texts."""
    from nets import batch_states

    lengths = [len(b) for b in below]
    parts, where = [], []
    for batch in pair_batches(lengths, pairs, budget):
        both = [tuple(sorted(pairs[n], key=lambda t: -lengths[t])) for n in batch]
        xa, ma = batch_states([below[a] for a, _ in both])
        xb, mb = batch_states([below[b] for _, b in both])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts.append(judge(xa, ma, xb, mb).float())
        where += batch
    back = torch.empty(len(where), dtype=torch.long)
    back[torch.tensor(where)] = torch.arange(len(where))
    return torch.cat(parts)[back]


def of_state(state):
    """The judge whose weights these are."""
    layers = 1 + max(int(k.split(".")[1]) for k in state if k.startswith("layers."))
    judge = Interaction(state["enter.weight"].shape[0], layers, state["meet.weight"].shape[0]) if "enter.weight" in state else Judge(layers)
    judge.load_state_dict(state)
    return judge


class Tops:
    """text -> last layer's states of the encoder, bf16, without padding."""

    def __init__(self, model, bottoms):
        self.model, self.bottoms, self.known = model, bottoms, {}

    @torch.no_grad()
    def __call__(self, texts):
        from nets import batch_states

        new = list(dict.fromkeys(t for t in texts if t not in self.known))
        below = dict(zip(new, self.bottoms(new)))
        new.sort(key=lambda t: len(below[t]))
        for start in range(0, len(new), 32):
            part = new[start : start + 32]
            x, mask = batch_states([below[t] for t in part])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = self.model.run(x, mask, FROZEN, LAYERS)
            for t, row in zip(part, out):
                self.known[t] = row[: len(below[t])].bfloat16().clone()
        return [self.known[t] for t in texts]


class Judged:
    """Encoder and judge as a scorer for evaluate.py. Without a calibration, the judge's own probabilities."""

    def __init__(self, path, cosine, bottoms, calibration=None):
        state = torch.load(path) if str(path).endswith(".pt") else __import__("safetensors.torch").torch.load_file(path)
        self.judge = of_state(state).eval()
        self.cosine, self.bottoms = cosine, bottoms
        self.calibration = json.load(open(calibration)) if calibration else None

    @torch.no_grad()
    def raw(self, texts, pairs):
        """(pairs, 5): four logits and the cosine."""
        if self.judge.lower:
            below = self.bottoms(texts)
        else:
            self.tops = getattr(self, "tops", None) or Tops(self.cosine.model, self.bottoms)
            below = self.tops(texts)
        logits = judge_pairs(self.judge, below, pairs, 12000).numpy()
        return np.concatenate([logits, self.cosine.cosines(texts, pairs)[:, None]], 1)

    def __call__(self, texts, pairs):
        return probabilities(self.raw(texts, pairs), self.calibration)


def probabilities(raw, calibration):
    if calibration is None:
        return 1 / (1 + np.exp(-raw[:, :4]))
    z = np.concatenate([raw, np.ones((len(raw), 1))], 1)
    p = 1 / (1 + np.exp(-(z @ np.array(calibration["weights"]).T)))
    p[:, 1] = np.minimum(p[:, 0], p[:, 1])
    p[:, 2] = np.minimum(p[:, 1], p[:, 2])
    return p
