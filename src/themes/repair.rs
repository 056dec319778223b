//! Groups adjusted to people's decisions.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::community::{MAX_ROUNDS, Moves, renumber};
use super::graph::Graph;
use super::pins::Pins;

/// `found`, changed only where people decided otherwise.
///
/// Items that people put together go where most of them are, or else to the largest of their groups. When people separated items, the largest
/// part stays. Items left without company look for another group. `graph` has people's decisions
/// applied. The group numbers returned only tell groups apart.
pub(super) fn repaired(graph: &Graph, found: &[usize], pins: &Pins) -> Vec<usize> {
    let order: Vec<usize> = (0..graph.len()).collect();
    let mut nodes = pins.groups(graph.len());
    let n = renumber(&mut nodes, &order);
    let level = graph.aggregate(&nodes, n);
    let mut items_of: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (item, &node) in nodes.iter().enumerate() {
        items_of[node].push(item);
    }
    let mut size: BTreeMap<usize, usize> = BTreeMap::new();
    for &group in found {
        *size.entry(group).or_default() += 1;
    }
    let mut groups: Vec<usize> = items_of
        .iter()
        .map(|items| commonest(items.iter().map(|&item| found[item]), &size))
        .collect();
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

/// Gives nodes that may not stay groups of their own; returns the nodes left without company.
fn part(level: &Graph, items_of: &[Vec<usize>], pins: &Pins, groups: &mut [usize]) -> Vec<usize> {
    let mut next = groups.iter().max().map_or(0, |most| most + 1);
    let mut leaves = |groups: &mut [usize], node: usize| {
        groups[node] = next;
        next += 1;
    };
    let mut parted: Vec<usize> = (0..groups.len())
        .filter(|&node| level.apart.get(node).is_some_and(|a| !a.is_empty()))
        .collect();
    parted.sort_by_key(|&node| Reverse(items_of[node].len()));
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

/// The most common group, the larger one on a tie, then the lowest number; 0 if there is none.
fn commonest(groups: impl Iterator<Item = usize>, size: &BTreeMap<usize, usize>) -> usize {
    let mut counts = BTreeMap::new();
    for group in groups {
        *counts.entry(group).or_insert(0_usize) += 1;
    }
    let most = counts.iter().max_by_key(|(group, n)| (**n, size.get(*group), Reverse(**group)));
    most.map_or(0, |(group, _)| *group)
}
