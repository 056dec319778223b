//! The differences that matter between two texts that ask for much the same.
//!
//! They are read from the surface of the texts, with word lists for each language in `words/`: no
//! parser, no model. A doubtful difference is left out, since a wrong one costs more trust than a
//! missing one.

mod addressee;
mod ask;
mod contrary;
mod direction;
mod figures;
mod instrument;
mod reader;
mod scope;
mod specifics;
mod stance;
mod text;
mod words;

use std::collections::BTreeMap;

use crate::domain::{Difference, DifferenceKind, Language, Likeness, Passage};

pub use contrary::contrary;
use direction::Reading;
use instrument::Instrument;
pub use specifics::specifics;
use text::Sentence;
use words::Lists;

/// Share of the words of the shorter of two sentences that the other must contain before a point that
/// only the existing one makes counts. Below it, the draft merely leaves the point out.
const ABOUT_THE_SAME: f64 = 0.5;

/// Minimum share of common words for a difference between two texts to mean something.
const COMPARABLE: f64 = 0.2;

/// The differences between a draft and an existing text, weightiest first: direction, addressee,
/// action, object, instrument, deadline, number, population, scope.
///
/// Each sentence of the draft is compared with the sentence of the existing text that is nearest to it
/// in words. A point in the draft counts unless the existing text has it anywhere. A point in the
/// existing text counts only if the two sentences are about the same thing. [`contrary`] decides on the
/// direction. Concord reads English, French and Spanish. It reports nothing for texts in two languages.
#[must_use]
pub fn differences(draft: &Passage, existing: &Passage, likeness: &Likeness) -> Vec<Difference> {
    let Some(language) = lists(draft.language(), existing.language()) else { return Vec::new() };
    let (drafts, existings) =
        (language.sentences(draft.text()), language.sentences(existing.text()));
    let pairs = pairs(&drafts, &existings, language);
    let mut found = Vec::new();
    found.extend(
        contrary(draft, existing, likeness)
            .map(|(draft, existing)| difference(DifferenceKind::Direction, draft, existing)),
    );
    if pairs.iter().all(|pair| pair.coverage < COMPARABLE) {
        return found;
    }
    let is_opposite = !found.is_empty();
    found.extend(addressee(&pairs, &existings, language));
    if !is_opposite {
        found.extend(asks(&pairs, language));
    }
    found.extend(instruments(&pairs, &existings, language));
    let figures = [
        (DifferenceKind::Deadline, figures::deadlines as Items),
        (DifferenceKind::Number, figures::numbers),
        (DifferenceKind::Population, population),
    ];
    for (kind, items) in figures {
        found.extend(named(kind, items, &pairs, &drafts, &existings, language));
    }
    found.extend(scope(&pairs, &drafts, &existings, language));
    // "Train women" against "train children": the object is the population.
    if found.iter().any(|one| one.kind == DifferenceKind::Population && !one.existing.is_empty()) {
        found.retain(|one| one.kind != DifferenceKind::Object);
    }
    found
}

/// The lists to read two texts with; `None` if the texts are in different languages.
///
/// A text too short to tell is taken to be in the language of the other. Two such texts are taken to be
/// English.
fn lists(draft: Option<Language>, existing: Option<Language>) -> Option<&'static Lists> {
    let language = existing.or(draft).unwrap_or(Language::English);
    let are_one = draft.is_none_or(|draft| draft == language);
    Lists::for_language(language).filter(|_| are_one)
}

/// A sentence of the draft, and the nearest sentence of the existing text.
struct Pair<'a> {
    draft: &'a Sentence<'a>,
    existing: &'a Sentence<'a>,
    /// Share of the words of the shorter one that the other contains.
    coverage: f64,
}

impl Pair<'_> {
    fn is_close(&self) -> bool {
        self.coverage >= ABOUT_THE_SAME
    }
}

fn pairs<'a>(
    drafts: &'a [Sentence<'a>],
    existings: &'a [Sentence<'a>],
    language: &Lists,
) -> Vec<Pair<'a>> {
    let readings: Vec<Reading<'_>> = existings.iter().map(|s| Reading::new(s, language)).collect();
    let nearest = |draft: &'a Sentence<'a>| {
        let reading = Reading::new(draft, language);
        let shared = |other: &Reading<'_>| reading.stems().intersection(&other.stems()).count();
        let best =
            (0..readings.len()).max_by_key(|&at| (shared(&readings[at]), std::cmp::Reverse(at)))?;
        let coverage = reading.coverage(&readings[best]);
        Some(Pair { draft, existing: &existings[best], coverage })
    };
    drafts.iter().filter_map(nearest).collect()
}

fn difference(kind: DifferenceKind, draft: String, existing: String) -> Difference {
    Difference { kind, draft, existing }
}

fn addressee(
    pairs: &[Pair<'_>],
    existings: &[Sentence<'_>],
    language: &Lists,
) -> Option<Difference> {
    let anywhere: Vec<_> = existings.iter().map(|s| addressee::addressees(s, language)).collect();
    pairs.iter().find_map(|pair| {
        let draft = addressee::addressees(pair.draft, language);
        let existing = addressee::addressees(pair.existing, language);
        let is_other = addressee::differ(&draft, &existing)
            && anywhere.iter().all(|known| known.is_empty() || addressee::differ(&draft, known));
        is_other.then(|| difference(DifferenceKind::Addressee, listed(&draft), listed(&existing)))
    })
}

fn asks(pairs: &[Pair<'_>], language: &Lists) -> Vec<Difference> {
    let close = pairs.iter().filter(|pair| pair.is_close());
    let found = close.filter_map(|pair| {
        let (draft, existing) =
            (ask::ask(pair.draft, language)?, ask::ask(pair.existing, language)?);
        if draft.acts_otherwise(&existing) {
            Some(difference(DifferenceKind::Action, draft.written(), existing.written()))
        } else if draft.is_of_something_else(&existing, language) {
            Some(difference(DifferenceKind::Object, draft.object()?, existing.object()?))
        } else {
            None
        }
    });
    found.take(1).collect()
}

fn instruments(
    pairs: &[Pair<'_>],
    existings: &[Sentence<'_>],
    language: &Lists,
) -> Option<Difference> {
    let of = |sentence: &Sentence<'_>| instrument::instruments(sentence, language);
    let theirs: Vec<Instrument> = existings.iter().flat_map(of).collect();
    let ours: Vec<Instrument> = pairs.iter().flat_map(|pair| of(pair.draft)).collect();
    let near: Vec<Instrument> =
        pairs.iter().filter(|pair| pair.is_close()).flat_map(|pair| of(pair.existing)).collect();
    let only = |these: &[Instrument], those: &[Instrument]| {
        let new = these.iter().filter(|one| !those.iter().any(|other| one.is(other)));
        new.map(|one| one.written.clone()).collect::<Vec<_>>().join(", ")
    };
    let (draft, existing) = (only(&ours, &theirs), only(&near, &ours));
    (!draft.is_empty() || !existing.is_empty())
        .then(|| difference(DifferenceKind::Instrument, draft, existing))
}

/// Finds the items that a sentence names: as written, keyed by value.
type Items = fn(&Sentence<'_>, &Lists) -> BTreeMap<String, String>;

fn named(
    kind: DifferenceKind,
    items: Items,
    pairs: &[Pair<'_>],
    drafts: &[Sentence<'_>],
    existings: &[Sentence<'_>],
    language: &Lists,
) -> Option<Difference> {
    let all = |sentences: &[Sentence<'_>]| -> BTreeMap<String, String> {
        sentences.iter().flat_map(|sentence| items(sentence, language)).collect()
    };
    let (ours, theirs) = (all(drafts), all(existings));
    let near: BTreeMap<String, String> = pairs
        .iter()
        .filter(|pair| pair.is_close())
        .flat_map(|pair| items(pair.existing, language))
        .collect();
    let only = |these: &BTreeMap<String, String>, those: &BTreeMap<String, String>| {
        let new = these.iter().filter(|(what, _)| !those.contains_key(*what));
        new.map(|(_, written)| written.clone()).collect::<Vec<_>>().join(", ")
    };
    let (draft, existing) = (only(&ours, &theirs), only(&near, &ours));
    (!draft.is_empty() || !existing.is_empty()).then(|| difference(kind, draft, existing))
}

/// The universal ask that only one of the two texts makes.
fn scope(
    pairs: &[Pair<'_>],
    drafts: &[Sentence<'_>],
    existings: &[Sentence<'_>],
    language: &Lists,
) -> Option<Difference> {
    let of = |sentence| scope::scope(sentence, language);
    let open = |sentences: &[Sentence<'_>]| {
        !sentences.iter().any(|sentence| scope::is_universal(sentence, language))
    };
    let difference = |draft, existing| difference(DifferenceKind::Scope, draft, existing);
    if open(existings) {
        drafts.iter().find_map(of).map(|draft| difference(draft, String::new()))
    } else if open(drafts) {
        let close = pairs.iter().filter(|pair| pair.is_close());
        close.map(|pair| pair.existing).find_map(of).map(|own| difference(String::new(), own))
    } else {
        None
    }
}

fn population(sentence: &Sentence<'_>, language: &Lists) -> BTreeMap<String, String> {
    let tokens = &sentence.tokens;
    let mut found = BTreeMap::new();
    let mut at = 0;
    while at < tokens.len() {
        match language.population.at(tokens, at) {
            Some((length, group)) => {
                found.insert(group.clone(), group.clone());
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

fn listed(found: &BTreeMap<String, String>) -> String {
    found.values().cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
