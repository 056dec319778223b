//! Counts, lists and texts in plain words; [`number`](super::number) has the figures.

use std::borrow::Borrow;

use super::number;

/// A number with its noun, in the right number: "1 theme", "1,204 agencies", "no themes".
pub(super) fn count(n: usize, noun: &str) -> String {
    match n {
        0 => format!("no {}", plural(noun)),
        1 => format!("1 {noun}"),
        _ => format!("{} {}", number::whole(n), plural(noun)),
    }
}

/// The noun alone, in the number that `n` asks for.
pub(super) fn noun(n: usize, noun: &str) -> String {
    if n == 1 { noun.to_owned() } else { plural(noun) }
}

/// Covers the nouns that the report uses, not English.
fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}

/// "A", "A and B", "A, B and C".
pub(super) fn list(items: &[impl Borrow<str>]) -> String {
    match items {
        [] => String::new(),
        [one] => one.borrow().to_owned(),
        [first @ .., last] => format!("{} and {}", first.join(", "), last.borrow()),
    }
}

/// As [`list`], with what goes beyond `most` counted rather than named.
pub(super) fn list_some(items: &[impl Borrow<str>], most: usize) -> String {
    // Naming one more takes no more room than "and 1 other".
    if items.len() <= most + 1 {
        return list(items);
    }
    format!("{} and {} others", items[..most].join(", "), number::whole(items.len() - most))
}

/// Running text on one line: control characters and line breaks become spaces.
pub(super) fn clean(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if c.is_control() || is_override(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Marks that turn the direction of all that follows, beyond the end of a text.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The beginning of a text, cut between words, at most `most` characters and an ellipsis.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let cut = &text[..end];
    let ends_with_a_word = text[end..].starts_with(' ');
    let last_space = if ends_with_a_word { None } else { cut.rfind(' ') };
    let whole_words = last_space.map_or(cut, |space| &cut[..space]);
    format!("{}\u{2026}", whole_words.trim_end_matches([',', ';', ':', '.', ' ']))
}

/// A word as the first of a sentence.
pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// "1 theme continues", "No themes continue": a count as the subject of what is said of one, or of many.
pub(super) fn said(n: usize, what: &str, of_one: &str, of_many: &str) -> String {
    format!("{} {}", capitalized(&count(n, what)), if n == 1 { of_one } else { of_many })
}

/// "2013", or "2013 to 2018"; empty where no year is known.
pub(super) fn years(known: impl Iterator<Item = i32> + Clone) -> String {
    match (known.clone().min(), known.max()) {
        (Some(first), Some(last)) if first < last => format!("{first} to {last}"),
        (Some(only), _) => only.to_string(),
        (None, _) => String::new(),
    }
}

/// What a recommendation says of an earlier one that it makes again.
#[must_use]
pub fn recalls(year: Option<i32>) -> String {
    match year {
        Some(year) => format!("It says that it was asked in {year}"),
        None => "It says that it was asked before".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_number() {
        assert_eq!(count(1, "agency"), "1 agency");
        assert_eq!(count(1234, "agency"), "1,234 agencies");
        assert_eq!(count(0, "theme"), "no themes");
        assert_eq!(noun(2, "survey"), "surveys");
    }

    #[test]
    fn lists_read_as_a_sentence() {
        assert_eq!(list(&["A", "B", "C"]), "A, B and C");
        assert_eq!(list_some(&["A", "B", "C", "D"], 3), "A, B, C and D");
        assert_eq!(list_some(&["A", "B", "C", "D", "E"], 3), "A, B, C and 2 others");
    }

    #[test]
    fn texts_stay_on_one_line_and_are_cut_between_words() {
        assert_eq!(clean(" a\r\n b\u{0}c\u{202E}d "), "a b c d");
        assert_eq!(shorten("Über den Fluss, dann", 15), "Über den Fluss\u{2026}");
        assert_eq!(shorten("short", 5), "short");
    }

    #[test]
    fn a_span_of_years() {
        assert_eq!(years([2018, 2013].into_iter()), "2013 to 2018");
        assert_eq!(years([2013].into_iter()), "2013");
        assert_eq!(years(std::iter::empty()), "");
    }
}
