//! Scores extraction: the share of the labelled recommendations that was found, and the share of the
//! found ones that is labelled.
//!
//! A label is found if an extracted text from the same place holds at least 90 % of its words, and at
//! least 80 % of that text's words stand in the label. White space, case, quotes and footnote marks
//! are ignored. Each record counts once.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::bootstrap::bootstrap;
use crate::domain::Recommendation;

/// A recommendation that people marked in a document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Gold {
    /// The file it stands in, if the labels cover several.
    #[serde(default, alias = "document")]
    pub doc: Option<String>,
    /// The recommending agency; `None` is not scored.
    #[serde(default)]
    pub agency: Option<String>,
    /// Its list marker; `None` is not scored.
    #[serde(default)]
    pub marker: Option<String>,
    /// Its form, such as a list item or running text.
    #[serde(default)]
    pub kind: Option<String>,
    /// Its text.
    pub text: String,
    /// First line, 1-based.
    #[serde(default, alias = "line")]
    pub start_line: Option<usize>,
    /// Last line, inclusive.
    #[serde(default)]
    pub end_line: Option<usize>,
    /// Another last line that is accepted.
    #[serde(default)]
    pub alt_end_line: Option<usize>,
    /// Whether people disagree about it; such a label counts neither way.
    #[serde(default)]
    pub borderline: bool,
    /// Its strength; a `weak` one is accepted but need not be found.
    #[serde(default)]
    pub strength: Option<String>,
}

impl Gold {
    fn is_due(&self) -> bool {
        !self.borderline && self.strength.as_deref() != Some("weak")
    }
}

/// Smallest share of a label's words that a found text must hold.
const LEAST_FOUND: f64 = 0.9;

/// Smallest share of a found text's words that must stand in the label.
const LEAST_OWN: f64 = 0.8;

/// A share with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// Number of hits.
    pub hits: usize,
    /// Number of cases.
    pub of: usize,
    /// `hits / of`; `None` if there are no cases.
    pub value: Option<f64>,
    /// Bootstrap 95 % interval.
    pub low: Option<f64>,
    /// Bootstrap 95 % interval.
    pub high: Option<f64>,
}

/// Scores of an extraction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// Labels found, of those that had to be found.
    pub recall: Share,
    /// Records that match a label, of all records except those that match a disputed label.
    pub precision: Share,
    /// Harmonic mean of the two.
    pub f1: Option<f64>,
    /// Found labels with the right agency, of all found labels that name one.
    pub agency: Share,
    /// Found labels with the right marker, of all found labels that have one.
    pub marker: Share,
}

/// The result for each label and each record that counts, over one or more documents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    recall: Vec<bool>,
    precision: Vec<bool>,
    agency: Vec<bool>,
    marker: Vec<bool>,
}

impl Marks {
    /// Adds the marks of another document.
    pub fn extend(&mut self, other: &Self) {
        self.recall.extend(&other.recall);
        self.precision.extend(&other.precision);
        self.agency.extend(&other.agency);
        self.marker.extend(&other.marker);
    }

    /// The scores over all marks.
    #[must_use]
    pub fn scores(&self) -> Scores {
        let (recall, precision) = (share(&self.recall), share(&self.precision));
        Scores {
            f1: harmonic(recall.value, precision.value),
            recall,
            precision,
            agency: share(&self.agency),
            marker: share(&self.marker),
        }
    }
}

/// The marks of `found` against `gold`, both of one document.
#[must_use]
pub fn marks(gold: &[Gold], found: &[Recommendation]) -> Marks {
    let matches = matching(gold, found);
    let mut taken = vec![None; found.len()];
    for (label, record) in matches.iter().enumerate() {
        if let Some(record) = record {
            taken[*record] = Some(label);
        }
    }
    let due = (0..gold.len()).filter(|&at| gold[at].is_due());
    // A record that matches a disputed label counts neither way.
    let judged =
        taken.iter().filter(|label| label.is_none_or(|label: usize| !gold[label].borderline));
    let pairs =
        || matches.iter().enumerate().filter_map(|(at, r)| r.map(|r| (&gold[at], &found[r])));
    let agency = |(g, r): (&Gold, &Recommendation)| {
        g.agency.as_ref().map(|name| level(name) == level(r.agency.as_str()))
    };
    let marker = |(g, r): (&Gold, &Recommendation)| {
        g.marker.as_ref().map(|m| r.marker.as_ref().is_some_and(|found| found == m))
    };
    Marks {
        recall: due.map(|at| matches[at].is_some()).collect(),
        precision: judged.map(Option::is_some).collect(),
        agency: pairs().filter_map(agency).collect(),
        marker: pairs().filter_map(marker).collect(),
    }
}

/// For each text in `never`, none of which is a recommendation, whether it was taken for one.
#[must_use]
pub fn wrongly_taken(never: &[Gold], found: &[Recommendation]) -> Vec<bool> {
    matching(never, found).iter().map(Option::is_some).collect()
}

/// The records whose kind is one of `kinds`.
#[must_use]
pub fn of_kinds(kinds: &[String], found: Vec<Recommendation>) -> Vec<Recommendation> {
    let named = |kind: &Option<String>| kind.as_ref().is_some_and(|kind| kinds.contains(kind));
    found.into_iter().filter(|r| named(&r.kind)).collect()
}

/// The records between the first and the last labelled line, for labels that cover part of a document.
#[must_use]
pub fn of_labelled_lines(gold: &[Gold], found: Vec<Recommendation>) -> Vec<Recommendation> {
    let first = gold.iter().filter_map(|g| g.start_line).min();
    let last = gold.iter().filter_map(|g| g.end_line.or(g.start_line)).max();
    let (Some(first), Some(last)) = (first, last) else { return found };
    let within = |r: &Recommendation| {
        r.source.as_ref().is_none_or(|s| s.line_end >= first && s.line_start <= last)
    };
    found.into_iter().filter(within).collect()
}

/// The records of agencies that the labels name, for labels that cover some chapters of a book.
#[must_use]
pub fn of_labelled_agencies(gold: &[Gold], found: Vec<Recommendation>) -> Vec<Recommendation> {
    let named: Vec<Vec<String>> =
        gold.iter().filter_map(|g| g.agency.as_deref().map(level)).collect();
    found.into_iter().filter(|r| named.contains(&level(r.agency.as_str()))).collect()
}

fn harmonic(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    let (a, b) = (a?, b?);
    if a + b > 0.0 { Some(2.0 * a * b / (a + b)) } else { Some(0.0) }
}

/// The words of a text, without differences of case, quotes, punctuation and footnote marks.
fn level(text: &str) -> Vec<String> {
    let folded: String = text
        .chars()
        .map(|c| match c {
            '’' | '‘' => '\'',
            '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' => ' ',
            c => c,
        })
        .flat_map(char::to_lowercase)
        .collect();
    let words = folded.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    words.map(|w| w.trim_matches('\'')).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn counts(text: &str) -> (HashMap<String, usize>, usize) {
    let words = level(text);
    let total = words.len();
    let mut out = HashMap::new();
    for word in words {
        *out.entry(word).or_insert(0) += 1;
    }
    (out, total)
}

/// For each label, the record that matches it. The best matches come first, each record is used once,
/// and ties go by order.
fn matching(gold: &[Gold], found: &[Recommendation]) -> Vec<Option<usize>> {
    let records: Vec<_> = found.iter().map(|r| counts(&r.text)).collect();
    let mut pairs = Vec::new();
    for (label, g) in gold.iter().enumerate() {
        let (words, total) = counts(&g.text);
        for (record, (other, other_total)) in records.iter().enumerate() {
            if !near(g, &found[record]) {
                continue;
            }
            // A sum does not depend on the order of the map.
            let shared: usize =
                words.keys().map(|w| words[w].min(other.get(w).copied().unwrap_or(0))).sum();
            let recall = shared as f64 / total.max(1) as f64;
            let precision = shared as f64 / (*other_total).max(1) as f64;
            if recall >= LEAST_FOUND && precision >= LEAST_OWN {
                let same = g
                    .agency
                    .as_deref()
                    .is_some_and(|a| level(a) == level(found[record].agency.as_str()));
                pairs.push((recall + precision + f64::from(u8::from(same)), label, record));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut out = vec![None; gold.len()];
    let mut used = vec![false; found.len()];
    for (_, label, record) in pairs {
        if out[label].is_none() && !used[record] {
            out[label] = Some(record);
            used[record] = true;
        }
    }
    out
}

/// Whether the lines of both touch; `true` if either has none.
fn near(gold: &Gold, record: &Recommendation) -> bool {
    let (Some(start), Some(source)) = (gold.start_line, &record.source) else { return true };
    let end =
        gold.alt_end_line.or(gold.end_line).unwrap_or(start).max(gold.end_line.unwrap_or(start));
    source.line_start <= end + 1 && source.line_end + 1 >= start
}

/// A share with its bootstrap interval.
#[must_use]
pub fn share(hits: &[bool]) -> Share {
    let count = hits.iter().filter(|&&hit| hit).count();
    let of = |sample: &[usize]| {
        let n = sample.iter().filter(|&&at| hits[at]).count();
        (!sample.is_empty()).then(|| n as f64 / sample.len() as f64)
    };
    let estimate = bootstrap(hits.len(), of);
    Share {
        hits: count,
        of: hits.len(),
        value: estimate.map(|e| e.value),
        low: estimate.map(|e| e.low),
        high: estimate.map(|e| e.high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Agency, RecommendationId, Source};

    fn gold(text: &str) -> Gold {
        serde_json::from_value(serde_json::json!({ "text": text, "agency": "ABC" })).unwrap()
    }

    fn found(id: &str, text: &str) -> Recommendation {
        let name = |n: &str| n.to_owned();
        let id = RecommendationId::try_from(name(id)).unwrap();
        Recommendation::new(id, Agency::try_from(name("abc")).unwrap(), text.to_owned())
    }

    #[test]
    fn what_is_found_once_counts_once() {
        let labels = [gold("Buy salt for the roads."), gold("Clear the roads of snow."), {
            let mut differs = gold("Ask the neighbours.");
            differs.borderline = true;
            differs
        }];
        let records = [
            found("1", "Buy salt for the roads"),
            found("2", "Buy salt for the roads."),
            found("3", "Ask the neighbours"),
        ];
        let mut both = marks(&labels, &records);
        let scores = both.scores();
        assert_eq!((scores.recall.hits, scores.recall.of), (1, 2));
        assert_eq!((scores.precision.hits, scores.precision.of), (1, 2));
        assert_eq!(scores.agency.value, Some(1.0));
        both.extend(&marks(&[], &records[..1]));
        assert_eq!(both.scores().precision.of, 3);
        assert_eq!(wrongly_taken(&labels[1..], &records), [false, true]);
        assert_eq!(of_labelled_agencies(&labels, records.to_vec()).len(), 3);
    }

    #[test]
    fn of_nothing_there_is_no_share() {
        let scores = Marks::default().scores();
        assert_eq!((scores.recall.value, scores.f1), (None, None));
    }

    #[test]
    fn a_part_of_a_document_is_scored_by_its_labels() {
        let at = |line: usize| {
            let mut record = found("1", "Buy salt.");
            let path = "d".to_owned();
            record.source = Some(Source { path, line_start: line, line_end: line, page: None });
            record.kind = Some(if line == 9 { "prose" } else { "item" }.to_owned());
            record
        };
        let label = |line: usize| Gold { start_line: Some(line), ..gold("x") };
        let records: Vec<_> = [4, 5, 9, 12].map(at).to_vec();
        assert_eq!(of_labelled_lines(&[label(9), label(5)], records.clone()).len(), 2);
        assert_eq!(of_kinds(&["prose".to_owned()], records).len(), 1);
    }

    #[test]
    fn the_interval_holds_the_share() {
        let hits: Vec<bool> = (0..40).map(|n| n % 4 > 0).collect();
        let share = share(&hits);
        assert_eq!(share.value, Some(0.75));
        assert!(share.low.unwrap() > 0.55 && share.high.unwrap() < 0.92);
    }
}
