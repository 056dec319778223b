//! Places, orders and colours for the pictures of a report. Pure: computes them, draws nothing.

mod layout;
mod marks;
mod matrix;
mod pictures;
mod seriate;
mod ties;

pub use matrix::matrix;
pub use pictures::pictures;

use layout::{layout, spread};
use marks::marks;
use seriate::seriate;
use ties::{Tie, ties};
