//! Whether one of two texts asks for the contrary of the other: what the judge says of the pair, and what
//! the words say.

use super::{Lists, direction, lists};
use crate::domain::{Likeness, Passage};

/// Probability of overlap from which the words decide alone: below it, two texts are hardly about the same
/// thing, and contrary words prove nothing.
const ABOUT_THE_SAME: f64 = 0.5;

/// The contrary phrases of `a` and `b`, as written.
///
/// `likeness` says whether they are about the same thing. A pair that a person decided on as the same is
/// none.
#[must_use]
pub fn contrary(a: &Passage, b: &Passage, likeness: &Likeness) -> Option<(String, String)> {
    if likeness.decided().is_some() || likeness.probability < ABOUT_THE_SAME {
        return None;
    }
    let language: &Lists = lists(a.language(), b.language())?;
    let (ours, theirs) = (language.sentences(a.text()), language.sentences(b.text()));
    let found = direction(&ours, &theirs, language)?;
    Some((found.draft, found.existing))
}
