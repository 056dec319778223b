"""The full table for an encoder or an encoder with a judge.

    python evaluate.py --base MODEL_FOLDER --gold GOLD --fields MORE_FIELDS --encoder weights/encoder.safetensors [--judge weights/judge.pt]

A scorer takes texts and pairs of their indexes and gives an array (pairs, 4): probability or score of
grade >= 1, >= 2, = 3, and of contrary direction. A plain encoder gives its cosine for the first three.
Means over fields, as score_fields.py computes them.
"""

import argparse
import itertools
import sys
import time
from pathlib import Path

import numpy as np
import torch

import data



def average_precision(scores, positive):
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    hit = np.asarray(positive, dtype=float)[order]
    return float((np.cumsum(hit) / np.arange(1, len(hit) + 1) * hit).sum() / max(1, hit.sum()))


def ece(p, positive, bins=10):
    p, positive = np.asarray(p), np.asarray(positive, dtype=float)
    at = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(p[at == b].sum() - positive[at == b].sum()) for b in range(bins)) / len(p))


def dcg(g):
    return sum((2.0**x - 1) / np.log2(i + 2) for i, x in enumerate(g))


def field_figures(g, scorer):
    recs = list(g.recs())
    pairs = list(itertools.combinations(recs, 2))
    s = scorer(g.texts, pairs)
    grade = np.array([g.grade[i, j] for i, j in pairs])
    over = grade >= 2
    out = {"AP2": average_precision(s[:, 1], over), "AP3": average_precision(s[:, 2], grade == 3), "AP1": average_precision(s[:, 0], grade >= 1)}
    said = s[:, 1] >= 0.5
    out["rec"], out["prec"] = (said & over).sum() / over.sum(), (said & over).sum() / max(1, said.sum())
    out["ECE"], out["ECE3"] = ece(s[:, 1], over), ece(s[:, 2], grade == 3)
    if g.asks and (g.contrary[np.ix_(recs, recs)] == 1).any():
        against = np.array([g.contrary[i, j] == 1 for i, j in pairs])
        clear = np.array([g.contrary[i, j] == 0 for i, j in pairs])
        out["c-over"] = (said & against & (s[:, 3] < 0.5)).sum() / against.sum()
        out["c-over-raw"] = (said & against).sum() / against.sum()
        out["c-found"] = ((s[:, 3] >= 0.5) & against).sum() / against.sum()
        out["c-prec"] = ((s[:, 3] >= 0.5) & against).sum() / max(1, ((s[:, 3] >= 0.5) & (against | clear)).sum())
        keep = against | clear
        out["c-AP"] = average_precision(s[keep, 3], against[keep])
    queries = [i for i in range(len(g.texts)) if g.kinds[i] == "query"]
    if queries:
        p1, nd = [], []
        flat = [(q, r) for q in queries for r in recs]
        qs = scorer(g.texts, flat)[:, 1].reshape(len(queries), len(recs))
        for q, row in zip(queries, qs):
            gains = g.grade[q, recs]
            order = np.argsort(-row, kind="stable")[:10]
            p1.append(gains[order[0]] >= 2)
            nd.append(dcg(gains[order]) / dcg(sorted(gains, reverse=True)[:10]))
        out["P@1"], out["nDCG"] = np.mean(p1), np.mean(nd)
    return out


def pair_figures(g, scorer):
    pairs = [(i, j) for i, j, _ in g.rows]
    grade = np.array([x for _, _, x in g.rows])
    s = scorer(g.texts, pairs)
    by_query = {}
    for n, (i, _) in enumerate(pairs):
        by_query.setdefault(i, []).append(n)
    nd = []
    for rows in by_query.values():
        order = sorted(rows, key=lambda n: -s[n, 1])[:10]
        ideal = dcg(sorted(grade[rows], reverse=True)[:10])
        if ideal:
            nd.append(dcg(grade[order]) / ideal)
    said, over = s[:, 1] >= 0.5, grade >= 2
    return {
        "AP2": average_precision(s[:, 1], over),
        "APdup": average_precision(s[:, 2], grade >= 2.5),
        "APdup-by2": average_precision(s[:, 1], grade >= 2.5),
        "nDCG": float(np.mean(nd)),
        "rec": (said & over).sum() / over.sum(),
        "prec": (said & over).sum() / max(1, said.sum()),
        "ECE": ece(s[:, 1], over),
    }


def argkp_figures(groups, scorer):
    """Strict and relaxed mAP as the shared task of 2021 counts: each argument's best key point, the surer
    half of the arguments of a topic and stance, average precision times the share of positives."""
    strict, relaxed = [], []
    for g in groups:
        pairs = [(i, g.arguments + j) for i in range(g.arguments) for j in range(g.points)]
        s = scorer(g.texts, pairs)[:, 1].reshape(g.arguments, g.points)
        best = s.argmax(1)
        top = np.argsort(-s.max(1), kind="stable")[: int(0.5 * g.arguments)]
        label = np.array([g.grade[i, g.arguments + best[i]] for i in top])
        for kept, missing in ((strict, 0), (relaxed, 1)):
            hit = np.where(np.isnan(label), missing, label >= 2)
            kept.append(average_precision(s.max(1)[top], hit) * hit.mean())
    return {"strict": float(np.mean(strict)), "relaxed": float(np.mean(relaxed))}


def upr_figures(rows, vectors):
    """Nearest neighbour from another State: has it the same issue?"""
    s = vectors @ vectors.T
    states = np.array([r["agency"] for r in rows])
    s[states[:, None] == states[None, :]] = -9
    best = s.argmax(1)
    return float(np.mean([rows[i]["issues"] == rows[b]["issues"] for i, b in enumerate(best)]))


def mean_of(rows):
    keys = dict.fromkeys(k for r in rows for k in r)
    return {k: float(np.mean([r[k] for r in rows if k in r])) for k in keys}


def show(name, figures):
    print(f"{name:8s} " + "  ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)


def table(scorer, gold, extra, parts, quick=False):
    if "dev" in parts:
        groups = data.fields(gold, extra, "dev")
        show("dev", mean_of([field_figures(g, scorer) for g in (groups[::3] if quick else groups)]))
    if "left" in parts:
        groups = data.fields(gold, extra, "left")
        rows = {g.name: field_figures(g, scorer) for g in (groups[::2] if quick else groups)}
        show("left", mean_of(list(rows.values())))
        new = [r for n, r in rows.items() if n[0] in data.NEW_HANDS]
        if new:
            show(f"left-new{len(new)}", mean_of(new))
    if "book" in parts:
        show("book", pair_figures(data.book(gold), scorer))
    if "pairs" in parts:
        for name, g in data.graded_pairs(gold, ["reports"] if quick else ["reports", "audit", "commission", "upr"]).items():
            show(name, pair_figures(g, scorer))
    if "argkp" in parts:
        show("argkp", argkp_figures(data.argkp(gold, "dev"), scorer))


class Cosine:
    """A plain encoder as a scorer."""

    def __init__(self, model, bottoms):
        self.model, self.bottoms, self.known = model, bottoms, {}

    def vectors(self, texts):
        from nets import embed

        new = list(dict.fromkeys(t for t in texts if t not in self.known))
        if new:
            self.known.update(zip(new, embed(self.model, self.bottoms, new)))
        return np.stack([self.known[t] for t in texts])

    def cosines(self, texts, pairs):
        v = self.vectors(texts)
        a, b = np.array(pairs).T
        return (v[a] * v[b]).sum(1)

    def __call__(self, texts, pairs):
        s = self.cosines(texts, pairs)
        return np.stack([s, s, s, 0 * s], 1)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--base", type=Path, required=True)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--fields", type=Path)
    p.add_argument("--encoder", type=Path, nargs="+", required=True)
    p.add_argument("--judge", type=Path)
    p.add_argument("--calibration", type=Path)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--cache", type=Path)
    p.add_argument("--parts", default="dev,left,book,pairs,argkp,upr,sts")
    p.add_argument("--quick", action="store_true")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    from encoder import load
    from nets import Bottoms

    bottoms = Bottoms(args.base)
    if args.cache:
        bottoms.load(args.cache)
    parts = args.parts.split(",")
    for path in args.encoder:
        started = time.time()
        print(f"== {path} {args.judge or ''}", flush=True)
        model = load(path).eval()
        scorer = cosine = Cosine(model, bottoms)
        if args.judge:
            from judge import Judged

            scorer = Judged(args.judge, cosine, bottoms, args.calibration)
        table(scorer, args.gold, args.fields, parts, args.quick)
        if "upr" in parts:
            rows = data.upr(args.gold, 2500)
            show("upr", {"same issue": upr_figures(rows, cosine.vectors([r["text"] for r in rows]))})
        if "sts" in parts:
            rows = data.sts(args.gold)[:700]
            texts = [r[0] for r in rows] + [r[1] for r in rows]
            s = cosine.cosines(texts, [(n, n + len(rows)) for n in range(len(rows))])
            rank = lambda x: np.argsort(np.argsort(x))
            show("sts", {"spearman": float(np.corrcoef(rank(s), rank([r[2] for r in rows]))[0, 1])})
        print(f"{time.time() - started:.0f}s", flush=True)
    if args.cache and "upr" in parts:
        bottoms.save(args.cache)


if __name__ == "__main__":
    main()
