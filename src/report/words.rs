//! Numbers and lists in plain words, said alike in every format.

/// A number with its noun, in the right number: "1 theme", "1,204 agencies", "no themes".
pub(super) fn count(n: usize, noun: &str) -> String {
    match n {
        0 => format!("no {}", plural(noun)),
        1 => format!("1 {noun}"),
        _ => format!("{} {}", number(n), plural(noun)),
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

/// Thousands set apart: "12,345".
pub(super) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A chance from 0 to 1 as per cent, rounded down: it reaches a threshold in print only where it
/// does in fact, and only what is certain is 100%.
pub(super) fn percent(chance: f64) -> String {
    // The margin undoes what arithmetic in binary takes from, say, 0.29 * 100.
    let floor = (chance * 100.0 + 1e-9).floor();
    if chance.is_nan() {
        "n/a".to_owned()
    } else if chance > 0.0 && floor < 1.0 {
        "<1%".to_owned()
    } else {
        format!("{floor:.0}%")
    }
}

/// `part` of `whole` as per cent, rounded; `n/a` of nothing, and only the whole is 100%.
pub(super) fn share(part: usize, whole: usize) -> String {
    match 100.0 * part as f64 / whole as f64 {
        share if share.is_nan() => "n/a".to_owned(),
        share if share > 0.0 && share < 0.5 => "<1%".to_owned(),
        share if share < 100.0 && share > 99.5 => ">99%".to_owned(),
        share => format!("{share:.0}%"),
    }
}

/// One decimal; a value that is not a number prints as `n/a`, and -0.0 as 0.0.
pub(super) fn decimal(x: f64) -> String {
    if !x.is_finite() {
        return "n/a".to_owned();
    }
    let text = format!("{x:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text }
}

/// Two decimals, for cosines.
pub(super) fn cosine(x: f64) -> String {
    if x.is_finite() { format!("{x:.2}") } else { "n/a".to_owned() }
}

/// "A", "A and B", "A, B and C".
pub(super) fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// As [`list`], with what goes beyond `most` counted rather than named.
pub(super) fn list_some(items: &[&str], most: usize) -> String {
    // Naming one more takes no more room than "and 1 other".
    if items.len() <= most + 1 {
        return list(items);
    }
    format!("{} and {} others", items[..most].join(", "), number(items.len() - most))
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

/// "2013", or "2013 to 2018"; empty where no year is known.
pub(super) fn years(known: impl Iterator<Item = i32>) -> String {
    let (mut first, mut last) = (i32::MAX, i32::MIN);
    for year in known {
        first = first.min(year);
        last = last.max(year);
    }
    match first.cmp(&last) {
        std::cmp::Ordering::Less => format!("{first} to {last}"),
        std::cmp::Ordering::Equal => first.to_string(),
        std::cmp::Ordering::Greater => String::new(),
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
    fn only_the_certain_is_100_per_cent() {
        let chances = [1.0, 0.9999, 0.4999, 0.29, 0.001, 0.0, f64::NAN];
        let words: Vec<_> = chances.into_iter().map(percent).collect();
        assert_eq!(words, ["100%", "99%", "49%", "29%", "<1%", "0%", "n/a"]);
        let parts = [(0, 0), (0, 9), (1, 999), (2, 3), (998, 999), (9, 9)];
        let words: Vec<_> = parts.into_iter().map(|(part, whole)| share(part, whole)).collect();
        assert_eq!(words, ["n/a", "0%", "<1%", "67%", ">99%", "100%"]);
        assert_eq!(decimal(-0.01), "0.0");
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
