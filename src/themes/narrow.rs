//! Narrower themes: requests of several agencies that a wider theme hides, or that run across themes.
//!
//! A partition puts a recommendation where it fits best. "Cut the cost of remittances" is then spread over
//! themes on finance and on diasporas. Here the phrases of the texts are looked at instead: those who ask
//! for one, and who are linked with each other, are a theme of their own, besides the one that they have.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::graph::Graph;
use super::items::Items;
use super::membership::Group;
use super::name::AskNames;
use super::pins::Pins;
use super::wording::{WORTH_OF_PAIR, Wording};
use crate::domain::{Agency, Passage, Recommendation, Relation};
use crate::text::{stem, tokens};

/// Minimum mean probability that a member overlaps with the others, weighted by how surely they ask.
const LEAST_TIE: f64 = 0.2;

/// The same for a member that names the object of the phrase.
const LEAST_TIE_IF_NAMED: f64 = 0.1;

/// Minimum agreement of the members with all who may ask for the phrase. A lower one belongs to a phrase that
/// is vague.
const LEAST_AGREEMENT: f64 = 0.6;

/// Minimum mean probability of overlap over pairs of members.
const LEAST_COHESION: f64 = 0.33;

/// A theme is another one if it shares less than this with each that there is (Jaccard index).
const MOST_SHARED: f64 = 0.4;

/// A theme with a phrase that agrees so well with its members says what they ask, and needs no narrower one.
const SAYS_IT: f64 = 0.7;

/// Members of a narrower theme.
const MEMBERS: std::ops::RangeInclusive<usize> = 3..=8;

/// Agencies that a narrower theme needs, and where all its members name the object of the phrase.
const AGENCIES: usize = 3;
const AGENCIES_IF_NAMED: usize = 2;

/// At most one narrower theme for so many others. These limits were chosen on the development fields, where
/// such themes must not cost what they gain (docs/decisions/themes.md).
const THEMES_PER_NARROW: usize = 2;

/// What is needed to find narrower themes.
pub(super) struct Seeker<'a> {
    pub(super) recommendations: &'a [Recommendation],
    pub(super) passages: &'a [Passage],
    pub(super) items: &'a Items,
    pub(super) graph: &'a Graph,
    pub(super) pins: &'a Pins,
}

/// A narrower theme.
pub(super) struct Narrow {
    /// Items that ask for the phrase with their probabilities, ascending.
    pub(super) items: Vec<(usize, f64)>,
    /// The position of the phrase.
    pub(super) wording: usize,
    /// How well the phrase stands for several agencies.
    worth: f64,
}

impl Narrow {
    /// Its members, all at home elsewhere.
    pub(super) fn group(&self) -> Group {
        Group { core: Vec::new(), guests: self.members().collect() }
    }

    fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.items.iter().map(|(item, _)| *item)
    }
}

/// Items that may ask for a phrase, with their probabilities.
type Askers = BTreeMap<usize, f64>;

/// How well those who ask for a phrase agree with `items`: F1 with probabilities for counts, 0 to 1.
fn agreement(askers: &Askers, items: impl ExactSizeIterator<Item = usize>) -> f64 {
    let n = items.len() as f64;
    let inside: f64 = items.filter_map(|item| askers.get(&item)).sum();
    2.0 * inside / (n + askers.values().sum::<f64>()).max(f64::MIN_POSITIVE)
}

impl Seeker<'_> {
    /// The narrower themes besides `wide` ones, best first.
    pub(super) fn themes(&self, asks: AskNames, wide: &[Group]) -> Vec<Narrow> {
        let mut askers: Vec<Askers> = vec![BTreeMap::new(); asks.wordings.len()];
        for link in asks.asked {
            let most = askers[link.a].entry(self.items.of_row(link.b)).or_default();
            *most = f64::max(*most, link.likeness.probability);
        }
        let mut found: Vec<Narrow> = askers
            .par_iter()
            .enumerate()
            .filter_map(|(at, askers)| self.narrow(at, &asks.wordings[at], askers))
            .collect();
        let text = |one: &Narrow| &asks.wordings[one.wording].text;
        found.sort_by(|a, b| b.worth.total_cmp(&a.worth).then_with(|| text(a).cmp(text(b))));
        let mut known: Vec<BTreeSet<usize>> = wide.iter().map(|g| g.items().collect()).collect();
        // The phrase of each wide theme that agrees best, and how well.
        let said: Vec<(f64, usize)> = known
            .par_iter()
            .map(|group| {
                let agrees = |(at, askers): (usize, &Askers)| {
                    let is_own = asks.wordings[at]
                        .rows
                        .iter()
                        .any(|&row| group.contains(&self.items.of_row(row)));
                    (if is_own { agreement(askers, group.iter().copied()) } else { 0.0 }, at)
                };
                let all = askers.iter().enumerate().map(agrees);
                all.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).unwrap_or_default()
            })
            .collect();
        let mut themes: Vec<Narrow> = Vec::new();
        for one in found {
            let own: BTreeSet<usize> = one.members().collect();
            let is_said = said.iter().zip(&known).any(|((agreement, wording), wide)| {
                let says_it = *agreement >= SAYS_IT || *wording == one.wording;
                says_it && 2 * wide.intersection(&own).count() >= own.len()
            });
            let is_new = known.iter().all(|other| jaccard(&own, other) < MOST_SHARED);
            if !is_said && is_new && themes.len() < wide.len() / THEMES_PER_NARROW {
                known.push(own);
                themes.push(one);
            }
        }
        themes
    }

    /// The items that ask for phrase `wording`, at position `at`, and are linked with each other; `None` if they are
    /// too few or too loose.
    fn narrow(&self, at: usize, wording: &Wording, askers: &Askers) -> Option<Narrow> {
        let object = self.object(&wording.text)?;
        let asks = askers
            .iter()
            .filter(|(item, p)| **p >= Relation::THRESHOLD && !self.pins.is_alone(**item))
            .map(|(&item, &p)| (item, p));
        let mut items: Vec<(usize, f64, bool)> =
            asks.map(|(item, p)| (item, p, self.names(item, &object))).collect();
        while let Some((_, at)) = self.loosest(&items).filter(|(slack, _)| *slack < 0.0) {
            items.remove(at);
        }
        let mut by_agency: BTreeMap<&Agency, f64> = BTreeMap::new();
        for &(item, probability, _) in &items {
            for &row in &self.items.rows[item] {
                let most = by_agency.entry(&self.recommendations[row].agency).or_default();
                *most = most.max(probability);
            }
        }
        let named = items.iter().all(|(.., named)| *named);
        let least = if named { AGENCIES_IF_NAMED } else { AGENCIES };
        let members: Vec<usize> = items.iter().map(|(item, ..)| *item).collect();
        let agreement = agreement(askers, members.iter().copied());
        let fits = by_agency.len() >= least
            && MEMBERS.contains(&members.len())
            && agreement >= LEAST_AGREEMENT
            && self.cohesion(&members) >= LEAST_COHESION
            && !members.iter().any(|&item| self.pins.forbid(item, &members));
        let single = if wording.is_pair { WORTH_OF_PAIR } else { 1.0 };
        let worth =
            single * by_agency.values().sum::<f64>() * agreement / (members.len() as f64).sqrt();
        // Rounded, so that ties do not depend on the order of sums.
        let worth = (worth * 1e6).round() / 1e6;
        let items = items.into_iter().map(|(item, p, _)| (item, p)).collect();
        fits.then_some(Narrow { items, wording: at, worth })
    }

    /// The member of `items` (with how surely it asks, and whether it names the object) that is tied least to
    /// the others, and by how much it is tied more than it must be.
    fn loosest(&self, items: &[(usize, f64, bool)]) -> Option<(f64, usize)> {
        let slack = |(at, &(item, _, named)): (usize, &(usize, f64, bool))| {
            let others = || items.iter().filter(|(other, ..)| *other != item);
            let tie: f64 = others().map(|(o, p, _)| p * self.graph.probability(item, *o)).sum();
            let all: f64 = others().map(|(_, p, _)| p).sum();
            let least = if named { LEAST_TIE_IF_NAMED } else { LEAST_TIE };
            (tie / all.max(f64::MIN_POSITIVE) - least, at)
        };
        items.iter().enumerate().map(slack).min_by(|a, b| a.0.total_cmp(&b.0))
    }

    fn cohesion(&self, items: &[usize]) -> f64 {
        let pairs = items
            .iter()
            .enumerate()
            .flat_map(|(at, a)| items[at + 1..].iter().map(|b| self.graph.probability(*a, *b)));
        pairs.sum::<f64>() / (items.len() * items.len().saturating_sub(1) / 2).max(1) as f64
    }

    /// The stem of the last word of a phrase: what the rest of it is about.
    fn object(&self, phrase: &str) -> Option<String> {
        let language = self.passages.first().and_then(Passage::language);
        tokens(phrase, language).last().map(|token| stem(&token.word.text.to_lowercase(), language))
    }

    /// Whether the text of `item` has the word with this stem.
    fn names(&self, item: usize, object: &str) -> bool {
        let passage = &self.passages[self.items.rows[item][0]];
        let language = passage.language();
        tokens(passage.text(), language)
            .iter()
            .any(|token| stem(&token.word.text.to_lowercase(), language) == object)
    }
}

fn jaccard(a: &BTreeSet<usize>, b: &BTreeSet<usize>) -> f64 {
    let both = a.intersection(b).count();
    both as f64 / (a.len() + b.len() - both).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{clique, link, passages, with_text};
    use super::super::{Input, find};
    use super::*;
    use crate::domain::{Embeddings, Link, Theme};

    /// Two themes of four agencies each; two of each also speak of "domestic workers".
    fn found(asked: &[Link], decisions: &[crate::domain::Decision]) -> Vec<Theme> {
        let says = |n: usize| match n {
            2..6 => format!("Protect domestic workers in case {n}."),
            _ => format!("Protect everybody in case {n}."),
        };
        let rows: Vec<Recommendation> =
            (0..8).map(|n| with_text(n, &format!("Agency {}", n % 4), &says(n))).collect();
        let mut links = [clique(0..4, 0.8), clique(4..8, 0.8)].concat();
        links.extend([link(2, 4, 0.3), link(2, 5, 0.3), link(3, 4, 0.3), link(3, 5, 0.3)]);
        let passages = passages(&rows);
        let n_statements = passages.iter().map(|passage| passage.spans().len()).sum();
        let table = |n: usize| {
            let rows: Vec<_> =
                (0..n).map(|_| crate::domain::Embedding::of_unit_row(&[1.0])).collect();
            Embeddings::stack(1, rows.iter())
        };
        let (vectors, statements) = (table(4), table(n_statements));
        let wording = |text: &str, rows: std::ops::Range<usize>| Wording {
            text: text.to_owned(),
            rows: rows.collect(),
            asks: false,
            is_pair: text.contains(" and "),
        };
        let wordings = [
            wording("domestic workers", 2..6),
            wording("first theme", 0..4),
            wording("second theme", 4..8),
            wording("domestic and foreign workers", 2..6),
        ];
        // The phrases of the wide themes agree with these better than that of the narrower one.
        let of_wide = [(1, 0..4), (2, 4..8)];
        let of_wide = of_wide.into_iter().flat_map(|(at, rows)| rows.map(move |b| (at, b)));
        let mut asked = asked.to_vec();
        asked.extend(of_wide.map(|(a, b)| link(a, b, 0.49)));
        let asked = asked.as_slice();
        let asks =
            AskNames { wordings: &wordings, vectors: &vectors, statements: &statements, asked };
        let input = Input {
            recommendations: &rows,
            passages: &passages,
            links: &links,
            asks: Some(asks),
            decisions,
            ..Input::default()
        };
        find(&input).theme.themes
    }

    fn asked(rows: std::ops::Range<usize>) -> Vec<Link> {
        rows.map(|row| link(0, row, 0.9)).collect()
    }

    #[test]
    fn what_agencies_of_two_themes_ask_for_is_a_theme_besides() {
        let themes = found(&asked(2..6), &[]);
        assert_eq!(themes.len(), 3);
        let narrow = themes.iter().find(|theme| theme.is_narrow()).expect("there is one");
        assert_eq!(narrow.label, "Domestic workers");
        let rows: BTreeSet<usize> = narrow.members.iter().map(|member| member.row).collect();
        assert_eq!(rows, (2..6).collect());
        assert_eq!(narrow.asking.len(), 4);
        let both = (0.9_f64 * 0.8).sqrt();
        assert!(narrow.asking.iter().all(|asking| (asking.probability - both).abs() < 1e-9));
        assert!(narrow.stability.is_nan(), "it is not measured");
    }

    #[test]
    fn a_name_of_one_subject_comes_before_one_of_two() {
        let of_pair = (2..6).map(|row| link(3, row, 0.9));
        let themes = found(&asked(2..6).into_iter().chain(of_pair).collect::<Vec<_>>(), &[]);
        let narrow = themes.iter().find(|theme| theme.is_narrow()).expect("there is one");
        assert_eq!(narrow.label, "Domestic workers");
    }

    #[test]
    fn what_a_theme_says_already_is_none_besides() {
        assert_eq!(found(&asked(0..4), &[]).len(), 2);
        assert_eq!(found(&asked(2..4), &[]).len(), 2, "two recommendations are too few");
    }

    #[test]
    fn a_narrower_theme_obeys_decisions() {
        let id = |row: usize| with_text(row, "A", "").id;
        let apart = crate::domain::Decision::Pair {
            a: id(2),
            b: id(4),
            said: crate::domain::Said::NotSame,
        };
        assert!(!found(&asked(2..6), &[apart]).iter().any(Theme::is_narrow));
    }
}
