//! Louvain clustering (Blondel et al. 2008) over calibrated links.

use rayon::prelude::*;

use super::graph::Graph;
use super::items::Items;

/// Number of visiting orders tried; the best result is kept. With a single order the scores vary by one
/// or two hundredths. A large corpus needs fewer orders because it has more groups to average over.
const MOST_RUNS: usize = 8;
const LEAST_RUNS: usize = 2;
const ITEMS_FOR_MOST_RUNS: usize = 10_000;

/// Minimum gain of a move; a smaller gain is rounding noise.
const LEAST_GAIN: f64 = 1e-9;

/// Cap on the rounds of Louvain, as a safeguard. Quality only grows, so the rounds end by themselves.
pub(super) const MAX_ROUNDS: usize = 20;

/// A group number for each item: the best of several runs, in orders that depend only on the texts.
pub(super) fn partition(graph: &Graph, items: &Items) -> Vec<usize> {
    let n_runs =
        (MOST_RUNS * ITEMS_FOR_MOST_RUNS / graph.len().max(1)).clamp(LEAST_RUNS, MOST_RUNS);
    let runs: Vec<(f64, Vec<usize>)> = (0..n_runs)
        .into_par_iter()
        .map(|run| {
            let groups = louvain(graph, &items.order(run));
            ((graph.quality(&groups) * 1e6).round(), groups)
        })
        .collect();
    let mut best: Option<(f64, Vec<usize>)> = None;
    for run in runs {
        if best.as_ref().is_none_or(|best| run.0 > best.0) {
            best = Some(run);
        }
    }
    best.map(|(_, groups)| groups).unwrap_or_default()
}

/// Group numbers of the items after [`louvain`] with `groups` (numbered from 0 without gaps) as nodes.
fn louvain_from(graph: &Graph, order: &[usize], groups: &[usize]) -> Vec<usize> {
    let mut nodes = groups.to_vec();
    let n = renumber(&mut nodes, order);
    let level = graph.aggregate(&nodes, n);
    let ascending: Vec<usize> = (0..n).collect();
    let above = louvain(&level, &ascending);
    nodes.iter().map(|&node| above[node]).collect()
}

/// Broad areas: [`louvain`] over `groups` (numbered from 0 without gaps) with a weaker null.
///
/// People's decisions concern themes and do not constrain areas.
pub(super) fn areas(graph: &Graph, groups: &[usize]) -> Vec<usize> {
    let order: Vec<usize> = (0..graph.len()).collect();
    louvain_from(&graph.for_areas(), &order, groups)
}

/// A group number for each item, by Louvain (Blondel et al. 2008), repeated until no move gains.
///
/// Every item starts in a group of its own. `order` holds every item once. Groups are numbered by their
/// first item in it; ties go to the lowest number.
pub(super) fn louvain(graph: &Graph, order: &[usize]) -> Vec<usize> {
    let mut groups = vec![0; graph.len()];
    for (number, &item) in order.iter().enumerate() {
        groups[item] = number;
    }
    for _ in 0..MAX_ROUNDS {
        move_nodes(graph, order, &mut groups);
        renumber(&mut groups, order);
        if !merge_groups(graph, order, &mut groups) {
            break;
        }
    }
    renumber(&mut groups, order);
    groups
}

/// Treats groups as nodes and moves them, level after level; returns whether any moved.
fn merge_groups(graph: &Graph, order: &[usize], groups: &mut [usize]) -> bool {
    let n = renumber(groups, order);
    let mut level = graph.aggregate(groups, n);
    let mut merged = false;
    loop {
        let ascending: Vec<usize> = (0..level.len()).collect();
        let mut above = ascending.clone();
        if !move_nodes(&level, &ascending, &mut above) {
            return merged;
        }
        merged = true;
        let n = renumber(&mut above, &ascending);
        for group in groups.iter_mut() {
            *group = above[*group];
        }
        level = level.aggregate(&above, n);
    }
}

/// Numbers groups by their first item in `order`; returns the number of groups.
pub(super) fn renumber(groups: &mut [usize], order: &[usize]) -> usize {
    let mut number = vec![usize::MAX; groups.len()];
    let mut n = 0;
    for &item in order {
        let new = &mut number[groups[item]];
        if *new == usize::MAX {
            *new = n;
            n += 1;
        }
        groups[item] = *new;
    }
    n
}

/// Moves single nodes until no move gains; returns whether any moved.
///
/// A node goes to the neighboring group with the largest gain, or to a group of its own. It is checked
/// again when a neighbor has moved away.
fn move_nodes(graph: &Graph, order: &[usize], groups: &mut [usize]) -> bool {
    let mut state = Moves::new(graph, groups);
    let mut queue: std::collections::VecDeque<usize> = order.iter().copied().collect();
    let mut queued = vec![true; graph.len()];
    let mut moved = false;
    while let Some(node) = queue.pop_front() {
        queued[node] = false;
        let Some(group) = state.move_node(graph, groups, node) else { continue };
        moved = true;
        for &(other, _) in &graph.links[node] {
            if groups[other] != group && !queued[other] {
                queued[other] = true;
                queue.push_back(other);
            }
        }
    }
    moved
}

/// State of the groups while nodes move between them.
pub(super) struct Moves {
    /// Sum of the members' standing, by group.
    standing: Vec<f64>,
    size: Vec<usize>,
    /// Group numbers not in use.
    free: Vec<usize>,
    /// Sum of the current node's links, by group; zero except for the groups in `near`.
    pull: Vec<f64>,
    near: Vec<usize>,
}

impl Moves {
    pub(super) fn new(graph: &Graph, groups: &[usize]) -> Self {
        let n = groups.len();
        let (mut standing, mut size) = (vec![0.0; n], vec![0; n]);
        for (node, &group) in groups.iter().enumerate() {
            standing[group] += graph.standing[node];
            size[group] += 1;
        }
        let free = (0..n).rev().filter(|&group| size[group] == 0).collect();
        Self { standing, size, free, pull: vec![0.0; n], near: Vec::new() }
    }

    /// Moves `node` to its best group and returns that group; `None` if no move gains.
    pub(super) fn move_node(
        &mut self,
        graph: &Graph,
        groups: &mut [usize],
        node: usize,
    ) -> Option<usize> {
        let own = groups[node];
        for &(other, probability) in &graph.links[node] {
            let group = groups[other];
            if self.pull[group] == 0.0 {
                self.near.push(group);
            }
            self.pull[group] += probability;
        }
        if let Some(parted) = graph.apart.get(node) {
            self.near.retain(|group| {
                let allowed = !parted.iter().any(|&other| groups[other] == *group);
                if !allowed {
                    self.pull[*group] = 0.0;
                }
                allowed
            });
        }
        self.near.sort_unstable();
        let weight = graph.standing[node];
        self.standing[own] -= weight;
        self.size[own] -= 1;
        let best = self.best_group(own, weight, graph.null);
        for group in self.near.drain(..) {
            self.pull[group] = 0.0;
        }
        if best != own && self.size[own] == 0 {
            self.standing[own] = 0.0;
            self.free.push(own);
        }
        self.standing[best] += weight;
        self.size[best] += 1;
        groups[node] = best;
        (best != own).then_some(best)
    }

    /// The group with the largest gain for a node of `weight` that has just left `own`.
    fn best_group(&mut self, own: usize, weight: f64, null: f64) -> usize {
        let gain = |group: usize| self.pull[group] - null * weight * self.standing[group];
        let mut best = (own, if self.size[own] > 0 { gain(own) } else { 0.0 });
        let alone = self.size[own] > 0 && best.1 < -LEAST_GAIN;
        if alone {
            best = (usize::MAX, 0.0);
        }
        for &group in self.near.iter().filter(|&&group| group != own) {
            if gain(group) > best.1 + LEAST_GAIN {
                best = (group, gain(group));
            }
        }
        if best.0 == usize::MAX {
            best.0 = self.free.pop().expect("a group of two leaves a number free");
        }
        best.0
    }
}
