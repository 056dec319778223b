//! Texts from documents, made safe to stand in Markdown.

/// Running text: whatever Markdown or HTML could take for markup is escaped, wherever it stands
/// in a line but at its beginning.
pub(super) fn inline(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    for (i, &c) in chars.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|b| chars.get(b));
        let after = chars.get(i + 1);
        if is_markup(c, before, after) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A text at the beginning of a line: neither a heading nor a list, a quote or a rule.
pub(super) fn block(text: &str) -> String {
    start(inline(text))
}

/// The same of a text that is escaped but for its beginning.
pub(super) fn start(escaped: String) -> String {
    let digits = escaped.chars().take_while(char::is_ascii_digit).count();
    let after_number = escaped[digits..].chars().next();
    if digits > 0 && matches!(after_number, Some('.' | ')')) {
        return format!("{}\\{}", &escaped[..digits], &escaped[digits..]);
    }
    if escaped.starts_with(['#', '+', '-', '=', '>', ':']) {
        return format!("\\{escaped}");
    }
    escaped
}

fn is_markup(c: char, before: Option<&char>, after: Option<&char>) -> bool {
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '$' => true,
        // Inside a word, as in an id, an underscore is no emphasis.
        '_' => ![before, after].iter().all(|c| c.is_some_and(|c| c.is_alphanumeric())),
        // The beginning of an entity.
        '&' => after.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '#'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_markup_is_escaped() {
        assert_eq!(inline("<b> | `c` *d* [e](f) ~~g~~"), r"\<b> \| \`c\` \*d\* \[e\](f) \~\~g\~\~");
        assert_eq!(inline("snake_case _em_ a\\b"), r"snake_case \_em\_ a\\b");
        assert_eq!(inline("R&D, A & B, &lt; $5"), r"R\&D, A & B, \&lt; \$5");
    }

    #[test]
    fn a_line_does_not_begin_a_block() {
        let lines = ["# h", "1. n", "12) n", "- l", "+ l", "> q", "=== ", "1 n", "plain"];
        let escaped: Vec<_> = lines.into_iter().map(block).collect();
        let expected =
            ["\\# h", "1\\. n", "12\\) n", "\\- l", "\\+ l", "\\> q", "\\=== ", "1 n", "plain"];
        assert_eq!(escaped, expected);
    }
}
