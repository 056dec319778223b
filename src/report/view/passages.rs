//! Challenges that agencies name, and agencies that name one and recommend nothing on it.

use crate::domain::{ChallengeAnswer, Overlap, Recommendation, SilentAgency, SilentPassage};

use super::{Entries, Near, gaps::near, words};

/// How many answers to a challenge are shown.
const ANSWERS: usize = 2;

/// A passage in which an agency names a challenge.
pub(in crate::report) struct PassageView {
    pub(in crate::report) id: String,
    pub(in crate::report) agency: String,
    pub(in crate::report) agency_number: usize,
    pub(in crate::report) text: String,
    pub(in crate::report) place: String,
}

/// A challenge and what was recommended on it.
pub(in crate::report) struct ChallengeView<'a> {
    pub(in crate::report) passage: PassageView,
    /// Who takes it up.
    pub(in crate::report) agencies: Vec<String>,
    pub(in crate::report) nearest: Vec<Near<'a>>,
}

/// Challenges, those that nobody takes up first.
pub(in crate::report) struct Challenges<'a> {
    pub(in crate::report) unanswered: Vec<ChallengeView<'a>>,
    pub(in crate::report) answered: Vec<ChallengeView<'a>>,
}

/// An agency that writes on a theme and recommends nothing on it.
pub(in crate::report) struct SilentView<'a> {
    pub(in crate::report) agency: String,
    pub(in crate::report) agency_number: usize,
    /// Number and label of the theme.
    pub(in crate::report) theme: (usize, String),
    /// The passage that shows it best.
    pub(in crate::report) passage: PassageView,
    /// The recommendation of the theme that the passage is nearest to.
    pub(in crate::report) of_others: Near<'a>,
    /// The nearest thing that the agency did recommend.
    pub(in crate::report) own: Option<Near<'a>>,
}

/// `None` where the corpus came with no challenges.
pub(super) fn challenges<'a>(overlap: &Overlap, entries: &'a Entries) -> Option<Challenges<'a>> {
    let answers = overlap.gaps.challenges.as_ref()?;
    let view = |answer: &ChallengeAnswer| ChallengeView {
        passage: passage(&overlap.challenges[answer.challenge], entries),
        agencies: answer.agencies.iter().map(|a| words::clean(a.as_str())).collect(),
        nearest: answer.nearest.iter().take(ANSWERS).map(|&n| near(n, entries)).collect(),
    };
    let (unanswered, answered): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.is_unanswered());
    Some(Challenges {
        unanswered: unanswered.into_iter().map(view).collect(),
        answered: answered.into_iter().map(view).collect(),
    })
}

/// `None` where the corpus came with no challenges.
pub(super) fn silent<'a>(overlap: &Overlap, entries: &'a Entries) -> Option<Vec<SilentView<'a>>> {
    let view = |silent: &SilentAgency| {
        let &SilentPassage { challenge: at, nearest: row, probability } =
            silent.passages.first()?;
        Some(SilentView {
            agency: words::clean(silent.agency.as_str()),
            agency_number: entries.agency_number(&silent.agency),
            theme: (
                entries.theme_numbers[silent.theme],
                words::capitalized(&words::clean(&overlap.themes.themes[silent.theme].label)),
            ),
            passage: passage(&overlap.challenges[at], entries),
            of_others: near((row, probability), entries),
            own: silent.nearest.map(|nearest| near(nearest, entries)),
        })
    };
    Some(overlap.gaps.silent.as_ref()?.iter().filter_map(view).collect())
}

fn passage(found: &Recommendation, entries: &Entries) -> PassageView {
    PassageView {
        id: words::clean(found.id.as_str()),
        agency: words::clean(found.agency.as_str()),
        agency_number: entries.agency_number(&found.agency),
        text: words::clean(&found.text),
        place: super::place(found),
    }
}

/// How many challenges nobody takes up, in a sentence.
pub(super) fn challenges_sentence(overlap: &Overlap) -> Option<String> {
    let answers = overlap.gaps.challenges.as_ref()?;
    let open = answers.iter().filter(|answer| answer.is_unanswered()).count();
    let all = words::count(answers.len(), "challenge");
    Some(match open {
        0 => format!("All of {all} that agencies name are taken up by some agency."),
        1 => format!("1 of {all} that agencies name is taken up by no agency."),
        n => format!("{} of {all} that agencies name are taken up by no agency.", words::number(n)),
    })
}

/// How many agencies write on a theme and recommend nothing on it, in a sentence.
pub(super) fn silent_sentence(overlap: &Overlap) -> Option<String> {
    let silent = overlap.gaps.silent.as_ref()?;
    let mut agencies: Vec<_> = silent.iter().map(|found| &found.agency).collect();
    agencies.sort_unstable();
    agencies.dedup();
    Some(match agencies.len() {
        0 => "No agency writes on a theme without recommending something on it.".to_owned(),
        1 => format!(
            "1 agency writes on a theme of others and recommends nothing on it: {}.",
            words::clean(agencies[0].as_str())
        ),
        n => format!(
            "{} write on a theme of others and recommend nothing on it.",
            words::capitalized(&words::count(n, "agency"))
        ),
    })
}
