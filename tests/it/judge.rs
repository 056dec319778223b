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

/// How far the probability of a pair may differ between two corpora, on the mean.
const DIFFERENCE: f64 = 0.12;

#[test]
fn a_pair_means_nearly_the_same_in_corpora_of_48_and_of_148() {
    with_default_model();
    let workspace = Workspace::new();
    let is_in_both = |row: &usize| row.is_multiple_of(22) || row.is_multiple_of(7);
    index(&workspace, &shipped((0..256).filter(is_in_both)), "few", &[]);
    index(
        &workspace,
        &shipped((0..256).filter(|row| row % 2 == 0 || is_in_both(row))),
        "more",
        &[],
    );
    let (few, more) = (pairs(&workspace, "few"), pairs(&workspace, "more"));
    let probability = |pair: &Value| pair["probability"].as_f64().expect("a number");
    let differences: Vec<f64> = few
        .iter()
        .filter_map(|(ids, pair)| Some([probability(pair), probability(more.get(ids)?)]))
        .filter(|[a, b]| a.max(*b) > 0.1)
        .map(|[a, b]| (a - b).abs())
        .collect();
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    println!("{} pairs differ by {mean:.3} on the mean", differences.len());
    assert!(differences.len() > 50 && mean < DIFFERENCE, "{mean}: {differences:?}");
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

/// Five recommendations, as a newcomer tries the program: two pairs, and one that nobody shares.
#[test]
fn in_a_corpus_of_five_what_has_nothing_in_common_stays_apart() {
    with_default_model();
    let workspace = Workspace::new();
    let texts = [
        ("A-1", "Ombudsman", "Publish the waiting times of every clinic each month."),
        ("B-1", "Auditor", "Clinics should publish each month how long patients wait."),
        ("C-1", "Inspectorate", "Train ferry crews in evacuation before the season starts."),
        ("D-1", "Board", "Ferry companies should train their crews to evacuate passengers."),
        ("E-1", "Ombudsman", "Give prisoners a copy of the decision on their parole."),
    ];
    index(&workspace, &crate::workspace::records(&texts), "five", &[]);
    for ((a, b), pair) in pairs(&workspace, "five") {
        let is_pair = matches!((&*a, &*b), ("A-1", "B-1") | ("C-1", "D-1"));
        let probability = pair["probability"].as_f64().expect("a number");
        assert!(if is_pair { probability > 0.8 } else { probability < 0.25 }, "{pair}");
    }
}
