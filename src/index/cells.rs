//! Rows sorted into cells, so that the nearest rows are searched in a few cells.
//!
//! The inverted file of Sivic and Zisserman 2003 with spherical k-means (Dhillon and Modha 2001): a row
//! belongs to the cell of its nearest center, and is compared with the rows of the nearest few cells.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, Slice};
use rayon::prelude::*;

/// Number of cells, as a multiple of the square root of the number of rows.
const CELLS_PER_ROOT: f64 = 1.6;

/// Cells that a row is compared with: an eighth of the cells of 100,000 rows. docs/decisions/themes.md has
/// what fewer and more find.
const PROBES: usize = 64;

/// Maximum number of rows that determine the centers, and rounds of k-means.
const SAMPLE: usize = 20_000;
const ROUNDS: usize = 6;

/// Rows of one matrix product.
const BLOCK: usize = 1024;

/// The cell of each row, and the cells that are searched for it.
pub(super) struct Cells {
    /// The rows, cell by cell, ascending in each.
    pub(super) order: Vec<usize>,
    /// For each cell, the positions of its rows in `order`.
    pub(super) places: Vec<Range<usize>>,
    /// For each cell, the positions in `order` of the rows to compare with it, ascending.
    pub(super) probing: Vec<Vec<usize>>,
}

impl Cells {
    /// Sorts `rows`, which are of unit length.
    pub(super) fn sort(rows: &ArrayView2<'_, f32>) -> Self {
        let n_cells = ((rows.nrows() as f64).sqrt() * CELLS_PER_ROOT) as usize;
        let centers = centers(rows, n_cells.clamp(1, rows.nrows().max(1)));
        let near = nearest_centers(rows, &centers, PROBES);
        let mut order: Vec<usize> = (0..rows.nrows()).collect();
        order.sort_by_key(|&row| near[row][0]);
        let mut places = Vec::with_capacity(centers.nrows());
        let mut start = 0;
        for cell in 0..centers.nrows() {
            let length = order[start..].iter().take_while(|&&row| near[row][0] == cell).count();
            places.push(start..start + length);
            start += length;
        }
        let mut probing = vec![Vec::new(); centers.nrows()];
        for (place, &row) in order.iter().enumerate() {
            for &cell in &near[row] {
                probing[cell].push(place);
            }
        }
        Self { order, places, probing }
    }
}

/// The centers of the cells, from an even sample of the rows.
fn centers(rows: &ArrayView2<'_, f32>, n_cells: usize) -> Array2<f32> {
    let step = rows.nrows().div_ceil(SAMPLE).max(1);
    let chosen: Vec<usize> = (0..rows.nrows()).step_by(step).collect();
    let sample = rows.select(Axis(0), &chosen);
    let evenly: Vec<usize> = (0..n_cells).map(|cell| cell * sample.nrows() / n_cells).collect();
    let mut centers = sample.select(Axis(0), &evenly);
    for _ in 0..ROUNDS {
        let near = nearest_centers(&sample.view(), &centers, 1);
        let mut sums = Array2::<f32>::zeros(centers.raw_dim());
        for (row, near) in sample.rows().into_iter().zip(near) {
            let mut sum = sums.row_mut(near[0]);
            sum += &row;
        }
        for (mut center, sum) in centers.rows_mut().into_iter().zip(sums.rows()) {
            let length = sum.dot(&sum).sqrt();
            // A center that lost all its rows stays where it was.
            if length > f32::EPSILON {
                center.assign(&(&sum / length));
            }
        }
    }
    centers
}

/// For each row, the `k` nearest centers, nearest first.
fn nearest_centers(rows: &ArrayView2<'_, f32>, centers: &Array2<f32>, k: usize) -> Vec<Vec<usize>> {
    let starts: Vec<usize> = (0..rows.nrows()).step_by(BLOCK).collect();
    let blocks: Vec<Vec<Vec<usize>>> = starts
        .into_par_iter()
        .map(|start| {
            let end = (start + BLOCK).min(rows.nrows());
            let block = rows.slice_axis(Axis(0), Slice::from(start..end));
            let cosines = block.dot(&centers.t());
            cosines.rows().into_iter().map(|cosines| largest(&cosines, k)).collect()
        })
        .collect();
    blocks.concat()
}

/// Positions of the `k` largest values, largest first, ties by position.
fn largest(values: &ArrayView1<'_, f32>, k: usize) -> Vec<usize> {
    let by_value = |a: &usize, b: &usize| values[*b].total_cmp(&values[*a]).then(a.cmp(b));
    let mut places: Vec<usize> = (0..values.len()).collect();
    if k < places.len() {
        places.select_nth_unstable_by(k, by_value);
        places.truncate(k);
    }
    places.sort_unstable_by(by_value);
    places
}
