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

pub mod pipeline;

pub mod domain;

pub mod text;

pub mod ingest;

pub mod extract;

pub mod embed;

pub mod index;

pub mod judge;

pub mod differ;

pub mod themes;

pub mod compare;

pub mod draw;

pub mod store;

pub mod eval;

pub mod report;
