//! What comes out is right: on the shipped corpus, and on the book that it was written from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::workspace::{Workspace, repository, shared, shipped_by_default};

const BOOK: &str = "seeds/003_3179afcbdbd94ee6.txt";

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("`{name}` is no text in {value}"))
}

/// Lower-case words of letters and digits.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn those_who_ask_for_cheaper_remittances_are_found_first() {
    let workspace = Workspace::new();
    let query = "reduce the cost of sending remittances";
    let arguments = ["similar", query, "-k3", "--format", "json", "--index", shipped_by_default()];
    let answer = workspace.concord(&arguments).succeeds().json();
    let results = answer["results"].as_array().expect("a list of results");
    assert_eq!(results.len(), 3);
    for hit in results {
        let agency = text(hit, "agency");
        let expected = ["UPU", "IFAD", "World Bank", "UNCTAD", "IOM"].contains(&agency);
        assert!(expected, "{agency}: {}", text(hit, "text"));
    }
}

/// How many queries of `data/queries.toml` may get another first result than one of those named there.
const WRONG_FIRST: usize = 8;

#[test]
fn what_an_analyst_types_finds_the_right_recommendation_first() {
    let queries = std::fs::read_to_string(repository().join("tests/data/queries.toml")).unwrap();
    let queries: toml::Table = toml::from_str(&queries).unwrap();
    let queries = queries["queries"].as_table().expect("a table of queries");
    let line = |query: &String| json!({ "id": query, "text": query }).to_string() + "\n";
    let workspace = Workspace::new();
    workspace.write("queries.jsonl", queries.keys().map(line).collect::<String>());
    let index = shipped_by_default();
    let arguments = ["similar", "--batch", "queries.jsonl", "-k3", "--no-why", "--index", index];
    let mut wrong = Vec::new();
    for answer in workspace.concord(&arguments).succeeds().json_lines() {
        let query = text(&answer["query"], "id");
        let right: Vec<&str> =
            queries[query].as_array().unwrap().iter().filter_map(|id| id.as_str()).collect();
        let first = &answer["results"][0];
        if !right.contains(&text(first, "id")) {
            wrong.push(format!("{query}: {} {}", text(first, "id"), text(first, "text")));
        }
    }
    println!(
        "{} of {} queries have a right first result",
        queries.len() - wrong.len(),
        queries.len()
    );
    assert!(wrong.len() <= WRONG_FIRST, "{}", wrong.join("\n"));
}

#[test]
fn a_report_without_an_index_builds_that_of_the_shipped_corpus() {
    let index = std::path::Path::new(shipped_by_default());
    let folder = index.ancestors().nth(2).expect("it was built as index/hld-2013");
    assert_eq!(folder.join("index/hld-2013"), index);
    let html = std::fs::read_to_string(folder.join("concord-report.html")).unwrap();
    let markdown = std::fs::read_to_string(folder.join("concord-report.md")).unwrap();
    assert!(markdown.contains("High-level Dialogue"), "the report names the corpus");
    for agency in ["FAO", "UPU", "World Bank"] {
        assert!(html.contains(agency) && markdown.contains(agency), "{agency} is missing");
    }
}

/// What two readers found: tests/data/gaps/README.md.
#[test]
fn what_is_said_to_be_open_is_open_for_readers() {
    let path = repository().join("tests/data/gaps/hld-2013.jsonl");
    let labels = json_lines(&std::fs::read_to_string(path).unwrap());
    let arguments = ["gaps", "--format", "json", "--index", shipped_by_default()];
    let gaps = Workspace::new().concord(&arguments).succeeds().json();
    // Kind, the probability from which a recommendation counts, how much must be found open, how much of that
    // may be wrong, and the share of what counts that a reader names.
    for (kind, key, least, open, wrong, named) in
        [("challenge", "challenges", 0.35, 3, 1, 0.5), ("agenda", "agenda", 0.4, 0, 0, 0.6)]
    {
        let grades_of = |id: &str| {
            let is_own = |label: &&Value| label["kind"] == kind && text(label, "id") == id;
            labels.iter().find(is_own).expect("it is labelled")["grades"].as_object().unwrap()
        };
        let items = gaps[key].as_array().unwrap();
        let met = |item: &Value| {
            let by_both = |grades: &Value| (0..2).all(|reader| grades[reader] == 2);
            grades_of(text(item, "id")).values().any(by_both)
        };
        let said: Vec<&Value> = items.iter().filter(|item| item["unanswered"] == true).collect();
        let mistaken: Vec<&str> =
            said.iter().filter(|item| met(item)).map(|item| text(item, "id")).collect();
        assert!(said.len() >= open, "{kind}: only {} are said to be open", said.len());
        assert!(mistaken.len() <= wrong, "{kind}: readers find met {mistaken:?}");
        let counts = |near: &&Value| near["probability"].as_f64().unwrap() >= least;
        let (mut n, mut agreed) = (0_u32, 0_u32);
        for item in items {
            let grades = grades_of(text(item, "id"));
            for near in item["nearest"].as_array().unwrap().iter().filter(counts) {
                n += 1;
                agreed += u32::from(grades.contains_key(text(near, "id")));
            }
        }
        println!("{kind}: {} said to be open, {agreed} of {n} named by a reader", said.len());
        assert!(f64::from(agreed) >= named * f64::from(n), "{kind}: {agreed} of {n}");
    }
}

/// What two readers would call the same groups: tests/data/names/README.md.
#[test]
fn names_of_themes_share_their_words_with_those_that_readers_gave() {
    let path = repository().join("tests/data/names/hld-2013.jsonl");
    let labels = json_lines(&std::fs::read_to_string(path).unwrap());
    let arguments = ["themes", "--format", "json", "--index", shipped_by_default()];
    let themes = Workspace::new().concord(&arguments).succeeds().json();
    let ids = |value: &Value| -> BTreeSet<String> {
        let id = |member: &Value| member.as_str().unwrap_or_else(|| text(member, "id")).to_owned();
        value["members"].as_array().unwrap().iter().map(id).collect()
    };
    // "coherent" and "coherence" are one.
    let stems = |name: &str| -> BTreeSet<String> {
        let long = words(name).into_iter().filter(|word| word.chars().count() > 3);
        long.map(|word| word.chars().take(5).collect()).collect()
    };
    let (mut sum, mut n) = (0.0, 0.0);
    for theme in themes["themes"].as_array().unwrap() {
        let members = ids(theme);
        let same = labels.iter().find(|label| ids(label) == members);
        let Some(label) = same else { continue };
        let ours = stems(text(theme, "label"));
        for better in label["better"].as_array().unwrap().iter().filter_map(Value::as_str) {
            if better != "no theme" {
                let theirs = stems(better);
                let both = ours.intersection(&theirs).count();
                sum += 2.0 * both as f64 / (ours.len() + theirs.len()) as f64;
                n += 1.0;
            }
        }
    }
    println!("{:.3} of the words of {n} names", sum / n);
    assert!(n >= 100.0, "only {n} names are of a group that is still found");
    assert!(sum / n >= 0.45, "{:.3}", sum / n);
}

#[test]
fn items_of_the_book_are_extracted_with_their_agency() {
    let Some(book) = shared(BOOK) else { return };
    let gold = shared("gold/extraction/003-dev.jsonl").expect("gold lies beside the seeds");
    let gold = json_lines(&std::fs::read_to_string(gold).unwrap());
    let workspace = Workspace::new();
    let found = workspace.concord(&["extract", book.to_str().unwrap()]).succeeds().json_lines();
    let found: Vec<(&str, Vec<String>)> =
        found.iter().map(|row| (text(row, "agency"), words(text(row, "text")))).collect();
    let items: Vec<&Value> =
        gold.iter().filter(|row| row["kind"] == "item" && row["borderline"] != true).collect();
    assert_eq!(items.len(), 76);
    let missing: Vec<String> = items
        .iter()
        .filter(|row| {
            let wanted = words(text(row, "text"));
            let is_found = |(agency, words): &(&str, Vec<String>)| {
                *agency == text(row, "agency") && holds(words, &wanted)
            };
            !found.iter().any(is_found)
        })
        .map(|row| format!("{} {}", text(row, "id"), text(row, "text")))
        .collect();
    let n_found = items.len() - missing.len();
    println!("{n_found} of {} items found with their agency", items.len());
    assert!(
        n_found * 10 >= items.len() * 9,
        "{n_found} of {} found; missing:\n{}",
        items.len(),
        missing.join("\n")
    );
}

/// Whether at least 90 % of the wanted words are among `words`, and those are at most half as many
/// again.
fn holds(words: &[String], wanted: &[String]) -> bool {
    let mut left: HashMap<&String, usize> = HashMap::new();
    for word in words {
        *left.entry(word).or_default() += 1;
    }
    let shared = wanted.iter().filter(|word| {
        left.get_mut(word).is_some_and(|n| {
            let is_left = *n > 0;
            *n -= usize::from(is_left);
            is_left
        })
    });
    shared.count() * 10 >= wanted.len() * 9 && words.len() * 2 <= wanted.len() * 3
}

#[test]
fn a_row_is_found_by_most_of_its_words_and_little_else() {
    let wanted = words("States should cut the cost of sending money home by half now");
    let found = |text: &str| holds(&words(text), &wanted);
    assert!(found("states should cut the cost of sending money home by HALF, now."));
    assert!(found("States should cut the cost of sending money home by half"));
    assert!(!found("States should cut the cost of sending money"));
    assert!(!found(&"States should cut the cost of sending money home by half now ".repeat(2)));
}

#[test]
fn the_book_goes_from_text_to_report() {
    let Some(book) = shared(BOOK) else { return };
    let workspace = Workspace::new();
    let extracted = workspace.concord(&["extract", book.to_str().unwrap()]).succeeds();
    let n = extracted.stdout.lines().count();
    assert!((200..320).contains(&n), "{n} recommendations; people found 256");
    let index = ["index", "-", "--index", "x"];
    workspace.concord(&index).stdin(extracted.stdout).succeeds();
    let report = workspace.concord(&["report", "--index", "x"]).succeeds();
    let expected = format!("{n} recommendations by 28 agencies");
    assert!(report.stdout.contains(&expected), "{report:?}");
    assert!(report.stdout.contains("written: ./concord-report.html"), "{report:?}");
}

/// As many words in a row were copied, not found anew.
const RUN: usize = 8;

#[test]
fn the_shipped_corpus_copies_no_sentence_of_the_book() {
    let Some(book) = shared(BOOK) else { return };
    let names = std::fs::read_to_string(repository().join("tests/data/shared-names.txt")).unwrap();
    let names = Names::new(&names);
    let book = names.fold(&words(&std::fs::read_to_string(book).unwrap()));
    let runs: BTreeSet<&[String]> = book.windows(RUN).collect();
    let copied: Vec<String> = shipped_texts()
        .iter()
        .flat_map(|(id, text)| {
            let words = names.fold(&words(text));
            let copied = words.windows(RUN).filter(|run| runs.contains(run));
            copied.map(|run| format!("{id}: {}", run.join(" "))).collect::<Vec<_>>()
        })
        .collect();
    assert!(copied.is_empty(), "runs of {RUN} words that the book has too:\n{}", copied.join("\n"));
}

#[test]
fn a_copied_run_is_seen_and_a_name_counts_as_one_word() {
    let names = Names::new("# bodies\nHigh-level Dialogue on International Migration\n");
    let text = words("The High-level Dialogue on International Migration met");
    let folded = names.fold(&text);
    assert_eq!(folded, ["the", "high-level-dialogue-on-international-migration", "met"]);
    assert_eq!(names.fold(&words("level Dialogue")), ["level", "dialogue"]);
}

/// Names of bodies and conventions, which nobody can say in other words.
struct Names(BTreeMap<String, Vec<Vec<String>>>);

impl Names {
    /// One name a line; `#` begins a comment.
    fn new(text: &str) -> Self {
        let mut names: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let name = words(line);
            names.entry(name[0].clone()).or_default().push(name);
        }
        for of_word in names.values_mut() {
            of_word.sort_by_key(|name| std::cmp::Reverse(name.len()));
        }
        Self(names)
    }

    /// The words with each name as one word, the longest first.
    fn fold(&self, words: &[String]) -> Vec<String> {
        let mut folded = Vec::new();
        let mut rest = words;
        while let Some(first) = rest.first() {
            let names = self.0.get(first);
            let name = names.and_then(|names| names.iter().find(|name| rest.starts_with(name)));
            folded.push(name.map_or_else(|| first.clone(), |name| name.join("-")));
            rest = &rest[name.map_or(1, Vec::len)..];
        }
        folded
    }
}

/// Records, challenges and agenda items of the shipped corpus, by id.
fn shipped_texts() -> Vec<(String, String)> {
    let folder = repository().join("corpus/hld-2013");
    let records = std::fs::read_to_string(folder.join("recommendations.jsonl")).unwrap();
    let mut texts: Vec<(String, String)> = json_lines(&records)
        .iter()
        .map(|row| (text(row, "id").to_owned(), text(row, "text").to_owned()))
        .collect();
    assert_eq!(texts.len(), 256);
    let challenges = std::fs::read_to_string(folder.join("challenges.jsonl")).unwrap();
    let rows = json_lines(&challenges);
    texts.extend(rows.iter().map(|row| (text(row, "id").to_owned(), text(row, "text").to_owned())));
    let agenda = std::fs::read_to_string(folder.join("agenda.toml")).unwrap();
    let agenda: toml::Table = agenda.parse().expect("agenda.toml is TOML");
    for item in agenda["items"].as_array().expect("items are a list") {
        let of = |name: &str| item[name].as_str().expect("a text").to_owned();
        texts.push((of("id"), of("text")));
    }
    texts
}
