//! Which rows are worth a closer comparison than that of their vectors.

use super::{Hnsw, nearest_of_all, scan};
use crate::domain::{Embeddings, Progress};

/// Up to this many rows, every pair of a corpus is compared.
const ALL_PAIRS: usize = 2_000;

/// Partners of each row that are compared in a larger corpus: the nearest by the cosine of centered vectors.
/// On 8,000 UPR recommendations 100 of them contain 99.4 % of the links that all pairs give, and 150
/// contain 99.99 %.
const PARTNERS: usize = 120;

/// Up to this many rows, a query is compared with every row; beyond, candidates are taken by cosine.
const ALL_ROWS: usize = 20_000;

/// Candidates for each result asked for, and at least: of 8,000 recommendations, 998 of 1,000 of the ten
/// best are among the 200 nearest. In a large index one row of so many, since the graph finds a smaller
/// share of the near ones the more there are (docs/decisions/storage.md).
const PER_RESULT: usize = 10;
const AT_LEAST: usize = 200;
const ROWS_PER_CANDIDATE: usize = 1000;

/// Candidates for an agenda item or a challenge: the agencies behind all near recommendations are counted.
pub const FOR_AN_AGENDA: usize = 500;

/// The pairs of rows of `table` to compare: for each row the later ones, ascending.
#[must_use]
pub fn candidate_pairs(table: &Embeddings, on: &dyn Progress) -> Vec<Vec<usize>> {
    let n = table.len();
    if n <= ALL_PAIRS {
        return (0..n).map(|row| (row + 1..n).collect()).collect();
    }
    let mut later = vec![Vec::new(); n];
    for (row, near) in nearest_of_all(table, PARTNERS, on).into_iter().enumerate() {
        for other in near {
            later[row.min(other)].push(row.max(other));
        }
    }
    for later in &mut later {
        later.sort_unstable();
        later.dedup();
    }
    later
}

/// The rows of `table` to compare with `query`, a unit vector: about `n` nearest of those that `admits`
/// lets through, or all of them in a small table. With a `graph`, the `n` rows that it finds are
/// filtered.
pub fn candidates(
    table: &Embeddings,
    graph: Option<&Hnsw>,
    query: &[f32],
    n: usize,
    admits: impl Fn(usize) -> bool + Sync,
) -> Vec<usize> {
    match graph {
        Some(graph) => graph.nearest(query, n).into_iter().filter(|&row| admits(row)).collect(),
        None if table.len() <= ALL_ROWS => (0..table.len()).filter(|&row| admits(row)).collect(),
        None => scan(table, query, n, admits).into_iter().map(|near| near.row).collect(),
    }
}

/// Candidates to compare among `n_rows` for the `k` best results.
#[must_use]
pub fn n_candidates(n_rows: usize, k: usize) -> usize {
    k.saturating_mul(PER_RESULT).max(AT_LEAST).max(n_rows / ROWS_PER_CANDIDATE).min(n_rows)
}

/// Whether `n_queries` to `n_rows` are answered sooner by opening the stored graph than by scans.
///
/// Costs are rough, in microseconds on two cores at 384 dimensions: opening a graph takes 12 a row, 200
/// candidates from it 1,500, and a scan 0.07 a row and query (`cargo bench --bench similar`). So a graph
/// of 100,000 rows pays from some two hundred queries on. A scan is exact, and preferred in doubt.
#[must_use]
pub fn graph_pays(n_rows: usize, n_queries: usize) -> bool {
    let (rows, queries) = (n_rows as f64, n_queries as f64);
    let (scan, graph) = (rows * queries * 0.07, rows * 12.0 + queries * 1_500.0);
    n_rows > ALL_ROWS && graph < scan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_query_scans_and_a_thousand_open_the_graph() {
        assert!(!graph_pays(100_000, 1));
        assert!(!graph_pays(1_000_000, 10));
        assert!(graph_pays(100_000, 1_000));
        assert!(!graph_pays(20_000, 1_000_000), "the graph is slower among few rows");
    }

    #[test]
    fn candidates_are_never_more_than_there_are_rows() {
        assert_eq!(n_candidates(8_000, 10), 200);
        assert_eq!(n_candidates(1_000_000, 10), 1_000);
        assert_eq!(n_candidates(100, usize::MAX), 100);
    }
}
