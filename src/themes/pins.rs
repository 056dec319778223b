//! People's decisions -> which items must be together, and which must not.

use std::collections::{BTreeMap, BTreeSet};

use super::items::Items;
use crate::domain::{Decision, Recommendation, RecommendationId, Said};

/// Decisions by item. A later decision overrides an earlier one, so they never contradict each other.
/// Copies of one text are one item, so a decision on one copy holds for all.
#[derive(Debug, Default)]
pub(super) struct Pins {
    /// For an item, the number of the group that people put it in.
    together: BTreeMap<usize, usize>,
    n_groups: usize,
    /// For an item, the items that people separated it from; in both directions.
    apart: BTreeMap<usize, BTreeSet<usize>>,
    /// Items that stand alone.
    alone: BTreeSet<usize>,
}

impl Pins {
    /// The combined effect of `decisions`, in order. Recommendations that no longer exist are ignored.
    pub(super) fn new(
        decisions: &[Decision],
        items: &Items,
        recommendations: &[Recommendation],
    ) -> Self {
        let mut pins = Self::default();
        if decisions.is_empty() {
            return pins;
        }
        let item_of: BTreeMap<&RecommendationId, usize> = recommendations
            .iter()
            .enumerate()
            .map(|(row, recommendation)| (&recommendation.id, items.of_row(row)))
            .collect();
        let known = |ids: &[RecommendationId]| -> BTreeSet<usize> {
            ids.iter().filter_map(|id| item_of.get(id).copied()).collect()
        };
        for decision in decisions {
            match decision {
                Decision::Merge { parts } => pins.join(&known(&parts.concat())),
                Decision::Accept { members } => pins.join(&known(members)),
                Decision::Split { apart, rest } => {
                    let apart = known(apart);
                    let rest: BTreeSet<usize> = &known(rest) - &apart;
                    pins.join(&rest);
                    pins.join(&apart);
                    pins.part(&apart, &rest);
                }
                Decision::Move { moved, to, from } => {
                    let (moved, to) = (known(moved), known(to));
                    if to.is_empty() {
                        pins.single(&moved);
                    } else {
                        pins.join(&(&moved | &to));
                        pins.part(&moved, &(&(&known(from) - &moved) - &to));
                    }
                }
                Decision::Reject { members } => pins.scatter(&known(members)),
                Decision::Pair { a, b, said } => {
                    if let (Some(&a), Some(&b)) = (item_of.get(a), item_of.get(b))
                        && a != b
                    {
                        match said {
                            Said::Same => pins.unite(a, b),
                            Said::NotSame | Said::Contrary => pins.separate(a, b),
                        }
                    }
                }
                Decision::Rename { .. } => {}
            }
        }
        pins
    }

    fn join(&mut self, group: &BTreeSet<usize>) {
        for item in group {
            self.alone.remove(item);
            self.together.insert(*item, self.n_groups);
            if let Some(parted) = self.apart.get_mut(item) {
                parted.retain(|other| !group.contains(other));
            }
        }
        self.n_groups += 1;
    }

    /// Joins two items and all that people put together with either.
    fn unite(&mut self, a: usize, b: usize) {
        let groups = [a, b].map(|item| self.together.get(&item).copied());
        let is_in = |group: usize| groups.contains(&Some(group));
        let with_them = self.together.iter().filter(|(_, group)| is_in(**group));
        let all = with_them.map(|(item, _)| *item).chain([a, b]).collect();
        self.join(&all);
    }

    /// Parts two items; the second leaves what people put it together with, if the first is there.
    fn separate(&mut self, a: usize, b: usize) {
        if self.together.contains_key(&a) && self.together.get(&a) == self.together.get(&b) {
            self.together.remove(&b);
        }
        self.part(&BTreeSet::from([a]), &BTreeSet::from([b]));
    }

    fn part(&mut self, some: &BTreeSet<usize>, others: &BTreeSet<usize>) {
        for &a in some {
            for &b in others.iter().filter(|&&b| b != a) {
                self.apart.entry(a).or_default().insert(b);
                self.apart.entry(b).or_default().insert(a);
            }
        }
    }

    fn single(&mut self, items: &BTreeSet<usize>) {
        for item in items {
            self.together.remove(item);
            self.alone.insert(*item);
        }
    }

    fn scatter(&mut self, items: &BTreeSet<usize>) {
        for item in items {
            self.together.remove(item);
        }
        self.part(items, items);
    }

    /// A group number for each of `n` items: people's groups, and every other item alone.
    pub(super) fn groups(&self, n: usize) -> Vec<usize> {
        // Group numbers start after item numbers, so that the two do not collide.
        let group = |item: usize| self.together.get(&item).map_or(item, |group| n + group);
        let mut number = BTreeMap::new();
        let mut groups = Vec::with_capacity(n);
        for item in 0..n {
            let next = number.len();
            groups.push(*number.entry(group(item)).or_insert(next));
        }
        groups
    }

    /// Whether people put `item` together with others, or separated it from some it was with.
    pub(super) fn hold(&self, item: usize) -> bool {
        self.together.contains_key(&item)
    }

    pub(super) fn is_alone(&self, item: usize) -> bool {
        self.alone.contains(&item)
    }

    /// Items that `item` must not be with, ascending.
    pub(super) fn apart_from(&self, item: usize) -> impl Iterator<Item = usize> + '_ {
        self.apart.get(&item).into_iter().flatten().copied()
    }

    /// Whether `item` must not be with a member of `group` (ascending).
    pub(super) fn forbid(&self, item: usize, group: &[usize]) -> bool {
        self.apart_from(item).any(|other| group.binary_search(&other).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::recommendations;
    use super::*;

    /// Ids of rows; in these tests every row is its own item.
    fn ids(rows: &[usize]) -> Vec<RecommendationId> {
        rows.iter()
            .map(|row| RecommendationId::try_from(format!("R{row:03}")).expect("not empty"))
            .collect()
    }

    fn pins(decisions: &[Decision]) -> (Pins, Items) {
        let rows = recommendations(&["A"; 6]);
        let items = Items::new(&rows);
        (Pins::new(decisions, &items, &rows), items)
    }

    /// Whether two rows are together, and whether they are apart.
    fn between(decisions: &[Decision], a: usize, b: usize) -> (bool, bool) {
        let (pins, items) = pins(decisions);
        let (a, b) = (items.of_row(a), items.of_row(b));
        let groups = pins.groups(6);
        (groups[a] == groups[b], pins.forbid(a, &[b]))
    }

    #[test]
    fn a_later_decision_overrides_an_earlier_one() {
        let accept = Decision::Accept { members: ids(&[0, 1, 2]) };
        let split = Decision::Split { apart: ids(&[2]), rest: ids(&[0, 1]) };
        let decisions = [accept.clone(), split.clone()];
        assert_eq!(between(&decisions, 0, 1), (true, false));
        assert_eq!(between(&decisions, 0, 2), (false, true));
        assert_eq!(between(&[split, accept], 0, 2), (true, false));
    }

    #[test]
    fn what_is_moved_joins_one_theme_and_leaves_the_other() {
        let decisions = [Decision::Move { moved: ids(&[0]), to: ids(&[3, 4]), from: ids(&[1, 2]) }];
        assert_eq!(between(&decisions, 0, 3), (true, false));
        assert_eq!(between(&decisions, 0, 1), (false, true));
        assert_eq!(between(&decisions, 1, 2), (false, false), "those that stay are free");
    }

    #[test]
    fn a_rejected_theme_has_no_two_members_left_together() {
        let decisions = [Decision::Reject { members: ids(&[0, 1, 2]) }];
        assert_eq!(between(&decisions, 0, 1), (false, true));
        assert_eq!(between(&decisions, 0, 3), (false, false));
    }

    fn pair(a: usize, b: usize, said: Said) -> Decision {
        let [a, b] = [a, b].map(|row| ids(&[row])[0].clone());
        Decision::Pair { a, b, said }
    }

    #[test]
    fn pairs_of_the_same_join_all_that_is_with_them() {
        let merge = Decision::Merge { parts: vec![ids(&[0, 1]), ids(&[2])] };
        let decisions = [merge, pair(3, 4, Said::Same), pair(2, 3, Said::Same)];
        assert_eq!(between(&decisions, 0, 4), (true, false));
        assert_eq!(between(&decisions, 0, 5), (false, false));
    }

    #[test]
    fn a_pair_that_is_not_the_same_leaves_the_rest_together() {
        let accept = Decision::Accept { members: ids(&[0, 1, 2]) };
        let decisions = [accept, pair(0, 2, Said::NotSame)];
        assert_eq!(between(&decisions, 0, 2), (false, true));
        assert_eq!(between(&decisions, 0, 1), (true, false));
        let [first, last] = decisions;
        assert_eq!(between(&[last, first, pair(0, 2, Said::Same)], 0, 2), (true, false));
    }

    #[test]
    fn recommendations_that_are_gone_count_for_nothing() {
        let merge = Decision::Merge { parts: vec![ids(&[0, 77]), ids(&[1])] };
        assert_eq!(between(&[merge], 0, 1), (true, false));
    }
}
