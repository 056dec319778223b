//! Passages -> records with ids, agencies and sources.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    ExtractConfig, blocks::Block, collect::Taken, cues::Cues, flow::Flow, fold::key,
    outline::Outline, publisher::Publisher, repeats, reported, weights,
};
use crate::domain::{Agency, Document, Recommendation, RecommendationId, Source};

/// Context that all records of a document share.
pub(super) struct Maker<'a> {
    pub(super) document: &'a Document,
    pub(super) config: &'a ExtractConfig,
    pub(super) blocks: &'a [Block],
    pub(super) outline: &'a Outline,
    pub(super) cues: &'a Cues,
}

impl Maker<'_> {
    /// One record for each passage that is sure enough and does not repeat another; and one for each that
    /// is less sure, down to [`PERHAPS`](weights::PERHAPS).
    pub(super) fn records(
        &self,
        mut taken: Vec<Taken>,
    ) -> (Vec<Recommendation>, Vec<Recommendation>) {
        let least = self.config.min_confidence;
        taken.retain(|t| t.confidence >= least.min(weights::PERHAPS));
        let (sure, perhaps): (Vec<Taken>, Vec<Taken>) =
            repeats::merge(taken).into_iter().partition(|t| t.confidence >= least);
        let mut counts = BTreeMap::new();
        let mut made = |taken: Vec<Taken>| -> Vec<Recommendation> {
            taken.iter().filter_map(|t| self.record(t, &mut counts)).collect()
        };
        (made(sure), made(perhaps))
    }

    fn agency(&self, taken: &Taken) -> Option<Agency> {
        let names = &self.config.names;
        let known = |name: &str| names.resolve(name).cloned();
        let name = |name: &Option<String>| {
            let name = name.as_deref()?;
            known(name).or_else(|| Agency::try_from(name.to_owned()).ok())
        };
        let chapter = taken.place.chapter.map(|c| &self.outline.chapters[c]);
        name(&taken.agency)
            .or_else(|| self.config.agency.clone())
            .or_else(|| self.document.agency.clone())
            .or_else(|| chapter.and_then(|c| known(&c.title).or_else(|| name(&c.agency))))
            .or_else(|| name(&self.publisher().map(|publisher| publisher.name.clone())))
            .or_else(|| Agency::try_from(self.document.id.to_string()).ok())
    }

    /// The publisher, where nobody has named the agency that speaks.
    pub(super) fn publisher(&self) -> Option<&Publisher> {
        let named = self.config.agency.is_some() || self.document.agency.is_some();
        self.outline.publisher.as_ref().filter(|_| !named)
    }

    /// The body that the passage reports as asking; `None` if an attribution already names the agency.
    fn reported_by(&self, taken: &Taken, speaker: &str) -> Option<String> {
        let text = taken.flow.text();
        taken.agency.is_none().then(|| reported::source(text, speaker, self.cues)).flatten()
    }

    fn record(
        &self,
        taken: &Taken,
        counts: &mut BTreeMap<String, usize>,
    ) -> Option<Recommendation> {
        let document = self.document;
        let agency = self.agency(taken)?;
        let slug = key(agency.as_str()).replace(' ', "-");
        let count = counts.entry(slug.clone()).or_default();
        *count += 1;
        let id = RecommendationId::try_from(format!("{slug}-{count:02}")).ok()?;
        let mut record = Recommendation::new(id, agency, taken.flow.text().to_owned());
        record.document = Some(document.id.clone());
        let section = taken.place.section.map(|at| title(&self.blocks[at]));
        record.section = taken.group.clone().or(section);
        record.marker.clone_from(&taken.marker);
        record.lead_in.clone_from(&taken.lead_in);
        record.kind = Some(taken.kind.to_owned());
        taken.details.give_to(&mut record);
        record.year = document.year;
        let spans = taken.flow.spans(document.text());
        let place = self.place(&taken.flow)?;
        record.source = Some(Source {
            path: document.path.clone(),
            line_start: place.lines.0,
            line_end: place.lines.1,
            page: place.pages.0,
        });
        let mut put = |name: &str, value: Value| record.other.insert(name.to_owned(), value);
        if let Some(chapter) = taken.place.chapter {
            put("chapter", json!(self.outline.chapters[chapter].title));
        }
        if let Some(publisher) = self.publisher().filter(|p| p.name == record.agency.as_str()) {
            put("agency_confidence", json!((publisher.confidence * 100.0).round() / 100.0));
        }
        if let Some(title) = &taken.title {
            put("title", json!(title));
        }
        if let Some(parent) = &taken.parent {
            put("parent", json!(parent));
        }
        if let Some(who) = self.reported_by(taken, record.agency.as_str()) {
            put("reported_by", json!(who));
        }
        if let Some(page) = place.pages.1 {
            put("page_end", json!(page));
        }
        let also: Vec<Value> =
            taken.also.iter().filter_map(|flow| self.place(flow)).map(|p| p.to_json()).collect();
        if !also.is_empty() {
            put("also_at", json!(also));
        }
        put("confidence", json!((taken.confidence * 100.0).round() / 100.0));
        put("cue", json!(taken.cue));
        put("spans", json!(spans.iter().map(|s| [s.start, s.end]).collect::<Vec<_>>()));
        Some(record)
    }

    fn place(&self, flow: &Flow) -> Option<InDocument> {
        let spans = flow.spans(self.document.text());
        let (first, last) = (spans.first()?, spans.last()?);
        let lines = self.document.lines();
        let line_of = |byte: usize| lines.partition_point(|line| line.span.start <= byte).max(1);
        let (start, end) = (line_of(first.start), line_of(last.end.saturating_sub(1)));
        let page = |number: usize| lines.get(number - 1).and_then(|line| line.page);
        Some(InDocument { lines: (start, end), pages: (page(start), page(end)) })
    }
}

/// First and last line and page of a passage, 1-based.
struct InDocument {
    lines: (usize, usize),
    pages: (Option<u32>, Option<u32>),
}

impl InDocument {
    fn to_json(&self) -> Value {
        let mut place = json!({ "line_start": self.lines.0, "line_end": self.lines.1 });
        if let Some(page) = self.pages.0 {
            place["page"] = json!(page);
        }
        place
    }
}

/// A heading with its number.
fn title(block: &Block) -> String {
    match &block.label {
        Some(label) => format!("{label} {}", block.text()),
        None => block.text().to_owned(),
    }
}
