//! Answers of `similar`, `themes` and `check` as the JSON that other programs rely on.

use serde_json::{Value, json};

use crate::domain::{
    Difference, DraftCheck, Hit, Likeness, Link, Reason, Recommendation, Relation, Similar, Theme,
    ThemeRef, Themes,
};

/// One answer of `similar`.
#[must_use]
pub fn similar(answer: &Similar, recommendations: &[Recommendation]) -> Value {
    let results =
        answer.hits.iter().enumerate().map(|(at, hit)| hit_json(at + 1, hit, recommendations));
    json!({
        "query": { "text": answer.text, "id": answer.id },
        "results": results.collect::<Vec<_>>(),
    })
}

fn hit_json(rank: usize, hit: &Hit, recommendations: &[Recommendation]) -> Value {
    let found = &recommendations[hit.row];
    let statements =
        hit.statements.as_ref().map(|(query, found)| json!({ "query": query, "found": found }));
    let mut answer = json!({
        "rank": rank,
        "id": found.id,
        "agency": found.agency,
        "document": found.document,
        "section": found.section,
        "marker": found.marker,
        "text": found.text,
    });
    extend(&mut answer, comparison(hit));
    let rest = json!({
        "statements": statements,
        "copy_of": hit.copy_of.map(|row| &recommendations[row].id),
    });
    extend(&mut answer, rest);
    answer
}

/// How a found recommendation compares with what was asked about.
fn comparison(hit: &Hit) -> Value {
    json!({
        "cosine": rounded(f64::from(hit.likeness.cosine)),
        "probability": rounded(hit.likeness.probability),
        "duplicate_probability": rounded(hit.likeness.duplicate),
        "relation": hit.likeness.relation,
        "read_by": hit.likeness.read_by,
        "opposite": hit.is_opposite(),
        "differences": differences(hit),
        "why": why(hit),
    })
}

/// Adds the fields of one object to another.
fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}

fn why(hit: &Hit) -> Vec<Value> {
    let reason = |reason: &Reason| json!({ "term": reason.term, "share": rounded(reason.share), "shared": reason.shared });
    hit.why.iter().map(reason).collect()
}

fn differences(hit: &Hit) -> Vec<Value> {
    let difference = |difference: &Difference| {
        json!({
            "kind": difference.kind,
            "draft": difference.draft,
            "existing": difference.existing,
        })
    };
    hit.differences.iter().map(difference).collect()
}

/// One pair of `similar --pairs`; `opposite` says whether one asks for the contrary of the other.
#[must_use]
pub fn pair(link: &Link, opposite: bool, recommendations: &[Recommendation]) -> Value {
    let Likeness { cosine, probability, duplicate, relation, read_by } = link.likeness;
    json!({
        "a": recommendations[link.a].id,
        "b": recommendations[link.b].id,
        "cosine": rounded(f64::from(cosine)),
        "probability": rounded(probability),
        "duplicate_probability": rounded(duplicate),
        "relation": relation,
        "read_by": read_by,
        "opposite": opposite,
    })
}

/// The answer of `themes`.
#[must_use]
pub fn themes(found: &Themes, recommendations: &[Recommendation]) -> Value {
    json!({
        "themes": found.themes.iter().map(|one| theme(one, recommendations)).collect::<Vec<_>>(),
        "single": found.single.iter().map(|&row| &recommendations[row].id).collect::<Vec<_>>(),
    })
}

/// One theme, as `themes` and the report give it.
pub(super) fn theme(theme: &Theme, recommendations: &[Recommendation]) -> Value {
    let id = |row: usize| &recommendations[row].id;
    let members = theme
        .members
        .iter()
        .map(|member| {
            json!({ "id": id(member.row), "weight": rounded(member.weight), "guest": member.guest })
        });
    json!({
        "id": theme.id,
        "label": theme.label,
        "keywords": theme.keywords,
        "parent": theme.parent,
        "members": members.collect::<Vec<_>>(),
        "representatives": theme.representatives.iter().map(|&row| id(row)).collect::<Vec<_>>(),
        "agencies": theme.consensus.by_agency,
        "leads": theme.consensus.leads(),
        "cohesion": rounded(theme.cohesion),
        "stability": rounded(theme.stability),
        "weak": theme.is_weak(),
        "shaped_by": theme.decided,
        "consensus": {
            "agencies": theme.consensus.agencies(),
            "share": rounded(theme.consensus.share),
            "effective": rounded(theme.consensus.effective),
            "strength": rounded(theme.consensus.strength),
            "expected": rounded(theme.consensus.expected),
            "expected_low": rounded(theme.consensus.expected_low),
            "expected_high": rounded(theme.consensus.expected_high),
            "excess": rounded(theme.consensus.excess),
            "p_value": rounded(theme.consensus.p_value),
        },
    })
}

/// The answer of `check`.
#[must_use]
pub fn check(found: &DraftCheck, recommendations: &[Recommendation]) -> Value {
    let matched = |hit: &Hit| {
        let existing = &recommendations[hit.row];
        let mut answer = json!({
            "id": existing.id,
            "agency": existing.agency,
            "text": existing.text,
            "place": existing.place(),
        });
        extend(&mut answer, comparison(hit));
        answer
    };
    let statements = found.statements.iter().map(|verdict| {
        let cited = verdict.cite.iter().map(|&at| &recommendations[verdict.matches[at].row]);
        let cite = cited.map(|r| json!({ "id": r.id, "agency": r.agency, "place": r.place() }));
        json!({
            "line_start": verdict.line_start,
            "line_end": verdict.line_end,
            "text": verdict.text,
            "relation": verdict_name(verdict.relation),
            "probability": rounded(verdict.probability),
            "opposite": verdict.is_opposite(),
            "matches": verdict.matches.iter().map(matched).collect::<Vec<_>>(),
            "own_matches": verdict.own.iter().map(matched).collect::<Vec<_>>(),
            "cite": cite.collect::<Vec<_>>(),
            "repeats": verdict.repeats,
        })
    });
    let in_line =
        found.in_line.iter().map(|(agency, n)| json!({ "agency": agency, "statements": n }));
    let reference = |theme: &ThemeRef| json!({ "id": theme.id, "label": theme.label, "agencies": theme.agencies });
    json!({
        "statements": statements.collect::<Vec<_>>(),
        "themes_touched": found.touched.iter().map(reference).collect::<Vec<_>>(),
        "themes_missing": found.missing.iter().map(reference).collect::<Vec<_>>(),
        "agency": found.author,
        "share_new": found.new_share().map(rounded),
        "agencies_in_line": in_line.collect::<Vec<_>>(),
        "agenda_answered": found.answered,
    })
}

/// A relation as it is said of a draft: what relates to nothing is new.
#[must_use]
pub fn verdict_name(relation: Relation) -> &'static str {
    match relation {
        Relation::None => "new",
        Relation::Related | Relation::Overlap | Relation::Duplicate => relation.name(),
    }
}

/// Four decimals: more would be noise, and could differ between two roads to the same pair.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
