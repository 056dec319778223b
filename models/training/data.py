"""Loads everything that the encoder and the judge learn from or are measured on.

A `Group` is a set of texts with a graded matrix: grade[i, j] in 0..3 or nan where nothing is known,
contrary[i, j] 1, 0 or nan, weight[i, j] how much a pair counts. One narrow field, one query set of
graded pairs, or one topic and stance of ArgKP is a group, so every batch holds texts that look alike,
which is what a general model is fooled by.
"""

import csv
import functools
import gzip
import json
import random
import re
from pathlib import Path

import numpy as np

import contrast as contrast_sets

# Left out of every run: fields of `train` spread over the six hands, most with contrary pairs, ...
LEFT_OUT = {"A03", "A16", "B05", "B18", "C07", "C17", "D03", "D14", "E09", "E17", "F05", "F13"}
# ... and of each newer hand one in eight, by number.
NEW_HANDS, EIGHTH = "GHIJKLMNRSY", 4

# Graded pairs of real sentences that are left out of every run.
REAL_LEFT_OUT = {"pairs-05", "pairs-11"}


class Group:
    def __init__(self, name, texts, kinds, grade, contrary, weight, asks=None, focus=None, agencies=None):
        self.name, self.texts, self.kinds = name, texts, np.array(kinds)
        self.grade, self.contrary, self.weight = grade, contrary, weight
        self.asks, self.focus, self.agencies = asks, focus, agencies
        self.queries = []

    def recs(self):
        return np.flatnonzero(self.kinds == "rec")


def left_out(stem):
    code = stem.split("-")[0]
    if code[0] in NEW_HANDS:
        return int(code[1:]) % 8 == EIGHTH
    return code in LEFT_OUT


def grade_of(a, b):
    """The grade of two texts by what they ask, main ask first; as shared/gold/asks says. A real text that asks
    nothing (asks empty) shares nothing."""
    if not a or not b:
        return 0
    if a[0] == b[0]:
        return 3
    if set(a) & set(b):
        return 2
    return 1 if {x[0] for x in a} & {x[0] for x in b} else 0


def read_field(path, gold):
    d = json.load(open(path))
    texts, kinds, asks, agencies = [], [], [], []

    def add(text, kind, of, agency=""):
        texts.append(text), kinds.append(kind), asks.append(of), agencies.append(agency)

    for r in d["recommendations"]:
        # Fields of real texts name a row of policy_sentences_100k instead of repeating it.
        text = r["text"] if "text" in r else all_policy(gold)[r["row"]]
        add(text, "rec", r["asks"], r.get("agency", ""))
    for ask, line in d["asks"].items():
        add(line, "ask", [ask])
    for ask, label in d.get("labels", {}).items():
        if ask in d["asks"]:
            add(label, "label", [ask])
    for q in d.get("queries", []):
        if isinstance(q, dict) and q.get("asks"):
            add(q["text"], "query", q["asks"])
    drafts = []
    for x in d.get("drafts", []):
        drafts.append((len(texts), x))
        add(x["text"], "draft", None)
    n = len(texts)
    grade, contrary, weight = np.full((n, n), np.nan), np.full((n, n), np.nan), np.ones((n, n))
    opposite = {frozenset(c) for c in d.get("contrary", [])}
    is_opposite = lambda x, y: frozenset((x, y)) in opposite
    for i in range(n):
        for j in range(n):
            a, b = asks[i], asks[j]
            if i == j or a is None or b is None:
                continue
            pair = {kinds[i], kinds[j]}
            if "query" in pair:  # a query may hold several asks, none of which is the main one
                q, r = (a, b) if kinds[i] == "query" else (b, a)
                g = 0 if not r else 3 if r[0] in q else grade_of(["-"] + q, r) if set(q) & set(r) else int(bool({x[0] for x in q} & {x[0] for x in r}))
                grade[i, j] = min(g, 3)
            else:
                grade[i, j] = grade_of(a, b)
            if grade[i, j] == 2 and pair == {"rec"} and not {a[0], b[0]} & (set(a) & set(b)):
                weight[i, j] = 0.5  # a minor clause of both
            if not pair & {"query", "label"} and opposite:
                # Direction shows in sentences; queries and labels are mostly neutral.
                some = any(is_opposite(x, y) for x in a for y in b)
                main = bool(a and b) and is_opposite(a[0], b[0])
                contrary[i, j] = 1.0 if main and grade[i, j] < 2 else np.nan if some else 0.0
    for at, x in drafts:
        of = [o for o in x.get("of", []) if isinstance(o, int)]
        level = {"duplicate": 3, "overlap": 2, "related": 1, "new": 0}[x["relation"]]
        for r in range(len(d["recommendations"])):
            if r in of and level:
                grade[at, r] = grade[r, at] = level
                c = 1.0 if x.get("contrary") else (0.0 if level >= 2 and opposite else np.nan)
                contrary[at, r] = contrary[r, at] = c
            elif level == 0 and not x.get("contrary"):
                grade[at, r] = grade[r, at] = 0
                weight[at, r] = weight[r, at] = 0.5
    return Group(path.stem, texts, kinds, grade, contrary, weight, asks, None, agencies)


def fields(gold, extra, part):
    """part: train, left (left-out fields of train and of the newer hands) or dev. `extra`: the folder that holds
    `fields` and `real`, or none."""
    if part == "dev":
        return [read_field(p, gold) for p in sorted((gold / "asks/dev").glob("*.json"))]
    paths = sorted((gold / "asks/train").glob("*.json"))
    if extra:
        paths += sorted(extra.glob("fields/*.json")) + sorted(extra.glob("real/*.json"))
    return [read_field(p, gold) for p in paths if left_out(p.stem) == (part == "left")]


def contrast(folder, part):
    """Contrast sets, a group a file; part: train or left."""
    paths = sorted(folder.glob("*.json"))
    return [read_contrast(p) for p in paths if contrast_sets.is_left_out(p) == (part == "left")]


def read_contrast(path):
    found = contrast_sets.read(path)
    n = len(found)
    grade, contrary, weight = np.full((n, n), np.nan), np.full((n, n), np.nan), np.ones((n, n))
    for i in range(n):
        for j in range(n):
            known = contrast_sets.relation(found[i], found[j])
            if i != j and known:
                grade[i, j], contrary[i, j] = known[0], np.nan if known[1] is None else known[1]
                weight[i, j] = 1.0 if found[i][0] == found[j][0] else 0.5
    kinds = ["label" if part in contrast_sets.SHORT else "rec" for _, part, _ in found]
    return Group(path.stem, [text for *_, text in found], kinds, grade, contrary, weight)


def matrix_group(name, texts, rows, kind="rec"):
    n = len(texts)
    grade = np.full((n, n), np.nan)
    for i, j, g in rows:
        grade[i, j] = grade[j, i] = g
    contrary = np.where(grade >= 2, 0.0, np.nan)
    return Group(name, texts, [kind] * n, grade, contrary, np.ones((n, n)))


def graded_pairs(gold, sets):
    """linking/pairs-train.jsonl, a group a set."""
    by_set = {}
    for row in map(json.loads, open(gold / "linking/pairs-train.jsonl")):
        by_set.setdefault(row["set"], []).append(row)
    found = {}
    for name in sets:
        at, texts, rows = {}, [], []
        for row in by_set[name]:
            for key in "ab":
                if row[key] not in at:
                    at[row[key]] = len(texts)
                    texts.append(row["text_" + key])
            rows.append((at[row["a"]], at[row["b"]], float(row["grade"])))
        found[name] = matrix_group(name, texts, rows)
        found[name].rows = rows
    return found


def real_pairs(gold, folder, part):
    """Pairs of real sentences that people graded: a group a file of `folder`, of which each line has an anchor and
    its candidates with grades, by their row of policy_sentences_100k; part: train or left."""
    found = []
    for path in sorted(folder.glob("*.json")):
        if (path.stem in REAL_LEFT_OUT) != (part == "left"):
            continue
        at, texts, rows, contrary = {}, [], [], []

        def place(row):
            if row not in at:
                at[row] = len(texts)
                texts.append(all_policy(gold)[row])
            return at[row]

        for one in json.load(open(path)):
            for row, grade in one["grades"].items():
                i, j = place(one["row"]), place(int(row))
                rows.append((i, j, float(grade)))
                if int(row) in one.get("contrary", []):
                    contrary += [(i, j), (j, i)]
        group = matrix_group(path.stem, texts, rows)
        for i, j in contrary:
            group.contrary[i, j] = 1.0
        group.rows = rows
        found.append(group)
    return found


def book(gold):
    recs = [json.loads(l) for l in open(gold / "linking/recommendations.jsonl")]
    at = {r["id"]: n for n, r in enumerate(recs)}
    rows = []
    for r in map(json.loads, open(gold / "linking/pairs-dev.jsonl")):
        rows.append((at[r["query"]], at[r["candidate"]], sum(r["grades"]) / len(r["grades"])))
    group = matrix_group("book", [r["text"] for r in recs], rows)
    group.rows = rows
    return group


def argkp(gold, part):
    """A group a topic and stance: arguments, then key points. `pairs` has the labelled ones."""
    table = lambda what: list(csv.DictReader(open(gold / f"argkp/{what}_{part}.csv", newline="")))
    groups = {}
    for r in table("arguments"):
        groups.setdefault((r["topic"], r["stance"]), ([], []))[0].append((r["arg_id"], r["argument"]))
    for r in table("key_points"):
        groups.setdefault((r["topic"], r["stance"]), ([], []))[1].append((r["key_point_id"], r["key_point"]))
    labels = {(r["arg_id"], r["key_point_id"]): int(r["label"]) for r in table("labels")}
    found = []
    for key, (args, points) in groups.items():
        if not points:
            continue
        texts = [t for _, t in args] + [t for _, t in points]
        rows = [
            (i, len(args) + j, 2.5 if labels[a, p] else 0.5)
            for i, (a, _) in enumerate(args)
            for j, (p, _) in enumerate(points)
            if (a, p) in labels
        ]
        group = matrix_group("/".join(key), texts, rows)
        group.rows, group.arguments, group.points = rows, len(args), len(points)
        found.append(group)
    return found


def sts(gold):
    with open(gold / "stsb-en-dev.csv", newline="") as file:
        return [(a, b, float(s)) for a, b, s in csv.reader(file)]


@functools.cache
def all_policy(gold):
    with gzip.open(gold / "policy_sentences_100k.tsv.gz", "rt") as file:
        return [l.rstrip("\n").split("\t")[2] for l in file][1:]


def policy(gold, n, seed=5):
    rows = all_policy(gold)
    rows = [t for t in rows if 6 <= len(t.split()) <= 45]
    return random.Random(seed).sample(rows, n)


def upr(gold, n=None, seed=3):
    """Peer-review rows with one human issue."""
    rows = [json.loads(l) for l in open(gold / "upr/recommendations-dev.jsonl")]
    rows = [r for r in rows if len(r["issues"]) == 1]
    return random.Random(seed).sample(rows, n) if n else rows


def sentences(text):
    return [s for s in re.split(r"(?<=[.!?;])\s+", text) if s]
