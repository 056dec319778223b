//! Gaps: what only one agency asks, and what none takes up.

use std::collections::{BTreeMap, BTreeSet};

use super::{DEALS_WITH, MEETS, TAKES_UP};
use crate::domain::{
    Agency, AgendaAnswer, AgendaItem, ChallengeAnswer, Likeness, Link, Recommendation, Relation,
    SilentAgency, SilentPassage, SingleVoice, Themes,
};

/// Number of recommendations named as nearest to an agenda item or a challenge.
const NEAREST: usize = 5;

/// Recommendations with their likeness to a passage: rows, most probable first.
pub type Ranked = Vec<(usize, Likeness)>;

/// Rows whose ask no other agency shares: singles, and members of themes of one agency, unless
/// something that another agency asks may be related. A wrong "only one agency asks" costs more than a
/// missed one.
///
/// The most isolated come first: sorted by the probability of the nearest recommendation of another
/// agency, then by row.
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
    let closeness = |voice: &SingleVoice| voice.nearest.map_or(0.0, |(_, probability)| probability);
    let mut voices: Vec<SingleVoice> = alone
        .map(|row| SingleVoice { row, nearest: nearest[row] })
        .filter(|voice| closeness(voice) < Relation::RELATED)
        .collect();
    voices.sort_by(|a, b| closeness(a).total_cmp(&closeness(b)).then(a.row.cmp(&b.row)));
    voices
}

/// Compares agenda items with the recommendations.
///
/// `found` has, for each item, the recommendations nearest to it. An agency that takes up an item also
/// takes up the item above it.
#[must_use]
pub fn answers(
    items: &[AgendaItem],
    found: &[Ranked],
    recommendations: &[Recommendation],
) -> Vec<AgendaAnswer> {
    let own: Vec<BTreeSet<&Agency>> =
        found.iter().map(|found| takers(found, TAKES_UP, recommendations)).collect();
    let answer = |(at, item): (usize, &AgendaItem)| {
        let under = items.iter().zip(&own).filter(|(i, _)| i.parent.as_ref() == Some(&item.id));
        let agencies: BTreeSet<&Agency> =
            under.flat_map(|(_, agencies)| agencies).chain(&own[at]).copied().collect();
        AgendaAnswer {
            item: item.clone(),
            nearest: nearest(&found[at]),
            agencies: agencies.into_iter().cloned().collect(),
        }
    };
    items.iter().enumerate().map(answer).collect()
}

/// Compares challenges with the recommendations; `found` is as for [`answers`].
#[must_use]
pub fn challenge_answers(
    found: &[Ranked],
    recommendations: &[Recommendation],
) -> Vec<ChallengeAnswer> {
    let answer = |(challenge, found): (usize, &Ranked)| ChallengeAnswer {
        challenge,
        nearest: nearest(found),
        agencies: takers(found, MEETS, recommendations).into_iter().cloned().collect(),
    };
    found.iter().enumerate().map(answer).collect()
}

/// The agencies with a recommendation in `found` whose probability is at least `least`.
fn takers<'a>(
    found: &Ranked,
    least: f64,
    recommendations: &'a [Recommendation],
) -> BTreeSet<&'a Agency> {
    let takes_up = found.iter().filter(|(_, likeness)| likeness.probability >= least);
    takes_up.map(|(row, _)| &recommendations[*row].agency).collect()
}

fn nearest(found: &Ranked) -> Vec<(usize, f64)> {
    found.iter().take(NEAREST).map(|(row, likeness)| (*row, likeness.probability)).collect()
}

/// Minimum number of words in a passage that says something: "Building trust" is nearest to a trust
/// fund.
const LEAST_WORDS: usize = 3;

/// Agencies whose own passages deal with a theme that they have no part in.
///
/// A passage deals with the theme of the recommendation nearest to it, from a probability of
/// [`DEALS_WITH`] on. A heading of one or two words deals with nothing. An agency is not silent if it
/// recommends something nearer to the theme than its passage, or something that probably overlaps with
/// the theme.
#[must_use]
pub fn silent(
    passages: &[Recommendation],
    found: &[Ranked],
    recommendations: &[Recommendation],
    themes: &Themes,
    links: &[Link],
) -> Vec<SilentAgency> {
    let home = homes(recommendations.len(), themes);
    let mut silent: BTreeMap<(usize, &Agency), Vec<SilentPassage>> = BTreeMap::new();
    for (at, passage) in passages.iter().enumerate() {
        if passage.text.split_whitespace().count() < LEAST_WORDS {
            continue;
        }
        let agency = &passage.agency;
        let near = found[at].iter().find(|(row, _)| home[*row].is_some());
        let Some(&(row, likeness)) = near else { continue };
        let Some(theme) = home[row] else { continue };
        let has_part =
            themes.themes[theme].consensus.by_agency.iter().any(|entry| entry.agency == *agency);
        if likeness.probability >= DEALS_WITH && !has_part {
            let probability = likeness.probability;
            let passage = SilentPassage { challenge: at, nearest: row, probability };
            silent.entry((theme, agency)).or_default().push(passage);
        }
    }
    let closest = closest(recommendations, &home, links);
    let surest = |silent: &SilentAgency| silent.passages[0].probability;
    let mut all: Vec<SilentAgency> = silent
        .into_iter()
        .map(|((theme, agency), mut passages)| {
            passages.sort_by(|a, b| {
                b.probability.total_cmp(&a.probability).then(a.challenge.cmp(&b.challenge))
            });
            let nearest = closest.get(&(theme, agency)).copied();
            SilentAgency { agency: agency.clone(), theme, passages, nearest }
        })
        .filter(|silent| {
            let most = surest(silent).min(Relation::THRESHOLD);
            silent.nearest.is_none_or(|(_, probability)| probability < most)
        })
        .collect();
    all.sort_by(|a, b| surest(b).total_cmp(&surest(a)).then(a.theme.cmp(&b.theme)));
    all
}

/// The home theme of each row.
fn homes(n: usize, themes: &Themes) -> Vec<Option<usize>> {
    let mut home = vec![None; n];
    for (at, theme) in themes.themes.iter().enumerate() {
        for row in theme.core() {
            home[row] = Some(at);
        }
    }
    home
}

/// For each theme and agency, the agency's recommendation nearest to a member of the theme.
fn closest<'a>(
    recommendations: &'a [Recommendation],
    home: &[Option<usize>],
    links: &[Link],
) -> BTreeMap<(usize, &'a Agency), (usize, f64)> {
    let mut closest: BTreeMap<(usize, &Agency), (usize, f64)> = BTreeMap::new();
    for link in links {
        for (row, other) in [(link.a, link.b), (link.b, link.a)] {
            let Some(theme) = home[other] else { continue };
            let found = (row, link.likeness.probability);
            let best = closest.entry((theme, &recommendations[row].agency)).or_insert(found);
            if found.1 > best.1 {
                *best = found;
            }
        }
    }
    closest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AgencyCount, Consensus, Reader, RecommendationId, Relation, Theme};

    fn said(id: &str, agency: &str) -> Recommendation {
        Recommendation::new(
            RecommendationId::try_from(id.to_owned()).unwrap(),
            Agency::try_from(agency.to_owned()).unwrap(),
            format!("{agency} says {id}."),
        )
    }

    fn likeness(probability: f64) -> Likeness {
        Likeness {
            cosine: 0.5,
            probability,
            duplicate: 0.0,
            relation: Relation::None,
            contrary: None,
            read_by: Reader::Encoder,
        }
    }

    fn item(id: &str, parent: Option<&str>) -> AgendaItem {
        let parent = parent.map(str::to_owned);
        AgendaItem { id: id.to_owned(), text: id.to_owned(), parent, marker: None, level: None }
    }

    #[test]
    fn who_takes_up_a_part_takes_up_the_whole() {
        let rows = [said("r", "FAO"), said("s", "WHO")];
        let items = [item("whole", None), item("part", Some("whole")), item("other", None)];
        let found = [
            vec![(1, likeness(0.39))],
            vec![(0, likeness(0.41)), (1, likeness(0.1))],
            vec![(0, likeness(0.1))],
        ];
        let answers = answers(&items, &found, &rows);
        assert_eq!(answers[0].agencies, [rows[0].agency.clone()]);
        assert_eq!(answers[1].nearest, [(0, 0.41), (1, 0.1)]);
        let unanswered: Vec<bool> = answers.iter().map(AgendaAnswer::is_unanswered).collect();
        assert_eq!(unanswered, [false, false, true]);
    }

    #[test]
    fn a_challenge_is_met_from_a_lower_probability_on() {
        let rows = [said("r", "FAO"), said("s", "WHO")];
        let found = [vec![(1, likeness(0.36)), (0, likeness(0.34))], vec![(0, likeness(0.34))]];
        let answers = challenge_answers(&found, &rows);
        assert_eq!(answers[0].agencies, [rows[1].agency.clone()]);
        assert!(answers[1].agencies.is_empty());
        assert!(answers_to(&found[0], &rows).agencies.is_empty(), "an agenda item asks for more");
    }

    fn answers_to(found: &Ranked, rows: &[Recommendation]) -> AgendaAnswer {
        answers(&[item("only", None)], std::slice::from_ref(found), rows).remove(0)
    }

    fn theme(rows: &[usize], agencies: &[&str]) -> Theme {
        let count = |agency: &&str| AgencyCount {
            agency: Agency::try_from((*agency).to_owned()).unwrap(),
            count: 1,
        };
        let by_agency = agencies.iter().map(count).collect();
        let consensus = Consensus { by_agency, ..Consensus::default() };
        Theme { consensus, ..Theme::of_rows("t", rows) }
    }

    #[test]
    fn silent_is_who_writes_of_a_theme_and_recommends_nothing_near_it() {
        let rows = [said("0", "FAO"), said("1", "WHO"), said("2", "ILO"), said("3", "IOM")];
        let themes = Themes { themes: vec![theme(&[0, 1], &["FAO", "WHO"])], single: vec![2, 3] };
        let heading = Recommendation { text: "Building trust".into(), ..said("e", "UPU") };
        let passages =
            [said("a", "ILO"), said("b", "IOM"), said("c", "FAO"), said("d", "ILO"), heading];
        let near = |probability| vec![(3, likeness(0.9)), (0, likeness(probability))];
        let found = [near(0.55), near(0.6), near(0.9), near(0.6), near(0.9)];
        let link = |b, probability| Link { a: 1, b, likeness: likeness(probability) };
        let silent = silent(&passages, &found, &rows, &themes, &[link(2, 0.2), link(3, 0.7)]);
        let [only] = silent.as_slice() else { panic!("{silent:?}") };
        assert_eq!(
            only.agency, rows[2].agency,
            "FAO has a part, IOM recommends what is nearer, UPU says nothing"
        );
        let passage = |challenge, probability| SilentPassage { challenge, nearest: 0, probability };
        assert_eq!(only.passages, [passage(3, 0.6), passage(0, 0.55)]);
        assert_eq!(only.nearest, Some((2, 0.2)));
    }
}
