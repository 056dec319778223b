//! Where things stand in the pictures of a report. Pure: computes places, draws nothing.

mod layout;
mod pictures;
mod ties;

pub use pictures::pictures;

use layout::{layout, spread};
use ties::{Tie, ties};
