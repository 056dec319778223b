//! The unit of everything: a passage in which an agency proposes that somebody act.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Agency, DocumentId, RecommendationId};

/// One recommendation, as on a line of `recommendations.jsonl`.
///
/// Only `id`, `agency` and `text` are required. Fields that Concord does not know are kept in
/// [`other`](Self::other) and given back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Unique within an index.
    pub id: RecommendationId,
    /// Who recommends.
    pub agency: Agency,
    /// The document it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentId>,
    /// Heading of the section it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// List marker, as printed: "(a)", "3.", "(c)(ii)".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    /// What is recommended: clean running text, never blank.
    pub text: String,
    /// The sentence that opens the list it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_in: Option<String>,
    /// Its form: `item`, `subitem`, `prose`, `question`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Year of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
    /// Who is to act, as a table or a label says it: "Fleet manager"; several are separated by "; ".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By when, as printed: "31 March 2027".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// How far it is carried out, in the words of the source: "open", "implemented".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What those asked to act answered. It is their text, never a recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<String>,
    /// Its exact place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The user's own labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Fields that Concord does not know.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Where a recommendation stands in its document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The file it was read from.
    pub path: String,
    /// First line, 1-based.
    pub line_start: usize,
    /// Last line, 1-based, inclusive.
    pub line_end: usize,
    /// First page, 1-based, if the format has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

impl Recommendation {
    /// A recommendation with only the required fields.
    #[must_use]
    pub fn new(id: RecommendationId, agency: Agency, text: String) -> Self {
        Self {
            id,
            agency,
            document: None,
            section: None,
            marker: None,
            text,
            lead_in: None,
            kind: None,
            year: None,
            owner: None,
            deadline: None,
            status: None,
            response: None,
            source: None,
            tags: Vec::new(),
            other: Map::new(),
        }
    }

    /// Where a reader finds it, in words: document, section, marker, page or lines.
    #[must_use]
    pub fn place(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.document.as_ref().map(ToString::to_string));
        parts.extend(
            self.other.get("chapter").and_then(Value::as_str).map(|c| format!("chapter {c}")),
        );
        parts.extend(self.section.clone());
        parts.extend(self.marker.clone());
        if let Some(source) = &self.source {
            parts.push(match source.page {
                Some(page) => format!("page {page}"),
                None if source.line_start == source.line_end => {
                    format!("line {}", source.line_start)
                }
                None => format!("lines {}-{}", source.line_start, source.line_end),
            });
        }
        parts.join(", ")
    }
}

/// An id that no recommendation has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the index has no recommendation `{id}`{}", similar_ids(.suggestions))]
pub struct UnknownId {
    /// The id asked for.
    pub id: String,
    /// Similar ids.
    pub suggestions: Vec<String>,
}

fn similar_ids(suggestions: &[String]) -> String {
    match suggestions {
        [] => String::new(),
        some => format!("; similar ids: `{}`", some.join("`, `")),
    }
}

/// The row of the recommendation called `id`; `recommendations` are in ascending order of id.
///
/// # Errors
/// [`UnknownId`] with up to three similar ids.
pub fn find_row(recommendations: &[Recommendation], id: &str) -> Result<usize, UnknownId> {
    recommendations.binary_search_by(|r| r.id.as_str().cmp(id)).map_err(|_| {
        let wanted = id.to_lowercase();
        let stem: String = wanted.chars().take_while(|c| c.is_alphabetic()).collect();
        let like = |known: &&str| {
            let known = known.to_lowercase();
            known == wanted || (!stem.is_empty() && known.starts_with(&stem))
        };
        let ids = recommendations.iter().map(|r| r.id.as_str()).filter(like);
        UnknownId { id: id.to_owned(), suggestions: ids.take(3).map(str::to_owned).collect() }
    })
}
