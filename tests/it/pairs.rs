//! What a person says of a pair of recommendations.

use std::path::Path;

use serde_json::{Value, json};

use crate::workspace::{Answer, HASHING, Workspace, records};

/// A workspace with an index `idx` of two themes and two recommendations that stand alone.
fn with_index() -> Workspace {
    let workspace = Workspace::new();
    let rows = records(&[
        ("A-1", "Alpha", "Reduce the cost of sending remittances."),
        ("B-1", "Beta", "Reduce the cost of sending remittances home."),
        ("C-1", "Gamma", "Governments should reduce the cost of sending remittances."),
        ("C-9", "Delta", "Governments should reduce the cost of sending remittances."),
        ("A-2", "Alpha", "Ratify the convention on the rights of migrant workers."),
        ("C-2", "Gamma", "All states should ratify the convention on the rights of workers."),
        ("A-3", "Alpha", "Publish yearly figures on deaths at sea."),
        ("E-2", "Epsilon", "Keep a register of vaccination for people who follow seasons."),
    ]);
    workspace.indexed("idx", &rows);
    workspace
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Answer {
    workspace.concord(&[arguments, &["--index", "idx"]].concat()).succeeds()
}

fn decide(workspace: &Workspace, a: &str, b: &str, word: &str) {
    run(workspace, &["pairs", "decide", a, b, word]);
}

/// The listed pair of `a` and `b`.
fn pair(workspace: &Workspace, a: &str, b: &str) -> Option<Value> {
    let all =
        run(workspace, &["pairs", "--min-probability", "0", "--format", "jsonl"]).json_lines();
    all.into_iter().find(|pair| pair["a"] == a && pair["b"] == b)
}

/// Whether one theme holds both.
fn together(workspace: &Workspace, a: &str, b: &str) -> bool {
    let themes = run(workspace, &["themes", "--format", "json"]).json();
    let holds = |theme: &Value, id: &str| {
        theme["members"].as_array().unwrap().iter().any(|member| member["id"] == id)
    };
    themes["themes"].as_array().unwrap().iter().any(|theme| holds(theme, a) && holds(theme, b))
}

/// The result of `similar --id a` that is `b`.
fn similar(workspace: &Workspace, a: &str, b: &str) -> Value {
    let answer = run(workspace, &["similar", "--id", a, "--format", "json"]).json();
    let results = answer["results"].as_array().unwrap();
    results.iter().find(|result| result["id"] == b).cloned().unwrap_or_default()
}

/// The pairs of near-duplicates in the report.
fn duplicates(workspace: &Workspace) -> Vec<(String, String)> {
    let report = run(workspace, &["report", "--format", "json", "--output", "-"]).json();
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let pairs = report["duplicates"].as_array().unwrap();
    pairs.iter().map(|pair| (id(&pair["a"]), id(&pair["b"]))).collect()
}

#[test]
fn a_pair_called_the_same_is_one_everywhere() {
    let workspace = with_index();
    assert!(!together(&workspace, "A-3", "E-2"));
    decide(&workspace, "E-2", "A-3", "same");
    let found = pair(&workspace, "A-3", "E-2").expect("a decided pair is listed");
    assert_eq!((&found["decided"], &found["relation"]), (&json!("same"), &json!("duplicate")));
    assert_eq!((&found["probability"], &found["read_by"]), (&json!(1.0), &json!("person")));
    assert!(together(&workspace, "A-3", "E-2"));
    let result = similar(&workspace, "A-3", "E-2");
    assert_eq!((&result["rank"], &result["decided"]), (&json!(1), &json!("same")));
    assert!(duplicates(&workspace).contains(&("A-3".into(), "E-2".into())));
}

#[test]
fn a_pair_called_not_the_same_is_apart_everywhere() {
    let workspace = with_index();
    assert!(together(&workspace, "A-1", "C-1"));
    decide(&workspace, "A-1", "C-1", "not-the-same");
    for copy in ["C-1", "C-9"] {
        let found = pair(&workspace, "A-1", copy).expect("the pair stays listed");
        assert_eq!((&found["decided"], &found["relation"]), (&json!("not_same"), &json!("none")));
        assert!(!together(&workspace, "A-1", copy), "{copy}");
        assert_eq!(similar(&workspace, "A-1", copy)["probability"], json!(0.0), "{copy}");
        assert!(!duplicates(&workspace).contains(&("A-1".into(), copy.into())), "{copy}");
    }
    assert_eq!(pair(&workspace, "A-1", "B-1").unwrap()["decided"], Value::Null);
    let table = run(&workspace, &["pairs", "--format", "table", "-k", "99"]).stdout;
    assert!(table.contains("not the same"), "{table}");
}

#[test]
fn a_pair_called_contrary_is_a_contradiction_everywhere() {
    let workspace = with_index();
    decide(&workspace, "A-1", "B-1", "contrary");
    let found = pair(&workspace, "A-1", "B-1").expect("the pair stays listed");
    assert_eq!((&found["decided"], &found["relation"]), (&json!("contrary"), &json!("related")));
    assert!(!together(&workspace, "A-1", "B-1"));
    assert!(!duplicates(&workspace).contains(&("A-1".into(), "B-1".into())));
    let result = similar(&workspace, "A-1", "B-1");
    assert_eq!((&result["decided"], &result["opposite"]), (&json!("contrary"), &json!(true)));
    let gaps = ["gaps", "--kind", "contradictions", "--format", "json"];
    let contradictions = run(&workspace, &gaps).json()["contradictions"].clone();
    let one = &contradictions[0];
    assert_eq!(
        (&one["a"], &one["b"], &one["decided"]),
        (&json!("A-1"), &json!("B-1"), &json!("contrary"))
    );
    assert!(!one["phrases"]["a"].as_str().unwrap().is_empty(), "{one}");
    let report = run(&workspace, &["report", "--format", "md", "--output", "-"]).stdout;
    assert!(report.contains("(decided by a person)"), "{report}");
    run(&workspace, &["pairs", "undo"]);
    assert_eq!(run(&workspace, &gaps).json()["contradictions"], json!([]));
}

#[test]
fn words_on_pairs_outlive_a_build_and_are_taken_back_without_a_trace() {
    let workspace = with_index();
    let before = workspace.files("idx");
    decide(&workspace, "A-3", "E-2", "same");
    decide(&workspace, "A-1", "B-1", "not-the-same");
    let decided = workspace.files("idx");
    run(&workspace, &["index", "idx.jsonl", "--model", HASHING]);
    for file in ["themes.json", "decisions.json", "decided-pairs.json", "links.npy"] {
        assert_eq!(workspace.files("idx")[Path::new(file)], decided[Path::new(file)], "{file}");
    }
    run(&workspace, &["pairs", "undo"]);
    assert!(together(&workspace, "A-1", "B-1") && together(&workspace, "A-3", "E-2"));
    run(&workspace, &["themes", "undo"]);
    let after = workspace.files("idx");
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert_eq!(before[Path::new("themes.json")], after[Path::new("themes.json")]);
}

#[test]
fn a_word_on_a_pair_that_makes_no_sense_is_refused() {
    let workspace = with_index();
    let refuses = |arguments: &[&str], part: &str| {
        workspace
            .refuses(&[&["pairs", "decide"], arguments, &["--index", "idx"]].concat(), &[part]);
    };
    refuses(&["A-1", "A-9", "same"], "the index has no recommendation `A-9`");
    refuses(&["A-1", "A-1", "same"], "two different recommendations, but both are `A-1`");
    refuses(&["C-1", "C-9", "not-the-same"], "have the same words");
    refuses(&["C-1", "C-9", "contrary"], "have the same words");
    refuses(&["A-1", "B-1", "perhaps"], "not-the-same");
}
