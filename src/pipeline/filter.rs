//! Which recommendations a user wants as answers.

use crate::domain::{Agency, DocumentId, Recommendation};

/// Which recommendations may be answers, and what is said of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Most answers given, at least 1.
    pub k: usize,
    /// Answers less probable than this are left out, 0 to 1.
    pub min_probability: f64,
    /// Only these agencies; empty for all.
    pub agencies: Vec<Agency>,
    /// Not these.
    pub not_agencies: Vec<Agency>,
    /// Only agencies other than that of the recommendation asked about.
    pub cross_agency: bool,
    /// Only of these documents, by id; empty for all.
    pub documents: Vec<String>,
    /// Only of these years, both included; without a year in the record that of its document counts.
    pub years: Option<(i32, i32)>,
    /// Only in sections whose heading holds this, in any case.
    pub section: Option<String>,
    /// Only with one of these tags; empty for all.
    pub tags: Vec<String>,
    /// Words that stand only in what is known of a recommendation (agency, document, section, lead-in,
    /// tags) count as words of it.
    pub metadata: bool,
    /// Say which terms carry each answer; costs one more run of the model a query.
    pub explain: bool,
}

impl Filter {
    pub(super) fn lets_through(&self, recommendation: &Recommendation, year: Option<i32>) -> bool {
        let agency = &recommendation.agency;
        let document = recommendation.document.as_ref().map(DocumentId::as_str);
        let heading = || recommendation.section.as_deref().unwrap_or_default().to_lowercase();
        (self.agencies.is_empty() || self.agencies.contains(agency))
            && !self.not_agencies.contains(agency)
            && (self.documents.is_empty()
                || document.is_some_and(|id| self.documents.iter().any(|wanted| wanted == id)))
            && self.years.is_none_or(|(from, to)| year.is_some_and(|y| (from..=to).contains(&y)))
            && self.section.as_ref().is_none_or(|part| heading().contains(&part.to_lowercase()))
            && (self.tags.is_empty() || self.tags.iter().any(|t| recommendation.tags.contains(t)))
    }

    /// Whether it lets everything through.
    pub(super) fn is_open(&self) -> bool {
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
