//! Keeps manual corrections when a document is extracted again: a merge of three versions.
//!
//! Any difference between the records as extracted and as they are now is a correction, and stays.
//! Everything else follows the new extraction.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::domain::{DocumentId, Recommendation, RecommendationId};

/// Three versions of the records of some documents.
#[derive(Debug, Clone, Copy)]
pub struct Versions<'a> {
    /// The records as first extracted.
    pub extracted: &'a [Recommendation],
    /// The records as they are now, with corrections.
    pub corrected: &'a [Recommendation],
    /// The records as extracted today; their ids are distinct.
    pub fresh: &'a [Recommendation],
    /// The documents read today; records of other documents stay as they are.
    pub read: &'a BTreeSet<DocumentId>,
}

/// The result of a merge.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Merged {
    /// The corrected records in their existing order; a new record follows the one before it in the
    /// document.
    pub records: Vec<Recommendation>,
    /// The records as extracted today, with their old ids: the starting point of the next merge.
    pub extracted: Vec<Recommendation>,
    /// Number of records whose corrections were kept.
    pub changed: usize,
    /// Number of records that stay deleted.
    pub deleted: usize,
    /// Number of records that a person added.
    pub added: usize,
    /// Number of new records.
    pub new: usize,
    /// Corrected records that the new extraction did not find; they are kept.
    pub orphans: Vec<RecommendationId>,
}

/// The records of `versions` with all corrections, and counts of what was kept.
///
/// A record is recognised in the new extraction by its place and agency, then by its text, then by
/// most of its place. It keeps its id. Every field that a person changed stays as it is; so do
/// deleted and added records.
#[must_use]
pub fn merge(versions: Versions<'_>) -> Merged {
    let here = |r: &&Recommendation| r.document.as_ref().is_none_or(|d| versions.read.contains(d));
    let before: Vec<&Recommendation> = versions.extracted.iter().filter(here).collect();
    let partners = partners(&before, versions.fresh);
    let fresh = with_old_ids(versions, &before, &partners);
    let fresh_by_id: BTreeMap<&str, &Recommendation> =
        fresh.iter().map(|r| (r.id.as_str(), r)).collect();
    let old_by_id: BTreeMap<&str, &Recommendation> =
        before.iter().map(|r| (r.id.as_str(), *r)).collect();

    let mut out = Merged::default();
    for now in versions.corrected {
        let id = now.id.as_str();
        match (old_by_id.get(id), fresh_by_id.get(id)) {
            (Some(old), Some(fresh)) => {
                out.changed += usize::from(now != *old);
                out.records.push(merged(old, now, fresh));
            }
            (Some(old), None) if now == *old => {}
            (Some(_), None) => {
                out.changed += 1;
                out.orphans.push(now.id.clone());
                out.records.push(now.clone());
            }
            (None, _) => {
                out.added += usize::from(here(&now));
                out.records.push(now.clone());
            }
        }
    }
    let kept: BTreeSet<&str> = versions.corrected.iter().map(|r| r.id.as_str()).collect();
    out.deleted = before.iter().filter(|r| !kept.contains(r.id.as_str())).count();
    let is_new: Vec<bool> = (0..fresh.len()).map(|at| !partners.contains(&Some(at))).collect();
    out.new = insert(&mut out.records, &fresh, &is_new);
    let elsewhere = versions.extracted.iter().filter(|r| !here(r)).cloned();
    out.extracted = elsewhere.chain(fresh).collect();
    out
}

/// The features by which two extractions of a passage are matched.
type Key = [Option<String>; 4];

/// For each record of `before`, the matching record of `fresh`; each is used at most once.
fn partners(before: &[&Recommendation], fresh: &[Recommendation]) -> Vec<Option<usize>> {
    let spans = |r: &Recommendation| r.other.get("spans").map(Value::to_string);
    let document = |r: &Recommendation| r.document.as_ref().map(ToString::to_string);
    let agency = |r: &Recommendation| Some(r.agency.to_string());
    let text = |r: &Recommendation| Some(r.text.clone());
    let keys: [&dyn Fn(&Recommendation) -> Key; 4] = [
        &|r| [document(r), agency(r), spans(r), text(r)],
        &|r| [document(r), agency(r), None, text(r)],
        &|r| [document(r), None, None, text(r)],
        &|r| [document(r), agency(r), spans(r), None],
    ];
    let mut out = vec![None; before.len()];
    let mut used = vec![false; fresh.len()];
    for key in keys {
        let mut free: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for at in (0..fresh.len()).rev().filter(|&at| !used[at]) {
            free.entry(key(&fresh[at])).or_default().push(at);
        }
        for (partner, record) in out.iter_mut().zip(before).filter(|(p, _)| p.is_none()) {
            *partner = free.get_mut(&key(record)).and_then(Vec::pop);
            if let Some(at) = *partner {
                used[at] = true;
            }
        }
    }
    by_place(before, fresh, &mut out, &mut used);
    out
}

/// Matches the remaining records of one agency that share most of the shorter passage.
fn by_place(
    before: &[&Recommendation],
    fresh: &[Recommendation],
    out: &mut [Option<usize>],
    used: &mut [bool],
) {
    for (partner, record) in out.iter_mut().zip(before).filter(|(p, _)| p.is_none()) {
        let Some(own) = extent(record) else { continue };
        let same = |other: &Recommendation| {
            let Some(place) = extent(other) else { return false };
            let shared = own.1.min(place.1).saturating_sub(own.0.max(place.0));
            let shorter = (own.1 - own.0).min(place.1 - place.0);
            other.document == record.document
                && other.agency == record.agency
                && shared * 2 > shorter
        };
        *partner = (0..fresh.len()).find(|&at| !used[at] && same(&fresh[at]));
        if let Some(at) = *partner {
            used[at] = true;
        }
    }
}

/// First and last byte of a record in its document.
fn extent(record: &Recommendation) -> Option<(u64, u64)> {
    let spans = record.other.get("spans")?.as_array()?;
    let start = spans.first()?.get(0)?.as_u64()?;
    let end = spans.last()?.get(1)?.as_u64()?;
    (start <= end).then_some((start, end))
}

/// The fresh records: known ones under their old ids, new ones under free ids.
fn with_old_ids(
    versions: Versions<'_>,
    before: &[&Recommendation],
    partners: &[Option<usize>],
) -> Vec<Recommendation> {
    let mut fresh = versions.fresh.to_vec();
    let all = versions.extracted.iter().chain(versions.corrected);
    let mut taken: BTreeSet<RecommendationId> = all.map(|r| r.id.clone()).collect();
    let mut old = BTreeSet::new();
    for (record, partner) in before.iter().zip(partners) {
        if let Some(at) = partner {
            fresh[*at].id = record.id.clone();
            old.insert(*at);
        }
    }
    for (at, record) in fresh.iter_mut().enumerate() {
        if !old.contains(&at) && !taken.insert(record.id.clone()) {
            record.id = free_id(&record.id, &taken);
            taken.insert(record.id.clone());
        }
    }
    fresh
}

/// `id` with the next free number.
fn free_id(id: &RecommendationId, taken: &BTreeSet<RecommendationId>) -> RecommendationId {
    let stem = id.as_str().trim_end_matches(|c: char| c.is_ascii_digit());
    let next = (1..).filter_map(|n| RecommendationId::try_from(format!("{stem}{n:02}")).ok());
    let mut free = next.filter(|id| !taken.contains(id));
    free.next().expect("there are more numbers than ids")
}

/// One record from three versions: changed fields stay, the others are today's.
fn merged(old: &Recommendation, now: &Recommendation, fresh: &Recommendation) -> Recommendation {
    let fields = |record: &Recommendation| match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    };
    let (old, current, fresh) = (fields(old), fields(now), fields(fresh));
    let own = current.keys().filter(|name| !fresh.contains_key(*name));
    let mut out = Map::new();
    for name in fresh.keys().chain(own) {
        let changed = current.get(name) != old.get(name);
        let value = if changed { current.get(name) } else { fresh.get(name) };
        if let Some(value) = value {
            out.insert(name.clone(), value.clone());
        }
    }
    // Every field comes from a valid record, so together they form one too.
    serde_json::from_value(Value::Object(out)).unwrap_or_else(|_| now.clone())
}

/// Inserts each new record after the one before it in its document; returns how many were inserted.
///
/// A record that a person already added in the same words is not inserted again.
fn insert(records: &mut Vec<Recommendation>, fresh: &[Recommendation], is_new: &[bool]) -> usize {
    let present: BTreeSet<String> = records.iter().map(|r| r.id.to_string()).collect();
    let known: BTreeSet<(String, String)> =
        records.iter().map(|r| (r.agency.to_string(), r.text.clone())).collect();
    let mut behind: BTreeMap<Option<String>, Vec<&Recommendation>> = BTreeMap::new();
    let mut last = None;
    let mut count = 0;
    for (record, &new) in fresh.iter().zip(is_new) {
        let same = |r: &Recommendation| (r.agency.to_string(), r.text.clone());
        if new && !known.contains(&same(record)) {
            behind.entry(last.clone()).or_default().push(record);
            count += 1;
        } else if present.contains(record.id.as_str()) {
            last = Some(record.id.to_string());
        }
    }
    let mut out = Vec::with_capacity(records.len() + count);
    out.extend(behind.remove(&None).into_iter().flatten().cloned());
    for record in std::mem::take(records) {
        let next = behind.remove(&Some(record.id.to_string()));
        out.push(record);
        out.extend(next.into_iter().flatten().cloned());
    }
    *records = out;
    count
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(id: &str, text: &str, start: usize) -> Recommendation {
        serde_json::from_value(json!({
            "id": id, "agency": "X", "text": text, "document": "d", "marker": "1.",
            "spans": [[start, start + text.len()]], "confidence": 0.8,
        }))
        .unwrap()
    }

    fn merge_of(
        extracted: &[Recommendation],
        corrected: &[Recommendation],
        fresh: &[Recommendation],
    ) -> Merged {
        let read = BTreeSet::from([DocumentId::try_from("d".to_owned()).unwrap()]);
        merge(Versions { extracted, corrected, fresh, read: &read })
    }

    fn texts(merged: &Merged) -> Vec<(&str, &str)> {
        merged.records.iter().map(|r| (r.id.as_str(), r.text.as_str())).collect()
    }

    #[test]
    fn changed_deleted_and_added_records_stay_so() {
        let was = [
            record("x-01", "Act now.", 0),
            record("x-02", "Noise.", 20),
            record("x-03", "Wait.", 40),
        ];
        let mut own = record("mine", "Think.", 0);
        own.other.clear();
        let mut changed = was[0].clone();
        changed.text = "Act at once.".to_owned();
        let now = [changed, own, was[2].clone()];
        let again = merge_of(&was, &now, &was);
        assert_eq!(again.records, now);
        assert_eq!(again.extracted, was);
        assert_eq!((again.changed, again.deleted, again.added, again.new), (1, 1, 1, 0));
        // And a third time.
        assert_eq!(merge_of(&again.extracted, &again.records, &was).records, now);
    }

    #[test]
    fn what_nobody_touched_is_as_extracted_today() {
        let was = [record("x-01", "Act now.", 0), record("x-02", "Wait.", 20)];
        let mut now = was.to_vec();
        now[0].marker = Some("(a)".to_owned());
        let mut fresh = was.to_vec();
        fresh[0].other.insert("confidence".to_owned(), json!(0.9));
        fresh[1].other.insert("confidence".to_owned(), json!(0.9));
        let merged = merge_of(&was, &now, &fresh);
        assert_eq!(merged.records[0].marker.as_deref(), Some("(a)"));
        assert!(merged.records.iter().all(|r| r.other["confidence"] == 0.9));
    }

    #[test]
    fn records_keep_their_ids_when_the_document_grows() {
        let was = [record("x-01", "Act now.", 0), record("x-02", "Wait.", 20)];
        let now = [was[0].clone()];
        // A new passage before both takes the first number.
        let fresh = [
            record("x-01", "Begin.", 0),
            record("x-02", "Act now.", 30),
            record("x-03", "Wait.", 50),
        ];
        let merged = merge_of(&was, &now, &fresh);
        assert_eq!(texts(&merged), [("x-03", "Begin."), ("x-01", "Act now.")]);
        assert_eq!((merged.new, merged.deleted), (1, 1));
    }

    #[test]
    fn a_passage_that_reads_a_little_longer_is_the_same() {
        let was = [record("x-01", "Act now", 0)];
        let mut now = was.to_vec();
        now[0].tags = vec!["mine".to_owned()];
        let merged = merge_of(&was, &now, &[record("x-01", "Act now, all of you.", 0)]);
        assert_eq!(texts(&merged), [("x-01", "Act now, all of you.")]);
        assert_eq!(merged.records[0].tags, ["mine"]);
    }

    #[test]
    fn a_corrected_record_that_is_not_found_any_more_is_kept_and_named() {
        let was = [record("x-01", "Act now.", 0), record("x-02", "Wait.", 20)];
        let mut now = was.to_vec();
        now[0].text = "Act at once.".to_owned();
        let merged = merge_of(&was, &now, &[]);
        assert_eq!(texts(&merged), [("x-01", "Act at once.")]);
        assert_eq!(merged.orphans.len(), 1);
    }

    #[test]
    fn records_of_documents_that_were_not_read_stay() {
        let mut other = record("y-01", "Rest.", 0);
        other.document = DocumentId::try_from("e".to_owned()).ok();
        let was = [other, record("x-01", "Act.", 0)];
        let merged = merge_of(&was, &was, &[record("x-01", "Act.", 0)]);
        assert_eq!(merged.records, was);
        assert_eq!(merged.extracted, was);
        assert_eq!(merged.added, 0);
    }
}
