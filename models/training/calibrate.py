"""Fits the last step: probabilities from the judge's logits and the encoder's cosine.

    python calibrate.py --base MODEL_FOLDER --gold GOLD --fields MORE_FIELDS --encoder E --judge J --out calibration.json

Logistic regression over four logits and the cosine for each of the four outputs, on pairs that nothing was
trained on: every pair of the left-out fields (each field the same weight) and the real pairs of `reports`
(a given share of the weight). Absolute: nothing of a corpus goes in.
"""

import argparse
import itertools
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

import data
from encoder import load
from evaluate import Cosine, average_precision, ece
from judge import Judged, probabilities
from nets import Bottoms

OUTPUTS = ["area", "shares", "same", "contrary"]


def gather(scorer, gold, extra, sets):
    """(raw, targets with nan, weight, name) of every set."""
    found = []
    for g in data.fields(gold, extra, "left"):
        pairs = list(itertools.combinations(g.recs(), 2))
        grade = np.array([g.grade[p] for p in pairs])
        c = np.array([g.contrary[p] for p in pairs])
        t = np.stack([grade >= 1, grade >= 2, grade >= 3, c], 1).astype(float)
        found.append((g.name, scorer.raw(g.texts, pairs), t, "field"))
    for name, g in data.graded_pairs(gold, sets).items():
        pairs, grade = [r[:2] for r in g.rows], np.array([r[2] for r in g.rows])
        t = np.stack([grade >= 1, grade >= 2, grade >= 3, np.where(grade >= 2, 0.0, np.nan)], 1).astype(float)
        found.append((name, scorer.raw(g.texts, pairs), t, "pairs"))
    return found


def fit(found, share, strength=1.0, columns=None):
    n_fields = sum(kind == "field" for *_, kind in found)
    n_pairs = sum(kind == "pairs" for *_, kind in found)
    weights = []
    for k in range(4):
        xs, ys, ws = [], [], []
        for _, raw, t, kind in found:
            known = ~np.isnan(t[:, k])
            if not known.any() or (k == 3 and kind == "pairs"):
                continue
            each = (1 - share if n_pairs else 1) / n_fields if kind == "field" else share / n_pairs
            xs.append(raw[known]), ys.append(t[known, k]), ws.append(np.full(known.sum(), each / known.sum()))
        x, y, w = np.concatenate(xs), np.concatenate(ys), np.concatenate(ws)
        use = list(range(5)) if columns is None else columns[k]
        fitted = LogisticRegression(C=strength, max_iter=2000).fit(x[:, use], y, sample_weight=w * len(y) / w.sum())
        row = np.zeros(6)
        row[use], row[5] = fitted.coef_[0], fitted.intercept_[0]
        weights.append(row.tolist())
    return weights


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("base", "gold", "encoder", "judge"):
        p.add_argument(f"--{name}", type=Path, required=True)
    p.add_argument("--fields", type=Path)
    p.add_argument("--cache", type=Path)
    p.add_argument("--sets", default="reports")
    p.add_argument("--share", type=float, default=0.15, help="weight of the real pairs together")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--out", type=Path, required=True)
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    bottoms = Bottoms(args.base)
    if args.cache:
        bottoms.load(args.cache)
    scorer = Judged(args.judge, Cosine(load(args.encoder).eval(), bottoms), bottoms)
    found = gather(scorer, args.gold, args.fields, [s for s in args.sets.split(",") if s])
    weights = fit(found, args.share)
    # How well a fit carries over: each set by a fit on the others.
    for at, (name, raw, t, kind) in enumerate(found):
        others = fit([f for n, f in enumerate(found) if n != at], args.share)
        q = probabilities(raw, {"weights": others})
        print(f"{name:40s} AP {average_precision(q[:, 1], t[:, 1] == 1):.3f} ECE {ece(q[:, 1], t[:, 1] == 1):.3f} same {ece(q[:, 2], t[:, 2] == 1):.3f}", flush=True)
    json.dump({"inputs": ["logit_area", "logit_shares", "logit_same", "logit_contrary", "cosine", "1"], "outputs": OUTPUTS, "weights": weights}, open(args.out, "w"), indent=1)
    print(np.round(weights, 3))


if __name__ == "__main__":
    main()
