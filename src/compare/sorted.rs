//! Recommendations sorted into a person's own list.

use std::collections::BTreeSet;

use super::TAKES_UP;
use super::gaps::Ranked;
use crate::domain::{Agency, AgendaItem, Recommendation, Sorted, SortedItem};

/// Sorts the recommendations into `items`; `found` has, for each item, the recommendations nearest to it.
///
/// A recommendation may fit several items. One that fits none comes with its nearest item, where there is
/// one; those with the nearest come first.
#[must_use]
pub fn sorted(
    items: &[AgendaItem],
    found: &[Ranked],
    recommendations: &[Recommendation],
) -> Sorted {
    let mut nearest: Vec<Option<(usize, f64)>> = vec![None; recommendations.len()];
    let mut fits = vec![false; recommendations.len()];
    let mut sorted = Vec::with_capacity(items.len());
    for (at, (item, found)) in items.iter().zip(found).enumerate() {
        let mut members = Vec::new();
        for (row, likeness) in found {
            let probability = likeness.probability;
            if probability >= TAKES_UP {
                members.push((*row, probability));
                fits[*row] = true;
            }
            if nearest[*row].is_none_or(|(_, best)| probability > best) {
                nearest[*row] = Some((at, probability));
            }
        }
        let agencies: BTreeSet<&Agency> =
            members.iter().map(|(row, _)| &recommendations[*row].agency).collect();
        let agencies = agencies.into_iter().cloned().collect();
        sorted.push(SortedItem { item: item.clone(), members, agencies });
    }
    let mut none: Vec<(usize, Option<(usize, f64)>)> = (0..recommendations.len())
        .filter(|&row| !fits[row])
        .map(|row| (row, nearest[row]))
        .collect();
    let closeness = |near: &Option<(usize, f64)>| near.map_or(-1.0, |(_, probability)| probability);
    none.sort_by(|a, b| closeness(&b.1).total_cmp(&closeness(&a.1)).then(a.0.cmp(&b.0)));
    Sorted { items: sorted, none }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Likeness, Reader, RecommendationId, Relation};

    #[test]
    fn what_fits_no_item_is_listed_with_its_nearest() {
        let row = |id: &str, agency: &str| {
            Recommendation::new(
                RecommendationId::try_from(id.to_owned()).unwrap(),
                Agency::try_from(agency.to_owned()).unwrap(),
                "Act.".to_owned(),
            )
        };
        let rows = [row("a", "X"), row("b", "Y"), row("c", "X"), row("d", "Z")];
        let item = |id: &str| AgendaItem {
            id: id.to_owned(),
            text: id.to_owned(),
            parent: None,
            marker: None,
            level: None,
        };
        let likeness = |probability| Likeness {
            cosine: 0.5,
            probability,
            duplicate: 0.0,
            relation: Relation::None,
            contrary: None,
            read_by: Reader::Encoder,
        };
        let found = [
            vec![(0, likeness(0.9)), (1, likeness(0.5)), (2, likeness(0.3))],
            vec![(0, likeness(0.6)), (2, likeness(0.2))],
        ];
        let sorted = sorted(&[item("one"), item("two")], &found, &rows);
        assert_eq!(sorted.items[0].members, [(0, 0.9), (1, 0.5)]);
        assert_eq!(sorted.items[0].agencies.len(), 2);
        assert_eq!(sorted.items[1].members, [(0, 0.6)], "one may fit two items");
        assert_eq!(sorted.none, [(2, Some((0, 0.3))), (3, None)]);
    }
}
