"""Reads the fields of graded asks, checks them, and counts what they hold.

    python fields.py FOLDER ...
    python fields.py --pairs FILE_OR_FOLDER ...     graded pairs of texts, for `concord eval pairs` and `concord calibrate`
    python fields.py --queries FILE_OR_FOLDER ...   the same of queries with texts
    python fields.py --corpus FILE_OR_FOLDER ...    texts that drafts are compared with, for `concord eval check`
    python fields.py --drafts FILE_OR_FOLDER ...    the drafts: those of each field, or every fourth of its texts

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


def is_contrary(field, a, b):
    """The same of their main asks; `None` if only a minor ask is contrary."""
    opposite = {frozenset(pair) for pair in field.get("contrary", [])}
    if frozenset((a["asks"][0], b["asks"][0])) in opposite and grade(a, b) < 2:
        return True
    return None if contrary(field, a, b) else False


def graded_pairs(path):
    """Every pair of texts of a field, as `concord eval pairs` reads them."""
    field = read(path)
    for (a, x), (b, y) in itertools.combinations(texts_of(path), 2):
        if (found := grade(x, y)) is not None:
            yield pair(path, a, x, b, y, found) | {"contrary": is_contrary(field, x, y)}


def corpus_and_drafts(path):
    """The texts that the drafts of a field are compared with, and the drafts.

    A field without drafts lends every fourth of its texts, which then is no part of the corpus.
    """
    field, texts = read(path), texts_of(path)
    if field.get("drafts"):
        drafts = [draft_of(path, n, x, texts) for n, x in enumerate(field["drafts"], 1)]
        return texts, drafts
    corpus = [text for n, text in enumerate(texts, 1) if n % 4]
    lent = [text for n, text in enumerate(texts, 1) if not n % 4 and text[1]["asks"]]
    # A text that agrees with one side of the field and contradicts the other has no one verdict.
    lent = [one for one in lent if not any(contrary(field, one[1], x) for _, x in corpus)]
    return corpus, [lent_draft(draft, corpus) for draft in lent]


def draft_of(path, n, draft, texts):
    of = [texts[row][0] for row in draft["of"]]
    found = {"id": f"{Path(path).stem}-d{n:02}", "text": draft["text"], "of": of}
    if draft.get("contrary"):
        # It says what another text of the field says, so only the flag is labelled.
        two_sided = draft.get("same_side") or any(word in draft["how"] for word in ("opposing ask", "same side"))
        return found | {"opposite": True} | ({} if two_sided else {"relation": draft["relation"]})
    return found | {"relation": draft["relation"]}


def lent_draft(draft, corpus):
    """A text as a draft: a duplicate of one that makes the same asks, an overlap of one that shares an ask."""
    id, text = draft
    by_relation = {"duplicate": [], "overlap": [], "related": [], "new": []}
    for other, x in corpus:
        found = grade(text, x) or 0
        same = set(text["asks"]) == set(x["asks"])
        by_relation["duplicate" if same else ("new", "related", "overlap", "overlap")[found]].append(other)
    relation = next(name for name, of in by_relation.items() if of)
    of = by_relation[relation] if relation != "new" else []
    return {"id": id, "text": text["text"], "relation": relation, "of": of}


def checked(path, part):
    """Lines for `concord eval check`: part 0 is the corpus, part 1 the drafts."""
    for found in corpus_and_drafts(path)[part]:
        if part == 0:
            id, text = found
            found = {"id": id, "agency": text["agency"], "text": text["text"]}
        yield {"set": Path(path).stem} | found


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
    prints = {
        "--pairs": graded_pairs,
        "--queries": graded_queries,
        "--corpus": lambda path: checked(path, 0),
        "--drafts": lambda path: checked(path, 1),
    }
    if graded := prints.get(folders[0]):
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
