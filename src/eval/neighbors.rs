//! Whether nearest neighbors carry the same human label.

use std::collections::BTreeSet;

use super::bootstrap::{Estimate, bootstrap};

/// Share of queries that have a label in common with their nearest neighbor.
///
/// Only queries with a label and a neighbor count. `labels` and `nearest` have one entry a row.
#[must_use]
pub fn agreement(labels: &[BTreeSet<String>], nearest: &[Option<usize>]) -> Option<Estimate> {
    let agree: Vec<bool> = labels
        .iter()
        .zip(nearest)
        .filter(|(own, _)| !own.is_empty())
        .filter_map(|(own, nearest)| Some(!own.is_disjoint(&labels[(*nearest)?])))
        .collect();
    bootstrap(agree.len(), |sample| {
        let n = sample.iter().filter(|&&at| agree[at]).count();
        (!sample.is_empty()).then(|| n as f64 / sample.len() as f64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_labelled_rows_with_a_neighbor_count() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let labels: Vec<BTreeSet<String>> =
            vec![set(&["a", "b"]), set(&["b"]), set(&["c"]), set(&[]), set(&["d"])];
        let nearest = [Some(1), Some(0), Some(0), Some(0), None];
        let found = agreement(&labels, &nearest).unwrap();
        assert!((found.value - 2.0 / 3.0).abs() < 1e-9, "{found:?}");
        assert_eq!(agreement(&[], &[]), None);
    }
}
