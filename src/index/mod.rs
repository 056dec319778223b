//! The rows nearest to a query, and those worth a closer comparison. Answers rows and cosines; knows no
//! agency and no theme.

mod all;
mod candidates;
mod cells;
mod exact;
mod hnsw;

pub use all::nearest_of_all;
pub use candidates::{FOR_AN_AGENDA, candidate_pairs, candidates, graph_pays, n_candidates};
pub use exact::scan;
pub use hnsw::{GraphError, Hnsw};
