//! How many agencies stand behind a theme, and how far they really agree.

use std::collections::BTreeMap;

use super::Search;
use super::membership::Group;
use crate::domain::{Agency, AgencyCount, Consensus, Recommendation};

/// Recommendations of each agency of a corpus.
pub(super) struct Totals<'a> {
    by_agency: BTreeMap<&'a Agency, usize>,
    n: usize,
}

impl<'a> Totals<'a> {
    pub(super) fn of(recommendations: &'a [Recommendation]) -> Self {
        Self {
            by_agency: count(recommendations.iter().map(|r| &r.agency)),
            n: recommendations.len(),
        }
    }

    /// Distinct agencies expected in `draws` recommendations drawn at random without replacement:
    /// an agency with `a` of `n` is missed with probability C(n-a, k) / C(n, k) (hypergeometric).
    fn expected(&self, draws: usize) -> f64 {
        // Most agencies have as many recommendations as some other: each number is worked out once.
        let sizes = count(self.by_agency.values());
        sizes.iter().map(|(a, times)| *times as f64 * (1.0 - self.miss(**a, draws))).sum()
    }

    /// C(n-a, k) / C(n, k), as a product so that nothing overflows.
    fn miss(&self, a: usize, draws: usize) -> f64 {
        let left = |draw: usize| self.n.saturating_sub(a + draw) as f64 / (self.n - draw) as f64;
        (0..draws).map(left).product()
    }
}

fn count<'a, T: Ord>(values: impl Iterator<Item = &'a T>) -> BTreeMap<&'a T, usize> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

impl Search<'_> {
    /// Who is behind a theme, against a draw of as many recommendations at random.
    pub(super) fn consensus(&self, group: &Group) -> Consensus {
        let rows = || group.items().flat_map(|item| self.items.rows[item].iter());
        let mut by_agency: Vec<AgencyCount> =
            count(rows().map(|&row| &self.recommendations[row].agency))
                .into_iter()
                .map(|(agency, count)| AgencyCount { agency: agency.clone(), count })
                .collect();
        by_agency.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.agency.cmp(&b.agency)));
        let expected = self.totals.expected(rows().count());
        let excess = by_agency.len() as f64 - expected;
        Consensus { by_agency, expected, excess, strength: self.strength(group) }
    }

    /// Agencies count, not rows: what an agency says several times counts as its best time, as its
    /// own say and as what others agree with.
    fn strength(&self, group: &Group) -> f64 {
        let mut said: BTreeMap<&Agency, Vec<usize>> = BTreeMap::new();
        for item in group.items() {
            for &row in &self.items.rows[item] {
                said.entry(&self.recommendations[row].agency).or_default().push(item);
            }
        }
        let n_others = said.len().saturating_sub(1).max(1) as f64;
        let agreement = |agency: &Agency, item: usize| {
            let others = said.iter().filter(|(other, _)| **other != agency);
            others.map(|(_, theirs)| self.best_overlap(item, theirs)).sum::<f64>() / n_others
        };
        let best = |(agency, own): (&&Agency, &Vec<usize>)| {
            own.iter().map(|&item| agreement(agency, item)).fold(0.0, f64::max)
        };
        said.iter().map(best).sum()
    }

    /// The largest probability of overlap with one of `others`; a copy surely overlaps.
    fn best_overlap(&self, item: usize, others: &[usize]) -> f64 {
        let overlap = |&other: &usize| {
            if other == item { 1.0 } else { self.graph.probability(item, other) }
        };
        others.iter().map(overlap).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{clique, link, recommendation, recommendations};
    use super::*;

    #[test]
    fn chance_is_a_draw_without_replacement() {
        let mut rows: Vec<_> = (0..18).map(|n| recommendation(n, "Prolific")).collect();
        rows.extend([recommendation(18, "X"), recommendation(19, "Y")]);
        // Three draws of 20 miss X with probability 17/20, and cannot miss who has 18.
        assert!((Totals::of(&rows).expected(3) - (1.0 + 2.0 * 0.15)).abs() < 1e-9);
    }

    #[test]
    fn a_prolific_agency_is_not_consensus() {
        // Six of one agency that agree fully with each other; three agencies that mostly agree.
        let mut rows: Vec<_> = (0..6).map(|n| recommendation(n, "Prolific")).collect();
        rows.extend(["X", "Y", "Z"].iter().enumerate().map(|(n, a)| recommendation(6 + n, a)));
        let links = [clique(0..6, 0.99), clique(6..9, 0.6)].concat();
        let found = super::super::find(&rows, &links).themes;
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].consensus.agencies(), 3);
        assert!((found[0].consensus.strength - 1.8).abs() < 1e-9, "3 agencies, 0.6 with the rest");
        assert_eq!((found[1].consensus.agencies(), found[1].consensus.strength), (1, 0.0));
        assert!(found[1].consensus.excess < 0.0);
    }

    #[test]
    fn repeating_oneself_does_not_strengthen_a_theme() {
        let mut rows = recommendations(&["A", "B", "C"]);
        let mut links = clique(0..3, 0.8);
        let once = super::super::find(&rows, &links).themes[0].consensus.strength;
        rows.extend([recommendation(3, "A"), recommendation(4, "A")]);
        links.extend([link(0, 3, 0.95), link(0, 4, 0.95), link(3, 4, 0.95)]);
        links.extend((3..5).flat_map(|a| [link(1, a, 0.7), link(2, a, 0.7)]));
        let found = super::super::find(&rows, &links).themes;
        assert_eq!(found[0].members.len(), 5);
        assert!((found[0].consensus.strength - once).abs() < 1e-9);
    }
}
