//! Two passages -> how alike they are, and why. Pure arithmetic over vectors and words; knows no
//! file, no graph and no agency.
//!
//! Similarity is the mean of three cosines: of the model's vectors in a [`Space`] adapted to the
//! corpus, of stemmed words weighted by rarity, and of pairs of statements. It is measured in standard
//! deviations above the corpus's mean pair and turned into calibrated probabilities; these give the
//! [`Relation`]. docs/decisions/linking.md lists what was tried and how it scored.

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

pub use calibration::{
    Calibration, CalibrationError, Evidence, Floor, Rule, Scale, Sign, Spread, Weights, same,
};
pub use copies::with_copies;
pub use explain::Tokens;
pub use fit::{Graded, Labelled, calibrate};
pub use lexicon::{Lexicon, WordVector};
pub use linker::{Fitted, Linker, ReadyPassage, Vectors};
pub use links::{SMALL, links, ranked};
pub use measured::measured;
pub use space::Space;
pub use spelling::{Unknown, UnknownWord};
