"""Reads the fields of graded asks, checks them, and counts what they hold.

    python fields.py FOLDER ...
    python fields.py --pairs FILE_OR_FOLDER ...     graded pairs of texts, for `concord eval pairs` and `concord calibrate`
    python fields.py --queries FILE_OR_FOLDER ...   the same of queries with texts

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


def graded_pairs(path):
    """Every pair of texts of a field, as `concord eval pairs` reads them."""
    for (a, x), (b, y) in itertools.combinations(texts_of(path), 2):
        if (found := grade(x, y)) is not None:
            yield pair(path, a, x, b, y, found)


def graded_queries(path):
    """Every query of a field with every text."""
    for n, query in enumerate(read(path).get("queries", []), 1):
        for b, text in texts_of(path):
            if query["asks"]:
                yield pair(path, f"{Path(path).stem}-q{n}", query, b, text, grade_of_query(query, text))


def texts_of(path):
    """The texts of a field with their ids. Fields of real texts hold none."""
    texts = enumerate(read(path)["recommendations"], 1)
    return [(f"{Path(path).stem}-{n:03}", text) for n, text in texts if "text" in text]


def pair(path, a, x, b, y, found):
    kind = "" if "agency" in x else " queries"
    return {"set": Path(path).stem + kind, "a": a, "b": b, "grade": found, "text_a": x["text"], "text_b": y["text"]}


def grade_of_query(query, text):
    """As [grade], but none of the asks of a query is its main one."""
    if text["asks"] and text["asks"][0] in query["asks"]:
        return 3
    if set(text["asks"]) & set(query["asks"]):
        return 2
    return int(bool({area(ask) for ask in text["asks"]} & {area(ask) for ask in query["asks"]}))


def files_of(paths):
    for path in map(Path, paths):
        yield from sorted(path.glob("*.json")) if path.is_dir() else [path]


def main(folders):
    if folders[0] in ("--pairs", "--queries"):
        graded = graded_pairs if folders[0] == "--pairs" else graded_queries
        for found in itertools.chain.from_iterable(map(graded, files_of(folders[1:]))):
            print(json.dumps(found))
        return
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
