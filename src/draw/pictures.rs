//! The places of recommendations and agencies in the pictures of the report.

use super::{Tie, layout, marks, spread, ties};
use crate::domain::{Agency, AgencyProfile, Link, Overlap, Pictures};

/// Maximum number of recommendations that are drawn as dots. With more, the picture is unreadable and a
/// browser cannot open the page.
const MOST_DRAWN: usize = 20_000;

/// How far the space between marks is evened out. The few agencies must leave room for their names.
/// Among thousands of recommendations, a distant group would press the rest together.
const EVEN_NETWORK: f32 = 0.67;
const EVEN_MAP: f32 = 0.4;

/// The places of recommendations and agencies in the pictures of the report on `overlap`.
///
/// They follow from the `links` between its recommendations.
#[must_use]
pub fn pictures(overlap: &Overlap, links: &[Link]) -> Pictures {
    let n = overlap.recommendations.len();
    let map = || spread(&layout(n, &ties(n, links, &overlap.themes)), EVEN_MAP);
    let recommendations = if n > MOST_DRAWN { Vec::new() } else { map() };
    Pictures {
        themes: marks(&overlap.themes, &recommendations),
        recommendations,
        agencies: spread(&layout(overlap.agencies.len(), &agency_ties(overlap)), EVEN_NETWORK),
    }
}

/// Ties between each agency and those most similar to it.
fn agency_ties(overlap: &Overlap) -> Vec<Tie> {
    let at = |name: &Agency| overlap.agencies.iter().position(|profile| profile.agency == *name);
    let nearest = |(a, profile): (usize, &AgencyProfile)| {
        let ties = profile.nearest.iter().filter(|(_, cosine)| *cosine > 0.0);
        ties.filter_map(|(name, cosine)| Some(Tie { a, b: at(name)?, weight: *cosine }))
            .collect::<Vec<_>>()
    };
    overlap.agencies.iter().enumerate().flat_map(nearest).collect()
}
