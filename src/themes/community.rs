//! Louvain over calibrated links, corrected for how well-linked each item is.

use rayon::prelude::*;

use super::items::{ItemLink, Items};
use super::pins::Pins;

/// How much of the chance link between two items of ordinary standing counts against them: they
/// belong together while the mean probability of overlap in their theme stays above it.
/// docs/decisions/themes.md has the values that were tried.
const NULL_STRENGTH: f64 = 0.11;

/// The same for broad areas. There are no labels for these; .02 to .05 give half to twice as many.
const NULL_STRENGTH_BROAD: f64 = 0.03;

/// Near-duplicates belong together while they are more likely than not the same ask.
const LEAST_DUPLICATE: f64 = 0.5;

/// Items with few links are treated as if they had half of the ordinary number, or any one link
/// would do to draw them in.
const LEAST_STANDING: f64 = 0.5;

/// Links of one item that are looked at.
pub(super) const MAX_LINKS: usize = 50;

/// Orders in which the items are visited; the best result counts. One order alone scatters the
/// scores by a hundredth or two; less so in a large corpus, which has more groups to average over.
const MOST_RUNS: usize = 8;
const LEAST_RUNS: usize = 2;
const ITEMS_FOR_MOST_RUNS: usize = 10_000;

/// A move must gain more than rounding does.
const LEAST_GAIN: f64 = 1e-9;

/// Rounds of Louvain before it is stopped. It ends by itself, as quality only grows; this is a guard.
const MAX_ROUNDS: usize = 20;

/// Items, or groups of them, with the links between them.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    /// Of each node the others it is linked to, ascending, with the probability of overlap.
    links: Vec<Vec<(usize, f64)>>,
    /// Degree over mean degree: generic recommendations must earn their links.
    standing: Vec<f64>,
    /// Of each node those that people parted it from, ascending; empty where there are none at all.
    apart: Vec<Vec<usize>>,
    /// See [`NULL_STRENGTH`].
    null: f64,
}

impl Graph {
    /// Of each item the best [`MAX_LINKS`] of `links`, kept where either end keeps them.
    pub(super) fn new(n: usize, links: &[ItemLink]) -> Self {
        let mut of_item: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        for link in links {
            of_item[link.a].push((link.b, link.probability));
            of_item[link.b].push((link.a, link.probability));
        }
        let mut kept: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        for (item, found) in of_item.iter_mut().enumerate() {
            found.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
            for &(other, probability) in found.iter().take(MAX_LINKS) {
                kept[item].push((other, probability));
                kept[other].push((item, probability));
            }
        }
        for found in &mut kept {
            found.sort_by_key(|&(other, _)| other);
            found.dedup_by_key(|&mut (other, _)| other);
        }
        Self::of_links(kept, &vec![true; n])
    }

    /// The same items as people see them: who stands alone has no links, and who was parted may not be
    /// together. All keep their standing, so that a decision changes nothing elsewhere.
    pub(super) fn decided(&self, pins: &Pins) -> Self {
        let free: Vec<bool> = (0..self.len()).map(|item| !pins.is_alone(item)).collect();
        let mut graph = self.only_as_they_stand(&free);
        let apart: Vec<Vec<usize>> =
            (0..self.len()).map(|item| pins.apart_from(item).collect()).collect();
        if apart.iter().any(|parted| !parted.is_empty()) {
            graph.apart = apart;
        }
        graph
    }

    /// The items of each of `cores` with their probabilities of duplication; none lies beyond its core.
    pub(super) fn of_duplicates(n: usize, links: &[ItemLink], core_of: &[Option<usize>]) -> Self {
        let mut of_item: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        let inside = |link: &&ItemLink| {
            core_of[link.a].is_some() && core_of[link.a] == core_of[link.b] && link.duplicate > 0.0
        };
        for link in links.iter().filter(inside) {
            of_item[link.a].push((link.b, link.duplicate));
            of_item[link.b].push((link.a, link.duplicate));
        }
        for found in &mut of_item {
            found.sort_by_key(|&(other, _)| other);
        }
        Self { links: of_item, standing: vec![1.0; n], apart: Vec::new(), null: LEAST_DUPLICATE }
    }

    /// Standing is measured against the mean of the nodes that are `counted`.
    fn of_links(links: Vec<Vec<(usize, f64)>>, counted: &[bool]) -> Self {
        let degree = |found: &Vec<(usize, f64)>| 1.0 + found.iter().map(|(_, p)| p).sum::<f64>();
        let degrees: Vec<f64> = links.iter().map(degree).collect();
        let of_counted = || degrees.iter().zip(counted).filter(|(_, counted)| **counted);
        let mean = of_counted().map(|(d, _)| d).sum::<f64>() / of_counted().count().max(1) as f64;
        let standing = degrees.iter().map(|d| (d / mean).max(LEAST_STANDING)).collect();
        Self { links, standing, apart: Vec::new(), null: NULL_STRENGTH }
    }

    /// The same items, of which those that are not `kept` have lost their links.
    pub(super) fn only(&self, kept: &[bool]) -> Self {
        Self::of_links(self.links_among(kept), kept)
    }

    /// As [`only`](Self::only), where the standing of items does not come from their links.
    pub(super) fn only_as_they_stand(&self, kept: &[bool]) -> Self {
        Self { links: self.links_among(kept), ..self.clone() }
    }

    fn links_among(&self, kept: &[bool]) -> Vec<Vec<(usize, f64)>> {
        let left = |(item, found): (usize, &Vec<(usize, f64)>)| {
            let found = found.iter().filter(|(other, _)| kept[item] && kept[*other]);
            found.copied().collect()
        };
        self.links.iter().enumerate().map(left).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.links.len()
    }

    /// The items that `item` is linked to, ascending, with the probability of overlap.
    pub(super) fn links_of(&self, item: usize) -> &[(usize, f64)] {
        &self.links[item]
    }

    pub(super) fn probability(&self, a: usize, b: usize) -> f64 {
        let found = self.links[a].binary_search_by_key(&b, |&(other, _)| other);
        found.map_or(0.0, |at| self.links[a][at].1)
    }

    /// Mean over `group` (ascending) without `item` of the probability above what chance links give.
    pub(super) fn mean_pull(&self, item: usize, group: &[usize]) -> f64 {
        let others = || group.iter().filter(|&&other| other != item);
        let n_others = others().count();
        if n_others == 0 {
            return 0.0;
        }
        let inside: f64 = others().map(|&other| self.probability(item, other)).sum();
        let standing: f64 = others().map(|&other| self.standing[other]).sum();
        (inside - self.null * self.standing[item] * standing) / n_others as f64
    }

    /// The largest probability of overlap of `item` with another of `group`.
    pub(super) fn best_in(&self, item: usize, group: &[usize]) -> f64 {
        let inside = group.iter().filter(|&&other| other != item);
        inside.map(|&other| self.probability(item, other)).fold(0.0, f64::max)
    }

    /// What Louvain maximizes: over pairs of one group, `p - null · standing · standing`.
    /// `groups` number from 0 without a gap.
    fn quality(&self, groups: &[usize]) -> f64 {
        let mut sums = vec![(0.0, 0.0); groups.len()];
        let mut linked = 0.0;
        for (item, &group) in groups.iter().enumerate() {
            let standing = self.standing[item];
            sums[group].0 += standing;
            sums[group].1 += standing * standing;
            let later = self.links[item].iter().filter(|(o, _)| *o > item && groups[*o] == group);
            linked += later.map(|(_, p)| p).sum::<f64>();
        }
        let by_chance: f64 = sums.iter().map(|(sum, squares)| (sum * sum - squares) / 2.0).sum();
        linked - self.null * by_chance
    }
}

/// A group number for each item: the best of several runs in orders that only the texts fix.
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

/// `found`, changed where people decided otherwise and nowhere else. What they put together goes where
/// most of it is; of what they parted, the largest part stays; what then has no company looks for
/// another group. `graph` is as people see it; group numbers are good for nothing but telling apart.
pub(super) fn repaired(graph: &Graph, found: &[usize], pins: &Pins) -> Vec<usize> {
    let order: Vec<usize> = (0..graph.len()).collect();
    let mut nodes = pins.groups(graph.len());
    let n = renumber(&mut nodes, &order);
    let level = aggregate(graph, &nodes, n);
    let mut items_of: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (item, &node) in nodes.iter().enumerate() {
        items_of[node].push(item);
    }
    let mut groups: Vec<usize> =
        items_of.iter().map(|items| commonest(items.iter().map(|&item| found[item]))).collect();
    let free = |node: usize| items_of[node].iter().all(|&item| !pins.hold(item));
    let unsettled = part(&level, &items_of, pins, &mut groups);
    renumber(&mut groups, &(0..n).collect::<Vec<_>>());
    let mut state = Moves::new(&level, &groups);
    for _ in 0..MAX_ROUNDS {
        let mut moved = false;
        for &node in unsettled.iter().filter(|&&node| free(node)) {
            moved |= state.move_node(&level, &mut groups, node).is_some();
        }
        if !moved {
            break;
        }
    }
    nodes.iter().map(|&node| groups[node]).collect()
}

/// Gives groups of their own to nodes that may not be where they are; all that lost company by it.
fn part(level: &Graph, items_of: &[Vec<usize>], pins: &Pins, groups: &mut [usize]) -> Vec<usize> {
    let mut next = groups.iter().max().map_or(0, |most| most + 1);
    let mut leaves = |groups: &mut [usize], node: usize| {
        groups[node] = next;
        next += 1;
    };
    let mut parted: Vec<usize> = (0..groups.len())
        .filter(|&node| level.apart.get(node).is_some_and(|a| !a.is_empty()))
        .collect();
    parted.sort_by_key(|&node| std::cmp::Reverse(items_of[node].len()));
    let mut placed = vec![false; groups.len()];
    for &node in &parted {
        let clash = |&other: &usize| placed[other] && groups[other] == groups[node];
        if level.apart[node].iter().any(clash) {
            leaves(groups, node);
        }
        placed[node] = true;
    }
    for (node, items) in items_of.iter().enumerate() {
        if items.iter().any(|&item| pins.is_alone(item)) {
            leaves(groups, node);
        }
    }
    let mut size = vec![0; next];
    for &group in groups.iter() {
        size[group] += 1;
    }
    parted.retain(|&node| size[groups[node]] == 1);
    parted.sort_unstable();
    parted
}

/// The number that occurs most often, the lowest of several; some number where there is none.
fn commonest(numbers: impl Iterator<Item = usize>) -> usize {
    let mut counts = std::collections::BTreeMap::new();
    for number in numbers {
        *counts.entry(number).or_insert(0_usize) += 1;
    }
    let most = counts.iter().max_by_key(|(number, n)| (**n, std::cmp::Reverse(**number)));
    most.map_or(0, |(number, _)| *number)
}

/// [`louvain`] over `groups` (numbered from 0 without a gap) as nodes; group numbers of the items.
pub(super) fn louvain_from(graph: &Graph, order: &[usize], groups: &[usize]) -> Vec<usize> {
    let mut nodes = groups.to_vec();
    let n = renumber(&mut nodes, order);
    let level = aggregate(graph, &nodes, n);
    let ascending: Vec<usize> = (0..n).collect();
    let above = louvain(&level, &ascending);
    nodes.iter().map(|&node| above[node]).collect()
}

/// Broad areas: [`louvain`] over `groups` (numbered from 0 without a gap) with a weaker null. People's
/// decisions are about themes and bind no areas.
pub(super) fn areas(graph: &Graph, groups: &[usize]) -> Vec<usize> {
    let wide = Graph { null: NULL_STRENGTH_BROAD, apart: Vec::new(), ..graph.clone() };
    let order: Vec<usize> = (0..graph.len()).collect();
    louvain_from(&wide, &order, groups)
}

/// Louvain (Blondel et al. 2008), repeated from single items until no move gains. `order` holds every
/// item once; groups are numbered by their first item in it, and ties go to the lowest number.
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

/// Treats groups as nodes and moves these, level upon level.
fn merge_groups(graph: &Graph, order: &[usize], groups: &mut [usize]) -> bool {
    let mut merged = false;
    loop {
        let n = renumber(groups, order);
        let level = aggregate(graph, groups, n);
        let ascending: Vec<usize> = (0..n).collect();
        let mut above = ascending.clone();
        if !move_nodes(&level, &ascending, &mut above) {
            return merged;
        }
        merged = true;
        for group in groups.iter_mut() {
            *group = above[*group];
        }
    }
}

fn aggregate(graph: &Graph, groups: &[usize], n: usize) -> Graph {
    let mut standing = vec![0.0; n];
    let mut items_of: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (item, &group) in groups.iter().enumerate() {
        standing[group] += graph.standing[item];
        items_of[group].push(item);
    }
    // Sums run in the order of the items; all are zero between two groups.
    let mut sums = vec![0.0; n];
    let mut near: Vec<usize> = Vec::new();
    let links_of = |(group, items): (usize, &Vec<usize>)| {
        for &(other, probability) in items.iter().flat_map(|&item| &graph.links[item]) {
            let to = groups[other];
            if to != group {
                if sums[to] == 0.0 {
                    near.push(to);
                }
                sums[to] += probability;
            }
        }
        near.sort_unstable();
        near.dedup();
        near.drain(..).map(|to| (to, std::mem::take(&mut sums[to]))).collect()
    };
    let links = items_of.iter().enumerate().map(links_of).collect();
    Graph { links, standing, apart: aggregate_apart(graph, groups, n), null: graph.null }
}

fn aggregate_apart(graph: &Graph, groups: &[usize], n: usize) -> Vec<Vec<usize>> {
    if graph.apart.is_empty() {
        return Vec::new();
    }
    let mut apart: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (item, parted) in graph.apart.iter().enumerate() {
        apart[groups[item]].extend(parted.iter().map(|&other| groups[other]));
    }
    for parted in &mut apart {
        parted.sort_unstable();
        parted.dedup();
    }
    apart
}

/// Numbers groups by their first item in `order`; how many there are.
fn renumber(groups: &mut [usize], order: &[usize]) -> usize {
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

/// Moves single nodes to the neighboring group that gains most, or to one of their own, until none
/// gains; whether any moved. A node is looked at again when a neighbor has moved away.
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

/// What is known of the groups while nodes move between them.
struct Moves {
    /// Sum of the standing of the members, by group.
    standing: Vec<f64>,
    size: Vec<usize>,
    /// Numbers that no group has.
    free: Vec<usize>,
    /// Sum of the links of the node in hand, by group; zero but for `near`.
    pull: Vec<f64>,
    near: Vec<usize>,
}

impl Moves {
    fn new(graph: &Graph, groups: &[usize]) -> Self {
        let n = groups.len();
        let (mut standing, mut size) = (vec![0.0; n], vec![0; n]);
        for (node, &group) in groups.iter().enumerate() {
            standing[group] += graph.standing[node];
            size[group] += 1;
        }
        let free = (0..n).rev().filter(|&group| size[group] == 0).collect();
        Self { standing, size, free, pull: vec![0.0; n], near: Vec::new() }
    }

    /// The group that `node` has moved to, if it gains by a move.
    fn move_node(&mut self, graph: &Graph, groups: &mut [usize], node: usize) -> Option<usize> {
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

    /// The group that gains most for a node of `weight` that has just left `own`.
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
