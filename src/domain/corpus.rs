//! The input of a comparison: recommendations with their documents, and an agenda.

use serde::{Deserialize, Serialize};

use super::{AgendaItem, DocumentInfo, Problem, Recommendation};

/// A corpus as it was read.
///
/// Ids are distinct and texts are not blank. The recommendations are in ascending order of id, whatever
/// the order of the input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Corpus {
    /// Title, if one is given.
    pub title: Option<String>,
    /// Its documents, in the order of `corpus.toml`.
    pub documents: Vec<DocumentInfo>,
    /// The recommendations, by id.
    pub recommendations: Vec<Recommendation>,
    /// The agenda beside it, if there is one.
    pub agenda: Option<Agenda>,
    /// Challenges and gaps that agencies state in their own text, by id, as `extract --what challenges`
    /// returns them.
    pub challenges: Vec<Recommendation>,
    /// Rows and sheets that were left out in reading it.
    pub problems: Vec<Problem>,
}

/// A list of goals to compare the recommendations with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Agenda {
    /// Its title, if one is given.
    pub title: Option<String>,
    /// Its items, in order.
    pub items: Vec<AgendaItem>,
}
