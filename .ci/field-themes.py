"""Scores the themes of fields of graded asks, and fails if a mean misses its bound.

    python field-themes.py CONCORD FIELD... SCORE=VALUE ...    a ceiling for `claimed`, else floors

Prints a line for each field, then every name beside the ask of its group, for a reader to judge.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr}")
    return done.stdout


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def scores_of(concord, path, work):
    field = json.loads(path.read_text(encoding="utf-8"))
    texts = [(f"r-{n:03}", text) for n, text in enumerate(field["recommendations"])]
    lines(work / "r.jsonl", [{"id": id, "agency": t["agency"], "text": t["text"]} for id, t in texts])
    lines(work / "gold.jsonl", [{"id": id, "themes": t["asks"]} for id, t in texts])
    lines(work / "names.jsonl", [{"theme": ask, "name": name} for ask, name in field["asks"].items()])
    run(concord, "index", work / "r.jsonl", "--index", work / "index", "--quiet")
    found = json.loads(run(
        concord, "eval", "themes", "--index", work / "index", "--quiet", "--format", "json",
        "--gold", work / "gold.jsonl", "--names", work / "names.jsonl",
    ))
    names = found["names"]["all"]
    right = sum(name["given"] == name["nearest"] for name in names)
    scores = {
        "primary": found["primary"]["f1"]["value"],
        "all": found["all"]["f1"]["value"],
        "consensus": found["first"]["consensus"],
        "claimed": found["first"]["claimed"],
        "names": right / max(1, len(names)),
    }
    return scores, names


def main(concord, *fields_and_bounds):
    fields = [given for given in fields_and_bounds if "=" not in given]
    bounds = [given for given in fields_and_bounds if "=" in given]
    every = []
    for path in map(Path, fields):
        with tempfile.TemporaryDirectory() as work:
            scores, names = scores_of(concord, path, Path(work))
        every.append(scores)
        print(path.stem, " ".join(f"{name} {value:.3f}" for name, value in scores.items()))
        for name in names:
            mark = "+" if name["given"] == name["nearest"] else "-"
            print(f"   {mark} {name['label']}  ({name['given']})")
    mean = {name: sum(scores[name] for scores in every) / len(every) for name in every[0]}
    print("mean", " ".join(f"{name} {value:.3f}" for name, value in mean.items()))
    missed = []
    for bound in bounds:
        name, limit = bound.split("=")
        is_ceiling = name == "claimed"
        if (mean[name] > float(limit)) if is_ceiling else (mean[name] < float(limit)):
            missed.append(f"{name} is {mean[name]:.3f}, its bound is {limit}")
    if missed:
        raise SystemExit("no: " + "; ".join(missed))


main(*sys.argv[1:])
