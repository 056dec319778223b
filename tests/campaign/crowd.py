"""Two writers and twenty readers of one index, all at once."""

import threading
import time

from state import index, prepare, theme

PAIRS = ["pairs", "--index", "idx", "--format", "jsonl"]
THEMES = ["themes", "--index", "idx", "--format", "json"]


def writers_and_readers(campaign, row):
    """One writer builds the index of one corpus and of the other in turn; the second renames a theme. A reader
    may only see one of the two corpora, and the last name that was given must be there at the end."""
    seconds = campaign.amount(8, 60)
    folder = prepare(campaign)
    corpora = ("b.jsonl", "a.jsonl")
    known = set()
    for records in corpora:
        campaign.must(index(records, "idx"), folder)
        known.add(campaign.must(PAIRS, folder).out)
    assert len(known) == 2, "the two corpora have the same pairs"
    named = theme(campaign, folder)
    end = time.monotonic() + seconds
    counts = {"built": 0, "renamed": 0, "refused": 0, "read": 0}
    lock = threading.Lock()
    last = []

    def count(what):
        with lock:
            counts[what] += 1

    def write(command, what):
        row.tried()
        answer = campaign.run(command, folder)
        if not row.hold_to_manners(answer, "a writer among others", (0, 2)):
            return False
        is_locked = "another process is writing" in answer.err
        if answer.code == 2 and not is_locked:
            row.blame("losses", f"a writer among others: {answer}")
        count("refused" if answer.code else what)
        return answer.code == 0

    def build():
        number = 0
        while time.monotonic() < end:
            number += 1
            write(index(corpora[number % 2], "idx"), "built")

    def rename():
        number = 0
        while time.monotonic() < end:
            number += 1
            name = f"Name {number}"
            if write(["themes", "rename", named, name, "--index", "idx"], "renamed"):
                last[:] = [name]

    def read():
        while time.monotonic() < end:
            row.tried()
            answer = campaign.run(PAIRS, folder)
            count("read")
            if row.hold_to_manners(answer, "a reader among writers") and (answer.code or answer.out not in known):
                row.blame("wrong answers", f"a reader among writers: {answer}: {answer.out[:200]!r}")

    threads = [threading.Thread(target=work) for work in [build, rename, *[read] * 20]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    themes = campaign.must(THEMES, folder).out.decode()
    if not last or f'"{last[0]}"' not in themes:
        row.blame("losses", f"the last name of the theme, {last}, is gone")
    row.notes.append(f"{seconds} s: " + ", ".join(f"{n} {what}" for what, n in counts.items()))
