//! Groups of a partition -> members of themes: misfits leave, guests join.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::graph::Graph;
use super::items::Items;
use super::pins::Pins;

/// Minimum probability of some link into the group; below it an item shares its ask with no member.
const LEAST_TIE: f64 = 0.2;

/// The items of a theme, each list ascending.
pub(super) struct Group {
    /// Items that belong here and fit nowhere better.
    pub(super) core: Vec<usize>,
    /// Items with another home, or none, that fit here at least as well.
    pub(super) guests: Vec<usize>,
}

impl Group {
    pub(super) fn items(&self) -> impl Iterator<Item = usize> + '_ {
        self.core.iter().chain(&self.guests).copied()
    }
}

/// The groups of `partition` that hold at least two rows.
pub(super) fn groups(graph: &Graph, items: &Items, partition: &[usize], pins: &Pins) -> Vec<Group> {
    let cores = cores(graph, items, partition, pins);
    let mut home = vec![None; graph.len()];
    for (at, core) in cores.iter().enumerate() {
        for &item in core {
            home[item] = Some(at);
        }
    }
    let mut groups: Vec<Group> =
        cores.into_iter().map(|core| Group { core, guests: Vec::new() }).collect();
    let visits: Vec<Vec<usize>> = (0..graph.len())
        .into_par_iter()
        .map(|item| visits(graph, item, &home, &groups, pins))
        .collect();
    for (item, visited) in visits.into_iter().enumerate() {
        for at in visited {
            groups[at].guests.push(item);
        }
    }
    groups
}

fn cores(graph: &Graph, items: &Items, partition: &[usize], pins: &Pins) -> Vec<Vec<usize>> {
    let mut cores: Vec<Vec<usize>> = vec![Vec::new(); graph.len()];
    for (item, &group) in partition.iter().enumerate() {
        cores[group].push(item);
    }
    let copies = |item: usize| items.rows[item].len() > 1;
    let mut kept = Vec::new();
    for core in cores {
        let (tied, loose): (Vec<usize>, Vec<usize>) = core
            .iter()
            .partition(|&&item| graph.best_in(item, &core) >= LEAST_TIE || pins.hold(item));
        // Copies of one text are a theme even if nobody else says it.
        kept.extend(loose.into_iter().filter(|&item| copies(item)).map(|item| vec![item]));
        // People may have left a text with only its copies, or separated it from everything else.
        if tied.len() > 1 || tied.iter().any(|&item| copies(item)) {
            kept.push(tied);
        }
    }
    kept
}

/// The other groups that `item` fits at least as well as its own, ascending.
fn visits(
    graph: &Graph,
    item: usize,
    home: &[Option<usize>],
    groups: &[Group],
    pins: &Pins,
) -> Vec<usize> {
    let own = home[item].map_or(0.0, |at| graph.mean_pull(item, &groups[at].core));
    let near: BTreeSet<usize> =
        graph.links_of(item).iter().filter_map(|&(other, _)| home[other]).collect();
    let fits = |at: &usize| {
        let core = &groups[*at].core;
        let pull = graph.mean_pull(item, core);
        pull > 0.0
            && pull >= own
            && graph.best_in(item, core) >= LEAST_TIE
            && !pins.forbid(item, core)
    };
    near.into_iter().filter(|at| home[item] != Some(*at)).filter(fits).collect()
}
