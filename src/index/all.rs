//! The nearest rows of every row.

use ndarray::{Array2, Axis, Slice};
use rayon::prelude::*;

use crate::domain::{Embeddings, Progress, Stage};

/// Rows and columns of one matrix product: what fits the caches of a core.
const ROWS: usize = 128;
const COLUMNS: usize = 2048;

/// Of each row of `table` the `k` others that are nearest once the mean of the table is taken off,
/// ascending by row. Exact but for rounding; ties at the end go to the lowest rows. Quadratic, as a
/// matrix product: some 90 core seconds for 100,000 rows of 384 dimensions.
#[must_use]
pub fn nearest_of_all(table: &Embeddings, k: usize, on: &dyn Progress) -> Vec<Vec<usize>> {
    let n = table.len();
    let centered = centered(table);
    on.begin(Stage::Index, Some(n as u64));
    let starts: Vec<usize> = (0..n).step_by(ROWS).collect();
    let blocks: Vec<Vec<Vec<usize>>> = starts
        .into_par_iter()
        .map(|start| {
            let found = nearest_of_block(&centered, start..(start + ROWS).min(n), k);
            on.advance(found.len() as u64);
            found
        })
        .collect();
    on.end();
    blocks.concat()
}

/// The rows less their mean, of unit length; one that is the mean itself stays near zero.
fn centered(table: &Embeddings) -> Array2<f32> {
    let mut rows = table.view().to_owned();
    let mean = rows.mapv(f64::from).mean_axis(Axis(0)).map(|mean| mean.mapv(|x| x as f32));
    let Some(mean) = mean else { return rows };
    for mut row in rows.rows_mut() {
        row -= &mean;
        let length = row.dot(&row).sqrt();
        if length > f32::EPSILON {
            row /= length;
        }
    }
    rows
}

fn nearest_of_block(
    centered: &Array2<f32>,
    rows: std::ops::Range<usize>,
    k: usize,
) -> Vec<Vec<usize>> {
    let block = centered.slice_axis(Axis(0), Slice::from(rows.clone()));
    let n = centered.nrows();
    let mut best: Vec<Best> = rows.clone().map(|_| Best::new(k)).collect();
    for start in (0..n).step_by(COLUMNS) {
        let others = centered.slice_axis(Axis(0), Slice::from(start..(start + COLUMNS).min(n)));
        let cosines = block.dot(&others.t());
        for ((row, cosines), best) in rows.clone().zip(cosines.rows()).zip(&mut best) {
            for (other, &cosine) in (start..).zip(cosines) {
                if cosine > best.least && other != row {
                    best.add(other, cosine);
                }
            }
        }
    }
    best.into_iter().map(Best::rows).collect()
}

/// The largest `k` of what comes by, in ascending order of row.
struct Best {
    k: usize,
    /// What is not larger than this is not among them.
    least: f32,
    found: Vec<(f32, usize)>,
}

impl Best {
    fn new(k: usize) -> Self {
        Self { k, least: f32::NEG_INFINITY, found: Vec::with_capacity(2 * k + 1) }
    }

    fn add(&mut self, row: usize, cosine: f32) {
        self.found.push((cosine, row));
        if self.found.len() > 2 * self.k {
            self.cut();
            self.least = self.found.iter().map(|(cosine, _)| *cosine).fold(f32::INFINITY, f32::min);
        }
    }

    fn cut(&mut self) {
        if self.found.len() > self.k && self.k > 0 {
            self.found
                .select_nth_unstable_by(self.k - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        self.found.truncate(self.k);
    }

    fn rows(mut self) -> Vec<usize> {
        self.cut();
        let mut rows: Vec<usize> = self.found.into_iter().map(|(_, row)| row).collect();
        rows.sort_unstable();
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Embedding, Silent, dot};

    /// Rows around a common direction, made by a fixed rule.
    fn table(n: usize) -> Embeddings {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 40) as f32 / 16_777_216.0
        };
        let rows: Vec<Embedding> = (0..n)
            .map(|_| Embedding::normalize((0..8).map(|_| 0.5 + next()).collect()).unwrap())
            .collect();
        Embeddings::stack(8, rows.iter())
    }

    #[test]
    fn blocks_find_what_a_full_comparison_finds() {
        let table = table(300);
        let centered = centered(&table);
        let found = nearest_of_all(&table, 7, &Silent);
        assert_eq!(found.len(), 300);
        for (row, found) in found.iter().enumerate() {
            let own = centered.row(row).to_vec();
            let mut others: Vec<(f32, usize)> = (0..300)
                .filter(|&other| other != row)
                .map(|other| (dot(&own, &centered.row(other).to_vec()), other))
                .collect();
            others.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            let mut expected: Vec<usize> = others[..7].iter().map(|(_, other)| *other).collect();
            expected.sort_unstable();
            assert_eq!(*found, expected, "row {row}");
        }
    }

    #[test]
    fn few_rows_give_all_others() {
        assert_eq!(nearest_of_all(&table(3), 10, &Silent), [vec![1, 2], vec![0, 2], vec![0, 1]]);
        assert_eq!(nearest_of_all(&table(1), 10, &Silent), [vec![0; 0]]);
    }
}
