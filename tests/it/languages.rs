//! Languages other than English: extraction on the labelled documents in `tests/data/languages`, and what
//! is said of a text in a language that is not read.
//!
//! In those documents ⟦ and ⟧ mark what a careful reader would take. The cues were written with `tuned` in
//! view; `kept` was written first, by another plan, and was not looked at before the cues were done.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::workspace::{HASHING, Workspace, records, repository};

/// The languages in which recommendations are read besides English, as files are named.
const LANGUAGES: [&str; 7] = ["ar", "de", "es", "fr", "pt", "ru", "zh"];

/// A document without its marks, and the passages that they enclose.
fn labelled(text: &str) -> (String, Vec<String>) {
    let parts = text.split('⟦').skip(1);
    let passage = |part: &str| part.split_once('⟧').expect("a mark is closed").0.to_owned();
    (text.replace(['⟦', '⟧'], ""), parts.map(passage).collect())
}

/// Its letters and digits in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many labels there are and how many were found; how many passages were taken, and how many rightly.
#[derive(Default)]
struct Score {
    labels: usize,
    found: usize,
    taken: usize,
    right: usize,
    wrong: Vec<String>,
}

impl Score {
    /// A passage is right if labels make up at least 70 % of it. Two requests in one numbered paragraph
    /// may be one passage.
    fn add(&mut self, labels: &[String], taken: &[String]) {
        let labels: Vec<String> = labels.iter().map(|label| letters(label)).collect();
        let mut found = vec![false; labels.len()];
        for text in taken {
            let own = letters(text);
            let is_in = |label: &String| {
                own.contains(label) || label.contains(&own) && 10 * own.len() >= 7 * label.len()
            };
            let inside: Vec<usize> =
                (0..labels.len()).filter(|&at| !found[at] && is_in(&labels[at])).collect();
            let covered: usize = inside.iter().map(|&at| labels[at].len().min(own.len())).sum();
            if !inside.is_empty() && 10 * covered >= 7 * own.len() {
                for at in inside {
                    found[at] = true;
                }
                self.right += 1;
            } else {
                self.wrong.push(format!("taken: {text}"));
            }
        }
        self.taken += taken.len();
        self.labels += labels.len();
        self.found += found.iter().filter(|found| **found).count();
        let missing = labels.iter().zip(&found).filter(|(_, found)| !**found);
        self.wrong.extend(missing.map(|(label, _)| format!("missing: {label}")));
    }

    fn recall(&self) -> f64 {
        self.found as f64 / self.labels.max(1) as f64
    }

    fn precision(&self) -> f64 {
        self.right as f64 / self.taken.max(1) as f64
    }
}

/// The scores on the documents in `folder`, by language.
fn scores(folder: &str) -> BTreeMap<String, Score> {
    let files = fs::read_dir(repository().join("tests/data/languages").join(folder)).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    names.sort();
    let workspace = Workspace::new();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for path in names {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (text, labels) = labelled(&fs::read_to_string(&path).unwrap());
        workspace.write(name, text);
        let rows = workspace.concord(&["extract", name, "--format", "jsonl"]).succeeds();
        let taken: Vec<String> =
            rows.json_lines().iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect();
        scores.entry(name[..2].to_owned()).or_default().add(&labels, &taken);
    }
    assert_eq!(scores.keys().collect::<Vec<_>>(), LANGUAGES);
    for (language, score) in &scores {
        println!(
            "{folder} {language}: recall {:.2} ({} of {}), precision {:.2} ({} of {})",
            score.recall(),
            score.found,
            score.labels,
            score.precision(),
            score.right,
            score.taken
        );
    }
    scores
}

fn assert_at_least(scores: &BTreeMap<String, Score>, recall: f64, precision: f64) {
    for (language, score) in scores {
        let (r, p) = (score.recall(), score.precision());
        assert!(
            r >= recall && p >= precision,
            "{language}: recall {r:.2}, precision {p:.2}\n{}",
            score.wrong.join("\n")
        );
    }
}

#[test]
fn recommendations_are_found_in_seven_languages_besides_english() {
    assert_at_least(&scores("tuned"), 0.8, 0.95);
    assert_at_least(&scores("kept"), 0.9, 0.85);
}

#[test]
fn who_speaks_and_the_markers_are_read_in_other_scripts() {
    let workspace = Workspace::new();
    let records = |file: &str| {
        let path = repository().join("tests/data/languages/tuned").join(file);
        let (text, _) = labelled(&fs::read_to_string(path).unwrap());
        workspace.write(file, text);
        workspace.concord(&["extract", file, "--format", "jsonl"]).succeeds().json_lines()
    };
    let cases = [
        (
            "ru-komitet.txt",
            "Комитет по правам островитян",
            vec!["3.", "5.", "a)", "b)", "c)", "7.", "8."],
        ),
        ("ar-mufattish.txt", "مكتب المفتش العام للسجون", vec!["١.", "٢.", "٣.", "٤.", ""]),
        ("zh-diaocha.txt", "渡轮事故调查组", vec!["1、", "2、", "3、", ""]),
    ];
    for (file, agency, markers) in cases {
        let rows = records(file);
        let found: Vec<&str> =
            rows.iter().map(|row| row["marker"].as_str().unwrap_or("")).collect();
        assert_eq!(found, markers, "{file}");
        assert!(rows.iter().all(|row| row["agency"] == agency), "{file}: {}", rows[0]["agency"]);
    }
}

#[test]
fn a_text_in_a_language_that_is_not_read_says_so_whatever_its_script() {
    let workspace = Workspace::new();
    let cases = [
        (
            "thai.txt",
            "คณะกรรมการขอแนะนำให้รัฐภาคีเพิ่มจำนวนผู้ตรวจแรงงานในทุกจังหวัด และเผยแพร่ผลการตรวจสอบทุกปี\n",
            "a script that Concord does not read",
        ),
        (
            "greek.txt",
            "Η επιτροπή συνιστά στο κράτος μέρος να αυξήσει τον αριθμό των επιθεωρητών εργασίας σε κάθε περιφέρεια.\n",
            "a script that Concord does not read",
        ),
        (
            "dutch.txt",
            "De commissie beveelt de staat aan om het aantal arbeidsinspecteurs in elke provincie te verhogen en de uitkomsten te publiceren.\n",
            "a language that Concord does not read",
        ),
        (
            "polish.txt",
            "Komitet zaleca państwu stronie zwiększenie liczby inspektorów pracy w każdym województwie oraz publikowanie wyników.\n",
            "a language that Concord does not read",
        ),
    ];
    for (name, text, told) in cases {
        workspace.write(name, text.repeat(4));
        let answer = workspace.concord(&["extract", name, "--agency", "X"]).succeeds();
        let told = format!("most of the text is in {told}");
        assert!(answer.stderr.contains(&told), "{answer:?}");
    }
}

/// Rows of the same two asks in English and in Spanish, each by a body of its own.
fn two_languages() -> String {
    records(&[
        (
            "A-1",
            "Harbour Board",
            "The ministry should publish the error rate of the logs every year.",
        ),
        ("A-2", "Road Office", "Train every inspector in the use of the new scales before winter."),
        (
            "B-1",
            "Junta",
            "El ministerio debería publicar cada año la tasa de errores de los registros.",
        ),
        ("B-2", "Oficina", "Capacitar a todos los inspectores en el uso de las nuevas balanzas."),
    ])
}

/// Two lines of [`two_languages`] from line `from` on.
fn two_of(from: usize) -> String {
    two_languages().lines().skip(from).take(2).flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn a_corpus_of_two_languages_proposes_the_model_that_compares_them() {
    let workspace = Workspace::new();
    let index = |name: &str, rows: String| {
        let file = format!("{name}.jsonl");
        workspace.write(&file, rows);
        let command = ["index", &file, "--index", name, "--model", HASHING];
        workspace.concord(&command).succeeds().stderr
    };
    let told = index("two", two_languages());
    let expected = "the recommendations are in English (2), Spanish (2): `--model multilingual` compares \
                    them across languages, `concord/hashing` does not";
    assert!(told.contains(expected), "{told}");
    let told = index("one", two_of(0));
    assert!(!told.contains("multilingual"), "{told}");
    let query = "¿Quién pide que se publique la tasa de errores de los registros?";
    let ask = |index: &str| {
        workspace.concord(&["similar", query, "--no-why", "--index", index]).succeeds().stderr
    };
    let told = ask("one");
    let expected = "note: the query is in Spanish, the index in English (2), and its model \
                    `concord/hashing` compares texts of one language: translate the query, or build \
                    the index with `--model multilingual`";
    assert!(told.contains(expected), "{told}");
    let told = ask("two");
    assert!(!told.contains("translate"), "the index has Spanish ones: {told}");
    let draft = "# Recomendaciones\n\n- Publicar cada año la tasa de errores de los registros del puerto.\n";
    workspace.write("draft.md", draft);
    let told = workspace.concord(&["check", "draft.md", "--index", "one"]).succeeds().stderr;
    assert!(told.contains("note: the draft is in Spanish"), "{told}");
}

#[test]
fn the_judge_is_not_asked_about_texts_that_it_cannot_read() {
    let workspace = Workspace::new();
    for (name, from, judged) in [("en", 0, "; 1 pair judged"), ("es", 2, "; 0 pairs judged")] {
        let file = format!("{name}.jsonl");
        workspace.write(&file, two_of(from));
        let told = workspace.concord(&["index", &file, "--index", name]).succeeds().stderr;
        assert!(told.contains(judged), "{name}: {told}");
    }
}

/// Of 100 queries in each language, how many must have a right answer first, and among the first five.
const FIRST: usize = 76;
const FIRST_FIVE: usize = 90;

#[test]
fn spanish_and_french_queries_find_english_recommendations() {
    let queries = repository().join("tests/data/languages/queries.toml");
    let queries: toml::Table = toml::from_str(&fs::read_to_string(queries).unwrap()).unwrap();
    let workspace = Workspace::new();
    let corpus = repository().join("corpus/hld-2013").display().to_string();
    let index = ["index", &corpus, "--index", "i", "--model", "multilingual"];
    workspace.concord(&index).succeeds();
    for (language, queries) in &queries {
        let queries = queries.as_table().unwrap();
        let line = |query: &String| json!({ "id": query, "text": query }).to_string() + "\n";
        workspace.write("queries.jsonl", queries.keys().map(line).collect::<String>());
        let ask = ["similar", "--batch", "queries.jsonl", "-k5", "--no-why", "--index", "i"];
        let (mut first, mut five) = (0, 0);
        for answer in workspace.concord(&ask).succeeds().json_lines() {
            let right = queries[answer["query"]["id"].as_str().unwrap()].as_array().unwrap();
            let is_right = |hit: &Value| right.iter().any(|id| id.as_str() == hit["id"].as_str());
            let results = answer["results"].as_array().unwrap();
            first += usize::from(is_right(&results[0]));
            five += usize::from(results.iter().any(is_right));
        }
        println!("{language}: {first} of {} right first, {five} in the first five", queries.len());
        assert!(first >= FIRST && five >= FIRST_FIVE, "{language}: {first} first, {five} of five");
    }
}
