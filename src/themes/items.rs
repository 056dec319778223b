//! Distinct texts, in an order that depends on nothing else.

use std::collections::BTreeMap;

use crate::domain::{Link, Recommendation};

/// The distinct texts of a corpus.
///
/// Item numbers follow the hash of the text, so the order of the recommendations does not change them.
pub(super) struct Items {
    /// For each item, the rows with its text, by id.
    pub(super) rows: Vec<Vec<usize>>,
    /// The item of each row.
    of_row: Vec<usize>,
    hashes: Vec<blake3::Hash>,
}

/// Two linked items, `a < b`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ItemLink {
    pub(super) a: usize,
    pub(super) b: usize,
    /// Probability of overlap, 0 to 1, in millionths.
    pub(super) probability: f64,
    /// Probability of duplication, in millionths.
    pub(super) duplicate: f64,
}

impl Items {
    /// The distinct texts; texts that differ only in white space are one item.
    pub(super) fn new(recommendations: &[Recommendation]) -> Self {
        let mut by_text: BTreeMap<([u8; 32], String), Vec<usize>> = BTreeMap::new();
        for (row, recommendation) in recommendations.iter().enumerate() {
            let text = recommendation.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let hash = *blake3::hash(text.as_bytes()).as_bytes();
            by_text.entry((hash, text)).or_default().push(row);
        }
        let hashes = by_text.keys().map(|(hash, _)| blake3::Hash::from_bytes(*hash)).collect();
        let mut rows: Vec<Vec<usize>> = by_text.into_values().collect();
        let mut of_row = vec![0; recommendations.len()];
        for (item, rows) in rows.iter_mut().enumerate() {
            rows.sort_by(|&a, &b| recommendations[a].id.cmp(&recommendations[b].id));
            for &row in rows.iter() {
                of_row[row] = item;
            }
        }
        Self { rows, of_row, hashes }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn of_row(&self, row: usize) -> usize {
        self.of_row[row]
    }

    /// Links between different items that are probable enough to count, sorted by items.
    pub(super) fn links(&self, links: &[Link]) -> Vec<ItemLink> {
        let mut found: Vec<ItemLink> = links
            .iter()
            .map(|link| {
                let (a, b) = (self.of_row[link.a], self.of_row[link.b]);
                // The last digits depend on the order of sums and must not decide anything.
                let millionths = |value: f64| (value * 1e6).round() / 1e6;
                ItemLink {
                    a: a.min(b),
                    b: a.max(b),
                    probability: millionths(link.likeness.probability),
                    duplicate: millionths(link.likeness.duplicate),
                }
            })
            .filter(|link| link.a != link.b && link.probability >= Link::MIN_PROBABILITY)
            .collect();
        found.sort_by(|x, y| {
            (x.a, x.b).cmp(&(y.a, y.b)).then(y.probability.total_cmp(&x.probability))
        });
        found.dedup_by_key(|link| (link.a, link.b));
        found
    }

    /// All items in the order of `run`; ascending for run 0.
    pub(super) fn order(&self, run: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        if run > 0 {
            order.sort_by_cached_key(|&item| self.draw(item, run as u64));
        }
        order
    }

    /// A hash of an item's text and `number`: it varies with `number` and can be reproduced.
    pub(super) fn draw(&self, item: usize, number: u64) -> [u8; 32] {
        Self::draw_of(&self.hashes[item], number)
    }

    /// The draw for any text with this hash.
    pub(super) fn draw_of(hash: &blake3::Hash, number: u64) -> [u8; 32] {
        let mut bytes = [0; 40];
        bytes[..32].copy_from_slice(hash.as_bytes());
        bytes[32..].copy_from_slice(&number.to_le_bytes());
        *blake3::hash(&bytes).as_bytes()
    }
}
