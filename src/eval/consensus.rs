//! Scores the first themes of a list, by who agrees in them, and names of themes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::bootstrap::{Estimate, bootstrap};
use super::themes::Item;
use crate::domain::{Agency, Embedding, dot};

/// Number of themes on a first screen.
pub const FIRST: usize = 5;

/// How well the first themes show where agencies agree.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct First {
    /// Agencies that really agree in the first [`FIRST`] themes, as a share of those in the largest gold
    /// themes, 0 to 1. In one found theme, those agree that share its best gold theme.
    pub consensus: f64,
    /// Agencies that are said to agree, for each that does; 1 is right, more is too many.
    pub claimed: Option<f64>,
}

/// A found theme: its labelled members, as positions in the items, and how many agencies are said to agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Positions of labelled members.
    pub members: Vec<usize>,
    /// Agencies that are said to ask for the same.
    pub claimed: usize,
}

/// The scores of the first of `themes`, which are in the order of the list; `None` without gold themes.
#[must_use]
pub fn first(items: &[Item], themes: &[Found]) -> Option<First> {
    let agencies = |rows: &mut dyn Iterator<Item = usize>| {
        let mut by_gold: BTreeMap<&str, BTreeSet<&Agency>> = BTreeMap::new();
        for item in rows.map(|at| &items[at]) {
            for gold in &item.gold {
                by_gold.entry(gold).or_default().insert(&item.agency);
            }
        }
        let mut sizes: Vec<usize> = by_gold.values().map(BTreeSet::len).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes
    };
    let best: usize = agencies(&mut (0..items.len())).into_iter().take(FIRST).sum();
    let agree =
        |theme: &Found| agencies(&mut theme.members.iter().copied()).first().copied().unwrap_or(0);
    let shown = &themes[..themes.len().min(FIRST)];
    let agreeing: usize = shown.iter().map(agree).sum();
    let claimed: usize = shown.iter().map(|theme| theme.claimed).sum();
    (best > 0).then(|| First {
        consensus: agreeing as f64 / best as f64,
        claimed: (agreeing > 0).then(|| claimed as f64 / agreeing as f64),
    })
}

/// The gold theme that most labelled members of a theme have, ties in alphabetical order; `None` if no two
/// share one.
#[must_use]
pub fn main_gold<'a>(items: &'a [Item], members: &[usize]) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for gold in members.iter().flat_map(|&at| &items[at].gold) {
        *counts.entry(gold).or_default() += 1;
    }
    let most = counts.into_iter().rev().max_by_key(|(_, n)| *n)?;
    (most.1 > 1).then_some(most.0)
}

/// The position of the name nearest to `label`, the first on a tie; `None` without names.
#[must_use]
pub fn nearest_name(label: &Embedding, names: &[Embedding]) -> Option<usize> {
    let cosine = |at: &usize| dot(label.as_slice(), names[*at].as_slice());
    (0..names.len()).rev().max_by(|a, b| cosine(a).total_cmp(&cosine(b)))
}

/// The share of the names that are right, with its interval; `None` if there are none.
#[must_use]
pub fn share_right(right: &[bool]) -> Option<Estimate> {
    let share = |sample: &[usize]| {
        let n = sample.len();
        (n > 0).then(|| sample.iter().filter(|&&at| right[at]).count() as f64 / n as f64)
    };
    bootstrap(right.len(), share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(gold: &[&str], agency: &str) -> Item {
        Item {
            gold: gold.iter().map(|&name| name.to_owned()).collect(),
            found: Vec::new(),
            agency: Agency::try_from(agency.to_owned()).unwrap(),
        }
    }

    #[test]
    fn agencies_agree_that_share_the_best_gold_theme_of_a_found_one() {
        let items =
            [item(&["a"], "X"), item(&["a"], "Y"), item(&["b", "a"], "Z"), item(&["b"], "Z")];
        let found = |members: &[usize], claimed| Found { members: members.to_vec(), claimed };
        let all = first(&items, &[found(&[0, 1, 2, 3], 3)]).unwrap();
        assert_eq!((all.consensus, all.claimed), (3.0 / 4.0, Some(1.0)));
        let loose = first(&items, &[found(&[1, 3], 2), found(&[0], 1)]).unwrap();
        assert_eq!((loose.consensus, loose.claimed), (2.0 / 4.0, Some(1.5)));
        assert_eq!(first(&[item(&[], "X")], &[]), None);
    }

    #[test]
    fn the_main_theme_is_that_of_two_members_at_least() {
        let items = [item(&["b", "a"], "X"), item(&["a"], "Y"), item(&["c"], "Z")];
        assert_eq!(main_gold(&items, &[0, 1, 2]), Some("a"));
        assert_eq!(main_gold(&items, &[0, 2]), None);
    }
}
