"""Commands that are stopped while they write: killed at random moments and at every system call that changes the
disk, and failed by a full disk and by a broken one."""

import os
import re
import shutil
import signal
import subprocess
import time

from state import Act, acts, prepare
from trials import copy, environment, stopwatch

CALLS = (
    "write pwrite64 writev copy_file_range sendfile ftruncate fchmod fsync fdatasync mkdir mkdirat link linkat "
    "rename renameat renameat2 unlink unlinkat rmdir"
).split()
"""System calls that change what lies on the disk, or wait until it does."""

NEED_NO_ROOM = ("fchmod", "ftruncate", "unlink", "unlinkat", "rmdir", "sendfile")

ERRORS = {"ENOSPC": [call for call in CALLS if call not in NEED_NO_ROOM], "EIO": CALLS}
"""Which calls fail on a full disk, and which on a broken one."""


def ready(campaign):
    folder = prepare(campaign)
    return [Act.of(campaign, folder, name, command) for name, command in acts(campaign, folder).items()]


def at_random_moments(campaign, row):
    """`kill -9` at a moment drawn from the time that the command takes."""
    ready_acts = ready(campaign)
    random = campaign.random("moments")
    times = {act.name: duration(campaign, act) for act in ready_acts}
    trials = []
    for number in range(campaign.amount(21, 210)):
        act = ready_acts[number % len(ready_acts)]
        trials.append((number, act, random.random() * times[act.name]))

    def trial(item):
        number, act, moment = item
        row.tried()
        folder = fresh(campaign, act)
        process = subprocess.Popen(
            [campaign.program, *act.arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        act.judge(campaign, row, folder, f"killed after {moment * 1000:.1f} ms (trial {number})")
        shutil.rmtree(folder)

    campaign.each(trials, trial)


def duration(campaign, act):
    clock = stopwatch()
    campaign.must(act.arguments, fresh(campaign, act))
    return clock()


def fresh(campaign, act):
    folder = campaign.new_folder()
    copy(act.folder, folder)
    return folder


def killed_at_calls(campaign, row):
    """SIGKILL instead of the first, second ... such call, until the command ends without it."""
    by_injection(campaign, row, {call: ["signal=SIGKILL"] for call in CALLS})


def failed_calls(campaign, row):
    """An error instead of each call: the disk is full, or broken."""
    faults = {}
    for error, calls in ERRORS.items():
        for call in calls:
            faults.setdefault(call, []).append(f"error={error}")
    by_injection(campaign, row, faults)


def by_injection(campaign, row, faults):
    trials = []
    for act in ready(campaign):
        for call, n_calls in calls_of(campaign, act).items():
            for fault in faults.get(call, ()):
                trials.extend((act, call, fault, number) for number in range(1, n_calls + 1))
    n_all = len(trials)
    trials = campaign.sample(trials, 90, row.name)
    missed = []

    def trial(item):
        act, call, fault, number = item
        row.tried()
        folder = fresh(campaign, act)
        log = campaign.folder / f"{folder.name}.log"
        inject = f"inject={call}:{fault}:when={number}"
        strace = ["strace", "-f", "-qq", "-o", log, "-e", f"trace={call}", "-e", inject]
        answer = campaign.run(act.arguments, folder, before=strace)
        what = f"{fault} at {call} number {number}"
        if "INJECTED" not in log.read_text() and answer.code != -signal.SIGKILL:
            missed.append(what)
        if "SIGKILL" not in fault:
            # A message that cannot be written to stderr leaves no line of error.
            lost = answer.code == 2 and re.search(r"write\(2.*INJECTED", log.read_text())
            if not lost:
                row.hold_to_manners(answer, f"{act.name}, {what}")
        act.judge(campaign, row, folder, what)
        shutil.rmtree(folder)
        os.unlink(log)

    campaign.each(trials, trial)
    row.notes.append(f"{len(trials) - len(missed)} stopped, of {n_all} calls")


def calls_of(campaign, act):
    """How often the command makes each of the calls; strace counts those of each thread apart."""
    folder = fresh(campaign, act)
    log = campaign.folder / "calls.log"
    known = ",".join(f"?{call}" for call in CALLS)
    before = ["strace", "-f", "-qq", "-o", log, "-e", f"trace={known}"]
    answer = campaign.run(act.arguments, folder, before=before)
    if answer.code != 0:
        raise SystemExit(f"error: cannot trace {answer}")
    counts = {}
    for line in log.read_text().splitlines():
        match = re.match(r"(\d+)\s+(\w+)\(", line)
        if match:
            counts[match.groups()] = counts.get(match.groups(), 0) + 1
    most = {}
    for (_, call), n_calls in counts.items():
        most[call] = max(most.get(call, 0), n_calls)
    return {call: most[call] for call in CALLS if call in most}
