//! Agencies compared.

use crate::domain::{AgencyProfile, Overlap};

use super::{Entries, words};

/// How many nearest agencies are named.
const NEAREST: usize = 3;

/// One agency beside the others.
pub(in crate::report) struct AgencyView {
    pub(in crate::report) number: usize,
    pub(in crate::report) name: String,
    pub(in crate::report) n_recommendations: usize,
    pub(in crate::report) n_shared: usize,
    /// Shared recommendations as per cent.
    pub(in crate::report) share: String,
    /// The same as the width of a bar.
    pub(in crate::report) width: String,
    /// Themes shared with another agency, by number.
    pub(in crate::report) themes: Vec<usize>,
    /// Number, name and likeness of profile.
    pub(in crate::report) nearest: Vec<(usize, String, String)>,
}

impl AgencyView {
    pub(in crate::report) fn stands_alone(&self) -> bool {
        self.n_shared == 0
    }
}

/// All agencies, by name.
pub(super) fn agencies(overlap: &Overlap, entries: &Entries) -> Vec<AgencyView> {
    overlap.agencies.iter().map(|profile| agency(profile, overlap, entries)).collect()
}

fn agency(profile: &AgencyProfile, overlap: &Overlap, entries: &Entries) -> AgencyView {
    let n_recommendations = profile.rows.len();
    let mut themes: Vec<usize> = profile
        .themes
        .iter()
        .filter(|(position, _)| overlap.themes.themes[*position].consensus.agencies() >= 2)
        .map(|(position, _)| entries.theme_numbers[*position])
        .collect();
    themes.sort_unstable();
    let nearest = profile.nearest.iter().filter(|(_, cosine)| *cosine > 0.0).take(NEAREST);
    AgencyView {
        number: entries.agency_number(&profile.agency),
        name: words::clean(profile.agency.as_str()),
        n_recommendations,
        n_shared: profile.shared,
        share: words::share(profile.shared, n_recommendations),
        width: format!("{:.0}", 100.0 * profile.shared as f64 / n_recommendations.max(1) as f64),
        themes,
        nearest: nearest
            .map(|(other, cosine)| {
                (entries.agency_number(other), words::clean(other.as_str()), words::cosine(*cosine))
            })
            .collect(),
    }
}
