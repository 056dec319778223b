"""Contrast sets: what the texts of `contrast/` ask for, pair by pair.

    python contrast.py FOLDER ...                   checks the files and counts them
    python contrast.py --pairs FILE_OR_FOLDER ...   graded pairs of texts, for `concord eval pairs` and `concord calibrate`
    python contrast.py --labels FILE_OR_FOLDER ...  the same of short labels with texts
    python contrast.py --corpus FILE_OR_FOLDER ...  the first text of each set, for `concord eval check`
    python contrast.py --drafts FILE_OR_FOLDER ...  drafts made of the other texts, with their verdicts

A set holds a recommendation and texts that ask for the same, for a part of it, for the same of another object,
for another action, and for the contrary.
"""

import itertools
import json
import sys
from collections import Counter
from pathlib import Path

from fields import files_of

# Number of texts of each part of a set.
COUNTS = {"base": 1, "same": 4, "agrees": (1, 2), "label": 2, "part": 3, "other_object": 3, "other_action": 2, "other_label": 2, "contrary": 3}
SAME, OTHER = ("base", "same", "agrees", "label"), ("other_object", "other_action", "other_label")
SHORT = ("label", "other_label")

# Same subject, and nothing of the ask; another set of the same field. `concord eval pairs` reads both as no overlap.
SUBJECT, FIELD = 0.6, 0.3
VERDICTS = {"same": "duplicate", "agrees": "duplicate", "part": "overlap", "other_object": "related", "other_action": "related", "contrary": "related"}


def is_left_out(path):
    """Of each hand, the last field is left out of every run."""
    return Path(path).stem.split("-")[0].endswith("06")


def read(path):
    """The texts of a file as (set, part, text); faults end the program."""
    texts = []
    for number, one in enumerate(json.loads(Path(path).read_text(encoding="utf-8"))["sets"]):
        if wrong := set(one) ^ set(COUNTS):
            raise SystemExit(f"{path}: set {number} has unknown parts, or lacks some: {', '.join(sorted(wrong))}")
        for part, count in COUNTS.items():
            found = [one[part]] if part == "base" else one[part]
            if len(found) not in (count if isinstance(count, tuple) else (count,)):
                raise SystemExit(f"{path}: set {number} has {len(found)} texts in `{part}`")
            texts += [(number, part, text) for text in found]
    return texts


def relation(x, y):
    """Grade and contrary (true, false or none) of two texts; `None` where nothing is known of them."""
    (set_x, a, _), (set_y, b, _) = x, y
    if set_x != set_y:
        return FIELD, False
    agrees = None if a in SHORT or b in SHORT else False
    if a in SAME and b in SAME:
        return 3, agrees
    if b in SAME or (a in OTHER and b == "part"):
        a, b = b, a
    if a in SAME and b == "part":
        return 2, agrees
    if a in (*SAME, "part") and b in OTHER:
        return SUBJECT, agrees
    if a in SAME and a not in SHORT and b == "contrary":
        return SUBJECT, True
    return None


def graded(path, labels):
    """Pairs of a set as `concord eval pairs` reads them: of sentences, or of short labels with sentences."""
    texts, name = read(path), Path(path).stem
    for (n, x), (m, y) in itertools.combinations(enumerate(texts, 1), 2):
        short = [one[1] in SHORT for one in (x, y)]
        if x[0] != y[0] or all(short) or any(short) != labels or (found := relation(x, y)) is None:
            continue
        if short[1]:  # the label is the query
            (n, x), (m, y) = (m, y), (n, x)
        grade, contrary = found
        line = {"set": name + (" labels" if labels else ""), "a": f"{name}-{n:03}", "b": f"{name}-{m:03}", "grade": grade}
        line |= {"text_a": x[2], "text_b": y[2]}
        yield line if contrary is None else line | {"contrary": contrary}


def corpus(path):
    for number, part, text in read(path):
        if part == "base":
            yield {"set": Path(path).stem, "id": f"{Path(path).stem}-{number}", "agency": f"Agency {number}", "text": text}


def drafts(path):
    """All texts but labels, as drafts of which the first texts of the sets are the corpus."""
    name = Path(path).stem
    for n, (number, part, text) in enumerate(read(path), 1):
        if part in VERDICTS:
            line = {"set": name, "id": f"{name}-d{n:03}", "text": text, "relation": VERDICTS[part], "of": [f"{name}-{number}"]}
            yield line | {"opposite": True} if part == "contrary" else line


def main(arguments):
    prints = {
        "--pairs": lambda path: graded(path, labels=False),
        "--labels": lambda path: graded(path, labels=True),
        "--corpus": corpus,
        "--drafts": drafts,
    }
    if found := prints.get(arguments[0]):
        for line in itertools.chain.from_iterable(map(found, files_of(arguments[1:]))):
            print(json.dumps(line))
        return
    parts = Counter(part for path in files_of(arguments) for _, part, _ in read(path))
    print(f"{parts['base']} sets, {parts.total()} texts: " + ", ".join(f"{count} {part}" for part, count in parts.items()))


if __name__ == "__main__":
    main(sys.argv[1:])
