//! What the agencies of a theme say in the same words, and what each of them adds.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::domain::{Agency, Language, Particulars, Recommendation, Theme, Themes};
use crate::text::is_general;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its byte range in the text.
    pub range: Range<usize>,
    /// Its stem; `None` for a word that says nothing about what is asked.
    pub stem: Option<String>,
}

/// Number of words named as common to the agencies of a theme.
const SHARED: usize = 6;

/// Number of phrases named for each agency.
const OWN: usize = 4;

/// Maximum number of words in a phrase.
const LONGEST: usize = 3;

/// For each theme, the words that most of its agencies use and the phrases that only one uses.
///
/// `terms` are those of each recommendation, by row. Rare words tell most, so a phrase ranks by the
/// inverse document frequency of its words. Sentences are left to whoever can compare statements.
#[must_use]
pub fn particulars(
    recommendations: &[Recommendation],
    themes: &Themes,
    terms: &[Vec<Term>],
) -> Vec<Particulars> {
    let usage = Usage { recommendations, terms, rarity: rarity(terms) };
    themes.themes.iter().map(|theme| usage.particulars(theme)).collect()
}

/// ln(n / number of texts with the stem), by stem.
fn rarity(terms: &[Vec<Term>]) -> BTreeMap<&str, f64> {
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in terms {
        let stems: BTreeSet<&str> = text.iter().filter_map(|term| term.stem.as_deref()).collect();
        for stem in stems {
            *texts.entry(stem).or_default() += 1;
        }
    }
    let n = terms.len() as f64;
    texts.into_iter().map(|(stem, count)| (stem, (n / count as f64).ln())).collect()
}

/// Which agencies use which words.
struct Usage<'a> {
    recommendations: &'a [Recommendation],
    terms: &'a [Vec<Term>],
    rarity: BTreeMap<&'a str, f64>,
}

impl<'a> Usage<'a> {
    fn particulars(&self, theme: &Theme) -> Particulars {
        let agencies: Vec<&Agency> =
            theme.consensus.by_agency.iter().map(|entry| &entry.agency).collect();
        let users = self.users(theme);
        let own = agencies.iter().map(|agency| self.own(theme, agency, &users)).collect();
        let shared = if agencies.len() < 2 { Vec::new() } else { self.shared(theme, &users) };
        Particulars { shared, own, sentences: Vec::new() }
    }

    fn rows<'b>(
        &self,
        theme: &'b Theme,
    ) -> impl Iterator<Item = (usize, &'a Agency)> + use<'a, 'b> {
        let recommendations = self.recommendations;
        theme.members.iter().map(move |member| (member.row, &recommendations[member.row].agency))
    }

    /// The agencies of the theme that use each stem.
    fn users(&self, theme: &Theme) -> BTreeMap<&'a str, BTreeSet<&'a Agency>> {
        let mut users: BTreeMap<&str, BTreeSet<&Agency>> = BTreeMap::new();
        for (row, agency) in self.rows(theme) {
            for stem in self.terms[row].iter().filter_map(|term| term.stem.as_deref()) {
                users.entry(stem).or_default().insert(agency);
            }
        }
        users
    }

    /// Words that at least two agencies and half of all use, as the most central member writes them.
    fn shared(
        &self,
        theme: &Theme,
        users: &BTreeMap<&'a str, BTreeSet<&'a Agency>>,
    ) -> Vec<String> {
        let least = theme.consensus.agencies().div_ceil(2).max(2);
        let mut found: Vec<(f64, &str)> = users
            .iter()
            .filter(|(_, agencies)| agencies.len() >= least)
            .map(|(stem, agencies)| (self.rarity[stem] * agencies.len() as f64, *stem))
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        found.iter().take(SHARED).filter_map(|(_, stem)| self.written(theme, stem)).collect()
    }

    fn written(&self, theme: &Theme, stem: &str) -> Option<String> {
        self.rows(theme).find_map(|(row, _)| {
            let term = self.terms[row].iter().find(|term| term.stem.as_deref() == Some(stem))?;
            Some(self.recommendations[row].text[term.range.clone()].to_lowercase())
        })
    }

    /// Phrases in which every word is used by this agency alone.
    fn own(
        &self,
        theme: &Theme,
        agency: &Agency,
        users: &BTreeMap<&'a str, BTreeSet<&'a Agency>>,
    ) -> Vec<String> {
        let mut found: BTreeMap<String, f64> = BTreeMap::new();
        for (row, _) in self.rows(theme).filter(|(_, other)| *other == agency) {
            let text = &self.recommendations[row].text;
            let alone =
                |term: &Term| term.stem.as_deref().is_some_and(|stem| users[stem].len() == 1);
            let found_here = phrases(text, &self.terms[row], alone).into_iter();
            for phrase in found_here.map(|phrase| trimmed(text, phrase)).filter(|p| tells(text, p))
            {
                let worth = phrase.iter().filter_map(|term| term.stem.as_deref());
                let worth: f64 = worth.map(|stem| self.rarity[stem]).sum();
                let range = phrase[0].range.start..phrase[phrase.len() - 1].range.end;
                found.entry(text[range].to_owned()).or_insert(worth);
            }
        }
        let mut ranked: Vec<(String, f64)> = found.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.into_iter().take(OWN).map(|(phrase, _)| phrase).collect()
    }
}

/// A phrase without uninformative words at its ends: general words, adverbs, and verbs that lead on to
/// what follows.
fn trimmed<'a>(text: &str, phrase: &'a [Term]) -> &'a [Term] {
    let empty = |term: &Term| {
        let word = text[term.range.clone()].to_lowercase();
        word.ends_with("ly") || is_general(&word, Some(Language::English))
    };
    let first = phrase.iter().position(|term| !empty(term)).unwrap_or(phrase.len());
    let ends = |term: &&Term| empty(term) || text[term.range.clone()].ends_with("ing");
    let after = phrase.iter().rev().take_while(ends).count();
    &phrase[first.min(phrase.len() - after)..phrase.len() - after]
}

/// Whether a phrase says something by itself: it has two words, a number, or the capital of a name.
fn tells(text: &str, phrase: &[Term]) -> bool {
    let [only] = phrase else { return !phrase.is_empty() };
    let word = &text[only.range.clone()];
    let begins_sentence = text[..only.range.start].trim_end().ends_with(['.', ':', ';', '!', '?'])
        || text[..only.range.start].trim().is_empty();
    word.contains(|c: char| c.is_ascii_digit())
        || (word.starts_with(char::is_uppercase) && !begins_sentence)
}

/// Runs of words that `wanted` accepts, with only a space or a hyphen between them.
fn phrases<'a>(text: &str, terms: &'a [Term], wanted: impl Fn(&Term) -> bool) -> Vec<&'a [Term]> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < terms.len() {
        let mut end = start;
        while end < terms.len() && end - start < LONGEST && wanted(&terms[end]) {
            let next_to = end == start || {
                let between = &text[terms[end - 1].range.end..terms[end].range.start];
                matches!(between, " " | "-")
            };
            if !next_to {
                break;
            }
            end += 1;
        }
        if end > start {
            found.push(&terms[start..end]);
        }
        start = end.max(start + 1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AgencyCount, Consensus, RecommendationId};

    fn said(agency: &str, text: &str) -> (Recommendation, Vec<Term>) {
        let id = RecommendationId::try_from(text.to_owned()).unwrap();
        let agency = Agency::try_from(agency.to_owned()).unwrap();
        let mut terms = Vec::new();
        let mut at = 0;
        for word in text.split_inclusive(' ') {
            let bare = word.trim_end_matches([' ', ',', '.']);
            let stem = (bare.len() > 3).then(|| bare.to_lowercase());
            terms.push(Term { range: at..at + bare.len(), stem });
            at += word.len();
        }
        (Recommendation::new(id, agency, text.to_owned()), terms)
    }

    #[test]
    fn what_all_say_and_what_each_adds_are_told_apart() {
        let (recommendations, terms): (Vec<_>, Vec<_>) = [
            said("FAO", "Reduce remittance costs, rural post offices included."),
            said("IOM", "Reduce remittance costs by 2030."),
            said("WHO", "Train nurses."),
        ]
        .into_iter()
        .unzip();
        let count = |agency: &Agency| AgencyCount { agency: agency.clone(), count: 1 };
        let theme = Theme {
            consensus: Consensus {
                by_agency: recommendations[..2].iter().map(|r| count(&r.agency)).collect(),
                expected: 1.0,
                excess: 1.0,
                strength: 1.0,
                ..Consensus::default()
            },
            ..Theme::of_rows("remittances", &[0, 1])
        };
        let themes = Themes { themes: vec![theme], single: vec![2] };
        let found = particulars(&recommendations, &themes, &terms);
        assert_eq!(found[0].shared, ["costs", "reduce", "remittance"]);
        assert_eq!(found[0].own[0], ["rural post offices"], "a single word tells nothing");
        assert_eq!(found[0].own[1], ["2030"]);
    }
}
