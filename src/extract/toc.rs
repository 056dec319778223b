//! The table of contents: its lines and its entries.

use std::ops::Range;

use super::{blocks::Block, fold::key};
use crate::domain::Document;

/// An entry of a table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Title without number, dot leaders and page.
    pub(crate) title: String,
    /// Whether it opens a chapter. If no entry is numbered as one, all entries count.
    pub(crate) top: bool,
}

/// A table of contents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Toc {
    /// The lines it covers.
    pub(crate) lines: Range<usize>,
    /// Its entries.
    pub(crate) entries: Vec<Entry>,
}

impl Toc {
    /// Whether `block` lies in the table.
    pub(crate) fn covers(&self, block: &Block) -> bool {
        self.lines.contains(&block.first)
    }
}

/// The table of contents, from the first lines of `document`; empty if there is none.
pub(crate) fn find(document: &Document) -> Toc {
    let n_lines = document.lines().len();
    let text = |n: usize| document.line(n).unwrap_or("");
    let heads = (0..n_lines.min(3000)).filter(|&n| is_contents(text(n)));
    for head in heads {
        let mut entries = Vec::new();
        let mut pending = String::new();
        let mut last = head;
        for number in head + 1..n_lines {
            let line = text(number);
            if line.trim().is_empty() {
                continue;
            }
            if let Some(title) = strip_page(line) {
                let whole = format!("{pending} {title}").trim().to_owned();
                pending.clear();
                entries.push(entry(&whole));
                last = number;
            } else {
                let joined = format!("{pending} {}", line.trim());
                if number > last + 5 || joined.len() > 300 {
                    break;
                }
                joined.trim().clone_into(&mut pending);
            }
        }
        if entries.len() >= 4 {
            let any_top = entries.iter().any(|e| e.top);
            for entry in &mut entries {
                entry.top |= !any_top;
            }
            return Toc { lines: head..last + 1, entries };
        }
    }
    Toc::default()
}

pub(super) fn is_contents(line: &str) -> bool {
    const NAMES: &[&str] = &[
        "contents",
        "table of contents",
        "contents page",
        "sommaire",
        "table des matieres",
        "indice",
        "contenido",
        "tabla de contenido",
        "tabla de contenidos",
        "indice general",
        "contents paragraphs page",
    ];
    line.len() < 60 && NAMES.contains(&key(line.trim_matches(['#', '*', ' '])).as_str())
}

/// The title on a line that ends in a page number; `None` for other lines.
fn strip_page(line: &str) -> Option<String> {
    let line = line.trim_end().trim_end_matches('|').trim_end();
    let digits = line.len() - line.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 || digits > 4 || line.len() > 400 {
        return None;
    }
    let rest = &line[..line.len() - digits];
    if !rest.ends_with([' ', '\t', '.', '…', '|']) {
        return None;
    }
    let rest = rest.trim_end().trim_end_matches("\\dots");
    let title = rest.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '.' | '…' | '·' | '_' | '|' | '-')
    });
    let title =
        title.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '–' | '-' | ' '));
    let title = title.trim_end_matches(['.', ' ', '…']);
    title
        .chars()
        .any(char::is_alphabetic)
        .then(|| title.trim().trim_start_matches(['|', ' ']).to_owned())
}

/// An entry without its number: "Chapter 4.", "IV.", "2.1".
fn entry(title: &str) -> Entry {
    let folded = key(title);
    let chapter =
        ["chapter ", "chapitre ", "capitulo ", "part ", "partie ", "parte "].iter().any(|word| {
            folded.starts_with(word)
                && folded[word.len()..]
                    .starts_with(|c: char| c.is_ascii_digit() || "ivx".contains(c))
        });
    let mut rest = title.replace('\t', " ");
    if chapter {
        let cut: Vec<&str> = rest.split_whitespace().skip(2).collect();
        rest = cut.join(" ");
    } else if let Some(marker) = super::marker::parse(&rest) {
        rest = rest[marker.end..].to_owned();
    }
    Entry { title: rest.split_whitespace().collect::<Vec<_>>().join(" "), top: chapter }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    #[test]
    fn a_table_of_contents_is_read() {
        let text = "Title\n\nTable of contents\n\nChapter 1.\tThe whole\t3\nChapter 2.\tOffice of Long\n\tNames (OLN) \\dots\t9\n\
                    Chapter 3. Fund ........ 12\nAnnex 15\n\nText starts here and runs on.\n";
        let document =
            Document::plain(DocumentId::try_from("d".to_owned()).unwrap(), "d".into(), text.into());
        let toc = find(&document);
        let titles: Vec<_> = toc.entries.iter().map(|e| (e.title.as_str(), e.top)).collect();
        let expected = [
            ("The whole", true),
            ("Office of Long Names (OLN)", true),
            ("Fund", true),
            ("Annex", false),
        ];
        assert_eq!(titles, expected);
        assert_eq!(toc.lines, 2..9);
    }
}
