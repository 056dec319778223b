//! Running text -> sentences.

use std::ops::Range;

use super::{cues::LANGUAGES, fold::fold};

/// The sentences of `text`, in order, each without the blanks round it.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '…') {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some(&(next, c)) = chars.peek() {
            if !matches!(c, '.' | '!' | '?' | '"' | '”' | '’' | '\'' | ')' | ']' | '»') {
                break;
            }
            end = next + c.len_utf8();
            chars.next();
        }
        if is_end(text, start, at, end) {
            push(&mut out, text, start..end);
            start = end;
        }
    }
    push(&mut out, text, start..text.len());
    out
}

fn push(out: &mut Vec<Range<usize>>, text: &str, range: Range<usize>) {
    let slice = &text[range.clone()];
    let from = range.start + slice.len() - slice.trim_start().len();
    let to = from + slice.trim().len();
    if from < to {
        out.push(from..to);
    }
}

/// Whether the mark at `at` ends a sentence that began at `start`.
fn is_end(text: &str, start: usize, at: usize, end: usize) -> bool {
    let rest = &text[end..];
    if !rest.starts_with(char::is_whitespace) {
        return rest.is_empty();
    }
    let next = rest
        .trim_start()
        .chars()
        .find(|c| !matches!(c, '"' | '“' | '‘' | '(' | '[' | '«' | '¿' | '¡' | '\''));
    // What goes on in lower case is the same sentence: "(e.g. ...) the".
    if next.is_none_or(char::is_lowercase) {
        return next.is_none();
    }
    if !text[at..].starts_with('.') {
        return true;
    }
    let word_start = text[start..at]
        .rfind([' ', '(', '\u{a0}', '"', '“', '/'])
        .map_or(start, |p| start + p + text[start + p..].chars().next().map_or(1, char::len_utf8));
    let word = &text[word_start..at];
    let first = text[start..word_start].trim().is_empty();
    // An initial ("J. Smith") or a list number at the start ("1. Act").
    if word.chars().count() == 1 && word.chars().all(char::is_uppercase) {
        return false;
    }
    if first && word.chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    !is_abbreviation(word, next)
}

fn is_abbreviation(word: &str, next: Option<char>) -> bool {
    if word.len() > 6 {
        return false;
    }
    let word = fold(word);
    let known = LANGUAGES.iter().any(|cues| cues.abbreviations.contains(&word));
    // "etc." and "U.S." may end a sentence too; before a capital they mostly do, before a digit not.
    let ends_too = matches!(
        word.as_str(),
        "etc" | "u.s" | "u.n" | "u.k" | "inc" | "ltd" | "co" | "al" | "ee.uu"
    );
    let number = next.is_some_and(|c| c.is_ascii_digit());
    // "No." is an abbreviation before a number only.
    match word.as_str() {
        "no" | "nos" | "n" | "num" | "art" | "arts" | "par" | "p" | "pp" | "vol" | "para"
        | "paras" | "fig" | "sec" => number,
        _ => known && !ends_too,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_says_so() {
        let text = "Dr. Roe saw No. 86. It cost 3.5 million (e.g. in U.S. dollars). \"Who?\" Act now! ¿Y luego? 5. Rest";
        let expected = [
            "Dr. Roe saw No. 86.",
            "It cost 3.5 million (e.g. in U.S. dollars).",
            "\"Who?\"",
            "Act now!",
            "¿Y luego?",
            "5. Rest",
        ];
        assert_eq!(split(text), expected);
    }
}
