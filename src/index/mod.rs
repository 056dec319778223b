//! Rows nearest to a query. Answers rows and cosines; knows no agency and no theme.

mod all;
mod cells;
mod exact;
mod hnsw;

pub use all::nearest_of_all;
pub use exact::scan;
pub use hnsw::{GraphError, Hnsw, HnswConfig};

/// How to answer a number of queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Compare with every row.
    Scan,
    /// Open the stored graph and search it.
    Graph,
}

/// Whichever is cheaper: comparing `n_queries` with all `n_rows`, or opening the graph and asking it.
///
/// Costs are rough, in microseconds on two cores at 384 dimensions: opening a graph takes 12 a row, 200
/// candidates from it 1,500, and a scan 0.07 a row and query (`cargo bench --bench similar`). So a graph
/// of 100,000 rows pays from some two hundred queries on. A scan is exact, and taken in doubt.
#[must_use]
pub fn cheaper(n_rows: usize, n_queries: usize) -> Plan {
    let (rows, queries) = (n_rows as f64, n_queries as f64);
    let (scan, graph) = (rows * queries * 0.07, rows * 12.0 + queries * 1_500.0);
    if scan <= graph { Plan::Scan } else { Plan::Graph }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_query_scans_and_a_thousand_open_the_graph() {
        assert_eq!(cheaper(100_000, 1), Plan::Scan);
        assert_eq!(cheaper(1_000_000, 10), Plan::Scan);
        assert_eq!(cheaper(100_000, 1_000), Plan::Graph);
        assert_eq!(cheaper(20_000, 1_000_000), Plan::Scan, "the graph is slower among few rows");
    }
}
