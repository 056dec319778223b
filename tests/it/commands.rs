//! What each command answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::workspace::{Answer, HASHING, TWELVE, Workspace, records, shipped_by_hashing};

/// A workspace with an index `idx` of twelve recommendations.
fn with_index() -> Workspace {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    workspace
}

/// `concord COMMAND... --index idx` in `workspace`.
fn ask(workspace: &Workspace, arguments: &[&str]) -> Answer {
    workspace.concord(&[arguments, &["--index", "idx"]].concat()).succeeds()
}

/// Asserts that `value` has these fields, each of a type: `string`, `number`, `array`, `object`, or
/// one of them followed by `?` where it may be null.
fn has_fields(value: &Value, fields: &[(&str, &str)]) {
    for (name, kind) in fields {
        let found = value.get(name).unwrap_or_else(|| panic!("no `{name}` in {value}"));
        let fits = match kind.trim_end_matches('?') {
            "string" => found.is_string(),
            "number" => found.is_number(),
            "boolean" => found.is_boolean(),
            "array" => found.is_array(),
            "object" => found.is_object(),
            other => panic!("no such type: {other}"),
        };
        let fits = fits || (kind.ends_with('?') && found.is_null());
        assert!(fits, "`{name}` should be a {kind}: {value}");
    }
}

fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("`{name}` is no array in {value}"))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("`{name}` is no text in {value}"))
}

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("`{name}` is no number in {value}"))
}

fn ids(answer: &Value) -> Vec<&str> {
    array(answer, "results").iter().map(|hit| text(hit, "id")).collect()
}

// similar

#[test]
fn similar_json_has_the_promised_fields() {
    let answer = ask(&with_index(), &["similar", "cost of remittances", "--format", "json"]).json();
    assert_eq!(answer["query"], json!({ "text": "cost of remittances", "id": null }));
    let results = array(&answer, "results");
    assert_eq!(results.len(), 10, "ten results unless told otherwise");
    for (at, hit) in results.iter().enumerate() {
        has_fields(
            hit,
            &[
                ("rank", "number"),
                ("id", "string"),
                ("agency", "string"),
                ("document", "string?"),
                ("section", "string?"),
                ("marker", "string?"),
                ("text", "string"),
                ("cosine", "number"),
                ("probability", "number"),
                ("relation", "string"),
                ("why", "array"),
            ],
        );
        assert_eq!(hit["rank"], at + 1);
        assert!(["duplicate", "overlap", "related", "none"].contains(&text(hit, "relation")));
    }
    let why = &results[0]["why"][0];
    has_fields(why, &[("term", "string"), ("share", "number")]);
    let probabilities: Vec<f64> = results.iter().map(|hit| number(hit, "probability")).collect();
    assert!(probabilities.is_sorted_by(|a, b| a >= b), "{probabilities:?}");
}

#[test]
fn similar_finds_what_shares_its_words() {
    let answer = ask(&with_index(), &["similar", "cost of remittances", "-k3", "--format", "json"]);
    let answer = answer.json();
    let found: BTreeSet<&str> = ids(&answer).into_iter().collect();
    assert_eq!(found, BTreeSet::from(["A-1", "B-1", "C-1"]));
}

#[test]
fn a_text_a_file_stdin_and_a_batch_give_the_same_results() {
    let workspace = with_index();
    let query = "cost of remittances";
    workspace.write("q.txt", format!("{query}\n"));
    workspace.write("q.jsonl", format!("{}\n", json!({ "text": query, "id": "mine" })));
    let json = ["--format", "json"];
    let by_text = ask(&workspace, &[&["similar", query][..], &json].concat()).json();
    let by_file = ask(&workspace, &[&["similar", "--file", "q.txt"][..], &json].concat()).json();
    let by_stdin = ["similar", "-", "--index", "idx", "--format", "json"];
    let by_stdin = workspace.concord(&by_stdin).stdin(format!("{query}\n")).succeeds().json();
    let by_batch = ask(&workspace, &["similar", "--batch", "q.jsonl"]).json_lines();
    assert_eq!(by_text, by_file);
    assert_eq!(by_text, by_stdin);
    assert_eq!(by_batch.len(), 1);
    assert_eq!(by_batch[0]["results"], by_text["results"]);
    assert_eq!(by_batch[0]["query"], json!({ "text": query, "id": "mine" }));
}

#[test]
fn each_text_of_a_batch_has_the_answer_and_the_reasons_that_it_has_alone() {
    let workspace = with_index();
    let texts = [
        "Ratify the convention on migrant workers. Cut the cost of sending remittances home.",
        "cost of remittances",
        "Collect data on migration; train the border guards on human rights.",
    ];
    let lines = texts.map(|text| json!({ "text": text }).to_string() + "\n");
    workspace.write("q.jsonl", lines.concat());
    let by_batch = ask(&workspace, &["similar", "--batch", "q.jsonl"]).json_lines();
    assert_eq!(by_batch.len(), texts.len());
    for (text, answer) in texts.iter().zip(&by_batch) {
        assert_eq!(*answer, ask(&workspace, &["similar", text, "--format", "json"]).json());
        assert!(!answer["results"][0]["why"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_query_by_id_never_returns_itself_and_all_others() {
    let workspace = with_index();
    let all: Vec<String> = TWELVE
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    let batch: Vec<String> = all.iter().map(|id| json!({ "id": id }).to_string()).collect();
    workspace.write("q.jsonl", batch.join("\n"));
    let answers = ask(&workspace, &["similar", "--batch", "q.jsonl", "-k", "99"]).json_lines();
    assert_eq!(answers.len(), 12);
    for (id, answer) in all.iter().zip(&answers) {
        assert_eq!(text(&answer["query"], "id"), id);
        let found: BTreeSet<&str> = ids(answer).into_iter().collect();
        assert!(!found.contains(id.as_str()), "{id} is among its own results");
        assert_eq!(
            (ids(answer).len(), found.len()),
            (11, 11),
            "{id}: the eleven others, once each"
        );
    }
    let one = ask(&workspace, &["similar", "--id", "A-1", "-k", "99", "--format", "json"]).json();
    assert_eq!(one, answers[0]);
}

#[test]
fn agencies_can_be_asked_for_and_left_out() {
    let workspace = with_index();
    let agencies = |flags: &[&str]| -> BTreeSet<String> {
        let answer = [&["similar", "--id", "A-1", "-k", "99", "--format", "json"], flags].concat();
        let answer = ask(&workspace, &answer).json();
        array(&answer, "results").iter().map(|hit| text(hit, "agency").to_owned()).collect()
    };
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(agencies(&[]), set(&["Alpha", "Beta", "Gamma", "Delta", "Epsilon"]));
    assert_eq!(agencies(&["--agency", "beta", "--agency", "Alpha"]), set(&["Alpha", "Beta"]));
    assert_eq!(agencies(&["--not-agency", "BETA"]), set(&["Alpha", "Gamma", "Delta", "Epsilon"]));
    assert_eq!(agencies(&["--cross-agency"]), set(&["Beta", "Gamma", "Delta", "Epsilon"]));
    assert_eq!(agencies(&["--agency", "Alpha", "--cross-agency"]), BTreeSet::new());
}

#[test]
fn min_probability_leaves_out_exactly_what_is_less_probable() {
    let workspace = with_index();
    let all = ask(&workspace, &["similar", "--id", "B-2", "-k", "99", "--format", "json"]).json();
    let limit = 0.1;
    let expected: Vec<&Value> =
        array(&all, "results").iter().filter(|hit| number(hit, "probability") >= limit).collect();
    assert!((1..11).contains(&expected.len()), "the limit should part the results: {all}");
    let flags = ["similar", "--id", "B-2", "-k99", "--format=json", "--min-probability=0.1"];
    let some = ask(&workspace, &flags).json();
    assert_eq!(array(&some, "results").iter().collect::<Vec<_>>(), expected);
    let none = ask(&workspace, &["similar", "zebra", "--min-probability", "1"]);
    assert_eq!(none.stdout, "no recommendation is that similar\n");
}

#[test]
fn every_pair_comes_once_most_probable_first() {
    let workspace = Workspace::new();
    let pairs = |flags: &[&str]| {
        let arguments = ["pairs", "--index", shipped_by_hashing()];
        workspace.concord(&[&arguments[..], flags].concat()).succeeds().json_lines()
    };
    let all = pairs(&[]);
    let old_name = ["similar", "--pairs", "--index", shipped_by_hashing()];
    assert_eq!(workspace.concord(&old_name).succeeds().json_lines(), all);
    assert!(all.len() > 256, "at least the nearest of each: {}", all.len());
    let mut seen = BTreeSet::new();
    for pair in &all {
        has_fields(
            pair,
            &[
                ("a", "string"),
                ("b", "string"),
                ("cosine", "number"),
                ("probability", "number"),
                ("duplicate_probability", "number"),
                ("relation", "string"),
                ("opposite", "boolean"),
                ("decided", "string?"),
            ],
        );
        let (a, b) = (text(pair, "a"), text(pair, "b"));
        assert_ne!(a, b, "a recommendation is no pair with itself");
        assert!(seen.insert((a.min(b), a.max(b))), "{a} and {b} come twice");
    }
    let probabilities: Vec<f64> = all.iter().map(|pair| number(pair, "probability")).collect();
    assert!(probabilities.is_sorted_by(|a, b| a >= b));

    let probable: Vec<Value> =
        all.iter().filter(|pair| number(pair, "probability") > 0.5).cloned().collect();
    assert!(!probable.is_empty());
    assert_eq!(pairs(&["--min-probability", "0.50005"]), probable);
    let improbable = &all[probable.len()..];
    assert_eq!(pairs(&["--max-probability", "0.50005"]), improbable);

    let file = std::path::Path::new(shipped_by_hashing()).join("recommendations.jsonl");
    let rows = std::fs::read_to_string(file).unwrap();
    let agency: std::collections::BTreeMap<String, String> = rows
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|row| (text(&row, "id").to_owned(), text(&row, "agency").to_owned()))
        .collect();
    let crossing = |pair: &&Value| agency[text(pair, "a")] != agency[text(pair, "b")];
    let across: Vec<Value> = all.iter().filter(crossing).cloned().collect();
    assert!(across.len() < all.len(), "the corpus has pairs within an agency");
    assert_eq!(pairs(&["--cross-agency"]), across);
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_escaped() {
    let workspace = with_index();
    for arguments in [&["similar", "skills", "-k99"][..], &["pairs"], &["themes"]] {
        let answer = ask(&workspace, &[arguments, &["--format", "csv"]].concat());
        let mut table = csv::Reader::from_reader(answer.stdout.as_bytes());
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        let cells: Vec<&str> = rows.iter().flatten().filter(|c| c.contains("SUM(A1)")).collect();
        assert!(!cells.is_empty(), "the text is in the table: {answer:?}");
        assert!(cells.iter().all(|cell| cell.starts_with("'=SUM(A1)")), "{cells:?}");
    }
}

#[test]
fn a_csv_of_similar_has_a_row_for_each_result() {
    let answer = ask(&with_index(), &["similar", "skills", "-k4", "--format", "csv"]);
    let mut table = csv::Reader::from_reader(answer.stdout.as_bytes());
    let headings = ["query", "rank", "id", "agency", "probability", "relation", "cosine", "text"];
    assert_eq!(table.headers().unwrap(), &headings[..]);
    let ranks: Vec<String> = table.records().map(|row| row.unwrap()[1].to_owned()).collect();
    assert_eq!(ranks, ["1", "2", "3", "4"]);
}

// themes

#[test]
fn themes_json_has_the_promised_fields_and_every_id() {
    let workspace = Workspace::new();
    let arguments = ["themes", "--format", "json", "--index", shipped_by_hashing()];
    let answer = workspace.concord(&arguments).succeeds().json();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let themes = array(&answer, "themes");
    assert!(themes.len() > 10, "{} themes", themes.len());
    for theme in themes {
        has_fields(
            theme,
            &[
                ("id", "string"),
                ("label", "string"),
                ("keywords", "array"),
                ("members", "array"),
                ("agencies", "array"),
                ("cohesion", "number"),
                ("stability", "number"),
                ("consensus", "object"),
            ],
        );
        for member in array(theme, "members") {
            has_fields(member, &[("id", "string"), ("weight", "number")]);
            seen.insert(text(member, "id"));
        }
        for agency in array(theme, "agencies") {
            has_fields(agency, &[("agency", "string"), ("count", "number")]);
        }
        let consensus = &theme["consensus"];
        let counts = [("agencies", "number"), ("expected", "number"), ("excess", "number")];
        has_fields(consensus, &counts);
        let distinct: BTreeSet<&str> =
            array(theme, "agencies").iter().map(|agency| text(agency, "agency")).collect();
        assert_eq!(consensus["agencies"], distinct.len(), "consensus counts distinct agencies");
        let rows: u64 = array(theme, "agencies").iter().map(|a| a["count"].as_u64().unwrap()).sum();
        assert_eq!(rows as usize, array(theme, "members").len());
        let sum = number(consensus, "expected") + number(consensus, "excess");
        assert!((sum - distinct.len() as f64).abs() < 2e-4, "{consensus}");
    }
    let single = array(&answer, "single");
    for id in single {
        let id = id.as_str().expect("an id is a text");
        assert!(!seen.contains(id), "{id} is in a theme and single");
    }
    assert_eq!(seen.len() + single.len(), 256, "nothing is lost");
}

// report

#[test]
fn a_report_is_written_in_every_format_and_printed_the_same() {
    let workspace = with_index();
    let answer = ask(&workspace, &["report", "-o", "out", "--format", "html,md,json"]);
    let files = workspace.files("out");
    let names: Vec<String> = files.keys().map(|name| name.display().to_string()).collect();
    let expected = ["concord-report.html", "concord-report.json", "concord-report.md"];
    assert_eq!(names, expected);
    assert!(answer.stdout.contains("12 recommendations by 5 agencies"), "{answer:?}");
    assert!(answer.stdout.contains("written: out/concord-report.html"), "{answer:?}");
    for format in ["html", "md", "json"] {
        let printed = ask(&workspace, &["report", "-o", "-", "--format", format]).stdout;
        let written = workspace.bytes(format!("out/concord-report.{format}"));
        let written = String::from_utf8(written).unwrap();
        assert_eq!(printed.trim_end(), written.trim_end(), "{format}");
        assert!(written.contains("Keep a register of vaccination"), "{format} drops a single");
    }
    let html = ask(&workspace, &["report", "-o", "-", "--format", "html"]).stdout;
    assert!(html.to_lowercase().starts_with("<!doctype html>"), "{}", &html[..80]);
    ask(&workspace, &["report", "-o", "-", "--format", "json"]).json();
}

#[test]
fn a_report_goes_where_one_stands_unless_told_otherwise() {
    let workspace = with_index();
    ask(&workspace, &["report"]);
    assert!(workspace.path("concord-report.html").is_file());
    assert!(workspace.path("concord-report.md").is_file());
    assert!(!workspace.path("concord-report.json").exists());
}

// check

/// Three statements: a copy, one near an existing one, one about something else.
const DRAFT: &str = "# Draft\n\n- Keep a register of vaccination for people who move with seasons.\n\
                     - Border guards need more training in the rights of children.\n\
                     - The zoo feeds its giraffes hay and carrots at noon.\n";

/// A sentence about nothing that the twelve are about.
const ZOO: &str = "The zoo feeds its giraffes hay and carrots at noon.";

#[test]
fn check_tells_a_copy_from_what_is_new() {
    let workspace = with_index();
    workspace.write("draft.md", DRAFT);
    let answer = ask(&workspace, &["check", "draft.md", "--all", "--format", "json"]).json();
    for name in ["statements", "themes_touched", "themes_missing"] {
        array(&answer, name);
    }
    let statements = array(&answer, "statements");
    assert_eq!(statements.len(), 3, "{answer}");
    for (statement, line) in statements.iter().zip(3..) {
        has_fields(
            statement,
            &[
                ("line_start", "number"),
                ("line_end", "number"),
                ("text", "string"),
                ("relation", "string"),
                ("probability", "number"),
                ("matches", "array"),
            ],
        );
        assert!(number(statement, "line_start") <= f64::from(line), "{statement}");
        assert!(number(statement, "line_end") >= f64::from(line), "{statement}");
        for found in array(statement, "matches") {
            has_fields(
                found,
                &[
                    ("id", "string"),
                    ("agency", "string"),
                    ("text", "string"),
                    ("cosine", "number"),
                    ("probability", "number"),
                    ("relation", "string"),
                    ("differences", "array"),
                ],
            );
        }
    }
    assert_eq!(text(&statements[0], "relation"), "duplicate");
    assert_eq!(text(&statements[0]["matches"][0], "id"), "E-2");
    assert_eq!(text(&statements[1]["matches"][0], "id"), "D-2");
    assert_eq!(text(&statements[2], "relation"), "new");
    for theme in array(&answer, "themes_missing").iter().chain(array(&answer, "themes_touched")) {
        has_fields(theme, &[("id", "string"), ("label", "string"), ("agencies", "array")]);
    }
}

#[test]
fn check_names_what_differs_from_the_match() {
    let workspace = with_index();
    workspace
        .write("d.txt", "States should reduce the cost of sending remittances to five per cent.\n");
    let answer = ask(&workspace, &["check", "d.txt", "--format", "json"]).json();
    let found = &answer["statements"][0]["matches"][0];
    assert_eq!(text(found, "id"), "A-1");
    for difference in array(found, "differences") {
        has_fields(difference, &[("kind", "string"), ("draft", "string"), ("existing", "string")]);
    }
}

#[test]
fn check_exits_with_1_only_when_it_was_asked_to_judge_and_the_answer_is_no() {
    let workspace = with_index();
    let (copy, unlike) = ("Keep a register of vaccination for people who move with seasons.", ZOO);
    workspace.write("copy.md", format!("{copy}\n\n{unlike}\n"));
    workspace.write("new.md", format!("{unlike}\n"));
    let check = |draft: &str, limit: &[&str], code: i32| {
        let arguments = [&["check", draft, "--all", "--index", "idx"], limit].concat();
        workspace.concord(&arguments).ends_with(code)
    };
    check("copy.md", &[], 0);
    let answer = check("copy.md", &["--fail-on", "duplicate"], 1);
    assert_eq!(
        answer.stderr,
        "1 statement has relation `duplicate` or closer to an existing recommendation\n"
    );
    assert!(answer.stdout.contains("2 statements: 1 duplicate, "), "{answer:?}");
    check("copy.md", &["--fail-on", "overlap"], 1);
    check("new.md", &["--fail-on", "overlap"], 0);
    let stdin = ["check", "-", "--index", "idx", "--fail-on", "duplicate"];
    workspace.concord(&stdin).stdin(DRAFT).ends_with(1);
}

#[test]
fn check_takes_the_recommendations_of_a_draft_or_with_all_every_statement() {
    let workspace = with_index();
    workspace.write(
        "draft.txt",
        "Background\n\nMany families live on what is sent home from abroad.\n\nRecommendations\n\n\
         (a) States should keep a register of vaccination for people who move;\n\
         (b) States should recognise the skills of nurses.\n",
    );
    let count = |flags: &[&str]| {
        let arguments = [&["check", "draft.txt", "--format", "json"], flags].concat();
        array(&ask(&workspace, &arguments).json(), "statements").len()
    };
    assert_eq!(count(&[]), 2, "the two recommendations");
    assert!(count(&["--all"]) > 2, "the sentence about families too");
}

// extract, index

/// A document in which two bodies recommend.
const DOCUMENT: &str = "Alpha Agency\n\nRecommendations\n\nAlpha Agency recommends that States:\n\n\
                        (a) Reduce the cost of sending remittances to three per cent;\n\
                        (b) Ratify the convention on the rights of migrant workers.\n";

#[test]
fn a_document_goes_through_extract_and_index_to_a_report() {
    let workspace = Workspace::new();
    workspace.write("doc.txt", DOCUMENT);
    let extracted = workspace.concord(&["extract", "doc.txt", "--agency", "Alpha"]).succeeds();
    assert_eq!(extracted.stderr, "doc.txt: 2 recommendations\n");
    let rows = extracted.json_lines();
    for (row, (line, marker)) in rows.iter().zip([(7, "(a)"), (8, "(b)")]) {
        has_fields(row, &[("id", "string"), ("document", "string"), ("text", "string")]);
        assert_eq!((text(row, "agency"), text(row, "marker")), ("Alpha", marker));
        let source = &row["source"];
        has_fields(source, &[("path", "string"), ("line_start", "number"), ("line_end", "number")]);
        assert_eq!((source["line_start"].as_u64(), text(source, "path")), (Some(line), "doc.txt"));
    }
    workspace
        .concord(&["index", "-", "--model", HASHING])
        .env("CONCORD_INDEX", "mine")
        .stdin(extracted.stdout)
        .succeeds();
    let report = workspace.concord(&["report", "--index", "mine", "-o", "-", "--format", "md"]);
    let report = report.succeeds();
    assert!(report.stdout.contains("Reduce the cost of sending remittances"), "{report:?}");
    assert!(report.stdout.contains("2 recommendations"), "{report:?}");
}

#[test]
fn extract_prints_every_format_and_writes_to_a_file() {
    let workspace = Workspace::new();
    workspace.write("doc.txt", DOCUMENT);
    let extract = |flags: &[&str]| {
        workspace
            .concord(&[&["extract", "doc.txt", "--agency", "Alpha"], flags].concat())
            .succeeds()
    };
    let lines = extract(&[]).stdout;
    assert_eq!(extract(&["--format", "jsonl", "-o", "out.jsonl"]).stdout, "");
    assert_eq!(workspace.bytes("out.jsonl"), lines.as_bytes());
    assert_eq!(extract(&["--format", "json"]).json().as_array().map(Vec::len), Some(2));
    let table = extract(&["--format", "csv"]).stdout;
    assert_eq!(csv::Reader::from_reader(table.as_bytes()).records().count(), 2);
    assert!(extract(&["--format", "table"]).stdout.contains("(a)"));
}

#[test]
fn extract_writes_a_csv_to_the_file_it_was_given() {
    let workspace = Workspace::new();
    workspace.write("doc.txt", DOCUMENT);
    let arguments = ["extract", "doc.txt", "--format", "csv", "-o", "out.csv"];
    assert_eq!(workspace.concord(&arguments).succeeds().stdout, "");
    assert!(workspace.bytes("out.csv").starts_with(b"id,agency,"));
}

#[test]
fn two_documents_with_the_same_ids_are_kept_apart() {
    let workspace = Workspace::new();
    workspace.write("a.txt", DOCUMENT).write("b.txt", DOCUMENT);
    let rows = workspace.concord(&["extract", "a.txt", "b.txt", "--agency", "Alpha"]).succeeds();
    let rows = rows.json_lines();
    let ids: BTreeSet<&str> = rows.iter().map(|row| text(row, "id")).collect();
    assert_eq!((rows.len(), ids.len()), (4, 4), "{ids:?}");
}

#[test]
fn a_table_is_indexed_by_its_own_headings_and_its_other_columns_are_kept() {
    let workspace = Workspace::new();
    workspace.write(
        "table.csv",
        "Ref,Body,\"Recommendation Text\",year,Status\n\
         R1,FAO,\"Plant trees, many of them\",2013,open\nR2,WHO,Wash hands,,closed\n",
    );
    let map = ["--map", "id=Ref", "--map", "agency=Body", "--map", "text=\"Recommendation Text\""];
    let index = ["index", "table.csv", "--index", "idx", "--model", HASHING];
    workspace.concord(&[&index[..], &map].concat()).succeeds();
    let stored = String::from_utf8(workspace.bytes("idx/recommendations.jsonl")).unwrap();
    let rows: Vec<Value> = stored.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let first = json!({
        "id": "R1", "agency": "FAO", "text": "Plant trees, many of them", "year": 2013,
        "source": { "path": "table.csv", "line_start": 2, "line_end": 2 }, "status": "open",
    });
    assert_eq!(rows[0], first);
    let second = json!({
        "id": "R2", "agency": "WHO", "text": "Wash hands",
        "source": { "path": "table.csv", "line_start": 3, "line_end": 3 }, "status": "closed",
    });
    assert_eq!(rows[1], second);
}

#[test]
fn fields_that_concord_does_not_know_are_given_back() {
    let workspace = Workspace::new();
    let record = json!({
        "id": "a", "agency": "X", "text": "Do it.", "tags": ["t"], "colour": { "red": 7 }, "n": null,
    });
    workspace.indexed("idx", &format!("{record}\n"));
    let stored: Value =
        serde_json::from_slice(&workspace.bytes("idx/recommendations.jsonl")).unwrap();
    assert_eq!(stored, record);
}

#[test]
fn a_corpus_folder_brings_its_title_and_its_agenda() {
    let workspace = Workspace::new();
    workspace.write("corpus/recommendations.jsonl", &*TWELVE);
    workspace.write("corpus/corpus.toml", "title = \"A dozen asks\"\n");
    let items = "[[items]]\nid = \"G1\"\ntext = \"Keep bees.\"\n";
    workspace.write("corpus/agenda.toml", format!("title = \"Goals\"\n{items}"));
    workspace.concord(&["index", "corpus", "--index", "idx", "--model", HASHING]).succeeds();
    let glance = ask(&workspace, &["report"]).stdout;
    assert!(glance.starts_with("A dozen asks\n"), "{glance}");
    assert!(glance.contains("agenda items with no recommendation found: 1 of 1"), "{glance}");
}

#[test]
fn an_index_of_one_recommendation_answers() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &records(&[("a", "X", "Do it.")]));
    assert!(ask(&workspace, &["themes"]).stdout.contains("0 themes; 1 recommendation in none"));
    assert_eq!(ask(&workspace, &["pairs"]).stdout, "");
    let alone = ask(&workspace, &["similar", "--id", "a"]).stdout;
    assert_eq!(alone, "no recommendation is that similar\n");
    ask(&workspace, &["report"]);
}

// models, completions, quiet and verbose

#[test]
fn models_lists_the_built_in_ones_first() {
    let workspace = Workspace::new();
    let models = workspace.concord(&["models", "--format", "json"]).succeeds().json();
    let models = models.as_array().expect("a list");
    for model in models {
        has_fields(model, &[("id", "string"), ("dim", "number"), ("description", "string")]);
    }
    let names: Vec<&str> = models.iter().map(|model| text(model, "id")).collect();
    assert_eq!(
        names[..4],
        [
            "concord/MiniLM-L6-asks",
            "sentence-transformers/all-MiniLM-L6-v2",
            "concord/multilingual-e5-small",
            HASHING
        ]
    );
    assert!(models.iter().enumerate().all(|(at, model)| model["built_in"] == json!(at < 4)));
    let brief = workspace.concord(&["models"]).succeeds().stdout;
    assert!(brief.contains(&format!("\n{} more are downloaded", models.len() - 4)), "{brief}");
    let all = workspace.concord(&["models", "--all"]).succeeds().stdout;
    assert!(brief.lines().count() < 20 && all.lines().count() > 40, "{brief}");
}

#[test]
fn completions_are_a_script_for_the_shell() {
    let workspace = Workspace::new();
    let script = workspace.concord(&["completions", "bash"]).succeeds().stdout;
    assert!(script.contains("_concord()") && script.contains("--min-probability"));
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        assert!(workspace.concord(&["completions", shell]).succeeds().stdout.contains("concord"));
    }
    workspace.concord(&["completions", "dos"]).refused(&["error: invalid value 'dos'"]);
}

#[test]
fn quiet_says_nothing_and_verbose_says_more() {
    let workspace = Workspace::new();
    workspace.write("twelve.jsonl", &*TWELVE);
    let index = ["index", "twelve.jsonl", "--index", "idx", "--model", HASHING];
    let said = |flags: &[&str]| workspace.concord(&[&index, flags].concat()).succeeds().stderr;
    let usual = said(&[]);
    let expected = "indexed 12 recommendations by 5 agencies in idx: ";
    assert!(usual.starts_with(expected) && usual.lines().count() == 1, "{usual}");
    assert_eq!(said(&["--quiet"]), "");
    assert!(said(&["--verbose"]).contains("model: concord/hashing\n"));
}

// What is printed, whole.

#[test]
fn tables_look_as_they_should() {
    let workspace = with_index();
    insta::assert_snapshot!("themes", ask(&workspace, &["themes"]).stdout);
    let similar = ask(&workspace, &["similar", "cost of remittances", "-k", "4"]);
    insta::assert_snapshot!("similar", similar.stdout);
    workspace.write("draft.md", DRAFT);
    insta::assert_snapshot!("check", ask(&workspace, &["check", "draft.md", "--all"]).stdout);
}

#[test]
fn help_says_what_each_command_does() {
    let workspace = Workspace::new();
    insta::assert_snapshot!("help", workspace.concord(&["--help"]).succeeds().stdout);
    for command in [
        "start",
        "extract",
        "index",
        "similar",
        "pairs",
        "themes",
        "diff",
        "gaps",
        "report",
        "check",
        "serve",
        "mcp",
        "eval",
        "calibrate",
        "models",
        "doctor",
        "completions",
        "man",
    ] {
        let help = workspace.concord(&[command, "--help"]).succeeds().stdout;
        insta::assert_snapshot!(format!("help_{command}"), help);
    }
}

#[test]
fn the_index_may_stand_before_a_decision_and_a_flag_of_the_list_may_not() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    let first = ["themes", "--index", "idx", "--format", "json"];
    let themes = workspace.concord(&first).succeeds().json();
    let id = themes["themes"][0]["id"].as_str().expect("a theme").to_owned();
    let rename = ["rename", id.as_str(), "Money sent home"];
    workspace.concord(&[&["themes", "--index", "idx"][..], &rename].concat()).succeeds();
    assert!(workspace.concord(&first).succeeds().stdout.contains("Money sent home"));
    let refused = [&["themes", "--index", "idx", "--grain", "fine"][..], &rename].concat();
    workspace.refuses(&refused, &["error: a flag for the list stands before a decision", "hint: "]);
    let decide = ["pairs", "--index", "idx", "-k", "3", "decide", "A-1", "A-2", "same"];
    workspace.refuses(&decide, &["error: a flag for the list stands before a decision", "hint: "]);
}
