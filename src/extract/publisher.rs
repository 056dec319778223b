//! The body that publishes a document, read from its first page.

use std::collections::BTreeMap;

use super::agency::{Acronyms, is_acronym, is_body};
use crate::domain::Document;

/// The body that publishes `document`, if its first page names one.
///
/// A name scores most if the text says that this body speaks or examines something; how early and
/// how often it is named counts less.
pub(crate) fn publisher(document: &Document, acronyms: &Acronyms) -> Option<String> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (number, line) in front(document).enumerate() {
        for name in bodies(line, acronyms) {
            names.entry(name).or_insert((80 - number) / 2);
        }
    }
    // Enough to decide, and it limits the search to a few megabytes for any document.
    let text = head(document.text(), 200_000);
    let mut names: Vec<(String, usize)> = names.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    names.truncate(40);
    let scored = names.into_iter().map(|(name, early)| {
        let (speaks, times) = mentions(text, &name);
        (15 * speaks.min(8) + 2 * early + 3 * times.min(6), name)
    });
    let best = scored
        .filter(|(score, _)| *score >= 60)
        .max_by(|a, b| a.0.cmp(&b.0).then(a.1.len().cmp(&b.1.len())).then(b.1.cmp(&a.1)));
    best.map(|(_, name)| acronyms.short(&name))
}

/// The start of a text, at most `bytes` long, cut between characters.
fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

/// How often the first part of a text says that `name` speaks, and how often it names it.
fn mentions(text: &str, name: &str) -> (usize, usize) {
    const SPEAKS: &[&str] = &[
        "recommend",
        "makes ",
        "is making",
        "was asked",
        "conducted",
        "reviewed",
        "analyzed",
        "analysed",
        "examined",
        "urges",
        "calls ",
        "concluded",
        "launched an inquiry",
        "recommande",
        "recomienda",
        "invite",
        "prie ",
        "insta ",
        "exhorte",
        "exhorta",
    ];
    let said = |name: &str| {
        let rests =
            text.match_indices(name).take(2000).map(|(at, _)| text[at + name.len()..].trim_start());
        rests.fold((0, 0), |(speaks, times), rest| {
            (speaks + usize::from(SPEAKS.iter().any(|verb| rest.starts_with(verb))), times + 1)
        })
    };
    let (speaks, times) = said(name);
    // "The Board recommends" refers to the body whose name begins or ends with that word.
    let head = name.split(" of ").next().unwrap_or(name);
    let short = ["The ", "Le ", "La ", "El "].map(|article| {
        let word = if article == "The " { head.rsplit(' ').next() } else { head.split(' ').next() };
        said(&format!("{article}{}", word.unwrap_or(name))).0
    });
    let nicked = if name.contains(' ') { short.iter().sum() } else { 0 };
    (speaks + nicked, times)
}

/// The non-empty lines of the first page.
fn front(document: &Document) -> impl Iterator<Item = &str> {
    let lines = (0..document.lines().len()).filter_map(|number| document.line(number));
    let listed = |line: &&str| super::marker::parse(line).is_some() || line.contains("](#");
    lines
        .map(str::trim)
        .filter(move |line| !line.is_empty() && line.len() <= 300 && !listed(line))
        .take(80)
}

/// Names of bodies in a line: acronyms, and runs of capitalised words that include a word for a body.
fn bodies(line: &str, acronyms: &Acronyms) -> Vec<String> {
    let mut out = Vec::new();
    // "Comité des droits des gens de mer": a whole line may be a name in languages that capitalise little.
    let first = line.split(' ').next().unwrap_or("");
    if line.len() <= 90
        && line.contains(' ')
        && !line.ends_with('.')
        && is_body(first, &Acronyms::default())
        && !is_acronym(first)
    {
        out.push(line.to_owned());
    }
    let mut run: Vec<&str> = Vec::new();
    let shouted = !line.contains(char::is_lowercase);
    for word in line
        .split([' ', '\t', '|', '[', ']', ',', ';', ':', '"', '“', '”', '*', '_', '#'])
        .chain([""])
    {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let stops = word.ends_with(['.', ')']) && bare.len() > 2;
        let capital =
            bare.starts_with(char::is_uppercase) && !bare.contains(|c: char| c.is_ascii_digit());
        // "Défenseur des rivières": lower-case words continue a name after a joining word.
        let behind = run.last().is_some_and(|w| is_joining(w))
            && run.len() < 7
            && is_body(run[0], &Acronyms::default());
        let small = is_joining(bare) || behind && !bare.is_empty();
        if capital || small && !run.is_empty() {
            run.push(bare);
        }
        if !capital && !small || stops {
            flush(&mut run, acronyms, &mut out);
        }
        let head = bare.split('-').next().unwrap_or("");
        let acronym =
            head.len() >= 3 && head.bytes().all(|b| b.is_ascii_uppercase()) && is_acronym(head);
        // In a line of capitals every word looks like an acronym.
        let among = run.len() > 1 && is_capitals(run[run.len() - 2]);
        if acronym
            && !shouted
            && !among
            && !is_joining(&head.to_lowercase())
            && !is_body(&head.to_lowercase(), &Acronyms::default())
        {
            out.push(head.to_owned());
        }
    }
    out
}

/// Whether a word may join the parts of a name.
fn is_joining(word: &str) -> bool {
    const SMALL: &[&str] = &[
        "of", "the", "and", "for", "on", "de", "la", "des", "du", "del", "los", "las", "y", "et",
        "aux",
    ];
    SMALL.contains(&word)
}

fn is_capitals(word: &str) -> bool {
    word.len() > 2 && word.chars().all(char::is_uppercase)
}

fn flush(run: &mut Vec<&str>, acronyms: &Acronyms, out: &mut Vec<String>) {
    while run.last().is_some_and(|w| is_joining(w)) {
        run.pop();
    }
    if run.first().is_some_and(|w| matches!(*w, "The" | "THE")) {
        run.remove(0);
    }
    let name = run.join(" ");
    let caps = name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    if (2..=9).contains(&run.len()) && is_body(&name, acronyms) {
        out.push(if caps {
            run.iter().map(|w| titled(w)).collect::<Vec<_>>().join(" ")
        } else {
            name
        });
    }
    run.clear();
}

/// "BOARD" as "Board"; joining words become lower case.
fn titled(word: &str) -> String {
    let lower = word.to_lowercase();
    if is_joining(&lower) {
        return lower;
    }
    let mut chars = lower.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn the_first_page_names_the_publisher() {
        let text = "Roads in winter\nA report of the Northern Roads Commission\nAnna Berg, Editor\n\n                    The Northern Roads Commission met twice. Cars slid. The Northern Roads Commission asks for salt.\n";
        let document =
            Document::plain(DocumentId::try_from("d".to_owned()).unwrap(), "d".into(), text.into());
        assert_eq!(
            publisher(&document, &Acronyms::default()).as_deref(),
            Some("Northern Roads Commission")
        );
    }
}
