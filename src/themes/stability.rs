//! Whether a group comes back when recommendations or agencies are left out.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::items::Items;
use crate::domain::Recommendation;

/// Number of rounds that leave out a fifth of the recommendations, and again a fifth of the agencies. A
/// large corpus needs fewer because it has more groups to average over.
const MOST_ROUNDS: usize = 20;
const LEAST_ROUNDS: usize = 4;
const ITEMS_FOR_MOST_ROUNDS: usize = 10_000;

/// Offset that keeps draws of agencies apart from draws of items.
const AGENCY_DRAWS: u64 = 1 << 32;

/// Group number of each item after part of the corpus was left out, by grain.
pub(super) type Found = Vec<Vec<usize>>;

/// The stability of each group, by grain: how well it is found again from part of the corpus.
///
/// Each round leaves some items out and clusters the rest. What remains of a group is compared with the
/// groups found, and the best Jaccard index counts. The mean over rounds is taken separately for
/// recommendations left out and for agencies left out; the lower of the two is returned.
///
/// `cores` hold disjoint groups of items, by grain. `cluster` takes which items are kept and returns
/// the group number of each item, by grain. It runs once a round, because the scatter of single runs is
/// what is measured. It does not see people's decisions.
///
/// Source: Hennig 2007, "Cluster-wise assessment of cluster stability".
pub(super) fn of_groups(
    recommendations: &[Recommendation],
    items: &Items,
    cores: &[Vec<Vec<usize>>],
    cluster: impl Fn(&[bool]) -> Found + Sync,
) -> Vec<Vec<f64>> {
    let n_rounds =
        (MOST_ROUNDS * ITEMS_FOR_MOST_ROUNDS / items.len().max(1)).clamp(LEAST_ROUNDS, MOST_ROUNDS);
    let run = |kept: Vec<bool>| -> Vec<Vec<Option<f64>>> {
        let found = cluster(&kept);
        cores.iter().zip(&found).map(|(groups, found)| compare(groups, &kept, found)).collect()
    };
    let rounds: Vec<Vec<Vec<Option<f64>>>> = (0..2 * n_rounds)
        .into_par_iter()
        .map(|round| {
            let number = (round / 2) as u64;
            run(if round.is_multiple_of(2) {
                (0..items.len()).map(|item| is_kept(&items.draw(item, number))).collect()
            } else {
                without_agencies(recommendations, items, number)
            })
        })
        .collect();
    let mean = |grain: usize, group: usize, kind: usize| {
        let found: Vec<f64> =
            rounds.iter().skip(kind).step_by(2).filter_map(|round| round[grain][group]).collect();
        (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
    };
    let worse = |grain: usize, group: usize| {
        let both = [0, 1].into_iter().filter_map(|kind| mean(grain, group, kind));
        both.reduce(f64::min).unwrap_or_default()
    };
    (0..cores.len())
        .map(|grain| (0..cores[grain].len()).map(|group| worse(grain, group)).collect())
        .collect()
}

/// Keeps each item that at least one kept agency says.
fn without_agencies(recommendations: &[Recommendation], items: &Items, number: u64) -> Vec<bool> {
    let mut kept = BTreeMap::new();
    let mut keeps = |row: usize| {
        let agency = recommendations[row].agency.as_str();
        *kept.entry(agency).or_insert_with(|| {
            let name = blake3::hash(agency.as_bytes());
            is_kept(&Items::draw_of(&name, AGENCY_DRAWS + number))
        })
    };
    items.rows.iter().map(|rows| rows.iter().any(|&row| keeps(row))).collect()
}

/// The best Jaccard index for each group; `None` if too little of the group is left to judge by.
fn compare(groups: &[Vec<usize>], kept: &[bool], found: &[usize]) -> Vec<Option<f64>> {
    let mut sizes = vec![0_usize; found.len()];
    for (item, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
        sizes[found[item]] += 1;
    }
    let of_group = |group: &Vec<usize>| {
        let rest: Vec<usize> = group.iter().copied().filter(|&item| kept[item]).collect();
        (rest.len() >= group.len().min(2)).then(|| best_jaccard(&rest, found, &sizes))
    };
    groups.iter().map(of_group).collect()
}

fn best_jaccard(rest: &[usize], found: &[usize], sizes: &[usize]) -> f64 {
    let mut shared = BTreeMap::new();
    for &item in rest {
        *shared.entry(found[item]).or_insert(0_usize) += 1;
    }
    let jaccard =
        |(group, both): (&usize, &usize)| *both as f64 / (rest.len() + sizes[*group] - both) as f64;
    shared.iter().map(jaccard).fold(0.0, f64::max)
}

/// Keeps four in five draws.
fn is_kept(draw: &[u8; 32]) -> bool {
    !draw[0].is_multiple_of(5)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{clique, link, recommendations};

    #[test]
    fn a_theme_that_hangs_on_one_agency_is_not_stable() {
        // "Hub" links what others say; without it, the halves have nothing in common.
        let names = ["Hub", "A", "B", "C", "D", "E", "F", "G", "H", "I"];
        let rows = recommendations(&names);
        let links: Vec<_> = (1..10).map(|other| link(0, other, 0.9)).collect();
        let hanging = super::super::find_plain(&rows, &links).theme.themes;
        let solid = super::super::find_plain(&rows, &clique(0..10, 0.9)).theme.themes;
        assert!((solid[0].stability - 1.0).abs() < 1e-9 && !solid[0].is_weak());
        let least = hanging.iter().map(|theme| theme.stability).fold(1.0, f64::min);
        assert!(least < 0.9, "{least}");
    }
}
