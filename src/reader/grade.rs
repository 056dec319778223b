//! A grade -> probabilities.

use crate::domain::{Likeness, Reader, Relation};

/// Probability of overlap and of duplicate for each grade.
///
/// A grade is one opinion and comes without a probability, so none is certain. Among 571 pairs that two
/// people graded (`grades` in `pairs-dev.jsonl`), the other also saw an overlap in all pairs that one called
/// a duplicate, in 86 % of those that one called an overlap, in 5 % of those called related and in none of
/// the rest. A model reads less well than a person, and it is asked about uncertain pairs only: each figure
/// is set nearer to the middle, on the rung of its grade. `NONE` lies below `Link::MIN_PROBABILITY`, so that
/// the link no longer counts.
const DUPLICATE: (f64, f64) = (0.95, 0.8);
const OVERLAP: (f64, f64) = (0.8, 0.15);
const RELATED: (f64, f64) = (0.42, 0.02);
const NONE: (f64, f64) = (0.03, 0.0);

/// How alike two texts are by the grade of a second reader.
#[must_use]
pub fn likeness(cosine: f32, grade: Relation) -> Likeness {
    let (probability, duplicate) = match grade {
        Relation::Duplicate => DUPLICATE,
        Relation::Overlap => OVERLAP,
        Relation::Related => RELATED,
        Relation::None => NONE,
    };
    let relation = Relation::from_probabilities(duplicate, probability);
    Likeness { cosine, probability, duplicate, relation, contrary: None, read_by: Reader::Second }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Link;

    #[test]
    fn each_grade_stays_on_its_rung_and_none_is_certain() {
        let rungs = [Relation::None, Relation::Related, Relation::Overlap, Relation::Duplicate];
        for grade in rungs {
            let found = likeness(0.5, grade);
            assert_eq!(found.relation, grade);
            assert!(found.duplicate < found.probability && found.probability < 1.0, "{found:?}");
        }
        assert!(likeness(0.5, Relation::None).probability < Link::MIN_PROBABILITY);
    }
}
