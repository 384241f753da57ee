//! Fits the weights by which a mentioned day is a deadline: a logistic regression on sparse rows.
//!
//! A mail's labelled day is a deadline, its earlier days are none, and so are all days of a mail without one. Of days after
//! the labelled one nothing is known: the label is the earliest deadline.

use std::collections::BTreeMap;

use triage::{Candidate, Judge};

/// What a mention must occur in to be learnt of.
const FEWEST: usize = 4;
/// Log-odds above which a day counts: chosen by folds over the training files, so that few deadlines are missed where
/// as many mails are right as can be.
pub const THRESHOLD: f64 = -0.3;
/// Inverse strength of the penalty on squared weights: chosen by folds over the training files.
const STRENGTH: f64 = 0.1;
const ROUNDS: usize = 400;
/// Weights nearer to nothing are left out.
const SMALLEST: f64 = 0.003;

/// A mail's label and its days.
pub struct Dated {
    /// `YYYY-MM-DD`.
    pub deadline: Option<String>,
    pub candidates: Vec<Candidate>,
    /// How much it counts.
    pub weight: f64,
}

struct Row {
    values: Vec<(usize, f64)>,
    deadline: bool,
    weight: f64,
}

/// The lines of `weights.tsv`.
pub fn fit(mails: &[&Dated], threshold: f64) -> String {
    let names = names(mails);
    let rows: Vec<Row> = mails.iter().flat_map(|mail| rows(mail, &names)).collect();
    let (weights, start) = regression(&rows, names.len());
    let mut lines: Vec<String> = names
        .iter()
        .filter(|(_, at)| weights[**at].abs() >= SMALLEST)
        .map(|(name, at)| format!("{name}\t{:.3}\n", weights[*at]))
        .collect();
    lines.push(format!("{}\t{start:.3}\n", Judge::START));
    lines.push(format!("{}\t{threshold:.3}\n", Judge::THRESHOLD));
    lines.sort();
    lines.concat()
}

fn names<'m>(mails: &[&'m Dated]) -> BTreeMap<&'m str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for candidate in mails.iter().flat_map(|mail| &mail.candidates) {
        for (name, _) in &candidate.features {
            *counts.entry(name).or_default() += 1;
        }
    }
    let frequent = counts.into_iter().filter(|(_, count)| *count >= FEWEST);
    frequent.enumerate().map(|(at, (name, _))| (name, at)).collect()
}

fn rows<'m>(mail: &'m Dated, names: &'m BTreeMap<&str, usize>) -> impl Iterator<Item = Row> + 'm {
    let day = |candidate: &Candidate| candidate.date.to_string();
    let known = move |candidate: &&Candidate| {
        mail.deadline.as_ref().is_none_or(|deadline| day(candidate) <= *deadline)
    };
    mail.candidates.iter().filter(known).map(move |candidate| Row {
        values: candidate
            .features
            .iter()
            .filter_map(|(name, value)| Some((*names.get(name.as_str())?, f64::from(*value))))
            .collect(),
        deadline: mail.deadline.as_ref() == Some(&day(candidate)),
        weight: mail.weight,
    })
}

/// Accelerated gradient descent (Nesterov) with restarts: plain, deterministic, quick enough for some thousand rows.
fn regression(rows: &[Row], features: usize) -> (Vec<f64>, f64) {
    let steepest = rows
        .iter()
        .map(|row| 1.0 + row.values.iter().map(|(_, value)| value * value).sum::<f64>())
        .sum::<f64>();
    // The Hessian's largest value is at most a quarter of the rows' squares, in practice far less.
    let mut rate = 40.0 / (0.25 * steepest + 1.0 / STRENGTH);
    let (mut at, mut start) = (vec![0.0; features], 0.0);
    let (mut ahead, mut start_ahead) = (at.clone(), start);
    let (mut momentum, mut before) = (1.0f64, f64::INFINITY);
    for _ in 0..ROUNDS {
        let (loss, gradient, start_gradient) = slope(rows, &ahead, start_ahead);
        if loss > before {
            // Too far: a shorter step, without what was gathered.
            (ahead, start_ahead, momentum, before) = (at.clone(), start, 1.0, f64::INFINITY);
            rate *= 0.7;
            continue;
        }
        before = loss;
        let next: Vec<f64> = ahead.iter().zip(&gradient).map(|(w, g)| w - rate * g).collect();
        let start_next = start_ahead - rate * start_gradient;
        let grown = f64::midpoint(1.0, (1.0 + 4.0 * momentum * momentum).sqrt());
        let push = (momentum - 1.0) / grown;
        ahead = next.iter().zip(&at).map(|(new, old)| new + push * (new - old)).collect();
        start_ahead = start_next + push * (start_next - start);
        (at, start, momentum) = (next, start_next, grown);
    }
    (at, start)
}

/// Loss and gradient at a point.
fn slope(rows: &[Row], weights: &[f64], start: f64) -> (f64, Vec<f64>, f64) {
    let mut gradient: Vec<f64> = weights.iter().map(|w| w / STRENGTH).collect();
    let mut loss = weights.iter().map(|w| w * w).sum::<f64>() / (2.0 * STRENGTH);
    let mut start_gradient = 0.0;
    for row in rows {
        let score = start + row.values.iter().map(|(at, value)| weights[*at] * value).sum::<f64>();
        let off = row.weight * (1.0 / (1.0 + (-score).exp()) - f64::from(u8::from(row.deadline)));
        let signed = if row.deadline { score } else { -score };
        loss += row.weight * ((-signed.abs()).exp().ln_1p() + (-signed).max(0.0));
        start_gradient += off;
        for (at, value) in &row.values {
            gradient[*at] += off * value;
        }
    }
    (loss, gradient, start_gradient)
}
