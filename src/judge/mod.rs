//! Two passages -> how alike they are, and why. Pure arithmetic over vectors and words; knows no
//! file, no graph and no agency.
//!
//! [`Evidence`] on a pair is the cosine of the model's vectors, the same in a [`Space`] adapted to the
//! corpus, that of stemmed words weighted by rarity and that of statements, and the
//! [`Opinion`](crate::domain::Opinion) of the model that read both texts together, which `embed` runs.
//! A [`Calibration`] weighs it and gives probabilities, and these the
//! [`Relation`](crate::domain::Relation). For a model without a judge, only the standing of a pair in
//! its corpus counts. docs/decisions/linking.md lists what was tried and how it scored.

mod calibration;
mod copies;
mod decided;
mod explain;
mod fit;
mod lexicon;
mod linker;
mod links;
mod measured;
mod similarity;
mod space;
mod spelling;

pub use calibration::{
    Calibration, CalibrationError, Evidence, Floor, Rule, Scale, Sign, Spread, Weights, same,
};
pub use copies::with_copies;
pub use decided::with_decided;
pub use explain::Tokens;
pub use fit::{Basis, Graded, Labelled, calibrate};
pub use lexicon::{Lexicon, LexiconSize, SharedWords, WordVector, stems};
pub use linker::{Fitted, Linker, ReadyPassage, Vectors};
pub use links::{SMALL, links, ranked};
pub use measured::measured;
pub use space::Space;
pub use spelling::{Unknown, UnknownWord, lengths_of_likes};
