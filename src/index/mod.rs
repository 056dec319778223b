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
/// Costs are rough, in microseconds on two cores at 384 dimensions: opening a graph takes 10 a row, a
/// question to it 400, and a scan 0.006 a row and query at its best (a matrix product). Ours is slower,
/// so in doubt this scans, which is exact.
#[must_use]
pub fn cheaper(n_rows: usize, n_queries: usize) -> Plan {
    let (rows, queries) = (n_rows as f64, n_queries as f64);
    if rows * queries * 0.006 <= rows * 10.0 + queries * 400.0 { Plan::Scan } else { Plan::Graph }
}
