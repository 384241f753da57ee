//! A dense design matrix for linfa that loses nothing of a sparse one a hundred times as wide.
//!
//! L2-regularised regression has its optimum in the space that the rows span, so with n rows n coordinates
//! suffice (the representer theorem; Schölkopf, Herbrich, Smola 2001). With X the sparse rows:
//!
//! ```text
//! K = X Xᵀ = L Lᵀ          Gram matrix and its Cholesky factor, n × n
//! linfa fits on the rows of L: same inner products, same optimum, same predictions
//! w = Xᵀ L⁻ᵀ v             takes linfa's weights v back to the sparse features
//! ```
//!
//! Beyond [`TrainParams::landmarks`](crate::TrainParams) rows, m of them span the space (Nyström): the factor
//! is n × m, memory stays bounded, and what lies outside the landmarks' span is not learnt.

use std::cmp::Ordering;

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayViewMut2, Axis, Slice};

use crate::lexicon::Row;

/// Keeps the factor definite where rows repeat; far below what the regularisation resolves.
const JITTER: f64 = 1e-6;

/// Columns that are factored at once.
const PANEL: usize = 96;

/// The rows in coordinates of their own span.
pub(crate) struct Design {
    /// Shape (rows, landmarks); row r belongs to input row `order[r]`.
    factor: Array2<f64>,
    /// Mean of the rows of `factor`: L-BFGS needs far fewer iterations on centred coordinates, and as the bias is
    /// not regularised the optimum is the same.
    centre: Array1<f64>,
    /// Input rows, landmarks first.
    order: Vec<usize>,
    /// Position in `order` of each input row.
    position: Vec<usize>,
}

impl Design {
    /// `landmarks`: distinct indices into `rows`; `features`: how many there are.
    pub(crate) fn new(rows: &[Row], landmarks: &[usize], features: usize) -> Self {
        let mut order = landmarks.to_vec();
        let mut taken = vec![false; rows.len()];
        for &row in landmarks {
            taken[row] = true;
        }
        order.extend((0..rows.len()).filter(|&row| !taken[row]));
        let mut position = vec![0; rows.len()];
        order.iter().enumerate().for_each(|(at, &row)| position[row] = at);

        let mut factor = gram(rows, &order, landmarks.len(), features);
        cholesky(&mut factor);
        let centre = factor.mean_axis(Axis(0)).unwrap_or_default();
        Self { factor, centre, order, position }
    }

    /// Centred coordinates of input rows, shape (wanted, landmarks).
    pub(crate) fn select(&self, wanted: &[usize]) -> Array2<f64> {
        let at: Vec<usize> = wanted.iter().map(|&row| self.position[row]).collect();
        let mut selected = self.factor.select(Axis(0), &at);
        selected -= &self.centre;
        selected
    }

    /// What a label's bias over centred coordinates becomes over features: the shift goes into it.
    pub(crate) fn bias(&self, weights: &Array2<f64>, bias: [f64; 3]) -> [f64; 3] {
        let shift = self.centre.dot(weights);
        [0, 1, 2].map(|label| bias[label] - shift[label])
    }

    /// From weights over coordinates, shape (landmarks, labels), to weights over features.
    pub(crate) fn lift(&self, weights: &Array2<f64>, rows: &[Row], features: usize) -> Vec<[f64; 3]> {
        let duals = self.back_substitute(weights);
        let mut lifted = vec![[0.0; 3]; features];
        for (dual, &row) in duals.rows().into_iter().zip(&self.order) {
            for &(feature, value) in &rows[row] {
                for (weight, dual) in lifted[feature as usize].iter_mut().zip(dual) {
                    *weight += f64::from(value) * dual;
                }
            }
        }
        lifted
    }

    /// Solves Lᵀ a = v over the landmarks.
    fn back_substitute(&self, weights: &Array2<f64>) -> Array2<f64> {
        let mut duals = weights.clone();
        for i in (0..duals.nrows()).rev() {
            let pivot = self.factor[[i, i]];
            duals.row_mut(i).mapv_inplace(|v| v / pivot);
            let solved = duals.row(i).to_owned();
            for j in 0..i {
                let factor = self.factor[[i, j]];
                duals.row_mut(j).scaled_add(-factor, &solved);
            }
        }
        duals
    }
}

/// Inner products of all rows with the landmarks; of the square on top only the lower half.
fn gram(rows: &[Row], order: &[usize], landmarks: usize, features: usize) -> Array2<f64> {
    let mut postings: Vec<Vec<(u32, f32)>> = vec![Vec::new(); features];
    let mut gram = Array2::zeros((order.len(), landmarks));
    let mut sums = vec![0.0_f64; landmarks];
    for (i, &row) in order.iter().enumerate() {
        for &(feature, value) in &rows[row] {
            let posting = &mut postings[feature as usize];
            if i < landmarks {
                posting.push((i as u32, value));
            }
            for &(j, other) in posting.iter() {
                sums[j as usize] += f64::from(value) * f64::from(other);
            }
        }
        for (cell, sum) in gram.row_mut(i).iter_mut().zip(&mut sums) {
            *cell = std::mem::take(sum);
        }
        if i < landmarks {
            gram[[i, i]] += JITTER;
        }
    }
    gram
}

/// Cholesky by panels, in place, left-looking. The rows below the square become K L⁻ᵀ on the way.
fn cholesky(matrix: &mut Array2<f64>) {
    let width = matrix.ncols();
    for begin in (0..width).step_by(PANEL) {
        let columns = PANEL.min(width - begin);
        let (done, rest) = matrix.view_mut().split_at(Axis(1), begin);
        let (_, done) = done.split_at(Axis(0), begin);
        let (mut above, mut panel) = rest.split_at(Axis(1), columns).0.split_at(Axis(0), begin);
        above.fill(0.0);
        let top = done.slice_axis(Axis(0), Slice::from(..columns));
        general_mat_mul(-1.0, &done, &top.t(), 1.0, &mut panel);
        factor(&mut panel);
    }
}

/// Finishes a panel from which everything to its left has been taken.
fn factor(panel: &mut ArrayViewMut2<'_, f64>) {
    for column in 0..panel.ncols() {
        let top = panel.row(column).slice_axis(Axis(0), Slice::from(..column)).to_owned();
        let pivot = (panel[[column, column]] - top.dot(&top)).max(JITTER).sqrt();
        for (row, mut line) in panel.rows_mut().into_iter().enumerate() {
            line[column] = match row.cmp(&column) {
                Ordering::Less => 0.0,
                Ordering::Equal => pivot,
                Ordering::Greater => {
                    (line[column] - line.slice_axis(Axis(0), Slice::from(..column)).dot(&top)) / pivot
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with values that repeat themselves nowhere.
    fn rows(count: usize, features: usize) -> Vec<Row> {
        let value =
            |row: usize, feature: usize| ((row * 31 + feature * 17 + row * feature) % 23) as f32 / 23.0;
        (0..count).map(|row| (0..features).map(|f| (f as u32, value(row, f))).collect()).collect()
    }

    fn inner(a: &Row, b: &Row) -> f64 {
        a.iter().zip(b).map(|((_, x), (_, y))| f64::from(*x) * f64::from(*y)).sum()
    }

    #[test]
    fn coordinates_keep_every_distance() {
        let rows = rows(230, 300);
        let all: Vec<usize> = (0..rows.len()).collect();
        let z = Design::new(&rows, &all, 300).select(&all);
        for (i, j) in [(0, 0), (3, 200), (229, 100), (97, 96), (229, 229)] {
            // Centring moves all alike: squared distances stay.
            let apart = &z.row(i) - &z.row(j);
            let square =
                inner(&rows[i], &rows[i]) - 2.0 * inner(&rows[i], &rows[j]) + inner(&rows[j], &rows[j]);
            let difference = apart.dot(&apart) - square;
            assert!(difference.abs() < 1e-3, "{i} {j}: {difference}");
        }
    }

    #[test]
    fn lifted_weights_predict_what_the_coordinates_predict() {
        let rows = rows(150, 40);
        let landmarks: Vec<usize> = (0..150).step_by(2).collect();
        let design = Design::new(&rows, &landmarks, 40);
        let weights = Array2::from_shape_fn((landmarks.len(), 3), |(i, j)| ((i + j) % 5) as f64 * 0.01);
        let lifted = design.lift(&weights, &rows, 40);
        for row in [0, 1, 77, 149] {
            let by_coordinates =
                design.select(&[row]).dot(&weights)[[0, 1]] - design.bias(&weights, [0.0; 3])[1];
            let by_features: f64 =
                rows[row].iter().map(|(f, v)| f64::from(*v) * lifted[*f as usize][1]).sum();
            assert!((by_coordinates - by_features).abs() < 0.05, "{by_coordinates} {by_features}");
        }
    }
}
