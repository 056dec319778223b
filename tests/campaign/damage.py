"""Sixteen kinds of damage to each file of an index, and what every command then says."""

import os
import shutil

from state import index, prepare, theme
from trials import copy, differences, tree

READERS = {
    "similar": ["similar", "cost of remittances", "--index", "idx", "--format", "json"],
    "pairs": ["pairs", "--index", "idx", "--format", "jsonl"],
    "themes": ["themes", "--index", "idx", "--format", "json"],
    "gaps": ["gaps", "--index", "idx", "--format", "json"],
    "diff": ["diff", "idx", "sound", "--format", "json"],
    "report": ["report", "--index", "idx", "-o", "-", "--format", "json"],
    "check": ["check", "draft.md", "--index", "idx", "--format", "json"],
    "eval": ["eval", "pairs", "--gold", "pairs.jsonl", "--index", "idx", "--format", "json"],
    "doctor": ["doctor", "--index", "idx", "--format", "json"],
}

DECISIONS = "decisions.json"
"""The one file that people may edit: commands that read answer without it, and say that it changed."""


def flip(bytes_, at):
    changed = bytearray(bytes_)
    changed[at] ^= 1
    return bytes(changed)


def kinds(random, other, neighbour):
    """Every kind of damage: a name, and what it does with the path and the bytes of a file. `other` holds the same
    file of another index, `neighbour` another file of this one."""

    def write(change):
        return lambda path, old: path.write_bytes(change(old))

    def instead(make):
        def damage(path, _):
            path.unlink()
            make(path)

        return damage

    return {
        "empty": write(lambda old: b""),
        "cut in half": write(lambda old: old[: len(old) // 2]),
        "one byte less": write(lambda old: old[:-1]),
        "one byte more": write(lambda old: old + b"\n"),
        "twice": write(lambda old: old + old),
        "first bit": write(lambda old: flip(old, 0)),
        "middle bit": write(lambda old: flip(old, len(old) // 2)),
        "last bit": write(lambda old: flip(old, len(old) - 1)),
        "zeros": write(lambda old: bytes(len(old))),
        "noise": write(lambda old: random.randbytes(len(old))),
        "of another index": write(lambda old: other),
        "another file": write(lambda old: neighbour),
        "gone": instead(lambda path: None),
        "a folder": instead(lambda path: path.mkdir()),
        "a pipe": instead(lambda path: os.mkfifo(path)),
        "a link to itself": instead(lambda path: path.symlink_to(path.name)),
    }


def of_every_file(campaign, row):
    folder = prepare(campaign)
    # Old results are of no use here, and copying them takes time.
    shutil.rmtree(folder / "out")
    copy(folder / "idx", folder / "sound")
    campaign.must(index("b.jsonl", "other"), folder)
    writers = {
        "index": index("a.jsonl", "idx"),
        "decision": ["themes", "rename", theme(campaign, folder), "Sending money home", "--index", "idx"],
    }
    sound = {name: campaign.run(command, folder) for name, command in READERS.items()}
    files = sorted(path for path in (folder / "idx").iterdir() if path.is_file())
    random = campaign.random("damage")
    trials = []
    for number, path in enumerate(files):
        twin = folder / "other" / path.name
        other = twin.read_bytes() if twin.is_file() else b"{}"
        neighbour = files[number - 1].read_bytes()
        for kind, damage in kinds(random, other, neighbour).items():
            trials.extend((path.name, kind, damage, command) for command in [*READERS, *writers])
    n_all = len(trials)
    trials = campaign.sample(trials, 250, row.name)
    row.notes.append(f"{len(files)} files, 16 kinds, {len(READERS) + len(writers)} commands: {len(trials)} of {n_all}")

    def trial(item):
        name, kind, damage, command = item
        row.tried()
        work = campaign.new_folder()
        copy(folder, work)
        path = work / "idx" / name
        old = path.read_bytes()
        damage(path, old)
        if path.is_file() and path.read_bytes() == old:
            return
        what = f"{name}: {kind}"
        if command in READERS:
            read(campaign, row, work, name, what, command, sound)
        else:
            write(campaign, row, work, name, what, writers[command], sound)
        shutil.rmtree(work)

    campaign.each(trials, trial)


def read(campaign, row, work, name, what, command, sound):
    """A command that reads gives the right answer or none, names what is wrong, and changes nothing."""
    before = tree(work)
    answer = campaign.run(READERS[command], work)
    if row.hold_to_manners(answer, what):
        is_right = answer.told() == sound[command].told()
        is_refused = answer.code == 2 and not answer.out and "idx" in answer.err
        is_found = command == "doctor" and (answer.code == 1 or name == DECISIONS)
        if not (is_right or is_refused or is_found):
            row.blame("wrong answers", f"{what}: {answer}: {answer.out[:200]!r}")
    changed = differences(tree(work), before)
    if changed:
        row.blame("losses", f"{what}: `{command}` changed {changed}")


def write(campaign, row, work, name, what, command, sound):
    """A command that writes mends the index or refuses and changes nothing. The user's own file stays."""
    before = tree(work)
    answer = campaign.run(command, work)
    if not row.hold_to_manners(answer, what):
        return
    if answer.code != 0:
        # Whoever takes the lock makes its file.
        changed = [name for name in differences(tree(work), before) if not name.endswith(".lock")]
        if changed:
            row.blame("losses", f"{what}: {answer} changed {changed}")
        return
    if (work / "idx/notes/thesis.txt").read_text() != "mine":
        row.blame("losses", f"{what}: the user's own file is gone")
    left = [name for name in tree(work) if name.startswith(".idx.") and not name.endswith(".lock")]
    if left:
        row.blame("left-overs", f"{what}: {left}")
    if command[0] == "index" and name not in (DECISIONS, "themes.json"):
        # Names and ids of themes are in these two files, and nowhere else.
        for reader in ("similar", "pairs", "themes"):
            now = campaign.run(READERS[reader], work)
            if now.told() != sound[reader].told():
                row.blame("wrong answers", f"{what}, mended: {now}: {now.out[:200]!r}")
