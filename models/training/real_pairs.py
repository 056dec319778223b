"""Graded pairs of real sentences, with their texts, as `concord eval pairs` reads them.

    python real_pairs.py policy_sentences_100k.tsv.gz pairs/pairs-05.json pairs/pairs-11.json
"""

import gzip
import json
import sys
from pathlib import Path


def sentences(table):
    """The texts of the table, by row after the header."""
    with gzip.open(table, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t")[2] for line in file][1:]


def graded(path, texts):
    """The pairs of a file; the sentence that has candidates is the query."""
    for one in json.loads(Path(path).read_text(encoding="utf-8")):
        for row, grade in one["grades"].items():
            line = {"set": Path(path).stem, "a": str(one["row"]), "b": row, "grade": grade}
            line |= {"text_a": texts[one["row"]], "text_b": texts[int(row)]}
            yield line | ({"contrary": True} if int(row) in one.get("contrary", []) else {})


def main(table, *paths):
    texts = sentences(table)
    for path in paths:
        for line in graded(path, texts):
            print(json.dumps(line))


if __name__ == "__main__":
    main(*sys.argv[1:])
