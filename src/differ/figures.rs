//! Deadlines and numbers.

use std::collections::BTreeMap;

use super::text::Sentence;
use super::words::Lists;

/// Deadlines of a sentence as written, keyed by value: a year, or a number of units of time.
pub(super) fn deadlines(sentence: &Sentence<'_>, language: &Lists) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let tokens = &sentence.tokens;
    let figures = &language.figures;
    for at in 0..tokens.len() {
        if is_year(sentence.written(at))
            && let Some(from) = opening(sentence, at, &figures.before_year)
        {
            found.insert(sentence.written(at).to_owned(), sentence.quote(from, at, 12));
        }
        if at + 1 < tokens.len()
            && let Some(number) = number(sentence.written(at), language)
            && let Some(unit) = unit(sentence.written(at + 1), language)
            && let Some(from) = opening(sentence, at, &figures.within)
        {
            found.insert(format!("{number} {unit}"), sentence.quote(from, at + 1, 12));
        }
    }
    found
}

/// Numbers of a sentence as written, keyed by value and whether they are per cent.
///
/// Years and deadlines are left out.
pub(super) fn numbers(sentence: &Sentence<'_>, language: &Lists) -> BTreeMap<String, String> {
    let tokens = &sentence.tokens;
    let mut found = BTreeMap::new();
    let mut at = 0;
    while at < tokens.len() {
        let start = at;
        let mut value = sentence.written(at).to_owned();
        at += 1;
        let Some(spelled) = number(&value, language) else { continue };
        let is_digits = digits(&value).is_some();
        value = spelled;
        // "1 000" is one number.
        while is_digits
            && at < tokens.len()
            && matches!(sentence.after(at - 1), "\u{a0}" | "\u{202f}")
            && sentence.written(at).len() == 3
            && sentence.written(at).chars().all(|c| c.is_ascii_digit())
        {
            value.push_str(sentence.written(at));
            at += 1;
        }
        let joined = sentence.after(at - 1).starts_with('-')
            || (start > 0 && sentence.after(start - 1).ends_with(['-', '/']));
        if joined || (is_digits && is_year(&value)) || is_name(sentence, start) {
            continue;
        }
        if at < tokens.len()
            && unit(sentence.written(at), language).is_some()
            && opening(sentence, start, &language.figures.within).is_some()
        {
            continue;
        }
        let words = percent(sentence, at, language);
        let written = sentence.quote(start, at - 1 + words.unwrap_or(0), 6);
        match words {
            Some(0) => found.insert(format!("{value}%"), format!("{written}%")),
            Some(_) => found.insert(format!("{value}%"), written),
            // A number in words is often not a figure: "the two of them".
            None if is_digits => found.insert(value, written),
            None => None,
        };
    }
    found
}

/// Number of words after a figure that say "per cent"; 0 for the sign.
fn percent(sentence: &Sentence<'_>, at: usize, language: &Lists) -> Option<usize> {
    if sentence.after(at - 1).trim_start().starts_with('%') {
        return Some(0);
    }
    language.figures.percent.iter().find_map(|phrase| {
        let n = phrase.split(' ').count();
        let fits = phrase.split(' ').enumerate().all(|(n, word)| {
            at + n < sentence.tokens.len() && sentence.written(at + n).to_lowercase() == word
        });
        fits.then_some(n)
    })
}

/// "Mode 4", "Goal 8": the number is part of a name.
fn is_name(sentence: &Sentence<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &sentence.tokens[before]) else {
        // A list marker, or the first word of a sentence.
        return true;
    };
    (before.capital && before.start > sentence.tokens[0].start)
        || sentence.after(at - 1).contains('(')
}

fn is_year(word: &str) -> bool {
    word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && word.chars().all(|c| c.is_ascii_digit())
}

fn number(word: &str, language: &Lists) -> Option<String> {
    let spelled = || language.figures.numbers.get(&word.to_lowercase()).map(ToString::to_string);
    digits(word).or_else(spelled)
}

/// The value of a number in digits, with a decimal point and no thousands separators.
fn digits(word: &str) -> Option<String> {
    let mut value = String::new();
    for part in word.split_inclusive([',', '.']) {
        let (digits, sign) = part.split_at(part.trim_end_matches([',', '.']).len());
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        // A comma before fewer than three digits is a decimal comma: "2,5".
        if value.ends_with(',') && digits.len() == 3 {
            value.pop();
        }
        value.push_str(digits);
        value.push_str(sign);
    }
    Some(value.replace(',', "."))
}

fn unit<'l>(word: &str, language: &'l Lists) -> Option<&'l str> {
    let word = word.to_lowercase();
    let units = language.figures.units.iter();
    units.map(String::as_str).find(|unit| {
        word == *unit || word.strip_prefix(*unit).is_some_and(|ending| matches!(ending, "s" | "es"))
    })
}

/// The start of one of `openings` right before word `at`, with at most two words between.
fn opening(sentence: &Sentence<'_>, at: usize, openings: &[String]) -> Option<usize> {
    let from = at.saturating_sub(6);
    (from..at).find(|&start| {
        openings.iter().any(|opening| {
            let words: Vec<&str> = opening.split(' ').collect();
            let end = start + words.len();
            end <= at
                && at - end <= 2
                && words
                    .iter()
                    .enumerate()
                    .all(|(n, word)| sentence.written(start + n).to_lowercase() == *word)
        })
    })
}
