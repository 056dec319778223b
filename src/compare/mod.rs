//! What themes and links say about agencies, an agenda and a draft. Pure arithmetic; formats nothing.

mod agencies;
mod bodies;
mod changes;
mod draft;
mod gaps;
mod particulars;
mod repeats;
mod sorted;

use crate::domain::Relation;

pub use agencies::{duplicates, profiles};
pub use bodies::bodies;
pub use changes::changes;
pub use draft::{check, cited, judged, mark_repeats, part, strongest, verdict};
pub use gaps::{Ranked, answers, challenge_answers, silent, single_voices};
pub use particulars::{Term, particulars};
pub use repeats::repeats;
pub use sorted::sorted;

/// Probability from which a recommendation takes up an agenda item, at least in part.
///
/// Lower than for two recommendations: a gap should be reported only where nothing is near.
pub const TAKES_UP: f64 = Relation::RELATED;

/// Probability from which a recommendation meets a challenge.
///
/// Lower than for an agenda item: a challenge says what is wrong and asks for nothing, so it shares less with what
/// would mend it. docs/decisions/themes.md has the labels that it was chosen on.
pub const MEETS: f64 = 0.35;

/// Probability from which a passage of an agency's own text deals with a theme.
pub const DEALS_WITH: f64 = Relation::THRESHOLD;
