//! What is said twice, what one agency says alone, and what nobody takes up.

use crate::domain::{AgendaAnswer, AgendaItem, Link, Overlap};

use super::{Agenda, Entries, Entry, words};

/// How many answers to an agenda item are shown.
const ANSWERS: usize = 3;

/// A recommendation near another, with the chance that both ask for the same.
pub(in crate::report) struct Near<'a> {
    pub(in crate::report) entry: &'a Entry,
    pub(in crate::report) probability: String,
    /// The same as a figure, 0 to 1.
    pub(in crate::report) chance: f64,
}

/// Two recommendations that are nearly the same.
pub(in crate::report) struct DuplicateView<'a> {
    pub(in crate::report) a: &'a Entry,
    pub(in crate::report) b: &'a Entry,
    /// Chance that both ask for the same action on the same object.
    pub(in crate::report) probability: String,
    pub(in crate::report) cosine: String,
}

impl DuplicateView<'_> {
    pub(in crate::report) fn within_one_agency(&self) -> bool {
        self.a.agency == self.b.agency
    }
}

/// A recommendation that one agency makes alone.
pub(in crate::report) struct SingleVoiceView<'a> {
    pub(in crate::report) entry: &'a Entry,
    pub(in crate::report) nearest: Option<Near<'a>>,
}

/// An agenda item and what was said on it.
pub(in crate::report) struct AgendaView<'a> {
    /// "Priority item (a)(ii)".
    pub(in crate::report) name: String,
    pub(in crate::report) text: String,
    /// Who takes it up.
    pub(in crate::report) agencies: Vec<String>,
    /// Their numbers, for the filter of the page.
    pub(in crate::report) agency_numbers: String,
    pub(in crate::report) nearest: Vec<Near<'a>>,
}

pub(super) fn duplicates<'a>(overlap: &Overlap, entries: &'a Entries) -> Vec<DuplicateView<'a>> {
    let pair = |link: &Link| DuplicateView {
        a: entries.row(link.a),
        b: entries.row(link.b),
        probability: words::percent(link.likeness.duplicate),
        cosine: words::cosine(f64::from(link.likeness.cosine)),
    };
    overlap.duplicates.iter().map(pair).collect()
}

pub(super) fn single_voices<'a>(
    overlap: &Overlap,
    entries: &'a Entries,
) -> Vec<SingleVoiceView<'a>> {
    let voice = |single: &crate::domain::SingleVoice| SingleVoiceView {
        entry: entries.row(single.row),
        nearest: single.nearest.map(|nearest| near(nearest, entries)),
    };
    overlap.gaps.single_voice.iter().map(voice).collect()
}

pub(super) fn agenda<'a>(overlap: &Overlap, entries: &'a Entries) -> Option<Agenda<'a>> {
    let answers = overlap.gaps.agenda.as_ref()?;
    let items: Vec<&AgendaItem> = answers.iter().map(|answer| &answer.item).collect();
    let views = |unanswered: bool| {
        answers
            .iter()
            .filter(|answer| answer.is_unanswered() == unanswered)
            .map(|answer| agenda_view(answer, &items, entries))
            .collect()
    };
    Some(Agenda { unanswered: views(true), answered: views(false) })
}

fn agenda_view<'a>(
    answer: &AgendaAnswer,
    items: &[&AgendaItem],
    entries: &'a Entries,
) -> AgendaView<'a> {
    let numbers = answer.agencies.iter().map(|a| entries.agency_number(a).to_string());
    AgendaView {
        agency_numbers: numbers.collect::<Vec<_>>().join(" "),
        name: item_name(&answer.item, items),
        text: words::clean(&answer.item.text),
        agencies: answer.agencies.iter().map(|a| words::clean(a.as_str())).collect(),
        nearest: answer.nearest.iter().take(ANSWERS).map(|&n| near(n, entries)).collect(),
    }
}

/// "Priority item (a)(ii)": what it is and its marker under that of its parent, or else its id.
pub(super) fn item_name(item: &AgendaItem, items: &[&AgendaItem]) -> String {
    let level = item.level.as_deref().unwrap_or("item").replace('_', " ");
    let parent = items.iter().find(|other| item.parent.as_ref() == Some(&other.id));
    let marker = match (&item.marker, parent.and_then(|p| p.marker.as_ref())) {
        (Some(own), Some(above)) => format!("{above}{own}"),
        (Some(own), None) => own.clone(),
        (None, _) => item.id.clone(),
    };
    words::capitalized(&words::clean(&format!("{level} {marker}")))
}

pub(super) fn near((row, probability): (usize, f64), entries: &Entries) -> Near<'_> {
    Near { entry: entries.row(row), probability: words::percent(probability), chance: probability }
}
