//! Takes what asks somebody to act.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;
use serde_json::{Value, json};

use super::{
    Config, Extracted,
    blocks::{Block, Kind, blocks},
    cues::Role,
    flow::Flow,
    fold::{fold, key},
    layout::Layout,
    lists::{Item, items},
    outline::{Outline, Place, outline},
    sentences::sentences,
    toc,
};
use crate::domain::{Agency, Document, Recommendation, RecommendationId, Source};

/// A passage that was taken.
struct Taken {
    flow: Flow,
    place: Place,
    marker: Option<String>,
    lead_in: Option<String>,
    kind: &'static str,
    confidence: f64,
    cue: String,
}

/// See [`from_document`](super::from_document).
pub(super) fn recommendations(document: &Document, config: &Config) -> Extracted {
    let layout = Layout::of(document);
    let blocks = blocks(document, &layout);
    let toc = toc::find(document);
    let outline = outline(document, &blocks, &toc);
    let _ = super::cues::language_of("");
    let mut taken = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let place = outline.places[at];
        let len = outline.places[at..]
            .iter()
            .take_while(|p| {
                p.section == place.section && p.chapter == place.chapter && p.role == place.role
            })
            .count();
        if place.role == Role::Recommendations {
            section(&blocks, at..at + len, &outline, &mut taken);
        }
        at += len.max(1);
    }
    taken.retain(|t| t.confidence >= config.min_confidence);
    let recommendations = number(document, config, &blocks, &outline, &taken);
    Extracted { recommendations, problems: Vec::new() }
}

/// What stands in a section of recommendations.
fn section(
    blocks: &[Block],
    range: std::ops::Range<usize>,
    outline: &Outline,
    taken: &mut Vec<Taken>,
) {
    let items = items(blocks, range.clone());
    let by_block: BTreeMap<usize, &Item> = items.iter().map(|item| (item.block, item)).collect();
    let mut lead_in: Option<String> = None;
    for at in range {
        let block = &blocks[at];
        let place = outline.places[at];
        match &block.kind {
            Kind::Item(_) => {
                let Some(item) = by_block.get(&at) else { continue };
                let parent = item.parent.map(|p| blocks[items[p].block].text().to_owned());
                let question = block.text().ends_with('?');
                let kind = if question {
                    "question"
                } else if item.depth > 0 {
                    "subitem"
                } else {
                    "item"
                };
                let lead = match parent {
                    Some(parent) => parent.ends_with(':').then_some(parent),
                    None => lead_in.clone(),
                };
                taken.push(Taken {
                    flow: block.flow.clone(),
                    place,
                    marker: Some(item.marker.clone()).filter(|m| m != "-"),
                    lead_in: lead,
                    kind,
                    confidence: 0.9,
                    cue: "item under a recommendation heading".to_owned(),
                });
            }
            Kind::Paragraph => {
                let text = block.text();
                if text.ends_with(':') {
                    let last = sentences(text).pop();
                    lead_in = last.map(|range| text[range].to_owned());
                }
                prose(block, place, taken);
            }
            Kind::Heading(_) | Kind::Note | Kind::Row => {}
        }
    }
}

static ASK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)(should|must|recommends? that|urges?|calls? (?:up)?on|needs? to be)(?-u:\b)",
    )
    .expect("a constant")
});

fn prose(block: &Block, place: Place, taken: &mut Vec<Taken>) {
    for range in sentences(block.text()) {
        let text = &block.text()[range.clone()];
        if text.ends_with(':') {
            continue;
        }
        let folded = fold(text);
        if let Some(hit) = ASK.find(&folded) {
            let flow = block.flow.cut(range);
            let cue = format!("\"{}\"", hit.as_str());
            taken.push(Taken {
                flow,
                place,
                marker: None,
                lead_in: None,
                kind: "prose",
                confidence: 0.6,
                cue,
            });
        }
    }
}

/// Turns passages into records.
fn number(
    document: &Document,
    config: &Config,
    blocks: &[Block],
    outline: &Outline,
    taken: &[Taken],
) -> Vec<Recommendation> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    taken.iter().filter_map(|t| record(document, config, blocks, outline, t, &mut counts)).collect()
}

fn record(
    document: &Document,
    config: &Config,
    blocks: &[Block],
    outline: &Outline,
    taken: &Taken,
    counts: &mut BTreeMap<String, usize>,
) -> Option<Recommendation> {
    let chapter = taken.place.chapter.map(|c| &outline.chapters[c]);
    let named = chapter.and_then(|c| c.agency.clone()).and_then(|name| Agency::try_from(name).ok());
    let agency = named
        .or_else(|| config.agency.clone())
        .or_else(|| document.agency.clone())
        .or_else(|| Agency::try_from(document.id.to_string()).ok())?;
    let slug = slug(agency.as_str());
    let count = counts.entry(slug.clone()).or_default();
    *count += 1;
    let id = RecommendationId::try_from(format!("{slug}-{count:02}")).ok()?;
    let mut record = Recommendation::new(id, agency, taken.flow.text().to_owned());
    record.document = Some(document.id.clone());
    record.section = taken.place.section.map(|at| title(&blocks[at]));
    record.marker.clone_from(&taken.marker);
    record.lead_in.clone_from(&taken.lead_in);
    record.kind = Some(taken.kind.to_owned());
    record.year = document.year;
    let spans = taken.flow.spans(document.text());
    let (first, last) = (spans.first()?, spans.last()?);
    let lines = document.lines();
    let line_of = |byte: usize| lines.partition_point(|line| line.span.start <= byte).max(1);
    let (line_start, line_end) = (line_of(first.start), line_of(last.end.saturating_sub(1)));
    let page = |number: usize| lines.get(number - 1).and_then(|line| line.page);
    record.source =
        Some(Source { path: document.path.clone(), line_start, line_end, page: page(line_start) });
    let mut put = |name: &str, value: Value| record.other.insert(name.to_owned(), value);
    if let Some(chapter) = chapter {
        put("chapter", json!(chapter.title));
    }
    if let Some(page) = page(line_end) {
        put("page_end", json!(page));
    }
    put("confidence", json!((taken.confidence * 100.0).round() / 100.0));
    put("cue", json!(taken.cue));
    put("spans", json!(spans.iter().map(|s| [s.start, s.end]).collect::<Vec<_>>()));
    Some(record)
}

/// A heading with its number.
fn title(block: &Block) -> String {
    match &block.label {
        Some(label) => format!("{label} {}", block.text()),
        None => block.text().to_owned(),
    }
}

fn slug(name: &str) -> String {
    key(name).replace(' ', "-")
}
