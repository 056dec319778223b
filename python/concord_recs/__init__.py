"""Concord from Python: which recommendations of many agencies ask for the same thing.

Every function runs the ``concord`` program of this package and returns its JSON as a pandas ``DataFrame``.
Nothing leaves the machine. ``index`` is always a folder that ``concord index`` or :func:`build` wrote;
``None`` is the corpus that comes with the program, which is indexed on first use.

    >>> import concord_recs as cr
    >>> cr.similar("portability of social security", k=3)[["agency", "probability", "relation"]]
"""

from ._api import build, check, extract, gaps, pairs, recommendations, similar, themes, vectors
from ._run import ConcordError, program, run

__all__ = [
    "ConcordError",
    "build",
    "check",
    "extract",
    "gaps",
    "pairs",
    "program",
    "recommendations",
    "run",
    "similar",
    "themes",
    "vectors",
]
