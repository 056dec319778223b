//! The report as JSON, for other programs: figures, not words.

use serde_json::{Value, json};

use super::answers::{self, joined, list, rounded};
use crate::domain::{
    AgencyProfile, AgendaAnswer, ChallengeAnswer, Contradiction, Link, Overlap, Repeat,
    SilentAgency, SilentPassage, SingleVoice, Theme,
};

/// Decimals of a figure: what lies beyond is rounding of the arithmetic, not a finding.
const DECIMALS: i32 = 6;

/// The report as JSON. Recommendations are named by id; `themes` and `single` are as
/// `concord themes` gives them. A figure that is not known is `null`.
#[must_use]
pub fn json(overlap: &Overlap) -> Value {
    json!({
        "title": overlap.title,
        "documents": overlap.documents,
        "counts": {
            "documents": overlap.documents.len(),
            "agencies": overlap.agencies.len(),
            "recommendations": overlap.recommendations.len(),
            "themes": overlap.themes.themes.len(),
            "single": overlap.themes.single.len(),
            "duplicates": overlap.duplicates.len(),
        },
        "themes": list(overlap.themes.themes.iter().enumerate(), |found| theme(found, overlap)),
        "single": list(&overlap.themes.single, |&row| id(row, overlap)),
        "agencies": rounded(list(&overlap.agencies, |found| agency(found, overlap)), DECIMALS),
        "bodies": list(&overlap.bodies, |pair| joined([json!(pair), json!({ "misses": pair.misses() })])),
        "duplicates": rounded(list(&overlap.duplicates, |found| link(found, overlap)), DECIMALS),
        "contradictions":
            rounded(list(&overlap.contradictions, |found| contradiction(found, overlap)), DECIMALS),
        "repeats": overlap.repeats.as_ref().map(|all| list(all, |found| repeat(found, overlap))),
        "gaps": rounded(gaps(overlap), DECIMALS),
        "changes": overlap.changes,
        "recommendations": overlap.recommendations,
        "method": overlap.method,
    })
}

/// A theme as `concord themes` gives it, with what the agencies share and what each adds.
fn theme((at, theme): (usize, &Theme), overlap: &Overlap) -> Value {
    let value = answers::theme(theme, &overlap.recommendations);
    let Some(found) = overlap.particulars.get(at) else { return value };
    let own = list(
        theme.consensus.by_agency.iter().zip(&found.own),
        |(count, words)| json!({ "agency": count.agency, "words": words }),
    );
    joined([value, json!({ "in_common": found.shared, "said_by_one": own })])
}

fn agency(found: &AgencyProfile, overlap: &Overlap) -> Value {
    let theme = |&(position, count): &(usize, usize)| json!({ "id": overlap.themes.themes[position].id, "count": count });
    json!({
        "agency": found.agency,
        "recommendations": found.rows.len(),
        "shared": found.shared,
        "themes": list(&found.themes, theme),
        "nearest": list(&found.nearest, |(a, cosine)| json!({ "agency": a, "cosine": cosine })),
    })
}

fn link(link: &Link, overlap: &Overlap) -> Value {
    json!({
        "a": id(link.a, overlap),
        "b": id(link.b, overlap),
        "cosine": link.likeness.cosine,
        "probability": link.likeness.probability,
        "duplicate": link.likeness.duplicate,
        "relation": link.likeness.relation,
        "decided": link.likeness.decided(),
    })
}

fn contradiction(found: &Contradiction, overlap: &Overlap) -> Value {
    let [a, b] = [found.a, found.b].map(|row| &overlap.recommendations[row].agency);
    json!({
        "a": id(found.a, overlap),
        "b": id(found.b, overlap),
        "probability": found.probability,
        "phrases": { "a": found.phrases.0, "b": found.phrases.1 },
        "decided": found.decided,
        "agencies": if a == b { vec![a] } else { vec![a, b] },
    })
}

fn repeat(found: &Repeat, overlap: &Overlap) -> Value {
    let said = |&(year, row): &(i32, usize)| json!({ "id": id(row, overlap), "year": year, "agency": overlap.recommendations[row].agency });
    let recalled =
        |&(row, year): &(usize, Option<i32>)| json!({ "id": id(row, overlap), "year": year });
    json!({
        "years": found.years(),
        "agencies": found.agencies,
        "members": list(&found.dated, said),
        "recalled": list(&found.recalled, recalled),
    })
}

/// What `concord gaps` gives: every kind of gap, contradictions and repeats, each under its name in the
/// report; `null` where the corpus does not tell.
#[must_use]
pub fn kinds_of_gaps(overlap: &Overlap) -> Value {
    let mut report = json(overlap);
    let mut found = report["gaps"].take();
    for kind in ["contradictions", "repeats"] {
        found[kind] = report[kind].take();
    }
    found
}

/// Every kind of gap; `null` where the corpus does not tell.
fn gaps(overlap: &Overlap) -> Value {
    let gaps = &overlap.gaps;
    let voice = |voice: &SingleVoice| json!({ "id": id(voice.row, overlap), "nearest": voice.nearest.map(|n| near(n, overlap)) });
    let agenda = |all| list(all, |answer| agenda_answer(answer, overlap));
    let challenges = |all| list(all, |answer| challenge_answer(answer, overlap));
    json!({
        "single_voice": list(&gaps.single_voice, voice),
        "agenda": gaps.agenda.as_ref().map(agenda),
        "challenges": gaps.challenges.as_ref().map(challenges),
        "silent": gaps.silent.as_ref().map(|all| list(all, |found| silent(found, overlap))),
    })
}

fn agenda_answer(answer: &AgendaAnswer, overlap: &Overlap) -> Value {
    json!({
        "unanswered": answer.is_unanswered(),
        "id": answer.item.id,
        "level": answer.item.level,
        "marker": answer.item.marker,
        "parent": answer.item.parent,
        "text": answer.item.text,
        "agencies": answer.agencies,
        "nearest": list(&answer.nearest, |&found| near(found, overlap)),
    })
}

fn challenge_answer(answer: &ChallengeAnswer, overlap: &Overlap) -> Value {
    let challenge = &overlap.challenges[answer.challenge];
    json!({
        "id": challenge.id,
        "agency": challenge.agency,
        "place": challenge.place(),
        "text": challenge.text,
        "unanswered": answer.is_unanswered(),
        "agencies": answer.agencies,
        "nearest": list(&answer.nearest, |&found| near(found, overlap)),
    })
}

fn silent(silent: &SilentAgency, overlap: &Overlap) -> Value {
    let passage = |&SilentPassage { challenge: at, nearest: row, probability }: &SilentPassage| {
        let passage = &overlap.challenges[at];
        json!({
            "id": passage.id,
            "place": passage.place(),
            "text": passage.text,
            "nearest": near((row, probability), overlap),
        })
    };
    json!({
        "agency": silent.agency,
        "theme": overlap.themes.themes[silent.theme].id,
        "passages": list(&silent.passages, passage),
        "nearest": silent.nearest.map(|found| near(found, overlap)),
    })
}

fn near((row, probability): (usize, f64), overlap: &Overlap) -> Value {
    json!({ "id": id(row, overlap), "probability": probability })
}

fn id(row: usize, overlap: &Overlap) -> Value {
    json!(overlap.recommendations[row].id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn every_recommendation_is_in_a_theme_or_single() {
        let overlap = fixture::shipped();
        let report = json(&overlap);
        let mut seen: Vec<&str> = Vec::new();
        for theme in report["themes"].as_array().unwrap() {
            let members = theme["members"].as_array().unwrap();
            seen.extend(members.iter().map(|m| m["id"].as_str().unwrap()));
        }
        seen.extend(report["single"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()));
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), overlap.recommendations.len());
    }

    #[test]
    fn a_figure_that_is_not_known_is_null() {
        let mut overlap = fixture::hostile();
        overlap.themes.themes[0].stability = f64::NAN;
        assert!(json(&overlap)["themes"][0]["stability"].is_null());
    }
}
