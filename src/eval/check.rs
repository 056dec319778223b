//! Scores the verdicts of `check` on the statements of drafts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bootstrap::{Estimate, bootstrap};
use super::metrics;
use crate::domain::{DifferenceKind, Relation};

/// A labelled statement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Gold {
    /// Id of the statement.
    pub id: String,
    /// Text of the statement.
    pub text: String,
    /// Its relation to the existing recommendations: `duplicate`, `overlap`, `related` or `new`. Without
    /// one, only `opposite` is labelled.
    #[serde(default)]
    pub relation: Option<Relation>,
    /// The corpus that it is compared with, if a file covers several.
    #[serde(default)]
    pub set: Option<String>,
    /// Ids of recommendations that it has this relation to.
    #[serde(default)]
    pub of: Vec<String>,
    /// How it was made, for a constructed statement; each kind gets its own score.
    #[serde(default, alias = "type")]
    pub kind: Option<String>,
    /// Id of the recommendation that it is compared with.
    #[serde(default)]
    pub against: Option<String>,
    /// Whether it asks for the contrary of that recommendation.
    #[serde(default, alias = "contrary")]
    pub opposite: bool,
    /// The other differences.
    #[serde(default)]
    pub differences: Vec<DifferenceKind>,
}

/// The verdict on a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its relation to the existing recommendations.
    pub relation: Relation,
    /// Probability of overlap with the best match.
    pub probability: f64,
    /// Whether it was flagged as the contrary of a recommendation.
    pub opposite: bool,
    /// Ids of the matches, best first.
    pub matches: Vec<String>,
    /// Differences from the best match.
    pub differences: Vec<DifferenceKind>,
}

/// Scores of the verdicts. `None` if the labels do not define a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// Number of labelled statements.
    pub statements: usize,
    /// Mean F1 over the relations that occur in the labels.
    pub macro_f1: Option<Estimate>,
    /// F1 of each relation.
    pub f1: BTreeMap<&'static str, Option<Estimate>>,
    /// How well the probability separates new statements from the others: the chance that a statement
    /// that is not new has the higher one (area under the ROC curve).
    pub auroc_new: Option<Estimate>,
    /// Share of the reversed statements that were flagged.
    pub reversals: Option<Estimate>,
    /// Share of the other statements that were not flagged.
    pub not_reversed: Option<Estimate>,
    /// Share of the labelled differences that were found, reversals included.
    pub differences: Option<Estimate>,
    /// Share of the duplicates that are called duplicate or overlap.
    pub duplicates_found: Option<Estimate>,
    /// Share of the reversed statements that are called duplicate or overlap, which is wrong.
    pub reversed_as_same: Option<Estimate>,
    /// Share of the statements whose labelled counterpart is the best match.
    pub best_match: Option<Estimate>,
    /// Share of the duplicates and overlaps with a labelled counterpart among the first five matches.
    pub source_in_five: Option<Estimate>,
    /// Number of statements and share of correct verdicts for each kind.
    pub kinds: BTreeMap<String, (usize, f64)>,
}

/// Scores of `found` against `gold`, statement by statement, with 95 % bootstrap intervals over
/// statements.
///
/// # Panics
/// If the two have different lengths.
#[must_use]
pub fn score(gold: &[Gold], found: &[Found]) -> Scores {
    assert_eq!(gold.len(), found.len(), "a verdict for each label");
    let n = gold.len();
    let share = |counts: &dyn Fn(usize) -> Option<bool>| {
        bootstrap(n, |sample| {
            let seen: Vec<bool> = sample.iter().filter_map(|&at| counts(at)).collect();
            let right = seen.iter().filter(|right| **right).count();
            (!seen.is_empty()).then(|| right as f64 / seen.len() as f64)
        })
    };
    let f1 = LADDER.iter().map(|&relation| {
        let name = if relation == Relation::None { "new" } else { relation.name() };
        (name, bootstrap(n, |sample| f1(gold, found, sample, relation)))
    });
    Scores {
        statements: n,
        macro_f1: bootstrap(n, |sample| macro_f1(gold, found, sample)),
        f1: f1.collect(),
        auroc_new: bootstrap(n, |sample| auroc(gold, found, sample)),
        reversals: share(&|at| gold[at].opposite.then_some(found[at].opposite)),
        not_reversed: share(&|at| (!gold[at].opposite).then_some(!found[at].opposite)),
        differences: bootstrap(n, |sample| differences(gold, found, sample)),
        duplicates_found: share(&|at| {
            let is_duplicate = gold[at].relation == Some(Relation::Duplicate);
            is_duplicate.then_some(found[at].relation >= Relation::Overlap)
        }),
        reversed_as_same: share(&|at| {
            gold[at].opposite.then_some(found[at].relation >= Relation::Overlap)
        }),
        source_in_five: share(&|at| source_in_five(&gold[at], &found[at])),
        best_match: share(&|at| {
            gold[at].against.as_ref().map(|id| found[at].matches.first() == Some(id))
        }),
        kinds: kinds(gold, found),
    }
}

const LADDER: [Relation; 4] =
    [Relation::Duplicate, Relation::Overlap, Relation::Related, Relation::None];

/// F1 of one relation; `None` if no label has it.
fn f1(gold: &[Gold], found: &[Found], sample: &[usize], relation: Relation) -> Option<f64> {
    let is = |counted: bool| usize::from(counted);
    let (mut hits, mut labelled, mut said) = (0, 0, 0);
    for &at in sample {
        let Some(label) = gold[at].relation else { continue };
        let (wanted, got) = (label == relation, found[at].relation == relation);
        hits += is(wanted && got);
        labelled += is(wanted);
        said += is(got);
    }
    (labelled > 0).then(|| 2.0 * hits as f64 / (labelled + said) as f64)
}

fn macro_f1(gold: &[Gold], found: &[Found], sample: &[usize]) -> Option<f64> {
    let each: Vec<f64> =
        LADDER.iter().filter_map(|&relation| f1(gold, found, sample, relation)).collect();
    (!each.is_empty()).then(|| each.iter().sum::<f64>() / each.len() as f64)
}

/// Area under the ROC curve of the probability, with statements that are not new as the positives.
fn auroc(gold: &[Gold], found: &[Found], sample: &[usize]) -> Option<f64> {
    let labelled = |&&at: &&usize| gold[at].relation.is_some();
    let labelled = sample.iter().filter(labelled);
    let scores: Vec<f64> = labelled.clone().map(|&at| found[at].probability).collect();
    let known: Vec<bool> = labelled.map(|&at| gold[at].relation != Some(Relation::None)).collect();
    metrics::auroc(&scores, &known)
}

/// `None` for a statement that shares no ask, or of which no counterpart is labelled.
fn source_in_five(gold: &Gold, found: &Found) -> Option<bool> {
    let wanted: Vec<&String> = gold.of.iter().chain(&gold.against).collect();
    let shares = gold.relation >= Some(Relation::Overlap) && !wanted.is_empty();
    shares.then(|| found.matches.iter().take(5).any(|id| wanted.contains(&id)))
}

fn differences(gold: &[Gold], found: &[Found], sample: &[usize]) -> Option<f64> {
    let (mut all, mut seen) = (0, 0);
    for &at in sample {
        let labelled = &gold[at].differences;
        all += labelled.len();
        seen += labelled.iter().filter(|kind| found[at].differences.contains(kind)).count();
    }
    (all > 0).then(|| seen as f64 / all as f64)
}

fn kinds(gold: &[Gold], found: &[Found]) -> BTreeMap<String, (usize, f64)> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (gold, found) in gold.iter().zip(found) {
        if let Some(kind) = &gold.kind {
            let (n, right) = counts.entry(kind.clone()).or_default();
            *n += 1;
            *right += usize::from(gold.relation == Some(found.relation));
        }
    }
    counts.into_iter().map(|(kind, (n, right))| (kind, (n, right as f64 / n as f64))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gold(relation: Relation, opposite: bool) -> Gold {
        let differences = if opposite { vec![DifferenceKind::Direction] } else { Vec::new() };
        Gold {
            id: "g".into(),
            text: "t".into(),
            relation: Some(relation),
            set: None,
            of: vec!["A-2".into()],
            kind: Some(relation.name().to_owned()),
            against: Some("A-1".into()),
            opposite,
            differences,
        }
    }

    fn found(relation: Relation, probability: f64, opposite: bool) -> Found {
        let differences = if opposite { vec![DifferenceKind::Direction] } else { Vec::new() };
        Found { relation, probability, opposite, matches: vec!["A-1".into()], differences }
    }

    #[test]
    fn scores_are_what_they_say() {
        use Relation::{Duplicate, None, Overlap, Related};
        let gold =
            [gold(Duplicate, false), gold(Overlap, false), gold(Related, true), gold(None, false)];
        let found = [
            found(Duplicate, 0.9, false),
            found(Duplicate, 0.8, false),
            found(Related, 0.7, true),
            found(None, 0.1, true),
        ];
        let scores = score(&gold, &found);
        let value = |of: Option<Estimate>| of.map(|estimate| (estimate.value * 1000.0).round());
        assert_eq!(value(scores.f1["duplicate"]), Some(667.0));
        assert_eq!(value(scores.f1["overlap"]), Some(0.0));
        assert_eq!(value(scores.macro_f1), Some(667.0));
        assert_eq!(value(scores.auroc_new), Some(1000.0));
        assert_eq!(value(scores.reversals), Some(1000.0));
        assert_eq!(value(scores.not_reversed), Some(667.0));
        assert_eq!(value(scores.differences), Some(1000.0));
        assert_eq!(scores.kinds["overlap"], (1, 0.0));
        assert_eq!(value(scores.duplicates_found), Some(1000.0));
        assert_eq!(value(scores.reversed_as_same), Some(0.0));
        assert_eq!(value(scores.source_in_five), Some(1000.0));
    }

    #[test]
    fn a_statement_with_only_a_direction_has_no_part_in_the_verdicts() {
        let of_direction = Gold { relation: None, ..gold(Relation::Related, true) };
        let labelled = gold(Relation::Duplicate, false);
        let verdicts =
            [found(Relation::Overlap, 0.1, true), found(Relation::Duplicate, 0.9, false)];
        let scores = score(&[of_direction, labelled], &verdicts);
        assert_eq!(scores.macro_f1.map(|f1| f1.value), Some(1.0));
        assert_eq!(scores.reversed_as_same.map(|share| share.value), Some(1.0));
    }

    #[test]
    fn what_no_label_defines_has_no_score() {
        let scores = score(&[gold(Relation::None, false)], &[found(Relation::None, 0.0, false)]);
        assert_eq!((scores.auroc_new, scores.reversals), (None, None));
        assert_eq!(score(&[], &[]).macro_f1, None);
    }
}
