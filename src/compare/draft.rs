//! A draft compared with existing recommendations.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Agency, AgendaAnswer, AgendaItem, DifferenceKind, DraftCheck, Hit, Recommendation, Relation,
    Theme, ThemeRef, Themes, Verdict, dot,
};

/// Minimum number of agencies for an agreement worth naming to somebody who left it out.
const AGREEMENT: usize = 3;

/// Maximum number of recommendations to cite for one statement.
const CITED: usize = 3;

/// Differences that turn a duplicate into an overlap: the same act, but by others, on something else,
/// for others or to another extent. Another deadline does not. Chosen on the development drafts
/// (docs/decisions/check.md).
const CHANGES_THE_ASK: [DifferenceKind; 7] = [
    DifferenceKind::Addressee,
    DifferenceKind::Action,
    DifferenceKind::Object,
    DifferenceKind::Instrument,
    DifferenceKind::Number,
    DifferenceKind::Population,
    DifferenceKind::Scope,
];

/// The relation of a statement to a recommendation, from their probabilities and differences.
///
/// A statement that asks for the contrary shares no part of the ask, however similar the words are.
#[must_use]
pub fn judged(hit: &Hit) -> Relation {
    let differs =
        |kinds: &[DifferenceKind]| hit.differences.iter().any(|d| kinds.contains(&d.kind));
    let most = if hit.is_opposite() {
        Relation::Related
    } else if differs(&CHANGES_THE_ASK) {
        Relation::Overlap
    } else {
        Relation::Duplicate
    };
    hit.likeness.relation.min(most)
}

/// The relation of a statement to what exists.
///
/// It is the relation to its most probable match. A duplicate among the other matches makes it a
/// duplicate, unless the most probable match asks for the contrary.
#[must_use]
pub fn verdict(matches: &[Hit]) -> Relation {
    let Some(first) = matches.first() else { return Relation::None };
    let duplicate = matches.iter().any(|hit| hit.likeness.relation == Relation::Duplicate);
    if duplicate && !first.is_opposite() { Relation::Duplicate } else { first.likeness.relation }
}

/// Cosine from which two statements of a draft repeat each other. Half of the sentences reworded by
/// hand reach it; no sentence that asks for something else does (docs/decisions/check.md).
const REPEATS: f32 = 0.8;

/// The same, if both duplicate one recommendation.
const REPEATS_WITH: f32 = 0.6;

/// Maximum number of earlier statements that one is said to repeat. A draft of thousands of statements that are
/// nearly the same would otherwise compare the directions of all its pairs.
const MOST_REPEATS: usize = 5;

/// Sets [`Verdict::repeats`] of each verdict: the earlier statements of the draft that it repeats.
///
/// Row *i* of `vectors` is the unit vector of statement *i*. `is_contrary` tells whether two
/// statements, by position, ask for the contrary, which is not a repetition.
pub fn mark_repeats(
    verdicts: &mut [Verdict],
    vectors: &[&[f32]],
    is_contrary: impl Fn(usize, usize) -> bool,
) {
    for at in 0..verdicts.len() {
        let repeats = |&before: &usize| {
            let (earlier, later) = (&verdicts[before], &verdicts[at]);
            let cosine = dot(vectors[before], vectors[at]);
            let is_close = cosine >= REPEATS
                || (cosine >= REPEATS_WITH
                    && duplicated(earlier).any(|row| duplicated(later).any(|other| row == other)));
            is_close && !is_contrary(at, before)
        };
        verdicts[at].repeats = (0..at).filter(repeats).take(MOST_REPEATS).collect();
    }
}

fn duplicated(verdict: &Verdict) -> impl Iterator<Item = usize> {
    let hits = verdict.matches.iter().chain(&verdict.own);
    hits.filter(|hit| hit.likeness.relation == Relation::Duplicate).map(|hit| hit.row)
}

/// Positions of the matches to cite: the nearest one of each agency that shares the ask, at most three.
#[must_use]
pub fn cited(matches: &[Hit], recommendations: &[Recommendation]) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    let shares = |hit: &Hit| hit.likeness.relation >= Relation::Overlap;
    let cited = (0..matches.len()).filter(|&at| {
        shares(&matches[at]) && seen.insert(&recommendations[matches[at].row].agency)
    });
    cited.take(CITED).collect()
}

/// The `draft` completed with what its verdicts say about it as a whole.
///
/// `agenda` holds the items of the agenda with the recommendations nearest to them.
#[must_use]
pub fn check(
    draft: DraftCheck,
    recommendations: &[Recommendation],
    themes: &Themes,
    agenda: Option<&[AgendaAnswer]>,
) -> DraftCheck {
    let rows: BTreeSet<usize> = draft.statements.iter().flat_map(shared_rows).collect();
    let is_touched = |theme: &&Theme| theme.members.iter().any(|member| rows.contains(&member.row));
    let agreed = |theme: &&Theme| theme.consensus.agencies() >= AGREEMENT;
    let touched = themes.themes.iter().filter(is_touched).map(reference).collect();
    let missing = themes.themes.iter().filter(|theme| agreed(theme) && !is_touched(theme));
    DraftCheck {
        touched,
        missing: missing.map(reference).collect(),
        in_line: in_line(&draft.statements, recommendations),
        answered: agenda.map(|agenda| answered(agenda, &rows)),
        ..draft
    }
}

/// Rows of the recommendations that share the ask of a statement.
fn shared_rows(statement: &Verdict) -> impl Iterator<Item = usize> {
    let hits = statement.matches.iter().chain(&statement.own);
    hits.filter(|hit| hit.likeness.relation >= Relation::Overlap).map(|hit| hit.row)
}

fn in_line(statements: &[Verdict], recommendations: &[Recommendation]) -> Vec<(Agency, usize)> {
    let mut counts: BTreeMap<&Agency, usize> = BTreeMap::new();
    for statement in statements {
        let sharing = statement.matches.iter().filter(|h| h.likeness.relation >= Relation::Overlap);
        let agencies: BTreeSet<&Agency> =
            sharing.map(|hit| &recommendations[hit.row].agency).collect();
        for agency in agencies {
            *counts.entry(agency).or_default() += 1;
        }
    }
    let mut found: Vec<_> = counts.into_iter().map(|(agency, n)| (agency.clone(), n)).collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    found
}

fn answered(agenda: &[AgendaAnswer], rows: &BTreeSet<usize>) -> Vec<AgendaItem> {
    let takes_up = |answer: &&AgendaAnswer| {
        answer
            .nearest
            .iter()
            .any(|(row, chance)| *chance >= Relation::THRESHOLD && rows.contains(row))
    };
    agenda.iter().filter(takes_up).map(|answer| answer.item.clone()).collect()
}

fn reference(theme: &Theme) -> ThemeRef {
    let mut agencies: Vec<_> =
        theme.consensus.by_agency.iter().map(|entry| entry.agency.clone()).collect();
    agencies.sort();
    ThemeRef { id: theme.id.clone(), label: theme.label.clone(), agencies }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Difference, Likeness, Reader};

    fn hit(relation: Relation, kinds: &[DifferenceKind]) -> Hit {
        let differences =
            kinds.iter().map(|&kind| Difference { kind, draft: "a".into(), existing: "b".into() });
        let likeness = Likeness {
            cosine: 0.9,
            probability: 0.9,
            duplicate: 0.9,
            relation,
            contrary: None,
            read_by: Reader::Encoder,
        };
        Hit {
            row: 0,
            likeness,
            why: Vec::new(),
            statements: None,
            copy_of: None,
            differences: differences.collect(),
        }
    }

    #[test]
    fn what_differs_lowers_a_relation_and_never_raises_it() {
        use DifferenceKind::{Addressee, Deadline, Direction};
        let judged = |relation, kinds: &[_]| judged(&hit(relation, kinds));
        assert_eq!(judged(Relation::Duplicate, &[]), Relation::Duplicate);
        assert_eq!(judged(Relation::Duplicate, &[Deadline]), Relation::Duplicate);
        assert_eq!(judged(Relation::Duplicate, &[Addressee]), Relation::Overlap);
        assert_eq!(judged(Relation::Duplicate, &[Direction]), Relation::Related);
        assert_eq!(judged(Relation::None, &[Direction]), Relation::None);
    }

    #[test]
    fn a_duplicate_counts_wherever_it_stands_but_against_a_contrary() {
        let contrary = hit(Relation::Related, &[DifferenceKind::Direction]);
        let matches = [contrary.clone(), hit(Relation::Overlap, &[])];
        assert_eq!(verdict(&matches), Relation::Related);
        let (overlap, duplicate) = (hit(Relation::Overlap, &[]), hit(Relation::Duplicate, &[]));
        assert_eq!(verdict(&[contrary, duplicate.clone()]), Relation::Related);
        assert_eq!(verdict(&[overlap, duplicate]), Relation::Duplicate);
        assert_eq!(verdict(&[]), Relation::None);
    }
}
