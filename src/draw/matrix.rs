//! The themes and agencies that a matrix shows, and their order.

use std::cmp::Reverse;

use super::seriate;
use crate::domain::{AgencyProfile, MatrixOrder, Themes};

/// About the number of readable rows and columns that fit on a page or a sheet of paper.
const MOST_THEMES: usize = 40;
const MOST_AGENCIES: usize = 40;

/// The order that makes blocks visible: the strongest shared themes by the most active agencies.
#[must_use]
pub fn matrix(agencies: &[AgencyProfile], themes: &Themes) -> MatrixOrder {
    let shared = (0..themes.themes.len()).filter(|&t| themes.themes[t].consensus.agencies() > 1);
    let shown: Vec<usize> = shared.take(MOST_THEMES).collect();
    let counts: Vec<Vec<usize>> =
        agencies.iter().map(|a| shown.iter().map(|&theme| a.in_theme(theme)).collect()).collect();
    let active = most_active(&counts);
    let table: Vec<Vec<f64>> = (0..shown.len())
        .map(|t| active.iter().map(|&a| strength(counts[a][t])).collect())
        .collect();
    let (rows, columns) = seriate(&table);
    MatrixOrder {
        themes: rows.into_iter().map(|row| shown[row]).collect(),
        agencies: columns.into_iter().map(|column| active[column]).collect(),
    }
}

/// The agencies in the largest number of the themes shown, in the given order.
fn most_active(counts: &[Vec<usize>]) -> Vec<usize> {
    let mut agencies: Vec<usize> = (0..counts.len()).collect();
    let n_themes = |a: usize| counts[a].iter().filter(|&&n| n > 0).count();
    agencies.sort_by_key(|&a| (Reverse(n_themes(a)), a));
    agencies.truncate(MOST_AGENCIES);
    agencies.sort_unstable();
    agencies
}

/// A second recommendation adds less than the first, since blocks show who takes part.
fn strength(count: usize) -> f64 {
    (count as f64).sqrt()
}
