//! Running text -> sentences.

use std::ops::Range;

use super::fold::fold;
use super::lists;

/// The colon, and that of scripts whose signs are as wide as their letters.
pub const COLONS: [char; 2] = [':', '：'];

/// The question marks of the scripts that Concord reads.
pub const QUESTIONS: [char; 3] = ['?', '？', '؟'];

/// The sentences of `text` as byte ranges, in order, without the blanks around them.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !matches!(c, '.' | '!' | '?' | '…' | '؟' | '۔') && !is_wide_stop(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        while let Some(&(next, c)) = chars.peek() {
            if !is_wide_stop(c) && !CLOSES.contains(&c) {
                break;
            }
            end = next + c.len_utf8();
            chars.next();
        }
        if is_wide_stop(c) || is_end(text, start, at, end) {
            push(&mut out, text, start..end);
            start = end;
        }
    }
    push(&mut out, text, start..text.len());
    out
}

/// The sentences of `text` and the list items within them.
///
/// A line break ends an item, and so does a semicolon with a blank after it.
pub(super) fn clauses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let pieces = text.split_inclusive('\n').flat_map(items).map(move |piece| {
        let at = start;
        start += piece.len();
        (at, piece)
    });
    pieces.flat_map(|(at, piece)| {
        sentences(piece).into_iter().map(move |range| at + range.start..at + range.end)
    })
}

/// A line cut after each semicolon before a blank, and after each semicolon of a script without blanks.
fn items(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let ends = |(at, c): (usize, char)| {
            let end = at + c.len_utf8();
            let is_end = match c {
                '；' => true,
                ';' | '؛' => rest[end..].starts_with(char::is_whitespace),
                _ => false,
            };
            is_end.then_some(end)
        };
        let (item, after) = rest.split_at(rest.char_indices().find_map(ends).unwrap_or(rest.len()));
        rest = after;
        Some(item)
    })
}

/// Marks and brackets that belong to the sentence before them.
const CLOSES: &[char] =
    &['.', '!', '?', '"', '”', '’', '\'', ')', ']', '»', '」', '』', '）', '】', '》'];

/// Whether `c` is a stop of a script without spaces, which ends a sentence whatever follows.
fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡')
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
    // Text that continues in lower case is the same sentence: "(e.g. ...) the".
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
    !is_abbreviation(word, next) && !is_ordinal(word, rest)
}

/// Whether the full stop after `word` makes it an ordinal, by the word that follows: "am 1. März".
fn is_ordinal(word: &str, rest: &str) -> bool {
    let next = || rest.split_whitespace().next().unwrap_or("");
    word.len() <= 2
        && word.bytes().all(|b| b.is_ascii_digit())
        && lists::all().any(|lists| {
            let next = fold(next().trim_matches(|c: char| !c.is_alphanumeric()));
            lists.after_ordinal.contains(&next)
        })
}

/// Maximum length of an abbreviation in bytes; a longer word is not looked up.
const MOST_BYTES: usize = 12;

/// Whether the full stop after `word` belongs to an abbreviation; `next` is the character that follows.
///
/// The lists of all languages are checked, since a short text may not show its own.
fn is_abbreviation(word: &str, next: Option<char>) -> bool {
    if word.len() > MOST_BYTES {
        return false;
    }
    let word = fold(word);
    if lists::all().any(|lists| lists.before_number.contains(&word)) {
        return next.is_some_and(|c| c.is_ascii_digit());
    }
    lists::all().any(|lists| lists.abbreviations.contains(&word))
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

    #[test]
    fn a_german_date_does_not_end_a_sentence() {
        assert_eq!(
            split("Bis zum 1. März prüfen. Am 2. Die"),
            ["Bis zum 1. März prüfen.", "Am 2.", "Die"]
        );
    }

    #[test]
    fn chinese_and_arabic_sentences_end_at_their_own_marks() {
        let expected = ["降低成本。", "“谁？”", "3.5亿元！", "完"];
        assert_eq!(split("降低成本。“谁？”3.5亿元！完"), expected);
        let expected = ["هل تخفض الرسوم؟", "نعم.", "انتهى"];
        assert_eq!(split("هل تخفض الرسوم؟ نعم. انتهى"), expected);
    }

    #[test]
    fn list_items_end_at_semicolons_and_lines() {
        let text = "Act; report;\n(a) Pay; 降低；公布";
        let found: Vec<&str> = clauses(text).map(|range| &text[range]).collect();
        assert_eq!(found, ["Act;", "report;", "(a) Pay;", "降低；", "公布"]);
    }
}
