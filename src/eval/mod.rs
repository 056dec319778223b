//! Scores results against labels that people made. Pure: no file, no model.

pub mod bootstrap;
pub mod check;
pub mod consensus;
pub mod extract;
pub mod metrics;
pub mod neighbors;
pub mod pairs;
pub mod themes;
