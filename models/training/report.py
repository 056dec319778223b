"""One pass over all sets, raw scores kept; then any calibration can be fitted and scored in seconds.

    python report.py --base B --gold G --fields F --encoder E [--judge J] --raw raw.pkl --out calibration.json

Fits on the left-out fields and `reports` (calibrate.fit), for the cosine alone and with the judge, and prints
the table of evaluate.py with each. The book and `dev` take no part in the fit."""

import argparse
import itertools
import json
import pickle
from pathlib import Path

import numpy as np
import torch

import data
import evaluate
from calibrate import OUTPUTS, fit
from encoder import load
from evaluate import Cosine, argkp_figures, field_figures, mean_of, pair_figures, show
from judge import Judged, probabilities
from nets import Bottoms

CUTS = {"cosine": [[4]] * 4, "judge": [[0, 1, 2, 3]] * 4, "both": None}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("base", "gold", "encoder", "raw"):
        p.add_argument(f"--{name}", type=Path, required=True)
    p.add_argument("--fields", type=Path)
    p.add_argument("--judge", type=Path)
    p.add_argument("--cache", type=Path)
    p.add_argument("--every", type=int, default=1, help="of the left-out fields, for lack of time")
    p.add_argument("--share", type=float, default=0.15)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--out", type=Path)
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    sets = {
        "dev": data.fields(args.gold, args.fields, "dev"),
        "left": data.fields(args.gold, args.fields, "left")[:: args.every],
        "book": [data.book(args.gold)],
        "reports": [data.graded_pairs(args.gold, ["reports"])["reports"]],
        "argkp": data.argkp(args.gold, "dev"),
    }
    raws = pickle.load(open(args.raw, "rb")) if args.raw.exists() else {}
    bottoms = Bottoms(args.base)
    if args.cache and not raws:
        bottoms.load(args.cache)
    cosine = Cosine(load(args.encoder).eval(), bottoms)
    scorer = Judged(args.judge, cosine, bottoms) if args.judge else None

    def needed(kind, g):
        if kind in ("dev", "left"):
            recs = list(map(int, g.recs()))
            queries = [i for i in range(len(g.texts)) if g.kinds[i] == "query"]
            return list(itertools.combinations(recs, 2)) + [(q, r) for q in queries for r in recs]
        if kind == "argkp":
            return [(i, g.arguments + j) for i in range(g.arguments) for j in range(g.points)]
        return [r[:2] for r in g.rows]

    for kind, groups in sets.items():
        for g in groups:
            if (kind, g.name) not in raws:
                pairs = needed(kind, g)
                c = cosine.cosines(g.texts, pairs)
                raw = scorer.raw(g.texts, pairs) if scorer else np.concatenate([np.zeros((len(c), 4)), c[:, None]], 1)
                raws[kind, g.name] = dict(zip(pairs, raw))
        pickle.dump(raws, open(args.raw, "wb"))
        print("scored", kind, flush=True)

    found = []
    for kind in ("left", "reports"):
        for g in sets[kind]:
            pairs = list(itertools.combinations(map(int, g.recs()), 2)) if kind == "left" else [r[:2] for r in g.rows]
            grade = np.array([g.grade[x] for x in pairs])
            c = np.array([g.contrary[x] for x in pairs])
            t = np.stack([grade >= 1, grade >= 2, grade >= 3, c if kind == "left" else c * np.nan], 1).astype(float)
            found.append((g.name, np.array([raws[kind, g.name][x] for x in pairs]), t, "field" if kind == "left" else "pairs"))
    for how, columns in CUTS.items():
        if how != "cosine" and not scorer:
            continue
        print(f"== {how}")
        weights = fit(found, args.share, columns=columns)
        if args.out and how == ("both" if scorer else "cosine"):
            json.dump({"inputs": ["logit_area", "logit_shares", "logit_same", "logit_contrary", "cosine", "1"], "outputs": OUTPUTS, "weights": weights}, open(args.out, "w"), indent=1)
        print(np.round(weights, 3).tolist())
        for kind, groups in sets.items():
            rows = []
            for at, g in enumerate(groups):
                w = weights
                if kind in ("left", "reports"):  # by a fit without this set
                    w = fit([f for f in found if f[0] != g.name], args.share, columns=columns)
                score = lambda texts, pairs, g=g, w=w: probabilities(np.array([raws[kind, g.name][(int(a), int(b))] for a, b in pairs]), {"weights": w})
                rows.append({"dev": field_figures, "left": field_figures}.get(kind, pair_figures)(g, score) if kind != "argkp" else None)
            if kind == "argkp":
                turn = {id(g.texts): raws[kind, g.name] for g in groups}
                show(kind, argkp_figures(groups, lambda texts, pairs: probabilities(np.array([turn[id(texts)][x] for x in pairs]), {"weights": weights})))
            else:
                show(kind, mean_of(rows))


if __name__ == "__main__":
    main()
