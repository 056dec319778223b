"""The commands as functions."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ._run import ConcordError, PathLike, run

if TYPE_CHECKING:
    import numpy
    import pandas

# The folder that the program itself uses without `--index`.
_SHIPPED = "index/hld-2013"


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pandas.DataFrame:
    """A frame with ``columns`` first and in this order, also if there are no rows."""
    try:
        import pandas
    except ImportError as error:
        raise ImportError('pandas is missing: python -m pip install "concord-recs[frames]"') from error
    frame = pandas.DataFrame(list(rows))
    rest = [name for name in frame.columns if name not in columns]
    return frame.reindex(columns=[*columns, *rest])


def _options(**given: Any) -> list[str]:
    """Options as the command line has them: ``True`` is the bare option, a sequence repeats it."""
    options: list[str] = []
    for name, value in given.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            options.append(option)
            continue
        many = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        options += [f"{option}={os.fspath(one) if isinstance(one, os.PathLike) else one}" for one in many]
    return options


def build(corpus: PathLike, index: PathLike, **options: Any) -> Path:
    """Builds ``index`` from a corpus folder or a file of recommendations (.jsonl, .csv, .xlsx).

    ``options`` are those of ``concord index``: ``agency="Ombudsman"``, ``map=["text=Recommendation"]``.
    Indexing again embeds only what changed.

    Returns: the index folder. Raises: ConcordError with file, line and remedy.
    """
    run(["index", corpus, *_options(index=index, **options)])
    return Path(index)


def similar(
    query: Union[str, Sequence[str]],
    *,
    k: int = 10,
    index: Optional[PathLike] = None,
    **filters: Any,
) -> pandas.DataFrame:
    """The ``k`` recommendations nearest to each query, best first.

    One row a result: ``query``, ``rank``, ``id``, ``agency``, ``document``, ``text``, ``probability`` (that
    an analyst sees the same request in both, 0 to 1), ``relation`` (duplicate, overlap, related, none) and
    ``cosine`` (-1 to 1). ``filters`` are those of ``concord similar``: ``agency="ILO"``, ``cross_agency=True``,
    ``year=2013``, ``min_probability=0.5``.
    """
    queries = [query] if isinstance(query, str) else list(query)
    lines = "".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(queries))
    if not queries:
        return _frame([], ["query"])
    out = run(["similar", "--batch=-", f"--k={k}", *_options(index=index, **filters)], lines)
    rows = []
    for answer in map(json.loads, out.splitlines()):
        text = queries[int(answer["query"]["id"])]
        rows += [{"query": text, **result} for result in answer["results"]]
    return _frame(rows, ["query", "rank", "id", "agency", "document", "text", "probability", "relation", "cosine"])


def pairs(*, index: Optional[PathLike] = None, **filters: Any) -> pandas.DataFrame:
    """All linked pairs of an index, the most probable first.

    ``filters``: ``cross_agency=True``, ``min_probability=0.5``, ``max_probability=0.9``.
    """
    out = run(["pairs", "--format=jsonl", *_options(index=index, **filters)])
    return _frame([json.loads(line) for line in out.splitlines()], ["a", "b", "probability", "relation"])


def themes(*, index: Optional[PathLike] = None, grain: str = "theme") -> pandas.DataFrame:
    """The members of all themes, one row each: ``theme`` (its id), ``label``, ``id``, ``agency``, ``text``,
    ``weight`` (0 to 1). A recommendation may be in several themes.

    ``grain``: "broad", "theme" or "fine". ``themes().groupby("label").agency.nunique()`` counts agencies.
    """
    answer = json.loads(run(["themes", "--format=json", f"--grain={grain}", *_options(index=index)]))
    own = recommendations(index=index).set_index("id")
    rows = []
    for theme in answer["themes"]:
        for member in theme["members"]:
            known = own.loc[member["id"]]
            row = {"theme": theme["id"], "label": theme["label"], "id": member["id"]}
            rows.append({**row, "agency": known["agency"], "text": known["text"], **member})
    return _frame(rows, ["theme", "label", "id", "agency", "text", "weight"])


def gaps(*, index: Optional[PathLike] = None) -> dict[str, Any]:
    """What only one agency asks for, what nobody takes up, and who is silent, as ``concord gaps`` prints it."""
    answer: dict[str, Any] = json.loads(run(["gaps", "--format=json", *_options(index=index)]))
    return answer


def check(
    draft: Optional[PathLike] = None,
    *,
    text: Optional[str] = None,
    index: Optional[PathLike] = None,
    **options: Any,
) -> pandas.DataFrame:
    """Compares a draft with the existing recommendations, one row a statement of the draft.

    ``draft`` is the path of a text, Markdown, HTML, Word or PDF file; ``text`` is a draft at hand instead.
    Columns: ``text``, ``relation`` (duplicate, overlap, related, new), ``probability``, ``opposite`` (it
    contradicts an existing one), ``nearest`` (id), ``nearest_agency``, ``nearest_text``, ``matches``.
    """
    if (draft is None) == (text is None):
        raise ConcordError("name either a file or a text")
    source = "-" if draft is None else draft
    answer = json.loads(run(["check", source, "--format=json", *_options(index=index, **options)], text))
    rows = []
    for statement in answer["statements"]:
        best: dict[str, Any] = next(iter(statement["matches"]), {})
        near = {"nearest": best.get("id"), "nearest_agency": best.get("agency"), "nearest_text": best.get("text")}
        rows.append({**statement, **near})
    columns = ["text", "relation", "probability", "opposite", "nearest", "nearest_agency", "nearest_text"]
    return _frame(rows, columns)


def extract(*documents: PathLike, **options: Any) -> pandas.DataFrame:
    """The recommendations in documents (text, Markdown, HTML, Word, PDF, tables), in their order.

    ``options`` are those of ``concord extract``: ``agency="Ombudsman"``, ``year=2024``, ``what="challenges"``.
    """
    if not documents:
        raise ConcordError("name at least one document")
    out = run(["extract", *documents, "--format=jsonl", *_options(**options)])
    return _frame([json.loads(line) for line in out.splitlines()], ["id", "agency", "document", "text"])


def recommendations(*, index: Optional[PathLike] = None) -> pandas.DataFrame:
    """All recommendations of an index, in the order of its vectors."""
    path = _folder(index) / "recommendations.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    return _frame([json.loads(line) for line in lines], ["id", "agency", "document", "text"])


def vectors(*, index: Optional[PathLike] = None) -> numpy.ndarray:
    """The embeddings of an index, recommendations x dimensions, unit length, in the order of
    :func:`recommendations`; for BERTopic, DataMapPlot and the like."""
    import numpy

    matrix: numpy.ndarray = numpy.load(_folder(index) / "vectors.npy", allow_pickle=False)
    return matrix


def _folder(index: Optional[PathLike]) -> Path:
    """The index folder; the shipped corpus is indexed first if it is not yet."""
    if index is not None:
        folder = Path(index)
    else:
        folder = Path(os.environ.get("CONCORD_INDEX") or _SHIPPED)
        if not (folder / "manifest.json").is_file():
            run(["themes", "--format=json"])
    if not (folder / "manifest.json").is_file():
        raise ConcordError(f"there is no index at {folder}; build one: concord_recs.build(CORPUS, {str(folder)!r})")
    return folder
