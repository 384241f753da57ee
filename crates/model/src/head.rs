//! What is learnt: multinomial logistic regression by linfa, over the design and over its own log-odds.

use domain::Label;
use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::error::Error as FitError;
use linfa_logistic::{LogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2};

/// A linear map from coordinates to the three labels' scores. Shape of `weights`: (coordinates, 3).
pub(crate) struct Linear {
    pub(crate) weights: Array2<f64>,
    pub(crate) bias: [f64; 3],
}

/// How a regression is fitted.
#[derive(Clone, Copy)]
pub(crate) struct Fitting {
    /// Strength of the L2 regularisation (scikit-learn's 1 / C).
    pub(crate) alpha: f64,
    pub(crate) iterations: u64,
    pub(crate) tolerance: f64,
}

/// The score of a label that the training rows did not have: certainly not this one.
const ABSENT: f64 = -20.0;

impl Linear {
    /// Fits on rows `x` with labels `y` (one each, at least one row).
    ///
    /// # Errors
    /// linfa's own, where it cannot fit (never seen on finite input).
    pub(crate) fn fit<L: Label>(x: &Array2<f64>, y: &[L], how: Fitting) -> Result<Self, FitError> {
        let mut linear = Self { weights: Array2::zeros((x.ncols(), 3)), bias: [ABSENT; 3] };
        let first = y.first().copied().unwrap_or(L::ALL[0]);
        if y.iter().all(|label| *label == first) {
            linear.bias[first.index()] = 0.0;
            return Ok(linear);
        }
        let targets: Array1<usize> = y.iter().map(|label| label.index()).collect();
        let fitted = MultiLogisticRegression::default()
            .alpha(how.alpha)
            .max_iterations(how.iterations)
            .gradient_tolerance(how.tolerance)
            .fit(&DatasetBase::new(x.view(), targets))?;
        for (column, &label) in fitted.classes().iter().enumerate() {
            linear.weights.column_mut(label).assign(&fitted.params().column(column));
            linear.bias[label] = fitted.intercept()[column];
        }
        Ok(linear)
    }

    /// Scores of the rows `x`.
    pub(crate) fn scores(&self, x: &Array2<f64>) -> Vec<[f64; 3]> {
        let scores = x.dot(&self.weights);
        scores.rows().into_iter().map(|row| [0, 1, 2].map(|label| row[label] + self.bias[label])).collect()
    }
}

/// Turns scores into honest probabilities: a linear map of the three scores, then softmax. Learnt by linfa on
/// predictions for authors that the scorer had not seen (Guo et al. 2017, "On Calibration of Modern Neural Networks").
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Calibration {
    /// `matrix[from][to]`.
    pub(crate) matrix: [[f64; 3]; 3],
    pub(crate) bias: [f64; 3],
}

/// What a calibration may do to scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scaling {
    /// One factor for all (4.2, temperature scaling): the best guess stays the best.
    Temperature,
    /// Any linear map (4.2, matrix scaling): labels that are guessed too rarely are guessed more often.
    Matrix,
}

/// Rounds of fitting the temperature to margins that depend on it; the second hardly changes it.
const ROUNDS: usize = 3;

impl Calibration {
    /// Learns from scores and the truth.
    ///
    /// # Errors
    /// linfa's own, where it cannot fit.
    pub(crate) fn fit<L: Label>(scores: &[[f64; 3]], y: &[L], scaling: Scaling) -> Result<Self, FitError> {
        match scaling {
            Scaling::Temperature => Self::temperature(scores, y),
            Scaling::Matrix => Self::matrix(scores, y),
        }
    }

    /// Is this label right, given by how much it leads the others? One factor answers it for every label alike.
    fn temperature<L: Label>(scores: &[[f64; 3]], y: &[L]) -> Result<Self, FitError> {
        let right: Array1<usize> =
            y.iter().flat_map(|label| [0, 1, 2].map(|other| usize::from(label.index() == other))).collect();
        let mut factor = 1.0;
        for _ in 0..ROUNDS {
            let margins: Vec<f64> =
                scores.iter().flat_map(|row| margins(centred(*row).map(|score| factor * score))).collect();
            let x = Array2::from_shape_fn((margins.len(), 1), |(row, _)| margins[row]);
            let fitted = LogisticRegression::default()
                .alpha(1.0)
                .with_intercept(false)
                .max_iterations(100)
                .fit(&DatasetBase::new(x, right.clone()))?;
            let slope = fitted.params()[0];
            let rises = fitted.labels().pos.class == 1;
            factor *= (if rises { slope } else { -slope }).clamp(0.2, 5.0);
        }
        let matrix = [0, 1, 2].map(|from| [0, 1, 2].map(|to| if from == to { factor } else { 0.0 }));
        Ok(Self { matrix, bias: [0.0; 3] })
    }

    fn matrix<L: Label>(scores: &[[f64; 3]], y: &[L]) -> Result<Self, FitError> {
        let x = Array2::from_shape_fn((scores.len(), 3), |(row, label)| centred(scores[row])[label]);
        let linear = Linear::fit(&x, y, Fitting { alpha: 1.0, iterations: 200, tolerance: 1e-4 })?;
        let matrix = [0, 1, 2].map(|from| [0, 1, 2].map(|to| linear.weights[[from, to]]));
        Ok(Self { matrix, bias: linear.bias })
    }

    /// Unnormalised probabilities, the largest of them 1.
    pub(crate) fn weights(&self, scores: [f64; 3]) -> [f64; 3] {
        let centred = centred(scores);
        let logits = [0, 1, 2].map(|to| {
            let from = |from: usize| centred[from] * self.matrix[from][to];
            self.bias[to] + from(0) + from(1) + from(2)
        });
        let top = logits.into_iter().fold(f64::MIN, f64::max);
        logits.map(|logit| (logit - top).exp())
    }
}

/// By how much each score leads the other two together, in log-odds.
fn margins(scores: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|label| {
        let (one, two) = (scores[(label + 1) % 3], scores[(label + 2) % 3]);
        let top = one.max(two);
        scores[label] - top - ((one - top).exp() + (two - top).exp()).ln()
    })
}

/// Scores are only known up to a constant; their sum is made zero, and their size kept within what `exp` and
/// linfa's log-sum-exp (which takes one maximum for all rows) can hold.
fn centred(scores: [f64; 3]) -> [f64; 3] {
    let mean = scores.iter().sum::<f64>() / 3.0;
    scores.map(|score| (score - mean).clamp(-12.0, 12.0))
}

#[cfg(test)]
mod tests {
    use domain::{Class, Distribution};
    use ndarray::array;

    use super::*;

    const HOW: Fitting = Fitting { alpha: 0.05, iterations: 100, tolerance: 1e-3 };

    #[test]
    fn labels_that_are_missing_are_never_guessed() {
        let x = array![[1.0, 0.0], [0.9, 0.0], [0.0, 1.0], [0.0, 0.9]];
        let y = [Class::Other, Class::Other, Class::Inquiry, Class::Inquiry];
        let scores = Linear::fit(&x, &y, HOW).unwrap().scores(&x);
        assert!(scores[0][2] > scores[0][1] && scores[0][1] > scores[0][0]);
        let same = Linear::fit(&x, &[Class::Inquiry; 4], HOW).unwrap().scores(&x);
        assert!(same[0][1] > same[0][0]);
    }

    #[test]
    fn calibration_lowers_what_was_too_sure() {
        // Sure of the first label every time, right three times in four.
        let scores = [[4.0, -2.0, -2.0]; 40];
        let y: Vec<Class> =
            (0..40).map(|i| if i % 4 == 0 { Class::Inquiry } else { Class::Application }).collect();
        for scaling in [Scaling::Temperature, Scaling::Matrix] {
            let calibration = Calibration::fit(&scores, &y, scaling).unwrap();
            let sure = Distribution::<Class>::from_weights(calibration.weights(scores[0])).confidence();
            assert!((sure - 0.75).abs() < 0.03, "{scaling:?} {sure}");
        }
    }

    #[test]
    fn a_temperature_never_changes_the_best_guess() {
        let scores: Vec<[f64; 3]> =
            (0..90).map(|i| [f64::from(i % 7), f64::from(i % 5), f64::from(i % 3)]).collect();
        let y: Vec<Class> = (0..90).map(|i| Class::ALL[i % 4 % 3]).collect();
        let calibration = Calibration::fit(&scores, &y, Scaling::Temperature).unwrap();
        for row in scores {
            let [a, b, c] = calibration.weights(row);
            assert!((row[0] > row[1]) == (a > b) && (row[1] > row[2]) == (b > c), "{row:?}");
        }
    }
}
