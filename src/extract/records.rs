//! Passages -> records with ids, agencies and sources.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    ExtractConfig, blocks::Block, collect::Taken, cues::Cues, fold::key, outline::Outline,
    reported, weights,
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
    /// One record for each passage that is sure enough and does not repeat another.
    pub(super) fn records(&self, mut taken: Vec<Taken>) -> Vec<Recommendation> {
        taken.retain(|t| t.confidence >= self.config.min_confidence);
        let mut counts = BTreeMap::new();
        repeats(&mut taken);
        taken.iter().filter_map(|t| self.record(t, &mut counts)).collect()
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
            .or_else(|| name(&self.outline.publisher))
            .or_else(|| Agency::try_from(self.document.id.to_string()).ok())
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
        record.section = taken.place.section.map(|at| title(&self.blocks[at]));
        record.marker.clone_from(&taken.marker);
        record.lead_in.clone_from(&taken.lead_in);
        record.kind = Some(taken.kind.to_owned());
        record.owner.clone_from(&taken.details.owner);
        record.deadline.clone_from(&taken.details.deadline);
        record.status.clone_from(&taken.details.status);
        record.response.clone_from(&taken.details.response);
        record.year = document.year;
        let spans = taken.flow.spans(document.text());
        let (first, last) = (spans.first()?, spans.last()?);
        let lines = document.lines();
        let line_of = |byte: usize| lines.partition_point(|line| line.span.start <= byte).max(1);
        let (line_start, line_end) = (line_of(first.start), line_of(last.end.saturating_sub(1)));
        let page = |number: usize| lines.get(number - 1).and_then(|line| line.page);
        record.source = Some(Source {
            path: document.path.clone(),
            line_start,
            line_end,
            page: page(line_start),
        });
        let mut put = |name: &str, value: Value| record.other.insert(name.to_owned(), value);
        if let Some(chapter) = taken.place.chapter {
            put("chapter", json!(self.outline.chapters[chapter].title));
        }
        if let Some(who) = self.reported_by(taken, record.agency.as_str()) {
            put("reported_by", json!(who));
        }
        if let Some(page) = page(line_end) {
            put("page_end", json!(page));
        }
        put("confidence", json!((taken.confidence * 100.0).round() / 100.0));
        put("cue", json!(taken.cue));
        put("spans", json!(spans.iter().map(|s| [s.start, s.end]).collect::<Vec<_>>()));
        Some(record)
    }
}

/// A heading with its number.
fn title(block: &Block) -> String {
    match &block.label {
        Some(label) => format!("{label} {}", block.text()),
        None => block.text().to_owned(),
    }
}

/// Drops passages that repeat another word for word, such as a summary and its section.
fn repeats(taken: &mut Vec<Taken>) {
    let sure = |t: &Taken| t.agency.is_none();
    let text_of = |t: &Taken| format!("{:?} {}", t.place.chapter, key(t.flow.text()));
    let mut best: BTreeMap<String, (usize, f64)> = BTreeMap::new();
    for (at, passage) in taken.iter().enumerate().filter(|(_, t)| sure(t)) {
        let entry = best.entry(text_of(passage)).or_insert((at, passage.confidence));
        // Keep the surer one, or the first if they are about equal.
        if passage.confidence > entry.1 + weights::SURER {
            *entry = (at, passage.confidence);
        }
    }
    let keep: BTreeSet<usize> = best.values().map(|&(at, _)| at).collect();
    // A summary lists the texts, and a table further on their owners: the one that stays knows all.
    for at in 0..taken.len() {
        if !sure(&taken[at]) || keep.contains(&at) {
            continue;
        }
        if let Some(&(kept, _)) = best.get(&text_of(&taken[at])) {
            let details = taken[at].details.clone();
            taken[kept].details.merge(&details);
        }
    }
    let mut at = 0;
    taken.retain(|t| {
        at += 1;
        t.agency.is_some() || keep.contains(&(at - 1))
    });
}
