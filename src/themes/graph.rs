//! Items and the links between them, corrected for how well linked each item is.

use rayon::prelude::*;

use super::items::ItemLink;
use super::pins::Pins;
use crate::domain::Link;

/// Weight of the chance link between two items of ordinary standing. Items belong together while the
/// mean probability of overlap in their theme stays above it. docs/decisions/themes.md lists the values
/// that were tried.
const NULL_STRENGTH: f64 = 0.18;

/// The same weight for broad areas, in the same proportion as before. No labelled data exists for areas.
const NULL_STRENGTH_BROAD: f64 = 0.055;

/// Near-duplicates belong together while they are more likely than not to be the same ask.
const LEAST_DUPLICATE: f64 = 0.5;

/// Minimum standing. Items with few links count as if they had half the ordinary number; otherwise any
/// one link would draw them in.
const LEAST_STANDING: f64 = 0.5;

/// Items, or groups of items, with the links between them.
#[derive(Debug, Clone)]
pub(super) struct Graph {
    /// For each node, the nodes linked to it, ascending, with the probability of overlap.
    pub(super) links: Vec<Vec<(usize, f64)>>,
    /// Degree divided by mean degree, so that generic recommendations must earn their links.
    pub(super) standing: Vec<f64>,
    /// For each node, the nodes that people separated from it, ascending; empty if there are none at
    /// all.
    pub(super) apart: Vec<Vec<usize>>,
    /// See [`NULL_STRENGTH`].
    pub(super) null: f64,
}

impl Graph {
    /// The best [`Link::MAX_PER_ROW`] of `links` for each item; a link stays if either end keeps it.
    pub(super) fn new(n: usize, links: &[ItemLink]) -> Self {
        let mut of_item: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        for link in links {
            of_item[link.a].push((link.b, link.probability));
            of_item[link.b].push((link.a, link.probability));
        }
        of_item.par_iter_mut().for_each(|found| {
            found.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        });
        let mut kept: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        for (item, found) in of_item.iter().enumerate() {
            for &(other, probability) in found.iter().take(Link::MAX_PER_ROW) {
                kept[item].push((other, probability));
                kept[other].push((item, probability));
            }
        }
        kept.par_iter_mut().for_each(|found| {
            found.sort_by_key(|&(other, _)| other);
            found.dedup_by_key(|&mut (other, _)| other);
        });
        Self::of_links(kept, &vec![true; n])
    }

    /// The same items with people's decisions applied.
    ///
    /// An item that stands alone has no links, and separated items may not be together. All items keep
    /// their standing, so a decision changes nothing elsewhere.
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

    /// Probabilities of duplication between items of the same core; no link leaves its core.
    pub(super) fn of_duplicates(n: usize, links: &[ItemLink], core_of: &[Option<usize>]) -> Self {
        let mut of_item: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
        let inside = |link: &&ItemLink| {
            core_of[link.a].is_some() && core_of[link.a] == core_of[link.b] && link.duplicate > 0.0
        };
        for link in links.iter().filter(inside) {
            of_item[link.a].push((link.b, link.duplicate));
            of_item[link.b].push((link.a, link.duplicate));
        }
        of_item.par_iter_mut().for_each(|found| found.sort_by_key(|&(other, _)| other));
        Self { links: of_item, standing: vec![1.0; n], apart: Vec::new(), null: LEAST_DUPLICATE }
    }

    /// Builds the graph, measuring standing against the mean of the `counted` nodes.
    fn of_links(links: Vec<Vec<(usize, f64)>>, counted: &[bool]) -> Self {
        let degree = |found: &Vec<(usize, f64)>| 1.0 + found.iter().map(|(_, p)| p).sum::<f64>();
        let degrees: Vec<f64> = links.iter().map(degree).collect();
        let of_counted = || degrees.iter().zip(counted).filter(|(_, counted)| **counted);
        let mean = of_counted().map(|(d, _)| d).sum::<f64>() / of_counted().count().max(1) as f64;
        let standing = degrees.iter().map(|d| (d / mean).max(LEAST_STANDING)).collect();
        Self { links, standing, apart: Vec::new(), null: NULL_STRENGTH }
    }

    /// The same items with links only between `kept` ones, and standing measured again.
    pub(super) fn only(&self, kept: &[bool]) -> Self {
        Self::of_links(self.links_among(kept), kept)
    }

    /// Like [`only`](Self::only), for a graph where standing does not come from the links.
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

    /// The items linked to `item`, ascending, with the probability of overlap.
    pub(super) fn links_of(&self, item: usize) -> &[(usize, f64)] {
        &self.links[item]
    }

    pub(super) fn probability(&self, a: usize, b: usize) -> f64 {
        let found = self.links[a].binary_search_by_key(&b, |&(other, _)| other);
        found.map_or(0.0, |at| self.links[a][at].1)
    }

    /// Mean probability above chance between `item` and the other members of `group` (ascending).
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

    /// The largest probability that `item` overlaps another member of `group`.
    pub(super) fn best_in(&self, item: usize, group: &[usize]) -> f64 {
        let inside = group.iter().filter(|&&other| other != item);
        inside.map(|&other| self.probability(item, other)).fold(0.0, f64::max)
    }

    /// The quantity that Louvain maximizes: `p - null · standing · standing`, summed over pairs within
    /// a group. `groups` are numbered from 0 without gaps.
    pub(super) fn quality(&self, groups: &[usize]) -> f64 {
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

    /// The same graph with the null for broad areas.
    ///
    /// People's decisions concern themes and do not constrain areas.
    pub(super) fn for_areas(&self) -> Self {
        Self { null: NULL_STRENGTH_BROAD, apart: Vec::new(), ..self.clone() }
    }

    /// A graph with `groups` (numbered 0 to `n` - 1) as nodes and their links added up.
    pub(super) fn aggregate(&self, groups: &[usize], n: usize) -> Self {
        let mut standing = vec![0.0; n];
        let mut items_of: Vec<Vec<usize>> = vec![Vec::new(); n];
        for (item, &group) in groups.iter().enumerate() {
            standing[group] += self.standing[item];
            items_of[group].push(item);
        }
        // Sums run in the order of the items. All are back at zero before the next group.
        let mut sums = vec![0.0; n];
        let mut near: Vec<usize> = Vec::new();
        let links_of = |(group, items): (usize, &Vec<usize>)| {
            for &(other, probability) in items.iter().flat_map(|&item| &self.links[item]) {
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
        Self { links, standing, apart: self.aggregate_apart(groups, n), null: self.null }
    }

    fn aggregate_apart(&self, groups: &[usize], n: usize) -> Vec<Vec<usize>> {
        if self.apart.is_empty() {
            return Vec::new();
        }
        let mut apart: Vec<Vec<usize>> = vec![Vec::new(); n];
        for (item, parted) in self.apart.iter().enumerate() {
            apart[groups[item]].extend(parted.iter().map(|&other| groups[other]));
        }
        for parted in &mut apart {
            parted.sort_unstable();
            parted.dedup();
        }
        apart
    }
}
