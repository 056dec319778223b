"""Trains the upper layers of all-MiniLM-L6-v2 to tell what a recommendation asks for, inside narrow fields.

    python train_encoder.py --base MODEL_FOLDER --gold GOLD --fields MORE_FIELDS --out weights/encoder.safetensors

A step is one group of texts: mostly one field (all its recommendations, some of its ask lines, labels,
queries and drafts), sometimes a few queries of real graded pairs, a topic of ArgKP, or pairs of STS.
Loss: contrast over all pairs that share an ask (of one text's positives against all its negatives), half
of a CoSENT term (the pair of the higher grade must be the more similar one), and every second step a
penalty that keeps the cosines among real policy sentences where the base has them, since written fields
differ from real documents and long training drifts.
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import data
from encoder import LAYERS, load, save
from nets import FROZEN, Bottoms, embed, encode

SCALE = 20.0


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--base", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--fields", type=Path, help="the folder that holds `fields` and `real`")
    p.add_argument("--sets", default="upr,audit,commission", help="sets of graded pairs; without `reports`, its figure is honest")
    p.add_argument("--weights", default="field=0.68,pairs=0.14,argkp=0.14,sts=0.04")
    p.add_argument("--share", type=float, default=1.0, help="share of the fields, for learning curves")
    p.add_argument("--steps", type=int, default=500)
    p.add_argument("--minutes", type=float, default=1e9, help="the schedule also ends by this time, whatever the steps")
    p.add_argument("--rate", type=float, default=1.5e-4)
    p.add_argument("--keep", type=float, default=100.0)
    p.add_argument("--minor", type=float, default=1.0, help="weight of grade 1 over 0 and 3 over 2 in CoSENT")
    p.add_argument("--threads", type=int, default=2, help="on a busy machine two runs of one thread do more than one of two")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--cache", type=Path, help="file to keep the lower layers' outputs in")
    p.add_argument("--start", type=Path, help="weights to go on from")
    p.add_argument("--out", required=True)
    return p.parse_args()


def focus_variants(groups, model, bottoms):
    """For every text of several sentences and every ask of it, the sentence nearest to the ask's line: as a
    short text of its own it stands for this ask. Wrappers and the other asks fall away."""
    for g in groups:
        lines = {g.asks[i][0]: g.texts[i] for i in np.flatnonzero(g.kinds == "ask")}
        jobs = [(i, data.sentences(g.texts[i])) for i in g.recs() if len(data.sentences(g.texts[i])) > 1]
        g.focus = {}
        if not jobs:
            continue
        flat = list(dict.fromkeys([s for _, ss in jobs for s in ss] + list(lines.values())))
        vectors = dict(zip(flat, embed(model, bottoms, flat)))
        for i, ss in jobs:
            for ask in g.asks[i]:
                scores = [float(vectors[s] @ vectors[lines[ask]]) for s in ss]
                best = int(np.argmax(scores))
                if len(ss[best].split()) >= 5:
                    g.focus.setdefault(i, []).append((ask, ss[best]))


def field_batch(g, rng, most=50):
    """Texts of one field and their grades; some texts with their sentences in another order, some cut to
    the sentence of one ask."""
    recs = [i for i in g.recs()]
    others = [i for i in range(len(g.texts)) if g.kinds[i] != "rec"]
    rng.shuffle(recs)
    recs = recs[:38]
    rng.shuffle(others)
    chosen = recs + others[: most - len(recs)]
    texts, asks = [], []
    for i in chosen:
        text, own, draw = g.texts[i], g.asks[i], rng.random()
        if draw < 0.12 and i in g.focus:
            ask, text = rng.choice(g.focus[i])
            own = [ask]
        elif draw < 0.3:
            parts = data.sentences(text)
            if len(parts) > 1:
                random.Random(text).shuffle(parts)  # always the same other order: its lower states are kept
                text = " ".join(parts)
        texts.append(text), asks.append(own)
    grade, weight = g.grade[np.ix_(chosen, chosen)].copy(), g.weight[np.ix_(chosen, chosen)]
    for a in range(len(chosen)):
        if asks[a] is not g.asks[chosen[a]]:  # cut: grades anew
            for b in range(len(chosen)):
                if a != b and asks[b] is not None and g.kinds[chosen[b]] != "query":
                    grade[a, b] = grade[b, a] = data.grade_of(asks[a], asks[b])
                elif a != b:
                    grade[a, b] = grade[b, a] = np.nan
    return texts, grade, weight


def pairs_batch(g, rng, queries=5):
    by_query = {}
    for i, j, _ in g.rows:
        by_query.setdefault(i, []).append(j)
    chosen = rng.sample(list(by_query), min(queries, len(by_query)))
    ids = list(dict.fromkeys([x for q in chosen for x in [q] + by_query[q]]))[:70]
    return [g.texts[i] for i in ids], g.grade[np.ix_(ids, ids)], np.ones((len(ids), len(ids)))


def argkp_batch(g, rng):
    args = rng.sample(range(g.arguments), min(44, g.arguments))
    ids = args + list(range(g.arguments, g.arguments + g.points))
    return [g.texts[i] for i in ids], g.grade[np.ix_(ids, ids)], np.ones((len(ids), len(ids)))


def contrast(cosine, grade, weight):
    """Of every pair that shares an ask, against all pairs of the same text that do not."""
    s = SCALE * cosine
    negative = torch.tensor(grade < 2)
    positive = np.argwhere(grade >= 2)
    if not len(positive) or not negative.any():
        return cosine.sum() * 0
    i, j = torch.tensor(positive[:, 0]), torch.tensor(positive[:, 1])
    against = torch.logsumexp(s.masked_fill(~negative, -1e4), 1)
    each = F.softplus(against[i] - s[i, j])
    w = torch.tensor(np.where(grade[positive[:, 0], positive[:, 1]] >= 2.9, 1.0, 0.5) * weight[positive[:, 0], positive[:, 1]], dtype=each.dtype)
    return (each * w).sum() / w.sum()


def cosent(cosine, grade, rng, most=900, minor=1.0):
    a, b = np.nonzero(np.triu(~np.isnan(grade), 1))
    if len(a) < 2:
        return cosine.sum() * 0
    if len(a) > most:  # all the high ones, some of the low ones
        high = np.flatnonzero(grade[a, b] >= 1)
        low = np.flatnonzero(grade[a, b] < 1)
        keep = np.concatenate([high[:most], np.array(rng.sample(list(low), max(0, min(len(low), most - len(high)))), dtype=int)])
        a, b = a[keep], b[keep]
    g, s = torch.tensor(grade[a, b]), cosine[torch.tensor(a), torch.tensor(b)]
    wrong = SCALE * (s[None, :] - s[:, None])
    if minor < 1:  # what does not cross the line of "shares an ask" counts less
        wrong = wrong + torch.where((g[:, None] >= 2) & (g[None, :] < 2), 0.0, float(np.log(minor)))
    wrong = wrong[(g[:, None] - g[None, :]) > 0.1]
    return torch.logsumexp(torch.cat([wrong.new_zeros(1), wrong]), 0)


def main():
    args = arguments()
    rng = random.Random(args.seed)
    np.random.seed(args.seed), torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    bottoms = Bottoms(args.base)
    if args.cache:
        bottoms.load(args.cache)
    base = load(args.base / "model.safetensors").eval()
    model = load(args.start or args.base / "model.safetensors").train()
    for name, p in model.named_parameters():
        p.requires_grad = name.startswith("layers.") and int(name.split(".")[1]) >= FROZEN

    groups = data.fields(args.gold, args.fields, "train")
    if args.share < 1:
        groups = rng.sample(groups, int(len(groups) * args.share))
    pairs = list(data.graded_pairs(args.gold, [s for s in args.sets.split(",") if s]).values())
    arguments_ = data.argkp(args.gold, "train")
    similar = data.sts(args.gold)[700:]
    kept = data.policy(args.gold, 1500)
    kept += [r["text"] for r in data.upr(args.gold, 500, seed=9)]
    print(f"{len(groups)} fields", flush=True)
    started = time.time()
    before = embed(base, bottoms, kept)
    print(f"lower layers {time.time() - started:.0f}s, {len(bottoms.known)} texts", flush=True)

    kinds, shares = zip(*((k, float(v)) for k, v in (x.split("=") for x in args.weights.split(","))))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=args.rate, weight_decay=0.01)
    queue, losses, holds, started = [], {}, [], time.time()
    for step in range(args.steps):
        done = max(step / args.steps, (time.time() - started) / 60 / args.minutes)
        if done >= 1:
            break
        warm, cool = min(1, (step + 1) / 30), max(0.02, 0.5 * (1 + np.cos(np.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(warm, cool)
        kind = rng.choices(kinds, shares)[0]
        if kind == "sts":
            rows = rng.sample(similar, 24)
            v = encode(model, bottoms([r[0] for r in rows] + [r[1] for r in rows]), 2)
            s, g = (v[:24] * v[24:]).sum(1), torch.tensor([r[2] for r in rows])
            wrong = (SCALE * (s[None, :] - s[:, None]))[(g[:, None] - g[None, :]) > 0.1]
            loss = 0.25 * torch.logsumexp(torch.cat([wrong.new_zeros(1), wrong]), 0)
        else:
            if kind == "field":
                if not queue:
                    queue = list(groups)
                    rng.shuffle(queue)
                g = queue.pop()
                if g.focus is None:
                    focus_variants([g], base, bottoms)
                texts, grade, weight = field_batch(g, rng)
            elif kind == "pairs":
                texts, grade, weight = pairs_batch(rng.choices(pairs, [len(g.rows) ** 0.5 for g in pairs])[0], rng)
            else:
                texts, grade, weight = argkp_batch(rng.choice(arguments_), rng)
            v = encode(model, bottoms(texts))
            cosine = v @ v.T
            loss = 0.5 * cosent(cosine, grade, rng, minor=args.minor)
            loss = loss + contrast(cosine, grade, weight) * (0.3 if kind == "pairs" else 1)
        if step % 2 == 0:
            some = rng.sample(range(len(kept)), 28)
            v = encode(model, bottoms([kept[i] for i in some]), 2)
            target = torch.tensor(before[some] @ before[some].T)
            hold = ((v @ v.T - target) ** 2).mean()
            holds.append(hold.item())
            loss = loss + args.keep * hold
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        losses.setdefault(kind, []).append(loss.item())
        if step % 20 == 19:
            print(f"step {step + 1} " + " ".join(f"{k} {np.mean(v[-12:]):.2f}" for k, v in losses.items()) + f" hold {np.mean(holds[-10:]):.4f} {time.time() - started:.0f}s", flush=True)
        if step % 100 == 99:
            save(model, args.base / "model.safetensors", args.out)
    save(model, args.base / "model.safetensors", args.out)
    if args.cache:
        bottoms.save(args.cache)


if __name__ == "__main__":
    main()
