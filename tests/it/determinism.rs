//! Same input, same bytes: whatever the order of the input and the number of threads.

use serde_json::Value;

use crate::workspace::{HASHING, Run, TWELVE, Workspace, assert_same_files, repository};

/// The model that users get.
const DEFAULT: &str = "concord/MiniLM-L6-asks";

fn shipped_records() -> Vec<String> {
    let path = repository().join("corpus/hld-2013/recommendations.jsonl");
    let text = std::fs::read_to_string(path).expect("the shipped corpus is there");
    text.lines().map(|line| format!("{line}\n")).collect()
}

/// The same lines in another order, given by `seed`.
fn shuffled(lines: &[String], seed: u64) -> String {
    let mut state = seed;
    let mut keyed: Vec<(u64, &String)> = lines
        .iter()
        .map(|line| {
            state =
                state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            (state >> 32, line)
        })
        .collect();
    keyed.sort();
    keyed.into_iter().map(|(_, line)| line.as_str()).collect()
}

/// A workspace with an index `idx` and a report in each format, of these records.
fn built(records: &str, agenda: bool, model: &str, threads: &str) -> Workspace {
    let workspace = Workspace::new();
    if agenda {
        workspace.copy(&repository().join("corpus/hld-2013"), "corpus");
    }
    workspace.write("corpus/recommendations.jsonl", records);
    let threads = ["--index", "idx", "--threads", threads];
    let index = ["index", "corpus", "--model", model];
    workspace.concord(&[&index[..], &threads].concat()).succeeds();
    let report = ["report", "-o", "report", "--format", "html,md,xlsx,docx,csv,json"];
    workspace.concord(&[&report[..], &threads].concat()).succeeds();
    workspace
}

fn assert_same_results(a: &Workspace, b: &Workspace, what: &str) {
    assert_same_files(&a.files("idx"), &b.files("idx"), &format!("index, {what}"));
    assert_same_files(&a.files("report"), &b.files("report"), &format!("report, {what}"));
}

#[test]
fn order_and_threads_change_no_byte_of_index_and_report() {
    let lines = shipped_records();
    let plain = built(&lines.concat(), true, HASHING, "2");
    for (seed, threads) in [(1, "1"), (2, "2"), (3, "5")] {
        let records = shuffled(&lines, seed);
        assert_ne!(records, lines.concat(), "the records are in another order");
        let other = built(&records, true, HASHING, threads);
        assert_same_results(&plain, &other, &format!("seed {seed}, {threads} threads"));
    }
}

#[test]
fn order_and_threads_change_no_byte_with_the_default_model() {
    let lines: Vec<String> = shipped_records().into_iter().step_by(6).collect();
    let one = built(&lines.concat(), false, DEFAULT, "1");
    let two = built(&shuffled(&lines, 7), false, DEFAULT, "2");
    assert_same_results(&one, &two, "default model, one and two threads");
}

#[test]
fn answers_do_not_depend_on_threads() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &shipped_records().concat());
    let ask = |command: &[&str]| {
        let [one, many] = ["1", "4"].map(|threads| {
            let flags = ["--index", "idx", "--threads", threads];
            workspace.concord(&[command, &flags].concat()).succeeds().stdout
        });
        assert_eq!(one, many, "{command:?}");
        assert!(!one.is_empty());
    };
    ask(&["similar", "cost of remittances", "--format", "json"]);
    ask(&["pairs"]);
    ask(&["themes", "--format", "json"]);
}

/// The numbers of "N texts embedded, M reused".
fn embedded_and_reused(run: Run) -> (usize, usize) {
    let answer = run.succeeds();
    let (_, rest) = answer.stderr.split_once(" single; ").expect("the message ends with counts");
    let (embedded, rest) = rest.split_once(" embedded, ").expect("texts embedded");
    let embedded = embedded.split(' ').next().expect("a number of texts");
    let (reused, _) = rest.split_once(" reused").expect("texts reused");
    (embedded.parse().unwrap(), reused.parse().unwrap())
}

#[test]
fn after_one_change_an_index_is_what_a_fresh_build_gives_and_only_what_is_new_was_embedded() {
    let mut lines = shipped_records();
    let workspace = built(&lines.concat(), true, HASHING, "2");
    let mut changed: Value = serde_json::from_str(&lines[100]).unwrap();
    changed["text"] = "Teach every customs officer to juggle.".into();
    lines[100] = format!("{changed}\n");
    workspace.write("corpus/recommendations.jsonl", lines.concat());
    let index = ["index", "corpus", "--index", "idx", "--model", HASHING];
    let (embedded, reused) = embedded_and_reused(workspace.concord(&index));
    assert_eq!(embedded, 3, "the new text, and two phrases that could name what it asks for");
    assert!(reused > 256, "{reused} reused");
    workspace
        .concord(&["report", "-o", "report", "--format=html,md,xlsx,docx,csv,json", "--index=idx"])
        .succeeds();
    let fresh = built(&lines.concat(), true, HASHING, "1");
    // Ids and names of themes are passed on from the old index; everything else is made anew.
    let named = ["manifest.json", "themes.json"].map(std::path::PathBuf::from);
    let made = |workspace: &Workspace| {
        let mut files = workspace.files("idx");
        files.retain(|name, _| !named.contains(name));
        files
    };
    assert_same_files(&made(&workspace), &made(&fresh), "index, changed and fresh");
    assert_eq!(without_names(&workspace), without_names(&fresh));
}

/// The themes of `idx` but for their ids.
fn without_names(workspace: &Workspace) -> Value {
    let mut themes: Value = serde_json::from_slice(&workspace.bytes("idx/themes.json")).unwrap();
    for grain in ["themes", "broad", "fine"] {
        for theme in themes[grain].as_array_mut().expect("a list of themes") {
            theme["id"].take();
            theme["label"].take();
            theme.as_object_mut().expect("a theme").remove("parent");
        }
    }
    themes
}

#[test]
fn an_unchanged_corpus_embeds_nothing_again() {
    let workspace = built(&shipped_records().concat(), true, HASHING, "2");
    let before = workspace.files("idx");
    let index = ["index", "corpus", "--index", "idx", "--model", HASHING];
    let (embedded, reused) = embedded_and_reused(workspace.concord(&index));
    assert_eq!(embedded, 0, "the agenda's items too were embedded before");
    assert!(reused > 256, "{reused} reused");
    assert_same_files(&before, &workspace.files("idx"), "the same corpus again");
}

#[test]
fn vectors_of_another_model_are_not_reused() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    let index = ["index", "idx.jsonl", "--index", "idx", "--model", DEFAULT];
    let (embedded, reused) = embedded_and_reused(workspace.concord(&index));
    assert_eq!(reused, 0);
    assert!(embedded >= 12, "{embedded} embedded");
}

#[test]
fn the_path_of_the_corpus_leaves_no_trace_in_the_index() {
    let [a, b] = ["here.jsonl", "deep/down/there.jsonl"].map(|name| {
        let workspace = Workspace::new();
        workspace.write(name, &*TWELVE);
        workspace.concord(&["index", name, "--index", "idx", "--model", HASHING]).succeeds();
        workspace
    });
    assert_same_files(&a.files("idx"), &b.files("idx"), "two names of the corpus");
}
