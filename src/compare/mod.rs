//! What themes and links say about agencies, an agenda and a draft. Pure arithmetic; formats nothing.

mod agencies;
mod changes;
mod draft;
mod gaps;
mod particulars;

pub use agencies::{duplicates, profiles};
pub use changes::changes;
pub use draft::{check, cited, judged, mark_repeats, verdict};
pub use gaps::{Ranked, answers, challenge_answers, silent, single_voices};
pub use particulars::{Term, particulars};

/// Probability from which a recommendation takes up, at least in part, an agenda item or a challenge.
/// Lower than for two recommendations: such items are short and general, so that what takes up a part of them
/// shares less, and that nobody speaks is said only where nothing is near. Chosen by reading:
/// docs/decisions/themes.md.
pub const TAKES_UP: f64 = 0.3;

/// Probability from which a passage of an agency's own text deals with a theme: below it, half of what
/// was found in the shipped corpus was about something else.
pub const DEALS_WITH: f64 = 0.4;
