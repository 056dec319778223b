//! The names and numbers that a report gives to recommendations, themes and agencies, cleaned of what
//! could disturb a line.

use std::collections::HashMap;

use super::document::{Inline, Quote, Source, Text};
use super::words::{capitalized, clean};
use super::{number, words};
use crate::domain::{
    Agency, AgencyCount, Asking, DocumentId, DocumentInfo, Overlap, Recommendation, Theme,
};

/// A recommendation as the report shows it.
pub(super) struct Entry {
    /// Counted from 1, by row.
    pub(super) number: usize,
    pub(super) agency: String,
    pub(super) agency_number: usize,
    pub(super) text: String,
    pub(super) lead_in: Option<String>,
    pub(super) source: Source,
    /// Numbers of the themes it is in, ascending.
    pub(super) themes: Vec<usize>,
}

/// What one agency says on a theme.
pub(super) struct Voice<'a> {
    pub(super) agency: String,
    pub(super) agency_number: usize,
    /// Its recommendations in the theme, most central first.
    pub(super) entries: Vec<&'a Entry>,
    /// Words and phrases that no other agency of the theme uses; empty where there are none.
    pub(super) own: String,
}

/// A theme with its number.
#[derive(Clone, Copy)]
pub(super) struct Numbered<'a> {
    pub(super) number: usize,
    /// Position in `overlap.themes.themes`.
    pub(super) position: usize,
    pub(super) theme: &'a Theme,
}

impl Numbered<'_> {
    /// Its name as a title.
    pub(super) fn label(&self) -> String {
        capitalized(&clean(&self.theme.label))
    }

    pub(super) fn is_shared(&self) -> bool {
        self.theme.consensus.agencies() > 1
    }

    /// Whether two agencies or more ask for the same, not merely for something near it.
    pub(super) fn is_asked_by_several(&self) -> bool {
        self.theme.asking.len() > 1
    }
}

/// Everything that a report names.
pub(super) struct Names<'a> {
    pub(super) overlap: &'a Overlap,
    /// By row.
    entries: Vec<Entry>,
    /// Positions of the themes: shared themes first.
    by_number: Vec<usize>,
    /// Number of the theme at each position.
    theme_numbers: Vec<usize>,
    agency_numbers: HashMap<&'a Agency, usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(overlap: &'a Overlap) -> Self {
        let agency_numbers: HashMap<&Agency, usize> =
            overlap.agencies.iter().enumerate().map(|(at, a)| (&a.agency, at + 1)).collect();
        let entry = |(row, found): (usize, &Recommendation)| Entry {
            number: row + 1,
            agency: clean(found.agency.as_str()),
            agency_number: agency_numbers.get(&found.agency).copied().unwrap_or(0),
            text: clean(&found.text),
            lead_in: found.lead_in.as_deref().map(clean).filter(|text| !text.is_empty()),
            source: source(found, Some(row + 1), &overlap.documents),
            themes: Vec::new(),
        };
        let mut entries: Vec<Entry> =
            overlap.recommendations.iter().enumerate().map(entry).collect();
        let themes = &overlap.themes.themes;
        // The given order, with themes of one agency after all others.
        let mut by_number: Vec<usize> = (0..themes.len()).collect();
        by_number.sort_by_key(|&position| themes[position].consensus.agencies() < 2);
        let mut theme_numbers = vec![0; themes.len()];
        for (number, &position) in (1..).zip(&by_number) {
            theme_numbers[position] = number;
            for member in &themes[position].members {
                entries[member.row].themes.push(number);
            }
        }
        Self { overlap, entries, by_number, theme_numbers, agency_numbers }
    }

    pub(super) fn entry(&self, row: usize) -> &Entry {
        &self.entries[row]
    }

    pub(super) fn agency_number(&self, agency: &Agency) -> usize {
        self.agency_numbers.get(agency).copied().unwrap_or(0)
    }

    /// All themes by number, shared ones first.
    pub(super) fn themes(&self) -> Vec<Numbered<'_>> {
        self.by_number.iter().map(|&position| self.theme(position)).collect()
    }

    /// The theme at a position of `overlap.themes.themes`.
    pub(super) fn theme(&self, position: usize) -> Numbered<'_> {
        let theme = &self.overlap.themes.themes[position];
        Numbered { number: self.theme_numbers[position], position, theme }
    }

    /// Who says what on a theme, most recommendations first.
    pub(super) fn voices(&self, theme: Numbered) -> Vec<Voice<'_>> {
        let own = self.overlap.particulars.get(theme.position).map_or(&[][..], |found| &found.own);
        let voice = |(at, count): (usize, &AgencyCount)| {
            let agency_number = self.agency_number(&count.agency);
            let members = theme.theme.members.iter().map(|member| self.entry(member.row));
            let words = own.get(at).map_or(String::new(), |own| clean(&own.join("; ")));
            Voice {
                agency: clean(count.agency.as_str()),
                agency_number,
                entries: members.filter(|entry| entry.agency_number == agency_number).collect(),
                // What an agency says alone where it is alone is no difference.
                own: if theme.is_shared() { words } else { String::new() },
            }
        };
        theme.theme.consensus.by_agency.iter().enumerate().map(voice).collect()
    }

    /// What each agency that makes the ask of a theme says: the sentence where it is known, else the whole
    /// recommendation.
    pub(super) fn asking(&self, theme: Numbered) -> Vec<Quote> {
        let found = self.overlap.particulars.get(theme.position);
        let sentences = found.map_or(&[][..], |found| &found.sentences);
        let quote = |(at, asking): (usize, &Asking)| {
            let quote = self.entry(asking.row).quote();
            match sentences.get(at) {
                Some(sentence) => Quote { text: clean(sentence), ..quote },
                None => quote,
            }
        };
        theme.theme.asking.iter().enumerate().map(quote).collect()
    }

    /// The rows as entries, by agency in the order of names.
    pub(super) fn by_agency(&self, rows: impl Iterator<Item = usize>) -> Vec<Vec<&Entry>> {
        let mut entries: Vec<&Entry> = rows.map(|row| self.entry(row)).collect();
        entries.sort_by(|a, b| (&a.agency, a.number).cmp(&(&b.agency, b.number)));
        entries.chunk_by(|a, b| a.agency == b.agency).map(<[&Entry]>::to_vec).collect()
    }
}

impl Entry {
    pub(super) fn quote(&self) -> Quote {
        let (agency, text) = (self.agency.clone(), self.text.clone());
        Quote { agency, text, source: self.source.clone() }
    }
}

/// "98% WHO: the words (WHO-01)": a recommendation near to what stands above it.
pub(super) fn near(lead: &str, (row, probability): (usize, f64), names: &Names) -> Text {
    let entry = names.entry(row);
    Text::from(lead)
        .and(Inline::Chance(number::probability(probability)))
        .then(" ")
        .and(Inline::Strong(entry.agency.clone()))
        .then(": ")
        .and(Inline::Foreign(words::shorten(&entry.text, 200)))
        .then(" ")
        .and(Inline::Source(entry.source.clone()))
}

/// "UNFPA (2), WHO": agencies with the number of their recommendations, where it is more than one.
pub(super) fn agency_line(voices: &[Voice]) -> String {
    let one = |voice: &Voice| match voice.entries.len() {
        0 | 1 => voice.agency.clone(),
        n => format!("{} ({n})", voice.agency),
    };
    voices.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Characters of a document's title beside a recommendation.
const TITLE: usize = 60;

/// Where a recommendation or a passage stands, with the title and the address of its document where
/// `documents` has them.
pub(super) fn source(
    found: &Recommendation,
    number: Option<usize>,
    documents: &[DocumentInfo],
) -> Source {
    let id = found.document.as_ref().map(DocumentId::as_str);
    let document = id.and_then(|id| documents.iter().find(|document| document.id == id));
    let mut place = found.place();
    match (id, document) {
        (Some(id), Some(document)) => {
            let rest = place.strip_prefix(id).unwrap_or_default().to_owned();
            place = format!("{}{rest}", short_title(&document.title));
        }
        // Without a document the file is all there is to go back to.
        (None, _) => {
            if let Some(source) = &found.source {
                place = format!("{}, {place}", source.path);
            }
        }
        (Some(_), None) => {}
    }
    let mut place = clean(&place);
    if place.is_empty() {
        "place n/a".clone_into(&mut place);
    }
    let page = found.source.as_ref().and_then(|source| source.page);
    let address = document.and_then(|document| address(document.source.as_deref()?, page));
    Source { id: clean(found.id.as_str()), place, number, address }
}

/// A long title without its subtitle, or cut at a word.
fn short_title(title: &str) -> String {
    let title = clean(title);
    match title.split_once(": ") {
        Some((main, _)) if title.chars().count() > TITLE => words::shorten(main, TITLE),
        _ => words::shorten(&title, TITLE),
    }
}

/// `source` if it is an address on the web, at a page where one is known: a browser opens a PDF there. An
/// address with signs that could end a link in some format is none.
fn address(source: &str, page: Option<u32>) -> Option<String> {
    let is_web = ["https://", "http://"].iter().any(|scheme| source.starts_with(scheme));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c);
    if !is_web || !source.chars().all(is_plain) {
        return None;
    }
    Some(match page {
        Some(page) if !source.contains('#') => format!("{source}#page={page}"),
        _ => source.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recommendation(document: Option<&str>) -> Recommendation {
        let line = serde_json::json!({
            "id": "a-1", "agency": "A", "text": "Do it.", "document": document, "section": "3. Asks",
            "source": { "path": "a.pdf", "line_start": 4, "line_end": 4, "page": 7 },
        });
        serde_json::from_value(line).unwrap()
    }

    fn document(title: &str, source: Option<&str>) -> DocumentInfo {
        let source = source.map(str::to_owned);
        DocumentInfo { id: "a".to_owned(), title: title.to_owned(), year: None, source }
    }

    #[test]
    fn a_source_names_the_title_and_leads_to_the_page() {
        let documents = [document("Heat in cities", Some("https://example.org/a.pdf"))];
        let found = source(&recommendation(Some("a")), None, &documents);
        assert_eq!(found.place, "Heat in cities, 3. Asks, page 7");
        assert_eq!(found.address.as_deref(), Some("https://example.org/a.pdf#page=7"));
        let unknown = source(&recommendation(Some("b")), None, &documents);
        assert_eq!((unknown.place.as_str(), unknown.address), ("b, 3. Asks, page 7", None));
        let loose = source(&recommendation(None), None, &documents);
        assert_eq!(loose.place, "a.pdf, 3. Asks, page 7");
    }

    #[test]
    fn a_long_title_loses_its_subtitle() {
        let long =
            "Contributions and Recommendations: what the International System said of it all";
        assert_eq!(short_title(long), "Contributions and Recommendations");
        assert_eq!(short_title("Heat: an audit"), "Heat: an audit");
    }

    #[test]
    fn what_is_no_address_or_could_end_a_link_is_none() {
        for source in ["CEB, 2013", "javascript:alert(1)", "https://a.org/) [x](b", "http://a\"b"] {
            assert_eq!(address(source, None), None, "{source}");
        }
        assert_eq!(address("http://a.org/x#y", Some(3)).as_deref(), Some("http://a.org/x#y"));
    }
}
