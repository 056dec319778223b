//! The nearest rows of every row.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice};
use rayon::prelude::*;

use super::cells::Cells;
use crate::domain::{Embeddings, Progress, Stage};

/// Up to this many rows, every pair is compared.
const EXACT: usize = 20_000;

/// Rows of a tile. With fewer, each row is packed for the matrix product more often than needed.
const TILE: usize = 1024;

/// Cosines examined together: usually none of them is large enough. They are counted, since counting
/// needs no branch.
const LANES: usize = 16;

/// For each row of `table`, the `k` nearest other rows after mean-centring, ascending by row. Exact up to
/// 20,000 rows, except for rounding; beyond, each row is compared with the rows of the nearest cells, and
/// the number of comparisons grows with the power 1.5 of the number of rows.
#[must_use]
pub fn nearest_of_all(table: &Embeddings, k: usize, on: &dyn Progress) -> Vec<Vec<usize>> {
    let centered = centered(table);
    if table.len() <= EXACT { by_tiles(&centered, k, on) } else { by_cells(&centered, k, on) }
}

/// Compares each pair of rows once.
fn by_tiles(centered: &Array2<f32>, k: usize, on: &dyn Progress) -> Vec<Vec<usize>> {
    let n = centered.nrows();
    let starts: Vec<usize> = (0..n).step_by(TILE).collect();
    let tiles: Vec<Mutex<Tile>> =
        starts.iter().map(|&start| Mutex::new(Tile::new(start, TILE.min(n - start), k))).collect();
    let pairs: Vec<(usize, usize)> =
        (0..tiles.len()).flat_map(|a| (a..tiles.len()).map(move |b| (a, b))).collect();
    on.begin(Stage::Index, Some(pairs.len() as u64));
    pairs.into_par_iter().for_each(|(a, b)| {
        let rows = |tile: usize| {
            let (start, end) = (tile * TILE, ((tile + 1) * TILE).min(n));
            centered.slice_axis(Axis(0), Slice::from(start..end))
        };
        let product = rows(a).dot(&rows(b).t());
        // A product of vectors of one component has column-major order.
        let cosines = product.as_standard_layout();
        let tile = |tile: usize| tiles[tile].lock().unwrap_or_else(PoisonError::into_inner);
        tile(a).take_rows(&cosines.view(), b * TILE);
        if a != b {
            tile(b).take_columns(&cosines.view(), a * TILE);
        }
        on.advance(1);
    });
    on.end();
    found(tiles).collect()
}

/// Compares each row with the rows of the nearest cells.
fn by_cells(centered: &Array2<f32>, k: usize, on: &dyn Progress) -> Vec<Vec<usize>> {
    on.begin(Stage::Index, None);
    let cells = Cells::sort(&centered.view());
    let rows = centered.select(Axis(0), &cells.order);
    let tile = |places: &Range<usize>| Mutex::new(Tile::new(places.start, places.len(), k));
    let tiles: Vec<Mutex<Tile>> = cells.places.iter().map(tile).collect();
    let home: Vec<usize> = (0..tiles.len())
        .flat_map(|cell| std::iter::repeat_n(cell, cells.places[cell].len()))
        .collect();
    cells.places.par_iter().zip(&cells.probing).for_each(|(places, probing)| {
        let others = rows.slice_axis(Axis(0), Slice::from(places.clone()));
        for block in probing.chunks(TILE) {
            let product = rows.select(Axis(0), block).dot(&others.t());
            let cosines = product.as_standard_layout();
            for (cosines, &place) in cosines.rows().into_iter().zip(block) {
                let mut tile = tiles[home[place]].lock().unwrap_or_else(PoisonError::into_inner);
                let row = place - tile.start;
                tile.take_row(row, &cosines, places.start);
            }
        }
    });
    on.end();
    let mut nearest = vec![Vec::new(); cells.order.len()];
    for (&row, places) in cells.order.iter().zip(found(tiles)) {
        nearest[row] = places.into_iter().map(|place| cells.order[place]).collect();
        nearest[row].sort_unstable();
    }
    nearest
}

fn found(tiles: Vec<Mutex<Tile>>) -> impl Iterator<Item = Vec<usize>> {
    let whole = |tile: Mutex<Tile>| tile.into_inner().unwrap_or_else(PoisonError::into_inner);
    tiles.into_iter().map(whole).flat_map(Tile::found)
}

/// The rows minus their mean, scaled to unit length; a row equal to the mean stays near zero.
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

/// The nearest rows found so far for the rows from `start` on.
struct Tile {
    start: usize,
    k: usize,
    /// For each row, the cosine below which nothing is among its nearest.
    least: Vec<f32>,
    /// For each row, up to `2 * k` largest cosines with the other row.
    best: Vec<Vec<(f32, usize)>>,
}

impl Tile {
    fn new(start: usize, n: usize, k: usize) -> Self {
        Self { start, k, least: vec![f32::NEG_INFINITY; n], best: vec![Vec::new(); n] }
    }

    /// Adds the `cosines` of this tile's rows with the rows from `others` on.
    fn take_rows(&mut self, cosines: &ArrayView2<'_, f32>, others: usize) {
        for (row, cosines) in cosines.rows().into_iter().enumerate() {
            self.take_row(row, &cosines, others);
        }
    }

    /// Adds the `cosines` of one row of this tile with the rows from `others` on.
    fn take_row(&mut self, row: usize, cosines: &ArrayView1<'_, f32>, others: usize) {
        let cosines = cosines.to_slice().expect("rows of the standard layout are contiguous");
        for (at, lanes) in cosines.chunks(LANES).enumerate() {
            if reaches(lanes, self.least[row]) {
                for (lane, &cosine) in lanes.iter().enumerate() {
                    self.offer(row, others + at * LANES + lane, cosine);
                }
            }
        }
    }

    /// Adds the `cosines` of the rows from `others` on with this tile's rows.
    fn take_columns(&mut self, cosines: &ArrayView2<'_, f32>, others: usize) {
        for (other, cosines) in cosines.rows().into_iter().enumerate() {
            let cosines = cosines.to_slice().expect("rows of the standard layout are contiguous");
            for (at, lanes) in cosines.chunks(LANES).enumerate() {
                if reaches_own(lanes, &self.least[at * LANES..at * LANES + lanes.len()]) {
                    for (lane, &cosine) in lanes.iter().enumerate() {
                        self.offer(at * LANES + lane, others + other, cosine);
                    }
                }
            }
        }
    }

    fn offer(&mut self, row: usize, other: usize, cosine: f32) {
        if cosine < self.least[row] || self.start + row == other {
            return;
        }
        let best = &mut self.best[row];
        best.push((cosine, other));
        if best.len() > 2 * self.k {
            keep_nearest(best, self.k);
            self.least[row] = best.iter().map(|(cosine, _)| *cosine).fold(f32::INFINITY, f32::min);
        }
    }

    fn found(self) -> impl Iterator<Item = Vec<usize>> {
        self.best.into_iter().map(move |mut best| {
            keep_nearest(&mut best, self.k);
            let mut rows: Vec<usize> = best.into_iter().map(|(_, row)| row).collect();
            rows.sort_unstable();
            rows
        })
    }
}

/// Whether any of `cosines` is at least `least`.
fn reaches(cosines: &[f32], least: f32) -> bool {
    // With a known length and without a branch, all are compared at once.
    match <&[f32; LANES]>::try_from(cosines) {
        Ok(lanes) => lanes.iter().map(|cosine| u32::from(*cosine >= least)).sum::<u32>() > 0,
        Err(_) => cosines.iter().any(|cosine| *cosine >= least),
    }
}

/// Whether any of `cosines` is at least its own `least`.
fn reaches_own(cosines: &[f32], least: &[f32]) -> bool {
    match (<&[f32; LANES]>::try_from(cosines), <&[f32; LANES]>::try_from(least)) {
        (Ok(cosines), Ok(least)) => {
            let pairs = cosines.iter().zip(least);
            pairs.map(|(cosine, least)| u32::from(cosine >= least)).sum::<u32>() > 0
        }
        _ => cosines.iter().zip(least).any(|(cosine, least)| cosine >= least),
    }
}

/// Keeps the `k` largest cosines, and of equal ones those of the lowest rows, whatever their order.
fn keep_nearest(found: &mut Vec<(f32, usize)>, k: usize) {
    if found.len() > k && k > 0 {
        found.select_nth_unstable_by(k - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    }
    found.truncate(k);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Embedding, Silent, dot};

    /// Rows around a common direction, from a fixed generator.
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
    fn tiles_find_what_a_full_comparison_finds() {
        let table = table(1300);
        let centered = centered(&table);
        let found = nearest_of_all(&table, 7, &Silent);
        assert_eq!(found.len(), 1300);
        for (row, found) in found.iter().enumerate().step_by(13) {
            let own = centered.row(row).to_vec();
            let mut others: Vec<(f32, usize)> = (0..1300)
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
    fn cells_find_nearly_what_a_full_comparison_finds() {
        let table = table(8000);
        let centered = centered(&table);
        let all = by_tiles(&centered, 20, &Silent);
        let few = by_cells(&centered, 20, &Silent);
        let both = |(all, few): (&Vec<usize>, &Vec<usize>)| {
            assert_eq!(few.len(), 20);
            few.iter().filter(|row| all.contains(row)).count()
        };
        let shared: usize = all.iter().zip(&few).map(both).sum();
        assert!(shared > 8000 * 20 * 98 / 100, "{shared} of 160000");
    }

    #[test]
    fn vectors_of_one_component_are_compared_too() {
        let rows = [1.0, -1.0, 1.0].map(|x| Embedding::normalize(vec![x]).unwrap());
        let table = Embeddings::stack(1, rows.iter());
        let expected = [vec![2], vec![0], vec![0]];
        assert_eq!(nearest_of_all(&table, 1, &Silent), expected);
        assert_eq!(by_cells(&centered(&table), 2, &Silent).concat().len(), 6);
    }

    #[test]
    fn few_rows_give_all_others() {
        assert_eq!(nearest_of_all(&table(3), 10, &Silent), [vec![1, 2], vec![0, 2], vec![0, 1]]);
        assert_eq!(nearest_of_all(&table(1), 10, &Silent), [vec![0; 0]]);
    }
}
