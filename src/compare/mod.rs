//! What themes and links say of agencies, of an agenda and of a draft. Pure arithmetic; formats
//! nothing.

mod agencies;
mod difference;
mod draft;
mod gaps;
mod layout;
mod particulars;
mod ties;

pub use agencies::profiles;
pub use difference::differences;
pub use draft::check;
pub use gaps::{answers, single_voices};
pub use layout::{layout, spread};
pub use particulars::{Term, particulars};
pub use ties::{Tie, ties};

/// Probability from which one recommendation takes up what another text asks.
pub const OVERLAPS: f64 = 0.5;
