//! How long a message may wait before it counts as urgent.

use domain::MaxAge;
use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::Problem;

/// What waits less is not old.
const LEAST: SignedDuration = SignedDuration::from_hours(1);
const MOST: SignedDuration = SignedDuration::from_hours(3_650 * 24);

/// `"14d"`, `"3w"`, `"36h"` (jiff's and ISO 8601's spans; a day has 24 hours), or `"off"`.
pub(super) fn max_age(given: Option<&str>) -> Result<MaxAge, Problem> {
    let Some(given) = given else { return Ok(MaxAge::default()) };
    if given == "off" {
        return Ok(MaxAge(None));
    }
    let span = given.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    match span {
        Ok(length) if (LEAST..=MOST).contains(&length) => Ok(MaxAge(Some(length))),
        Ok(_) => Err(wrong(format!("\"{given}\" is out of range: use \"1h\" to \"3650d\", or \"off\""))),
        Err(_) => Err(wrong(format!(
            "\"{given}\" is no length of time: use days, weeks or hours, e.g. \"14d\", \"3w\" or \"36h\", or \"off\""
        ))),
    }
}

fn wrong(text: String) -> Problem {
    Problem::new("triage.max_age", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: Option<&str>, hours: Option<i64>) {
        let found = max_age(given).map(|MaxAge(found)| found).map_err(|problem| problem.text);
        assert_eq!(found, Ok(hours.map(SignedDuration::from_hours)));
    }

    #[test]
    fn an_age_is_a_length_of_time_or_off() {
        check(None, Some(14 * 24));
        check(Some("14d"), Some(14 * 24));
        check(Some("2 weeks"), Some(14 * 24));
        check(Some("1w 1d"), Some(8 * 24));
        check(Some("P10D"), Some(240));
        check(Some("36h"), Some(36));
        check(Some("off"), None);
    }

    #[test]
    fn nonsense_is_refused_with_what_would_be_right() {
        for given in
            ["", "14", "soon", "-3d", "0d", "5min", "2mo", "1y", "100y", "d", "14 Tage", "99999999999d"]
        {
            let problem = max_age(Some(given)).err().unwrap();
            assert!(problem.text.contains("or \"off\""), "{given}: {}", problem.text);
        }
    }
}
