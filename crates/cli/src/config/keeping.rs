//! `[state] keep_days` and `[corrections] keep_days`: how long anything is kept.

use store::{Keeping, LEAST_DAYS, MOST_DAYS};

use super::Problem;

/// Checked: there is no "for ever", and corrections are never kept shorter than the rest.
pub(crate) fn keeping(days: Option<i64>, corrections: Option<i64>) -> Result<Keeping, Problem> {
    let usual = Keeping::default();
    let days = within("state.keep_days", days, usual.days, LEAST_DAYS)?;
    let corrections = within("corrections.keep_days", corrections, usual.corrections.max(days), days)?;
    Ok(Keeping { days, corrections })
}

fn within(key: &str, given: Option<i64>, usual: u32, least: u32) -> Result<u32, Problem> {
    let Some(given) = given else { return Ok(usual) };
    u32::try_from(given).ok().filter(|days| (least..=MOST_DAYS).contains(days)).ok_or_else(|| {
        let why = if key.starts_with("state") {
            "nothing is kept for ever"
        } else {
            "what people decided is kept as long as the rest, or longer"
        };
        Problem::new(key, format!("{given} is out of range: use {least} to {MOST_DAYS} days; {why}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrections_are_kept_as_long_as_the_rest_or_longer() {
        let kept =
            |days, corrections| keeping(days, corrections).ok().map(|kept| (kept.days, kept.corrections));
        assert_eq!(kept(None, None), Some((90, 365)));
        assert_eq!(kept(Some(30), Some(30)), Some((30, 30)));
        assert_eq!(kept(Some(730), None), Some((730, 730)));
        assert_eq!(kept(Some(90), Some(89)), None);
        assert_eq!(kept(Some(0), None), None);
        assert_eq!(kept(Some(3_651), None), None);
    }
}
