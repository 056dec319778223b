//! Modularity over calibrated links.

use std::collections::BTreeMap;

use super::{MAX_LINKS, MIN_PROBABILITY};
use crate::domain::Link;

/// How much of the chance link between two well-linked recommendations counts against them.
/// docs/decisions/themes.md has the values that were tried.
const NULL_STRENGTH: f64 = 0.12;

/// A move must gain more than rounding does.
const LEAST_GAIN: f64 = 1e-9;

/// Recommendations and the links between them that count.
pub(super) struct Graph {
    links: Vec<Vec<(usize, f64)>>,
    /// Degree over mean degree.
    standing: Vec<f64>,
}

impl Graph {
    /// Keeps of `links` what is probable enough, and of each row the best [`MAX_LINKS`].
    pub(super) fn new(n: usize, links: &[Link]) -> Self {
        let mut of_row: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        for link in links.iter().filter(|link| link.likeness.probability >= MIN_PROBABILITY) {
            of_row[link.a].push((link.b, link.likeness.probability));
            of_row[link.b].push((link.a, link.likeness.probability));
        }
        let mut kept: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); n];
        for (row, found) in of_row.iter_mut().enumerate() {
            found.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
            for &(other, probability) in found.iter().take(MAX_LINKS) {
                kept[row].insert(other, probability);
                kept[other].insert(row, probability);
            }
        }
        let links: Vec<Vec<(usize, f64)>> =
            kept.into_iter().map(|found| found.into_iter().collect()).collect();
        let degree = |found: &Vec<(usize, f64)>| found.iter().map(|(_, p)| p).sum::<f64>();
        let degrees: Vec<f64> = links.iter().map(degree).collect();
        let mean = degrees.iter().sum::<f64>() / n.max(1) as f64;
        let standing = degrees.iter().map(|d| if mean > 0.0 { d / mean } else { 0.0 }).collect();
        Self { links, standing }
    }

    pub(super) fn len(&self) -> usize {
        self.links.len()
    }

    pub(super) fn neighbors(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        self.links[row].iter().map(|&(other, _)| other)
    }

    /// Probability of each link, by ascending pair of rows.
    pub(super) fn probabilities(&self) -> BTreeMap<(usize, usize), f64> {
        let links = self.links.iter().enumerate();
        links
            .flat_map(|(a, found)| found.iter().map(move |&(b, p)| ((a, b), p)))
            .filter(|((a, b), _)| a < b)
            .collect()
    }

    /// Mean over `rows` other than `row` of the probability above what chance links give.
    pub(super) fn mean_pull(&self, row: usize, rows: &[usize]) -> f64 {
        let others = rows.iter().filter(|&&other| other != row).count();
        if others == 0 {
            return 0.0;
        }
        let inside: f64 = self.links[row]
            .iter()
            .filter(|(o, _)| rows.binary_search(o).is_ok())
            .map(|(_, p)| p)
            .sum();
        let standing: f64 = rows.iter().filter(|&&o| o != row).map(|&o| self.standing[o]).sum();
        (inside - NULL_STRENGTH * self.standing[row] * standing) / others as f64
    }
}

/// Nodes of one level of Louvain: rows at first, groups of them above.
struct Level {
    links: Vec<Vec<(usize, f64)>>,
    standing: Vec<f64>,
}

/// A group number for each row. Louvain (Blondel et al. 2008) on the sum over pairs of one group of
/// `p - NULL_STRENGTH · standing · standing`, repeated with single rows until no move gains; rows in
/// ascending order and ties to the lowest group, so that it depends on nothing else.
pub(super) fn partition(graph: &Graph) -> Vec<usize> {
    let base = Level { links: graph.links.clone(), standing: graph.standing.clone() };
    let mut groups: Vec<usize> = (0..graph.len()).collect();
    // Each round ends with at least one gainful move, and quality is bounded; the limit is a guard.
    for _ in 0..50 {
        let moved = move_nodes(&base, &mut groups);
        let merged = merge_groups(&base, &mut groups);
        if !moved && !merged {
            break;
        }
    }
    renumber(&mut groups);
    groups
}

/// Moves single nodes to the neighboring group that gains most, until none gains.
fn move_nodes(level: &Level, groups: &mut [usize]) -> bool {
    let n = level.standing.len();
    let mut standing = vec![0.0; n];
    for (node, &group) in groups.iter().enumerate() {
        standing[group] += level.standing[node];
    }
    let mut moved_ever = false;
    for _ in 0..100 {
        let mut moved = false;
        for node in 0..n {
            let own = groups[node];
            let best = best_group(level, groups, &standing, node);
            if best != own {
                standing[own] -= level.standing[node];
                standing[best] += level.standing[node];
                groups[node] = best;
                moved = true;
            }
        }
        moved_ever |= moved;
        if !moved {
            break;
        }
    }
    moved_ever
}

fn best_group(level: &Level, groups: &[usize], standing: &[f64], node: usize) -> usize {
    let own = groups[node];
    let mut pull: BTreeMap<usize, f64> = BTreeMap::from([(own, 0.0)]);
    for &(other, probability) in &level.links[node] {
        *pull.entry(groups[other]).or_default() += probability;
    }
    let weight = level.standing[node];
    let gain = |group: usize, pull: f64| {
        let others = standing[group] - if group == own { weight } else { 0.0 };
        pull - NULL_STRENGTH * weight * others
    };
    let mut best = (own, gain(own, pull[&own]));
    // Alone is an option too, where the node's own number is not in use by others.
    if best.1 < -LEAST_GAIN && standing[node].abs() < LEAST_GAIN {
        best = (node, 0.0);
    }
    for (&group, &pull) in &pull {
        let gain = gain(group, pull);
        if gain > best.1 + LEAST_GAIN {
            best = (group, gain);
        }
    }
    best.0
}

/// Treats groups as nodes and moves these, level upon level.
fn merge_groups(base: &Level, groups: &mut [usize]) -> bool {
    let mut merged_ever = false;
    loop {
        let n = renumber(groups);
        let level = aggregate(base, groups, n);
        let mut above: Vec<usize> = (0..n).collect();
        if !move_nodes(&level, &mut above) {
            return merged_ever;
        }
        merged_ever = true;
        for group in groups.iter_mut() {
            *group = above[*group];
        }
    }
}

fn aggregate(base: &Level, groups: &[usize], n: usize) -> Level {
    let mut links: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); n];
    let mut standing = vec![0.0; n];
    for (node, found) in base.links.iter().enumerate() {
        let group = groups[node];
        standing[group] += base.standing[node];
        for &(other, probability) in found {
            if groups[other] != group {
                *links[group].entry(groups[other]).or_default() += probability;
            }
        }
    }
    let links = links.into_iter().map(|found| found.into_iter().collect()).collect();
    Level { links, standing }
}

/// Numbers groups by their first row; how many there are.
fn renumber(groups: &mut [usize]) -> usize {
    let mut numbers = BTreeMap::new();
    for group in groups.iter_mut() {
        let next = numbers.len();
        *group = *numbers.entry(*group).or_insert(next);
    }
    numbers.len()
}
