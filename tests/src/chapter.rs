//! What a benchmark found: one chapter of `docs/benchmarks.md`. A bench prints it as one line of JSON; `cargo xtask bench`
//! collects them.

use serde::{Deserialize, Serialize};

/// The findings of one benchmark.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Chapter {
    /// Its heading.
    pub title: String,
    /// How it was measured: paragraphs of Markdown.
    pub method: Vec<String>,
    /// The figures.
    pub tables: Vec<Table>,
    /// What was asked for, and what came out.
    pub goals: Vec<Goal>,
    /// Cost by size, from which the exponent of growth is taken.
    pub growth: Vec<Series>,
    /// What the figures do not say by themselves: paragraphs of Markdown.
    pub remarks: Vec<String>,
}

/// A table as it is printed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// What it shows, in a sentence.
    pub caption: String,
    /// Names of the columns, units included.
    pub head: Vec<String>,
    /// A cell a column.
    pub rows: Vec<Vec<String>>,
}

/// What was asked for, and what came out.
#[derive(Debug, Serialize, Deserialize)]
pub struct Goal {
    /// What is measured.
    pub what: String,
    /// The bound, e.g. `≤ 1.5`.
    pub asked: String,
    /// The figure, e.g. `1.31`.
    pub seen: String,
    /// Whether it holds.
    pub met: bool,
}

/// A cost at several sizes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Series {
    /// What is counted, e.g. `run --once, maildir`.
    pub what: String,
    /// Unit of the size, e.g. `mails`.
    pub of: String,
    /// Unit of the cost, e.g. `s`.
    pub unit: String,
    /// Size and cost, the smallest size first.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// The exponent b of cost = a · size^b that fits best (least squares over the logarithms): 1 is linear, below is better.
    /// None with fewer than two sizes.
    pub fn exponent(&self) -> Option<f64> {
        let points: Vec<(f64, f64)> = self
            .points
            .iter()
            .filter(|(size, cost)| *size > 0.0 && *cost > 0.0)
            .map(|(size, cost)| (size.ln(), cost.ln()))
            .collect();
        let count = points.len() as f64;
        let (x, y) =
            points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
        let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
        let together: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
        (points.len() >= 2 && spread > 0.0).then(|| together / spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponent(points: &[(f64, f64)]) -> Option<f64> {
        Series { points: points.to_vec(), ..Series::default() }.exponent()
    }

    #[test]
    fn the_exponent_is_that_of_the_power_law() {
        let of = |power: i32| [1.0, 10.0, 100.0].map(|size: f64| (size, 3.0 * size.powi(power)));
        for power in 0..3 {
            let found = exponent(&of(power)).unwrap();
            assert!((found - f64::from(power)).abs() < 1e-9, "{found} for {power}");
        }
        assert_eq!(exponent(&[(10.0, 1.0)]), None);
        assert_eq!(exponent(&[(10.0, 1.0), (10.0, 2.0)]), None);
    }
}
