"""``python -m concord_recs`` is the ``concord`` program, also where another ``concord`` is first on the path."""

import os
import subprocess
import sys

from ._run import program


def main() -> None:
    command = [str(program()), *sys.argv[1:]]
    if os.name == "posix":
        os.execv(command[0], command)
    sys.exit(subprocess.call(command))


if __name__ == "__main__":
    main()
