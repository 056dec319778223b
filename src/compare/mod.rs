//! What themes and links say of agencies, of an agenda and of a draft. Pure arithmetic; formats
//! nothing.

mod agencies;
mod changes;
mod difference;
mod draft;
mod gaps;
mod layout;
mod particulars;
mod ties;

pub use agencies::profiles;
pub use changes::{Side, changes};
pub use difference::differences;
pub use draft::{check, cited, judged, verdict};
pub use gaps::{Ranked, answers, challenge_answers, silent, single_voices};
pub use layout::{layout, spread};
pub use particulars::{Term, particulars};
pub use ties::{Tie, ties};

/// Probability from which one recommendation takes up what another text asks.
pub const OVERLAPS: f64 = 0.5;

/// Probability from which a recommendation takes up, at least in part, an agenda item or a challenge.
/// Lower than [`OVERLAPS`]: such items are short and general, so that what takes up a part of them
/// shares less, and that nobody speaks is said only where nothing is near. Chosen by reading:
/// docs/decisions/themes.md.
pub const TAKES_UP: f64 = 0.3;
