//! References to recommendations, in the forms that authors and their programs use.

use std::fmt::Write as _;

use std::collections::BTreeSet;

use super::words::clean;
use crate::domain::{DocumentInfo, Recommendation, Relation, Verdict, VerdictPart};

/// How a reference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CiteForm {
    /// A line of text.
    Plain,
    /// An entry for BibTeX and what reads its files.
    Bibtex,
    /// A record for Zotero and other programs that read RIS.
    Ris,
}

/// The rows that the author of `statements` should cite, each once, ascending: for each statement and each
/// part of one, what shares the ask, and what asks for the opposite.
#[must_use]
pub fn cited<'a>(statements: impl IntoIterator<Item = &'a Verdict>) -> BTreeSet<usize> {
    let mut rows = BTreeSet::new();
    for verdict in statements {
        rows.extend(verdict.cite.iter().map(|&at| verdict.matches[at].row));
        rows.extend(verdict.opposite().map(|hit| hit.row));
        let of_part = |part: &VerdictPart| {
            let hit = part.nearest.as_ref()?;
            (part.relation >= Relation::Overlap).then_some(hit.row)
        };
        rows.extend(verdict.parts.iter().filter_map(of_part));
    }
    rows
}

/// The reference to each recommendation in `cited`, in the order of their ids.
#[must_use]
pub fn references(
    cited: &BTreeSet<usize>,
    rows: &[Recommendation],
    documents: &[DocumentInfo],
    form: CiteForm,
) -> Vec<String> {
    let mut rows: Vec<&Recommendation> = cited.iter().map(|&row| &rows[row]).collect();
    rows.sort_by_key(|row| &row.id);
    let document = |row: &Recommendation| {
        let id = row.document.as_ref()?;
        documents.iter().find(|document| document.id == id.as_str())
    };
    rows.into_iter().map(|row| reference(row, document(row), form)).collect()
}

fn reference(row: &Recommendation, document: Option<&DocumentInfo>, form: CiteForm) -> String {
    let year = row.year.or_else(|| document.and_then(|document| document.year));
    let title = match (document, &row.document) {
        (Some(document), _) => clean(&document.title),
        (None, Some(id)) => clean(id.as_str()),
        (None, None) => String::new(),
    };
    let parts = Parts {
        id: clean(row.id.as_str()),
        agency: clean(row.agency.as_str()),
        year: year.map(|year| year.to_string()).unwrap_or_default(),
        title,
        place: place(row),
        page: row.source.as_ref().and_then(|source| source.page),
        source: document.and_then(|document| document.source.as_deref()).map(clean),
    };
    match form {
        CiteForm::Plain => parts.plain(),
        CiteForm::Bibtex => parts.bibtex(),
        CiteForm::Ris => parts.ris(),
    }
}

/// The section and the marker of a recommendation, as a reader looks them up.
fn place(row: &Recommendation) -> String {
    let parts: Vec<String> =
        [&row.section, &row.marker].into_iter().flatten().map(|part| clean(part)).collect();
    parts.join(", ")
}

/// What a reference says; a part that is not known is empty.
struct Parts {
    id: String,
    agency: String,
    year: String,
    title: String,
    place: String,
    page: Option<u32>,
    source: Option<String>,
}

impl Parts {
    fn plain(&self) -> String {
        let year = if self.year.is_empty() { String::new() } else { format!(" ({})", self.year) };
        let page = self.page.map(|page| format!("p. {page}")).unwrap_or_default();
        let id = format!("[{}]", self.id);
        let source = self.source.clone().unwrap_or_default();
        let rest = [&self.title, &self.place, &page, &source, &id];
        let rest: Vec<&str> = rest
            .into_iter()
            .map(|part| part.trim_end_matches('.'))
            .filter(|p| !p.is_empty())
            .collect();
        format!("{}{year}. {}.", self.agency, rest.join(". "))
    }

    fn bibtex(&self) -> String {
        let key: String =
            self.id.chars().filter(|c| c.is_alphanumeric() || "-_:.".contains(*c)).collect();
        let mut fields = vec![
            // Braces keep BibTeX from taking a body for a person with a family name.
            ("author", format!("{{{}}}", escaped(&self.agency))),
            ("institution", escaped(&self.agency)),
            ("title", escaped(&self.title)),
            ("year", self.year.clone()),
            ("note", escaped(&self.place)),
            ("pages", self.page.map(|page| page.to_string()).unwrap_or_default()),
        ];
        fields.extend(self.source.as_deref().map(|source| ("howpublished", escaped(source))));
        fields.retain(|(_, value)| !value.is_empty());
        let fields: String = fields.iter().fold(String::new(), |mut all, (name, value)| {
            let _ = writeln!(all, "  {name} = {{{value}}},");
            all
        });
        format!("@techreport{{{key},\n{fields}}}")
    }

    fn ris(&self) -> String {
        let mut lines = vec![
            ("TY", "RPRT".to_owned()),
            ("ID", self.id.clone()),
            // A comma at the end marks a body, which has no first name.
            ("AU", format!("{},", self.agency)),
            ("TI", self.title.clone()),
            ("PY", self.year.clone()),
            ("SP", self.page.map(|page| page.to_string()).unwrap_or_default()),
            ("N1", self.place.clone()),
        ];
        lines.extend(self.source.clone().map(|source| ("UR", source)));
        lines.retain(|(_, value)| !value.is_empty());
        let lines: String = lines.iter().fold(String::new(), |mut all, (tag, value)| {
            let _ = writeln!(all, "{tag}  - {value}");
            all
        });
        format!("{lines}ER  - ")
    }
}

/// The text with the characters that mean something to TeX escaped.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '\\' => "\\textbackslash{}".to_owned(),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        '{' | '}' | '%' | '&' | '#' | '_' | '$' => format!("\\{c}"),
        other => other.to_string(),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{DocumentId, Source};

    fn row() -> Recommendation {
        let mut row = Recommendation::new(
            "A&B-1".to_owned().try_into().unwrap(),
            "A & B".to_owned().try_into().unwrap(),
            "Reduce fees.".to_owned(),
        );
        row.document = DocumentId::try_from("d".to_owned()).ok();
        row.section = Some("4. Fees".to_owned());
        row.marker = Some("(a)".to_owned());
        let path = "d.pdf".to_owned();
        row.source = Some(Source { path, line_start: 3, line_end: 3, page: Some(7) });
        row
    }

    #[test]
    fn a_reference_says_who_when_and_where_in_each_form() {
        let title = "On {fees}".to_owned();
        let documents = [DocumentInfo { id: "d".into(), title, year: Some(2013), source: None }];
        let of = |form| references(&BTreeSet::from([0]), &[row()], &documents, form).remove(0);
        assert_eq!(of(CiteForm::Plain), "A & B (2013). On {fees}. 4. Fees, (a). p. 7. [A&B-1].");
        assert_eq!(
            of(CiteForm::Bibtex),
            "@techreport{AB-1,\n  author = {{A \\& B}},\n  institution = {A \\& B},\n  \
             title = {On \\{fees\\}},\n  year = {2013},\n  note = {4. Fees, (a)},\n  pages = {7},\n}"
        );
        assert_eq!(
            of(CiteForm::Ris),
            "TY  - RPRT\nID  - A&B-1\nAU  - A & B,\nTI  - On {fees}\nPY  - 2013\nSP  - 7\n\
             N1  - 4. Fees, (a)\nER  - "
        );
    }
}
