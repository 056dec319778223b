//! Scores themes against the groups that people made of the same recommendations.
//!
//! The scores are B-cubed (Bagga and Baldwin 1998), extended to items in several groups (Amigó et al.
//! 2009), F1 over pairs of different agencies, and V-measure (Rosenberg and Hirschberg 2007). An item
//! in no theme counts as a group of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bootstrap::{Estimate, bootstrap};
use crate::domain::Agency;

/// The labels of one recommendation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Gold {
    /// Its id in the index.
    pub id: String,
    /// Its themes, the primary one first; empty if it stands alone.
    #[serde(alias = "issues", alias = "labels")]
    pub themes: Vec<String>,
}

/// A labelled recommendation with the themes that the program found for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Labelled themes, the primary one first.
    pub gold: Vec<String>,
    /// Numbers of the found themes, best first.
    pub found: Vec<usize>,
    /// The recommending agency.
    pub agency: Agency,
}

/// Precision, recall and their harmonic mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Share of the items grouped together that belong together.
    pub precision: Estimate,
    /// Share of the items that belong together that were grouped together.
    pub recall: Estimate,
    /// Harmonic mean of the two.
    pub f1: Estimate,
}

/// Scores of themes. `None` if a score is not defined for these labels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Scores {
    /// Number of labelled recommendations.
    pub items: usize,
    /// B-cubed against the primary theme of each recommendation.
    pub primary: Option<Score>,
    /// B-cubed against all themes of each recommendation.
    pub all: Option<Score>,
    /// Precision, recall and F1 over pairs of different agencies: whether the two share a theme.
    pub cross_agency: Option<Score>,
    /// V-measure, if each recommendation has one label.
    pub v_measure: Option<Estimate>,
}

/// Scores of `items`. Intervals come from items drawn with replacement.
#[must_use]
pub fn score(items: &[Item]) -> Scores {
    let found = groups(items, |item| item.found.iter().map(ToString::to_string).collect());
    let primary = groups(items, |item| item.gold.iter().take(1).cloned().collect());
    let all = groups(items, |item| item.gold.clone());
    Scores {
        items: items.len(),
        primary: b_cubed(&primary, &found),
        all: b_cubed(&all, &found),
        cross_agency: pairs(items, &all, &found),
        v_measure: v_measure(items),
    }
}

/// For each item, the numbers of its groups, ascending. An item in no group gets one of its own.
fn groups(items: &[Item], names: impl Fn(&Item) -> Vec<String>) -> Vec<Vec<usize>> {
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut number = |name: String| {
        let next = numbers.len();
        *numbers.entry(name).or_insert(next)
    };
    let mut of_items = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let mut names = names(item);
        if names.is_empty() {
            names.push(format!("\u{0}alone {at}"));
        }
        let mut own: Vec<usize> = names.into_iter().map(&mut number).collect();
        own.sort_unstable();
        own.dedup();
        of_items.push(own);
    }
    of_items
}

/// Number of groups that two items share. Both lists must ascend.
fn shared(a: &[usize], b: &[usize]) -> usize {
    a.iter().filter(|group| b.binary_search(group).is_ok()).count()
}

fn b_cubed(gold: &[Vec<usize>], found: &[Vec<usize>]) -> Option<Score> {
    let n = gold.len();
    let of_item = |a: usize| {
        let (mut precision, mut recall) = (Mean::default(), Mean::default());
        for b in 0..n {
            let (people, program) = (shared(&gold[a], &gold[b]), shared(&found[a], &found[b]));
            let both = people.min(program) as f64;
            if program > 0 {
                precision.add(both / program as f64);
            }
            if people > 0 {
                recall.add(both / people as f64);
            }
        }
        (precision.value(), recall.value())
    };
    let of_items: Vec<(f64, f64)> = (0..n).map(of_item).collect();
    let mean = |sample: &[usize], part: fn(&(f64, f64)) -> f64| {
        let mut mean = Mean::default();
        for &at in sample {
            mean.add(part(&of_items[at]));
        }
        (mean.n > 0.0).then(|| mean.value())
    };
    Some(Score {
        precision: bootstrap(n, |sample| mean(sample, |item| item.0))?,
        recall: bootstrap(n, |sample| mean(sample, |item| item.1))?,
        f1: bootstrap(n, |sample| {
            Some(harmonic(mean(sample, |item| item.0)?, mean(sample, |item| item.1)?))
        })?,
    })
}

#[derive(Default)]
struct Mean {
    sum: f64,
    n: f64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.n += 1.0;
    }

    fn value(&self) -> f64 {
        self.sum / self.n.max(1.0)
    }
}

fn harmonic(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

/// Scores over pairs of different agencies. Each item contributes its pairs: together in both, only
/// found, or only labelled.
fn pairs(items: &[Item], gold: &[Vec<usize>], found: &[Vec<usize>]) -> Option<Score> {
    let n = items.len();
    let of_item = |a: usize| {
        let mut counts = [0.0_f64; 3];
        for b in (0..n).filter(|&b| items[a].agency != items[b].agency) {
            match (shared(&gold[a], &gold[b]) > 0, shared(&found[a], &found[b]) > 0) {
                (true, true) => counts[0] += 1.0,
                (false, true) => counts[1] += 1.0,
                (true, false) => counts[2] += 1.0,
                (false, false) => {}
            }
        }
        counts
    };
    let of_items: Vec<[f64; 3]> = (0..n).map(of_item).collect();
    let sum = |sample: &[usize]| {
        sample.iter().fold([0.0; 3], |sum, &at| {
            let [both, found, labelled] = of_items[at];
            [sum[0] + both, sum[1] + found, sum[2] + labelled]
        })
    };
    let ratio = |part: f64, of: f64| (of > 0.0).then(|| part / of);
    Some(Score {
        precision: bootstrap(n, |sample| {
            let [both, found, _] = sum(sample);
            ratio(both, both + found)
        })?,
        recall: bootstrap(n, |sample| {
            let [both, _, labelled] = sum(sample);
            ratio(both, both + labelled)
        })?,
        f1: bootstrap(n, |sample| {
            let [both, found, labelled] = sum(sample);
            ratio(2.0 * both, 2.0 * both + found + labelled)
        })?,
    })
}

/// V-measure; `None` unless every item has one label. An item in several themes counts in its best.
fn v_measure(items: &[Item]) -> Option<Estimate> {
    if items.is_empty() || items.iter().any(|item| item.gold.len() != 1) {
        return None;
    }
    let classes = groups(items, |item| item.gold.clone());
    let found = groups(items, |item| item.found.iter().take(1).map(ToString::to_string).collect());
    let cells: Vec<(usize, usize)> =
        classes.iter().zip(&found).map(|(c, k)| (c[0], k[0])).collect();
    let drawn =
        bootstrap(items.len(), |sample| Some(v_of(sample.iter().map(|&at| cells[at]).collect())))?;
    // A draw leaves out a third of the items and repeats others, which raises V. The width of the
    // interval can be trusted but its position cannot, so it is centred on the value.
    let half = (drawn.high - drawn.low) / 2.0;
    Some(Estimate { low: drawn.value - half, high: (drawn.value + half).min(1.0), ..drawn })
}

/// V-measure of (class, cluster) pairs: the harmonic mean of homogeneity and completeness.
fn v_of(mut cells: Vec<(usize, usize)>) -> f64 {
    cells.sort_unstable();
    let joint = entropy(cells.chunk_by(|a, b| a == b));
    let class = entropy(cells.chunk_by(|a, b| a.0 == b.0));
    cells.sort_unstable_by_key(|cell| cell.1);
    let cluster = entropy(cells.chunk_by(|a, b| a.1 == b.1));
    // H(class | cluster) = H(class, cluster) - H(cluster).
    let part = |of: f64, given: f64| if of > 0.0 { 1.0 - (joint - given) / of } else { 1.0 };
    harmonic(part(class, cluster), part(cluster, class))
}

fn entropy<'a>(runs: impl Iterator<Item = &'a [(usize, usize)]>) -> f64 {
    let sizes: Vec<f64> = runs.map(|run| run.len() as f64).collect();
    let n: f64 = sizes.iter().sum();
    -sizes.iter().map(|size| size / n * (size / n).ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(gold: &[&str], found: &[usize], agency: &str) -> Item {
        Item {
            gold: gold.iter().map(|&name| name.to_owned()).collect(),
            found: found.to_vec(),
            agency: Agency::try_from(agency.to_owned()).unwrap(),
        }
    }

    #[test]
    fn what_people_would_have_done_scores_one() {
        let items = [
            item(&["a"], &[0], "X"),
            item(&["a", "b"], &[0, 1], "Y"),
            item(&["b"], &[1], "X"),
            item(&[], &[], "Z"),
        ];
        let scores = score(&items);
        assert!((scores.all.unwrap().f1.value - 1.0).abs() < 1e-9);
        assert!((scores.cross_agency.unwrap().f1.value - 1.0).abs() < 1e-9);
        assert!(scores.primary.unwrap().f1.value < 1.0, "its second theme is no primary one");
        assert_eq!(scores.v_measure, None);
    }

    #[test]
    fn b_cubed_is_that_of_the_paper() {
        // Amigó et al. 2009: two items share two groups where people see one: precision 1/2.
        let items = [item(&["a"], &[0, 1], "X"), item(&["a"], &[0, 1], "Y")];
        let all = score(&items).all.unwrap();
        assert!((all.precision.value - 0.5).abs() < 1e-9 && (all.recall.value - 1.0).abs() < 1e-9);
        // One theme of four where people see two of two.
        let items =
            [("a", "X"), ("a", "Y"), ("b", "X"), ("b", "Y")].map(|(g, a)| item(&[g], &[0], a));
        let scores = score(&items);
        let primary = scores.primary.unwrap();
        assert!((primary.precision.value - 0.5).abs() < 1e-9);
        assert!((primary.recall.value - 1.0).abs() < 1e-9);
        let across = scores.cross_agency.unwrap();
        assert!((across.precision.value - 0.5).abs() < 1e-9, "two of the four pairs X-Y");
        assert!(across.f1.low <= across.f1.value && across.f1.value <= across.f1.high);
    }

    #[test]
    fn v_measure_is_zero_where_clusters_say_nothing_of_classes() {
        let rows = |found: [usize; 4]| {
            let gold = ["a", "a", "b", "b"];
            let items = gold.iter().zip(found).map(|(g, f)| item(&[g], &[f], "X"));
            score(&items.collect::<Vec<_>>()).v_measure.unwrap().value
        };
        assert!((rows([3, 3, 7, 7]) - 1.0).abs() < 1e-9);
        assert!(rows([0, 1, 0, 1]).abs() < 1e-9);
        assert!((rows([0, 1, 2, 2]) - 0.8).abs() < 1e-9, "homogeneous; completeness 2/3");
    }

    #[test]
    fn the_interval_of_v_measure_holds_the_figure() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let items: Vec<Item> =
            (0..60).map(|n| item(&[names[n % 6]], &[n % 6 + 10 * (n % 4)], "X")).collect();
        let v = score(&items).v_measure.unwrap();
        assert!(v.low < v.value && v.value < v.high, "{v:?}");
    }

    #[test]
    fn no_labels_no_scores() {
        let scores = score(&[]);
        assert!(scores.primary.is_none() && scores.cross_agency.is_none());
        assert!(score(&[item(&["a"], &[], "X")]).cross_agency.is_none(), "one agency, no pair");
    }
}
