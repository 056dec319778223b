"""Trains the cross-encoder on the pairs that the judge is trained on (`train_judge.py`) and on contrast sets, in
either order.

    python train_cross_encoder.py --gold GOLD --out weights/cross.safetensors \\
        [--start ms-marco-MiniLM-L-12-v2/model.safetensors]

goes on from what is shipped, or begins with the published model. A step takes two groups; the cosine of the shipped
encoder says which of their pairs look alike. Loss: binary cross entropy of the four outputs, and a ranking term on
the second. What is saved is a moving average of the weights.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

import data
from cross_encoder import Tokens, logits, of_base, of_file
from shipped import BASE, MODEL, vectors
from train_judge import ranking, set_odds, step_pairs

SHARES = {"contrast": 0.32, "field": 0.25, "debate": 0.22, "pairs": 0.16, "argkp": 0.05}
# Of the pairs of a group: in contrast sets, what is contrary or has another object comes more often.
CONTRAST = {"same": 0.25, "share": 0.16, "contrary": 0.22, "area": 0.28, "none": 0.09}
# The same of the fields in which bodies disagree, whose names begin with Y.
DEBATE = {"same": 0.22, "share": 0.2, "contrary": 0.22, "area": 0.24, "none": 0.12}
# The program reads the shorter text of a pair first; the other order is for variety.
SHORT_FIRST = 0.75
RANKING = 0.7
TOKENS_AT_ONCE = 3600


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--data", type=Path, default=Path(__file__).parent, help="the folder of `fields`, `real` and `contrast`")
    p.add_argument("--start", type=Path, default=MODEL / "cross-encoder.onnx", help="weights to go on from")
    p.add_argument("--published", action="store_true", help="they are those of ms-marco-MiniLM-L-12-v2")
    p.add_argument("--frozen", type=int, default=3, help="layers that stay as they are")
    p.add_argument("--sets", default="upr,audit,commission", help="graded pairs; without `reports`, its figure is honest")
    p.add_argument("--minutes", type=float, default=64, help="the schedule ends then")
    p.add_argument("--total", type=float, help="or after so many pairs, however long that takes")
    p.add_argument("--pairs", type=int, default=28, help="of a group")
    p.add_argument("--groups", type=int, default=2)
    p.add_argument("--rate", type=float, default=6e-5)
    p.add_argument("--head-rate", type=float, default=4e-4)
    p.add_argument("--average", type=float, default=0.99)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--out", required=True)
    return p.parse_args()


def save(model, average, path):
    state = {k: average.get(k, v).detach().contiguous().clone() for k, v in model.state_dict().items()}
    save_file(state, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    contrast, fields = data.contrast(args.data / "contrast", "train"), data.fields(args.gold, args.data, "train")
    debates = [g for g in fields if g.name.startswith("Y")]
    fields = [g for g in fields if not g.name.startswith("Y")]
    sets = list(data.graded_pairs(args.gold, args.sets.split(",")).values())
    sets += data.real_pairs(args.gold, args.data / "pairs", "train")
    topics = data.argkp(args.gold, "train")
    for g in contrast + fields + debates + sets + topics:
        g.points_task, g.contrasts = g in topics, g in contrast
        set_odds(g, np.zeros((len(g.texts), 1)) if g.points_task else vectors(g.texts), short=1.0 if g.contrasts else None)
    print(f"{len(contrast)} files of contrast sets, {len(fields)} fields, {len(debates)} with bodies that disagree", flush=True)
    tokens = Tokens(BASE / "tokenizer.json")
    model = (of_base(args.start, args.frozen) if args.published else of_file(args.start, args.frozen)).train()
    learns = {k: p for k, p in model.named_parameters() if p.requires_grad}
    body = [p for k, p in learns.items() if k.startswith("layers.")]
    head = [p for k, p in learns.items() if not k.startswith("layers.")]
    optimizer = torch.optim.AdamW([{"params": body, "base": args.rate}, {"params": head, "base": args.head_rate}], lr=args.rate, weight_decay=0.01)
    average = {k: p.detach().clone() for k, p in learns.items()}
    queues = {"field": [], "debate": []}
    losses, ranks, count, step, started = [], [], 0, 0, time.time()

    def done_share():
        return count / args.total if args.total else (time.time() - started) / 60 / args.minutes

    while (done := done_share()) < 1:
        warm, cool = min(1, (step + 1) / 40), max(0.02, 0.5 * (1 + np.cos(np.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * min(warm, cool)
        texts, target, weight, parts = [], [], [], []
        for _ in range(args.groups):
            kind = rng.choice(list(SHARES), p=list(SHARES.values()))
            if kind == "contrast":
                g = contrast[rng.integers(len(contrast))]
            elif kind in queues:
                own = fields if kind == "field" else debates
                queues[kind] = queues[kind] or [own[i] for i in rng.permutation(len(own))]
                g = queues[kind].pop()
            elif kind == "pairs":
                size = np.array([len(x.rows) ** 0.5 for x in sets])
                g = sets[rng.choice(len(sets), p=size / size.sum())]
            else:
                g = topics[rng.integers(len(topics))]
            some, own, grade, t, w = step_pairs(g, rng, args.pairs, 0.1, CONTRAST if g.contrasts else DEBATE if kind == "debate" else None)
            parts.append((len(texts), len(texts) + len(own), grade))
            for a, b in own:
                short, long = sorted((some[a], some[b]), key=len)
                texts.append((short, long) if rng.random() < SHORT_FIRST else (long, short))
            target += t
            weight += w
            other = fields[rng.integers(len(fields))]
            if kind in queues and other.name != g.name:  # nothing is shared across fields
                texts.append((g.texts[rng.choice(g.recs())], other.texts[rng.choice(other.recs())]))
                target.append([0.0] * 4), weight.append([0.5] * 4)
        found, weight = logits(model, tokens.rows(texts), TOKENS_AT_ONCE), torch.tensor(weight)
        each = F.binary_cross_entropy_with_logits(found, torch.tensor(target), reduction="none") * weight
        each = each.sum(0) / weight.sum(0).clamp(min=1)
        rank = sum(ranking(found[a:b, 1], grade) for a, b, grade in parts) / len(parts)
        optimizer.zero_grad()
        (each.sum() + RANKING * rank).backward()
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimizer.step()
        step, count = step + 1, count + len(texts)
        keep = min(args.average, step / (step + 9))
        with torch.no_grad():
            for k, p in learns.items():
                average[k].lerp_(p, 1 - keep)
        losses.append(each.detach().numpy()), ranks.append(rank.item())
        if step % 20 == 0:
            print(f"step {step} {np.round(np.mean(losses[-60:], 0), 3)} rank {np.mean(ranks[-60:]):.3f} {count} pairs {time.time() - started:.0f}s", flush=True)
        if step % 100 == 0:
            save(model, average, args.out)
    save(model, average, args.out)


if __name__ == "__main__":
    main()
