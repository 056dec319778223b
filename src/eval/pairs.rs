//! Scores probabilities against pairs that people graded: 3 duplicate, 2 overlap, 1 same area, 0 none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bootstrap::{Estimate, bootstrap};
use super::metrics::{auroc, average_precision, calibration_error, f1, ndcg, precision, recall};
use crate::domain::{Likeness, Relation};

/// Lowest mean grade of an overlap.
pub const OVERLAP: f64 = 2.0;

/// Lowest mean grade of a duplicate.
pub const DUPLICATE: f64 = 2.5;

/// Number of results that a reader looks at.
const TOP: usize = 10;

/// A graded pair.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Gold {
    /// Id of the query; pairs with the same query form a ranking.
    #[serde(alias = "query")]
    pub a: String,
    /// Id of the recommendation graded against it.
    #[serde(alias = "candidate")]
    pub b: String,
    /// A judge's grade, 0 to 3.
    #[serde(default)]
    grade: Option<f64>,
    /// Grades of several judges, 0 to 3.
    #[serde(default)]
    grades: Vec<f64>,
    /// Text of `a`, if the file brings its own.
    #[serde(default)]
    pub text_a: Option<String>,
    /// Text of `b`, if the file brings its own.
    #[serde(default)]
    pub text_b: Option<String>,
    /// The corpus of the pair, if a file covers several.
    #[serde(default)]
    pub set: Option<String>,
    /// Whether one asks for the contrary of the other, where that was labelled.
    #[serde(default)]
    pub contrary: Option<bool>,
}

impl Gold {
    /// The mean grade of all judges; `None` without one from 0 to 3.
    #[must_use]
    pub fn grade(&self) -> Option<f64> {
        let all: Vec<f64> = self.grade.iter().chain(&self.grades).copied().collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        (0.0..=3.0).contains(&mean).then_some(mean)
    }
}

/// A graded pair with the program's verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Id of the query.
    pub query: String,
    /// Mean grade, 0 to 3.
    pub grade: f64,
    /// The program's verdict on the pair.
    pub likeness: Likeness,
    /// Whether one asks for the contrary of the other, where that was labelled.
    pub contrary: Option<bool>,
    /// Whether the program flags the pair as contrary.
    pub flagged: bool,
}

/// How well the program recognises one relation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OneRelation {
    /// Number of pairs that people gave this relation or a stronger one.
    pub positive: usize,
    /// Average precision over all pairs, by probability.
    pub average_precision: Option<Estimate>,
    /// Area under the ROC curve.
    pub auroc: Option<Estimate>,
    /// Share of the predicted pairs that have the relation.
    pub precision: Option<Estimate>,
    /// Share of the pairs with the relation that were predicted.
    pub recall: Option<Estimate>,
    /// Harmonic mean of the two.
    pub f1: Option<Estimate>,
    /// Expected calibration error of the probability; lower is better.
    pub calibration_error: Option<Estimate>,
}

/// Scores of the probabilities and relations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// Number of graded pairs.
    pub pairs: usize,
    /// Number of queries.
    pub queries: usize,
    /// Scores for overlap: grade 2 or more.
    pub overlap: OneRelation,
    /// Scores for duplicate: grade 2.5 or more.
    pub duplicate: OneRelation,
    /// Mean nDCG@10 over the queries, each over its graded candidates.
    pub ndcg_at_10: Option<Estimate>,
    /// Mean average precision of overlap, over the queries that have an overlap.
    pub mean_average_precision: Option<Estimate>,
    /// Which contrary pairs are flagged; `None` if no pair was labelled as contrary.
    pub contrary: Option<Contrary>,
}

/// How well contrary pairs are told from pairs that agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Contrary {
    /// Number of contrary pairs.
    pub contrary: usize,
    /// How many of them are flagged.
    pub found: usize,
    /// How many of them would be called an overlap or a duplicate if they were not flagged.
    pub near: usize,
    /// How many of these are flagged.
    pub near_found: usize,
    /// Number of pairs that agree: they share an ask, and were not labelled as contrary.
    pub agreeing: usize,
    /// How many of these are flagged, which is wrong.
    pub false_flags: usize,
}

impl Contrary {
    /// The counts of several corpora together.
    #[must_use]
    pub fn sum(all: impl Iterator<Item = Self>) -> Option<Self> {
        all.reduce(|x, y| Self {
            contrary: x.contrary + y.contrary,
            found: x.found + y.found,
            near: x.near + y.near,
            near_found: x.near_found + y.near_found,
            agreeing: x.agreeing + y.agreeing,
            false_flags: x.false_flags + y.false_flags,
        })
    }

    /// Share of the contrary pairs that are flagged; of those that would pass for an overlap; and of the
    /// agreeing pairs.
    #[must_use]
    pub fn shares(&self) -> [Option<f64>; 3] {
        let share = |n: usize, of: usize| (of > 0).then(|| n as f64 / of as f64);
        [
            share(self.found, self.contrary),
            share(self.near_found, self.near),
            share(self.false_flags, self.agreeing),
        ]
    }

    fn of(pairs: &[Judged]) -> Option<Self> {
        let count = |counts: &dyn Fn(&Judged) -> bool| pairs.iter().filter(|p| counts(p)).count();
        let is_contrary = |pair: &Judged| pair.contrary == Some(true);
        let is_near =
            |pair: &Judged| is_contrary(pair) && pair.likeness.relation >= Relation::Overlap;
        let agrees = |pair: &Judged| pair.contrary != Some(true) && pair.grade >= OVERLAP;
        let contrary = count(&is_contrary);
        (contrary > 0).then(|| Self {
            contrary,
            found: count(&|pair| is_contrary(pair) && pair.flagged),
            near: count(&is_near),
            near_found: count(&|pair| is_near(pair) && pair.flagged),
            agreeing: count(&agrees),
            false_flags: count(&|pair| agrees(pair) && pair.flagged),
        })
    }
}

/// Scores of `pairs`. Intervals are over queries, since pairs of one query are not independent.
#[must_use]
pub fn score(pairs: &[Judged]) -> Scores {
    let mut of_query: BTreeMap<&str, Vec<&Judged>> = BTreeMap::new();
    for pair in pairs {
        of_query.entry(&pair.query).or_default().push(pair);
    }
    let queries: Vec<Vec<&Judged>> = of_query.into_values().collect();
    let per_query = |figure: fn(&[&Judged]) -> Option<f64>| {
        let each: Vec<Option<f64>> = queries.iter().map(|query| figure(query)).collect();
        bootstrap(queries.len(), |sample| mean(sample.iter().filter_map(|&at| each[at])))
    };
    Scores {
        pairs: pairs.len(),
        queries: queries.len(),
        overlap: relation(&queries, OVERLAP, Relation::Overlap, |l| l.probability),
        duplicate: relation(&queries, DUPLICATE, Relation::Duplicate, |l| l.duplicate),
        ndcg_at_10: per_query(|query| {
            let grades: Vec<f64> = query.iter().map(|pair| pair.grade).collect();
            ndcg(&ranking(query), &grades, TOP)
        }),
        mean_average_precision: per_query(|query| {
            let positive: Vec<bool> = query.iter().map(|pair| pair.grade >= OVERLAP).collect();
            average_precision(&ranking(query), &positive)
        }),
        contrary: Contrary::of(pairs),
    }
}

/// The probabilities by which results are ranked.
fn ranking(pairs: &[&Judged]) -> Vec<f64> {
    pairs.iter().map(|pair| pair.likeness.probability).collect()
}

/// A figure from probabilities, labelled positives and predicted positives.
type Figure = fn(&[f64], &[bool], &[bool]) -> Option<f64>;

fn relation(
    queries: &[Vec<&Judged>],
    from: f64,
    name: Relation,
    probability: fn(&Likeness) -> f64,
) -> OneRelation {
    let figure = |figure: Figure| {
        bootstrap(queries.len(), |sample| {
            let pairs = || sample.iter().flat_map(|&at| &queries[at]);
            let probabilities: Vec<f64> = pairs().map(|p| probability(&p.likeness)).collect();
            let positive: Vec<bool> = pairs().map(|p| p.grade >= from).collect();
            let said: Vec<bool> = pairs().map(|p| p.likeness.relation >= name).collect();
            figure(&probabilities, &positive, &said)
        })
    };
    OneRelation {
        positive: queries.iter().flatten().filter(|pair| pair.grade >= from).count(),
        average_precision: figure(|p, positive, _| average_precision(p, positive)),
        auroc: figure(|p, positive, _| auroc(p, positive)),
        precision: figure(|_, positive, said| precision(said, positive)),
        recall: figure(|_, positive, said| recall(said, positive)),
        f1: figure(|_, positive, said| f1(said, positive)),
        calibration_error: figure(|p, positive, _| calibration_error(p, positive)),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_usize, 0.0), |(n, sum), value| (n + 1, sum + value));
    (n > 0).then(|| sum / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Reader;

    fn judged(query: &str, grade: f64, probability: f64) -> Judged {
        let relation = if probability >= 0.5 { Relation::Overlap } else { Relation::None };
        let likeness = Likeness {
            cosine: 0.5,
            probability,
            duplicate: 0.0,
            relation,
            contrary: None,
            read_by: Reader::Encoder,
        };
        Judged { query: query.to_owned(), grade, likeness, contrary: None, flagged: false }
    }

    #[test]
    fn a_ranking_without_error_scores_one_and_a_turned_one_less() {
        let right = [judged("q", 3.0, 0.9), judged("q", 2.0, 0.6), judged("q", 0.0, 0.1)];
        let scores = score(&right);
        let value = |estimate: Option<Estimate>| estimate.unwrap().value;
        assert_eq!((scores.pairs, scores.queries, scores.overlap.positive), (3, 1, 2));
        for figure in [scores.overlap.average_precision, scores.overlap.f1, scores.ndcg_at_10] {
            assert!((value(figure) - 1.0).abs() < 1e-9, "{scores:?}");
        }
        let turned = [judged("q", 3.0, 0.1), judged("q", 2.0, 0.6), judged("q", 0.0, 0.9)];
        assert!(value(score(&turned).ndcg_at_10) < 0.7);
        assert!(value(score(&turned).overlap.average_precision) < 0.7);
    }

    #[test]
    fn a_flag_counts_for_contrary_pairs_and_against_agreeing_ones() {
        let pair = |grade, probability, contrary, flagged| Judged {
            contrary,
            flagged,
            ..judged("q", grade, probability)
        };
        let pairs = [
            pair(1.0, 0.9, Some(true), true),
            pair(1.0, 0.9, Some(true), false),
            pair(1.0, 0.2, Some(true), false),
            pair(3.0, 0.9, Some(false), true),
            pair(2.0, 0.1, None, false),
            pair(0.0, 0.1, None, true),
        ];
        let found = score(&pairs).contrary.unwrap();
        let expected =
            Contrary { contrary: 3, found: 1, near: 2, near_found: 1, agreeing: 2, false_flags: 1 };
        assert_eq!(found, expected);
        assert_eq!(score(&pairs[3..]).contrary, None);
    }

    #[test]
    fn grades_of_several_judges_are_averaged_and_others_refused() {
        let gold = |json: &str| serde_json::from_str::<Gold>(json).unwrap();
        let two = gold(r#"{"query": "A", "candidate": "B", "grades": [2, 3]}"#);
        assert_eq!((two.grade(), two.a.as_str()), (Some(2.5), "A"));
        assert_eq!(gold(r#"{"a": "A", "b": "B", "grade": 7}"#).grade(), None);
        assert_eq!(gold(r#"{"a": "A", "b": "B"}"#).grade(), None);
    }
}
