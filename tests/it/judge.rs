//! The judge, through the commands: which pairs it reads, and that what it says of a pair depends on
//! nothing else.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::workspace::{Workspace, repository, with_default_model};

/// Records of the shipped corpus, one a line.
fn shipped(rows: impl Iterator<Item = usize>) -> String {
    let path = repository().join("corpus/hld-2013/recommendations.jsonl");
    let all = std::fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = all.lines().collect();
    rows.map(|row| lines[row].to_owned() + "\n").collect()
}

/// The pairs of an index by their ids.
fn pairs(workspace: &Workspace, index: &str) -> BTreeMap<(String, String), Value> {
    let arguments = ["pairs", "--min-probability", "0", "--format", "jsonl", "--index", index];
    let id = |pair: &Value, end: &str| pair[end].as_str().expect("an id").to_owned();
    let lines = workspace.concord(&arguments).succeeds().json_lines();
    lines.into_iter().map(|pair| ((id(&pair, "a"), id(&pair, "b")), pair)).collect()
}

fn index(workspace: &Workspace, records: &str, name: &str, more: &[&str]) {
    workspace.write(format!("{name}.jsonl"), records);
    let file = format!("{name}.jsonl");
    workspace.concord(&[&["index", &file, "--index", name][..], more].concat()).succeeds();
}

#[test]
fn a_pair_means_the_same_in_corpora_of_12_and_of_48() {
    with_default_model();
    let workspace = Workspace::new();
    index(&workspace, &shipped((0..256).step_by(22)), "few", &[]);
    index(&workspace, &shipped((0..256).filter(|row| row % 22 == 0 || row % 7 == 0)), "more", &[]);
    let (few, more) = (pairs(&workspace, "few"), pairs(&workspace, "more"));
    let probability = |pair: &Value| pair["probability"].as_f64().expect("a number");
    let mut compared = 0;
    for (ids, pair) in few.iter().filter(|(_, pair)| pair["read_by"] == "judge") {
        let Some(other) = more.get(ids).filter(|pair| pair["read_by"] == "judge") else { continue };
        let (a, b) = (probability(pair), probability(other));
        assert!((a - b).abs() < 0.1, "{ids:?}: {a} among 12, {b} among 48");
        compared += 1;
    }
    assert!(compared > 20, "{compared} pairs are in both");
}

#[test]
fn the_judge_reads_all_candidates_of_a_small_corpus_or_none() {
    with_default_model();
    let workspace = Workspace::new();
    let records = shipped(0..15);
    index(&workspace, &records, "auto", &[]);
    index(&workspace, &records, "off", &["--judge", "off"]);
    let judged = |name| {
        let pairs = pairs(&workspace, name);
        (pairs.values().filter(|pair| pair["read_by"] == "judge").count(), pairs.len())
    };
    assert_eq!(judged("auto"), (105, 105));
    assert_eq!(judged("off").0, 0);
    for (index, expected) in [("auto", "judge"), ("off", "encoder")] {
        let query = ["similar", "cheaper remittances", "--format", "json", "--index", index];
        let answer = workspace.concord(&query).succeeds().json();
        assert_eq!(answer["results"][0]["read_by"], expected, "{index}");
    }
}

#[test]
fn threads_and_the_order_of_records_change_nothing() {
    with_default_model();
    let workspace = Workspace::new();
    let records = shipped(20..35);
    let turned: String = records.lines().rev().map(|line| line.to_owned() + "\n").collect();
    index(&workspace, &records, "one", &["--threads", "1"]);
    index(&workspace, &turned, "other", &["--threads", "3"]);
    assert_eq!(pairs(&workspace, "one"), pairs(&workspace, "other"));
}
