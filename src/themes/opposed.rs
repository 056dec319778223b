//! Recommendations that ask for the contrary of each other. Words and models find them alike, but whoever
//! asks for the contrary does not ask for the same.

use std::fmt;

use super::items::Items;
use crate::domain::{Link, Relation};

/// Tells of a linked pair whether one asks for the contrary of the other.
#[derive(Clone, Copy)]
pub struct Opposes<'a>(pub &'a (dyn Fn(&Link) -> bool + Sync));

impl fmt::Debug for Opposes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opposes")
    }
}

/// Pairs of items that could pass for a shared ask. A pair is read when it is asked for: few ever are.
pub(super) struct Opposed<'a> {
    opposes: Option<Opposes<'a>>,
    /// Two items, the smaller first, and their link; sorted by items.
    links: Vec<([usize; 2], &'a Link)>,
}

impl<'a> Opposed<'a> {
    pub(super) fn new(items: &Items, links: &'a [Link], opposes: Option<Opposes<'a>>) -> Self {
        let mut found = Vec::new();
        if opposes.is_some() {
            let probable = links.iter().filter(|l| l.likeness.probability >= Relation::THRESHOLD);
            found.extend(
                probable.map(|link| (pair(items.of_row(link.a), items.of_row(link.b)), link)),
            );
            found.sort_by(|(x, first), (y, second)| {
                let probability = |link: &Link| link.likeness.probability;
                x.cmp(y).then_with(|| probability(second).total_cmp(&probability(first)))
            });
        }
        Self { opposes, links: found }
    }

    /// Whether one of two items asks for the contrary of the other.
    pub(super) fn are(&self, a: usize, b: usize) -> bool {
        let Some(Opposes(opposes)) = self.opposes else { return false };
        let at = self.links.partition_point(|(items, _)| *items < pair(a, b));
        self.links.get(at).is_some_and(|(items, link)| *items == pair(a, b) && opposes(link))
    }
}

fn pair(a: usize, b: usize) -> [usize; 2] {
    [a.min(b), a.max(b)]
}
