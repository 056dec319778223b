//! Answers of `similar`, `themes` and `check` as the JSON that other programs rely on.

use serde_json::{Map, Value, json};

use crate::domain::{
    DraftCheck, Hit, Link, Recommendation, Relation, Similar, Sorted, SortedItem, Theme, Themes,
};

/// Decimals of an answer: more would be noise, and could differ between two roads to the same pair.
const DECIMALS: i32 = 4;

/// One answer of `similar`.
#[must_use]
pub fn similar(answer: &Similar, recommendations: &[Recommendation]) -> Value {
    let result = |(at, hit): (usize, &Hit)| {
        let found = &recommendations[hit.row];
        let statements =
            hit.statements.as_ref().map(|(query, found)| json!({ "query": query, "found": found }));
        joined([
            json!({
                "rank": at + 1,
                "id": found.id,
                "agency": found.agency,
                "document": found.document,
                "section": found.section,
                "marker": found.marker,
                "text": found.text,
            }),
            comparison(hit),
            json!({
                "statements": statements,
                "copy_of": hit.copy_of.map(|row| &recommendations[row].id),
            }),
        ])
    };
    json!({
        "query": { "text": answer.text, "id": answer.id },
        "results": list(answer.hits.iter().enumerate(), result),
    })
}

/// How a found recommendation compares with what was asked about.
fn comparison(hit: &Hit) -> Value {
    let said = json!({
        "opposite": hit.is_opposite(),
        "decided": hit.likeness.decided(),
        "differences": hit.differences,
        "why": hit.why,
    });
    rounded(joined([json!(hit.likeness), said]), DECIMALS)
}

/// One pair of `pairs`; `opposite` says whether one asks for the contrary of the other.
#[must_use]
pub fn pair(link: &Link, opposite: bool, recommendations: &[Recommendation]) -> Value {
    let [a, b] = [link.a, link.b].map(|row| &recommendations[row].id);
    let likeness = rounded(json!(link.likeness), DECIMALS);
    let said = json!({
        "relation": link.likeness.relation.given(opposite),
        "opposite": opposite,
        "decided": link.likeness.decided(),
    });
    joined([json!({ "a": a, "b": b }), likeness, said])
}

/// The answer of `themes`.
#[must_use]
pub fn themes(found: &Themes, recommendations: &[Recommendation]) -> Value {
    json!({
        "themes": list(&found.themes, |one| theme(one, recommendations)),
        "single": list(&found.single, |&row| json!(recommendations[row].id)),
    })
}

/// One theme, as `themes` and the report give it.
pub(super) fn theme(theme: &Theme, recommendations: &[Recommendation]) -> Value {
    let id = |row: usize| &recommendations[row].id;
    let found = &theme.consensus;
    let value = json!({
        "id": theme.id,
        "label": theme.label,
        "keywords": theme.keywords,
        "parent": theme.parent,
        "members": list(&theme.members, |member| {
            json!({ "id": id(member.row), "weight": member.weight, "guest": member.guest })
        }),
        "representatives": list(&theme.representatives, |&row| json!(id(row))),
        "agencies": found.by_agency,
        "asking": list(&theme.asking, |asking| {
            json!({
                "agency": asking.agency,
                "id": id(asking.row),
                "probability": asking.probability,
            })
        }),
        "leads": found.leads(),
        "cohesion": theme.cohesion,
        "stability": theme.stability,
        "process": theme.is_process,
        "narrow": theme.is_narrow(),
        "weak": theme.is_weak(),
        "shaped_by": theme.decided,
        "consensus": {
            "agencies": found.agencies(),
            "asking": theme.asking.len(),
            "surely": theme.n_surely(),
            "expected_asking": theme.expected_asking(),
            "share": found.share,
            "effective": found.effective,
            "strength": found.strength,
            "expected": found.expected,
            "expected_low": found.expected_low,
            "expected_high": found.expected_high,
            "excess": found.excess,
            "p_value": found.p_value,
        },
    });
    rounded(value, DECIMALS)
}

/// The answer of `themes --by`.
#[must_use]
pub fn sorted(found: &Sorted, recommendations: &[Recommendation]) -> Value {
    let id = |row: usize| &recommendations[row].id;
    let item = |sorted: &SortedItem| {
        let member = |&(row, weight): &(usize, f64)| json!({ "id": id(row), "weight": weight });
        json!({
            "id": sorted.item.id,
            "label": sorted.item.text,
            "members": list(&sorted.members, member),
            "agencies": sorted.agencies,
        })
    };
    let none = |&(row, nearest): &(usize, Option<(usize, f64)>)| {
        let near = nearest.map(|(at, probability)| {
            json!({ "id": found.items[at].item.id, "probability": probability })
        });
        json!({ "id": id(row), "nearest": near })
    };
    let value = json!({ "themes": list(&found.items, item), "none": list(&found.none, none) });
    rounded(value, DECIMALS)
}

/// The answer of `check`.
#[must_use]
pub fn check(found: &DraftCheck, recommendations: &[Recommendation]) -> Value {
    let matched = |hit: &Hit| {
        let Recommendation { id, agency, text, .. } = &recommendations[hit.row];
        let place = recommendations[hit.row].place();
        let existing = json!({ "id": id, "agency": agency, "text": text, "place": place });
        joined([existing, comparison(hit)])
    };
    let statements = list(&found.statements, |verdict| {
        let cite = |&at: &usize| {
            let row = &recommendations[verdict.matches[at].row];
            json!({ "id": row.id, "agency": row.agency, "place": row.place() })
        };
        json!({
            "line_start": verdict.line_start,
            "line_end": verdict.line_end,
            "text": verdict.text,
            "relation": verdict_name(verdict.relation),
            "probability": verdict.probability,
            "opposite": verdict.is_opposite(),
            "matches": list(&verdict.matches, matched),
            "own_matches": list(&verdict.own, matched),
            "cite": list(&verdict.cite, cite),
            "repeats": verdict.repeats,
            "parts": list(&verdict.parts, |part| json!({
                "text": part.text,
                "relation": verdict_name(part.relation),
                "nearest": part.nearest.as_ref().map(matched),
            })),
            "specifics": verdict.specifics,
            "nearest_specifics": verdict.nearest_specifics,
            "most_specific": verdict.strongest.map(|at| {
                &recommendations[verdict.matches[at].row].id
            }),
        })
    });
    let in_line = |(agency, n): &(_, usize)| json!({ "agency": agency, "statements": n });
    let value = json!({
        "statements": statements,
        "not_checked": found.unchecked,
        "themes_touched": found.touched,
        "themes_missing": found.missing,
        "themes_outside": found.outside,
        "agency": found.author,
        "share_new": found.new_share(),
        "agencies_in_line": list(&found.in_line, in_line),
        "agenda_answered": found.answered,
    });
    rounded(value, DECIMALS)
}

/// A relation as it is said of a draft: what relates to nothing is new.
#[must_use]
pub fn verdict_name(relation: Relation) -> &'static str {
    match relation {
        Relation::None => "new",
        Relation::Related | Relation::Overlap | Relation::Duplicate => relation.name(),
    }
}

/// What `one` says of each item.
pub(super) fn list<T>(items: impl IntoIterator<Item = T>, one: impl FnMut(T) -> Value) -> Value {
    items.into_iter().map(one).collect()
}

/// The fields of several objects in one, in their order.
pub(super) fn joined<const N: usize>(objects: [Value; N]) -> Value {
    let fields = |object| if let Value::Object(fields) = object { fields } else { Map::new() };
    objects.into_iter().flat_map(fields).collect()
}

/// The same with so many decimals at most in every fraction.
pub(super) fn rounded(value: Value, decimals: i32) -> Value {
    let scale = 10_f64.powi(decimals);
    let inner = |(name, value)| (name, rounded(value, decimals));
    match value {
        Value::Array(items) => list(items, |item| rounded(item, decimals)),
        Value::Object(fields) => fields.into_iter().map(inner).collect(),
        Value::Number(x) if x.is_f64() => json!(x.as_f64().map(|x| (x * scale).round() / scale)),
        other => other,
    }
}
