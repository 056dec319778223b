"""What the parts of the campaign share: folders, runs of the program, and the table of what came of them."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HASHING = "concord/hashing"
"""The model that needs no runtime: with it, a run takes a few hundredths of a second."""

FAULTS = ("wrong answers", "losses", "crashes", "hangs", "left-overs")
"""
What counts against the program:
an answer (or a file) that is neither the old one nor the new one;
something of the user's that is gone or changed, or that the next command cannot mend;
an end by a signal, another exit code than 0, 1 and 2, the text of a panic, or an error without a line that says so;
a run that does not end;
a file that is still there after the next command that writes.
"""

LIMIT_S = 60
"""A run that takes longer hangs; the slowest sound one takes some seconds on a busy machine."""

PANIC = ("panicked", "internal error", "RUST_BACKTRACE", "stack overflow", "fatal runtime error")

CORES = os.cpu_count() or 1


@dataclass
class Answer:
    """What a run came to. `code` is negative for a signal, `None` if the run was ended because it hung."""

    arguments: list
    code: int | None
    out: bytes
    err: str

    def told(self):
        """What a user sees of it: the exit code and stdout."""
        return self.code, self.out

    def __str__(self):
        words = " ".join(str(word) for word in self.arguments)
        return f"`{words}` ended with {self.code}: {self.err.strip()[:400]!r}"


@dataclass
class Row:
    """A row of the table: what was tried, how often, and everything that went wrong."""

    name: str
    n_trials: int = 0
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tried(self):
        with self.lock:
            self.n_trials += 1

    def blame(self, kind, why):
        """Counts a fault; `kind` is one of `FAULTS`."""
        assert kind in FAULTS, kind
        with self.lock:
            self.faults.append((kind, why))

    def count(self, kind):
        return sum(1 for found, _ in self.faults if found == kind)

    def hold_to_manners(self, answer, what, codes=(0, 1, 2)):
        """Blames a run that hung, crashed, or failed without a line of error. True if it did none of these."""
        if answer.code is None:
            self.blame("hangs", f"{what}: {answer}")
        elif answer.code not in codes or any(sign in answer.err for sign in PANIC):
            self.blame("crashes", f"{what}: {answer}")
        elif answer.code == 2 and not any(line.startswith("error: ") for line in answer.err.splitlines()):
            self.blame("crashes", f"{what}: {answer}")
        else:
            return True
        return False


class Campaign:
    """Everything that a part needs: the program, the seed, how much to try, and the table."""

    def __init__(self, program, seed, quick, repository):
        self.program = Path(program).resolve()
        self.seed = seed
        self.quick = quick
        self.repository = Path(repository)
        self.folder = Path(tempfile.mkdtemp(prefix="concord-campaign-"))
        self.rows = []
        self._n_folders = 0
        self._lock = threading.Lock()

    def row(self, name):
        row = Row(name)
        self.rows.append(row)
        return row

    def random(self, name):
        """A source of random numbers of its own for each part, so that parts can run alone."""
        return random.Random(f"{self.seed} {name}")

    def amount(self, quick, full):
        return quick if self.quick else full

    def sample(self, items, quick, name):
        """`items`, or in a quick run as many of them as `quick`, drawn by the seed."""
        items = list(items)
        if not self.quick or len(items) <= quick:
            return items
        return self.random(name).sample(items, quick)

    def new_folder(self):
        with self._lock:
            self._n_folders += 1
            number = self._n_folders
        path = self.folder / str(number)
        path.mkdir()
        return path

    def each(self, items, trial):
        """Calls `trial(item)` for each item, as many at once as there are cores."""
        with ThreadPoolExecutor(CORES) as pool:
            for _ in pool.map(trial, items):
                pass

    def run(self, arguments, folder, before=(), limit=LIMIT_S, stdin=b"", env=None):
        """Runs the program in `folder` and waits. `before` is a command that runs it, such as strace."""
        command = [*before, self.program, *arguments]
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(env),
            start_new_session=True,
        )
        try:
            out, err = process.communicate(stdin, timeout=limit)
            code = process.returncode
        except subprocess.TimeoutExpired:
            # The whole group: strace would leave the program behind.
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            code = None
        return Answer(["concord", *arguments], code, out, err.decode("utf-8", "replace"))

    def must(self, arguments, folder):
        """Runs the program to prepare a trial. If that fails, the campaign cannot go on."""
        answer = self.run(arguments, folder)
        if answer.code != 0:
            raise SystemExit(f"error: cannot prepare the campaign: {answer}")
        return answer


def environment(more=None):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_INDEX")}
    return {**kept, "COLUMNS": "110", "RUST_BACKTRACE": "0", **(more or {})}


def tree(folder):
    """Everything below `folder`: the bytes of each file, where each link leads, `None` for a folder."""
    found = {}
    for above, folders, files in os.walk(folder):
        for name in folders + files:
            path = Path(above) / name
            key = str(path.relative_to(folder))
            if path.is_symlink():
                found[key] = ("link", os.readlink(path))
            elif path.is_dir():
                found[key] = None
            elif path.is_file():
                found[key] = path.read_bytes()
            else:
                found[key] = "neither a file nor a folder"
    return found


def differences(found, expected):
    """The names that two trees do not share or do not hold alike."""
    names = sorted(found.keys() | expected.keys())
    absent = object()
    return [name for name in names if found.get(name, absent) != expected.get(name, absent)]


def copy(source, target):
    """Copies a folder, with its links and the right to run in it."""
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


TWELVE = [
    ("A-1", "Alpha", "States should reduce the cost of sending remittances to three per cent."),
    ("A-2", "Alpha", "Ratify the convention on the rights of migrant workers."),
    ("A-3", "Alpha", "Publish yearly figures on deaths at sea."),
    ("B-1", "Beta", "Governments should cut the cost of remittances for migrant families."),
    ("B-2", "Beta", "Train border guards in the rights of children."),
    ("B-3", "Beta", "Recognise skills and qualifications."),
    ("C-1", "Gamma", "Lower the cost of remittances by opening postal networks to them."),
    ("C-2", "Gamma", "All states should ratify the convention on migrant workers' rights."),
    ("D-1", "Delta", "Recognise the skills and qualifications of migrant nurses."),
    ("D-2", "Delta", "Border guards need training in the rights of children."),
    ("E-1", "Epsilon", "Skills and qualifications of migrants should be recognised by employers."),
    ("E-2", "Epsilon", "Keep a register of vaccination for people who move with seasons."),
]


def corpus(change=lambda text: text):
    """Twelve recommendations of five agencies on four subjects, as lines of JSON."""
    return lines({"id": id, "agency": agency, "text": change(text)} for id, agency, text in TWELVE)


def stopwatch():
    start = time.monotonic()
    return lambda: time.monotonic() - start
