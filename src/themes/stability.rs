//! Whether a theme comes back when recommendations are left out.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::community::{self, Graph};
use super::items::Items;

/// Times that a fifth of the items is left out.
const ROUNDS: u64 = 20;

/// The mean, over rounds, of the best Jaccard index between what is left of a group and a group
/// found without the rest. `groups` are disjoint. One run of the clustering a round: it is the
/// scatter that is asked for. Source: Hennig 2007, "Cluster-wise assessment of cluster stability".
pub(super) fn of_groups(graph: &Graph, items: &Items, groups: &[Vec<usize>]) -> Vec<f64> {
    let rounds: Vec<Vec<Option<f64>>> = (0..ROUNDS)
        .into_par_iter()
        .map(|round| {
            let kept: Vec<bool> =
                (0..items.len()).map(|item| is_kept(items.draw(item, round))).collect();
            let found = community::louvain(&graph.only(&kept), &items.order(0));
            compare(groups, &kept, &found)
        })
        .collect();
    let mean = |group: usize| {
        let found: Vec<f64> = rounds.iter().filter_map(|round| round[group]).collect();
        if found.is_empty() { 0.0 } else { found.iter().sum::<f64>() / found.len() as f64 }
    };
    (0..groups.len()).map(mean).collect()
}

/// Of each group the best Jaccard index; none where too little of it was left to judge by.
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

/// Four in five draws.
fn is_kept(draw: [u8; 32]) -> bool {
    !draw[0].is_multiple_of(5)
}
