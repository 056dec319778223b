//! The questions to an index.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::{Agency, DocumentId, Recommendation, RecommendationId};

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
    /// Maximum probability of an answer, 0 to 1.
    pub max_probability: f64,
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
    /// Only records whose fields say this, in any case: name and value. Values of one field are alternatives.
    pub fields: Vec<(String, String)>,
    /// Only these recommendations; `None` for all.
    pub ids: Option<BTreeSet<RecommendationId>>,
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
            max_probability: 1.0,
            agencies: Vec::new(),
            not_agencies: Vec::new(),
            cross_agency: false,
            documents: Vec::new(),
            years: None,
            section: None,
            tags: Vec::new(),
            fields: Vec::new(),
            ids: None,
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
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&recommendation.id))
            && self.fields.iter().all(|(name, _)| self.says(recommendation, name))
    }

    /// Whether the field `name` has one of the values that are asked of it.
    fn says(&self, recommendation: &Recommendation, name: &str) -> bool {
        let Some(found) = recommendation.field(name) else { return false };
        let same = |wanted: &str| found.trim().to_lowercase() == wanted.trim().to_lowercase();
        self.fields.iter().any(|(field, value)| field == name && same(value))
    }

    /// Whether it admits every recommendation.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let Self { agencies, not_agencies, documents, years, section, tags, fields, ids, .. } =
            self;
        agencies.is_empty()
            && not_agencies.is_empty()
            && documents.is_empty()
            && years.is_none()
            && section.is_none()
            && tags.is_empty()
            && fields.is_empty()
            && ids.is_none()
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

    #[test]
    fn values_of_one_field_are_alternatives_and_fields_add_up() {
        let id = RecommendationId::try_from("a".to_owned()).unwrap();
        let agency = Agency::try_from("WHO".to_owned()).unwrap();
        let mut found = Recommendation::new(id.clone(), agency, "Act.".into());
        found.status = Some("Partly implemented".to_owned());
        found.other.insert("priority".to_owned(), 1.into());
        let filter = |fields: &[(&str, &str)]| {
            let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
            Filter { fields: fields.iter().map(owned).collect(), ..Filter::default() }
        };
        let admits = |fields: &[(&str, &str)]| filter(fields).admits(&found, None, None);
        assert!(admits(&[("status", "open"), ("status", "partly implemented")]));
        assert!(admits(&[("priority", "1")]) && !admits(&[("owner", "1")]));
        assert!(!admits(&[("status", "partly implemented"), ("priority", "2")]));
        assert!(!filter(&[("status", "open")]).is_open());
        let only = |ids: BTreeSet<_>| Filter { ids: Some(ids), ..Filter::default() };
        assert!(only(BTreeSet::from([id])).admits(&found, None, None));
        assert!(!only(BTreeSet::new()).admits(&found, None, None));
    }
}
