//! Whether a theme comes back when recommendations are left out.

use super::community::{self, Graph};
use crate::domain::Link;

/// Times that a fifth of the recommendations is left out.
const ROUNDS: u64 = 20;

/// The mean, over rounds, of the best Jaccard index between what is left of a group and a group
/// found without the rest. Source: Hennig 2007, "Cluster-wise assessment of cluster stability".
pub(super) fn of_groups(n: usize, links: &[Link], groups: &[Vec<usize>]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0_u32); groups.len()];
    for round in 0..ROUNDS {
        let kept: Vec<bool> = (0..n).map(|row| is_kept(row, round)).collect();
        let left: Vec<Link> = links.iter().filter(|l| kept[l.a] && kept[l.b]).copied().collect();
        let found = community::partition(&Graph::new(n, &left));
        let mut sizes = vec![0_usize; n];
        for row in (0..n).filter(|&row| kept[row]) {
            sizes[found[row]] += 1;
        }
        for (group, (sum, rounds)) in groups.iter().zip(&mut sums) {
            let rest: Vec<usize> = group.iter().copied().filter(|&row| kept[row]).collect();
            if rest.len() > 1 {
                *sum += best_jaccard(&rest, &found, &sizes);
                *rounds += 1;
            }
        }
    }
    sums.into_iter()
        .map(|(sum, rounds)| if rounds == 0 { 0.0 } else { sum / f64::from(rounds) })
        .collect()
}

fn best_jaccard(rest: &[usize], found: &[usize], sizes: &[usize]) -> f64 {
    let mut shared = std::collections::BTreeMap::new();
    for &row in rest {
        *shared.entry(found[row]).or_insert(0_usize) += 1;
    }
    let jaccard =
        |(group, both): (&usize, &usize)| *both as f64 / (rest.len() + sizes[*group] - both) as f64;
    shared.iter().map(jaccard).fold(0.0, f64::max)
}

/// Four in five rows, another draw each round; a hash, so that no generator's state is shared.
fn is_kept(row: usize, round: u64) -> bool {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(row as u64).to_le_bytes());
    bytes[8..].copy_from_slice(&round.to_le_bytes());
    !blake3::hash(&bytes).as_bytes()[0].is_multiple_of(5)
}
