"""Little memory, few threads, long texts; and nothing that leaves the machine."""

import os
import shutil

from state import CHECK, EXTRACT, REPORT, index, prepare
from trials import copy, differences, tree

SIMILAR = ["similar", "cost of remittances", "--index", "idx"]
COMMANDS = {"similar": SIMILAR, "index": index("b.jsonl", "idx"), "report": REPORT, "check": CHECK, "extract": EXTRACT}

MEGABYTE = 1_000_000


def memory(campaign, row):
    """Every command with less and less memory: the right answer, or an error in words and exit code 2."""
    folder = prepare(campaign)
    least = least_memory(campaign, folder)
    steps = [least + step * MEGABYTE for step in campaign.amount((5, 30, 120, 600), range(1, 700, 9))]
    row.notes.append(f"from {least // MEGABYTE} MB, with which the program just starts")
    if has_default_model(campaign, folder):
        full = {**COMMANDS, "similar, default model": ["similar", "cost of remittances", "--index", "deep"]}
        campaign.must(["index", "a.jsonl", "--index", "deep"], folder)
    else:
        full = COMMANDS
        row.notes.append("without the default model, which is not here")
    expected = {name: finished(campaign, folder, command) for name, command in full.items()}

    def trial(item):
        name, n_bytes = item
        limit = ["prlimit", f"--as={n_bytes}"]
        what = f"{name} with {n_bytes / MEGABYTE:.0f} MB"
        right_or_refused(campaign, row, folder, full[name], limit, expected[name], what)

    campaign.each([(name, n_bytes) for name in full for n_bytes in steps], trial)


def finished(campaign, folder, command):
    """What a command prints, and the folder after it."""
    work = campaign.new_folder()
    copy(folder, work)
    return campaign.must(command, work).out, tree(work)


def right_or_refused(campaign, row, folder, command, before, expected, what):
    """Runs the command under a limit: it does what it does without one, or says what it lacks."""
    row.tried()
    work = campaign.new_folder()
    copy(folder, work)
    answer = campaign.run(command, work, before=before)
    if row.hold_to_manners(answer, what) and answer.code == 0:
        out, files = expected
        if answer.out != out or differences(tree(work), files):
            row.blame("wrong answers", f"{what}: {answer}")
    shutil.rmtree(work)


def least_memory(campaign, folder):
    """The address space with which the program just starts; with less, the system itself ends it."""
    low, high = 1, 4096
    while low < high:
        middle = (low + high) // 2
        limit = ["prlimit", f"--as={middle * MEGABYTE}"]
        if campaign.run(["--version"], folder, before=limit).code == 0:
            high = middle
        else:
            low = middle + 1
    return low * MEGABYTE


def has_default_model(campaign, folder):
    """Whether ONNX Runtime is here already: no trial downloads it."""
    answer = campaign.run(["doctor", "--format", "json"], folder)
    return answer.code == 0


def threads(campaign, row):
    """The system starts no thread from the first, second ... on."""
    folder = prepare(campaign)
    commands = dict(COMMANDS)
    if has_default_model(campaign, folder):
        commands["index, default model"] = ["index", "a.jsonl", "--index", "deep"]
    expected = {name: finished(campaign, folder, command) for name, command in commands.items()}
    flags = [[], ["--threads", "1"], ["--threads", "3"], ["--threads", "65535"]]
    firsts = campaign.amount((1, 2, 3, 5), range(1, 71))
    trials = [(name, more, first) for name in commands for more in flags for first in firsts]
    trials = campaign.sample(trials, 60, row.name)

    def trial(item):
        name, more, first = item
        inject = f"inject=clone,clone3:error=EAGAIN:when={first}+"
        strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=clone,clone3", "-e", inject]
        what = f"{name} {more}, no thread from number {first} on"
        command = [*commands[name], *more]
        right_or_refused(campaign, row, folder, command, strace, expected[name], what)

    campaign.each(trials, trial)


def statements(n):
    listed = (f"- States should reduce the cost of remittances to {i} per cent by {2000 + i}.\n" for i in range(n))
    return "# Recommendations\n\n" + "".join(listed)


LONG = {
    "hyphens": lambda n: "States should act.\n" + "gov-" * (4 * n),
    "asterisks": lambda n: "States should act " + "*" * (16 * n) + " now.\n",
    "list items": lambda n: "The Board recommends that Members:\n\n" + "(a) act on the roads;\n" * n,
    "sentences": lambda n: "States should act on the roads. " * n,
    "footnotes": lambda n: "".join(f"A word[{i}] on it.\n\n{i} See the report, p. {i}.\n\n" for i in range(n // 4)),
    "contents": lambda n: "".join(f"{i}. Chapter .......... {i}\n" for i in range(n)) + "\nStates should act.\n",
    "indented lists": lambda n: "".join(" " * (i % 200) + "- States should act\n" for i in range(n // 2)),
}
"""Texts that took, or could take, the square of their length; `n` is a measure of it."""

HTML = {
    "attributes": lambda n: "<p " + " ".join(f"a{i}=1" for i in range(n)) + ">x</p>",
    "quoted attributes": lambda n: "<p " + " ".join(f'a{i}="1"' for i in range(n)) + ">x</p>",
    "nested": lambda n: "<div><ul><li>" * n,
    "unclosed": lambda n: "<b><i>" * n + "</p>" * n,
    "cells": lambda n: "<table><tr>" + "<td>a</td>" * n + "</tr></table>",
}


def pdf(n):
    """A PDF of many pages with one line each."""
    n_pages = n // 8
    text = "BT /F1 12 Tf 50 700 Td (States should act.) Tj ET"
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 3 0 R/Resources<</Font<</F1 4 0 R>>>>>>"
    kids = " ".join(f"{number + 5} 0 R" for number in range(n_pages))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {n_pages}>>",
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *[page] * n_pages,
    ]
    parts, table, at = [], [], len("%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        parts.append(f"{number} 0 obj\n{content}\nendobj\n")
        table.append(f"{at:010} 00000 n \n")
        at += len(parts[-1])
    size = len(objects) + 1
    head = f"xref\n0 {size}\n0000000000 65535 f \n"
    trailer = f"trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF"
    return "".join(["%PDF-1.4\n", *parts, head, *table, trailer])


def growth(campaign, row):
    """Four times the input may take four times as long, and not sixteen times. Processor time is measured, which
    other programs disturb less; times up to a tenth of a second say nothing."""
    folder = prepare(campaign)
    n = campaign.amount(4_000, 10_000)
    cases = {}
    for ending in ("txt", "md"):
        for name, text in LONG.items():
            cases[f"{ending}, {name}"] = (ending, lambda n, text=text: f"A report\n\nRecommendations\n\n{text(n)}")
    cases["pdf, pages"] = ("pdf", pdf)
    for name, body in HTML.items():
        head = "<p>Recommendations</p><p>States should act.</p>"
        cases[f"html, {name}"] = ("html", lambda n, head=head, body=body: head + body(n))
    extract = ["extract", "long", "-q", "--agency", "X", "-o", "long.jsonl", "--overwrite"]
    check = ["check", "long", "--all", "--index", "idx", "--format", "html", "-o", "long.html"]
    cases = {name: (ending, text, extract, n) for name, (ending, text) in cases.items()}
    cases["a draft of statements nearly alike"] = ("md", statements, check, n // 16)
    slowest = (0.0, "")
    for name, (ending, text, command, n) in cases.items():
        row.tried()
        times = []
        for size in (n, 4 * n):
            file = f"long.{ending}"
            (folder / file).write_text(text(size), newline="\n")
            arguments = [file if word == "long" else word for word in command]
            times.append(seconds_of(campaign, row, arguments, folder, name))
        ratio = times[1] / max(times[0], 0.1)
        slowest = max(slowest, (ratio, f"{name}: {times[0]:.2f} s, four times as long {times[1]:.2f} s"))
        if ratio > 8:
            row.blame("hangs", f"{name}: four times the input takes {times[1]:.2f} s after {times[0]:.2f} s")
    row.notes.append(f"the steepest: {slowest[1]}")


def seconds_of(campaign, row, arguments, folder, what):
    """Processor time of one run."""
    before = os.times()
    answer = campaign.run(arguments, folder)
    after = os.times()
    row.hold_to_manners(answer, what, (0,))
    return after.children_user + after.children_system - before.children_user - before.children_system


def network(campaign, row):
    """Every command under strace: no socket but those within this machine."""
    folder = prepare(campaign)
    commands = [*COMMANDS.values(), *([name, "--index", "idx"] for name in ("themes", "pairs", "gaps"))]
    if has_default_model(campaign, folder):
        commands += [["doctor"], ["index", "a.jsonl", "--index", "deep"], ["similar", "cost", "--index", "deep"]]
    for command in commands:
        row.tried()
        log = campaign.folder / "network.log"
        answer = campaign.run(command, folder, before=["strace", "-f", "-qq", "-o", log, "-e", "trace=%network"])
        row.hold_to_manners(answer, "under strace", (0, 1))
        opened = [line for line in log.read_text().splitlines() if "socket(" in line and "AF_UNIX" not in line]
        if opened:
            row.blame("losses", f"{answer} opens a socket to elsewhere: {opened}")
