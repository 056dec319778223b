//! What the report says, in words and in the order of reading, before any markup.

mod agencies;
mod changes;
mod drawings;
mod gaps;
mod matrix;
mod method;
mod passages;
mod summary;
mod themes;

pub(super) use agencies::AgencyView;
pub(super) use changes::ChangesView;
pub(super) use drawings::Drawings;
pub(super) use gaps::{AgendaView, DuplicateView, Near, SingleVoiceView};
pub(super) use matrix::Matrix;
pub(super) use method::{HOW, MEASURED};
pub(super) use passages::{ChallengeView, Challenges, PassageView, SilentView};
pub(super) use summary::Summary;
pub(super) use themes::{Firmness, ThemeView};

use std::collections::HashMap;

use crate::domain::{Agency, Method, Overlap, Recommendation};

use super::words;

/// The whole report.
pub(super) struct View<'a> {
    pub(super) title: String,
    pub(super) summary: Summary,
    pub(super) documents: Vec<DocumentView>,
    /// Themes of two agencies or more, strongest consensus first.
    pub(super) shared_themes: Vec<ThemeView<'a>>,
    /// Themes that one agency repeats alone.
    pub(super) lone_themes: Vec<ThemeView<'a>>,
    pub(super) matrix: Matrix,
    pub(super) agencies: Vec<AgencyView>,
    pub(super) duplicates: Vec<DuplicateView<'a>>,
    pub(super) single_voices: Vec<SingleVoiceView<'a>>,
    /// `None` where there is no agenda.
    pub(super) agenda: Option<Agenda<'a>>,
    /// `None` where the corpus came with no challenges.
    pub(super) challenges: Option<Challenges<'a>>,
    /// `None` where the corpus came with no challenges.
    pub(super) silent: Option<Vec<SilentView<'a>>>,
    /// `None` where the report is not held against an older one.
    pub(super) changes: Option<ChangesView>,
    /// Recommendations in no theme, by agency.
    pub(super) singles: Vec<Group<'a>>,
    /// All recommendations, by agency.
    pub(super) all: Vec<Group<'a>>,
    pub(super) method: &'a Method,
    pub(super) n_recommendations: usize,
}

/// Agenda items, those that nobody takes up first.
pub(super) struct Agenda<'a> {
    pub(super) unanswered: Vec<AgendaView<'a>>,
    pub(super) answered: Vec<AgendaView<'a>>,
}

/// A document that was compared.
pub(super) struct DocumentView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) year: Option<i32>,
    pub(super) source: Option<String>,
}

/// One agency's recommendations.
pub(super) struct Group<'a> {
    pub(super) agency: String,
    /// Position of the agency, for links and filters.
    pub(super) agency_number: usize,
    pub(super) entries: Vec<&'a Entry>,
}

/// A recommendation as the report shows it.
pub(super) struct Entry {
    /// Counted from 1; names the place in the page that a link leads to.
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) agency: String,
    /// Position of the agency, for links and filters.
    pub(super) agency_number: usize,
    pub(super) text: String,
    pub(super) lead_in: Option<String>,
    /// Document, section, marker, page or lines; `n/a` where nothing is known.
    pub(super) place: String,
    /// Numbers of the themes it is in.
    pub(super) themes: Vec<usize>,
}

impl Entry {
    /// Its id and its place in the source.
    pub(super) fn named_place(&self) -> String {
        format!("{}, {}", self.id, if self.place == "n/a" { "place n/a" } else { &self.place })
    }
}

/// Every recommendation by row, and the numbers that themes and agencies go by.
pub(super) struct Entries {
    by_row: Vec<Entry>,
    /// Number of the theme at each position: those of several agencies first.
    theme_numbers: Vec<usize>,
    agency_numbers: HashMap<Agency, usize>,
}

impl Entries {
    pub(super) fn of(overlap: &Overlap) -> Self {
        let theme_numbers = number_themes(overlap);
        let agency_numbers: HashMap<Agency, usize> =
            overlap.agencies.iter().enumerate().map(|(n, a)| (a.agency.clone(), n + 1)).collect();
        let mut by_row: Vec<Entry> = overlap
            .recommendations
            .iter()
            .enumerate()
            .map(|(row, r)| entry(row, r, agency_numbers.get(&r.agency).copied().unwrap_or(0)))
            .collect();
        for (theme, &number) in overlap.themes.themes.iter().zip(&theme_numbers) {
            for member in &theme.members {
                by_row[member.row].themes.push(number);
            }
        }
        for entry in &mut by_row {
            entry.themes.sort_unstable();
        }
        Self { by_row, theme_numbers, agency_numbers }
    }

    pub(super) fn row(&self, row: usize) -> &Entry {
        &self.by_row[row]
    }

    fn agency_number(&self, agency: &Agency) -> usize {
        self.agency_numbers.get(agency).copied().unwrap_or(0)
    }

    /// Entries of the rows, by agency in the order of the agencies' names.
    fn grouped(&self, rows: impl Iterator<Item = usize>) -> Vec<Group<'_>> {
        let mut entries: Vec<&Entry> = rows.map(|row| self.row(row)).collect();
        entries.sort_by(|a, b| (&a.agency, a.number).cmp(&(&b.agency, b.number)));
        let of_one_agency = entries.chunk_by(|a, b| a.agency == b.agency);
        of_one_agency
            .map(|entries| Group {
                agency: entries[0].agency.clone(),
                agency_number: entries[0].agency_number,
                entries: entries.to_vec(),
            })
            .collect()
    }
}

/// The number of each theme: the given order, with themes of one agency after all others.
fn number_themes(overlap: &Overlap) -> Vec<usize> {
    let themes = &overlap.themes.themes;
    let mut order: Vec<usize> = (0..themes.len()).collect();
    order.sort_by_key(|&position| themes[position].consensus.agencies() < 2);
    let mut numbers = vec![0; themes.len()];
    for (number, position) in order.into_iter().enumerate() {
        numbers[position] = number + 1;
    }
    numbers
}

fn entry(row: usize, recommendation: &Recommendation, agency_number: usize) -> Entry {
    Entry {
        number: row + 1,
        id: words::clean(recommendation.id.as_str()),
        agency: words::clean(recommendation.agency.as_str()),
        agency_number,
        text: words::clean(&recommendation.text),
        lead_in: recommendation.lead_in.as_deref().map(words::clean).filter(|t| !t.is_empty()),
        place: place(recommendation),
        themes: Vec::new(),
    }
}

fn place(recommendation: &Recommendation) -> String {
    let mut place = words::clean(&recommendation.place());
    // Without a document the file is all there is to go back to.
    if let (None, Some(source)) = (&recommendation.document, &recommendation.source) {
        place = words::clean(&format!("{}, {place}", source.path));
    }
    if place.is_empty() { "n/a".to_owned() } else { place }
}

impl<'a> View<'a> {
    /// The themes that the first screen names.
    pub(super) fn strongest(&self) -> &[ThemeView<'a>] {
        &self.shared_themes[..self.shared_themes.len().min(5)]
    }

    /// The first screen in a few sentences, each with a name: what was compared, what stands out.
    /// New kinds of gap take their place here.
    pub(super) fn overview(&self) -> Vec<(&'static str, String)> {
        let figures: Vec<String> =
            self.summary.figures.iter().map(|(value, what)| format!("{value} {what}")).collect();
        let mut sentences = vec![("In figures", format!("{}.", figures.join("; ")))];
        if let Some(unanswered) = &self.summary.unanswered {
            sentences.push(("Unanswered agenda", unanswered.sentence.clone()));
        }
        if let Some(sentence) = &self.summary.challenges {
            sentences.push(("Unanswered challenges", sentence.clone()));
        }
        if let Some(sentence) = &self.summary.silent {
            sentences.push(("Silent agencies", sentence.clone()));
        }
        sentences.push(("Single voices", self.summary.single_voices.clone()));
        if !self.summary.alone.is_empty() {
            sentences.push(("Agencies alone", words::clean(&self.summary.alone)));
        }
        sentences.push(("Near-duplicates", self.summary.duplicates.clone()));
        let documents = self.documents.iter().map(|d| d.title.as_str()).collect::<Vec<_>>();
        if !documents.is_empty() {
            sentences.push(("Documents", words::list_some(&documents, 10)));
        }
        sentences
    }

    /// "3 Data collection": a theme's number and label.
    pub(super) fn theme_name(&self, number: usize) -> String {
        let theme = self.shared_themes.iter().chain(&self.lone_themes).nth(number - 1);
        theme.map_or_else(|| number.to_string(), |theme| format!("{number} {}", theme.label))
    }

    /// How many recommendations are in no theme.
    pub(super) fn singles_sentence(&self) -> String {
        match self.singles.iter().map(|group| group.entries.len()).sum() {
            0 => "Every recommendation is in a theme.".to_owned(),
            1 => "1 recommendation is in no theme. It is listed so that none is lost.".to_owned(),
            n => format!(
                "{} are in no theme. They are listed so that none is lost.",
                words::count(n, "recommendation")
            ),
        }
    }

    pub(super) fn new(overlap: &'a Overlap, entries: &'a Entries) -> Self {
        let mut shared_themes = themes::themes(overlap, entries);
        shared_themes.sort_by_key(|theme| theme.number);
        let n_shared = shared_themes.iter().filter(|theme| theme.n_agencies >= 2).count();
        let lone_themes = shared_themes.split_off(n_shared);
        Self {
            title: words::clean(&overlap.title),
            summary: Summary::new(overlap),
            documents: documents(overlap),
            matrix: Matrix::new(overlap, &shared_themes),
            shared_themes,
            lone_themes,
            agencies: agencies::agencies(overlap, entries),
            duplicates: gaps::duplicates(overlap, entries),
            single_voices: gaps::single_voices(overlap, entries),
            agenda: gaps::agenda(overlap, entries),
            challenges: passages::challenges(overlap, entries),
            silent: passages::silent(overlap, entries),
            changes: changes::changes(overlap),
            singles: entries.grouped(overlap.themes.single.iter().copied()),
            all: entries.grouped(0..overlap.recommendations.len()),
            method: &overlap.method,
            n_recommendations: overlap.recommendations.len(),
        }
    }
}

fn documents(overlap: &Overlap) -> Vec<DocumentView> {
    let described = |d: &crate::domain::DocumentInfo| DocumentView {
        id: words::clean(&d.id),
        title: words::clean(&d.title),
        year: d.year,
        source: d.source.as_deref().map(words::clean).filter(|s| !s.is_empty()),
    };
    overlap.documents.iter().map(described).collect()
}
