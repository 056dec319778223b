"""Figures of docs/engine.md: measure.py NUMBER [PROGRAM]. Started by `run --measure`, which starts the server.

Builds an index of NUMBER made-up recommendations in a folder and in a database, asks both 200 questions by id, and
prints how long that took, how much memory it needed, and how many of the ten best are the same.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time

QUESTIONS = 200
WORDS = [
    "Publish Inspect Fund Train Count Close Repair Review Extend Reduce Ratify Register Replace Measure".split(),
    "bridges schools banks guards ports fees laws boats forests clinics roads archives prisons grids wells".split(),
    "in cities|at sea|near borders|on islands|abroad|in rural districts|for families|for nurses".split("|"),
    "each year|by 2030|at once|within a month|before the next review|with local bodies|without delay".split("|"),
    "and report on it|and consult those concerned|and pay for it|and share the data|and set a target".split("|"),
]


def corpus(number, path):
    """Texts of a fixed seed, some of them nearly the same."""
    choose = random.Random(18)
    with open(path, "w") as file:
        for at in range(number):
            words = [choose.choice(list_) for list_ in WORDS]
            second = choose.choice(WORDS[0]) + " " + choose.choice(WORDS[1]) + " " + choose.choice(WORDS[2]) + "."
            text = " ".join(words) + f" in case {choose.randrange(number)}. " + second
            record = {"id": f"R-{at:08}", "agency": f"Agency {choose.randrange(40)}", "text": text}
            file.write(json.dumps(record) + "\n")


def run(*arguments):
    """Seconds, megabytes and output of a command."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(arguments, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{' '.join(arguments)} ended with {status}")
        out.seek(0)
        return time.monotonic() - begun, usage.ru_maxrss / 1024, out.read().decode()


def main(number, program="target/release/concord"):
    number = int(number)
    database = os.environ["CONCORD_TEST_POSTGRES"] + f"?schema=measure_{number}"
    with tempfile.TemporaryDirectory() as work:
        corpus(number, f"{work}/corpus.jsonl")
        with open(f"{work}/batch.jsonl", "w") as file:
            for at in range(QUESTIONS):
                file.write(json.dumps({"id": f"R-{at * number // QUESTIONS:08}"}) + "\n")
        places = {"folder": f"{work}/index", "database": database}
        best = {}
        print(f"{number} recommendations")
        for name, place in places.items():
            build = [program, "index", f"{work}/corpus.jsonl", "--model", "concord/hashing", "--judge", "off"]
            seconds, megabytes, _ = run(*build, "--index", place, "--quiet")
            print(f"  {name}: built in {seconds:.1f} s, {megabytes:.0f} MB")
            asked = [program, "similar", "--no-why", "--quiet", "--index", place]
            one, _, _ = run(*asked, "--id", "R-00000000")
            seconds, megabytes, out = run(*asked, "--batch", f"{work}/batch.jsonl")
            each = (seconds - one) / (QUESTIONS - 1) * 1000
            print(f"  {name}: one question {one:.2f} s, each of {QUESTIONS} more {each:.1f} ms, {megabytes:.0f} MB")
            answers = [json.loads(line) for line in out.splitlines()]
            best[name] = [[hit["id"] for hit in answer["results"]] for answer in answers]
        pairs = list(zip(best["folder"], best["database"]))
        same = sum(a == b for a, b in pairs)
        found = sum(len(set(a) & set(b)) for a, b in pairs) / sum(len(a) for a, _ in pairs)
        print(f"  the same ten in the same order: {same} of {QUESTIONS} questions; {found:.2%} of the ten best")


main(*sys.argv[1:])
