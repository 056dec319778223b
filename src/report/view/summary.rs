//! The first screen: what was compared, and what came out, in sentences.

use crate::domain::{Overlap, Recommendation};

use super::{gaps, passages, words};

/// How many open agenda items the first screen names.
const GAPS_AT_A_GLANCE: usize = 3;

/// What the first screen says.
pub(in crate::report) struct Summary {
    /// "256 recommendations by 28 agencies, from 1 document of 2013."
    pub(in crate::report) compared: String,
    /// Figures to catch the eye: value, and what it counts.
    pub(in crate::report) figures: Vec<(String, String)>,
    /// Agenda items that nobody takes up: how many of how many, and the first few.
    pub(in crate::report) unanswered: Option<Unanswered>,
    /// How many challenges nobody takes up; `None` where none are given.
    pub(in crate::report) challenges: Option<String>,
    /// How many agencies are silent on what they write about; `None` where no challenges are given.
    pub(in crate::report) silent: Option<String>,
    /// How many recommendations only one agency makes.
    pub(in crate::report) single_voices: String,
    /// Agencies that share nothing, in a sentence; empty where there is none.
    pub(in crate::report) alone: String,
    /// How many near-duplicates there are, in a sentence.
    pub(in crate::report) duplicates: String,
    /// Names of all agencies.
    pub(in crate::report) agencies: Vec<String>,
}

/// Agenda items without an answer.
pub(in crate::report) struct Unanswered {
    pub(in crate::report) sentence: String,
    /// Name and text of the first few.
    pub(in crate::report) first: Vec<(String, String)>,
}

impl Summary {
    pub(super) fn new(overlap: &Overlap) -> Self {
        Self {
            compared: compared(overlap),
            figures: figures(overlap),
            unanswered: unanswered(overlap),
            challenges: passages::challenges_sentence(overlap),
            silent: passages::silent_sentence(overlap),
            single_voices: single_voices(overlap),
            alone: alone(overlap),
            duplicates: duplicates(overlap),
            agencies: overlap.agencies.iter().map(|a| words::clean(a.agency.as_str())).collect(),
        }
    }
}

fn compared(overlap: &Overlap) -> String {
    let n = overlap.recommendations.len();
    if n == 0 {
        return "There are no recommendations to compare.".to_owned();
    }
    let by = words::count(overlap.agencies.len(), "agency");
    let years = words::years(
        (overlap.documents.iter().filter_map(|d| d.year))
            .chain(overlap.recommendations.iter().filter_map(|r| r.year)),
    );
    let from = match n_documents(overlap) {
        0 => String::new(),
        n => format!(", from {}", words::count(n, "document")),
    };
    let of = if years.is_empty() { String::new() } else { format!(" of {years}") };
    words::capitalized(&format!("{} by {by}{from}{of}.", words::count(n, "recommendation")))
}

/// Documents described, or else those that recommendations name.
fn n_documents(overlap: &Overlap) -> usize {
    if !overlap.documents.is_empty() {
        return overlap.documents.len();
    }
    let mut named: Vec<_> =
        overlap.recommendations.iter().filter_map(|r| r.document.as_ref()).collect();
    named.sort_unstable();
    named.dedup();
    named.len()
}

fn figures(overlap: &Overlap) -> Vec<(String, String)> {
    let n = overlap.recommendations.len();
    let shared: usize = overlap.agencies.iter().map(|a| a.shared).sum();
    let themes = overlap.themes.themes.iter().filter(|t| t.consensus.agencies() >= 2).count();
    let pairs = overlap.duplicates.len();
    let figure = |value: usize, what: String| (words::number(value), what);
    vec![
        figure(n, words::noun(n, "recommendation")),
        figure(overlap.agencies.len(), words::noun(overlap.agencies.len(), "agency")),
        figure(themes, format!("{} shared by two or more agencies", words::noun(themes, "theme"))),
        (words::share(shared, n), "of recommendations stand in such a theme".to_owned()),
        figure(pairs, format!("{} of near-duplicates", words::noun(pairs, "pair"))),
    ]
}

fn unanswered(overlap: &Overlap) -> Option<Unanswered> {
    let answers = overlap.gaps.agenda.as_ref()?;
    let items: Vec<_> = answers.iter().map(|answer| &answer.item).collect();
    let open: Vec<_> = answers.iter().filter(|answer| answer.is_unanswered()).collect();
    let first = open
        .iter()
        .take(GAPS_AT_A_GLANCE)
        .map(|answer| {
            let text = words::shorten(&words::clean(&answer.item.text), 110);
            (gaps::item_name(&answer.item, &items), text)
        })
        .collect();
    let sentence = match (open.len(), answers.len()) {
        (0, 1) => "The one agenda item is taken up.".to_owned(),
        (0, all) => format!("All {} agenda items are taken up by some agency.", words::number(all)),
        (1, all) => format!("1 of {} is taken up by no agency.", words::count(all, "agenda item")),
        (n, all) => format!(
            "{} of {} are taken up by no agency.",
            words::number(n),
            words::count(all, "agenda item")
        ),
    };
    Some(Unanswered { sentence, first })
}

fn single_voices(overlap: &Overlap) -> String {
    let (n, all) = (overlap.gaps.single_voice.len(), overlap.recommendations.len());
    match n {
        0 => "Every recommendation is shared by two agencies or more.".to_owned(),
        1 => format!("1 of {} is made by one agency only.", words::count(all, "recommendation")),
        _ => format!(
            "{} of {} are made by one agency only.",
            words::number(n),
            words::count(all, "recommendation")
        ),
    }
}

fn alone(overlap: &Overlap) -> String {
    let names: Vec<&str> =
        overlap.agencies.iter().filter(|a| a.shared == 0).map(|a| a.agency.as_str()).collect();
    match names.len() {
        0 => String::new(),
        1 => format!("1 agency shares no theme with another: {}.", names[0]),
        n => format!(
            "{} share no theme with another: {}.",
            words::count(n, "agency"),
            words::list_some(&names, 6)
        ),
    }
}

fn duplicates(overlap: &Overlap) -> String {
    let agency = |row: usize| overlap.recommendations.get(row).map(|r: &Recommendation| &r.agency);
    let n = overlap.duplicates.len();
    let across = overlap.duplicates.iter().filter(|l| agency(l.a) != agency(l.b)).count();
    match (n, across) {
        (0, _) => "No two recommendations are nearly the same.".to_owned(),
        (1, 0) => "1 pair of recommendations is nearly the same, within one agency.".to_owned(),
        (1, _) => "1 pair of recommendations is nearly the same, by two agencies.".to_owned(),
        (n, across) => format!(
            "{} pairs of recommendations are nearly the same, {} of them across agencies.",
            words::number(n),
            match across {
                0 => "none".to_owned(),
                all if all == n => "all".to_owned(),
                some => words::number(some),
            }
        ),
    }
}
