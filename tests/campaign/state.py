"""A folder as a user would have it: two corpora, an index with a decision and a file of the user's own, documents,
corrected extractions, and older results of every command that writes."""

import json
from dataclasses import dataclass

from trials import HASHING, corpus, copy, differences, lines, tree

DRAFT = """# Recommendations

1. States should reduce the cost of remittances by 2030.
2. Ratify the convention on the rights of migrant workers.
3. Port authorities should publish the noise of ships.
"""

PAIRS = [("A-1", "B-1", 3), ("A-1", "B-2", 0), ("A-2", "C-2", 3), ("A-3", "B-2", 0)]

REPORT = ["report", "--index", "idx", "-o", "out", "--format", "html,md,xlsx,docx,csv,json"]
CHECK = ["check", "draft.md", "--index", "idx", "--format", "docx", "-o", "out/draft.docx"]
CALIBRATE = ["calibrate", "--gold", "pairs.jsonl", "--index", "idx", "-o", "out/mine.toml"]
EXTRACT = ["extract", "roads.txt", "-q", "-o", "out/found.jsonl"]


def index(records, folder):
    return ["index", records, "--index", folder, "--model", HASHING]


def document(*items):
    listed = "".join(f"{number}. {item}\n" for number, item in enumerate(items, 1))
    return f"A report of the Northern Roads Commission\n\nRecommendations\n\n{listed}"


def prepare(campaign):
    """Makes that folder. Every command of `acts` changes something in it."""
    folder = campaign.new_folder()
    (folder / "a.jsonl").write_text(corpus())
    (folder / "b.jsonl").write_text(corpus(lambda text: text.replace("remittances", "passports")))
    (folder / "draft.md").write_text(DRAFT)
    (folder / "pairs.jsonl").write_text(lines({"a": a, "b": b, "grade": grade} for a, b, grade in PAIRS))
    (folder / "roads.txt").write_text(
        document("Clear the roads of snow.", "Buy more salt.", "Close the pass in winter.")
    )
    for command in (index("b.jsonl", "idx"), REPORT, CHECK, CALIBRATE, EXTRACT):
        campaign.must(command, folder)
    correct(folder / "out/found.jsonl")
    (folder / "roads.txt").write_text(
        document("Clear the roads of snow.", "Close the pass in winter.", "Train drivers in first aid.")
    )
    (folder / "out/mine.toml").write_text("# an older one\n")
    (folder / "idx/notes").mkdir()
    (folder / "idx/notes/thesis.txt").write_text("mine")
    campaign.must(index("a.jsonl", "idx"), folder)
    campaign.must(["themes", "rename", theme(campaign, folder), "Cheaper transfers", "--index", "idx"], folder)
    return folder


def correct(path):
    """What a person changes in an extraction: one record reworded, one added."""
    own = {"id": "own", "agency": "NRC", "text": "Hire drivers."}
    path.write_text(path.read_text().replace("Clear the", "Clear all") + lines([own]))


def theme(campaign, folder):
    """The id of the first theme."""
    found = json.loads(campaign.must(["themes", "--index", "idx", "--format", "json"], folder).out)
    return found["themes"][0]["id"]


def acts(campaign, folder):
    """The commands that write, by name."""
    rename = ["themes", "rename", theme(campaign, folder), "Sending money home", "--index", "idx"]
    return {
        "index": index("b.jsonl", "idx"),
        "first index": index("b.jsonl", "new"),
        "decision": rename,
        "extract -o": EXTRACT,
        "report": REPORT,
        "check -o": CHECK,
        "calibrate -o": CALIBRATE,
    }


READERS = (
    ["pairs", "--index", "idx", "--format", "jsonl"],
    ["themes", "--index", "idx", "--format", "json"],
    ["pairs", "--index", "new", "--format", "jsonl"],
)


@dataclass
class Act:
    """A command that writes, the folder before it, and the only outcomes that it may have."""

    name: str
    arguments: list
    folder: object
    before: dict
    once: dict
    twice: dict
    answers: list
    """For each reader, what it may answer: as before the command, or as after it."""

    @classmethod
    def of(cls, campaign, folder, name, arguments):
        after = campaign.new_folder()
        copy(folder, after)
        old = [campaign.run(reader, after).told() for reader in READERS]
        campaign.must(arguments, after)
        new = [campaign.run(reader, after).told() for reader in READERS]
        once = tree(after)
        campaign.must(arguments, after)
        return cls(name, arguments, folder, tree(folder), once, tree(after), list(zip(old, new)))

    def judge(self, campaign, row, folder, what):
        """Looks at a folder in which the command was stopped: what is there, what readers say, and whether the
        same command then ends as if nothing had happened."""
        what = f"{self.name}, {what}"
        for name, found in tree(folder).items():
            known = self.before.get(name), self.once.get(name)
            if name.startswith("out/") and "/." not in name and found not in known:
                row.blame("wrong answers", f"{what}: {name} is neither the old file nor the new one")
        for reader, known in zip(READERS, self.answers):
            answer = campaign.run(reader, folder)
            if row.hold_to_manners(answer, what) and answer.told() not in known:
                row.blame("wrong answers", f"{what}: {answer}: {answer.out[:200]!r}")
        again = campaign.run(self.arguments, folder)
        if not row.hold_to_manners(again, what):
            return
        if again.code != 0:
            row.blame("losses", f"{what}: the next command fails: {again}")
            return
        found = tree(folder)
        differing = min((differences(found, end) for end in (self.once, self.twice)), key=len)
        extra = [name for name in differing if name not in self.once and name not in self.twice]
        if extra:
            row.blame("left-overs", f"{what}: {extra}")
        elif differing:
            row.blame("losses", f"{what}: after the next command, these differ: {differing}")
