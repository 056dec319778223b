//! A draft compared with existing recommendations.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Agency, AgendaAnswer, AgendaItem, DifferenceKind, DraftCheck, Hit, Recommendation, Relation,
    Theme, ThemeId, ThemeRef, Themes, Verdict, VerdictPart, dot,
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
/// A statement that asks for the contrary is about the same, and shares no part of the ask, however similar or
/// different the words are.
#[must_use]
pub fn judged(hit: &Hit) -> Relation {
    if hit.is_opposite() {
        return Relation::Related;
    }
    let differs = hit.differences.iter().any(|d| CHANGES_THE_ASK.contains(&d.kind));
    hit.likeness.relation.min(if differs { Relation::Overlap } else { Relation::Duplicate })
}

/// The relation of a statement to what exists, and the probability of a shared ask.
///
/// It is the relation to its most probable match. A duplicate among the other matches makes it a
/// duplicate, unless the most probable match asks for the contrary. `parts` holds the matches of each
/// thing that the statement asks for, if there are several: it duplicates only what makes all its asks,
/// and overlaps with what makes one of them.
#[must_use]
pub fn verdict(matches: &[Hit], parts: &[&[Hit]]) -> (Relation, f64) {
    let Some(first) = matches.first() else { return (Relation::None, 0.0) };
    let mut duplicates = matches.iter().filter(|hit| hit.likeness.relation == Relation::Duplicate);
    let probability = first.likeness.probability;
    if first.is_opposite() {
        return (first.likeness.relation, probability);
    }
    if duplicates.clone().next().is_some() {
        let in_full = duplicates.any(|hit| parts.iter().all(|part| shares(part, hit.row)));
        let relation = if in_full { Relation::Duplicate } else { Relation::Overlap };
        return (relation, probability);
    }
    let of_parts = parts.iter().filter_map(|part| part.first());
    let shared = of_parts.filter(|hit| hit.likeness.relation >= Relation::Overlap);
    let most = shared.map(|hit| hit.likeness.probability).max_by(f64::total_cmp);
    match most {
        Some(most) => (Relation::Overlap, most.max(probability)),
        // What contradicts something is not new, even if its contrary is not its nearest.
        None if matches.iter().any(Hit::is_opposite) => {
            (first.likeness.relation.max(Relation::Related), probability)
        }
        None => (first.likeness.relation, probability),
    }
}

/// Whether `row` is among the matches that share the ask.
fn shares(matches: &[Hit], row: usize) -> bool {
    matches.iter().any(|hit| hit.row == row && hit.likeness.relation >= Relation::Overlap)
}

/// The verdict on one of several things that a statement asks for, from its `matches`.
#[must_use]
pub fn part(text: String, matches: &[Hit]) -> VerdictPart {
    let (relation, _) = verdict(matches, &[]);
    let contrary = matches.iter().find(|hit| hit.is_opposite());
    VerdictPart { text, relation, nearest: contrary.or(matches.first()).cloned() }
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

/// Position of the most specific match with the same ask, if it is more specific than the statement.
/// `specific` gives the number of specifics of a row, `own` that of the statement.
#[must_use]
pub fn strongest(matches: &[Hit], own: usize, specific: impl Fn(usize) -> usize) -> Option<usize> {
    let is_same = |&at: &usize| {
        matches[at].likeness.duplicate >= Relation::THRESHOLD && !matches[at].is_opposite()
    };
    let sharing = (0..matches.len()).filter(is_same).map(|at| (specific(matches[at].row), at));
    let (most, at) = sharing.max_by_key(|&(n, at)| (n, std::cmp::Reverse(at)))?;
    (most > own).then_some(at)
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
    let agreed = |theme: &&Theme| theme.asking.len() >= AGREEMENT;
    let touched = themes.themes.iter().filter(is_touched).map(reference).collect();
    let near: BTreeSet<usize> = draft.statements.iter().flat_map(near_rows).collect();
    let is_near = |theme: &Theme| theme.members.iter().any(|member| near.contains(&member.row));
    let areas: BTreeSet<&ThemeId> =
        themes.themes.iter().filter(is_touched).filter_map(|theme| theme.parent.as_ref()).collect();
    // What it omits of its own subject; a draft on pensions omits nothing on border controls.
    let is_within = |theme: &Theme| {
        is_near(theme) || theme.parent.as_ref().is_some_and(|area| areas.contains(area))
    };
    let omitted = themes.themes.iter().filter(|theme| agreed(theme) && !is_touched(theme));
    let (missing, outside): (Vec<&Theme>, Vec<&Theme>) =
        omitted.partition(|theme| is_within(theme));
    DraftCheck {
        touched,
        missing: missing.into_iter().map(reference).collect(),
        outside: outside.len(),
        in_line: in_line(&draft.statements, recommendations),
        answered: agenda.map(|agenda| answered(agenda, &rows)),
        ..draft
    }
}

/// Rows of the recommendations that share the ask of a statement.
fn shared_rows(statement: &Verdict) -> impl Iterator<Item = usize> {
    let of_parts = statement.parts.iter().filter_map(|part| part.nearest.as_ref());
    let hits = statement.matches.iter().chain(&statement.own).chain(of_parts);
    hits.filter(|hit| hit.likeness.relation >= Relation::Overlap).map(|hit| hit.row)
}

/// Rows of the recommendations that are at least related to a statement.
fn near_rows(statement: &Verdict) -> impl Iterator<Item = usize> {
    let hits = statement.matches.iter().chain(&statement.own);
    hits.filter(|hit| hit.likeness.relation >= Relation::Related).map(|hit| hit.row)
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
    let mut agencies: Vec<_> = theme.asking.iter().map(|asking| asking.agency.clone()).collect();
    agencies.sort();
    ThemeRef { id: theme.id.clone(), label: theme.label.clone(), agencies }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Asking, Difference, Likeness, Reader};

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
    fn a_theme_is_agreed_by_those_who_ask_and_not_by_those_who_come_near() {
        let asked_by = |names: &[&str]| {
            let asking = |name: &&str| Asking {
                agency: Agency::try_from((*name).to_owned()).unwrap(),
                row: 0,
                probability: 0.9,
            };
            Theme {
                asking: names.iter().map(asking).collect(),
                ..Theme::of_rows(&names.concat(), &[0, 1, 2])
            }
        };
        let themes = vec![asked_by(&["B", "A"]), asked_by(&["C", "B", "A"])];
        let themes = Themes { themes, single: Vec::new() };
        let checked = check(DraftCheck::default(), &[], &themes, None);
        assert_eq!(
            checked.outside, 1,
            "two who ask and one who comes near are no agreement of three"
        );
        let names: Vec<String> =
            reference(&themes.themes[0]).agencies.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["A", "B"]);
    }

    #[test]
    fn what_differs_lowers_a_relation_and_the_contrary_is_related() {
        use DifferenceKind::{Addressee, Deadline, Direction};
        let judged = |relation, kinds: &[_]| judged(&hit(relation, kinds));
        assert_eq!(judged(Relation::Duplicate, &[]), Relation::Duplicate);
        assert_eq!(judged(Relation::Duplicate, &[Deadline]), Relation::Duplicate);
        assert_eq!(judged(Relation::Duplicate, &[Addressee]), Relation::Overlap);
        assert_eq!(judged(Relation::Duplicate, &[Direction]), Relation::Related);
        assert_eq!(judged(Relation::None, &[Direction]), Relation::Related);
    }

    #[test]
    fn a_duplicate_counts_wherever_it_stands_but_against_a_contrary() {
        let of = |matches: &[Hit]| verdict(matches, &[]).0;
        let contrary = hit(Relation::Related, &[DifferenceKind::Direction]);
        let matches = [contrary.clone(), hit(Relation::Overlap, &[])];
        assert_eq!(of(&matches), Relation::Related);
        let (overlap, duplicate) = (hit(Relation::Overlap, &[]), hit(Relation::Duplicate, &[]));
        assert_eq!(of(&[contrary, duplicate.clone()]), Relation::Related);
        assert_eq!(of(&[overlap, duplicate]), Relation::Duplicate);
        let unlike = hit(Relation::None, &[]);
        let far = hit(Relation::Related, &[DifferenceKind::Direction]);
        assert_eq!(of(&[unlike, far]), Relation::Related);
        assert_eq!(of(&[]), Relation::None);
    }

    #[test]
    fn the_most_specific_wording_is_of_the_same_ask_and_more_specific() {
        let of = |row, duplicate| {
            let found = hit(Relation::Overlap, &[]);
            Hit { row, likeness: Likeness { duplicate, ..found.likeness }, ..found }
        };
        let matches = [of(0, 0.9), of(1, 0.8), of(2, 0.2)];
        let specific = |row: usize| [1, 2, 4][row];
        assert_eq!(strongest(&matches, 1, specific), Some(1));
        assert_eq!(strongest(&matches, 2, specific), None);
    }

    #[test]
    fn a_merged_statement_duplicates_only_what_makes_all_its_asks() {
        let of_row = |row, relation| Hit { row, ..hit(relation, &[]) };
        let whole = [of_row(0, Relation::Duplicate), of_row(1, Relation::Related)];
        let (first, other) = ([of_row(0, Relation::Overlap)], [of_row(1, Relation::Duplicate)]);
        assert_eq!(verdict(&whole, &[&first, &first]).0, Relation::Duplicate);
        assert_eq!(verdict(&whole, &[&first, &other]).0, Relation::Overlap);
        let unlike = [of_row(0, Relation::None)];
        assert_eq!(verdict(&unlike, &[&unlike, &other]).0, Relation::Overlap);
        assert_eq!(verdict(&unlike, &[&unlike, &unlike]).0, Relation::None);
        assert_eq!(part("b".into(), &other).nearest.map(|hit| hit.row), Some(1));
    }
}
