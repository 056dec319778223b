//! The full scan: slow on a million rows, exact on any number.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::domain::{Embeddings, Neighbor, dot};

/// Rows per task of a parallel scan; large enough that scheduling costs nothing.
const BLOCK: usize = 4096;

/// Largest cosine first, ties by ascending row.
pub(super) fn by_cosine(a: &Neighbor, b: &Neighbor) -> Ordering {
    b.cosine.total_cmp(&a.cosine).then(a.row.cmp(&b.row))
}

/// Keeps the first `k` in order.
pub(super) fn keep_best(mut found: Vec<Neighbor>, k: usize) -> Vec<Neighbor> {
    if found.len() > k && k > 0 {
        found.select_nth_unstable_by(k - 1, by_cosine);
    }
    found.truncate(k);
    found.sort_unstable_by(by_cosine);
    found
}

/// The `k` rows nearest to `query` among those that `keep` admits: largest cosine first, ties by
/// ascending row. Exact; linear in the number of rows, on all threads.
pub fn scan(
    table: &Embeddings,
    query: &[f32],
    k: usize,
    keep: impl Fn(usize) -> bool + Sync,
) -> Vec<Neighbor> {
    let blocks: Vec<usize> = (0..table.len()).step_by(BLOCK).collect();
    let parts: Vec<Vec<Neighbor>> = blocks
        .into_par_iter()
        .map(|start| {
            let rows = start..(start + BLOCK).min(table.len());
            let found = rows
                .filter(|&row| keep(row))
                .map(|row| Neighbor { row, cosine: dot(query, table.row(row)) })
                .collect();
            keep_best(found, k)
        })
        .collect();
    keep_best(parts.concat(), k)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Embedding;

    fn table(rows: &[&[f32]]) -> Embeddings {
        let rows: Vec<_> =
            rows.iter().map(|row| Embedding::normalize(row.to_vec()).unwrap()).collect();
        Embeddings::stack(rows[0].as_slice().len(), rows.iter())
    }

    #[test]
    fn ties_are_broken_by_row_and_filters_hold() {
        let table = table(&[&[1.0, 0.0], &[0.0, 1.0], &[1.0, 0.0], &[1.0, 1.0]]);
        let rows = |found: Vec<Neighbor>| found.into_iter().map(|n| n.row).collect::<Vec<_>>();
        assert_eq!(rows(scan(&table, &[1.0, 0.0], 3, |_| true)), [0, 2, 3]);
        assert_eq!(rows(scan(&table, &[1.0, 0.0], 9, |row| row != 0)), [2, 3, 1]);
        assert_eq!(rows(scan(&table, &[1.0, 0.0], 0, |_| true)), [0_usize; 0]);
    }
}
