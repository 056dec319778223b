//! An order of rows and columns that makes the blocks of a table visible.
//!
//! The order first follows the axis that separates rows and columns best (reciprocal averaging, Hill
//! 1973). Neighbours are then rearranged along it so that like stands beside like (2-opt on cosine
//! distance). This affects the layout only: the figures in the table do not change.

/// The order of rows and of columns of `table`, shape `(rows, columns)`, entries at least 0.
///
/// Rows and columns of zeros come last, in their given order. The same table gives the same
/// order; the first row given comes out in the upper half.
pub(super) fn seriate(table: &[Vec<f64>]) -> (Vec<usize>, Vec<usize>) {
    let n_columns = table.first().map_or(0, Vec::len);
    let columns_of_all: Vec<Vec<f64>> =
        (0..n_columns).map(|c| table.iter().map(|row| row[c]).collect()).collect();
    let (rows, empty_rows) = split_empty(table);
    let (columns, empty_columns) = split_empty(&columns_of_all);
    let core: Vec<Vec<f64>> =
        rows.iter().map(|&r| columns.iter().map(|&c| table[r][c]).collect()).collect();

    let column_scores = second_axis(&core);
    let row_scores = averages(&core, &column_scores);
    let mut row_order = mended(&core, &row_scores);
    let transposed: Vec<Vec<f64>> =
        (0..columns.len()).map(|c| core.iter().map(|row| row[c]).collect()).collect();
    let mut column_order = mended(&transposed, &column_scores);

    if row_order.iter().position(|&r| r == 0).is_some_and(|p| 2 * p >= row_order.len()) {
        row_order.reverse();
    }
    if runs_against(&core, &row_order, &column_order) {
        column_order.reverse();
    }
    (
        row_order.into_iter().map(|r| rows[r]).chain(empty_rows).collect(),
        column_order.into_iter().map(|c| columns[c]).chain(empty_columns).collect(),
    )
}

/// Positions of the lines with an entry, and of those without.
fn split_empty(lines: &[Vec<f64>]) -> (Vec<usize>, Vec<usize>) {
    (0..lines.len()).partition(|&i| lines[i].iter().any(|&x| x > 0.0))
}

/// Column scores on the first axis of correspondence analysis that is not constant.
fn second_axis(table: &[Vec<f64>]) -> Vec<f64> {
    let n_columns = table.first().map_or(0, Vec::len);
    let mass: Vec<f64> = (0..n_columns).map(|c| table.iter().map(|row| row[c]).sum()).collect();
    let mut scores: Vec<f64> = (0..n_columns).map(|c| c as f64).collect();
    // A table of at most 40 by 40 settles long before; 2-opt mends the rest.
    for _ in 0..200 {
        center_and_scale(&mut scores, &mass);
        scores = column_averages(table, &averages(table, &scores), &mass);
    }
    center_and_scale(&mut scores, &mass);
    scores
}

fn center_and_scale(scores: &mut [f64], mass: &[f64]) {
    let total: f64 = mass.iter().sum();
    let mean = scores.iter().zip(mass).map(|(s, m)| s * m).sum::<f64>() / total;
    for score in scores.iter_mut() {
        *score -= mean;
    }
    let norm = (scores.iter().zip(mass).map(|(s, m)| s * s * m).sum::<f64>() / total).sqrt();
    // If all columns are alike, there is no axis, and every score stays 0.
    if norm > 1e-12 {
        for score in scores {
            *score /= norm;
        }
    }
}

/// The score of each row: the mean of its columns' scores, weighted by its entries.
fn averages(table: &[Vec<f64>], scores: &[f64]) -> Vec<f64> {
    let mean = |row: &Vec<f64>| {
        row.iter().zip(scores).map(|(x, s)| x * s).sum::<f64>() / row.iter().sum::<f64>()
    };
    table.iter().map(mean).collect()
}

fn column_averages(table: &[Vec<f64>], row_scores: &[f64], mass: &[f64]) -> Vec<f64> {
    let weighted = |c: usize| table.iter().zip(row_scores).map(|(row, s)| row[c] * s).sum::<f64>();
    mass.iter().enumerate().map(|(c, m)| weighted(c) / m).collect()
}

/// The order by score, with stretches reversed as long as that makes neighbours more alike.
fn mended(lines: &[Vec<f64>], scores: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(a.cmp(&b)));
    let far: Vec<Vec<f64>> =
        lines.iter().map(|a| lines.iter().map(|b| distance(a, b)).collect()).collect();
    let step = |order: &[usize], i: usize| match (order.get(i.wrapping_sub(1)), order.get(i)) {
        (Some(&a), Some(&b)) => far[a][b],
        _ => 0.0,
    };
    let crossing = |order: &[usize], i: usize, j: usize| match (order.get(i), order.get(j)) {
        (Some(&a), Some(&b)) => far[a][b],
        _ => 0.0,
    };
    let mut improved = true;
    while improved {
        improved = false;
        for i in 0..order.len() {
            for j in i + 1..order.len() {
                let now = step(&order, i) + step(&order, j + 1);
                let then = crossing(&order, i.wrapping_sub(1), j) + crossing(&order, i, j + 1);
                // The margin keeps rounding from reversing a stretch back and forth for ever.
                if then < now - 1e-9 {
                    order[i..=j].reverse();
                    improved = true;
                }
            }
        }
    }
    order
}

/// 1 - cosine.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    1.0 - dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// Whether the entries lie along the rising rather than the falling diagonal.
fn runs_against(table: &[Vec<f64>], rows: &[usize], columns: &[usize]) -> bool {
    let middle = |n: usize| (n as f64 - 1.0) / 2.0;
    let mut slope = 0.0;
    for (y, &r) in rows.iter().enumerate() {
        for (x, &c) in columns.iter().enumerate() {
            slope +=
                table[r][c] * (y as f64 - middle(rows.len())) * (x as f64 - middle(columns.len()));
        }
    }
    slope < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_blocks_come_together() {
        // Rows 0, 2, 4 share columns 1 and 3; rows 1, 3 share columns 0 and 2; column 4 is empty.
        let even = vec![0.0, 1.0, 0.0, 2.0, 0.0];
        let odd = vec![1.0, 0.0, 1.0, 0.0, 0.0];
        let table = vec![even.clone(), odd.clone(), even.clone(), odd, even];
        let (rows, columns) = seriate(&table);
        let kinds: Vec<_> = rows.iter().map(|r| r % 2).collect();
        assert!(kinds == [0, 0, 0, 1, 1] || kinds == [1, 1, 0, 0, 0], "{rows:?}");
        assert_eq!(columns[4], 4);
        assert_ne!(columns[1] % 2, columns[2] % 2, "{columns:?}");
    }

    #[test]
    fn a_shuffled_band_is_straightened() {
        // Row r covers columns r and r + 1; rows are given in another order.
        let shuffled = [3, 0, 5, 1, 4, 2];
        let table: Vec<Vec<f64>> = shuffled
            .iter()
            .map(|&r| (0..7).map(|c| f64::from(u8::from(c == r || c == r + 1))).collect())
            .collect();
        let (rows, _) = seriate(&table);
        let mut unshuffled: Vec<_> = rows.into_iter().map(|r| shuffled[r]).collect();
        if unshuffled[0] == 5 {
            unshuffled.reverse();
        }
        assert_eq!(unshuffled, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn small_and_empty_tables_are_ordered_too() {
        assert_eq!(seriate(&[]), (vec![], vec![]));
        assert_eq!(seriate(&[vec![0.0, 0.0]]), (vec![0], vec![0, 1]));
        assert_eq!(seriate(&[vec![1.0]]), (vec![0], vec![0]));
        assert_eq!(seriate(&[vec![1.0, 1.0], vec![1.0, 1.0]]).0.len(), 2);
    }
}
