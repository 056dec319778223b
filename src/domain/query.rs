//! The questions to an index.

use std::ops::RangeInclusive;

use super::{Agency, DocumentId, Recommendation};

/// One question to an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// A text, with the id that the answer carries.
    Text {
        /// Anything with at least one word.
        text: String,
        /// Returned with the answer.
        id: Option<String>,
    },
    /// An indexed recommendation, by id.
    Id(String),
}

impl Query {
    /// A text without an id.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), id: None }
    }
}

/// Which recommendations may be answers, and how much each answer says.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Maximum number of answers.
    pub k: usize,
    /// Minimum probability of an answer, 0 to 1.
    pub min_probability: f64,
    /// Only these agencies; empty for all.
    pub agencies: Vec<Agency>,
    /// Not these agencies.
    pub not_agencies: Vec<Agency>,
    /// Only agencies other than that of the recommendation asked about.
    pub cross_agency: bool,
    /// Only these documents, by id; empty for all.
    pub documents: Vec<String>,
    /// Only these years. A record without a year has the year of its document.
    pub years: Option<RangeInclusive<i32>>,
    /// Only sections whose heading contains this text, in any case.
    pub section: Option<String>,
    /// Only records with at least one of these tags; empty for all.
    pub tags: Vec<String>,
    /// Also compare the words of agency, document, section, lead-in and tags.
    pub metadata: bool,
    /// Name the terms behind each answer; runs the model once more for each query.
    pub explain: bool,
}

impl Default for Filter {
    /// The ten most probable recommendations, without the terms behind them.
    fn default() -> Self {
        Self {
            k: 10,
            min_probability: 0.0,
            agencies: Vec::new(),
            not_agencies: Vec::new(),
            cross_agency: false,
            documents: Vec::new(),
            years: None,
            section: None,
            tags: Vec::new(),
            metadata: false,
            explain: false,
        }
    }
}

impl Filter {
    /// Whether `recommendation`, of this `year`, may answer a question of agency `asking`.
    #[must_use]
    pub fn admits(
        &self,
        recommendation: &Recommendation,
        year: Option<i32>,
        asking: Option<&Agency>,
    ) -> bool {
        let agency = &recommendation.agency;
        let document = recommendation.document.as_ref().map(DocumentId::as_str);
        let heading = || recommendation.section.as_deref().unwrap_or_default().to_lowercase();
        (self.agencies.is_empty() || self.agencies.contains(agency))
            && !self.not_agencies.contains(agency)
            && !(self.cross_agency && asking == Some(agency))
            && (self.documents.is_empty()
                || document.is_some_and(|id| self.documents.iter().any(|wanted| wanted == id)))
            && self.years.as_ref().is_none_or(|years| year.is_some_and(|y| years.contains(&y)))
            && self.section.as_ref().is_none_or(|part| heading().contains(&part.to_lowercase()))
            && (self.tags.is_empty() || self.tags.iter().any(|t| recommendation.tags.contains(t)))
    }

    /// Whether it admits every recommendation.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let Self { agencies, not_agencies, documents, years, section, tags, .. } = self;
        agencies.is_empty()
            && not_agencies.is_empty()
            && documents.is_empty()
            && years.is_none()
            && section.is_none()
            && tags.is_empty()
            && !self.cross_agency
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RecommendationId;

    #[test]
    fn the_default_filter_asks_for_ten_and_admits_all() {
        let filter = Filter::default();
        let id = RecommendationId::try_from("a".to_owned()).unwrap();
        let agency = Agency::try_from("WHO".to_owned()).unwrap();
        let found = Recommendation::new(id, agency.clone(), "Act.".into());
        assert_eq!(filter.k, 10);
        assert!(filter.is_open() && filter.admits(&found, None, Some(&agency)));
        let other = Filter { cross_agency: true, ..Filter::default() };
        assert!(!other.is_open() && !other.admits(&found, None, Some(&agency)));
        let dated = Filter { years: Some(2010..=2015), ..Filter::default() };
        assert!(dated.admits(&found, Some(2015), None) && !dated.admits(&found, None, None));
    }
}
