//! How the figures came about, in words.

use super::{View, words};

/// What the method does, for readers who are no specialists.
pub(in crate::report) const HOW: &str = "Every recommendation is turned into a list of numbers (an \
    embedding) that places texts of like meaning close together. How close two of them are is \
    measured (cosine) and translated into the chance that a careful analyst would say that they ask \
    for the same. Recommendations that are likely to ask for the same form themes. The figures are \
    estimates made by a program: read the wording before you rely on one.";

/// What stands above the figures from labelled data.
pub(in crate::report) const MEASURED: &str = "Measured on recommendations that people had \
    labelled. Other documents may do better or worse.";

impl View<'_> {
    /// Name and value of what a reader needs to judge and to repeat the figures.
    pub(in crate::report) fn method_facts(&self) -> Vec<(&'static str, String)> {
        let method = self.method;
        let overlap = words::percent(method.overlap_threshold);
        let duplicate = words::percent(method.duplicate_threshold);
        let compared = words::count(self.n_recommendations, "recommendation");
        vec![
            ("Program", format!("Concord {}", words::clean(&method.version))),
            ("Language model", words::clean(&method.model)),
            (
                "Compared",
                match method.corpus.as_str() {
                    "" => compared,
                    sum => format!("{compared} (BLAKE3 {sum})"),
                },
            ),
            (
                "Overlap",
                format!(
                    "counted from a chance of {overlap} that two recommendations share a \
                     substantial part of what they ask"
                ),
            ),
            (
                "Near-duplicate",
                format!(
                    "counted from a chance of {duplicate} that two recommendations ask for the \
                     same action on the same object"
                ),
            ),
            (
                "Consensus",
                "different agencies in a theme, and how far they agree; an agency counts once \
                 however often it repeats itself. Chance: the number of different agencies in a \
                 random draw of as many recommendations"
                    .to_owned(),
            ),
            ("To make this report again", words::clean(&method.command)),
        ]
    }
}
