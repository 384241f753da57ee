//! How costs grow with what causes them: the exponents of all chapters.

use testbed::chapter::{Goal, Series};

use super::finding::Finding;

/// Linear is 1; the rest is for the noise of three measurements.
const MOST: f64 = 1.1;

/// All series with an exponent.
pub fn exponents(findings: &[Finding]) -> Vec<(&Series, f64)> {
    let chapters = findings.iter().filter_map(|finding| finding.chapter.as_ref());
    let series = chapters.flat_map(|chapter| &chapter.growth);
    series.filter_map(|series| Some((series, series.exponent()?))).collect()
}

/// That nothing grows faster than what causes it; none where nothing was measured.
pub fn goal(findings: &[Finding]) -> Option<Goal> {
    let all = exponents(findings);
    let (fastest, exponent) = all.iter().max_by(|one, other| one.1.total_cmp(&other.1))?;
    Some(Goal {
        what: format!("growth of {} costs, the fastest ({})", all.len(), fastest.what),
        asked: format!("size to the power of ≤ 1 ({MOST} with noise)"),
        seen: format!("{exponent:.2}"),
        met: *exponent <= MOST,
    })
}
