"""Prints the figures of the cross-encoder alone on what no run was trained on.

    python evaluate_cross_encoder.py --gold GOLD [WEIGHTS.safetensors]

without weights, of what is shipped. The shorter text comes first, as in the program. Of fields and contrast sets a part
of the pairs is read, always the same; an average precision is higher on such a part than on all pairs, so compare
figures of this script with each other only. Contrary: AUROC against the pairs that agree, and the share found where one
agreeing pair in fifty is flagged.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import average_precision_score, roc_auc_score

import data
from cross_encoder import Tokens, logits, of_file
from shipped import BASE, MODEL

# Pairs of a field that share nothing, and contrary ones, at most.
OTHERS, CONTRARY = 220, 40
# Pairs of a file of contrast sets.
SETS = 400
FALSE = 0.02


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("weights", type=Path, nargs="?", default=MODEL / "cross-encoder.onnx")
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--data", type=Path, default=Path(__file__).parent, help="the folder of `fields` and `contrast`")
    args = p.parse_args()
    model, tokens = of_file(args.weights).eval(), Tokens(BASE / "tokenizer.json")

    def read(pairs):
        pairs = [(a, b) if len(tokens(a)) <= len(tokens(b)) else (b, a) for a, b in pairs]
        with torch.no_grad():
            return logits(model, tokens.rows(pairs), 3600).numpy()

    of_fields("dev", data.fields(args.gold, None, "dev"), read)
    left = data.fields(args.gold, args.data, "left")
    of_fields("left out", [g for g in left if g.name[0] not in "RSY"], read)
    of_fields("left out, bodies disagree", [g for g in left if g.name[0] == "Y"], read)
    sets = data.contrast(args.data / "contrast", "left")
    of_sets("contrast sets", [g for g in sets if not g.name.startswith("D")], read)
    of_sets("contrast sets, long texts", [g for g in sets if g.name.startswith("D")], read)
    for group in [*data.real_pairs(args.gold, args.data / "pairs", "left"), data.book(args.gold)]:
        found = read([(group.texts[i], group.texts[j]) for i, j, _ in group.rows])
        shares = np.array([grade >= 2 for *_, grade in group.rows])
        print(f"{group.name}: {len(found)} pairs, AP of a shared ask {average_precision_score(shares, found[:, 1]):.3f}", flush=True)


def of_fields(name, groups, read):
    rng, rows = random.Random(3), []
    for at, g in enumerate(groups):
        pairs = [(i, j) for i in g.recs() for j in g.recs() if i < j]
        contrary = [(i, j) for i, j in pairs if g.contrary[i, j] == 1]
        others = [(i, j) for i, j in pairs if g.grade[i, j] < 2 and g.contrary[i, j] != 1]
        rng.shuffle(contrary), rng.shuffle(others)
        chosen = [(i, j) for i, j in pairs if g.grade[i, j] >= 2] + others[:OTHERS] + contrary[:CONTRARY]
        rows += [(at, i, j) for i, j in chosen]
    found = read([(groups[at].texts[i], groups[at].texts[j]) for at, i, j in rows])
    of = np.array([at for at, *_ in rows])
    grade = np.array([groups[at].grade[i, j] for at, i, j in rows])
    contrary = np.array([groups[at].contrary[i, j] for at, i, j in rows])
    mean = lambda column, least: np.mean([average_precision_score(grade[of == at] >= least, found[of == at, column]) for at in range(len(groups))])
    print(f"{name}: {len(groups)} fields, {len(rows)} pairs, AP of a shared ask {mean(1, 2):.3f}, of the same ask {mean(2, 2.9):.3f}{direction(contrary, grade, found[:, 3])}", flush=True)


def of_sets(name, groups, read):
    rng, rows = random.Random(1), []
    for g in groups:
        a, b = np.nonzero(np.triu(~np.isnan(g.grade), 1))
        pairs = [(i, j) for i, j in zip(a, b) if g.kinds[i] == g.kinds[j] == "rec"]
        rng.shuffle(pairs)
        rows += [(g, i, j) for i, j in pairs[:SETS]]
    found = read([(g.texts[i], g.texts[j]) for g, i, j in rows])
    grade, contrary = (np.array([m[i, j] for m, i, j in ((getattr(g, of), i, j) for g, i, j in rows)]) for of in ("grade", "contrary"))
    print(f"{name}: {len(rows)} pairs, AP of a shared ask {average_precision_score(grade >= 2, found[:, 1]):.3f}{direction(contrary, grade, found[:, 3])}", flush=True)


def direction(contrary, grade, score):
    of = (contrary == 1) | (grade >= 2)
    is_contrary, score = contrary[of] == 1, score[of]
    if not is_contrary.any():
        return ""
    agreeing = np.sort(score[~is_contrary])[::-1]
    found = (score[is_contrary] > agreeing[int(FALSE * len(agreeing))]).mean()
    return f"; contrary: AUROC {roc_auc_score(is_contrary, score):.3f}, found {found:.3f}"


if __name__ == "__main__":
    main()
