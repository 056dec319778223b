//! Where things stand in the pictures of a report. Pure: computes places, draws nothing.

mod layout;
mod ties;

pub use layout::{layout, spread};
pub use ties::{Tie, ties};
