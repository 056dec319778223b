//! What hardly anybody asks, and what nobody took up.

use std::collections::BTreeSet;

use super::OVERLAPS;
use crate::domain::{
    Agency, AgendaAnswer, AgendaItem, Likeness, Link, Recommendation, SingleVoice, Themes,
};

/// Recommendations named as nearest to an agenda item.
const NEAREST: usize = 5;

/// Rows whose ask no other agency shares: singles, and members of themes of one agency. Most
/// isolated first: by the probability of the nearest recommendation of another agency, then by row.
#[must_use]
pub fn single_voices(
    recommendations: &[Recommendation],
    themes: &Themes,
    links: &[Link],
) -> Vec<SingleVoice> {
    let common = themes.themes.iter().filter(|theme| theme.consensus.agencies() > 1);
    let shared: BTreeSet<usize> =
        common.flat_map(|theme| theme.members.iter().map(|member| member.row)).collect();
    let mut nearest: Vec<Option<(usize, f64)>> = vec![None; recommendations.len()];
    for link in links {
        if recommendations[link.a].agency != recommendations[link.b].agency {
            for (row, other) in [(link.a, link.b), (link.b, link.a)] {
                let found = (other, link.likeness.probability);
                if nearest[row].is_none_or(|best| found.1 > best.1) {
                    nearest[row] = Some(found);
                }
            }
        }
    }
    let alone = (0..recommendations.len()).filter(|row| !shared.contains(row));
    let mut voices: Vec<SingleVoice> =
        alone.map(|row| SingleVoice { row, nearest: nearest[row] }).collect();
    let closeness = |voice: &SingleVoice| voice.nearest.map_or(0.0, |(_, probability)| probability);
    voices.sort_by(|a, b| closeness(a).total_cmp(&closeness(b)).then(a.row.cmp(&b.row)));
    voices
}

/// Holds agenda items against the recommendations; `found` has, for each item, the recommendations
/// nearest to it, most probable first.
#[must_use]
pub fn answers(
    items: &[AgendaItem],
    found: &[Vec<(usize, Likeness)>],
    recommendations: &[Recommendation],
) -> Vec<AgendaAnswer> {
    let answer = |(item, found): (&AgendaItem, &Vec<(usize, Likeness)>)| {
        let taken_up = found.iter().filter(|(_, likeness)| likeness.probability >= OVERLAPS);
        let agencies: BTreeSet<Agency> =
            taken_up.map(|(row, _)| recommendations[*row].agency.clone()).collect();
        let nearest = found.iter().take(NEAREST);
        AgendaAnswer {
            item: item.clone(),
            nearest: nearest.map(|(row, likeness)| (*row, likeness.probability)).collect(),
            agencies: agencies.into_iter().collect(),
        }
    };
    items.iter().zip(found).map(answer).collect()
}
