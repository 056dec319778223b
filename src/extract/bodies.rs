//! The names of bodies in a line, and the rest of a name that goes on elsewhere.

use std::collections::BTreeMap;

use super::{
    agency::{Acronyms, SECTIONS, is_acronym, is_body, is_inspection, names_body, strip_article},
    fold::key,
};

/// Names of bodies in a line: acronyms, and runs of capitalised words that include a word for a body.
pub(super) fn bodies(line: &str, acronyms: &Acronyms) -> Vec<String> {
    let mut out = Vec::new();
    // "Comité des droits des gens de mer": a whole line may be a name in languages that capitalise little.
    // "Hafenrechnungshof": one word may be a name in languages that join their words.
    let line = strip_article(own_part(line));
    let first = line.split(' ').next().unwrap_or("");
    if line.chars().count() <= 90
        && !line.contains(|c: char| c.is_ascii_digit())
        && !line
            .split(' ')
            .any(|word| matches!(word, "is" | "are" | "was" | "has" | "est" | "ist" | "es"))
        && (line.contains(' ') || names_body(line) && line.len() > 10)
        && !line.ends_with(['.', ':', '。', '：', '؛'])
        && (is_body(first, &Acronyms::default()) || is_inspection(line))
        && !is_acronym(first)
    {
        out.push(line.to_owned());
    }
    let mut run: Vec<&str> = Vec::new();
    let shouted = !line.contains(char::is_lowercase);
    for word in line
        .split([' ', '\t', '|', '[', ']', ',', ';', ':', '"', '“', '”', '*', '_', '#', '–', '—'])
        .chain([""])
    {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let stops = word.ends_with(['.', ')']) && bare.len() > 2;
        // "Covid-19" may be part of a name, "AO-2019" is a number.
        let capital = bare.starts_with(char::is_uppercase)
            && !is_verb_of_title(bare)
            && (bare.contains(char::is_lowercase) || !bare.contains(|c: char| c.is_ascii_digit()));
        // "Défenseur des rivières": lower-case words continue a name after a joining word.
        let behind =
            run.last().is_some_and(|w| is_joining(w) && !matches!(*w, "y" | "et" | "e" | "and"))
                && run.len() < 7
                && is_body(run[0], &Acronyms::default());
        let small = is_joining(bare) || behind && !bare.is_empty() && !is_clause_word(bare);
        // "WORLD HEALTH ORGANIZATION Geneva": the name ends with its capitals.
        let is_loud = |word: &str| word.chars().count() > 2 && !word.contains(char::is_lowercase);
        let loud = run.len() > 1 && run.iter().all(|w| is_loud(w) || w.chars().count() <= 3);
        if loud && capital && !is_loud(bare) && bare.chars().count() > 2 {
            flush(&mut run, acronyms, &mut out);
        }
        if capital || small && !run.is_empty() {
            run.push(bare);
        }
        if !capital && !small || stops {
            flush(&mut run, acronyms, &mut out);
        }
        let head = bare.split('-').next().unwrap_or("");
        let acronym =
            head.len() >= 3 && head.bytes().all(|b| b.is_ascii_uppercase()) && is_acronym(head);
        // In a line of capitals every word looks like an acronym; behind other capitals one may be letters
        // after a person's name.
        let among = run.len() > 1;
        let counted = line.contains(|c: char| c.is_ascii_digit()) && line.len() <= 40;
        if acronym
            && !shouted
            && (!among || is_short_for(&run[..run.len() - 1], head))
            && !counted
            && !is_joining(&head.to_lowercase())
            && !is_body(&head.to_lowercase(), &Acronyms::default())
        {
            out.push(head.to_owned());
        }
    }
    out
}

/// A line without what is set behind the name of a body in it: "Harbour Inquiry – Phase 2 report", "Court of Ports -
/// www.ports.example".
pub(super) fn own_part(line: &str) -> &str {
    const SIGNS: [&str; 4] = [" – ", " — ", " - ", " | "];
    let cut =
        SIGNS.iter().filter_map(|sign| line.split_once(sign)).min_by_key(|(name, _)| name.len());
    cut.filter(|(name, rest)| names_body(name) && !names_body(rest)).map_or(line, |(name, _)| name)
}

/// Whether a word makes a sentence of a title in capitals: "The Park Service Needs To Improve Oversight".
fn is_verb_of_title(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "To", "Is", "Are", "Was", "Were", "Has", "Have", "Did", "Does", "Not", "Can", "Could",
        "Must", "Should", "Need", "Needs", "How", "Why", "What",
    ];
    WORDS.contains(&word)
}

/// Whether a small word begins a clause, which no name goes on in: "Comité de que".
fn is_clause_word(word: &str) -> bool {
    const WORDS: &[&str] =
        &["que", "qui", "quien", "cual", "si", "como", "comme", "se", "no", "ne"];
    WORDS.contains(&word)
}

/// Whether a word may join the parts of a name.
fn is_joining(word: &str) -> bool {
    const SMALL: &[&str] = &[
        "of", "the", "and", "for", "on", "into", "against", "de", "la", "des", "du", "del", "los",
        "las", "y", "et", "aux", "da", "do", "das", "dos", "e", "по", "и", "о", "об", "в",
    ];
    SMALL.contains(&word)
}

/// Most words of a name.
const MOST_WORDS: usize = 12;

/// Adds the name that a run of words is, if it is one, and empties the run.
fn flush(run: &mut Vec<&str>, acronyms: &Acronyms, out: &mut Vec<String>) {
    let is_section = |word: &&str| SECTIONS.contains(&key(word).as_str());
    while run.last().is_some_and(|word| is_joining(word) || is_section(word)) {
        run.pop();
    }
    if run.first().is_some_and(|w| matches!(*w, "The" | "THE")) {
        run.remove(0);
    }
    // "Informe de la Defensoría": the report of the body.
    let joins = |word: &str| is_joining(&word.to_lowercase());
    if run.len() > 2 && REPORTS.contains(&key(run[0]).as_str()) && joins(run[1]) {
        run.drain(..2);
        while run.first().is_some_and(|w| joins(w)) {
            run.remove(0);
        }
    }
    let short = run.last().copied().filter(|last| {
        run.len() > 2 && is_acronym(last) && is_short_for(&run[..run.len() - 1], last)
    });
    if short.is_some() {
        run.pop();
    }
    // "GAO United States Government Accountability Office", as a logo is read.
    if run.len() > 3 && is_acronym(run[0]) && is_short_for(&run[1..], run[0]) {
        run.remove(0);
    }
    let name = run.join(" ");
    let caps = name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let is_name = names_body(&name) || acronyms.knows(&name);
    if (2..=MOST_WORDS).contains(&run.len()) && is_name {
        let name =
            if caps { run.iter().map(|w| titled(w)).collect::<Vec<_>>().join(" ") } else { name };
        out.push(short.map_or(name.clone(), |short| format!("{name} ({short})")));
    }
    run.clear();
}

/// Words for a report, before the body whose it is.
const REPORTS: &[&str] = &[
    "report",
    "annual",
    "review",
    "rapport",
    "informe",
    "memoria",
    "bericht",
    "relatorio",
    "recommendations",
    "recommandations",
    "recomendaciones",
    "recomendacoes",
    "empfehlungen",
    "tracker",
    "register",
    "verdict",
    "decision",
];

/// Whether `acronym` is short for the name `words`: "Joint Travel Inspectorate JTI".
pub(super) fn is_short_for(words: &[&str], acronym: &str) -> bool {
    let initials: String = words
        .iter()
        .filter(|word| !is_joining(word))
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_uppercase)
        .collect();
    let letters: String = acronym.chars().filter(|c| c.is_alphabetic()).collect();
    letters.len() >= 3 && (initials.ends_with(&letters) || initials.starts_with(&letters))
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

/// A name with what else the text has of it at least twice, or the first page where a line breaks in it: "European
/// Committee for the Prevention of Torture" for "European Committee".
pub(super) fn whole<'a>(text: &str, front: impl Iterator<Item = &'a str>, name: String) -> String {
    let lower = text.to_lowercase();
    // Lower-case letters may take more bytes; then the places differ.
    if lower.len() != text.len() || name.contains('(') || is_acronym(&name) {
        return name;
    }
    let mut times: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    // Where its last words stand on the next line of the title page: "Royal College of Rural" and "Practitioners".
    let (mut all, mut cut): (usize, BTreeMap<&str, usize>) = (0, BTreeMap::new());
    for (at, _) in lower.match_indices(&name.to_lowercase()).take(200) {
        let rest = at + name.len();
        all += 1;
        let end = text.get(rest..).map_or(0, end_of_capitals);
        if let Some(long) = text.get(at..rest + end).filter(|_| end > 0) {
            *cut.entry(long).or_default() += 1;
        }
        for more in text.get(rest..).map_or_else(Vec::new, ends_of_name) {
            let range = at..rest + more;
            // As a sentence writes it, rather than a title in capitals.
            if let (Some(key), Some(long)) = (lower.get(range.clone()), text.get(range)) {
                let (count, written) = times.entry(key).or_default();
                (*count, *written) = (*count + 1, long);
            }
        }
    }
    let mut longer: Vec<String> = times
        .values()
        .filter(|(count, _)| *count >= 2)
        .map(|(_, long)| (*long).to_owned())
        .collect();
    let often = cut.iter().filter(|(_, count)| **count >= 2 && 2 * **count > all);
    longer.extend(often.map(|(long, _)| (*long).to_owned()));
    let lines: Vec<&str> = front.collect();
    for (at, line) in lines.iter().enumerate() {
        let goes_on = lines.get(at + 1).is_some_and(|next| next.starts_with(char::is_lowercase));
        if goes_on && line.to_lowercase().ends_with(&name.to_lowercase()) {
            let rest: String =
                lines[at + 1..].iter().take(3).flat_map(|line| [" ", line]).collect();
            let end = ends_of_name(&rest).last().map_or(0, |end| *end);
            longer.push(format!("{name}{}", &rest[..end]));
        }
    }
    longer
        .into_iter()
        .max_by_key(String::len)
        .filter(|long| long.len() > name.len())
        .unwrap_or(name)
}

/// Where the capitalised words end that follow a name directly, in bytes of `rest`; 0 if none do.
fn end_of_capitals(rest: &str) -> usize {
    let mut at = 0;
    for word in rest.strip_prefix(' ').unwrap_or("").split(' ').take(3) {
        let bare = word.trim_end_matches(['.', ',', ';', ':', ')', '(']);
        let capital = bare.starts_with(char::is_uppercase) && bare.contains(char::is_lowercase);
        if !capital || is_verb_of_title(bare) {
            break;
        }
        at += 1 + bare.len();
        if bare.len() < word.len() {
            break;
        }
    }
    at
}

/// Most words that a name may go on with.
const MOST_FURTHER_WORDS: usize = 16;

/// Where a name may end that goes on in `rest`, in bytes of it: behind each capitalised word, once a joining word has
/// opened the rest.
fn ends_of_name(rest: &str) -> Vec<usize> {
    const INSIDE: &[&str] = &["in", "or", "with"];
    let (mut ends, mut at, mut joined) = (Vec::new(), 0, false);
    let mut words = rest.split(' ');
    if words.next() != Some("") {
        return ends;
    }
    for word in words.take(MOST_FURTHER_WORDS) {
        at += 1 + word.len();
        let bare = word.trim_end_matches(['.', ',', ';', ':', ')', '(']);
        let joins = is_joining(bare);
        if bare.len() == word.len() && (joins || joined && INSIDE.contains(&bare)) {
            joined = true;
            continue;
        }
        // A capital that no joining word announces may begin the next line of a title.
        if !joined || !bare.starts_with(char::is_uppercase) {
            break;
        }
        ends.push(at - (word.len() - bare.len()));
        if bare.len() < word.len() {
            break;
        }
    }
    ends
}
