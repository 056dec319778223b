//! The overlap report as a document: everything it says, in the order of reading.

mod agencies;
mod changes;
mod gaps;
mod glance;
mod lists;
pub(super) mod method;
mod over_time;
mod pictures;
mod themes;

pub(super) use agencies::{n_shared_themes, nearest};
pub(super) use changes::{rows as change_rows, sentences as change_sentences};
pub(super) use gaps::{item_name, passage, unanswered};
pub use pictures::STEPS as MAP_STEPS;
pub(super) use pictures::map_of;
pub(super) use themes::differing;

use super::document::Document;
use super::names::Names;
use super::words::clean;
use crate::domain::{Overlap, Pictures};

/// Said in place of a list of themes.
pub(super) const NO_SHARED_THEME: &str = "No two agencies share a theme.";

/// The report on `overlap`. `pictures` says where things stand on the page's pictures; without it the
/// page has none.
#[must_use]
pub fn overlap(overlap: &Overlap, pictures: &Pictures) -> Document {
    let names = Names::new(overlap);
    let mut sections = vec![glance::section(&names)];
    sections.extend(overlap.changes.as_ref().map(changes::section));
    sections.extend([
        themes::section(&names),
        agencies::matrix(&names),
        pictures::map(&names, pictures),
        agencies::section(&names, pictures),
        gaps::duplicates(&names),
        over_time::contradictions(&names),
    ]);
    sections.extend(over_time::repeats(&names));
    sections.extend([
        gaps::section(&names),
        lists::singles(&names),
        lists::all(&names),
        method::section(overlap),
    ]);
    let version = clean(&overlap.method.version);
    Document {
        kind: "Overlap report",
        title: clean(&overlap.title),
        lede: glance::compared(overlap),
        head: Vec::new(),
        sections,
        agencies: overlap.agencies.iter().map(|a| clean(a.agency.as_str())).collect(),
        imprint: format!("Made with Concord {version}."),
        version,
    }
}
