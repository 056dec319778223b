"""Writes graded pairs in eight languages, for `concord calibrate` and `concord eval pairs`.

    python pairs.py calibrate > calibrate.jsonl
    python pairs.py report > report.jsonl

asks.tsv has 21 asks in seven areas; each stands in eight languages, in three forms: the ask, the same in other
words, and an ask that shares a part of it. They were written by meaning, and not word by word. Two texts of the
same ask have grade 3, an ask and one that shares a part 2, others of one area 1, all others 0. Every second ask
calibrates, the others report. A set is what an index may hold: one language, two, or all eight.
"""

import itertools
import json
import pathlib
import random
import sys

LANGUAGES = ["en", "es", "fr", "de", "pt", "ru", "ar", "zh"]
TWO = [("en", "es"), ("en", "fr"), ("en", "ru"), ("en", "ar"), ("en", "zh"), ("es", "pt"), ("fr", "de"), ("fr", "ar")]
UNLIKE = 150  # pairs of grade 1 or 0 in a set; more are alike in kind
LIKE = 150  # pairs of grade 3 or 2, likewise


def texts(half: str) -> list[dict]:
    lines = (pathlib.Path(__file__).parent / "asks.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    asks = list(dict.fromkeys(row[1] for row in rows))
    chosen = asks[::2] if half == "calibrate" else asks[1::2]
    forms = ["ask", "same", "part"]
    return [
        {"area": area, "ask": ask, "language": language, "form": form, "text": text}
        for area, ask, language, *parts in rows
        if ask in chosen
        for form, text in zip(forms, parts)
    ]


def grade(a: dict, b: dict) -> int:
    if a["ask"] == b["ask"]:
        return 2 if "part" in (a["form"], b["form"]) else 3
    return int(a["area"] == b["area"])


def pairs(name: str, members: list[dict], crossing: bool) -> list[dict]:
    draw = random.Random(name)
    found = [
        (a, b, grade(a, b))
        for a, b in itertools.combinations(members, 2)
        if not crossing or a["language"] != b["language"]
    ]
    like = [pair for pair in found if pair[2] >= 2]
    unlike = [pair for pair in found if pair[2] < 2]
    near = [pair for pair in unlike if pair[2] == 1]
    chosen = draw.sample(like, min(LIKE, len(like)))
    chosen += draw.sample(near, min(UNLIKE // 2, len(near))) + draw.sample(unlike, min(UNLIKE // 2, len(unlike)))
    unique = {(identity(a), identity(b)): (a, b, g) for a, b, g in chosen}
    return [
        {"set": name, "a": x, "b": y, "text_a": a["text"], "text_b": b["text"], "grade": g}
        for (x, y), (a, b, g) in unique.items()
    ]


def identity(text: dict) -> str:
    return f"{text['ask']}-{text['form']}-{text['language']}"


def main(half: str) -> None:
    everything = texts(half)
    groups = [((language,), False) for language in LANGUAGES]
    groups += [(two, True) for two in TWO] + [(tuple(LANGUAGES), True)]
    for languages, crossing in groups:
        name = "+".join(languages) if len(languages) < len(LANGUAGES) else "all"
        members = [text for text in everything if text["language"] in languages]
        for pair in pairs(name, members, crossing):
            print(json.dumps(pair, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
