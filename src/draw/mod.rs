//! Places, orders and colours for the pictures of a report. Pure: computes them, draws nothing.

mod layout;
mod marks;
mod matrix;
mod seriate;
mod ties;

pub use layout::{layout, spread};
pub use marks::marks;
pub use matrix::matrix;
use seriate::seriate;
pub use ties::{Tie, ties};
