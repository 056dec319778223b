//! Scores of what was found against labels that people made. Pure: no file, no model.

pub mod bootstrap;
pub mod extract;
pub mod themes;
