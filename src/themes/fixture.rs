//! Recommendations and links made up for tests.

use std::ops::Range;

use crate::domain::{
    Agency, Likeness, Link, Passage, Reader, Recommendation, RecommendationId, Relation,
};
use crate::text::passage;

pub(super) fn with_text(number: usize, agency: &str, text: &str) -> Recommendation {
    Recommendation::new(
        RecommendationId::try_from(format!("R{number:03}")).unwrap(),
        Agency::try_from(agency.to_owned()).unwrap(),
        text.to_owned(),
    )
}

pub(super) fn recommendation(number: usize, agency: &str) -> Recommendation {
    with_text(number, agency, &format!("Reduce remittance fees in corridor {number}."))
}

/// One recommendation for each of these agencies, in this order.
pub(super) fn recommendations(agencies: &[&str]) -> Vec<Recommendation> {
    agencies.iter().enumerate().map(|(number, agency)| recommendation(number, agency)).collect()
}

/// The passages of `recommendations`.
pub(super) fn passages(recommendations: &[Recommendation]) -> Vec<Passage> {
    recommendations.iter().map(|r| passage(r.text.as_str())).collect()
}

pub(super) fn link(a: usize, b: usize, probability: f64) -> Link {
    let relation = Relation::Overlap;
    Link {
        a,
        b,
        likeness: Likeness {
            cosine: 0.5,
            probability,
            duplicate: 0.0,
            relation,
            contrary: None,
            read_by: Reader::Encoder,
        },
    }
}

/// A link between two rows with the same ask.
pub(super) fn same(a: usize, b: usize) -> Link {
    let (probability, relation) = (0.99, Relation::Duplicate);
    Link {
        a,
        b,
        likeness: Likeness {
            cosine: 0.9,
            probability,
            duplicate: 0.9,
            relation,
            contrary: None,
            read_by: Reader::Encoder,
        },
    }
}

/// Links between all pairs of `rows`.
pub(super) fn clique(rows: Range<usize>, probability: f64) -> Vec<Link> {
    rows.clone().flat_map(|a| (a + 1..rows.end).map(move |b| link(a, b, probability))).collect()
}
