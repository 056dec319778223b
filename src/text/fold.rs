//! Folded text, the form that cues match: lower case, no accents, straight quotes, single spaces.

use unicode_normalization::char::decompose_compatible;

/// `text` folded: ASCII where possible, other letters in lower case.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            fold_wide(c, &mut out);
        }
    }
    out
}

fn fold_wide(c: char, out: &mut String) {
    match c {
        '’' | '‘' | 'ʼ' | '′' | '`' => out.push('\''),
        '“' | '”' | '„' | '«' | '»' | '″' => out.push('"'),
        '–' | '—' | '‑' | '‐' | '−' => out.push('-'),
        'œ' | 'Œ' => out.push_str("oe"),
        'æ' | 'Æ' => out.push_str("ae"),
        'ß' => out.push_str("ss"),
        // What shows nothing, the line that stretches an Arabic word, and the signs that turn the direction
        // of writing.
        '\u{ad}'
        | '\u{feff}'
        | '\u{640}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => {}
        _ if c.is_whitespace() => out.push(' '),
        _ => decompose_compatible(c, |part| {
            if !unicode_normalization::char::is_combining_mark(part) {
                out.extend(part.to_lowercase());
            }
        }),
    }
}

/// `text` in lower case, with single blanks and without a final stop: equal for texts that use the same
/// words.
#[must_use]
pub fn same_words(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let mut joined = words.join(" ");
    joined.truncate(joined.trim_end_matches(['.', ';', ',', '。', '；']).len());
    joined
}

/// Folded letters and digits only, with one space between words: equal for two spellings of a title.
#[must_use]
pub fn key(text: &str) -> String {
    let folded = fold(text);
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else if c != '\'' && !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_quotes_are_folded() {
        assert_eq!(fold("L’État  Œuvre"), "l'etat  oeuvre");
        assert_eq!(key("The “UN-Women’s” Office¹ "), "the un womens office1");
    }
}
