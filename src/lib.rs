//! Concord reads what agencies publish, pulls out their recommendations, and shows which overlap,
//! where there is consensus and where there are gaps.
//!
//! ```text
//! document --extract--> recommendations --embed--> vectors --index--> HNSW graph
//!                                                      |                  |
//!                                      similar <-------+--- neighbors <---+
//!                                      check   <-------+        |
//!                                                               +--> themes --> consensus, gaps --> report
//! ```

pub mod domain;
pub mod eval;
pub mod extract;
pub mod ingest;
