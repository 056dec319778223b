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

/// Probability from which a recommendation takes up an agenda item or a challenge, at least in part.
///
/// It is lower than for two recommendations, for two reasons. Such items are short and general, so a
/// recommendation that takes up a part of one shares less with it. And a gap should be reported only
/// where nothing is near. Chosen by reading: docs/decisions/themes.md.
pub const TAKES_UP: f64 = 0.3;

/// Probability from which a passage of an agency's own text deals with a theme. Below it, half of the
/// passages found in the shipped corpus were about something else.
pub const DEALS_WITH: f64 = 0.4;
