//! Plain text: drops lines that are only a rule or an underline.

use crate::domain::{Document, LineRole};

/// Why bytes are not a text document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not UTF-8.
    #[error("line {line} is not valid UTF-8; convert the file to UTF-8")]
    NotUtf8 {
        /// 1-based line of the first bad byte.
        line: usize,
    },
    /// Only white space.
    #[error("the document is empty")]
    Empty,
}

/// Empties the lines of a plain text that are rules or underline a title.
pub(super) fn mark(document: Document) -> Document {
    document.with_roles(|line| {
        let cut = if is_rule(line.trim()) { line.len() } else { 0 };
        (cut, LineRole::Unmarked)
    })
}

/// Whether a line is a drawn rule rather than text: "=====", "- - -", "***".
pub(super) fn is_rule(line: &str) -> bool {
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '*' | '_' | '=' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn an_underlined_title_stands_alone() {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let text = "Calls to action\n===============\nAct.\n--- \n";
        let document = mark(Document::plain(id, "d.txt".into(), text.into()));
        let lines: Vec<_> = (0..4).map(|n| document.line(n).unwrap()).collect();
        assert_eq!(lines, ["Calls to action", "", "Act.", ""]);
    }
}
