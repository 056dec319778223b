//! What `similar` says besides the ranking, and how its probabilities are scored and fitted.

use concord::{Agency, Filter, Index, Query, Similar};
use serde_json::{Value, json};

use crate::workspace::{HASHING, Workspace};

fn record(id: &str, agency: &str, text: &str, more: &Value) -> String {
    let mut record = json!({ "id": id, "agency": agency, "text": text });
    let fields = more.as_object().expect("an object").clone();
    record.as_object_mut().expect("an object").extend(fields);
    record.to_string() + "\n"
}

/// Two copies, two documents, two years, a section and a tag.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let report = |year: i32| json!({ "document": "report", "year": year });
    let records = [
        record("a1", "FAO", "Publish the fees of banks every year.", &report(2010)),
        record("b1", "WHO", "Publish the fees of banks every  year", &report(2014)),
        record(
            "c1",
            "ILO",
            "Train all the border guards. Publish the fees of banks.",
            &json!({ "section": "2. Money" }),
        ),
        record("d1", "ILO", "Ratify the convention on seafarers.", &json!({ "tags": ["treaty"] })),
        record("e1", "IOM", "Count the people who cross the sea.", &json!({ "document": "sea" })),
    ];
    workspace.indexed("idx", &records.concat());
    workspace
}

/// Made texts, all different.
fn many(n: usize) -> String {
    let pick = |words: &[&str], at: usize| words[at % words.len()].to_owned();
    let text = |at: usize| {
        let verb = pick(&["Publish", "Inspect", "Fund", "Train", "Count", "Close", "Repair"], at);
        let what = pick(&["bridges", "schools", "banks", "guards", "ports"], at / 7);
        let place = pick(&["in cities", "at sea", "near borders", "on islands"], at / 35);
        format!("{verb} all {what} {place} before the year {}.", 2000 + at / 140)
    };
    (0..n).map(|at| record(&format!("r{at:04}"), "FAO", &text(at), &json!({}))).collect()
}

#[test]
fn an_opened_graph_gives_the_answers_that_comparing_with_all_gives() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &many(1100));
    let mut index = Index::open(workspace.path("idx")).unwrap();
    let filter = Filter { k: 10, ..Filter::default() };
    // More than are made ready at a time.
    let queries: Vec<Query> = (0..1100).map(|at| Query::Id(format!("r{at:04}"))).collect();
    assert!(!index.graph_pays(queries.len(), &filter), "few recommendations are compared with all");
    let by_all = index.similar(&queries, &filter, None).unwrap();
    index.open_graph().unwrap();
    let by_graph = index.similar(&queries, &filter, None).unwrap();
    let rows = |answer: &Similar| answer.hits.iter().map(|hit| hit.row).collect::<Vec<_>>();
    let mut same = 0;
    for ((all, found), query) in by_all.iter().zip(&by_graph).zip(&queries) {
        assert_eq!(Query::Id(found.id.clone().unwrap()), *query);
        same += usize::from(rows(all) == rows(found));
    }
    assert!(same >= 1090, "{same} of 1100 answers are the same");
    let filtered =
        Filter { not_agencies: vec![Agency::try_from("FAO".to_owned()).unwrap()], ..filter };
    let none = index.similar(&queries[..1], &filtered, None).unwrap();
    assert!(none[0].hits.is_empty(), "a filter holds with an open graph too");
}

fn similar(workspace: &Workspace, arguments: &[&str]) -> Value {
    let all = [&["similar"], arguments, &["--format", "json", "--index", "idx"]].concat();
    workspace.concord(&all).succeeds().json()
}

fn ids(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().expect("a list");
    results.iter().map(|hit| hit["id"].as_str().expect("a text")).collect()
}

#[test]
fn answers_are_narrowed_by_document_year_section_and_tag() {
    let workspace = workspace();
    let with = |flags: &[&str]| {
        let answer = similar(&workspace, &[&["publish fees"], flags].concat());
        let mut found: Vec<String> = ids(&answer).into_iter().map(str::to_owned).collect();
        found.sort();
        found
    };
    assert_eq!(with(&["--document", "report"]), ["a1", "b1"]);
    assert_eq!(with(&["--document", "report", "--document", "sea"]), ["a1", "b1", "e1"]);
    assert_eq!(with(&["--year", "2010"]), ["a1"]);
    assert_eq!(with(&["--year", "2010-2014"]), ["a1", "b1"]);
    assert_eq!(with(&["--section", "money"]), ["c1"]);
    assert_eq!(with(&["--tag", "treaty"]), ["d1"]);
    let unknown = ["similar", "fees", "--document", "nowhere", "--index", "idx"];
    workspace.concord(&unknown).refused(&["no document `nowhere`", "report"]);
    let years = ["similar", "fees", "--year", "2014-2010", "--index", "idx"];
    workspace.concord(&years).refused(&["2010-2015"]);
}

#[test]
fn a_word_of_the_metadata_counts_only_when_asked() {
    let workspace = workspace();
    let probability = |flags: &[&str]| {
        let answer =
            similar(&workspace, &[&["treaty on seafarers", "--agency", "ILO"], flags].concat());
        assert_eq!(ids(&answer)[0], "d1");
        answer["results"][0]["probability"].as_f64().expect("a number")
    };
    assert!(probability(&["--metadata"]) > probability(&[]));
}

#[test]
fn copies_are_told_and_shown_once() {
    let workspace = workspace();
    let answer = similar(&workspace, &["publish the fees of banks every year", "-k", "2"]);
    assert_eq!(ids(&answer), ["a1", "b1"]);
    assert_eq!(answer["results"][0]["copy_of"], Value::Null);
    assert_eq!(answer["results"][1]["copy_of"], "a1");
    let table = ["similar", "publish the fees of banks every year", "-k", "2", "--index", "idx"];
    let table = workspace.concord(&table).succeeds().stdout;
    assert_eq!(table.matches("Publish the fees").count(), 1, "{table}");
    assert!(table.contains("= WHO") && table.contains("= b1"), "{table}");
    let pairs = ["similar", "--pairs", "--index", "idx"];
    let pairs = workspace.concord(&pairs).succeeds().json_lines();
    let has = |a: &str, b: &str| pairs.iter().filter(|p| p["a"] == a && p["b"] == b).count();
    assert_eq!(
        (has("a1", "b1"), has("a1", "c1"), has("b1", "c1")),
        (1, 1, 1),
        "each copy is linked"
    );
}

#[test]
fn a_long_text_is_answered_by_its_statement_and_the_terms_that_carry_it() {
    let workspace = workspace();
    let answer = similar(&workspace, &["banks must publish fees", "--agency", "ILO", "-k", "1"]);
    let hit = &answer["results"][0];
    assert_eq!(hit["statements"]["found"], "Publish the fees of banks.");
    let why = hit["why"].as_array().expect("a list");
    let terms: Vec<&str> = why.iter().map(|reason| reason["term"].as_str().unwrap()).collect();
    for term in ["banks", "publish", "fees"] {
        assert!(terms.contains(&term), "{terms:?}");
    }
    let shares: f64 = why.iter().map(|reason| reason["share"].as_f64().unwrap()).sum();
    assert!(shares > 0.5 && shares < 1.5, "{why:?}");
    let without = similar(&workspace, &["banks must publish fees", "-k", "1", "--no-why"]);
    assert!(without["results"][0]["probability"] == hit["probability"] || ids(&without) != ["c1"]);
}

/// Pairs with their own texts: like ones graded 3, unlike ones 0.
fn graded(set: &str) -> String {
    let things = ["bridges", "schools", "harbours", "museums", "forests", "archives", "stations"];
    let mut lines = String::new();
    for (at, thing) in things.iter().enumerate() {
        let other = things[(at + 3) % things.len()];
        for (to, text, grade) in [
            ("x", format!("The ministry should inspect all {thing} each year."), 3),
            ("y", format!("Sell tickets for {other} on the web."), 0),
        ] {
            let line = json!({
                "set": set, "a": format!("{thing}-q"), "b": format!("{thing}-{to}"), "grade": grade,
                "text_a": format!("Inspect {thing} every year."), "text_b": text,
            });
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
    }
    lines
}

#[test]
fn graded_pairs_are_scored_and_limits_are_held() {
    let workspace = Workspace::new();
    workspace.write("gold.jsonl", graded("one") + &graded("two"));
    let eval = ["eval", "pairs", "--gold", "gold.jsonl", "--model", HASHING];
    let scores = workspace.concord(&[&eval[..], &["--format", "json"]].concat()).succeeds().json();
    let sets = scores["sets"].as_array().expect("a list");
    assert_eq!((sets.len(), &sets[0]["set"]), (2, &json!("one")));
    assert_eq!(sets[0]["scores"]["overlap"]["average_precision"]["value"], 1.0);
    assert_eq!(sets[0]["scores"]["queries"], 7);
    let floor = [&eval[..], &["--floor", "overlap-ap=0.9"]].concat();
    workspace.concord(&floor).succeeds();
    let ceiling = [&eval[..], &["--ceiling", "overlap-auroc=0.5"]].concat();
    let answer = workspace.concord(&ceiling).ends_with(1);
    assert!(answer.stderr.contains("overlap-auroc is 1, above its ceiling of 0.5"), "{answer:?}");
    let unknown = [&eval[..], &["--floor", "beauty=1"]].concat();
    workspace.concord(&unknown).refused(&["unknown score `beauty`", "overlap-ap"]);
    workspace.write("bad.jsonl", "{\"a\": \"x\", \"b\": \"y\", \"grade\": 9}\n");
    workspace
        .concord(&["eval", "pairs", "--gold", "bad.jsonl"])
        .refused(&["bad.jsonl:1", "0 to 3"]);
}

#[test]
fn probabilities_are_fitted_to_labels_and_an_index_keeps_them() {
    let workspace = Workspace::new();
    workspace.write("gold.jsonl", graded("one") + &graded("two"));
    let fit = ["calibrate", "--gold", "gold.jsonl", "--model", HASHING, "-o", "mine.toml"];
    workspace.concord(&fit).succeeds();
    let records = record("a", "FAO", "Inspect bridges every year.", &json!({}))
        + &record("b", "WHO", "The ministry should inspect all bridges each year.", &json!({}))
        + &record("c", "ILO", "Sell tickets on the web.", &json!({}));
    workspace.write("corpus.jsonl", records);
    let build = ["index", "corpus.jsonl", "--index", "idx", "--model", HASHING];
    let probability = |flags: &[&str]| {
        workspace.concord(&[&build[..], flags].concat()).succeeds();
        similar(&workspace, &["--id", "a", "-k", "1"])["results"][0]["probability"]
            .as_f64()
            .unwrap()
    };
    let shipped = probability(&[]);
    let fitted = probability(&["--calibration", "mine.toml"]);
    assert!(fitted > shipped, "{fitted} is not above {shipped}");
    workspace.write("wrong.toml", "[overlap]\nslope = -1\nintercept = 0\n");
    let wrong = [&build[..], &["--calibration", "wrong.toml"]].concat();
    workspace.concord(&wrong).refused(&["wrong.toml", "concord calibrate"]);
}

#[test]
fn neighbors_are_held_against_labels() {
    let workspace = workspace();
    let labels: String = ["a1", "b1", "c1", "d1", "e1"]
        .map(|id| {
            let labels =
                if ["a1", "b1", "c1"].contains(&id) { json!(["money"]) } else { json!("sea") };
            format!("{}\n", json!({ "id": id, "topic": labels }))
        })
        .concat();
    workspace.write("labels.jsonl", labels);
    let eval = ["eval", "similar", "--gold", "labels.jsonl", "--index", "idx", "--labels"];
    let found = workspace.concord(&[&eval[..], &["topic", "--format", "json"]].concat());
    let found = found.succeeds().json();
    assert_eq!(found["labelled"], 5);
    assert!(found["agreement"]["value"].as_f64().unwrap() >= 0.6, "{found}");
    workspace.concord(&[&eval[..], &["color"]].concat()).refused(&["labels.jsonl:1", "`color`"]);
}

#[test]
fn words_that_no_recommendation_has_are_named() {
    let workspace = workspace();
    let said = |query: &str, flags: &[&str]| {
        let all = [&["similar", query, "--no-why", "--index", "idx"], flags].concat();
        workspace.concord(&all).succeeds().stderr
    };
    let slip = "note: no recommendation contains `Publsih`; did you mean `publish`?\n";
    assert_eq!(said("Publsih fees", &[]), slip);
    assert_eq!(said("Publsih fees", &["--quiet"]), "");
    assert_eq!(said("publish the convention", &[]), "");
    let strange = "note: 4 of the 4 words of this query are in no recommendation, so ";
    assert!(said("coût des envois fonds", &[]).starts_with(strange));
    assert_eq!(said("lead fishing fees", &[]), "", "two strange words are not worth a line");
    assert_eq!(said(&"zebra ".repeat(41), &[]), "", "a text that was copied has no slips");
    workspace.write("q.jsonl", "{\"text\":\"Publsih fees\"}\n");
    let batch = ["similar", "--batch", "q.jsonl", "--no-why", "--index", "idx"];
    assert_eq!(workspace.concord(&batch).succeeds().stderr, "");
}
