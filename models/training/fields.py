"""Reads the fields of graded asks, checks them, and counts what they hold.

    python fields.py FOLDER ...

A field is what some forty bodies might have contributed to one meeting, report or inquiry, with what each
text asks for. The grade of a pair of texts follows from that: 3 for the same main ask, 2 for a shared ask,
1 for two asks of one area, 0 otherwise.
"""

import itertools
import json
import sys
from collections import Counter
from pathlib import Path


def read(path):
    """A field; the faults that make it useless for training end the program."""
    field = json.loads(Path(path).read_text(encoding="utf-8"))
    faults = list(faults_of(field))
    if faults:
        raise SystemExit(f"{path}: " + "; ".join(faults))
    return field


def faults_of(field):
    asks, texts = set(field["asks"]), field["recommendations"]
    named = {
        "asks": [ask for text in texts for ask in text["asks"]],
        "also": [ask for text in texts for ask in text.get("also", [])],
        "labels": list(field.get("labels", {})),
        "contrary": [ask for pair in field.get("contrary", []) for ask in pair],
        "queries": [ask for query in field.get("queries", []) for ask in query["asks"]],
    }
    for where, found in named.items():
        if unknown := sorted(set(found) - asks):
            yield f"`{where}` names asks that the field does not have: {', '.join(unknown)}"
    if unused := sorted(asks - set(named["asks"])):
        yield f"no text makes the asks {', '.join(unused)}"
    for draft in field.get("drafts", []):
        if any(not 0 <= row < len(texts) for row in draft["of"]):
            yield f"a draft names a text that is not there: {draft['text']!r}"


def grade(a, b):
    """Grade of two texts by what they ask; `None` if one of them asks nothing."""
    if not a["asks"] or not b["asks"]:
        return None
    if a["asks"][0] == b["asks"][0]:
        return 3
    if set(a["asks"]) & set(b["asks"]):
        return 2
    return int(bool({area(ask) for ask in a["asks"]} & {area(ask) for ask in b["asks"]}))


def area(ask):
    """The letters before the number of an ask."""
    return ask.rstrip("0123456789")


def contrary(field, a, b):
    """Whether two texts make asks of opposite directions."""
    opposite = {frozenset(pair) for pair in field.get("contrary", [])}
    return any(frozenset((x, y)) in opposite for x in a["asks"] for y in b["asks"])


def main(folders):
    pairs, texts, opposed, files = Counter(), 0, 0, 0
    for path in sorted(path for folder in folders for path in Path(folder).glob("*.json")):
        field = read(path)
        files += 1
        texts += len(field["recommendations"])
        for a, b in itertools.combinations(field["recommendations"], 2):
            pairs[grade(a, b)] += 1
            opposed += contrary(field, a, b)
    counts = ", ".join(f"{pairs[grade]} of grade {grade}" for grade in (3, 2, 1, 0))
    print(f"{files} fields, {texts} texts; pairs: {counts}; {opposed} contrary")


if __name__ == "__main__":
    main(sys.argv[1:])
