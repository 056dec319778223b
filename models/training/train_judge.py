"""Trains the judge on pairs of the same field, the hard ones more often.

    python train_judge.py --base MODEL_FOLDER --gold GOLD --fields MORE_FIELDS --encoder weights/encoder.safetensors --out weights/judge.pt

A step takes two groups: of each a few pairs that share an ask, contrary ones, and negatives drawn by the
encoder's cosine, so that what looks alike comes most; plus pairs over two fields and a text with itself.
Loss: binary cross entropy of the four outputs, and a ranking term on the second (higher grade above lower
within a group).
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import data
from encoder import load
from judge import Interaction, Judge, Tops, judge_pairs
from nets import Bottoms, embed
from train_encoder import focus_variants


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--base", type=Path, required=True)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--fields", type=Path)
    p.add_argument("--encoder", type=Path, required=True)
    p.add_argument("--form", default="joint", choices=["joint", "interaction"])
    p.add_argument("--groups", type=int, default=2, help="in a step")
    p.add_argument("--vary", type=float, default=0.15, help="share of texts with their sentences in another order; 0: no cut texts either")
    p.add_argument("--sets", default="upr,audit,commission")
    p.add_argument("--weights", default="field=0.76,pairs=0.12,argkp=0.12")
    p.add_argument("--share", type=float, default=1.0)
    p.add_argument("--steps", type=int, default=900)
    p.add_argument("--pairs", type=int, default=26, help="of a group")
    p.add_argument("--rate", type=float, default=1e-4)
    p.add_argument("--head-rate", type=float, default=8e-4)
    p.add_argument("--average", type=float, default=0.98, help="of the moving average of the weights, which is what is saved")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--cache", type=Path)
    p.add_argument("--minutes", type=float, default=1e9, help="the schedule also ends by this time, whatever the steps")
    p.add_argument("--cut", type=int, default=128, help="tokens of a text")
    p.add_argument("--start", type=Path)
    p.add_argument("--out", required=True)
    return p.parse_args()


def prepare(g, model, bottoms):
    set_odds(g, np.zeros((len(g.texts), 1)) if g.points_task else embed(model, bottoms, g.texts))


def set_odds(g, v, short=None):
    """What pairs may be drawn: by grade, with the cosine of the vectors `v` as hardness. `short`: the odds of a pair
    with a short text."""
    a, b = np.nonzero(np.triu(~np.isnan(g.grade), 1))
    brief = np.isin(g.kinds, ["query", "label", "ask"])
    # Two short texts are rarely a task of ours; a short with a long one is (queries), at a lower rate.
    share = np.where(brief[a] & brief[b], short or 0.05, np.where(brief[a] | brief[b], short or 0.35, 1.0))
    g.pairs, g.of = np.stack([a, b], 1), g.grade[a, b]
    hard = np.exp(7 * (v[a] * v[b]).sum(1))
    g.odds = {}
    c = g.contrary[a, b]
    for name, which, odds in (
        ("same", g.of >= 2.9, share * g.weight[a, b]),
        ("share", (g.of >= 2) & (g.of < 2.9), share * g.weight[a, b]),
        ("contrary", (c == 1), share),
        ("area", (g.of < 2) & (g.of >= 0.5) & (c != 1), share * hard),
        ("none", g.of < 0.5, share * hard),
    ):
        if which.any():
            at = np.flatnonzero(which)
            g.odds[name] = (at, odds[at] / odds[at].sum())


QUOTA = {"same": 0.22, "share": 0.2, "contrary": 0.1, "area": 0.27, "none": 0.21}


def draw(g, rng, n, quota=None):
    quota = quota or QUOTA
    chosen = []
    for name, part in quota.items():
        if name in g.odds:
            at, odds = g.odds[name]
            chosen += list(rng.choice(at, size=min(len(at), max(1, round(part * n))), replace=False, p=odds) if (odds > 0).sum() >= round(part * n) else rng.choice(at, size=1, p=odds))
    return chosen


def step_pairs(g, rng, n, vary, quota=None):
    """Texts (some reordered or cut) and pairs with targets (>=1, >=2, =3, contrary) and weights."""
    rows = draw(g, rng, n, quota)
    texts, at, pairs, grade, target, weight = [], {}, [], [], [], []

    def place(i):
        text = g.texts[i]
        if g.kinds[i] == "rec" and rng.random() < vary:  # one other order of its sentences, always the same one
            parts = data.sentences(text)
            if len(parts) > 1:
                random.Random(text).shuffle(parts)
                text = " ".join(parts)
        if text not in at:
            at[text] = len(texts)
            texts.append(text)
        return at[text]

    for n in rows:
        i, j = g.pairs[n]
        x, y = place(i), place(j)
        if x == y:
            continue
        level, c = g.of[n], g.contrary[i, j]
        pairs.append((x, y)), grade.append(level)
        argkp = g.points_task
        t = [float(level >= 0.9), float(level >= 1.9), float(level >= 2.9), 0.0 if np.isnan(c) else c]
        w = g.weight[i, j]
        # In ArgKP a match says that the point is made, not that it is all that is said; every text is of one area.
        # Contrast sets say nothing of areas.
        target.append(t)
        weight.append([0.0 if argkp or getattr(g, "contrasts", False) else 0.5 * w, w, 0.0 if argkp else 0.7 * w, 0.0 if np.isnan(c) else 1.0])
    # One text cut down to the sentence of one ask, against another that has or has not this ask.
    if g.focus:
        for i in rng.choice(list(g.focus), size=min(3, len(g.focus)), replace=False):
            ask, cut = g.focus[i][rng.integers(len(g.focus[i]))]
            j = int(rng.choice(g.recs()))
            if rng.random() < 0.5:
                have = [r for r in g.recs() if ask in g.asks[r] and r != i]
                j = int(rng.choice(have)) if have else j
            if j == i:
                continue
            if cut not in at:
                at[cut] = len(texts)
                texts.append(cut)
            level = data.grade_of([ask], g.asks[j])
            pairs.append((at[cut], place(j))), grade.append(level)
            target.append([float(level >= 1), float(level >= 2), float(level >= 3), 0.0])
            weight.append([0.2, 0.4, 0.2, 0.0])
    return texts, pairs, grade, target, weight


def ranking(logit, grade):
    g = torch.tensor(grade)
    wrong = (logit[None, :] - logit[:, None])[(g[:, None] - g[None, :]) > 0.6]
    return F.softplus(wrong).mean() if len(wrong) else logit.sum() * 0


def main():
    args = arguments()
    rng = np.random.default_rng(args.seed)
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    bottoms = Bottoms(args.base)
    if args.cache:
        bottoms.load(args.cache)
    encoder = load(args.encoder).eval()
    fields = data.fields(args.gold, args.fields, "train")
    if args.share < 1:
        fields = [fields[i] for i in rng.permutation(len(fields))[: int(len(fields) * args.share)]]
    pairs = list(data.graded_pairs(args.gold, [s for s in args.sets.split(",") if s]).values())
    topics = data.argkp(args.gold, "train")
    for g in fields + pairs + topics:
        g.points_task, g.odds = g in topics, None
    print(f"{len(fields)} fields", flush=True)

    judge = Judge() if args.form == "joint" else Interaction()
    states = bottoms if judge.lower else Tops(encoder, bottoms)
    if judge.lower:
        judge.start_from(encoder)
    if args.start:
        judge.load_state_dict(torch.load(args.start))
    judge.train()
    body = [p for n, p in judge.named_parameters() if n.startswith("layers.") and "other" not in n]
    head = [p for n, p in judge.named_parameters() if not n.startswith("layers.") or "other" in n]
    optimizer = torch.optim.AdamW([{"params": body, "base": args.rate}, {"params": head, "base": args.head_rate}], lr=args.rate, weight_decay=0.01)
    average = {k: v.detach().clone() for k, v in judge.state_dict().items()}
    shares = {k: float(v) for k, v in (x.split("=") for x in args.weights.split(","))}
    names, odds = list(shares), np.array(list(shares.values())) / sum(shares.values())
    queue, losses, ranks, started = [], [], [], time.time()
    for step in range(args.steps):
        done = max(step / args.steps, (time.time() - started) / 60 / args.minutes)
        if done >= 1:
            break
        warm, cool = min(1, (step + 1) / 30), max(0.02, 0.5 * (1 + np.cos(np.pi * done)))
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * min(warm, cool)
        texts, at, target, weight, parts = [], [], [], [], []
        for _ in range(args.groups):
            kind = rng.choice(names, p=odds)
            if kind == "field":
                if not queue:
                    queue = [fields[i] for i in rng.permutation(len(fields))]
                g = queue.pop()
            elif kind == "pairs":
                size = np.array([len(x.rows) ** 0.5 for x in pairs])
                g = pairs[rng.choice(len(pairs), p=size / size.sum())]
            else:
                g = topics[rng.integers(len(topics))]
            if g.odds is None:  # made when first drawn
                prepare(g, encoder, bottoms)
                if kind == "field" and args.vary > 0:
                    focus_variants([g], encoder, bottoms)
            some, own, grade, t, w = step_pairs(g, rng, args.pairs, args.vary)
            parts.append((len(at), len(at) + len(own), grade))
            at += [(a + len(texts), b + len(texts)) for a, b in own]
            target += t
            weight += w
            texts += some
            if kind == "field":
                other = fields[rng.integers(len(fields))]
                if other.name != g.name:
                    at.append((len(texts), len(texts) + 1))
                    texts += [g.texts[rng.choice(g.recs())], other.texts[rng.choice(other.recs())]]
                    target.append([0.0] * 4), weight.append([0.5, 0.5, 0.5, 0.5])
                if rng.random() < 0.3 * (args.vary > 0):
                    one = g.texts[rng.choice(g.recs())]
                    cut = data.sentences(one)
                    random.Random(one).shuffle(cut)
                    at.append((len(texts), len(texts) + 1))
                    texts += [one, " ".join(cut)]
                    target.append([1.0, 1.0, 1.0, 0.0]), weight.append([0.3] * 4)
        logits = judge_pairs(judge, [b[: args.cut] for b in states(texts)], at)
        weight = torch.tensor(weight)
        each = F.binary_cross_entropy_with_logits(logits, torch.tensor(target), reduction="none") * weight
        loss = (each.sum(0) / weight.sum(0).clamp(min=1)).sum()
        rank = sum(ranking(logits[a:b, 1], grade) for a, b, grade in parts) / len(parts)
        optimizer.zero_grad()
        (loss + 0.5 * rank).backward()
        torch.nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        optimizer.step()
        keep = min(args.average, (step + 1) / (step + 10))
        with torch.no_grad():
            for k, v in judge.state_dict().items():
                average[k].lerp_(v, 1 - keep)
        losses.append((each.sum(0) / weight.sum(0).clamp(min=1)).detach().numpy()), ranks.append(rank.item())
        if step % 20 == 19:
            print(f"step {step + 1} {np.round(np.mean(losses[-40:], 0), 3)} rank {np.mean(ranks[-40:]):.3f} {time.time() - started:.0f}s", flush=True)
        if step % 50 == 49:
            torch.save(average, args.out)
    torch.save(average, args.out)


if __name__ == "__main__":
    main()
