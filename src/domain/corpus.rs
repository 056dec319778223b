//! What is compared: recommendations with their documents, and an agenda to hold them against.

use serde::{Deserialize, Serialize};

use super::{AgendaItem, DocumentInfo, Recommendation};

/// A corpus as it was read. Ids are distinct, texts are not blank, and the recommendations stand
/// in ascending order of id, whatever the order of the input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Corpus {
    /// Title, where one is given.
    pub title: Option<String>,
    /// Its documents, in the order of `corpus.toml`.
    pub documents: Vec<DocumentInfo>,
    /// The recommendations, by id.
    pub recommendations: Vec<Recommendation>,
    /// The agenda beside it, where there is one.
    pub agenda: Option<Agenda>,
    /// Challenges and gaps that agencies state in their own text, by id, as `extract --what challenges`
    /// gives them.
    pub challenges: Vec<Recommendation>,
}

/// A list of goals to hold the recommendations against.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Agenda {
    /// Its title, where one is given.
    pub title: Option<String>,
    /// Its items, in order.
    pub items: Vec<AgendaItem>,
}
