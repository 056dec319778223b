//! Themes, ranked, with who says what.

use crate::domain::{AgencyCount, Consensus, Overlap, Particulars, Theme};

use super::{Entries, Entry, words};

/// A theme comes back too rarely to rest on below this mean Jaccard similarity
/// (Hennig 2007, "Cluster-wise assessment of cluster stability").
const WEAK_BELOW: f64 = 0.6;
/// From here a theme is stable, by the same source; between the two it shows a pattern.
const STABLE_FROM: f64 = 0.75;

/// Agencies named in a cell of a table; more would fill its page.
const NAMED: usize = 12;

/// How far a theme may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Firmness {
    Stable,
    Fair,
    Weak,
    Unknown,
}

impl Firmness {
    fn of(stability: f64) -> Self {
        match stability {
            s if s.is_nan() => Self::Unknown,
            s if s < WEAK_BELOW => Self::Weak,
            s if s < STABLE_FROM => Self::Fair,
            _ => Self::Stable,
        }
    }

    pub(in crate::report) fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Fair => "fairly stable",
            Self::Weak => "weak",
            Self::Unknown => "stability not measured",
        }
    }
}

/// A theme as the report shows it.
pub(in crate::report) struct ThemeView<'a> {
    /// Position in `Overlap::themes`.
    pub(in crate::report) position: usize,
    /// Its rank, from 1.
    pub(in crate::report) number: usize,
    pub(in crate::report) label: String,
    pub(in crate::report) keywords: String,
    pub(in crate::report) n_agencies: usize,
    pub(in crate::report) n_of: usize,
    pub(in crate::report) n_members: usize,
    /// Agencies expected by chance.
    pub(in crate::report) expected: String,
    /// Effective number of agencies.
    pub(in crate::report) effective: String,
    /// How much of them really agrees, in agencies.
    pub(in crate::report) agreement: String,
    /// Agencies of all, and agreement of all, as per cent of the width of a bar.
    pub(in crate::report) bar: (String, String),
    pub(in crate::report) stability: String,
    pub(in crate::report) firmness: Firmness,
    pub(in crate::report) cohesion: String,
    /// One member each of up to three agencies.
    pub(in crate::report) representatives: Vec<&'a Entry>,
    /// Words that most of the agencies use.
    pub(in crate::report) shared: String,
    /// Everything said, by agency, most recommendations first.
    pub(in crate::report) voices: Vec<Voice<'a>>,
}

/// What one agency says on a theme.
pub(in crate::report) struct Voice<'a> {
    pub(in crate::report) agency: String,
    pub(in crate::report) agency_number: usize,
    /// Its most central recommendation.
    pub(in crate::report) first: &'a Entry,
    /// Words and phrases that no other agency of the theme uses.
    pub(in crate::report) own: String,
    /// Its other recommendations in the theme, most central first.
    pub(in crate::report) others: Vec<&'a Entry>,
}

impl<'a> Voice<'a> {
    /// All that the agency says on the theme, most central first.
    pub(in crate::report) fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

impl<'a> ThemeView<'a> {
    /// Agencies that say something no other of the theme says, in one list.
    pub(in crate::report) fn differing(&self) -> Vec<&Voice<'a>> {
        let differ = |voice: &&Voice| self.n_agencies > 1 && !voice.own.is_empty();
        self.voices.iter().filter(differ).collect()
    }

    pub(in crate::report) fn is_weak(&self) -> bool {
        self.firmness == Firmness::Weak
    }

    /// The agencies with their numbers of recommendations: "UNFPA (2), WHO".
    pub(in crate::report) fn agency_line(&self) -> String {
        self.agencies_said().join(", ")
    }

    /// The first dozen of them, for a cell of a table: "UNFPA (2), WHO and 40 others".
    pub(in crate::report) fn some_agencies(&self) -> String {
        let said = self.agencies_said();
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        words::list_some(&said, NAMED)
    }

    fn agencies_said(&self) -> Vec<String> {
        let said = |voice: &Voice| match voice.others.len() {
            0 => voice.agency.clone(),
            others => format!("{} ({})", voice.agency, others + 1),
        };
        self.voices.iter().map(said).collect()
    }

    /// The agencies' numbers, for the filter of the page.
    pub(in crate::report) fn agency_numbers(&self) -> String {
        let numbers = self.voices.iter().map(|voice| voice.agency_number.to_string());
        numbers.collect::<Vec<_>>().join(" ")
    }
}

/// All themes, in the given order.
pub(super) fn themes<'a>(overlap: &Overlap, entries: &'a Entries) -> Vec<ThemeView<'a>> {
    let one = |(position, theme)| {
        let particulars = overlap.particulars.get(position).cloned().unwrap_or_default();
        theme_view(position, theme, &particulars, overlap.agencies.len(), entries)
    };
    overlap.themes.themes.iter().enumerate().map(one).collect()
}

fn theme_view<'a>(
    position: usize,
    theme: &Theme,
    particulars: &Particulars,
    n_of: usize,
    entries: &'a Entries,
) -> ThemeView<'a> {
    let n_agencies = theme.consensus.agencies();
    ThemeView {
        position,
        number: entries.theme_numbers[position],
        label: words::capitalized(&words::clean(&theme.label)),
        keywords: words::clean(&theme.keywords.join(", ")),
        n_agencies,
        n_of,
        n_members: theme.members.len(),
        expected: expected(&theme.consensus),
        effective: words::decimal(theme.consensus.effective),
        agreement: words::decimal(theme.consensus.strength),
        bar: (width(n_agencies as f64, n_of), width(theme.consensus.strength, n_of)),
        stability: words::percent(theme.stability),
        firmness: Firmness::of(theme.stability),
        cohesion: words::percent(theme.cohesion),
        representatives: theme.representatives.iter().map(|&row| entries.row(row)).collect(),
        shared: words::clean(&particulars.shared.join(", ")),
        voices: voices(theme, particulars, entries),
    }
}

fn voices<'a>(theme: &Theme, particulars: &Particulars, entries: &'a Entries) -> Vec<Voice<'a>> {
    let voice = |(at, count): (usize, &AgencyCount)| {
        let agency_number = entries.agency_number(&count.agency);
        let mut said = theme
            .members
            .iter()
            .map(|member| entries.row(member.row))
            .filter(|entry| entry.agency_number == agency_number);
        Some(Voice {
            agency: words::clean(count.agency.as_str()),
            agency_number,
            first: said.next()?,
            own: words::clean(&particulars.own.get(at).map_or(String::new(), |own| own.join("; "))),
            others: said.collect(),
        })
    };
    theme.consensus.by_agency.iter().enumerate().filter_map(voice).collect()
}

/// "5.2 (3 to 7)": what chance gives, and the range of most cases.
fn expected(consensus: &Consensus) -> String {
    let Consensus { expected, expected_low, expected_high, .. } = consensus;
    let mean = words::decimal(*expected);
    if *expected_high > 0.0 {
        format!("{mean} ({expected_low:.0} to {expected_high:.0})")
    } else {
        mean
    }
}

fn width(part: f64, whole: usize) -> String {
    let share = if whole == 0 { 0.0 } else { 100.0 * part / whole as f64 };
    if share.is_finite() { format!("{:.1}", share.clamp(0.0, 100.0)) } else { "0".to_owned() }
}
