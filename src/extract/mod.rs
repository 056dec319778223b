//! `&Document` -> recommendations. Pure: no file, no model, cannot fail.
//!
//! `layout` sees what one line alone does not show, `blocks` puts lines together, `outline`
//! tells who speaks in which section, `lists` puts items in order, and `collect` takes what asks
//! somebody to act. What marks such a passage in each language stands in the data files `cues/`.

mod agency;
mod attributed;
mod blocks;
mod challenges;
mod collect;
pub mod corrections;
mod cues;
mod draft;
mod flow;
mod layout;
mod lists;
mod outline;
mod publisher;
mod records;
mod reported;
mod score;
mod toc;
mod weights;

pub use challenges::challenges;
pub use draft::{Draft, DraftStatement, draft};

use crate::domain::{Agency, AgencyNames, Document, Problem, Recommendation};
use crate::text::{fold, marker, sentences};

/// What the user decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Who speaks, where the document does not say so for each chapter; `None` reads it from the text.
    pub agency: Option<Agency>,
    /// Other names of agencies: what the text calls by one of them gets the agency's own name.
    pub names: AgencyNames,
    /// What is less sure than this is left out; 0 to 1.
    pub min_confidence: f64,
}

impl Default for Config {
    fn default() -> Self {
        Self { agency: None, names: AgencyNames::default(), min_confidence: 0.5 }
    }
}

/// What was found in a document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extracted {
    /// In the order of the document.
    pub recommendations: Vec<Recommendation>,
    /// What the reader should look at.
    pub problems: Vec<Problem>,
}

/// The recommendations of `document`, in its order, with ids unique in the document.
///
/// Beside the known fields each carries, in [`other`](Recommendation::other): `confidence` (0 to 1),
/// `cue` (why it was taken), `spans` (byte ranges of [`Document::text`] that make up its text) and,
/// where they are known, `chapter`, `page_end` and `reported_by` (whom the text reports to ask). Linear in the length of the document.
#[must_use]
pub fn from_document(document: &Document, config: &Config) -> Extracted {
    let layout = layout::Layout::of(document);
    let blocks = blocks::blocks(document, &layout);
    let toc = toc::find(document);
    let outline = outline::outline(document, &blocks, &toc);
    let cues = cues::language_of(blocks.iter().map(blocks::Block::text));
    let taken = collect::collect(&blocks, &outline, cues);
    let maker = records::Maker { document, config, blocks: &blocks, outline: &outline, cues };
    let recommendations = maker.records(taken);
    let mut problems = document.problems.clone();
    if recommendations.iter().any(|r| r.agency.as_str() == document.id.as_str()) {
        let message = "no recommending agency found; using the id of the document instead";
        problems.push(Problem {
            path: document.path.clone(),
            line: None,
            message: message.to_owned(),
        });
    }
    Extracted { recommendations, problems }
}
