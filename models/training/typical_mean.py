"""Writes the mean vector of texts of many fields, towards which that of a small corpus is pulled.

    python typical_mean.py --base MODEL_FOLDER --gold GOLD --fields MORE_FIELDS --encoder weights/encoder.safetensors --out typical-mean.f32

Half of it is the mean of the texts of all training fields, half that of 2,000 real policy sentences, so that
neither the style of written fields nor one subject decides. The file has f32 numbers in little-endian order.
"""

import argparse
from pathlib import Path

import numpy as np

import data
from encoder import load
from nets import Bottoms, embed

SENTENCES = 2000


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--base", type=Path, required=True)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--fields", type=Path)
    p.add_argument("--encoder", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    args = p.parse_args()
    bottoms, encoder = Bottoms(args.base), load(args.encoder).eval()
    texts = [g.texts[i] for g in data.fields(args.gold, args.fields, "train") for i in g.recs()]
    means = [embed(encoder, bottoms, some).mean(0) for some in (texts, data.policy(args.gold, SENTENCES))]
    mean = np.mean(means, 0)
    print(f"{len(texts)} texts of fields, length of the mean {np.linalg.norm(mean):.3f}")
    mean.astype("<f4").tofile(args.out)


if __name__ == "__main__":
    main()
