//! The report as JSON, for other programs: figures, not words.

use serde_json::{Value, json};

use super::answers;
use crate::domain::{
    AgendaAnswer, ChallengeAnswer, Link, Overlap, SilentAgency, SilentPassage, SingleVoice, Theme,
};

/// The report as JSON. Recommendations are named by id; `themes` and `single` are as
/// `concord themes` gives them. A figure that is not known is `null`.
#[must_use]
pub fn json(overlap: &Overlap) -> Value {
    json!({
        "title": overlap.title,
        "documents": overlap.documents.iter().map(|d| json!({
            "id": d.id, "title": d.title, "year": d.year, "source": d.source,
        })).collect::<Vec<_>>(),
        "counts": {
            "documents": overlap.documents.len(),
            "agencies": overlap.agencies.len(),
            "recommendations": overlap.recommendations.len(),
            "themes": overlap.themes.themes.len(),
            "single": overlap.themes.single.len(),
            "duplicates": overlap.duplicates.len(),
        },
        "themes": themes(overlap),
        "single": ids(&overlap.themes.single, overlap),
        "agencies": agencies(overlap),
        "duplicates": overlap.duplicates.iter().map(|l| link(l, overlap)).collect::<Vec<_>>(),
        "gaps": {
            "single_voice":
                overlap.gaps.single_voice.iter().map(|s| single_voice(s, overlap)).collect::<Vec<_>>(),
            "agenda": overlap.gaps.agenda.as_ref().map(|answers| {
                answers.iter().map(|a| agenda_answer(a, overlap)).collect::<Vec<_>>()
            }),
            "challenges": overlap.gaps.challenges.as_ref().map(|answers| {
                answers.iter().map(|a| challenge_answer(a, overlap)).collect::<Vec<_>>()
            }),
            "silent": overlap.gaps.silent.as_ref().map(|found| {
                found.iter().map(|s| silent(s, overlap)).collect::<Vec<_>>()
            }),
        },
        "changes": overlap.changes,
        "recommendations": overlap.recommendations,
        "method": {
            "version": overlap.method.version,
            "model": overlap.method.model,
            "overlap_threshold": overlap.method.overlap_threshold,
            "duplicate_threshold": overlap.method.duplicate_threshold,
            "corpus_blake3": overlap.method.corpus,
            "measured": overlap.method.measured,
            "takes_up_threshold": overlap.method.takes_up_threshold,
            "command": overlap.method.command,
        },
    })
}

/// Themes as `concord themes` gives them, with what the agencies share and what each adds.
fn themes(overlap: &Overlap) -> Vec<Value> {
    let one = |(at, theme): (usize, &Theme)| {
        let mut value = answers::theme(theme, &overlap.recommendations);
        if let Some(found) = overlap.particulars.get(at) {
            let own = theme.consensus.by_agency.iter().zip(&found.own);
            value["in_common"] = json!(found.shared);
            value["said_by_one"] = own
                .map(|(count, words)| json!({ "agency": count.agency, "words": words }))
                .collect();
        }
        value
    };
    overlap.themes.themes.iter().enumerate().map(one).collect()
}

fn agencies(overlap: &Overlap) -> Vec<Value> {
    let themes = |list: &[(usize, usize)]| -> Vec<Value> {
        let one = |&(position, count): &(usize, usize)| json!({ "id": overlap.themes.themes[position].id, "count": count });
        list.iter().map(one).collect()
    };
    let nearest = |list: &[(crate::domain::Agency, f64)]| -> Vec<Value> {
        list.iter().map(|(a, cosine)| json!({ "agency": a, "cosine": rounded(*cosine) })).collect()
    };
    let profile = |p: &crate::domain::AgencyProfile| {
        json!({
            "agency": p.agency,
            "recommendations": p.rows.len(),
            "shared": p.shared,
            "themes": themes(&p.themes),
            "nearest": nearest(&p.nearest),
        })
    };
    overlap.agencies.iter().map(profile).collect()
}

fn link(link: &Link, overlap: &Overlap) -> Value {
    json!({
        "a": id(link.a, overlap),
        "b": id(link.b, overlap),
        "cosine": rounded(f64::from(link.likeness.cosine)),
        "probability": rounded(link.likeness.probability),
        "duplicate": rounded(link.likeness.duplicate),
        "relation": link.likeness.relation,
    })
}

fn single_voice(single: &SingleVoice, overlap: &Overlap) -> Value {
    json!({ "id": id(single.row, overlap), "nearest": single.nearest.map(|n| near(n, overlap)) })
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
        "nearest": answer.nearest.iter().map(|&n| near(n, overlap)).collect::<Vec<_>>(),
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
        "passages": silent.passages.iter().map(passage).collect::<Vec<_>>(),
        "nearest": silent.nearest.map(|n| near(n, overlap)),
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
        "nearest": answer.nearest.iter().map(|&n| near(n, overlap)).collect::<Vec<_>>(),
    })
}

fn near((row, probability): (usize, f64), overlap: &Overlap) -> Value {
    json!({ "id": id(row, overlap), "probability": rounded(probability) })
}

fn id(row: usize, overlap: &Overlap) -> &str {
    overlap.recommendations[row].id.as_str()
}

fn ids<'a>(rows: &[usize], overlap: &'a Overlap) -> Vec<&'a str> {
    rows.iter().map(|&row| id(row, overlap)).collect()
}

/// Six decimals: what lies beyond is rounding of the arithmetic, not a finding.
fn rounded(x: f64) -> f64 {
    (x * 1e6).round() / 1e6
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
