//! Links between recommendations -> themes with labels and representatives. Pure; no index.
//!
//! Recommendations are grouped by maximizing modularity over calibrated probabilities of overlap
//! (Louvain, Blondel et al. 2008). A recommendation then also joins other themes that it fits as
//! well as its own, which compound recommendations do. What is linked to nothing stays single.

mod community;
mod label;
mod stability;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Agency, AgencyCount, Consensus, Link, Member, Recommendation, Theme, ThemeId, Themes,
};

use community::Graph;

/// Links below this probability do not count: most pairs of a corpus are unrelated, and their
/// small probabilities would add up.
pub const MIN_PROBABILITY: f64 = 0.05;

/// Links of one recommendation that are looked at.
pub const MAX_LINKS: usize = 50;

/// Groups linked recommendations. `links` hold each pair once; every row of `recommendations` ends
/// in a theme or in `single`. The result depends on nothing but the arguments; themes come
/// strongest consensus first.
#[must_use]
pub fn find(recommendations: &[Recommendation], links: &[Link]) -> Themes {
    let n = recommendations.len();
    let graph = Graph::new(n, links);
    let groups = overlapping(&graph, &community::partition(&graph));
    let stabilities = stability::of_groups(n, links, &groups);
    let labels = label::of_groups(recommendations, &groups);
    let probability = graph.probabilities();

    let mut grouped = BTreeSet::new();
    let mut themes = Vec::new();
    for ((rows, stability), label) in groups.iter().zip(stabilities).zip(labels) {
        grouped.extend(rows.iter().copied());
        let members = members(rows, &probability);
        themes.push(Theme {
            id: theme_id(&recommendations[members[0].row]),
            label: label.phrase,
            keywords: label.keywords,
            representatives: representatives(&members, recommendations),
            cohesion: members.iter().map(|m| m.weight).sum::<f64>() / members.len() as f64,
            stability,
            consensus: consensus(rows, recommendations),
            members,
        });
    }
    rank(&mut themes);
    Themes { themes, single: (0..n).filter(|row| !grouped.contains(row)).collect() }
}

/// Most agencies above chance first, then the most cohesive, then by id.
fn rank(themes: &mut [Theme]) {
    themes.sort_by(|a, b| {
        b.consensus
            .excess
            .total_cmp(&a.consensus.excess)
            .then(b.consensus.agencies().cmp(&a.consensus.agencies()))
            .then(b.cohesion.total_cmp(&a.cohesion))
            .then_with(|| a.id.cmp(&b.id))
    });
}

/// The groups of two or more, each with the rows that fit it at least as well as their own group.
fn overlapping(graph: &Graph, partition: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, &group) in partition.iter().enumerate() {
        groups.entry(group).or_default().push(row);
    }
    let core: Vec<Vec<usize>> = groups.into_values().filter(|rows| rows.len() > 1).collect();
    let home: BTreeMap<usize, usize> = core
        .iter()
        .enumerate()
        .flat_map(|(at, rows)| rows.iter().map(move |&row| (row, at)))
        .collect();
    let mut widened = core.clone();
    for row in 0..partition.len() {
        let own = home.get(&row).map_or(0.0, |&at| graph.mean_pull(row, &core[at]));
        let near: BTreeSet<usize> =
            graph.neighbors(row).filter_map(|other| home.get(&other).copied()).collect();
        for at in near {
            let pull = graph.mean_pull(row, &core[at]);
            if home.get(&row) != Some(&at) && pull > 0.0 && pull >= own {
                widened[at].push(row);
            }
        }
    }
    for rows in &mut widened {
        rows.sort_unstable();
    }
    widened
}

/// Members with their mean probability of overlap with the others, most central first.
fn members(rows: &[usize], probability: &BTreeMap<(usize, usize), f64>) -> Vec<Member> {
    let between =
        |a: usize, b: usize| probability.get(&(a.min(b), a.max(b))).copied().unwrap_or_default();
    let mut members: Vec<Member> = rows
        .iter()
        .map(|&row| {
            let others = rows.iter().filter(|&&other| other != row);
            let sum: f64 = others.map(|&other| between(row, other)).sum();
            Member { row, weight: sum / (rows.len() - 1).max(1) as f64 }
        })
        .collect();
    members.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.row.cmp(&b.row)));
    members
}

/// Up to three of the most central members, of different agencies.
fn representatives(members: &[Member], recommendations: &[Recommendation]) -> Vec<usize> {
    let mut agencies = BTreeSet::new();
    let by_agency = members.iter().map(|m| m.row);
    by_agency.filter(|&row| agencies.insert(&recommendations[row].agency)).take(3).collect()
}

/// Named after its most central member, which a rebuild finds again.
fn theme_id(center: &Recommendation) -> ThemeId {
    let hash = blake3::hash(center.id.as_str().as_bytes()).to_hex();
    ThemeId::try_from(format!("t-{}", &hash.as_str()[..8])).expect("the text is not empty")
}

/// Who is behind a theme of these `rows`, against a draw of as many rows at random.
///
/// Expected distinct agencies under drawing without replacement: an agency with `a` of `n`
/// recommendations is missed by `k` draws with probability C(n-a, k) / C(n, k) (hypergeometric).
#[must_use]
pub fn consensus(rows: &[usize], recommendations: &[Recommendation]) -> Consensus {
    let count = |rows: &mut dyn Iterator<Item = usize>| {
        let mut counts: BTreeMap<&Agency, usize> = BTreeMap::new();
        for row in rows {
            *counts.entry(&recommendations[row].agency).or_default() += 1;
        }
        counts
    };
    let n = recommendations.len();
    let all = count(&mut (0..n));
    let expected: f64 = all.values().map(|&a| 1.0 - miss(n, a, rows.len())).sum();
    let mut by_agency: Vec<AgencyCount> = count(&mut rows.iter().copied())
        .into_iter()
        .map(|(agency, count)| AgencyCount { agency: agency.clone(), count })
        .collect();
    by_agency.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.agency.cmp(&b.agency)));
    let excess = by_agency.len() as f64 - expected;
    Consensus { by_agency, expected, excess }
}

/// C(n-a, k) / C(n, k), as a product so that nothing overflows.
fn miss(n: usize, a: usize, k: usize) -> f64 {
    (0..k).map(|draw| n.saturating_sub(a + draw) as f64 / (n - draw) as f64).product()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Likeness, RecommendationId, Relation};

    fn recommendation(number: usize, agency: &str) -> Recommendation {
        Recommendation::new(
            RecommendationId::try_from(format!("R{number}")).unwrap(),
            Agency::try_from(agency.to_owned()).unwrap(),
            format!("Reduce remittance fees in corridor {number}."),
        )
    }

    fn link(a: usize, b: usize, probability: f64) -> Link {
        let relation = Relation::Overlap;
        Link { a, b, likeness: Likeness { cosine: 0.5, probability, duplicate: 0.0, relation } }
    }

    #[test]
    fn linked_rows_make_themes_and_the_rest_is_single() {
        let agencies = ["A", "B", "C", "A", "B", "C", "D"];
        let rows: Vec<_> = agencies.iter().enumerate().map(|(n, a)| recommendation(n, a)).collect();
        let links =
            [link(0, 1, 0.8), link(0, 2, 0.9), link(1, 2, 0.7), link(3, 4, 0.9), link(2, 3, 0.06)];
        let found = find(&rows, &links);
        let members: Vec<BTreeSet<usize>> =
            found.themes.iter().map(|t| t.members.iter().map(|m| m.row).collect()).collect();
        assert_eq!(members, [BTreeSet::from([0, 1, 2]), BTreeSet::from([3, 4])]);
        assert_eq!(found.single, [5, 6]);
        assert_eq!(found.themes[0].consensus.agencies(), 3);
        assert_eq!(
            found.themes[0].members[0].row, 0,
            "the row with the strongest links is central"
        );
    }

    #[test]
    fn a_prolific_agency_is_not_consensus() {
        let mut rows: Vec<_> = (0..18).map(|n| recommendation(n, "Prolific")).collect();
        rows.push(recommendation(18, "X"));
        rows.push(recommendation(19, "Y"));
        let one = consensus(&[0, 1, 2], &rows);
        let three = consensus(&[0, 18, 19], &rows);
        assert_eq!(one.agencies(), 1);
        assert!(one.excess < 0.0 && three.excess > 1.0);
        // Three draws of 20 miss X with probability 17/20.
        assert!((one.expected - (1.0 + 2.0 * 0.15)).abs() < 1e-3);
    }

    #[test]
    fn nothing_at_all_is_no_theme() {
        assert_eq!(find(&[], &[]), Themes::default());
        assert_eq!(find(&[recommendation(0, "A")], &[]).single, [0]);
    }
}
