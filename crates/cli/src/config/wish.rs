//! From where on a class is sure: as a threshold, or as what that should achieve.

use model::Wish;

use super::Problem;

/// Either a threshold or what it should achieve, never both: they would contradict each other with the next model.
pub(super) fn wish(confidence: Option<f64>, most_wrong: Option<f64>) -> Result<Wish, Problem> {
    match (confidence, most_wrong) {
        (Some(_), Some(_)) => Err(Problem::new(
            "triage.most_wrong",
            "stands beside confidence: keep one of them, the threshold itself or the share of wrong suggestions that it is derived from",
        )),
        (None, Some(share)) => most_wrong_share(share).map(Wish::MostWrong),
        (Some(confidence), None) => confidence_of(confidence).map(Wish::Confidence),
        (None, None) => Ok(Wish::default()),
    }
}

fn most_wrong_share(share: f64) -> Result<f64, Problem> {
    if share > 0.0 && share < 1.0 {
        Ok(share)
    } else {
        let text =
            format!("{share} is no share of the sorted: use more than 0 and less than 1, e.g. 0.02 for 2 %");
        Err(Problem::new("triage.most_wrong", text))
    }
}

fn confidence_of(confidence: f64) -> Result<f64, Problem> {
    if (0.0..=1.0).contains(&confidence) {
        Ok(confidence)
    } else {
        Err(Problem::new(
            "triage.confidence",
            format!("{confidence} is no probability: use 0 to 1, e.g. 0.75"),
        ))
    }
}
