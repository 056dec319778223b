//! Answers of `similar`, `themes` and `check` as the JSON that other programs rely on.

use serde_json::{Value, json};

use crate::domain::{
    DraftCheck, Hit, Likeness, Link, Match, Recommendation, Relation, Similar, Theme, ThemeRef,
    Themes,
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
    let why = hit.why.iter().map(|(term, share)| json!({ "term": term, "share": rounded(*share) }));
    json!({
        "rank": rank,
        "id": found.id,
        "agency": found.agency,
        "document": found.document,
        "section": found.section,
        "marker": found.marker,
        "text": found.text,
        "cosine": rounded(f64::from(hit.likeness.cosine)),
        "probability": rounded(hit.likeness.probability),
        "duplicate_probability": rounded(hit.likeness.duplicate),
        "relation": hit.likeness.relation,
        "why": why.collect::<Vec<_>>(),
    })
}

/// One pair of `similar --pairs`.
#[must_use]
pub fn pair(link: &Link, recommendations: &[Recommendation]) -> Value {
    let Likeness { cosine, probability, duplicate, relation } = link.likeness;
    json!({
        "a": recommendations[link.a].id,
        "b": recommendations[link.b].id,
        "cosine": rounded(f64::from(cosine)),
        "probability": rounded(probability),
        "duplicate_probability": rounded(duplicate),
        "relation": relation,
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
    let matched = |found: &Match| {
        let existing = &recommendations[found.hit.row];
        let differences = found.differences.iter().map(|difference| {
            json!({
                "kind": difference.kind,
                "draft": difference.draft,
                "existing": difference.existing,
            })
        });
        json!({
            "id": existing.id,
            "agency": existing.agency,
            "text": existing.text,
            "place": existing.place(),
            "cosine": rounded(f64::from(found.hit.likeness.cosine)),
            "probability": rounded(found.hit.likeness.probability),
            "relation": found.hit.likeness.relation,
            "differences": differences.collect::<Vec<_>>(),
        })
    };
    let statements = found.statements.iter().map(|verdict| {
        json!({
            "line_start": verdict.line_start,
            "line_end": verdict.line_end,
            "text": verdict.text,
            "relation": verdict_name(verdict.relation),
            "probability": rounded(verdict.probability),
            "matches": verdict.matches.iter().map(matched).collect::<Vec<_>>(),
        })
    });
    let reference = |theme: &ThemeRef| json!({ "id": theme.id, "label": theme.label, "agencies": theme.agencies });
    json!({
        "statements": statements.collect::<Vec<_>>(),
        "themes_touched": found.touched.iter().map(reference).collect::<Vec<_>>(),
        "themes_missing": found.missing.iter().map(reference).collect::<Vec<_>>(),
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
