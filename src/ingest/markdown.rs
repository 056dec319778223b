//! Markdown: marks headings, tables and quotations; reads everything else as plain text.

use super::text::is_rule;
use crate::domain::{Document, LineRole};

/// Marks the lines of a Markdown document with their roles, and reads the fields before its text.
pub(super) fn mark(document: Document) -> Document {
    let fields = fields(&document);
    let value = |names: &[&str]| {
        let known = |(name, _): &&(String, String)| names.contains(&name.as_str());
        fields.iter().find(known).map(|(_, value)| value.clone())
    };
    let (title, issuer) =
        (value(&["title"]), value(&["publisher", "organization", "organisation", "author"]));
    let year = value(&["date", "year", "published"]).as_deref().and_then(super::year_of);
    // The fields and the two rules around them.
    let mut left = if fields.is_empty() { 0 } else { fields.len() + 2 };
    let mut fenced = false;
    let mut document = document.with_roles(|line| {
        if left > 0 {
            left -= 1;
            return (line.len(), LineRole::Furniture);
        }
        let body = line.trim_start();
        if body.starts_with("```") || body.starts_with("~~~") {
            fenced = !fenced;
            return (line.len(), LineRole::Furniture);
        }
        if fenced {
            return (0, LineRole::Unmarked);
        }
        mark_line(line, body)
    });
    document.title = document.title.or(title);
    document.issuer = document.issuer.or(issuer);
    document.year = document.year.or(year);
    document
}

/// Most fields before the text.
const MAX_FIELDS: usize = 40;

/// The fields that a document has before its text, between two rules: "title: Ships in winter". Empty if any line there
/// is something else.
fn fields(document: &Document) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    if document.line(0).map(str::trim_end) != Some("---") {
        return fields;
    }
    for number in 1..=MAX_FIELDS + 1 {
        let Some(line) = document.line(number).map(str::trim_end) else { break };
        if line == "---" {
            return fields;
        }
        let Some((name, value)) = line.split_once(':') else { break };
        if name.contains(' ') || name.is_empty() {
            break;
        }
        let value = value.trim().trim_matches(['"', '\'']).to_owned();
        fields.push((name.to_lowercase(), value));
    }
    Vec::new()
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
    if let Some(note) = footnote(body) {
        return (line.len() - note.len(), LineRole::Note);
    }
    (0, LineRole::Unmarked)
}

/// The text of a footnote: "[^3]: Annual report, table 4."
fn footnote(body: &str) -> Option<&str> {
    let (name, text) = body.strip_prefix("[^")?.split_once("]:")?;
    (!name.is_empty() && name.len() <= 40 && !name.contains([' ', ']']))
        .then_some(text.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn fields_before_the_text_name_title_issuer_and_year() {
        let text = "---\ntitle: \"Ships in winter\"\nauthor: Ports Coalition\ndate: 2024-11-02\n---\n\n# Ships\n";
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let document = mark(Document::plain(id.clone(), "d.md".into(), text.into()));
        assert_eq!(document.title.as_deref(), Some("Ships in winter"));
        assert_eq!(document.issuer.as_deref(), Some("Ports Coalition"));
        assert_eq!(document.year, Some(2024));
        let roles: Vec<LineRole> = document.lines().iter().take(7).map(|line| line.role).collect();
        assert_eq!(roles[..5], [LineRole::Furniture; 5]);
        assert_eq!(roles[6], LineRole::Heading(1));
        let rule = mark(Document::plain(id, "d.md".into(), "---\nNo field\n---\n".into()));
        assert_eq!((rule.lines()[1].role, rule.title), (LineRole::Unmarked, None));
    }

    #[test]
    fn markup_is_no_text() {
        let text = "## Asks\n\n> said so\n| a | b |\n|---|---|\n---\n```\n# code\n```\nplain\n[^2]: A note.";
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
        assert_eq!(seen[10], ("A note.", LineRole::Note));
    }
}
