"""Run with the wheel installed: python -m pytest python/tests"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import concord_recs as cr

TEXTS = [
    ("A-1", "Ombudsman", "Publish the waiting times of every clinic each month."),
    ("B-1", "Auditor", "Clinics should publish each month how long patients wait."),
    ("C-1", "Inspectorate", "Train ferry crews in evacuation before the season starts."),
    ("D-1", "Safety Board", "Ferry companies should train their crews to evacuate passengers."),
    ("E-1", "Ombudsman", "Give prisoners a copy of the decision on their parole."),
]


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("concord")
    corpus = folder / "recommendations.jsonl"
    rows = [{"id": i, "agency": agency, "document": "doc", "text": text} for i, agency, text in TEXTS]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return cr.build(corpus, folder / "index")


def test_similar_finds_the_same_ask(index: Path) -> None:
    found = cr.similar(["waiting times in clinics", "evacuation of ferries"], k=2, index=index)
    assert list(found["query"].unique()) == ["waiting times in clinics", "evacuation of ferries"]
    assert set(found.iloc[:2]["id"]) == {"A-1", "B-1"}
    assert set(found.iloc[2:]["id"]) == {"C-1", "D-1"}
    assert found["probability"].between(0, 1).all()


def test_filters_reach_the_program(index: Path) -> None:
    found = cr.similar("waiting times", index=index, agency=["Ombudsman"])
    assert set(found["agency"]) == {"Ombudsman"}


def test_pairs_come_most_probable_first(index: Path) -> None:
    found = cr.pairs(index=index, cross_agency=True)
    assert found["probability"].is_monotonic_decreasing
    assert {frozenset(found.iloc[n][["a", "b"]]) for n in range(2)} == {
        frozenset(("A-1", "B-1")),
        frozenset(("C-1", "D-1")),
    }


def test_themes_have_their_members_with_text(index: Path) -> None:
    found = cr.themes(index=index)
    together = [set(members["id"]) for _, members in found.groupby("theme")]
    assert any({"A-1", "B-1"} <= ids for ids in together)
    assert found["text"].notna().all()


def test_a_draft_is_checked_from_text_and_from_a_file(index: Path, tmp_path: Path) -> None:
    text = "- Clinics should publish their waiting times every month.\n- Banks should lower their fees.\n"
    found = cr.check(text=text, index=index)
    assert list(found["nearest"])[0] in {"A-1", "B-1"}
    assert list(found["relation"])[1] == "new"
    path = tmp_path / "draft.md"
    path.write_text(text, encoding="utf-8")
    assert list(cr.check(path, index=index)["text"]) == list(found["text"])
    with pytest.raises(cr.ConcordError):
        cr.check(index=index)


def test_extraction_gives_the_items_of_a_list(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("# Recommendations\n\n1. Publish the figures.\n2. Train the staff.\n", encoding="utf-8")
    found = cr.extract(path, agency="Ombudsman")
    assert list(found["text"]) == ["Publish the figures.", "Train the staff."]
    assert set(found["agency"]) == {"Ombudsman"}


def test_vectors_are_in_the_order_of_the_recommendations(index: Path) -> None:
    matrix = cr.vectors(index=index)
    assert matrix.shape[0] == len(cr.recommendations(index=index)) == len(TEXTS)
    assert abs((matrix**2).sum(axis=1) - 1).max() < 1e-3


def test_gaps_come_as_the_program_prints_them(index: Path) -> None:
    found = cr.gaps(index=index)
    assert found["agenda"] is None, "this corpus has no agenda"
    ids = {identity for identity, _, _ in TEXTS}
    assert {gap["id"] for gap in found["single_voice"]} <= ids


def test_an_error_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(cr.ConcordError, match="index"):
        cr.similar("anything", index=tmp_path / "nothing")


def test_the_module_is_the_program() -> None:
    out = subprocess.run([sys.executable, "-m", "concord_recs", "--version"], capture_output=True, text=True)
    assert out.returncode == 0 and out.stdout.startswith("concord ")


def test_the_runtime_of_the_own_environment_is_used() -> None:
    assert "in the Python environment of the program" in cr.run(["doctor"])
