//! How many agencies stand behind a theme, and how far they really agree.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Search;
use super::membership::Group;
use super::narrow::Narrow;
use crate::domain::{Agency, AgencyCount, Asking, Consensus, Link, Recommendation, Relation};

/// Number of random deals of the agencies' names.
const DEALS: usize = 2_000;

/// Distinct asks: recommendations of one agency that duplicate each other count once.
pub(super) struct Asks {
    /// The ask of each row, numbered from 0 without a gap.
    of_row: Vec<usize>,
    /// The agency of each ask; agencies are numbered in the order of their names.
    agency_of: Vec<usize>,
    n_agencies: usize,
}

impl Asks {
    pub(super) fn new(recommendations: &[Recommendation], links: &[Link]) -> Self {
        let mut first: Vec<usize> = (0..recommendations.len()).collect();
        let mut texts = BTreeMap::new();
        for (row, recommendation) in recommendations.iter().enumerate() {
            let words: Vec<&str> = recommendation.text.split_whitespace().collect();
            first[row] = *texts.entry((&recommendation.agency, words)).or_insert(row);
        }
        for link in links.iter().filter(|l| l.likeness.relation == Relation::Duplicate) {
            if recommendations[link.a].agency == recommendations[link.b].agency {
                let (a, b) = (root(&first, link.a), root(&first, link.b));
                first[a.max(b)] = a.min(b);
            }
        }
        let names: BTreeSet<&Agency> = recommendations.iter().map(|r| &r.agency).collect();
        let numbers: BTreeMap<&Agency, usize> =
            names.iter().enumerate().map(|(number, name)| (*name, number)).collect();
        let mut number_of_first = BTreeMap::new();
        let mut agency_of = Vec::new();
        let found: Vec<usize> = (0..first.len())
            .map(|row| {
                *number_of_first.entry(root(&first, row)).or_insert_with(|| {
                    agency_of.push(numbers[&recommendations[row].agency]);
                    agency_of.len() - 1
                })
            })
            .collect();
        // Sorted by agency, so that the order of the input does not change the deals.
        let mut order: Vec<usize> = (0..agency_of.len()).collect();
        order.sort_by_key(|&ask| agency_of[ask]);
        let mut number = vec![0; order.len()];
        order.iter().enumerate().for_each(|(new, &old)| number[old] = new);
        let of_row = found.into_iter().map(|ask| number[ask]).collect();
        agency_of.sort_unstable();
        Self { of_row, agency_of, n_agencies: names.len() }
    }

    /// Distinct asks among `rows`.
    fn among(&self, rows: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        rows.map(|row| self.of_row[row]).collect()
    }

    /// Effective number of agencies behind `asks`: `1 / Σ p²` over their shares `p`.
    fn effective(&self, asks: &BTreeSet<usize>) -> f64 {
        let counts = count(asks.iter().map(|&ask| &self.agency_of[ask]));
        let squares: f64 = counts.values().map(|&n| (n * n) as f64).sum();
        (asks.len() * asks.len()) as f64 / squares
    }
}

/// The row that `row` counts as, found by following `first`; paths are short.
fn root(first: &[usize], mut row: usize) -> usize {
    while first[row] != row {
        row = first[row];
    }
    row
}

/// Number of distinct agencies that chance gives, by number of asks.
pub(super) struct Chance {
    /// By number of asks: the distinct agencies of each deal, ascending, and their expected number.
    by_size: BTreeMap<usize, (Vec<usize>, f64)>,
}

impl Chance {
    /// Simulates deals for each of `sizes`.
    ///
    /// One deal serves all sizes, since its first asks are a draw of any number. The mean is computed
    /// exactly rather than simulated: `k` draws miss an agency with `a` of `n` asks with probability
    /// C(n-a, k) / C(n, k) (hypergeometric).
    fn new(asks: &Asks, sizes: &BTreeSet<usize>) -> Self {
        let most = sizes.last().copied().unwrap_or(0);
        let deals: Vec<Vec<usize>> = (0..DEALS)
            .into_par_iter()
            .map_init(
                || (0..asks.agency_of.len()).collect::<Vec<usize>>(),
                |cards, deal| distinct_in_deal(asks, cards, deal as u64, most, sizes),
            )
            .collect();
        let totals = count(asks.agency_of.iter());
        let by_size = sizes.iter().enumerate().map(|(at, &size)| {
            let mut found: Vec<usize> = deals.iter().map(|deal| deal[at]).collect();
            found.sort_unstable();
            (size, (found, expected(&totals, asks.agency_of.len(), size)))
        });
        Self { by_size: by_size.collect() }
    }

    fn fill(&self, consensus: &mut Consensus, size: usize) {
        let Some((found, mean)) = self.by_size.get(&size) else { return };
        let agencies = consensus.by_agency.len();
        let at = |share: f64| found[((found.len() - 1) as f64 * share).round() as usize] as f64;
        let as_many = found.len() - found.partition_point(|&distinct| distinct < agencies);
        consensus.expected = *mean;
        consensus.expected_low = at(0.025);
        consensus.expected_high = at(0.975);
        consensus.excess = agencies as f64 - mean;
        // The observed deal counts as one of them (Phipson and Smyth 2010).
        consensus.p_value = (1 + as_many) as f64 / (1 + found.len()) as f64;
    }
}

/// Number of distinct agencies among the first asks of one deal, for each of `sizes`.
fn distinct_in_deal(
    asks: &Asks,
    cards: &mut [usize],
    deal: u64,
    most: usize,
    sizes: &BTreeSet<usize>,
) -> Vec<usize> {
    // Cards are put back in order, so a deal depends on its number and not on its thread.
    let mut swaps = Vec::with_capacity(most);
    let mut seen = vec![false; asks.n_agencies];
    let (mut distinct, mut found) = (0, Vec::with_capacity(sizes.len()));
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(2 * deal + 1);
    let mut wanted = sizes.iter().copied().peekable();
    for drawn in 0..most {
        let other = drawn + below(&mut state, cards.len() - drawn);
        cards.swap(drawn, other);
        swaps.push(other);
        let agency = asks.agency_of[cards[drawn]];
        distinct += usize::from(!std::mem::replace(&mut seen[agency], true));
        if wanted.next_if_eq(&(drawn + 1)).is_some() {
            found.push(distinct);
        }
    }
    for (drawn, other) in swaps.into_iter().enumerate().rev() {
        cards.swap(drawn, other);
    }
    found
}

/// A random number below `n` (splitmix64, Steele et al. 2014).
fn below(state: &mut u64, n: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut x = *state;
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (((u128::from(x ^ (x >> 31))) * n as u128) >> 64) as usize
}

/// Expected number of distinct agencies in `draws` of `n` asks; `totals` counts the asks of each
/// agency.
fn expected(totals: &BTreeMap<&usize, usize>, n: usize, draws: usize) -> f64 {
    // C(n-a, k) / C(n, k), as a product to avoid overflow.
    let miss = |a: usize| -> f64 {
        let left = |draw: usize| n.saturating_sub(a + draw) as f64 / (n - draw) as f64;
        (0..draws).map(left).product()
    };
    // Many agencies have the same number of asks, so each number is computed once.
    let sizes = count(totals.values());
    sizes.iter().map(|(a, times)| *times as f64 * (1.0 - miss(**a))).sum()
}

fn count<'a, T: Ord>(values: impl Iterator<Item = &'a T>) -> BTreeMap<&'a T, usize> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts
}

impl Search<'_> {
    /// The consensus of each group, compared with chance.
    pub(super) fn consensus(&self, groups: &[Group]) -> Vec<Consensus> {
        let asks: Vec<BTreeSet<usize>> = groups
            .par_iter()
            .map(|group| self.asks.among(group.items().flat_map(|i| self.items.rows[i].clone())))
            .collect();
        let sizes: BTreeSet<usize> = asks.iter().map(BTreeSet::len).collect();
        let chance = Chance::new(self.asks, &sizes);
        groups
            .par_iter()
            .zip(&asks)
            .map(|(group, asks)| {
                let mut consensus = self.who(group, asks);
                chance.fill(&mut consensus, asks.len());
                consensus
            })
            .collect()
    }

    fn who(&self, group: &Group, asks: &BTreeSet<usize>) -> Consensus {
        let rows = group.items().flat_map(|item| self.items.rows[item].iter());
        let mut by_agency: Vec<AgencyCount> =
            count(rows.map(|&row| &self.recommendations[row].agency))
                .into_iter()
                .map(|(agency, count)| AgencyCount { agency: agency.clone(), count })
                .collect();
        by_agency.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.agency.cmp(&b.agency)));
        Consensus {
            share: by_agency.len() as f64 / self.asks.n_agencies as f64,
            effective: self.asks.effective(asks),
            strength: self.strength(group),
            by_agency,
            ..Consensus::default()
        }
    }

    /// The agencies of `group` that ask for the same as its central recommendation.
    ///
    /// A theme has loose members, and two members may have nothing in common but a third. So agencies
    /// are counted around one recommendation: what they share is then one ask, and a reader can check it.
    pub(super) fn asking(&self, group: &Group) -> Vec<Asking> {
        let rows = |item: usize| self.items.rows[item].iter().map(move |&row| (item, row));
        let mut said: BTreeMap<&Agency, Vec<(usize, usize)>> = BTreeMap::new();
        for (item, row) in group.items().flat_map(rows) {
            said.entry(&self.recommendations[row].agency).or_default().push((item, row));
        }
        let around = |center: usize| self.asking_around(center, &said, |_| true);
        let total = |asking: &[Asking]| asking.iter().map(|one| one.probability).sum::<f64>();
        let id = |center: usize| &self.recommendations[self.items.rows[center][0]].id;
        let centers = if group.core.is_empty() { &group.guests } else { &group.core };
        let best = centers
            .iter()
            .map(|&center| (center, around(center)))
            .max_by(|x, y| total(&x.1).total_cmp(&total(&y.1)).then_with(|| id(y.0).cmp(id(x.0))));
        let Some((center, _)) = best else { return Vec::new() };
        let mut asking = self.asking_around(center, &said, |item| !self.opposed.are(center, item));
        let central = self.items.rows[center][0];
        asking.sort_by(|x, y| {
            let is_central = |one: &Asking| one.row == central;
            (is_central(y).cmp(&is_central(x)))
                .then(y.probability.total_cmp(&x.probability))
                .then_with(|| x.agency.cmp(&y.agency))
        });
        asking
    }

    /// The agencies that ask for the phrase of a narrower theme, the surest first, ties by name. Who asks for
    /// the contrary of what the surest asks does not count.
    ///
    /// Who asks for a phrase of a few words is easily overrated, and so is who is linked to a member for
    /// another reason: the geometric mean of both counts.
    pub(super) fn asking_for(&self, narrow: &Narrow) -> Vec<Asking> {
        let members: Vec<usize> = narrow.items.iter().map(|(item, _)| *item).collect();
        let surest = narrow.items.iter().max_by(|x, y| x.1.total_cmp(&y.1).then(y.0.cmp(&x.0)));
        let opposes = |item: usize| surest.is_some_and(|(first, _)| self.opposed.are(*first, item));
        let mut by_agency: BTreeMap<&Agency, (f64, usize)> = BTreeMap::new();
        for &(item, asks) in narrow.items.iter().filter(|(item, _)| !opposes(*item)) {
            let probability = (asks * self.graph.best_in(item, &members)).sqrt();
            for &row in &self.items.rows[item] {
                let best = by_agency.entry(&self.recommendations[row].agency);
                let best = best.or_insert((probability, row));
                if probability > best.0 {
                    *best = (probability, row);
                }
            }
        }
        let asking = |(agency, (probability, row)): (&Agency, (f64, usize))| Asking {
            agency: agency.clone(),
            row,
            probability,
        };
        let mut asking: Vec<Asking> = by_agency.into_iter().map(asking).collect();
        asking.retain(|one| one.probability >= Relation::THRESHOLD);
        asking.sort_by(|x, y| y.probability.total_cmp(&x.probability));
        asking
    }

    /// For each agency in `said`, its (item, row) nearest to `center`, where they probably share an ask and
    /// the item `counts`.
    fn asking_around(
        &self,
        center: usize,
        said: &BTreeMap<&Agency, Vec<(usize, usize)>>,
        counts: impl Fn(usize) -> bool,
    ) -> Vec<Asking> {
        let central = self.items.rows[center][0];
        let nearest = |(agency, own): (&&Agency, &Vec<(usize, usize)>)| {
            let own = own.iter().filter(|(item, _)| counts(*item));
            let near = own.map(|&(item, row)| (self.best_overlap(center, &[item]), row));
            let id = |row: usize| &self.recommendations[row].id;
            let (probability, row) = near.max_by(|x, y| {
                let is_central = (x.1 == central).cmp(&(y.1 == central));
                x.0.total_cmp(&y.0).then(is_central).then_with(|| id(y.1).cmp(id(x.1)))
            })?;
            let agency = (*agency).clone();
            (probability >= Relation::THRESHOLD).then_some(Asking { agency, row, probability })
        };
        said.iter().filter_map(nearest).collect()
    }

    /// Sum over agencies of how well each agrees with the others.
    ///
    /// Agencies count, not rows. When an agency repeats itself, only its best match counts, both for
    /// itself and for those who agree with it.
    fn strength(&self, group: &Group) -> f64 {
        let mut said: BTreeMap<&Agency, Vec<usize>> = BTreeMap::new();
        for item in group.items() {
            for &row in &self.items.rows[item] {
                said.entry(&self.recommendations[row].agency).or_default().push(item);
            }
        }
        let n_others = said.len().saturating_sub(1).max(1) as f64;
        let agreement = |agency: &Agency, item: usize| {
            let others = said.iter().filter(|(other, _)| **other != agency);
            others.map(|(_, theirs)| self.best_overlap(item, theirs)).sum::<f64>() / n_others
        };
        let best = |(agency, own): (&&Agency, &Vec<usize>)| {
            own.iter().map(|&item| agreement(agency, item)).fold(0.0, f64::max)
        };
        said.iter().map(best).sum()
    }

    /// The largest probability that `item` overlaps one of `others`; for a copy it is 1.
    fn best_overlap(&self, item: usize, others: &[usize]) -> f64 {
        let overlap = |&other: &usize| {
            if other == item { 1.0 } else { self.graph.probability(item, other) }
        };
        others.iter().map(overlap).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{clique, link, passages, recommendation, recommendations, same};
    use super::super::{Input, Opposes, find, find_plain};
    use super::*;

    #[test]
    fn chance_is_a_draw_without_replacement() {
        let mut rows: Vec<_> = (0..18).map(|n| recommendation(n, "Prolific")).collect();
        rows.extend([recommendation(18, "X"), recommendation(19, "Y")]);
        let asks = Asks::new(&rows, &[]);
        let chance = Chance::new(&asks, &BTreeSet::from([3, 5]));
        let (deals, mean) = &chance.by_size[&3];
        // Three draws of 20 miss X with probability 17/20, and cannot miss the agency with 18.
        assert!((mean - (1.0 + 2.0 * 0.15)).abs() < 1e-9);
        let counted = deals.iter().sum::<usize>() as f64 / deals.len() as f64;
        assert!((counted - mean).abs() < 0.05, "dealt {counted}, worked out {mean}");
        assert_eq!((deals[0], deals[deals.len() - 1]), (1, 3));
    }

    #[test]
    fn agreement_beyond_chance_is_told_from_chance() {
        // Ten themes of ten: one by ten agencies, one by six as chance would give, eight by two.
        let six = [0, 1, 2, 3, 4, 5, 0, 1, 2, 3];
        let agency = |row: usize| match row / 10 {
            0 => row,
            1 => six[row % 10],
            theme => (theme + row % 2) % 10,
        };
        let names: Vec<String> = (0..100).map(|row| format!("Agency {}", agency(row))).collect();
        let rows = recommendations(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let links: Vec<Link> = (0..10).flat_map(|n| clique(10 * n..10 * n + 10, 0.8)).collect();
        let found = find_plain(&rows, &links).theme.themes;
        let [agreed, chance, ..] = found.as_slice() else { panic!("{}", found.len()) };
        assert_eq!((agreed.consensus.agencies(), chance.consensus.agencies()), (10, 6));
        assert!(agreed.consensus.p_value < 0.01, "{:?}", agreed.consensus);
        assert!(chance.consensus.p_value > 0.5, "{:?}", chance.consensus);
        let Consensus { expected, expected_low, expected_high, .. } = agreed.consensus;
        assert!(expected_low <= expected && expected <= expected_high && expected_high < 10.0);
        assert!((agreed.consensus.effective - 10.0).abs() < 1e-9);
        assert!((agreed.consensus.share - 1.0).abs() < 1e-9);
    }

    #[test]
    fn near_duplicates_of_one_agency_are_one_ask() {
        let rows = recommendations(&["A", "A", "A", "B", "C"]);
        let mut links = clique(0..4, 0.9);
        for (a, b) in [(0, 1), (1, 2)] {
            links.retain(|l| (l.a, l.b) != (a, b));
            links.push(same(a, b));
        }
        let consensus = &find_plain(&rows, &links).theme.themes[0].consensus;
        assert_eq!(consensus.by_agency[0].count, 3, "they are counted as recommendations");
        assert!((consensus.effective - 2.0).abs() < 1e-9, "one ask each: {consensus:?}");
    }

    #[test]
    fn a_prolific_agency_is_not_consensus() {
        // Six by one agency that fully agree with each other; three agencies that mostly agree.
        let mut rows: Vec<_> = (0..6).map(|n| recommendation(n, "Prolific")).collect();
        rows.extend(["X", "Y", "Z"].iter().enumerate().map(|(n, a)| recommendation(6 + n, a)));
        let links = [clique(0..6, 0.99), clique(6..9, 0.6)].concat();
        let found = find_plain(&rows, &links).theme.themes;
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].consensus.agencies(), 3);
        assert!((found[0].consensus.strength - 1.8).abs() < 1e-9, "3 agencies, 0.6 with the rest");
        assert_eq!((found[1].consensus.agencies(), found[1].consensus.strength), (1, 0.0));
        assert!(found[1].consensus.excess < 0.0);
    }

    #[test]
    fn repeating_oneself_does_not_strengthen_a_theme() {
        let mut rows = recommendations(&["A", "B", "C"]);
        let mut links = clique(0..3, 0.8);
        let once = find_plain(&rows, &links).theme.themes[0].consensus.strength;
        rows.extend([recommendation(3, "A"), recommendation(4, "A")]);
        links.extend([link(0, 3, 0.95), link(0, 4, 0.95), link(3, 4, 0.95)]);
        links.extend((3..5).flat_map(|a| [link(1, a, 0.7), link(2, a, 0.7)]));
        let found = find_plain(&rows, &links).theme.themes;
        assert_eq!(found[0].members.len(), 5);
        assert!((found[0].consensus.strength - once).abs() < 1e-9);
    }

    #[test]
    fn who_asks_is_counted_around_one_recommendation() {
        let mut rows = recommendations(&["A", "B", "C", "D", "B", "E"]);
        rows[5].text = rows[0].text.clone();
        let links = [
            link(0, 1, 0.9),
            link(0, 2, 0.6),
            link(1, 2, 0.55),
            link(0, 3, 0.4),
            link(1, 3, 0.4),
            link(0, 4, 0.7),
        ];
        let found = find_plain(&rows, &links).theme;
        let theme = &found.themes[0];
        let asking: Vec<(&str, usize)> =
            theme.asking.iter().map(|one| (one.agency.as_str(), one.row)).collect();
        assert_eq!(asking, [("A", 0), ("E", 5), ("B", 1), ("C", 2)], "D only comes near");
        assert_eq!(theme.n_surely(), 3);
        assert!((theme.expected_asking() - 3.5).abs() < 1e-9);
        let is_opposed = |link: &Link| (link.a, link.b) == (0, 1);
        let input = Input {
            recommendations: &rows,
            passages: &passages(&rows),
            links: &links,
            opposes: Some(Opposes(&is_opposed)),
            ..Input::default()
        };
        let asking = |input: &Input| -> Vec<usize> {
            find(input).theme.themes[0].asking.iter().map(|one| one.row).collect()
        };
        assert_eq!(
            asking(&input),
            [0, 5, 4, 2],
            "B asks for the contrary in 1, and for the same in 4"
        );
        let alone = find_plain(&recommendations(&["A", "A"]), &[link(0, 1, 0.9)]).theme;
        assert!(alone.themes[0].expected_asking() < 1e-9, "one voice is no consensus");
    }
}
