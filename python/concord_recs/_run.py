"""Finds the ``concord`` program that was installed with this package, and runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Optional, Union

PathLike = Union[str, "os.PathLike[str]"]


class ConcordError(RuntimeError):
    """The program failed. The message is the one that it prints: what is wrong, where, and the remedy."""


def program() -> Path:
    """The path of the program.

    Raises:
        FileNotFoundError: it is in none of the folders into which pip installs programs.
    """
    name = "concord.exe" if os.name == "nt" else "concord"
    user = sysconfig.get_preferred_scheme("user") if hasattr(sysconfig, "get_preferred_scheme") else None
    folders = [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]
    if user:
        folders.append(sysconfig.get_path("scripts", scheme=user))
    # `pip install --target FOLDER` puts programs into FOLDER/bin.
    folders.append(str(Path(__file__).resolve().parent.parent / "bin"))
    for folder in folders:
        path = Path(folder) / name
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"{name} is not in {', '.join(folders)}; install it again: python -m pip install --force-reinstall concord-recs"
    )


def run(arguments: Iterable[PathLike], text: Optional[str] = None) -> str:
    """Runs ``concord`` with ``arguments`` and returns what it prints on stdout.

    ``text`` is given to it on stdin.

    Raises:
        ConcordError: it ended with status 2 or by a signal. Status 1 (done, and the answer is no) is no error.
    """
    command = [str(program()), *map(os.fspath, arguments), "--quiet"]
    done = subprocess.run(command, input=text or "", capture_output=True, encoding="utf-8")
    if done.returncode not in (0, 1):
        raise ConcordError(done.stderr.strip() or f"concord ended with status {done.returncode}")
    return done.stdout
