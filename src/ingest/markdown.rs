//! Markdown: marks headings, tables and quotations; reads everything else as plain text.

use super::text::is_rule;
use crate::domain::{Document, LineRole};

/// Marks the lines of a Markdown document with their roles.
pub(super) fn mark(document: Document) -> Document {
    let mut fenced = false;
    document.with_roles(|line| {
        let body = line.trim_start();
        if body.starts_with("```") || body.starts_with("~~~") {
            fenced = !fenced;
            return (line.len(), LineRole::Furniture);
        }
        if fenced {
            return (0, LineRole::Unmarked);
        }
        mark_line(line, body)
    })
}

fn mark_line(line: &str, body: &str) -> (usize, LineRole) {
    let level = body.bytes().take_while(|&b| b == b'#').count();
    if (1..=6).contains(&level) && body[level..].starts_with([' ', '\t']) {
        let text = body[level..].trim_start();
        return (line.len() - text.len(), LineRole::Heading(level as u8));
    }
    if let Some(cells) = body.strip_prefix('|') {
        let rule = body.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '+'));
        if rule {
            return (0, LineRole::Furniture);
        }
        // The first and the last sign are the border: a row is its cells between signs.
        let text = cells.trim_start_matches([' ', '\t']);
        return (line.len() - text.len(), LineRole::Row);
    }
    if let Some(quoted) = body.strip_prefix('>') {
        return (line.len() - quoted.trim_start().len(), LineRole::Unmarked);
    }
    if is_rule(body) || body.starts_with("<!--") {
        return (line.len(), LineRole::Unmarked);
    }
    (0, LineRole::Unmarked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn markup_is_no_text() {
        let text = "## Asks\n\n> said so\n| a | b |\n|---|---|\n---\n```\n# code\n```\nplain";
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = mark(Document::plain(id, "d.md".into(), text.into()));
        let seen: Vec<_> =
            document.lines().iter().map(|l| (document.slice(l.span), l.role)).collect();
        assert_eq!(seen[0], ("Asks", LineRole::Heading(2)));
        assert_eq!(seen[2], ("said so", LineRole::Unmarked));
        assert_eq!(seen[3].1, LineRole::Row);
        assert_eq!(seen[4].1, LineRole::Furniture);
        assert_eq!(seen[5], ("", LineRole::Unmarked));
        assert_eq!(seen[7], ("# code", LineRole::Unmarked));
    }
}
