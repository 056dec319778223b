//! A draft held against an index, as its author sees it.

use serde_json::Value;

use crate::workspace::{TWELVE, Workspace, repository, shipped_by_default};

/// A copy, its contrary, a repeat of the copy, a text that tries to be markup, and something new.
const DRAFT: &str = "# Draft\n\nWe thank <b>everybody</b>.\n\n\
    - States should reduce the cost of sending remittances to three per cent.\n\
    - States should not reduce the cost of sending remittances to three per cent.\n\
    - States should reduce the cost of sending remittances to three per cent by 2030.\n\
    - States should show <script>alert(1)</script> and =HYPERLINK(\"http://x\") as text.\n\
    - The zoo should feed its giraffes hay and carrots at noon.\n";

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    workspace.write("draft.md", DRAFT);
    workspace
}

fn json(workspace: &Workspace, flags: &[&str]) -> Value {
    let arguments = [&["check", "draft.md", "--index", "idx", "--format", "json"], flags].concat();
    workspace.concord(&arguments).succeeds().json()
}

#[test]
fn the_contrary_of_what_exists_is_flagged_and_is_no_duplicate() {
    let answer = json(&workspace(), &["--all"]);
    let [copy, contrary, later] =
        [&answer["statements"][1], &answer["statements"][2], &answer["statements"][3]];
    assert_eq!((&copy["relation"], &copy["opposite"]), (&"duplicate".into(), &false.into()));
    assert_eq!((&contrary["relation"], &contrary["opposite"]), (&"related".into(), &true.into()));
    let difference = &contrary["matches"][0]["differences"][0];
    assert_eq!(difference["kind"], "direction", "{contrary}");
    assert!(difference["draft"].as_str().is_some_and(|text| text.contains("not")), "{contrary}");
    assert_eq!(later["relation"], "duplicate", "another deadline is the same ask: {later}");
    assert_eq!(later["matches"][0]["differences"][0]["kind"], "deadline");
    assert_eq!(later["repeats"], serde_json::json!([1]), "its place in the list: {later}");
    assert_eq!(copy["cite"][0]["id"], "A-1");
}

#[test]
fn similar_and_its_pairs_flag_the_contrary() {
    let workspace = workspace();
    let query = "States should not reduce the cost of sending remittances to three per cent.";
    let similar = ["similar", query, "-k1", "--index", "idx"];
    let table = workspace.concord(&similar).succeeds().stdout;
    assert!(table.contains("OPPOSITE"), "{table}");
    let answer =
        workspace.concord(&[&similar[..], &["--format", "json"]].concat()).succeeds().json();
    assert_eq!(answer["results"][0]["opposite"], true);
    let records = crate::workspace::records(&[
        ("A-1", "Alpha", "Ratify the convention on the rights of migrant workers."),
        ("B-1", "Beta", "Withdraw from the convention on the rights of migrant workers."),
    ]);
    workspace.indexed("two", &records);
    let pairs = workspace.concord(&["pairs", "--index", "two"]).succeeds().json_lines();
    assert_eq!(pairs[0]["opposite"], true, "{pairs:?}");
}

#[test]
fn the_authors_own_recommendations_are_told_apart() {
    let workspace = workspace();
    let answer = json(&workspace, &["--agency", "alpha"]);
    assert_eq!(answer["agency"], "Alpha");
    let copy = &answer["statements"][0];
    assert_eq!(copy["own_matches"][0]["id"], "A-1");
    for found in copy["matches"].as_array().expect("a list") {
        assert_ne!(found["agency"], "Alpha");
    }
    assert_ne!(copy["relation"], "duplicate", "nobody else says it: {copy}");
    let wrong = ["check", "draft.md", "--index", "idx", "--agency", "Nobody"];
    workspace.refuses(&wrong, &["the index has no agency `Nobody`", "Alpha"]);
}

#[test]
fn the_draft_comes_back_with_notes_and_its_markup_as_text() {
    let workspace = workspace();
    let write = |format: &str, file: &str| {
        let arguments =
            ["check", "draft.md", "--all", "--index", "idx", "--format", format, "-o", file];
        assert_eq!(workspace.concord(&arguments).succeeds().stdout, "");
        workspace.bytes(file)
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let page = text(write("html", "out.html"));
    assert!(!page.contains("<script") && !page.contains("<b>everybody"), "{page}");
    assert!(page.contains("&#60;script") || page.contains("&lt;script"), "{page}");
    assert!(page.contains("Opposite direction") && page.contains("We thank"), "{page}");
    let notes = text(write("md", "out.md"));
    assert!(notes.contains(r"\<script>") && notes.contains("**Opposite direction**"), "{notes}");
    let word = write("docx", "out.docx");
    assert_eq!(&word[..2], b"PK", "a Word document is an archive");
    for (format, file, first) in
        [("html", "again.html", page.into_bytes()), ("docx", "again.docx", word)]
    {
        assert!(write(format, file) == first, "{format}: other bytes");
    }
    // What was written can be checked again.
    let again = ["check", "out.docx", "--all", "--index", "idx", "--format", "json"];
    let again = workspace.concord(&again).succeeds().json();
    let texts: Vec<&str> = again["statements"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|s| s["text"].as_str())
        .collect();
    assert!(texts.iter().any(|text| text.contains("<script>alert(1)</script>")), "{texts:?}");
}

#[test]
fn eval_check_scores_labelled_statements_and_holds_floors() {
    let workspace = Workspace::new();
    let gold = repository().join("tests/data/drafts/development.jsonl");
    let arguments = |floor: &'static str| {
        let gold = gold.to_str().expect("a plain path").to_owned();
        [
            "eval",
            "check",
            "--gold",
            &gold,
            "--index",
            shipped_by_default(),
            "--floor",
            floor,
            "--format",
            "json",
        ]
        .map(str::to_owned)
    };
    let run = |floor: &'static str, code: i32| {
        let arguments = arguments(floor);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        workspace.concord(&arguments).ends_with(code)
    };
    let scores = run("reversals=1", 0).json();
    let value =
        |name: &str| scores[name]["value"].as_f64().unwrap_or_else(|| panic!("{name}: {scores}"));
    assert_eq!(scores["statements"], 90);
    assert!(value("macro_f1") >= 0.72 && value("auroc_new") >= 0.93, "{scores}");
    let missed = run("macro_f1=0.99", 1);
    assert!(missed.stderr.contains("no: macro_f1 is 0."), "{missed:?}");
}
