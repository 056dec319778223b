//! What the report draws and sets side by side, from links and words.

use super::Index;
use crate::compare::{self, Term};
use crate::domain::{Agency, AgencyProfile, Overlap, Particulars, Passage, Pictures, Place};
use crate::draw::{self, Tie};
use crate::store::StoreError;
use crate::text;

/// Recommendations up to which each is a dot in a picture: more make neither a readable picture nor
/// a page that a browser opens.
const MOST_DRAWN: usize = 20_000;

/// How far the room between marks is evened out. Few agencies must leave room for their names; of
/// thousands of recommendations some far group would press the rest together.
const EVEN_NETWORK: f32 = 0.67;
const EVEN_MAP: f32 = 0.4;

impl Index {
    /// Where recommendations and agencies stand in the pictures of the report on `overlap`.
    ///
    /// # Errors
    /// [`StoreError`] if the links cannot be read.
    pub fn pictures(&self, overlap: &Overlap) -> Result<Pictures, StoreError> {
        Ok(Pictures {
            recommendations: self.map()?,
            agencies: draw::spread(
                &draw::layout(overlap.agencies.len(), &agency_ties(overlap)),
                EVEN_NETWORK,
            ),
        })
    }

    fn map(&self) -> Result<Vec<Place>, StoreError> {
        let n = self.recommendations().len();
        if n > MOST_DRAWN {
            return Ok(Vec::new());
        }
        let ties = draw::ties(n, &self.links()?, self.themes());
        Ok(draw::spread(&draw::layout(n, &ties), EVEN_MAP))
    }

    /// What the agencies of each theme share and where they differ.
    pub(super) fn particulars(&self) -> Vec<Particulars> {
        let terms: Vec<Vec<Term>> =
            self.linker().passages().iter().map(|passage| self.terms(passage)).collect();
        compare::particulars(self.recommendations(), self.themes(), &terms)
    }

    fn terms(&self, passage: &Passage) -> Vec<Term> {
        let term = |term: text::Term<'_>| Term {
            range: term.word.start..term.word.end(),
            stem: term.stem,
        };
        text::terms(passage.text(), self.linker().language_of(passage)).map(term).collect()
    }
}

/// Each agency and those most like it.
fn agency_ties(overlap: &Overlap) -> Vec<Tie> {
    let at = |name: &Agency| overlap.agencies.iter().position(|profile| profile.agency == *name);
    let of = |(a, profile): (usize, &AgencyProfile)| {
        let ties = profile.nearest.iter().filter(|(_, cosine)| *cosine > 0.0);
        ties.filter_map(|(name, cosine)| Some(Tie { a, b: at(name)?, weight: *cosine }))
            .collect::<Vec<_>>()
    };
    overlap.agencies.iter().enumerate().flat_map(of).collect()
}
