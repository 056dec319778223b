//! Reads `src/` and fails where knowledge of language stands outside `src/text/`.

use std::path::{Path, PathBuf};

use crate::workspace;

/// Libraries that only `src/text/` may name: the detector of languages, the words and stems of a text,
/// stop words.
const LIBRARIES: [&str; 4] = ["whichlang", "unicode_segmentation", "rust_stemmers", "stop_words::"];

/// What a stage would write that had a tokenizer, a sentence splitter or a list of stop words of its own.
const SIGNS: [&str; 6] = [
    r"[\p{L}\p{N}]+",
    "unicode_word",
    "fn sentences(text: &str)",
    "fn statements(text",
    "STOP_WORDS",
    "FUNCTION_WORDS",
];

/// Function words of the three languages that stages have lists for; a text between quotation marks with
/// most of them is a list of stop words.
const FUNCTION_WORDS: [&[&str]; 3] = [
    &["the", "of", "and", "to", "in", "for", "with", "that", "by", "is"],
    &["le", "la", "les", "des", "du", "et", "dans", "pour", "sur", "que"],
    &["el", "la", "los", "las", "del", "en", "para", "por", "con", "que"],
];

#[test]
fn only_text_knows_words_sentences_and_languages() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if path.starts_with("text") {
            continue;
        }
        for sign in LIBRARIES.iter().chain(&SIGNS) {
            if text.contains(sign) {
                wrong.push(format!("{}: `{sign}` belongs in src/text/", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn stop_words_stand_in_one_room() {
    let lists: Vec<String> = sources()
        .into_iter()
        .filter(|(path, text)| !path.starts_with("text") && has_stop_words(text))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert_eq!(lists, Vec::<String>::new(), "lists of stop words outside src/text/");
}

#[test]
fn a_list_of_stop_words_is_found() {
    let list = r#"const STOP: &str = "a the of and to in on for with that by is are";"#;
    let quoted = r#"words = ["the", "of", "and", "to", "in", "for", "with", "that", "by", "is"]"#;
    assert!(has_stop_words(list) && has_stop_words(quoted));
    assert!(!has_stop_words(
        "/// The part of a text that is to be found in it, for one with words."
    ));
    assert!(!has_stop_words(r#"joins = ["of", "in", "for", "with"]"#));
}

/// Whether one list in `text`, in quotation marks or of words in quotation marks, has eight of ten
/// function words of a language.
fn has_stop_words(text: &str) -> bool {
    let lists = text.split(['"', '[', ']']).chain(
        text.split(['[', ']']).filter(|list| list.contains("\", \"") || list.contains("\",\n")),
    );
    let is_prose = |list: &str| list.contains(['.', ';', '{']) || list.contains("//");
    lists.filter(|list| !is_prose(list)).any(|list| {
        let words: Vec<&str> = list
            .split(|c: char| c.is_whitespace() || matches!(c, '"' | ',' | '\\'))
            .filter(|word| !word.is_empty())
            .collect();
        FUNCTION_WORDS.iter().any(|function| {
            function.iter().filter(|word| words.contains(word)).count() * 10 >= function.len() * 8
        })
    })
}

/// Every source and data file, by its path in `src/`, less the tests at the foot of each.
fn sources() -> Vec<(PathBuf, String)> {
    let code = |text: String| text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    let files = workspace::sources(is_source).into_iter();
    files.map(|(path, text)| (path, code(text))).collect()
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "rs" || ending == "toml")
}
