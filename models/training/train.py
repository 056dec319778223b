"""Adapts all-MiniLM-L6-v2 to the question "do these two passages ask for the same action?".

    python train.py --base MODEL_FOLDER --gold GOLD_FOLDER --sets upr,audit --out adapted.safetensors

Each step takes one batch from one source, drawn by weight:
  pairs   a few queries from one set of graded pairs (linking/pairs-train.jsonl), with all their candidates
  asks    a few fields of asks.tsv; each pair of sentences in a field is graded by the asks that they share
  sts     pairs of STS Benchmark dev, which keep the general scale

The loss is CoSENT (Su 2022): of two pairs, the one with the higher grade must have the higher similarity.
It is taken over two similarities. The first is the cosine of mean-pooled vectors. The second is a late
interaction of tokens (after ColBERT, Khattab and Zaharia 2020): each token's best partner in the other text,
weighted by idf. Its token vectors are centred and whitened by a matrix fixed before training. A penalty keeps
the cosines of unrelated policy sentences where the base model has them. The lower layers stay frozen.
"""

import argparse
import csv
import gzip
import json
import math
import random
import time
from collections import Counter
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from encoder import CLS, LAYERS, SEP, load, pad, pool, save, token_ids

FROZEN = 3  # lower layers that are not trained
SHARPNESS = 20  # scale of the similarities in the loss
KEEP = 200.0  # weight of the penalty, which applies every second step
QUERIES = 4  # queries of a set in a batch
FIELDS = 4  # fields of asks.tsv in a batch
MAX_TOKENS = 128
UNRELATED = 600  # policy sentences for the penalty


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    parser.add_argument("--gold", type=Path, required=True, help="folder with linking/ and stsb-en-dev.csv")
    parser.add_argument("--sets", default="upr,audit,commission,reports")
    parser.add_argument("--weights", default="upr=3,audit=1,commission=0.5,reports=1.5,asks=3,sts=1")
    parser.add_argument("--skip-sts", type=int, default=700, help="first pairs of STS kept for a check")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    return parser.parse_args()


ARGS = arguments()
random.seed(ARGS.seed), np.random.seed(ARGS.seed), torch.manual_seed(ARGS.seed)
TOKENIZER = Tokenizer.from_file(str(ARGS.base / "tokenizer.json"))
TOKENIZER.no_padding(), TOKENIZER.no_truncation()
BASE = load(ARGS.base / "model.safetensors").eval()
MODEL = load(ARGS.base / "model.safetensors").train()
for name, parameter in MODEL.named_parameters():
    parameter.requires_grad = name.startswith("layers.") and int(name.split(".")[1]) >= FROZEN


class Frozen:
    """Outputs of the frozen layers, computed once for each text."""

    def __init__(self):
        self.known = {}

    @torch.no_grad()
    def __call__(self, texts):
        new = sorted({text for text in texts if text not in self.known}, key=len)
        for start in range(0, len(new), 16):
            part = new[start : start + 16]
            ids, mask = pad([token_ids(TOKENIZER, text, MAX_TOKENS) for text in part])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = BASE.run(BASE.bottom(ids), mask, 0, FROZEN)
            for text, row, own in zip(part, out, mask):
                self.known[text] = row[: int(own.sum())].bfloat16()
        return [self.known[text] for text in texts]


frozen = Frozen()


def encode(texts, model):
    """The pooled vectors and the token vectors of each text. Runs in two halves by length, to pad less."""
    below = frozen(texts)
    order = sorted(range(len(below)), key=lambda at: len(below[at]))
    half = (len(order) + 1) // 2
    pooled, tokens = [], [None] * len(below)
    for part in filter(None, (order[:half], order[half:])):
        longest = max(len(below[at]) for at in part)
        x, mask = torch.zeros(len(part), longest, 384), torch.zeros(len(part), longest, dtype=torch.long)
        for row, at in enumerate(part):
            x[row, : len(below[at])] = below[at].float()
            mask[row, : len(below[at])] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = model.run(x, mask, FROZEN, LAYERS)
        y = y.float()
        pooled.append(pool(y, mask))
        for row, at in enumerate(part):
            tokens[at] = y[row, : len(below[at])]
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(pooled)[back], tokens


def idf_over(texts):
    """A function that weighs a word piece by its rarity in these texts; [CLS] and [SEP] hardly count."""
    found = Counter(piece for text in texts for piece in set(token_ids(TOKENIZER, text)))
    n = len(texts)
    return lambda piece: 0.05 if piece in (CLS, SEP) else math.log((1 + n) / (1 + found[piece])) + 0.05


class Source:
    """Texts with graded pairs. A batch has texts, the first and the second of each pair, and grades."""

    idf = None


class GradedPairs(Source):
    def __init__(self, rows):
        texts = {}
        for row in rows:
            texts.setdefault(row["a"], row["text_a"])
            texts.setdefault(row["b"], row["text_b"])
        self.texts, self.of_query = texts, {}
        for row in rows:
            self.of_query.setdefault(row["a"], []).append((row["a"], row["b"], float(row["grade"])))
        self.idf = idf_over(list(texts.values()))

    def batch(self):
        queries = random.sample(list(self.of_query), min(QUERIES, len(self.of_query)))
        pairs = [pair for query in queries for pair in self.of_query[query]]
        ids = list(dict.fromkeys(one for pair in pairs for one in pair[:2]))
        at = {one: row for row, one in enumerate(ids)}
        first, second, grades = zip(*((at[a], at[b], grade) for a, b, grade in pairs))
        return [self.texts[one] for one in ids], first, second, grades


class Asks(Source):
    """Sentences of our own. Asks are numbered within a field; "1+2" holds both."""

    def __init__(self, path):
        lines = [line.rstrip("\n").split("\t") for line in path.open() if line.strip() and not line.startswith("#")]
        self.rows = [(field, set(asks.split("+")), text) for field, asks, text in lines]
        self.fields = list(dict.fromkeys(row[0] for row in self.rows))

    @staticmethod
    def grade(a, b):
        if a[0] != b[0]:
            return 0.0
        return 3.0 if a[1] == b[1] else 2.0 if a[1] & b[1] else 0.7

    def batch(self):
        fields = random.sample(self.fields, FIELDS)
        rows = [row for row in self.rows if row[0] in fields]
        first, second = np.triu_indices(len(rows), 1)
        grades = np.array([self.grade(rows[a], rows[b]) for a, b in zip(first, second)])
        keep = (grades > 0) | (np.random.rand(len(grades)) < 0.2)
        return [row[2] for row in rows], first[keep], second[keep], grades[keep]


class Sts(Source):
    def __init__(self, path):
        with path.open(newline="") as file:
            self.rows = [(a, b, float(score)) for a, b, score in csv.reader(file)][ARGS.skip_sts :]

    def batch(self):
        rows = random.sample(self.rows, 24)
        texts = [row[0] for row in rows] + [row[1] for row in rows]
        return texts, range(24), range(24, 48), [row[2] for row in rows]


def sources():
    sets = {}
    with (ARGS.gold / "linking/pairs-train.jsonl").open() as file:
        for row in map(json.loads, file):
            sets.setdefault(row["set"], []).append(row)
    found = {name: GradedPairs(rows) for name, rows in sets.items() if name in ARGS.sets.split(",")}
    found["asks"] = Asks(Path(__file__).parent / "asks.tsv")
    found["sts"] = Sts(ARGS.gold / "stsb-en-dev.csv")
    return found


def unrelated():
    with gzip.open(ARGS.gold / "policy_sentences_100k.tsv.gz", "rt") as file:
        rows = [line.rstrip("\n").split("\t")[2] for line in file][1:]
    return random.sample([text for text in rows if 6 <= len(text.split()) <= 40], UNRELATED)


@torch.no_grad()
def token_space(texts):
    """Mean and whitening matrix of the base model's token vectors, scaled to unit length."""
    tokens = F.normalize(torch.cat(encode(texts, BASE)[1]), dim=-1)
    mean = tokens.mean(0)
    values, vectors = torch.linalg.eigh(((tokens - mean).T @ (tokens - mean)).double() / len(tokens))
    values = values.clamp(min=0)
    return mean, (vectors @ torch.diag((values + values.mean()) ** -0.5) @ vectors.T).float()


def interaction(tokens, ids, first, second, idf, space):
    """For each pair, the idf-weighted mean similarity of each token's best partner, in both directions."""
    longest = max(map(len, tokens))
    fill = lambda row: F.pad(row, (0, 0, 0, longest - len(row)))
    x = torch.stack([fill(F.normalize(row, dim=-1)) for row in tokens])
    x = F.normalize((x - space[0]) @ space[1], dim=-1)
    real = torch.tensor([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in tokens])
    weight = torch.tensor([[idf(piece) for piece in row] + [0.0] * (longest - len(row)) for row in ids])
    weight = weight / weight.sum(1, keepdim=True)
    s = x[first] @ x[second].transpose(1, 2)
    of_first = (s - 9 * (1 - real[second])[:, None, :]).max(2).values
    of_second = (s - 9 * (1 - real[first])[:, :, None]).max(1).values
    return 0.5 * ((of_first * weight[first]).sum(1) + (of_second * weight[second]).sum(1))


def cosent(similarity, grades):
    wrong = SHARPNESS * (similarity[None, :] - similarity[:, None])
    wrong = wrong[(grades[:, None] - grades[None, :]) > 0.1]
    return torch.logsumexp(torch.cat([wrong.new_zeros(1), wrong]), 0) if len(wrong) else similarity.sum() * 0


def main():
    found, policy = sources(), unrelated()
    weights = {name: float(value) for name, value in (part.split("=") for part in ARGS.weights.split(","))}
    names = [name for name in weights if name in found]
    general = idf_over(policy + [row[2] for row in found["asks"].rows])
    sample = random.sample(policy, 120) + [text for source in found.values() for text in source.batch()[0][:60]]
    space = token_space(sample)
    with torch.no_grad():
        before = {}
        for start in range(0, len(policy), 40):
            part = policy[start : start + 40]
            before.update(zip(part, encode(part, BASE)[0]))
    optimizer = torch.optim.AdamW([p for p in MODEL.parameters() if p.requires_grad], lr=ARGS.rate, weight_decay=0.01)
    started, losses = time.time(), []
    for step in range(ARGS.steps):
        warm, cool = min(1, (step + 1) / (0.1 * ARGS.steps)), max(0.02, 1 - step / ARGS.steps)
        for group in optimizer.param_groups:
            group["lr"] = ARGS.rate * warm * cool
        source = found[random.choices(names, [weights[name] for name in names])[0]]
        texts, first, second, grades = source.batch()
        first, second = (torch.as_tensor(np.asarray(at)) for at in (first, second))
        grades = torch.as_tensor(np.asarray(grades, dtype=np.float64))
        pooled, tokens = encode(texts, MODEL)
        ids = [token_ids(TOKENIZER, text, MAX_TOKENS) for text in texts]
        late = interaction(tokens, ids, first, second, source.idf or general, space)
        loss = cosent((pooled[first] * pooled[second]).sum(1), grades) + cosent(late, grades)
        if step % 2 == 0:
            some = random.sample(policy, 20)
            new, old = encode(some, MODEL)[0], torch.stack([before[text] for text in some])
            loss = loss + KEEP * ((new @ new.T - old @ old.T) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in MODEL.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % 25 == 24:
            print(f"step {step + 1} loss {np.mean(losses[-25:]):.3f} {time.time() - started:.0f}s", flush=True)
    save(MODEL, ARGS.base / "model.safetensors", ARGS.out)


if __name__ == "__main__":
    main()
