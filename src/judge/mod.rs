//! Two passages -> how alike they are, and why. Pure arithmetic over vectors and words; knows no
//! file, no graph and no agency.
//!
//! Similarity is the mean of three cosines: of the model's vectors in a [`Space`] adapted to the
//! corpus, of stemmed words weighted by how rare they are, and of pairs of statements. In standard
//! deviations above the corpus's mean pair it becomes a calibrated probability, and the
//! probabilities a [`Relation`]. docs/decisions/linking.md has what was tried and what it scored.

mod calibration;
mod copies;
mod explain;
mod fit;
mod lexicon;
mod linker;
mod links;
mod measured;
mod space;
mod spelling;

pub use calibration::{Calibration, CalibrationError, Curve, Floor, Scale, Spread, Standing, same};
pub use copies::with_copies;
pub use explain::Tokens;
pub use fit::{Graded, Labelled, calibrate};
pub use lexicon::{Lexicon, WordVector};
pub use linker::{Fitted, Linker, ReadyPassage, Vectors};
pub use links::{links, ranked};
pub use measured::measured;
pub use space::Space;
pub use spelling::{Unknown, UnknownWord};
