//! Control characters made visible: text from a document must not steer the terminal that shows it.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` with every control character but line breaks and tabs as `\u001b`, the form that JSON has too:
/// C0 and C1 controls, and the marks that turn the direction of writing (Unicode TR 36, "bidirectional text
/// spoofing").
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_steering) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_steering(c) {
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

fn is_steering(c: char) -> bool {
    let is_bidi = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || is_bidi
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown() {
        assert_eq!(
            escaped("red \u{1b}[31m\u{7}\u{9b}2J\r"),
            "red \\u001b[31m\\u0007\\u009b2J\\u000d"
        );
        assert_eq!(escaped("a\u{202e}b\u{2066}c"), "a\\u202eb\\u2066c");
        assert!(matches!(escaped("Ĉ é 中\n\tz"), Cow::Borrowed(_)));
    }
}
