//! Two passages -> how alike they are, and why. Pure arithmetic over vectors and words; knows no
//! file, no graph and no agency.
//!
//! Similarity is the mean of three cosines: of the model's vectors in a [`Space`] adapted to the
//! corpus, of stemmed words weighted by how rare they are, and of pairs of statements. In standard
//! deviations above the corpus's mean pair it becomes a calibrated probability, and the
//! probabilities a [`Relation`]. docs/decisions/linking.md has what was tried and what it scored.

mod calibration;
mod explain;
mod fit;
mod lexicon;
mod linker;
mod space;
mod spelling;

pub use calibration::{Calibration, Curve, Floor, Scale, Spread, Standing, same};
pub use explain::Tokens;
pub use fit::{Labelled, calibrate};
pub use lexicon::{Lexicon, WordVector};
pub use linker::{Fitted, Linker, ReadyPassage, Vectors};
pub use space::Space;
pub use spelling::{Unknown, UnknownWord};

use crate::domain::Relation;

/// Probability from which two recommendations overlap, or duplicate each other.
pub const THRESHOLD: f64 = 0.5;

/// Probability of overlap from which two recommendations are at least related. Of a few hundred
/// unrelated texts the nearest reaches some 0.1 by chance.
pub const RELATED: f64 = 0.15;

/// The rung of the ladder for given probabilities of duplicate and overlap.
#[must_use]
pub fn relation_of(duplicate: f64, overlap: f64) -> Relation {
    if duplicate >= THRESHOLD {
        Relation::Duplicate
    } else if overlap >= THRESHOLD {
        Relation::Overlap
    } else if overlap >= RELATED {
        Relation::Related
    } else {
        Relation::None
    }
}
